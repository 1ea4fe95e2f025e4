"""The laws, for Tradier."""

from otoco.testing import AdapterLaws
from otoco_tradier import Tradier
from otoco_tradier.testing import requests


class TestTradier(AdapterLaws):
    adapter = Tradier("VA000001")
    broker_made = requests()
    examples = 60
