"""tastytrade: single orders, and complex orders (OCO, OTO, OTOCO).

A complex order holds complete single orders: at most one that triggers, and a list of those that
wait for it or for one another.
"""

from otoco_tastytrade._adapter import Tastytrade

__all__ = ["Tastytrade"]
