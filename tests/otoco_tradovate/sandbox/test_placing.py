"""Placing and cancelling at the desk, over the paths, and what its ledger then has."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from tests.otoco_tradovate.sandbox.asking import (
    BRACKET,
    CANCEL,
    ENTRY,
    INTERRUPT,
    OCO,
    OSO,
    PAIR,
    PLACE,
    START,
    STRATEGY,
    Asking,
    Row,
)

from otoco.sandbox import Listed, ListedOrder
from otoco_tradovate.engine import Behaviour
from otoco_tradovate.sandbox import Conduct, TradovateDesk


def listed(number: int, side: str, status: str, *, is_child: bool = False) -> ListedOrder:
    """An order of one contract without a fill."""
    return ListedOrder(str(number), "MESM7", side, Decimal(1), status, Decimal(0), is_child)


def statuses(desk: TradovateDesk) -> list[str]:
    """Those of the newest placement's orders."""
    newest = desk.latest()
    assert newest is not None
    return [order.status for order in newest.orders]


@pytest.mark.parametrize(
    ("path", "body", "reply", "expected"),
    [
        (PLACE, ENTRY, {"orderId": 1}, Listed((), None, (listed(1, "Buy", "Working"),))),
        (
            OSO,
            BRACKET,
            {"orderId": 1, "oso1Id": 2, "oso2Id": 3},
            Listed(
                ("i", "i-1", "i-2"),
                None,
                (
                    listed(1, "Buy", "Working"),
                    listed(2, "Sell", "Suspended", is_child=True),
                    listed(3, "Sell", "Suspended", is_child=True),
                ),
            ),
        ),
        (
            OCO,
            PAIR,
            {"orderId": 1, "ocoId": 2},
            Listed(("i",), None, (listed(1, "Sell", "Working"), listed(2, "Sell", "Working"))),
        ),
    ],
)
def test_what_is_placed_is_in_the_ledger(
    path: str, body: Row, reply: Row, expected: Listed, asking: Asking
) -> None:
    """With the caller's ids and the broker's, the entry first."""
    assert asking.desk.latest() is None
    assert reply == asking.post(path, body)
    assert (expected,) == asking.desk.ledger()
    assert expected == asking.desk.latest()


def test_a_strategy_is_in_the_ledger_with_its_orders(asking: Asking) -> None:
    """The reply has no order ids; the ledger has them, and the strategy's uuid and id."""
    strategy = asking.post(START, STRATEGY)["orderStrategy"]
    assert "ActiveStrategy" == strategy["status"]
    links = asking.get(f"/orderStrategyLink/deps?masterid={strategy['id']}")
    (placement,) = asking.desk.ledger()
    assert [str(link["orderId"]) for link in links] == [each.id for each in placement.orders]
    assert (("mine",), str(strategy["id"])) == (placement.given, placement.group)
    assert [False, True, True] == [each.is_child for each in placement.orders]


@pytest.mark.parametrize(
    ("path", "body", "key"),
    [
        (OSO, BRACKET | {"accountId": 1}, "failureReason"),
        (OSO, BRACKET | {"orderQty": "1"}, "violations"),
        (START, STRATEGY | {"accountId": 1}, "failureReason"),
    ],
)
def test_what_is_refused_is_not_in_the_ledger(
    path: str, body: Row, key: str, asking: Asking
) -> None:
    """HTTP 200 says nothing."""
    assert key in asking.post(path, body)
    assert () == asking.desk.ledger()


def test_numbers_are_exact(asking: Asking) -> None:
    """A quantity of 1.0 is one contract, and a price keeps its digits."""
    text = json.dumps(ENTRY | {"orderQty": 1.0}).replace("4150", "4150.1000")
    asking.send("POST", PLACE, text.encode())
    (version,) = asking.get("/orderVersion/list")
    assert (1, 4150.1) == (version["orderQty"], version["price"])


def test_prices_move_orders(asking: Asking) -> None:
    """The entry fills, the brackets go live, and the stop ends the trade."""
    asking.post(OSO, BRACKET)
    asking.desk.price("MESM7", Decimal(4150))
    assert ["Filled", "Working", "Working"] == statuses(asking.desk)
    asking.desk.price("MESM7", Decimal(4125))
    assert ["Filled", "Canceled", "Filled"] == statuses(asking.desk)
    assert [1, 0, 1] == [order.filled for order in asking.desk.ledger()[0].orders]


