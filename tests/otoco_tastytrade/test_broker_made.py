"""Requests as tastytrade's own schemas allow them, drawn without our model."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from otoco import Parsed
from otoco.testing import as_text, laws
from otoco_tastytrade import Tastytrade
from otoco_tastytrade.testing import requests


@given(requests())
def test_a_request_of_the_schema_comes_back_equal(request: dict[str, Any]) -> None:
    """Whatever tastytrade's schemas say coherently is read, and written again as it was."""
    outcome = laws.nothing_invented(as_text(request), Tastytrade)
    assert isinstance(outcome, Parsed), outcome
