"""Tradier: single orders of equities and options, and advanced orders (OCO, OTO, OTOCO).

A request is a flat form. Each leg of a group says everything about itself, its symbol, side and
quantity too, under keys with its index: what it is in the group is told by its position.
"""

from otoco_tradier._adapter import Tradier

__all__ = ["Tradier"]
