"""Servers that misbehave on loopback, and one way to ask them for each kind of client."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final, TypeAlias

import anyio
import attrs
import httpx

from otoco.placing._deadline import FLIGHT, Flight, until
from otoco.placing._handing import async_chained, chained
from otoco.placing._reading import aread_bounded, read_bounded
from otoco.placing._transport import AsyncTransport, Transport

#: How long after its deadline a call may end, in seconds.
PROMISE: Final = 0.25
#: The three ways in which a client waits.
DRIVERS: Final = ("threads", "asyncio", "trio")

CERTIFICATE: Final = Path(__file__).with_name("localhost.pem")
#: What spares a client that is not asked for TLS the time to read whom it trusts.
UNTRUSTING: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
OK: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

Handler: TypeAlias = Callable[[socket.socket], None]


class Server:
    """A server that does with each connection whatever it was told to; it closes it afterwards."""

    def __init__(self, handler: Handler, host: str) -> None:
        self._handler = handler
        self._listener = socket.create_server((host, 0))
        self._open: list[socket.socket] = []
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        """Where it listens, as a URL."""
        return f"http://127.0.0.1:{self.port}/"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                self.connections += 1
                self._open.append(sock)
                threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with closing(sock), suppress(OSError):
            self._handler(sock)

    def close(self) -> None:
        """Hang up everything; whatever a handler is at ends with an error."""
        for sock in (self._listener, *self._open):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextmanager
def serving(handler: Handler, host: str = "127.0.0.1") -> Generator[Server]:
    """A server for as long as it is needed."""
    server = Server(handler, host)
    try:
        yield server
    finally:
        server.close()


def read_request(sock: socket.socket) -> bytes:
    """One request, whose body is ``{}``."""
    request = b""
    while not request.endswith(b"{}"):
        part = sock.recv(65536)
        if not part:
            raise OSError("no request")
        request += part
    return request


def answering(answer: bytes = OK, delay: float = 0) -> Handler:
    """A handler that answers every request of a connection, after so many seconds."""

    def handle(sock: socket.socket) -> None:
        while True:
            read_request(sock)
            sleep(delay)
            sock.sendall(answer)

    return handle


def once(*parts: bytes) -> Handler:
    """A handler that reads a request, sends the parts, and hangs up."""

    def handle(sock: socket.socket) -> None:
        read_request(sock)
        for part in parts:
            sock.sendall(part)

    return handle


def dripping(start: bytes, drop: bytes, seconds: float = 0.05) -> Handler:
    """A handler that sends a start, and then a drop now and then, for ever."""

    def handle(sock: socket.socket) -> None:
        read_request(sock)
        sock.sendall(start)
        while True:
            sleep(seconds)
            sock.sendall(drop)

    return handle


def silent(sock: socket.socket) -> None:
    """Take whatever comes, and say nothing."""
    while sock.recv(65536):
        pass


def deaf(sock: socket.socket) -> None:
    """Take nothing, say nothing, and stay."""
    sleep(2)


def with_tls(handler: Handler) -> Handler:
    """The same handler, behind TLS, with a certificate of its own for localhost."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)

    def handle(sock: socket.socket) -> None:
        with context.wrap_socket(sock, server_side=True) as tls:
            handler(tls)

    return handle


def trusting() -> ssl.SSLContext:
    """What a client trusts that trusts that certificate."""
    return ssl.create_default_context(cafile=CERTIFICATE)


