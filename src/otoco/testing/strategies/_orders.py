"""Coherent orders of every shape: flat ones, ladders, and groups in groups.

Under a trigger, the price that legs are laid out around is the trigger's own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs
from hypothesis import strategies as st

from otoco._capabilities import Capabilities
from otoco._contract import Adapter, client_ids_for
from otoco._form import Count, Kinds, Sides
from otoco._formats import Format, Unreadable
from otoco._leg import Leg
from otoco._node import Node
from otoco._order_types import Offset
from otoco._tree import OCO, OTO, OTOCO, Order
from otoco._words import Shape
from otoco.testing.strategies._legs import EVERYTHING, Quote, draw_leg, draw_quote
from otoco.testing.strategies._limits import Layout, Limits, free, layouts
from otoco.testing.strategies._values import Grid, between, pick, texts

#: A group's class, where it may be any.
GROUPS: Final = (OCO, OTO, OTOCO)
#: How many groups may lie inside one another.
LEVELS: Final = 3
#: How many members a group has at most where nothing bounds them.
_MANY: Final = 4


def orders(
    within: Adapter | Capabilities | None = None,
    *,
    shapes: Collection[Shape] = tuple(Shape),
    limits: Limits | None = None,
    levels: int = LEVELS,
) -> st.SearchStrategy[Any]:
    """Coherent orders of the given shapes; ``within`` an adapter's tables, mostly what it takes.

    ``levels`` is how many groups may lie inside one another, from 2 to 8.
    """
    if within is not None:
        if limits is not None:
            raise ValueError("give within or limits: an adapter's tables are its limits.")
        found = layouts(within, shapes).items()
        return st.one_of([_of_layout(shape, each) for shape, several in found for each in several])
    limits = limits or EVERYTHING
    drawn = st.one_of([_of_shape(shape, limits, levels) for shape in Shape if shape in shapes])
    return drawn.filter(lambda order: order.shape in shapes)


def groups(kind: type[Order]) -> st.SearchStrategy[Any]:
    """Groups of one class: flat ones, and those with groups in them."""
    shapes = (Shape(kind.__name__), *((Shape.LADDER,) if kind is OTO else ()))
    flat = [_of_shape(shape, EVERYTHING, LEVELS) for shape in shapes]
    nested = _nested(free(EVERYTHING), LEVELS, (kind,))
    return st.one_of(*flat, nested).filter(lambda order: type(order) is kind)


def client_order_ids(
    kind: type[Adapter] | Adapter, order: Order
) -> st.SearchStrategy[dict[str, str]]:
    """Ids of the caller's for some of the places that an adapter has for them, all distinct."""
    client_ids = client_ids_for(kind, order)
    form = client_ids.format
    plain = st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True) | st.uuids().map(str)
    ids = plain | texts(form, 64)
    paths = client_ids.paths(order)
    return st.lists(
        ids.filter(lambda text: _reads(form, text)), max_size=len(paths), unique=True
    ).map(lambda found: dict(zip(paths, found, strict=False)))


def _reads(form: Format, text: str) -> bool:
    try:
        form.read(text)
    except Unreadable:
        return False
    return True


def _of_shape(shape: Shape, limits: Limits, levels: int) -> st.SearchStrategy[Any]:
    layout = free(limits)
    if shape is Shape.NESTED:
        return _nested(layout, levels, GROUPS)
    return _of_layout(shape, layout, levels)


def _of_layout(shape: Shape, layout: Layout, levels: int = LEVELS) -> st.SearchStrategy[Any]:
    """Orders of a shape as a layout has them."""
    match shape:
        case Shape.SINGLE:
            return _single(layout.head.limits)
        case Shape.NESTED:
            nested = _nested(layout, levels, GROUPS)
            return nested.filter(lambda order: order.shape is Shape.NESTED)
        case Shape.LADDER:
            return _ladders(layout)
        case _:
            return _of_legs(shape, layout)


@st.composite
def _single(draw: st.DrawFn, limits: Limits) -> Leg:
    return draw_leg(draw, limits, draw_quote(draw, limits))


@st.composite
def _of_legs(draw: st.DrawFn, shape: Shape, layout: Layout) -> Order:
    """A group without groups in it."""
    head, rest = layout.head.limits, layout.rest.limits
    market = _draw_market(draw, head.within(rest), 1 if "instrument" in layout.shared else 2)
    triggered = shape is not Shape.OCO
    members = layout.conditionals if shape is Shape.OTO else layout.peers
    kinds = _draw_kinds(draw, layout, _draw_count(draw, members))
    if shape is Shape.OTO:
        kinds = [None] * len(kinds)
    leading = None if triggered else kinds.pop(0)
    first = draw_leg(draw, head, market[0], rests=not triggered, kinds=leading)
    fixed = {name: getattr(first, name) for name in layout.shared if name != "instrument"}
    if layout.sides is not Sides.STATED:
        fixed["side"] = layout.sides.of(first)[0]
    if not between(draw, 0, 2):
        fixed["quantity"] = first.quantity
    above = first if triggered else None
    market = _after(first, market) if triggered else market
    others = [
        _draw_under(draw, above, rest, market, shape is not Shape.OTO, {**fixed, "kinds": each})
        for each in kinds
    ]
    match shape:
        case Shape.OCO:
            return OCO([first, *others])
        case Shape.OTO:
            return OTO(first, others)
        case _:
            return OTOCO(first, others)


