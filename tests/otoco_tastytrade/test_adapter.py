"""What the adapter writes beside the orders: whose id is whose, and one option on all of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from otoco import (
    OCO,
    OTO,
    OTOCO,
    Instrument,
    InvalidOrder,
    Leg,
    Limit,
    Order,
    OrderType,
    Shape,
    Stop,
    parse,
    translate,
)
from otoco.adapters import Semantics
from otoco_tastytrade import Tastytrade


def leg(side: str, order_type: OrderType, effect: str, quantity: int = 2) -> Leg:
    """A leg for two shares."""
    share = Instrument("AAPL", "EQUITY")
    return Leg(side, quantity, share, order_type, time_in_force="GTC", position_effect=effect)


ENTRY = leg("BUY", Limit(150), "OPEN")
TARGET, STOP = leg("SELL", Limit(160), "CLOSE"), leg("SELL", Stop(145), "CLOSE")
HALVES = [leg("SELL", Stop(145), "CLOSE", 1), leg("SELL", Stop(140), "CLOSE", 1)]
BRACKET = OTOCO(ENTRY, [TARGET, STOP])


def sent(order: Order, strict: bool | None = None) -> dict[str, Any]:
    """The body of the one request that says an order."""
    account = Tastytrade("5WT00001", strict_position_effect_validation=strict)
    (request,) = translate(order, account).requests
    return dict(request.body)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (ENTRY, {"data.order.id": ""}),
        (
            OCO([TARGET, STOP]),
            {
                "data.complex-order.id": "order",
                "data.complex-order.orders[0].id": "peers[0]",
                "data.complex-order.orders[1].id": "peers[1]",
            },
        ),
        (
            OTO(ENTRY, [STOP]),
            {
                "data.complex-order.id": "order",
                "data.complex-order.trigger-order.id": "trigger",
                "data.complex-order.orders[0].id": "conditionals[0]",
            },
        ),
        (
            BRACKET,
            {
                "data.complex-order.id": "order",
                "data.complex-order.trigger-order.id": "trigger",
                "data.complex-order.orders[0].id": "peers[0]",
                "data.complex-order.orders[1].id": "peers[1]",
            },
        ),
    ],
    ids=["SINGLE", "OCO", "OTO", "OTOCO"],
)
def test_each_id_of_the_reply_is_of_one_leg_or_of_the_group(
    order: Order, expected: dict[str, str]
) -> None:
    """The keys lead into the ``data`` of tastytrade's replies, and the paths are the order's."""
    (request,) = translate(order, Tastytrade("5WT00001")).requests
    assert expected == request.reply_ids


def test_the_guide_says_of_ids_that_they_are_not_enforced() -> None:
    """And nothing of full or partial fills."""
    assert Semantics(ids_enforced=False) == Tastytrade().capabilities.semantics


def test_conditionals_that_share_out_the_entry_are_an_oto_as_well() -> None:
    """What the model calls a ladder, tastytrade has no name of its own for."""
    ladder = OTO(ENTRY, HALVES)
    assert (Shape.LADDER, "OTO") == (ladder.shape, sent(ladder)["type"])
    assert ladder == parse(sent(ladder), Tastytrade).order


@pytest.mark.parametrize("strict", [True, False, None])
def test_the_validation_stands_on_every_order_or_on_none(strict: bool | None) -> None:
    """It is read back as it was given, and is not there where it was not."""
    body = sent(BRACKET, strict)
    orders = (body["trigger-order"], *body["orders"])
    found = [each.get("advanced-instructions") for each in orders]
    assert [None if strict is None else {"strict-position-effect-validation": strict}] * 3 == found
    options = {} if strict is None else {"strict_position_effect_validation": strict}
    assert options == parse(json.dumps(body), Tastytrade).options


def incoherent(body: object) -> list[tuple[str, str]]:
    """Where the order of a body is incoherent, and by which code."""
    with pytest.raises(InvalidOrder) as caught:
        parse({"body": body}, Tastytrade)
    return [(each.where, each.code) for each in caught.value.problems]


def test_what_is_incoherent_is_told_at_its_place_in_the_body() -> None:
    """The core's own findings about an order are located in the vendor's."""
    body = sent(BRACKET)
    target, stop = body["orders"]
    through = {**body, "orders": [{**target, "price": 140}, stop]}
    assert [("orders", "peers-cross"), ("orders[0].price", "exit-through-entry")] == sorted(
        incoherent(through)
    )
