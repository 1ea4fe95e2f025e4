"""Where stories are played: a sandbox, and clients that speak to it by memory or by sockets."""

from __future__ import annotations

import logging
import pickle
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final, cast

import anyio
import httpx
from tests.campaign.stories import Story

from otoco import adapter
from otoco.adapters import PlacingAdapter
from otoco.placing import (
    AsyncClient,
    Client,
    Finding,
    IntentUsed,
    Journal,
    MemoryJournal,
    NotSent,
    Outcome,
    Placed,
    Rejected,
    Secret,
    Standing,
    State,
    Unknown,
    auth_from_environment,
)
from otoco.sandbox import FaultKind, Listed, Sandbox

BROKERS: Final[tuple[str, ...]] = ("snaptrade", "tradovate")
#: How an order ends, in the words of both brokers.
_OVER: Final = frozenset(
    ("filled", "executed", "canceled", "rejected", "failed", "expired", "completed")
)
#: After these nobody may be in doubt: the answer is a plain no.
_PLAIN_NO: Final = frozenset((FaultKind.REJECT, FaultKind.TOO_MANY_REQUESTS))


class Broken(AssertionError):
    """A story that ended as none may; the text plays it again."""


class Canaries(logging.Handler):
    """Every secret, those that were issued on the way included, looked for in all that is told."""

    def __init__(self, given: frozenset[str], auths: Iterable[httpx.Auth]) -> None:
        super().__init__(logging.DEBUG)
        self._given = given
        self.auths = list(auths)

    def emit(self, record: logging.LogRecord) -> None:
        """Look at what is logged."""
        self.look(record.getMessage() + str(record.exc_info))

    def look(self, *told: object) -> None:
        """Raise :class:`Broken` where anything has a secret in its text."""
        issued = {secret.reveal() for auth in self.auths for secret in _issued(auth)}
        text = " ".join(map(str, told))
        if any(secret in text for secret in self._given | issued):
            raise Broken(f"a secret is told: {text!r}")


def _issued(auth: httpx.Auth) -> tuple[Secret, ...]:
    tell: Callable[[], tuple[Secret, ...]] = getattr(auth, "secrets", tuple)
    return tell()


class Stage:
    """Plays stories against one sandbox, and counts how they ended."""

    def __init__(
        self, sandbox: Sandbox, *, in_memory: bool, journal: Journal | None = None
    ) -> None:
        self.sandbox = sandbox
        self.journal = MemoryJournal() if journal is None else journal
        self.ends: Counter[str] = Counter()
        secrets = (sandbox.secrets(broker).values() for broker in BROKERS)
        self._memory = sandbox.transport() if in_memory else None
        self._async_memory = sandbox.async_transport() if in_memory else None
        self._seen: dict[str, int] = dict.fromkeys(BROKERS, 0)
        self._adapters = {name: _adapter(sandbox, name) for name in BROKERS}
        self._auths = {
            name: auth_from_environment(name, sandbox.secrets(name).get) for name in BROKERS
        }
        given = frozenset(text for each in secrets for text in each)
        self.canaries = Canaries(given, self._auths.values())

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Listen to all that is logged meanwhile."""
        root = logging.getLogger()
        level = root.level
        root.addHandler(self.canaries)
        root.setLevel(logging.DEBUG)
        try:
            yield
        finally:
            root.setLevel(level)
            root.removeHandler(self.canaries)

    def play(self, story: Story) -> None:
        """Play a story, and raise :class:`Broken` where something is not true that must be."""
        for fault in (story.fault, story.on_read, story.on_auth):
            if fault is not None:
                self.sandbox.fault(fault, story.broker)
        outcome, findings = (
            anyio.run(self._told_async, story) if story.uses_async else self._told(story)
        )
        self.sandbox.calm()
        made = self._new_in_ledger(story)
        self.canaries.look(repr(outcome), pickle.dumps(outcome), findings)
        _judge(story, outcome, findings, made)
        entry = self.journal.get(story.intent)
        if entry is None or entry.state is State.SENDING:
            raise Broken(f"{story}: the journal says {entry}")
        self.canaries.look(entry)
        if story.is_cancelled:
            self._cancelled(story)
        name = type(outcome).__name__
        self.ends[f"{story.fault.kind.value if story.fault else 'no fault'}: {name}"] += 1

    def _told(self, story: Story) -> tuple[Outcome, list[Finding]]:
        with Client(
            self._adapters[story.broker],
            self.sandbox.url(story.broker),
            self._auth(story),
            journal=self.journal,
            deadline=story.deadline,
            transport=self._memory,
        ) as client:
            outcome = client.place(story.order, intent=story.intent)
            if story.is_told_twice and not isinstance(outcome, NotSent):
                try:
                    again = client.place(story.order, intent=story.intent)
                except IntentUsed as error:
                    self.canaries.look("".join(_told_of(error)))
                else:
                    raise Broken(f"{story}: placed twice, with {again}")
            looks = range(_looks(story, outcome))
            findings = [client.find(story.intent, deadline=5.0) for _ in looks]
        return outcome, findings

    async def _told_async(self, story: Story) -> tuple[Outcome, list[Finding]]:
        async with AsyncClient(
            self._adapters[story.broker],
            self.sandbox.url(story.broker),
            self._auth(story),
            journal=self.journal,
            deadline=story.deadline,
            transport=self._async_memory,
        ) as client:
            outcome = await client.place(story.order, intent=story.intent)
            looks = range(_looks(story, outcome))
            findings = [await client.find(story.intent, deadline=5.0) for _ in looks]
        return outcome, findings

    def _cancelled(self, story: Story) -> None:
        """Cancel it all; what is called complete leaves nothing open at the broker."""
        with Client(
            self._adapters[story.broker],
            self.sandbox.url(story.broker),
            self._auths[story.broker],
            journal=self.journal,
            transport=self._memory,
        ) as client:
            cancellation = client.cancel(story.intent)
        self.canaries.look(cancellation)
        ledger = self.sandbox.ledger(story.broker)
        left = [
            order
            for placement in ledger
            if any(str(story.intent) in text for text in placement.given)
            for order in placement.orders
            if order.status.lower() not in _OVER
        ]
        if cancellation.complete and left:
            raise Broken(f"{story}: {cancellation}, and the broker has {left}")

    def _auth(self, story: Story) -> httpx.Auth:
        """The broker's authentication; where that goes wrong, one that no other story has."""
        if story.on_auth is None:
            return self._auths[story.broker]
        fresh = auth_from_environment(story.broker, self.sandbox.secrets(story.broker).get)
        self.canaries.auths.append(fresh)
        return fresh

    def _new_in_ledger(self, story: Story) -> list[Listed]:
        """What the story has put into the ledger; nothing of it may be another's."""
        ledger = self.sandbox.ledger(story.broker)
        new = list(ledger[self._seen[story.broker] :])
        self._seen[story.broker] = len(ledger)
        for each in new:
            if not all(str(story.intent) in text for text in each.given):
                raise Broken(f"{story}: the ledger has {each}, which nobody placed")
        return new


