"""What Alpaca's adapter refuses, as a table: an order or a request, and every refusal of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from otoco import (
    OCO,
    OTO,
    OTOCO,
    Instrument,
    InvalidOrder,
    Leg,
    Limit,
    LimitIfTouched,
    Market,
    MarketIfTouched,
    Offset,
    Order,
    OrderType,
    Refused,
    Stop,
    StopLimit,
    TrailingStop,
    check,
    parse,
    translate,
)
from otoco_alpaca import Alpaca
from otoco_alpaca._tables import SOURCE

AAPL = Instrument("AAPL", "EQUITY")
MSFT = Instrument("MSFT", "EQUITY")
CALL = Instrument("AAPL  251114C00240000", "OPTION")
ETH = Instrument("ETH/USD", "CRYPTOCURRENCY_PAIR")
MOMENT = datetime(2026, 12, 18, 21, tzinfo=UTC)
NO, NOT_YET = "not-offered", "not-implemented"
#: An id is nobody's limit but the caller's to mend, so its refusal has no kind.
CALLER = "caller"


def leg(
    side: str, order_type: OrderType, quantity: Any = 10, instrument: Instrument = AAPL, **more: Any
) -> Leg:
    """A leg that is good till cancelled."""
    return Leg(side, quantity, instrument, order_type, **{"time_in_force": "GTC", **more})


def entry(**more: Any) -> Leg:
    """The entry of the brackets below."""
    return leg("BUY", Limit(150), **more)


def target(**more: Any) -> Leg:
    """A target for it."""
    return leg("SELL", Limit(160), **more)


def stop(**more: Any) -> Leg:
    """A stop for it."""
    return leg("SELL", Stop(145), **more)


def refused(call: Callable[[], object]) -> list[tuple[str, str, str]]:
    """Where, what and whose limit, of each refusal; none where the call succeeds."""
    try:
        call()
    except Refused as error:
        return [(each.where, each.code, each.kind or CALLER) for each in error.refusals]
    return []


ORDERS: dict[str, tuple[Order, list[tuple[str, str, str]]]] = {
    "what it takes": (OTOCO(entry(), [target(), stop()]), []),
    "two targets": (
        OCO([target(), leg("SELL", Limit(170))]),
        [("peers[1].order_type", "same-kind", NO)],
    ),
    "a stop and a stop-limit": (
        OTOCO(entry(), [stop(), leg("SELL", StopLimit(140, 139))]),
        [("peers[1].order_type", "same-kind", NO)],
    ),
    "two exits of their own": (
        OTO(entry(), [target(), stop()]),
        [("conditionals", "count", NO)],
    ),
    "three peers": (
        OTOCO(entry(), [target(), stop(), leg("SELL", Limit(170))]),
        [("peers", "count", NO), ("peers[2].order_type", "same-kind", NO)],
    ),
    "a ladder": (OTO(entry(quantity=20), [target(), stop()]), [("type", "shape", NO)]),
    "a bracket in an OCO": (
        OCO([OTOCO(entry(), [target(), stop()]), leg("SELL", Limit(170))]),
        [("type", "shape", NO)],
    ),
    "a stop entry": (
        OTO(leg("BUY", Stop(150)), [stop()]),
        [("trigger.order_type", "order-type", NOT_YET)],
    ),
    "a stop-limit entry": (
        OTOCO(leg("BUY", StopLimit(150, 151)), [target(), stop()]),
        [("trigger.order_type", "order-type", NOT_YET)],
    ),
    "a trailing exit": (
        OTOCO(entry(), [target(), leg("SELL", TrailingStop(1))]),
        [("peers[1].order_type", "order-type", NO)],
    ),
    "a market exit": (
        OTO(entry(), [leg("SELL", Market())]),
        [("conditionals[0].order_type", "order-type", NO)],
    ),
    "exits that differ from the entry in all that they share": (
        OTO(
            entry(),
            [leg("BUY", Limit(140), 5, MSFT, time_in_force="DAY")],
        ),
        [
            ("conditionals[0].side", "implied-side", NO),
            ("conditionals[0].instrument", "shared-instrument", NO),
            ("conditionals[0].quantity", "shared-quantity", NO),
            ("conditionals[0].time_in_force", "shared-time-in-force", NO),
        ],
    ),
    "an OCO of two sides": (
        OCO([target(), leg("BUY", Stop(170))]),
        [("peers[1].side", "implied-side", NO)],
    ),
    "an entry that ends at once": (
        OTO(entry(time_in_force="IOC"), [stop(time_in_force="IOC")]),
        [
            ("trigger.time_in_force", "time-in-force", NO),
            ("conditionals[0].time_in_force", "time-in-force", NO),
        ],
    ),
    "good till a date": (
        entry(time_in_force="GTD", expire_at=MOMENT),
        [("time_in_force", "time-in-force", NO)],
    ),
    "offsets": (
        OTOCO(entry(), [leg("SELL", Limit(Offset(1))), leg("SELL", Stop(Offset(-1)))]),
        [("peers[0].limit_price", "price", NO), ("peers[1].stop_price", "price", NO)],
    ),
    "fields without a place": (
        entry(display_quantity=5, activate_at=MOMENT, label="x", position_effect="OPEN"),
        [
            ("position_effect", "position-effect", NO),
            ("display_quantity", "field", NO),
            ("activate_at", "field", NO),
            ("label", "field", NO),
        ],
    ),
    "types with a touch": (
        OTOCO(leg("BUY", LimitIfTouched(150, 151)), [leg("SELL", MarketIfTouched(160)), stop()]),
        [("trigger.order_type", "order-type", NO), ("peers[0].order_type", "order-type", NO)],
    ),
    "a trailing stop with a place to start from": (
        leg("SELL", TrailingStop(1, 145)),
        [("stop_price", "price", NO)],
    ),
    "a stop that ends at once": (
        stop(time_in_force="IOC"),
        [("time_in_force", "time-in-force", NO)],
    ),
    "a limit that ends at once": (entry(time_in_force="FOK"), []),
    "an option": (
        leg("BUY", Limit(2), 1, CALL, time_in_force="DAY"),
        [("instrument.type", "instrument", NOT_YET)],
    ),
    "a bracket of options": (
        OTO(leg("BUY", Limit(2), 1, CALL), [leg("SELL", Stop(1), 1, CALL)]),
        [
            ("trigger.instrument.type", "instrument", NO),
            ("conditionals[0].instrument.type", "instrument", NO),
        ],
    ),
    "a coin": (
        leg("BUY", Limit(2), 1, Instrument("ETH", "CRYPTOCURRENCY")),
        [("instrument.type", "instrument", NO)],
    ),
    "crypto for the day, by a stop": (
        leg("SELL", Stop(2900), 1, ETH, time_in_force="DAY"),
        [("order_type", "order-type", NO), ("time_in_force", "time-in-force", NO)],
    ),
    "a pair written otherwise": (
        leg("SELL", Market(), 1, Instrument("ETH-USD", "CRYPTOCURRENCY_PAIR")),
        [("instrument.symbol", "instrument", NO)],
    ),
    "a fraction of crypto": (leg("SELL", Limit("2900.123456"), "0.5", ETH), []),
    "an asset id for a ticker": (
        entry(instrument=Instrument("904837e3-3b76-47ec-b432-046db621571b", "EQUITY")),
        [("instrument.symbol", "instrument", NO)],
    ),
    "half a cent from one dollar on": (
        leg("BUY", Limit("1.005")),
        [("limit_price", "price", NO)],
    ),
    "four decimals below one dollar": (leg("BUY", Limit("0.9999")), []),
    "five decimals below one dollar": (
        leg("BUY", Limit("0.99995")),
        [("limit_price", "price", NO)],
    ),
    "a fraction of a share in a bracket": (
        OTOCO(entry(quantity="2.5"), [target(quantity="2.5"), stop(quantity="2.5")]),
        [("trigger.quantity", "quantity", NOT_YET)],
    ),
    "a fraction of a share for the day": (entry(quantity="2.5", time_in_force="DAY"), []),
    "a lone fraction till cancelled": (
        entry(quantity="2.5"),
        [("time_in_force", "time-in-force", NO)],
    ),
    "a stop too near to its entry": (
        OTO(leg("BUY", Limit("0.5")), [leg("SELL", Stop("0.4901"))]),
        [("conditionals[0].stop_price", "stop-distance", NO)],
    ),
    "a stop just far enough": (OTO(leg("BUY", Limit("0.5")), [leg("SELL", Stop("0.49"))]), []),
    "a stop on the wrong side of its entry": (
        OTO(leg("BUY", Limit(150)), [leg("SELL", StopLimit(155, 154))]),
        [("conditionals[0].stop_price", "stop-distance", NO)],
    ),
    "a stop too near to its target": (
        OCO([leg("BUY", Stop("0.5005")), leg("BUY", Limit("0.5"))]),
        [("peers[0].stop_price", "stop-distance", NO)],
    ),
    "a stop near to nothing": (OTO(leg("BUY", Market()), [leg("SELL", Stop("0.4999"))]), []),
}


@pytest.mark.parametrize(("order", "expected"), ORDERS.values(), ids=ORDERS)
def test_an_order_is_refused_for_every_reason(
    order: Order, expected: list[tuple[str, str, str]]
) -> None:
    """Every reason is named with its place and whose limit it is, and with Alpaca's pages."""
    refusals = check(order, Alpaca())
    assert expected == [(each.where, each.code, each.kind or CALLER) for each in refusals]
    assert {each.source for each in refusals} <= {SOURCE}


