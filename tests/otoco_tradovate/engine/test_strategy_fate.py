"""startOrderStrategy at the engine, beside what a ladder means, with requests written by hand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import otoco_tradovate.testing
from otoco import (
    OCO,
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
    StopLimit,
    TimeInForce,
    TrailingStop,
    adapters,
)
from otoco.simulation import Cancel, Event, Fill, Reject, SessionEnd, Status, Trade
from otoco.testing.fate import Question, differences, same_fate
from otoco.testing.laws import LawBroken
from otoco.testing.stories import events

MES: Final = Instrument("MESM7", "FUTURE", tick_size="0.25")
BROKER: Final = otoco_tradovate.testing.broker()
UNSTATED: Final = TimeInForce.UNSTATED
SAME: Final[dict[str, str]] = {
    "MARKET": "Market",
    "LIMIT": "Limit",
    "STOP": "Stop",
    "STOP_LIMIT": "StopLimit",
}
WORDS: Final = {"DAY": "Day", "GTC": "GTC", "IOC": "IOC", "FOK": "FOK"}
KEYS: Final = {"limit_price": "price", "stop_price": "stopPrice"}


def bracket(exits: Iterable[Leg]) -> dict[str, Any]:
    """The exits of one part of an entry, as distances."""
    said: dict[str, Any] = {}
    for leg in exits:
        said["qty"] = int(leg.quantity)
        match leg.order_type:
            case Limit(price=Offset(points=points)):
                said["profitTarget"] = float(points)
            case Stop(price=Offset(points=points)):
                said["stopLoss"] = float(points)
            case TrailingStop(trail=trail, stop=None):
                said["stopLoss"] = float(-trail if leg.side is Side.SELL else trail)
                said["trailingStop"] = True
            case _:
                raise AssertionError(leg)
    return said


def written(order: Order, *_account: object) -> adapters.Plan:
    """The request that says an order whose exits are distances."""
    first, *others = [leg for _, _, leg in order.legs]
    groups: dict[str, list[Leg]] = {}
    for path, _, leg in order.legs[1:]:
        groups.setdefault(path.rpartition("peers")[0] or path, []).append(leg)
    if order.shape is Shape.OTOCO:
        groups = {"": others}
    entry = {"orderQty": int(first.quantity), "orderType": SAME[first.order_type.NAME]}
    prices: dict[str, Any] = {KEYS[key]: float(str(price)) for key, price in first.prices()}
    if first.time_in_force is not UNSTATED:
        prices["timeInForce"] = WORDS[first.time_in_force]
    params = {"entryVersion": entry | prices, "brackets": [*map(bracket, groups.values())]}
    body = {
        "accountId": 12345,
        "accountSpec": "DEMO12345",
        "symbol": first.instrument.symbol,
        "orderStrategyTypeId": 2,
        "action": first.side.title(),
        "params": json.dumps(params),
    }
    return adapters.Plan((adapters.Request("POST", "/orderStrategy/startorderstrategy", body),))


@pytest.fixture(autouse=True)
def by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Place what is written here."""
    monkeypatch.setattr("otoco.testing._placed.translate", written)


def exits(side: Side, quantity: int, target: int | None, stop: OrderType | None) -> OCO | Leg:
    """The exits of a part of an entry on the other side."""
    types = [] if target is None else [Limit(Offset(target))]
    legs = [
        Leg(side, quantity, MES, order_type, UNSTATED)
        for order_type in (*types, stop)
        if order_type is not None
    ]
    return OCO(legs) if len(legs) > 1 else legs[0]


SELL: Final = Side.SELL
TWO: Final = OTO(
    Leg(Side.BUY, 3, MES, Limit(100), UNSTATED),
    [
        exits(SELL, 2, 10, Stop(Offset(-5))),
        exits(SELL, 1, 20, TrailingStop(5)),
    ],
)


@st.composite
def ladders(draw: st.DrawFn) -> Order:
    """Entries of every type that a strategy has, left in one to three parts."""
    side = draw(st.sampled_from(Side))
    sign = 1 if side is Side.BUY else -1
    parts = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    types = [Market(), Limit(100), Stop(100), StopLimit(100, 100 + sign)]
    entry = Leg(
        side,
        sum(parts),
        MES,
        draw(st.sampled_from(types)),
        draw(st.sampled_from([UNSTATED, UNSTATED, "DAY", "GTC", "IOC", "FOK"])),
    )
    conditionals = [
        exits(side.opposite, part, target and sign * target, stop)
        for part in parts
        for target, stop in [
            draw(
                st.sampled_from(
                    [
                        (10, None),
                        (10, Stop(Offset(-5 * sign))),
                        (20, Stop(Offset(-10 * sign))),
                        (10, TrailingStop(5)),
                        (None, Stop(Offset(-5 * sign))),
                        (None, TrailingStop(10)),
                    ]
                )
            )
        ]
    ]
    return OTO(entry, conditionals)


