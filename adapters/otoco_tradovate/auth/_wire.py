"""Requests for tokens as they are sent and answered: what is secret stands on none of them.

``httpx`` keeps each of these requests and answers on the response that a caller gets in the end.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Final

import httpx

from otoco.adapters import LONGEST_ANSWER
from otoco.placing import Secret, base_url_of, finish_with, seconds_left
from otoco_tradovate.auth._tokens import AuthenticationError, Reply

#: How long to wait where the client does not say how long it has.
_PATIENCE: Final = 30.0  # seconds
_LONGEST_PATIENCE: Final = 3600.0  # seconds
_TOO_LONG: Final = f"the answer is longer than {LONGEST_ANSWER} bytes."
_CUT_OFF: Final = "the answer did not come whole."


def room_of(request: httpx.Request) -> float:
    """How many seconds there are until the deadline of the client's call."""
    left = seconds_left(request)
    return max(0.0, min(_PATIENCE if left is None else left, _LONGEST_PATIENCE))


def carry_bearer(request: httpx.Request, token: Secret) -> None:
    """Have the transport put a token on a request, as long as that goes to the same server."""
    origin = _origin(request.url)

    def finish(leaving: httpx.Request) -> httpx.Request:
        if _origin(leaving.url) != origin:
            return leaving  # after a redirect, say
        header = (b"Authorization", b"Bearer " + token.reveal().encode("ascii"))
        return _again(leaving, [*leaving.headers.raw, header])

    finish_with(request, finish)


def request_for(
    request: httpx.Request, path: str, token: Secret | None = None, body: bytes | None = None
) -> httpx.Request:
    """A request for a token, for a request that needs one: a GET, or a POST of a body.

    Raises:
        AuthenticationError: where the request does not say where the broker is.

    """
    base = base_url_of(request)
    if base is None:
        raise AuthenticationError(
            "the request does not say at which base URL tokens are to be had: place through"
            " otoco.placing.Client."
        )
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    headers |= {key: request.headers[key] for key in ("User-Agent",) if key in request.headers}
    extensions = {key: request.extensions[key] for key in ("timeout",) if key in request.extensions}
    method = "GET" if body is None else "POST"
    asking = httpx.Request(method, base.rstrip("/") + path, headers=headers, extensions=extensions)
    finish_with(asking, _finish(token, [] if body is None else [body]))
    return asking


def _finish(token: Secret | None, bodies: list[bytes]) -> Callable[[httpx.Request], httpx.Request]:
    """What adds a token and a body; the body is given away with the request, and not kept."""

    def finish(leaving: httpx.Request) -> httpx.Request:
        headers = [each for each in leaving.headers.raw if each[0].lower() != b"content-length"]
        if token is not None:
            headers.append((b"Authorization", b"Bearer " + token.reveal().encode("ascii")))
        if not bodies:
            return _again(leaving, headers)
        return httpx.Request(
            leaving.method,
            leaving.url,
            headers=[*headers, (b"Content-Type", b"application/json")],
            content=bodies.pop(),
            extensions=leaving.extensions,
        )

    return finish


def _again(request: httpx.Request, headers: list[tuple[bytes, bytes]]) -> httpx.Request:
    """The same request with other headers."""
    return httpx.Request(
        request.method,
        request.url,
        headers=headers,
        stream=request.stream,
        extensions=request.extensions,
    )


def drained(response: httpx.Response) -> Reply:
    """An answer, of which nothing is left on the response."""
    stream, response.stream = response.stream, httpx.ByteStream(b"")
    assert isinstance(stream, httpx.SyncByteStream)
    body, flaw = bytearray(), _packing(response)
    try:
        for part in stream:
            body += part
            if len(body) > LONGEST_ANSWER:
                flaw = _TOO_LONG
                break
    except httpx.HTTPError:
        flaw = _CUT_OFF
    finally:
        stream.close()
    return Reply(response.status_code, bytes(body), flaw)


async def adrained(response: httpx.Response) -> Reply:
    """As :func:`drained`, for an asynchronous client."""
    stream, response.stream = response.stream, httpx.ByteStream(b"")
    assert isinstance(stream, httpx.AsyncByteStream)
    body, flaw = bytearray(), _packing(response)
    parts = aiter(stream)
    try:
        async for part in parts:
            body += part
            if len(body) > LONGEST_ANSWER:
                flaw = _TOO_LONG
                break
    except httpx.HTTPError:
        flaw = _CUT_OFF
    finally:
        if isinstance(parts, AsyncGenerator):  # one that is left half way troubles its event loop
            await parts.aclose()
        await stream.aclose()
    return Reply(response.status_code, bytes(body), flaw)


def _packing(response: httpx.Response) -> str | None:
    """What is wrong with an answer that is packed: the request asked for it as it is."""
    packing = response.headers.get("Content-Encoding", "identity")
    return None if packing == "identity" else f"the answer is packed as {packing!r}, unasked."


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
