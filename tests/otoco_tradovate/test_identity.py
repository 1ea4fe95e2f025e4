"""Orders of another placement that stand under the ids of ours: an account that was begun anew."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.otoco_tradovate.desk import ACCOUNT, Desk, said
from tests.otoco_tradovate.test_cancel import CANCEL, INTERRUPT, asked, cancelled
from tests.otoco_tradovate.test_find import (
    BEHAVIOURS,
    BRACKET,
    ENTRY,
    LADDER,
    PAIR,
    RUNG,
    found,
    shown,
    taken,
)

from otoco import Instrument, Limit, Order, bracket, buy, translate
from otoco.adapters import Cancellation, Sent, Standing
from otoco.testing import orders

OURS = "12345678-1234-4234-8234-123456789abc"
OTHERS = "99999999-1234-4234-8234-123456789abc"
NQ = bracket(buy(1, Instrument("NQM7", "FUTURE"), Limit(7)), take_profit=8, stop_loss=6)


def anew(ours: Order, theirs: Order, **behaviour: Any) -> tuple[Desk, Sent]:
    """A desk that gave our ids to orders of others."""
    first = Desk(**behaviour)
    sent = first.place(ours)
    desk = Desk(**behaviour)
    (request,) = translate(theirs, ACCOUNT, intent=OTHERS).requests
    desk.engine.place(request.path, dict(request.body))
    return desk, attrs.evolve(sent, ids=first.ids)


def untouched(desk: Desk, result: Cancellation) -> bool:
    """Whether a cancellation asked for nothing, and does not say that it is done."""
    return not {CANCEL, INTERRUPT} & {*desk.paths} and not result.complete


@given(orders(within=ACCOUNT), orders(within=ACCOUNT), BEHAVIOURS)
def test_orders_of_others_under_our_ids_are_not_ours(
    ours: Order, theirs: Order, behaviour: Any
) -> None:
    """Whatever they are, they are not said to be there, and none of them is cancelled."""
    desk, sent = anew(taken(ours), taken(theirs), **behaviour)
    finding = found(desk, sent)
    assert Standing.PLACED is not finding.standing
    assert all(each.path is None for each in finding.orders)
    assert untouched(desk, cancelled(desk, sent))


@pytest.mark.parametrize("theirs", [BRACKET, NQ, ENTRY, PAIR])
def test_a_clordid_that_is_another_is_told(theirs: Order) -> None:
    """Even if the orders are the same: both clOrdIds stand in the sentence."""
    desk, sent = anew(BRACKET, theirs)
    finding = found(desk, sent)
    assert (Standing.NOT_FOUND, (), {}) == (finding.standing, finding.orders, finding.ids)
    assert f"its clOrdId is '{OTHERS}-1', and '{OURS}-1' was sent." in finding.why
    result = cancelled(desk, sent)
    assert untouched(desk, result)
    assert finding.why in result.why
    assert [str(each["id"]) for each in desk.engine.orders()] == [e.id for e in result.orders]
    assert result.orders[0].differs[0] in finding.why


def test_an_order_without_a_clordid_is_not_ours() -> None:
    """One that a person placed by hand."""
    desk, sent = anew(ENTRY, ENTRY)
    desk.change = shown("command", 1, "clOrdId", None)
    assert f"its clOrdId is none, and '{OURS}-1' was sent." in found(desk, sent).why


def test_what_is_not_known_to_be_ours_is_not_cancelled() -> None:
    """Where the command that made an order is not listed, its clOrdId is not known; it may be."""
    desk = Desk()
    sent = attrs.evolve(desk.place(BRACKET), ids=desk.ids)
    desk.hide = lambda entity, row: entity == "command" and row["orderId"] == 3
    finding = found(desk, sent)
    assert Standing.INCOMPLETE is finding.standing
    assert f"order 3 (Suspended): its clOrdId is not listed, and '{OURS}-3' was sent" in finding.why
    assert ["trigger", "peers[0]", None] == [each.path for each in finding.orders]
    result = cancelled(desk, sent)
    assert (False, [1]) == (result.complete, asked(desk))
    assert "its clOrdId is not listed" in result.why


def test_of_some_that_are_ours_only_those_are_cancelled() -> None:
    """One exit under our ids is another's: the rest is told to be ours, and goes."""
    desk = Desk(entry_ends="keep")
    sent = attrs.evolve(desk.place(BRACKET), ids=desk.ids)
    desk.change = shown("command", 3, "clOrdId", "theirs")
    finding = found(desk, sent)
    assert Standing.AMBIGUOUS is finding.standing
    assert f"order 3 (Suspended): its clOrdId is 'theirs', and '{OURS}-3' was" in finding.why
    assert "its own, as order 1 (Working), order 2 (Suspended) is." in finding.why
    result = cancelled(desk, sent)
    assert (False, [1, 2]) == (result.complete, asked(desk))
    assert "order 3 (Suspended): its clOrdId is 'theirs'" in result.why


def test_what_has_no_tie_is_not_believed_beside_a_stranger() -> None:
    """Exits without a clOrdId came by the same ids as an entry that is another's."""
    first = Desk()
    sent = attrs.evolve(first.place(BRACKET, trigger="mine"), ids=first.ids)
    assert Standing.PLACED is found(first, sent).standing
    desk = Desk()
    desk.place(NQ)
    finding = found(desk, sent)
    assert (Standing.NOT_FOUND, {}) == (finding.standing, finding.ids)
    assert "no clOrdId was sent for it" in finding.why
    assert untouched(desk, cancelled(desk, sent))


def test_a_relative_is_ours_by_its_clordid() -> None:
    """An exit that an order of ours names, where the list of commands does not have it."""
    desk = Desk()
    sent = attrs.evolve(desk.place(BRACKET), ids={"trigger": "1"})
    desk.instead["/command/list"] = [said([])] * 2
    assert Standing.PLACED is found(desk, sent).standing
    desk.change = shown("command", 3, "clOrdId", "theirs")
    finding = found(desk, sent)
    assert Standing.AMBIGUOUS is finding.standing
    told = f"its clOrdId is 'theirs', and '{OURS}-2' or '{OURS}-3' was sent."
    assert told in finding.why


@given(st.sampled_from((RUNG, LADDER)), st.sampled_from((RUNG, LADDER)), st.booleans())
def test_a_strategy_of_others_is_not_ours(ours: Order, theirs: Order, is_bare: bool) -> None:
    """By its uuid; it is not interrupted, and no order of it is cancelled."""
    desk, sent = anew(ours, theirs)
    if is_bare:
        desk.hide = lambda entity, row: entity == "orderStrategyLink"
    sent = attrs.evolve(sent, ids={"order": "2"})
    finding = found(desk, sent)
    assert (Standing.NOT_FOUND, (), {}) == (finding.standing, finding.orders, finding.ids)
    why = f"the uuid of its strategy 2 is '{OTHERS}', and '{OURS}' was sent."
    assert why in finding.why
    result = cancelled(desk, sent)
    assert untouched(desk, result)
    assert why in result.why
    assert is_bare is (not result.orders)
