"""The one rule of the geometry: where a resting leg would execute at once.

Every resting leg has a region of prices at which it would execute at once. The peers of an OCO are
coherent when some price lies in none of their regions; under a trigger they also must not hold the
price at which the trigger is expected to fill. That take-profits lie beyond the entry and stops
short of it, for longs and for shorts and at any depth, follows from this and is written nowhere.

Prices are compared where they can be: on one instrument, and either as absolute prices or as
distances from the same fill. A :data:`Fill` of ``None`` is a fill whose price nobody knows yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NamedTuple, TypeAlias

from otoco._instrument import Instrument
from otoco._leg import Leg
from otoco._node import Node
from otoco._numbers import add
from otoco._order_types import Market, Offset, Price, Rest
from otoco._words import Role, Side

Fill: TypeAlias = Decimal | None

_AT_FILL: Final = Decimal(0)


class Region(NamedTuple):
    """The prices at which a leg would execute at once: up to ``bound`` if below, else from it on.

    A bound of ``None`` is no bound: every price. ``relative`` bounds are distances from a fill.
    """

    leg: Leg
    path: str
    bound: Decimal | None
    below: bool = True
    relative: bool = False

    def holds(self, fill: Fill) -> bool:
        """Whether the price at which the trigger fills lies in the region."""
        if self.relative:
            fill = _AT_FILL
        if fill is None:
            return False
        if self.bound is None:
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
        return Region(leg, path, None)
    name, how = order_type.RESTS
    price = getattr(order_type, name)
    if price is None:
        return None
    bound, relative = resolve(price, fill)
    return Region(leg, path, bound, (leg.side is Side.BUY) is (how is Rest.FOR_BETTER), relative)


def resting_legs(node: Node, path: str) -> Iterator[tuple[str, Leg]]:
    """The legs that come to rest when ``node`` goes live: itself, its trigger, or its peers."""
    if isinstance(node, Leg):
        yield path, node
        return
    for key, role, child in node.children:
        if role is not Role.CONDITIONAL:
            yield from resting_legs(child, f"{path}.{key}" if path else key)
        if role is Role.TRIGGER:
            return


def expected_fills(trigger: Leg, fill: Fill) -> tuple[Fill, ...]:
    """The prices at which a trigger is expected to fill, given the fill of the trigger above it.

    One for a limit, stop or touch price, two for a type with two prices; ``(None,)`` where nothing
    can be said, as for a market order.
    """
    fills: list[Fill] = []
    for name in trigger.order_type.FILLS_AT:
        price, relative = resolve(getattr(trigger.order_type, name), fill)
        if not relative:
            fills.append(price)
    return tuple(dict.fromkeys(fills)) or (None,)


def crossing(regions: list[Region]) -> tuple[Region, Region] | Region | None:
    """The two regions that leave no price between them, the one that is everywhere, or ``None``."""
    comparable: dict[tuple[Instrument, bool], tuple[list[Region], list[Region]]] = {}
    for each in regions:
        if each.bound is None:
            return each
        sides = comparable.setdefault((each.leg.instrument, each.relative), ([], []))
        sides[each.below].append(each)
    for above, below in comparable.values():
        if above and below:
            lowest = min(above, key=lambda each: each.bound or _AT_FILL)
            highest = max(below, key=lambda each: each.bound or _AT_FILL)
            assert lowest.bound is not None
            assert highest.bound is not None
            if highest.bound >= lowest.bound:
                return highest, lowest
    return None


def is_market(leg: Leg) -> bool:
    """Whether the leg executes at once whatever the price."""
    return isinstance(leg.order_type, Market)
