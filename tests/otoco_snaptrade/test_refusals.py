"""What SnapTrade's adapter refuses, as a table: an order or options, and every refusal of it."""

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
    configured,
    parse,
    translate,
)
from otoco_snaptrade import SnapTrade

AAPL = Instrument("AAPL", "EQUITY")
MSFT = Instrument("MSFT", "EQUITY")
CALL = Instrument("AAPL  251114C00240000", "OPTION")
PUT = Instrument("AAPL  251114P00240000", "OPTION")
MOMENT = datetime(2026, 12, 18, 21, tzinfo=UTC)
ACCOUNT = "917c8734-8470-4a3e-a18f-57c3f2ee6631"
NO, NOT_YET = "not-offered", "not-implemented"
#: An option is nobody's limit but the caller's to mend, so its refusal has no kind.
CALLER = "caller"

APRIL: dict[str, Any] = {}
OCTOBER: dict[str, Any] = {"contract": "2026-10"}
TASTYTRADE = {"contract": "2026-10", "brokerage": "tastytrade"}
WEBULL = {"contract": "2026-10", "brokerage": "Webull US"}


def leg(
    side: str, order_type: OrderType, quantity: Any = 10, instrument: Instrument = AAPL, **more: Any
) -> Leg:
    """A leg that is good till cancelled."""
    return Leg(side, quantity, instrument, order_type, **{"time_in_force": "GTC", **more})


def entry(**more: Any) -> Leg:
    """The entry of the brackets below."""
    return leg("BUY", Limit(30), **more)


def target(**more: Any) -> Leg:
    """A target for it."""
    return leg("SELL", Limit(31), **more)


def stop(**more: Any) -> Leg:
    """A stop for it."""
    return leg("SELL", Stop(29), **more)


def closing(*types: OrderType, side: str = "SELL", **more: Any) -> OCO:
    """An OCO of two option legs that close a position, for the day."""
    stated: dict[str, Any] = {
        "quantity": 1,
        "instrument": CALL,
        "position_effect": "CLOSE",
        "time_in_force": "DAY",
    }
    return OCO([leg(side, order_type, **(stated | more)) for order_type in types])


def refused(call: Callable[[], object]) -> list[tuple[str, str, str]]:
    """Where, what and whose limit, of each refusal; none where the call succeeds."""
    try:
        call()
    except Refused as error:
        return [(each.where, each.code, each.kind or CALLER) for each in error.refusals]
    return []


