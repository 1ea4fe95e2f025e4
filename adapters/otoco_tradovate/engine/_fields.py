"""The fields of a body: what each may be, and how a request with others is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from math import isfinite
from typing import Any, TypeAlias, cast

Fields: TypeAlias = dict[str, Any]
Parser: TypeAlias = Callable[[object], object]

RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)


class Refusal(Exception):
    """A request that is refused, with the body that says so."""

    def __init__(self, reply: Fields) -> None:
        super().__init__(reply)
        self.reply = reply


def unread(value: object) -> object:
    """A child, which is read after its parent."""
    return value


def text(longest: int, shortest: int = 1) -> Parser:
    """Text of so many characters; one that names something has at least one."""

    def parse(value: object) -> str:
        if isinstance(value, str) and shortest <= len(value) <= longest:
            return value
        raise ValueError(f"is text of {shortest} to {longest} characters")

    return parse


def one_of(words: Iterable[str]) -> Parser:
    """One of a set of words."""
    listed = sorted(words)

    def parse(value: object) -> str:
        if isinstance(value, str) and value in listed:
            return value
        raise ValueError(f"is one of {', '.join(listed)}")

    return parse


def number(value: object) -> Decimal:
    """A finite double, as the decimal that is written."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        decimal = Decimal(float.__repr__(value)) if isinstance(value, float) else Decimal(value)
        if decimal.is_finite() and isfinite(float(decimal)):
            return decimal
    raise ValueError("is a finite number")


def whole(bits: int) -> Parser:
    """A positive whole number of a signed type of so many bits."""

    def parse(value: object) -> int:
        decimal = number(value)
        if 0 < decimal < 2 ** (bits - 1) and decimal == decimal.to_integral_value():
            return int(decimal)
        raise ValueError(f"is a positive whole number of {bits} bits")

    return parse


def boolean(value: object) -> bool:
    """True or false, and no word for it."""
    if isinstance(value, bool):
        return value
    raise ValueError("is true or false")


def moment(value: object) -> datetime:
    """A date-time of RFC 3339, which has its zone."""
    if isinstance(value, str) and RFC_3339.fullmatch(value):
        return datetime.fromisoformat(value.upper())
    raise ValueError("is an RFC 3339 date-time with its zone")


def parsed(
    where: str,
    body: object,
    parsers: Mapping[str, Parser],
    required: frozenset[str],
    violations: list[Fields],
) -> Fields:
    """The fields of an object; what is wrong with them is added to the violations."""

    def violated(constraint: str, name: str, description: str, value: object = None) -> None:
        shown = value if isinstance(value, str) else type(value).__name__
        subject = ".".join(part for part in (where, name) if part) or "the body"
        sentence = f"{subject} {description}"
        violations.append({"constraint": constraint, "value": shown, "description": sentence})

    if not isinstance(body, Mapping):
        violated("type", "", "is an object", body)
        return {}
    given = cast("Mapping[object, object]", body)
    known = {name: value for name, value in given.items() if name in parsers}
    for key in [key for key in given if key not in known]:
        violated("unknown", str(key), "is no field of this request", given[key])
    for name in sorted(required - known.keys()):
        violated("required", name, "is missing")
    fields: Fields = {}
    for name in [name for name in parsers if name in known]:
        try:
            fields[name] = parsers[name](known[name])
        except ValueError as error:
            violated("value", name, str(error), known[name])
    if (fields.get("timeInForce") == "GTD") != ("expireTime" in known):
        violated("required", "expireTime", "goes with timeInForce GTD, and only with it")
    return fields
