"""The AccountOrderRecords: when they appear, and what they say."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from tests.otoco_snaptrade.engine.conftest import (
    CALL,
    ENTRY,
    EXIT,
    PATH,
    STOP,
    TARGET,
    Desk,
    body,
)

from otoco_snaptrade.engine import SnapTradeEngine

ZONE = timezone(timedelta(hours=-5))


def test_legs_appear_with_the_next_sync() -> None:
    """Before a sync the legs are in the market and not listed; after it they are current."""
    desk = Desk(ENTRY, EXIT)
    desk.run("price 99")
    assert [] == desk.engine.orders()
    assert [("order-000001", Decimal(10), Decimal(99))] == desk.engine.fills()
    desk.engine.sync()
    desk.engine.place(PATH, body(TARGET, STOP))
    assert ["EXECUTED", "ACCEPTED"] == [record["status"] for record in desk.engine.orders()]
    desk.run("price 95")
    assert ["EXECUTED", "EXECUTED"] == [record["status"] for record in desk.engine.orders()]
    desk.engine.sync()
    assert 4 == len(desk.engine.orders())


def test_a_group_is_known_without_a_sync() -> None:
    """The legs of a group are listed as they were requested."""
    engine = SnapTradeEngine()
    engine.place(PATH, body(STOP, ENTRY, TARGET))
    expected = [("order-000001", "PEER"), ("order-000002", "TRIGGER"), ("order-000003", "PEER")]
    assert expected == engine.group("group-000001")


def test_a_sync_may_lie_in_the_past() -> None:
    """Legs that were placed after it stay unlisted; without a clock every leg is old."""
    engine = SnapTradeEngine()
    engine.place(PATH, body(STOP, TARGET))
    early = datetime(2026, 11, 20, 10, tzinfo=ZONE)
    engine.clock(early)
    engine.place(PATH, body(STOP, TARGET))
    engine.sync(early - timedelta(seconds=1))
    assert 2 == len(engine.orders())
    engine.sync(early)
    assert 4 == len(engine.orders())


def test_groups_are_kept_with_the_ids_of_the_caller() -> None:
    """No record shows the client_order_id, and the records of a group need no sync."""
    engine = SnapTradeEngine()
    assert (None, []) == (engine.newest, engine.groups)
    client_id = "0B0E7C1E-6a3c-4d5c-9c55-2f4b7d0a9e11"
    engine.place(PATH, body(STOP, TARGET, client_order_id=client_id))
    engine.place(PATH, body(ENTRY, EXIT))
    assert ["group-000001", "group-000002"] == engine.groups
    assert "group-000002" == engine.newest
    assert [client_id, None] == [engine.client_order_id(group) for group in engine.groups]
    records = engine.records("group-000002")
    engine.sync()
    assert engine.orders()[2:] == records
    for ask in (engine.client_order_id, engine.records):
        with pytest.raises(ValueError, match="no group 'group-000003'"):
            ask("group-000003")


def test_a_record() -> None:
    """Numbers are text, what does not apply is null, and the legs share the group id."""
    engine = SnapTradeEngine()
    engine.clock(datetime(2026, 11, 20, 10, tzinfo=ZONE))
    engine.place(PATH, body(ENTRY | {"units": 10.5}, EXIT))
    engine.clock(datetime(2026, 11, 20, 11, tzinfo=ZONE))
    engine.fill("order-000001", Decimal("0.50"), Decimal("99.10"))
    engine.fill("order-000001", Decimal(1), Decimal("99.40"))
    engine.sync()
    entry, exit_ = engine.orders()
    expected = {
        "brokerage_order_id": "order-000001",
        "brokerage_group_order_id": "group-000001",
        "order_role": "TRIGGER",
        "status": "PARTIAL",
        "universal_symbol": {"symbol": "AAPL", "raw_symbol": "AAPL"},
        "option_symbol": None,
        "action": "BUY",
        "total_quantity": "10.5",
        "open_quantity": "9",
        "canceled_quantity": "0",
        "filled_quantity": "1.5",
        "execution_price": "99.3",
        "limit_price": "100",
        "stop_price": None,
        "order_type": "Limit",
        "time_in_force": "GTC",
        "time_placed": "2026-11-20T15:00:00+00:00",
        "time_updated": "2026-11-20T16:00:00+00:00",
        "time_executed": "2026-11-20T16:00:00+00:00",
        "expiry_date": None,
        "child_brokerage_order_ids": None,
    }
    assert expected == entry
    assert json.loads(json.dumps(entry)) == entry
    waiting = {"order_role": "CONDITIONAL", "status": "CONTINGENT_ORDER", "stop_price": "95"}
    nothing = {"limit_price": None, "execution_price": None, "time_executed": None}
    same = {"brokerage_group_order_id": "group-000001", "time_updated": entry["time_placed"]}
    assert waiting | nothing | same == {key: exit_[key] for key in {**waiting, **nothing, **same}}


@pytest.mark.parametrize(
    ("action", "word"),
    [
        ("BUY", "BUY"),
        ("SELL", "SELL"),
        ("BUY_TO_OPEN", "BUY_OPEN"),
        ("BUY_TO_CLOSE", "BUY_CLOSE"),
        ("SELL_TO_OPEN", "SELL_OPEN"),
        ("SELL_TO_CLOSE", "SELL_CLOSE"),
    ],
)
def test_actions_and_symbols_are_spelt_as_in_records(action: str, word: str) -> None:
    """An option is its ticker, and an action loses its TO."""
    engine = SnapTradeEngine(contract="2026-10")
    option = {"symbol": CALL, "type": "OPTION"}
    engine.place(PATH, body(ENTRY | {"action": action, "instrument": option}, EXIT))
    record = engine.events[0]
    assert word == record["action"]
    assert (None, {"ticker": CALL}) == (record["universal_symbol"], record["option_symbol"])


@pytest.mark.parametrize(
    ("number", "text"),
    [(1000, "1000"), (1e16, "10000000000000000"), (0.00001, "0.00001"), (Decimal("2.50"), "2.5")],
)
def test_numbers_are_plain_text(number: float | Decimal, text: str) -> None:
    """No exponent, no trailing zeros, and a float is the number that it prints."""
    engine = SnapTradeEngine()
    engine.place(PATH, body(ENTRY | {"units": number, "price": number}, EXIT))
    record = engine.events[0]
    assert (text, text) == (record["total_quantity"], record["limit_price"])


@pytest.mark.parametrize(
    ("script", "answers", "expected"),
    [
        ("", {}, "10 10 0 0"),
        ("fill 2 4 110", {}, "10 0 10 0"),
        ("fill 2 4 110", {"peer_partial": "reduce"}, "10 6 4 0"),
        ("fill 1 4 95;cancel 1", {}, "10 0 6 4"),
        ("fill 1 4 95;reject 1", {}, "10 0 6 4"),
        ("price 95", {}, "10 0 0 10"),
    ],
)
def test_quantities(script: str, answers: dict[str, Any], expected: str) -> None:
    """Open, cancelled and filled make up the total; a reduction counts as cancelled."""
    desk = Desk(STOP, TARGET, **answers)
    desk.run(script)
    desk.engine.sync()
    record = desk.engine.orders()[0]
    keys = ("total_quantity", "open_quantity", "canceled_quantity", "filled_quantity")
    assert expected == " ".join(str(record[key]) for key in keys)


def test_the_events_are_the_changes_of_the_records() -> None:
    """Every change is there in its order, synced or not, as it was then."""
    desk = Desk(ENTRY, TARGET, STOP)
    desk.run("fill 1 4 100;price 100;price 94")
    expected = [
        ("1", "ACCEPTED"),
        ("2", "CONTINGENT_ORDER"),
        ("3", "CONTINGENT_ORDER"),
        ("1", "PARTIAL"),
        ("1", "EXECUTED"),
        ("2", "ACCEPTED"),
        ("3", "ACCEPTED"),
        ("3", "EXECUTED"),
        ("2", "CANCELED"),
    ]
    found = [
        (str(event["brokerage_order_id"])[-1], event["status"]) for event in desk.engine.events
    ]
    assert expected == found
