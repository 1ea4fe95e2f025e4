"""What holds for every request, every run and every behaviour."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from otoco_tradovate.engine import OPEN_QUESTIONS, Behaviour, TradovateEngine

TERMINAL = {"Filled", "Canceled", "Rejected", "Expired"}
START = datetime(2026, 11, 20, tzinfo=UTC)
PRICES = st.integers(90, 110)
PRICE_FIELDS = {
    "Market": (),
    "Limit": ("price",),
    "MIT": ("price",),
    "Stop": ("stopPrice",),
    "StopLimit": ("price", "stopPrice"),
    "TrailingStop": ("stopPrice", "pegDifference"),
    "TrailingStopLimit": ("price", "stopPrice", "pegDifference"),
}

BEHAVIOURS: st.SearchStrategy[Behaviour] = st.builds(
    Behaviour,
    **{
        question: st.sampled_from(answers)
        for question, answers in OPEN_QUESTIONS.items()
        if "refuse" not in answers
    },
)


@st.composite
def children(draw: st.DrawFn) -> dict[str, Any]:
    """A child's body, of any order type and time in force."""
    order_type = draw(st.sampled_from(sorted(PRICE_FIELDS)))
    body: dict[str, Any] = {
        "action": draw(st.sampled_from(["Buy", "Sell"])),
        "orderType": order_type,
        "timeInForce": draw(st.sampled_from(["Day", "GTC", "GTD", "FOK", "IOC"])),
    }
    if body["timeInForce"] == "GTD":
        body["expireTime"] = (START + timedelta(hours=draw(st.integers(0, 5)))).isoformat()
    for name in PRICE_FIELDS[order_type]:
        body[name] = draw(st.integers(1, 5) if name == "pegDifference" else PRICES)
    return body


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A path and a body that it takes."""
    path, names = draw(
        st.sampled_from(
            [
                ("/order/placeorder", ()),
                ("/order/placeoco", ("other",)),
                ("/order/placeoso", ("bracket1",)),
                ("/order/placeoso", ("bracket1", "bracket2")),
                ("/order/placeoso", ("bracket1", "bracket2")),
            ]
        )
    )
    body = draw(children())
    body |= {"accountId": 12345, "accountSpec": "DEMO12345", "symbol": "MESM7"}
    body["orderQty"] = draw(st.integers(1, 4))
    if draw(st.booleans()):
        body["activationTime"] = (START + timedelta(hours=draw(st.integers(0, 2)))).isoformat()
    return path, body | {name: draw(children()) for name in names}


IDS = st.integers(1, 3)
DECIMALS = PRICES.map(Decimal)
CALLS = st.one_of(
    st.tuples(st.just("place"), requests()),
    st.tuples(st.just("price"), st.tuples(st.just("MESM7"), DECIMALS)),
    st.tuples(st.just("price"), st.tuples(st.just("MESM7"), DECIMALS)),
    st.tuples(st.just("fill"), st.tuples(IDS, st.integers(1, 3).map(Decimal), DECIMALS)),
    st.tuples(st.just("fill"), st.tuples(IDS, st.integers(1, 3).map(Decimal), DECIMALS)),
    st.tuples(st.sampled_from(["cancel", "reject"]), st.tuples(IDS)),
    st.tuples(st.just("end_session"), st.just(())),
    st.tuples(
        st.just("clock"),
        st.tuples(st.integers(0, 6).map(lambda hours: START + timedelta(hours=hours))),
    ),
)
RUNS = st.tuples(
    BEHAVIOURS,
    st.tuples(st.tuples(st.just("place"), requests()), st.lists(CALLS, max_size=12)).map(
        lambda parts: [parts[0], *parts[1]]
    ),
)
Run = tuple[Behaviour, list[tuple[str, tuple[Any, ...]]]]


def seen(engine: TradovateEngine) -> tuple[object, ...]:
    """All that an engine shows."""
    return engine.orders(), engine.events, engine.fills()


def played(run: Run) -> TradovateEngine:
    """The engine after a run; what cannot apply has changed nothing."""
    behaviour, calls = run
    engine = TradovateEngine(behaviour)
    for name, arguments in calls:
        before = seen(engine)
        try:
            reply = getattr(engine, name)(*arguments)
        except ValueError:
            assert before == seen(engine)
        else:
            assert reply is None or isinstance(reply, int) or "orderId" in reply
    return engine


def changes(engine: TradovateEngine, entity_type: str) -> list[dict[str, Any]]:
    """The entities of a type as events have announced them, in order."""
    details = [event["d"] for event in engine.events]
    return [detail["entity"] for detail in details if detail["entityType"] == entity_type]


def filled(engine: TradovateEngine) -> Counter[int]:
    """The contracts that each order has filled."""
    totals: Counter[int] = Counter()
    for order_id, contracts, _ in engine.fills():
        totals[order_id] += int(contracts)
    return totals


def placed_quantity(engine: TradovateEngine) -> dict[int, int]:
    """The contracts of each order's first version."""
    first: dict[int, int] = {}
    for version in engine.entities("orderVersion"):
        first.setdefault(version["orderId"], version["orderQty"])
    return first


