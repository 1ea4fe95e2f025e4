"""What tastytrade's adapter refuses, as a table: an order or options, and every refusal of it."""

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
    TrailingStopLimit,
    check,
    configured,
    parse,
    translate,
)
from otoco_tastytrade import Tastytrade
from otoco_tastytrade._tables import SOURCE

AAPL = Instrument("AAPL", "EQUITY")
MSFT = Instrument("MSFT", "EQUITY")
CALL = Instrument("AAPL  230818C00197500", "OPTION")
MES = Instrument("MESM7", "FUTURE")
MOMENT = datetime(2026, 12, 18, 21, tzinfo=UTC)
NO, NOT_YET = "not-offered", "not-implemented"
#: An option is nobody's limit but the caller's to mend, so its refusal has no kind.
CALLER = "caller"


def leg(
    side: str, order_type: OrderType, quantity: Any = 10, instrument: Instrument = AAPL, **more: Any
) -> Leg:
    """A leg that is good till cancelled, and opens where it buys."""
    effect = "OPEN" if side == "BUY" else "CLOSE"
    stated = {"time_in_force": "GTC", "position_effect": effect, **more}
    return Leg(side, quantity, instrument, order_type, **stated)


def entry(**more: Any) -> Leg:
    """The entry of the brackets below."""
    return leg("BUY", Limit(30), **more)


def target(**more: Any) -> Leg:
    """A target for it."""
    return leg("SELL", Limit(31), **more)


def stop(**more: Any) -> Leg:
    """A stop for it."""
    return leg("SELL", Stop(29), **more)


def refused(call: Callable[[], object]) -> list[tuple[str, str, str]]:
    """Where, what and whose limit, of each refusal; none where the call succeeds."""
    try:
        call()
    except Refused as error:
        return [(each.where, each.code, each.kind or CALLER) for each in error.refusals]
    return []


