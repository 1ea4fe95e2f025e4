"""Cancelling a placement's orders: the entry first, one a call, and each listed again before.

Whether the exits follow an entry, or an order its sibling, is documented nowhere; an order that has
ended already is answered with TooLate or a status of 401. So only what is listed afterwards counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from otoco.adapters import Call, Cancellation, NoAnswer, Pause, Sent, Standing, Steps, Traffic
from otoco_tradovate._answers import failure
from otoco_tradovate._asking import LockedOut, thing
from otoco_tradovate._find import items, look
from otoco_tradovate._standing import judge, named
from otoco_tradovate._view import View

_CANCEL: Final = "/order/cancelorder"
_INTERRUPT: Final = "/orderStrategy/interruptorderstrategy"
#: How often the orders are listed again where a cancel was taken and has not come through yet.
_LOOKS: Final = 3
_BETWEEN: Final = 1.0  # seconds


def cancel(sent: Sent) -> Steps[Cancellation]:
    """Cancel what is open of a placement, and say how each order stands then."""
    try:
        view = yield from look(sent)
    except NoAnswer as error:
        return Cancellation(False, f"nothing was cancelled, for nothing could be listed: {error}")
    if view.is_ambiguous:
        return Cancellation(False, f"nothing was cancelled: {judge(view).why}", view.sightings())
    run = _Run(sent, view)
    try:
        yield from run.all()
    except NoAnswer as error:
        run.lost = str(error)
    return run.result()


@attrs.define
class _Run:
    """A cancellation under way: what was seen last, and what was said of each order."""

    sent: Sent
    view: View
    notes: dict[str, str] = attrs.field(factory=dict[str, str])
    lost: str | None = None

    def all(self) -> Steps[None]:
        """Interrupt the strategy, cancel what is left of it, and look until that is gone.

        Raises:
            NoAnswer: where the orders cannot be listed any more.

        """
        if not self._is_over and self.view.strategy is not None:
            strategy = self.view.strategy
            yield from self._ask(_INTERRUPT, "strategy", {"orderStrategyId": int(strategy)})
            yield from self._look()
            if self.view.is_ambiguous:
                return
        asked: list[str] = []
        while left := [order_id for order_id in self._open if order_id not in asked]:
            asked.append(left[0])
            body = {"orderId": int(left[0]), "isAutomated": True}
            yield from self._ask(_CANCEL, left[0], body)
            listed = yield from items(seen.id for seen in self.view.orders)
            self.view = self.view.refreshed(listed)
        if asked:
            yield from self._look()
        looks = 0
        while self._open and looks < _LOOKS:
            looks += 1
            yield Pause(_BETWEEN)
            yield from self._look()

    def result(self) -> Cancellation:
        """How it stands, as far as is known."""
        orders = self.view.orders
        why = [f"it was not possible to go on: {self.lost}"] if self.lost else []
        still = [seen for seen in orders if seen.life.is_open]
        is_complete = not self.lost and self._is_over and not self._is_doubtful
        if is_complete:
            why.append("none of its orders can fill any more.")
        elif still:
            why.append(f"not known to have ended: {named(still)}.")
        if self._is_doubtful or not (still or is_complete or self.lost):
            why.append(judge(self.view).why)
        why += [self.notes[key] for key in self.notes if self._is_told(key)]
        why += [f"order {seen.id} had filled {seen.done}." for seen in orders if seen.done]
        return Cancellation(is_complete, " ".join(why), self.view.sightings())

    @property
    def _open(self) -> list[str]:
        return [seen.id for _, seen in self.view.pairs if seen.life.is_open]

    @property
    def _is_doubtful(self) -> bool:
        """Whether more is there than it asked for, or what nothing ties to it: that is let be."""
        return self.view.is_ambiguous or bool(self.view.strangers or self.view.another)

    @property
    def _is_over(self) -> bool:
        """Whether all of it was seen, and nothing of it can fill any more."""
        finding = judge(self.view)
        is_whole = bool(finding.orders) and not (self.view.missing or self.view.more)
        return (is_whole or finding.standing is Standing.REJECTED) and not self._open

    def _is_told(self, key: str) -> bool:
        return key in self._open or (key == "strategy" and not self._is_over)

    def _look(self) -> Steps[None]:
        ids = {**self.sent.ids, **self.view.ids}
        self.view = yield from look(attrs.evolve(self.sent, ids=ids))

    def _ask(self, path: str, what: str, body: Mapping[str, Any]) -> Steps[None]:
        """Ask for something to end, once; what the broker says against it is kept."""
        try:
            said = yield from thing(Call(path, body, Traffic.CANCEL))
        except LockedOut:
            raise
        except NoAnswer as error:
            self.notes[what] = str(error)
            return
        if why := failure(said):
            self.notes[what] = f"{path} for {what} was answered with {why}."
