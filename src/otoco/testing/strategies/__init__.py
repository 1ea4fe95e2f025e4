"""Hypothesis strategies for orders that are coherent, and for those that are nearly so.

:func:`orders` draws coherent orders, realistic and extreme ones. What may be drawn is an argument:
:class:`Limits`, which for an adapter is read off its tables.
"""

from __future__ import annotations

from otoco.testing.strategies._accounts import accounts
from otoco.testing.strategies._advised import AdvisedOrder, advised_orders
from otoco.testing.strategies._invalid import InvalidDocument, invalid_documents
from otoco.testing.strategies._legs import Quote, legs, quotes
from otoco.testing.strategies._limits import Limits
from otoco.testing.strategies._near_misses import NearMiss, every_near_miss, near_misses
from otoco.testing.strategies._orders import client_order_ids, orders
from otoco.testing.strategies._types import register
from otoco.testing.strategies._values import Taking, instants, instruments, quantities

__all__ = [
    "AdvisedOrder",
    "InvalidDocument",
    "Limits",
    "NearMiss",
    "Quote",
    "Taking",
    "accounts",
    "advised_orders",
    "client_order_ids",
    "every_near_miss",
    "instants",
    "instruments",
    "invalid_documents",
    "legs",
    "near_misses",
    "orders",
    "quantities",
    "quotes",
]

register()