INTENT = UUID("0b0e7c1e-6a3c-4d5c-9c55-2f4b7d0a9e11")
IDS: dict[str, tuple[UUID | None, dict[str, str], list[str]]] = {
    "an intent": (INTENT, {}, []),
    "an id of 128 characters": (None, {"order": "x" * 128}, []),
    "an id of 129 characters": (None, {"order": "x" * 129}, ["options.client_order_ids.order"]),
    "an id for a leg": (None, {"peers[0]": "x"}, ["options.client_order_ids.peers[0]"]),
}


@pytest.mark.parametrize(("intent", "ids", "expected"), IDS.values(), ids=IDS)
def test_ids_of_the_caller(intent: UUID | None, ids: dict[str, str], expected: list[str]) -> None:
    """There is one id for the request, by intent or by name."""
    order = ORDERS["what it takes"][0]
    found = refused(lambda: translate(order, Alpaca(), intent=intent, client_order_ids=ids))
    assert [(where, "option", CALLER) for where in expected] == found


SINGLE = {"symbol": "AAPL", "qty": "1", "side": "buy", "type": "limit", "time_in_force": "day"}
SINGLE |= {"limit_price": "150.00"}
TARGET, STOP = {"limit_price": "160.00"}, {"stop_price": "145.00"}
BRACKET = {**SINGLE, "order_class": "bracket", "take_profit": TARGET, "stop_loss": STOP}
PAIR: dict[str, Any] = {key: BRACKET[key] for key in BRACKET if key != "limit_price"}
PAIR |= {"side": "sell", "order_class": "oco"}
LONE: dict[str, Any] = {**SINGLE, "order_class": "oto", "stop_loss": STOP}


