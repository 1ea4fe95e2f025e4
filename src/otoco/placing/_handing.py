"""The chain of transports below a client: handed over and noted, finished, and sent.

Any transport of ``httpx`` may be at its end. :class:`Handing` is at its start, where requests still
are as the client made them, so that no transport between can lose a flight.
"""

from __future__ import annotations

import math
from typing import Final

import httpx

from otoco.placing._deadline import flight_of
from otoco.placing._finishing import AsyncFinishing, Finishing
from otoco.placing._transport import AsyncTransport, Transport

_TIMEOUTS: Final = ("connect", "read", "write", "pool")


class Handing(httpx.BaseTransport):
    """Notes on its flight that a request is handed to the transport inside."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Hand the request over, unless its deadline has passed."""
        _hand_over(request)
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Close the transport inside."""
        self._inner.close()


class AsyncHanding(httpx.AsyncBaseTransport):
    """As :class:`Handing`, for an asynchronous client."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Hand the request over, unless its deadline has passed."""
        _hand_over(request)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the transport inside."""
        await self._inner.aclose()


def _hand_over(request: httpx.Request) -> None:
    """What has only timeouts for single steps gets what is left of the time as each of them."""
    flight = flight_of(request)
    left = flight.seconds_left
    if left <= 0:
        raise httpx.ConnectTimeout("the deadline passed before the request was handed over.")
    if left < math.inf:
        timeouts = dict.fromkeys(_TIMEOUTS, left)
        request.extensions = {**request.extensions, "timeout": timeouts}
    flight.handed = True


def chained(transport: httpx.BaseTransport) -> httpx.BaseTransport:
    """The chain of a client, with this transport at its end."""
    return Handing(Finishing(transport))


def async_chained(transport: httpx.AsyncBaseTransport) -> httpx.AsyncBaseTransport:
    """As :func:`chained`, for an asynchronous client."""
    return AsyncHanding(AsyncFinishing(transport))


def default_transport() -> httpx.BaseTransport:
    """The chain of a client that is given no transport."""
    return chained(Transport())


def default_async_transport() -> httpx.AsyncBaseTransport:
    """As :func:`default_transport`, for an asynchronous client."""
    return async_chained(AsyncTransport())
