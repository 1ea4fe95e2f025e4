"""The order types and what a trade at a price does to an order of each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from attrs import Factory, define, frozen

OPPOSITE = {"Buy": "Sell", "Sell": "Buy"}
IMMEDIATE = frozenset({"FOK", "IOC"})


@frozen
class OrderType:
    """Which price fields an order type has, and which price it waits for before it executes."""

    limit: str = ""
    level: str = ""
    is_stop: bool = False
    trails: bool = False

    @property
    def required(self) -> frozenset[str]:
        """The price fields that it must have."""
        return frozenset({self.limit, self.level} - {""})

    @property
    def allowed(self) -> frozenset[str]:
        """The price fields that it can have."""
        return self.required | ({"pegDifference"} if self.trails else frozenset[str]())


ORDER_TYPES = {
    "Limit": OrderType(limit="price"),
    "MIT": OrderType(level="price"),
    "Market": OrderType(),
    "Stop": OrderType(level="stopPrice", is_stop=True),
    "StopLimit": OrderType(limit="price", level="stopPrice", is_stop=True),
    "TrailingStop": OrderType(level="stopPrice", is_stop=True, trails=True),
    "TrailingStopLimit": OrderType(limit="price", level="stopPrice", is_stop=True, trails=True),
}
"""The order types whose price fields are known (placeOrder page, placeOCO page, C# sample)."""

UNDOCUMENTED_ORDER_TYPES = frozenset(
    {"LimitIfTouched", "MarketLimit", "MarketStopWithProtection", "MarketWithProtection", "QTS"}
)
"""Listed order types (place-oso page, OpenAPI 2024) of which no page says the price fields."""


def is_at_or_better(action: str, price: Decimal, level: Decimal) -> bool:
    """Whether a side trades at a price no worse than a level."""
    return price <= level if action == "Buy" else price >= level


@frozen
class Progress:
    """How far an order has come, for those who look at it from outside."""

    symbol: str
    action: str
    quantity: int
    status: str
    filled: int
    is_held: bool
    """Whether it waits for another's fill, or has."""


@define(eq=False)
class Order:
    """An order with what decides its fate; what it shows of itself is in the ledger."""

    id: int
    symbol: str
    action: str
    quantity: int
    order_type: OrderType
    time_in_force: str
    limit: Decimal | None
    level: Decimal | None
    trail: Decimal | None
    expires: datetime | None
    cl_ord_id: str | None
    stated: Mapping[str, object]
    """The fields of its OrderVersion, but for the quantity."""
    is_reduced_by_peer: bool
    """Whether what its peer fills is no longer its own to fill."""
    parent: Order | None
    preceding: int = 0
    """The contracts of the parent that other brackets take before it."""
    distance: Decimal | None = None
    """What is added to the price at which the parent has filled, for want of a price."""
    peer: Order | None = None
    activates: datetime | None = None
    children: list[Order] = Factory(list["Order"])
    command: int = 0
    """The id of the Command that made it."""
    version: Mapping[str, object] = Factory(dict[str, object])
    """The fields of its newest OrderVersion."""
    status: str = "PendingNew"
    filled: int = 0
    paid: Decimal = Decimal(0)
    """The sum of price times quantity of its fills."""
    was_tested: bool = False
    """Whether a trade has been held against it."""
    is_triggered: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it waits or works."""
        return self.status in {"PendingNew", "Suspended", "Working"}

    @property
    def is_working(self) -> bool:
        """Whether it is live in the market."""
        return self.status == "Working"

    @property
    def allowed(self) -> int:
        """The contracts that it may fill now, those included that it has filled."""
        return max(self.filled, self._ceiling - self._taken)

    @property
    def remaining(self) -> int:
        """The contracts that it may still fill now."""
        return self.allowed - self.filled

    @property
    def size(self) -> int:
        """The contracts with which it is complete: a bracket's entry may have more to fill."""
        if self.parent and not self.parent.is_open:
            return self.allowed
        return self.quantity - self._taken

    @property
    def progress(self) -> Progress:
        """How far it has come."""
        is_held = self.parent is not None
        return Progress(self.symbol, self.action, self.quantity, self.status, self.filled, is_held)

    @property
    def average(self) -> Decimal:
        """The price at which it has filled, all fills taken together."""
        return self.paid / self.filled

    @property
    def _ceiling(self) -> int:
        if self.parent is None:
            return self.quantity
        return max(0, min(self.quantity, self.parent.filled - self.preceding))

    @property
    def _taken(self) -> int:
        return self.peer.filled if self.peer and self.is_reduced_by_peer else 0

    def anchor(self, fill: Decimal, start: Decimal) -> None:
        """Take its prices: the distance from a fill, or where it trails, from where that starts."""
        if self.distance is None:
            return
        order_type, point = self.order_type, fill + self.distance
        if order_type.trails:
            point = start + self.distance
            self.trail = abs(self.distance)
            self.stated = {**self.stated, "pegDifference": self.trail}
        if order_type.level:
            self.level = point
        else:
            self.limit = point
        self.stated = {**self.stated, order_type.level or order_type.limit: point}
        self.distance = None

    def executes(self, price: Decimal) -> bool:
        """Whether a trade at a price executes it; triggers it and moves its stop on the way."""
        self.is_triggered = self.is_triggered or self._reaches_level(price)
        if not self.is_triggered:
            self._trail_behind(price)
            return False
        return self.limit is None or is_at_or_better(self.action, price, self.limit)

    def _reaches_level(self, price: Decimal) -> bool:
        if self.level is None:
            return True
        action = OPPOSITE[self.action] if self.order_type.is_stop else self.action
        return is_at_or_better(action, price, self.level)

    def _trail_behind(self, price: Decimal) -> None:
        """Move a trailing stop's level if that is tighter.

        Where the request has no pegDifference, the distance is that of the stop from the first
        trade it is held against (placeOrder page: the stop alone sets the maximum distance).
        """
        if not self.order_type.trails:
            return
        assert self.level is not None
        if self.trail is None:
            self.trail = abs(price - self.level)
        if self.action == "Sell":
            self.level = max(self.level, price - self.trail)
        else:
            self.level = min(self.level, price + self.trail)
