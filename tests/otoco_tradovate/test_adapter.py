"""What the adapter writes beside the body: which id in the reply is whose."""

from __future__ import annotations

import pytest

from otoco import OCO, OTO, OTOCO, Instrument, Leg, Limit, Order, Stop, translate
from otoco.adapters import Accepted, Answer, PlacingAdapter
from otoco_tradovate import Tradovate


def leg(side: str, order_type: Limit | Stop) -> Leg:
    """A leg for one contract."""
    return Leg(side, 1, Instrument("MESM7", "FUTURE"), order_type, time_in_force="GTC")


ENTRY, TARGET, STOP = leg("BUY", Limit(4150)), leg("SELL", Limit(4200)), leg("SELL", Stop(4100))


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (ENTRY, {"orderId": ""}),
        (OCO([TARGET, STOP]), {"orderId": "peers[0]", "ocoId": "peers[1]"}),
        (OTO(ENTRY, [STOP]), {"orderId": "trigger", "oso1Id": "conditionals[0]"}),
        (
            OTOCO(ENTRY, [TARGET, STOP]),
            {"orderId": "trigger", "oso1Id": "peers[0]", "oso2Id": "peers[1]"},
        ),
    ],
    ids=["SINGLE", "OCO", "OTO", "OTOCO"],
)
def test_each_id_of_the_reply_is_of_one_leg(order: Order, expected: dict[str, str]) -> None:
    """The keys are those of Tradovate's replies, and the paths those of the order."""
    (request,) = translate(order, Tradovate(12345, "DEMO12345")).requests
    assert expected == request.reply_ids


def test_it_can_be_placed_through() -> None:
    """It says where, how much at a time, and how to find out by hand."""
    adapter: PlacingAdapter = Tradovate(12345, "DEMO12345")
    assert {
        "demo": "https://demo.tradovateapi.com/v1",
        "live": "https://live.tradovateapi.com/v1",
    } == dict(adapter.environments)
    assert {(1000, 1.0), (5000, 60.0), (5000, 3600.0)} == {
        (budget.most, budget.seconds) for budget in adapter.budgets if not budget.traffic
    }
    assert all("Rate Limits" in budget.source for budget in adapter.budgets)
    assert "before you place it again" in adapter.finding_out
    (request,) = translate(ENTRY, adapter).requests
    assert Accepted({"": "7"}) == adapter.read(request, Answer(200, {}, b'{"orderId": 7}'))
