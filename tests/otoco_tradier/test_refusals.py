"""What Tradier's adapter refuses, as a table: an order or a request, and every refusal of it."""

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
from otoco_tradier import Tradier
from otoco_tradier._tables import SOURCE

AAPL = Instrument("AAPL", "EQUITY")
SPY = Instrument("SPY", "EQUITY")
CALL = Instrument("SPY   190605C00282000", "OPTION")
PUT = Instrument("SPY   190605P00282000", "OPTION")
MOMENT = datetime(2026, 12, 18, 21, tzinfo=UTC)
ACCOUNT = "VA000001"
NO, NOT_YET = "not-offered", "not-implemented"
#: An option is nobody's limit but the caller's to mend, so its refusal has no kind.
CALLER = "caller"


def leg(
    side: str, order_type: OrderType, quantity: Any = 10, instrument: Instrument = AAPL, **more: Any
) -> Leg:
    """A leg that is good till cancelled; what is bought is opened, and what is sold closed."""
    effect = "OPEN" if side == "BUY" else "CLOSE"
    stated = {"time_in_force": "GTC", "position_effect": effect, **more}
    return Leg(side, quantity, instrument, order_type, **stated)


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
    "a position effect that is not stated": (
        OTO(entry(position_effect=None), [stop()]),
        [("trigger.position_effect", "position-effect", NO)],
    ),
    "two targets": (
        OCO([target(), leg("SELL", Limit(170))]),
        [("peers[1].order_type", "same-kind", NO)],
    ),
    "a stop and a stop-limit": (OCO([stop(), leg("BUY", StopLimit(170, 171))]), []),
    "two stops": (
        OTOCO(entry(), [stop(), leg("SELL", Stop(140))]),
        [("peers[1].order_type", "same-kind", NO)],
    ),
    "peers of two symbols": (
        OCO([target(), stop(instrument=SPY)]),
        [("peers[1].instrument", "shared-instrument", NO)],
    ),
    "peers of two options": (
        OTOCO(entry(), [target(instrument=CALL), stop(instrument=PUT)]),
        [("peers[1].instrument", "shared-instrument", NO)],
    ),
    "peers that are a share and an option": (OCO([target(), stop(instrument=CALL)]), []),
    "peers of two durations": (
        OCO([target(), stop(time_in_force="DAY")]),
        [("peers[1].time_in_force", "shared-time-in-force", NO)],
    ),
    "exits that live longer than their entry": (
        OTOCO(entry(time_in_force="DAY"), [target(), stop()]),
        [],
    ),
    "exits of two durations": (
        OTOCO(entry(), [target(), stop(time_in_force="DAY")]),
        [("peers[1].time_in_force", "shared-time-in-force", NO)],
    ),
    "legs of an OTO that differ in everything": (
        OTO(entry(), [leg("SELL", Market(), 1, CALL, time_in_force="DAY")]),
        [],
    ),
    "a market entry": (
        OTOCO(leg("BUY", Market()), [target(), stop()]),
        [("trigger.order_type", "order-type", NO)],
    ),
    "a lone market order": (leg("BUY", Market()), []),
    "two conditionals": (OTO(entry(), [target(), stop()]), [("conditionals", "count", NO)]),
    "three peers": (
        OCO([target(), stop(), leg("SELL", StopLimit(140, 139))]),
        [("peers", "count", NO)],
    ),
    "a ladder": (OTO(entry(quantity=20), [target(), stop()]), [("type", "shape", NO)]),
    "a bracket in an OCO": (
        OCO([OTOCO(entry(), [target(), stop()]), leg("SELL", Limit(170))]),
        [("type", "shape", NO)],
    ),
    "a trailing stop": (leg("SELL", TrailingStop(1)), [("order_type", "order-type", NO)]),
    "a touch": (leg("SELL", MarketIfTouched(160)), [("order_type", "order-type", NO)]),
    "lives that it has no word for": (
        OTO(entry(time_in_force="FOK"), [target(time_in_force="GTD", expire_at=MOMENT)]),
        [
            ("trigger.time_in_force", "time-in-force", NO),
            ("conditionals[0].time_in_force", "time-in-force", NO),
        ],
    ),
    "a part of a share": (entry(quantity="2.5"), [("quantity", "quantity", NO)]),
    "a price with three decimals": (leg("BUY", Limit("150.125")), []),
    "offsets": (
        OTO(entry(), [leg("SELL", Stop(Offset(-1)))]),
        [("conditionals[0].stop_price", "price", NO)],
    ),
    "fields without a place": (
        entry(display_quantity=5, activate_at=MOMENT, label="x"),
        [("display_quantity", "field", NO), ("activate_at", "field", NO), ("label", "field", NO)],
    ),
    "a future": (
        entry(instrument=Instrument("MESM7", "FUTURE")),
        [("instrument.type", "instrument", NO)],
    ),
    "a share class with a dot": (
        entry(instrument=Instrument("BRK.B", "EQUITY")),
        [("instrument.symbol", "instrument", NO)],
    ),
}


