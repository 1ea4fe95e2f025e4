"""Tradovate's life of an order, from the request to the last fill."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import TypeAlias

from ._behaviour import Behaviour
from ._building import orders_of, orders_of_strategy
from ._fields import Fields, Refusal, number
from ._ledger import Ledger
from ._orders import IMMEDIATE, Order
from ._requests import STRATEGY, Account, check, complete, read
from ._strategy import read as read_strategy
from ._view import View

FATES = {"cancel": ("Canceled", None), "reject": ("Rejected", "ParentRejected")}
Verdict: TypeAlias = tuple[str, str | None]
"""The status that a trade gives an order, and why if it is rejected."""


def finite(name: str, value: Decimal) -> Decimal:
    """A number from a caller; raises ValueError if it is none that an entity can show."""
    try:
        return number(value)
    except ValueError as error:
        raise ValueError(f"{name} {value} {error}") from None


class TradovateEngine(View):
    """One account's orders at Tradovate, moved by trades and by what a caller makes happen.

    Mutable and for one thread. The same calls in the same order give the same ids, entities and
    events. A call that cannot apply raises ValueError and changes nothing.
    """

    def __init__(self, behaviour: Behaviour | None = None, account: Account | None = None) -> None:
        self.behaviour = behaviour or Behaviour()
        self.account = account or Account()
        super().__init__(Ledger(self.account.id))
        self._timed: list[Order] = []
        self._last: dict[str, Decimal] = {}
        self._cl_ord_ids: set[str] = set()

    def place(self, path: str, body: object) -> Fields:
        """Answer a request with the body that Tradovate gives it at HTTP 200.

        Raises ValueError if the path is none that places orders.
        """
        try:
            if path.lower() == STRATEGY.lower():
                return self._start(body)
            return self._place(path, body)
        except Refusal as refusal:
            return refusal.reply

    def price(self, symbol: str, price: Decimal) -> None:
        """A trade of a symbol at a price."""
        self._last[symbol] = finite("price", price)
        self._hold_against([order for order in self._orders.values() if order.symbol == symbol])

    def fill(self, order_id: int, quantity: Decimal, price: Decimal) -> None:
        """Fill a working order with so many contracts at a price, wherever the market is.

        What a part leaves of an IOC order is cancelled; a FOK order has no part (OrderVersion
        page).
        """
        order = self._open(order_id)
        contracts, paid = finite("quantity", quantity), finite("price", price)
        remaining = order.remaining if order.is_working else 0
        least = remaining if order.time_in_force == "FOK" else 1
        if not 0 < least <= contracts <= remaining or contracts != int(contracts):
            raise ValueError(
                f"{order.time_in_force} order {order_id} is {order.status} with {remaining} "
                f"contracts to fill, and cannot fill {quantity}"
            )
        self._last[order.symbol] = paid
        self._ledger.trade(order, int(contracts), paid)
        self._follow(order)
        if contracts < remaining and order.is_working and order.time_in_force in IMMEDIATE:
            self._end(order, "Canceled")

    def reject(self, order_id: int) -> None:
        """Reject an order that waits or works, as an exchange or a risk check can at any time."""
        self._end(self._open(order_id), "Rejected", "OtherExecutionRelated")

    def cancel(self, order_id: int, fields: Fields | None = None) -> int:
        """Cancel an order that waits or works, and return the id of the Command that does."""
        order = self._open(order_id)
        command = self._ledger.ask_to_cancel(order, fields or {})
        self._end(order, "Canceled")
        return command

    def interrupt(self, strategy: int) -> list[int]:
        """End an active strategy, and return the ids of those of its orders that are open.

        What becomes of them no page says, and the caller decides.
        """
        if strategy not in self._ledger.active:
            raise ValueError(f"{strategy} is no active order strategy")
        orders = self._ledger.end_strategy(strategy, "ExecutionInterrupted")
        return [order.id for order in orders if order.is_open]

    def end_session(self) -> None:
        """End the trading day: Day orders that are live expire."""
        for order in [order for order in self._orders.values() if order.is_working]:
            if order.is_working and order.time_in_force == "Day":
                self._end(order, "Expired")

    def clock(self, moment: datetime) -> None:
        """Let it be a moment, at or after the last: live GTD orders expire, and others activate."""
        if moment.tzinfo is None:
            raise ValueError(f"{moment.isoformat()} has no time zone")
        now = self._ledger.records.now
        if now is not None and moment < now:
            raise ValueError(f"{moment.isoformat()} is before {now.isoformat()}, which it was")
        self._ledger.records.now = moment
        self._timed = [order for order in self._timed if order.is_open]
        for order in self._timed:
            if order.is_working and self._is_past(order.expires):
                self._end(order, "Expired")
        waiting = [order for order in self._timed if order.status == "Suspended"]
        self._go_live([order for order in waiting if self._is_past(order.activates)])

    def _place(self, path: str, body: object) -> Fields:
        """Take a request of placeOrder, placeOSO or placeOCO; raises Refusal."""
        request = read(path, body)
        complete(request.parent, request.children.values(), self.behaviour)
        check(request, self.account, self.behaviour, self._cl_ord_ids)
        orders = orders_of(request, self._new_ids(request.orders), self.behaviour)
        is_held = request.shape.is_held
        link = self.behaviour.bracket_link if is_held else self.behaviour.pair_link
        self._enter(orders, link, request.parent)
        self._begin(orders)
        keys = ["orderId", *(request.shape.children[name] for name in request.children)]
        return {key: order.id for key, order in zip(keys, orders, strict=True)}

    def _start(self, body: object) -> Fields:
        """Take a request of startOrderStrategy; raises Refusal."""
        request = read_strategy(body, self.account, self.behaviour)
        strategy = self._ledger.start(request.body)
        orders = orders_of_strategy(request, self._new_ids(request.labels), self.behaviour)
        self._enter(orders.values(), self.behaviour.bracket_link, request.body)
        self._ledger.link(strategy, orders)
        self._begin(orders.values())
        return {"orderStrategy": self._ledger.records.get("orderStrategy", strategy)}

    def _new_ids(self, things: Collection[object]) -> list[int]:
        return [self._ledger.records.new_id() for _ in things]

    def _enter(self, orders: Iterable[Order], link: str, common: Fields) -> None:
        """Write down new orders."""
        for order in orders:
            self._ledger.enter(order, link, common)
            self._orders[order.id] = order
            self._timed += [order] if order.expires or order.activates else []
            self._cl_ord_ids |= {order.cl_ord_id} if order.cl_ord_id else set[str]()

    def _begin(self, orders: Collection[Order]) -> None:
        """Let new orders wait, or work where there is nothing that they wait for."""
        held = [order for order in orders if order.parent or self._awaits_activation(order)]
        for order in held:
            self._ledger.move(order, "Suspended")
        self._go_live([order for order in orders if order not in held])

    def _awaits_activation(self, order: Order) -> bool:
        return order.activates is not None and not self._is_past(order.activates)

    def _is_past(self, moment: datetime | None) -> bool:
        now = self._ledger.records.now
        return moment is not None and now is not None and moment <= now

    def _open(self, order_id: int) -> Order:
        order = self._orders.get(order_id)
        if order is None or not order.is_open:
            status = order.status if order else "unknown"
            raise ValueError(f"order {order_id} is {status}: nothing more can happen to it")
        return order

    def _go_live(self, orders: Iterable[Order]) -> None:
        """Make orders work, each for what of it may, and hold the last price against them."""
        live = list(orders)
        for order in live:
            if order.is_working:
                self._ledger.revise(order)
            elif order.is_open and order.allowed:
                self._wake(order)
        self._hold_against(live)

    def _wake(self, order: Order) -> None:
        """Make an order work, or expire where its expireTime has come while it waited."""
        if self._is_past(order.expires):
            self._end(order, "Expired")
            return
        if order.parent:
            fill = order.parent.average
            is_from_fill = self.behaviour.trailing_start == "fill"
            order.anchor(fill, fill if is_from_fill else self._last[order.symbol])
        self._ledger.revise(order)
        self._ledger.move(order, "Working")

    def _hold_against(self, orders: Iterable[Order]) -> None:
        """Hold the last price of their symbol against orders, by ascending id."""
        for _, unit in groupby(orders, self._unit):
            touched = [
                (order, verdict, order.remaining)
                for order in unit
                if (verdict := self._verdict(order))
            ]
            for order, (status, reason), remaining in touched:
                if status == "Filled":
                    self._ledger.trade(order, remaining, self._last[order.symbol])
                else:
                    self._ledger.move(order, status, reason)
            for order, _, _ in touched:
                self._follow(order)

    def _unit(self, order: Order) -> int:
        """What orders have in common that one trade can fill together."""
        peer = order.peer if self.behaviour.both_touched == "both" else None
        return min(order.id, peer.id) if peer else order.id

    def _verdict(self, order: Order) -> Verdict | None:
        """What the last price does to an order, if anything."""
        price = self._last.get(order.symbol)
        if price is None or not order.is_working or not order.remaining:
            return None
        is_new, order.was_tested = not order.was_tested, True
        executes = order.executes(price)
        was_passed = is_new and order.parent and order.order_type.is_stop and order.is_triggered
        if was_passed and self.behaviour.touched_stop == "reject":
            return "Rejected", "InvalidPrice"
        if executes:
            return "Filled", None
        return ("Canceled", None) if order.time_in_force in IMMEDIATE else None

    def _end(self, order: Order, status: str, reason: str | None = None) -> None:
        self._ledger.move(order, status, reason)
        self._follow(order)

    def _follow(self, order: Order) -> None:
        """Apply what a fill or the end of an order means for its peer and its brackets."""
        if order.peer and order.peer.is_open:
            self._follow_to_peer(order, order.peer)
        if order.children:
            self._follow_to_children(order)

    def _follow_to_peer(self, order: Order, peer: Order) -> None:
        partial, ends = self.behaviour.peer_partial, self.behaviour.peer_ends
        is_cancelled = order.status == "Filled" or (partial if order.filled else ends) == "cancel"
        if is_cancelled:
            self._ledger.move(peer, "Canceled")
        elif order.filled:
            self._ledger.revise(peer)

    def _follow_to_children(self, entry: Order) -> None:
        behaviour, was_rejected = self.behaviour, entry.status == "Rejected"
        if not entry.filled:
            fate = behaviour.entry_rejected if was_rejected else behaviour.entry_ends
            self._end_children(entry, fate)
        elif entry.status not in {"Working", "Filled"} and behaviour.partial_entry == "discard":
            self._end_children(entry, "cancel")
        elif not entry.is_open or behaviour.arming == "any":
            self._arm(entry)

    def _end_children(self, entry: Order, fate: str) -> None:
        for child in entry.children:
            if child.is_open and fate in FATES:
                self._ledger.move(child, *FATES[fate])

    def _arm(self, entry: Order) -> None:
        """Let brackets work for what of their entry has filled."""
        children = [child for child in entry.children if child.is_open]
        complete = [child for child in children if child.filled >= child.size]
        for child in complete:
            self._ledger.move(child, "Filled" if child.filled else "Canceled")
        for child in complete:
            self._follow(child)
        self._go_live([child for child in children if child.is_open])
