"""A call ends with its deadline, whatever the other side does, and it is known what was written."""

from __future__ import annotations

import math
import socket
import struct
from collections.abc import Generator, Iterable
from contextlib import ExitStack, closing, contextmanager, suppress
from threading import Event
from time import monotonic, sleep
from typing import Final

import httpx
import pytest
from tests.otoco.placing.loopback import (
    DRIVERS,
    OK,
    PROMISE,
    UNTRUSTING,
    Ask,
    Handler,
    Renewing,
    Told,
    answering,
    ask,
    ask_one,
    deaf,
    dripping,
    once,
    serving,
    silent,
    trusting,
    with_tls,
)

from otoco.placing._deadline import Flight, current_deadline, flight_of, never_left, until
from otoco.placing._handing import chained
from otoco.placing._reading import AnswerTooLong, read_bounded
from otoco.placing._transport import Transport

SECONDS: Final = 0.2
SIZED: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
CHUNKED: Final = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
HEADER: Final = b"HTTP/1.1 200 OK\r\nX: "


def hang_up(sock: socket.socket) -> None:
    """Take the connection, and read nothing."""


def answer_plainly(sock: socket.socket) -> None:
    """Answer whatever comes without TLS."""
    sock.recv(65536)
    sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def break_off(sock: socket.socket) -> None:
    """Read the request, and break the connection off."""
    sock.recv(65536)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