def without(body: dict[str, Any], key: str) -> dict[str, Any]:
    """The body without a key."""
    return {name: value for name, value in body.items() if name != key}


REQUESTS: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "another path": ({"path": "/v2/order", "body": BRACKET}, [("path", "value")]),
    "a form": ({"path": "/v2/orders", "form": BRACKET}, [("form", "field")]),
    "options of several legs": ({**BRACKET, "order_class": "mleg"}, [("order_class", "value")]),
    "an order class that says nothing": ({**SINGLE, "order_class": ""}, []),
    "exits without a word for their class": (
        {**BRACKET, "order_class": ""},
        [("order_class", "field")],
    ),
    "an order class that is null": ({**SINGLE, "order_class": None}, [("order_class", "value")]),
    "exits without a class": (without(BRACKET, "order_class"), [("order_class", "field")]),
    "exits of a simple order": (
        {**BRACKET, "order_class": "simple"},
        [("take_profit", "field"), ("stop_loss", "field")],
    ),
    "no symbol": (without(SINGLE, "symbol"), [("symbol", "field")]),
    "a number for a symbol": ({**SINGLE, "symbol": 7}, [("symbol", "value")]),
    "an option's symbol": ({**SINGLE, "symbol": "AAPL251114C00240000"}, [("symbol", "value")]),
    "a slash too many": (
        {**SINGLE, "symbol": "ETH/"},
        [("symbol", "value"), ("time_in_force", "value")],
    ),
    "an amount of money": (
        {**without(SINGLE, "qty"), "notional": "100"},
        [("notional", "field"), ("qty", "field")],
    ),
    "words of other desks": (
        {**SINGLE, "side": "sell_short", "type": "trailing_stop_limit", "time_in_force": "opg"},
        [("type", "value"), ("side", "value"), ("time_in_force", "value")],
    ),
    "a trail in per cent": (
        {**without(SINGLE, "limit_price"), "type": "trailing_stop", "trail_percent": "1"},
        [("trail_percent", "field"), ("trail_price", "field")],
    ),
    "hours outside the session": (
        {**SINGLE, "extended_hours": True},
        [("extended_hours", "value")],
    ),
    "hours that are no flag": ({**SINGLE, "extended_hours": "no"}, [("extended_hours", "value")]),
    "what an option order says": (
        {**SINGLE, "position_intent": "buy_to_open"},
        [("position_intent", "field")],
    ),
    "an id that is empty": ({**SINGLE, "client_order_id": ""}, [("client_order_id", "value")]),
    "a market order with a price": ({**SINGLE, "type": "market"}, [("limit_price", "field")]),
    "a price with three decimals": (
        {**SINGLE, "limit_price": "150.005"},
        [("limit_price", "value")],
    ),
    "a price in words": ({**SINGLE, "limit_price": "1e2"}, [("limit_price", "value")]),
    "a bracket without a target": (
        without(BRACKET, "take_profit"),
        [("take_profit.limit_price", "field")],
    ),
    "a bracket without a stop": (
        without(BRACKET, "stop_loss"),
        [("stop_loss.stop_price", "field")],
    ),
    "a stop that is a number": (
        {**BRACKET, "stop_loss": 145},
        [("stop_loss", "value")],
    ),
    "a stop with a limit alone": (
        {**BRACKET, "stop_loss": {"limit_price": "144.00"}},
        [("stop_loss.stop_price", "field")],
    ),
    "a target with a stop": (
        {**BRACKET, "take_profit": {**TARGET, "stop_price": "1.00"}},
        [("take_profit.stop_price", "field")],
    ),
    "an exit with a life of its own": (
        {**BRACKET, "stop_loss": {**STOP, "time_in_force": "gtc"}},
        [("stop_loss.time_in_force", "field")],
    ),
    "a stop entry": (
        {**without(BRACKET, "limit_price"), "type": "stop", "stop_price": "150.00"},
        [("stop_price", "field"), ("type", "value")],
    ),
    "an OTO of two exits": ({**LONE, "take_profit": TARGET}, [("order_class", "count")]),
    "an OTO without an exit": (without(LONE, "stop_loss"), [("order_class", "count")]),
    "an OCO with a price beside it": (
        {**PAIR, "limit_price": "160.00"},
        [("limit_price", "field")],
    ),
    "an OCO of another type": ({**PAIR, "type": "market"}, [("type", "value")]),
    "an OCO without a type": (without(PAIR, "type"), [("type", "field")]),
    "an OCO without a target": (
        without(PAIR, "take_profit"),
        [("take_profit.limit_price", "field")],
    ),
    "a stop that lies too near": (
        {**LONE, "limit_price": "0.5", "stop_loss": {"stop_price": "0.4999"}},
        [("stop_loss.stop_price", "stop-distance")],
    ),
    "a fraction till cancelled": (
        {**SINGLE, "qty": "0.5", "time_in_force": "gtc"},
        [("time_in_force", "time-in-force")],
    ),
}
#: Refusals of what was read are of the broker's limits.
BROKERS = ("stop-distance", "time-in-force")


@pytest.mark.parametrize(("request_", "expected"), REQUESTS.values(), ids=REQUESTS)
def test_a_request_is_refused_by_name(
    request_: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """What an order cannot hold is named at its place in Alpaca's body."""
    found = refused(lambda: parse(request_, Alpaca))
    assert [(*each, NO if each[1] in BROKERS else NOT_YET) for each in expected] == found


def test_what_is_incoherent_is_told_at_its_place_in_the_body() -> None:
    """The core's own findings about an order are located in the price objects."""
    with pytest.raises(InvalidOrder) as caught:
        parse({**BRACKET, "stop_loss": {"stop_price": "155.00"}}, Alpaca)
    assert [("stop_loss.stop_price", "exit-through-entry")] == [
        (each.where, each.code) for each in caught.value.problems
    ]
