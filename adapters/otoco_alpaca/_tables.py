"""What Alpaca takes, as tables. Sources are Alpaca's own pages, named where they are used."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final

import attrs

from otoco import (
    InstrumentType,
    Limit,
    Market,
    Offset,
    OrderType,
    Shape,
    Side,
    Stop,
    StopLimit,
    TimeInForce,
    TrailingStop,
)
from otoco.adapters import (
    UNKNOWN,
    Arming,
    Capabilities,
    Cell,
    Echo,
    Form,
    LegForm,
    Number,
    PartialFill,
    Reason,
    RefusalKind,
    Remark,
    Row,
    Semantics,
    Sides,
    Text,
    Unreadable,
    Words,
)

SOURCE: Final = "Alpaca Trading API: Create an Order, and the guide Orders at Alpaca"
#: The vendor's own client, where it writes numbers that its pages show as text.
SDK: Final = "alpaca-py 0.44.0, Alpaca's own client: it sends numbers as JSON"

_ONE_DOLLAR: Final = Decimal(1)
_PRICE: Final = Number(text=True, decimals=2, either=True)


@attrs.frozen
class SharePrice:
    """A price of a share in dollars, as text: with two decimals, below one dollar up to four.

    Source: the guide says which decimals are taken; any more are answered with error 42210000.
    """

    words: ClassVar[str] = "decimal text with at most 2 decimals, or 4 below 1.00"

    def refusal(self, value: Decimal) -> str | None:
        decimals = len(f"{value:f}".partition(".")[2].rstrip("0"))
        low = value < _ONE_DOLLAR
        if decimals > (4 if low else 2):
            taken = "four below 1.00" if low else "two from 1.00 on"
            return f"{value:f} has {decimals} decimals, and Alpaca takes {taken}"
        return _PRICE.refusal(value)

    def write(self, value: Decimal) -> Any:
        return _PRICE.write(value)

    def read(self, wire: Any) -> Decimal:
        value = _PRICE.read(wire)
        why = self.refusal(value)
        if why:
            raise Unreadable(why)
        return value


_DAY, _GTC, _IOC, _FOK = TimeInForce.DAY, TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK
_RESTING: Final = (_DAY, _GTC)
_WORDS: Final = {_DAY: "day", _GTC: "gtc", _IOC: "ioc", _FOK: "fok"}

_SIDES: Final = Words({(Side.BUY, None): "buy", (Side.SELL, None): "sell"})
_SHARES: Final = {InstrumentType.EQUITY: _SIDES}
_PAIRS: Final = {InstrumentType.CRYPTOCURRENCY_PAIR: _SIDES}
# An option's symbol is longer than 15 characters, and an asset id is not in capitals.
_TICKER: Final = Text(255, 1, r"[A-Z][A-Z0-9.\-]{0,14}", "a ticker such as AAPL or BRK.B")
_PAIR: Final = Text(255, 3, r"[A-Z0-9]+/[A-Z0-9]+", "a pair of currencies such as ETH/USD")
_QUANTITY: Final[Cell] = ("qty", Number(text=True, either=True))

_MARKET: Final[Mapping[type[OrderType], Row]] = {Market: Row("market")}
_LIMIT: Final[Mapping[type[OrderType], Row]] = {Limit: Row("limit", {"limit_price": "limit_price"})}
_STOP_LIMIT: Final = Row(
    "stop_limit", {"stop_price": "stop_price", "limit_price": "limit_price"}, _RESTING
)

SHARE: Final = LegForm(
    actions=_SHARES,
    action_key="side",
    order_types={
        **_MARKET,
        **_LIMIT,
        Stop: Row("stop", {"stop_price": "stop_price"}, _RESTING),
        StopLimit: _STOP_LIMIT,
        TrailingStop: Row("trailing_stop", {"trail": "trail_price"}, _RESTING),
    },
    order_type_key="type",
    price=SharePrice(),
    times_in_force=Words(_WORDS),
    time_in_force_key="time_in_force",
    quantity=_QUANTITY,
    symbol=("symbol", _TICKER),
)

CRYPTO: Final = attrs.evolve(
    SHARE,
    actions=_PAIRS,
    order_types={**_MARKET, **_LIMIT, StopLimit: attrs.evolve(_STOP_LIMIT, times_in_force=None)},
    price=_PRICE,
    times_in_force=Words({_GTC: "gtc", _IOC: "ioc"}),
    symbol=("symbol", _PAIR),
)

_GROUP_LIVES: Final = Words({life: _WORDS[life] for life in _RESTING})

ENTRY: Final = attrs.evolve(SHARE, order_types={**_MARKET, **_LIMIT}, times_in_force=_GROUP_LIVES)

_TARGETS: Final[Mapping[type[OrderType], Row]] = {
    Limit: Row(prices={"limit_price": "take_profit.limit_price"})
}
_STOPS: Final[Mapping[type[OrderType], Row]] = {
    Stop: Row(prices={"stop_price": "stop_loss.stop_price"}),
    StopLimit: Row(
        prices={"stop_price": "stop_loss.stop_price", "limit_price": "stop_loss.limit_price"}
    ),
}

#: An exit: nothing but prices, and which prices they are tells the order type.
EXIT: Final = LegForm(
    actions=_SHARES,
    order_types={**_TARGETS, **_STOPS},
    price=SharePrice(),
    times_in_force=_GROUP_LIVES,
)
#: The exits by the price object that they stand in.
EXITS: Final = {
    "take_profit": attrs.evolve(EXIT, order_types=_TARGETS),
    "stop_loss": attrs.evolve(EXIT, order_types=_STOPS),
}

#: The first peer of an OCO: an exit beside what both of them share.
PEER: Final = attrs.evolve(
    EXIT,
    action_key="side",
    time_in_force_key="time_in_force",
    quantity=_QUANTITY,
    symbol=("symbol", _TICKER),
    echoes=(Echo("type", lambda _: "limit"),),
)
#: The same where it is the target, which is how it is read.
TARGET_PEER: Final = attrs.evolve(PEER, order_types=_TARGETS)

#: The order classes of groups.
CLASSES: Final = {Shape.OCO: "oco", Shape.OTO: "oto", Shape.OTOCO: "bracket"}
SINGLES: Final = {InstrumentType.EQUITY: SHARE, InstrumentType.CRYPTOCURRENCY_PAIR: CRYPTO}

_APART: Final = ((Limit,), (Stop, StopLimit))
_SHARED: Final = ("instrument", "quantity", "time_in_force")
_SINGLE_ONLY: Final = {
    TrailingStop: Reason("It takes trailing stops as single orders only."),
    InstrumentType.OPTION: Reason("It takes no groups of options."),
    InstrumentType.CRYPTOCURRENCY_PAIR: Reason("It takes no groups of crypto."),
}
_NO_MARKET_EXIT: Final = Reason("An exit is a limit in take_profit, or a stop in stop_loss.")
_NO_STOP_ENTRY: Final = Reason(
    "Its guide shows market and limit entries, and says nothing of others.",
    RefusalKind.NOT_IMPLEMENTED,
)


def _group(shape: Shape) -> Form:
    """A group with an entry."""
    return Form(
        "bracket" if shape is Shape.OTOCO else shape.value,
        ENTRY,
        EXIT,
        shared=_SHARED,
        sides=Sides.OPPOSITE,
        apart=_APART,
        reasons={
            **_SINGLE_ONLY,
            Market: _NO_MARKET_EXIT,
            Stop: _NO_STOP_ENTRY,
            StopLimit: _NO_STOP_ENTRY,
        },
    )


#: What a reason of its own is about.
FRACTION_OF_A_GROUP: Final = "a fraction of a share in a group"

CAPABILITIES: Final = Capabilities(
    broker="Alpaca",
    forms={
        Shape.SINGLE: (Form("simple order", SHARE), Form("simple order of crypto", CRYPTO)),
        Shape.OCO: Form(
            Shape.OCO.value,
            PEER,
            EXIT,
            shared=_SHARED,
            sides=Sides.SAME,
            apart=_APART,
            reasons={**_SINGLE_ONLY, Market: _NO_MARKET_EXIT},
        ),
        Shape.OTO: _group(Shape.OTO),
        Shape.OTOCO: _group(Shape.OTOCO),
    },
    semantics=Semantics(
        arming=Arming.FULL_FILL,
        peer_partial_fill=PartialFill.REDUCES,
        stop_partial_fill=UNKNOWN,
    ),
    source=SOURCE,
    reasons={
        Shape.LADDER: Reason("A group has one pair of exits, for the whole quantity."),
        Shape.NESTED: Reason("It has no groups inside of groups."),
        Offset: Reason("Its exits are at prices."),
        InstrumentType.OPTION: Reason(
            "Its position_intent says what an option order does, and this adapter does not write"
            " that yet.",
            RefusalKind.NOT_IMPLEMENTED,
        ),
        InstrumentType.CRYPTOCURRENCY: Reason("Crypto is traded in pairs such as ETH/USD."),
        FRACTION_OF_A_GROUP: Reason(
            "Whether a group takes a fraction is documented nowhere.", RefusalKind.NOT_IMPLEMENTED
        ),
        "position_effect": Reason("An order of shares or crypto does not say it."),
        "apart": Reason("One exit stands in take_profit, and the other in stop_loss."),
        "shared-instrument": Reason("An exit has no symbol of its own."),
        "shared-quantity": Reason("An exit has no quantity of its own."),
        "shared-time_in_force": Reason("An exit has no time in force of its own."),
        "sides": Reason("An exit has no side of its own."),
        "count": Reason("There is one take_profit and one stop_loss."),
    },
    remarks=(
        Remark(
            "a stop to buy is sent on as a stop-limit, whose limit is 4 % above the stop, or 2.5 %"
            " from 50 dollars on: it may not fill",
            lambda leg: isinstance(leg.order_type, Stop) and leg.side is Side.BUY,
        ),
        Remark(
            "an order that is GTC is cancelled after 90 days",
            lambda leg: leg.time_in_force is TimeInForce.GTC,
        ),
    ),
)