UNSTATED: dict[str, Any] = {"instrument": MES, "position_effect": None}
ORDERS: dict[str, tuple[Order, list[tuple[str, str, str]]]] = {
    "what it takes": (OTOCO(entry(), [target(), stop()]), []),
    "a lone leg": (leg("SELL", StopLimit(3, "2.5"), 1, CALL), []),
    "three conditionals": (OTO(entry(quantity=1), [stop(), target(), target()]), []),
    "a future whose legs leave the effect unstated": (
        OTOCO(entry(**UNSTATED), [target(**UNSTATED), stop(**UNSTATED)]),
        [],
    ),
    "a future whose legs state it": (
        OTOCO(entry(instrument=MES), [target(instrument=MES), stop(instrument=MES)]),
        [],
    ),
    "four conditionals": (
        OTO(entry(quantity=1), [stop()] * 4),
        [("conditionals", "count", NO)],
    ),
    "three peers": (
        OCO([target(), stop(), target()]),
        [("peers", "count", NO), ("peers[2].order_type", "same-kind", NO)],
    ),
    "two targets": (OCO([target(), target()]), [("peers[1].order_type", "same-kind", NO)]),
    "two stops": (
        OTOCO(entry(), [stop(), leg("SELL", StopLimit(29, 28))]),
        [("peers[1].order_type", "same-kind", NO)],
    ),
    "a ladder of lone exits": (OTO(entry(), [stop(quantity=4), stop(quantity=6)]), []),
    "a ladder of pairs": (
        OTO(entry(quantity=20), [stop(), OCO([target(), stop()])]),
        [("conditionals[1].peers", "count", NO)],
    ),
    "a bracket in an OCO": (
        OCO([OTOCO(entry(), [target(), stop()]), leg("SELL", Limit(35))]),
        [("type", "shape", NO)],
    ),
    "effects that are not stated": (
        OTOCO(
            entry(position_effect=None),
            [target(position_effect=None), stop(instrument=CALL, position_effect=None)],
        ),
        [
            ("trigger.position_effect", "position-effect", NO),
            ("peers[0].position_effect", "position-effect", NO),
            ("peers[1].position_effect", "position-effect", NO),
        ],
    ),
    "a trigger that closes and exits that open": (
        OTOCO(
            entry(position_effect="CLOSE"),
            [target(position_effect="OPEN"), stop(position_effect="OPEN")],
        ),
        [
            ("trigger.position_effect", "position-effect", NO),
            ("peers[0].position_effect", "position-effect", NO),
            ("peers[1].position_effect", "position-effect", NO),
        ],
    ),
    "an OCO that opens": (
        OCO([target(position_effect="OPEN"), stop(position_effect="OPEN")]),
        [
            ("peers[0].position_effect", "position-effect", NO),
            ("peers[1].position_effect", "position-effect", NO),
        ],
    ),
    "market orders that are good till cancelled": (
        OTO(
            leg("BUY", Market()), [leg("BUY", Market(), time_in_force="DAY"), leg("BUY", Market())]
        ),
        [
            ("trigger.time_in_force", "time-in-force", NO),
            ("conditionals[1].time_in_force", "time-in-force", NO),
        ],
    ),
    "stops that open and are good till cancelled": (
        OTO(leg("BUY", Stop(30)), [stop(), stop(position_effect="OPEN"), leg("BUY", Stop(31), 1)]),
        [
            ("trigger.time_in_force", "time-in-force", NO),
            ("conditionals[1].time_in_force", "time-in-force", NO),
            ("conditionals[2].time_in_force", "time-in-force", NO),
        ],
    ),
    "stops that open for the day, or with a limit": (
        OTO(leg("BUY", Stop(30), time_in_force="DAY"), [leg("BUY", StopLimit(31, 32))]),
        [],
    ),
    "a stop as an entry that is good till cancelled": (
        OTOCO(leg("BUY", Stop(30), **UNSTATED), [target(**UNSTATED), stop(**UNSTATED)]),
        [("trigger.time_in_force", "time-in-force", NO)],
    ),
    "a day": (
        stop(time_in_force="GTD", expire_at=MOMENT),
        [("time_in_force", "time-in-force", NOT_YET)],
    ),
    "at once": (
        OTO(entry(time_in_force="IOC"), [stop(), target(time_in_force="FOK")]),
        [
            ("trigger.time_in_force", "time-in-force", NOT_YET),
            ("conditionals[1].time_in_force", "time-in-force", NO),
        ],
    ),
    "a life that is left to the broker": (
        stop(time_in_force="UNSTATED"),
        [("time_in_force", "time-in-force", NO)],
    ),
    "trails": (
        OCO([leg("SELL", TrailingStop(1, 29)), leg("SELL", TrailingStopLimit(1, 29, 28))]),
        [("peers[0].order_type", "order-type", NO), ("peers[1].order_type", "order-type", NO)],
    ),
    "types with a touch": (
        OTO(leg("BUY", LimitIfTouched(30, "30.5")), [leg("SELL", MarketIfTouched(31))]),
        [
            ("trigger.order_type", "order-type", NO),
            ("conditionals[0].order_type", "order-type", NO),
        ],
    ),
    "offsets": (
        OTOCO(entry(), [leg("SELL", Limit(Offset(1))), leg("SELL", Stop(Offset(-1)))]),
        [("peers[0].limit_price", "price", NO), ("peers[1].stop_price", "price", NO)],
    ),
    "prices that are not above zero": (
        OTO(leg("BUY", Limit(0)), [leg("SELL", StopLimit("-1", "-1.5"))]),
        [
            ("trigger.limit_price", "price", NO),
            ("conditionals[0].stop_price", "price", NO),
            ("conditionals[0].limit_price", "price", NO),
        ],
    ),
    "a stop below zero": (leg("SELL", Stop(-5), 1, MES), [("stop_price", "price", NO)]),
    "parts of a share": (entry(quantity="0.5"), [("quantity", "quantity", NO)]),
    "a price that a double does not keep": (
        leg("BUY", Limit("123456789012.0123456789")),
        [("limit_price", "price", NO)],
    ),
    "fields without a place": (
        entry(display_quantity=5, activate_at=MOMENT, label="x"),
        [("display_quantity", "field", NO), ("activate_at", "field", NO), ("label", "field", NO)],
    ),
    "cryptocurrencies": (
        OTO(
            entry(instrument=Instrument("BTC", "CRYPTOCURRENCY")),
            [stop(instrument=Instrument("BTC-USD", "CRYPTOCURRENCY_PAIR"))],
        ),
        [
            ("trigger.instrument.type", "instrument", NOT_YET),
            ("conditionals[0].instrument.type", "instrument", NOT_YET),
        ],
    ),
    "a future of another symbology": (
        leg("BUY", Limit(1), 1, Instrument("ESZ26", "FUTURE")),
        [("instrument.symbol", "instrument", NO)],
    ),
    "a symbol that is not ASCII": (
        leg("BUY", Limit(1), 1, Instrument("\xdc", "EQUITY")),
        [("instrument.symbol", "instrument", NO)],
    ),
    "legs that differ in everything": (
        OTO(entry(), [leg("SELL", Stop(1), 3, MSFT, position_effect="OPEN", time_in_force="DAY")]),
        [],
    ),
}


