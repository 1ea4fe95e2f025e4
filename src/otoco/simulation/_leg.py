"""One leg while an order runs: how much of it may trade, and how a trade meets it."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple

from otoco._leg import Leg
from otoco._numbers import add, mean, subtract
from otoco._order_types import Offset, Price, Rest
from otoco._words import Side
from otoco.simulation._outcome import LegState
from otoco.simulation._policy import Status

_NOTHING: Final = Decimal(0)
_LEVELS: Final = frozenset({"stop_price", "touch_price", "trail"})


class Tape:
    """The market of one instrument: its last price, and the legs that are live in it."""

    def __init__(self) -> None:
        self.last: Decimal | None = None
        self.live: list[RunningLeg] = []


class Share(NamedTuple):
    """Legs that come to rest together, and the most of their trigger that they undo: ``size``."""

    legs: list[RunningLeg]
    size: Decimal


class RunningLeg:
    """A leg, its links to others, and what changes about it.

    ``rivals`` are its peers (of a peer that is a group, the trigger), ``first`` is the first of
    them all, or the leg itself. ``held`` is what it arms, and ``shares`` the same, divided.
    ``cap`` is the most that it may stand for, of which more may come while it ``may_grow``;
    ``reduced`` is what rivals have filled. ``quantity`` is what it stands for now, ``remaining``
    what of that may fill once it is live, and ``took_last`` whether its own fill left nothing, to
    which nothing has come since.
    """

    # So many attributes would be slow in a dictionary: the interpreter shares keys up to thirty.
    __slots__ = (
        *("path", "leg", "place", "tape", "first", "rivals", "held", "shares", "is_exit", "buys"),
        *("is_immediate", "is_limit", "is_stop", "trail", "limit_price", "level_price"),
        *("status", "is_live", "is_over", "is_armed", "is_triggered", "limit", "level"),
        *("cap", "may_grow", "reduced", "filled", "fills", "took_last"),
        *("quantity", "remaining", "shown_quantity"),
    )

    def __init__(self, path: str, leg: Leg, place: int, tape: Tape) -> None:
        self.path = path
        self.leg = leg
        self.place = place
        self.tape = tape
        self.first = self
        self.rivals: list[RunningLeg] = []
        self.held: list[RunningLeg] = []
        self.shares: list[Share] = []
        self.is_exit = False
        self.buys = leg.side is Side.BUY
        self.is_immediate = leg.time_in_force.is_immediate
        self.status = Status.HELD
        self.is_live = self.is_over = False
        self.is_armed = False
        self.cap: Decimal | None = None
        self.may_grow = self.took_last = False
        self.reduced = _NOTHING
        self.filled = _NOTHING
        self.fills: list[tuple[Decimal, Decimal | None]] = []
        self.quantity = self.remaining = self.shown_quantity = leg.quantity
        prices = dict(leg.prices())
        self.limit_price = prices.get("limit_price")
        self.level_price = prices.get("stop_price", prices.get("touch_price"))
        self.is_limit = self.limit_price is not None
        self.limit: Decimal | None = None
        rests = leg.order_type.RESTS
        self.is_stop = rests is not None and rests.how is Rest.FOR_WORSE
        self.level: Decimal | None = None
        self.trail: Decimal | None = getattr(leg.order_type, "trail", None)
        #: Whether no level stands, or stands any more, between the leg and a trade.
        self.is_triggered = _LEVELS.isdisjoint(prices)

    @property
    def is_exhausted(self) -> bool:
        """Whether all has filled that the leg will ever stand for."""
        if self.may_grow:
            return not self.remaining and add(self.filled, self.reduced) >= self.leg.quantity
        return not self.remaining or self.cap == 0

    @property
    def protects(self) -> bool:
        """Whether a trade can execute the leg as a stop: one that knows its prices, or will."""
        return (
            self.is_stop
            and (self.level is not None or self.trail is not None)
            and (self.limit is not None or not self.is_limit)
        )

    def hold(self, front: list[RunningLeg]) -> None:
        """Be the trigger of legs that come to rest together."""
        for leg in front:
            leg.is_exit = leg.tape is self.tape and leg.buys is not self.buys
        size = max((leg.quantity for leg in front if leg.is_exit), default=_NOTHING)
        self.held += front
        self.shares.append(Share(front, size))

    def state(self) -> LegState:
        """The state as a value."""
        return LegState(self.path, self.leg, self.status, self.quantity, self.filled)

    def book(self, quantity: Decimal, price: Decimal | None) -> None:
        """Enter a fill."""
        self.filled = add(self.filled, quantity)
        self.remaining = subtract(self.remaining, quantity)
        self.took_last = not self.remaining
        self.fills.append((quantity, price))

    def reduce(self, quantity: Decimal) -> None:
        """Give up what a rival has filled."""
        self.reduced = add(self.reduced, quantity)
        given = min(quantity, self.remaining)
        self.remaining = subtract(self.remaining, given)
        self.quantity = subtract(self.quantity, given)

    def allot(self, cap: Decimal, *, may_grow: bool) -> None:
        """Stand for no more than a cap, for now or for good."""
        self.may_grow = may_grow
        if cap != self.cap:
            self.cap = cap
            if self.is_armed:
                self._resize(cap)

    def arm(self, trigger: RunningLeg | None) -> None:
        """Fix the prices, given the trigger above; offsets from an unknown fill stay open."""
        self.is_armed = True
        if self.cap is not None:
            self._resize(self.cap)
        self.limit = _absolute(self.limit_price, trigger)
        self.level = _absolute(self.level_price, trigger)

    @property
    def is_in_the_market(self) -> bool:
        """Whether there is something live of the leg, and a price to hold against it."""
        return self.is_live and self.tape.last is not None and bool(self.remaining)

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

    def _resize(self, cap: Decimal) -> None:
        """Stand for what the cap leaves after rivals, and for no less than has filled."""
        most = subtract(min(self.leg.quantity, cap), self.reduced)
        self.quantity = max(self.filled, most)
        self.remaining = subtract(self.quantity, self.filled)
        self.took_last = self.took_last and not self.remaining

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


def _absolute(price: Price | None, trigger: RunningLeg | None) -> Decimal | None:
    if not isinstance(price, Offset):
        return price
    assert trigger is not None, "an order with offsets and nothing above them is a fragment"
    fill = mean(trigger.fills)
    return None if fill is None else add(fill, price.points)
