"""What Tradovate's adapter refuses, as a table: an order or options, and every refusal of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from otoco import (
    OCO,
    OTO,
    OTOCO,
    Instrument,
    Leg,
    Limit,
    LimitIfTouched,
    Market,
    Offset,
    Order,
    OrderType,
    Refusal,
    Refused,
    Stop,
    StopLimit,
    TrailingStop,
    TrailingStopLimit,
    check,
    configured,
    parse,
    translate,
)
from otoco_tradovate import Tradovate
from otoco_tradovate._tables import SOURCE

MES = Instrument("MESM7", "FUTURE")
ES = Instrument("ESM7", "FUTURE")
AAPL = Instrument("AAPL", "EQUITY")
CALL = Instrument("AAPL  251114C00240000", "OPTION")
MOMENT = datetime(2026, 12, 18, 21, tzinfo=UTC)
NO, NOT_YET = "not-offered", "not-implemented"
#: An option is nobody's limit but the caller's to mend, so its refusal has no kind.
CALLER = "caller"


def leg(
    side: str, order_type: OrderType, quantity: Any = 1, instrument: Instrument = MES, **more: Any
) -> Leg:
    """A leg that is good till cancelled."""
    return Leg(side, quantity, instrument, order_type, **{"time_in_force": "GTC", **more})


def entry(**more: Any) -> Leg:
    """The entry of the brackets below."""
    return leg("BUY", Limit(4150), **more)


def target(**more: Any) -> Leg:
    """A target for it."""
    return leg("SELL", Limit(4200), **more)


def stop(**more: Any) -> Leg:
    """A stop for it."""
    return leg("SELL", Stop(4100), **more)


def outcome(refusals: tuple[Refusal, ...]) -> list[tuple[str, str, str]]:
    """Where, what and whose limit, of each refusal."""
    return [(each.where, each.code, each.kind or CALLER) for each in refusals]


ORDERS: dict[str, tuple[Order, list[tuple[str, str, str]]]] = {
    "what it takes": (OTOCO(entry(), [target(), stop()]), []),
    "two independent conditionals": (
        OTO(entry(), [target(), stop()]),
        [("conditionals", "count", NO)],
    ),
    "three peers": (OCO([target(), stop(), leg("SELL", Limit(4300))]), [("peers", "count", NO)]),
    "a bracket of three": (
        OTOCO(entry(), [target(), stop(), leg("SELL", Limit(4300))]),
        [("peers", "count", NO)],
    ),
    "a ladder at prices": (
        OTO(entry(quantity=2), [target(), stop()]),
        [
            ("conditionals[0].limit_price", "price", NO),
            ("conditionals[0].time_in_force", "time-in-force", NO),
            ("conditionals[1].stop_price", "price", NO),
            ("conditionals[1].time_in_force", "time-in-force", NO),
        ],
    ),
    "a bracket in an OCO": (
        OCO([OTOCO(entry(), [target(), stop()]), leg("SELL", Limit(4250))]),
        [("type", "shape", NO)],
    ),
    "a nested order of what no place takes either": (
        OCO([OTO(entry(instrument=AAPL), [target(instrument=AAPL)]), leg("SELL", Limit(4250))]),
        [
            ("type", "shape", NO),
            ("peers[0].trigger.instrument.type", "instrument", NO),
            ("peers[0].conditionals[0].instrument.type", "instrument", NO),
        ],
    ),
    "unequal quantities": (
        OTOCO(entry(quantity=2), [target(quantity=2), stop()]),
        [("peers[1].quantity", "shared-quantity", NO)],
    ),
    "two contracts": (
        OTO(entry(), [target(instrument=ES)]),
        [("conditionals[0].instrument", "shared-instrument", NO)],
    ),
    "an equity": (entry(instrument=AAPL), [("instrument.type", "instrument", NO)]),
    "an option": (entry(instrument=CALL), [("instrument.type", "instrument", NO)]),
    "no contract name": (
        entry(instrument=Instrument("mes m7", "FUTURE")),
        [("instrument.symbol", "instrument", NO)],
    ),
    "a contract name of 65 characters": (
        entry(instrument=Instrument("M" * 65, "FUTURE")),
        [("instrument.symbol", "instrument", NO)],
    ),
    "half a contract": (entry(quantity="0.5"), [("quantity", "quantity", NO)]),
    "more contracts than an int32": (entry(quantity=2**31), [("quantity", "quantity", NO)]),
    "offsets": (
        OTOCO(entry(), [leg("SELL", Limit(Offset(50))), leg("SELL", Stop(Offset(-50)))]),
        [
            ("peers[0].time_in_force", "time-in-force", NO),
            ("peers[1].time_in_force", "time-in-force", NO),
        ],
    ),
    "one offset": (
        OTOCO(entry(), [leg("SELL", Limit(Offset(50))), stop()]),
        [("peers[0].limit_price", "price", NO)],
    ),
    "a limit if touched": (
        leg("BUY", LimitIfTouched(4100, 4101)),
        [("order_type", "order-type", NOT_YET)],
    ),
    "a trailing stop without its start": (
        leg("SELL", TrailingStop(10)),
        [("stop_price", "price", NO)],
    ),
    "a trailing stop-limit without its start": (
        leg("SELL", TrailingStopLimit(10, None, 4100)),
        [("stop_price", "price", NO)],
    ),
    "a life that is left to the broker": (
        OTO(entry(time_in_force="UNSTATED"), [target(time_in_force="UNSTATED")]),
        [
            ("trigger.time_in_force", "time-in-force", NO),
            ("conditionals[0].time_in_force", "time-in-force", NO),
        ],
    ),
    "an activation time on a child": (
        OTO(entry(activate_at=MOMENT), [target(activate_at=MOMENT)]),
        [("conditionals[0].activate_at", "field", NO)],
    ),
    "a position effect": (
        OTO(entry(position_effect="OPEN"), [target(position_effect="CLOSE")]),
        [
            ("trigger.position_effect", "position-effect", NO),
            ("conditionals[0].position_effect", "position-effect", NO),
        ],
    ),
    "a label of 65 characters": (
        OTO(entry(label="x" * 64), [target(label="x" * 65)]),
        [("conditionals[0].label", "field", NO)],
    ),
    "a fractional display quantity": (
        entry(display_quantity="0.5"),
        [("display_quantity", "field", NO)],
    ),
    "a price that a double does not keep": (
        leg("BUY", StopLimit("123456789012.1234567891", "0.1")),
        [("stop_price", "price", NO)],
    ),
    "everything at once": (
        OTO(
            leg("BUY", Market(), "1.5", CALL, time_in_force="UNSTATED", position_effect="OPEN"),
            [leg("SELL", LimitIfTouched(4200, 4199), 2, MES, activate_at=MOMENT)],
        ),
        [
            ("trigger.instrument.type", "instrument", NO),
            ("trigger.quantity", "quantity", NO),
            ("trigger.time_in_force", "time-in-force", NO),
            ("conditionals[0].order_type", "order-type", NOT_YET),
            ("conditionals[0].activate_at", "field", NO),
            ("conditionals[0].instrument", "shared-instrument", NO),
            ("conditionals[0].quantity", "shared-quantity", NO),
        ],
    ),
}


@pytest.mark.parametrize(("order", "expected"), ORDERS.values(), ids=ORDERS)
def test_an_order_is_refused_for_every_reason(
    order: Order, expected: list[tuple[str, str, str]]
) -> None:
    """Every reason is named with its place and whose limit it is, and with Tradovate's page."""
    refusals = check(order, Tradovate())
    assert expected == outcome(refusals)
    assert {each.source for each in refusals} <= {SOURCE}


