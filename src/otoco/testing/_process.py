"""Translate orders in a process of its own, for :mod:`otoco.testing.elsewhere`.

It reads an adapter's class and options from the first line of the standard input, and an order and
an intent from every other. Its clock is ahead by as many days as ``OTOCO_LATER`` says: ``time`` and
``datetime`` tell so to every module that is imported after them, such as the adapter's.
"""

from __future__ import annotations

import datetime
import json
import locale
import os
import sys
import time
from contextlib import suppress
from importlib import import_module, util
from typing import Any
from uuid import UUID

from otoco import configured, from_dict, translate


def move_clock(days: float) -> None:
    """Let ``time`` and ``datetime`` say that it is so many days later; ``date`` asks ``time``."""
    later = datetime.timedelta(days)
    seconds, nanoseconds = time.time, time.time_ns
    time.time = lambda: seconds() + later.total_seconds()
    time.time_ns = lambda: nanoseconds() + int(later.total_seconds()) * 10**9
    gmtime, localtime = time.gmtime, time.localtime
    time.gmtime = lambda moment=None: gmtime(time.time() if moment is None else moment)
    time.localtime = lambda moment=None: localtime(time.time() if moment is None else moment)

    class AsBefore(type):
        """A class that has all instances of the class that it takes the place of."""

        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, cls.__mro__[1])

    class Moment(datetime.datetime, metaclass=AsBefore):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Any:
            return super().now(tz) + later

        @classmethod
        def utcnow(cls) -> Any:
            return cls.now(datetime.UTC).replace(tzinfo=None)

        @classmethod
        def today(cls) -> Any:
            return cls.now()

    datetime.datetime = Moment  # type: ignore[misc]  # on purpose: another clock


def load(module: str, file: str, name: str) -> Any:
    """The class of that name in a module, which is run from its file if it cannot be imported."""
    try:
        found: Any = import_module(module)
    except ImportError:
        spec = util.spec_from_file_location(module, file)
        assert spec is not None, file
        assert spec.loader is not None, file
        found = sys.modules[module] = util.module_from_spec(spec)
        spec.loader.exec_module(found)
    for part in name.split("."):
        found = getattr(found, part)
    return found


def main() -> None:
    """Print the path and the body of the request of each order."""
    move_clock(float(os.environ["OTOCO_LATER"]))
    with suppress(locale.Error):  # one that this machine does not have
        locale.setlocale(locale.LC_ALL, "")
    first, *lines = sys.stdin
    *where, options = json.loads(first)
    adapter, _ = configured(load(*where), options)
    for line in lines:
        order, intent = json.loads(line)
        placed = translate(from_dict(order), adapter, intent=UUID(intent) if intent else None)
        for request in placed.requests:
            sys.stdout.write(f"{request.path} {request.content.decode()}\n")


if __name__ == "__main__":
    main()