ORDERS: dict[str, tuple[Order, dict[str, Any], list[tuple[str, str, str]]]] = {
    "what it takes": (OTOCO(entry(), [target(), stop()]), APRIL, []),
    "legs that differ in everything": (
        OTO(entry(), [leg("BUY", Market(), "0.5", MSFT, time_in_force="FOK")]),
        APRIL,
        [],
    ),
    "a lone leg": (entry(), APRIL, [("", "shape", NOT_YET)]),
    "two conditionals": (
        OTO(entry(), [target(), stop()]),
        APRIL,
        [("conditionals", "count", NO)],
    ),
    "three peers": (
        OCO([target(), stop(), leg("SELL", Limit(32))]),
        APRIL,
        [("peers", "count", NO)],
    ),
    "a bracket of three exits": (
        OTOCO(entry(), [target(), stop(), leg("SELL", Limit(32))]),
        APRIL,
        [("peers", "count", NO)],
    ),
    "a ladder": (OTO(entry(quantity=20), [target(), stop()]), APRIL, [("type", "shape", NO)]),
    "a bracket in an OCO": (
        OCO([OTOCO(entry(), [target(), stop()]), leg("SELL", Limit(35))]),
        APRIL,
        [("type", "shape", NO)],
    ),
    "a future": (
        OTO(entry(), [target(instrument=Instrument("MESM7", "FUTURE"))]),
        APRIL,
        [("conditionals[0].instrument.type", "instrument", NO)],
    ),
    "a currency pair": (
        OTO(entry(instrument=Instrument("EUR/USD", "FOREX")), [target()]),
        APRIL,
        [("trigger.instrument.type", "instrument", NO)],
    ),
    "a symbol that is not ASCII": (
        OTO(entry(instrument=Instrument("é", "EQUITY")), [target()]),
        APRIL,
        [("trigger.instrument.symbol", "instrument", NO)],
    ),
    "a symbol of 255 characters": (
        OTO(entry(instrument=Instrument("A" * 255, "EQUITY")), [target()]),
        APRIL,
        [],
    ),
    "a symbol of 256 characters": (
        OTO(entry(instrument=Instrument("A" * 256, "EQUITY")), [target()]),
        APRIL,
        [("trigger.instrument.symbol", "instrument", NO)],
    ),
    "good till a date": (
        OTO(entry(time_in_force="GTD", expire_at=MOMENT), [target(time_in_force="UNSTATED")]),
        APRIL,
        [
            ("trigger.time_in_force", "time-in-force", NO),
            ("conditionals[0].time_in_force", "time-in-force", NO),
        ],
    ),
    "types with a touch or a trail": (
        OTOCO(
            leg("BUY", LimitIfTouched(30, "30.5")),
            [leg("SELL", MarketIfTouched(31)), leg("SELL", TrailingStop(1, 29))],
        ),
        APRIL,
        [
            ("trigger.order_type", "order-type", NO),
            ("peers[0].order_type", "order-type", NO),
            ("peers[1].order_type", "order-type", NO),
        ],
    ),
    "offsets": (
        OTOCO(entry(), [leg("SELL", Limit(Offset(1))), leg("SELL", Stop(Offset(-1)))]),
        APRIL,
        [("peers[0].limit_price", "price", NO), ("peers[1].stop_price", "price", NO)],
    ),
    "fields without a place": (
        OTO(entry(display_quantity=5, activate_at=MOMENT, label="x"), [target()]),
        APRIL,
        [
            ("trigger.display_quantity", "field", NO),
            ("trigger.activate_at", "field", NO),
            ("trigger.label", "field", NO),
        ],
    ),
    "a position effect of an equity": (
        OTO(entry(position_effect="OPEN"), [target()]),
        OCTOBER,
        [("trigger.position_effect", "position-effect", NO)],
    ),
    "a position effect in the contract of April": (
        OTO(entry(instrument=CALL, position_effect="OPEN"), [target(instrument=CALL)]),
        APRIL,
        [("trigger.position_effect", "position-effect", NO)],
    ),
    "a position effect in the contract of October": (
        OTO(entry(instrument=CALL, position_effect="OPEN"), [target(instrument=CALL)]),
        OCTOBER,
        [],
    ),
    "fractional units in the contract of April": (
        OTO(entry(quantity="10.5"), [target(quantity="0.0001")]),
        APRIL,
        [],
    ),
    "fractional units in the contract of October": (
        OTO(entry(quantity="10.5"), [target(quantity=1)]),
        OCTOBER,
        [("trigger.quantity", "quantity", NO)],
    ),
    "numbers too close to zero": (
        OTO(leg("BUY", Limit("0.00009"), "0.00009"), [target()]),
        APRIL,
        [("trigger.quantity", "quantity", NO), ("trigger.limit_price", "price", NO)],
    ),
    "numbers that a double does not keep": (
        OTO(leg("BUY", Limit("123456789012.1234567891"), "99999999999.9999999999"), [target()]),
        APRIL,
        [("trigger.quantity", "quantity", NO), ("trigger.limit_price", "price", NO)],
    ),
    "exits of an option": (closing(Limit(3), Stop(1)), OCTOBER, []),
    "exits of an option that say BUY and SELL in the contract of April": (
        closing(Limit(3), Stop(1), position_effect=None),
        APRIL,
        [],
    ),
    "exits of an option that do not say so": (
        closing(Limit(3), Stop(1), position_effect=None),
        OCTOBER,
        [
            ("peers[0].position_effect", "position-effect", NO),
            ("peers[1].position_effect", "position-effect", NO),
        ],
    ),
    "an OCO that opens options": (
        closing(Limit(3), Stop(1), position_effect="OPEN"),
        OCTOBER,
        [
            ("peers[0].position_effect", "position-effect", NO),
            ("peers[1].position_effect", "position-effect", NO),
        ],
    ),
    "exits of two options, of both sides, of two quantities": (
        OCO(
            [
                leg("SELL", Limit(3), 1, CALL, position_effect="CLOSE"),
                leg("BUY", Limit(1), 2, PUT, position_effect="CLOSE"),
            ]
        ),
        OCTOBER,
        [
            ("peers[1].instrument", "shared-instrument", NO),
            ("peers[1].side", "shared-side", NO),
            ("peers[1].quantity", "shared-quantity", NO),
        ],
    ),
    "an OCO of an option and a share": (
        OCO([leg("SELL", Limit(3), 1, CALL, position_effect="CLOSE"), stop(quantity=1)]),
        OCTOBER,
        [
            ("peers[1].position_effect", "position-effect", NO),
            ("peers[1].instrument", "shared-instrument", NO),
        ],
    ),
    "an option bracket is under no brokerage's rule": (
        OTOCO(
            leg("BUY", Limit(2), 1, CALL, position_effect="OPEN"),
            [leg("SELL", Limit(3), 1, CALL), leg("SELL", Stop(1), 1, CALL)],
        ),
        WEBULL,
        [],
    ),
    "equities are under no brokerage's rule": (OCO([target(), stop()]), WEBULL, []),
    "three option peers are too many first of all": (
        closing(Limit(3), Stop(1), Limit(4)),
        TASTYTRADE,
        [("peers", "count", NO)],
    ),
    "a brokerage without rules of its own": (
        closing(Limit(3), Limit(4)),
        {"contract": "2026-10", "brokerage": "Tradier"},
        [],
    ),
    "tastytrade, a target and a stop-limit, short": (
        closing(Limit(1), StopLimit(3, "3.1"), side="BUY", time_in_force="GTC"),
        TASTYTRADE,
        [],
    ),
    "tastytrade, two targets": (
        closing(Limit(3), Limit(4)),
        TASTYTRADE,
        [("peers", "order-type", NO)],
    ),
    "tastytrade, two stops": (
        closing(Stop(1), StopLimit(2, 2)),
        TASTYTRADE,
        [("peers", "order-type", NO)],
    ),
    "tastytrade in the contract of April": (
        closing(Limit(3), Stop(1), position_effect=None),
        {"brokerage": "tastytrade"},
        [("peers", "position-effect", NO)],
    ),
    "tastytrade, a life that is left to the broker": (
        closing(Limit(3), Stop(1), time_in_force="UNSTATED"),
        TASTYTRADE,
        [
            ("peers[0].time_in_force", "time-in-force", NO),
            ("peers[1].time_in_force", "time-in-force", NO),
            ("peers[0].time_in_force", "time-in-force", NO),
            ("peers[1].time_in_force", "time-in-force", NO),
        ],
    ),
    "Webull US, a target and a stop for the day": (closing(Limit(3), Stop(1)), WEBULL, []),
    "Webull US, a stop-limit": (
        closing(Limit(3), StopLimit(1, 1)),
        WEBULL,
        [("peers", "order-type", NO)],
    ),
    "Webull US, a short position, till cancelled": (
        closing(Limit(1), Stop(3), side="BUY", time_in_force="GTC"),
        WEBULL,
        [
            ("peers[0].time_in_force", "time-in-force", NO),
            ("peers[0].side", "side", NO),
            ("peers[1].time_in_force", "time-in-force", NO),
            ("peers[1].side", "side", NO),
        ],
    ),
    "Webull US in the contract of April": (
        closing(Limit(3), Stop(1), position_effect=None),
        {"brokerage": "Webull US"},
        [("peers", "position-effect", NO)],
    ),
}