@pytest.mark.parametrize(("order", "expected"), ORDERS.values(), ids=ORDERS)
def test_an_order_is_refused_for_every_reason(
    order: Order, expected: list[tuple[str, str, str]]
) -> None:
    """Every reason is named with its place and whose limit it is, and with the vendor's page."""
    refusals = check(order, Tastytrade())
    assert expected == [(each.where, each.code, each.kind or CALLER) for each in refusals]
    assert {each.source for each in refusals} <= {SOURCE}


OPTIONS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "what it takes": (
        {"account_number": "5WT00001", "strict_position_effect_validation": False},
        [],
    ),
    "a path for an account": ({"account_number": "../5WT00001"}, ["account_number"]),
    "a query behind an account": ({"account_number": "5WT00001?x=#"}, ["account_number"]),
    "a number for an account": ({"account_number": 5}, ["account_number"]),
    "a word for a flag": (
        {"strict_position_effect_validation": "yes"},
        ["strict_position_effect_validation"],
    ),
    "a number for a flag": (
        {"strict_position_effect_validation": 1},
        ["strict_position_effect_validation"],
    ),
}


@pytest.mark.parametrize(("options", "expected"), OPTIONS.values(), ids=OPTIONS)
def test_an_option_is_refused_by_name(options: dict[str, Any], expected: list[str]) -> None:
    """An option's value is refused the same way from an envelope and by the constructor."""
    named = [(f"options.{name}", "option", CALLER) for name in expected]
    assert named == refused(lambda: configured(Tastytrade, options))
    assert named == refused(lambda: Tastytrade(**options))


def test_nothing_is_sent_without_an_account() -> None:
    """An order that can be said is not said to an unknown account."""
    assert [("options.account_number", "option", CALLER)] == refused(
        lambda: translate(OCO([target(), stop()]), Tastytrade())
    )


INTENT = UUID("0b0e7c1e-6a3c-4d5c-9c55-2f4b7d0a9e11")
IDS: dict[str, tuple[UUID | None, dict[str, str], list[str]]] = {
    "an intent": (INTENT, {}, []),
    "an id for each leg": (None, {"peers[0]": "a", "peers[1]": "x" * 255}, []),
    "an id for the group": (None, {"order": "a"}, ["order"]),
    "an id that is too long": (None, {"peers[0]": "x" * 256}, ["peers[0]"]),
    "an id of nothing": (None, {"peers[0]": ""}, ["peers[0]"]),
}


@pytest.mark.parametrize(("intent", "ids", "expected"), IDS.values(), ids=IDS)
def test_ids_of_the_caller(intent: UUID | None, ids: dict[str, str], expected: list[str]) -> None:
    """Each order has an id of its own, by intent or by name."""
    found = refused(
        lambda: translate(
            OCO([target(), stop()]), Tastytrade("5WT1"), intent=intent, client_order_ids=ids
        )
    )
    assert [(f"options.client_order_ids.{path}", "option", CALLER) for path in expected] == found


def wire(kind: str = "Limit", **more: Any) -> dict[str, Any]:
    """An order in the vendor's words, to sell a share that is held."""
    leg = {
        "instrument-type": "Equity",
        "symbol": "AAPL",
        "action": "Sell to Close",
        "quantity": 1,
    }
    price = {"price": 31, "price-effect": "Credit"} if kind == "Limit" else {"stop-trigger": 29}
    return {"time-in-force": "GTC", "order-type": kind, **price, "legs": [leg], **more}


def with_leg(**more: Any) -> dict[str, Any]:
    """An order with something else in its one leg."""
    (leg,) = wire()["legs"]
    return wire(legs=[{**leg, **more}])


def group(*orders: Any, **more: Any) -> dict[str, Any]:
    """An OCO of orders."""
    return {"type": "OCO", "orders": list(orders), **more}


