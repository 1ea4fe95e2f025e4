"""Hypothesis strategies for orders that are coherent, realistic and extreme ones.

Prices are laid out around the price of a :class:`Quote` so that hardly an order is thrown away:
every leg that must rest lies on the side of it where it does not execute at once, and under a
trigger that price is the trigger's own. What may be drawn is an argument, :class:`Limits`, which
for an adapter is read off its tables.
"""

from __future__ import annotations

import string
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final, Protocol

import attrs
from hypothesis import strategies as st

from otoco._capabilities import Capabilities, Form, LegForm
from otoco._contract import Adapter
from otoco._formats import Format, Text, Unreadable
from otoco._instrument import Instrument, OptionParts
from otoco._leg import OPTIONAL_FIELDS, Leg
from otoco._node import Node
from otoco._order_types import ORDER_TYPES, Offset, OrderType, Rest
from otoco._tree import OCO, OTO, OTOCO, Order
from otoco._words import InstrumentType, OptionRight, PositionEffect, Shape, Side, TimeInForce

_GRIDS: Final = tuple(
    map(Decimal, ("1", "0.25", "0.01", "0.1", "0.5", "0.005", "0.03125", "0.0001", "1E-10", "5"))
)
_FAR: Final = 9 * 10**11
_SYMBOLS: Final = {
    InstrumentType.EQUITY: ("AAPL", "BRK.B"),
    InstrumentType.FUTURE: ("MESM7", "ESZ26", "6EU7"),
    InstrumentType.CRYPTOCURRENCY: ("BTC", "ETH"),
    InstrumentType.CRYPTOCURRENCY_PAIR: ("BTC-USD", "ETH/EUR"),
    InstrumentType.FOREX: ("EUR/USD",),
}
_SOON: Final = [datetime.fromisoformat(day) for day in ("2026-01-01", "2027-01-01")]
_EVER: Final = [datetime.fromisoformat(day) for day in ("0001-01-03", "9999-12-29")]
_PRINTABLE: Final = st.characters(exclude_categories=("Cc", "Cs"))


class Taking(Protocol):
    """What says whether a value can be written: any format of an adapter's tables."""

    def refusal(self, value: Any, /) -> str | None:
        """Why not, or ``None``."""


@attrs.frozen(repr=False)
class Limits:
    """What a drawn leg may be; by itself everything that the model can say.

    A format of ``None`` takes every value. ``optional_prices`` allows that a price which its order
    type can do without is left out.
    """

    actions: Mapping[InstrumentType, Collection[tuple[Side, PositionEffect | None]]] = {
        kind: [(side, effect) for effect in (None, *PositionEffect) for side in Side]
        for kind in InstrumentType
    }
    order_types: Collection[type[OrderType]] = tuple(ORDER_TYPES.values())
    times_in_force: Collection[TimeInForce] = tuple(TimeInForce)
    fields: Mapping[str, Taking | None] = dict.fromkeys(OPTIONAL_FIELDS)
    price: Taking | None = None
    quantity: Taking | None = None
    symbol: Taking | None = None
    offsets: bool = True
    optional_prices: bool = True

    @classmethod
    def of(cls, form: LegForm, head: LegForm) -> Limits:
        """What an adapter takes in one place; ``head`` carries what the place has no key for."""
        fields = {name: cell[1] for name, cell in form.fields.items()}
        return cls(
            actions={kind: tuple(words.table) for kind, words in form.actions.items()},
            order_types=tuple(form.order_types),
            times_in_force=[
                each
                for each in form.times_in_force.table
                if each is not TimeInForce.GTD or "expire_at" in fields
            ],
            fields=fields,
            price=form.price,
            quantity=(form.quantity or head.quantity or (None, None))[1],
            symbol=(form.symbol or head.symbol or (None, None))[1],
            offsets=False,
            optional_prices=False,
        )


@attrs.frozen
class Quote:
    """An instrument, a price around which legs on it are laid out, and the grids of its numbers."""

    instrument: Instrument
    price: Decimal
    tick: Decimal
    unit: Decimal


