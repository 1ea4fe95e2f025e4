"""How one value stands on a broker's wire: each format refuses, writes and reads.

A format is one cell of an adapter's tables. ``refusal`` says in words why a value cannot be written
(``None`` if it can), ``write`` gives its JSON form, ``read`` gives the value back or raises
:class:`Unreadable`. What ``refusal`` lets through, ``write`` writes and ``read`` reads unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, Final, Protocol
from uuid import UUID

import attrs

from otoco._instrument import parse_occ
from otoco._numbers import SMALLEST, InexactNumber, Numeral, exact, integer, plain
from otoco._problems import AdapterError, Flaw, shown
from otoco._values import read_instant, to_text, write_instant

_CANONICAL_UUID: Final = re.compile(
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII
)
_PLAIN: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_SAFE_DIGITS: Final = 15  # every decimal of so many significant digits survives a double


class Absent(Enum):
    """The word of a value that is said by leaving its key out."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT


class Unreadable(ValueError):
    """A wire value that a format does not take; the message says why."""


class Format(Protocol):
    """How one value stands on the wire."""

    def refusal(self, value: Any, /) -> str | None:
        """Why the value cannot be written, or ``None``."""

    def write(self, value: Any, /) -> Any:
        """The value as JSON."""

    def read(self, wire: Any, /) -> Any:
        """The value that the JSON stands for; raises :class:`Unreadable`."""


@attrs.frozen(cache_hash=True)
class Number:
    """A decimal as a JSON number, if the receiver's double keeps it; integral values as integers.

    ``whole`` takes whole numbers only; ``low`` and ``high`` are inclusive bounds on the value, and
    ``tiniest`` on the size of what is not zero. As ``text`` the number is written in plain digits,
    with ``decimals`` of them behind the point or as many more as it has. With ``either``, text is
    read where a JSON number is written, and the other way round; the adapter's
    :class:`otoco.adapters.TextOrNumber` says who documents that.
    """

    whole: bool = False
    low: Decimal | None = None
    high: Decimal | None = None
    tiniest: Decimal | None = None
    text: bool = False
    decimals: int = 0
    either: bool = False

    def refusal(self, value: Decimal) -> str | None:
        return _number_refusal(self, value)

    def write(self, value: Decimal) -> int | float | str:
        if self.text:
            whole, _, decimals = plain(value).partition(".")
            decimals = decimals.ljust(self.decimals, "0")
            return f"{whole}.{decimals}" if decimals else whole
        number = float(value)
        return int(value) if number.is_integer() else number

    def read(self, wire: Any) -> Decimal:
        if wire is None:
            raise Unreadable("null is no number")
        is_text = isinstance(wire, str) and not isinstance(wire, Numeral)
        if is_text is not self.text and not self.either:
            what = f"{shown(wire)} is text" if is_text else f"{shown(wire)} is no text"
            wanted = "a number as text" if self.text else "a JSON number"
            raise Unreadable(f"{what}, and {wanted} belongs here")
        if is_text and not _PLAIN.fullmatch(wire):
            raise Unreadable(f"{shown(wire)} is not a number in plain digits")
        try:
            number = exact(wire)
        except InexactNumber as error:
            raise Unreadable(str(error)) from None
        why = self.refusal(number)
        if why:
            raise Unreadable(why)
        return number


@lru_cache(maxsize=8192)
def _number_refusal(form: Number, value: Decimal) -> str | None:
    said = plain(value)
    said = said.rstrip("0").rstrip(".") if "." in said else said  # one text for equal values
    if form.whole and value != value.to_integral_value():
        return f"{said} is not a whole number"
    if form.low is not None and value < form.low:
        return (
            f"{said} is not above 0"
            if form.low == SMALLEST
            else f"{said} is less than {plain(form.low)}"
        )
    if form.high is not None and value > form.high:
        return f"{said} is more than {plain(form.high)}"
    if form.tiniest is not None and value and value.copy_abs() < form.tiniest:
        return f"{said} is closer to zero than {plain(form.tiniest)}"
    if form.text:
        return None
    if len(value.as_tuple().digits) > _SAFE_DIGITS and Decimal(repr(float(value))) != value:
        return f"{said} would become {float(value)!r} in the broker's JSON number"
    return None


@attrs.frozen
class Text:
    """Printable text of ``shortest`` to ``longest`` characters, matching ``pattern`` if given.

    ``says`` describes the pattern in words.
    """

    longest: int
    shortest: int = 0
    pattern: str = ""
    says: str = ""

    def refusal(self, value: str) -> str | None:
        text: str | Flaw = to_text(value)
        if isinstance(text, Flaw):
            return text.problems[0].why.removesuffix(".")
        if not self.shortest <= len(text) <= self.longest:
            return f"it has {len(text)} characters, and {self.shortest} to {self.longest} are taken"
        if self.pattern and not re.fullmatch(self.pattern, text):
            return f"{shown(text)} is not {self.says}"
        return None

    def write(self, value: str) -> str:
        return value

    def read(self, wire: Any) -> str:
        why = self.refusal(wire)
        if why:
            raise Unreadable(why)
        return str(wire)