@pytest.mark.parametrize(("order", "options", "expected"), ORDERS.values(), ids=ORDERS)
def test_an_order_is_refused_for_every_reason(
    order: Order, options: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    """Every reason is named with its place and whose limit it is, and with the vendor's page."""
    refusals = check(order, SnapTrade(**options))
    assert expected == [(each.where, each.code, each.kind or CALLER) for each in refusals]
    assert all(each.source for each in refusals)


OPTIONS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "what it takes": ({"account_id": ACCOUNT.upper(), "brokerage": "WEBULL us"}, []),
    "a path for an account": ({"account_id": f"../{ACCOUNT}"}, ["account_id"]),
    "a query behind an account": ({"account_id": f"{ACCOUNT}?x=#"}, ["account_id"]),
    "a UUID without hyphens": ({"account_id": ACCOUNT.replace("-", "")}, ["account_id"]),
    "a UUID in braces": ({"account_id": f"{{{ACCOUNT}}}"}, ["account_id"]),
    "a UUID with a digit missing": ({"account_id": ACCOUNT[:-1]}, ["account_id"]),
    "a line end behind a UUID": ({"account_id": f"{ACCOUNT}\n"}, ["account_id"]),
    "a number for a UUID": ({"account_id": 7}, ["account_id"]),
    "a contract that was never published": ({"contract": "2026-4"}, ["contract"]),
    "a list for a contract": ({"contract": ["2026-10"]}, ["contract"]),
    "a brokerage that cannot trade": ({"brokerage": "Robinhood"}, ["brokerage"]),
    "a number for a brokerage": ({"brokerage": 7}, ["brokerage"]),
}


