"""What SnapTrade does with its own request: an interpreter of "Place complex order".

    engine = SnapTradeEngine(behaviour=Behaviour(arming="any"), account=account_id)
    reply = engine.place(f"/accounts/{account_id}/trading/complex", body)
    engine.price("AAPL", Decimal("31.33"))
    engine.sync()
    records = engine.orders()

It speaks the broker's words alone, and is pure: no clock, no network, no randomness. What SnapTrade
documents is fixed; what it leaves open is a field of Behaviour, and OPEN_QUESTIONS lists the
answers each may have.
"""

from __future__ import annotations

from ._behaviour import OPEN_QUESTIONS, Behaviour
from ._engine import SnapTradeEngine

__all__ = ["Behaviour", "OPEN_QUESTIONS", "SnapTradeEngine"]
