"""What Alpaca's adapter says beside the body, and what it reads as the same."""

from __future__ import annotations

import json
from decimal import localcontext
from typing import Any

import pytest

from otoco import (
    OCO,
    OTO,
    OTOCO,
    Arming,
    Instrument,
    Leg,
    Limit,
    Order,
    OrderType,
    PartialFill,
    Stop,
    check,
    parse,
    translate,
)
from otoco.adapters import UNKNOWN, Semantics
from otoco_alpaca import Alpaca

AAPL = Instrument("AAPL", "EQUITY")


def leg(side: str, order_type: OrderType) -> Leg:
    """Ten shares, good till cancelled."""
    return Leg(side, 10, AAPL, order_type, "GTC")


ENTRY, TARGET, STOP = leg("BUY", Limit(150)), leg("SELL", Limit(160)), leg("SELL", Stop(145))


@pytest.mark.parametrize(
    ("order", "path"),
    [
        (ENTRY, ""),
        (OTO(ENTRY, [STOP]), "trigger"),
        (OTOCO(ENTRY, [TARGET, STOP]), "trigger"),
        (OCO([TARGET, STOP]), "peers[0]"),
        (OCO([STOP, TARGET]), "peers[1]"),
    ],
)
def test_the_id_of_the_reply_is_of_the_parent(order: Order, path: str) -> None:
    """The entry is the parent of its exits, and of an OCO the target is, wherever it stands."""
    (request,) = translate(order, Alpaca()).requests
    assert {"id": path} == request.reply_ids


def test_exits_are_kept_by_kind() -> None:
    """A stop before its target makes the same request, which reads back the target first."""
    request, other = (
        translate(OTOCO(ENTRY, peers), Alpaca()).requests[0]
        for peers in ([TARGET, STOP], [STOP, TARGET])
    )
    assert request.body == other.body
    assert OTOCO(ENTRY, [TARGET, STOP]) == parse(other, Alpaca).order


def test_what_the_guide_says_of_groups() -> None:
    """Exits wait for the complete fill; a target that fills in part reduces its stop."""
    expected = Semantics(Arming.FULL_FILL, PartialFill.REDUCES, stop_partial_fill=UNKNOWN)
    assert expected == Alpaca().capabilities.semantics


def test_numbers_of_the_sdk_are_read() -> None:
    """Alpaca's own client sends JSON numbers, and they mean what the text means."""
    (request,) = translate(OTOCO(ENTRY, [TARGET, STOP]), Alpaca()).requests
    body: dict[str, Any] = json.loads(request.content)
    body |= {"qty": 10.0, "limit_price": 150.0, "take_profit": {"limit_price": 160}}
    assert OTOCO(ENTRY, [TARGET, STOP]) == parse(body, Alpaca).order


@pytest.mark.parametrize("more", [{"order_class": "simple"}, {"extended_hours": False}])
def test_what_may_be_left_out_is_read(more: dict[str, Any]) -> None:
    """A simple order may say that it is one, and that it trades in regular hours."""
    (request,) = translate(ENTRY, Alpaca()).requests
    assert ENTRY == parse({**request.body, **more}, Alpaca).order


def test_the_distance_of_a_stop_is_exact() -> None:
    """Whatever precision the caller's thread has set, a cent is a cent."""
    order = OTOCO(
        leg("BUY", Limit("1234.57")), [leg("SELL", Limit(1300)), leg("SELL", Stop("1234.56"))]
    )
    with localcontext() as context:
        context.prec = 3
        assert () == check(order, Alpaca())
