"""What Schwab's adapter refuses, as a table: an order or options, and every refusal of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

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
from otoco_schwab import Schwab
from otoco_schwab._tables import SOURCE

AAPL = Instrument("AAPL", "EQUITY")
MSFT = Instrument("MSFT", "EQUITY")
CALL = Instrument("XYZ   240315C00050000", "OPTION")
MOMENT = datetime(2026, 12, 18, 21, tzinfo=UTC)
ACCOUNT = "0A1B2C3D4E5F60718293A4B5C6D7E8F9"
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


ORDERS: dict[str, tuple[Order, list[tuple[str, str, str]]]] = {
    "what it takes": (OTOCO(entry(), [target(), stop()]), []),
    "a lone leg": (leg("SELL", Market(), "0.5", time_in_force="IOC"), []),
    "an option": (leg("SELL", StopLimit(3, "2.5"), 1, CALL, position_effect="OPEN"), []),
    "legs that differ in everything": (
        OTO(entry(), [leg("BUY", Market(), "0.5", MSFT, time_in_force="FOK")]),
        [],
    ),
    "many conditionals": (OTO(entry(quantity=1), [stop(), *[target()] * 5]), []),
    "a ladder": (OTO(entry(quantity=20), [target(), OCO([target(), stop()])]), []),
    "a bracket in an OCO": (
        OCO([OTOCO(entry(), [target(), stop()]), leg("SELL", Limit(35))]),
        [],
    ),
    "three peers": (OCO([target(), stop(), target()]), [("peers", "count", NO)]),
    "three exits": (OTOCO(entry(), [target(), stop(), target()]), [("peers", "count", NO)]),
    "three peers deep inside": (
        OTO(entry(), [stop(), OTO(entry(), [target(), OCO([stop(), target(), target()])])]),
        [("conditionals[1].conditionals[1].peers", "count", NO)],
    ),
    "an OCO of OCO is one of four": (
        OCO([OCO([target(), stop()]), OCO([target(), stop()])]),
        [("peers", "count", NO)],
    ),
    "effects that are not stated": (
        OTO(entry(position_effect=None), [stop(instrument=CALL, position_effect=None)]),
        [
            ("trigger.position_effect", "position-effect", NO),
            ("conditionals[0].position_effect", "position-effect", NO),
        ],
    ),
    "a date": (
        stop(time_in_force="GTD", expire_at=MOMENT),
        [("time_in_force", "time-in-force", NOT_YET)],
    ),
    "a life that is left to the broker": (
        stop(time_in_force="UNSTATED"),
        [("time_in_force", "time-in-force", NO)],
    ),
    "trails": (
        OCO([leg("SELL", TrailingStop(1, 29)), leg("SELL", TrailingStopLimit(1, 29, 28))]),
        [
            ("peers[0].order_type", "order-type", NOT_YET),
            ("peers[1].order_type", "order-type", NOT_YET),
        ],
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
    "fields without a place": (
        entry(display_quantity=5, activate_at=MOMENT, label="x"),
        [("display_quantity", "field", NO), ("activate_at", "field", NO), ("label", "field", NO)],
    ),
    "a future": (
        leg("BUY", Limit(1), 1, Instrument("MESM7", "FUTURE")),
        [("instrument.type", "instrument", NO)],
    ),
    "a symbol that is not ASCII": (
        leg("BUY", Limit(1), 1, Instrument("\xdc", "EQUITY")),
        [("instrument.symbol", "instrument", NO)],
    ),
    "a quantity that a double does not keep": (
        entry(quantity="99999999999.9999999999"),
        [("quantity", "quantity", NO)],
    ),
    "a price that a double does not keep is text": (
        leg("BUY", Limit("123456789012.0123456789")),
        [],
    ),
}


@pytest.mark.parametrize(("order", "expected"), ORDERS.values(), ids=ORDERS)
def test_an_order_is_refused_for_every_reason(
    order: Order, expected: list[tuple[str, str, str]]
) -> None:
    """Every reason is named with its place and whose limit it is, and with Schwab's page."""
    refusals = check(order, Schwab())
    assert expected == [(each.where, each.code, each.kind or CALLER) for each in refusals]
    assert {each.source for each in refusals} <= {SOURCE}


