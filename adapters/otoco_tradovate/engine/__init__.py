"""What Tradovate does with its own requests, written from its own pages.

`TradovateEngine` takes the body of placeOrder, placeOSO, placeOCO or startOrderStrategy and keeps
the entities that Tradovate would: Order, OrderVersion, Command, CommandReport, ExecutionReport,
Fill, OrderStrategy and OrderStrategyLink, with a props event for every change. What Tradovate
documents nowhere is a field of `Behaviour`, and `OPEN_QUESTIONS` lists the possible answers. The
package knows nothing of neutral orders, reads no clock and does no I/O.
"""

from __future__ import annotations

from ._behaviour import OPEN_QUESTIONS, Behaviour
from ._engine import TradovateEngine
from ._requests import Account

__all__ = ["Account", "Behaviour", "OPEN_QUESTIONS", "TradovateEngine"]
