"""What "Place complex order" takes and what it refuses, under both contracts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.otoco_snaptrade.engine.conftest import (
    ACCOUNT,
    CALL,
    ENTRY,
    EXIT,
    PATH,
    STOP,
    TARGET,
    body,
    leg,
)

from otoco_snaptrade.engine import Behaviour, SnapTradeEngine

INTENT = "0b0e7c1e-6a3c-4d5c-9c55-2f4b7d0a9e11"
OPTION = {"symbol": CALL, "type": "OPTION"}


def refusal(request: object, contract: str = "2026-04", **answers: Any) -> str:
    """What is wrong with a request, or nothing; a refused one leaves no trace."""
    engine = SnapTradeEngine(Behaviour(**answers), ACCOUNT, contract=contract)
    return said(engine, request)


def said(engine: SnapTradeEngine, request: object) -> str:
    """The same, of an engine that is there."""
    before = engine.events
    reply = engine.place(PATH, request)
    if "status_code" not in reply:
        assert {"type", "brokerage_group_order_id"} == set(reply)
        return ""
    assert before == engine.events
    assert (400, "1076") == (reply["status_code"], reply["code"])
    return str(reply["detail"]).removeprefix("Unable to verify data sent: ")


def option_oco(*changes: dict[str, Any], **both: Any) -> dict[str, Any]:
    """An option OCO that closes a long position, each leg changed as told."""
    terms = {"instrument": OPTION, "action": "SELL_TO_CLOSE", "units": 1, **both}
    first, second = changes or ({}, {})
    return body(TARGET | terms | first, STOP | terms | second)


@pytest.mark.parametrize(
    "request_",
    [
        body(TARGET, STOP),
        body(ENTRY, EXIT),
        body(ENTRY, TARGET, STOP),
        body(STOP, ENTRY, TARGET),
        body(TARGET | {"stop": None}, STOP | {"price": None}, client_order_id=None),
        body(TARGET, STOP, client_order_id=INTENT),
        body(ENTRY, EXIT | {"instrument": {"symbol": "MSFT", "type": "EQUITY"}, "units": 3}),
        body(leg("PEER", "BUY", "StopLimit", price=9, stop=8), leg("PEER", "SELL", "Market")),
        *(body(ENTRY | {"time_in_force": word}, EXIT) for word in ("FOK", "Day", "GTC", "IOC")),
        *(body(ENTRY | {"price": price}, EXIT) for price in (0, -1, 31.33, Decimal("0.1"))),
        *(
            body(ENTRY | {"instrument": {"symbol": "BTC", "type": kind}}, EXIT)
            for kind in ("CRYPTOCURRENCY", "CRYPTOCURRENCY_PAIR")
        ),
    ],
)
@pytest.mark.parametrize("contract", ["2026-04", "2026-10"])
def test_what_both_contracts_take(request_: dict[str, Any], contract: str) -> None:
    """The roles stand in any order, null is as good as absent, and legs may differ."""
    assert "" == refusal(request_, contract)


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        ([], "body is not an object"),
        ({}, "body: missing ['type', 'orders'], unknown []"),
        (body(ENTRY, EXIT, note=1), "body: missing [], unknown ['note']"),
        (body(ENTRY, EXIT) | {"type": "OCA"}, "type is not one of OCO, OTO, OTOCO"),
        (body(ENTRY, EXIT) | {"type": ["OTO"]}, "type is not one of OCO, OTO, OTOCO"),
        (body(ENTRY, EXIT) | {"orders": {}}, "orders is not an array"),
        (body(ENTRY, EXIT) | {"orders": []}, "orders of OTO have the roles CONDITIONAL, TRIGGER"),
        (body(ENTRY, EXIT) | {"orders": [ENTRY, 1]}, "orders[1] is not an object"),
        (body(ENTRY, EXIT, client_order_id=1), "client_order_id is not a UUID of 36 characters"),
        (
            body(ENTRY, EXIT, client_order_id=INTENT.replace("-", "")),
            "client_order_id is not a UUID of 36 characters",
        ),
    ],
)
def test_the_body(request_: object, why: str) -> None:
    """The body is an object with the page's keys, each of its type."""
    assert why == refusal(request_)


