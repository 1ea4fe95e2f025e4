"""Law 6, same fate: what a broker makes of a request, beside what the order means.

The request goes through an *engine*, an interpreter of the broker that knows nothing of neutral
orders; the order goes through :mod:`otoco.simulation`; the events are the same. A :class:`Broker`
says how an engine is made and read, and what the broker's pages leave open. :func:`same_fate` is
the law, :func:`side_by_side` gives both after every event, and :func:`differences` says what the
open questions change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product

import attrs

from otoco._tree import Order
from otoco._words import Role
from otoco.simulation import Event, Policy, Simulation, Status
from otoco.testing._broker import (
    Answers,
    Broker,
    Choice,
    Engine,
    Fate,
    Fates,
    LeftOpen,
    Question,
    Step,
    any_order,
)
from otoco.testing._placed import Placed
from otoco.testing.laws import LawBroken

__all__ = [
    "Answers",
    "Broker",
    "Choice",
    "Difference",
    "Engine",
    "Fate",
    "Fates",
    "LeftOpen",
    "Placed",
    "Question",
    "Step",
    "any_order",
    "differences",
    "same_fate",
    "side_by_side",
]


def same_fate(order: Order, events: Iterable[Event], broker: Broker) -> Counter[str]:
    """Law 6: under every answer that can be compared, each leg fares as it is meant to.

    Gives how often it saw what: ``runs``, each status of a leg after each event, ``in part`` for a
    live leg that has filled in part, and the reasons of what the broker leaves open.

    Raises:
        LawBroken: naming the answers, the event, the leg and both of its fates.
        otoco.Refused: where the adapter does not take the order.

    """
    story = tuple(events)
    seen: Counter[str] = Counter()
    for answers, policy in broker.combinations():
        seen.update(_seen(order, story, broker, answers, policy), runs=1)
    return seen


def _seen(
    order: Order, events: Sequence[Event], broker: Broker, answers: Answers, policy: Policy
) -> Counter[str]:
    """What one run shows, as far as it can be compared."""
    seen: Counter[str] = Counter()
    wordless: set[str] = set()
    before: Step | None = None
    for step in side_by_side(order, events, broker, answers, policy):
        opened = [
            each.why
            for each in broker.left_open
            if each.holds(order, answers, before or step, step)
        ]
        if opened:
            return seen + Counter(opened)
        wordless.update(_shared_out(order, step.meant))
        for sentence in _broken(step, wordless):
            raise LawBroken(f"{_told(order, broker, answers, step)}, {sentence}")
        seen.update(str(fate.status) for fate in step.meant.values())
        seen.update("in part" for fate in step.meant.values() if fate.live and fate.filled)
        before = step
    return seen


def _told(order: Order, broker: Broker, answers: Answers, step: Step) -> str:
    """When it is that something differs."""
    under = ", ".join(f"{name} {answers[name]}" for name in _deciding(order, broker))
    if not step.done:
        return f"the broker replies {dict(Placed(order, broker, answers).reply)}"
    return f"with {under or 'no open question'}, after {step.event or 'the placing'}"


def _deciding(order: Order, broker: Broker) -> list[str]:
    """The questions that can decide the fate of an order."""
    questions = broker.questions.items()
    return [name for name, each in questions if each.decides_fates and each.about(order)]


def _broken(step: Step, wordless: Collection[str]) -> Iterator[str]:
    """What differs between what is meant and what is done, and not in words alone."""
    for path, meant in step.meant.items():
        done = step.done.get(path)
        if done is None:
            yield f"{path or 'the order'} is not there, and is meant to be {meant}"
        elif done != meant and not (path in wordless and _is_one_word(meant, done)):
            yield f"{path or 'the order'} is {done}, and is meant to be {meant}"
    if step.event is not None and step.ignored is step.applied:
        does, means = ("does", "nothing") if step.applied else ("cannot do", "something")
        yield f"which the broker {does}, and which means {means}"


def _shared_out(order: Order, meant: Fates) -> Iterator[str]:
    """The peers that have shared a part of their entry between them, with nothing left of it.

    Which of them is called filled, and which cancelled, is a matter of words from then on.
    """
    legs = {path: leg for path, _, leg in order.legs}
    groups: dict[str, list[str]] = {}
    for path, role, _ in order.legs:
        if role is Role.PEER:
            groups.setdefault(path.rpartition("peers")[0], []).append(path)
    for group, peers in groups.items():
        entry = next((each for each in _entries(group) if each in legs), None)
        is_short = entry is not None and meant[entry].filled < legs[entry].quantity
        filled = [path for path in peers if meant[path].filled]
        if is_short and len(filled) > 1:
            yield from (path for path in filled if meant[path].status.is_over)


def _entries(group: str) -> tuple[str, str]:
    """Where the entry of a group of peers can be: in the group, or above one that is held."""
    return f"{group}trigger", f"{group.rpartition('conditionals')[0]}trigger"


def _is_one_word(meant: Fate, done: Fate) -> bool:
    """Whether nothing is left of either, whatever it is called: live for nothing is over, too."""
    words = {Status.FILLED, Status.CANCELLED}
    spent = all(each.status in words or not each.live for each in (meant, done))
    return spent and meant.filled == done.filled


def side_by_side(
    order: Order, events: Iterable[Event], broker: Broker, answers: Answers, policy: Policy
) -> Iterator[Step]:
    """The order under a policy beside its request at the broker, before and after every event.

    Raises:
        otoco.Refused: where the adapter does not take the order.

    """
    simulation = Simulation(order, policy=policy)
    placed = Placed(order, broker, answers)
    ignored = 0
    for event in (None, *events):
        applied = True
        if event is not None:
            simulation.apply(event)
            applied = placed.apply(event)
        run = simulation.run()
        meant = {leg.path: Fate.of(leg) for leg in run.legs}
        yield Step(event, len(run.ignored) > ignored, applied, meant, placed.fates())
        ignored = len(run.ignored)


@attrs.frozen
class Difference:
    """A question that decides the fate of a leg, by the first way in which it was seen to.

    ``fates`` has, for each answer to the question, the fate that the leg comes to, ``None`` where
    the request is refused; ``given`` are the answers to other questions that this needs, where they
    are not the defaults.
    """

    path: str
    question: str
    fates: Mapping[str, Fate | None]
    given: Answers

    def __str__(self) -> str:
        fates = "; ".join(f"{answer}: {fate or 'refused'}" for answer, fate in self.fates.items())
        given = ", ".join(f"{question} {answer}" for question, answer in self.given.items())
        return f"{self.path} by {self.question}{f' with {given}' if given else ''}: {fates}"


def differences(
    order: Order,
    events: Iterable[Event],
    broker: Broker,
    questions: Iterable[str] | None = None,
) -> tuple[Difference, ...]:
    """What the broker's open questions change about an order under events.

    Every combination of the answers to ``questions`` is run, by default to all that can decide
    fates of such an order; the others keep their defaults. For each leg and each question that
    decides its fate there is one difference, with as few answers as possible that are not the
    defaults.

    Raises:
        otoco.Refused: where the adapter does not take the order.

    """
    names = tuple(_deciding(order, broker) if questions is None else questions)
    choices = [broker.questions[name].answers for name in names]
    story = tuple(events)
    endings = {
        answers: _ending(order, story, broker, dict(zip(names, answers, strict=True)))
        for answers in product(*choices)
    }
    answered = _Answered(names, choices, endings)
    found = (
        answered.difference(path, index) for path, _, _ in order.legs for index in range(len(names))
    )
    return tuple(each for each in found if each is not None)


@attrs.frozen
class _Answered:
    """What becomes of an order, for every combination of answers to questions."""

    names: Sequence[str]
    choices: Sequence[Sequence[str]]
    endings: Mapping[tuple[str, ...], Fates]

    def difference(self, path: str, index: int) -> Difference | None:
        """The first way in which a question decides the fate of a leg."""
        for answers in self._most_defaults_first:
            fates = {
                answer: self.endings[*answers[:index], answer, *answers[index + 1 :]].get(path)
                for answer in self.choices[index]
            }
            if len(set(fates.values())) > 1:
                name, given = self.names[index], self._given(answers)
                others = {other: given[other] for other in given if other != name}
                return Difference(path, name, fates, others)
        return None

    @cached_property
    def _most_defaults_first(self) -> list[tuple[str, ...]]:
        return sorted(self.endings, key=lambda each: len(self._given(each)))

    def _given(self, answers: Sequence[str]) -> Answers:
        """The answers that are not the defaults."""
        rows = zip(self.names, answers, self.choices, strict=True)
        return {name: answer for name, answer, choice in rows if answer != choice[0]}


def _ending(order: Order, events: Sequence[Event], broker: Broker, answers: Answers) -> Fates:
    placed = Placed(order, broker, answers)
    if placed.ids:
        for event in events:
            placed.apply(event)
    return placed.fates()
