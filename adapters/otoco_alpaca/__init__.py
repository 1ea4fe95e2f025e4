"""Alpaca: orders of the Trading API, single or as bracket, OCO and OTO.

A request is one flat order with a price object for each exit. The exits have no symbol, side,
quantity or time in force of their own: those are the order's.
"""

from otoco_alpaca._adapter import Alpaca

__all__ = ["Alpaca"]
