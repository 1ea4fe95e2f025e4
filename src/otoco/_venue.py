"""What an adapter has besides, if orders can be placed through it: all without I/O.

Looking for an order and cancelling it take several requests, of which each depends on the answer to
the one before. An adapter writes them as a generator: it yields a :class:`Call` and is handed the
broker's :class:`~otoco.adapters.Answer`, and what it returns is what was found out. Who sends the
calls, and how, is not its concern; where a call has no answer, :class:`NoAnswer` is raised at its
``yield``.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar, Protocol, TypeAlias, TypeVar
from uuid import UUID

import attrs

from otoco._answers import Answer, Verdict
from otoco._contract import Adapter, Request
from otoco._problems import OtocoError


class Traffic(Enum):
    """What a request to a broker is for; rate limits tell these apart."""

    PLACE = "placing"
    READ = "reading"
    CANCEL = "cancelling"


@attrs.frozen
class Budget:
    """A broker's rate limit: at most so many requests in any so many seconds.

    ``traffic`` is what counts against it, everything if it is empty; ``source`` is the broker's
    own page.
    """

    most: int
    seconds: float
    source: str
    traffic: frozenset[Traffic] = frozenset()


@attrs.frozen
class Call:
    """A request about orders that exist, or ought to: never one that places.

    ``path`` leaves out the base URL and has the query string, if any. Without a ``body`` it is a
    GET, and otherwise a POST of JSON.
    """

    path: str
    body: Mapping[str, Any] | None = None
    traffic: Traffic = Traffic.READ


@attrs.frozen
class Pause:
    """A time to wait before the next call, in seconds, because the broker asks for it."""

    seconds: float


class NoAnswer(OtocoError):
    """A call had no answer that says anything; the sentence says why.

    ``retry_after`` is in how many seconds the broker may be asked again, where it says so: until
    then nothing is sent to it.
    """

    def __init__(self, why: str, retry_after: float | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.retry_after = retry_after


_T = TypeVar("_T")

#: Calls and pauses one after the other, and what was found out; a pause is answered by ``None``.
Steps: TypeAlias = Generator[Call | Pause, Any, _T]


@attrs.frozen
class Sent:
    """A placement as it left: what there is to look for.

    The numbers in the body of ``request`` are text (``otoco.adapters.Numeral``), as read from the
    bytes that were sent. ``at`` is the time in UTC just before the first byte could leave, and
    ``ids`` are the broker's ids as far as they are known, by leg path, or ``order`` for the whole.
    """

    intent: UUID
    request: Request
    at: datetime
    ids: Mapping[str, str] = attrs.field(factory=dict[str, str])


class Life(Enum):
    """How far an order has come, in neutral words."""

    WAITING = "waiting"
    WORKING = "working"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    EXPIRED = "expired"
    UNKNOWN = "unknown"

    @property
    def is_open(self) -> bool:
        """Whether it can still fill, as far as is known: what is unknown may."""
        return self in (Life.WAITING, Life.WORKING, Life.UNKNOWN)


@attrs.frozen
class Sighting:
    """One order as the broker shows it.

    ``path`` is the leg that it is, and ``None`` where that is not sure. ``status`` is the broker's
    word, verbatim. ``differs`` says in sentences what is not as it was sent.
    """

    id: str
    path: str | None
    status: str
    life: Life
    filled: str | None = None
    differs: tuple[str, ...] = ()


class Standing(Enum):
    """What the broker's records prove of a placement."""

    #: Every order of the placement is there, as it was sent.
    PLACED = "placed"
    #: The broker refused it: what it lists of it has ended without a fill.
    REJECTED = "rejected"
    #: The entry is there and an exit is missing, dead or another than was sent.
    UNPROTECTED = "unprotected"
    #: Some of its orders were seen and others not.
    INCOMPLETE = "incomplete"
    #: More than one group of orders could be it.
    AMBIGUOUS = "ambiguous"
    #: Nothing was found, which proves nothing.
    NOT_FOUND = "not found"
    #: The broker's records could not be read.
    NOT_READ = "not read"


@attrs.frozen
class Finding:
    """What was found out about a placement by looking, with a sentence that says why.

    ``by_looks`` says that no id ties the orders to the placement, the broker's or the caller's, but
    only what they are: another placement that says the same could have them.
    """

    standing: Standing
    why: str
    orders: tuple[Sighting, ...] = ()
    ids: Mapping[str, str] = attrs.field(factory=dict[str, str])
    by_looks: bool = False


@attrs.frozen
class Cancellation:
    """How each order of a placement stood when it had been cancelled and listed again.

    ``complete`` says that none of them can fill any more; ``why`` tells what else is known.
    """

    complete: bool
    why: str
    orders: tuple[Sighting, ...] = ()


class PlacingAdapter(Adapter, Protocol):
    """An adapter through which orders can be placed."""

    #: The broker's base URLs by environment, ``demo`` and ``live``, as far as it has them.
    environments: ClassVar[Mapping[str, str]]
    #: Its rate limits.
    budgets: ClassVar[tuple[Budget, ...]]
    #: How a person finds out at this broker whether an order is there, in one sentence.
    finding_out: ClassVar[str]

    def read(self, sent: Request, answer: Answer) -> Verdict:
        """What the broker's answer to a placement says; what no table names is unclear."""
        ...

    def find(self, sent: Sent) -> Steps[Finding]:
        """Look once for a placement among the broker's records."""
        ...

    def cancel(self, sent: Sent) -> Steps[Cancellation]:
        """List a placement's orders, cancel each that is open, and list them again."""
        ...
