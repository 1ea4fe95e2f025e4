"""For tests of adapters and of strategies: generated orders, and the laws that adapters obey.

It needs the extra ``otoco[testing]``; ``import otoco`` does not import it. A test of an adapter is
a class::

    from otoco.testing import AdapterLaws

    class TestMyBroker(AdapterLaws):
        adapter = MyBroker(account_id="…")

and a test of a strategy draws what may happen to its order::

    from hypothesis import given
    from otoco.testing import events

    @given(events(ORDER))
    def test_it_is_protected(happened):
        assert otoco.simulate(ORDER, happened).protection is not Protection.NAKED
"""

from __future__ import annotations

from otoco.testing import laws
from otoco.testing.fate import Broker, Question, differences, same_fate
from otoco.testing.stories import events, stories
from otoco.testing.strategies import (
    AdvisedOrder,
    InvalidDocument,
    Limits,
    NearMiss,
    Quote,
    advised_orders,
    client_order_ids,
    every_near_miss,
    instants,
    instruments,
    invalid_documents,
    legs,
    near_misses,
    orders,
    quantities,
    quotes,
)
from otoco.testing.suite import AdapterLaws
from otoco.testing.wire import Spelling, as_text, disturbed, hostile_values, shuffled, spellings

__all__ = [
    "AdapterLaws",
    "AdvisedOrder",
    "Broker",
    "InvalidDocument",
    "Limits",
    "NearMiss",
    "Question",
    "Quote",
    "Spelling",
    "advised_orders",
    "as_text",
    "client_order_ids",
    "differences",
    "disturbed",
    "events",
    "every_near_miss",
    "hostile_values",
    "instants",
    "instruments",
    "invalid_documents",
    "laws",
    "legs",
    "near_misses",
    "orders",
    "quantities",
    "quotes",
    "same_fate",
    "shuffled",
    "spellings",
    "stories",
]
