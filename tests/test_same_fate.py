"""Law 6 at the brokers of this repository, and what their open questions change.

What is compared, and how, is `otoco.testing.fate`; what a broker leaves open is in the `testing`
package of its adapter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import Final

import pytest
from hypothesis import given, settings

import otoco_snaptrade.engine
import otoco_snaptrade.testing
import otoco_tradovate.engine
import otoco_tradovate.testing
from otoco import (
    OTO,
    OTOCO,
    Arming,
    Instrument,
    Leg,
    Limit,
    Order,
    PartialFill,
    Side,
    Stop,
)
from otoco.simulation import (
    BothTouched,
    Cancel,
    Event,
    Fill,
    PartialEntry,
    PeerEnds,
    Policy,
    Reject,
    Status,
    Trade,
)
from otoco.testing.fate import Answers, Broker, Difference, Fate, Placed, differences, same_fate
from otoco.testing.stories import Story, stories

BROKERS: Final = {
    "tradovate": otoco_tradovate.testing.broker(),
    "snaptrade": otoco_snaptrade.testing.broker(),
    "snaptrade 2026-10": otoco_snaptrade.testing.broker("2026-10"),
}
ENGINES: Final = {"tradovate": otoco_tradovate.engine, "snaptrade": otoco_snaptrade.engine}
each_broker = pytest.mark.parametrize("broker", BROKERS.values(), ids=BROKERS)


@each_broker
def test_law_6_same_fate(broker: Broker) -> None:
    """Under every combination of answers, legs fare as they are meant to, event by event."""
    seen: Counter[str] = Counter()

    @settings(max_examples=max(300, settings().max_examples))  # some ends are rare
    @given(stories(broker))
    def law(story: Story) -> None:
        seen.update(same_fate(*story, broker))

    law()
    assert {*Status, "in part", "runs"} - {Status.PARTLY_FILLED} == seen.keys()


@each_broker
def test_every_question_of_the_engine_is_asked(broker: Broker) -> None:
    """With all its answers, the default first, whether or not it can be compared."""
    open_questions = ENGINES[broker.adapter.name].OPEN_QUESTIONS
    asked = {name: question.answers for name, question in broker.questions.items()}
    assert open_questions == asked


@each_broker
def test_every_policy_is_compared(broker: Broker) -> None:
    """Neither broker documents a field of a policy, so the law holds the order to all of them."""
    every = product(Arming, PartialFill, BothTouched, PeerEnds, PartialEntry)
    assert {Policy(*choices) for choices in every} == {each for _, each in broker.combinations()}


MES: Final = Instrument("MESM7", "FUTURE")
AAPL: Final = Instrument("AAPL", "EQUITY")


def bracket(instrument: Instrument) -> OTOCO:
    """Buy 4 at 100, take the profit at 110, stop the loss at 90."""

    def exit_(order_type: Limit | Stop) -> Leg:
        return Leg(Side.SELL, 4, instrument, order_type)

    entry = Leg(Side.BUY, 4, instrument, Limit(100))
    return OTOCO(entry, [exit_(Limit(110)), exit_(Stop(90))])


BRACKETS: Final = {"tradovate": bracket(MES), "snaptrade": bracket(AAPL)}
ENTERED: Final = Fill("trigger", 4, 100)

#: For each broker, events and what its open questions change, as the report says it.
REPORTS: Final[dict[str, tuple[str, list[Event], list[str]]]] = {
    "tradovate: a part of the entry": (
        "tradovate",
        [Fill("trigger", 1, 100)],
        [
            "peers[0] by arming: full: HELD; any: WORKING 1",
            "peers[1] by arming: full: HELD; any: WORKING 1",
        ],
    ),
    "tradovate: the entry is rejected": (
        "tradovate",
        [Reject("trigger")],
        [
            "peers[0] by entry_rejected: cancel: CANCELLED; reject: REJECTED; keep: HELD",
            "peers[1] by entry_rejected: cancel: CANCELLED; reject: REJECTED; keep: HELD",
        ],
    ),
    "tradovate: the entry is cancelled": (
        "tradovate",
        [Cancel("trigger")],
        [
            "peers[0] by entry_ends: cancel: CANCELLED; keep: HELD",
            "peers[1] by entry_ends: cancel: CANCELLED; keep: HELD",
        ],
    ),
    "tradovate: the market falls through the stop at once": (
        "tradovate",
        [Trade(80)],
        [
            "peers[0] by peer_ends with touched_stop reject: keep: WORKING 4; cancel: CANCELLED",
            "peers[0] by touched_stop: execute: CANCELLED; reject: WORKING 4",
            "peers[1] by touched_stop: execute: FILLED, 4 filled; reject: REJECTED",
        ],
    ),
    "tradovate: a part of the profit, then the stop": (
        "tradovate",
        [ENTERED, Fill("peers[0]", 1, 110), Trade(90)],
        [
            (
                "peers[0] by peer_partial: cancel: WORKING 3, 1 filled; "
                "reduce: CANCELLED, 1 filled; keep: CANCELLED, 1 filled"
            ),
            (
                "peers[1] by peer_partial: cancel: CANCELLED; "
                "reduce: FILLED, 3 filled; keep: FILLED, 4 filled"
            ),
        ],
    ),
    "tradovate: what is documented": ("tradovate", [ENTERED, Trade(110)], []),
    "snaptrade: the entry ends after a part": (
        "snaptrade",
        [Fill("trigger", 1, 100), Cancel("trigger")],
        [
            "peers[0] by partial_entry: arm: WORKING 1; discard: CANCELLED",
            "peers[1] by partial_entry: arm: WORKING 1; discard: CANCELLED",
        ],
    ),
    "snaptrade: the entry ends": (
        "snaptrade",
        [Cancel("trigger")],
        [
            "peers[0] by trigger_ends: cancel: CANCELLED; keep: HELD",
            "peers[1] by trigger_ends: cancel: CANCELLED; keep: HELD",
        ],
    ),
    "snaptrade: the stop is rejected": (
        "snaptrade",
        [ENTERED, Reject("peers[1]")],
        ["peers[0] by peer_ends: keep: WORKING 4; cancel: CANCELLED"],
    ),
    "snaptrade: what is documented": ("snaptrade", [ENTERED, Trade(90)], []),
}


@pytest.mark.parametrize(("name", "events", "expected"), REPORTS.values(), ids=REPORTS)
def test_the_report_says_what_a_question_changes(
    name: str, events: list[Event], expected: list[str]
) -> None:
    """For each leg and each question that decides its fate there is a line, with all answers."""
    found = differences(BRACKETS[name], events, BROKERS[name])
    assert expected == [str(each) for each in found]


def test_the_report_names_a_refusal() -> None:
    """Where a question decides whether the request is taken at all, the legs have no fate."""
    order = OTO(Leg(Side.BUY, 1, MES, Limit(100)), [Leg(Side.BUY, 1, MES, Limit(90))])
    (first, second) = differences(order, [], BROKERS["tradovate"], ["same_side_child", "arming"])
    fates = {"accept": Fate(Status.WORKING, Decimal(0), Decimal(1)), "refuse": None}
    assert Difference("trigger", "same_side_child", fates, {}) == first
    assert "conditionals[0] by same_side_child: accept: HELD; refuse: refused" == str(second)


#: What few stories depend on, and what would double the work for all.
SELDOM: Final = {
    *("both_touched", "touched_stop", "pair_activation"),
    *("trailing_start", "missing_time_in_force", "child_time_in_force"),
}


def deciding(broker: Broker) -> list[str]:
    """The broker's questions that can decide a fate."""
    return [name for name, question in broker.questions.items() if question.decides_fates]


