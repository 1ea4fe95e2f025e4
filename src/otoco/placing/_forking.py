"""Whoever has a lock holds it while the process forks, so that the child finds it at rest.

Another thread may be in the middle of a change when a process forks, and in the child that thread
is gone: its lock would never be free again, and its change never be whole.
"""

from __future__ import annotations

import os
from threading import Lock, RLock
from typing import Final
from weakref import WeakSet


class AtRest:
    """Something with a lock, to be inherited."""

    def __init__(self) -> None:
        self._lock = RLock()
        with _REGISTERING:
            _EVERYONE.add(self)

    def rest(self) -> None:
        """Hold the lock for the fork that follows; what no child may inherit is let go of."""
        self._lock.acquire()

    def go_on(self) -> None:
        """Let go of the lock, in the parent and in the child."""
        self._lock.release()


_REGISTERING: Final = Lock()
_EVERYONE: Final[WeakSet[AtRest]] = WeakSet()
_resting: Final[list[AtRest]] = []


def _before() -> None:
    _REGISTERING.acquire()
    for each in tuple(_EVERYONE):
        each.rest()
        _resting.append(each)


def _after() -> None:
    while _resting:
        _resting.pop().go_on()
    if _REGISTERING.locked():
        _REGISTERING.release()


os.register_at_fork(before=_before, after_in_parent=_after, after_in_child=_after)