def orders(
    within: Adapter | Capabilities | None = None,
    *,
    shapes: Collection[Shape] = tuple(Shape),
    limits: Limits | None = None,
) -> st.SearchStrategy[Any]:
    """Coherent orders of the given shapes; ``within`` an adapter's tables, mostly what it takes."""
    if within is None:
        limits = limits or Limits()
        drawn = st.one_of([_of_shape(shape, limits) for shape in Shape if shape in shapes])
        return drawn.filter(lambda order: order.shape in shapes)
    tables = within if isinstance(within, Capabilities) else within.capabilities
    return st.one_of(
        [_of_form(shape, form) for shape, form in tables.forms.items() if shape in shapes]
    )


def quantities(
    takes: Taking | None = None, unit: Decimal = Decimal(1)
) -> st.SearchStrategy[Decimal]:
    """Multiples of a unit, most of them small and some as large as there are."""
    counts = st.integers(1, 10) | st.integers(1, 10**6) | st.integers(1, int(_FAR / unit))
    return counts.map(lambda count: count * unit).filter(lambda number: _takes(takes, number))


def instants() -> st.SearchStrategy[datetime]:
    """Moments with a time zone, in any of the years that are moments in UTC too."""
    zones = st.integers(-14 * 60, 14 * 60).map(lambda each: timezone(timedelta(minutes=each)))
    (soon, later), (first, last) = _SOON, _EVER
    near = st.datetimes(soon, later, timezones=st.just(UTC))
    return near | st.datetimes(first, last, timezones=zones)


@st.composite
def instruments(
    draw: st.DrawFn,
    /,
    types: Collection[InstrumentType] = tuple(InstrumentType),
    symbol: Taking | None = None,
    **reference: Decimal | None,
) -> Instrument:
    """Instruments of the given types, whose symbols a format takes."""
    kind = draw(st.sampled_from(tuple(types)))
    symbols = _option_symbols() if kind is InstrumentType.OPTION else _symbols(kind, symbol)
    return Instrument(draw(symbols.filter(lambda text: _takes(symbol, text))), kind, **reference)


@st.composite
def quotes(draw: st.DrawFn, /, limits: Limits | None = None) -> Quote:
    """Instruments with a price to trade around; tick and lot size are known for some."""
    limits = limits or Limits()
    tick = draw(st.sampled_from([each for each in _GRIDS if _takes(limits.price, each)]))
    unit = draw(st.sampled_from([each for each in _GRIDS if _takes(limits.quantity, each)]))
    most = int(_FAR / tick)
    steps = st.integers(1, min(most, 10**5)) | st.integers(-most, most)
    prices = steps.map(lambda count: count * tick).filter(lambda each: _takes(limits.price, each))
    tick_size, lot_size = (draw(st.sampled_from((None, each))) for each in (tick, unit))
    instrument = draw(
        instruments(limits.actions, limits.symbol, tick_size=tick_size, lot_size=lot_size)
    )
    return Quote(instrument, draw(prices), tick, unit)


@st.composite
def legs(
    draw: st.DrawFn,
    /,
    limits: Limits | None = None,
    quote: Quote | None = None,
    *,
    rests: bool = False,
    offsets: bool = False,
    **fixed: Any,
) -> Leg:
    """Legs around a quote; one that ``rests`` does not execute at once at the quote's price.

    ``fixed`` may give side, quantity and time in force.
    """
    limits = limits or Limits()
    quote = quote or draw(quotes(limits))
    actions = limits.actions[quote.instrument.type]
    side, effect = draw(
        st.sampled_from([each for each in actions if each[0] is fixed.get("side", each[0])])
    )
    times = [each for each in limits.times_in_force if not (rests and each.is_immediate)]
    time_in_force = fixed.get("time_in_force") or draw(st.sampled_from(times))
    return Leg(
        side,
        fixed.get("quantity") or draw(quantities(limits.quantity, quote.unit)),
        quote.instrument,
        draw(_order_types(limits, quote, side, rests, offsets)),
        time_in_force,
        position_effect=effect,
        **draw(_optional_fields(limits, quote, time_in_force)),
    )


