"""What the adapter makes of trees: one body for one meaning, and the way back from any depth."""

from __future__ import annotations

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
    Refused,
    Stop,
    parse,
    translate,
)
from otoco.adapters import Semantics
from otoco_schwab import Schwab

ACCOUNT = "0A1B2C3D4E5F60718293A4B5C6D7E8F9"
SHARE = Instrument("AAPL", "EQUITY")


def leg(side: str, order_type: OrderType, effect: str) -> Leg:
    """A leg for one share."""
    return Leg(side, 1, SHARE, order_type, time_in_force="GTC", position_effect=effect)


ENTRY = leg("BUY", Limit(150), "OPEN")
TARGET, STOP = leg("SELL", Limit(160), "CLOSE"), leg("SELL", Stop(145), "CLOSE")


def sent(order: Order, session: str = "NORMAL") -> dict[str, Any]:
    """The body of the one request that says an order."""
    (request,) = translate(order, Schwab(ACCOUNT, session)).requests
    return dict(request.body)


def chain(groups: int) -> dict[str, Any]:
    """A body of so many groups, each the only child of the one around it."""
    node = sent(ENTRY)
    for _ in range(groups):
        node = {
            **sent(ENTRY),
            "orderStrategyType": "TRIGGER",
            "childOrderStrategies": [node],
        }
    return node


def refused(body: object) -> list[tuple[str, str]]:
    """Where a body is refused, and by which code."""
    with pytest.raises(Refused) as caught:
        parse({"path": "", "body": body}, Schwab)
    return [(each.where, each.code) for each in caught.value.refusals]


def test_nothing_is_documented_of_the_life_of_a_group() -> None:
    """Full or any fill, partial fills of peers and double ids: the portal says nothing."""
    assert Semantics() == Schwab().capabilities.semantics


def test_the_body_of_the_reply_carries_no_ids() -> None:
    """An accepted order is answered with an empty body; its id is in a header."""
    (request,) = translate(OCO([TARGET, STOP]), Schwab(ACCOUNT)).requests
    assert {} == request.reply_ids


def test_a_trigger_of_one_pair_has_one_body() -> None:
    """An OTO whose only conditional is an OCO is an OTOCO, here as in the model."""
    (pair,) = sent(OTOCO(ENTRY, [TARGET, STOP]))["childOrderStrategies"]
    assert sent(OCO([TARGET, STOP])) == pair
    assert sent(OTO(ENTRY, [OCO([TARGET, STOP])])) == sent(OTOCO(ENTRY, [TARGET, STOP]))


def test_every_order_of_a_tree_works_in_the_session() -> None:
    """An OCO has no session of its own, and each order inside it has."""
    body = sent(OTOCO(ENTRY, [TARGET, STOP]), "SEAMLESS")
    (pair,) = body["childOrderStrategies"]
    assert {"orderStrategyType", "childOrderStrategies"} == pair.keys()
    orders = (body, *pair["childOrderStrategies"])
    assert ["SEAMLESS"] * 3 == [each["session"] for each in orders]


@pytest.mark.parametrize("session", ["NORMAL", "AM", "PM", "SEAMLESS"])
def test_a_session_is_read_back_unless_it_is_the_usual(session: str) -> None:
    """Regular hours are what an account without the option has."""
    parsed = parse(sent(ENTRY, session), Schwab)
    assert ({} if session == "NORMAL" else {"session": session}) == parsed.options


def test_a_tree_as_deep_as_an_order_goes_comes_back() -> None:
    """Eight groups inside one another are the most that an order has."""
    assert chain(8) == sent(parse(chain(8), Schwab).order)


@pytest.mark.parametrize("groups", [9, 300, 3000])
def test_a_deeper_tree_is_refused_at_the_first_group_too_many(groups: int) -> None:
    """However deep a body nests, reading it ends."""
    assert [(".".join(["childOrderStrategies[0]"] * 8), "nesting")] == refused(chain(groups))


def test_a_body_that_holds_itself_is_refused() -> None:
    """A dictionary need not come from JSON."""
    body = chain(1)
    body["childOrderStrategies"] = [body]
    assert [(".".join(["childOrderStrategies[0]"] * 8), "nesting")] == refused(body)


def incoherent(body: object) -> list[tuple[str, str]]:
    """Where the order of a body is incoherent, and by which code."""
    with pytest.raises(InvalidOrder) as caught:
        parse({"body": body}, Schwab)
    return [(each.where, each.code) for each in caught.value.problems]


PAIR = sent(OCO([TARGET, STOP]))
CROSSING = {
    **PAIR,
    "childOrderStrategies": [
        {**PAIR["childOrderStrategies"][0], "price": "140.00"},
        PAIR["childOrderStrategies"][1],
    ],
}
BRACKET = {**sent(ENTRY), "orderStrategyType": "TRIGGER"}
GROUPS: dict[str, tuple[object, list[tuple[str, str]]]] = {
    "peers that cross": (CROSSING, [("childOrderStrategies", "peers-cross")]),
    "peers of a bracket that cross": (
        {**BRACKET, "childOrderStrategies": [CROSSING]},
        [("childOrderStrategies[0].childOrderStrategies", "peers-cross")],
    ),
    "a target of a bracket through the entry": (
        {
            **BRACKET,
            "price": "165.00",
            "childOrderStrategies": [PAIR],
        },
        [("childOrderStrategies[0].childOrderStrategies[0].price", "exit-through-entry")],
    ),
    "peers of the second rung that cross": (
        {**BRACKET, "childOrderStrategies": [PAIR, CROSSING]},
        [("childOrderStrategies[1].childOrderStrategies", "peers-cross")],
    ),
    "a peer that ends at once, a trigger itself": (
        {
            **PAIR,
            "childOrderStrategies": [
                PAIR["childOrderStrategies"][0],
                {**BRACKET, "duration": "FILL_OR_KILL", "childOrderStrategies": [sent(STOP)]},
            ],
        },
        [("childOrderStrategies[1].duration", "immediate-peer")],
    ),
}


@pytest.mark.parametrize(("body", "expected"), GROUPS.values(), ids=GROUPS)
def test_what_is_incoherent_is_told_at_its_place_in_the_body(
    body: object, expected: list[tuple[str, str]]
) -> None:
    """The core's own findings about groups are located in the tree."""
    assert expected == incoherent(body)


def test_a_tree_of_too_many_orders_is_told_as_a_whole() -> None:
    """The most that an order has are 256 legs."""
    body = {**BRACKET, "childOrderStrategies": [sent(STOP)] * 256}
    assert [("", "nesting")] == incoherent(body)
