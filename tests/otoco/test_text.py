"""An order in words, for people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from otoco import (
    Instrument,
    Leg,
    Limit,
    LimitIfTouched,
    Market,
    Offset,
    OrderType,
    StopLimit,
    TrailingStop,
)

XYZ = Instrument("XYZ", "EQUITY")
MOMENT = datetime(2026, 1, 2, 21, 0, 5, tzinfo=UTC)

LEGS: list[tuple[OrderType, dict[str, Any], str]] = [
    (Market(), {}, "at the market, DAY"),
    (Limit("31.50"), {}, "limit 31.5, DAY"),
    (Limit(Offset(-2)), {}, "limit at the fill - 2, DAY"),
    (StopLimit(9, 8), {}, "stop 9, limit 8, DAY"),
    (LimitIfTouched(9, 8), {}, "limit if touched: touch 9, limit 8, DAY"),
    (TrailingStop("0.5"), {}, "trailing stop: trail 0.5, DAY"),
    (
        Market(),
        {"time_in_force": "GTD", "expire_at": MOMENT},
        "at the market, GTD until 2026-01-02T21:00:05Z",
    ),
    (Market(), {"position_effect": "CLOSE"}, "at the market, DAY, to CLOSE"),
    (Market(), {"display_quantity": "0.5"}, "at the market, DAY, showing 0.5"),
    (Market(), {"activate_at": MOMENT}, "at the market, DAY, active from 2026-01-02T21:00:05Z"),
    (Market(), {"label": "a b"}, "at the market, DAY, label 'a b'"),
]


@pytest.mark.parametrize(("order_type", "stated", "words"), LEGS)
def test_a_leg_is_one_line(order_type: OrderType, stated: dict[str, Any], words: str) -> None:
    """A leg says its side, quantity, instrument and prices, and whatever else it states."""
    assert f"SELL 2 XYZ {words}" == str(Leg("SELL", 2, XYZ, order_type, **stated))
