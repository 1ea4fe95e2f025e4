"""One leg while an order runs: its state, and how a trade meets it."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import attrs

from otoco._geometry import resolve
from otoco._leg import Leg
from otoco._numbers import add, subtract
from otoco._order_types import Market, Rest
from otoco._words import Side, TimeInForce
from otoco.simulation._policy import Status

_NOTHING: Final = Decimal(0)
_IMMEDIATE: Final = frozenset({TimeInForce.IOC, TimeInForce.FOK})


@attrs.frozen
class LegState:
    """A leg of a running order.

    ``quantity`` is what the leg stands for now, after reductions; ``filled`` what of it has traded.
    """

    path: str
    leg: Leg
    status: Status
    quantity: Decimal
    filled: Decimal


class RunningLeg:
    """A leg with what changes about it. ``cap`` is the most that it may stand for so far."""

    def __init__(self, path: str, leg: Leg) -> None:
        self.path = path
        self.leg = leg
        self.status = Status.HELD
        self.filled = _NOTHING
        self.quantity = leg.quantity
        self.cap: Decimal | None = None
        self.cap_is_final = True
        self.is_armed = False
        self.fills: list[tuple[Decimal, Decimal | None]] = []
        self.immediate = leg.time_in_force in _IMMEDIATE
        self.is_market = isinstance(leg.order_type, Market)
        self.buys = leg.side is Side.BUY
        self.triggered = False
        self.level: Decimal | None = None
        self.limit: Decimal | None = None
        self.trail: Decimal | None = getattr(leg.order_type, "trail", None)
        rests = leg.order_type.RESTS
        self.waits_for_worse = rests is not None and rests.how is Rest.FOR_WORSE
        self.executes_below = self.buys is not self.waits_for_worse
        self.is_limit = "LIMIT" in leg.order_type.NAME
        self.triggers_first = leg.order_type.NAME not in ("MARKET", "LIMIT")

    @property
    def remaining(self) -> Decimal:
        """What may still trade now: no more than the cap allows."""
        most = self.quantity if self.cap is None else min(self.quantity, self.cap)
        return subtract(most, self.filled)

    @property
    def is_complete(self) -> bool:
        """Whether all that the leg will ever stand for has filled."""
        return self.filled == self.quantity or (
            self.cap is not None and self.cap_is_final and self.filled == self.cap
        )

    def state(self) -> LegState:
        """The state as a value."""
        return LegState(self.path, self.leg, self.status, self.quantity, self.filled)

    def price(self, fill: Decimal | None) -> None:
        """Fix the prices, given the fill of the trigger above; an offset of no fill stays open."""
        order_type = self.leg.order_type
        rests = order_type.RESTS
        if rests is not None:
            self.level = _absolute(getattr(order_type, rests.price), fill)
        if self.is_limit:
            limit = getattr(order_type, "limit", None)
            self.limit = self.level if limit is None else _absolute(limit, fill)

    def executes(self, price: Decimal) -> bool:
        """Whether a trade at ``price`` executes the leg; moves its trigger or trail if not."""
        if self.is_market:
            return True
        if not self.triggered:
            if not self._touched(price):
                self._follow(price)
                return False
            self.triggered = self.triggers_first
        return not self.is_limit or self._within_limit(price)

    def _touched(self, price: Decimal) -> bool:
        if self.level is None:
            return False
        return price <= self.level if self.executes_below else price >= self.level

    def _within_limit(self, price: Decimal) -> bool:
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


def _absolute(price: object, fill: Decimal | None) -> Decimal | None:
    if price is None:
        return None
    points, is_distance = resolve(price, fill)  # type: ignore[arg-type]  # the tables name prices
    return None if is_distance else points
