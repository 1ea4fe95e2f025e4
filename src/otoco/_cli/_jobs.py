"""What each command does with one document: the same for a file and for each of a million lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

import attrs

from otoco._cli._arguments import Arguments
from otoco._cli._options import Options
from otoco._contract import Adapter, Placement, Plan
from otoco._document import Envelope, read, to_dict
from otoco._json import is_object
from otoco._node import once
from otoco._portability import AtBroker, Portability, standing
from otoco._problems import AdapterError, InvalidOrder, Problem, Refusal, Refused
from otoco._registry import adapter, adapter_names
from otoco._translate import check, check_configured, parse, translate, usable
from otoco._tree import Order

_PLACEMENT: Final = ("intent", "client_order_ids")


@attrs.frozen
class Answer:
    """What a command found out about one document: for machines, and the rest for people.

    A ``report`` is shown as a table of Markdown where ``markdown`` says so.
    """

    machine: dict[str, Any]
    failed: bool = False
    order: Order | None = None
    report: Portability | None = None
    markdown: bool = False


class Job(Protocol):
    """One command, ready for documents."""

    def answer(self, text: bytes, /) -> Answer:
        """The answer to one document."""
        ...


def job_for(arguments: Arguments) -> Job:
    """The job that a command line asks for, its adapters loaded.

    Raises:
        AdapterError: for an adapter that is unknown or does not import.

    """
    names = arguments.names
    match arguments.command:
        case "check":
            kinds = {name: adapter(name) for name in names or adapter_names()}
            check_job = Check(kinds, arguments.options, arguments.strict, bool(names))
            if arguments.report:
                return Contained(Report(check_job, arguments.markdown))
            return Contained(check_job)
        case "translate":
            return Contained(Translate(adapter(names[0]), arguments.options))
        case _:
            return Contained(Parse(adapter(names[0])))


@attrs.frozen
class Contained:
    """A job whose every failure is an answer."""

    job: Job

    def answer(self, text: bytes) -> Answer:
        """The answer to one document; never an exception."""
        try:
            return self.job.answer(text)
        except InvalidOrder as error:
            return invalid(error.problems)
        except Refused as error:
            return refused(error.refusals)
        except AdapterError:
            raise
        except Exception as error:  # noqa: BLE001  a fault in one line must not lose the others
            why = f"a fault in the library or an adapter: {type(error).__name__}: {error}"
            return invalid([Problem("", "internal", why, "Please report it.")])


@attrs.frozen
class Check:
    """``otoco check``: validity, advice, and each adapter's refusals."""

    kinds: Mapping[str, type[Adapter]]
    options: Options
    strict: bool
    named: bool

    def answer(self, text: bytes) -> Answer:
        envelope = read(text)
        advice = self.advice(envelope)
        if advice and self.strict:
            return invalid(advice)
        refusals = {
            name: [
                refusal.to_dict()
                for refusal in _respelled(
                    check_configured(envelope.order, kind, self.given(name, envelope)), envelope
                )
            ]
            for name, kind in self.kinds.items()
        }
        machine = {"advice": [each.to_dict() for each in advice], "adapters": refusals}
        return Answer(machine, self.named and any(refusals.values()), envelope.order)

    def advice(self, envelope: Envelope) -> list[Problem]:
        """What is legal and often a mistake, in the spelling of the document."""
        return [
            attrs.evolve(each, where=envelope.respell(each.where)) for each in envelope.order.advice
        ]

    def given(self, name: str, envelope: Envelope) -> dict[str, Any]:
        """The options of one adapter."""
        return options_for(name, self.kinds, envelope, self.options)


@attrs.frozen
class Report:
    """``otoco check --report``: as :class:`Check`, with what the order means at each broker."""

    check: Check
    markdown: bool

    def answer(self, text: bytes) -> Answer:
        envelope = read(text)
        advice = self.check.advice(envelope)
        if advice and self.check.strict:
            return invalid(advice)
        found: dict[str, AtBroker] = {}
        for name, kind in self.check.kinds.items():
            at = standing(envelope.order, kind, self.check.given(name, envelope))
            found[name] = attrs.evolve(at, refusals=tuple(_respelled(at.refusals, envelope)))
        report = Portability(found)
        machine = {"advice": [each.to_dict() for each in advice], "report": report.to_dict()}
        failed = self.check.named and not all(each.is_taken for each in found.values())
        return Answer(machine, failed, envelope.order, report, self.markdown)


