"""startOrderStrategy: which orders go by it, what it has room for, and what is not read."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otoco import (
    OCO,
    OTO,
    Distance,
    Instrument,
    InvalidOrder,
    Leg,
    Limit,
    Market,
    Offset,
    Order,
    Refused,
    Rung,
    Stop,
    TimeInForce,
    TrailingStop,
    bracket,
    buy,
    check,
    ladder,
    parse,
    sell,
    translate,
)
from otoco.adapters import Request
from otoco.testing import orders
from otoco_tradovate import Tradovate, websocket_frame

MES = Instrument("MESM7", "FUTURE")
ACCOUNT = Tradovate(12345, "DEMO12345")
PATH = "/orderStrategy/startorderstrategy"
UNSTATED = TimeInForce.UNSTATED


def entry(quantity: int = 2, **more: Any) -> Leg:
    """The entry of the ladders below."""
    return buy(quantity, MES, Limit("4150.25"), time_in_force="GTC", **more)


def sent(order: Order) -> Request:
    """The request that says an order."""
    (request,) = translate(order, ACCOUNT).requests
    return request


def params(order: Order) -> dict[str, Any]:
    """What the text inside the request of an order says."""
    said: dict[str, Any] = json.loads(sent(order).body["params"])
    return said


def test_which_request_says_an_order_follows_from_its_exits() -> None:
    """Exits at prices go by placeOSO, those at distances by a strategy, and never otherwise."""
    prices = bracket(entry(), take_profit="4200", stop_loss="4125")
    distances = bracket(
        entry(), take_profit=Distance(50), stop_loss=Distance(25), time_in_force=UNSTATED
    )
    assert ("/order/placeoso", PATH) == (sent(prices).path, sent(distances).path)


def test_prices_and_distances_in_one_bracket_go_by_neither() -> None:
    """An order that needs both is refused, and told about each."""
    mixed = bracket(
        entry(), take_profit=Distance(50), stop_loss=Stop("4125"), time_in_force=UNSTATED
    )
    (refusal,) = check(mixed, ACCOUNT)
    assert "peers[1].stop_price" == refusal.where
    assert refusal.why.endswith(
        "and not the price 4125. The exits of startOrderStrategy stand at distances from the fill."
    )


@pytest.mark.parametrize("side", ["BUY", "SELL"])
def test_signs_go_by_side(side: str) -> None:
    """A target and a stop lie where they belong, long and short, in price points."""
    first = Leg(side, 3, MES, Market(), time_in_force=UNSTATED)
    said = params(ladder(first, [Rung(1, "30.25", 15), Rung(2, 60, TrailingStop("12.5"))]))
    sign = 1 if side == "BUY" else -1
    assert {"orderQty": 3, "orderType": "Market"} == said["entryVersion"]
    assert [
        {"qty": 1, "profitTarget": sign * 30.25, "stopLoss": sign * -15, "trailingStop": False},
        {"qty": 2, "profitTarget": sign * 60, "stopLoss": sign * -12.5, "trailingStop": True},
    ] == said["brackets"]


def test_a_life_that_exits_cannot_state() -> None:
    """An exit that states how long it lives is refused with what to write."""
    order = ladder(entry(), [Rung(1, 30), Rung(1, 60)], time_in_force="GTC")
    assert [
        ("conditionals[0].time_in_force", "Leave it UNSTATED."),
        ("conditionals[1].time_in_force", "Leave it UNSTATED."),
    ] == [(each.where, each.fix) for each in check(order, ACCOUNT)]


def test_more_rungs_than_there_is_room_for() -> None:
    """The text of a request is bounded, and the refusal says how many rungs fit."""
    rungs = [Rung(1000 + n, f"{n}.0123456789", f"{n}.9876543219") for n in range(1, 121)]
    total = sum(rung.quantity for rung in rungs)
    big = ladder(buy(total, MES, Market(), time_in_force="DAY"), rungs)
    (refusal,) = check(big, ACCOUNT)
    assert ("conditionals", "length") == (refusal.where, refusal.code)
    words = refusal.why.split()
    fit = int(words[words.index("first") + 1])
    assert 8192 >= _length(rungs[:fit])
    assert _length(rungs[: fit + 1]) > 8192
    assert f"the 120 rungs make {_length(rungs)}: the first {fit} of them fit." in refusal.why


def test_rungs_that_cannot_be_said_are_refused_for_that_alone() -> None:
    """Where the tables refuse a leg, there is no text that could be too long."""
    rungs = [Rung(1, f"{n}.0123456789", f"{n}.9876543219") for n in range(1, 121)]
    for label, code in ((None, "length"), ("breakout", "field")):
        order = ladder(buy(120, MES, Market(), label=label), rungs)
        assert [code] == [each.code for each in check(order, ACCOUNT)]


def _length(rungs: list[Rung]) -> int:
    """The characters of params, counted by hand; the entry's quantity has six digits throughout."""
    brackets = [
        f'{{"qty":{rung.quantity},"profitTarget":{rung.take_profit.points},'
        f'"stopLoss":-{rung.stop_loss.points},"trailingStop":false}}'
        for rung in rungs
        if rung.take_profit is not None and isinstance(rung.stop_loss, Distance)
    ]
    entry = '{"orderQty":123456,"orderType":"Market","timeInForce":"Day"}'
    return len(f'{{"entryVersion":{entry},"brackets":[{",".join(brackets)}]}}')


