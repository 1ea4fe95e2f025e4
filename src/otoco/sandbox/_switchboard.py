"""Whom a request is for: it finds the desk, and nothing from outside of this machine gets to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from threading import RLock
from typing import Any, Final

import attrs

from otoco._problems import SandboxError, shown
from otoco.sandbox._delivery import Delivery, deliver
from otoco.sandbox._desk import Desk, Incoming, Listed, Reply
from otoco.sandbox._faults import Fault, Purpose, Script

#: How many exchanges are remembered.
MOST_EVENTS: Final = 10_000

#: The answer to whoever names another machine.
NOT_LOOPBACK: Final = "the sandbox answers to 127.0.0.1, localhost and [::1] alone."

_LOOPBACK: Final = frozenset(("127.0.0.1", "localhost", "[::1]"))
_TEXT: Final = {"content-type": "text/plain; charset=utf-8"}


@attrs.frozen
class Exchanged:
    """One exchange: a request, the fault that met it, and the status of what was sent back.

    ``status`` is ``None`` where nothing was.
    """

    broker: str
    method: str
    path: str
    purpose: Purpose
    fault: str | None
    status: int | None


def is_loopback(host: str) -> bool:
    """Whether a ``Host`` header names this machine, by a name that no stranger's DNS answers."""
    name, colon, port = host.rpartition(":")
    if not colon or not port.isdecimal():
        name = host
    return name.lower() in _LOOPBACK


class Switchboard:
    """The desks by name, the faults that await them, and what was exchanged."""

    def __init__(self, desks: Mapping[str, Desk]) -> None:
        self.desks = dict(desks)
        self.scripts = {name: Script() for name in desks}
        self.events: deque[Exchanged] = deque(maxlen=MOST_EVENTS)
        self.lock = RLock()

    def fault(self, fault: Fault, broker: str | None = None) -> None:
        """Let a fault meet requests to one broker, or to each of them."""
        for name in self.desks if broker is None else [broker]:
            self.desk(name)
            with self.lock:
                self.scripts[name].add(fault)

    def calm(self) -> None:
        """Let no fault happen that has not happened yet."""
        with self.lock:
            for script in self.scripts.values():
                script.clear()

    def accounts(self, address: str) -> dict[str, Any]:
        """For each broker the base URL, adapter options and credentials of the test account."""
        return {
            name: {
                "url": f"{address}/{name}{desk.base}",
                "options": dict(desk.options),
                "secrets": dict(desk.secrets),
            }
            for name, desk in self.desks.items()
        }

    def desk(self, broker: str) -> Desk:
        """A broker's desk; raises SandboxError where it is none of these."""
        if broker not in self.desks:
            raise SandboxError(
                f"{shown(broker)} is not in this sandbox, which has {', '.join(self.desks)}."
            )
        return self.desks[broker]

    def price(self, symbol: str, price: Decimal) -> None:
        """A trade of a symbol at a price, wherever it is traded."""
        with self.lock:
            for desk in self.desks.values():
                desk.price(symbol, price)

    def end_session(self) -> None:
        """End the trading day everywhere."""
        with self.lock:
            for desk in self.desks.values():
                desk.end_session()

    def clock(self, moment: datetime) -> None:
        """Let it be a moment everywhere; raises ValueError where that has passed already."""
        with self.lock:
            for desk in self.desks.values():
                desk.clock(moment)

    def reject(self, broker: str, order_id: str) -> None:
        """Have a broker reject an order that it took; raises ValueError where it cannot."""
        with self.lock:
            self.desk(broker).reject(order_id)

    def ledger(self, broker: str) -> tuple[Listed, ...]:
        """Every placement that exists at a broker."""
        with self.lock:
            return self.desk(broker).ledger()

    def remembered(self) -> tuple[Exchanged, ...]:
        """The newest exchanges, the oldest of them first."""
        with self.lock:
            return tuple(self.events)

    def exchange(
        self, method: str, target: bytes, headers: Mapping[str, str], body: bytes
    ) -> Delivery:
        """Answer a request, whose target is that of its request line."""
        if not is_loopback(headers.get("host", "")):
            return _plain(421, NOT_LOOPBACK)
        path, _, query = target.decode("latin-1").partition("?")
        name, slash, rest = path[1:].partition("/")
        desk = self.desks.get(name)
        if desk is None or not (slash + rest).startswith(f"{desk.base}/"):
            bases = ", ".join(f"/{each}{self.desks[each].base}" for each in self.desks)
            return _plain(404, f"the APIs are at {bases}.")
        below = (slash + rest).removeprefix(desk.base)
        incoming = Incoming(method, below, query, target, headers, body)
        with self.lock:
            purpose = desk.purpose(incoming)
            fault = self.scripts[name].take(purpose)
            delivery = deliver(desk, incoming, fault)
            status = delivery.reply.status if delivery.arrives else None
            kind = fault.kind.value if fault else None
            self.events.append(Exchanged(name, method, below, purpose, kind, status))
        return delivery


def _plain(status: int, why: str) -> Delivery:
    return Delivery(Reply(status, _TEXT, why.encode()))
