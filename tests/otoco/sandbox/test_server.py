"""The server on a socket: where it listens, to whom it answers, and that it ends."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from time import monotonic

import httpx
import pytest
from tests.otoco.sandbox.toy import ToyDesk

from otoco.sandbox import Fault, FaultKind, Sandbox, SandboxError

THREAD = "otoco-sandbox"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox that is running."""
    with Sandbox(desks={"toy": ToyDesk()}) as running:
        yield running


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    """One that is running for all tests that only ask."""
    with Sandbox(desks={"toy": ToyDesk()}) as running:
        yield running


def port_of(sandbox: Sandbox) -> int:
    """The port in its address."""
    port = httpx.URL(sandbox.address).port
    assert port is not None
    return port


def threads() -> list[threading.Thread]:
    """The threads of sandboxes."""
    return [each for each in threading.enumerate() if each.name == THREAD]


def said(sandbox: Sandbox, request: bytes) -> bytes:
    """What the server sends for the bytes of a request, until it closes."""
    with socket.create_connection(("127.0.0.1", port_of(sandbox)), timeout=5) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_it_listens_on_loopback_alone(sandbox: Sandbox) -> None:
    """No other machine gets to it: it is bound to 127.0.0.1."""
    with socket.socket() as other:  # the same port is free on every other address
        other.bind(("127.0.0.2", port_of(sandbox)))
    assert sandbox.address.startswith("http://127.0.0.1:")


def test_it_ends_with_its_thread_and_lets_go_of_the_port() -> None:
    """Nothing stays behind but what the brokers have, and it may be started anew."""
    sandbox = Sandbox(desks={"toy": ToyDesk()})
    for number in (1, 2):
        with sandbox:
            assert 1 == len(threads())
            port = port_of(sandbox)
            assert httpx.post(f"{sandbox.url('toy')}/orders").status_code == 200
        assert [] == threads()
        assert number == len(sandbox.ledger("toy"))
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=5)


def test_two_sandboxes_are_two(sandbox: Sandbox) -> None:
    """Each has its own port and its own orders; one that ends leaves the other."""
    with Sandbox(desks={"toy": ToyDesk()}) as other:
        httpx.post(f"{other.url('toy')}/orders")
        assert (0, 1) == (len(sandbox.ledger("toy")), len(other.ledger("toy")))
    assert 200 == httpx.post(f"{sandbox.url('toy')}/orders").status_code


def test_it_ends_at_once_with_a_slow_reply_under_way(sandbox: Sandbox) -> None:
    """A reply that would take a minute holds nobody up, and neither does an idle connection."""
    sandbox.fault(Fault(FaultKind.SLOW_BODY, seconds=60))
    connections = []
    for path in (b"orders", b"else"):
        connection = socket.create_connection(("127.0.0.1", port_of(sandbox)), timeout=5)
        lines = b"POST /toy/api/%s HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n" % path
        connection.sendall(lines)
        assert connection.recv(1)
        connections.append(connection)
    began = monotonic()
    sandbox.__exit__(None, None, None)
    assert monotonic() - began < 5
    assert [] == threads()
    for connection in connections:
        connection.close()


def test_it_cannot_be_started_twice(sandbox: Sandbox) -> None:
    """One server a sandbox."""
    with pytest.raises(SandboxError, match="this sandbox is running already"):
        sandbox.__enter__()


def test_a_port_that_is_taken_is_a_sentence(sandbox: Sandbox) -> None:
    """The port is in it."""
    other = Sandbox(desks={"toy": ToyDesk()}, port=port_of(sandbox))
    with pytest.raises(SandboxError, match=f"cannot listen on port {port_of(sandbox)}: "), other:
        pass
    other.__exit__(None, None, None)  # what never ran ends without a word