@pytest.mark.parametrize(("order", "expected"), ORDERS.values(), ids=ORDERS)
def test_an_order_is_refused_for_every_reason(
    order: Order, expected: list[tuple[str, str, str]]
) -> None:
    """Every reason is named with its place and whose limit it is, and with Tradier's pages."""
    refusals = check(order, Tradier())
    assert expected == [(each.where, each.code, each.kind or CALLER) for each in refusals]
    assert {each.source for each in refusals} <= {SOURCE}


OPTIONS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "what it takes": ({"account_id": ACCOUNT}, []),
    "a path for an account": ({"account_id": f"../{ACCOUNT}"}, ["account_id"]),
    "a query behind an account": ({"account_id": f"{ACCOUNT}?x=#"}, ["account_id"]),
    "a line end behind an account": ({"account_id": f"{ACCOUNT}\n"}, ["account_id"]),
    "an account that is empty": ({"account_id": ""}, ["account_id"]),
    "a number for an account": ({"account_id": 7}, ["account_id"]),
}


@pytest.mark.parametrize(("options", "expected"), OPTIONS.values(), ids=OPTIONS)
def test_an_option_is_refused_by_name(options: dict[str, Any], expected: list[str]) -> None:
    """An option's value is refused the same way from an envelope and by the constructor."""
    named = [(f"options.{name}", "option", CALLER) for name in expected]
    assert named == refused(lambda: configured(Tradier, options))
    assert named == refused(lambda: Tradier(**options))


def test_nothing_is_sent_without_an_account() -> None:
    """An order that can be said is not said to an unknown account."""
    order = OCO([target(), stop()])
    assert [("options.account_id", "option", CALLER)] == refused(
        lambda: translate(order, Tradier())
    )


INTENT = UUID("0b0e7c1e-6a3c-4d5c-9c55-2f4b7d0a9e11")
IDS: dict[str, tuple[UUID | None, dict[str, str], list[str]]] = {
    "an intent": (INTENT, {}, []),
    "a tag of 255 characters": (None, {"order": "x" * 255}, []),
    "a tag of 256 characters": (None, {"order": "x" * 256}, ["options.client_order_ids.order"]),
    "a tag with a space": (None, {"order": "my tag"}, ["options.client_order_ids.order"]),
    "a tag for a leg": (None, {"peers[0]": "x"}, ["options.client_order_ids.peers[0]"]),
}


@pytest.mark.parametrize(("intent", "ids", "expected"), IDS.values(), ids=IDS)
def test_ids_of_the_caller(intent: UUID | None, ids: dict[str, str], expected: list[str]) -> None:
    """There is one tag for the request, by intent or by name."""
    order = ORDERS["what it takes"][0]
    found = refused(lambda: translate(order, Tradier(ACCOUNT), intent=intent, client_order_ids=ids))
    assert [(where, "option", CALLER) for where in expected] == found


Fields = dict[str, Any]


def wire(index: int, **keys: Any) -> Fields:
    """A leg in Tradier's words: ten shares, sold."""
    leg = {"symbol": "AAPL", "side": "sell", "quantity": "10", **keys}
    return {f"{key}[{index}]": value for key, value in leg.items()}


def without(form: Fields, *keys: str) -> Fields:
    """The form without some keys."""
    return {name: value for name, value in form.items() if name not in keys}


