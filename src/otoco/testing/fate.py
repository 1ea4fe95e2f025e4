"""Law 6, same fate: what a broker makes of a request, beside what the order means.

The request goes through an *engine*, an interpreter of the broker that knows nothing of neutral
orders; the order goes through :mod:`otoco.simulation`; the events are the same. A :class:`Broker`
says how an engine is made and read. :func:`side_by_side` gives both after every event, and
:func:`differences` says what the broker's open questions change.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import product
from typing import Any, Protocol

import attrs

from otoco._contract import Adapter, Request
from otoco._translate import translate
from otoco._tree import Order
from otoco.simulation import (
    Cancel,
    Clock,
    Event,
    Fill,
    LegState,
    Policy,
    Reject,
    SessionEnd,
    Simulation,
    Status,
    Trade,
)


class Engine(Protocol):
    """What an interpreter of a broker does; its ids are the broker's own, of any type.

    A call that cannot apply raises ``ValueError`` and changes nothing.
    """

    def place(self, path: str, body: object, /) -> Mapping[str, Any]:
        """The broker's reply to a request, also to one that it refuses."""
        ...

    def price(self, symbol: str, price: Decimal, /) -> None:
        """A trade."""
        ...

    def fill(self, order_id: Any, quantity: Decimal, price: Decimal, /) -> None:
        """A fill of a live order, whole or partial."""
        ...

    def reject(self, order_id: Any, /) -> None:
        """A rejection of what is not over."""
        ...

    def cancel(self, order_id: Any, /) -> None:
        """A cancellation of what is not over."""
        ...

    def end_session(self) -> None:
        """The end of the trading day."""
        ...

    def clock(self, moment: datetime, /) -> None:
        """The time now."""
        ...


@attrs.frozen
class Fate:
    """What has become of a leg: its status, what of it has filled, and what may fill now.

    A leg that is live is ``WORKING``, also one that has filled in part.
    """

    status: Status
    filled: Decimal = Decimal(0)
    live: Decimal = Decimal(0)

    @classmethod
    def of(cls, state: LegState) -> Fate:
        """The fate of a leg that is simulated."""
        status = Status.WORKING if state.status.is_live else state.status
        return cls(status, state.filled, state.remaining)

    def __str__(self) -> str:
        live = f" {self.live:f}" if self.status is Status.WORKING else ""
        filled = f", {self.filled:f} filled" if self.filled else ""
        return f"{self.status}{live}{filled}"


#: The fate of each leg by its path. Of a refused request there is none.
Fates = Mapping[str, Fate]
#: An answer to each open question, by its name.
Answers = Mapping[str, str]


@attrs.frozen
class Broker:
    """How to run a broker's engine, and to read from it.

    ``engine`` makes one that behaves as answers say, or as by default where they say nothing.
    ``ids`` gives the broker's id of each leg path after a request and its reply, and nothing where
    the reply is a refusal. ``fates`` reads off what has become of every id. ``questions`` are those
    that the broker's pages leave open, with all possible answers, the default first.
    """

    adapter: Adapter
    engine: Callable[[Answers], Any]
    ids: Callable[[Any, Request, Mapping[str, Any]], Mapping[str, Any]]
    fates: Callable[[Any], Mapping[Any, Fate]]
    questions: Mapping[str, Sequence[str]]


