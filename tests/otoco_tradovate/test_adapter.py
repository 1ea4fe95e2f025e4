"""What the adapter writes beside the body: which id in the reply is whose."""

from __future__ import annotations

import pytest

from otoco import OCO, OTO, OTOCO, Instrument, Leg, Limit, Order, Stop, translate
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
