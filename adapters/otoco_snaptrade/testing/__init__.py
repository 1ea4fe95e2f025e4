"""For tests at SnapTrade: its engine for law 6, and requests as others write them.

It needs the extra ``otoco[testing]``; ``import otoco_snaptrade`` does not import it.
"""

from __future__ import annotations

from ._broker import broker
from ._requests import requests

__all__ = ["broker", "requests"]
