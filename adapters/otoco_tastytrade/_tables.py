"""What tastytrade takes, as tables: a single order in the places of a complex order."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import attrs

from otoco import (
    InstrumentType,
    Leg,
    Limit,
    Market,
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
    Capabilities,
    Cell,
    Echo,
    Form,
    LegForm,
    Number,
    Occ,
    Prefixed,
    Reason,
    RefusalKind,
    Remark,
    Row,
    Semantics,
    Text,
    Words,
)

SOURCE: Final = "tastytrade Open API: Order Management, Submit Order and Submit Complex Order"

_PRICE, _STOP = {"limit_price": "price"}, {"stop_price": "stop-trigger"}
_EXIT_TYPES: Final[Mapping[type[OrderType], Row]] = {
    Limit: Row("Limit", _PRICE),
    Stop: Row("Stop", _STOP),
    StopLimit: Row("Stop Limit", {**_STOP, **_PRICE}),
}
_ORDER_TYPES: Final[Mapping[type[OrderType], Row]] = {
    Market: Row("Market", times_in_force=(TimeInForce.DAY,)),
    **_EXIT_TYPES,
}

#: A price is above zero: who pays is in its price-effect.
_LEAST_PRICE: Final = Decimal("1E-10")

_TYPES: Final = Words(
    {
        InstrumentType.EQUITY: "Equity",
        InstrumentType.OPTION: "Equity Option",
        InstrumentType.FUTURE: "Future",
    }
)
_SYMBOLS: Final[Mapping[InstrumentType, Cell]] = {
    InstrumentType.EQUITY: ("legs[0].symbol", Text(64, 1, r"[\x20-\x7e]+", "printable ASCII")),
    InstrumentType.OPTION: ("legs[0].symbol", Occ()),
    InstrumentType.FUTURE: (
        "legs[0].symbol",
        Prefixed(
            "/",
            Text(
                32,
                3,
                "[A-Z0-9]+[FGHJKMNQUVXZ][0-9]",
                "a product, a month letter and the last digit of the year, such as MESM7",
            ),
        ),
    ),
}


def _actions(*effects: PositionEffect) -> Mapping[InstrumentType, Words]:
    """The words of orders that open, or close; only those of a future may leave it unsaid."""
    stated = {
        (side, effect): f"{side.capitalize()} to {effect.capitalize()}"
        for effect in effects
        for side in Side
    }
    unstated = {(side, None): side.capitalize() for side in Side}
    actions = dict.fromkeys(_TYPES.table, Words(stated))
    return {**actions, InstrumentType.FUTURE: Words({**stated, **unstated})}


def _price_effect(leg: Leg) -> str | None:
    """Who pays, which is said of orders with a limit price alone."""
    if not isinstance(leg.order_type, Limit | StopLimit):
        return None
    return "Debit" if leg.side is Side.BUY else "Credit"


#: An order by itself, or any of an OTO.
ORDER: Final = LegForm(
    actions=_actions(*PositionEffect),
    action_key="legs[0].action",
    order_types=_ORDER_TYPES,
    order_type_key="order-type",
    price=Number(low=_LEAST_PRICE, either=True),
    times_in_force=Words({TimeInForce.DAY: "Day", TimeInForce.GTC: "GTC"}),
    time_in_force_key="time-in-force",
    quantity=("legs[0].quantity", Number(whole=True, low=Decimal(1), either=True)),
    symbol=_SYMBOLS,
    instrument_type=("legs[0].instrument-type", _TYPES),
    echoes=(Echo("price-effect", _price_effect),),
)

#: The trigger of an OTOCO opens, and a stop that opens lives for the day.
ENTRY: Final = attrs.evolve(
    ORDER,
    actions=_actions(PositionEffect.OPEN),
    order_types={**_ORDER_TYPES, Stop: Row("Stop", _STOP, (TimeInForce.DAY,))},
)

#: The two others, and those of an OCO, close.
EXIT: Final = attrs.evolve(ORDER, actions=_actions(PositionEffect.CLOSE), order_types=_EXIT_TYPES)

_APART: Final = ((Limit,), (Stop, StopLimit))
_OTO: Final = Form("OTO", ORDER, peers=0, conditionals=(1, 3))

_CRYPTO: Final = Reason(
    "It trades cryptocurrencies in single orders, which this adapter does not write yet.",
    RefusalKind.NOT_IMPLEMENTED,
)

CAPABILITIES: Final = Capabilities(
    broker="tastytrade",
    forms={
        Shape.SINGLE: Form("order", ORDER),
        Shape.OCO: Form("OCO", EXIT, apart=_APART),
        Shape.OTO: _OTO,
        Shape.OTOCO: Form("OTOCO", ENTRY, EXIT, apart=_APART),
        Shape.LADDER: _OTO,
    },
    semantics=Semantics(ids_enforced=False),
    source=SOURCE,
    reasons={
        Shape.NESTED: Reason("The orders of a complex order are single orders."),
        "count": Reason(
            "An OTO triggers up to three single orders, and the exits of an OCO or OTOCO are two."
        ),
        "apart": Reason("One of its exits takes the profit, and the other stops the loss."),
        "position_effect": Reason(
            "Its actions open or close (those of a future may leave it unsaid): the trigger of an"
            " OTOCO opens, and its exits and those of an OCO close."
        ),
        (Stop, TimeInForce.GTC): Reason("A stop that opens a position lives for the day."),
        TimeInForce.GTD: Reason(
            "Its gtc-date is a day, and an expiry here is a moment.", RefusalKind.NOT_IMPLEMENTED
        ),
        TimeInForce.IOC: Reason(
            "The schema has it, and the guide's times in force do not.",
            RefusalKind.NOT_IMPLEMENTED,
        ),
        TrailingStop: Reason("None of its order types trails."),
        TrailingStopLimit: Reason("None of its order types trails."),
        InstrumentType.CRYPTOCURRENCY: _CRYPTO,
        InstrumentType.CRYPTOCURRENCY_PAIR: _CRYPTO,
    },
    remarks=(
        Remark(
            "what is to close a position is sent on as what opens one, where there is none",
            lambda leg: leg.position_effect is PositionEffect.CLOSE,
        ),
    ),
)
#: What it takes with strict validation, under which nothing that closes is sent on as what opens.
STRICT: Final = attrs.evolve(CAPABILITIES, remarks=())