class Renewing(httpx.Auth):
    """An authentication that asks an URL for a token before each request."""

    def __init__(self, url: str) -> None:
        self._url = url

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Ask, and then send."""
        yield httpx.Request("POST", self._url, content=b"{}")
        yield request


@attrs.frozen(kw_only=True)
class Ask:
    """One request: how long it has, what it waits for before it begins, and what it sends."""

    url: str
    seconds: float = 5.0
    after: float = 0.0
    method: str = "POST"
    content: Any = b"{}"
    headers: dict[str, str] = attrs.field(factory=dict[str, str])

    def request(self, flight: Flight) -> httpx.Request:
        """The request, with its flight."""
        return httpx.Request(
            self.method,
            self.url,
            headers=self.headers,
            content=self.content,
            extensions={FLIGHT: flight},
        )


@attrs.frozen(kw_only=True)
class Told:
    """What came of a request: an answer or an error, and when, in seconds after its deadline."""

    flight: Flight
    late: float
    answer: httpx.Response | None = None
    body: bytes = b""
    error: BaseException | None = None


def ask(
    driver: str, *asks: Ask, at_once: bool = False, auth: httpx.Auth | None = None, **options: Any
) -> Sequence[Told]:
    """Send requests over one transport, one after the other or at once, and read the answers.

    A machine that stood still proves nothing, so that what ended late is asked once more.
    """
    options = {"context": UNTRUSTING, **options}
    told = _ask(driver, asks, at_once, auth, options)
    if any(each.late > PROMISE for each in told):
        told = _ask(driver, asks, at_once, auth, options)
    return told


def ask_one(driver: str, url: str, seconds: float = 5.0, **options: Any) -> Told:
    """Send one request to an URL."""
    return ask(driver, Ask(url=url, seconds=seconds), **options)[0]


def _ask(
    driver: str,
    asks: Sequence[Ask],
    at_once: bool,
    auth: httpx.Auth | None,
    options: dict[str, Any],
) -> list[Told]:
    told: dict[int, Told] = {}

    if driver != "threads":
        anyio.run(_ask_in_tasks, asks, at_once, auth, options, told, backend=driver)
        return [told[at] for at in range(len(asks))]

    with httpx.Client(
        transport=chained(Transport(**options)), auth=auth, trust_env=False
    ) as client:

        def tell(at: int) -> None:
            told[at] = _tell(client, asks[at])

        threads = [threading.Thread(target=tell, args=(at,)) for at in range(len(asks))]
        for thread in threads:
            thread.start()
            if not at_once:
                thread.join()
        for thread in threads:
            thread.join()
    return [told[at] for at in range(len(asks))]


def _tell(client: httpx.Client, ask: Ask) -> Told:
    sleep(ask.after)
    flight = Flight(monotonic() + ask.seconds)
    answer, body, error = None, b"", None
    with until(flight.deadline):
        try:
            answer = client.send(ask.request(flight), stream=True)
            body = read_bounded(answer)
        except Exception as caught:  # noqa: BLE001 - which one it is, is what is asked here
            error = caught
    late = -flight.seconds_left
    return Told(flight=flight, late=late, answer=answer, body=body, error=error)


async def _ask_in_tasks(
    asks: Sequence[Ask],
    at_once: bool,
    auth: httpx.Auth | None,
    options: dict[str, Any],
    told: dict[int, Told],
) -> None:
    transport = async_chained(AsyncTransport(**options))
    async with httpx.AsyncClient(transport=transport, auth=auth, trust_env=False) as client:

        async def tell(at: int) -> None:
            told[at] = await _tell_in_task(client, asks[at])

        if not at_once:
            for at in range(len(asks)):
                await tell(at)
            return
        async with anyio.create_task_group() as group:
            for at in range(len(asks)):
                group.start_soon(tell, at)


async def _tell_in_task(client: httpx.AsyncClient, ask: Ask) -> Told:
    await anyio.sleep(ask.after)
    flight = Flight(monotonic() + ask.seconds)
    answer, body, error = None, b"", None
    with until(flight.deadline):
        try:
            answer = await client.send(ask.request(flight), stream=True)
            body = await aread_bounded(answer)
        except Exception as caught:  # noqa: BLE001 - which one it is, is what is asked here
            error = caught
    late = -flight.seconds_left
    return Told(flight=flight, late=late, answer=answer, body=body, error=error)
