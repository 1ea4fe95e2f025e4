"""Sockets that never block: found by name, connected, secured, written and read until a deadline.

Nothing here has a timeout of its own: each step takes the instant at which it must be over, and
raises the ``httpx`` exception of its kind where it is not.
"""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import ssl
from collections.abc import Callable, Iterable, Sequence
from threading import Thread
from time import monotonic
from typing import Final, NamedTuple, TypeAlias, TypeVar

import httpx

from otoco.placing._waiting import Wait, Waits, Want

_T = TypeVar("_T")

#: Finds the IP addresses of a host name, and blocks for as long as it likes.
Resolve: TypeAlias = Callable[[str], Iterable[str]]

#: More than a TLS record holds, so that nothing stays behind where no wait for the socket sees it.
_MOST_AT_ONCE: Final = 1 << 16


class Origin(NamedTuple):
    """Where a connection leads."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def look_up(host: str) -> list[str]:
    """The IP addresses of a host name, as the system finds them, each once."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def open_socket(
    origin: Origin, until: float, resolve: Resolve, context: ssl.SSLContext
) -> Waits[socket.socket]:
    """Connect to an origin, with TLS where its scheme asks for that.

    Raises:
        httpx.ConnectTimeout: where the deadline passes first.
        OSError: where the host is not found, or refuses.

    """
    addresses = yield from _addresses(origin, until, resolve)
    sock = yield from _connect_to_any(origin, addresses, until)
    if origin.scheme == "http":
        return sock
    return (yield from _secure(sock, origin, until, context))


def _late(what: str) -> httpx.ConnectTimeout:
    return httpx.ConnectTimeout(f"{what} before the deadline; nothing of the request was sent.")


def _addresses(origin: Origin, until: float, resolve: Resolve) -> Waits[Sequence[str]]:
    """The addresses of a host; a name is looked up in a thread, since nothing can interrupt it."""
    try:
        ipaddress.ip_address(origin.host)
    except ValueError:
        return (yield from _look_up_aside(origin, until, resolve))
    return (origin.host,)


def _look_up_aside(origin: Origin, until: float, resolve: Resolve) -> Waits[Sequence[str]]:
    found: list[str] = []
    errors: list[Exception] = []
    ours, theirs = socket.socketpair()

    def look() -> None:
        try:
            found.extend(resolve(origin.host))
        except Exception as error:  # noqa: BLE001 - it is raised again where it is waited for
            errors.append(error)
        finally:
            theirs.close()

    with ours:
        Thread(target=look, name="otoco-look-up", daemon=True).start()
        if not (yield Wait(ours, Want.READABLE, until)):
            raise _late(f"the name {origin.host} was not found")
    if errors:
        raise errors[0]
    return found


def _connect_to_any(origin: Origin, addresses: Sequence[str], until: float) -> Waits[socket.socket]:
    """Try the addresses in turn, each with an equal share of the time that is left."""
    problem: Exception = OSError(errno.EADDRNOTAVAIL, f"{origin.host} has no address")
    for tried, address in enumerate(addresses):
        now = monotonic()
        share = now + (until - now) / (len(addresses) - tried)
        try:
            return (yield from _connect(address, origin, share))
        except (OSError, httpx.ConnectTimeout) as error:
            problem = error
    raise problem


def _connect(address: str, origin: Origin, until: float) -> Waits[socket.socket]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        code = sock.connect_ex((address, origin.port))
        if code == errno.EINPROGRESS:
            if not (yield Wait(sock, Want.WRITABLE, until)):
                raise _late(f"{origin} did not take the connection")
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise OSError(code, os.strerror(code))
    except BaseException:
        sock.close()
        raise
    return sock


def _secure(
    sock: socket.socket, origin: Origin, until: float, context: ssl.SSLContext
) -> Waits[ssl.SSLSocket]:
    """TLS around a socket. An end without TLS's own farewell is an error, not an end."""
    with sock:
        tls = context.wrap_socket(
            sock,
            server_hostname=origin.host,
            do_handshake_on_connect=False,
            suppress_ragged_eofs=False,
        )
    try:
        late = _late(f"{origin} did not finish the TLS handshake")
        yield from _patiently(tls.do_handshake, tls, Want.READABLE, until, late)
    except BaseException:
        tls.close()
        raise
    return tls


def send(sock: socket.socket, data: bytes, until: float) -> Waits[None]:
    """Write all of the data."""
    late = httpx.WriteTimeout(
        "the deadline passed while the request was being written; some of it may have arrived."
    )
    rest = memoryview(data)

    def send_some() -> int:
        return sock.send(rest)

    while rest:
        sent = yield from _patiently(send_some, sock, Want.WRITABLE, until, late)
        rest = rest[sent:]


def receive(sock: socket.socket, until: float) -> Waits[bytes]:
    """Some bytes; none at the end of the stream."""
    late = httpx.ReadTimeout("the answer was not there, or not whole, before the deadline.")
    if not (yield Wait(sock, Want.READABLE, until)):
        raise late

    def receive_some() -> bytes:
        return sock.recv(_MOST_AT_ONCE)

    return (yield from _patiently(receive_some, sock, Want.READABLE, until, late))


def is_quiet(sock: socket.socket) -> bool:
    """Whether nothing has arrived that was not read, and the other side has not hung up."""
    try:
        sock.recv(1)
    except (BlockingIOError, ssl.SSLWantReadError):
        return True
    except OSError:
        return False
    return False


def _patiently(
    act: Callable[[], _T], sock: socket.socket, want: Want, until: float, late: Exception
) -> Waits[_T]:
    """Do what may not be possible yet, waiting for the socket as often as it takes."""
    while True:
        try:
            return act()
        except ssl.SSLWantWriteError:
            needs = Want.WRITABLE
        except ssl.SSLWantReadError:
            needs = Want.READABLE
        except BlockingIOError:
            needs = want
        if not (yield Wait(sock, needs, until)):
            raise late
