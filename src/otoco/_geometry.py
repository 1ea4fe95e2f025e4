"""The one rule of the geometry: where a resting leg would execute at once.

Every resting leg has a region of prices at which it would execute at once. The peers of an OCO are
coherent when some price lies in none of their regions; under a trigger they also must not hold the
price at which the trigger is expected to fill. That take-profits lie beyond the entry and stops
short of it, for longs and for shorts and at any depth, follows from this and is written nowhere.

Prices are compared where they can be: on one instrument, and either as absolute prices or as
distances from the same fill. A :data:`Fill` of ``None`` is a fill whose price nobody knows yet.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple, TypeAlias

from otoco._leg import Leg
from otoco._node import Node
from otoco._numbers import add
from otoco._order_types import Market, Offset, Price, Rest
from otoco._problems import join
from otoco._words import Role, Side

Fill: TypeAlias = Decimal | None

_AT_FILL: Final = Decimal(0)


class Region(NamedTuple):
    """Where a leg would execute at once: where ``p <= bound`` if below, else ``p >= bound``.

    ``relative`` bounds are distances from a fill; a region that is ``everywhere`` has no bound.
    """

    leg: Leg
    path: str
    bound: Decimal
    below: bool = True
    relative: bool = False
    everywhere: bool = False

    def holds(self, fill: Fill) -> bool:
        """Whether the price at which the trigger fills lies in the region."""
        if self.relative:
            fill = _AT_FILL
        if fill is None:
            return False
        if self.everywhere:
            return True
        return fill <= self.bound if self.below else fill >= self.bound


def resolve(price: Price, fill: Fill) -> tuple[Decimal, bool]:
    """The price in points, and whether it is only a distance from a fill that nobody knows."""
    if not isinstance(price, Offset):
        return price, False
    if fill is None:
        return price.points, True
    return add(fill, price.points), False


def region(leg: Leg, path: str, fill: Fill) -> Region | None:
    """Where the leg would execute at once, or ``None`` where nothing can be said."""
    if leg.activate_at is not None:
        return None
    order_type = leg.order_type
    if order_type.RESTS is None:
        return Region(leg, path, _AT_FILL, everywhere=True)
    name, how = order_type.RESTS
    price = getattr(order_type, name)
    if price is None:
        return None
    bound, relative = resolve(price, fill)
    return Region(leg, path, bound, (leg.side is Side.BUY) is (how is Rest.FOR_BETTER), relative)


def resting_key(leg: Leg) -> str:
    """The document's key of the price at which the leg rests."""
    rests = leg.order_type.RESTS
    return leg.order_type.PRICES[rests.price] if rests else "order_type"


def resting_legs(node: Node, path: str) -> list[tuple[str, Leg]]:
    """The legs that come to rest when ``node`` goes live: itself, its trigger, or its peers."""
    if isinstance(node, Leg):
        return [(path, node)]
    front = node.children
    if front[0].role is Role.TRIGGER:
        front = front[:1]
    return [each for key, _, child in front for each in resting_legs(child, join(path, key))]


def expected_fills(trigger: Leg, above: tuple[Fill, ...]) -> tuple[Fill, ...]:
    """The prices at which a trigger is expected to fill, given those of the trigger above it.

    One for a limit, stop or touch price, two for a type with two prices; ``(None,)`` where nothing
    can be said, as for a market order.
    """
    fills: list[Fill] = []
    for name in trigger.order_type.FILLS_AT:
        for fill in above:
            price, relative = resolve(getattr(trigger.order_type, name), fill)
            if not relative and price not in fills:
                fills.append(price)
    return tuple(fills) or (None,)


def crossing(regions: list[Region]) -> tuple[Region, Region] | Region | None:
    """Two regions that leave no price between them, one that is everywhere, or ``None``."""
    for index, each in enumerate(regions):
        if each.everywhere:
            return each
        for other in regions[:index]:
            below, above = (each, other) if each.below else (other, each)
            if (
                below.below is not above.below
                and below.bound >= above.bound
                and below.relative is above.relative
                and below.leg.instrument == above.leg.instrument
            ):
                return below, above
    return None


def is_market(leg: Leg) -> bool:
    """Whether the leg executes at once whatever the price."""
    return isinstance(leg.order_type, Market)
