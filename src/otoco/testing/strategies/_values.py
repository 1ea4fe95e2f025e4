"""Single values: numbers on a grid, moments, symbols and instruments.

Whatever is drawn often is a function of ``draw``, since a strategy inside a strategy costs more
than all that is done with what it draws.
"""

from __future__ import annotations

import string
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, Protocol, TypeVar

import attrs
from hypothesis import strategies as st

from otoco._formats import Number, Prefixed, Text
from otoco._instrument import Instrument, OptionParts
from otoco._words import InstrumentType, OptionRight

T = TypeVar("T")

FAR: Final = 9 * 10**11
UNITS: Final = tuple(
    map(Decimal, ("1", "0.25", "0.01", "0.1", "0.5", "0.005", "0.03125", "0.0001", "1E-10", "5"))
)
PRINTABLE: Final = st.characters(exclude_categories=("Cc", "Cs"))
_SYMBOLS: Final = {
    InstrumentType.EQUITY: ("AAPL", "BRK.B"),
    InstrumentType.FUTURE: ("MESM7", "ESZ26", "6EU7"),
    InstrumentType.CRYPTOCURRENCY: ("BTC", "ETH"),
    InstrumentType.CRYPTOCURRENCY_PAIR: ("BTC-USD", "ETH/EUR"),
    InstrumentType.FOREX: ("EUR/USD",),
}
_SOON: Final = [datetime.fromisoformat(day) for day in ("2026-01-01", "2027-01-01")]
_EVER: Final = [datetime.fromisoformat(day) for day in ("0001-01-03", "9999-12-29")]
_LONGEST_SYMBOL: Final = 30
_PARTS: Final = 4096


class Taking(Protocol):
    """What says whether a value can be written: any format of an adapter's tables."""

    def refusal(self, value: Any, /) -> str | None:
        """Why not, or ``None``."""


def takes(form: Taking | None, value: Any) -> bool:
    """Whether a format takes a value; ``None`` takes all."""
    return form is None or form.refusal(value) is None