@attrs.frozen
class Instant:
    """A moment as RFC 3339 text with zone, to the microsecond."""

    def refusal(self, value: datetime) -> None:  # noqa: ARG002  every moment can be written
        return None

    def write(self, value: datetime) -> str:
        return write_instant(value)

    def read(self, wire: Any) -> datetime:
        moment: datetime | Flaw = read_instant(wire, "value")
        if isinstance(moment, Flaw):
            raise Unreadable(moment.problems[0].why.removesuffix("."))
        return moment


@attrs.frozen
class Words:
    """A closed set of words, one for each value; the table is the capability.

    A value whose word is ``ABSENT`` is said by leaving the key out.

    Raises:
        otoco.AdapterError: where two values share a word.

    """

    table: Mapping[Any, str | Absent] = attrs.field()
    reverse: Mapping[str | Absent, Any] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        reverse = {word: value for value, word in self.table.items()}
        if len(reverse) != len(self.table):
            words = ", ".join(f"{word} of {value}" for value, word in self.table.items())
            raise AdapterError(f"a table is wrong: two values share a word in {words}.")
        object.__setattr__(self, "reverse", reverse)

    def refusal(self, value: Any) -> str | None:
        try:
            known = value in self.table
        except TypeError:  # what cannot be looked up is no word
            known = False
        return None if known else f"it is not one of {', '.join(map(str, self.table))}"

    def write(self, value: Any) -> Any:
        return self.table[value]

    def read(self, wire: Any) -> Any:
        if type(wire) is str and wire in self.reverse:
            return self.reverse[wire]
        words = ", ".join(word for word in self.reverse if word is not ABSENT)
        raise Unreadable(f"{shown(wire)} is not one of {words}")


@attrs.frozen
class Integer:
    """A JSON integer within inclusive bounds; text and ``1.5`` are none."""

    low: int
    high: int

    def refusal(self, value: int) -> str | None:
        if type(value) is not int:
            return f"{shown(value)} is not an integer"
        if not self.low <= value <= self.high:
            return f"{shown(value)} is not between {self.low} and {self.high}"
        return None

    def write(self, value: int) -> int:
        return value

    def read(self, wire: Any) -> int:
        number = integer(wire)
        why = self.refusal(wire if number is None else number)
        if number is None or why:
            raise Unreadable(why or f"{shown(wire)} is not an integer")
        return number


@attrs.frozen
class Flag:
    """``true`` or ``false``, and nothing that merely looks like it."""

    def refusal(self, value: Any) -> str | None:
        return None if type(value) is bool else f"{shown(value)} is neither true nor false"

    def write(self, value: bool) -> bool:
        return value

    def read(self, wire: Any) -> bool:
        why = self.refusal(wire)
        if why:
            raise Unreadable(why)
        return bool(wire)


@attrs.frozen
class Uuid:
    """A UUID in its canonical 36 characters, written in lower case."""

    def refusal(self, value: UUID) -> str | None:
        return None if type(value) is UUID else f"{shown(value)} is not a UUID"

    def write(self, value: UUID) -> str:
        return str(value)

    def read(self, wire: Any) -> UUID:
        if type(wire) is UUID:
            return wire
        if type(wire) is str and _CANONICAL_UUID.fullmatch(wire):
            return UUID(wire)
        raise Unreadable(f"{shown(wire)} is not a UUID in its 36-character form")


@attrs.frozen
class Occ:
    """An OCC option symbol: 21 characters with a ``padded`` root, or without padding."""

    padded: bool = True

    def refusal(self, value: str) -> str | None:
        return None if parse_occ(value) else f"{shown(value)} is not an OCC option symbol"

    def write(self, value: str) -> str:
        parts = parse_occ(value)
        assert parts is not None, "what is no OCC symbol is refused"
        return parts.symbol if self.padded else parts.compact

    def read(self, wire: Any) -> str:
        parts = parse_occ(wire) if type(wire) is str else None
        if parts is None:
            raise Unreadable(f"{shown(wire)} is not an OCC option symbol")
        if self.write(parts.symbol) != wire:
            how = "padded to 21 characters" if self.padded else "without spaces"
            raise Unreadable(f"{shown(wire)} is not written {how}: {self.write(parts.symbol)}")
        return parts.symbol


@attrs.frozen
class Prefixed:
    """A text behind a mark of the broker's, such as the slash of ``/MESM7``."""

    prefix: str
    text: Text

    def refusal(self, value: str) -> str | None:
        return self.text.refusal(value)

    def write(self, value: str) -> str:
        return self.prefix + value

    def read(self, wire: Any) -> str:
        if type(wire) is not str or not wire.startswith(self.prefix):
            raise Unreadable(f"{shown(wire)} does not begin with {self.prefix}")
        return self.text.read(wire.removeprefix(self.prefix))
