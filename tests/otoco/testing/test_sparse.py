"""The laws hold for an adapter whose requests imply much of what an order says."""

from __future__ import annotations

from tests.otoco.sparse import Sparse

from otoco.testing import AdapterLaws


class TestSparse(AdapterLaws):
    """Forms, implied sides and types, distances, shared times in force, ids of single orders."""

    adapter = Sparse("A1")