TARGET, STOP = wire(), wire("Stop")
STRICT = {"advanced-instructions": {"strict-position-effect-validation": True}}
FUTURE = {"instrument-type": "Future", "symbol": "MESM7"}
REQUESTS: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "what it takes": (group(TARGET, STOP), []),
    "numbers as text": (
        group(with_leg(quantity="1") | {"price": "31.00"}, {**STOP, "stop-trigger": "29"}),
        [],
    ),
    "the stop first": (group(STOP, TARGET), []),
    "a lone order": (TARGET, []),
    "another path": (
        {"path": "/accounts/5WT1/complex-orders/dry-run", "body": group(TARGET, STOP)},
        [("path", "value")],
    ),
    "no account": ({"path": "/accounts//orders", "body": TARGET}, [("path", "value")]),
    "a group as a lone order": (
        {"path": "/accounts/5WT1/orders", "body": group(TARGET, STOP)},
        [("path", "value")],
    ),
    "a lone order as a group": (
        {"path": "/accounts/5WT1/complex-orders", "body": TARGET},
        [("path", "value")],
    ),
    "no type": ({"orders": [TARGET, STOP]}, [("type", "field")]),
    "a type of another kind": (group(TARGET, STOP, type="BLAST"), [("type", "value")]),
    "an OCO with a trigger": (
        group(TARGET, STOP, **{"trigger-order": TARGET}),
        [("trigger-order", "field")],
    ),
    "an OTO without a trigger": (group(STOP, type="OTO"), [("trigger-order", "field")]),
    "one order": (group(TARGET), [("orders", "count")]),
    "four orders of an OTO": (
        group(*[STOP] * 4, type="OTO", **{"trigger-order": TARGET}),
        [("orders", "count")],
    ),
    "no list": ({"type": "OCO", "orders": {}}, [("orders", "value")]),
    "two targets": (group(TARGET, TARGET), [("orders[1].order-type", "same-kind")]),
    "a market order as an exit": (
        group(TARGET, wire("Market")),
        [("orders[1].order-type", "value")],
    ),
    "an exit that opens": (
        group(with_leg(action="Sell to Open"), STOP),
        [("orders[0].legs[0].action", "value")],
    ),
    "a share that is sold, and no more is said": (
        with_leg(action="Sell"),
        [("legs[0].action", "value")],
    ),
    "a future without its slash": (with_leg(**FUTURE), [("legs[0].symbol", "value")]),
    "two legs": (
        wire(legs=wire()["legs"] * 2),
        [("legs", "value")],
    ),
    "the wrong price effect": (wire(**{"price-effect": "Debit"}), [("price-effect", "value")]),
    "no price effect": (
        {key: TARGET[key] for key in TARGET if key != "price-effect"},
        [("price-effect", "field")],
    ),
    "a price effect without a price": (
        wire("Stop", **{"price-effect": "Credit"}),
        [("price-effect", "field")],
    ),
    "a price of a stop": (wire("Stop", price=3), [("price", "field")]),
    "a price below zero": (wire(price=-31), [("price", "value")]),
    "a date": (
        wire(**{"time-in-force": "GTD", "gtc-date": "2026-12-18"}),
        [("'gtc-date'", "field"), ("time-in-force", "value")],
    ),
    "a market order that is good till cancelled": (
        {key: TARGET[key] for key in ("time-in-force", "legs")} | {"order-type": "Market"},
        [("time-in-force", "time-in-force")],
    ),
    "what a client adds": (
        wire(source="me", behavior="immediate", **{"preflight-id": "0", "underlying-symbol": "A"}),
        [
            ("source", "field"),
            ("behavior", "field"),
            ("'preflight-id'", "field"),
            ("'underlying-symbol'", "field"),
        ],
    ),
    "a source of the group": (group(TARGET, STOP, source="me"), [("source", "field")]),
    "one id twice": (
        group(
            {**TARGET, "external-identifier": "a"},
            {**STOP, "external-identifier": "a"},
        ),
        [("orders[1].external-identifier", "value")],
    ),
    "an id of nothing": (wire(**{"external-identifier": ""}), [("external-identifier", "value")]),
    "a validation of the first order alone": (
        group({**TARGET, **STRICT}, STOP),
        [("orders[1].advanced-instructions", "value")],
    ),
    "a validation of the second order alone": (
        group(TARGET, {**STOP, **STRICT}),
        [("orders[1].advanced-instructions", "value")],
    ),
    "instructions without a word": (
        {**TARGET, "advanced-instructions": {}},
        [("advanced-instructions.strict-position-effect-validation", "field")],
    ),
    "instructions of another kind": (
        {
            **TARGET,
            "advanced-instructions": {"x": 1, "strict-position-effect-validation": "yes"},
        },
        [
            ("advanced-instructions.x", "field"),
            ("advanced-instructions.strict-position-effect-validation", "value"),
        ],
    ),
}


@pytest.mark.parametrize(("request_", "expected"), REQUESTS.values(), ids=REQUESTS)
def test_a_request_is_refused_by_name(
    request_: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """What an order cannot hold is named at its place in the vendor's body."""
    found = refused(lambda: parse(request_, Tastytrade))
    assert expected == [(where, code) for where, code, _ in found]