def client_order_ids(
    kind: type[Adapter] | Adapter, order: Order
) -> st.SearchStrategy[dict[str, str]]:
    """Ids of the caller's for some of the places that an adapter has for them, all distinct."""
    form = kind.client_ids.format
    ids = st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True) | st.uuids().map(str)
    paths = kind.client_ids.paths(order)
    return st.lists(
        ids.filter(lambda text: _reads(form, text)), max_size=len(paths), unique=True
    ).map(lambda found: dict(zip(paths, found, strict=False)))


def _takes(form: Taking | None, value: Any) -> bool:
    return form is None or form.refusal(value) is None


def _reads(form: Format, text: str) -> bool:
    try:
        form.read(text)
    except Unreadable:
        return False
    return True


def _symbols(kind: InstrumentType, form: Taking | None) -> st.SearchStrategy[str]:
    if isinstance(form, Text) and form.pattern:
        strange = st.from_regex(form.pattern, fullmatch=True, alphabet=string.printable)
    else:
        strange = st.text(_PRINTABLE, min_size=1, max_size=30)
    return st.sampled_from(_SYMBOLS[kind]) | strange.filter(lambda text: text == text.strip() != "")


def _option_symbols() -> st.SearchStrategy[str]:
    parts = st.builds(
        OptionParts,
        st.text(string.ascii_uppercase, min_size=1, max_size=6),
        st.dates(date(2000, 1, 1), date(2099, 12, 31)),
        st.integers(1, 10**8 - 1).map(lambda strike: Decimal(strike).scaleb(-3)),
        st.sampled_from(OptionRight),
    )
    return parts.map(lambda each: each.symbol)


@st.composite
def _order_types(
    draw: st.DrawFn, limits: Limits, quote: Quote, side: Side, rests: bool, offsets: bool
) -> OrderType:
    kind = draw(st.sampled_from([each for each in limits.order_types if each.RESTS or not rests]))
    prices: list[Decimal | Offset | None] = []
    offsets = offsets and draw(st.booleans())
    for name in kind.PRICES:
        points = quote.tick * draw(st.integers(1, 400))
        if name == "trail":
            prices.append(points)
            continue
        if limits.optional_prices and name in kind.OPTIONAL and draw(st.booleans()):
            prices.append(None)
            continue
        if kind.RESTS is not None and name == kind.RESTS.price and rests:
            rises = (side is Side.SELL) is (kind.RESTS.how is Rest.FOR_BETTER)
        else:
            rises = draw(st.booleans())
        away = points if rises else -points
        prices.append(Offset(away) if offsets else quote.price + away)
    return kind(*prices)


@st.composite
def _optional_fields(
    draw: st.DrawFn, limits: Limits, quote: Quote, time_in_force: TimeInForce
) -> dict[str, Any]:
    """Some of the fields that a leg may leave out; the position effect belongs to the side."""
    values: dict[str, Any] = {
        "display_quantity": quantities(limits.fields.get("display_quantity"), quote.unit),
        "activate_at": instants(),
        "label": st.text(_PRINTABLE, max_size=64),
    }
    fields = {
        name: draw(value)
        for name, value in values.items()
        if name in limits.fields and not draw(st.integers(0, 3))
    }
    if time_in_force is TimeInForce.GTD:
        fields["expire_at"] = draw(instants())
    return {name: value for name, value in fields.items() if _takes(limits.fields[name], value)}


def _of_form(shape: Shape, form: Form) -> st.SearchStrategy[Any]:
    head = Limits.of(form.head, form.head)
    rest = Limits.of(form.rest, form.head) if form.rest else head
    return _flat(shape, head, rest, form.count, form.shared)


def _of_shape(shape: Shape, limits: Limits) -> st.SearchStrategy[Any]:
    match shape:
        case Shape.NESTED:
            return _nested(limits)
        case Shape.LADDER:
            return _ladders(limits)
        case _:
            counts = st.integers(1 + (shape is Shape.OTOCO), 4)
            return counts.flatmap(lambda count: _flat(shape, limits, limits, count, ()))