@given(RUNS)
def test_an_order_that_has_ended_never_fills(run: Run) -> None:
    """No fill is announced after a terminal status."""
    ended: set[int] = set()
    for event in played(run).events:
        match event["d"]:
            case {"entityType": "order", "entity": {"id": order_id, "ordStatus": status}}:
                ended |= {order_id} if status in TERMINAL else set()
            case {"entityType": "fill", "entity": {"orderId": order_id}}:
                assert order_id not in ended
            case _:
                pass


@given(RUNS)
def test_an_order_has_one_terminal_status_at_most(run: Run) -> None:
    """And nothing more is said of the order after it."""
    statuses: dict[int, list[str]] = {}
    for order in changes(played(run), "order"):
        statuses.setdefault(order["id"], []).append(order["ordStatus"])
    for history in statuses.values():
        assert not TERMINAL & set(history[:-1])


@given(RUNS)
def test_the_same_calls_give_the_same_entities_and_events(run: Run) -> None:
    """There is neither clock nor chance in it."""
    assert seen(played(run)) == seen(played(run))


@given(RUNS)
def test_fills_never_exceed_the_quantity(run: Run) -> None:
    """Nor does a bracket fill more than its entry; an order that is Filled has filled."""
    engine = played(run)
    totals, quantities = filled(engine), placed_quantity(engine)
    for order in engine.orders():
        assert totals[order["id"]] <= quantities[order["id"]]
        assert (
            totals[order["id"]] <= totals[order["parentId"] if "parentId" in order else order["id"]]
        )
        assert totals[order["id"]] or order["ordStatus"] != "Filled"


@given(RUNS)
def test_linked_orders_fill_no_more_than_one_of_them_could(run: Run) -> None:
    """Unless a partial fill leaves the other as it was, or one trade may fill both."""
    engine = played(run)
    if run[0].both_touched == "both" or run[0].peer_partial == "keep":
        return
    totals, quantities = filled(engine), placed_quantity(engine)
    for order in engine.orders():
        for peer in {order[key] for key in ("linkedId", "ocoId") if key in order}:
            assert totals[order["id"]] + totals[peer] <= quantities[order["id"]]


@given(RUNS)
def test_brackets_wait_until_their_entry_has_filled(run: Run) -> None:
    """With arming "full" and an entry that is still open, none of them is live."""
    engine = played(run)
    orders = {order["id"]: order for order in engine.orders()}
    for order in orders.values():
        entry = orders.get(order.get("parentId", 0))
        if entry is not None and order["ordStatus"] == "Working":
            assert filled(engine)[entry["id"]]
            assert run[0].arming == "any" or entry["ordStatus"] in TERMINAL


@given(RUNS)
def test_the_events_tell_all_that_the_entities_say(run: Run) -> None:
    """Whoever hears every props event has what a query gives."""
    engine = played(run)
    heard: dict[str, dict[int, dict[str, Any]]] = {}
    for event in json.loads(json.dumps(engine.events, allow_nan=False)):
        detail = event["d"]
        entities = heard.setdefault(detail["entityType"], {})
        assert (detail["entity"]["id"] in entities) == (detail["eventType"] == "Updated")
        entities[detail["entity"]["id"]] = detail["entity"]
    for entity_type, entities in heard.items():
        assert [entities[key] for key in sorted(entities)] == engine.entities(entity_type)


@given(RUNS)
def test_fill_entities_are_the_fills(run: Run) -> None:
    """And the last execution report of an order has their sum."""
    engine = played(run)
    assert [
        (order_id, int(contracts), float(price)) for order_id, contracts, price in engine.fills()
    ] == [(fill["orderId"], fill["qty"], fill["price"]) for fill in engine.entities("fill")]
    reported = {row["orderId"]: row["cumQty"] for row in engine.entities("executionReport")}
    totals = filled(engine)
    assert {order["id"]: totals[order["id"]] for order in engine.orders()} == reported