SINGLE: Fields = {"class": "equity", "symbol": "AAPL", "side": "buy", "quantity": "10"}
SINGLE |= {"type": "limit", "price": "150.00", "duration": "gtc"}
OPTION = {**SINGLE, "class": "option", "side": "buy_to_open", "symbol": "SPY"}
OPTION |= {"option_symbol": "SPY190605C00282000"}
PAIR = {
    "class": "oco",
    "duration": "gtc",
    **wire(0, type="limit", price="160.00"),
    **wire(1, type="stop", stop="145.00"),
}
OWN = {**without(PAIR, "duration"), "duration[0]": "gtc", "duration[1]": "gtc"}
CALL_PAIR = {
    **PAIR,
    **{f"side[{n}]": "sell_to_close" for n in range(2)},
    **{f"symbol[{n}]": "SPY" for n in range(2)},
    **{f"option_symbol[{n}]": "SPY190605C00282000" for n in range(2)},
}
REQUESTS: dict[str, tuple[Fields, list[tuple[str, str]]]] = {
    "another path": ({"path": f"/accounts/{ACCOUNT}/order", "form": PAIR}, [("path", "value")]),
    "an account that is none": (
        {"path": "/accounts/a.b/orders", "form": PAIR},
        [("path", "value")],
    ),
    "JSON": (
        {"path": f"/accounts/{ACCOUNT}/orders", "body": PAIR},
        [("body", "field")],
    ),
    "no class": (without(PAIR, "class"), [("class", "field")]),
    "several legs in one order": ({**PAIR, "class": "multileg"}, [("class", "value")]),
    "a class that is a number": ({**PAIR, "class": 1}, [("class", "value")]),
    "a preview": ({**PAIR, "preview": "true"}, [("preview", "field")]),
    "a leg too many": (
        {**PAIR, **wire(2, type="stop_limit", stop="140.00", price="139.00")},
        [
            (f"'{key}[2]'", "field")
            for key in ("symbol", "side", "quantity", "type", "stop", "price")
        ],
    ),
    "a leg too few": (
        {**PAIR, "class": "otoco"},
        [(f"{key}[2]", "field") for key in ("type", "symbol", "quantity")],
    ),
    "an index of two digits": ({**PAIR, "symbol[01]": "AAPL"}, [("'symbol[01]'", "field")]),
    "a plain key in a group": ({**PAIR, "price": "1.00"}, [("price", "field")]),
    "a price that the type does not have": ({**PAIR, "price[1]": "1.00"}, [("price[1]", "field")]),
    "a stop without its price": (without(PAIR, "stop[1]"), [("stop[1]", "field")]),
    "a market peer": (
        {**without(PAIR, "stop[1]"), "type[1]": "market"},
        [("type[1]", "value")],
    ),
    "a number for a price": ({**PAIR, "price[0]": 160}, [("price[0]", "value")]),
    "a price with an exponent": ({**PAIR, "price[0]": "16e1"}, [("price[0]", "value")]),
    "half a share": ({**PAIR, "quantity[0]": "0.5"}, [("quantity[0]", "value")]),
    "null": ({**PAIR, "stop[1]": None}, [("stop[1]", "value")]),
    "a duration beside that of all": ({**PAIR, "duration[0]": "gtc"}, [("'duration[0]'", "field")]),
    "no duration": (without(PAIR, "duration"), [("duration", "field")]),
    "a session": ({**PAIR, "duration": "pre"}, [("duration", "value")]),
    "one duration of two": (without(OWN, "duration[1]"), [("duration[1]", "field")]),
    "the same duration twice": (OWN, [("duration[0]", "value")]),
    "peers of two durations": (
        {**OWN, "duration[1]": "day"},
        [("duration[1]", "shared-time-in-force")],
    ),
    "peers of two symbols": ({**PAIR, "symbol[1]": "SPY"}, [("symbol[1]", "shared-instrument")]),
    "peers of one type": (
        {**without(PAIR, "stop[1]"), "type[1]": "limit", "price[1]": "170.00"},
        [("type[1]", "same-kind")],
    ),
    "an option's symbol on a share": (
        {**PAIR, "option_symbol[1]": "AAPL251114C00240000"},
        [("side[1]", "value")],
    ),
    "an option's side on a share": (
        {**PAIR, "side[1]": "sell_to_close"},
        [("option_symbol[1]", "field")],
    ),
    "an option of another underlying": (
        {**CALL_PAIR, "symbol[1]": "QQQ"},
        [("symbol[1]", "value")],
    ),
    "an option without its underlying": (without(CALL_PAIR, "symbol[0]"), [("symbol[0]", "field")]),
    "an option's symbol that is padded": (
        {**OPTION, "option_symbol": "SPY   190605C00282000"},
        [("option_symbol", "value")],
    ),
    "an equity with an option's symbol": (
        {**OPTION, "class": "equity"},
        [("option_symbol", "field"), ("side", "value")],
    ),
    "an option without a symbol": (without(OPTION, "option_symbol"), [("option_symbol", "field")]),
    "a key of a group": ({**SINGLE, "price[0]": "150.00"}, [("'price[0]'", "field")]),
    "a tag with an underscore": ({**SINGLE, "tag": "my_tag"}, [("tag", "value")]),
}
#: Refusals of what was read are of the broker's limits.
BROKERS = ("shared-time-in-force", "shared-instrument", "same-kind")


@pytest.mark.parametrize(("request_", "expected"), REQUESTS.values(), ids=REQUESTS)
def test_a_request_is_refused_by_name(request_: Fields, expected: list[tuple[str, str]]) -> None:
    """What an order cannot hold is named at its key in Tradier's form."""
    found = refused(lambda: parse(request_, Tradier))
    assert [(*each, NO if each[1] in BROKERS else NOT_YET) for each in expected] == found


@pytest.mark.parametrize("form", [SINGLE, OPTION, PAIR, CALL_PAIR])
def test_what_the_table_changes_is_read(form: Fields) -> None:
    """The forms that the refused ones are made of are read themselves."""
    assert [] == refused(lambda: parse(form, Tradier))


def test_what_is_incoherent_is_told_at_its_place_in_the_form() -> None:
    """The core's own findings about an order are located under the key with the leg's index."""
    trigger = wire(0, type="limit", price="150.00") | {"side[0]": "buy"}
    exits = {**wire(1, type="limit", price="160.00"), **wire(2, type="stop", stop="155.00")}
    with pytest.raises(InvalidOrder) as caught:
        parse({"class": "otoco", "duration": "gtc", **trigger, **exits}, Tradier)
    assert [("stop[2]", "exit-through-entry")] == [
        (each.where, each.code) for each in caught.value.problems
    ]
