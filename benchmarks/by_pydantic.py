"""The job, done with pydantic: models of the order, and models of the request.

The order's models are general, as otoco's are; ``translate`` is written for this one shape. Numbers
are validated by one function each, which is faster than pydantic's own decimals with constraints.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, TypeAlias

from benchmarks.pool import ACCOUNT_ID, ACCOUNT_SPEC, Bracket
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    model_validator,
)
from pydantic.alias_generators import to_camel

_NUMBER: Final = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,10})?", re.ASCII)
_HIGHEST_COUNT: Final = 2**31 - 1
_SURE_DIGITS: Final = 15


def _to_number(value: Any) -> Decimal:
    if type(value) is not str or not _NUMBER.fullmatch(value):
        raise ValueError("no number within bounds")
    return Decimal(value)


def _to_positive(value: Any) -> Decimal:
    number = _to_number(value)
    if number <= 0:
        raise ValueError("not above zero")
    return number


def _wire_count(value: Decimal) -> int:
    if value != int(value) or value > _HIGHEST_COUNT:
        raise ValueError("no count of contracts")
    return int(value)


def _wire_price(value: Decimal) -> int | float:
    wire = float(value)
    if len(value.as_tuple().digits) > _SURE_DIGITS and Decimal(repr(wire)) != value:
        raise ValueError("it does not survive a double")
    return int(wire) if wire.is_integer() else wire


_Number: TypeAlias = Annotated[Decimal, PlainValidator(_to_number)]
_Positive: TypeAlias = Annotated[Decimal, PlainValidator(_to_positive)]
_Side: TypeAlias = Literal["BUY", "SELL"]
_TimeInForce: TypeAlias = Literal["DAY", "GTC", "IOC", "FOK"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Instrument(_Value):
    """What is traded."""

    symbol: Annotated[str, StringConstraints(strict=True, min_length=1)]
    type: Literal["FUTURE"]
    tick_size: _Positive


class Limit(_Value):
    """Execute at the price or better."""

    order_type: Literal["LIMIT"]
    price: _Number


class Stop(_Value):
    """Become a market order at the price."""

    order_type: Literal["STOP"]
    price: _Number


class Leg(_Value):
    """One leg."""

    side: _Side
    quantity: _Positive
    instrument: Instrument
    order: Annotated[Limit | Stop, Field(discriminator="order_type")]
    time_in_force: _TimeInForce

    @model_validator(mode="after")
    def _on_tick(self) -> Leg:
        if self.order.price % self.instrument.tick_size:
            raise ValueError("not a multiple of the tick size")
        return self


def _resting(leg: Leg) -> Leg:
    if leg.time_in_force in ("IOC", "FOK"):
        raise ValueError("a peer must rest")
    return leg


class OTOCO(_Value):
    """An entry with two exits, one of which cancels the other."""

    trigger: Leg
    peers: tuple[Annotated[Leg, AfterValidator(_resting)], Annotated[Leg, AfterValidator(_resting)]]

    @model_validator(mode="after")
    def _coherent(self) -> OTOCO:
        entry = self.trigger.order.price
        for leg in self.peers:
            above = (leg.side == "SELL") is (leg.order.order_type == "LIMIT")
            if leg.order.price <= entry if above else leg.order.price >= entry:
                raise ValueError("an exit would execute at once at the entry price")
        return self


_WirePrice: TypeAlias = Annotated[int | float, PlainValidator(_wire_price)]
_Action: TypeAlias = Literal["Buy", "Sell"]


class _Wire(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, frozen=True)


class LimitChild(_Wire):
    """A limit order under a parent."""

    action: _Action
    order_type: Literal["Limit"]
    price: _WirePrice
    time_in_force: Literal["Day", "GTC"]


class StopChild(_Wire):
    """A stop order under a parent."""

    action: _Action
    order_type: Literal["Stop"]
    stop_price: _WirePrice
    time_in_force: Literal["Day", "GTC"]


class PlaceOso(_Wire):
    """The request."""

    account_spec: str
    account_id: int
    action: _Action
    symbol: Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Z0-9.\-]+$")]
    order_qty: Annotated[int, PlainValidator(_wire_count)]
    order_type: Literal["Limit"]
    price: _WirePrice
    time_in_force: Literal["Day", "GTC", "IOC", "FOK"]
    is_automated: bool
    bracket1: LimitChild
    bracket2: StopChild


_ACTIONS: Final = {"BUY": "Buy", "SELL": "Sell"}
_WORDS: Final = {"DAY": "Day", "GTC": "GTC", "IOC": "IOC", "FOK": "FOK"}


def body(given: Bracket) -> bytes:
    """The body of the request for a bracket."""
    return _translate(_construct(given)).model_dump_json(by_alias=True).encode("ascii")


def _construct(given: Bracket) -> OTOCO:
    instrument = Instrument.model_validate(
        {"symbol": given.symbol, "type": "FUTURE", "tick_size": given.tick_size}
    )
    exits = {
        "side": "SELL" if given.side == "BUY" else "BUY",
        "quantity": given.quantity,
        "instrument": instrument,
        "time_in_force": given.exit_time_in_force,
    }
    return OTOCO.model_validate(
        {
            "trigger": {
                "side": given.side,
                "quantity": given.quantity,
                "instrument": instrument,
                "order": {"order_type": "LIMIT", "price": given.entry},
                "time_in_force": given.time_in_force,
            },
            "peers": (
                {**exits, "order": {"order_type": "LIMIT", "price": given.target}},
                {**exits, "order": {"order_type": "STOP", "price": given.stop}},
            ),
        }
    )


def _translate(order: OTOCO) -> PlaceOso:
    trigger, (target, stop) = order.trigger, order.peers
    return PlaceOso.model_validate(
        {
            "account_spec": ACCOUNT_SPEC,
            "account_id": ACCOUNT_ID,
            "action": _ACTIONS[trigger.side],
            "symbol": trigger.instrument.symbol,
            "order_qty": trigger.quantity,
            "order_type": "Limit",
            "price": trigger.order.price,
            "time_in_force": _WORDS[trigger.time_in_force],
            "is_automated": True,
            "bracket1": {
                "action": _ACTIONS[target.side],
                "order_type": "Limit",
                "price": target.order.price,
                "time_in_force": _WORDS[target.time_in_force],
            },
            "bracket2": {
                "action": _ACTIONS[stop.side],
                "order_type": "Stop",
                "stop_price": stop.order.price,
                "time_in_force": _WORDS[stop.time_in_force],
            },
        }
    )