@pytest.mark.parametrize(("options", "expected"), OPTIONS.values(), ids=OPTIONS)
def test_an_option_is_refused_by_name(options: dict[str, Any], expected: list[str]) -> None:
    """An option's value is refused the same way from an envelope and by the constructor."""
    named = [(f"options.{name}", "option", CALLER) for name in expected]
    assert named == refused(lambda: configured(SnapTrade, options))
    assert named == refused(lambda: SnapTrade(**options))


def test_an_account_and_a_brokerage_have_one_spelling() -> None:
    """However they were written, equal accounts make equal adapters."""
    written = SnapTrade(account_id=ACCOUNT.upper(), brokerage="web-ull US")
    assert SnapTrade(account_id=UUID(ACCOUNT), brokerage="Webull US") == written


def test_an_option_that_is_none_is_not_given() -> None:
    """None stands for the default, by the constructor as in an envelope."""
    assert configured(SnapTrade, {"contract": None})[0] == SnapTrade(contract=None)
    assert () == check(OCO([target(), stop()]), SnapTrade(contract=None))


def test_nothing_is_sent_without_an_account() -> None:
    """An order that can be said is not said to an unknown account."""
    order = OCO([target(), stop()])
    assert [("options.account_id", "option", CALLER)] == refused(
        lambda: translate(order, SnapTrade())
    )


INTENT = UUID("0b0e7c1e-6a3c-4d5c-9c55-2f4b7d0a9e11")
IDS: dict[str, tuple[UUID | None, dict[str, str], list[str]]] = {
    "an intent": (INTENT, {}, []),
    "an id for the group": (None, {"order": str(INTENT)}, []),
    "the same twice": (INTENT, {"order": str(INTENT).upper()}, []),
    "two that differ": (INTENT, {"order": ACCOUNT}, ["options.client_order_ids.order"]),
    "an id for a leg": (None, {"peers[0]": ACCOUNT}, ["options.client_order_ids.peers[0]"]),
    "an id that is no UUID": (None, {"order": "mine"}, ["options.client_order_ids.order"]),
}


@pytest.mark.parametrize(("intent", "ids", "expected"), IDS.values(), ids=IDS)
def test_ids_of_the_caller(intent: UUID | None, ids: dict[str, str], expected: list[str]) -> None:
    """There is one id for the group, a UUID, by intent or by name."""
    found = refused(
        lambda: translate(
            OCO([target(), stop()]), SnapTrade(ACCOUNT), intent=intent, client_order_ids=ids
        )
    )
    assert [(where, "option", CALLER) for where in expected] == found


def wire(role: str, order_type: str, **more: Any) -> dict[str, Any]:
    """A leg in the vendor's words."""
    instrument = {"symbol": "AAPL", "type": "EQUITY"}
    leg = {"order_role": role, "action": "SELL", "instrument": instrument, "units": 1}
    return {**leg, "order_type": order_type, "time_in_force": "GTC", **more}


