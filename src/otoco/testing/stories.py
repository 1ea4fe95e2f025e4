"""What happens to an order: generated events, for law 6 and for tests of strategies.

A story is an order that a broker's adapter takes, and events that are likely to matter to it:
trades at its prices and around them, fills of parts of its legs, and their ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, TypeAlias, TypeVar

import attrs
from hypothesis import strategies as st

from otoco._instrument import Instrument
from otoco._leg import Leg
from otoco._numbers import add, subtract
from otoco._order_types import Offset, Price, points
from otoco._translate import check
from otoco._tree import Order
from otoco._words import Side
from otoco.simulation import Cancel, Clock, Event, Fill, Reject, SessionEnd, Trade
from otoco.testing.fate import Broker
from otoco.testing.strategies import orders

Story: TypeAlias = tuple[Order, list[Event]]

_T = TypeVar("_T")


@st.composite
def stories(draw: st.DrawFn, /, broker: Broker) -> Story:
    """Orders that the broker's adapter takes, each with what happens to it.

    Two instruments of an order have two symbols, since an engine knows a market by its symbol.
    """

    def is_taken(order: Order) -> bool:
        instruments = {leg.instrument for _, _, leg in order.legs}
        is_clear = len(instruments) == len({each.symbol for each in instruments})
        return is_clear and not check(order, broker.adapter)

    order = draw(orders(within=broker.adapter).filter(is_taken))
    return order, draw(events(order, least=4))


@st.composite
def events(draw: st.DrawFn, /, order: Order, *, least: int = 1) -> list[Event]:
    """What happens to an order, likely to matter to it; every fill has its price.

    ``least`` is of how many choices it is made at the least: some of them are several events.
    """
    stage = _Stage.of(order)
    first, *rest = draw(st.lists(_DICE, min_size=least, max_size=16))
    return [*stage.opening(first), *(stage.event(each) for each in rest)]


class _Dice:
    """Choices read off one number, which is much faster than to draw each of them."""

    def __init__(self, number: int) -> None:
        self._number = number

    def pick(self, options: Sequence[_T]) -> _T:
        """One of the options; the first of them for the number 0."""
        self._number, index = divmod(self._number, len(options))
        return options[index]


#: Where a market is that no price of an order says.
_ANYWHERE: Final = (Decimal(100), Decimal(99))
_DICE: Final = st.binary(min_size=12, max_size=12).map(lambda each: _Dice(int.from_bytes(each)))


@attrs.frozen
class _Stage:
    """What events can be about: the legs of an order, and the prices and moments that matter."""

    legs: Mapping[str, Leg]
    prices: Mapping[Instrument, Sequence[Decimal]]
    moments: Sequence[datetime]

    @classmethod
    def of(cls, order: Order) -> _Stage:
        """Prices at which its legs execute and between them, and moments around theirs."""
        legs = {path: leg for path, _, leg in order.legs}
        moments = {
            near
            for leg in legs.values()
            for moment in (leg.activate_at, leg.expire_at)
            if moment is not None
            for near in _around(moment)
        }
        prices = {leg.instrument: _prices(order, leg.instrument) for leg in legs.values()}
        return cls(legs, prices, sorted(moments))

    def opening(self, dice: _Dice) -> list[Event]:
        """What makes the questions matter: parts of the first leg and of another, and its end."""
        first, other = next(iter(self.legs)), dice.pick(list(self.legs)[::-1])
        part, whole = self._fill(first, dice, 2), self._fill(first, dice, 1)
        then, end = self._fill(other, dice, 3), dice.pick([Cancel(first), Reject(first)])
        rest = self._fill(other, dice, None)
        over: list[Event] = [SessionEnd()]
        openings: list[list[Event]] = [
            [part],
            [part, end],
            [part, then],
            [part, then, end],
            *[[part, rest, Cancel(other), end]] * 3,
            [whole, then],
            *[over, [whole, *over]] * 4,
        ]
        if self.moments:
            late, later = (Clock(moment) for moment in self.moments[-2:])
            openings += [[late, whole], [late, part, later]] * 3
        return dice.pick([*openings, *openings[1:], []])

    def _fill(self, path: str, dice: _Dice, divisor: int | None) -> Event:
        """A fill of a part of a leg, or of all that may fill then."""
        leg = self.legs[path]
        part = divisor and max(leg.quantity // divisor, min(leg.quantity, Decimal(1)))
        return Fill(path, part, dice.pick(self.prices[leg.instrument]))

    def event(self, dice: _Dice) -> Event:
        """One event, likely to apply to a leg of the order."""
        path = dice.pick(list(self.legs))
        leg = self.legs[path]
        price = dice.pick(self.prices[leg.instrument])
        size = dice.pick([None, *_parts(leg.quantity)])
        clocks: list[Event] = [Clock(moment) for moment in self.moments] or [SessionEnd()]
        kinds: list[Event] = [
            *[Trade(price, leg.instrument)] * 5,
            *[Fill(path, size, price)] * 5,
            Reject(path),
            Cancel(path),
            dice.pick([Cancel(), SessionEnd()]),
            *[dice.pick(clocks)] * 2,
        ]
        return dice.pick(kinds)


def _around(moment: datetime) -> Iterator[datetime]:
    """A moment, and those an hour before and after it that there are."""
    for hours in (-1, 0, 1):
        with suppress(OverflowError):
            yield moment + timedelta(hours=hours)


def _prices(order: Order, instrument: Instrument) -> list[Decimal]:
    """The prices of the legs on an instrument, and a little above and below each."""
    found = _points(order)
    at = {
        point
        for path, _, leg in order.legs
        if leg.instrument == instrument
        for point in found[path]
    }
    gaps = {abs(subtract(one, other)) for one in at for other in at} - {0}
    near = min(gaps, default=Decimal(1)) / (1 if len(at) > 3 else 2)
    step = near if near == round(near, 10) else min(gaps)
    around = sorted(
        {price for point in at for price in (subtract(point, step), point, add(point, step))}
    )
    return around or [*_ANYWHERE]


def _points(order: Order) -> dict[str, set[Decimal]]:
    """The prices of each leg: of a distance, those that it comes to where its trigger fills."""
    found: dict[str, set[Decimal]] = {}
    for path, _, leg in order.legs:
        given = list(_given(leg))
        fills = next((found[each] for each in _entries(path) if each in found), set[Decimal]())
        if not fills and any(isinstance(price, Offset) for price in given):
            fills.add(_ANYWHERE[0])
        found[path] = {point for price in given for point in _meant(price, fills)}
    return found


def _entries(path: str) -> Iterator[str]:
    """The places of the triggers above a leg, the nearest first."""
    while path:
        path = path.rpartition(".")[0]
        yield f"{path}.trigger" if path else "trigger"


def _given(leg: Leg) -> Iterator[Price]:
    """The prices of a leg, and where it trails and does not say from where, its distance."""
    prices = dict(leg.order_type.prices())
    trail = points(prices.pop("trail", Decimal(0)))
    yield from prices.values()
    if trail and "stop_price" not in prices:
        yield Offset(trail if leg.side is Side.BUY else trail.copy_negate())


def _meant(price: Price, fills: Iterable[Decimal]) -> Iterator[Decimal]:
    """What a price can be, where what it may be a distance from fills at one of some prices."""
    if isinstance(price, Offset):
        yield from (add(fill, price.points) for fill in fills)
    else:
        yield price


def _parts(quantity: Decimal) -> list[Decimal]:
    """All of a quantity, some of it, and a little too much."""
    half = quantity // 2
    return [quantity, *{Decimal(1), half, quantity - half, quantity - 1, quantity + 1} - {0}]
