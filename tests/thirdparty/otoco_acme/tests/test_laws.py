"""Acme keeps the laws."""

from otoco.testing import AdapterLaws
from otoco_acme import Acme


class TestAcme(AdapterLaws):
    adapter = Acme(account="A123")
