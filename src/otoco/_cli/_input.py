"""Where the command reads documents from."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from otoco._cli._options import UsageError


def opened(file: str) -> BinaryIO:
    """A file, or standard input where it is ``-``, to be read and closed.

    Raises:
        UsageError: naming what cannot be read.

    """
    try:
        return open(0, "rb", closefd=False) if file == "-" else Path(file).open("rb")
    except (OSError, ValueError) as error:
        name = "standard input" if file == "-" else file
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"{name} cannot be read: {why}.") from None