@lru_cache(maxsize=1024)
def _between(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


def between(draw: st.DrawFn, low: int, high: int) -> int:
    """A whole number within inclusive bounds; those near to zero are likelier."""
    return draw(_between(low, high))


@lru_cache(maxsize=1024)
def _index(count: int) -> st.SearchStrategy[int]:
    return st.sampled_from(range(count))


def pick(draw: st.DrawFn, options: Sequence[T]) -> T:
    """One of the options, each as likely as any other."""
    return options[draw(_index(len(options)))]


@attrs.frozen
class Lots:
    """Choices among what is not known yet: an order of some things, and a part of any list.

    Hypothesis varies what is drawn first most freely. What is drawn late is often the simplest
    choice, so what decides most about an example is drawn before the order that it is about.
    """

    order: tuple[int, ...]
    part: int

    @classmethod
    def drawn(cls, draw: st.DrawFn, count: int) -> Lots:
        """Lots for so many things."""
        return cls(tuple(draw(_permutations(count))), pick(draw, range(_PARTS)))

    def rotated(self, options: Sequence[T]) -> tuple[T, ...]:
        """The options, from one of them on."""
        start = self.part * len(options) // _PARTS
        return (*options[start:], *options[:start])


@lru_cache(maxsize=64)
def _permutations(count: int) -> st.SearchStrategy[list[int]]:
    return st.permutations(range(count))


@attrs.frozen
class Grid:
    """Multiples of a unit that a format takes, from ``least`` to ``most`` of them."""

    form: Taking | None
    unit: Decimal
    least: int
    most: int

    @classmethod
    def of(cls, form: Taking | None, unit: Decimal) -> Grid | None:
        """The grid of a unit, or ``None`` where its multiples are not taken."""
        low, most = 1, int(FAR / unit)
        match form:
            case Number(low=Decimal() as bound) if bound > 0:
                low = -int(-bound // unit)
            case _:
                pass
        match form:
            case Number(high=Decimal() as bound):
                most = min(most, int(bound / unit))
            case _:
                pass
        while most > low and not takes(form, most * unit):
            most //= 10
        for least in (low, *(10**n for n in range(7))):
            first = (least, min(least + 1, most))
            if low <= least <= most and all(takes(form, each * unit) for each in first):
                return cls(form, unit, least, most)
        return None

    def number(self, draw: st.DrawFn) -> Decimal:
        """A multiple: most of them small, some as large as there are."""
        reach = pick(draw, (9, 10**6, self.most))
        count = between(draw, self.least, min(self.least + reach, self.most))
        return self.nearest(count)

    def nearest(self, count: int) -> Decimal:
        """So many units; of a number that the format does not take, a smaller one."""
        counts = (count, self.least + count % 10**5, self.least)
        return next(each * self.unit for each in counts if takes(self.form, each * self.unit))


def grids(form: Taking | None) -> tuple[Grid, ...]:
    """The grids of all units whose multiples a format takes."""
    return tuple(grid for unit in UNITS if (grid := Grid.of(form, unit)))


def quantities(
    takes: Taking | None = None, unit: Decimal = Decimal(1)
) -> st.SearchStrategy[Decimal]:
    """Multiples of a unit, most of them small and some as large as there are."""
    grid = Grid.of(takes, unit)
    return st.nothing() if grid is None else _numbers(grid)


@st.composite
def _numbers(draw: st.DrawFn, grid: Grid) -> Decimal:
    return grid.number(draw)


def instants() -> st.SearchStrategy[datetime]:
    """Moments with a time zone, in any of the years that are moments in UTC too."""
    return _INSTANTS


def _instants() -> st.SearchStrategy[datetime]:
    zones = st.integers(-14 * 60, 14 * 60).map(lambda each: timezone(timedelta(minutes=each)))
    (soon, later), (first, last) = _SOON, _EVER
    near = st.datetimes(soon, later, timezones=st.just(UTC))
    return near | st.datetimes(first, last, timezones=zones)


_INSTANTS: Final = _instants()


@st.composite
def instruments(
    draw: st.DrawFn,
    /,
    types: Collection[InstrumentType] = tuple(InstrumentType),
    symbol: Taking | None = None,
    **reference: Decimal | None,
) -> Instrument:
    """Instruments of the given types, whose symbols a format takes."""
    kind = pick(draw, tuple(types))
    return Instrument(draw(symbols_of(kind, symbol)), kind, **reference)


def symbols_of(kind: InstrumentType, form: Taking | None) -> st.SearchStrategy[str]:
    """Symbols of one type of instrument, which a format takes."""
    if kind is InstrumentType.OPTION:
        return option_parts().map(lambda parts: parts.symbol).filter(lambda text: takes(form, text))
    known = [text for text in _SYMBOLS[kind] if takes(form, text)]
    strange = texts(form).filter(lambda text: text == text.strip() != "" and takes(form, text))
    return st.sampled_from(known) | strange if known else strange


def texts(form: Any, longest: int = _LONGEST_SYMBOL) -> st.SearchStrategy[str]:
    """Texts that a format takes, the shortest and the longest among them."""
    match form:
        case Text(pattern=pattern, longest=most) if pattern:
            strange = st.from_regex(pattern, fullmatch=True, alphabet=string.printable)
            return strange.map(lambda text: text[:most])
        case Text(shortest=least, longest=most):
            most = max(least, min(most, longest))
            full = st.text(PRINTABLE, min_size=most, max_size=most)
            return st.text(PRINTABLE, min_size=least, max_size=most) | full
        case Prefixed(text=text):
            return texts(text, longest)
        case _:
            return st.text(PRINTABLE, max_size=longest)


def option_parts() -> st.SearchStrategy[OptionParts]:
    """What OCC symbols can say."""
    return st.builds(
        OptionParts,
        st.text(string.ascii_uppercase, min_size=1, max_size=6),
        st.dates(date(2000, 1, 1), date(2099, 12, 31)),
        st.integers(1, 10**8 - 1).map(lambda strike: Decimal(strike).scaleb(-3)),
        st.sampled_from(OptionRight),
    )
