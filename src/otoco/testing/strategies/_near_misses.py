"""Near misses: an order that an adapter takes, with one change that it must refuse.

What must be refused is derived from the adapter's tables: whatever has no row there, and whatever a
format of theirs does not take.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import Any, Final, TypeAlias

import attrs
from hypothesis import reject
from hypothesis import strategies as st

from otoco._contract import Adapter
from otoco._form import Sides
from otoco._leg import OPTIONAL_FIELDS, Leg
from otoco._node import Node
from otoco._order_types import ORDER_TYPES, Market, Offset, OrderType, Price, points
from otoco._translate import check
from otoco._tree import OCO, OTO, OTOCO, Order
from otoco._words import InstrumentType, PositionEffect, Role, Shape, Side, TimeInForce
from otoco.testing.strategies._changes import (
    Change,
    at,
    numbers,
    of_type,
    others,
    refused,
    regrouped,
    renamed,
    repriced,
    texts,
)
from otoco.testing.strategies._limits import Layout, Place, layout_of
from otoco.testing.strategies._orders import orders
from otoco.testing.strategies._values import Lots


@attrs.frozen
class NearMiss:
    """An order that differs in one place from one that an adapter takes.

    Of ``order`` the adapter must refuse what stands at ``where``, with that code; it takes
    ``accepted``.
    """

    order: Order
    where: str
    code: str
    accepted: Order


@st.composite
def near_misses(
    draw: st.DrawFn, /, adapter: Adapter, *, shapes: Collection[Shape] = tuple(Shape)
) -> NearMiss:
    """Near misses of an adapter, from orders of the given shapes that it takes."""
    lots = Lots.drawn(draw, len(_LEG_MISSES) + 5)
    accepted = draw(
        orders(within=adapter, shapes=shapes).filter(lambda each: not check(each, adapter))
    )
    sources = _sources(accepted, layout_of(accepted, adapter))
    missed = (
        miss
        for index in lots.order
        for change in lots.rotated(list(sources[index]()))
        if (miss := _missed(change, accepted, adapter))
    )
    return next(missed, None) or reject()


def every_near_miss(accepted: Order, adapter: Adapter) -> Iterator[NearMiss]:
    """All near misses of one order that an adapter takes: far more than one draws for it."""
    for source in _sources(accepted, layout_of(accepted, adapter)):
        for change in source():
            if miss := _missed(change, accepted, adapter):
                yield miss


def _sources(order: Order, layout: Layout) -> list[Callable[[], Iterator[Change]]]:
    """What lists the changes of an order: one for each kind of them."""
    return [
        *(partial(_of_legs, order, layout, misses) for misses in _LEG_MISSES),
        partial(_of_shared, order, layout),
        partial(_of_sides, order, layout),
        partial(_of_kinds, order, layout),
        partial(_of_count, order, layout),
        partial(_of_shape, order),
    ]


def _missed(change: Change, accepted: Order, adapter: Adapter) -> NearMiss | None:
    """The near miss that a change makes; ``None`` where another form comes nearer to it."""
    order: Any = change.made()
    if order is None:
        return None
    tables = adapter.capabilities
    meant = None if change.code == "shape" else tables.form_for(accepted)
    if tables.form_for(order) is not meant:  # another form may take it, or be nearer to it
        return None
    return NearMiss(order, change.where(order), change.code, accepted)


def _of_shape(order: Node) -> Iterator[Change]:
    """A part of the order, a smaller group or a larger one: some of that has no form."""
    last = order.legs[-1].leg
    entry = attrs.evolve(
        order.legs[0].leg,
        order_type=Market(),
        time_in_force=TimeInForce.DAY,
        expire_at=None,
    )
    shapes: list[Callable[[], Node]] = [
        lambda: last,
        lambda: OTO(entry, [last]),
        lambda: OCO([last, last]),
        lambda: OTOCO(entry, [last, last]),
        lambda: _ladder(order),
        lambda: OTO(entry, [OTO(entry, [order])]),
        lambda: OCO([order, OTO(last, [last])]),
    ]
    return (Change("shape", lambda made: "type" if made.children else "", each) for each in shapes)


def _ladder(order: Node) -> Node:
    """An entry with two of the order's exits, or pairs of them."""
    match order:
        case OTO(trigger=trigger, conditionals=(rung, *_)):
            pass
        case OTOCO(trigger=trigger, peers=peers):
            rung = OCO(peers)
        case _:
            first = order.legs[0].leg
            trigger, rung = attrs.evolve(first, side=first.side.opposite), order
    size = 2 * rung.legs[0].leg.quantity
    return OTO(attrs.evolve(trigger, quantity=size), [rung, rung])


def _of_count(order: Node, layout: Layout) -> Iterator[Change]:
    """One leg more, and one less."""
    parts = [child.node for child in order.children]
    held = [child for child in order.children if child.key != "trigger"]
    key = held[-1].key.partition("[")[0] if held else ""
    count = layout.conditionals if key == "conditionals" else layout.peers
    for made, number in (
        ([*parts, *parts[-1:]], len(held) + 1),
        (parts[:-1], len(held) - 1),
    ):
        if parts and number not in count:
            yield Change("count", at(key), partial(regrouped, order, made))


def _of_sides(order: Node, layout: Layout) -> Iterator[Change]:
    """A leg of a side that the request implies otherwise."""
    for path, _, leg in order.legs[1:]:
        if layout.sides is not Sides.STATED:
            opposite = leg.side.opposite
            yield Change.of_leg(order, path, "side", "implied-side", side=opposite)


