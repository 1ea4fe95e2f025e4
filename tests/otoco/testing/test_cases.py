"""A case as whoever reads a failing test sees it: an order document with a line for each leg."""

from __future__ import annotations

import json
from uuid import UUID

from hypothesis import given

from otoco import Instrument, Limit, Order, bracket, buy, to_dict
from otoco.testing import orders
from otoco.testing.cases import Placing, legible, shown

ORDER = bracket(buy(1, Instrument("SPY", "EQUITY"), Limit(415)), take_profit=420, stop_loss=410)


@given(orders())
def test_a_document_stays_one(order: Order) -> None:
    """However it is laid out, it is the order's document, and each leg has its line."""
    text = legible(order)
    assert to_dict(order) == json.loads(text)
    assert len(order.legs) == sum('"side"' in line for line in text.splitlines())


def test_what_belongs_to_a_placing_is_told() -> None:
    """Intent and ids stand below the document, where they are given."""
    intent = UUID("0b0e7c1e-6a3c-4d5c-9c55-2f4b7d0a9e11")
    assert legible(ORDER) == shown(Placing(ORDER))
    placing = Placing(ORDER, intent, {"trigger": "a-1"})
    below = shown(placing).removeprefix(legible(ORDER)).splitlines()
    assert ["", f"intent: {intent}", "id of trigger: a-1"] == below


def test_several_things_stand_below_one_another() -> None:
    """What is no order says itself."""
    assert f"{legible(ORDER)}\nx\n1" == shown((ORDER, "x", 1))
