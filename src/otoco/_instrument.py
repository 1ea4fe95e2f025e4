"""What is traded: a symbol with its type, and the reference data that is known of it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple

import attrs

from otoco._numbers import Number, is_multiple, plain, shift
from otoco._problems import Flaw, InvalidOrder, attempt, flaw, problems_in, shown
from otoco._rebuilt import Rebuilt
from otoco._values import to_positive, to_text, to_word
from otoco._words import InstrumentType, OptionRight

_ROOT_WIDTH = 6
_OCC = re.compile(r"([A-Z0-9]{1,6})( *)([0-9]{6})([CP])([0-9]{8})", re.ASCII)
_ROOT = re.compile(r"[A-Z0-9]{1,6}", re.ASCII)
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_CENTURY = 2000
_HIGHEST_STRIKE = 10**5
_STRIKE_STEP = Decimal("0.001")
_RIGHTS = {"C": OptionRight.CALL, "P": OptionRight.PUT}


class OptionParts(NamedTuple):
    """What an OCC option symbol says: underlying root, expiry date, strike price and right."""

    underlying: str
    expiry: date
    strike: Decimal
    right: OptionRight

    @property
    def symbol(self) -> str:
        """The 21-character OCC symbol: root padded to 6, yymmdd, C or P, strike times 1000."""
        return f"{self.underlying:<{_ROOT_WIDTH}}{self._tail}"

    @property
    def compact(self) -> str:
        """The OCC symbol without padding."""
        return f"{self.underlying}{self._tail}"

    @property
    def _tail(self) -> str:
        return f"{self.expiry:%y%m%d}{self.right[0]}{int(shift(self.strike, 3)):08d}"


def _to_symbol(value: str) -> Any:
    text = to_text(value)
    if isinstance(text, Flaw):
        return text
    if not text or text != text.strip():
        blank = "empty" if not text.strip() else "padded with spaces"
        return flaw("value", f"the symbol {shown(text)} is {blank}.")
    return text


def _to_type(value: InstrumentType | str) -> Any:
    return to_word(InstrumentType, value)


def _to_increment(value: Number | None) -> Any:
    return None if value is None else to_positive(value, "value", "the increment")


@attrs.frozen(slots=False, eq=False)
class Instrument(Rebuilt):
    """A symbol with its type, and where known its tick size, lot size and multiplier.

    ``tick_size`` is in price points, ``lot_size`` in units, ``multiplier`` in money per point and
    unit. The three are reference data: they take part in validation and not in equality, since no
    broker's request carries them. An option's symbol is its OCC symbol; padded, unpadded or built
    by :meth:`option` from its parts, it is the same instrument.

    Raises:
        InvalidOrder: for an empty or unprintable symbol, an option symbol that is not an OCC
            symbol, and increments that are not above zero.

    """

    symbol: str = attrs.field(converter=_to_symbol)
    type: InstrumentType = attrs.field(converter=_to_type)
    tick_size: Decimal | None = attrs.field(converter=_to_increment, default=None)
    lot_size: Decimal | None = attrs.field(converter=_to_increment, default=None)
    multiplier: Decimal | None = attrs.field(converter=_to_increment, default=None)

    def __attrs_post_init__(self) -> None:
        values = self.__dict__
        if self.type is InstrumentType.OPTION and type(self.symbol) is str:
            values["symbol"] = _canonical(self.symbol)
        if Flaw in map(type, values.values()):
            raise InvalidOrder(problems_in(values))

    @classmethod
    def option(
        cls,
        underlying: str,
        expiry: date | str,
        strike: Number,
        right: OptionRight | str,
        **reference: Number | None,
    ) -> Instrument:
        """The option with these parts: OCC root, expiry (a date or ``2025-11-14``), strike, right.

        Raises:
            InvalidOrder: for parts that no OCC symbol can say, such as a strike of more than three
                decimals.

        """
        parts: dict[str, Any] = {
            "underlying": _to_root(underlying),
            "expiry": _to_expiry(expiry),
            "strike": _to_strike(strike),
            "right": to_word(OptionRight, right),
        }
        problems = problems_in(parts)
        symbol = "X     000101C00000001" if problems else OptionParts(**parts).symbol
        instrument: Instrument | Flaw = attempt(cls, symbol, InstrumentType.OPTION, **reference)
        if problems or isinstance(instrument, Flaw):
            rest = instrument.problems if isinstance(instrument, Flaw) else ()
            raise InvalidOrder((*problems, *rest))
        return instrument

    @property
    def option_parts(self) -> OptionParts | None:
        """Underlying, expiry, strike and right of an option; ``None`` for anything else."""
        return parse_occ(self.symbol) if self.type is InstrumentType.OPTION else None

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Instrument):
            return NotImplemented
        return self.symbol == other.symbol and self.type is other.type

    def __hash__(self) -> int:
        return hash((self.symbol, self.type))

    def __str__(self) -> str:
        return self.symbol


REFERENCE_DATA: Final = ("tick_size", "lot_size", "multiplier")


@lru_cache(maxsize=4096)
def parse_occ(symbol: str) -> OptionParts | None:
    """The parts of an OCC option symbol, padded to 21 characters or not padded at all, or ``None``.

    Source: the OCC's symbology of 2010: root of up to 6, yymmdd, C or P, strike times 1000.
    """
    match = _OCC.fullmatch(symbol)
    if not match:
        return None
    root, padding, yymmdd, right, strike = match.groups()
    if (padding and len(root) + len(padding) != _ROOT_WIDTH) or not int(strike):
        return None
    try:
        expiry = date(_CENTURY + int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:]))
    except ValueError:
        return None
    return OptionParts(root, expiry, shift(Decimal(int(strike)), -3), _RIGHTS[right])


def _canonical(symbol: str) -> Any:
    parts = parse_occ(symbol)
    if parts is not None:
        return parts.symbol
    return flaw(
        "value",
        f"{shown(symbol)} is not an OCC option symbol: root, yymmdd, C or P, and the strike"
        " times 1000 in 8 digits.",
        'Write it as "AAPL  251114C00240000", or give underlying, expiry, strike and right.',
    )


def _to_root(value: Any) -> Any:
    if isinstance(value, str) and _ROOT.fullmatch(value):
        return value
    return flaw("value", f"{shown(value)} is no OCC root: one to six capital letters and digits.")


def _to_expiry(value: Any) -> Any:
    if type(value) is date and _CENTURY <= value.year < _CENTURY + 100:
        return value
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            pass
        else:
            if _CENTURY <= day.year < _CENTURY + 100:
                return day
    why = f"{shown(value)} is no expiry date in the years 2000 to 2099."
    return flaw("value", why, 'Write it as "2025-11-14".')


def _to_strike(value: Any) -> Any:
    strike = to_positive(value, "value", "the strike")
    if isinstance(strike, Flaw):
        return strike
    if strike >= _HIGHEST_STRIKE or not is_multiple(strike, _STRIKE_STEP):
        why = f"an OCC symbol cannot say the strike {plain(strike)}."
        fix = "It takes five integer digits and three decimals."
        return flaw("value", why, fix)
    return strike
