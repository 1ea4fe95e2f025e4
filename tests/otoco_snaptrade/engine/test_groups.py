"""What the legs of a group do to each other: what is documented, and each open question."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from tests.otoco_snaptrade.engine.conftest import ENTRY, EXIT, STOP, TARGET, after, leg

from otoco_snaptrade.engine import OPEN_QUESTIONS, Behaviour

PAIR = (TARGET, STOP)
BRACKET = (ENTRY, TARGET, STOP)
HELD = "CONTINGENT_ORDER 0+0"
LIVE = "ACCEPTED 0+10"
DONE = "EXECUTED 10+0"
GONE = "CANCELED 0+0"

CROSSED = (TARGET | {"price": 90}, STOP)
"""Peers that a trade between 90 and 95 touches both."""

UNKNOWN = [dict(zip(OPEN_QUESTIONS, row, strict=True)) for row in product(*OPEN_QUESTIONS.values())]


@pytest.mark.parametrize(
    ("orders", "script", "expected"),
    [
        (PAIR, "", [LIVE, LIVE]),
        (PAIR, "price 110", [DONE, GONE]),
        (PAIR, "price 95", [GONE, DONE]),
        ((ENTRY, EXIT), "", [LIVE, HELD]),
        ((ENTRY, EXIT), "fill 1 10 100", [DONE, LIVE]),
        ((ENTRY, EXIT), "price 100;price 94", [DONE, DONE]),
        ((ENTRY, EXIT), "cancel 2", [LIVE, GONE]),
        (BRACKET, "", [LIVE, HELD, HELD]),
        (BRACKET, "price 111", [LIVE, HELD, HELD]),
        (BRACKET, "price 100", [DONE, LIVE, LIVE]),
        (BRACKET, "price 100;price 111", [DONE, DONE, GONE]),
        (BRACKET, "price 100;price 94", [DONE, GONE, DONE]),
        ((STOP, ENTRY, TARGET), "price 100;price 94", [DONE, DONE, GONE]),
    ],
)
def test_what_is_documented(orders: tuple[Any, ...], script: str, expected: list[str]) -> None:
    """The page's three sentences on OCO, OTO and OTOCO hold under every behaviour."""
    for answers in UNKNOWN:
        assert expected == after(script, *orders, **answers)


@pytest.mark.parametrize(
    ("question", "orders", "script", "outcomes"),
    [
        (
            "arming",
            BRACKET,
            "fill 1 4 100",
            {"full": ["PARTIAL 4+6", HELD, HELD], "any": ["PARTIAL 4+6", *["ACCEPTED 0+4"] * 2]},
        ),
        (
            "arming",
            (ENTRY, EXIT | {"units": 15}),
            "price 100;price 95",
            {"full": [DONE, "EXECUTED 15+0"], "any": [DONE, DONE]},
        ),
        (
            "peer_partial",
            PAIR,
            "fill 1 4 110",
            {"cancel": ["PARTIAL 4+6", GONE], "reduce": ["PARTIAL 4+6", "ACCEPTED 0+6"]},
        ),
        (
            "peer_partial",
            PAIR,
            "fill 1 4 110;price 95",
            {
                "cancel": ["PARTIAL 4+6", GONE],
                "reduce": ["PARTIAL_CANCELED 4+0", "EXECUTED 6+0"],
            },
        ),
        (
            "peer_partial",
            (TARGET, STOP | {"units": 4}),
            "fill 1 4 110",
            {"cancel": ["PARTIAL 4+6", GONE], "reduce": ["PARTIAL 4+6", GONE]},
        ),
        *(
            ("peer_ends", PAIR, f"{event} 1", {"keep": [first, LIVE], "cancel": [first, GONE]})
            for event, first in (("cancel", GONE), ("reject", "REJECTED 0+0"))
        ),
        (
            "peer_ends",
            (TARGET | {"time_in_force": "Day"}, STOP),
            "end_session",
            {"keep": ["EXPIRED 0+0", LIVE], "cancel": ["EXPIRED 0+0", GONE]},
        ),
        (
            "peer_ends",
            (TARGET | {"time_in_force": "Day"}, STOP | {"time_in_force": "Day"}),
            "end_session",
            {"keep": ["EXPIRED 0+0"] * 2, "cancel": ["EXPIRED 0+0", GONE]},
        ),
        (
            "peer_ends",
            (TARGET | {"time_in_force": "IOC"}, STOP),
            "price 100",
            {"keep": [GONE, LIVE], "cancel": [GONE, GONE]},
        ),
        (
            "peer_ends",
            BRACKET,
            "cancel 3;price 100",
            {"keep": [DONE, LIVE, GONE], "cancel": [DONE, GONE, GONE]},
        ),
        *(
            (
                "partial_entry",
                BRACKET,
                f"fill 1 4 100;{event} 1",
                {
                    "arm": [first, "ACCEPTED 0+4", "ACCEPTED 0+4"],
                    "discard": [first, GONE, GONE],
                },
            )
            for event, first in (("cancel", "PARTIAL_CANCELED 4+0"), ("reject", "REJECTED 4+0"))
        ),
        (
            "trigger_ends",
            BRACKET,
            "cancel 1",
            {"cancel": [GONE, GONE, GONE], "keep": [GONE, HELD, HELD]},
        ),
        (
            "trigger_ends",
            (ENTRY, EXIT),
            "reject 1",
            {"cancel": ["REJECTED 0+0", GONE], "keep": ["REJECTED 0+0", HELD]},
        ),
        ("both_touched", CROSSED, "price 93", {"first": [DONE, GONE], "both": [DONE, DONE]}),
        (
            "both_touched",
            (ENTRY, *CROSSED),
            "price 93",
            {"first": [DONE, DONE, GONE], "both": [DONE, DONE, DONE]},
        ),
        ("both_touched", CROSSED, "price 100", {"first": [DONE, GONE], "both": [DONE, GONE]}),
    ],
)
def test_open_questions(
    question: str, orders: tuple[Any, ...], script: str, outcomes: dict[str, list[str]]
) -> None:
    """Each answer to what the page leaves open has the outcome that its name says."""
    assert set(OPEN_QUESTIONS[question]) == set(outcomes)
    for answer, expected in outcomes.items():
        assert expected == after(script, *orders, **{question: answer})


