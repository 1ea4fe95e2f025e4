"""What a broker is in the sandbox: a desk that answers requests as the broker's API would.

A desk is found by entry point, group ``otoco.sandboxes``: a name and a factory without arguments,
which makes a desk with no orders and one test account. It knows the paths, headers and bodies of
its broker and nothing of sockets; faults on the way are not its concern, only how it refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, Protocol, TypeAlias

import attrs

from otoco.sandbox._faults import FaultKind, Purpose

#: The faults whose answer is in the broker's own words.
RefusingFault: TypeAlias = Literal[FaultKind.REJECT, FaultKind.ERROR_IN_200, FaultKind.PENALTY]


@attrs.frozen
class Incoming:
    """A request as it arrived.

    ``path`` lies below the desk's :attr:`Desk.base`, begins with a slash and is as it was sent;
    ``query`` is what follows the question mark, as it was sent, or empty. ``raw_target`` is the
    whole of both as it stood on the request line, the sandbox's prefix included: what a signature
    covers. ``headers`` have lower-case names.
    """

    method: str
    path: str
    query: str
    raw_target: bytes
    headers: Mapping[str, str]
    body: bytes


@attrs.frozen
class Reply:
    """A broker's reply; its headers have lower-case names, and no content-length among them."""

    status: int
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    body: bytes = b""


@attrs.frozen
class ListedOrder:
    """One order that exists at a broker.

    ``side`` and ``status`` are the broker's words. ``is_child`` says that it waits or has waited
    for another order's fill.
    """

    id: str
    symbol: str
    side: str
    quantity: Decimal
    status: str
    filled: Decimal = Decimal(0)
    is_child: bool = False


@attrs.frozen
class Listed:
    """One placement that exists at a broker: what one accepted request has made.

    ``given`` are the ids that the caller put into the request, in its order, such as a client order
    id a leg or one of the whole; none were sent if it is empty. ``group`` is the broker's id of the
    whole, where it has one. The orders are those of the request, the entry first.
    """

    given: tuple[str, ...]
    group: str | None
    orders: tuple[ListedOrder, ...]


class Desk(Protocol):
    """One broker with one test account. Mutable, and called by one thread at a time."""

    @property
    def base(self) -> str:
        """The path that all of the API's paths begin with, such as ``/v1``, or empty text."""
        ...

    @property
    def options(self) -> Mapping[str, Any]:
        """The adapter options of the test account, such as ``account_id``."""
        ...

    @property
    def secrets(self) -> Mapping[str, str]:
        """Test credentials by the names that the adapter's ``auth.from_secrets`` asks for."""
        ...

    def purpose(self, incoming: Incoming) -> Purpose:
        """What a request is for, by its method and path alone; what is no path of its is a read."""
        ...

    def answer(self, incoming: Incoming) -> Reply:
        """Do what a request asks for, and answer it; never raises."""
        ...

    def refusal(self, kind: RefusingFault, incoming: Incoming) -> Reply:
        """Refuse a request without doing it, in the broker's way.

        A rejection as it comes for an order that breaks a rule; an error inside of HTTP 200; or,
        where the broker has such, a ticket with a time to wait, and its rate limit otherwise.
        """
        ...

    def price(self, symbol: str, price: Decimal) -> None:
        """A trade of a symbol, in the broker's symbology, at a price."""
        ...

    def end_session(self) -> None:
        """End the trading day: day orders that are live expire."""
        ...

    def clock(self, moment: datetime) -> None:
        """Let it be a moment, from which on time passes; raises ValueError where that is past."""
        ...

    def reject(self, order_id: str) -> None:
        """Reject an order that was accepted; raises ValueError where nothing can happen to it."""
        ...

    def ledger(self) -> tuple[Listed, ...]:
        """Every placement that exists, the oldest first."""
        ...

    def latest(self) -> Listed | None:
        """The newest placement, quickly."""
        ...