@each_broker
def test_the_report_is_complete_and_true(broker: Broker) -> None:
    """Nothing is reported exactly where all answers end the same; what is reported happens."""
    names = [name for name in deciding(broker) if name not in SELDOM]
    seen: set[bool] = set()

    @settings(max_examples=max(1, settings().max_examples // 3))
    @given(stories(broker))
    def report(story: Story) -> None:
        order, events = story
        found = differences(order, events, broker, names)
        endings = {
            tuple(ending(order, events, broker, dict(zip(names, answers, strict=True))).items())
            for answers in product(*(broker.questions[name].answers for name in names))
        }
        assert bool(found) is (len(endings) > 1)
        for each in found:
            assert len(set(each.fates.values())) > 1
            for answer, fate in each.fates.items():
                answers = {**each.given, each.question: answer}
                assert ending(order, events, broker, answers).get(each.path) == fate
        seen.add(bool(found))

    report()
    assert True in seen


def ending(
    order: Order, events: Sequence[Event], broker: Broker, answers: Answers
) -> Mapping[str, Fate]:
    """What becomes of each leg at the broker in the end."""
    placed = Placed(order, broker, answers)
    for event in events:
        placed.apply(event)
    return placed.fates()


@each_broker
def test_what_decides_no_fate(broker: Broker) -> None:
    """A question of taking or showing changes no fate of a request that is taken."""
    names = broker.questions.keys() - deciding(broker)

    @settings(max_examples=max(1, settings().max_examples // 3))
    @given(stories(broker))
    def law(story: Story) -> None:
        order, events = story
        for name in names:
            for each in differences(order, events, broker, [name]):
                assert {None} == {each.fates["refuse"]}

    law()