def test_the_end_of_a_session_ends_day_orders(asking: Asking) -> None:
    """And those alone."""
    asking.post(PLACE, ENTRY | {"timeInForce": "Day"})
    asking.post(PLACE, ENTRY)
    asking.desk.end_session()
    assert ["Expired", "Working"] == [each.orders[0].status for each in asking.desk.ledger()]


def test_a_child_is_rejected_late(asking: Asking) -> None:
    """Its id was in the reply, which proves that it was made and not that it lives."""
    reply = asking.post(OSO, BRACKET)
    asking.desk.reject(str(reply["oso2Id"]))
    assert ["Working", "Suspended", "Rejected"] == statuses(asking.desk)
    with pytest.raises(ValueError, match="order 3 is Rejected"):
        asking.desk.reject("3")


def test_cancelling_gives_a_command(asking: Asking) -> None:
    """Whose tags are the caller's, and which the order's commands show."""
    asking.post(OSO, BRACKET)
    body = {"orderId": 1, "clOrdId": "away", "customTag50": "tag", "isAutomated": True}
    command = asking.post(CANCEL, body)["commandId"]
    assert ["Canceled", "Canceled", "Canceled"] == statuses(asking.desk)
    found = asking.get(f"/command/item?id={command}")
    assert ("Cancel", "away", "tag", True) == tuple(
        found[name] for name in ("commandType", "clOrdId", "customTag50", "isAutomated")
    )


def test_an_order_that_has_ended_is_not_cancelled(asking: Asking) -> None:
    """It is denied, as callers report, or too late, as the enum has it."""
    asking.post(PLACE, ENTRY)
    asking.post(CANCEL, {"orderId": 1})
    reply = asking.send("POST", CANCEL, b'{"orderId":1}')
    assert (401, b"Access is denied") == (reply.status, reply.body)
    other = Asking(TradovateDesk(conduct=Conduct(finished_cancel="too late"))).log_in()
    other.post(PLACE, ENTRY)
    other.post(CANCEL, {"orderId": 1})
    assert "TooLate" == other.post(CANCEL, {"orderId": 1})["failureReason"]


def test_only_an_order_is_cancelled(asking: Asking) -> None:
    """An unknown id is not found, and a body that is no cancel names what is wrong with it."""
    assert 404 == asking.send("POST", CANCEL, b'{"orderId":1}').status
    violations = asking.post(CANCEL, {"order": 1})["violations"]
    assert ["unknown", "required"] == [each["constraint"] for each in violations]


@pytest.mark.parametrize(
    ("interrupted", "expected"),
    [("cancel", ["Canceled"] * 3), ("keep", ["Working", "Suspended", "Suspended"])],
)
def test_a_strategy_is_interrupted_once(interrupted: str, expected: list[str]) -> None:
    """What becomes of its orders is left open; what has ended cannot be interrupted."""
    conduct = Conduct(interrupted=interrupted)  # type: ignore[arg-type]  # one of its answers
    asking = Asking(TradovateDesk(conduct=conduct)).log_in()
    strategy = asking.post(START, STRATEGY)["orderStrategy"]["id"]
    reply = asking.post(INTERRUPT, {"orderStrategyId": strategy})["orderStrategy"]
    assert (strategy, "ExecutionInterrupted") == (reply["id"], reply["status"])
    assert expected == statuses(asking.desk)
    again = asking.post(INTERRUPT, {"orderStrategyId": strategy})
    assert {"errorText": "no active order strategy"} == again
    assert "violations" in asking.post(INTERRUPT, {"orderStrategyId": "1"})


def test_a_strategy_that_is_kept_and_interrupted_stays_interrupted() -> None:
    """Its orders end later, and that finishes nothing."""
    asking = Asking(TradovateDesk(conduct=Conduct(interrupted="keep"))).log_in()
    strategy = asking.post(START, STRATEGY)["orderStrategy"]["id"]
    asking.post(INTERRUPT, {"orderStrategyId": strategy})
    asking.post(CANCEL, {"orderId": int(asking.desk.ledger()[0].orders[0].id)})
    assert ["Canceled"] * 3 == statuses(asking.desk)
    found = asking.get(f"/orderStrategy/item?id={strategy}")
    assert "ExecutionInterrupted" == found["status"]


def test_what_the_pages_leave_open_is_chosen() -> None:
    """A desk with another behaviour than the first answers."""
    asking = Asking(TradovateDesk(Behaviour(bracket_link="ocoId"))).log_in()
    asking.post(OSO, BRACKET)
    assert [None, 3, 2] == [order.get("ocoId") for order in asking.get("/order/list")]
