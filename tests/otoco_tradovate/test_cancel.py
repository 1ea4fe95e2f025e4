"""What cancelling a placement's orders at Tradovate does, and what it says when it cannot."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.otoco_tradovate.desk import ACCOUNT, Desk, said
from tests.otoco_tradovate.test_find import (
    BEHAVIOURS,
    BRACKET,
    ENTRY,
    LADDER,
    PAIR,
    RUNG,
    TICKET,
    lost,
    shown,
    taken,
)

from otoco import Order, translate
from otoco.adapters import Answer, Call, Cancellation, NoAnswer, Pause, Sent, Traffic
from otoco.testing import orders

CANCEL = "/order/cancelorder"
INTERRUPT = "/orderStrategy/interruptorderstrategy"
LIST = ["/order/items", "/command/ldeps", "/orderVersion/ldeps", "/fill/ldeps"]
OTHER = ("/order/placeorder", json.loads(translate(ENTRY, ACCOUNT).requests[0].content))
SILENCE = NoAnswer("the deadline has passed.")


def cancelled(desk: Desk, sent: Sent) -> Cancellation:
    """How it stands afterwards."""
    desk.calls.clear()
    return desk.run(ACCOUNT.cancel(sent))


def asked(desk: Desk) -> list[Any]:
    """The ids that were asked to be cancelled, in order."""
    calls = [each for each in desk.calls if isinstance(each, Call)]
    return [each.body["orderId"] for each in calls if each.path == CANCEL and each.body]


@given(orders(within=ACCOUNT), BEHAVIOURS, st.data())
def test_nothing_is_open_afterwards(order: Order, behaviour: Any, data: st.DataObject) -> None:
    """Whatever had filled or ended before, and whether exits follow their entry or not."""
    desk = Desk(**behaviour)
    sent = desk.place(taken(order))
    for _ in range(data.draw(st.integers(0, 2))):
        number = data.draw(st.integers(1, 9))
        try:
            if data.draw(st.booleans()):
                desk.engine.fill(number, Decimal(1), Decimal(7))
            else:
                desk.engine.reject(number)
        except ValueError:
            continue
    result = cancelled(desk, sent)
    assert result.complete, result.why
    open_words = {"Suspended", "Working", "PendingNew"}
    assert set() == {each["ordStatus"] for each in desk.engine.orders()} & open_words
    assert len(asked(desk)) == len({*asked(desk)})
    assert result.why.startswith("none of its orders can fill any more.")
    assert sorted(each.id for each in result.orders) == sorted(desk.ids.values())


def test_the_entry_is_cancelled_first_and_each_is_listed_before() -> None:
    """One order a call; what followed the entry by itself is not asked for."""
    desk = Desk()
    result = cancelled(desk, desk.place(BRACKET))
    assert ["/command/list", *LIST, CANCEL, "/order/items", *LIST] == desk.paths
    call = desk.calls[5]
    assert Call(CANCEL, {"orderId": 1, "isAutomated": True}, Traffic.CANCEL) == call
    assert (True, ["Canceled"] * 3) == (result.complete, [e.status for e in result.orders])
    desk = Desk(entry_ends="keep")
    cancelled(desk, desk.place(BRACKET))
    assert [1, 2, 3] == asked(desk)


def test_what_has_ended_is_left_alone() -> None:
    """A second time there is nothing to do, and that is told."""
    desk = Desk()
    sent = desk.place(PAIR)
    assert cancelled(desk, sent).complete
    result = cancelled(desk, sent)
    assert (True, []) == (result.complete, asked(desk))
    assert ["/command/list", *LIST] == desk.paths


def test_what_has_filled_is_told() -> None:
    """The exits of an entry that filled go too, and its position stays."""
    desk = Desk()
    sent = desk.place(BRACKET)
    desk.engine.fill(1, Decimal(2), Decimal(100))
    result = cancelled(desk, sent)
    assert (True, [2, 3]) == (result.complete, asked(desk))
    assert "none of its orders can fill any more. order 1 had filled 2." == result.why


def test_a_strategy_is_interrupted_first() -> None:
    """And then what is left of it is cancelled; an interruption that fails does not end that."""
    for answer in (None, said({"errorText": "no active order strategy"}), said({}, 404), SILENCE):
        desk = Desk()
        sent = desk.place(LADDER)
        desk.instead[INTERRUPT] = [answer]
        result = cancelled(desk, sent)
        assert Call(INTERRUPT, {"orderStrategyId": 2}, Traffic.CANCEL) == desk.calls[6]
        assert (True, "none of its orders can fill any more.") == (result.complete, result.why)
        assert 3 == asked(desk)[0]


def test_a_strategy_that_has_failed_needs_nothing() -> None:
    """Nor one whose orders have all ended."""
    desk = Desk()
    sent = desk.place(RUNG)
    desk.hide = lost(3, 4, 5)
    desk.change = shown("orderStrategy", 2, "status", "ExecutionFailed")
    result = cancelled(desk, sent)
    assert (True, ()) == (result.complete, result.orders)
    assert INTERRUPT not in desk.paths


def test_a_strategy_whose_interruption_says_no_tells_it_where_orders_are_missing() -> None:
    """Its orders may be there without being listed."""
    desk = Desk()
    sent = desk.place(RUNG)
    desk.hide = lost(3, 4, 5)
    desk.instead[INTERRUPT] = [said({"errorText": "try later"})]
    result = cancelled(desk, sent)
    assert not result.complete
    assert "strategy 2 lists no order." in result.why
    assert "was answered with the words 'try later'" in result.why


@pytest.mark.parametrize(
    "answer",
    [said({"failureReason": "TooLate"}), said("Access is denied", 401), said([], 200), SILENCE],
)
def test_an_answer_to_a_cancel_decides_nothing(answer: Answer | NoAnswer) -> None:
    """What is listed afterwards does: it may have ended without the call."""
    desk = Desk()
    sent = desk.place(ENTRY)
    desk.instead[CANCEL] = [answer]
    result = cancelled(desk, sent)
    assert (False, [1]) == (result.complete, asked(desk))
    assert "not known to have ended: order 1 (Working)." in result.why
    assert [Pause(1.0)] * 3 == [each for each in desk.calls if isinstance(each, Pause)]
    told = {
        b"[]": "/order/cancelorder: the answer cannot be read",
        b'"Access is denied"': "the status 401 is no answer",
        b"": "the deadline has passed.",
    }
    body = answer.body if isinstance(answer, Answer) else b""
    assert told.get(body, "answered with the failure TooLate") in result.why


def test_a_cancel_that_takes_its_time_is_waited_for() -> None:
    """A command that is taken is queued; the orders are listed again, a few times at most."""
    desk = Desk()
    sent = desk.place(ENTRY)
    desk.is_deaf = True
    working = said([{"id": 1, "accountId": 12345, "ordStatus": "PendingCancel", "action": "Buy"}])
    gone = said([{"id": 1, "accountId": 12345, "ordStatus": "Canceled", "action": "Buy"}])
    desk.instead["/order/items"] = [None, working, working, gone]
    result = cancelled(desk, sent)
    assert (True, [1]) == (result.complete, asked(desk))
    assert 1 == desk.calls.count(Pause(1.0))


def test_a_peer_that_goes_with_the_first_is_not_asked_for() -> None:
    """Between two cancels the orders are listed."""
    desk = Desk(peer_ends="cancel")
    result = cancelled(desk, desk.place(PAIR))
    assert (True, [1]) == (result.complete, asked(desk))


@pytest.mark.parametrize("place", range(12))
def test_without_an_answer_it_says_what_is_known(place: int) -> None:
    """Wherever the calls end: nothing is raised, and nothing is called over that is not known."""
    desk = Desk(entry_ends="keep")
    sent = desk.place(BRACKET)
    answered: list[Call] = []
    plain = desk.answer

    def answer(call: Call) -> Answer | NoAnswer:
        answered.append(call)
        return SILENCE if len(answered) > place else plain(call)

    desk.answer = answer  # type: ignore[method-assign]  # a desk that falls silent
    result = cancelled(desk, sent)
    assert not result.complete
    assert "the deadline has passed." in result.why
    assert (place >= 5) is bool(result.orders)
    open_words = [e["id"] for e in desk.engine.orders() if e["ordStatus"] != "Canceled"]
    assert {*map(str, open_words)} <= {e.id for e in result.orders if e.life.is_open} or place < 5


def test_a_lock_out_ends_it_at_once() -> None:
    """Each further request would begin the hour anew."""
    desk = Desk()
    sent = desk.place(PAIR)
    desk.instead[CANCEL] = [Answer(429, {}, b"")]
    result = cancelled(desk, sent)
    assert (False, CANCEL) == (result.complete, desk.paths[-1])
    assert "locks this user out for about an hour" in result.why


def test_a_ticket_on_a_cancel_is_waited_for_once() -> None:
    """The same body again with the ticket."""
    desk = Desk()
    sent = desk.place(ENTRY)
    desk.instead[CANCEL] = [said(TICKET), None]
    desk.engine.cancel(1)
    desk.change = shown("order", 1, "ordStatus", "Working")
    cancelled(desk, sent)
    calls = [each for each in desk.calls if isinstance(each, Call) and each.path == CANCEL]
    body = {"orderId": 1, "isAutomated": True}
    assert [body, {**body, "p-ticket": "t-1"}] == [each.body for each in calls]


def test_what_may_be_anothers_is_not_cancelled() -> None:
    """Two groups with the same ids are left to a person."""
    desk = Desk()
    desk.place(PAIR)
    result = cancelled(desk, desk.place(PAIR))
    assert (False, [], 4) == (result.complete, asked(desk), len(result.orders))
    assert result.why.startswith("nothing was cancelled: there is more than it asked for: order 1")


def test_what_is_not_listed_may_be_there() -> None:
    """A lost exit keeps it from being complete; and nothing found is not nothing there."""
    desk = Desk()
    sent = desk.place(BRACKET)
    desk.hide = lost(3)
    result = cancelled(desk, sent)
    assert (False, [1]) == (result.complete, asked(desk))
    assert "peers[1] is not listed" in result.why
    desk.hide = lost(1, 2, 3)
    result = cancelled(desk, attrs.evolve(sent, ids={}))
    assert (False, ()) == (result.complete, result.orders)
    assert "which proves nothing" in result.why


def test_a_placement_that_was_rejected_is_over() -> None:
    """Even where its exits were never listed."""
    desk = Desk()
    sent = desk.place(BRACKET)
    desk.engine.reject(1)
    desk.hide = lost(2, 3)
    assert cancelled(desk, sent).complete


def test_a_strategy_that_turns_into_two_is_left_alone() -> None:
    """After its interruption more orders are listed than it asked for."""
    desk = Desk()
    sent = desk.place(RUNG)
    links = [*desk.engine.entities("orderStrategyLink")]
    links.append({"id": 99, "orderStrategyId": 2, "orderId": desk.engine.place(*OTHER)["orderId"]})
    desk.instead["/orderStrategyLink/deps"] = [None, said(links)]
    desk.instead[INTERRUPT] = [said({})]
    result = cancelled(desk, sent)
    assert (False, []) == (result.complete, asked(desk))
    assert "there is more than it asked for" in result.why


def test_an_order_that_turns_up_later_is_not_cancelled() -> None:
    """What a later list has more than was asked for is told, and left alone."""
    desk = Desk()
    sent = desk.place(BRACKET, trigger="mine")
    extra = {"id": 9, "accountId": 12345, "ordStatus": "Working", "action": "Sell", "parentId": 1}
    desk.hide = lost(3)
    listed = [each for each in desk.engine.orders() if each["id"] != 3]
    desk.instead["/order/deps"] = [None, said([*listed, extra, {**extra, "id": 10}])]
    result = cancelled(desk, sent)
    assert not result.complete
    assert 9 not in asked(desk)
    assert 10 not in asked(desk)