@pytest.mark.parametrize(
    ("shape", "orders", "roles"),
    [
        ("OCO", [TARGET], "PEER, PEER"),
        ("OCO", [TARGET, STOP, STOP], "PEER, PEER"),
        ("OCO", [ENTRY, EXIT], "PEER, PEER"),
        ("OTO", [TARGET, STOP], "CONDITIONAL, TRIGGER"),
        ("OTO", [ENTRY], "CONDITIONAL, TRIGGER"),
        ("OTO", [ENTRY, EXIT, EXIT], "CONDITIONAL, TRIGGER"),
        ("OTOCO", [ENTRY, EXIT], "PEER, PEER, TRIGGER"),
        ("OTOCO", [ENTRY, ENTRY, STOP], "PEER, PEER, TRIGGER"),
        ("OTOCO", [ENTRY, TARGET, STOP, STOP], "PEER, PEER, TRIGGER"),
    ],
)
def test_roles_and_counts(shape: str, orders: list[dict[str, Any]], roles: str) -> None:
    """Each type has exactly its roles."""
    assert f"orders of {shape} have the roles {roles}" == refusal({"type": shape, "orders": orders})


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"note": 1}, ": missing [], unknown ['note']"),
        ({"order_role": "CHILD"}, ".order_role is not one of TRIGGER, CONDITIONAL, PEER"),
        ({"action": "BUY_TO_OPEN"}, ".action is not one of BUY, SELL"),
        ({"action": None}, ".action is not one of BUY, SELL"),
        ({"order_type": "LIMIT"}, ".order_type is not one of Market, Limit, Stop, StopLimit"),
        ({"time_in_force": "DAY"}, ".time_in_force is not one of FOK, Day, GTC, IOC"),
        ({"instrument": "AAPL"}, ".instrument is not an object"),
        ({"instrument": {"symbol": "AAPL"}}, ".instrument: missing ['type'], unknown []"),
        ({"instrument": {"symbol": "", "type": "EQUITY"}}, ".instrument.symbol is not a symbol"),
        ({"instrument": {"symbol": 1, "type": "EQUITY"}}, ".instrument.symbol is not a symbol"),
        (
            {"instrument": {"symbol": "ESZ6", "type": "FUTURE"}},
            ".instrument.type is not one of EQUITY, OPTION, CRYPTOCURRENCY, CRYPTOCURRENCY_PAIR",
        ),
        *(
            (
                {"instrument": {"symbol": symbol, "type": "OPTION"}},
                ".instrument.symbol is not an OCC symbol of 21 characters",
            )
            for symbol in ("AAPL", "AAPL251114C00240000", CALL.lower(), CALL + "\n")
        ),
        ({"units": 0}, ".units is not positive"),
        ({"units": -1}, ".units is not positive"),
        *(
            ({"units": units}, ".units is not a number")
            for units in ("10", True, None, float("nan"), Decimal("Infinity"))
        ),
        ({"price": None}, ".price: Limit takes price"),
        ({"stop": 1}, ".stop: Limit takes price"),
        ({"price": "100"}, ".price is not a number"),
        ({"order_type": "Market"}, ".price: Market takes neither price nor stop"),
        ({"order_type": "Stop", "stop": 1}, ".price: Stop takes stop"),
        ({"order_type": "StopLimit"}, ".stop: StopLimit takes price and stop"),
    ],
)
def test_the_legs(changes: dict[str, Any], why: str) -> None:
    """A leg has the page's keys and words, and the prices of its order type alone."""
    assert f"orders[0]{why}" == refusal(body(ENTRY | changes, EXIT) | {"type": "OTO"})


@pytest.mark.parametrize("key", sorted(ENTRY))
def test_what_a_leg_must_have(key: str) -> None:
    """No field of a leg but its prices, and client_order_id, may be left out."""
    rest = {name: value for name, value in ENTRY.items() if name != key}
    why = refusal({"type": "OTO", "orders": [rest, EXIT]})
    missing = f"orders[0]: missing ['{key}'], unknown []"
    assert ("orders[0].price: Limit takes price" if key == "price" else missing) == why


@pytest.mark.parametrize(
    ("units", "whole"),
    [
        (1, True),
        (10.0, True),
        (Decimal("3.00"), True),
        (10.5, False),
        (0.1, False),
        (Decimal("0.0001"), False),
    ],
)
def test_the_units_question(units: float | Decimal, whole: bool) -> None:
    """'2026-04' takes decimals; '2026-10' whole numbers, however they are written."""
    request = body(ENTRY | {"units": units}, EXIT)
    assert "" == refusal(request)
    assert ("" if whole else "orders[0].units is not a whole number") == refusal(request, "2026-10")


@pytest.mark.parametrize("action", ["BUY_TO_OPEN", "BUY_TO_CLOSE", "SELL_TO_OPEN", "SELL_TO_CLOSE"])
def test_option_actions(action: str) -> None:
    """Only '2026-10' has the opening and closing actions."""
    request = body(ENTRY | {"action": action, "instrument": OPTION}, EXIT)
    assert "orders[0].action is not one of BUY, SELL" == refusal(request)
    assert "" == refusal(request, "2026-10")


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ({"action": "BUY_TO_OPEN"}, "BUY_TO_OPEN is no action for EQUITY"),
        ({"instrument": OPTION}, "BUY is no action for OPTION"),
        ({"action": "BUY_TO_OPEN", "instrument": OPTION}, ""),
        ({}, ""),
    ],
)
def test_the_pairing_of_actions_and_instruments(entry: dict[str, Any], why: str) -> None:
    """Whether the schema's pairing is enforced is not documented: both answers."""
    request = body(ENTRY | entry, EXIT)
    assert "" == refusal(request, "2026-10")
    assert why == refusal(request, "2026-10", pairing="refuse")


