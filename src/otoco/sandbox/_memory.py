"""The sandbox without sockets: transports for ``httpx`` that hand a request to a desk at once."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from typing import Any, NoReturn

import anyio
import httpx

from otoco.sandbox._delivery import Delivery, Manner
from otoco.sandbox._switchboard import Switchboard, is_loopback


class MemoryTransport(httpx.BaseTransport):
    """Answers from a switchboard, with the exceptions that ``httpx`` raises for sockets."""

    def __init__(self, switchboard: Switchboard) -> None:
        self._switchboard = switchboard

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The response to a request; a slow one takes its time."""
        delivery = _exchange(self._switchboard, request, request.read())
        patience = _patience(request)
        if delivery.manner is Manner.LATE:
            _wait(delivery.pause, patience)
        return _response(request, delivery, _Pieces(delivery, patience))


class AsyncMemoryTransport(httpx.AsyncBaseTransport):
    """As :class:`MemoryTransport`, for an asynchronous client."""

    def __init__(self, switchboard: Switchboard) -> None:
        self._switchboard = switchboard

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The response to a request; a slow one takes its time."""
        delivery = _exchange(self._switchboard, request, await request.aread())
        patience = _patience(request)
        if delivery.manner is Manner.LATE:
            await _wait_async(delivery.pause, patience)
        return _response(request, delivery, _AsyncPieces(delivery, patience))


class _Pieces(httpx.SyncByteStream):
    def __init__(self, delivery: Delivery, patience: float | None) -> None:
        self._delivery, self._patience = delivery, patience

    def __iter__(self) -> Iterator[bytes]:
        for piece in _arriving(self._delivery):
            if self._delivery.manner is Manner.IN_PIECES:
                _wait(self._delivery.pause, self._patience)
            yield piece
        _end(self._delivery)


class _AsyncPieces(httpx.AsyncByteStream):
    def __init__(self, delivery: Delivery, patience: float | None) -> None:
        self._delivery, self._patience = delivery, patience

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in _arriving(self._delivery):
            if self._delivery.manner is Manner.IN_PIECES:
                await _wait_async(self._delivery.pause, self._patience)
            yield piece
        _end(self._delivery)


def _exchange(switchboard: Switchboard, request: httpx.Request, body: bytes) -> Delivery:
    """The delivery of a reply; raises where there is no host to send to, and where none comes."""
    if not is_loopback(request.url.netloc.decode("ascii")):
        raise httpx.ConnectError(
            f"the sandbox is no way to {request.url.host}: take the base URL that it gives",
            request=request,
        )
    headers = {name.decode("latin-1"): value for name, value in _lowered(request)}
    delivery = switchboard.exchange(request.method, request.url.raw_path, headers, body)
    if delivery.manner is Manner.CLOSED:
        why = "Server disconnected without sending a response."
        raise httpx.RemoteProtocolError(why, request=request)
    if delivery.manner is Manner.RESET:
        raise httpx.ReadError("[Errno 104] Connection reset by peer", request=request)
    return delivery


def _lowered(request: httpx.Request) -> Iterator[tuple[bytes, str]]:
    return ((name.lower(), value.decode("latin-1")) for name, value in request.headers.raw)


def _response(
    request: httpx.Request, delivery: Delivery, stream: httpx.SyncByteStream | httpx.AsyncByteStream
) -> httpx.Response:
    headers = {**delivery.reply.headers, "content-length": str(delivery.declared)}
    extensions: dict[str, Any] = {"http_version": b"HTTP/1.1"}
    return httpx.Response(
        delivery.reply.status,
        headers=headers,
        stream=stream,
        request=request,
        extensions=extensions,
    )


def _arriving(delivery: Delivery) -> tuple[bytes, ...]:
    """The body as a caller gets it, who reads no further than the content-length."""
    if delivery.manner is Manner.SHORT_LENGTH:
        return (delivery.pieces[0][: delivery.declared],)
    return delivery.pieces


def _end(delivery: Delivery) -> None:
    if delivery.manner is Manner.HALF:
        raise httpx.RemoteProtocolError(
            "peer closed connection without sending complete message body"
            f" (received {len(delivery.pieces[0])} bytes, expected {delivery.declared})"
        )


def _patience(request: httpx.Request) -> float | None:
    """The seconds that the caller waits for anything to arrive."""
    timeouts: dict[str, float | None] = request.extensions.get("timeout", {})
    return timeouts.get("read")


def _wait(seconds: float, patience: float | None) -> None:
    if patience is not None and seconds > patience:
        time.sleep(patience)
        _time_out()
    time.sleep(seconds)


async def _wait_async(seconds: float, patience: float | None) -> None:
    if patience is not None and seconds > patience:
        await anyio.sleep(patience)
        _time_out()
    await anyio.sleep(seconds)


def _time_out() -> NoReturn:
    raise httpx.ReadTimeout("The read operation timed out")
