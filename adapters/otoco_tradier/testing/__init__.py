"""For tests at Tradier: requests as others write them.

It needs the extra ``otoco[testing]``; ``import otoco_tradier`` does not import it.
"""

from __future__ import annotations

from ._requests import requests

__all__ = ["requests"]
