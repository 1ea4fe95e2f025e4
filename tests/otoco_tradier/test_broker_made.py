"""Requests as Tradier's own reference allows them, drawn without our model."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from otoco import Parsed
from otoco.testing import as_text, laws
from otoco_tradier import Tradier
from otoco_tradier.testing import requests


@given(requests())
def test_a_request_of_the_reference_comes_back_equal(request: dict[str, Any]) -> None:
    """Whatever Tradier's reference says coherently is read, and written again as it was."""
    outcome = laws.nothing_invented(as_text(request), Tradier)
    assert isinstance(outcome, Parsed), outcome