OPTIONS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "what it takes": ({"account_hash": ACCOUNT, "session": "SEAMLESS"}, []),
    "a path for an account": ({"account_hash": f"../{ACCOUNT}"}, ["account_hash"]),
    "a query behind an account": ({"account_hash": f"{ACCOUNT}?x=#"}, ["account_hash"]),
    "a line end behind an account": ({"account_hash": f"{ACCOUNT}\n"}, ["account_hash"]),
    "an account without a letter": ({"account_hash": ""}, ["account_hash"]),
    "a number for an account": ({"account_hash": 7}, ["account_hash"]),
    "a session of another case": ({"session": "am"}, ["session"]),
    "a list for a session": ({"session": ["AM"]}, ["session"]),
}


@pytest.mark.parametrize(("options", "expected"), OPTIONS.values(), ids=OPTIONS)
def test_an_option_is_refused_by_name(options: dict[str, Any], expected: list[str]) -> None:
    """An option's value is refused the same way from an envelope and by the constructor."""
    named = [(f"options.{name}", "option", CALLER) for name in expected]
    assert named == refused(lambda: configured(Schwab, options))
    assert named == refused(lambda: Schwab(**options))


def test_an_option_that_is_none_is_not_given() -> None:
    """None stands for the default, by the constructor as in an envelope."""
    assert configured(Schwab, {"session": None})[0] == Schwab(session=None) == Schwab()


def test_nothing_is_sent_without_an_account() -> None:
    """An order that can be said is not said to an unknown account."""
    assert [("options.account_hash", "option", CALLER)] == refused(
        lambda: translate(OCO([target(), stop()]), Schwab())
    )


IDS: dict[str, dict[str, str]] = {"an id for a leg": {"peers[0]": "mine"}, "an id": {"order": "x"}}


@pytest.mark.parametrize("ids", IDS.values(), ids=IDS)
def test_its_requests_carry_no_ids(ids: dict[str, str]) -> None:
    """What nobody could find again is not taken."""
    found = refused(
        lambda: translate(OCO([target(), stop()]), Schwab(ACCOUNT), client_order_ids=ids)
    )
    assert [(f"options.client_order_ids.{path}", "option", CALLER) for path in ids] == found


def wire(strategy: str = "SINGLE", **more: Any) -> dict[str, Any]:
    """An order in Schwab's words."""
    leg = {
        "instruction": "SELL",
        "quantity": 1,
        "instrument": {"symbol": "AAPL", "assetType": "EQUITY"},
    }
    own = {"orderStrategyType": strategy, "session": "NORMAL", "duration": "DAY"}
    return {**own, "orderType": "LIMIT", "price": "31.00", "orderLegCollection": [leg], **more}


def with_leg(**more: Any) -> dict[str, Any]:
    """An order with something else in its one leg."""
    (leg,) = wire()["orderLegCollection"]
    return wire(orderLegCollection=[{**leg, **more}])


def pair(*children: Any) -> dict[str, Any]:
    """A node that holds nothing but its children."""
    return {"orderStrategyType": "OCO", "childOrderStrategies": list(children)}


