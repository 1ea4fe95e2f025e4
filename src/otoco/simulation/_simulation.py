"""The reference interpreter: what OCO, OTO and OTOCO mean, event by event.

It is pure and deterministic. A trade at a price executes every live leg whose region holds it, for
all that is left of the leg, in the order in which the legs are written; what goes live is held
against the last price at once. Whatever else may happen to a leg, an event says. What brokers
differ in is the :class:`Policy`. An event that cannot apply, such as a fill of a cancelled leg,
changes nothing and is noted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from otoco._numbers import Number, plain
from otoco._problems import InvalidOrder, problems_in, shown
from otoco._rules import unanchored
from otoco._tree import Order
from otoco._values import to_number
from otoco._words import TimeInForce
from otoco.simulation._events import Cancel, Clock, Event, Fill, Reject, SessionEnd, Trade
from otoco.simulation._life import Life
from otoco.simulation._outcome import Exposure, Ignored, Run
from otoco.simulation._policy import Policy, Status
from otoco.simulation._protection import protection

_NEUTRAL: Final = Policy()


def simulate(
    order: Order, events: Iterable[Event], *, policy: Policy | None = None, position: Number = 0
) -> Run:
    """What becomes of ``order`` under ``events``, from a ``position`` of the first instrument.

    Raises:
        InvalidOrder: for a fragment, that is, offsets with no trigger above them, and for a
            position that is no exact number.

    """
    simulation = Simulation(order, policy=policy, position=position)
    for event in events:
        simulation.apply(event)
    return simulation.run()


class Simulation:
    """An order that runs; :func:`simulate` is the short way to use it.

    Raises:
        InvalidOrder: as :func:`simulate` does.

    """

    def __init__(self, order: Order, *, policy: Policy | None = None, position: Number = 0) -> None:
        start = to_number(position, "value")
        problems = unanchored(order) or problems_in({"position": start})
        if problems:
            raise InvalidOrder(problems)
        self.policy = policy or _NEUTRAL
        self._life = Life(order, self.policy, start)
        self._exposures: list[Exposure] = []
        self._ignored: list[Ignored] = []

    def apply(self, event: Event) -> None:
        """Let one thing happen.

        Raises:
            TypeError: for what is no event.

        """
        life = self._life
        life.event += 1
        before = len(life.changes)
        match event:
            case Trade():
                self._on_trade(event)
            case Fill():
                self._on_fill(event)
            case Reject():
                self._on_reject(event)
            case Cancel():
                self._on_cancel(event)
            case SessionEnd():
                self._on_session_end()
            case Clock():
                self._on_clock(event)
            case _:
                raise TypeError(f"{shown(event)} is not an event.")
        if len(life.changes) > before:
            position = life.position
            self._exposures.append(Exposure(life.event, position, *protection(position, life.home)))

    def run(self) -> Run:
        """What has become of the order so far."""
        life = self._life
        return Run(
            tuple(leg.state() for leg in life.legs.values()),
            tuple(life.changes),
            tuple(self._exposures),
            tuple(self._ignored),
            life.position,
            *protection(life.position, life.home),
        )

    def _on_trade(self, event: Trade) -> None:
        life = self._life
        tape = life.home if event.instrument is None else life.tapes.get(event.instrument)
        if tape is None:
            self._ignore(f"no leg of the order is on {event.instrument}.")
            return
        tape.last = event.price
        life.meet(list(tape.live))

    def _on_fill(self, event: Fill) -> None:
        leg = self._life.legs.get(event.path)
        if leg is None:
            self._ignore(f"there is no leg {_named(event.path)} that could fill.")
            return
        if not leg.is_live:
            self._ignore(f"{_named(event.path)} is not live, so it cannot fill.")
            return
        remaining = leg.remaining
        quantity = remaining if event.quantity is None else event.quantity
        ends_in_part = leg.is_immediate and quantity < remaining
        if not 0 < quantity <= remaining:
            self._ignore(
                f"{_named(event.path)} cannot fill {plain(quantity)}: {plain(remaining)} is left."
            )
        elif ends_in_part and leg.leg.time_in_force is TimeInForce.FOK:
            self._ignore(f"{_named(event.path)} is FOK, so it cannot fill {plain(quantity)} only.")
        else:
            if event.price is not None:
                leg.tape.last = event.price
            self._life.fill(leg, quantity, leg.tape.last)
            if ends_in_part:
                self._life.end(leg, Status.CANCELLED)

    def _on_reject(self, event: Reject) -> None:
        leg = self._life.legs.get(event.path)
        if leg is None or leg.is_over:
            self._ignore(f"{_named(event.path)} is no leg that can still be rejected.")
        else:
            self._life.end(leg, Status.REJECTED)

    def _on_cancel(self, event: Cancel) -> None:
        below = f"{event.path}."
        chosen = [
            leg
            for path, leg in self._life.legs.items()
            if (event.path in ("", path) or path.startswith(below)) and not leg.is_over
        ]
        if not chosen:
            self._ignore(f"there is nothing left to cancel at {_named(event.path)}.")
        self._life.cancel(chosen)

    def _on_session_end(self) -> None:
        legs = [leg for leg in self._life.legs.values() if leg.is_live]
        for leg in legs:
            if leg.leg.time_in_force is TimeInForce.DAY:
                self._life.end(leg, Status.EXPIRED)

    def _on_clock(self, event: Clock) -> None:
        now = self._life.now
        if now is not None and event.now < now:
            self._ignore(f"it is {now.isoformat()} already.")
        else:
            self._life.advance(event.now)

    def _ignore(self, why: str) -> None:
        self._ignored.append(Ignored(self._life.event, why))


def _named(path: str) -> str:
    return path or "the order"
