"""The types of the library, known to ``st.from_type`` and so to ``st.builds``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from otoco._instrument import Instrument, OptionParts
from otoco._leg import Leg
from otoco._order_types import ORDER_TYPES, Offset, OrderType
from otoco.testing.strategies._legs import legs
from otoco.testing.strategies._orders import GROUPS, groups
from otoco.testing.strategies._values import FAR, instruments, option_parts

_NUMBERS = st.decimals(-FAR, FAR, allow_nan=False, allow_infinity=False, places=4)
_POINTS = st.integers(1, 10**6).map(lambda count: Decimal(count).scaleb(-2))


def register() -> None:
    """Make Hypothesis draw legs, groups, instruments and order types that can be written.

    A leg or an order type drawn by its type is an order, or stands in one, without a trigger above
    it: its prices are absolute.
    """
    st.register_type_strategy(Instrument, instruments())
    st.register_type_strategy(OptionParts, option_parts())
    st.register_type_strategy(Offset, st.builds(Offset, _NUMBERS))
    st.register_type_strategy(Leg, legs())
    kinds = {kind: _order_types(kind) for kind in ORDER_TYPES.values()}
    for kind, strategy in kinds.items():
        st.register_type_strategy(kind, strategy)
    st.register_type_strategy(OrderType, st.one_of(*kinds.values()))
    for group in GROUPS:
        st.register_type_strategy(group, groups(group))


def _order_types(kind: type[OrderType]) -> st.SearchStrategy[OrderType]:
    prices: dict[str, st.SearchStrategy[Any]] = dict.fromkeys(kind.PRICES, _NUMBERS)
    prices |= dict.fromkeys(kind.OPTIONAL, st.none() | _NUMBERS)
    if "trail" in prices:
        prices["trail"] = _POINTS
    return st.builds(kind, **prices)
