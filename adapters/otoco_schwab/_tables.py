"""What Charles Schwab takes, as tables: one place for every leg of a tree."""

from __future__ import annotations

from typing import Final

from otoco import (
    InstrumentType,
    Limit,
    Market,
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
    Form,
    LegForm,
    Number,
    Occ,
    Reason,
    RefusalKind,
    Row,
    Semantics,
    Text,
    Words,
)

SOURCE: Final = "Schwab Trader API, Accounts and Trading: Place order for a specific account"

_SYMBOL: Final = "orderLegCollection[0].instrument.symbol"
_LISTED: Final = (InstrumentType.EQUITY, InstrumentType.OPTION)

# The portal's table of instructions takes these four for an EQUITY alone, and those that say
# OPEN or CLOSE for an OPTION alone: each says an effect.
_ACTIONS: Final = {
    InstrumentType.EQUITY: Words(
        {
            (Side.BUY, PositionEffect.OPEN): "BUY",
            (Side.SELL, PositionEffect.CLOSE): "SELL",
            (Side.SELL, PositionEffect.OPEN): "SELL_SHORT",
            (Side.BUY, PositionEffect.CLOSE): "BUY_TO_COVER",
        }
    ),
    InstrumentType.OPTION: Words(
        {(side, effect): f"{side}_TO_{effect}" for side in Side for effect in PositionEffect}
    ),
}

LEG: Final = LegForm(
    actions=_ACTIONS,
    action_key="orderLegCollection[0].instruction",
    order_types={
        Market: Row("MARKET"),
        Limit: Row("LIMIT", {"limit_price": "price"}),
        Stop: Row("STOP", {"stop_price": "stopPrice"}),
        StopLimit: Row("STOP_LIMIT", {"stop_price": "stopPrice", "limit_price": "price"}),
    },
    order_type_key="orderType",
    # The OpenAPI file types prices as numbers, and nearly all samples of the portal have text.
    price=Number(text=True, decimals=2, either=True),
    times_in_force=Words(
        {
            TimeInForce.DAY: "DAY",
            TimeInForce.GTC: "GOOD_TILL_CANCEL",
            TimeInForce.IOC: "IMMEDIATE_OR_CANCEL",
            TimeInForce.FOK: "FILL_OR_KILL",
        }
    ),
    time_in_force_key="duration",
    quantity=("orderLegCollection[0].quantity", Number()),
    symbol={
        InstrumentType.EQUITY: (_SYMBOL, Text(64, 1, r"[\x20-\x7e]+", "printable ASCII")),
        InstrumentType.OPTION: (_SYMBOL, Occ()),
    },
    instrument_type=(
        "orderLegCollection[0].instrument.assetType",
        Words({kind: kind.value for kind in _LISTED}),
    ),
)

_UNSAID_BASIS: Final = Reason(
    "A trailing order of Schwab's says which price it trails (its basis), and an order here does"
    " not.",
    RefusalKind.NOT_IMPLEMENTED,
)

CAPABILITIES: Final = Capabilities(
    broker="Schwab",
    forms={
        Shape.SINGLE: Form("SINGLE", LEG),
        Shape.OCO: Form("OCO", LEG),
        Shape.OTO: Form("TRIGGER", LEG, conditionals=(1, None)),
        Shape.OTOCO: Form("TRIGGER with an OCO", LEG),
        Shape.LADDER: Form("TRIGGER with several children", LEG, conditionals=(1, None)),
        Shape.NESTED: Form("tree of orders", LEG, conditionals=(1, None)),
    },
    semantics=Semantics(),
    source=SOURCE,
    reasons={
        TrailingStop: _UNSAID_BASIS,
        TrailingStopLimit: _UNSAID_BASIS,
        TimeInForce.GTD: Reason(
            "It has a cancelTime, and how that goes with a duration is documented nowhere.",
            RefusalKind.NOT_IMPLEMENTED,
        ),
        "position_effect": Reason(
            "Each of its instructions says whether the order opens or closes a position."
        ),
    },
)