STOP = {
    key: value for key, value in wire(orderType="STOP", stopPrice="29").items() if key != "price"
}
CHILD, OTHER = "childOrderStrategies[0]", "childOrderStrategies[1]"
LEG = "orderLegCollection[0]"
UNPADDED = {"symbol": "XYZ240315C00050000", "assetType": "OPTION"}
REQUESTS: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "what it takes": (pair(wire(), STOP), []),
    "prices as numbers": (pair(wire(price=31), {**STOP, "stopPrice": 29.5}), []),
    "another path": ({"path": "/accounts/x/y/orders", "body": wire()}, [("path", "value")]),
    "the path of a preview": (
        {"path": "/accounts/x/previewOrder", "body": wire()},
        [("path", "value")],
    ),
    "no account": ({"path": "/accounts//orders", "body": wire()}, [("path", "value")]),
    "a child that is text": (
        pair(wire(), "x"),
        [(OTHER, "value"), (f"{OTHER}.orderStrategyType", "field")],
    ),
    "a leaf that does not say so": (
        pair(wire(), {key: STOP[key] for key in STOP if key != "orderStrategyType"}),
        [(f"{OTHER}.orderStrategyType", "field")],
    ),
    "a child that is marked as a pair": (
        pair(wire("OCO"), STOP),
        [(CHILD, "nesting")],
    ),
    "a strategy of another kind": (wire("BLAST_ALL"), [("orderStrategyType", "value")]),
    "a session of its own for an OCO": (
        {**pair(wire(), STOP), "session": "NORMAL"},
        [("session", "field")],
    ),
    "children of a SINGLE": (
        wire(childOrderStrategies=[STOP]),
        [("childOrderStrategies", "field")],
    ),
    "a trigger of nothing": (wire("TRIGGER"), [("childOrderStrategies", "value")]),
    "a trigger of an empty list": (
        wire("TRIGGER", childOrderStrategies=[]),
        [("childOrderStrategies", "count")],
    ),
    "one peer": (pair(wire()), [("childOrderStrategies", "count")]),
    "three peers": (pair(wire(), STOP, STOP), [("childOrderStrategies", "count")]),
    "a pair in a pair": (pair(wire(), pair(wire(), STOP)), [(OTHER, "nesting")]),
    "a pair in the pair of a trigger": (
        wire("TRIGGER", childOrderStrategies=[pair(pair(wire(), STOP), STOP)]),
        [(f"{CHILD}.{CHILD}", "nesting")],
    ),
    "a trigger that is refused": (
        wire("TRIGGER", duration="END_OF_WEEK", childOrderStrategies=[STOP]),
        [("duration", "value")],
    ),
    "two sessions": (pair(wire(), {**STOP, "session": "AM"}), [(f"{OTHER}.session", "value")]),
    "no session": (pair(wire(session=None), STOP), [(f"{CHILD}.session", "value")]),
    "a price too many": ({**STOP, "price": "30"}, [("price", "field")]),
    "a price in exponents": (wire(price="3e1"), [("price", "value")]),
    "a price of the leg": (
        with_leg(price="31"),
        [(f"{LEG}.price", "field")],
    ),
    "two legs": (
        wire(orderLegCollection=wire()["orderLegCollection"] * 2),
        [("orderLegCollection", "value")],
    ),
    "a quantity as text": (with_leg(quantity="1"), [(f"{LEG}.quantity", "value")]),
    "an option's instruction on a share": (
        with_leg(instruction="SELL_TO_CLOSE"),
        [(f"{LEG}.instruction", "value")],
    ),
    "an option symbol without its padding": (
        with_leg(instruction="SELL_TO_CLOSE", instrument=UNPADDED),
        [(f"{LEG}.instrument.symbol", "value")],
    ),
    "a fund": (
        with_leg(instrument={"symbol": "SWPPX", "assetType": "MUTUAL_FUND"}),
        [(f"{LEG}.instrument.assetType", "value")],
    ),
    "a trailing stop": (
        wire(orderType="TRAILING_STOP", stopPriceLinkBasis="LAST"),
        [("stopPriceLinkBasis", "field"), ("orderType", "value")],
    ),
    "a tag": (wire(tag="x"), [("tag", "field")]),
    "a complex strategy that is none": (
        wire(complexOrderStrategyType="NONE"),
        [("complexOrderStrategyType", "field")],
    ),
}


@pytest.mark.parametrize(("request_", "expected"), REQUESTS.values(), ids=REQUESTS)
def test_a_request_is_refused_by_name(
    request_: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """What an order cannot hold is named at its place in Schwab's body."""
    found = refused(lambda: parse(request_, Schwab))
    assert [(*each, NOT_YET) for each in expected] == found
