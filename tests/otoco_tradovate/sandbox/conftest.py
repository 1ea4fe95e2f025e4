"""A desk and someone who asks."""

from __future__ import annotations

import pytest
from tests.otoco_tradovate.sandbox.asking import Asking

from otoco_tradovate.sandbox import TradovateDesk


@pytest.fixture
def desk() -> TradovateDesk:
    """A desk with no orders."""
    return TradovateDesk()


@pytest.fixture
def asking(desk: TradovateDesk) -> Asking:
    """One who has logged in at it."""
    return Asking(desk).log_in()
