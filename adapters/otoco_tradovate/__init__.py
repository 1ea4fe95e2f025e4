"""Tradovate: ``placeOrder``, ``placeOSO`` and ``placeOCO``.

A group is a parent body and one or two children. Children have no symbol, quantity or account of
their own, so every leg of a group trades one quantity of one contract. ``bracket1`` and
``bracket2`` together are an OCO; there is no way to say two independent conditionals.
"""

from otoco_tradovate._adapter import Tradovate

__all__ = ["Tradovate"]
