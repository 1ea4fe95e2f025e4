"""How the desk refuses, in the bodies that are seen in practice: a sentence and a code as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """What ends a request: a status, the vendor's code, and a sentence."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(status, code, detail)
        self.status = status
        self.body: Mapping[str, Any] = {"detail": detail, "status_code": status, "code": code}
