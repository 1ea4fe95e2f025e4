"""For tests of adapters and of strategies: generated orders, and the laws that adapters obey.

It needs the extra ``otoco[testing]``; ``import otoco`` does not import it. A test of an adapter is
a strategy and a law::

    from hypothesis import given
    from otoco.testing import laws, orders

    ADAPTER = MyBroker(account_id="…")

    @given(orders(within=ADAPTER))
    def test_nothing_is_lost(order):
        if not laws.agreement(order, ADAPTER):
            laws.nothing_lost(order, ADAPTER)
"""

from __future__ import annotations

from otoco.testing import laws
from otoco.testing.strategies import (
    Limits,
    client_order_ids,
    instants,
    instruments,
    legs,
    orders,
    quantities,
    quotes,
)
from otoco.testing.wire import Spelling, as_text, disturbed, hostile_values, spellings

__all__ = [
    "Limits",
    "Spelling",
    "as_text",
    "client_order_ids",
    "disturbed",
    "hostile_values",
    "instants",
    "instruments",
    "laws",
    "legs",
    "orders",
    "quantities",
    "quotes",
    "spellings",
]
