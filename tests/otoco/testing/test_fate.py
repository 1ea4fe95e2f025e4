"""Law 6 as a function: what it tells, what it leaves open, and how events come to an engine."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import attrs
import pytest

import otoco_tradovate.testing
from otoco import OTOCO, Arming, Instrument, Leg, Limit, PartialFill, Semantics, Side, Stop
from otoco.adapters import Capabilities
from otoco.simulation import (
    BothTouched,
    Cancel,
    Event,
    Fill,
    PeerEnds,
    Policy,
    Reject,
    Status,
    Trade,
)
from otoco.testing.fate import (
    Answers,
    Broker,
    Fate,
    LeftOpen,
    Placed,
    Question,
    Step,
    differences,
    same_fate,
)
from otoco.testing.laws import LawBroken
from otoco_tradovate import Tradovate
from otoco_tradovate.engine import Account, TradovateEngine

MES: Final = Instrument("MESM7", "FUTURE")
BROKER: Final = otoco_tradovate.testing.broker()


def sell(order_type: Limit | Stop) -> Leg:
    """An exit of 4."""
    return Leg(Side.SELL, 4, MES, order_type)


ORDER: Final = OTOCO(Leg(Side.BUY, 4, MES, Limit(100)), [sell(Limit(110)), sell(Stop(90))])
ENTERED: Final = Fill("trigger", 4, 100)
PART: Final = Fill("trigger", 2, 100)


def changed(**changes: Any) -> Broker:
    """The broker with changes, that asks nothing unless they say so, and does as it is meant to."""
    neutral: dict[str, Any] = {
        "questions": {},
        "engine": lambda answers: BROKER.engine({"peer_partial": "reduce", **answers}),
    }
    return attrs.evolve(BROKER, **{**neutral, **changes})


# -- what the law tells


def at_another_account(_: Answers) -> TradovateEngine:
    """An engine that takes no request of ours."""
    return TradovateEngine(account=Account(1, "other"))


class Deaf(TradovateEngine):
    """An engine that cancels nothing."""

    def cancel(self, order_id: int, fields: Mapping[str, Any] | None = None) -> int:
        """Cancel nothing."""
        raise ValueError(order_id)


class Grumbling(TradovateEngine):
    """An engine that says that it cannot cancel, when it has."""

    def cancel(self, order_id: int, fields: Mapping[str, Any] | None = None) -> int:
        """Cancel, and complain."""
        super().cancel(order_id)
        raise ValueError(order_id)


class Polite(TradovateEngine):
    """An engine that never says that it cannot fill."""

    def fill(self, order_id: int, quantity: Decimal, price: Decimal) -> None:
        """Fill, or nothing."""
        if order_id in {order["id"] for order in self.orders() if order["ordStatus"] == "Working"}:
            super().fill(order_id, quantity, price)


def ids_but_the_last(engine: Any, request: Any, reply: Mapping[str, Any]) -> Mapping[str, Any]:
    """The ids without that of the last leg."""
    return dict(list(BROKER.ids(engine, request, reply).items())[:-1])


def filled_when_cancelled(engine: Any) -> Mapping[Any, Fate]:
    """The fates, where an exit that is cancelled is called filled."""
    return {
        number: attrs.evolve(fate, status=Status.FILLED)
        if number > 1 and fate.status is Status.CANCELLED
        else fate
        for number, fate in BROKER.fates(engine).items()
    }


ARMING: Final = Question(("full", "any"), policy={"any": Arming.FULL_FILL})
CANCELS: Final = Cancel("peers[0]")
BROKEN: Final[dict[str, tuple[dict[str, Any], list[Event], str]]] = {
    "a refusal": (
        {"engine": at_another_account},
        [],
        (
            "the broker replies {'failureReason': 'UnknownReason', "
            "'failureText': 'Access is denied'}, "
            "trigger is not there, and is meant to be WORKING 4"
        ),
    ),
    "a leg without an id": (
        {"ids": ids_but_the_last},
        [],
        "with no open question, after the placing, peers[1] is not there, and is meant to be HELD",
    ),
    "another fate": (
        {"fates": filled_when_cancelled},
        [ENTERED, CANCELS],
        (
            "with no open question, after Cancel(path='peers[0]'), "
            "peers[0] is FILLED, and is meant to be CANCELLED"
        ),
    ),
    "another word": (
        {"fates": filled_when_cancelled},
        [ENTERED, Fill("peers[0]", 1, 110), Fill("peers[1]", 3, 90)],
        (
            f"with no open question, after {Fill('peers[1]', 3, 90)}, "
            "peers[0] is FILLED, 1 filled, and is meant to be CANCELLED, 1 filled"
        ),
    ),
    "what cannot be done": (
        {"engine": lambda _: Deaf()},
        [CANCELS],
        (
            "with no open question, after Cancel(path='peers[0]'), "
            "peers[0] is HELD, and is meant to be CANCELLED"
        ),
    ),
    "what is said to be impossible": (
        {"engine": lambda _: Grumbling()},
        [CANCELS],
        (
            "with no open question, after Cancel(path='peers[0]'), "
            "which the broker cannot do, and which means something"
        ),
    ),
    "what means nothing": (
        {"engine": lambda _: Polite()},
        [Fill("peers[0]", 1, 110)],
        (
            f"with no open question, after {Fill('peers[0]', 1, 110)}, "
            "which the broker does, and which means nothing"
        ),
    ),
    "a question that is mistaken": (
        {"questions": {"arming": ARMING, "bracket_link": Question(("linkedId", "ocoId"))}},
        [PART],
        f"with arming any, after {PART}, peers[0] is WORKING 2, and is meant to be HELD",
    ),
    "a policy that is not the broker's": (
        {"policy": Policy(arming=Arming.ANY_FILL)},
        [PART],
        f"with no open question, after {PART}, peers[0] is HELD, and is meant to be WORKING 2",
    ),
}


@pytest.mark.parametrize(("changes", "events", "expected"), BROKEN.values(), ids=BROKEN)
def test_what_breaks_the_law_is_told(
    changes: dict[str, Any], events: list[Event], expected: str
) -> None:
    """With the answers, the event, the leg and both of its fates."""
    with pytest.raises(LawBroken) as caught:
        same_fate(ORDER, events, changed(**changes))
    assert expected == str(caught.value)


def test_what_the_law_has_seen_is_counted() -> None:
    """A test that has seen nothing can tell."""
    arming = Question(("full", "any"), policy={"full": Arming.FULL_FILL, "any": Arming.ANY_FILL})
    seen = same_fate(ORDER, [PART], changed(questions={"arming": arming}))
    assert {"runs": 2, "WORKING": 6, "HELD": 6, "in part": 2} == seen


def test_what_is_left_open_is_not_compared_and_counted() -> None:
    """From the step on for which it holds, which is asked with the step before."""
    asked: list[tuple[Answers, Event | None, Event | None]] = []

    def holds(_: object, answers: Answers, before: Step, step: Step) -> bool:
        asked.append((answers, before.event, step.event))
        return step.event == CANCELS

    deaf = changed(engine=lambda _: Deaf(), left_open=[LeftOpen("nobody can cancel", holds)])
    seen = same_fate(ORDER, [PART, CANCELS, Cancel("peers[1]")], deaf)
    assert {"runs": 1, "WORKING": 2, "HELD": 4, "in part": 1, "nobody can cancel": 1} == seen
    assert [({}, None, None), ({}, None, PART), ({}, PART, CANCELS)] == asked


def test_peers_that_have_shared_a_part_of_their_entry_may_be_called_filled_or_cancelled() -> None:
    """Nothing of either is left, also when the entry goes on to fill."""
    events: list[Event] = [
        PART,
        Fill("peers[0]", 1, 110),
        Fill("peers[1]", 1, 90),
        Cancel("trigger"),
    ]
    grows: list[Event] = [Fill("trigger", 2, 115), Fill("trigger", 2, 100)]
    limits = OTOCO(ORDER.trigger, [sell(Limit(110)), sell(Limit(111))])
    any_fill: dict[str, Any] = {
        "arming": Question(("any",), policy={"any": Arming.ANY_FILL}),
        "both_touched": Question(("both",), policy={"both": BothTouched.ALL}),
    }
    for fates in (BROKER.fates, filled_when_cancelled):
        broker = changed(questions=any_fill, fates=fates)
        assert 1 == same_fate(ORDER, events, broker)["runs"]
        assert 1 == same_fate(limits, grows, broker)["runs"]


# -- what a broker leaves open


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"policy": {"any": Arming.ANY_FILL}}, "'any' is none of the answers, keep, cancel."),
        ({"neutral": "any"}, "'any' is none of the answers, keep, cancel."),
        (
            {"policy": {"keep": PeerEnds.KEEP}, "neutral": "keep"},
            "the answer 'keep' is for where no policy has one.",
        ),
        (
            {"policy": {"keep": PeerEnds.KEEP, "cancel": Arming.ANY_FILL}},
            "a question is about one field of a policy.",
        ),
    ],
)
def test_a_question_that_makes_no_sense(arguments: dict[str, Any], message: str) -> None:
    """It is an error, and not a law that compares less."""
    with pytest.raises(ValueError, match=f"^{message}$"):
        Question(("keep", "cancel"), **arguments)


@pytest.mark.parametrize(
    ("question", "decides_fates", "compared", "field"),
    [
        (Question(("a", "b")), False, ("a",), None),
        (Question(("a", "b"), neutral="b"), True, ("b",), None),
        (
            Question(("a", "b", "c"), policy={"a": PeerEnds.KEEP, "c": PeerEnds.CANCEL}),
            True,
            ("a", "c"),
            "peer_ends",
        ),
    ],
)
def test_what_a_question_is_about(
    question: Question, decides_fates: bool, compared: tuple[str, ...], field: str | None
) -> None:
    """A field of a policy, fates that no policy knows, or no fate."""
    said = question.decides_fates, question.compared, question.field
    assert (decides_fates, compared, field) == said


@attrs.frozen
class Documented(Tradovate):
    """An adapter whose broker documents more."""

    @property
    def capabilities(self) -> Capabilities:
        """With what it documents of partial fills."""
        semantics = Semantics(peer_partial_fill=PartialFill.CANCELS)
        return attrs.evolve(super().capabilities, semantics=semantics)


DOCUMENTED: Final = Documented(account_id=12345, account_spec="DEMO12345")


def test_what_is_documented_is_compared_and_not_asked() -> None:
    """The adapter's Semantics and the broker's policy say what holds under all answers."""
    questions = {
        "peer_ends": Question(("cancel",), policy={"cancel": PeerEnds.CANCEL}),
        "entry_ends": Question(("keep", "cancel"), neutral="cancel"),
        "pair_link": Question(("ocoId", "linkedId")),
    }
    policy = Policy(both_touched=BothTouched.ALL)
    broker = changed(adapter=DOCUMENTED, questions=questions, policy=policy)
    answers = {"peer_ends": "cancel", "entry_ends": "cancel", "pair_link": "ocoId"}
    expected = Policy(
        peer_partial_fill=PartialFill.CANCELS,
        both_touched=BothTouched.ALL,
        peer_ends=PeerEnds.CANCEL,
    )
    assert [(answers, expected)] == list(broker.combinations())


def test_what_is_documented_is_no_open_question() -> None:
    """An adapter and a broker that contradict each other are an error."""
    with pytest.raises(ValueError, match=r"^peer_partial is no open question: .* the others\.$"):
        attrs.evolve(BROKER, adapter=DOCUMENTED)


def test_by_default_every_question_that_decides_fates_is_asked() -> None:
    """What is asked can be narrowed, and is not narrowed unawares."""
    names = ("arming", "partial_entry", "bracket_link")
    questions = {name: BROKER.questions[name] for name in names}
    asked = differences(ORDER, [PART], changed(questions=questions))
    assert differences(ORDER, [PART], BROKER, names[:2]) == asked
    assert {"arming"} == {each.question for each in asked}


# -- the events at an engine


def placed() -> Placed:
    """The bracket at Tradovate."""
    return Placed(ORDER, BROKER, {})


@pytest.mark.parametrize(
    "event",
    [
        Fill("peers[0]", 1, 100),
        Fill("trigger", 5, 100),
        Fill("peers[2]", None, 100),
        Reject("nothing"),
        Cancel("nothing"),
    ],
    ids=str,
)
def test_what_cannot_apply_changes_nothing(event: Event) -> None:
    """An engine that cannot do it, and a leg that is not there, are both told as False."""
    at_broker = placed()
    before = at_broker.fates()
    assert not at_broker.apply(event)
    assert before == at_broker.fates()


def test_a_group_is_cancelled_leg_by_leg_and_once() -> None:
    """The trigger is last, so that nothing comes to life on the way."""
    at_broker = placed()
    at_broker.apply(Fill("trigger", 1, 100))
    assert at_broker.apply(Cancel())
    fates = [str(fate) for fate in at_broker.fates().values()]
    assert ["CANCELLED, 1 filled", "CANCELLED", "CANCELLED"] == fates
    assert not at_broker.apply(Cancel())


def test_a_trade_is_on_the_first_instrument_unless_it_says_so() -> None:
    """As in a simulation."""
    at_broker = placed()
    assert at_broker.apply(Trade(99, Instrument("ESM7", "FUTURE")))
    assert Status.WORKING is at_broker.fates()["trigger"].status
    assert at_broker.apply(Trade(99))
    assert "FILLED, 4 filled" == str(at_broker.fates()["trigger"])


def test_what_an_engine_is_not_told() -> None:
    """A fill needs a price there, and what is no event is an error."""
    with pytest.raises(ValueError, match="has no price"):
        placed().apply(Fill("trigger"))
    not_an_event: Any = "trade"
    with pytest.raises(TypeError, match="is not an event"):
        placed().apply(not_an_event)
