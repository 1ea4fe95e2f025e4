"""The legs of an account in the market: what executes, and what follows for the others.

From "Place complex order": when one PEER fills the other is cancelled; the TRIGGER, when filled,
activates the CONDITIONAL or the PEER pair. The rest is Behaviour.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from ._behaviour import Behaviour
from ._body import Group
from ._record import Order

AT_ONCE = ("IOC", "FOK")


class Book:
    """Orders by id and by group, the last prices, and everything that has happened."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.orders: dict[str, Order] = {}
        self.groups: dict[str, list[Order]] = {}
        self.last: dict[str, Decimal] = {}
        self.fills: list[tuple[str, Decimal, Decimal]] = []
        self.events: list[dict[str, object]] = []
        self.moment: datetime | None = None

    def add(self, group: Group) -> str:
        """Take in a group, and let those of its legs go live that wait for nothing."""
        group_id = f"group-{len(self.groups) + 1:06d}"
        orders = [
            Order(f"order-{number:06d}", group_id, leg, self.moment)
            for number, leg in enumerate(group.legs, len(self.orders) + 1)
        ]
        self.orders |= {order.id: order for order in orders}
        self.groups[group_id] = orders
        free = [order for order in orders if group.type == "OCO" or order.leg.role == "TRIGGER"]
        for order in free:
            order.activate(order.quantity, final=True)
        for order in orders:
            self._note(order)
        self.run(free)
        return group_id

    def run(self, orders: Sequence[Order]) -> None:
        """Test orders against the last price of their symbols, in the order of their ids."""
        for order in orders:
            batch = [order]
            if self.behaviour.both_touched == "both":
                batch += [peer for peer in self._peers(order) if peer in orders]
            prices = [(one, self.last.get(one.leg.symbol)) for one in batch if one.working]
            known = [(one, price) for one, price in prices if price is not None]
            hits = [(one, one.working, price) for one, price in known if self._hits(one, price)]
            self.execute(hits)
            missed = [one for one, _ in known if all(one is not hit for hit, _, _ in hits)]
            for one in missed:
                if one.leg.time_in_force in AT_ONCE and not one.ended:
                    self.end(one, "CANCELED")

    def execute(self, fills: list[tuple[Order, Decimal, Decimal]]) -> None:
        """Book fills, and only then what follows from each."""
        for order, quantity, price in fills:
            order.fill(quantity, price, self.moment)
            self.fills.append((order.id, quantity, price))
            self._note(order)
        for order, quantity, _ in fills:
            if order.leg.role == "TRIGGER":
                self._arm(order)
            self._link(order, quantity)

    def end(self, order: Order, status: str) -> None:
        """End an order for a cause of its own, with what follows for the others of its group."""
        if status == "CANCELED":
            self._drop(order)
        else:
            self._become(order, status)
        if order.leg.role == "TRIGGER":
            self._abandon(order)
        elif self.behaviour.peer_ends == "cancel" and not order.filled:
            for peer in self._peers(order):
                self._drop(peer)

    def _hits(self, order: Order, price: Decimal) -> bool:
        before = order.triggered
        hits = order.touched(price)
        waits = order.leg.order_type == "StopLimit" and order.status == "ACCEPTED"
        if waits and order.triggered != before:
            self._become(order, "TRIGGERED")
        return hits

    def _arm(self, trigger: Order) -> None:
        """A trigger has filled, or has ended after filling in part: the others go live."""
        children = self._others(trigger)
        if trigger.status == "EXECUTED" and self.behaviour.arming == "full":
            self._activate([(child, child.quantity) for child in children], final=True)
        elif trigger.ended or self.behaviour.arming == "any":
            self._activate([(child, trigger.filled) for child in children], final=trigger.ended)

    def _activate(self, children: list[tuple[Order, Decimal]], final: bool) -> None:
        for child, ceiling in children:
            if child.activate(ceiling, final):
                self._note(child)
        for child, _ in children:
            if not child.ended and not child.open:
                self._exhaust(child)
        self.run([child for child, _ in children])

    def _abandon(self, trigger: Order) -> None:
        """A trigger has ended and will fill no more."""
        if trigger.filled and self.behaviour.partial_entry == "arm":
            self._arm(trigger)
        elif trigger.filled or self.behaviour.trigger_ends == "cancel":
            for child in self._others(trigger):
                self._drop(child)

    def _link(self, order: Order, quantity: Decimal) -> None:
        """A peer has filled, all of it or a quantity: what that does to the other."""
        for peer in self._peers(order):
            if order.status == "EXECUTED" or self.behaviour.peer_partial == "cancel":
                self._drop(peer)
                continue
            peer.reduced += quantity
            self._note(peer)
            if not peer.open:
                self._exhaust(peer)

    def _exhaust(self, order: Order) -> None:
        """Nothing is left of an order: it is done with all that it could fill, else cancelled."""
        if order.filled and not order.reduced:
            self._become(order, "EXECUTED")
            self._link(order, Decimal(0))
        else:
            self._drop(order)

    def _drop(self, order: Order) -> None:
        """Cancel what is left of an order, without further consequences."""
        self._become(order, "PARTIAL_CANCELED" if order.filled else "CANCELED")

    def _become(self, order: Order, status: str) -> None:
        order.status = status
        self._note(order)

    def _note(self, order: Order) -> None:
        order.updated = self.moment
        self.events.append(order.record())

    def _others(self, order: Order) -> list[Order]:
        group = self.groups[order.group_id]
        return [other for other in group if other is not order and not other.ended]

    def _peers(self, order: Order) -> list[Order]:
        if order.leg.role != "PEER":
            return []
        return [other for other in self._others(order) if other.leg.role == "PEER"]
