"""Tradovate: ``placeOrder``, ``placeOSO``, ``placeOCO`` and ``startOrderStrategy``.

A group of the first three is a parent body and one or two children. Children have no symbol,
quantity or account of their own, so every leg of a group trades one quantity of one contract.
``bracket1`` and ``bracket2`` together are an OCO; there is no way to say two independent
conditionals. A strategy is an entry and any number of brackets, whose exits lie at distances from
its fill and state no time in force. Which of the two an order goes by follows from what its exits
say.
"""

from otoco_tradovate._adapter import Tradovate
from otoco_tradovate._strategy import websocket_frame

__all__ = ["Tradovate", "websocket_frame"]
