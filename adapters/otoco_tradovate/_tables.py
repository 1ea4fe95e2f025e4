"""What Tradovate takes, as tables. Sources are Tradovate's own pages, named where they are used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final, NamedTuple

import attrs

from otoco import (
    InstrumentType,
    Limit,
    LimitIfTouched,
    Market,
    MarketIfTouched,
    Offset,
    OrderType,
    Shape,
    Side,
    Stop,
    StopLimit,
    TimeInForce,
    TrailingStop,
    TrailingStopLimit,
)
from otoco.adapters import (
    ABSENT,
    Capabilities,
    Cell,
    ClientIds,
    Form,
    Instant,
    LegForm,
    Number,
    Reason,
    RefusalKind,
    Row,
    Semantics,
    Sides,
    Text,
    Unreadable,
    Words,
)

SOURCE: Final = "Tradovate API reference: Place Order, Place OSO, Place OCO, Start Order Strategy"

_COUNT: Final = Number(whole=True, low=Decimal(1), high=Decimal(2**31 - 1))  # int32 in the schemas
_LABEL: Final = Text(64)

# Trigger prices stand in stopPrice: the prose on Place OCO says price, and every table, sample and
# stored record says stopPrice. An MIT's trigger stands in price (the vendor's C# sample).
_ORDER_TYPES: Final[Mapping[type[OrderType], Row]] = {
    Market: Row("Market"),
    Limit: Row("Limit", {"limit_price": "price"}),
    Stop: Row("Stop", {"stop_price": "stopPrice"}),
    StopLimit: Row("StopLimit", {"stop_price": "stopPrice", "limit_price": "price"}),
    MarketIfTouched: Row("MIT", {"touch_price": "price"}),
    TrailingStop: Row("TrailingStop", {"trail": "pegDifference", "stop_price": "stopPrice"}),
    TrailingStopLimit: Row(
        "TrailingStopLimit",
        {"trail": "pegDifference", "stop_price": "stopPrice", "limit_price": "price"},
    ),
}

_TIMES_IN_FORCE: Final = Words(
    {
        TimeInForce.DAY: "Day",
        TimeInForce.GTC: "GTC",
        TimeInForce.GTD: "GTD",
        TimeInForce.IOC: "IOC",
        TimeInForce.FOK: "FOK",
    }
)

_ACTIONS: Final = {
    InstrumentType.FUTURE: Words({(Side.BUY, None): "Buy", (Side.SELL, None): "Sell"})
}

_CHILD_FIELDS: Final[Mapping[str, Cell]] = {
    "expire_at": ("expireTime", Instant()),
    "display_quantity": ("maxShow", _COUNT),
    "label": ("text", _LABEL),
}

CHILD: Final = LegForm(
    actions=_ACTIONS,
    action_key="action",
    order_types=_ORDER_TYPES,
    order_type_key="orderType",
    price=Number(),
    times_in_force=_TIMES_IN_FORCE,
    time_in_force_key="timeInForce",
    fields=_CHILD_FIELDS,
)

PARENT: Final = attrs.evolve(
    CHILD,
    symbol=("symbol", Text(64, 1, r"[A-Z0-9.\-]+", "a Tradovate contract name such as MESM7")),
    quantity=("orderQty", _COUNT),
    fields={**_CHILD_FIELDS, "activate_at": ("activationTime", Instant())},
)

_SHARED: Final = ("instrument", "quantity")


@attrs.frozen
class Points:
    """A distance in price points as a JSON number; what a distance of zero does is undocumented."""

    words: ClassVar[str] = "JSON number of price points, not 0"

    def refusal(self, value: Decimal) -> str | None:
        return Number().refusal(value) if value else "a distance of 0 is none"

    def write(self, value: Decimal) -> float | str:
        return Number().write(value)

    def read(self, wire: Any) -> Decimal:
        value = Number().read(wire)
        if not value:
            raise Unreadable("a distance of 0 is none")
        return value


def _inside(rows: Iterable[type[OrderType]], at: str) -> dict[type[OrderType], Row]:
    """Rows of order types whose prices stand in an inner object."""
    return {kind: _ORDER_TYPES[kind].renamed(lambda key: f"{at}.{key}") for kind in rows}


#: The entry of a strategy, in whose ``params`` is the object that the broker takes as JSON text.
ENTRY: Final = LegForm(
    actions=_ACTIONS,
    action_key="action",
    symbol=PARENT.symbol,
    quantity=("params.entryVersion.orderQty", _COUNT),
    order_types=_inside((Market, Limit, Stop, StopLimit), "params.entryVersion"),
    order_type_key="params.entryVersion.orderType",
    price=Number(),
    times_in_force=Words({**_TIMES_IN_FORCE.table, TimeInForce.UNSTATED: ABSENT}),
    time_in_force_key="params.entryVersion.timeInForce",
    fields={"expire_at": ("params.entryVersion.expireTime", Instant())},
)

#: An exit of a strategy: a part of a bracket, which states neither side, symbol nor time in force.
EXIT: Final = LegForm(
    actions=_ACTIONS,
    quantity=("qty", _COUNT),
    order_types={
        Limit: Row(prices={"limit_price": "profitTarget"}),
        Stop: Row(prices={"stop_price": "stopLoss"}),
        TrailingStop: Row(prices={"trail": "trail"}),  # on the wire its stopLoss, with a sign
    },
    offset=Points(),
    times_in_force=Words({TimeInForce.UNSTATED: ABSENT}),
)

#: The ``uuid`` of a strategy.
STRATEGY_IDS: Final = ClientIds("order", Text(64, 1))
STRATEGY: Final = "startOrderStrategy"
STRATEGY_FORM: Final = Form(
    STRATEGY,
    ENTRY,
    EXIT,
    conditionals=(1, None),
    shared=("instrument",),
    sides=Sides.OPPOSITE,
    apart=((Limit,), (Stop, TrailingStop)),
    client_ids=STRATEGY_IDS,
)
_ONE_BRACKET: Final = attrs.evolve(
    STRATEGY_FORM,
    conditionals=1,
    shared=_SHARED,
    reasons={"shared-quantity": Reason("The brackets of a strategy add up to its entry.")},
)

CAPABILITIES: Final = Capabilities(
    broker="Tradovate",
    forms={
        Shape.SINGLE: Form("placeOrder", PARENT),
        Shape.OCO: Form("placeOCO", PARENT, CHILD, shared=_SHARED),
        Shape.OTO: (
            Form("placeOSO with one bracket", PARENT, CHILD, shared=_SHARED),
            _ONE_BRACKET,
        ),
        Shape.OTOCO: (
            Form("placeOSO with two brackets", PARENT, CHILD, shared=_SHARED),
            _ONE_BRACKET,
        ),
        Shape.LADDER: STRATEGY_FORM,
    },
    semantics=Semantics(),
    source=SOURCE,
    reasons={
        Offset: Reason("Distances stand in the exits of startOrderStrategy alone."),
        Decimal: Reason("The exits of startOrderStrategy stand at distances from the fill."),
        LimitIfTouched: Reason(
            "Its price fields are documented nowhere.", RefusalKind.NOT_IMPLEMENTED
        ),
        Shape.NESTED: Reason(
            "Besides flat orders it takes rungs with a limit, a stop or both, each of one quantity,"
            " that add up to the entry."
        ),
        "count": Reason("Two brackets cancel each other, so they cannot say independent exits."),
        "shared-instrument": Reason("Orders after the first have no symbol of their own."),
        "shared-quantity": Reason("Orders after the first have no quantity of their own."),
        "activate_at": Reason("Only the first order of a request has an activation time."),
        "position_effect": Reason("A Tradovate order does not say whether it opens or closes."),
    },
)


class Place(NamedTuple):
    """Where the legs of a shape go: the path, and key and reply id of each leg after the first."""

    path: str
    children: tuple[tuple[str, str], ...]


PLACES: Final = {
    Shape.SINGLE: Place("/order/placeorder", ()),
    Shape.OCO: Place("/order/placeoco", (("other", "ocoId"),)),
    Shape.OTO: Place("/order/placeoso", (("bracket1", "oso1Id"),)),
    Shape.OTOCO: Place("/order/placeoso", (("bracket1", "oso1Id"), ("bracket2", "oso2Id"))),
}
