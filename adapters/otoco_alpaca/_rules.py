"""What Alpaca's guide says about orders that no table can say."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Context, Decimal
from typing import Final

from otoco import InstrumentType, Limit, Order, Shape, Side, Stop, StopLimit, TimeInForce
from otoco.adapters import Refusal, join
from otoco_alpaca._tables import CAPABILITIES, FRACTION_OF_A_GROUP

_LEAST_DISTANCE: Final = Decimal("0.01")  # dollars
_EXACT: Final = Context(prec=40)  # deaf to what the caller's thread has set


def fraction_refusals(order: Order) -> Iterator[Refusal]:
    """A fraction of a share is taken for the day only, and in no group."""
    path, _, leg = order.legs[0]
    if leg.quantity == leg.quantity.to_integral_value():
        return
    if order.children:
        yield CAPABILITIES.refusal(
            join(path, "quantity"),
            "quantity",
            f"the quantity: {leg.quantity:f} shares are not whole.",
            FRACTION_OF_A_GROUP,
            "Use whole shares.",
        )
    elif leg.instrument.type is InstrumentType.EQUITY and leg.time_in_force is not TimeInForce.DAY:
        yield CAPABILITIES.refusal(
            join(path, "time_in_force"),
            "time-in-force",
            f"Alpaca takes {leg.quantity:f} shares, which are not whole, for the day only, and not"
            f" {leg.time_in_force}.",
            fix="Use DAY, or whole shares.",
        )


def stop_refusals(order: Order) -> Iterator[Refusal]:
    """A stop keeps a distance from the limit of the entry, or of the other peer."""
    base = _base(order)
    if base is None:
        return
    whose, price = base
    for path, _, leg in order.legs:
        if leg.instrument != order.legs[0].leg.instrument:
            continue
        match leg.order_type:
            case Stop(price=Decimal() as stop) | StopLimit(stop=Decimal() as stop):
                low, high = (stop, price) if leg.side is Side.SELL else (price, stop)
            case _:
                continue
        if _EXACT.subtract(high, low) < _LEAST_DISTANCE:
            lies = "below" if leg.side is Side.SELL else "above"
            yield CAPABILITIES.refusal(
                join(path, "stop_price"),
                "stop-distance",
                f"the {leg.side.lower()} stop {stop:f} has to lie at least {_LEAST_DISTANCE}"
                f" {lies} the limit {price:f} of {whose}.",
            )


def _base(order: Order) -> tuple[str, Decimal] | None:
    """The limit that a stop is measured by, with the path of its leg."""
    for path, _, leg in order.legs if order.shape is Shape.OCO else order.legs[:1]:
        match leg.order_type:
            case Limit(price=Decimal() as price):
                return path, price
            case _:
                pass
    return None
