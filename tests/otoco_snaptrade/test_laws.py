"""The laws, for SnapTrade under both contracts and for brokerages with rules of their own."""

from otoco.testing import AdapterLaws
from otoco_snaptrade import SnapTrade, testing

ACCOUNT = "2bcd7cc3-e922-4976-bce1-9858296801c3"


class TestContract202604(AdapterLaws):
    adapter = SnapTrade(ACCOUNT)
    broker_made = testing.requests()
    broker = testing.broker("2026-04")
    examples = 60


class TestContract202610(AdapterLaws):
    adapter = SnapTrade(ACCOUNT, "2026-10")
    broker = testing.broker("2026-10")
    examples = 60


class TestTastytrade(AdapterLaws):
    adapter = SnapTrade(ACCOUNT, "2026-10", "tastytrade")
    examples = 20


class TestWebull(AdapterLaws):
    adapter = SnapTrade(ACCOUNT, "2026-10", "Webull US")
    examples = 20
