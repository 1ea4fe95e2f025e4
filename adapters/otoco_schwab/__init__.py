"""Charles Schwab: the orders of its Trader API, trees of any shape.

A request is a tree. Each leaf says everything about its own order; what its children mean, a node
says in ``orderStrategyType``.
"""

from otoco_schwab._adapter import Schwab

__all__ = ["Schwab"]