@st.composite
def _flat(
    draw: st.DrawFn, shape: Shape, head: Limits, rest: Limits, count: int, shared: Sequence[str]
) -> Order:
    """A lone leg, or a group without groups in it."""
    both = attrs.evolve(
        head, actions={kind: each for kind, each in head.actions.items() if kind in rest.actions}
    )
    market = draw(_markets(both, 1 if "instrument" in shared else 2))
    first = draw(legs(head, market[0], rests=shape is Shape.OCO))
    fixed = {name: getattr(first, name) for name in shared if name != "instrument"}
    if not draw(st.integers(0, 2)):
        fixed["quantity"] = first.quantity
    if shape is Shape.SINGLE:
        return first
    triggered = shape is not Shape.OCO
    market = _after(first, market) if triggered else market
    others = [
        draw(_under(first if triggered else None, rest, market, shape is not Shape.OTO, **fixed))
        for _ in range(count)
    ]
    match shape:
        case Shape.OCO:
            return OCO([first, *others])
        case Shape.OTO:
            return OTO(first, others)
        case _:
            return OTOCO(first, others)


def _markets(limits: Limits, most: int) -> st.SearchStrategy[list[Quote]]:
    """Quotes of different instruments, one of them in most cases."""
    return st.lists(
        quotes(limits), min_size=1, max_size=most, unique_by=lambda quote: quote.instrument
    )


@st.composite
def _under(
    draw: st.DrawFn,
    /,
    trigger: Leg | None,
    limits: Limits,
    market: Sequence[Quote],
    rests: bool,
    **fixed: Any,
) -> Leg:
    """A leg on one of the instruments of a market; with offsets only under a trigger on it."""
    quote = draw(st.sampled_from(market))
    offsets = trigger is not None and trigger.instrument == quote.instrument and limits.offsets
    if "quantity" in fixed and fixed["quantity"] % quote.unit:
        del fixed["quantity"]
    return draw(legs(limits, quote, rests=rests, offsets=offsets, **fixed))


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
def _ladders(draw: st.DrawFn, /, limits: Limits) -> OTO:
    """An entry whose exits, or pairs of exits, share out its quantity."""
    quote = draw(quotes(limits))
    sizes = draw(
        st.lists(st.integers(1, 100).map(lambda each: each * quote.unit), min_size=2, max_size=4)
    )
    trigger = draw(legs(limits, quote, quantity=sum(sizes, Decimal(0))))
    market = _after(trigger, [quote])
    rungs: list[Node] = []
    for size in sizes:
        paired = draw(st.booleans())
        exit_ = _under(trigger, limits, market, paired, side=trigger.side.opposite, quantity=size)
        rungs.append(OCO([draw(exit_), draw(exit_)]) if paired else draw(exit_))
    return OTO(trigger, rungs)


@st.composite
def _nested(draw: st.DrawFn, /, limits: Limits) -> Node:
    """Groups in groups, on one or two instruments."""
    return draw(_group(limits, draw(_markets(limits, 2)), None, rests=False, depth=2))


def _node(
    limits: Limits, market: Sequence[Quote], above: Leg | None, *, rests: bool, depth: int
) -> st.SearchStrategy[Node]:
    """A leg, or a group of at most ``depth`` levels more; ``above`` is the trigger over it."""
    leg: st.SearchStrategy[Node] = _under(above, limits, market, rests)
    return leg | _group(limits, market, above, rests=rests, depth=depth - 1) if depth else leg


@st.composite
def _group(
    draw: st.DrawFn,
    /,
    limits: Limits,
    market: Sequence[Quote],
    above: Leg | None,
    *,
    rests: bool,
    depth: int,
) -> Node:
    kind = draw(st.sampled_from((OCO, OTO, OTOCO)))
    trigger = None
    if kind is not OCO:
        above = trigger = draw(_under(above, limits, market, rests))
        market = _after(trigger, market)
    node = _node(limits, market, above, rests=kind is not OTO, depth=depth)
    held = draw(st.lists(node, min_size=1 if kind is OTO else 2, max_size=3))
    if trigger is None:
        return OCO(held)
    return OTO(trigger, held) if kind is OTO else OTOCO(trigger, held)
