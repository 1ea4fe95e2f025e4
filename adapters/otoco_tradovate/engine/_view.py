"""What there is to see of an account: its entities, and how far its orders have come."""

from __future__ import annotations

from decimal import Decimal

from ._ledger import Ledger
from ._orders import Order, Progress
from ._records import Entity


class View:
    """The entities of a ledger and its orders, to be looked at and not changed."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._orders: dict[int, Order] = {}

    @property
    def events(self) -> list[Entity]:
        """The props events so far, in the order in which they happened."""
        return list(self._ledger.records.events)

    def orders(self) -> list[Entity]:
        """The Order entities, by ascending id."""
        return self.entities("order")

    def entities(self, entity_type: str) -> list[Entity]:
        """The entities of a type as props events name it, such as `orderVersion`."""
        return self._ledger.records.all(entity_type)

    def entity(self, entity_type: str, entity_id: int) -> Entity | None:
        """One entity of a type, or None where there is none of this id."""
        try:
            return self._ledger.records.get(entity_type, entity_id)
        except KeyError:
            return None

    def contract(self, symbol: str) -> Entity:
        """The Contract of a symbol, whatever the symbol is."""
        return self._ledger.records.get("contract", self._ledger.contract(symbol))

    def progress(self, order_id: int) -> Progress:
        """How far an order has come; raises KeyError where there is none."""
        return self._orders[order_id].progress

    def strategy(self, strategy: int) -> list[int]:
        """The ids of a strategy's orders, the entry first; raises KeyError where it is none."""
        return [order.id for order in self._ledger.strategies[strategy]]

    def fills(self) -> list[tuple[int, Decimal, Decimal]]:
        """The order id, the contracts and the price of each fill, in order."""
        return list(self._ledger.fills)