class Placed:
    """An order that was translated and placed with an engine.

    Raises:
        otoco.Refused: where the adapter does not take the order.

    """

    def __init__(self, order: Order, broker: Broker, answers: Answers) -> None:
        (request,) = translate(order, broker.adapter).requests
        self.engine: Engine = broker.engine(answers)
        body = json.loads(request.content, parse_float=Decimal)
        reply = self.engine.place(request.path, body)
        self.ids = broker.ids(self.engine, request, reply)
        self._broker = broker
        self._symbols = {path: leg.instrument.symbol for path, _, leg in order.legs}
        self._moments = sorted(
            moment
            for _, _, leg in order.legs
            for moment in (leg.activate_at, leg.expire_at)
            if moment is not None
        )

    def fates(self) -> dict[str, Fate]:
        """What has become of each leg so far."""
        fates = self._broker.fates(self.engine)
        return {path: fates[order_id] for path, order_id in self.ids.items()}

    def apply(self, event: Event) -> bool:
        """Let one thing happen at the broker; whether it could.

        Raises:
            ValueError: for a fill without a price, which an engine cannot do.
            TypeError: for what is no event.

        """
        if isinstance(event, Fill) and event.price is None:
            raise ValueError(f"{event} has no price, and an engine needs one.")
        try:
            self._apply(event)
        except ValueError:
            return False
        return True

    def _apply(self, event: Event) -> None:
        engine = self.engine
        match event:
            case Trade(price=price, instrument=instrument):
                first = next(iter(self._symbols.values()))
                engine.price(first if instrument is None else instrument.symbol, price)
            case Fill(path=path, quantity=quantity, price=Decimal() as price):
                most = self.fates()[self._known(path)].live if quantity is None else quantity
                engine.fill(self.ids[path], most, price)
            case Reject(path=path):
                engine.reject(self.ids[self._known(path)])
            case Cancel(path=path):
                self._cancel(path)
            case SessionEnd():
                engine.end_session()
            case Clock(now=now):
                self._advance(now)
            case _:
                raise TypeError(f"{event!r} is not an event.")

    def _known(self, path: str) -> str:
        if path not in self.ids:
            raise ValueError(f"there is no leg at {path!r}.")
        return path

    def _cancel(self, path: str) -> None:
        """Cancel one by one, a trigger last, as a client does who wants none of them to live."""
        chosen = [each for each in self.ids if path in ("", each) or each.startswith(f"{path}.")]
        if all(self._is_over(each) for each in chosen):
            raise ValueError(f"there is nothing left to cancel at {path!r}.")
        for each in reversed(chosen):
            if not self._is_over(each):
                self.engine.cancel(self.ids[each])

    def _is_over(self, path: str) -> bool:
        return self.fates()[path].status.is_over

    def _advance(self, now: datetime) -> None:
        """Stop at every moment that a leg waits for, so that they come in the order of time."""
        for moment in [each for each in self._moments if each <= now]:
            self.engine.clock(moment)
        self._moments = [each for each in self._moments if each > now]
        self.engine.clock(now)


@attrs.frozen
class Step:
    """The order as it is meant and as it is done, after the placing or after one event.

    ``applied`` is whether the broker could apply the event, ``ignored`` whether it meant nothing.
    """

    event: Event | None
    ignored: bool
    applied: bool
    meant: Fates
    done: Fates


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

    Every combination of the answers to ``questions``, by default all of the broker's, is run; the
    others keep their defaults. For each leg and each question that decides its fate there is one
    difference, with as few answers as possible that are not the defaults.

    Raises:
        otoco.Refused: where the adapter does not take the order.

    """
    names = tuple(broker.questions if questions is None else questions)
    choices = [broker.questions[name] for name in names]
    story = tuple(events)
    runs = {
        answers: _ending(order, story, broker, dict(zip(names, answers, strict=True)))
        for answers in product(*choices)
    }

    def strangeness(answers: tuple[str, ...]) -> int:
        return sum(answer != choice[0] for answer, choice in zip(answers, choices, strict=True))

    by_strangeness = sorted(runs, key=strangeness)
    found: list[Difference] = []
    for path, _, _ in order.legs:
        for index, name in enumerate(names):
            for answers in by_strangeness:
                fates = {
                    answer: runs[*answers[:index], answer, *answers[index + 1 :]].get(path)
                    for answer in choices[index]
                }
                if len(set(fates.values())) > 1:
                    given = {
                        other: answer
                        for other, answer, choice in zip(names, answers, choices, strict=True)
                        if other != name and answer != choice[0]
                    }
                    found.append(Difference(path, name, fates, given))
                    break
    return tuple(found)


def _ending(order: Order, events: Sequence[Event], broker: Broker, answers: Answers) -> Fates:
    placed = Placed(order, broker, answers)
    if placed.ids:
        for event in events:
            placed.apply(event)
    return placed.fates()
