"""An authentication over a transport, and each request once.

Of what :class:`httpx.Client` does it does what is wanted here, and nothing besides: no redirects,
no cookies, no log of URLs, and no second sending. What answers the request itself ends it, whatever
an authentication would have sent after that.
"""

from __future__ import annotations

from contextlib import aclosing, closing, suppress

import httpx

from otoco._problems import OtocoError
from otoco.placing._deadline import FLIGHT


class ClientClosed(OtocoError):
    """A client that was closed sends nothing any more."""

    def __init__(self) -> None:
        super().__init__("the client is closed, and sends nothing any more.")


class Sender:
    """Sends requests in the calling thread; its responses are unread."""

    def __init__(self, auth: httpx.Auth, transport: httpx.BaseTransport) -> None:
        self._auth = auth
        self._transport = transport
        self._is_closed = False

    def send(self, request: httpx.Request) -> httpx.Response:
        """The response to a request, after those to what its authentication sends before it."""
        flow = self._auth.sync_auth_flow(request)
        response: httpx.Response | None = None
        try:
            following = next(flow)
            while not _is_it(following, request):
                with closing(self._one(following)) as first:
                    following = flow.send(first)
            response = self._one(following)
            with suppress(Exception):  # the answer is there, and is what it is
                flow.send(_shell(response))
        except BaseException:
            if response is not None:
                response.close()
            raise
        finally:
            with suppress(Exception):
                flow.close()
        return response

    def _one(self, request: httpx.Request) -> httpx.Response:
        if self._is_closed:
            raise ClientClosed
        response = self._transport.handle_request(request)
        response.request = request
        return response

    def close(self) -> None:
        """Close the connections."""
        self._is_closed = True
        self._transport.close()


class AsyncSender:
    """As :class:`Sender`, for an event loop."""

    def __init__(self, auth: httpx.Auth, transport: httpx.AsyncBaseTransport) -> None:
        self._auth = auth
        self._transport = transport
        self._is_closed = False

    async def send(self, request: httpx.Request) -> httpx.Response:
        """As :meth:`Sender.send`."""
        flow = self._auth.async_auth_flow(request)
        response: httpx.Response | None = None
        try:
            following = await anext(flow)
            while not _is_it(following, request):
                async with aclosing(await self._one(following)) as first:
                    following = await flow.asend(first)
            response = await self._one(following)
            with suppress(Exception):  # the answer is there, and is what it is
                await flow.asend(_shell(response))
        except BaseException:
            if response is not None:
                await response.aclose()
            raise
        finally:
            with suppress(Exception):
                await flow.aclose()
        return response

    async def _one(self, request: httpx.Request) -> httpx.Response:
        if self._is_closed:
            raise ClientClosed
        response = await self._transport.handle_async_request(request)
        response.request = request
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        self._is_closed = True
        await self._transport.aclose()


def _is_it(following: httpx.Request, request: httpx.Request) -> bool:
    """Whether what an authentication yields is the request, or made of it: it has one flight."""
    if following is request:
        return True
    if _target(following) != _target(request):
        return False
    following.extensions = {**following.extensions, FLIGHT: request.extensions[FLIGHT]}
    return True


def _target(request: httpx.Request) -> tuple[str, bytes, bytes]:
    return request.method, request.url.netloc, request.url.raw_path.partition(b"?")[0]


def _shell(response: httpx.Response) -> httpx.Response:
    """A response without its body, of which no authentication may take anything."""
    return httpx.Response(response.status_code, headers=response.headers, request=response.request)