def test_law_6_for_strategies() -> None:
    """Every part of an entry fares as it is meant to, under every combination of answers."""
    seen: Counter[str] = Counter()
    stories = ladders().flatmap(lambda order: st.tuples(st.just(order), events(order, least=4)))

    @settings(suppress_health_check=[HealthCheck.too_slow])
    @given(stories)
    def law(story: tuple[Order, list[Event]]) -> None:
        seen.update(same_fate(*story, BROKER))
        seen.update([story[0].shape])

    law()
    shapes = {Shape.OTO, Shape.OTOCO, Shape.LADDER}
    assert {*Status, *shapes, "in part", "runs"} - {Status.PARTLY_FILLED} <= seen.keys()


IN: Final = Fill("trigger", 3, 100)
ONE: Final = "conditionals[0].peers"
OTHER: Final = "conditionals[1].peers"
STORIES: Final[dict[str, list[Event]]] = {
    "parts at two prices": [Fill("trigger", 1, 100), Fill("trigger", 2, 97), Trade("107.5")],
    "parts, and a trail from the last": [
        Fill("trigger", 2, 100),
        Fill("trigger", 1, 94),
        Trade(90),
    ],
    "the first part belongs to the first": [Fill("trigger", 1, 100), Trade(110), Trade(120)],
    "it ends after a part": [Fill("trigger", 1, 100), Cancel("trigger"), Trade(95)],
    "shared between exits": [
        Fill("trigger", 2, 100),
        Fill(f"{ONE}[0]", 1, 110),
        Fill(f"{ONE}[1]", 1, 95),
        Cancel("trigger"),
    ],
    "no exit ends with the session": [IN, SessionEnd(), Trade(95)],
    "one part ends, and the other lives": [IN, Trade(110), Reject(f"{OTHER}[0]"), Trade(105)],
    "a part of a ladder is cancelled": [Cancel("conditionals[1]"), IN, Trade(110)],
}


@pytest.mark.parametrize("told", STORIES.values(), ids=STORIES)
def test_stories_of_a_ladder(told: list[Event]) -> None:
    """Each under the 32 combinations of answers that a policy knows."""
    assert 32 == same_fate(TWO, told, BROKER)["runs"]


def test_a_part_shared_between_exits_is_a_matter_of_words_in_a_ladder_too() -> None:
    """Of 4 contracts 2 are in, and both exits of a part of 3 take one."""
    order = OTO(
        Leg(Side.BUY, 4, MES, Limit(100), UNSTATED),
        [exits(SELL, 3, 10, Stop(Offset(-5))), exits(SELL, 1, 20, None)],
    )
    told = [
        Fill("trigger", 2, 100),
        Fill(f"{ONE}[0]", 1, 110),
        Fill(f"{ONE}[1]", 1, 95),
        Cancel("trigger"),
    ]
    assert 32 == same_fate(order, told, BROKER)["runs"]


DIFFERENT: Final[dict[str, tuple[str, list[Event], list[str]]]] = {
    "the trail starts at the market": (
        "trailing_start",
        [Fill("trigger", 2, 104), Fill("trigger", 1, 95)],
        [
            f"{OTHER}[0] by trailing_start: fill: CANCELLED; market: WORKING 1",
            f"{OTHER}[1] by trailing_start: fill: FILLED, 1 filled; market: WORKING 1",
        ],
    ),
    "an exit may be for the day": (
        "missing_time_in_force",
        [IN, SessionEnd()],
        [
            f"{path}[{index}] by missing_time_in_force: Day: EXPIRED; GTC: WORKING {size}"
            for path, size in ((ONE, 2), (OTHER, 1))
            for index in (0, 1)
        ],
    ),
}


@pytest.mark.parametrize(("name", "told", "expected"), DIFFERENT.values(), ids=DIFFERENT)
def test_what_a_question_changes(name: str, told: list[Event], expected: list[str]) -> None:
    """With the other answer as the neutral one the law would be broken."""
    assert expected == [str(each) for each in differences(TWO, told, BROKER, [name])]
    question = BROKER.questions[name]
    other = next(answer for answer in question.answers if answer != question.neutral)
    wrong = attrs.evolve(
        BROKER, questions={**BROKER.questions, name: Question(question.answers, neutral=other)}
    )
    with pytest.raises(LawBroken, match="is meant to be WORKING"):
        same_fate(TWO, told, wrong)


def test_only_questions_about_the_order_are_asked() -> None:
    """Of one that states all and does not trail, nothing about trails and lives."""
    stated = OTO(
        Leg(Side.BUY, 1, MES, Limit(100), "GTC"),
        [Leg(SELL, 1, MES, Stop(Offset(-5)), "GTC")],
    )
    about = {name: question.about for name, question in BROKER.questions.items()}
    special = {"trailing_start", "missing_time_in_force", "child_time_in_force"}
    assert special == {name for name, holds in about.items() if not holds(stated)}
    assert all(holds(TWO) for holds in about.values())