@attrs.frozen(slots=False)
class Translate:
    """``otoco translate``: an order as a broker's own requests."""

    kind: type[Adapter]
    options: Options

    @once
    def gives_ids(self) -> bool:
        """Whether the command line gives ids by path, which each document may spell otherwise."""
        return any("client_order_ids" in given for given in self.options.values())

    @once
    def usable(self) -> tuple[Adapter, Placement, tuple[Refusal, ...]]:
        """The adapter where a document brings no options of its own."""
        name = self.kind.name
        return usable(self.kind, {**self.options.get(None, {}), **self.options.get(name, {})})

    def answer(self, text: bytes) -> Answer:
        envelope = read(text)
        name = self.kind.name
        if envelope.options or self.gives_ids:  # by path, in the spelling read
            found = usable(self.kind, options_for(name, {name: self.kind}, envelope, self.options))
        else:
            found = self.usable
        return Answer(planned(envelope, *found).to_dict(), order=envelope.order)


@attrs.frozen
class Parse:
    """``otoco parse``: a broker's own request as an order."""

    kind: type[Adapter]

    def answer(self, text: bytes) -> Answer:
        parsed = parse(text, self.kind)
        machine = {"order": to_dict(parsed.order), "options": dict(parsed.options)}
        return Answer(machine, order=parsed.order)


def options_for(
    name: str, kinds: Mapping[str, type[Adapter]], envelope: Envelope, given: Options
) -> dict[str, Any]:
    """One adapter's options: the envelope's, over them the command line's for all, then its own.

    Of several adapters, each takes the options that it knows; what none knows all refuse.
    """
    shared = {**envelope.options, **given.get(None, {})}
    if len(kinds) > 1:
        ours = _known(kinds[name])
        anyones = set[str]().union(*map(_known, kinds.values()))
        shared = {key: value for key, value in shared.items() if key in ours or key not in anyones}
    options = {**shared, **given.get(name, {})}
    ids = options.get("client_order_ids")
    if is_object(ids):
        canonical = {envelope.respell(path): path for path, _, _ in envelope.order.legs if path}
        # Where a leg's path stands there too, the other spelling is left, and refused by its name.
        options["client_order_ids"] = {
            path if canonical.get(path, path) in ids else canonical.get(path, path): text
            for path, text in ids.items()
        }
    return options


def planned(
    envelope: Envelope, bound: Adapter, placement: Placement, refusals: tuple[Refusal, ...]
) -> Plan:
    """An adapter's requests for a document; the ``refusals`` are those of its options.

    Raises:
        Refused: with every reason, in the spelling of the document.

    """
    try:
        if refusals:
            raise Refused(bound.name, (*refusals, *check(envelope.order, bound)))
        return translate(
            envelope.order,
            bound,
            intent=placement.intent,
            client_order_ids=placement.client_order_ids,
        )
    except Refused as error:
        raise Refused(bound.name, _respelled(error.refusals, envelope)) from None


def _known(kind: type[Adapter]) -> set[str]:
    return {*(option.name for option in kind.options), *_PLACEMENT}


def _respelled(refusals: tuple[Refusal, ...], envelope: Envelope) -> list[Refusal]:
    return [
        refusal
        if refusal.where.startswith("options.")
        else attrs.evolve(refusal, where=envelope.respell(refusal.where))
        for refusal in refusals
    ]


def invalid(problems: Iterable[Problem]) -> Answer:
    """The answer to an order that is invalid."""
    return Answer({"invalid": [problem.to_dict() for problem in problems]}, failed=True)


def refused(refusals: Iterable[Refusal]) -> Answer:
    """The answer to an order or a request that an adapter does not take."""
    return Answer({"refused": [refusal.to_dict() for refusal in refusals]}, failed=True)
