"""The last step before a request leaves: what is secret is added below all that is logged.

``httpx`` logs the URL of each request, keeps the request on its responses and puts it on its
exceptions. So an :class:`httpx.Auth` of a broker puts no secret on the request that it is given: it
leaves a function there that finishes it, and :class:`Finishing` (or :class:`AsyncFinishing`) sends
what that makes and forgets it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import httpx

from otoco._problems import OtocoError

Finish: TypeAlias = Callable[[httpx.Request], httpx.Request]

_FINISH: Final = "otoco.finish"


def finish_with(request: httpx.Request, finish: Finish) -> None:
    """Have the transport send what ``finish`` makes of the request, in place of the request."""
    request.extensions = {**request.extensions, _FINISH: finish}


class Unfinished(OtocoError):
    """A request that could not be made ready to leave, and so never left."""


def _finished(request: httpx.Request) -> httpx.Request:
    """What is to be sent, which no transport finishes once more."""
    extensions = dict(request.extensions)
    finish: Finish | None = extensions.pop(_FINISH, None)
    if finish is None:
        return request
    try:
        finished = finish(request)
    except Exception as error:  # noqa: BLE001 - raised without what it hangs together with
        why = f"the request could not be made ready to leave ({type(error).__name__})."
    else:
        finished.extensions = extensions
        return finished
    raise Unfinished(why)


class Finishing(httpx.BaseTransport):
    """A transport that finishes each request and hands it to another."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the finished request."""
        return self._inner.handle_request(_finished(request))

    def close(self) -> None:
        """Close the transport inside."""
        self._inner.close()


class AsyncFinishing(httpx.AsyncBaseTransport):
    """As :class:`Finishing`, for an asynchronous client."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the finished request."""
        return await self._inner.handle_async_request(_finished(request))

    async def aclose(self) -> None:
        """Close the transport inside."""
        await self._inner.aclose()