def test_as_many_rungs_as_there_are_fit_where_they_are_short() -> None:
    """The bound is on characters, not on rungs."""
    plain = ladder(entry(120), [Rung(1, 30, 15)] * 120)
    assert () == check(plain, ACCOUNT)
    assert 120 == len(params(plain)["brackets"])


def test_a_long_order_that_is_refused_anyhow_is_told_why() -> None:
    """Whether the text has room is asked only of what can be said."""
    prices = OTO(entry(120), [sell(1, MES, Limit("4200"))] * 120)
    assert {"price", "time-in-force"} == {each.code for each in check(prices, ACCOUNT)}
    oso = OCO([sell(1, MES, Limit(4200 + n)) for n in range(120)])
    assert {"count"} == {each.code for each in check(oso, ACCOUNT)}


@given(orders(within=ACCOUNT))
def test_a_websocket_frame_makes_the_same_call(order: Order) -> None:
    """Endpoint, number, an empty query and the very bytes of the request, a line each."""
    if check(order, ACCOUNT):
        return
    request = sent(order)
    endpoint, number, query, body = websocket_frame(request, 7).split("\n")
    assert (request.path, "7", "") == (f"/{endpoint}", number, query)
    assert request.content == body.encode("ascii")


@pytest.mark.parametrize("number", [0, -1])
def test_a_frame_that_would_lose_its_answer(number: int) -> None:
    """Messages are numbered from 1."""
    with pytest.raises(ValueError, match=f"from 1 on, and not {number}"):
        websocket_frame(Request("POST", "/x", {}), number)


BODY = {
    "accountId": 12345,
    "accountSpec": "DEMO12345",
    "symbol": "MESM7",
    "action": "Buy",
    "orderStrategyTypeId": 2,
}
ENTRY = {"orderQty": 2, "orderType": "Market"}
FIRST = {"qty": 1, "profitTarget": 30, "stopLoss": -15, "trailingStop": False}
SECOND = {"qty": 1, "profitTarget": 60, "stopLoss": -15, "trailingStop": False}


def with_params(entry_version: Any = ENTRY, *brackets: Any, **more: Any) -> dict[str, Any]:
    """A body with the text of such params."""
    said = {"entryVersion": entry_version, "brackets": list(brackets), **more}
    return {**BODY, "params": json.dumps(said)}