OPTIONS: dict[str, tuple[dict[Any, Any], list[str]]] = {
    "what it takes": (
        {"account_id": 2**63 - 1, "account_spec": "é" * 64, "custom_tag50": "x" * 50},
        [],
    ),
    "text where an integer belongs": ({"account_id": "12345"}, ["account_id"]),
    "a boolean where an integer belongs": ({"account_id": True}, ["account_id"]),
    "a float where an integer belongs": ({"account_id": 12345.0}, ["account_id"]),
    "zero": ({"account_id": 0}, ["account_id"]),
    "more than an int64": ({"account_id": 2**63}, ["account_id"]),
    "an empty name": ({"account_spec": ""}, ["account_spec"]),
    "a control character": ({"account_spec": "DEMO\r\nX: y"}, ["account_spec"]),
    "a number for a name": ({"account_spec": 12345}, ["account_spec"]),
    "a name of 65 characters": ({"account_spec": "x" * 65}, ["account_spec"]),
    "a tag of 51 characters": ({"custom_tag50": "x" * 51}, ["custom_tag50"]),
    "text where a boolean belongs": ({"is_automated": "true"}, ["is_automated"]),
    "a number where a boolean belongs": ({"is_automated": 1}, ["is_automated"]),
    "all of them": (
        {"account_id": -1, "account_spec": "\ud800", "custom_tag50": "", "is_automated": 0},
        ["account_id", "account_spec", "custom_tag50", "is_automated"],
    ),
}


