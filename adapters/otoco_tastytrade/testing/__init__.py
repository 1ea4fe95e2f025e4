"""For tests at tastytrade: requests as others write them.

It needs the extra ``otoco[testing]``; ``import otoco_tastytrade`` does not import it.
"""

from __future__ import annotations

from ._requests import requests

__all__ = ["requests"]
