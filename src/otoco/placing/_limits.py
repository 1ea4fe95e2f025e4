"""A broker's rate limits, kept on this side: what would exceed them is not sent."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Sequence

import attrs

from otoco._venue import Budget, Traffic
from otoco.placing._forking import AtRest


@attrs.frozen
class NoRoom:
    """There is no room now: in how many seconds there is, and a sentence that says whose limit."""

    seconds: float
    why: str


class Limiter(AtRest):
    """Counts requests against every budget of a broker, in windows that slide with the time.

    ``clock`` gives seconds and never goes back, as :func:`time.monotonic`; ``broker`` is the name
    to call the broker by. No more times are remembered than the budgets have room for.

    Raises:
        ValueError: for a budget of no requests or of no time.

    """

    def __init__(self, budgets: Sequence[Budget], clock: Callable[[], float], broker: str) -> None:
        super().__init__()
        self._windows = [_Window.of(budget) for budget in budgets]
        self._clock = clock
        self._broker = broker
        self._locked: tuple[float, str] | None = None

    def take(self, traffic: Traffic) -> NoRoom | None:
        """Count a request, or tell how long to wait: the longest of all waits that there are.

        Where any budget has no room, nothing is counted.
        """
        with self._lock:
            now = self._clock()
            windows = [each for each in self._windows if each.counts(traffic)]
            waits = [*self._lock_at(now), *self._full(windows, now)]
            if waits:
                return max(waits, key=lambda wait: wait.seconds)
            for window in windows:
                window.taken.append(now)
            return None

    def lock(self, seconds: float, why: str) -> None:
        """Refuse everything for so many seconds from now, and never for less than before.

        ``why`` is a clause, such as what the broker answered.
        """
        with self._lock:
            until = self._clock() + seconds
            if self._locked is None or until > self._locked[0]:
                self._locked = until, why

    def _lock_at(self, now: float) -> Iterable[NoRoom]:
        if self._locked is not None:
            until, why = self._locked
            if until > now:
                left = until - now
                yield NoRoom(left, f"{why}: {self._broker} is sent nothing for {_s(left)}.")

    def _full(self, windows: Iterable[_Window], now: float) -> Iterable[NoRoom]:
        for window in windows:
            left = window.left(now)
            if left > 0:
                why = f"{self._broker} takes {window}: there is room again in {_s(left)}."
                yield NoRoom(left, why)


@attrs.frozen(eq=False)
class _Window:
    """A budget, and when its last requests were taken."""

    budget: Budget
    taken: deque[float]

    @classmethod
    def of(cls, budget: Budget) -> _Window:
        if budget.most < 1 or not budget.seconds > 0:
            raise ValueError(
                f"a budget is of 1 request or more in more than 0 s, and this is of {budget.most}"
                f" in {budget.seconds} s."
            )
        return cls(budget, deque(maxlen=budget.most))

    def __str__(self) -> str:
        budget = self.budget
        what = " or ".join(each.value for each in Traffic if each in budget.traffic)
        requests = f"{what} request".lstrip() + ("" if budget.most == 1 else "s")
        return f"at most {budget.most} {requests} in any {budget.seconds:.10g} s ({budget.source})"

    def counts(self, traffic: Traffic) -> bool:
        return not self.budget.traffic or traffic in self.budget.traffic

    def left(self, now: float) -> float:
        """How many seconds until there is room; zero or less where there is some."""
        if len(self.taken) < self.budget.most:
            return 0.0
        return self.taken[0] + self.budget.seconds - now


def _s(seconds: float) -> str:
    """Seconds to the hundredth above: who waits that long has waited long enough."""
    return f"{math.ceil(seconds * 100) / 100:.2f} s" if math.isfinite(seconds) else "ever"
