"""The transports of the clients: one deadline for all of a call, and each written byte is known.

``httpx`` has timeouts for single steps and none for a request, so that a server that sends a byte
now and then holds it for as long as it likes; nor does it say whether anything was written. These
transports do both. They speak HTTP/1.1, verify certificates as ``httpx`` does by default, read no
environment variables, know no proxy, follow nothing and send nothing twice.

What they raise is one of ``httpx``'s exceptions: ``ConnectError``, ``ConnectTimeout``,
``PoolTimeout``, ``LocalProtocolError`` or ``UnsupportedProtocol`` where nothing was written, and
another one otherwise. No exception leads to the request or tells its headers or its query.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache
from typing import Final, TypeAlias

import anyio
import h11
import httpx

from otoco.placing._connection import Connection, Connections
from otoco.placing._deadline import Flight, flight_of
from otoco.placing._failures import failure, no_slot
from otoco.placing._sockets import Resolve, look_up
from otoco.placing._waiting import LONGEST, arun, run

#: How many requests are on their way at a time, and how many connections are kept.
CONNECTIONS: Final = 10

_GiveBack: TypeAlias = Callable[[Connection], None]


class Transport(httpx.BaseTransport):
    """A transport for threads; any number of them may use one."""

    def __init__(
        self,
        *,
        connections: int = CONNECTIONS,
        resolve: Resolve = look_up,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._slots = threading.Semaphore(connections)
        self._connections = Connections(connections, resolve, _verifying(context))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; its body is read while the answer's stream is."""
        answer = self._exchange(request)
        del request  # a traceback shows the variables of its frames
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _exchange(self, request: httpx.Request) -> httpx.Response | Exception:
        flight = _taken(request)
        if not self._slots.acquire(timeout=min(flight.seconds_left, LONGEST)):
            return no_slot()
        try:
            steps = self._connections.exchange(request, request.read(), flight)
            connection, head = run(steps)
        except Exception as error:  # noqa: BLE001 - raised without what it hangs together with
            self._slots.release()
            return failure(error, flight)
        except BaseException:
            self._slots.release()
            raise
        return _response(head, _Body(connection, flight, self._give_back))

    def _give_back(self, connection: Connection) -> None:
        self._connections.give_back(connection)
        self._slots.release()

    def close(self) -> None:
        """Hang up all connections that are not in use, and the others after their use."""
        self._connections.close()


class AsyncTransport(httpx.AsyncBaseTransport):
    """As :class:`Transport`, for one event loop, of asyncio or trio."""

    def __init__(
        self,
        *,
        connections: int = CONNECTIONS,
        resolve: Resolve = look_up,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._slots = anyio.Semaphore(connections)
        self._connections = Connections(connections, resolve, _verifying(context))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; its body is read while the answer's stream is."""
        answer = await self._exchange(request)
        del request  # a traceback shows the variables of its frames
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def _exchange(self, request: httpx.Request) -> httpx.Response | Exception:
        flight = _taken(request)
        with anyio.move_on_after(flight.seconds_left) as scope:
            await self._slots.acquire()
        if scope.cancelled_caught:
            return no_slot()
        try:
            steps = self._connections.exchange(request, await request.aread(), flight)
            connection, head = await arun(steps)
        except Exception as error:  # noqa: BLE001 - raised without what it hangs together with
            self._slots.release()
            return failure(error, flight)
        except BaseException:
            self._slots.release()
            raise
        return _response(head, _AsyncBody(connection, flight, self._give_back))

    def _give_back(self, connection: Connection) -> None:
        self._connections.give_back(connection)
        self._slots.release()

    async def aclose(self) -> None:
        """Hang up all connections that are not in use, and the others after their use."""
        self._connections.close()


class _Body(httpx.SyncByteStream):
    """The body of an answer; when it is closed, its connection goes back."""

    def __init__(self, connection: Connection, flight: Flight, give_back: _GiveBack) -> None:
        self._connection: Connection | None = connection
        self._flight = flight
        self._give_back = give_back

    def __iter__(self) -> Iterator[bytes]:
        while part := self._part():
            if isinstance(part, Exception):
                raise part
            yield part

    def _part(self) -> bytes | Exception | None:
        if self._connection is None:
            return None
        try:
            return run(self._connection.part(self._flight))
        except Exception as error:  # noqa: BLE001 - raised without what it hangs together with
            return failure(error, self._flight)

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            self._give_back(connection)


class _AsyncBody(httpx.AsyncByteStream):
    """As :class:`_Body`, for a task."""

    def __init__(self, connection: Connection, flight: Flight, give_back: _GiveBack) -> None:
        self._connection: Connection | None = connection
        self._flight = flight
        self._give_back = give_back

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        part = await self._part()
        if isinstance(part, Exception):
            raise part
        if part is None:
            raise StopAsyncIteration
        return part

    async def _part(self) -> bytes | Exception | None:
        if self._connection is None:
            return None
        try:
            return await arun(self._connection.part(self._flight))
        except Exception as error:  # noqa: BLE001 - raised without what it hangs together with
            return failure(error, self._flight)

    async def aclose(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            self._give_back(connection)


def _taken(request: httpx.Request) -> Flight:
    flight = flight_of(request)
    flight.marks_writes = True
    return flight


def _verifying(context: ssl.SSLContext | None) -> ssl.SSLContext:
    if context is None:
        return _default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


@cache
def _default_context() -> ssl.SSLContext:
    """The context of every transport that is given none: to read the authorities takes a while."""
    return _verifying(httpx.create_ssl_context(trust_env=False))


def _response(
    head: h11.Response, body: httpx.SyncByteStream | httpx.AsyncByteStream
) -> httpx.Response:
    extensions = {"http_version": b"HTTP/" + head.http_version, "reason_phrase": head.reason}
    headers = head.headers.raw_items()
    return httpx.Response(head.status_code, headers=headers, stream=body, extensions=extensions)