@pytest.mark.parametrize(
    ("answers", "script", "expected"),
    [
        ({}, "fill 1 4 100;fill 1 3 100", ["PARTIAL 7+3", "ACCEPTED 0+7", "ACCEPTED 0+7"]),
        ({}, "fill 1 4 100;price 110", ["PARTIAL 4+6", "PARTIAL 4+0", GONE]),
        ({}, "fill 1 4 100;price 110;cancel 1", ["PARTIAL_CANCELED 4+0", "EXECUTED 4+0", GONE]),
        ({}, "fill 1 4 100;price 110;fill 1 6 100", [DONE, "PARTIAL 4+6", GONE]),
        ({}, "fill 1 4 100;price 110;fill 1 6 112", [DONE, DONE, GONE]),
        (
            {"peer_partial": "reduce"},
            "fill 1 4 100;price 110",
            ["PARTIAL 4+6", "PARTIAL 4+0", "ACCEPTED 0+0"],
        ),
        (
            {"peer_partial": "reduce"},
            "fill 1 4 100;price 110;cancel 1",
            ["PARTIAL_CANCELED 4+0", "EXECUTED 4+0", GONE],
        ),
        (
            {"peer_partial": "reduce"},
            "fill 1 4 100;fill 3 4 95;cancel 1",
            ["PARTIAL_CANCELED 4+0", GONE, "EXECUTED 4+0"],
        ),
        (
            {"peer_partial": "reduce"},
            "fill 1 4 100;price 110;fill 1 6 100;price 95",
            [DONE, "PARTIAL_CANCELED 4+0", "EXECUTED 6+0"],
        ),
        (
            {"partial_entry": "discard"},
            "fill 1 4 100;fill 2 1 110;cancel 1",
            ["PARTIAL_CANCELED 4+0", "PARTIAL_CANCELED 1+0", GONE],
        ),
    ],
)
def test_arming_with_any_fill(answers: dict[str, str], script: str, expected: list[str]) -> None:
    """What is live of a child is at most what has filled of the entry, and grows with it."""
    assert expected == after(script, *BRACKET, arming="any", **answers)


def test_a_child_that_is_through_the_market_fills_as_it_grows() -> None:
    """A market child fills with each fill of the entry, at the same price."""
    exit_ = leg("CONDITIONAL", "SELL", "Market")
    script = "fill 1 4 100;fill 1 6 101"
    assert ["PARTIAL 4+6", "PARTIAL 4+0"] == after("fill 1 4 100", ENTRY, exit_, arming="any")
    assert [DONE, DONE] == after(script, ENTRY, exit_, arming="any")
    ioc = exit_ | {"time_in_force": "IOC"}
    assert [DONE, DONE] == after(script, ENTRY, ioc, arming="any")


def test_both_peers_that_a_trade_touches_may_cancel_what_they_have_left() -> None:
    """Two partial fills by one trade: each has the consequences of its own."""
    orders = (ENTRY, *CROSSED)
    answers = {"arming": "any", "both_touched": "both"}
    expected = ["PARTIAL 4+6", "PARTIAL_CANCELED 4+0", "PARTIAL_CANCELED 4+0"]
    assert expected == after("fill 1 4 93", *orders, **answers)
    expected = ["PARTIAL 4+6", "PARTIAL 4+0", "PARTIAL 4+0"]
    assert expected == after("fill 1 4 93", *orders, peer_partial="reduce", **answers)


@pytest.mark.parametrize(
    ("event", "ended"), [("cancel", "PARTIAL_CANCELED 4+0"), ("reject", "REJECTED 4+0")]
)
@pytest.mark.parametrize("answer", OPEN_QUESTIONS["peer_ends"])
def test_a_peer_that_ends_after_a_fill_has_had_its_effect(
    answer: str, event: str, ended: str
) -> None:
    """The question is about one that ends without a fill; a fill has reduced the other already."""
    answers = {"peer_partial": "reduce", "peer_ends": answer}
    assert [ended, "ACCEPTED 0+6"] == after(f"fill 1 4 110;{event} 1", *PAIR, **answers)
    ioc = (TARGET | {"time_in_force": "IOC"}, STOP)
    assert ["PARTIAL_CANCELED 4+0", "ACCEPTED 0+6"] == after("fill 1 4 110", *ioc, **answers)


def test_the_default_is_the_first_answer() -> None:
    """Every question is a field, and every answer is one that the engine knows."""
    first: Any = {question: answers[0] for question, answers in OPEN_QUESTIONS.items()}
    assert Behaviour() == Behaviour(**first)


def test_an_unknown_answer() -> None:
    """An answer that is not listed is refused, with those that are."""
    with pytest.raises(ValueError, match="arming is one of full, any, not 'half'"):
        Behaviour(arming="half")  # type: ignore[arg-type]  # what is not listed
