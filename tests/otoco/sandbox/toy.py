"""A broker of three paths, for what a sandbox does that is no broker's affair."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import attrs

from otoco.sandbox import FaultKind, Incoming, Listed, ListedOrder, Purpose, RefusingFault, Reply

JSON = {"content-type": "application/json"}
PURPOSES: dict[str, Purpose] = {"/orders": "place", "/cancel": "cancel", "/login": "auth"}


class ToyDesk:
    """Takes every order, a parent with one child; it notes what else it is told."""

    base = "/api"

    def __init__(self) -> None:
        self.orders: list[Listed] = []
        self.told: list[object] = []
        self.asked: list[Incoming] = []

    @property
    def options(self) -> Mapping[str, Any]:
        """One account."""
        return {"account_id": 7, "account_spec": "TOY7"}

    @property
    def secrets(self) -> Mapping[str, str]:
        """One password."""
        return {"password": "toy-password"}

    def purpose(self, incoming: Incoming) -> Purpose:
        """By path."""
        return PURPOSES.get(incoming.path, "read")

    def answer(self, incoming: Incoming) -> Reply:
        """An order gets the next number; whatever else is asked is how many there are."""
        self.asked.append(incoming)
        if self.purpose(incoming) == "place":
            number = str(len(self.orders) + 1)
            parent = ListedOrder(number, "TOY", "BUY", Decimal(1), "open")
            child = ListedOrder(f"{number}-exit", "TOY", "SELL", Decimal(1), "held", is_child=True)
            self.orders.append(Listed((incoming.body.decode(),), None, (parent, child)))
        return Reply(200, JSON, b'{"orders":%d}' % len(self.orders))

    def refusal(self, kind: RefusingFault, incoming: Incoming) -> Reply:
        """A reply of its own for each kind."""
        status = {FaultKind.REJECT: 422, FaultKind.ERROR_IN_200: 200, FaultKind.PENALTY: 200}
        return Reply(status[kind], JSON, b'{"refused":"%s"}' % kind.value.encode())

    def price(self, symbol: str, price: Decimal) -> None:
        """Noted."""
        self.told.append((symbol, price))

    def end_session(self) -> None:
        """Noted."""
        self.told.append("the session ends")

    def clock(self, moment: datetime) -> None:
        """Noted, but for a moment without a zone."""
        if moment.tzinfo is None:
            raise ValueError("no time zone")
        self.told.append(moment)

    def reject(self, order_id: str) -> None:
        """The order of the newest placement that has this id is rejected, once."""
        newest = self.orders[-1]
        rejected = tuple(
            attrs.evolve(order, status="rejected") if order.id == order_id else order
            for order in newest.orders
        )
        if rejected == newest.orders:
            raise ValueError(f"nothing can happen to {order_id}")
        self.orders[-1] = attrs.evolve(newest, orders=rejected)

    def ledger(self) -> tuple[Listed, ...]:
        """All of them."""
        return tuple(self.orders)

    def latest(self) -> Listed | None:
        """The last of them."""
        return self.orders[-1] if self.orders else None
