"""One leg while an order runs: how much of it may trade, and how a trade meets it."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from otoco._geometry import Fill, resolve
from otoco._leg import Leg
from otoco._numbers import add, subtract
from otoco._order_types import Price, Rest
from otoco._words import Side
from otoco.simulation._outcome import LegState
from otoco.simulation._policy import Status

_NOTHING: Final = Decimal(0)


class Tape:
    """The market of one instrument: its last price, and the legs that are live in it."""

    def __init__(self) -> None:
        self.last: Decimal | None = None
        self.live: list[RunningLeg] = []


class RunningLeg:
    """A leg, its links to others, and what changes about it.

    ``rivals`` are its peers (of a peer that is a group, the trigger), ``first`` is the first of
    them all, or the leg itself. ``held`` is what it arms: for each conditional the legs of it that
    come to rest, or the peers. ``cap`` is the most that it may stand for, of which more may come
    while it ``may_grow``; ``reduced`` is what rivals have filled. ``quantity`` is what it stands
    for now, and ``remaining`` what of that may fill once it is live.
    """

    def __init__(self, path: str, leg: Leg, place: int, tape: Tape) -> None:
        self.path = path
        self.leg = leg
        self.place = place
        self.tape = tape
        self.first = self
        self.rivals: list[RunningLeg] = []
        self.held: list[list[RunningLeg]] = []
        self.buys = leg.side is Side.BUY
        self.is_immediate = leg.time_in_force.is_immediate
        self.status = Status.HELD
        self.is_live = self.is_over = False
        self.is_armed = False
        self.cap: Decimal | None = None
        self.may_grow = False
        self.reduced = _NOTHING
        self.filled = _NOTHING
        self.fills: list[tuple[Decimal, Decimal | None]] = []
        self.quantity = self.remaining = self.shown_quantity = leg.quantity
        self.prices = prices = dict(leg.prices())
        self.is_limit = "limit_price" in prices
        self.limit: Decimal | None = None
        rests = leg.order_type.RESTS
        self.is_stop = rests is not None and rests.how is Rest.FOR_WORSE
        self.level: Decimal | None = None
        self.trail: Decimal | None = getattr(leg.order_type, "trail", None)
        #: Whether no level stands, or stands any more, between the leg and a trade.
        self.is_triggered = not prices.keys() & {"stop_price", "touch_price", "trail"}

    @property
    def is_exhausted(self) -> bool:
        """Whether all has filled that the leg will ever stand for."""
        return self.filled >= self._most(None if self.may_grow else self.cap)

    @property
    def protects(self) -> bool:
        """Whether the leg is a stop that knows its level, or will find it with the next trade."""
        return self.is_stop and (self.level is not None or self.trail is not None)

    def is_exit_of(self, trigger: RunningLeg) -> bool:
        """Whether the leg undoes what the trigger has done."""
        return self.tape is trigger.tape and self.buys is not trigger.buys

    def state(self) -> LegState:
        """The state as a value."""
        return LegState(self.path, self.leg, self.status, self.quantity, self.filled)

    def book(self, quantity: Decimal, price: Decimal | None) -> None:
        """Enter a fill."""
        self.filled = add(self.filled, quantity)
        self.fills.append((quantity, price))
        self._resize()

    def reduce(self, quantity: Decimal) -> None:
        """Give up what a rival has filled."""
        self.reduced = add(self.reduced, quantity)
        self._resize()

    def allot(self, cap: Decimal, *, may_grow: bool) -> None:
        """Stand for no more than a cap, for now or for good."""
        self.cap, self.may_grow = cap, may_grow
        self._resize()

    def arm(self, fill: Fill) -> None:
        """Fix the prices, given the fill of the trigger above; offsets of no fill stay open."""
        self.is_armed = True
        self._resize()
        self.limit = _absolute(self.prices.get("limit_price"), fill)
        level = self.prices.get("stop_price", self.prices.get("touch_price"))
        self.level = _absolute(level, fill)

    @property
    def is_in_the_market(self) -> bool:
        """Whether there is something live of the leg, and a price to hold against it."""
        return self.is_live and self.tape.last is not None and self.remaining > 0

    def executes(self) -> bool:
        """Whether the last price executes the leg; else it may trigger it or move its stop.

        A trailing stop meets a trade where it stands, and follows it then.
        """
        price = self.tape.last
        assert price is not None, "the leg is in the market"
        if not self.is_triggered:
            if not self._is_touched(price):
                self._follow(price)
                return False
            self.is_triggered = True
        return not self.is_limit or self._is_within_limit(price)

    def _most(self, cap: Decimal | None) -> Decimal:
        most = self.leg.quantity if cap is None else min(self.leg.quantity, cap)
        return subtract(most, self.reduced) if self.reduced else most

    def _resize(self) -> None:
        self.quantity = max(self.filled, self._most(self.cap if self.is_armed else None))
        self.remaining = subtract(self.quantity, self.filled)

    def _is_touched(self, price: Decimal) -> bool:
        if self.level is None:
            return False
        return price >= self.level if self.buys is self.is_stop else price <= self.level

    def _is_within_limit(self, price: Decimal) -> bool:
        if self.limit is None:
            return False
        return price <= self.limit if self.buys else price >= self.limit

    def _follow(self, price: Decimal) -> None:
        """Move a trailing stop after the market, if that is tighter."""
        if self.trail is None:
            return
        level = add(price, self.trail) if self.buys else subtract(price, self.trail)
        if self.level is None or (level < self.level if self.buys else level > self.level):
            self.level = level


def _absolute(price: Price | None, fill: Fill) -> Decimal | None:
    if price is None:
        return None
    points, is_distance = resolve(price, fill)
    return None if is_distance else points
