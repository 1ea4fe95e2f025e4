"""Tradovate for ``otoco.sandbox``: its REST API around its engine, with nothing real behind it."""

from __future__ import annotations

from otoco_tradovate.sandbox._desk import Conduct, TradovateDesk

__all__ = ["Conduct", "TradovateDesk"]
