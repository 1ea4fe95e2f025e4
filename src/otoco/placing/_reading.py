"""Reading an answer whole, as far as it is worth it: never more than an answer may be long.

``httpx`` unpacks as much as comes, so that a megabyte that says "gzip" fills a thousand of them.
Here the bytes are counted as they come, and again as they are unpacked.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from time import monotonic
from typing import Final

import httpx

from otoco._answers import LONGEST_ANSWER
from otoco._problems import OtocoError, shown
from otoco.placing._deadline import current_deadline

_GZIP: Final = 16 + zlib.MAX_WBITS
_ZLIB: Final = zlib.MAX_WBITS
_BARE: Final = -zlib.MAX_WBITS


class AnswerTooLong(OtocoError):
    """The answer is longer than ``otoco.adapters.LONGEST_ANSWER`` bytes, packed or unpacked."""


class UnreadableAnswer(OtocoError):
    """The answer is packed in a way that is not known here, or is not packed as it says."""


def read_bounded(response: httpx.Response) -> bytes:
    """The body of an answer, unpacked; the answer is closed, however that ends.

    Raises:
        AnswerTooLong: where it is longer than an answer may be, packed or unpacked.
        UnreadableAnswer: where it cannot be unpacked.
        httpx.TransportError: where it does not come whole, or not before the deadline.

    """
    try:
        if response.is_stream_consumed:
            _check_length(response.content)
            return response.content
        assert isinstance(response.stream, httpx.SyncByteStream)
        raw = bytearray()
        for part in response.stream:
            _grow(raw, part)
        return _unpacked(bytes(raw), response.headers)
    finally:
        with suppress(Exception):  # an answer that is whole is not lost any more
            response.close()


async def aread_bounded(response: httpx.Response) -> bytes:
    """As :func:`read_bounded`, for an asynchronous client."""
    try:
        if response.is_stream_consumed:
            _check_length(response.content)
            return response.content
        assert isinstance(response.stream, httpx.AsyncByteStream)
        return _unpacked(await _aread(aiter(response.stream)), response.headers)
    finally:
        with suppress(Exception):
            await response.aclose()


async def _aread(parts: AsyncIterator[bytes]) -> bytes:
    raw = bytearray()
    try:
        async for part in parts:
            _grow(raw, part)
    finally:
        if isinstance(parts, AsyncGenerator):  # one that is left half way troubles its event loop
            await parts.aclose()
    return bytes(raw)


def _grow(raw: bytearray, part: bytes) -> None:
    if monotonic() > current_deadline():
        raise httpx.ReadTimeout("the answer was not whole before the deadline.")
    raw += part
    _check_length(raw)


def _check_length(body: bytes | bytearray) -> None:
    if len(body) > LONGEST_ANSWER:
        raise AnswerTooLong(f"the answer is longer than {LONGEST_ANSWER} bytes.")


def _unpacked(raw: bytes, headers: httpx.Headers) -> bytes:
    packing = headers.get("content-encoding", "").strip().lower()
    if packing in ("", "identity") or not raw:
        return raw
    unpacker = zlib.decompressobj(_window(packing, raw))
    try:
        body = unpacker.decompress(raw, LONGEST_ANSWER + 1)
    except zlib.error:
        raise UnreadableAnswer(f"the answer is not packed as {packing}, as it says.") from None
    _check_length(body)
    if not unpacker.eof:
        raise UnreadableAnswer(f"the answer, packed as {packing}, is cut off.")
    if unpacker.unused_data:
        raise UnreadableAnswer(f"the answer, packed as {packing}, goes on after its end.")
    return body


def _window(packing: str, raw: bytes) -> int:
    """What :mod:`zlib` calls the packing; "deflate" is sent with and without a head (RFC 9110)."""
    match packing:
        case "gzip" | "x-gzip":
            return _GZIP
        case "deflate":
            has_head = raw[0] & 15 == zlib.DEFLATED and int.from_bytes(raw[:2], "big") % 31 == 0
            return _ZLIB if has_head else _BARE
        case _:
            raise UnreadableAnswer(
                f"the answer is packed as {shown(packing)}, and only gzip and deflate are known."
            )