@pytest.mark.parametrize(("options", "expected"), OPTIONS.values(), ids=OPTIONS)
def test_an_option_is_refused_by_name(options: dict[str, Any], expected: list[str]) -> None:
    """An option's value is refused the same way from an envelope and by the constructor."""
    expected = [f"options.{name}" for name in expected]
    assert expected == refused(lambda: configured(Tradovate, options))
    assert sorted(expected) == sorted(refused(lambda: Tradovate(**options)))


def refused(call: Any) -> list[str]:
    """Where the refusals of a call are; none where it succeeds."""
    try:
        call()
    except Refused as error:
        return [each.where for each in error.refusals]
    return []


def test_an_option_that_is_none_is_not_given() -> None:
    """None stands for the default, and never gets as far as a body."""
    (request,) = translate(entry(), Tradovate(1, "x", None)).requests
    assert True is request.body["isAutomated"]


def test_nothing_is_sent_without_an_account() -> None:
    """An order that can be said is not said to an unknown account, and all that lacks is named."""
    with pytest.raises(Refused) as caught:
        translate(entry(quantity="0.5"), Tradovate())
    assert [
        ("quantity", "quantity", NO),
        ("options.account_id", "option", CALLER),
        ("options.account_spec", "option", CALLER),
    ] == outcome(caught.value.refusals)


IDS: dict[str, tuple[dict[Any, Any], list[str]]] = {
    "one for each leg": ({"trigger": "a", "peers[0]": "b", "peers[1]": "c" * 64}, []),
    "some": ({"peers[1]": "c"}, []),
    "of a leg that is not there": ({"peers[2]": "a"}, ["options.client_order_ids.peers[2]"]),
    "of the group": ({"order": "a"}, ["options.client_order_ids.order"]),
    "of 65 characters": ({"trigger": "a" * 65}, ["options.client_order_ids.trigger"]),
    "empty": ({"trigger": ""}, ["options.client_order_ids.trigger"]),
    "no text": ({"trigger": 1}, ["options.client_order_ids.trigger"]),
    "twice": ({"trigger": "a", "peers[0]": "a"}, ["options.client_order_ids"]),
    "of a number": ({5: "a"}, ["options.client_order_ids.5"]),
    "of a path that is not ASCII": ({"é": "a"}, ["options.client_order_ids.'\\xe9'"]),
    "of a path that cannot be printed": (
        {"\ud800\n": "a"},
        ["options.client_order_ids.'\\ud800\\n'"],
    ),
}


@pytest.mark.parametrize(("ids", "expected"), IDS.values(), ids=IDS)
def test_ids_of_the_caller(ids: dict[str, str], expected: list[str]) -> None:
    """An id is of a leg that is there, of 1 to 64 characters, and unlike the other ids."""
    order = OTOCO(entry(), [target(), stop()])
    subject = Tradovate(1, "x")
    assert expected == refused(lambda: translate(order, subject, client_order_ids=ids))


