"""The life of an order: what a fill, an end and an arming mean for the other legs."""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from otoco._capabilities import Arming, PartialFill
from otoco._node import Node
from otoco._numbers import add, subtract
from otoco.simulation._leg import RunningLeg
from otoco.simulation._links import Links
from otoco.simulation._outcome import Change
from otoco.simulation._policy import (
    LIVE,
    OVER,
    BothTouched,
    PartialEntry,
    PeerEnds,
    Policy,
    Status,
)

_NOTHING: Final = Decimal(0)


class Life:
    """The legs of an order that is placed now, and what happens between them."""

    def __init__(self, order: Node, policy: Policy, position: Decimal) -> None:
        links = Links(order)
        self.policy = policy
        self._arms_in_parts = policy.arming is Arming.ANY_FILL
        self._parts_cancel = policy.peer_partial_fill is PartialFill.CANCELS
        self.legs = links.legs
        self.tapes = links.tapes
        self.home = next(iter(self.legs.values())).tape
        self.position = position
        self.changes: list[Change] = []
        self.event = -1
        self.now: datetime | None = None
        self._moments = sorted(
            {
                moment
                for leg in self.legs.values()
                for moment in (leg.leg.activate_at, leg.leg.expire_at)
                if moment is not None
            }
        )
        for leg in links.front:
            self._wake(leg, None)

    def meet(self, legs: Sequence[RunningLeg]) -> None:
        """Hold the last price against legs, one after the other or touched peers together."""
        for leg in legs:
            if not leg.is_in_the_market:
                continue
            if leg.executes():
                self._execute(leg, legs)
            elif leg.is_immediate:
                self.end(leg, Status.CANCELLED)

    def fill(self, leg: RunningLeg, quantity: Decimal, price: Decimal | None) -> None:
        """Fill a quantity of a leg, with all that follows."""
        self._book(leg, quantity, price)
        self._follow_up(leg, quantity)

    def end(self, leg: RunningLeg, status: Status) -> None:
        """End a leg for a cause of its own; its peers and what it holds follow."""
        if not leg.is_over:
            self._set(leg, status)
            self._follow_end(leg)

    def cancel(self, legs: Sequence[RunningLeg]) -> None:
        """Cancel legs together, so that the end of one brings none of the others to life."""
        for leg in legs:
            self._set(leg, Status.CANCELLED)
        for leg in legs:
            self._follow_end(leg)

    def advance(self, now: datetime) -> None:
        """Let time pass: what is due on the way happens in the order of its times."""
        while self._moments and self._moments[0] <= now:
            self.now = self._moments.pop(0)
            for leg in self.legs.values():
                if leg.is_live and self._is_past(leg.leg.expire_at):
                    self.end(leg, Status.EXPIRED)
            due = [
                leg
                for leg in self.legs.values()
                if leg.status is Status.HELD and leg.is_armed and self._is_past(leg.leg.activate_at)
            ]
            for leg in due:
                if leg.status is Status.HELD:
                    self._go_live(leg)
            self.meet(due)
        self.now = now

    def _execute(self, leg: RunningLeg, legs: Sequence[RunningLeg]) -> None:
        """Fill a leg that a trade touches, and with it the peers that it touches too, or none."""
        if not leg.rivals or self.policy.both_touched is BothTouched.FIRST:
            self.fill(leg, leg.remaining, leg.tape.last)
            return
        touched = [leg] + [
            peer
            for peer in leg.rivals
            if peer in legs and peer.is_in_the_market and peer.executes()
        ]
        quantities = [each.remaining for each in touched]
        for each, quantity in zip(touched, quantities, strict=True):
            self._book(each, quantity, each.tape.last)
        for each, quantity in zip(touched, quantities, strict=True):
            self._follow_up(each, quantity)

    def _book(self, leg: RunningLeg, quantity: Decimal, price: Decimal | None) -> None:
        """Enter a fill."""
        leg.book(quantity, price)
        if leg.tape is self.home:
            move = add if leg.buys else subtract
            self.position = move(self.position, quantity)
        self._set(leg, Status.FILLED if leg.is_exhausted else Status.PARTLY_FILLED)

    def _follow_up(self, leg: RunningLeg, quantity: Decimal) -> None:
        """What a fill does to the leg's peers, and to what the leg holds."""
        is_filled = leg.status is Status.FILLED
        for rival in leg.rivals:
            if self._parts_cancel:
                self._drop(rival)
            elif is_filled:
                self._displace(rival)
            else:
                self._reduce(rival, quantity)
        if leg.held and (is_filled or self._arms_in_parts):
            self._arm(leg)

    def _follow_end(self, leg: RunningLeg) -> None:
        """What the end of a leg that has not filled does to its peers, and to what it holds."""
        if self.policy.peer_ends is PeerEnds.CANCEL and not leg.filled:
            for rival in leg.rivals:
                self._drop(rival)
        self._release(leg)

    def _reduce(self, leg: RunningLeg, quantity: Decimal) -> None:
        """Take from a peer what another one has filled."""
        if leg.is_over:
            return
        leg.reduce(quantity)
        self._show_quantity(leg)
        if leg.is_exhausted:
            self._displace(leg)

    def _displace(self, leg: RunningLeg) -> None:
        """End a leg because a rival has filled: it is filled too, if its own fill left nothing."""
        if leg.is_over or not leg.took_last:
            self._drop(leg)
        else:
            self._set(leg, Status.FILLED)
            self._arm(leg)

    def _drop(self, leg: RunningLeg) -> None:
        """Cancel a leg because of another one."""
        if not leg.is_over:
            self._set(leg, Status.CANCELLED)
            self._release(leg)

    def _release(self, trigger: RunningLeg) -> None:
        """What an ended trigger holds lives for what has filled, or ends with it."""
        if trigger.filled and self.policy.partial_entry is PartialEntry.ARM:
            self._arm(trigger)
            return
        for leg in trigger.held:
            self._drop(leg)

    def _arm(self, trigger: RunningLeg) -> None:
        """Bring to life what a trigger holds, for what of it has filled."""
        self._allot(trigger)
        for leg in trigger.held:
            if not (leg.is_armed or leg.is_over) and leg.cap != 0:
                self._wake(leg, trigger)
            if not leg.is_over:
                self._show_quantity(leg)
        self._exhaust([leg for leg in trigger.held if not leg.is_over and leg.is_exhausted])
        self.meet(trigger.held)

    def _allot(self, trigger: RunningLeg) -> None:
        """Cap what a trigger holds by what has filled, which its exits share in their order."""
        filled = left = trigger.filled
        if filled == trigger.leg.quantity and not self._arms_in_parts:
            return
        for legs, size in trigger.shares:
            share = min(left, size)
            left = subtract(left, share)
            for leg in legs:
                if not leg.is_over:
                    leg.allot(share if leg.is_exit else filled, may_grow=not trigger.is_over)

    def _exhaust(self, legs: Sequence[RunningLeg]) -> None:
        """End legs of which no more is to come: as filled, unless a rival took the last of one."""
        filled = [leg for leg in legs if leg.took_last]
        for leg in filled:
            self._set(leg, Status.FILLED)
        for leg in filled:
            self._follow_up(leg, _NOTHING)
        for leg in legs:
            self._drop(leg)

    def _wake(self, leg: RunningLeg, trigger: RunningLeg | None) -> None:
        """Arm a leg, which goes live at once or when its time comes."""
        leg.arm(trigger)
        if leg.leg.activate_at is None or self._is_past(leg.leg.activate_at):
            self._go_live(leg)

    def _go_live(self, leg: RunningLeg) -> None:
        if self._is_past(leg.leg.expire_at):
            self.end(leg, Status.EXPIRED)
        else:
            self._set(leg, Status.WORKING)

    def _is_past(self, moment: datetime | None) -> bool:
        return moment is not None and self.now is not None and moment <= self.now

    def _set(self, leg: RunningLeg, status: Status) -> None:
        before, leg.status = leg.status, status
        was_live, leg.is_live, leg.is_over = leg.is_live, status in LIVE, status in OVER
        if leg.is_live and not was_live:
            insort(leg.tape.live, leg, key=lambda each: each.place)
        elif was_live and not leg.is_live:
            leg.tape.live.remove(leg)
        self._note(leg, before)

    def _show_quantity(self, leg: RunningLeg) -> None:
        if leg.quantity != leg.shown_quantity:
            self._note(leg, leg.status)

    def _note(self, leg: RunningLeg, before: Status) -> None:
        quantity = leg.shown_quantity = leg.quantity
        self.changes.append(Change(self.event, leg.path, before, leg.status, leg.filled, quantity))
