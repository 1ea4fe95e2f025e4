"""The laws, for Schwab in regular hours and in all."""

from otoco.testing import AdapterLaws
from otoco_schwab import Schwab
from otoco_schwab.testing import requests

ACCOUNT = "0A1B2C3D4E5F60718293A4B5C6D7E8F9"


class TestSchwab(AdapterLaws):
    adapter = Schwab(ACCOUNT)
    broker_made = requests()
    examples = 60


class TestAllHours(AdapterLaws):
    adapter = Schwab(ACCOUNT, "SEAMLESS")
    examples = 20
