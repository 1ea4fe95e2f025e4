"""Turning what a caller wrote into a value, or into a flaw that says what is wrong with it.

What comes in may be anything, a flaw included, which comes out as it is; what comes out is typed as
anything, because a flaw stands in for a value.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from otoco._numbers import InexactNumber, exact, plain
from otoco._problems import Flaw, flaw, nearest, shown

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)


def to_number(value: Any, code: str) -> Any:
    """The exact number, or a flaw under ``code``."""
    try:
        return exact(value)
    except InexactNumber as error:
        return value if isinstance(value, Flaw) else flaw(code, f"{error}.", error.fix)


def to_positive(value: Any, code: str, what: str) -> Any:
    """The exact number if it is above zero, or a flaw under ``code``."""
    number = to_number(value, code)
    if isinstance(number, Flaw) or number > 0:
        return number
    return flaw(code, f"{what} {plain(number)} is not above zero.")


def to_word(kind: type[StrEnum], value: Any) -> Any:
    """The member of a closed set that ``value`` is or spells exactly, or a flaw."""
    if type(value) is kind:
        return value
    if isinstance(value, Flaw):
        return value
    members = _members(kind)
    if type(value) is str and value in members:
        return members[value]
    close = nearest(value, members)
    known = ", ".join(members)
    return flaw(
        "value",
        f"{shown(value)} is not one of {known}.",
        f"Did you mean {close}?" if close else None,
    )


@cache
def _members(kind: type[StrEnum]) -> dict[str, StrEnum]:
    return dict(kind.__members__)


def to_instance(kind: type, value: Any, code: str, why: str, fix: str | None = None) -> Any:
    """The value if it is of that kind, or a flaw under ``code``; ``{}`` in ``why`` is the value."""
    if isinstance(value, (kind, Flaw)):
        return value
    return flaw(code, why.format(shown(value)), fix)


def to_text(value: Any) -> Any:
    """The text, or a flaw where it holds a control character or half a surrogate pair."""
    if type(value) is not str:
        return flaw("value", f"{shown(value)} is not text.", "Write it in quotes.")
    bad = _UNPRINTABLE.search(value)
    if bad is None:
        return value
    return flaw(
        "value",
        f"the text holds the unprintable character U+{ord(bad.group()):04X}"
        f" at position {bad.start()}.",
        "Leave it out.",
    )


def to_instant(value: Any, code: str) -> Any:
    """The moment in UTC, or a flaw under ``code`` where it names no one moment."""
    if isinstance(value, Flaw):
        return value
    if type(value) is not datetime:
        return flaw(code, f"{shown(value)} is not a datetime.")
    try:
        if value.utcoffset() is not None:
            return value.astimezone(UTC)
    except (ValueError, OverflowError):
        moment = value.replace(tzinfo=None)
        return flaw(code, f"{moment} there lies outside the years 1 to 9999 in UTC.")
    except NotImplementedError:  # what the bare base class of time zones answers
        return flaw(code, f"{value.replace(tzinfo=None)} has a time zone that tells no offset.")
    return flaw(
        code,
        f"{value.isoformat()} has no time zone, so it names no one moment.",
        "Give an aware datetime, such as datetime(2026, 1, 2, 21, 0, tzinfo=UTC).",
    )


def read_instant(value: Any, code: str) -> Any:
    """The moment that an RFC 3339 text with offset names, in UTC, or a flaw under ``code``."""
    if isinstance(value, datetime):
        return to_instant(value, code)
    if type(value) is str and _RFC_3339.fullmatch(value):
        try:
            return to_instant(datetime.fromisoformat(value.upper()), code)
        except ValueError:
            pass
    return flaw(
        code,
        f"{shown(value)} is not a moment with a time zone, to the microsecond at most.",
        'Write it as "2026-01-02T21:00:00Z".',
    )


def write_instant(value: datetime) -> str:
    """The moment as RFC 3339 text in UTC: ``2026-01-02T21:00:00Z``."""
    return value.isoformat().replace("+00:00", "Z")
