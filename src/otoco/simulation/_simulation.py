"""The reference interpreter: what OCO, OTO and OTOCO mean, event by event.

It is pure and deterministic. A trade at a price executes every live leg whose region holds it, for
all that is left of the leg; whatever else may happen to a leg, an event says. What brokers differ
in is the :class:`Policy`. An event that cannot apply, such as a fill of a cancelled leg, changes
nothing and is noted.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Final, TypeAlias

from otoco._capabilities import Arming, PartialFill
from otoco._instrument import Instrument
from otoco._leg import Leg
from otoco._node import Node
from otoco._numbers import Number, add, exact, mean, subtract
from otoco._problems import InvalidOrder, join
from otoco._rules import unanchored
from otoco._tree import Order
from otoco._words import Role, TimeInForce
from otoco.simulation._events import Cancel, Clock, Event, Fill, Reject, SessionEnd, Trade
from otoco.simulation._leg import RunningLeg
from otoco.simulation._outcome import Change, Exposure, Ignored, Run
from otoco.simulation._policy import (
    BothTouched,
    PartialEntry,
    PeerEnds,
    Policy,
    Protection,
    Status,
)

_NOTHING: Final = Decimal(0)


def simulate(
    order: Order, events: Iterable[Event], *, policy: Policy | None = None, position: Number = 0
) -> Run:
    """What becomes of ``order`` under ``events``, from a ``position`` of the first instrument.

    Raises:
        InvalidOrder: for a fragment, that is, offsets with no trigger above them.

    """
    simulation = Simulation(order, policy=policy, position=position)
    for event in events:
        simulation.apply(event)
    return simulation.run()


#: A node while it runs: the legs that come to rest when it goes live.
_Front: TypeAlias = list[RunningLeg]


class Simulation:
    """An order that runs; :func:`simulate` is the short way to use it."""

    def __init__(self, order: Order, *, policy: Policy | None = None, position: Number = 0) -> None:
        problems = unanchored(order)
        if problems:
            raise InvalidOrder(problems)
        self.policy = policy or Policy()
        self._legs: dict[str, RunningLeg] = {}
        self._held: dict[RunningLeg, list[_Front]] = {}
        self._rivals: dict[RunningLeg, list[_Front]] = {}
        self._first = order.legs[0].leg.instrument
        self._position = exact(position)
        self._last: dict[Instrument, Decimal] = {}
        self._now: datetime | None = None
        self._live: list[RunningLeg] = []
        self._fresh: list[RunningLeg] = []
        self._changes: list[Change] = []
        self._exposures: list[Exposure] = []
        self._ignored: list[Ignored] = []
        self._event = -1
        self._arm([self._build(order, "")], None)
        self._settle()

    def apply(self, event: Event) -> None:
        """Let one thing happen."""
        self._event += 1
        before = len(self._changes)
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
        if self._fresh:
            self._settle()
        if len(self._changes) > before:
            self._expose()

    def run(self) -> Run:
        """What has become of the order so far."""
        protection, uncovered = self._protection()
        return Run(
            tuple(leg.state() for leg in self._legs.values()),
            tuple(self._changes),
            tuple(self._exposures),
            tuple(self._ignored),
            self._position,
            protection,
            uncovered,
        )

    def _build(self, node: Node, path: str) -> _Front:
        """Set up the legs of a node and who arms and who cancels whom; returns its front."""
        if isinstance(node, Leg):
            leg = self._legs[path] = RunningLeg(path, node)
            return [leg]
        fronts = [(role, self._build(child, join(path, key))) for key, role, child in node.children]
        trigger = next((front[0] for role, front in fronts if role is Role.TRIGGER), None)
        conditionals = [front for role, front in fronts if role is Role.CONDITIONAL]
        peers = [front for role, front in fronts if role is Role.PEER]
        for front in peers:
            for leg in front:
                self._rivals[leg] = [other for other in peers if other is not front]
        joined = [leg for front in peers for leg in front]
        if trigger is None:
            return joined
        self._held[trigger] = conditionals or [joined]
        return [trigger]

    # -- events

    def _on_trade(self, event: Trade) -> None:
        instrument = event.instrument or self._first
        price = self._last[instrument] = event.price
        met = [
            leg
            for leg in self._live
            if leg.leg.instrument is instrument or leg.leg.instrument == instrument
        ]
        self._meet(met, price)

    def _on_fill(self, event: Fill) -> None:
        leg = self._legs.get(event.path)
        if leg is None or not leg.status.is_live:
            self._ignore(f"{event.path or 'the order'} is not live, so it cannot fill.")
            return
        quantity = leg.remaining if event.quantity is None else event.quantity
        if not 0 < quantity <= leg.remaining:
            self._ignore(f"{quantity} is not what {leg.path} can fill: {leg.remaining} is left.")
            return
        price = event.price
        if price is None:
            price = self._last.get(leg.leg.instrument)
        else:
            self._last[leg.leg.instrument] = price
        self._book(leg, quantity, price)
        self._follow_up(leg, quantity)

    def _on_reject(self, event: Reject) -> None:
        leg = self._legs.get(event.path)
        if leg is None or leg.status.is_over or leg.filled:
            self._ignore(f"{event.path or 'the order'} cannot be rejected any more.")
            return
        self._end(leg, Status.REJECTED)

    def _on_cancel(self, event: Cancel) -> None:
        below = f"{event.path}."
        chosen = [
            leg
            for path, leg in self._legs.items()
            if (event.path in ("", path) or path.startswith(below)) and not leg.status.is_over
        ]
        if not chosen:
            self._ignore(f"there is nothing left to cancel at {event.path or 'the order'}.")
        for leg in chosen:
            self._end(leg, Status.CANCELLED)

    def _on_session_end(self) -> None:
        for leg in list(self._live):
            if leg.leg.time_in_force is TimeInForce.DAY:
                self._end(leg, Status.EXPIRED)

    def _on_clock(self, event: Clock) -> None:
        if self._now is not None and event.now < self._now:
            self._ignore(f"it is {self._now.isoformat()} already.")
            return
        self._now = event.now
        for leg in list(self._live):
            if self._is_past(leg.leg.expire_at):
                self._end(leg, Status.EXPIRED)
        for leg in self._legs.values():
            if leg.is_armed and leg.status is Status.HELD and self._is_past(leg.leg.activate_at):
                self._go_live(leg)

    # -- what follows from them

    def _meet(self, legs: list[RunningLeg], price: Decimal) -> None:
        """Let a price meet live legs."""
        touched = [leg for leg in legs if leg.executes(price) and leg.remaining]
        if touched:
            if self.policy.both_touched is BothTouched.ALL:
                booked = [(leg, leg.remaining) for leg in touched]
                for leg, quantity in booked:
                    self._book(leg, quantity, price)
                for leg, quantity in booked:
                    self._follow_up(leg, quantity)
            else:
                for leg in touched:
                    quantity = leg.remaining
                    if leg.status.is_live and quantity:
                        self._book(leg, quantity, price)
                        self._follow_up(leg, quantity)
        for leg in legs:
            if leg.immediate and leg.status.is_live:
                self._end(leg, Status.CANCELLED)

    def _settle(self) -> None:
        """Let what has just gone live meet the last price, until nothing more goes live."""
        while self._fresh:
            fresh, self._fresh = self._fresh, []
            for instrument in dict.fromkeys(leg.leg.instrument for leg in fresh):
                price = self._last.get(instrument)
                if price is not None:
                    legs = [leg for leg in fresh if leg.leg.instrument == instrument]
                    self._meet([leg for leg in legs if leg.status.is_live], price)

    def _book(self, leg: RunningLeg, quantity: Decimal, price: Decimal | None) -> None:
        """Enter a fill."""
        leg.filled = add(leg.filled, quantity)
        leg.fills.append((quantity, price))
        if leg.leg.instrument == self._first:
            move = add if leg.buys else subtract
            self._position = move(self._position, quantity)
        self._set(leg, Status.FILLED if leg.is_complete else Status.PARTLY_FILLED)

    def _follow_up(self, leg: RunningLeg, quantity: Decimal) -> None:
        """What a fill does to the leg's peers, and to what the leg arms."""
        ends_others = (
            leg.status is Status.FILLED or self.policy.peer_partial_fill is PartialFill.CANCELS
        )
        for rival in self._rivals.get(leg, ()):
            for other in rival:
                if ends_others:
                    self._end(other, Status.CANCELLED, by_rival=True)
                else:
                    self._reduce(other, quantity)
        if leg in self._held:
            if leg.status is Status.FILLED:
                whole = self.policy.arming is Arming.FULL_FILL
                self._arm(self._held[leg], leg, None if whole else leg.filled)
            elif self.policy.arming is Arming.ANY_FILL:
                self._arm(self._held[leg], leg, leg.filled, final=False)

    def _reduce(self, leg: RunningLeg, quantity: Decimal) -> None:
        """Take from a peer what another one has filled."""
        if leg.status.is_over:
            return
        leg.quantity = subtract(leg.quantity, quantity)
        if leg.quantity <= leg.filled:
            leg.quantity = leg.filled
            self._end(leg, Status.FILLED if leg.filled else Status.CANCELLED, by_rival=True)

    def _end(self, leg: RunningLeg, status: Status, *, by_rival: bool = False) -> None:
        """End a leg otherwise than by filling it; what it arms follows."""
        if leg.status.is_over:
            return
        self._set(leg, status)
        if not by_rival and self.policy.peer_ends is PeerEnds.CANCEL:
            for rival in self._rivals.get(leg, ()):
                for other in rival:
                    self._end(other, Status.CANCELLED, by_rival=True)
        if leg not in self._held:
            return
        if leg.filled and self.policy.partial_entry is PartialEntry.ARM:
            self._arm(self._held[leg], leg, leg.filled)
        else:
            for front in self._held[leg]:
                for held in front:
                    self._end(held, Status.CANCELLED, by_rival=True)

    def _arm(
        self,
        fronts: list[_Front],
        trigger: RunningLeg | None,
        available: Decimal | None = None,
        *,
        final: bool = True,
    ) -> None:
        """Bring to life what a trigger holds, for no more than is ``available`` in all."""
        fill = None if trigger is None else mean(trigger.fills)
        for front in fronts:
            share = None
            if available is not None:
                share = min(available, max(leg.quantity for leg in front))
                available = subtract(available, share)
            for leg in front:
                leg.cap, leg.cap_is_final = share, final
                if leg.status is Status.HELD and not leg.is_armed and share != 0:
                    leg.is_armed = True
                    leg.price(fill)
                    if self._is_past(leg.leg.activate_at):
                        self._go_live(leg)
                if final and share == 0:
                    self._end(leg, Status.CANCELLED, by_rival=True)
                elif leg.status is Status.PARTLY_FILLED and leg.is_complete:
                    self._set(leg, Status.FILLED)
                    self._follow_up(leg, _NOTHING)

    def _go_live(self, leg: RunningLeg) -> None:
        self._set(leg, Status.WORKING)
        if leg.leg.expire_at is not None and self._is_past(leg.leg.expire_at, unknown=False):
            self._end(leg, Status.EXPIRED)
            return
        self._fresh.append(leg)

    def _is_past(self, moment: datetime | None, *, unknown: bool = True) -> bool:
        """Whether the moment has come; ``unknown`` is the answer for no moment at all."""
        if moment is None:
            return unknown
        return self._now is not None and moment <= self._now

    def _set(self, leg: RunningLeg, status: Status) -> None:
        before, leg.status = leg.status, status
        if status.is_live and not before.is_live:
            self._live.append(leg)
        elif before.is_live and not status.is_live:
            self._live.remove(leg)
        self._changes.append(
            Change(self._event, leg.path, before, status, leg.filled, leg.quantity)
        )

    def _ignore(self, why: str) -> None:
        self._ignored.append(Ignored(self._event, why))

    # -- exposure

    def _expose(self) -> None:
        protection, uncovered = self._protection()
        self._exposures.append(Exposure(self._event, self._position, protection, uncovered))

    def _protection(self) -> tuple[Protection, Decimal]:
        """How far live stops cover the position: of peers, only the largest counts."""
        size = self._position.copy_abs()
        if not size:
            return Protection.FLAT, _NOTHING
        covers: dict[int, Decimal] = {}
        for leg in self._live:
            against = leg.buys is (self._position < 0)
            if leg.waits_for_worse and against and leg.leg.instrument == self._first:
                rivals = self._rivals.get(leg)
                group = id(leg) if rivals is None else min(id(leg), *(id(r[0]) for r in rivals))
                covers[group] = max(covers.get(group, _NOTHING), leg.remaining)
        covered = _NOTHING
        for each in covers.values():
            covered = add(covered, each)
        if covered >= size:
            return Protection.PROTECTED, _NOTHING
        uncovered = subtract(size, covered)
        return (Protection.PARTIAL if covered else Protection.NAKED), uncovered
