"""One call's deadline by the clock on the wall, and how far its request has come.

A call of the client has one deadline, which everything obeys that is sent for it: the request
itself, and what an :class:`httpx.Auth` sends before it, such as the renewal of a token. The client
sets it with :func:`until`. What happens to the one request that the call is about is noted on its
:class:`Flight`, which travels in the extensions of that request.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import Final

import attrs
import httpx

from otoco.placing._finishing import Unfinished

#: The extension of an :class:`httpx.Request` that holds its :class:`Flight`.
FLIGHT: Final = "otoco.flight"

_DEADLINE: Final = ContextVar("otoco.deadline", default=math.inf)

#: What ``httpx`` raises before a request is written, whatever its transport.
_BEFORE_WRITING: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)


@attrs.define(eq=False)
class Flight:
    """How far one request has come, noted by those through whose hands it goes.

    ``deadline`` is in seconds of :func:`time.monotonic`. ``handed`` says that a transport was given
    the request, ``marks_writes`` that this transport tells when it writes, and ``written`` that a
    byte of the request may have left.
    """

    deadline: float
    handed: bool = False
    marks_writes: bool = False
    written: bool = False

    @property
    def seconds_left(self) -> float:
        """The seconds until the deadline; less than zero after it."""
        return self.deadline - monotonic()


@contextmanager
def until(deadline: float) -> Generator[None]:
    """Let all that is sent within obey a deadline, in seconds of :func:`time.monotonic`.

    Within another one, the earlier of the two holds.
    """
    token = _DEADLINE.set(min(deadline, _DEADLINE.get()))
    try:
        yield
    finally:
        _DEADLINE.reset(token)


def current_deadline() -> float:
    """The deadline that holds here, in seconds of :func:`time.monotonic`; infinite without one."""
    return _DEADLINE.get()


def flight_of(request: httpx.Request) -> Flight:
    """The flight of a request; for one that has none, such as a token's renewal, a new one."""
    flight = request.extensions.get(FLIGHT)
    return flight if isinstance(flight, Flight) else Flight(current_deadline())


def seconds_left(request: httpx.Request) -> float | None:
    """The seconds until the deadline of a client's call, less than zero after it.

    ``None`` for a request that no client has made. For an authentication that waits, or that sends
    something before the request.
    """
    flight = request.extensions.get(FLIGHT)
    return flight.seconds_left if isinstance(flight, Flight) else None


def never_left(error: BaseException, flight: Flight) -> bool:
    """Whether a request that ended with an exception certainly never left.

    A transport that marks its writes is taken at its word. Of any other the exception has to be
    one that ``httpx`` raises before it writes.
    """
    if not flight.handed or isinstance(error, Unfinished):
        return True
    if flight.marks_writes:
        return not flight.written
    return isinstance(error, _BEFORE_WRITING)