TARGET, STOP = wire("PEER", "Limit", price=31), wire("PEER", "Stop", stop=29)
PAIR = {"type": "OCO", "orders": [TARGET, STOP]}
PADDED = {"symbol": " A", "type": "EQUITY"}
OPTION = {"symbol": "AAPL251114C00240000", "type": "OPTION"}
REQUESTS: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "another path": (
        {
            "path": "/accounts/x/y/trading/complex",
            "body": {"type": "OCO", "orders": [TARGET, STOP]},
        },
        [("path", "value")],
    ),
    "an account that is no UUID": (
        {"path": "/accounts/../trading/complex", "body": PAIR},
        [("path", "value")],
    ),
    "no list of legs": ({"type": "OCO", "orders": {}}, [("orders", "value")]),
    "a number of legs": ({"type": "OCO", "orders": 5}, [("orders", "value")]),
    "no type": ({"orders": [TARGET, STOP]}, [("type", "field")]),
    "one leg": ({"type": "OCO", "orders": [TARGET]}, [("orders", "count")]),
    "five legs": (
        {"type": "OTOCO", "orders": [TARGET, STOP] * 2 + [TARGET]},
        [("orders", "count")],
    ),
    "roles of another type": ({"type": "OTO", "orders": [TARGET, STOP]}, [("orders", "count")]),
    "no role": (
        {"type": "OCO", "orders": [TARGET, {**STOP, "order_role": None}]},
        [("orders[1].order_role", "value")],
    ),
    "a leg that is text": (
        {"type": "OCO", "orders": [TARGET, "x"]},
        [
            ("orders[1]", "value"),
            ("orders[1].order_role", "field"),
            ("orders[1].order_type", "field"),
            ("orders[1].instrument.type", "field"),
            ("orders[1].instrument.symbol", "field"),
            ("orders[1].units", "field"),
            ("orders[1].time_in_force", "field"),
        ],
    ),
    "a price too many": (
        {"type": "OCO", "orders": [TARGET, {**STOP, "price": 30}]},
        [("orders[1].price", "field")],
    ),
    "null where nothing is nullable": (
        {"type": "OCO", "orders": [TARGET, {**STOP, "units": None}]},
        [("orders[1].units", "value")],
    ),
    "a key of another endpoint": (
        {"type": "OCO", "orders": [TARGET, {**STOP, "notional_value": None}]},
        [("orders[1].notional_value", "field")],
    ),
    "an option's action on a share": (
        {"type": "OCO", "orders": [{**TARGET, "action": "SELL_TO_CLOSE"}, STOP]},
        [("orders[0].action", "value")],
    ),
    "half a contract of October": (
        {
            "type": "OCO",
            "orders": [{**TARGET, "action": "SELL_TO_CLOSE"}, {**STOP, "units": 0.5}],
        },
        [("orders[0].action", "value"), ("orders[1].units", "value")],
    ),
    "a symbol with spaces around it": (
        {
            "type": "OCO",
            "orders": [TARGET, {**STOP, "instrument": {"symbol": " A", "type": "EQUITY"}}],
        },
        [("orders[1].instrument.symbol", "instrument")],
    ),
    "an option symbol without its padding": (
        {"type": "OCO", "orders": [{**TARGET, "instrument": OPTION}, STOP]},
        [("orders[0].instrument.symbol", "value")],
    ),
    "a key too many": ({**PAIR, "note": 1}, [("note", "field")]),
    "an id that is no UUID": (
        {**PAIR, "client_order_id": "mine"},
        [("client_order_id", "value")],
    ),
    "a type of another case": ({**PAIR, "type": "oco"}, [("type", "value")]),
}


@pytest.mark.parametrize(("request_", "expected"), REQUESTS.values(), ids=REQUESTS)
def test_a_request_is_refused_by_name(
    request_: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """What an order cannot hold is named at its place in the vendor's body."""
    found = refused(lambda: parse(request_, SnapTrade))
    assert [(*each, NOT_YET) for each in expected] == found


def test_what_is_incoherent_is_told_at_its_place_in_the_body() -> None:
    """The core's own findings about an order are located in the broker's list of legs."""
    body = {"type": "OCO", "orders": [STOP, {**TARGET, "time_in_force": "IOC"}]}
    with pytest.raises(InvalidOrder) as caught:
        parse(body, SnapTrade)
    assert [("orders[1].time_in_force", "immediate-peer")] == [
        (each.where, each.code) for each in caught.value.problems
    ]
