"""Legs around the price of a quote, so that hardly an order of them is thrown away.

Every leg that must rest lies on the side of the quote's price where it does not execute at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any, Final

import attrs
from hypothesis import strategies as st

from otoco._instrument import Instrument
from otoco._leg import Leg
from otoco._order_types import Offset, OrderType, Rest
from otoco._words import Side, TimeInForce
from otoco.testing.strategies._limits import Limits
from otoco.testing.strategies._values import Grid, between, instants, pick, takes

_MOST_TICKS: Final = 400  # between a quote and a leg
_NEAR: Final = 10**5  # ticks from zero to a price as most have it
_EITHER: Final = st.booleans()


@attrs.frozen
class Quote:
    """An instrument, a price around which legs on it are laid out, and the grids of its numbers."""

    instrument: Instrument
    price: Decimal
    tick: Decimal
    unit: Decimal


@st.composite
def quotes(draw: st.DrawFn, /, limits: Limits | None = None) -> Quote:
    """Instruments with a price to trade around; tick and lot size are known for some."""
    return draw_quote(draw, limits or EVERYTHING)


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

    ``fixed`` may give side, quantity, time in force, and ``kinds``: the order types to draw from.
    """
    limits = limits or EVERYTHING
    quote = quote or draw_quote(draw, limits)
    return draw_leg(draw, limits, quote, rests=rests, offsets=offsets, **fixed)


#: All that the model can say.
EVERYTHING: Final = Limits()


def draw_quote(draw: st.DrawFn, limits: Limits) -> Quote:
    """An instrument within the limits, and what numbers of it lie around."""
    tick, unit = pick(draw, limits.ticks), pick(draw, limits.units)
    tick_size, lot_size = (pick(draw, (None, grid.unit)) for grid in (tick, unit))
    kind = pick(draw, tuple(limits.actions))
    instrument = Instrument(draw(limits.symbols[kind]), kind, tick_size, lot_size)
    low = tick.least + (2 * _MOST_TICKS if tick.least > 1 else 0)
    low, high = pick(draw, ((low, min(tick.most, low + _NEAR)), (-tick.most, tick.most)))
    price = tick.nearest(between(draw, low, high))
    return Quote(instrument, price, tick.unit, unit.unit)


def draw_leg(
    draw: st.DrawFn,
    limits: Limits,
    quote: Quote,
    *,
    rests: bool = False,
    offsets: bool = False,
    **fixed: Any,
) -> Leg:
    """A leg as :func:`legs` says."""
    actions = limits.actions[quote.instrument.type]
    side, effect = pick(draw, [each for each in actions if each[0] is fixed.get("side", each[0])])
    order_type = _draw_order_type(draw, limits, quote, side, rests, offsets, fixed.get("kinds"))
    lives = limits.lives.get(type(order_type), limits.times_in_force)
    times = [
        each
        for each in limits.times_in_force
        if each in lives and not (rests and each.is_immediate)
    ]
    time_in_force = fixed.get("time_in_force") or pick(draw, times)
    return Leg(
        side,
        fixed.get("quantity") or _draw_number(draw, limits.quantity, quote.unit),
        quote.instrument,
        order_type,
        time_in_force,
        position_effect=effect,
        **_draw_fields(draw, limits, quote, time_in_force),
    )


def _draw_number(draw: st.DrawFn, form: Any, unit: Decimal) -> Decimal:
    grid = Grid.of(form, unit)
    return unit if grid is None else grid.number(draw)


def _draw_order_type(
    draw: st.DrawFn,
    limits: Limits,
    quote: Quote,
    side: Side,
    rests: bool,
    offsets: bool,
    among: Collection[type[OrderType]] | None,
) -> OrderType:
    kinds = limits.kinds[rests]
    kind = pick(draw, [each for each in kinds if each in (among or kinds)] or kinds)
    offsets = offsets and (not limits.absolutes or draw(_EITHER))
    prices: dict[str, Decimal | Offset | None] = {}
    for name, key in kind.PRICES.items():
        if name in kind.OPTIONAL and not _gives(draw, limits, kind, key):
            prices[name] = None
            continue
        points = quote.tick * between(draw, 1, _MOST_TICKS)
        if name == "trail":
            prices[name] = points
            continue
        if rests and kind.RESTS is not None and name == kind.RESTS.price:
            rises = (side is Side.SELL) is (kind.RESTS.how is Rest.FOR_BETTER)
        else:
            rises = draw(_EITHER)
        away = points if rises else -points
        prices[name] = Offset(away) if offsets else quote.price + away
    return kind(**prices)


def _gives(draw: st.DrawFn, limits: Limits, kind: type[OrderType], key: str) -> bool:
    """Whether a price is there that the order type can do without."""
    return draw(_EITHER) if limits.prices is None else key in limits.prices[kind]


#: The simplest leg is the one that leaves out what it can.
_SELDOM: Final = (False, False, False, True)
#: The fields that a leg may leave out by themselves, and how each is drawn.
_FIELDS: Final[Mapping[str, Callable[[st.DrawFn, Limits, Quote], Any]]] = {
    "display_quantity": lambda draw, limits, quote: _draw_number(
        draw, limits.fields["display_quantity"], quote.unit
    ),
    "activate_at": lambda draw, _limits, _quote: draw(instants()),
    "label": lambda draw, limits, _quote: draw(limits.labels),
}


def _draw_fields(
    draw: st.DrawFn, limits: Limits, quote: Quote, time_in_force: TimeInForce
) -> dict[str, Any]:
    """Some of the fields that a leg may leave out; the position effect belongs to the side."""
    forms = limits.fields
    fields = {
        name: drawn(draw, limits, quote)
        for name, drawn in _FIELDS.items()
        if name in forms and pick(draw, _SELDOM)
    }
    if time_in_force is TimeInForce.GTD:
        fields["expire_at"] = draw(instants())
    return {name: value for name, value in fields.items() if takes(forms[name], value)}
