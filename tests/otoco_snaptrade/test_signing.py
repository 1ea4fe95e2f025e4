"""Signatures: known answers, and what is signed."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from hypothesis import given

from otoco import Order, check, translate
from otoco.testing import orders
from otoco_snaptrade import SnapTrade
from otoco_snaptrade._signing import signature

KEY: Final = "test-consumer-key-0123456789"
ACCOUNT: Final = "917c8734-8470-4a3e-a18f-57c3f2ee6631"
QUERY: Final = (
    "userId=snaptrade-user-123&userSecret=adf2aa34-8219-40f7-a6b3-60156985cc61"
    "&clientId=TESTCLIENT&timestamp=1715123456"
)
PLACE: Final = f"/accounts/{ACCOUNT}/trading/complex?{QUERY}".encode()
RECENT: Final = f"/accounts/{ACCOUNT}/recentOrders?only_executed=false&{QUERY}".encode()


def oco(units: float) -> dict[str, Any]:
    """The exits of a position of so many shares."""
    shared = {
        "order_role": "PEER",
        "action": "SELL",
        "instrument": {"symbol": "AAPL", "type": "EQUITY"},
        "units": units,
        "time_in_force": "GTC",
    }
    legs = [
        {**shared, "order_type": "Limit", "price": 31.33},
        {**shared, "order_type": "Stop", "stop": 29.5},
    ]
    return {"type": "OCO", "orders": legs}


@pytest.mark.parametrize(
    ("target", "body", "expected"),
    [
        (PLACE, json.dumps(oco(10)).encode(), "+Xg7lq/LJV2vYPbSCM/oh81nsNRY4T1GJYr/oDQADOc="),
        (PLACE, json.dumps(oco(10.5)).encode(), "+pUc4kBTIw2VZoEdItYnAyBGKLxRciwUXfgj6Vdye1Y="),
        (RECENT, b"", "xsLeak0g5Hg5G4zbDfwwaqk4fPZCCNGQNgLziRbzI54="),
    ],
    ids=["an OCO", "fractional units", "a request without a body"],
)
def test_known_answers(target: bytes, body: bytes, expected: str) -> None:
    """The vendor's own function and an independent one give these for these bytes."""
    assert expected == signature(KEY, target, body)


@pytest.mark.parametrize(
    "number", ["10", "0", "-3", "10.5", "0.0001", "-99.25", "9999999999999999"]
)
def test_numbers_with_one_way_to_be_written_are_signed(number: str) -> None:
    """Whole ones as integers, and others where no client of the vendor's needs an exponent."""
    assert signature(KEY, PLACE, f'{{"units":{number}}}'.encode())


@pytest.mark.parametrize(
    "part",
    [
        "10.0",
        "1e2",
        "0.00001",
        "-0.0",
        "1e300",
        "NaN",
        "Infinity",
        "10000000000000000",
        '"\u00e9"',
        '["\u00e9"]',
        '{"\u00e9":1}',
        '[[{"a":[1.0]}]]',
    ],
)
def test_what_the_vendors_clients_write_differently_is_not_signed(part: str) -> None:
    """At most one of the ways could be the server's, so that an order might be refused or not."""
    with pytest.raises(ValueError, match="the vendor's clients write it differently"):
        signature(KEY, PLACE, f'{{"type":"OCO","x":{part}}}'.encode())


def test_words_and_truths_are_signed() -> None:
    """What else JSON has is written in one way."""
    assert signature(KEY, PLACE, b'{"x":[true,false,null,"text",{"y":[]}]}')


@given(orders(SnapTrade(ACCOUNT)))
def test_whatever_the_adapter_sends_can_be_signed(order: Order) -> None:
    """Its formats keep to numbers and text that are the same everywhere."""
    if not check(order, SnapTrade(ACCOUNT)):
        (request,) = translate(order, SnapTrade(ACCOUNT)).requests
        assert signature(KEY, PLACE, request.content)