REQUESTS: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "params as an object": ({**BODY, "params": {}}, [("params", "value")]),
    "no params": ({"path": PATH, "body": BODY}, [("params", "field")]),
    "params that are no JSON": ({**BODY, "params": "{"}, [("params", "value")]),
    "params that are too long": ({**BODY, "params": " " * 8193}, [("params", "value")]),
    "another type": (
        {**with_params(ENTRY, FIRST, SECOND), "orderStrategyTypeId": 1},
        [("orderStrategyTypeId", "value")],
    ),
    "no brackets": (with_params(ENTRY), [("params.brackets", "count")]),
    "a bracket that is text": (
        with_params(ENTRY, "x"),
        [
            ("params.brackets[0]", "value"),
            ("params.brackets[0].trailingStop", "field"),
            ("params.brackets[0].profitTarget", "field"),
        ],
    ),
    "an order that is there already": (
        with_params({**ENTRY, "orderId": 7}, FIRST, SECOND),
        [("params.entryVersion.orderId", "value")],
    ),
    "an entry that is no object": (
        with_params("orderId", FIRST, SECOND),
        [("params.entryVersion", "value")],
    ),
    "an unknown key": (
        with_params({**ENTRY, "orderTag": 0}, FIRST, SECOND),
        [("params.entryVersion.orderTag", "field")],
    ),
    "a trail without a quantity": (
        with_params(ENTRY, {"stopLoss": -5, "trailingStop": True}),
        [("params.brackets[0].qty", "field")],
    ),
    "an undocumented trail": (
        with_params(ENTRY, {**FIRST, "autoTrail": {}}, SECOND),
        [("params.brackets[0].autoTrail", "field")],
    ),
    "a distance of zero": (
        with_params(ENTRY, {**FIRST, "stopLoss": 0}, SECOND),
        [("params.brackets[0].stopLoss", "value")],
    ),
    "a trail of zero": (
        with_params(ENTRY, FIRST, {**SECOND, "stopLoss": 0, "trailingStop": True}),
        [("params.brackets[1].stopLoss", "value")],
    ),
    "a trail on the wrong side": (
        with_params(ENTRY, FIRST, {**SECOND, "stopLoss": 15, "trailingStop": True}),
        [("params.brackets[1].stopLoss", "value")],
    ),
    "a trail without a stop": (
        with_params(ENTRY, {"qty": 2, "profitTarget": 3, "trailingStop": True}),
        [("params.brackets[0].stopLoss", "field")],
    ),
    "brackets that do not add up": (
        with_params(ENTRY, FIRST),
        [("params.brackets", "quantity")],
    ),
    "a bracket without a quantity": (
        with_params(ENTRY, {"profitTarget": 30, "trailingStop": False}),
        [("params.brackets[0].qty", "field")],
    ),
    "an entry that is not read": (
        with_params({"orderQty": 2, "orderType": "MIT"}, FIRST, SECOND),
        [("params.entryVersion.orderType", "value")],
    ),
    "a trail under an entry that is not read": (
        with_params({"orderQty": 2}, {**FIRST, "trailingStop": True}, SECOND),
        [("params.entryVersion.orderType", "field")],
    ),
}


@pytest.mark.parametrize(("request_", "expected"), REQUESTS.values(), ids=REQUESTS)
def test_what_an_order_cannot_hold_is_named(
    request_: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """What stands inside the text is named by its place in it."""
    with pytest.raises(Refused) as caught:
        parse(request_, Tradovate)
    assert expected == [(each.where, each.code) for each in caught.value.refusals]


def test_an_incoherent_strategy_is_told_in_the_words_of_the_body() -> None:
    """A stop beyond the target is a problem of the bracket that holds it."""
    crossed = {**SECOND, "profitTarget": -60, "stopLoss": 15}
    with pytest.raises(InvalidOrder) as caught:
        parse(with_params(ENTRY, FIRST, crossed), Tradovate)
    assert {"params.brackets[1]"} == {
        each.where.rpartition(".")[0] if each.where.endswith(("Target", "Loss")) else each.where
        for each in caught.value.problems
    }


@given(st.integers(1, 10**6).map(lambda ticks: ticks * Decimal("0.01")), st.booleans())
def test_distances_are_exact(distance: Decimal, is_long: bool) -> None:
    """A distance is written and read to the last digit."""
    first = (buy if is_long else sell)(1, MES, Market(), time_in_force="DAY")
    order = ladder(first, [Rung(1, distance, distance)])
    again = parse(json.dumps(sent(order).to_dict()), Tradovate).order
    assert order == again
    away = distance if is_long else -distance
    assert Limit(Offset(away)) == again.legs[1].leg.order_type