#: What a server does when it has the connection, and what the call ends with.
FAULTS: Final[dict[str, tuple[Handler, tuple[type[Exception], ...]]]] = {
    "says nothing": (silent, (httpx.ReadTimeout,)),
    "a head byte by byte": (dripping(HEADER, b"x"), (httpx.ReadTimeout,)),
    "a body byte by byte": (dripping(SIZED, b"x"), (httpx.ReadTimeout,)),
    "chunks now and then": (dripping(CHUNKED, b"1\r\nx\r\n"), (httpx.ReadTimeout,)),
    "informational answers now and then": (
        dripping(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        (httpx.ReadTimeout,),
    ),
    "informational answers without end": (
        dripping(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 500, 0),
        (httpx.ReadTimeout,),
    ),
    "a header without end": (dripping(HEADER, b"x" * 999, 0), (httpx.RemoteProtocolError,)),
    "headers without end": (dripping(HEADER, b"x\r\nY: " * 99, 0), (httpx.RemoteProtocolError,)),
    "chunks without end": (
        dripping(CHUNKED, b"1\r\nx\r\n" * 9999, 0),
        (httpx.ReadTimeout, AnswerTooLong),
    ),
    "a body without end": (
        dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536, 0),
        (httpx.ReadTimeout, AnswerTooLong),
    ),
    "hangs up at once": (hang_up, (httpx.RemoteProtocolError, httpx.ReadError)),
    "hangs up after reading": (once(), (httpx.RemoteProtocolError,)),
    "breaks off after reading": (break_off, (httpx.ReadError,)),
    "half a head": (once(OK[:20]), (httpx.RemoteProtocolError,)),
    "half a body": (once(OK[:-1]), (httpx.RemoteProtocolError,)),
    "half a chunk": (once(CHUNKED, b"5\r\nab"), (httpx.RemoteProtocolError,)),
    "chunks that are none": (once(CHUNKED, b"zz\r\nab\r\n"), (httpx.RemoteProtocolError,)),
    "no HTTP": (once(b"220 mail.example.com ready\r\n"), (httpx.RemoteProtocolError,)),
    "another protocol": (
        once(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
        (httpx.RemoteProtocolError,),
    ),
}


def assert_ended(told: Told, errors: tuple[type[Exception], ...], *, written: bool) -> None:
    """It ended in time, with one of the errors, and its flight says whether it may have left."""
    assert type(told.error) in errors, repr(told.error)
    assert told.late < PROMISE
    assert (True, True, written) == (
        told.flight.handed,
        told.flight.marks_writes,
        told.flight.written,
    )
    assert told.error is not None
    assert never_left(told.error, told.flight) is not written
    assert (None, None) == (told.error.__context__, told.error.__cause__)


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_server_ends_a_call_by_its_deadline(driver: str, fault: str) -> None:
    """Once a byte may have left, every end but an answer leaves the call in doubt, and in time."""
    handler, errors = FAULTS[fault]
    with serving(handler) as server:
        told = ask_one(driver, server.url, SECONDS)
    assert_ended(told, errors, written=True)


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("secure", [False, True])
def test_a_server_that_reads_too_slowly(driver: str, secure: bool) -> None:
    """A request that cannot be written whole before its deadline may have left in part."""
    with serving(with_tls(deaf) if secure else deaf) as server:
        url = server.url.replace("http:", "https:") if secure else server.url
        asks = Ask(url=url, seconds=SECONDS, content=bytes(1 << 25))
        told = ask(driver, asks, context=trusting())[0]
    assert_ended(told, (httpx.WriteTimeout,), written=True)


@pytest.mark.parametrize("driver", DRIVERS)
def test_an_answer_by_tls_that_is_cut_off(driver: str) -> None:
    """Where only its end ends an answer, TLS has to say that it is the end."""
    with serving(with_tls(once(b"HTTP/1.1 200 OK\r\n\r\n{}"))) as server:
        url = f"https://127.0.0.1:{server.port}/"
        told = ask_one(driver, url, 1.0, context=trusting())
    assert_ended(told, (httpx.ReadError,), written=True)


def test_a_reader_that_is_slow_itself() -> None:
    """What arrived in time and was not taken in time is late all the same."""
    flight = Flight(monotonic() + 0.1)
    with serving(once(CHUNKED + b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n")) as server:
        request = Ask(url=server.url).request(flight)
        with Transport(context=UNTRUSTING) as transport:
            answer = transport.handle_request(request)
            sleep(0.15)
            with pytest.raises(httpx.ReadTimeout):
                read_bounded(answer)


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_connection_is_refused(driver: str) -> None:
    """Nobody listens, and nothing left."""
    with closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))
        told = ask_one(driver, f"http://127.0.0.1:{bound.getsockname()[1]}/", SECONDS)
    assert_ended(told, (httpx.ConnectError,), written=False)
    assert "Connection refused" in str(told.error)


@contextmanager
def full(host: str, port: int = 0) -> Generator[int]:
    """Where a server listens whose queue is full, so that it answers no knock."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server((host, port), backlog=0))
        for _ in range(4):
            queued = stack.enter_context(socket.socket())
            queued.setblocking(False)
            with suppress(BlockingIOError):
                queued.connect(listener.getsockname())
        yield listener.getsockname()[1]


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_connection_is_not_taken(driver: str) -> None:
    """A server that does not answer the knock is sent nothing."""
    with full("127.0.0.1") as port:
        told = ask_one(driver, f"http://127.0.0.1:{port}/", SECONDS)
    assert_ended(told, (httpx.ConnectTimeout,), written=False)


@pytest.mark.parametrize("driver", DRIVERS)
def test_an_address_that_does_not_answer_leaves_time_for_the_next(driver: str) -> None:
    """Of two addresses the first has half of the time."""
    addresses = ("127.0.0.2", "127.0.0.1")
    with serving(answering()) as server, full("127.0.0.2", server.port):
        url = f"http://broker.example:{server.port}/"
        told = ask_one(driver, url, 0.5, resolve=lambda _: addresses)
    assert b"{}" == told.body


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_handshake_that_never_ends(driver: str) -> None:
    """A server that takes the connection and knows no TLS was sent nothing of the request."""
    with serving(silent) as server:
        told = ask_one(driver, f"https://127.0.0.1:{server.port}/", SECONDS)
    assert_ended(told, (httpx.ConnectTimeout,), written=False)


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize(
    ("handler", "host", "trusted", "reason"),
    [
        (with_tls(answering()), "127.0.0.1", False, "self-signed"),
        (with_tls(answering()), "127.0.0.2", True, "mismatch"),
        (answer_plainly, "127.0.0.1", True, "WRONG_VERSION_NUMBER"),
        (hang_up, "127.0.0.1", True, "nothing"),
    ],
)
def test_a_handshake_that_fails(
    driver: str, handler: Handler, host: str, trusted: bool, reason: str
) -> None:
    """By default a certificate has to be trusted, and to be the host's."""
    with serving(handler, "0.0.0.0") as server:
        told = ask_one(
            driver, f"https://{host}:{server.port}/", 0.5, context=trusting() if trusted else None
        )
    assert_ended(told, (httpx.ConnectError,), written=False)
    assert reason in str(told.error)


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_name_that_is_not_found_in_time(driver: str) -> None:
    """Looking a name up cannot be interrupted, and is not waited for."""
    found = Event()

    def hang(_: str) -> Iterable[str]:
        found.wait(5)
        return ()

    told = ask_one(driver, "http://broker.example/", SECONDS, resolve=hang)
    found.set()
    assert_ended(told, (httpx.ConnectTimeout,), written=False)


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (socket.gaierror(-2, "Name or service not known"), "Name or service not known"),
        (UnicodeError("label too long"), "UnicodeError"),
        ([], "broker.example has no address"),
        (["127.0.0.1", "127.0.0.2"], "Connection refused"),
        (["255.255.255.255"], "nothing of the request was sent"),
    ],
)
def test_a_name_that_leads_nowhere(driver: str, found: Exception | list[str], reason: str) -> None:
    """What the system says of a name is told, and nothing left."""

    def resolve(_: str) -> Iterable[str]:
        if isinstance(found, Exception):
            raise found
        return found

    with closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://broker.example:{bound.getsockname()[1]}/"
        told = ask_one(driver, url, SECONDS, resolve=resolve)
    assert_ended(told, (httpx.ConnectError,), written=False)
    assert reason in str(told.error)


