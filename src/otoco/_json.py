"""JSON, strictly: no duplicate key passes unseen, and no number becomes a float on the way."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias, TypeGuard

from otoco._numbers import Numeral
from otoco._problems import InvalidOrder, Problem

Json: TypeAlias = Any

LONGEST_TEXT: Final = 1 << 20


class RepeatedKeys(dict[str, Any]):
    """A JSON object that wrote some of its keys twice; ``keys_repeated`` names them."""

    keys_repeated: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    marked = RepeatedKeys(members)
    counts = Counter(key for key, _ in pairs)
    marked.keys_repeated = tuple(key for key, count in counts.items() if count > 1)
    return marked


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=Numeral, parse_int=Numeral, parse_constant=Numeral
)
_COMPACT: Final = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False)


def loads(text: str | bytes) -> Json:
    """The value that a JSON text holds; its numbers are :class:`Numeral`, their text kept.

    Raises:
        InvalidOrder: with code ``json`` where the text is no JSON, is not UTF-8, nests too deeply
            or is longer than a mebibyte.

    """
    if len(text) > LONGEST_TEXT:
        raise _no_json(f"the text is longer than {LONGEST_TEXT} characters.")
    try:
        if isinstance(text, bytes):
            text = text.decode()
        return _DECODER.decode(text)
    except UnicodeDecodeError as error:
        raise _no_json(f"the text is not UTF-8 (byte {error.start}).") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _no_json(f"the text is no JSON: {error.msg} at {place}.", _hint(error)) from None
    except RecursionError:
        raise _no_json("the text nests too deeply.") from None


def load_object(text: str | bytes) -> dict[str, Any]:
    """The JSON object that a text holds; as :func:`loads`, and anything else is no object."""
    value: dict[str, Any] | list[Any] | str | bool | None = loads(text)
    if not isinstance(value, dict):
        raise no_object(value)
    return value


def is_object(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether a value stands for a JSON object."""
    return isinstance(value, Mapping)


def is_array(value: object) -> TypeGuard[Sequence[Any]]:
    """Whether a value stands for a JSON array."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def no_object(value: object) -> InvalidOrder:
    """The error for a document that is something else than a JSON object."""
    return _no_json(f"a document is a JSON object, and this is {_kind(value)}.")


def with_numbers(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members of an object, each :class:`Numeral` turned into the number that it spells."""
    return {key: _number(member) for key, member in members.items()}


def dumps(value: Json) -> str:
    """The value as compact JSON text in ASCII; the same value gives the same text everywhere."""
    return _COMPACT.encode(value)


def repeated_keys(value: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys that a JSON object wrote more than once."""
    return value.keys_repeated if isinstance(value, RepeatedKeys) else ()


def _number(value: Json) -> Json:
    try:
        return value.value() if isinstance(value, Numeral) else value
    except ValueError:  # beyond the bounds of a number: whoever wants one refuses it
        return value


def _no_json(why: str, fix: str | None = None) -> InvalidOrder:
    return InvalidOrder([Problem("", "json", why, fix)])


def _hint(error: json.JSONDecodeError) -> str | None:
    before = error.doc[: error.pos].rstrip()
    if not error.doc.strip():
        return "It is empty."
    if before.endswith(",") or error.doc[error.pos : error.pos + 1] == ",":
        return "JSON has no comma after the last member."
    if error.doc.startswith("\ufeff"):
        return "Save it without a byte order mark."
    return None


def _kind(value: object) -> str:
    match value:
        case list():
            return "an array"
        case Numeral():
            return "a number"
        case str():
            return "text"
        case None:
            return "null"
        case _:
            return f"a {type(value).__name__}"
