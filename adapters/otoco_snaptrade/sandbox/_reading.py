"""Requests as they arrive, read strictly: JSON, query parameters, and the few paths there are."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, Final, NoReturn
from urllib.parse import parse_qsl

from otoco.sandbox import Incoming
from otoco_snaptrade.sandbox._errors import Refusal

_MOST_DIGITS: Final = 40


def read_query(query: str) -> dict[str, str]:
    """The query parameters; one that stands twice is refused."""
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, strict_parsing=bool(query), errors="strict"
        )
    except ValueError:
        raise Refusal(400, "1076", "Unable to verify data sent: the query") from None
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Refusal(400, "1076", "Unable to verify data sent: a query parameter stands twice")
    return found


def read_body(incoming: Incoming) -> Any:
    """The JSON of a body, ``None`` without one; what is no strict JSON is refused."""
    if not incoming.body:
        return None
    kind = incoming.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refusal(415, "1076", f"Unsupported media type {kind!a} in request.")
    try:
        text = incoming.body.decode("utf-8")
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_no_number,
            parse_float=_float,
            parse_int=_integer,
        )
    except (ValueError, RecursionError):
        raise Refusal(400, "1076", "Unable to verify data sent: JSON parse error") from None


def read_cancel(body: Any) -> str:
    """The id of the order that a body asks to cancel."""
    match body:
        case {"brokerage_order_id": str(order_id)} if len(body) == 1:
            return order_id
        case _:
            detail = "Unable to verify data sent: brokerage_order_id and nothing else belongs here"
            raise Refusal(400, "1076", detail)


def word(parameters: Mapping[str, str], key: str, words: tuple[str, ...]) -> str:
    """A query parameter that is one of some words, the first of them if it is left out."""
    value = parameters.get(key, words[0])
    if value not in words:
        detail = f"Unable to verify data sent: {key} is one of {', '.join(words)}"
        raise Refusal(400, "1076", detail)
    return value


def days(parameters: Mapping[str, str]) -> int:
    """How many days back orders are listed: 1 to 90, and 30 if it is left out."""
    text = parameters.get("days", "30")
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and 1 <= int(text) <= 90):
        raise Refusal(400, "1076", "Unable to verify data sent: days is 1 to 90")
    return int(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


def _float(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _integer(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ValueError("too long a number")
    return int(text)
