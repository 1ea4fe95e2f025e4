"""Placing, finding and cancelling as sequences of steps, without I/O.

Each is a generator: it yields an :mod:`effect <otoco.placing._effects>`, is handed what came of it,
and returns what the caller gets. A client drives it; both clients run these same steps.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, Final, TypeAlias, TypeVar, cast
from uuid import UUID

import attrs

from otoco import _json
from otoco._answers import Answer, Declined
from otoco._contract import BodyKind, Request
from otoco._problems import AdapterError, Refused
from otoco._translate import translate
from otoco._tree import Order
from otoco._venue import (
    Call,
    Cancellation,
    Finding,
    NoAnswer,
    Pause,
    PlacingAdapter,
    Standing,
    Steps,
    Traffic,
)
from otoco.placing._effects import (
    Claim,
    Effect,
    Exchange,
    Failure,
    Look,
    LookElsewhere,
    Settle,
    Wait,
)
from otoco.placing._errors import IntentNotKnown, IntentUsed
from otoco.placing._journal import Entry, JournalError, State
from otoco.placing._limits import Limiter
from otoco.placing._outcomes import NotSent, Outcome, Placed, Rejected
from otoco.placing._progress import Now, Progress, utc_now

_T = TypeVar("_T")

#: A sequence of steps that ends in something.
Procedure: TypeAlias = Generator[Effect, Any, _T]

#: What a finding proves, as the journal's state; any other proves nothing that ends a doubt.
_PROVEN: Final[Mapping[Standing, State]] = {
    Standing.PLACED: State.PLACED,
    Standing.UNPROTECTED: State.PLACED,
    Standing.REJECTED: State.REJECTED,
}
#: After these, looking again may show more.
_WORTH_ANOTHER_LOOK: Final = frozenset((Standing.NOT_FOUND, Standing.NOT_READ, Standing.INCOMPLETE))
_NONE: Final[Mapping[str, str]] = {}
_FIRST_PAUSE: Final = 0.25  # seconds between two looks; each pause is twice the one before
_LONGEST_PAUSE: Final = 4.0


@attrs.frozen
class Venue:
    """An adapter in an environment: what its orders go through."""

    adapter: PlacingAdapter
    environment: str
    base_url: str
    limiter: Limiter
    now: Now = utc_now

    def place(
        self, order: Order, intent: UUID, client_order_ids: Mapping[str, str] | None = None
    ) -> Procedure[Outcome]:
        """Send an order once, after its intent is written down."""
        progress = Progress(intent, self.now)
        try:
            plan = translate(order, self.adapter, intent=intent, client_order_ids=client_order_ids)
        except Refused as error:
            yield from _not_used(intent)
            return progress.not_sent(str(error), refusals=error.refusals)
        request = _only(plan.requests, self.adapter)
        progress.sends(request, order)
        try:
            earlier = yield Claim(self._entry(progress, request))
        except JournalError as error:
            return progress.not_sent(f"it could not be written down first: {error}")
        if earlier is not None:
            raise IntentUsed(earlier, progress.digest)
        outcome, stop = yield from self._exchanged(progress, request)
        outcome = yield from _written_down(outcome)
        if stop is not None:
            raise stop
        return outcome

    def _entry(self, progress: Progress, request: Request) -> Entry:
        return Entry(
            intent=progress.intent,
            adapter=self.adapter.name,
            environment=self.environment,
            method=request.method,
            path=request.path,
            content=progress.content,
            digest=progress.digest or "",
            reply_ids=request.reply_ids,
            claimed_at=progress.began,
        )

    def _exchanged(
        self, progress: Progress, request: Request
    ) -> Procedure[tuple[Outcome, BaseException | None]]:
        """The outcome of sending, and what is to be raised when it is written down."""
        wait = self.limiter.take(Traffic.PLACE)
        if wait is not None:
            return progress.not_sent(wait.why, retry_after=wait.seconds), None
        came = yield Exchange(
            request.method, request.path, progress.content, request.content_type, Traffic.PLACE
        )
        if isinstance(came, Failure):
            if not came.left:
                return progress.not_sent(came.why), came.stop
            return progress.unknown(came.why, self.adapter.finding_out), came.stop
        progress.answered(came)
        return self._judged(progress, request, came), None

    def _judged(self, progress: Progress, request: Request, answer: Answer) -> Outcome:
        finding_out = self.adapter.finding_out
        try:
            verdict = self.adapter.read(request, answer)
            if isinstance(verdict, Declined) and verdict.retry_after is not None:
                self.limiter.lock(verdict.retry_after, f"{self.adapter.name} asked to wait")
            return progress.judged(verdict, finding_out)
        except Exception as error:  # noqa: BLE001  the order may be live, whatever reading it did
            why = f"the adapter could not read the answer ({type(error).__name__})."
            return progress.unknown(why, finding_out)

    def find(self, intent: UUID, patience: float) -> Procedure[Finding]:
        """Look for a placement until something is proven or the patience, in seconds, is over."""
        entry = yield from self._entry_of(intent)
        pause = _FIRST_PAUSE
        while True:
            try:
                finding = yield from self._asked(self.adapter.find(entry.sent))
            except NoAnswer as error:
                finding = Finding(Standing.NOT_READ, error.why)
            patience -= pause
            if finding.standing not in _WORTH_ANOTHER_LOOK or patience < 0:
                break
            if not (yield Wait(pause)):
                break
            pause = min(2 * pause, _LONGEST_PAUSE)
        finding = yield from _not_anothers(finding, entry)
        state = _PROVEN.get(finding.standing)
        if state is not None:
            yield Settle(intent, state, self.now(), finding.ids, finding.why)
        return finding

    def cancel(self, intent: UUID) -> Procedure[Cancellation]:
        """Cancel what a placement left at the broker, order by order.

        Where no id of the broker's is known, it is looked for first, and without one nothing is
        cancelled: what looks alike may belong to another intent, or to none.
        """
        entry = yield from self._entry_of(intent)
        sent = entry.sent
        if not sent.ids:
            if entry.state is State.NOT_SENT:
                return Cancellation(True, f"it never left: {entry.why}")
            if entry.state is State.REJECTED:
                return Cancellation(True, f"the broker said no to it: {entry.why}")
            finding = yield from self.find(intent, 0.0)
            if not finding.ids:
                return Cancellation(False, finding.why, finding.orders)
            sent = attrs.evolve(sent, ids=finding.ids)
        try:
            return (yield from self._asked(self.adapter.cancel(sent)))
        except NoAnswer as error:
            return Cancellation(False, error.why)

    def _entry_of(self, intent: UUID) -> Procedure[Entry]:
        entry: Entry | None = yield Look(intent)
        if entry is None:
            raise IntentNotKnown(intent, "is not in the journal: nothing is known of it here.")
        if not self.is_here(entry):
            here, there = (self.adapter.name, self.environment), (entry.adapter, entry.environment)
            went, speaks = (f"{name} ({where})" for name, where in (there, here))
            raise IntentNotKnown(intent, f"went to {went}, and this client speaks to {speaks}.")
        return entry

    def is_here(self, entry: Entry) -> bool:
        """Whether a placement went to this broker and environment, however that was named."""
        known = self.adapter.environments
        url = known.get(entry.environment, entry.environment.rstrip("/"))
        return (entry.adapter, url) == (self.adapter.name, self.base_url)

    def _asked(self, steps: Steps[_T]) -> Procedure[_T]:
        """Send an adapter's calls one after the other."""
        answer: Answer | None = None
        failure: NoAnswer | None = None
        while True:
            try:
                step = steps.send(answer) if failure is None else steps.throw(failure)
            except StopIteration as stop:
                return cast("_T", stop.value)
            except NoAnswer as error:
                if error.retry_after is not None:
                    self.limiter.lock(error.retry_after, f"{self.adapter.name} asked to wait")
                raise
            answer = failure = None
            try:
                answer = yield from self._stepped(step)
            except NoAnswer as error:
                failure = error

    def _stepped(self, step: Call | Pause) -> Procedure[Answer | None]:
        if isinstance(step, Pause):
            yield from _waited(
                step.seconds, f"{self.adapter.name} asks to wait {step.seconds:g} s."
            )
            return None
        while (wait := self.limiter.take(step.traffic)) is not None:
            yield from _waited(wait.seconds, wait.why)
        is_get = step.body is None
        content = None if is_get else _json.dumps(step.body).encode("ascii")
        came = yield Exchange(
            "GET" if is_get else "POST", step.path, content, BodyKind.JSON.value, step.traffic
        )
        if isinstance(came, Failure):
            if came.stop is not None:
                raise came.stop
            raise NoAnswer(f"{step.path.partition('?')[0]} was not answered: {came.why}")
        return cast("Answer", came)


