"""SnapTrade: complex orders (OCO, OTO, OTOCO).

A request is a list of legs with roles. Each leg says everything about itself, its instrument, side
and quantity too; one client order id stands for the whole group.
"""

from otoco_snaptrade._adapter import SnapTrade

__all__ = ["SnapTrade"]
