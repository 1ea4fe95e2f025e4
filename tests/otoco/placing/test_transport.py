"""The transports: one request, one answer, a connection kept or not, and no word too many."""

from __future__ import annotations

import logging
import os
import socket
import traceback
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic
from typing import Final, NoReturn

import anyio
import httpx
import pytest
from tests.otoco.placing.loopback import (
    DRIVERS,
    OK,
    UNTRUSTING,
    Ask,
    Told,
    answering,
    ask,
    ask_one,
    once,
    read_request,
    serving,
    silent,
    trusting,
    with_tls,
)

from otoco.placing import _connection, finish_with
from otoco.placing._deadline import Flight
from otoco.placing._handing import (
    async_chained,
    chained,
    default_async_transport,
    default_transport,
)
from otoco.placing._transport import AsyncTransport, Transport

#: Where the names of these tests lead: the last is the one where a server is.
ADDRESSES: Final = ("127.0.0.2", "::1", "127.0.0.1")


class Interrupted(httpx.SyncByteStream):
    """A body at which somebody loses patience."""

    def __iter__(self) -> NoReturn:
        raise KeyboardInterrupt


def bodies(told: Sequence[Told]) -> list[bytes]:
    """What the answers said; an error is raised."""
    for each in told:
        if each.error is not None:
            raise each.error
    return [each.body for each in told]


def numbered(sock: socket.socket) -> None:
    """Answer the requests of a connection by their number."""
    for number in range(10):
        read_request(sock)
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n%d" % number)


