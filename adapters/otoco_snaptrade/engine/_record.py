"""One leg at the broker: its state, and the AccountOrderRecord that shows it."""

from __future__ import annotations

from datetime import datetime
from decimal import Context, Decimal

from attrs import define, field

from ._body import Leg

HELD = "CONTINGENT_ORDER"
ENDED = frozenset({"EXECUTED", "CANCELED", "PARTIAL_CANCELED", "REJECTED", "EXPIRED"})

_AVERAGE = Context(prec=40)


@define(eq=False)
class Order:
    """A leg that was placed. `ceiling` is what may be live of it at most: 0 while it is held."""

    id: str
    group_id: str
    leg: Leg
    placed: datetime | None
    status: str = HELD
    ceiling: Decimal = Decimal(0)
    quantity: Decimal = field(init=False)
    reduced: Decimal = Decimal(0)
    filled: Decimal = Decimal(0)
    value: Decimal = Decimal(0)
    triggered: bool = False
    hydrated: bool = False
    updated: datetime | None = field(init=False)
    executed: datetime | None = None

    def __attrs_post_init__(self) -> None:
        self.quantity = self.leg.units
        self.updated = self.placed

    @property
    def ended(self) -> bool:
        """Whether nothing can happen to it any more."""
        return self.status in ENDED

    @property
    def live(self) -> bool:
        """Whether it stands in the market, with all of its quantity or a part."""
        return self.ceiling > 0 and not self.ended

    @property
    def open(self) -> Decimal:
        """What is neither filled nor given up, live or held."""
        return self._left(self.quantity)

    @property
    def working(self) -> Decimal:
        """What can fill now."""
        return self._left(min(self.quantity, self.ceiling))

    def _left(self, quantity: Decimal) -> Decimal:
        left = quantity - self.reduced - self.filled
        return Decimal(0) if self.ended else max(left, Decimal(0))

    def activate(self, ceiling: Decimal, final: bool) -> bool:
        """Let it be live up to a ceiling, final or not yet; whether its record changed."""
        before = (self.status, self.quantity)
        self.ceiling = ceiling
        if final:
            self.quantity = min(self.quantity, ceiling)
        if self.status == HELD:
            self.status = "ACCEPTED"
        return before != (self.status, self.quantity)

    def touched(self, price: Decimal) -> bool:
        """Whether a trade at a price executes it; a stop-limit that triggers becomes a limit."""
        leg, sign = self.leg, 1 if self.leg.buys else -1
        if leg.stop is not None and not self.triggered:
            self.triggered = price * sign >= leg.stop * sign
        reached = leg.stop is None or self.triggered
        return reached and (leg.price is None or price * sign <= leg.price * sign)

    def fill(self, quantity: Decimal, price: Decimal, moment: datetime | None) -> None:
        """Book a fill."""
        self.filled += quantity
        self.value += quantity * price
        self.executed = moment
        self.status = "PARTIAL" if self.open else "EXECUTED"

    def record(self) -> dict[str, object]:
        """The AccountOrderRecord: numbers are text, and what does not apply is null."""
        leg = self.leg
        is_option = leg.instrument_type == "OPTION"
        symbol = {"symbol": leg.symbol, "raw_symbol": leg.symbol}
        average = _AVERAGE.divide(self.value, self.filled) if self.filled else None
        return {
            "brokerage_order_id": self.id,
            "brokerage_group_order_id": self.group_id,
            "order_role": leg.role,
            "status": self.status,
            "universal_symbol": None if is_option else symbol,
            "option_symbol": {"ticker": leg.symbol} if is_option else None,
            "action": leg.action.replace("_TO_", "_"),
            "total_quantity": _text(leg.units),
            "open_quantity": _text(self.open),
            "canceled_quantity": _text(leg.units - self.open - self.filled),
            "filled_quantity": _text(self.filled),
            "execution_price": _text(average),
            "limit_price": _text(leg.price),
            "stop_price": _text(leg.stop),
            "order_type": leg.order_type,
            "time_in_force": leg.time_in_force,
            "time_placed": _moment(self.placed),
            "time_updated": _moment(self.updated),
            "time_executed": _moment(self.executed),
            "expiry_date": None,
            "child_brokerage_order_ids": None,
        }


def _text(number: Decimal | None) -> str | None:
    if number is None:
        return None
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
