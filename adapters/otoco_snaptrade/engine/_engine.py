"""The engine: SnapTrade's complex orders, run over the events of a market."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from ._behaviour import Behaviour
from ._body import ACTIONS, Group, Refused, read_group
from ._book import AT_ONCE, Book
from ._options import BROKERAGES, check_option_oco, check_pairing
from ._record import Order


class SnapTradeEngine:
    """One account at SnapTrade; mutable, for one thread.

    Ids are given out in the order of the legs in their requests. A record's `time_*` is the last
    moment that `clock` was told, null before there was one.

    Raises ValueError for an account that is no UUID, and for a contract or a brokerage that the
    tables do not have.
    """

    def __init__(
        self,
        behaviour: Behaviour | None = None,
        account: str = "917c8734-8470-4a3e-a18f-57c3f2ee6631",
        *,
        contract: str = "2026-04",
        brokerage: str | None = None,
    ) -> None:
        known = ", ".join(name for name in BROKERAGES if name)
        _require(contract in ACTIONS, f"no contract {contract!r}, only {', '.join(ACTIONS)}")
        _require(brokerage in BROKERAGES, f"no rules for {brokerage!r}, only for {known}")
        self.behaviour = behaviour or Behaviour()
        self.contract = contract
        self.brokerage = brokerage
        self._path = f"/accounts/{UUID(account)}/trading/complex"
        self._client_ids: dict[str, str | None] = {}
        self._book = Book(self.behaviour)

    # What a client asks for.

    def place(self, path: str, body: object) -> dict[str, object]:
        """Place a group: the body of the 200, or an error body, which has a `status_code`.

        The reply names the group and none of its legs ("Place complex order").
        """
        if path != self._path:
            return _refusal(404, "1011", f"Resource not found: {path}")
        try:
            group = self._read(body)
        except Refused as refused:
            return _refusal(400, "1076", f"Unable to verify data sent: {refused}")
        group_id = self._book.add(group)
        self._client_ids[group_id] = group.client_order_id
        return {"type": group.type, "brokerage_group_order_id": group_id}

    def cancel(self, order_id: str) -> None:
        """Cancel a leg, live or held; no call cancels a group ("Cancel order")."""
        self._book.end(self._unended(order_id), "CANCELED")

    def sync(self, until: datetime | None = None) -> None:
        """Let the next brokerage sync happen: the legs placed before it now have records.

        With `until`, a sync that happened then: legs that were placed later stay unlisted.
        """
        for order in self._book.orders.values():
            if until is None or order.placed is None or order.placed <= until:
                order.hydrated = True

    def orders(self) -> list[dict[str, object]]:
        """The AccountOrderRecords of the legs that a sync has brought in, as they are now."""
        return [order.record() for order in self._book.orders.values() if order.hydrated]

    # What happens in the market.

    def price(self, symbol: str, price: Decimal) -> None:
        """A trade."""
        _require(price.is_finite(), f"{price} is no price")
        self._book.last[symbol] = price
        orders = self._book.orders.values()
        self._book.run([order for order in orders if order.leg.symbol == symbol and order.live])

    def fill(self, order_id: str, quantity: Decimal, price: Decimal) -> None:
        """A fill of a live leg, whole or partial.

        By the meaning of its time in force an IOC leg loses what a partial fill leaves, and an FOK
        leg has no partial fill.
        """
        order = self._unended(order_id)
        working, time_in_force = order.working, order.leg.time_in_force
        _require(price.is_finite(), f"{price} is no price")
        _require(quantity.is_finite() and quantity > 0, f"{quantity} is no quantity")
        _require(quantity <= working, f"{order_id} has {working} live, not {quantity}")
        is_partial = quantity < working
        _require(not is_partial or time_in_force != "FOK", f"{order_id} is FOK: {working} or none")
        self._book.last[order.leg.symbol] = price
        self._book.execute([(order, quantity, price)])
        if is_partial and time_in_force in AT_ONCE and not order.ended:
            self._book.end(order, "CANCELED")

    def reject(self, order_id: str) -> None:
        """The brokerage rejects a leg, live or held, or what is left of it."""
        self._book.end(self._unended(order_id), "REJECTED")

    def end_session(self) -> None:
        """The trading day ends: the Day legs that are live expire, one after the other."""
        orders = self._book.orders.values()
        for order in [o for o in orders if o.leg.time_in_force == "Day" and o.live]:
            if not order.ended:
                self._book.end(order, "EXPIRED")

    def clock(self, moment: datetime) -> None:
        """The time now, at or after the last one that was told.

        No leg waits for one: the schema has neither GTD nor activation times.
        """
        _require(moment.utcoffset() is not None, f"{moment} has no time zone")
        last = self._book.moment
        _require(last is None or last <= moment, f"{moment} is before {last}, which it was")
        self._book.moment = moment.astimezone(UTC)

    # What a test asks for.

    @property
    def events(self) -> list[dict[str, object]]:
        """Every record as it became, in the order of the changes, whether synced or not.

        SnapTrade streams nothing: that a record changes is all that there is.
        """
        return list(self._book.events)

    def fills(self) -> list[tuple[str, Decimal, Decimal]]:
        """Every fill so far: brokerage_order_id, quantity, price."""
        return list(self._book.fills)

    def group(self, group_id: str) -> list[tuple[str, str]]:
        """The (brokerage_order_id, order_role) of a group's legs, as requested; needs no sync."""
        _require(group_id in self._book.groups, f"no group {group_id!r}")
        return [(order.id, order.leg.role) for order in self._book.groups[group_id]]

    @property
    def groups(self) -> list[str]:
        """The ids of all groups, the oldest first."""
        return list(self._book.groups)

    @property
    def newest(self) -> str | None:
        """The id of the newest group."""
        return next(reversed(self._book.groups), None)

    def client_order_id(self, group_id: str) -> str | None:
        """The client_order_id that a group was placed with, which no record has."""
        _require(group_id in self._client_ids, f"no group {group_id!r}")
        return self._client_ids[group_id]

    def records(self, group_id: str) -> list[dict[str, object]]:
        """The AccountOrderRecords of a group's legs, as requested; needs no sync."""
        _require(group_id in self._book.groups, f"no group {group_id!r}")
        return [order.record() for order in self._book.groups[group_id]]

    def working(self, order_id: str) -> Decimal:
        """The quantity of a leg that can fill now: 0 for one that is held or has ended."""
        return self._order(order_id).working

    def _read(self, body: object) -> Group:
        group = read_group(body, self.contract)
        if self.behaviour.pairing == "refuse":
            check_pairing(group)
        if self.contract == "2026-10":
            check_option_oco(group, self.brokerage)
        if self.behaviour.duplicate_id == "refuse" and group.client_order_id is not None:
            used = {known.lower() for known in self._client_ids.values() if known is not None}
            if group.client_order_id.lower() in used:
                raise Refused("client_order_id was used before")
        return group

    def _order(self, order_id: str) -> Order:
        _require(order_id in self._book.orders, f"no order {order_id!r}")
        return self._book.orders[order_id]

    def _unended(self, order_id: str) -> Order:
        order = self._order(order_id)
        _require(not order.ended, f"{order_id} is {order.status}")
        return order


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)


def _refusal(status: int, code: str, detail: str) -> dict[str, object]:
    return {"detail": detail, "status_code": status, "code": code}
