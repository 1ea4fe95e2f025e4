"""When a leg executes: order types, times in force, sessions, and calls that cannot apply."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from tests.otoco_snaptrade.engine.conftest import (
    ENTRY,
    EXIT,
    PATH,
    STOP,
    TARGET,
    Desk,
    after,
    body,
    leg,
)

FAR = leg("CONDITIONAL", "SELL", "Limit", price=900)


def fill_prices(desk: Desk) -> list[tuple[int, str]]:
    """Which leg filled at which price."""
    return [(desk.ids.index(one) + 1, str(price)) for one, _, price in desk.engine.fills()]


@pytest.mark.parametrize(
    ("action", "order_type", "prices", "idle", "hit"),
    [
        ("BUY", "Market", {}, [], "100"),
        ("SELL", "Market", {}, [], "100"),
        ("BUY", "Limit", {"price": 100}, ["100.01"], "100"),
        ("BUY", "Limit", {"price": 100}, ["101"], "99"),
        ("SELL", "Limit", {"price": 100}, ["99.99"], "100"),
        ("SELL", "Limit", {"price": 100}, ["99"], "101"),
        ("BUY", "Stop", {"stop": 100}, ["99.99"], "100"),
        ("BUY", "Stop", {"stop": 100}, ["99"], "101"),
        ("SELL", "Stop", {"stop": 100}, ["100.01"], "100"),
        ("SELL", "Stop", {"stop": 100}, ["101"], "99"),
        ("BUY", "StopLimit", {"stop": 100, "price": 102}, ["99"], "101"),
        ("BUY", "StopLimit", {"stop": 100, "price": 102}, ["99", "103", "102.5"], "98"),
        ("SELL", "StopLimit", {"stop": 100, "price": 98}, ["101"], "99"),
        ("SELL", "StopLimit", {"stop": 100, "price": 98}, ["101", "97", "97.5"], "102"),
        ("SELL", "Limit", {"price": -1}, ["-2"], "-1"),
    ],
)
def test_order_types(
    action: str, order_type: str, prices: dict[str, int], idle: list[str], hit: str
) -> None:
    """A leg rests through the trades that do not reach it, and fills whole at the one that does."""
    desk = Desk(leg("TRIGGER", action, order_type, **prices), FAR)
    for price in idle:
        desk.run(f"price {price}")
    assert [] == desk.engine.fills()
    desk.run(f"price {hit};price {hit}")
    assert [(desk.ids[0], Decimal(10), Decimal(hit))] == desk.engine.fills()


def test_a_trade_of_another_symbol_touches_nothing() -> None:
    """Each leg follows the price of its own symbol."""
    desk = Desk(ENTRY, FAR)
    desk.engine.price("MSFT", Decimal(1))
    assert [] == desk.engine.fills()


def test_a_triggered_stop_limit_says_so() -> None:
    """The record of a stop-limit that waits at its limit is TRIGGERED; that of a stop never is."""
    entry = leg("TRIGGER", "BUY", "StopLimit", stop=100, price=101)
    desk = Desk(entry, FAR)
    desk.run("price 105")
    assert ["TRIGGERED 0+10", "CONTINGENT_ORDER 0+0"] == desk.state()
    desk.run("fill 1 4 101")
    assert "PARTIAL 4+6" == desk.state()[0]
    assert ["PARTIAL 1+9", "CONTINGENT_ORDER 0+0"] == after("fill 1 1 99;price 105", entry, FAR)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ("price 94", [(1, "94"), (2, "94")]),
        ("price 97", [(1, "97")]),
        ("price 101", []),
        ("", []),
    ],
)
def test_what_goes_live_through_the_market_executes_at_once(
    known: str, expected: list[tuple[int, str]]
) -> None:
    """A known last price is tested at placement, and again for the children that it arms."""
    assert expected == fill_prices(Desk(ENTRY, EXIT, known=known))


def test_a_child_is_tested_against_the_trade_that_armed_it() -> None:
    """A child through the market executes within the trade, and so does a market child."""
    desk = Desk(ENTRY, leg("CONDITIONAL", "SELL", "Market"))
    desk.run("fill 1 10 99.5")
    assert [(1, "99.5"), (2, "99.5")] == fill_prices(desk)


def test_a_market_child_of_another_symbol_waits_for_a_price_of_it() -> None:
    """Without a last price of its symbol a market order fills at the next trade."""
    desk = Desk(ENTRY, leg("CONDITIONAL", "SELL", "Market", symbol="MSFT"))
    desk.run("price 100")
    assert [(1, "100")] == fill_prices(desk)
    desk.engine.price("MSFT", Decimal(7))
    assert [(1, "100"), (2, "7")] == fill_prices(desk)


@pytest.mark.parametrize("time_in_force", ["IOC", "FOK"])
@pytest.mark.parametrize(
    ("known", "script", "expected"),
    [
        ("price 99", "", "EXECUTED 10+0"),
        ("price 101", "price 99", "CANCELED 0+0"),
        ("", "", "ACCEPTED 0+10"),
        ("", "price 101;price 99", "CANCELED 0+0"),
        ("", "price 100", "EXECUTED 10+0"),
    ],
)
def test_at_once_or_not_at_all(time_in_force: str, known: str, script: str, expected: str) -> None:
    """IOC and FOK are decided by the last known price, else by the next trade."""
    entry = ENTRY | {"time_in_force": time_in_force}
    assert expected == after(script, entry, FAR, known=known)[0]


def test_a_partial_fill_at_once() -> None:
    """What an IOC leaves after a partial fill is cancelled; an FOK has none."""
    ioc, fok = (ENTRY | {"time_in_force": word} for word in ("IOC", "FOK"))
    assert ["PARTIAL_CANCELED 4+0", "ACCEPTED 0+4"] == after("fill 1 4 100", ioc, FAR)
    assert "EXECUTED 10+0" == after("fill 1 10 100", fok, FAR)[0]
    with pytest.raises(ValueError, match="is FOK: 10 or none"):
        after("fill 1 4 100", fok, FAR)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("end_session", ["EXPIRED 0+0", "CANCELED 0+0", "CANCELED 0+0"]),
        ("fill 1 10 100;end_session", ["EXECUTED 10+0", "EXPIRED 0+0", "ACCEPTED 0+10"]),
        ("fill 1 4 100;end_session", ["EXPIRED 4+0", "ACCEPTED 0+4", "ACCEPTED 0+4"]),
    ],
)
def test_the_end_of_the_day(script: str, expected: list[str]) -> None:
    """Day legs that are live expire; held ones, and ones that just went live, do not."""
    entry, target = (one | {"time_in_force": "Day"} for one in (ENTRY, TARGET))
    assert expected == after(script, entry, target, STOP)


def test_only_live_legs_expire() -> None:
    """A held Day leg outlives the day, and one good till cancelled too."""
    held = TARGET | {"time_in_force": "Day"}
    expected = ["ACCEPTED 0+10", "CONTINGENT_ORDER 0+0", "CONTINGENT_ORDER 0+0"]
    assert expected == after("end_session", ENTRY, held, STOP)


@pytest.mark.parametrize(
    ("script", "bad", "why"),
    [
        ("", "fill 2 1 100", "order-000002 has 0 live, not 1"),
        ("", "fill 1 11 100", "order-000001 has 10 live, not 11"),
        ("fill 1 4 100", "fill 1 7 100", "order-000001 has 6 live, not 7"),
        ("", "fill 1 0 100", "0 is no quantity"),
        ("", "fill 1 NaN 100", "NaN is no quantity"),
        ("", "fill 1 1 Infinity", "Infinity is no price"),
        ("", "price NaN", "NaN is no price"),
        ("cancel 1", "cancel 1", "order-000001 is CANCELED"),
        ("fill 1 10 100", "cancel 1", "order-000001 is EXECUTED"),
        ("reject 1", "reject 1", "order-000001 is REJECTED"),
        ("cancel 1", "fill 1 1 100", "order-000001 is CANCELED"),
    ],
)
def test_what_cannot_apply_changes_nothing(script: str, bad: str, why: str) -> None:
    """An impossible event is a ValueError, and the engine is as before."""
    desk = Desk(ENTRY, EXIT)
    desk.run(script)
    before = desk.state(), desk.engine.events, desk.engine.fills()
    with pytest.raises(ValueError, match=why):
        desk.run(bad)
    assert before == (desk.state(), desk.engine.events, desk.engine.fills())


@pytest.mark.parametrize("call", ["cancel", "reject", "group", "working"])
def test_an_id_that_does_not_exist(call: str) -> None:
    """A leg is known by its own id, a group by its own; the one is not taken for the other."""
    engine = Desk(ENTRY, EXIT).engine
    unknown = "order-000001" if call == "group" else "group-000001"
    with pytest.raises(ValueError, match=f"no (order|group) '{unknown}'"):
        getattr(engine, call)(unknown)


def test_the_clock() -> None:
    """It dates the records and ends nothing; it has a zone, and does not go backward."""
    engine = Desk(ENTRY, EXIT).engine
    engine.clock(datetime(2026, 11, 20, 15, tzinfo=UTC))
    engine.clock(datetime(2026, 11, 20, 16, tzinfo=timezone(timedelta(hours=1))))
    assert 2 == len(engine.events)
    with pytest.raises(ValueError, match=r"14:59:00.* is before .*15:00:00"):
        engine.clock(datetime(2026, 11, 20, 14, 59, tzinfo=UTC))
    with pytest.raises(ValueError, match="no time zone"):
        engine.clock(datetime(2026, 11, 20, 15))  # noqa: DTZ001 - that is the point


def test_orders_are_handled_in_the_order_of_their_ids() -> None:
    """One trade fills the legs of two groups in the order in which they were placed."""
    desk = Desk(ENTRY, EXIT)
    reply = desk.engine.place(PATH, body(EXIT, ENTRY))
    second = desk.engine.group(str(reply["brokerage_group_order_id"]))
    assert [("order-000003", "CONDITIONAL"), ("order-000004", "TRIGGER")] == second
    desk.run("price 99")
    filled: list[Any] = [order_id for order_id, _, _ in desk.engine.fills()]
    assert ["order-000001", "order-000004"] == filled