def _only(requests: tuple[Request, ...], adapter: PlacingAdapter) -> Request:
    if len(requests) != 1:
        raise AdapterError(
            f"{adapter.name} says this order in {len(requests)} requests, and one of them could"
            " be lost: it cannot be placed."
        )
    return requests[0]


def _not_used(intent: UUID) -> Procedure[None]:
    """Raise :class:`IntentUsed` where an order may be at the broker under the intent."""
    entry: Entry | None = yield Look(intent)
    if entry is not None and entry.state is not State.NOT_SENT:
        raise IntentUsed(entry)


def _not_anothers(finding: Finding, entry: Entry) -> Procedure[Finding]:
    """Orders that look alike may be those of another intent: the journal knows its ids, or none.

    Of one that was rejected there may be a record of the refusal, and no order.
    """
    ids = frozenset((*finding.ids.values(), *(order.id for order in finding.orders)))
    states = {State.SENDING, State.UNKNOWN} if finding.by_looks else set[State]()
    if finding.by_looks and finding.standing is Standing.REJECTED:
        states.add(State.REJECTED)
    other: Entry | None = (yield LookElsewhere(entry, ids, frozenset(states))) if ids else None
    if other is None:
        return finding
    belongs = "may belong" if ids.isdisjoint(other.ids.values()) else "belongs"
    why = f"what was found {belongs} to the intent {other.intent}, which says the same:"
    return Finding(Standing.AMBIGUOUS, f"{why} {finding.why}", finding.orders)


def _waited(seconds: float, why: str) -> Procedure[None]:
    if not (yield Wait(seconds)):
        raise NoAnswer(f"{why} The deadline leaves less time.")


def _written_down(outcome: Outcome) -> Procedure[Outcome]:
    """Settle the journal; where that fails, the outcome stands and says so."""
    match outcome:
        case Placed():
            state, ids, why = State.PLACED, outcome.ids, ""
        case Rejected():
            state, ids, why = State.REJECTED, _NONE, f"{outcome.reason} {outcome.text}".strip()
        case NotSent():
            state, ids, why = State.NOT_SENT, _NONE, outcome.why
        case _:
            state, ids, why = State.UNKNOWN, outcome.ids, outcome.why
    try:
        yield Settle(outcome.intent, state, outcome.ended, ids, why)
    except JournalError as error:
        return attrs.evolve(outcome, journal_error=str(error))
    return outcome
