"""Generated stories: what they reach, and that they are about their orders."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import otoco_snaptrade.testing
import otoco_tradovate.testing
from otoco import (
    OTO,
    Instrument,
    Leg,
    Limit,
    Market,
    Offset,
    Order,
    OrderType,
    Shape,
    Side,
    Stop,
    TimeInForce,
    TrailingStop,
    check,
)
from otoco.simulation import (
    Cancel,
    Clock,
    Event,
    Fill,
    Reject,
    SessionEnd,
    Status,
    Trade,
    simulate,
)
from otoco.testing import orders
from otoco.testing.fate import Broker
from otoco.testing.stories import Story, events, stories

BROKERS: Final = {
    "tradovate": otoco_tradovate.testing.broker(),
    "snaptrade": otoco_snaptrade.testing.broker(),
}
MES: Final = Instrument("MESM7", "FUTURE")


@pytest.mark.parametrize("broker", BROKERS.values(), ids=BROKERS)
def test_stories_reach_every_shape_event_and_fate(broker: Broker) -> None:
    """Of what the adapter takes, and most of the events mean something."""
    seen: Counter[object] = Counter()

    @settings(max_examples=8 * settings().max_examples)
    @given(stories(broker))
    def reach(story: Story) -> None:
        order, told = story
        assert () == check(order, broker.adapter)
        seen[order.shape] += 1
        seen.update(type(event) for event in told)
        run = simulate(order, told)
        seen.update(leg.status for leg in run.legs)
        seen["applied"] += len(told) - len(run.ignored)
        seen["ignored"] += len(run.ignored)

    reach()
    shapes = set(broker.adapter.capabilities.forms)
    kinds = {Trade, Fill, Reject, Cancel, SessionEnd, Clock}
    ended = {status for status in Status if status.is_over}
    without_clock = kinds if broker.adapter.name == "tradovate" else kinds - {Clock}
    assert shapes | without_clock | ended <= seen.keys()
    assert seen["ignored"] < 2 * seen["applied"]


@given(
    orders(shapes=[Shape.NESTED, Shape.LADDER]).flatmap(lambda o: st.tuples(st.just(o), events(o)))
)
def test_events_are_about_the_legs_of_any_order(story: tuple[Order, list[Event]]) -> None:
    """Of groups in groups too: their paths, their instruments, and a price for every fill."""
    order, told = story
    paths = {path for path, _, _ in order.legs}
    instruments = {leg.instrument for _, _, leg in order.legs}
    for event in told:
        match event:
            case Trade(instrument=instrument):
                assert instrument in instruments
            case Fill(path=path, price=price):
                assert path in paths
                assert price is not None
            case Reject(path=path) | Cancel(path=path):
                assert path in {"", *paths}
            case _:
                assert isinstance(event, Clock | SessionEnd)


def told(order: Order) -> set[Event]:
    """The events of many stories of an order."""
    found: set[Event] = set()

    @settings(max_examples=60, derandomize=True)
    @given(events(order))
    def tell(story: list[Event]) -> None:
        found.update(story)

    tell()
    return found


def test_the_prices_are_those_of_the_legs_and_around_them() -> None:
    """A step between them where there are several; any price where there is none."""
    entry = Leg(Side.BUY, 4, MES, Limit(100))
    pair = OTO(entry, [Leg(Side.SELL, 4, MES, Stop(90))])
    trades = {event.price for event in told(pair) if isinstance(event, Trade)}
    assert {85, 90, 95, 100, 105} == trades
    alone = Leg(Side.BUY, 4, MES, Market())
    assert {99, 100} == {event.price for event in told(alone) if isinstance(event, Trade)}


@pytest.mark.parametrize("entry", [Market(), Limit(100)])
@pytest.mark.parametrize("exit_", [Stop(Offset(-10)), TrailingStop(10)])
def test_a_distance_is_from_where_its_trigger_fills(entry: OrderType, exit_: OrderType) -> None:
    """At its price, or at any price where it has none; also that of a stop that trails."""
    pair = OTO(Leg(Side.BUY, 4, MES, entry), [Leg(Side.SELL, 4, MES, exit_)])
    assert {85, 90, 95, 100, 105} == {
        event.price for event in told(pair) if isinstance(event, Trade)
    }


def test_a_distance_is_from_the_trigger_right_above_it() -> None:
    """Which can be a distance itself, and in another market than that of the order's first."""
    inner = OTO(Leg(Side.SELL, 4, MES, Stop(Offset(-10))), [Leg(Side.BUY, 4, MES, TrailingStop(4))])
    order = OTO(Leg(Side.BUY, 4, MES, Limit(100)), [inner])
    trades = {event.price for event in told(order) if isinstance(event, Trade)}
    assert {90, 94, 100} <= trades


def test_the_parts_are_those_of_the_quantity_and_one_too_much() -> None:
    """All that may fill now, all of it, halves, one, and all but one."""
    fills = {
        event.quantity
        for event in told(Leg(Side.BUY, 6, MES, Limit(100)))
        if isinstance(event, Fill)
    }
    assert {None, 1, 2, 3, 5, 6, 7} == fills


def test_the_moments_are_those_of_the_legs_and_an_hour_around_them() -> None:
    """As far as the calendar goes."""
    last = datetime.max.replace(tzinfo=UTC, microsecond=0)
    leg = Leg(Side.BUY, 4, MES, Limit(100), TimeInForce.GTD, expire_at=last)
    clocks = {event.now for event in told(leg) if isinstance(event, Clock)}
    assert {last.replace(hour=22), last} == clocks
