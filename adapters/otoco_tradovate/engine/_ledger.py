"""What Tradovate writes down about its orders: their entities, commands, reports and fills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from attrs import define, field

from ._fields import Fields
from ._orders import Order
from ._records import Records

OUTCOMES = {
    "Canceled": ("Canceled", "ExecutionStopped"),
    "Expired": ("Expired", "ExecutionStopped"),
    "Filled": ("Completed", "AtExecution"),
    "Rejected": ("Rejected", "ExecutionRejected"),
    "Suspended": ("Suspended", "ExecutionSuspended"),
    "Working": ("New", "AtExecution"),
}
"""For each ordStatus, the execType and the commandStatus that report it; all are listed words."""

LINKS = {"linkedId": ("linkedId",), "ocoId": ("ocoId",), "both": ("linkedId", "ocoId")}
COMMAND_FIELDS = ("activationTime", "customTag50", "isAutomated")
STRATEGY_FIELDS = ("orderStrategyTypeId", "action", "params", "uuid", "customTag50")


@define
class Ledger:
    """The records of one account's orders."""

    account_id: int
    records: Records = field(factory=Records)
    fills: list[tuple[int, Decimal, Decimal]] = field(factory=list[tuple[int, Decimal, Decimal]])
    contracts: dict[str, int] = field(factory=dict[str, int])
    strategies: dict[int, Sequence[Order]] = field(factory=dict[int, Sequence[Order]])
    active: set[int] = field(factory=set[int])
    """The strategies that have not ended."""
    strategy_of: dict[int, int] = field(factory=dict[int, int])
    """The strategy of an order by the id of the order."""

    def enter(self, order: Order, link: str, common: Fields) -> None:
        """Make the Order, Command and OrderVersion of a new order; common is the parent's body."""
        self.records.create(
            "order",
            order.id,
            accountId=self.account_id,
            contractId=self.contract(order.symbol),
            action=order.action,
            ordStatus=order.status,
            parentId=order.parent and order.parent.id,
            admin=False,
            **dict.fromkeys(LINKS[link], order.peer and order.peer.id),
        )
        tags = {name: common[name] for name in COMMAND_FIELDS if name in common}
        order.command = self._command(order, "New", "Pending", tags, order.cl_ord_id)
        self._version(order, order.command, order.quantity)

    def start(self, body: Fields) -> int:
        """Make the OrderStrategy of a body, which is active, and return its id."""
        return self.records.create(
            "orderStrategy",
            accountId=self.account_id,
            contractId=self.contract(body["symbol"]),
            status="ActiveStrategy",
            **{name: body[name] for name in STRATEGY_FIELDS if name in body},
        )

    def link(self, strategy: int, orders: Mapping[str, Order]) -> None:
        """Make the links of a strategy to its orders, by their labels."""
        for label, order in orders.items():
            self.records.create(
                "orderStrategyLink", orderStrategyId=strategy, orderId=order.id, label=label
            )
        self.strategies[strategy] = [*orders.values()]
        self.strategy_of.update((order.id, strategy) for order in orders.values())
        self.active.add(strategy)

    def move(self, order: Order, status: str, reason: str | None = None) -> None:
        """Give an order a status, and report it."""
        order.status = status
        exec_type, command_status = OUTCOMES[status]
        self.records.update("command", order.command, commandStatus=command_status)
        self._command_report(order, order.command, command_status, reason)
        self._execution_report(order, exec_type, rejectReason=reason)
        self._show(order)

    def trade(self, order: Order, contracts: int, price: Decimal) -> None:
        """Write down a fill of an order, whose status is that after the fill."""
        order.filled += contracts
        order.paid += contracts * price
        order.status = "Filled" if order.filled >= order.size else order.status
        self.fills.append((order.id, Decimal(contracts), price))
        self.records.create(
            "fill",
            orderId=order.id,
            contractId=self.contracts[order.symbol],
            action=order.action,
            qty=contracts,
            price=price,
            active=True,
            finallyPaired=0,
        )
        self._execution_report(order, "Trade", lastQty=contracts, lastPx=price)
        self._show(order)

    def revise(self, order: Order) -> None:
        """Give an order what it may fill now, and its prices, in a new OrderVersion if need be."""
        if order.version != {"orderQty": order.allowed, **order.stated}:
            self._version(order, self._command(order, "Modify", "AtExecution"), order.allowed)

    def ask_to_cancel(self, order: Order, fields: Fields) -> int:
        """Write down a Command to cancel an order, and return its id."""
        tags = {name: fields[name] for name in COMMAND_FIELDS if name in fields}
        return self._command(order, "Cancel", "AtExecution", tags, fields.get("clOrdId"))

    def end_strategy(self, strategy: int, status: str) -> Sequence[Order]:
        """Give an active strategy its last status, and return its orders."""
        self.records.update("orderStrategy", strategy, status=status)
        self.active.remove(strategy)
        return self.strategies[strategy]

    def contract(self, symbol: str) -> int:
        """The id of a contract, which any symbol names."""
        if symbol not in self.contracts:
            self.contracts[symbol] = self.records.create("contract", name=symbol)
        return self.contracts[symbol]

    def _show(self, order: Order) -> None:
        """Show the status of an order, and that of its strategy if nothing is left of that."""
        self.records.update("order", order.id, ordStatus=order.status)
        strategy = self.strategy_of.get(order.id, 0)  # which is no id
        if strategy in self.active and not any(each.is_open for each in self.strategies[strategy]):
            self.end_strategy(strategy, "ExecutionFinished")

    def _version(self, order: Order, command: int, quantity: int) -> None:
        order.version = {"orderQty": quantity, **order.stated}
        self.records.create("orderVersion", command, orderId=order.id, **order.version)

    def _command(
        self,
        order: Order,
        command_type: str,
        status: str,
        tags: Fields | None = None,
        cl_ord_id: str | None = None,
    ) -> int:
        command = self.records.create(
            "command",
            orderId=order.id,
            clOrdId=cl_ord_id,
            commandType=command_type,
            commandStatus=status,
            **{"isAutomated": False, **(tags or {})},
        )
        self._command_report(order, command, status, None)
        return command

    def _command_report(self, order: Order, command: int, status: str, reason: str | None) -> None:
        self.records.create(
            "commandReport",
            commandId=command,
            commandStatus=status,
            rejectReason=reason,
            ordStatus=order.status,
        )

    def _execution_report(self, order: Order, exec_type: str, **details: object) -> None:
        self.records.create(
            "executionReport",
            commandId=order.command,
            orderId=order.id,
            execType=exec_type,
            ordStatus=order.status,
            cumQty=order.filled,
            avgPx=order.paid / order.filled if order.filled else None,
            **details,
        )