def _looks(story: Story, outcome: Outcome) -> int:
    """How often the broker is asked afterwards: once more where the first look goes wrong."""
    asks_to_wait = isinstance(outcome, Rejected) and outcome.retry_after is not None
    if asks_to_wait or not story.is_checked:
        return 0
    return 1 if story.on_read is None else 2


def _judge(story: Story, outcome: Outcome, findings: list[Finding], made: list[Listed]) -> None:
    if len(made) > 1:
        raise Broken(f"{story}: {len(made)} groups of orders are there")
    match outcome:
        case Placed():
            if not made:
                raise Broken(f"{story}: placed, and the broker has nothing")
            if len(made[0].orders) != len(story.order.legs):
                raise Broken(f"{story}: placed, and the broker has {made[0].orders}")
        case Rejected() | NotSent():
            if made:
                raise Broken(f"{story}: {outcome}, and the broker has {made}")
        case Unknown():
            if story.fault is None or story.fault.kind in _PLAIN_NO:
                raise Broken(f"{story}: nobody needs to be in doubt, and {outcome}")
    is_plain = story.fault is None and story.on_auth is None
    if is_plain and not isinstance(outcome, Placed):
        raise Broken(f"{story}: nothing went wrong, and {outcome}")
    for finding in findings:
        _judge_finding(story, finding, made)


def _judge_finding(story: Story, finding: Finding, made: list[Listed]) -> None:
    """What is found is there; what is there is found, unless nothing could be read."""
    if finding.standing in (Standing.PLACED, Standing.UNPROTECTED) and not made:
        raise Broken(f"{story}: {finding}, and the broker has nothing")
    if finding.standing is Standing.REJECTED and made:
        alive = [each for each in made[0].orders if each.status not in ("Rejected", "REJECTED")]
        if alive:
            raise Broken(f"{story}: {finding}, and the broker has {alive}")
    if finding.standing is Standing.NOT_FOUND and made:
        raise Broken(f"{story}: {finding}, and the broker has {made}")


def _told_of(error: BaseException) -> list[str]:
    """All that a traceback can tell, the variables of its frames included."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    return list(told.format())


def _adapter(sandbox: Sandbox, name: str) -> PlacingAdapter:
    return cast("PlacingAdapter", adapter(name)(**sandbox.options(name)))