def test_ids_given_stand_in_for_those_derived() -> None:
    """An intent gives every leg an id, but for those that the caller chose."""
    order = OTOCO(entry(), [target(), stop()])
    plan = translate(
        order, Tradovate(1, "x"), intent=UUID(int=7), client_order_ids={"peers[0]": "mine"}
    )
    body = plan.requests[0].body
    assert f"{UUID(int=7)}-1" == body["clOrdId"]
    assert "mine" == body["bracket1"]["clOrdId"]
    assert f"{UUID(int=7)}-3" == body["bracket2"]["clOrdId"]


BODY: dict[str, Any] = {
    "accountSpec": "DEMO12345",
    "accountId": 12345,
    "action": "Buy",
    "symbol": "MESM7",
    "orderQty": 1,
    "orderType": "Limit",
    "price": 4150,
    "timeInForce": "GTC",
}
CHILD: dict[str, Any] = {
    "action": "Sell",
    "orderType": "Limit",
    "price": 4200,
    "timeInForce": "GTC",
}
REQUESTS: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "a path of its own spelling": (
        {"path": "/order/placeOrder", "body": BODY},
        [("path", "value")],
    ),
    "a second bracket alone": ({**BODY, "bracket2": CHILD}, [("bracket2", "field")]),
    "a bracket and an other": (
        {**BODY, "bracket1": CHILD, "other": CHILD},
        [("other", "field")],
    ),
    "an other on the path of brackets": (
        {"path": "/order/placeoso", "body": {**BODY, "other": CHILD}},
        [("bracket1", "field"), ("other", "field")],
    ),
    "no other on the path of an other": (
        {"path": "/order/placeoco", "body": BODY},
        [("other", "field")],
    ),
    "a child that is no object": (
        {**BODY, "other": 5},
        [
            ("other", "value"),
            ("other.orderType", "field"),
            ("other.action", "field"),
            ("other.timeInForce", "field"),
        ],
    ),
    "a symbol of its own": (
        {**BODY, "other": {**CHILD, "symbol": "MESM7"}},
        [("other.symbol", "field")],
    ),
    "a price as text": ({**BODY, "price": "4150"}, [("price", "value")]),
    "a price where none belongs": ({**BODY, "stopPrice": 4140}, [("stopPrice", "field")]),
    "a type that is documented nowhere": (
        {**BODY, "orderType": "MarketWithProtection"},
        [("orderType", "value")],
    ),
    "no life": (
        {key: value for key, value in BODY.items() if key != "timeInForce"},
        [("timeInForce", "field")],
    ),
    "an expiry to a tenth of a microsecond": (
        {**BODY, "timeInForce": "GTD", "expireTime": "2026-12-18T21:00:00.0000001Z"},
        [("expireTime", "value")],
    ),
    "an expiry without a zone": (
        {**BODY, "timeInForce": "GTD", "expireTime": "2026-12-18T21:00:00"},
        [("expireTime", "value")],
    ),
    "one id for two legs": (
        {**BODY, "clOrdId": "a", "other": {**CHILD, "clOrdId": "a"}},
        [("other.clOrdId", "value")],
    ),
    "a key too many": ({**BODY, "note": 1}, [("note", "field")]),
    "a key too many on a child": (
        {**BODY, "other": {**CHILD, "note": 1}},
        [("other.note", "field")],
    ),
    "no account": (
        {key: value for key, value in BODY.items() if not key.startswith("account")},
        [("accountSpec", "field"), ("accountId", "field")],
    ),
    "an account and an id that are none": (
        {**BODY, "accountId": "12345", "clOrdId": ""},
        [("accountId", "value"), ("clOrdId", "value")],
    ),
}


@pytest.mark.parametrize(("request_", "expected"), REQUESTS.values(), ids=REQUESTS)
def test_a_request_is_refused_by_name(
    request_: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """What an order cannot hold is named at its place in Tradovate's body."""
    with pytest.raises(Refused) as caught:
        parse(request_, Tradovate)
    assert [(*each, NOT_YET) for each in expected] == outcome(caught.value.refusals)
    assert "no no" not in str(caught.value)
