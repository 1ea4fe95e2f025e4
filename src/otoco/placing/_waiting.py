"""Waiting for sockets: all that a transport does between two waits is written once.

What sends and receives is a generator that never blocks. Where it cannot go on it yields a
:class:`Wait`, and is sent whether that came true before the deadline. :func:`run` waits in the
thread, and :func:`arun` in the event loop, of asyncio or trio.
"""

from __future__ import annotations

import math
import select
import socket
from collections.abc import Generator
from enum import IntEnum
from time import monotonic
from typing import Final, NamedTuple, TypeAlias, TypeVar

import anyio

#: Longer than any deadline, in seconds, and short enough for every system call.
LONGEST: Final = 2_000_000.0


class Want(IntEnum):
    """What is waited for."""

    READABLE = select.POLLIN
    WRITABLE = select.POLLOUT


class Wait(NamedTuple):
    """A wait for a socket, until an instant of :func:`time.monotonic`."""

    sock: socket.socket
    want: Want
    until: float


_T = TypeVar("_T")

#: Waits one after the other, each answered by whether it ended in time, and what came of it.
Waits: TypeAlias = Generator[Wait, bool, _T]


def run(waits: Waits[_T]) -> _T:
    """Go through the waits in this thread."""
    try:
        wait = next(waits)
        while True:
            wait = waits.send(_is_ready(wait))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]  # what a StopIteration has is untyped
    finally:
        waits.close()


async def arun(waits: Waits[_T]) -> _T:
    """Go through the waits in this task; where it is cancelled, the generator is closed."""
    try:
        wait = next(waits)
        while True:
            wait = waits.send(await _will_be_ready(wait))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]  # what a StopIteration has is untyped
    finally:
        waits.close()


def _is_ready(wait: Wait) -> bool:
    left = min(wait.until - monotonic(), LONGEST)
    if left <= 0:
        return False
    poll = select.poll()
    poll.register(wait.sock, wait.want)
    return bool(poll.poll(math.ceil(left * 1000)))


async def _will_be_ready(wait: Wait) -> bool:
    ready = anyio.wait_readable if wait.want is Want.READABLE else anyio.wait_writable
    with anyio.move_on_after(wait.until - monotonic()) as scope:
        await ready(wait.sock)
    return not scope.cancelled_caught
