"""The laws, for tastytrade, and for an account whose orders to close never open."""

from otoco.testing import AdapterLaws
from otoco_tastytrade import Tastytrade
from otoco_tastytrade.testing import requests


class TestTastytrade(AdapterLaws):
    adapter = Tastytrade("5WT00001")
    broker_made = requests()
    examples = 60


class TestStrict(AdapterLaws):
    adapter = Tastytrade("5WT00001", strict_position_effect_validation=True)
    examples = 20
