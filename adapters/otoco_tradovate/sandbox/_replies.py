"""Bodies as Tradovate reads and writes them, and the replies that are no JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias, cast

from otoco.sandbox import Incoming, Reply

Fields: TypeAlias = dict[str, Any]

DENIED: Final = "Access is denied"
_JSON: Final = {"content-type": "application/json; charset=utf-8"}
_TEXT: Final = {"content-type": "text/plain; charset=utf-8"}
_COMPACT: Final = json.JSONEncoder(separators=(",", ":"))


class Refused(Exception):
    """A request that gets no further, with the reply that says so."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.reply = Reply(status, _TEXT, why.encode())


def as_json(value: object) -> Reply:
    """The reply with a value, at HTTP 200."""
    return Reply(200, _JSON, _COMPACT.encode(value).encode())


def read_body(incoming: Incoming) -> Fields:
    """The object of a body, in which no key stands twice; its numbers are exact.

    Raises Refused where the body is none, or is not said to be JSON: a form does not work.
    """
    kind = incoming.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(400, f"the body is application/json, and not {kind or 'of no type'}")
    try:
        value: object = json.loads(
            incoming.body,
            parse_float=Decimal,
            parse_constant=_no_number,
            object_pairs_hook=_members,
        )
    except (ValueError, RecursionError) as error:
        raise Refused(400, f"the body cannot be read: {error}") from None
    if not isinstance(value, dict):
        raise Refused(400, "the body is no object")
    return cast("Fields", value)


def _members(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    if len(members := dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice")
    return members


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")
