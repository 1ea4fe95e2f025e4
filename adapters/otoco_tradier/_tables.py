"""What Tradier takes, as tables. Sources are Tradier's own pages, named where they are used."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from string import digits
from typing import Final

import attrs

from otoco import (
    InstrumentType,
    Leg,
    Limit,
    Market,
    Offset,
    OrderType,
    PositionEffect,
    Shape,
    Side,
    Stop,
    StopLimit,
    TimeInForce,
    TrailingStop,
    TrailingStopLimit,
)
from otoco.adapters import (
    BodyKind,
    Capabilities,
    Cell,
    Echo,
    Form,
    LegForm,
    Number,
    Occ,
    Reason,
    Row,
    Semantics,
    Text,
    Words,
)

SOURCE: Final = "Tradier Brokerage API reference: Place Order (equity, option, OCO, OTO, OTOCO)"

_OPENS, _CLOSES = PositionEffect.OPEN, PositionEffect.CLOSE
_SIDES: Final = {
    InstrumentType.EQUITY: Words(
        {
            (Side.BUY, _OPENS): "buy",
            (Side.SELL, _CLOSES): "sell",
            (Side.SELL, _OPENS): "sell_short",
            (Side.BUY, _CLOSES): "buy_to_cover",
        }
    ),
    InstrumentType.OPTION: Words(
        {
            (Side.BUY, _OPENS): "buy_to_open",
            (Side.BUY, _CLOSES): "buy_to_close",
            (Side.SELL, _OPENS): "sell_to_open",
            (Side.SELL, _CLOSES): "sell_to_close",
        }
    ),
}
#: The words of an option's sides, which tell it from an equity.
OPTION_SIDES: Final = frozenset(_SIDES[InstrumentType.OPTION].reverse)

_RESTING: Final[Mapping[type[OrderType], Row]] = {
    Limit: Row("limit", {"limit_price": "price"}),
    Stop: Row("stop", {"stop_price": "stop"}),
    StopLimit: Row("stop_limit", {"stop_price": "stop", "limit_price": "price"}),
}
_ANY: Final[Mapping[type[OrderType], Row]] = {Market: Row("market"), **_RESTING}

#: The classes of single orders, and of groups.
SINGLE_CLASSES: Final = {InstrumentType.EQUITY: "equity", InstrumentType.OPTION: "option"}
GROUP_CLASSES: Final = {Shape.OCO: "oco", Shape.OTO: "oto", Shape.OTOCO: "otoco"}
DURATIONS: Final = Words({TimeInForce.DAY: "day", TimeInForce.GTC: "gtc"})
DURATION_KEY: Final = "duration"

_QUANTITY: Final = Number(text=True, whole=True, low=Decimal(1))
_SYMBOLS: Final[Mapping[InstrumentType, Cell]] = {
    InstrumentType.EQUITY: ("symbol", Text(32, 1, r"[A-Z0-9/]+", "a ticker such as AAPL or BRK/B")),
    InstrumentType.OPTION: ("option_symbol", Occ(padded=False)),
}


#: The index of options whose root is another: Cboe's and Nasdaq's listings by the week.
_INDEXES: Final = {"SPXW": "SPX", "NDXP": "NDX", "RUTW": "RUT", "VIXW": "VIX"}


def _underlying(leg: Leg) -> str | None:
    """What an option is on, which its order names besides; of an adjusted root it has no digit."""
    parts = leg.instrument.option_parts
    if parts is None:
        return None
    root = parts.underlying.rstrip(digits) or parts.underlying
    return _INDEXES.get(root, root)


_LEG: Final = LegForm(
    actions=_SIDES,
    action_key="side",
    order_types=_ANY,
    order_type_key="type",
    price=Number(text=True, decimals=2),
    times_in_force=DURATIONS,
    time_in_force_key=DURATION_KEY,
    quantity=("quantity", _QUANTITY),
    symbol=_SYMBOLS,
    echoes=(Echo("symbol", _underlying),),
)
_RESTING_LEG: Final = attrs.evolve(_LEG, order_types=_RESTING)


def _of(form: LegForm, kind: InstrumentType) -> LegForm:
    """The form for one type of instrument alone."""
    return attrs.evolve(form, actions={kind: _SIDES[kind]}, symbol={kind: _SYMBOLS[kind]})


_SINGLE: Final = attrs.evolve(_LEG, instrument_type=("class", Words(SINGLE_CLASSES)))
#: A lone leg by the type of its instrument, which its class says.
SINGLES: Final = {kind: _of(_SINGLE, kind) for kind in SINGLE_CLASSES}

_DIFFERENT: Final = ((Limit,), (Stop,), (StopLimit,))
#: The first leg of a group, and the others.
_PLACES: Final = {
    Shape.OCO: (_RESTING_LEG, _RESTING_LEG),
    Shape.OTO: (_RESTING_LEG, _LEG),
    Shape.OTOCO: (_RESTING_LEG, _RESTING_LEG),
}


@cache
def place(shape: Shape, index: int, kind: InstrumentType, *, has_duration: bool) -> LegForm:
    """Where a leg of a group stands in the form: under keys with its index, as ``symbol[0]``.

    ``has_duration`` says whether each leg has its own, or the plain key has the one of all.
    """

    form = _of(_PLACES[shape][min(index, 1)], kind).renamed(lambda key: f"{key}[{index}]")
    return form if has_duration else attrs.evolve(form, time_in_force_key=None)


_NO_TRAIL: Final = Reason("It has no trailing order type.")
_NO_LIFE: Final = Reason("Its durations are day, gtc, and the sessions before and after the day.")

CAPABILITIES: Final = Capabilities(
    broker="Tradier",
    forms={
        Shape.SINGLE: Form("single order", _SINGLE),
        Shape.OCO: Form("OCO", *_PLACES[Shape.OCO], apart=_DIFFERENT),
        Shape.OTO: Form("OTO", *_PLACES[Shape.OTO]),
        Shape.OTOCO: Form("OTOCO", *_PLACES[Shape.OTOCO], apart=_DIFFERENT),
    },
    semantics=Semantics(),
    source=SOURCE,
    body=BodyKind.FORM,
    reasons={
        Shape.LADDER: Reason("A group has three legs at the most."),
        Shape.NESTED: Reason("It has no groups inside of groups."),
        Offset: Reason("Its legs are at prices."),
        Market: Reason("Its older reference lists limit, stop and stop_limit for this leg."),
        TrailingStop: _NO_TRAIL,
        TrailingStopLimit: _NO_TRAIL,
        TimeInForce.IOC: _NO_LIFE,
        TimeInForce.FOK: _NO_LIFE,
        TimeInForce.GTD: _NO_LIFE,
        "position_effect": Reason("Each of its sides says whether it opens or closes."),
        "apart": Reason("Its types have to differ."),
        "count": Reason("Its groups have a fixed number of legs."),
    },
)
