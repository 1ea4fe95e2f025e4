"""SnapTrade's request signature. Source: SnapTrade's guide on request signatures."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any, Final, cast

_LEAST: Final = 0.0001
_MOST: Final = 1e16


def signature(consumer_key: str, target: bytes, body: bytes) -> str:
    """The header ``Signature`` of a request, in Base64.

    ``target`` is the path with its query exactly as they are sent, and ``body`` the bytes that are
    sent: the server parses them, sorts the keys and writes them anew, and so does this.

    Raises:
        ValueError: for a body that is no JSON, and for text and numbers that the vendor's own
            clients write differently, so that a signature over them might fail.

    """
    path, _, query = target.decode("ascii").partition("?")
    content = json.loads(body) if body else None
    if why := _unsteady(content):
        raise ValueError(f"{why} cannot be signed: the vendor's clients write it differently.")
    signed = {"content": content or None, "path": path, "query": query}
    text = json.dumps(signed, separators=(",", ":"), sort_keys=True, allow_nan=False)
    digest = hmac.new(consumer_key.encode("ascii"), text.encode("ascii"), hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def _unsteady(value: Any) -> str | None:
    """The first part of a JSON value that has more than one way to be written."""
    if isinstance(value, str):
        return None if value.isascii() else f"the text {value!a}"
    if isinstance(value, float):
        is_plain = not value.is_integer() and _LEAST <= abs(value) < _MOST
        return None if is_plain else f"the number {value!r}"
    if isinstance(value, int):
        return None if abs(value) < _MOST else "an integer of so many digits"
    return next((why for each in _inner(value) if (why := _unsteady(each))), None)


def _inner(value: Any) -> list[Any]:
    match value:
        case dict():
            members = cast("dict[str, Any]", value)
            return [*members, *members.values()]
        case list():
            return [*value]
        case _:
            return []
