"""Cancelling, interrupting and looking things up, as the sandbox does it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from otoco_tradovate.engine import (
    STRATEGY,
    Progress,
    Refusal,
    TradovateEngine,
    cancellation,
    interruption,
)

Row = dict[str, Any]

COMMON: Row = {"accountId": 12345, "accountSpec": "DEMO12345", "symbol": "MESM7", "action": "Buy"}
ENTRY: Row = COMMON | {"orderQty": 2, "orderType": "Limit", "price": 100, "timeInForce": "GTC"}
STOP: Row = {"action": "Sell", "orderType": "Stop", "stopPrice": 90, "timeInForce": "GTC"}
PARAMS: Row = {
    "entryVersion": {"orderQty": 2, "orderType": "Limit", "price": 100},
    "brackets": [{"qty": 2, "profitTarget": 10, "stopLoss": -10}],
}
STARTED: Row = COMMON | {"orderStrategyTypeId": 2, "params": json.dumps(PARAMS)}
TEN, ELEVEN = (datetime(2026, 11, 20, hour, tzinfo=UTC) for hour in (10, 11))


@pytest.fixture
def engine() -> TradovateEngine:
    """An account with no orders."""
    return TradovateEngine()


@pytest.mark.parametrize(
    ("read", "body", "expected"),
    [
        (cancellation, {"orderId": 1}, {"orderId": 1}),
        (
            cancellation,
            {"orderId": Decimal("7.0"), "clOrdId": "x", "customTag50": "t", "isAutomated": True},
            {"orderId": 7, "clOrdId": "x", "customTag50": "t", "isAutomated": True},
        ),
        (
            cancellation,
            {"orderId": 1, "activationTime": TEN.isoformat()},
            {"orderId": 1, "activationTime": TEN},
        ),
        (interruption, {"orderStrategyId": 3}, {"orderStrategyId": 3}),
    ],
)
def test_a_change_is_read(read: Callable[[object], Row], body: Row, expected: Row) -> None:
    """The fields of the 2024 schema."""
    assert expected == read(body)


@pytest.mark.parametrize(
    ("read", "body", "description"),
    [
        (cancellation, {}, "orderId is missing"),
        (cancellation, {"orderId": 0}, "orderId is a positive whole number of 64 bits"),
        (cancellation, {"orderId": 1, "customTag50": "t" * 51}, "customTag50 is text of 1 to 50"),
        (cancellation, {"orderId": 1, "price": 1}, "price is no field of this request"),
        (interruption, {"orderStrategyId": "3"}, "orderStrategyId is a finite number"),
        (interruption, {"orderStrategyId": 3, "isAutomated": True}, "isAutomated is no field"),
        (interruption, [], "the body is an object"),
    ],
)
def test_a_change_that_cannot_be_read_is_refused(
    read: Callable[[object], Row], body: object, description: str
) -> None:
    """As a placement is: with its violations."""
    with pytest.raises(Refusal) as caught:
        read(body)
    assert caught.value.reply["violations"][0]["description"].startswith(description)


def test_a_cancellation_is_a_command_with_its_tags(engine: TradovateEngine) -> None:
    """The command's id is the answer."""
    engine.place("/order/placeorder", ENTRY)
    command = engine.cancel(1, {"orderId": 1, "clOrdId": "away", "customTag50": "t"})
    found = engine.entity("command", command)
    assert found is not None
    assert ("Cancel", 1, "away", "t") == tuple(
        found[name] for name in ("commandType", "orderId", "clOrdId", "customTag50")
    )


def test_an_order_shows_its_progress(engine: TradovateEngine) -> None:
    """What has filled, and whether it waits for another's fill."""
    engine.place("/order/placeoso", ENTRY | {"bracket1": STOP})
    engine.fill(1, Decimal(1), Decimal(100))
    assert Progress("MESM7", "Buy", 2, "Working", 1, is_held=False) == engine.progress(1)
    assert Progress("MESM7", "Sell", 2, "Suspended", 0, is_held=True) == engine.progress(2)
    with pytest.raises(KeyError):
        engine.progress(3)


def test_an_entity_is_looked_up_by_its_id(engine: TradovateEngine) -> None:
    """A copy of it, or nothing; any symbol is a contract, and one only."""
    assert engine.entity("order", 1) is None
    contract = engine.contract("MESM7")
    assert contract == engine.contract("MESM7") == engine.entity("contract", contract["id"])
    assert engine.entity("order", contract["id"]) is None


def test_a_strategy_is_interrupted_while_it_is_active(engine: TradovateEngine) -> None:
    """Its orders are named and left as they are, and their end no longer finishes it."""
    strategy = engine.place(STRATEGY, STARTED)["orderStrategy"]["id"]
    orders = engine.strategy(strategy)
    assert orders == engine.interrupt(strategy)
    with pytest.raises(ValueError, match=f"{strategy} is no active order strategy"):
        engine.interrupt(strategy)
    engine.cancel(orders[0])
    found = engine.entity("orderStrategy", strategy)
    assert found is not None
    assert "ExecutionInterrupted" == found["status"]
    with pytest.raises(KeyError):
        engine.strategy(orders[0])


def test_a_finished_strategy_is_not_active(engine: TradovateEngine) -> None:
    """When nothing of it can happen any more; of another one it can."""
    first = engine.place(STRATEGY, STARTED)["orderStrategy"]["id"]
    second = engine.place(STRATEGY, STARTED)["orderStrategy"]["id"]
    engine.cancel(engine.strategy(first)[0])
    statuses = [each["status"] for each in engine.entities("orderStrategy")]
    assert ["ExecutionFinished", "ActiveStrategy"] == statuses
    with pytest.raises(ValueError, match="no active"):
        engine.interrupt(first)
    assert 3 == len(engine.interrupt(second))


def test_the_clock_is_held_against_those_orders_that_go_by_it(engine: TradovateEngine) -> None:
    """Those that expire or activate, once, whatever became of them before."""
    gtd = {"timeInForce": "GTD", "expireTime": TEN.isoformat()}
    for body in (ENTRY | gtd, ENTRY | gtd, ENTRY, ENTRY | {"activationTime": ELEVEN.isoformat()}):
        engine.place("/order/placeorder", body)
    engine.cancel(1)
    seen = []
    for moment in (TEN, ELEVEN, ELEVEN):
        engine.clock(moment)
        seen.append([order["ordStatus"] for order in engine.orders()])
    assert ["Canceled", "Expired", "Working", "Suspended"] == seen[0]
    assert ["Canceled", "Expired", "Working", "Working"] == seen[1] == seen[2]
