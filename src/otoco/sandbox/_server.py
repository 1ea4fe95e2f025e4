"""The sandbox on a socket: one server on loopback, each broker below a prefix of its own.

What goes wrong on the way needs the socket itself, so those replies are written past the server's
own HTTP: to the transport of the connection, which the protocol leaves in the request's state.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from http import HTTPStatus
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from otoco.sandbox._control import control_routes
from otoco.sandbox._delivery import Delivery, Manner
from otoco.sandbox._switchboard import Switchboard

LOOPBACK: Final = "127.0.0.1"

_AS_THEY_ARE: Final = (Manner.WHOLE, Manner.LATE)
_RESETS: Final = struct.pack("ii", 1, 0)  # lingers, for no time: what is closed is reset


class _Protocol(H11Protocol):
    """The server's own protocol, which hands the transport to the application."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in the base
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _Brokers:
    """The application in front of the desks."""

    def __init__(self, switchboard: Switchboard) -> None:
        self._switchboard = switchboard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        query: bytes = scope["query_string"]
        target: bytes = scope["raw_path"] + (b"?" + query if query else b"")
        headers = dict(request.headers.items())
        delivery = self._switchboard.exchange(scope["method"], target, headers, body)
        if delivery.manner is Manner.LATE:
            await asyncio.sleep(delivery.pause)
        if delivery.manner in _AS_THEY_ARE:
            await _response(delivery)(scope, receive, send)
            return
        await _write(scope["state"]["transport"], delivery)
        await receive()  # that the connection has gone, or the server would answer once more


def _response(delivery: Delivery) -> Response:
    (content,) = delivery.pieces
    return Response(content, delivery.reply.status, delivery.reply.headers)


async def _write(transport: asyncio.Transport, delivery: Delivery) -> None:
    """Send what arrives of a reply, and end the connection."""
    for _ in range(2 if delivery.manner is Manner.TWICE else 1):
        if delivery.arrives:
            transport.write(_head(delivery))
            for piece in delivery.pieces:
                await asyncio.sleep(delivery.pause)
                transport.write(piece)
    if delivery.manner is Manner.RESET:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESETS)
        transport.abort()
    transport.close()


def _head(delivery: Delivery) -> bytes:
    status = delivery.reply.status
    headers = {**delivery.reply.headers, "content-length": str(delivery.declared)}
    lines = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode("latin-1")


def application(switchboard: Switchboard) -> Starlette:
    """The brokers, and the control endpoint beside them."""
    return Starlette(
        routes=[
            Mount("/control", routes=control_routes(switchboard)),
            Route("/{path:path}", _Brokers(switchboard)),
        ]
    )


class Server:
    """A server in a thread of its own, from its construction until it is closed."""

    def __init__(self, switchboard: Switchboard, port: int = 0) -> None:
        self._socket = _listening(port)
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            application(switchboard),
            http=_Protocol,
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=0,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="otoco-sandbox", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop listening and end every connection; returns when it is done."""
        self._server.should_exit = True
        self._thread.join()


def _listening(port: int) -> socket.socket:
    """A socket on loopback; raises OSError where the port is taken."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # A head and its body are two writes; connections that are accepted inherit this.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listening.bind((LOOPBACK, port))
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening
