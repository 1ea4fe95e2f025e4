"""One connection, the HTTP/1.1 on it, and the connections that wait for another request.

The protocol is ``h11``'s, which ``httpx`` itself sends with. ``httpcore``, between the two, is left
out: it gives what a server sent beyond one answer to the next request, as its answer.
"""

from __future__ import annotations

import socket
import ssl
from time import monotonic
from typing import Final

import h11
import httpx

from otoco.placing import _sockets
from otoco.placing._deadline import Flight
from otoco.placing._forking import AtRest
from otoco.placing._sockets import Origin, Resolve
from otoco.placing._waiting import Waits

#: How long the head of an answer may be, in bytes.
LONGEST_HEAD: Final = 1 << 16

#: After how many idle seconds a connection is not used again; the same as ``httpx`` has.
KEPT_ALIVE: Final = 5.0


class Connection:
    """A socket with HTTP/1.1 on it, for one request at a time."""

    def __init__(self, origin: Origin, sock: socket.socket) -> None:
        self.origin = origin
        self._sock = sock
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=LONGEST_HEAD)
        self._took_all = True
        self._idle_since = 0.0

    def send(self, request: httpx.Request, content: bytes, flight: Flight) -> Waits[None]:
        """Write a request, and mark it as written before its first byte.

        A server may refuse it half read and say why, so that an error here is none yet.
        """
        data = self._bytes(request, content)
        if flight.seconds_left <= 0:
            raise httpx.ConnectTimeout("the deadline passed before a byte was sent.")
        flight.written = True
        try:
            yield from _sockets.send(self._sock, data, flight.deadline)
        except OSError:
            self._took_all = False

    def _bytes(self, request: httpx.Request, content: bytes) -> bytes:
        head = h11.Request(
            method=request.method, target=request.url.raw_path, headers=request.headers.raw
        )
        events = (head, h11.Data(content), h11.EndOfMessage())
        return b"".join(self._http.send(event) or b"" for event in events)

    def head(self, flight: Flight) -> Waits[h11.Response]:
        """The head of the final answer; informational ones are passed over."""
        while True:
            event = yield from self._event(flight)
            if isinstance(event, h11.Response):
                return event

    def part(self, flight: Flight) -> Waits[bytes | None]:
        """The next part of the body, and ``None`` after the last."""
        event = yield from self._event(flight)
        return bytes(event.data) if isinstance(event, h11.Data) else None

    def _event(self, flight: Flight) -> Waits[h11.Event]:
        while True:
            event = self._http.next_event()
            if flight.seconds_left <= 0:
                raise httpx.ReadTimeout("the answer was not whole before the deadline.")
            if not isinstance(event, type):
                return event
            data = yield from _sockets.receive(self._sock, flight.deadline)
            if not data and self._http.their_state is h11.SEND_RESPONSE:
                raise httpx.RemoteProtocolError("the server hung up without an answer.")
            self._http.receive_data(data)

    def recycle(self) -> bool:
        """Make ready for another request; whether that can be.

        It cannot where anything of this exchange is unsent or unread, nor where the server sent
        more than its answer: that would be read as the answer to the next request.
        """
        states = (self._http.our_state, self._http.their_state)
        is_over = self._took_all and states == (h11.DONE, h11.DONE)
        if not is_over or self._http.trailing_data != (b"", False):
            return False
        self._http.start_next_cycle()
        self._idle_since = monotonic()
        return True

    def is_fresh(self) -> bool:
        """Whether it has rested a short time, undisturbed."""
        return monotonic() - self._idle_since < KEPT_ALIVE and _sockets.is_quiet(self._sock)

    def close(self) -> None:
        """Hang up."""
        self._sock.close()


class Connections(AtRest):
    """Connections to servers: opened, used by one request at a time, and kept for the next."""

    def __init__(self, most: int, resolve: Resolve, context: ssl.SSLContext) -> None:
        super().__init__()
        self._most = most
        self._resolve = resolve
        self._context = context
        self._idle: list[Connection] = []
        self._is_closed = False

    def exchange(
        self, request: httpx.Request, content: bytes, flight: Flight
    ) -> Waits[tuple[Connection, h11.Response]]:
        """Send a request, once, and read the head of its answer."""
        origin = _origin(request.url)
        connection = self._take(origin)
        if connection is None:
            connection = yield from self._open(origin, flight.deadline)
        try:
            yield from connection.send(request, content, flight)
            head = yield from connection.head(flight)
        except BaseException:
            connection.close()
            raise
        return connection, head

    def _open(self, origin: Origin, until: float) -> Waits[Connection]:
        sock = yield from _sockets.open_socket(origin, until, self._resolve, self._context)
        return Connection(origin, sock)

    def _take(self, origin: Origin) -> Connection | None:
        """A fresh connection to an origin, the one that rested least."""
        while (connection := self._last(origin)) is not None:
            if connection.is_fresh():
                return connection
            connection.close()
        return None

    def _last(self, origin: Origin) -> Connection | None:
        with self._lock:
            for at in reversed(range(len(self._idle))):
                if self._idle[at].origin == origin:
                    return self._idle.pop(at)
        return None

    def give_back(self, connection: Connection) -> None:
        """Keep a connection for the next request, or hang up."""
        surplus = connection
        if connection.recycle():
            with self._lock:
                self._idle.append(connection)
                if len(self._idle) <= self._most and not self._is_closed:
                    return
                surplus = self._idle.pop(0)
        surplus.close()

    def close(self) -> None:
        """Hang up all that rest, and each that is given back from now on."""
        with self._lock:
            self._is_closed = True
            self._let_go()

    def rest(self) -> None:
        """Hang up: on one connection two processes would read each other's answers."""
        super().rest()
        self._let_go()

    def _let_go(self) -> None:
        while self._idle:
            self._idle.pop().close()


def _origin(url: httpx.URL) -> Origin:
    ports = {"http": 80, "https": 443}
    if url.scheme not in ports:
        raise httpx.UnsupportedProtocol(f"{url.scheme}:// is not spoken here, only HTTP is.")
    return Origin(url.scheme, url.raw_host.decode("ascii"), url.port or ports[url.scheme])