def _draw_count(draw: st.DrawFn, count: Count) -> int:
    """How many members a group has."""
    return between(draw, count.least, min(count.most or _MANY, max(count.least, _MANY)))


def _draw_kinds(draw: st.DrawFn, layout: Layout, count: int) -> list[Kinds | None]:
    """Order types for each of so many peers, where not all of them go together."""
    if not layout.apart:
        return [None] * count
    groups = draw(st.permutations(layout.apart))
    return [*groups, *[None] * count][:count]


def _draw_market(draw: st.DrawFn, limits: Limits, most: int) -> list[Quote]:
    """Quotes of different instruments, one of them in most cases."""
    quotes = [draw_quote(draw, limits)]
    if most > 1 and not between(draw, 0, 2):
        other = draw_quote(draw, limits)
        quotes += [other] if other.instrument != quotes[0].instrument else []
    return quotes


def _draw_under(
    draw: st.DrawFn,
    trigger: Leg | None,
    limits: Limits,
    market: Sequence[Quote],
    rests: bool,
    fixed: Mapping[str, Any],
) -> Leg:
    """A leg on one of the instruments of a market; with offsets only under a trigger on it."""
    quote = pick(draw, market)
    offsets = trigger is not None and trigger.instrument == quote.instrument and limits.offsets
    fixed = {
        name: value for name, value in fixed.items() if name != "quantity" or not value % quote.unit
    }
    return draw_leg(draw, limits, quote, rests=rests, offsets=offsets, **fixed)


def _after(trigger: Leg, market: Sequence[Quote]) -> list[Quote]:
    """The market as it stands when the trigger has filled at its own price, where that is known."""
    prices = [getattr(trigger.order_type, name) for name in trigger.order_type.FILLS_AT[:1]]
    return [
        attrs.evolve(quote, price=_resolved(prices[0], quote.price))
        if prices and quote.instrument == trigger.instrument
        else quote
        for quote in market
    ]


def _resolved(price: Decimal | Offset, fill: Decimal) -> Decimal:
    return fill + price.points if isinstance(price, Offset) else price


@st.composite
def _ladders(draw: st.DrawFn, layout: Layout) -> OTO:
    """An entry whose exits, or pairs of exits, share out its quantity."""
    head, rest = layout.head.limits, layout.rest.limits
    both = attrs.evolve(head.within(rest), quantity=rest.quantity)
    quote = draw_quote(draw, both)
    least = 2 if layout.conditionals.least < 2 else layout.conditionals.least
    sizes = [
        _draw_size(draw, both, quote)
        for _ in range(_draw_count(draw, attrs.evolve(layout.conditionals, least=least)))
    ]
    trigger = draw_leg(draw, head, quote, quantity=sum(sizes, Decimal(0)))
    market = _after(trigger, [quote])
    fixed = {name: getattr(trigger, name) for name in layout.shared if name != "instrument"}
    fixed["side"] = trigger.side.opposite
    rungs: list[Node] = []
    for size in sizes:
        paired = draw(st.booleans()) and 2 in layout.peers
        kinds = _draw_kinds(draw, layout, 2) if paired else [None]
        exits = [
            _draw_under(
                draw, trigger, rest, market, paired, {**fixed, "quantity": size, "kinds": each}
            )
            for each in kinds
        ]
        rungs.append(OCO(exits) if paired else exits[0])
    return OTO(trigger, rungs)


def _draw_size(draw: st.DrawFn, limits: Limits, quote: Quote) -> Decimal:
    """The quantity of a rung: few units, so that the entry takes their sum."""
    grid = Grid.of(limits.quantity, quote.unit)
    least = grid.least if grid else 1
    return between(draw, least, least + 99) * quote.unit


@st.composite
def _nested(draw: st.DrawFn, layout: Layout, levels: int, kinds: Sequence[type[Order]]) -> Node:
    """Groups in groups, on one or two instruments."""
    market = _draw_market(draw, layout.rest.limits, 2)
    return _draw_group(draw, layout, market, None, rests=False, levels=levels, kinds=kinds)


def _draw_node(
    draw: st.DrawFn,
    layout: Layout,
    market: Sequence[Quote],
    above: Leg | None,
    *,
    rests: bool,
    levels: int,
) -> Node:
    """A leg, or a group of at most so many levels; ``above`` is the trigger over it."""
    if levels and draw(st.booleans()):
        return _draw_group(draw, layout, market, above, rests=rests, levels=levels)
    return _draw_under(draw, above, layout.rest.limits, market, rests, {})


def _draw_group(
    draw: st.DrawFn,
    layout: Layout,
    market: Sequence[Quote],
    above: Leg | None,
    *,
    rests: bool,
    levels: int,
    kinds: Sequence[type[Order]] = GROUPS,
) -> Node:
    kind = pick(draw, kinds)
    trigger = None
    if kind is not OCO:
        limits = layout.rest.limits
        above = trigger = _draw_under(draw, above, limits, market, rests, {})
        market = _after(trigger, market)
    rests = kind is not OTO
    members = layout.conditionals if kind is OTO else layout.peers
    members = attrs.evolve(members, most=min(members.most or 3, max(members.least, 3)))
    held = [
        _draw_node(draw, layout, market, above, rests=rests, levels=levels - 1)
        for _ in range(_draw_count(draw, members))
    ]
    if trigger is None:
        return OCO(held)
    return OTO(trigger, held) if kind is OTO else OTOCO(trigger, held)
