"""An authentication of any kind over a transport: the request itself is sent once."""

from __future__ import annotations

import socket
from collections.abc import AsyncGenerator, Generator
from typing import Any, TypeAlias

import anyio
import httpx
import pytest
from tests.otoco.placing.broker import ORDER, URL, Broker
from tests.otoco.placing.conftest import Driver, NoAuth
from tests.otoco.placing.loopback import OK, UNTRUSTING, serving

from otoco.placing import AsyncClient, Client, MemoryJournal, NotSent, Outcome, Placed, Rejected
from otoco.placing._transport import AsyncTransport, Transport

Flow: TypeAlias = Generator[httpx.Request, httpx.Response, None]


class Recording:
    """A broker that notes what it was sent, and says yes but to its token page."""

    def __init__(self, status: int = 200) -> None:
        self.paths: list[str] = []
        self._status = status

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.paths.append(request.url.path.removeprefix("/api/"))
        return httpx.Response(self._status, json={"token": "t"})


class Asking(httpx.Auth):
    """Asks for a token first."""

    def auth_flow(self, request: httpx.Request) -> Flow:
        """A request for a token, then the request."""
        response = yield httpx.Request("GET", f"{URL}/token")
        request.headers["X-Token"] = str(response.status_code)
        yield request


class Insisting(httpx.Auth):
    """Sends whatever was answered once more."""

    def auth_flow(self, request: httpx.Request) -> Flow:
        """The request, and the request."""
        yield request
        yield request


class Copying(httpx.Auth):
    """Sends a request of its own making, as signers do, and would send it again."""

    def auth_flow(self, request: httpx.Request) -> Flow:
        """A copy with a query, twice."""
        url = request.url.copy_merge_params({"signed": "yes"})
        for _ in range(2):
            yield httpx.Request(request.method, url, content=request.content)


class Failing(httpx.Auth):
    """Fails when the answer is there."""

    def auth_flow(self, request: httpx.Request) -> Flow:
        """The request, and an error."""
        yield request
        raise ZeroDivisionError


class Reading(httpx.Auth):
    """Wants to read the answer, which may be a very long one."""

    requires_response_body = True

    def auth_flow(self, request: httpx.Request) -> Flow:
        """The request, and what its answer holds."""
        response = yield request
        assert b"" == response.content


class Messy(httpx.Auth):
    """Fails when it is done with."""

    def sync_auth_flow(self, request: httpx.Request) -> Flow:
        """The request, and an error at the end."""
        try:
            yield request
            yield request
        finally:
            raise ZeroDivisionError

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """The same."""
        try:
            yield request
            yield request
        finally:
            raise ZeroDivisionError


class Careless(httpx.Auth):
    """Asks for something first, and never looks at what comes."""

    def __init__(self, url: str) -> None:
        self._url = url

    def auth_flow(self, request: httpx.Request) -> Flow:
        """A request whose answer stays unread, then the request."""
        yield httpx.Request("GET", f"{self._url}first")
        yield request


class Leaving(httpx.Auth):
    """Is interrupted when the answer is there, the first time."""

    def __init__(self) -> None:
        self._times = 0

    def auth_flow(self, request: httpx.Request) -> Flow:
        """The request, and an interrupt."""
        yield request
        self._times += 1
        if self._times == 1:
            raise KeyboardInterrupt


class Refusing(httpx.Auth):
    """Sends nothing at all."""

    def auth_flow(self, request: httpx.Request) -> Flow:
        """No request."""
        yield from ()


def test_what_an_authentication_asks_first_is_sent_first(call: Driver) -> None:
    """A token, and then the order."""
    broker = Recording()
    assert isinstance(call("place", ORDER, answer=broker, auth=Asking()), Placed)
    assert ["token", "order/placeoso"] == broker.paths


@pytest.mark.parametrize("auth", [Insisting(), Copying()], ids=["the same", "a copy"])
def test_an_authentication_cannot_send_an_order_twice(call: Driver, auth: httpx.Auth) -> None:
    """Whatever it makes of the first answer, that is the answer."""
    for status, outcome in ((200, Placed), (400, Rejected)):
        broker = Recording(status)
        assert isinstance(call("place", ORDER, answer=broker, auth=auth), outcome)
        assert ["order/placeoso"] == broker.paths


