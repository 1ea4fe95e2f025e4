"""What SnapTrade takes, as tables, for each of its two published contracts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from otoco import (
    InstrumentType,
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
)
from otoco.adapters import (
    Capabilities,
    Form,
    LegForm,
    Number,
    Reason,
    RefusalKind,
    Row,
    Semantics,
    Text,
    Words,
)

SOURCE: Final = "SnapTrade API reference: Place complex order"

#: The API page and OpenAPI file of April 2026: decimal units, and no option actions.
CONTRACT_2026_04: Final = "2026-04"
#: The vendor's SDK since 13.0.17: whole units, and actions that open or close for options.
CONTRACT_2026_10: Final = "2026-10"

# The vendor's own clients print smaller numbers in different ways, so that a signature over one
# would fail; see the signing rules.
_TINIEST: Final = Decimal("0.0001")

_ORDER_TYPES: Final[Mapping[type[OrderType], Row]] = {
    Market: Row("Market"),
    Limit: Row("Limit", {"limit_price": "price"}),
    Stop: Row("Stop", {"stop_price": "stop"}),
    StopLimit: Row("StopLimit", {"limit_price": "price", "stop_price": "stop"}),
}

_TIMES_IN_FORCE: Final = Words(
    {
        TimeInForce.DAY: "Day",
        TimeInForce.GTC: "GTC",
        TimeInForce.IOC: "IOC",
        TimeInForce.FOK: "FOK",
    }
)

_TYPES: Final = Words(
    {
        kind: kind.value
        for kind in (
            InstrumentType.EQUITY,
            InstrumentType.OPTION,
            InstrumentType.CRYPTOCURRENCY,
            InstrumentType.CRYPTOCURRENCY_PAIR,
        )
    }
)

_SIDES: Final = {(side, None): side.value for side in Side}
_OPTION_ACTIONS: Final = {
    (Side.BUY, PositionEffect.OPEN): "BUY_TO_OPEN",
    (Side.BUY, PositionEffect.CLOSE): "BUY_TO_CLOSE",
    (Side.SELL, PositionEffect.OPEN): "SELL_TO_OPEN",
    (Side.SELL, PositionEffect.CLOSE): "SELL_TO_CLOSE",
}


def _leg_form(units: Number, option_actions: Words) -> LegForm:
    actions = dict.fromkeys(_TYPES.table, Words(_SIDES))
    actions[InstrumentType.OPTION] = option_actions
    return LegForm(
        actions=actions,
        action_key="action",
        order_types=_ORDER_TYPES,
        order_type_key="order_type",
        price=Number(tiniest=_TINIEST),
        times_in_force=_TIMES_IN_FORCE,
        time_in_force_key="time_in_force",
        quantity=("units", units),
        symbol=("instrument.symbol", Text(255, 1, r"[\x20-\x7e]+", "printable ASCII")),
        instrument_type=("instrument.type", _TYPES),
        nullable=frozenset({"price", "stop"}),
    )


def _capabilities(leg: LegForm) -> Capabilities:
    return Capabilities(
        broker="SnapTrade",
        forms={
            Shape.OCO: Form("OCO", leg, leg),
            Shape.OTO: Form("OTO", leg, leg),
            Shape.OTOCO: Form("OTOCO", leg, leg),
        },
        semantics=Semantics(ids_enforced=False),
        source=SOURCE,
        reasons={
            Shape.SINGLE: Reason(
                "A lone leg goes to another endpoint, which this adapter does not speak yet.",
                RefusalKind.NOT_IMPLEMENTED,
            ),
            Offset: Reason("Its complex orders know absolute prices only."),
            "position_effect": Reason(
                "Contract 2026-10 says it for options; BUY and SELL say no effect."
            ),
        },
    )


LEGS: Final = {
    CONTRACT_2026_04: _leg_form(Number(tiniest=_TINIEST), Words(_SIDES)),
    CONTRACT_2026_10: _leg_form(
        Number(whole=True, low=Decimal(1)), Words({**_SIDES, **_OPTION_ACTIONS})
    ),
}

CAPABILITIES: Final = {contract: _capabilities(leg) for contract, leg in LEGS.items()}
