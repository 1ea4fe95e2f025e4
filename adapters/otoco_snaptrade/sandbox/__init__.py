"""SnapTrade in the sandbox: its API over its engine, for one test account.

    desk = SnapTradeDesk(behaviour=Behaviour(arming="any"), sync_delay=2.0)

It reads signatures and bodies by code of its own, so that it judges those of the adapter.
"""

from __future__ import annotations

from otoco_snaptrade.sandbox._desk import SnapTradeDesk

__all__ = ["SnapTradeDesk"]