@pytest.mark.parametrize(
    "auth", [Failing(), Reading(), Messy()], ids=["failing", "reading", "messy"]
)
def test_an_answer_is_what_it_is(call: Driver, auth: httpx.Auth) -> None:
    """An authentication that fails afterwards does not make a live order unknown."""
    assert isinstance(call("place", ORDER, answer=Recording(), auth=auth), Placed)


def test_an_authentication_that_sends_nothing_is_not_sent(call: Driver) -> None:
    """There is no answer, and no order."""
    broker = Recording()
    assert isinstance(call("place", ORDER, answer=broker, auth=Refusing()), NotSent)
    assert [] == broker.paths


def test_a_lost_copy_is_not_called_unsent(call: Driver) -> None:
    """What an authentication made of the request is followed as the request is."""

    def answer(request: httpx.Request) -> Any:
        raise httpx.ReadError("")

    outcome = call("place", ORDER, answer=answer, auth=Copying())
    assert "Unknown" == type(outcome).__name__


def replying(sock: socket.socket) -> None:
    """Answer each request, which arrives in one piece."""
    while sock.recv(1 << 16):
        sock.sendall(OK)


@pytest.mark.parametrize("kind", ["sync", "asyncio", "trio"])
def test_answers_that_nobody_reads_keep_no_connection(kind: str) -> None:
    """Of ten requests that may be on their way at a time, none stays so for ever."""
    with serving(replying) as server:
        told = _placed(kind, server.url, Careless(server.url), times=11)
    assert ["Placed"] * 11 == told


@pytest.mark.parametrize("kind", ["sync", "asyncio", "trio"])
def test_a_client_that_was_closed_sends_nothing(kind: str) -> None:
    """What is asked of it then certainly never leaves, nor does a request for a token."""
    with serving(replying) as server:
        for auth in (NoAuth(), Careless(server.url)):
            told = _placed(kind, server.url, auth, is_closed=True)
            assert ["NotSent: the client is closed, and sends nothing any more."] == told
        assert 0 == server.connections


@pytest.mark.parametrize("kind", ["sync", "asyncio", "trio"])
def test_an_interrupt_after_the_answer_keeps_no_connection(kind: str) -> None:
    """The next request finds the one connection free."""

    async def place(url: str) -> Outcome:
        transport = AsyncTransport(connections=1, context=UNTRUSTING)
        broker, journal = Broker(1, "D"), MemoryJournal()
        client = AsyncClient(broker, url, Leaving(), journal=journal, transport=transport)
        async with client:
            with pytest.raises(KeyboardInterrupt):
                await client.place(ORDER)
            return await client.place(ORDER, deadline=0.5)

    with serving(replying) as server:
        if kind != "sync":
            assert isinstance(anyio.run(place, server.url, backend=kind), Placed)
            return
        transport = Transport(connections=1, context=UNTRUSTING)
        with _client(server.url, Leaving(), transport) as client:
            with pytest.raises(KeyboardInterrupt):
                client.place(ORDER)
            assert isinstance(client.place(ORDER, deadline=0.5), Placed)


def _client(url: str, auth: httpx.Auth, transport: httpx.BaseTransport | None = None) -> Client:
    return Client(Broker(1, "D"), url, auth, journal=MemoryJournal(), transport=transport)


def _placed(
    kind: str, url: str, auth: httpx.Auth, *, times: int = 1, is_closed: bool = False
) -> list[str]:
    """What a client that sends over sockets says to so many orders, one after the other."""

    async def place() -> list[str]:
        client = AsyncClient(Broker(1, "D"), url, auth, journal=MemoryJournal(), deadline=0.5)
        if is_closed:
            await client.aclose()
        told = [_told(await client.place(ORDER)) for _ in range(times)]
        await client.aclose()
        return told

    if kind != "sync":
        return anyio.run(place, backend=kind)
    with _client(url, auth) as client:
        if is_closed:
            client.close()
        return [_told(client.place(ORDER, deadline=0.5)) for _ in range(times)]


def _told(outcome: Outcome) -> str:
    name = type(outcome).__name__
    return f"{name}: {outcome.why}" if isinstance(outcome, NotSent) else name
