"""The commands that place orders and follow them up: place, find, cancel and journal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final, cast
from uuid import UUID, uuid4

import attrs

from otoco import _json
from otoco._cli import _broker, _told
from otoco._cli._input import opened
from otoco._cli._jobs import invalid, options_for, planned, refused
from otoco._cli._options import UsageError
from otoco._cli._output import write
from otoco._cli._placing_words import PlacingArguments
from otoco._cli._told import Told
from otoco._contract import Placement, Request
from otoco._document import read
from otoco._problems import InvalidOrder, OtocoError, Refused
from otoco._registry import adapter as adapter_class
from otoco._registry import configured
from otoco._translate import parse, usable
from otoco._tree import Order
from otoco._venue import PlacingAdapter
from otoco.placing import Client, IntentUsed, JournalError, SqliteJournal
from otoco.placing._environments import base_url
from otoco.placing._journal import OPEN


def run(arguments: PlacingArguments) -> int:
    """Run one of the commands and return its exit code.

    Raises:
        UsageError: for what cannot be done as it was asked for; nothing was sent.

    """
    try:
        told = _COMMANDS[arguments.command](arguments)
    except InvalidOrder as error:
        told = _told.unsuitable(invalid(error.problems))
    except Refused as error:
        told = _told.unsuitable(refused(error.refusals))
    except IntentUsed as error:
        told = _told.used(error)
    except OtocoError as error:
        note = " Nothing was sent." if arguments.command == "place" else ""
        raise UsageError(f"{error}{note}") from None
    _show(arguments, told)
    return told.exit_code


@attrs.frozen
class _Ready:
    """An order that is ready to be sent."""

    order: Order
    adapter: PlacingAdapter
    placement: Placement
    intent: UUID
    requests: tuple[Request, ...]
    service: _broker.Service

    def __str__(self) -> str:
        lines = [f"To {self.service.where}, intent {self.intent}:", str(self.order)]
        for request in self.requests:
            lines += [f"{request.method} {request.path}", _json.dumps(request.body)]
        return "\n".join(lines)


def _place(arguments: PlacingArguments) -> Told:
    ready = _ready(arguments)
    auth = ready.service.auth()
    with (
        SqliteJournal(_broker.journal_to_write(arguments.journal)) as journal,
        Client(ready.adapter, ready.service.environment, auth, journal=journal) as client,
    ):
        _announce(ready, arguments)
        needs_yes = arguments.environment == "live" and not arguments.is_confirmed
        if needs_yes and not _broker.is_confirmed(arguments.name):
            return _told.not_confirmed(ready.intent)
        try:
            outcome = client.place(
                ready.order,
                intent=ready.intent,
                client_order_ids=ready.placement.client_order_ids,
                deadline=arguments.deadline,
            )
        except KeyboardInterrupt:
            return _told.interrupted(ready.intent, journal.get(ready.intent), arguments.journal)
    return _told.placed(outcome, arguments.journal)


def _ready(arguments: PlacingArguments) -> _Ready:
    """The order, read and said to the broker; a sandbox's account takes the place of a real one."""
    kind = adapter_class(arguments.name)
    with opened(arguments.what) as source:
        envelope = read(source.read(_json.LONGEST_TEXT + 1))
    service = _broker.service(arguments.name, arguments.environment, arguments.sandbox)
    envelope = attrs.evolve(envelope, options={**envelope.options, **service.options})
    options = options_for(arguments.name, {arguments.name: kind}, envelope, arguments.options)
    adapter, placement, refusals = usable(kind, options)
    placing = cast("PlacingAdapter", adapter)
    base_url(placing, service.environment)  # which it must have, before anything else is looked at
    intent = placement.intent or uuid4()
    placement = attrs.evolve(placement, intent=intent)
    plan = planned(envelope, adapter, placement, refusals)
    return _Ready(envelope.order, placing, placement, intent, plan.requests, service)


def _announce(ready: _Ready, arguments: PlacingArguments) -> None:
    """Print what is about to be sent; what cannot be printed is not sent."""
    try:
        write(str(ready), to=sys.stderr if arguments.json else sys.stdout)
    except OSError as error:
        sys.stdout = None  # or the interpreter flushes it once more
        raise UsageError(f"the request cannot be printed: {error.strerror}.") from None


def _find(arguments: PlacingArguments) -> Told:
    def look(client: Client, intent: UUID) -> Told:
        finding = client.find(intent, patience=arguments.patience, deadline=arguments.deadline)
        return _told.found(finding)

    return _followed(arguments, look)


def _cancel(arguments: PlacingArguments) -> Told:
    return _followed(
        arguments,
        lambda client, intent: _told.cancelled(client.cancel(intent, deadline=arguments.deadline)),
    )


def _followed(arguments: PlacingArguments, deed: Callable[[Client, UUID], Told]) -> Told:
    """Do something about a placement, at the broker and the account that it went to."""
    intent = _intent(arguments.what)
    with SqliteJournal(_broker.journal_to_read(arguments.journal)) as journal:
        entry = journal.get(intent)
        if entry is None:
            raise UsageError(f"the journal knows no intent {intent}: see otoco journal.")
        kind = adapter_class(entry.adapter)
        account = dict(parse(entry.sent.request, kind).options)
        account.pop("client_order_ids", None)
        adapter = cast("PlacingAdapter", configured(kind, account)[0])
        service = _broker.service_again(entry.adapter, entry.environment)
        with Client(adapter, service.environment, service.auth(), journal=journal) as client:
            try:
                return deed(client, intent)
            except JournalError as error:
                return _told.failed(str(error))


def _journal(arguments: PlacingArguments) -> Told:
    with SqliteJournal(_broker.journal_to_read(arguments.journal)) as journal:
        entries = journal.entries(OPEN if arguments.only_open else ())
    nothing = "Nothing is open." if arguments.only_open else "The journal is empty."
    return _told.journalled(entries, nothing)


_COMMANDS: Final[Mapping[str, Callable[[PlacingArguments], Told]]] = {
    "place": _place,
    "find": _find,
    "cancel": _cancel,
    "journal": _journal,
}


def _intent(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise UsageError(f"{text!a} is no intent: one is a UUID, as place prints it.") from None


def _show(arguments: PlacingArguments, told: Told) -> None:
    """Print for people, or for programs; what was done stands even if that cannot be printed."""
    try:
        if arguments.json:
            write(_json.dumps(told.machine), to=sys.stdout)
        else:
            write(told.text, to=sys.stderr if told.is_error else sys.stdout)
    except OSError:
        sys.stdout = None  # or the interpreter flushes it once more
        if arguments.command != "journal":
            with suppress(OSError):
                write(told.text, to=sys.stderr)
