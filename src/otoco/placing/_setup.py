"""What a client was set up with, and what both kinds of clients do with it alike."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from importlib.metadata import version
from typing import Final, assert_never, cast
from uuid import UUID, uuid4

import attrs
import httpx

from otoco._answers import Answer
from otoco._contract import Placement
from otoco._problems import OtocoError, Refused, option_refusal, shown
from otoco._translate import check_adapter
from otoco._tree import Order
from otoco._venue import Cancellation, Finding, PlacingAdapter
from otoco.placing._deadline import FLIGHT, Flight, never_left
from otoco.placing._effects import (
    Claim,
    Exchange,
    Failure,
    Journalled,
    Look,
    LookElsewhere,
    Settle,
)
from otoco.placing._environments import BASE_URL, base_url
from otoco.placing._journal import OPEN, Entry, Journal, JournalError
from otoco.placing._limits import Limiter
from otoco.placing._memory import PROCESS
from otoco.placing._outcomes import Attempt, Outcome
from otoco.placing._steps import Procedure, Venue

#: Sentences for what is raised on the way. What is not here is named by its class alone: its text
#: is a stranger's and may hold anything.
_WHY: Final[Mapping[type[BaseException], str]] = {
    httpx.ConnectTimeout: "no connection came about before the deadline.",
    httpx.ConnectError: "no connection came about.",
    httpx.PoolTimeout: "no connection was free before the deadline.",
    httpx.ReadTimeout: "no whole answer came before the deadline.",
    httpx.WriteTimeout: "the request was not taken before the deadline.",
    httpx.ReadError: "the connection broke before the answer was whole.",
    httpx.WriteError: "the connection broke while the request was sent.",
    httpx.RemoteProtocolError: "what came back is no HTTP, or it ended too early.",
    TimeoutError: "the deadline passed before an answer came.",
    KeyboardInterrupt: "it was interrupted.",
}
#: Answers are asked for as they are: a compressed one may be a thousand times its size.
_HEADERS: Final = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": f"otoco/{version('otoco')}",
}
#: A URL taken apart; an account has few of them.
_url = lru_cache(256)(httpx.URL)
_FORGETS: Final = (
    "The journal is in the memory of this process: after a crash nothing here knows what was sent,"
    " and another process can send the same intent again."
)
_LIVES_ON: Final = (
    "What is open at the broker stays open when this program ends: a REST API has no"
    " cancel-on-disconnect."
)
#: How far the clocks of the machines that share a journal may be apart.
_SKEW: Final = timedelta(hours=1)


@attrs.frozen
class Setup:
    """A broker's environment with a journal: what a client speaks to, and writes down."""

    venue: Venue
    base_url: str
    journal: Journal
    deadline: float

    @classmethod
    def of(
        cls,
        adapter: PlacingAdapter,
        environment: str,
        auth: httpx.Auth,
        journal: Journal | None,
        deadline: float,
    ) -> Setup:
        """The setup that a client's arguments say.

        Raises:
            otoco.AdapterError: as the clients.
            TypeError: for an authentication, a journal or a deadline that is none.

        """
        check_adapter(adapter)
        url = base_url(adapter, environment)
        _check(isinstance(cast("object", auth), httpx.Auth), "an httpx.Auth", "auth", auth)
        is_journal = journal is None or (hasattr(journal, "claim") and hasattr(journal, "settle"))
        _check(is_journal, "a journal such as SqliteJournal(path)", "journal", journal)
        _check(isinstance(cast("object", deadline), int | float), "seconds", "deadline", deadline)
        venue = Venue(
            adapter, environment, url, Limiter(adapter.budgets, time.monotonic, adapter.name)
        )
        return cls(venue, url, PROCESS if journal is None else journal, deadline)

    def __str__(self) -> str:
        return f"{self.venue.adapter.name}, {self.venue.environment}"

    @property
    def cannot_promise(self) -> tuple[str, ...]:
        """What nobody should rely on, in sentences."""
        name = self.venue.adapter.name
        return (
            *(() if self.journal.durable else (_FORGETS,)),
            f"{name} takes the same order twice if it is sent twice: only the journal prevents it.",
            _LIVES_ON,
        )

    def ends(self, deadline: float | None, patience: float) -> float:
        """When a call that begins now ends, on the monotonic clock."""
        seconds = (self.deadline if deadline is None else deadline) + patience
        if math.isnan(seconds):
            raise ValueError("a deadline and a patience are seconds, and one of these is NaN.")
        return time.monotonic() + seconds

    def place(
        self,
        order: Order,
        intent: UUID | str | None,
        client_order_ids: Mapping[str, str] | None,
    ) -> Procedure[Outcome]:
        """The steps of placing an order; raises :class:`otoco.Refused` for what is no UUID."""
        name = uuid4() if intent is None else self._intent(intent)
        return self.venue.place(order, name, client_order_ids)

    def find(self, what: Attempt | UUID | str, patience: float) -> Procedure[Finding]:
        """The steps of looking for a placement; raises as :meth:`place`."""
        return self.venue.find(self._intent(what), patience)

    def cancel(self, what: Attempt | UUID | str) -> Procedure[Cancellation]:
        """The steps of cancelling a placement; raises as :meth:`place`."""
        return self.venue.cancel(self._intent(what))

    def _intent(self, what: Attempt | UUID | str) -> UUID:
        intent = what.intent if isinstance(what, Attempt) else Placement(what).intent
        if not isinstance(intent, UUID):
            why = f"the intent {shown(what)} is not a UUID."
            refusal = option_refusal("intent", why, "Give one such as uuid.uuid4().")
            raise Refused(self.venue.adapter.name, [refusal])
        return intent

    def recover(self) -> tuple[Entry, ...]:
        """The open entries of this broker and environment, the oldest first."""
        return tuple(filter(self._is_here, self.journal.entries(OPEN)))

    def journalled(self, effect: Journalled) -> Entry | None:
        """Do to the journal what a step asks for.

        Raises:
            JournalError: where the journal cannot, whatever it raises itself.

        """
        try:
            return self._journalled(effect)
        except OtocoError:
            raise
        except Exception as error:
            raise JournalError(f"the journal has raised {type(error).__name__}.") from error

    def _journalled(self, effect: Journalled) -> Entry | None:
        match effect:
            case Look(intent):
                return self.journal.get(intent)
            case LookElsewhere():
                return self._owner(effect)
            case Claim(entry):
                return self.journal.claim(entry)
            case Settle(intent, state, at, ids, why):
                return self.journal.settle(intent, state, at=at, ids=ids, why=why)
            case _:
                assert_never(effect)

    def _owner(self, looked: LookElsewhere) -> Entry | None:
        """Another placement, of this broker and environment, whose orders were found instead."""
        entry = looked.entry
        later = self.journal.entries(since=entry.claimed_at - _SKEW)
        here = [each for each in later if self._is_here(each) and each.intent != entry.intent]
        owners = (each for each in here if not looked.ids.isdisjoint(each.ids.values()))
        twins = (
            each
            for each in here
            if each.state in looked.states
            and not (entry.ids or each.ids)
            and _said(each) == _said(entry)
        )
        return next(owners, None) or next(twins, None)

    def _is_here(self, entry: Entry) -> bool:
        return self.venue.is_here(entry)

    def request(self, exchange: Exchange, flight: Flight) -> httpx.Request:
        """The HTTP request of an exchange, with nothing secret in it."""
        headers = dict(_HEADERS)
        if exchange.content is not None:
            headers["Content-Type"] = exchange.content_type
        return httpx.Request(
            exchange.method,
            _url(self.base_url + exchange.path),
            headers=headers,
            content=exchange.content,
            extensions={FLIGHT: flight, BASE_URL: self.base_url},
        )


def _check(holds: bool, wanted: str, name: str, given: object) -> None:
    if not holds:
        raise TypeError(f"{name} is {wanted}, and this is a {type(given).__name__}.")


def _said(entry: Entry) -> tuple[str, bytes]:
    """What a placement says, whatever its intent."""
    return entry.path, entry.content.replace(str(entry.intent).encode("ascii"), b"")


def answer(response: httpx.Response, body: bytes) -> Answer:
    """An answer as adapters read it; the last of several headers of a name counts."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers, body)


def failure(error: BaseException, flight: Flight) -> Failure:
    """What an exchange that raised came to, in a sentence that holds nothing secret.

    What is to be raised leaves its traceback here: the frames on the way have the finished request.
    """
    known = next((_WHY[kind] for kind in type(error).__mro__ if kind in _WHY), None)
    why = known or (str(error) if isinstance(error, OtocoError) else f"{type(error).__name__}.")
    left = not never_left(error, flight)
    if isinstance(error, Exception):
        return Failure(why, left)
    error.__cause__ = error.__context__ = None
    return Failure(why, left, error.with_traceback(None))
