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
from otoco._contract import Adapter
from otoco._formats import Format, Unreadable
from otoco._leg import Leg
from otoco._node import Node
from otoco._order_types import Offset
from otoco._tree import OCO, OTO, OTOCO, Order
from otoco._words import Shape
from otoco.testing.strategies._legs import EVERYTHING, Quote, draw_leg, draw_quote
from otoco.testing.strategies._limits import Layout, Limits, layouts
from otoco.testing.strategies._values import between, pick, texts

#: A group's class, where it may be any.
GROUPS: Final = (OCO, OTO, OTOCO)
#: How many groups may lie inside one another.
LEVELS: Final = 3


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
        return st.one_of([_of_layout(*each) for each in layouts(within, shapes).items()])
    limits = limits or EVERYTHING
    drawn = st.one_of([_of_shape(shape, limits, levels) for shape in Shape if shape in shapes])
    return drawn.filter(lambda order: order.shape in shapes)


def groups(kind: type[Order]) -> st.SearchStrategy[Any]:
    """Groups of one class: flat ones, and those with groups in them."""
    shapes = (Shape(kind.__name__), *((Shape.LADDER,) if kind is OTO else ()))
    flat = [_of_shape(shape, EVERYTHING, LEVELS) for shape in shapes]
    nested = _nested(EVERYTHING, LEVELS, (kind,))
    return st.one_of(*flat, nested).filter(lambda order: type(order) is kind)


def client_order_ids(
    kind: type[Adapter] | Adapter, order: Order
) -> st.SearchStrategy[dict[str, str]]:
    """Ids of the caller's for some of the places that an adapter has for them, all distinct."""
    form = kind.client_ids.format
    plain = st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True) | st.uuids().map(str)
    ids = plain | texts(form, 64)
    paths = kind.client_ids.paths(order)
    return st.lists(
        ids.filter(lambda text: _reads(form, text)), max_size=len(paths), unique=True
    ).map(lambda found: dict(zip(paths, found, strict=False)))


def _reads(form: Format, text: str) -> bool:
    try:
        form.read(text)
    except Unreadable:
        return False
    return True


def _of_layout(shape: Shape, layout: Layout) -> st.SearchStrategy[Any]:
    head, rest = layout.head.limits, layout.rest.limits
    return _flat(shape, head, rest, (layout.count, layout.count), layout.shared)


def _of_shape(shape: Shape, limits: Limits, levels: int) -> st.SearchStrategy[Any]:
    match shape:
        case Shape.NESTED:
            return _nested(limits, levels, GROUPS)
        case Shape.LADDER:
            return _ladders(limits)
        case _:
            return _flat(shape, limits, limits, (1 + (shape is Shape.OTOCO), 4), ())


def _flat(
    shape: Shape, head: Limits, rest: Limits, counts: tuple[int, int], shared: Sequence[str]
) -> st.SearchStrategy[Any]:
    """A lone leg, or a group without groups in it."""
    both = head.within(rest)
    if shape is Shape.SINGLE:
        return _single(head)
    return _of_legs(shape, (head, rest, both), counts, shared)


@st.composite
def _single(draw: st.DrawFn, limits: Limits) -> Leg:
    return draw_leg(draw, limits, draw_quote(draw, limits))


@st.composite
def _of_legs(
    draw: st.DrawFn,
    shape: Shape,
    limits: tuple[Limits, Limits, Limits],
    counts: tuple[int, int],
    shared: Sequence[str],
) -> Order:
    head, rest, both = limits
    market = _draw_market(draw, both, 1 if "instrument" in shared else 2)
    triggered = shape is not Shape.OCO
    first = draw_leg(draw, head, market[0], rests=not triggered)
    fixed = {name: getattr(first, name) for name in shared if name != "instrument"}
    if not between(draw, 0, 2):
        fixed["quantity"] = first.quantity
    above = first if triggered else None
    market = _after(first, market) if triggered else market
    others = [
        _draw_under(draw, above, rest, market, shape is not Shape.OTO, fixed)
        for _ in range(between(draw, *counts))
    ]
    match shape:
        case Shape.OCO:
            return OCO([first, *others])
        case Shape.OTO:
            return OTO(first, others)
        case _:
            return OTOCO(first, others)


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
def _ladders(draw: st.DrawFn, limits: Limits) -> OTO:
    """An entry whose exits, or pairs of exits, share out its quantity."""
    quote = draw_quote(draw, limits)
    sizes = [between(draw, 1, 100) * quote.unit for _ in range(between(draw, 2, 4))]
    trigger = draw_leg(draw, limits, quote, quantity=sum(sizes, Decimal(0)))
    market = _after(trigger, [quote])
    rungs: list[Node] = []
    for size in sizes:
        paired = draw(st.booleans())
        fixed = {"side": trigger.side.opposite, "quantity": size}
        exits = [
            _draw_under(draw, trigger, limits, market, paired, fixed) for _ in range(1 + paired)
        ]
        rungs.append(OCO(exits) if paired else exits[0])
    return OTO(trigger, rungs)


@st.composite
def _nested(draw: st.DrawFn, limits: Limits, levels: int, kinds: Sequence[type[Order]]) -> Node:
    """Groups in groups, on one or two instruments."""
    market = _draw_market(draw, limits, 2)
    return _draw_group(draw, limits, market, None, rests=False, levels=levels, kinds=kinds)


def _draw_node(
    draw: st.DrawFn,
    limits: Limits,
    market: Sequence[Quote],
    above: Leg | None,
    *,
    rests: bool,
    levels: int,
) -> Node:
    """A leg, or a group of at most so many levels; ``above`` is the trigger over it."""
    if levels and draw(st.booleans()):
        return _draw_group(draw, limits, market, above, rests=rests, levels=levels)
    return _draw_under(draw, above, limits, market, rests, {})


def _draw_group(
    draw: st.DrawFn,
    limits: Limits,
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
        above = trigger = _draw_under(draw, above, limits, market, rests, {})
        market = _after(trigger, market)
    rests = kind is not OTO
    held = [
        _draw_node(draw, limits, market, above, rests=rests, levels=levels - 1)
        for _ in range(between(draw, 1 if kind is OTO else 2, 3))
    ]
    if trigger is None:
        return OCO(held)
    return OTO(trigger, held) if kind is OTO else OTOCO(trigger, held)
