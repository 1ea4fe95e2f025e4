"""The journal: what is about to be sent is written down first, and each intent once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import Enum
from typing import Final, Protocol
from uuid import UUID

import attrs

from otoco import _json
from otoco._contract import BodyKind, Request
from otoco._problems import OtocoError
from otoco._venue import Sent


class JournalError(OtocoError):
    """The journal cannot be read or written."""


class State(Enum):
    """How far a placement has come."""

    #: Claimed, and perhaps on its way; after a crash this is all that is known.
    SENDING = "sending"
    PLACED = "placed"
    REJECTED = "rejected"
    NOT_SENT = "not sent"
    UNKNOWN = "unknown"

    @property
    def is_open(self) -> bool:
        """Whether an order may be at the broker without anyone here knowing."""
        return self in (State.SENDING, State.UNKNOWN)


#: The states in which an order may be at the broker without anyone here knowing.
OPEN: Final = tuple(state for state in State if state.is_open)

#: The states that may follow a state. What is known is never forgotten; a state may follow itself.
FOLLOWING: Final[Mapping[State, frozenset[State]]] = {
    State.SENDING: frozenset(State),
    State.UNKNOWN: frozenset((State.UNKNOWN, State.PLACED, State.REJECTED)),
    State.PLACED: frozenset((State.PLACED,)),
    State.REJECTED: frozenset((State.REJECTED,)),
    State.NOT_SENT: frozenset((State.NOT_SENT,)),
}


@attrs.frozen(kw_only=True)
class Entry:
    """One placement in a journal: the request as it was to be sent, and what became of it.

    ``environment`` is ``demo``, ``live`` or a base URL. ``content`` are the bytes of the body and
    ``digest`` is their SHA-256 in hexadecimal; no secret is among them. ``ids`` are the broker's.
    """

    intent: UUID
    adapter: str
    environment: str
    method: str
    path: str
    content: bytes
    digest: str
    reply_ids: Mapping[str, str]
    claimed_at: datetime
    state: State = State.SENDING
    settled_at: datetime | None = None
    ids: Mapping[str, str] = attrs.field(factory=dict[str, str])
    why: str = ""

    @property
    def sent(self) -> Sent:
        """What to look for at the broker."""
        body = _json.load_object(self.content)
        request = Request(self.method, self.path, body, self.reply_ids, BodyKind.JSON)
        return Sent(self.intent, request, self.claimed_at, self.ids)


def settled(entry: Entry, state: State, *, at: datetime, ids: Mapping[str, str], why: str) -> Entry:
    """What settling makes of an entry, and the entry itself where the state may not follow.

    The broker's new ids are added to those that are known, and go before them.
    """
    if state not in FOLLOWING[entry.state]:
        return entry
    return attrs.evolve(entry, state=state, settled_at=at, ids={**entry.ids, **ids}, why=why)


class Journal(Protocol):
    """Where intents are claimed. Any number of threads may use one at a time.

    Every method raises :class:`JournalError` where the journal cannot be read or written.
    """

    #: Whether what it holds outlives this process, and is shared with others.
    durable: bool

    def claim(self, entry: Entry) -> Entry | None:
        """Write an intent down, for good, and return ``None``: it is the caller's to send.

        If the intent is there already, nothing is written and what is there is returned, unless it
        was :attr:`State.NOT_SENT`, which may be claimed again. Of any number of callers in any
        number of threads and processes exactly one gets ``None``.
        """
        ...

    def settle(
        self, intent: UUID, state: State, *, at: datetime, ids: Mapping[str, str], why: str
    ) -> Entry:
        """Write down what became of an intent, and return what the journal holds then.

        What may not follow what it holds (:data:`FOLLOWING`) changes nothing. An intent that it
        does not hold is a :class:`JournalError`.
        """
        ...

    def get(self, intent: UUID) -> Entry | None:
        """What it holds of an intent."""
        ...

    def entries(
        self, states: Collection[State] = (), since: datetime | None = None
    ) -> tuple[Entry, ...]:
        """What it holds, the oldest first: all, or what is in one of the states.

        With ``since``, what was claimed at that time or later.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