def _of_kinds(order: Node, layout: Layout) -> Iterator[Change]:
    """Two peers of kinds that do not go together."""
    peers = [each for each in order.legs if each.role is Role.PEER and "." not in each.path]
    for first, second in pairwise(peers):
        kind = first.leg.order_type
        if any(type(kind) in kinds for kinds in layout.apart):
            yield Change.of_leg(order, second.path, "order_type", "same-kind", order_type=kind)


def _of_shared(order: Node, layout: Layout) -> Iterator[Change]:
    """A field that the request carries once, and that one leg has otherwise."""
    for name in layout.shared:
        code = f"shared-{name}".replace("_", "-")
        for path, _, leg in order.legs[1:]:
            for value in others(leg, name):
                yield Change.of_leg(order, path, name, code, **{name: value})


def _of_legs(order: Node, layout: Layout, misses: Misses) -> Iterator[Change]:
    """What the place of a leg does not take."""
    for path, leg, place in layout.places(order):
        for key, code, values in misses(leg, place):
            yield Change.of_leg(order, path, key, code, **values)


#: The key of a leg at which something is refused, the code, and the fields that change.
Miss: TypeAlias = tuple[str, str, dict[str, Any]]
Misses: TypeAlias = Callable[[Leg, Place], Iterator[Miss]]


def _order_types(leg: Leg, place: Place) -> Iterator[Miss]:
    taken = place.limits.order_types
    for kind in (each for each in ORDER_TYPES.values() if each not in taken):
        for price in _absolute(leg):
            yield "order_type", "order-type", {"order_type": _priced(kind, price)}


def _absolute(leg: Leg) -> list[Decimal]:
    """The prices of a leg, or any where it has none."""
    prices = [price for key, price in leg.prices() if key != "trail"]
    return [price for price in prices if not isinstance(price, Offset)] or [Decimal(1)]


def _priced(kind: type[OrderType], price: Decimal) -> OrderType:
    """An order type all of whose prices are the same; a trail is one point."""
    prices: dict[str, Price] = dict.fromkeys(kind.PRICES, price)
    return kind(**(prices | ({"trail": Decimal(1)} if "trail" in prices else {})))


def _times_in_force(leg: Leg, place: Place) -> Iterator[Miss]:
    lives = place.limits.lives.get(type(leg.order_type), place.times_in_force)
    for each in TimeInForce:
        if each not in place.times_in_force or each not in lives:
            yield "time_in_force", "time-in-force", {"time_in_force": each}


def _instruments(leg: Leg, place: Place) -> Iterator[Miss]:
    for kind in InstrumentType:
        if kind not in place.limits.actions:
            yield "instrument.type", "instrument", {"instrument": of_type(leg, kind)}


def _symbols(leg: Leg, place: Place) -> Iterator[Miss]:
    form = place.symbol.get(leg.instrument.type)
    for symbol in refused(form, texts(form, leg.instrument.symbol)):
        yield "instrument.symbol", "instrument", {"instrument": renamed(leg, symbol)}


def _actions(leg: Leg, place: Place) -> Iterator[Miss]:
    """The opposite side, or another effect, where the two together have no word."""
    now = leg.side, leg.position_effect
    for side in Side:
        for effect in (None, *PositionEffect):
            one_change = (side is now[0]) is not (effect is now[1])
            if one_change and (side, effect) not in place.limits.actions[leg.instrument.type]:
                changes = {"side": side, "position_effect": effect}
                yield "position_effect", "position-effect", changes


def _quantities(leg: Leg, place: Place) -> Iterator[Miss]:
    for number in refused(place.quantity, numbers(place.quantity, leg.quantity)):
        yield "quantity", "quantity", {"quantity": number}


def _prices(leg: Leg, place: Place) -> Iterator[Miss]:
    """A number that the format does not take, a distance for a price, or a price for a distance."""
    form = place.limits.price
    for name, key in leg.order_type.PRICES.items():
        price = getattr(leg.order_type, name)
        if price is None:
            continue
        number = points(price)
        values: list[Price] = [*refused(form, numbers(form, number))]
        if isinstance(price, Offset):
            values = [Offset(points(each)) for each in values]
            values += [] if place.limits.absolutes else [Decimal(1), number]
        elif key != "trail" and not place.limits.offsets:
            values += [Offset(Decimal(1)), Offset(Decimal(-1))]
        for value in values:
            yield key, "price", {"order_type": repriced(leg.order_type, **{name: value})}


def _optional_prices(leg: Leg, place: Place) -> Iterator[Miss]:
    """A price that an order type can do without: missing, or there without a place for it."""
    kind = type(leg.order_type)
    taken = (place.limits.prices or {}).get(kind, ())
    for name in kind.OPTIONAL:
        key = kind.PRICES[name]
        for value in [None] if key in taken else _absolute(leg):
            yield key, "price", {"order_type": repriced(leg.order_type, **{name: value})}


def _fields(leg: Leg, place: Place) -> Iterator[Miss]:
    """A field without a place, or with a value that its format does not take."""
    fields = place.limits.fields
    for name in (each for each in OPTIONAL_FIELDS if each != "position_effect"):
        needed = {"time_in_force": TimeInForce.GTD} if name == "expire_at" else {}
        values = others(leg, name, fields.get(name))
        if {*needed.values()} <= {*place.times_in_force}:
            for value in refused(fields[name], values) if name in fields else values:
                yield name, "field", {name: value, **needed}


_LEG_MISSES: Final = (
    _order_types,
    _times_in_force,
    _instruments,
    _symbols,
    _actions,
    _quantities,
    _prices,
    _optional_prices,
    _fields,
)
