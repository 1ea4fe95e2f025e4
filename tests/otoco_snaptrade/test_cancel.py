"""Cancelling a placement leg by leg, and what is known when something goes wrong on the way."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.otoco_snaptrade.steps import (
    ACCOUNT,
    AT,
    CANCEL,
    INTENT,
    ORDER,
    RECENT,
    AtDesk,
    Scripted,
    drive,
    json_answer,
    play,
    records,
    sent,
)

import otoco
from otoco import Order
from otoco.adapters import Accepted, Call, Cancellation, Life, NoAnswer, Sent, Traffic
from otoco.testing import orders
from otoco_snaptrade import SnapTrade
from otoco_snaptrade.engine import OPEN_QUESTIONS, Behaviour
from otoco_snaptrade.sandbox import SnapTradeDesk

CONNECTED: Final = [{"id": "c-1", "disabled": False}]
SENT: Final = sent(order="g-1")
DEAD: Final = {"status": "CANCELED"}
DONE: Final = {"status": "EXECUTED", "filled_quantity": "10"}
LOOK: Final = ["GET /authorizations", f"GET {RECENT}"]


def listed(*changes: dict[str, Any], **shared: Any) -> dict[str, Any]:
    """The orders of the placement, changed as told leg by leg."""
    return {"orders": records(SENT, *changes, **shared)}


def yes(number: int) -> dict[str, Any]:
    """The answer to a cancel."""
    return {"brokerage_order_id": f"o-{number}", "raw_response": {}}


def cancel(*answers: Scripted, placed: Sent = SENT) -> tuple[Cancellation, list[str]]:
    """What comes of cancelling with these answers, and what was asked."""
    return play(SnapTrade().cancel(placed), CONNECTED, *answers)


def test_the_trigger_goes_first_and_its_exits_may_go_with_it() -> None:
    """After each cancel the orders are listed anew; what has ended is let be."""
    cancelled, asked = cancel(listed(), yes(1), listed(DEAD, DEAD, DEAD))
    assert [*LOOK, f"POST {CANCEL} o-1", f"GET {RECENT}"] == asked
    assert cancelled.complete
    assert "none of its orders is open." == cancelled.why
    assert {Life.CANCELLED} == {order.life for order in cancelled.orders}


def test_every_leg_that_stays_open_is_cancelled_once() -> None:
    """Where one cancel takes no other order with it, each needs its own."""
    cancelled, asked = cancel(
        listed(),
        yes(1),
        listed(DEAD),
        yes(2),
        listed(DEAD, DEAD),
        yes(3),
        listed(DEAD, DEAD, DEAD),
    )
    posts = [each[-3:] for each in asked if each.startswith("POST")]
    assert ["o-1", "o-2", "o-3"] == posts
    assert cancelled.complete


def test_exits_of_a_filled_entry_are_cancelled() -> None:
    """What is filled stays, and of two peers the second may be gone with the first."""
    cancelled, asked = cancel(listed(DONE), yes(2), listed(DONE, DEAD, DEAD))
    assert [f"POST {CANCEL} o-2"] == [each for each in asked if each.startswith("POST")]
    assert cancelled.complete


def test_what_is_still_on_its_way_out_is_not_gone() -> None:
    """A cancel that was taken is pending until it is listed, and is not asked for again."""
    pending = {"status": "CANCEL_PENDING"}
    cancelled, asked = cancel(
        listed(pending, DEAD, DEAD), yes(1), listed(pending, DEAD, DEAD), placed=SENT
    )
    assert not cancelled.complete
    assert "trigger is still CANCEL_PENDING." in cancelled.why
    assert 1 == sum(each.startswith("POST") for each in asked)


ANSWERS: Final[dict[str, tuple[Scripted, str]]] = {
    "refused": (
        json_answer({"detail": "too late", "code": 1076}, 400, x_request_id="r-9"),
        f"trigger: POST {CANCEL} was answered with 400/1076, 'too late' (X-Request-ID 'r-9').",
    ),
    "throttled": (json_answer(b"", 429, retry_after="1"), "was answered with 429."),
    "another order": ({"brokerage_order_id": "o-7"}, "the answer is not about the order o-1."),
    "no object": ([], "trigger: the answer cannot be read"),
}


@pytest.mark.parametrize(("answer", "why"), ANSWERS.values(), ids=ANSWERS)
def test_what_a_cancel_is_answered_with_is_told_and_the_list_decides(
    answer: Scripted, why: str
) -> None:
    """Nothing is cancelled twice, and nothing is waited for but reads."""
    cancelled, asked = cancel(listed({}, DEAD, DEAD), answer, listed({}, DEAD, DEAD))
    assert why in cancelled.why
    assert "trigger is still ACCEPTED." in cancelled.why
    assert (False, 1) == (cancelled.complete, sum(each.startswith("POST") for each in asked))
    gone, _ = cancel(listed({}, DEAD, DEAD), answer, listed(DEAD, DEAD, DEAD))
    assert gone.complete
    assert why in gone.why


@pytest.mark.parametrize(
    ("answers", "orders_known", "why"),
    [
        ((NoAnswer("it broke."),), 0, "it broke."),
        ((json_answer(b"", 500),), 0, "was answered with 500."),
        (
            (listed(), NoAnswer("it broke.")),
            3,
            "it broke. trigger (o-1) was not known to be cancelled.",
        ),
        ((listed(), yes(1), NoAnswer("it broke.")), 3, "it broke."),
        (
            (listed(), yes(1), listed(DEAD), NoAnswer("it broke.")),
            3,
            "it broke. peers[0] (o-2) was not known to be cancelled.",
        ),
    ],
)
def test_without_an_answer_it_is_told_what_is_known(
    answers: tuple[Scripted, ...], orders_known: int, why: str
) -> None:
    """It ends there: whoever cancels again begins by listing."""
    cancelled, _ = cancel(*answers)
    assert not cancelled.complete
    assert why in cancelled.why
    assert orders_known == len(cancelled.orders)


def test_connections_that_cannot_be_read_end_it() -> None:
    """Nothing is cancelled by a list that may be old."""
    cancelled, asked = play(SnapTrade().cancel(SENT), NoAnswer("it broke."))
    assert (False, "it broke.", ()) == (cancelled.complete, cancelled.why, cancelled.orders)
    assert ["GET /authorizations"] == asked


def test_what_was_not_found_is_not_known_to_be_gone() -> None:
    """Nothing is cancelled that is not known to be ours."""
    cancelled, asked = cancel({"orders": []})
    assert (False, LOOK) == (cancelled.complete, asked)
    for path in ("trigger", "peers[0]", "peers[1]"):
        assert f"what became of {path} is not known." in cancelled.why
    twice = {"orders": records(SENT) + records(SENT, brokerage_group_order_id="g-2")}
    cancelled, asked = cancel(twice, placed=sent())
    assert (False, LOOK) == (cancelled.complete, asked)
    assert "in more than one way" in cancelled.why
    assert "o-1 is still ACCEPTED." in cancelled.why


def test_orders_that_were_found_once_are_known_by_their_ids() -> None:
    """The orders that are listed after a cancel are those that were listed before."""
    placed = sent()
    alone = records(SENT, brokerage_group_order_id=None)
    again = [{**each, "brokerage_order_id": f"x{each['brokerage_order_id']}"} for each in alone]
    gone = records(SENT, DEAD, DEAD, DEAD, brokerage_group_order_id=None)
    cancelled, _ = cancel({"orders": alone}, yes(1), {"orders": again + gone}, placed=placed)
    assert cancelled.complete


def test_a_cancel_is_a_post_of_the_id_alone() -> None:
    """It counts as a cancel against rate limits."""
    calls: list[Call] = []
    answers = iter([CONNECTED, listed({}, DEAD, DEAD), yes(1), listed(DEAD, DEAD, DEAD)])

    def send(call: Call) -> Any:
        calls.append(call)
        return json_answer(next(answers))

    assert drive(SnapTrade().cancel(SENT), send).complete
    assert Call(CANCEL, {"brokerage_order_id": "o-1"}, Traffic.CANCEL) == calls[2]
    assert {Traffic.READ} == {call.traffic for call in calls if call.body is None}


@given(st.lists(st.sampled_from(["ACCEPTED", "SUSPENDED", "CANCEL_PENDING", "?"]), min_size=12))
def test_it_ends_after_one_cancel_a_leg(statuses: list[str]) -> None:
    """Whatever the broker lists, with ids that are new each time, each leg is cancelled once."""
    asked: list[Call] = []

    def send(call: Call) -> Any:
        asked.append(call)
        if call.path == "/authorizations":
            return json_answer(CONNECTED)
        if call.body is not None:
            return json_answer({}, 500)
        status = statuses[len(asked) % len(statuses)]
        changes = [{"brokerage_order_id": f"{len(asked)}-{leg}"} for leg in range(3)]
        return json_answer(listed(*changes, status=status))

    assert not drive(SnapTrade().cancel(SENT), send).complete
    assert 3 == sum(call.body is not None for call in asked)


behaviours = st.builds(
    Behaviour,
    **{
        question: st.sampled_from(answers)
        for question, answers in OPEN_QUESTIONS.items()
        if question not in ("pairing", "duplicate_id")
    },
)


@pytest.mark.parametrize("contract", ["2026-04", "2026-10"])
def test_nothing_stays_open_at_the_desk(contract: str) -> None:
    """Whatever was placed, and whatever SnapTrade's pages leave open."""
    adapter = SnapTrade(ACCOUNT, contract)

    @given(orders(adapter), behaviours, st.booleans(), st.sampled_from((None, "0.5", "1")))
    def law(order: Order, behaviour: Behaviour, told: bool, fill: str | None) -> None:
        if otoco.check(order, adapter):
            return
        desk = SnapTradeDesk(contract=contract, behaviour=behaviour, clock=AT.timestamp)
        http = AtDesk(desk)
        verdict = adapter.read(sent(order, adapter).request, http.place(order, adapter))
        assert isinstance(verdict, Accepted)
        if fill is not None:
            touch(desk, order, Decimal(fill))
        ids = verdict.ids if told else {}
        placed = Sent(INTENT, sent(order, adapter).request, AT, ids)
        cancelled = drive(adapter.cancel(placed), http)
        assert cancelled.complete, cancelled.why
        newest = desk.latest()
        assert newest is not None
        assert {order.status for order in newest.orders} <= {
            "EXECUTED",
            "CANCELED",
            "PARTIAL_CANCELED",
        }
        assert [path for path, _, _ in order.legs] == [one.path for one in cancelled.orders]

    law()


def touch(desk: SnapTradeDesk, order: Order, part: Decimal) -> None:
    """Let a part of the first leg fill, or all of it; what is FOK has no parts."""
    leg = next(leg for _, _, leg in order.legs)
    newest = desk.latest()
    assert newest is not None
    first = newest.orders[0]
    quantity = leg.quantity * (part if leg.time_in_force != "FOK" else 1)
    desk._engine.fill(first.id, quantity, Decimal(1))


@pytest.mark.parametrize(("days", "is_known"), [(0.9, True), (1, True), (89, True), (91, False)])
def test_an_order_placed_long_ago_is_cancelled(days: float, is_known: bool) -> None:
    """Good-till-cancelled exits outlive the day that recent orders are listed for."""
    desk = SnapTradeDesk(clock=AT.timestamp)
    http = AtDesk(desk)
    adapter = SnapTrade(ACCOUNT)
    http.place(ORDER, adapter)
    desk.clock(AT + timedelta(days=days))
    for placed in (sent(order="group-000001"), sent()):
        cancelled = drive(adapter.cancel(placed), http)
        assert is_known is cancelled.complete
        assert is_known is ("proves nothing" not in cancelled.why)