def test_the_port_may_be_chosen() -> None:
    """So that a program in another process finds it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Sandbox(desks={"toy": ToyDesk()}, port=port) as sandbox:
        assert f"http://127.0.0.1:{port}/toy/api" == sandbox.url("toy")


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """In memory it works without; on a socket it does not."""
    monkeypatch.delitem(sys.modules, "otoco.sandbox._server", raising=False)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    sandbox = Sandbox(desks={"toy": ToyDesk()})
    with pytest.raises(SandboxError, match=r'uvicorn.* missing: pip install "otoco\[sandbox\]"'):
        sandbox.__enter__()
    with httpx.Client(transport=sandbox.transport()) as client:
        assert 200 == client.get(f"{sandbox.url('toy')}/orders").status_code


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST:81", "[::1]:80", "[::1]"])
@pytest.mark.parametrize("path", [b"/toy/api/orders", b"/control/events"])
def test_a_loopback_host_is_answered(shared: Sandbox, host: str, path: bytes) -> None:
    """Whatever port it names."""
    lines = b"GET %s HTTP/1.1\r\nhost: %s\r\nconnection: close\r\n\r\n" % (path, host.encode())
    assert said(shared, lines).startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize(
    "host", ["example.com", "127.0.0.1.example.com", "127.0.0.1:80:80", "localhost:", "", "::1"]
)
@pytest.mark.parametrize("path", [b"/toy/api/orders", b"/control/events", b"/control/ledger"])
def test_another_host_is_not(shared: Sandbox, host: str, path: bytes) -> None:
    """A page whose name was pointed at this machine gets nothing, and places nothing."""
    lines = b"GET %s HTTP/1.1\r\nhost: %s\r\nconnection: close\r\n\r\n" % (path, host.encode())
    before = shared.events()
    assert said(shared, lines).startswith(b"HTTP/1.1 421 Misdirected Request\r\n")
    assert before == shared.events()


def test_a_request_without_a_host_is_refused(sandbox: Sandbox) -> None:
    """As HTTP/1.0 allows."""
    found = said(sandbox, b"GET /toy/api/orders HTTP/1.0\r\n\r\n")
    assert b" 421 " in found.split(b"\r\n")[0]


@pytest.mark.parametrize(
    "path", ["/", "/toy", "/toy/apiorders", "/toy/orders", "/else/api/orders", "//toy/api/orders"]
)
def test_a_path_of_no_broker_lists_the_brokers(shared: Sandbox, path: str) -> None:
    """A base URL that was mistaken is told where the APIs are."""
    response = httpx.get(f"{shared.address}{path}")
    assert (404, "the APIs are at /toy/api.") == (response.status_code, response.text)


def test_in_memory_only_the_sandbox_is_reached() -> None:
    """A client that means another host gets none, before anything is sent."""
    sandbox = Sandbox(desks={"toy": ToyDesk()})
    with httpx.Client(transport=sandbox.transport()) as client:
        with pytest.raises(
            httpx.ConnectError, match=r"no way to demo\.example\.com: take the base"
        ):
            client.post("https://demo.example.com/toy/api/orders")
        assert 404 == client.post("http://127.0.0.1/toy/orders").status_code


def test_a_desk_gets_the_request_as_it_was_sent() -> None:
    """Path, query and target keep their spelling, as a signature covers them."""
    desk = ToyDesk()
    sandbox = Sandbox(desks={"toy": desk})
    target = "/orders/a%2Fb?q=%20x&q="
    headers = {"X-Mine": "1"}
    with sandbox:
        httpx.post(f"{sandbox.url('toy')}{target}", content=b"mine", headers=headers)
    with httpx.Client(transport=sandbox.transport()) as client:
        client.post(f"{sandbox.url('toy')}{target}", content=b"mine", headers=headers)
    for incoming in desk.asked:
        assert "POST" == incoming.method
        assert ("/orders/a%2Fb", "q=%20x&q=") == (incoming.path, incoming.query)
        assert b"/toy/api/orders/a%2Fb?q=%20x&q=" == incoming.raw_target
        assert (b"mine", "1") == (incoming.body, incoming.headers["x-mine"])
    assert 2 == len(desk.asked)
