"""The laws, for Tradovate."""

from otoco.testing import AdapterLaws
from otoco_tradovate import Tradovate, testing


class TestTradovate(AdapterLaws):
    adapter = Tradovate(12345, "DEMO12345")
    broker_made = testing.requests()
    broker = testing.broker()
    examples = 60


class TestByHand(AdapterLaws):
    adapter = Tradovate(2**63 - 1, "é", is_automated=False, custom_tag50="x")
    examples = 20
