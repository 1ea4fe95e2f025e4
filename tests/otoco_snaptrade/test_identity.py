"""Orders of another placement that stand under the ids of ours: an account that was begun anew."""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import assume, given
from tests.otoco_snaptrade.steps import ACCOUNT, AT, INTENT, AtDesk, drive, play, records, sent
from tests.otoco_snaptrade.test_cancel import CONNECTED, DEAD, DONE, cancel, yes
from tests.otoco_snaptrade.test_find import REFUSED, look

import otoco
from otoco import Order
from otoco.adapters import Accepted, Answer, Call, Sent, Standing
from otoco.testing import orders
from otoco_snaptrade import SnapTrade
from otoco_snaptrade.sandbox import SnapTradeDesk

LEGS: Final = {"trigger": "o-1", "peers[0]": "o-2", "peers[1]": "o-3"}
BY_LEGS: Final = sent(**LEGS)
BY_GROUP: Final = sent(order="g-1")
MSFT: Final = {"universal_symbol": {"symbol": "MSFT", "raw_symbol": None}}
TIES: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "symbol": (MSFT, "its symbol is MSFT, and AAPL was sent."),
    "action": ({"action": "SELL_SHORT_EXEMPT"}, "its action is SELL_SHORT_EXEMPT, and "),
    "quantity": ({"total_quantity": "11"}, "its quantity is 11, and 10 was sent."),
}
ties: Final = pytest.mark.parametrize(("change", "why"), TIES.values(), ids=TIES)


@ties
def test_orders_of_others_under_the_ids_of_our_legs_are_not_ours(
    change: dict[str, Any], why: str
) -> None:
    """What differs is told, and none of them is cancelled."""
    listed = records(BY_LEGS, **change)
    finding = look(BY_LEGS, listed)
    assert (Standing.NOT_FOUND, (), {}) == (finding.standing, finding.orders, finding.ids)
    assert f"trigger (o-1): {why}" in finding.why
    cancelled, asked = cancel({"orders": listed}, placed=BY_LEGS)
    assert (False, []) == (cancelled.complete, [each for each in asked if each[:4] == "POST"])
    assert f"trigger (o-1): {why}" in cancelled.why
    assert "o-2 is not its own, and was let be." in cancelled.why
    assert ["o-1", "o-2", "o-3"] == [each.id for each in cancelled.orders]
    assert {None} == {each.path for each in cancelled.orders}


@pytest.mark.parametrize("placed", [BY_LEGS, BY_GROUP], ids=["by its legs", "by its group"])
@ties
def test_one_that_is_not_ours_is_let_be(placed: Sent, change: dict[str, Any], why: str) -> None:
    """The others go; it is told why the end of all is not known, even where it has ended."""
    for last in ({}, DEAD):
        finding = look(placed, records(placed, {}, {}, {**change, **last}))
        by_group = Standing.UNPROTECTED
        assert (by_group if placed is BY_GROUP else Standing.AMBIGUOUS) is finding.standing
        assert why in finding.why
        assert {"trigger", "peers[0]", "order"} == {*finding.ids}
        cancelled, asked = cancel(
            {"orders": records(placed, {}, {}, {**change, **last})},
            yes(1),
            {"orders": records(placed, DEAD, {}, {**change, **last})},
            yes(2),
            {"orders": records(placed, DEAD, DEAD, {**change, **last})},
            placed=placed,
        )
        assert ["o-1", "o-2"] == [each[-3:] for each in asked if each.startswith("POST")]
        assert not cancelled.complete
        assert why in cancelled.why
        assert "o-3 is not its own, and was let be." in cancelled.why


def test_a_group_of_others_is_not_ours() -> None:
    """One of another instrument under the id of our group; a lone entry of it is the same."""
    for listed in (records(BY_GROUP, **MSFT), records(BY_GROUP, **MSFT)[:1]):
        finding = look(BY_GROUP, listed)
        assert (Standing.NOT_FOUND, (), {}) == (finding.standing, finding.orders, finding.ids)
        assert "trigger (o-1): its symbol is MSFT, and AAPL was sent." in finding.why
        cancelled, asked = cancel({"orders": listed}, placed=BY_GROUP)
        assert (False, 2) == (cancelled.complete, len(asked))
        assert len(listed) == len(cancelled.orders)


def test_a_sentence_is_said_once() -> None:
    """Of an exit that was refused, and of one whose fault is told besides."""
    finding = look(BY_GROUP, records(BY_GROUP, DONE, {}, REFUSED))
    assert "the entry is EXECUTED, and peers[1] is REJECTED." == finding.why
    finding = look(BY_GROUP, records(BY_GROUP, DONE, REFUSED, REFUSED))
    assert "the entry is EXECUTED, and peers[0] is REJECTED. peers[1] is REJECTED." == finding.why


@given(orders(SnapTrade(ACCOUNT)), orders(SnapTrade(ACCOUNT)))
def test_what_is_of_another_instrument_is_never_cancelled(ours: Order, theirs: Order) -> None:
    """At a desk that gave our ids to orders of others."""
    adapter = SnapTrade(ACCOUNT)
    assume(not [*otoco.check(ours, adapter), *otoco.check(theirs, adapter)])
    symbols = [{leg.instrument.symbol for _, _, leg in each.legs} for each in (ours, theirs)]
    assume(symbols[0].isdisjoint(symbols[1]))
    first = SnapTradeDesk(clock=AT.timestamp)
    placed = sent(ours, adapter).request
    verdict = adapter.read(placed, AtDesk(first).place(ours, adapter))
    assert isinstance(verdict, Accepted)
    desk = AtDesk(SnapTradeDesk(clock=AT.timestamp))
    desk.place(theirs, adapter)
    mine = Sent(INTENT, placed, AT, verdict.ids)
    finding = drive(adapter.find(mine), desk)
    assert finding.standing in (Standing.NOT_FOUND, Standing.AMBIGUOUS), finding.why
    asked: list[Call] = []

    def send(call: Call) -> Answer:
        asked.append(call)
        return desk(call)

    assert not drive(adapter.cancel(mine), send).complete
    assert not any(call.body is not None for call in asked)


def test_connections_are_told_with_it() -> None:
    """What is not ours may be old besides."""
    listed = {"orders": records(BY_LEGS, **MSFT)}
    finding, _ = play(SnapTrade().find(BY_LEGS), [*CONNECTED, {}], listed)
    assert "1 of the user's connections are disabled" in finding.why
