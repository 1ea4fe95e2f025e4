"""An answer is read whole, or not at all: never more of it than an answer may be long."""

from __future__ import annotations

import gzip
import math
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from time import monotonic
from typing import Final

import anyio
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.otoco.placing.loopback import DRIVERS, ask_one, once, serving

from otoco.adapters import LONGEST_ANSWER
from otoco.placing._deadline import until
from otoco.placing._reading import AnswerTooLong, UnreadableAnswer, aread_bounded, read_bounded

BLOCK: Final = 1 << 20


class Parts(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body in parts, which tells whether it was closed."""

    def __init__(self, parts: Sequence[bytes]) -> None:
        self._parts = parts
        self._next = iter(parts)
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._parts)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        for part in self._next:
            return part
        raise StopAsyncIteration

    def close(self) -> None:
        self.is_closed = True

    async def aclose(self) -> None:
        self.is_closed = True


def read(driver: str, parts: Sequence[bytes], packing: str | None = None) -> bytes:
    """Read an answer of these parts, which is closed afterwards."""
    stream = Parts(parts)
    headers = {} if packing is None else {"Content-Encoding": packing}
    response = httpx.Response(200, headers=headers, stream=stream)
    try:
        if driver == "threads":
            return read_bounded(response)
        return anyio.run(aread_bounded, response, backend=driver)
    finally:
        assert stream.is_closed


def bare(data: bytes) -> bytes:
    """What some servers send as "deflate": no head, no checksum."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def zeros(megabytes: int) -> list[bytes]:
    """So many megabytes of zeros, packed by gzip, a thousandth as long."""
    packer = zlib.compressobj(9, wbits=16 + zlib.MAX_WBITS)
    first = packer.compress(bytes(BLOCK)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(BLOCK)) + packer.flush(zlib.Z_FULL_FLUSH)
    return [first, *[again] * (megabytes - 1)]


PACKINGS: Final[dict[str | None, Callable[[bytes], bytes]]] = {
    None: bytes,
    "": bytes,
    "Identity": bytes,
    "gzip": gzip.compress,
    " X-GZIP ": gzip.compress,
    "deflate": zlib.compress,
    "Deflate": bare,
}


@pytest.mark.parametrize("packing", PACKINGS)
@given(body=st.binary(max_size=2000), cuts=st.lists(st.integers(1, 50), max_size=40))
def test_packing_changes_nothing(packing: str | None, body: bytes, cuts: list[int]) -> None:
    """However an answer is packed and cut into parts, it is read as it was meant."""
    packed = PACKINGS[packing](body)
    parts, at = [], 0
    for cut in cuts:
        parts.append(packed[at : at + cut])
        at += cut
    assert body == read("threads", [*parts, packed[at:]], packing)


@pytest.mark.parametrize("driver", DRIVERS)
def test_an_answer_may_be_as_long_as_an_answer_may_be(driver: str) -> None:
    """The last byte that is allowed is read, and the first that is not is told."""
    longest = bytes(LONGEST_ANSWER)
    assert longest == read(driver, [longest])
    assert longest == read(driver, [gzip.compress(longest, mtime=0)], "gzip")
    for parts, packing in (
        ([longest, b"x"], None),
        ([gzip.compress(longest + b"x", mtime=0)], "gzip"),
    ):
        with pytest.raises(AnswerTooLong, match="longer than 1048576 bytes"):
            read(driver, parts, packing)


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("megabytes", [10, 1024])
def test_a_bomb_does_not_go_off(driver: str, megabytes: int) -> None:
    """A packed answer never fills the memory, however much would come of it."""
    parts = zeros(megabytes)
    tracemalloc.start()
    with pytest.raises(AnswerTooLong):
        read(driver, parts, "gzip")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 8 * LONGEST_ANSWER


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_bomb_from_a_server(driver: str) -> None:
    """Its connection is closed, and there is no answer."""
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    with serving(once(head, *zeros(1024))) as server:
        told = ask_one(driver, server.url)
    assert AnswerTooLong is type(told.error)


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize(
    ("packing", "body", "reason"),
    [
        ("gzip", gzip.compress(b"{}", mtime=0)[:-1], "packed as gzip, is cut off"),
        ("gzip", gzip.compress(b"{}", mtime=0) + b"x", "packed as gzip, goes on after its end"),
        ("gzip", gzip.compress(b"{}", mtime=0) * 2, "packed as gzip, goes on after its end"),
        ("gzip", b"{}", "not packed as gzip, as it says"),
        ("deflate", zlib.compress(b"{}")[:-1], "packed as deflate, is cut off"),
        ("deflate", b"\xff\xff", "not packed as deflate, as it says"),
        ("br", b"{}", "packed as 'br', and only gzip and deflate are known"),
        ("gzip, gzip", b"{}", "packed as 'gzip, gzip', and only"),
    ],
)
def test_what_cannot_be_unpacked(driver: str, packing: str, body: bytes, reason: str) -> None:
    """An answer that is not packed as it says is none, and says what is wrong with it."""
    with pytest.raises(UnreadableAnswer, match=reason) as caught:
        read(driver, [body], packing)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("driver", DRIVERS)
def test_what_was_read_before_is_not_read_again(driver: str) -> None:
    """An answer that an authentication has read is there, within the same length."""

    def read_again(content: bytes) -> bytes:
        response = httpx.Response(200, content=content)
        if driver == "threads":
            return read_bounded(response)
        return anyio.run(aread_bounded, response, backend=driver)

    assert b"{}" == read_again(b"{}")
    with pytest.raises(AnswerTooLong):
        read_again(bytes(LONGEST_ANSWER + 1))


def test_reading_obeys_the_deadline() -> None:
    """An answer from any transport is given up after the deadline."""
    with until(monotonic() - 1), pytest.raises(httpx.ReadTimeout):
        read("threads", [b"{}"])
    with until(math.inf):
        assert b"{}" == read("threads", [b"{}"])


class Slamming(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes whole, and cannot be closed."""

    def __iter__(self) -> Iterator[bytes]:
        yield b"{}"

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"{}"

    def close(self) -> None:
        """Fail."""
        raise ZeroDivisionError

    async def aclose(self) -> None:
        """Fail."""
        raise ZeroDivisionError


def test_an_answer_that_is_whole_is_not_lost() -> None:
    """Whatever goes wrong with its connection after that."""
    assert b"{}" == read_bounded(httpx.Response(200, stream=Slamming()))
    assert b"{}" == anyio.run(aread_bounded, httpx.Response(200, stream=Slamming()))
