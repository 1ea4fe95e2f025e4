"""What holds for every request, every run of events and every behaviour."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.otoco_snaptrade.engine.conftest import PATH, body, leg

from otoco_snaptrade.engine import OPEN_QUESTIONS, Behaviour, SnapTradeEngine

ENDED = ("EXECUTED", "CANCELED", "PARTIAL_CANCELED", "REJECTED", "EXPIRED")
ROLES = [("PEER", "PEER"), ("TRIGGER", "CONDITIONAL"), ("TRIGGER", "PEER", "PEER")]
PRICES = {"Market": (), "Limit": ("price",), "Stop": ("stop",), "StopLimit": ("price", "stop")}
LEVELS = st.integers(90, 110)
IDS = st.integers(1, 6).map(lambda number: f"order-{number:06d}")

behaviours: st.SearchStrategy[Behaviour] = st.builds(
    Behaviour,
    **{question: st.sampled_from(answers) for question, answers in OPEN_QUESTIONS.items()},
)


@st.composite
def legs(draw: st.DrawFn, role: str) -> dict[str, Any]:
    """A leg near the market."""
    order_type = draw(st.sampled_from(sorted(PRICES)))
    return leg(
        role,
        draw(st.sampled_from(["BUY", "SELL"])),
        order_type,
        symbol=draw(st.sampled_from(["AAPL", "AAPL", "MSFT"])),
        units=draw(st.integers(1, 6)),
        time_in_force=draw(st.sampled_from(["GTC", "Day", "IOC", "FOK"])),
        **{key: draw(LEVELS) for key in PRICES[order_type]},
    )


requests = st.sampled_from(ROLES).flatmap(
    lambda roles: st.tuples(*map(legs, roles)).map(lambda orders: body(*orders))
)
calls = st.one_of(
    st.tuples(st.just("place"), st.just(PATH), requests),
    st.tuples(st.just("price"), st.sampled_from(["AAPL", "MSFT"]), LEVELS.map(Decimal)),
    st.tuples(st.just("fill"), IDS, st.integers(1, 4).map(Decimal), LEVELS.map(Decimal)),
    st.tuples(st.sampled_from(["cancel", "reject"]), IDS),
    st.tuples(st.sampled_from(["end_session", "sync"])),
)
scripts = st.lists(calls, max_size=25)


def play(
    behaviour: Behaviour,
    request: dict[str, Any],
    script: list[tuple[Any, ...]],
    see: Callable[[SnapTradeEngine], None] = lambda engine: None,
) -> SnapTradeEngine:
    """Place a request and make the calls; those that cannot apply must change nothing."""
    engine = SnapTradeEngine(behaviour)
    for name, *arguments in [("place", PATH, request), *script]:
        before = engine.orders(), engine.events, engine.fills()
        try:
            getattr(engine, name)(*arguments)
        except ValueError:
            assert before == (engine.orders(), engine.events, engine.fills())
        see(engine)
    engine.sync()
    return engine


def numbers(record: dict[str, Any]) -> list[Decimal]:
    """Total, open, cancelled and filled."""
    keys = ("total_quantity", "open_quantity", "canceled_quantity", "filled_quantity")
    return [Decimal(record[key]) for key in keys]


@given(behaviours, requests, scripts)
def test_what_has_ended_stays_as_it_is(
    behaviour: Behaviour, request: dict[str, Any], script: list[tuple[Any, ...]]
) -> None:
    """There is at most one terminal status for a leg, and no event after it."""
    ended: set[object] = set()
    for event in play(behaviour, request, script).events:
        assert event["brokerage_order_id"] not in ended
        if event["status"] in ENDED:
            ended.add(event["brokerage_order_id"])


@given(behaviours, requests, scripts)
def test_the_events_end_in_the_records(
    behaviour: Behaviour, request: dict[str, Any], script: list[tuple[Any, ...]]
) -> None:
    """The last event of a leg is its record: nothing changes unsaid, and no event says nothing."""
    engine = play(behaviour, request, script)
    last: dict[object, object] = {}
    for event in engine.events:
        assert event != last.get(event["brokerage_order_id"])
        last[event["brokerage_order_id"]] = event
    assert engine.orders() == [last[record["brokerage_order_id"]] for record in engine.orders()]


@given(behaviours, requests, scripts)
def test_quantities_add_up(
    behaviour: Behaviour, request: dict[str, Any], script: list[tuple[Any, ...]]
) -> None:
    """No leg fills beyond its quantity, and its fills are what its record says."""
    engine = play(behaviour, request, script)
    filled: dict[str, Decimal] = {}
    for order_id, quantity, _ in engine.fills():
        filled[order_id] = filled.get(order_id, Decimal(0)) + quantity
    for record in engine.events:
        total, open_, canceled, done = numbers(record)
        assert total == open_ + canceled + done
        assert min(open_, canceled, done) >= 0
    for record in engine.orders():
        order_id = str(record["brokerage_order_id"])
        assert numbers(record)[3] == filled.get(order_id, 0)
        assert 0 <= engine.working(order_id) <= numbers(record)[1]


@given(behaviours, requests, scripts)
def test_the_same_calls_give_the_same_records(
    behaviour: Behaviour, request: dict[str, Any], script: list[tuple[Any, ...]]
) -> None:
    """A run can be replayed, and syncs change nothing but what is listed."""
    first, again = (play(behaviour, request, script) for _ in range(2))
    assert (first.orders(), first.events, first.fills()) == (
        again.orders(),
        again.events,
        again.fills(),
    )
    unsynced = play(behaviour, request, [call for call in script if call[0] != "sync"])
    assert (first.orders(), first.events) == (unsynced.orders(), unsynced.events)


@given(behaviours, requests, scripts)
def test_nothing_is_live_before_its_trigger_fills(
    behaviour: Behaviour, request: dict[str, Any], script: list[tuple[Any, ...]]
) -> None:
    """A child never has more live and filled than its trigger has filled, until that is whole."""

    def see(engine: SnapTradeEngine) -> None:
        last = {str(event["brokerage_order_id"]): event for event in engine.events}
        groups = {str(event["brokerage_group_order_id"]) for event in engine.events}
        for group in groups:
            roles = {role: order_id for order_id, role in engine.group(group)}
            if "TRIGGER" not in roles:
                continue
            trigger = last[roles["TRIGGER"]]
            entered = numbers(trigger)[3]
            bounded = behaviour.arming == "any" or trigger["status"] != "EXECUTED"
            for order_id, role in engine.group(group):
                live = engine.working(order_id) + numbers(last[order_id])[3]
                assert role == "TRIGGER" or not bounded or live <= entered

    play(behaviour, request, script, see)


@given(behaviours, requests, scripts)
def test_when_one_peer_fills_the_other_is_over(
    behaviour: Behaviour, request: dict[str, Any], script: list[tuple[Any, ...]]
) -> None:
    """No peer lives beside an executed one; both execute only where one trade may fill both."""
    statuses: dict[str, list[str]] = {}
    for record in play(behaviour, request, script).orders():
        if record["order_role"] == "PEER":
            group = str(record["brokerage_group_order_id"])
            statuses.setdefault(group, []).append(str(record["status"]))
    for pair in statuses.values():
        assert "EXECUTED" not in pair or all(status in ENDED for status in pair)
        assert pair != ["EXECUTED", "EXECUTED"] or behaviour.both_touched == "both"