TERMS = "an option OCO has one symbol, one quantity, and {} on both legs"
CLOSING = TERMS.format("BUY_TO_CLOSE or SELL_TO_CLOSE")
SELLING = TERMS.format("SELL_TO_CLOSE")
STOP_LIMIT = {"order_type": "StopLimit", "price": 94}
WEBULL = "Webull US does not take {} an option OCO"


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (option_oco(time_in_force="Day"), ("", "", "")),
        (option_oco(), ("", "", WEBULL.format("GTC in"))),
        (
            option_oco({}, STOP_LIMIT, time_in_force="Day"),
            ("", "", WEBULL.format("Limit with StopLimit as")),
        ),
        (option_oco(action="BUY_TO_CLOSE", time_in_force="Day"), ("", "", SELLING)),
        (option_oco(action="SELL_TO_OPEN"), (CLOSING, CLOSING, SELLING)),
        (option_oco(action="SELL"), (CLOSING, CLOSING, SELLING)),
        (option_oco({"units": 2}, {}), (CLOSING, CLOSING, SELLING)),
        (option_oco({"action": "BUY_TO_CLOSE"}, {}), (CLOSING, CLOSING, SELLING)),
        (
            option_oco({"instrument": {"symbol": "AAPL", "type": "EQUITY"}}, {}),
            (CLOSING, CLOSING, SELLING),
        ),
        (
            option_oco({}, {"order_type": "Limit", "price": 120, "stop": None}),
            (
                "",
                "tastytrade does not take Limit with Limit as an option OCO",
                WEBULL.format("Limit with Limit as"),
            ),
        ),
        (
            option_oco(time_in_force="IOC"),
            (
                "",
                "tastytrade does not take IOC in an option OCO",
                WEBULL.format("IOC in"),
            ),
        ),
        (body(TARGET, STOP), ("", "", "")),
        (body(ENTRY | {"instrument": OPTION}, EXIT), ("", "", "")),
    ],
)
def test_option_ocos(request_: dict[str, Any], expected: tuple[str, ...]) -> None:
    """The rules of any brokerage, of tastytrade and of Webull US; equities have none."""
    brokerages = (None, "tastytrade", "Webull US")
    assert expected == tuple(
        said(SnapTradeEngine(account=ACCOUNT, contract="2026-10", brokerage=name), request_)
        for name in brokerages
    )


def test_the_first_contract_has_no_brokerage_rules() -> None:
    """'2026-04' states none."""
    engine = SnapTradeEngine(account=ACCOUNT, brokerage="Webull US")
    assert "" == said(engine, option_oco(action="SELL"))


def test_a_client_order_id_that_comes_again() -> None:
    """SnapTrade enforces nothing; whether a brokerage does is open."""
    request = body(ENTRY, EXIT, client_order_id=INTENT)
    lenient = SnapTradeEngine(account=ACCOUNT)
    assert ["", ""] == [said(lenient, request) for _ in range(2)]
    strict = SnapTradeEngine(Behaviour(duplicate_id="refuse"), ACCOUNT)
    upper = request | {"client_order_id": INTENT.upper()}
    expected = ["", "client_order_id was used before", ""]
    assert expected == [said(strict, one) for one in (request, upper, body(ENTRY, EXIT))]


@pytest.mark.parametrize(
    "path", [PATH.replace("9", "8"), PATH.upper(), f"{PATH}/", "/trade/place", ""]
)
def test_another_path(path: str) -> None:
    """Another account or call is not found."""
    reply = SnapTradeEngine(account=ACCOUNT).place(path, body(ENTRY, EXIT))
    assert (404, "1011") == (reply["status_code"], reply["code"])


def test_the_reply() -> None:
    """A group id, no leg ids, and no client_order_id."""
    engine = SnapTradeEngine(account=ACCOUNT.upper())
    reply = engine.place(PATH, body(ENTRY, TARGET, STOP, client_order_id=INTENT))
    assert {"type": "OTOCO", "brokerage_group_order_id": "group-000001"} == reply


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"contract": "2027-01"}, "no contract '2027-01', only 2026-04, 2026-10"),
        ({"brokerage": "IBKR"}, "no rules for 'IBKR', only for tastytrade, Webull US"),
        ({"account": "me"}, "badly formed"),
    ],
)
def test_an_engine_that_cannot_be(wrong: dict[str, Any], why: str) -> None:
    """Contracts and brokerages are those of the tables, the account a UUID."""
    with pytest.raises(ValueError, match=why):
        SnapTradeEngine(**wrong)
