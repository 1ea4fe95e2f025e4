"""One contingent order, any broker: OCO, OTO and OTOCO, exactly or not at all.

An order that this library accepts is coherent. An adapter turns it into a broker's own request that
says the same thing, or refuses and says every reason why::

    from otoco import Instrument, Limit, adapter, bracket, buy, translate

    mes = Instrument("MESM7", "FUTURE", tick_size="0.25")
    order = bracket(buy(1, mes, Limit("4150")), take_profit="4200", stop_loss="4125")
    plan = translate(order, adapter("tradovate")(account_id=12345, account_spec="DEMO12345"))
"""

from __future__ import annotations

import typing

from otoco._capabilities import UNKNOWN, Arming, Capabilities, PartialFill, Semantics
from otoco._contract import Adapter, Option, Plan, Request
from otoco._document import Envelope, from_dict, from_json, read, to_dict, to_json
from otoco._exits import Distance
from otoco._fit import Change, Effects, Fitted, Rounding, fit
from otoco._futures import FutureSymbol, future_symbol, read_future_symbol
from otoco._instrument import Instrument, OptionParts
from otoco._ladder import Rung, ladder
from otoco._leg import Leg
from otoco._node import Member
from otoco._numbers import Number
from otoco._order_types import (
    Limit,
    LimitIfTouched,
    Market,
    MarketIfTouched,
    Offset,
    OrderType,
    Price,
    Stop,
    StopLimit,
    TrailingStop,
    TrailingStopLimit,
)
from otoco._portability import AtBroker, Difference, Portability, portability
from otoco._problems import (
    AdapterError,
    InvalidOrder,
    OtocoError,
    Problem,
    Refusal,
    RefusalKind,
    Refused,
    Severity,
)
from otoco._registry import adapter, adapter_names, configured
from otoco._short import bracket, buy, sell
from otoco._translate import Parsed, check, check_all, parse, translate
from otoco._tree import OCO, OTO, OTOCO, Order
from otoco._words import (
    InstrumentType,
    OptionRight,
    PositionEffect,
    Role,
    Shape,
    Side,
    TimeInForce,
)

if typing.TYPE_CHECKING:
    from otoco.simulation import simulate
else:  # so that a name that is none of the library's stays an error to a type checker

    def __getattr__(name: str) -> object:
        """``simulate``, whose package is imported when it is asked for: few who import otoco do."""
        if name != "simulate":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from otoco.simulation import simulate  # noqa: PLC0415  the import is what is put off

        return simulate

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


__all__ = [
    "Adapter",
    "AdapterError",
    "Arming",
    "AtBroker",
    "Capabilities",
    "Change",
    "Difference",
    "Distance",
    "Effects",
    "Envelope",
    "Fitted",
    "FutureSymbol",
    "Instrument",
    "InstrumentType",
    "InvalidOrder",
    "Leg",
    "Limit",
    "LimitIfTouched",
    "Market",
    "MarketIfTouched",
    "Member",
    "Number",
    "OCO",
    "OTO",
    "OTOCO",
    "Offset",
    "Option",
    "OptionParts",
    "OptionRight",
    "Order",
    "OrderType",
    "OtocoError",
    "Parsed",
    "PartialFill",
    "Plan",
    "Portability",
    "PositionEffect",
    "Price",
    "Problem",
    "Refusal",
    "RefusalKind",
    "Refused",
    "Request",
    "Role",
    "Rounding",
    "Rung",
    "Semantics",
    "Severity",
    "Shape",
    "Side",
    "Stop",
    "StopLimit",
    "TimeInForce",
    "TrailingStop",
    "TrailingStopLimit",
    "UNKNOWN",
    "adapter",
    "adapter_names",
    "bracket",
    "buy",
    "check",
    "check_all",
    "configured",
    "fit",
    "from_dict",
    "from_json",
    "future_symbol",
    "ladder",
    "parse",
    "portability",
    "read",
    "read_future_symbol",
    "sell",
    "simulate",
    "to_dict",
    "to_json",
    "translate",
]
