"""The laws, for Alpaca."""

from otoco.testing import AdapterLaws
from otoco_alpaca import Alpaca
from otoco_alpaca.testing import requests


class TestAlpaca(AdapterLaws):
    adapter = Alpaca()
    broker_made = requests()
    examples = 60
