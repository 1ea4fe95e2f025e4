"""What Tradovate does with its own requests, written from its own pages.

`TradovateEngine` takes the body of placeOrder, placeOSO, placeOCO or startOrderStrategy and keeps
the entities that Tradovate would: Order, OrderVersion, Command, CommandReport, ExecutionReport,
Fill, OrderStrategy and OrderStrategyLink, with a props event for every change. What Tradovate
documents nowhere is a field of `Behaviour`, and `OPEN_QUESTIONS` lists the possible answers. The
package knows nothing of neutral orders, reads no clock and does no I/O.
"""

from __future__ import annotations

from ._behaviour import OPEN_QUESTIONS, Behaviour
from ._changes import cancellation, interruption
from ._engine import TradovateEngine
from ._fields import Refusal
from ._orders import Progress
from ._records import Entity
from ._requests import PATHS, STRATEGY, Account

__all__ = [
    "Account",
    "Behaviour",
    "Entity",
    "OPEN_QUESTIONS",
    "PATHS",
    "Progress",
    "Refusal",
    "STRATEGY",
    "TradovateEngine",
    "cancellation",
    "interruption",
]
