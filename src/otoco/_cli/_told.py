"""What came of placing, finding and cancelling: in sentences, for programs, and as an exit code."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import attrs

from otoco import _json
from otoco._cli import _show
from otoco._cli._exit_codes import DONE, NOBODY_KNOWS, REFUSED
from otoco._cli._jobs import Answer
from otoco._venue import Cancellation, Finding, Sighting, Standing
from otoco.placing import Entry, IntentUsed, NotSent, Outcome, Placed, Rejected, State, Unknown

#: What the broker has of an order, and for a finding of its exits; of anything else nobody knows.
_BY_STATE: Final = {State.PLACED: DONE, State.REJECTED: REFUSED, State.NOT_SENT: REFUSED}
_BY_STANDING: Final = {
    Standing.PLACED: DONE,
    Standing.REJECTED: REFUSED,
    Standing.UNPROTECTED: REFUSED,
}
_NOTHING_SENT: Final = "Nothing was sent."


@attrs.frozen
class Told:
    """What a command has to say at its end; ``is_error`` says that it is about what is wrong."""

    exit_code: int
    text: str
    machine: Mapping[str, Any]
    is_error: bool = False


def unsuitable(answer: Answer) -> Told:
    """An order that is invalid, or that the adapter does not take."""
    text, _ = _show.answer(answer)
    return Told(REFUSED, f"{text}\n{_NOTHING_SENT}", answer.machine, is_error=True)


def used(error: IntentUsed) -> Told:
    """An intent that was placed before."""
    code = NOBODY_KNOWS if error.entry.state.is_open else REFUSED
    machine = {"error": str(error), "entry": entry_machine(error.entry)}
    return Told(code, f"{_capital(str(error))} {_NOTHING_SENT}", machine, is_error=True)


def failed(why: str) -> Told:
    """What was broken off while the broker was asked, so that nobody knows how far it came."""
    return Told(NOBODY_KNOWS, _capital(why), {"error": why}, is_error=True)


def interrupted(intent: UUID, entry: Entry | None, journal: str | None) -> Told:
    """A placement that was interrupted, by what the journal holds of it."""
    state = State.NOT_SENT if entry is None else entry.state
    lines = [f"Interrupted; the order is {state.value}."]
    if state.is_open:
        lines.append("It may be live. Do not place it again.")
    if state not in (State.NOT_SENT, State.REJECTED):
        lines += _next(intent, journal)
    machine: dict[str, Any] = {"interrupted": True, "intent": str(intent), "state": state.value}
    if entry is not None:
        machine["entry"] = entry_machine(entry)
    return Told(_BY_STATE.get(state, NOBODY_KNOWS), "\n".join(lines), machine, is_error=True)


def placed(outcome: Outcome, journal: str | None) -> Told:
    """An outcome, and how to go on."""
    found = attrs.asdict(outcome, value_serializer=_plain)
    said = {key: value for key, value in found.items() if value not in (None, {}, [], (), "")}
    machine = {"outcome": type(outcome).__name__, **said}
    return Told(_exit(outcome), "\n".join(_outcome(outcome, journal)), machine)


def not_confirmed(intent: UUID) -> Told:
    """A person who was asked, and did not say that real money is meant."""
    why = "it was not confirmed."
    machine = {"outcome": NotSent.__name__, "intent": str(intent), "why": why}
    return Told(REFUSED, f"Not sent: {why}", machine)


def found(finding: Finding) -> Told:
    """What the broker has of a placement."""
    machine = {
        "standing": finding.standing.value,
        "why": finding.why,
        "ids": dict(finding.ids),
        "orders": [_sighting(order) for order in finding.orders],
    }
    lines = [f"{_capital(finding.standing.value)}: {finding.why}", *_orders(finding.orders)]
    return Told(_BY_STANDING.get(finding.standing, NOBODY_KNOWS), "\n".join(lines), machine)


def cancelled(done: Cancellation) -> Told:
    """How the orders of a placement stand after they were cancelled."""
    machine = {
        "complete": done.complete,
        "why": done.why,
        "orders": [_sighting(order) for order in done.orders],
    }
    heading = "Nothing is open" if done.complete else "Something may be open"
    lines = [f"{heading}: {done.why}", *_orders(done.orders)]
    return Told(DONE if done.complete else NOBODY_KNOWS, "\n".join(lines), machine)


def journalled(entries: Iterable[Entry], nothing: str) -> Told:
    """What a journal holds, an entry a line and why it is so below it."""
    lines: list[str] = []
    for each in entries:
        lines.append(
            f"{each.claimed_at:%Y-%m-%d %H:%M:%S}  {each.intent}  {each.state.value:8}"
            f"  {each.adapter} ({each.environment})"
        )
        lines += [f"  {each.why}"] if each.why else []
    machine = {"entries": [entry_machine(each) for each in entries]}
    return Told(DONE, "\n".join(lines) or nothing, machine)


def entry_machine(entry: Entry) -> dict[str, Any]:
    """A journal's entry for programs, with the body as JSON: numbers in it are text."""
    found = attrs.asdict(entry, value_serializer=_plain, filter=attrs.filters.exclude("content"))
    return {**found, "body": _json.load_object(entry.content)}


def _exit(outcome: Outcome) -> int:
    match outcome:
        case Placed():
            return DONE
        case Unknown():
            return NOBODY_KNOWS
        case _:
            return REFUSED


def _outcome(outcome: Outcome, journal: str | None) -> Iterator[str]:
    match outcome:
        case Placed():
            yield "Placed."
            yield from (f"  {path}: {text}" for path, text in outcome.ids.items())
            if outcome.missing:
                yield f"  without an id of the broker's: {', '.join(outcome.missing)}"
        case Rejected():
            yield " ".join(filter(None, ("Rejected:", outcome.reason, outcome.text)))
        case NotSent():
            yield f"Not sent: {outcome.why}"
        case _:
            yield f"Unknown: {outcome.why}"
            yield "  The order may be live. Do not place it again."
            yield f"  {outcome.finding_out}"
    if isinstance(outcome, Rejected | NotSent) and outcome.retry_after is not None:
        yield f"  Wait {outcome.retry_after:g} s before anything is sent again."
    if outcome.journal_error:
        yield f"  The journal still calls it open: {outcome.journal_error}"
    if isinstance(outcome, Placed | Unknown):
        yield from _next(outcome.intent, journal)


def _next(intent: UUID, journal: str | None) -> Iterator[str]:
    own = f" --journal {shlex.quote(journal)}" if journal else ""
    yield f"Look at it:  otoco find {intent}{own}"
    yield f"Cancel it:   otoco cancel {intent}{own}"


def _plain(_: object, __: object, value: Any) -> Any:
    match value:
        case UUID():
            return str(value)
        case datetime():
            return value.isoformat()
        case State():
            return value.value
        case _:
            return value


def _sighting(order: Sighting) -> dict[str, Any]:
    return {**attrs.asdict(order), "life": order.life.value}


def _orders(orders: tuple[Sighting, ...]) -> Iterator[str]:
    for each in orders:
        filled = f", {each.filled} filled" if each.filled not in (None, "0") else ""
        yield f"  {each.path or 'order'}: {each.id} {each.life.value} ({each.status}{filled})"
        yield from (f"    {why}" for why in each.differs)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
