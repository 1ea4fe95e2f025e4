"""Orders that are legal and often a mistake, each with the advice that it must carry."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from decimal import Decimal
from functools import partial
from typing import Any, Final

import attrs
from hypothesis import reject
from hypothesis import strategies as st

from otoco._leg import Leg
from otoco._node import Member, Node
from otoco._numbers import add, subtract
from otoco._order_types import Offset, Price, Rest, StopLimit, points
from otoco._problems import attempt, join
from otoco._tree import Order
from otoco._words import Role, Shape, Side, TimeInForce
from otoco.testing.strategies._changes import (
    Change,
    at,
    others,
    repriced,
    with_leg,
)
from otoco.testing.strategies._limits import Limits
from otoco.testing.strategies._orders import orders
from otoco.testing.strategies._values import Lots


@attrs.frozen
class AdvisedOrder:
    """A coherent order whose advice says something with that code at ``where``."""

    order: Order
    where: str
    code: str


@st.composite
def advised_orders(
    draw: st.DrawFn, /, *, codes: Collection[str] | None = None, limits: Limits | None = None
) -> AdvisedOrder:
    """Coherent orders, each with a piece of advice that it must carry; of the given codes."""
    code = draw(st.sampled_from([each for each in _ADVICE if codes is None or each in codes]))
    shapes, changes = _ADVICE[code]
    lots = Lots.drawn(draw, 1)
    order = draw(orders(shapes=shapes, limits=limits))
    for change in lots.rotated(list(changes(order))):
        made: Any = change.made()
        if made is not None:
            return AdvisedOrder(made, change.where(made), code)
    return reject()


def _exits(order: Order) -> Iterator[tuple[Leg, Member]]:
    """Each leg that a trigger arms, on the trigger's instrument; the trigger first."""
    trigger = order.legs[0].leg
    for member in order.legs[1:]:
        if member.leg.instrument == trigger.instrument:
            yield trigger, member


def _through_entry(order: Order) -> Iterator[Change]:
    """An exit at the very price of the fill."""
    for _, (path, role, leg) in _exits(order):
        rests = leg.order_type.RESTS
        if role is Role.CONDITIONAL and rests and not leg.activate_at:
            kind = repriced(leg.order_type, **{rests.price: Offset(Decimal(0))})
            key = leg.order_type.PRICES[rests.price]
            yield Change.of_leg(order, path, key, "exit-through-entry", order_type=kind)


def _same_side(order: Order) -> Iterator[Change]:
    for trigger, (path, _, _) in _exits(order):
        yield Change.of_leg(order, path, "side", "same-side-exit", side=trigger.side)


def _exceeding(order: Order) -> Iterator[Change]:
    for trigger, (path, _, _) in _exits(order):
        quantity = 2 * trigger.quantity
        make = partial(with_leg, order, path, quantity=quantity)
        yield Change("exit-exceeds-entry", at("trigger.quantity"), make)


def _unequal(order: Order) -> Iterator[Change]:
    for first, (path, _, _) in _exits(order):
        yield Change.of_leg(order, path, "quantity", "unequal-peers", quantity=2 * first.quantity)


def _mixed(order: Order) -> Iterator[Change]:
    for path, _, _ in order.legs[1:]:
        for other in others(order.legs[0].leg, "instrument"):
            yield Change.of_leg(order, path, "instrument", "mixed-instruments", instrument=other)


def _expiring(order: Order) -> Iterator[Change]:
    """An exit for the day under an entry that lasts."""
    for path, _, _ in order.legs[1:]:
        place = at(join(path, "time_in_force"))
        yield Change("exit-expires-first", place, partial(_lasting, order, path))


def _lasting(order: Order, path: str) -> Node:
    lasting = with_leg(order, "trigger", time_in_force=TimeInForce.GTC)
    return with_leg(lasting, path, time_in_force=TimeInForce.DAY)


def _inverted(order: Order) -> Iterator[Change]:
    """A stop-limit whose limit lies beyond its stop."""
    for path, _, leg in order.legs:
        rests = leg.order_type.RESTS
        if rests and rests.how is Rest.FOR_WORSE and getattr(leg.order_type, rests.price):
            stop = getattr(leg.order_type, rests.price)
            limit = _moved(stop, 1 if leg.side is Side.SELL else -1)
            kind = attempt(StopLimit, stop, limit)
            yield Change.of_leg(order, path, "limit_price", "stop-limit-inverted", order_type=kind)


def _moved(price: Price, away: int) -> Price:
    moved = add(points(price), Decimal(away))
    return Offset(moved) if isinstance(price, Offset) else moved


def _negative(order: Order) -> Iterator[Change]:
    for path, _, leg in order.legs:
        for name, key in leg.order_type.PRICES.items():
            price = getattr(leg.order_type, name)
            if isinstance(price, Decimal) and key != "trail":
                below = subtract(Decimal(-1), price.copy_abs())
                kind = repriced(leg.order_type, **{name: below})
                yield Change.of_leg(order, path, key, "negative-price", order_type=kind)


#: For each code of advice, from which orders those that carry it are made, and how.
_ADVICE: Final[dict[str, tuple[tuple[Shape, ...], Callable[[Order], Iterator[Change]]]]] = {
    "exit-through-entry": ((Shape.OTO,), _through_entry),
    "same-side-exit": ((Shape.OTO, Shape.OTOCO), _same_side),
    "exit-exceeds-entry": ((Shape.OTO, Shape.OTOCO), _exceeding),
    "unequal-peers": ((Shape.OCO,), _unequal),
    "mixed-instruments": ((Shape.OCO, Shape.OTO, Shape.OTOCO), _mixed),
    "exit-expires-first": ((Shape.OTO, Shape.OTOCO), _expiring),
    "stop-limit-inverted": (tuple(Shape), _inverted),
    "negative-price": (tuple(Shape), _negative),
}