@pytest.mark.parametrize("driver", DRIVERS)
def test_no_connection_comes_free(driver: str) -> None:
    """A request that waits for another one's connection waits until its own deadline."""
    with serving(silent) as server:
        first = Ask(url=server.url, seconds=0.4)
        second = Ask(url=server.url, seconds=SECONDS, after=0.1)
        told = ask(driver, first, second, at_once=True, connections=1)
    assert_ended(told[0], (httpx.ReadTimeout,), written=True)
    assert_ended(told[1], (httpx.PoolTimeout,), written=False)


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_connection_comes_free_in_time(driver: str) -> None:
    """A request that waits is sent once another one has its answer."""
    with serving(answering(delay=0.1)) as server:
        asks = [Ask(url=server.url) for _ in range(3)]
        told = ask(driver, *asks, at_once=True, connections=1)
        assert 1 == server.connections
    assert [b"{}"] * 3 == [each.body for each in told]


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_deadline_that_has_passed(driver: str) -> None:
    """A request whose time is over is not even handed over."""
    with serving(answering()) as server:
        told = ask_one(driver, server.url, -0.1)
        assert 0 == server.connections
    assert httpx.ConnectTimeout is type(told.error)
    assert told.error is not None
    assert not told.flight.handed
    assert never_left(told.error, told.flight)


@pytest.mark.parametrize("has_connection", [False, True])
def test_a_deadline_that_passes_before_the_first_byte(has_connection: bool) -> None:
    """Neither a free place nor a connection that waits is a reason to send too late."""
    transport = Transport(context=UNTRUSTING)
    with serving(answering()) as server, httpx.Client(transport=transport) as client:
        if has_connection:
            client.send(Ask(url=server.url).request(Flight(math.inf)))
        flight = Flight(monotonic() - 1)
        with pytest.raises(httpx.ConnectTimeout):
            client.send(Ask(url=server.url).request(flight))
    assert not flight.written


def test_within_a_deadline_the_earlier_one_holds() -> None:
    """What is sent for a call cannot last longer than the call."""
    assert math.inf == current_deadline()
    with until(2.0):
        with until(3.0):
            assert 2.0 == current_deadline()
        with until(1.0):
            assert 1.0 == current_deadline()
        assert 2.0 == current_deadline()
        assert 2.0 == flight_of(httpx.Request("GET", "http://localhost/")).deadline
    assert math.inf == current_deadline()


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_renewal_obeys_the_deadline_and_marks_nothing(driver: str) -> None:
    """What an ``httpx.Auth`` sends first has no flight, and the call's deadline all the same."""
    with serving(silent) as server:
        told = ask_one(driver, "http://127.0.0.1:9/", SECONDS, auth=Renewing(server.url))
    assert httpx.ReadTimeout is type(told.error)
    assert told.error is not None
    assert told.late < PROMISE
    assert (False, False) == (told.flight.handed, told.flight.written)
    assert never_left(told.error, told.flight)


@pytest.mark.parametrize(
    ("error", "handed", "expected"),
    [
        (httpx.ConnectError("x"), True, True),
        (httpx.ConnectTimeout("x"), True, True),
        (httpx.PoolTimeout("x"), True, True),
        (httpx.UnsupportedProtocol("x"), True, True),
        (httpx.InvalidURL("x"), True, True),
        (httpx.ReadTimeout("x"), True, False),
        (httpx.WriteError("x"), True, False),
        (httpx.RemoteProtocolError("x"), True, False),
        (KeyboardInterrupt(), True, False),
        (ValueError(), True, False),
        (ValueError(), False, True),
    ],
)
def test_what_a_strange_transport_raises(
    error: BaseException, handed: bool, expected: bool
) -> None:
    """A transport that marks no writes is believed where ``httpx`` raises before it writes."""

    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    flight = Flight(math.inf)
    if handed:
        with (
            httpx.Client(transport=chained(httpx.MockTransport(fail))) as client,
            pytest.raises(type(error)),
        ):
            client.send(Ask(url="http://localhost/").request(flight))
    assert (handed, False, False) == (flight.handed, flight.marks_writes, flight.written)
    assert never_left(error, flight) is expected


def test_a_strange_transport_is_told_what_is_left() -> None:
    """Where there are timeouts for single steps alone, each is what is left of the whole."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    with httpx.Client(transport=chained(httpx.MockTransport(answer))) as client:
        client.send(Ask(url="http://localhost/").request(Flight(monotonic() + 7)))
        client.send(Ask(url="http://localhost/").request(Flight(math.inf)))
    limited, unlimited = (each.extensions for each in seen)
    assert {"connect", "read", "write", "pool"} == set(limited["timeout"])
    assert all(6 < seconds <= 7 for seconds in limited["timeout"].values())
    assert {5.0} == set(unlimited["timeout"].values())