@pytest.mark.parametrize("driver", DRIVERS)
def test_an_answer(driver: str) -> None:
    """Status, headers and body arrive; informational answers before it are passed over."""
    early = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
    head = b"HTTP/1.1 201 Made\r\nX-Id: 7\r\nTransfer-Encoding: chunked\r\n\r\n"
    with serving(once(early, head, b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n")) as server:
        told = ask_one(driver, server.url)
    assert b"{}" == told.body
    assert told.answer is not None
    assert (201, "Made", "7") == (
        told.answer.status_code,
        told.answer.reason_phrase,
        told.answer.headers["x-id"],
    )
    assert "HTTP/1.1" == told.answer.http_version
    assert told.flight.written


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_request_arrives_as_it_was_made(driver: str) -> None:
    """Line, headers and body reach the server, and nothing is added."""
    seen: list[bytes] = []

    def keep(sock: socket.socket) -> None:
        seen.append(read_request(sock))
        sock.sendall(OK)

    with serving(keep) as server:
        asked = Ask(url=f"{server.url}orders?a=b%20c", headers={"X-Key": "k"})
        assert [b"{}"] == bodies(ask(driver, asked))
        host = f"127.0.0.1:{server.port}"
    assert [
        b"POST /orders?a=b%20c HTTP/1.1\r\nHost: " + host.encode() + b"\r\n"
        b"X-Key: k\r\nContent-Length: 2\r\n\r\n{}"
    ] == seen


@pytest.mark.parametrize("driver", DRIVERS)
def test_an_answer_by_tls_and_by_name(driver: str) -> None:
    """A name is looked up, and addresses that lead nowhere are passed over."""
    with serving(with_tls(answering())) as server:
        url = f"https://localhost:{server.port}/"
        asks = [Ask(url=url), Ask(url=url)]
        told = ask(driver, *asks, context=trusting(), resolve=lambda _: ADDRESSES)
        assert [b"{}"] * 2 == bodies(told)
        assert 1 == server.connections


def test_the_system_finds_localhost() -> None:
    """Without a resolver of its own a transport asks the system."""
    with serving(answering()) as server:
        told = ask_one("threads", f"http://localhost:{server.port}/")
    assert [b"{}"] == bodies([told])


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_connection_is_kept(driver: str) -> None:
    """Requests one after the other go over one connection."""
    with serving(numbered) as server:
        told = ask(driver, *[Ask(url=server.url)] * 3)
        assert [b"0", b"1", b"2"] == bodies(told)
        assert 1 == server.connections


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize(
    "answer",
    [
        OK + OK,
        OK + b"\r\n",
        OK.replace(b"OK", b"OK\r\nConnection: close"),
        OK.replace(b"1.1", b"1.0"),
    ],
)
def test_a_connection_is_not_kept(driver: str, answer: bytes) -> None:
    """What is sent beyond an answer is never read as the answer to the next request."""
    with serving(answering(answer)) as server:
        assert [b"{}"] * 2 == bodies(ask(driver, *[Ask(url=server.url)] * 2))
        assert 2 == server.connections


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("secure", [False, True])
def test_a_connection_that_was_closed_meanwhile(driver: str, secure: bool) -> None:
    """A server's farewell is seen before the next request is written on a dead connection."""
    handler = once(OK)
    with serving(with_tls(handler) if secure else handler) as server:
        url = server.url.replace("http:", "https:") if secure else server.url
        asks = [Ask(url=url), Ask(url=url, after=0.05)]
        assert [b"{}"] * 2 == bodies(ask(driver, *asks, context=trusting()))
        assert 2 == server.connections


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_connection_that_has_rested_too_long(
    driver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An old connection is not tried: who knows what between here and there forgot it."""
    monkeypatch.setattr(_connection, "KEPT_ALIVE", 0.0)
    with serving(answering()) as server:
        assert [b"{}"] * 2 == bodies(ask(driver, *[Ask(url=server.url)] * 2))
        assert 2 == server.connections


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_kept_connection_fails_after_the_request(driver: str) -> None:
    """It is not sent again: the server had it, and nobody knows what it did with it."""
    seen: list[bytes] = []

    def answer_once(sock: socket.socket) -> None:
        seen.append(read_request(sock))
        sock.sendall(OK)
        seen.append(read_request(sock))

    with serving(answer_once) as server:
        first, second = ask(driver, *[Ask(url=server.url)] * 2)
        assert 1 == server.connections
    assert b"{}" == first.body
    assert httpx.RemoteProtocolError is type(second.error)
    assert second.flight.written
    assert 2 == len(seen)


@pytest.mark.parametrize("driver", DRIVERS)
def test_an_answer_half_read_ends_its_connection(driver: str) -> None:
    """The rest of it is nobody's answer."""
    long = b"HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n" + bytes(2_000_000)
    with serving(answering(long)) as server:
        told = ask(driver, *[Ask(url=server.url)] * 2, connections=1)
        assert 2 == server.connections
    assert ["AnswerTooLong"] * 2 == [type(each.error).__name__ for each in told]


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_request_is_refused_half_read(driver: str) -> None:
    """A server that answers and hangs up while the request is written has answered."""

    def refuse(sock: socket.socket) -> None:
        sock.recv(1000)
        sock.sendall(OK.replace(b"200 OK", b"413 Content Too Large"))

    with serving(refuse) as server:
        told = ask(driver, *[Ask(url=server.url, content=bytes(1 << 24))] * 2)
        assert 2 == server.connections
    assert [413] * 2 == [each.answer.status_code for each in told if each.answer]


@pytest.mark.parametrize("driver", DRIVERS)
def test_no_more_connections_are_kept_than_allowed(driver: str) -> None:
    """Where another server needs the room, the oldest connection goes."""
    with serving(numbered) as one, serving(numbered) as other:
        asks = [Ask(url=server.url) for server in (one, other, one, one)]
        assert [b"0", b"0", b"0", b"1"] == bodies(ask(driver, *asks, connections=1))


def test_another_server_has_another_connection() -> None:
    """A connection is used for its own server alone."""
    with serving(numbered) as one, serving(numbered) as other:
        asks = [Ask(url=server.url) for server in (one, other, one, other)]
        assert [b"0", b"0", b"1", b"1"] == bodies(ask("threads", *asks))


@pytest.mark.parametrize("driver", DRIVERS)
def test_what_cannot_be_sent(driver: str) -> None:
    """What is no HTTP does not leave, and is not quoted."""
    with serving(answering()) as server:
        header = ask(driver, Ask(url=server.url, headers={"X-Key": "hush\nhush"}))[0]
    scheme = ask_one(driver, "ftp://localhost/?hush")
    errors = [header.error, scheme.error]
    assert [httpx.LocalProtocolError, httpx.UnsupportedProtocol] == [type(e) for e in errors]
    assert not any("hush" in str(error) for error in errors)
    assert not header.flight.written
    assert not scheme.flight.written


def test_no_error_leads_to_what_was_sent(caplog: pytest.LogCaptureFixture) -> None:
    """A secret that is added below the log is in no text, variable or cause of an exception."""

    def finish(request: httpx.Request) -> httpx.Request:
        url = request.url.copy_merge_params({"key": "hush"})
        return httpx.Request("POST", url, content=b"{}", headers={"X-Key": "hush"})

    caplog.set_level(logging.DEBUG)
    with serving(once(OK[:20])) as server, httpx.Client(transport=default_transport()) as client:
        request = client.build_request("POST", server.url)
        finish_with(request, finish)
        with pytest.raises(httpx.RemoteProtocolError) as caught:
            client.send(request)
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert "hush" not in "".join(shown.format())
    assert "hush" not in caplog.text


def test_a_transport_that_is_closed_keeps_nothing() -> None:
    """A connection in use is closed when it has been used."""
    transport = Transport(context=UNTRUSTING)
    with serving(answering()) as server:
        request = httpx.Request("POST", server.url, content=b"{}")
        transport.handle_request(request).read()
        assert 1 == len(transport._connections._idle)
        answer = transport.handle_request(request)
        transport.close()
        assert b"{}" == answer.read()
        assert 1 == server.connections
    assert [] == transport._connections._idle


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_process_shares_no_connection() -> None:
    """Two that write on one would read each other's answers; each opens its own."""
    with serving(answering()) as server:
        transport = Transport(context=UNTRUSTING)
        request = httpx.Request("POST", server.url, content=b"{}")
        transport.handle_request(request).read()
        child = os.fork()
        if child == 0:
            with suppress(BaseException):
                transport.handle_request(request).read()
            os._exit(0)
        os.waitpid(child, 0)
        transport.handle_request(request).read()
        transport.close()
        assert 3 == server.connections


def test_an_answer_that_was_closed_has_no_more_parts() -> None:
    """Neither a thread nor a task gets anything after that, and its place is free once."""

    async def in_a_task(url: str) -> list[bytes]:
        async with default_async_transport() as transport:
            request = httpx.Request("POST", url, content=b"{}")
            stream = (await transport.handle_async_request(request)).stream
            assert isinstance(stream, httpx.AsyncByteStream)
            await stream.aclose()
            await stream.aclose()
            return [part async for part in stream]

    with serving(answering()) as server:
        with default_transport() as transport:
            request = httpx.Request("POST", server.url, content=b"{}")
            stream = transport.handle_request(request).stream
            assert isinstance(stream, httpx.SyncByteStream)
            stream.close()
            stream.close()
            assert [] == list(stream)
        assert [] == anyio.run(in_a_task, server.url)


def test_an_interrupted_thread_gives_its_place_back() -> None:
    """Whoever stops waiting leaves nothing behind."""
    transport = chained(Transport(connections=1, context=UNTRUSTING))
    flight = Flight(monotonic() + 5)
    with serving(answering()) as server, httpx.Client(transport=transport) as client:
        with pytest.raises(KeyboardInterrupt):
            client.send(Ask(url=server.url, content=Interrupted()).request(flight))
        answer = client.send(Ask(url=server.url).request(Flight(monotonic() + 5)))
        assert 200 == answer.status_code
    assert not flight.written


@pytest.mark.parametrize("driver", ["asyncio", "trio"])
def test_a_cancelled_task_gives_its_place_back(driver: str) -> None:
    """Whoever stops waiting hangs up, and the flight tells what had been written."""

    def silent_once(sock: socket.socket) -> None:
        (silent if 1 == server.connections else answering())(sock)

    async def scenario() -> tuple[bool, int]:
        transport = async_chained(AsyncTransport(connections=1, context=UNTRUSTING))
        async with httpx.AsyncClient(transport=transport) as client:
            flight = Flight(monotonic() + 5)
            with anyio.move_on_after(0.1):
                await client.send(Ask(url=server.url).request(flight))
            answer = await client.send(Ask(url=server.url).request(Flight(monotonic() + 5)))
            return flight.written, answer.status_code

    with serving(silent_once) as server:
        assert (True, 200) == anyio.run(scenario, backend=driver)
        assert 2 == server.connections
