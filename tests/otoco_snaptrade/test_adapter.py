"""What the adapter writes beside the body: which id in the reply is whose."""

from __future__ import annotations

import pytest

from otoco import OCO, Instrument, Leg, Limit, Stop, translate
from otoco.adapters import Semantics
from otoco_snaptrade import SnapTrade


def test_the_id_of_the_reply_is_of_the_group() -> None:
    """SnapTrade answers with one id, and it stands for all legs."""
    share = Instrument("AAPL", "EQUITY")
    legs = [Leg("SELL", 1, share, kind, time_in_force="GTC") for kind in (Limit(31), Stop(29))]
    account = SnapTrade("917c8734-8470-4a3e-a18f-57c3f2ee6631")
    (request,) = translate(OCO(legs), account).requests
    assert {"brokerage_group_order_id": "order"} == request.reply_ids


@pytest.mark.parametrize("contract", ["2026-04", "2026-10"])
def test_the_vendor_says_of_ids_that_they_are_not_enforced(contract: str) -> None:
    """And nothing of when exits are armed, nor of partial fills."""
    assert Semantics(ids_enforced=False) == SnapTrade(contract=contract).capabilities.semantics
