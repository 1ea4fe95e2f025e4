"""Legs that are armed more than once before their time comes."""

from __future__ import annotations

from datetime import UTC, datetime

from otoco import OTO, Arming, Instrument, Limit, Stop, buy, sell
from otoco.simulation import Clock, Fill, Policy, Status, simulate

XYZ = Instrument("XYZ", "EQUITY")
LATER = datetime(2026, 1, 2, 21, tzinfo=UTC)


def test_a_second_part_of_the_entry_does_not_wake_what_waits_for_its_time() -> None:
    """An exit with an activation time is armed by the first fill and waits after the next too."""
    entry = buy(2, XYZ, Limit(100))
    order = OTO(entry, [sell(2, XYZ, Stop(90), activate_at=LATER)])
    parts = [Fill("trigger", 1, 100), Fill("trigger", 1, 100)]
    policy = Policy(arming=Arming.ANY_FILL)
    assert Status.HELD is simulate(order, parts, policy=policy)["conditionals[0]"].status
    awake = simulate(order, [*parts, Clock(LATER)], policy=policy)["conditionals[0]"]
    assert Status.WORKING is awake.status
