"""Law 4 on requests as SnapTrade's own schema allows them, drawn without our model."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from otoco import Parsed, adapter
from otoco.testing import Spelling, as_text, disturbed, laws, spellings

SNAPTRADE = adapter("snaptrade")
ACCOUNTS = (
    "917c8734-8470-4a3e-a18f-57c3f2ee6631",
    "917C8734-8470-4A3E-A18F-57C3F2EE6631",
)
ROLES = {
    "OCO": ("PEER", "PEER"),
    "OTO": ("TRIGGER", "CONDITIONAL"),
    "OTOCO": ("TRIGGER", "PEER", "PEER"),
}
#: Which way each price lies from where the market is, for a sell order.
PRICES: dict[str, dict[str, int]] = {
    "Market": {},
    "Limit": {"price": 1},
    "Stop": {"stop": -1},
    "StopLimit": {"price": -1, "stop": -1},
}
SYMBOLS = {
    "EQUITY": ("AAPL", "BRK.B", "AAPL  251114C00240000"),
    "OPTION": ("AAPL  251114C00240000", "SPXW1 260116P06000500"),
    "CRYPTOCURRENCY": ("BTC",),
    "CRYPTOCURRENCY_PAIR": ("BTC-USD", "ETH/EUR"),
}
STRANGE_KEYS = (
    *("price", "stop", "notional_value", "trading_session", "expiry_date", "order_role", "type"),
    *("units", "symbol", "instrument", "client_order_id", "orders", "Action", ""),
)


def shuffled(members: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The same object with its keys in another order."""
    return st.permutations(list(members.items())).map(dict)


@st.composite
def legs(
    draw: st.DrawFn,
    /,
    role: str,
    around: Decimal,
    rests: bool,
    words: tuple[str, ...],
    **fixed: Any,
) -> dict[str, Any]:
    """A leg; the prices that it does not have are absent or null."""
    kind = draw(st.sampled_from([each for each in PRICES if each != "Market" or not rests]))
    type_ = draw(st.sampled_from(sorted(SYMBOLS)))
    symbol = draw(st.sampled_from(SYMBOLS[type_]))
    action = draw(st.sampled_from(words if type_ == "OPTION" else ("BUY", "SELL")))
    whole = len(words) > 2
    leg: dict[str, Any] = {
        "order_role": role,
        "action": action,
        "instrument": draw(shuffled({"symbol": symbol, "type": type_})),
        "order_type": kind,
        "units": draw(
            st.sampled_from(("1", "10.0", "1e1") if whole else ("10.5", "3", "30e-1")).map(Spelling)
        ),
        "time_in_force": draw(st.sampled_from(("Day", "GTC") if rests else ("FOK", "IOC", "Day"))),
    }
    for key, sign in PRICES[kind].items():
        points = draw(st.integers(1, 400)) * Decimal("0.0125") * sign
        leg[key] = draw(spellings(around + points * (1 if "SELL" in action else -1)))
    leg |= {key: None for key in ("price", "stop") if key not in leg and draw(st.booleans())}
    return draw(shuffled(leg | fixed))


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """Whole bodies that say a coherent order, in either contract, their legs in any order."""
    around = Decimal(draw(st.sampled_from(("31.33", "0", "4150", "-0.5"))))
    shape = draw(st.sampled_from(sorted(ROLES)))
    words: tuple[str, ...] = ("BUY", "SELL")
    if shape != "OCO" and draw(st.booleans()):
        words = ("BUY_TO_OPEN", "BUY_TO_CLOSE", "SELL_TO_OPEN", "SELL_TO_CLOSE", "SELL")
    orders = []
    for role in ROLES[shape]:
        orders.append(draw(legs(role, around, role == "PEER", words)))
        decisive = orders[0].get("stop") or orders[0].get("price")
        if role == "TRIGGER" and decisive is not None:
            around = Decimal(decisive)
    body: dict[str, Any] = {"type": shape, "orders": draw(st.permutations(orders))}
    ids = st.none() | st.uuids().map(str) | st.uuids().map(lambda each: str(each).upper())
    body |= draw(st.fixed_dictionaries({}, optional={"client_order_id": ids}))
    return draw(shuffled(body))


@st.composite
def documents(draw: st.DrawFn, body: dict[str, Any]) -> str:
    """The body alone, or with its path."""
    account = draw(st.none() | st.sampled_from(ACCOUNTS))
    if account is None:
        return as_text(body)
    return as_text({"path": f"/accounts/{account}/trading/complex", "body": body})


@given(st.data(), bodies())
def test_a_request_of_the_schema_comes_back_equal(
    data: st.DataObject, body: dict[str, Any]
) -> None:
    """Whatever SnapTrade's schema says coherently is read, and written again as it was."""
    outcome = laws.nothing_invented(data.draw(documents(body), "document"), SNAPTRADE)
    assert isinstance(outcome, Parsed), outcome


def test_a_request_with_one_thing_wrong_is_refused_by_name() -> None:
    """What is missing, strange or in the wrong place is named; the guard of the core stays idle."""
    codes: Counter[str] = Counter()

    @given(st.data(), bodies())
    def law(data: st.DataObject, body: dict[str, Any]) -> None:
        body, place = data.draw(disturbed(body, STRANGE_KEYS), "disturbed")
        outcome = laws.nothing_invented(data.draw(documents(body), "document"), SNAPTRADE)
        codes.update(["read"] if isinstance(outcome, Parsed) else [each.code for each in outcome])
        assert laws.refused_by_name(outcome, place), (place, outcome)

    law()
    assert codes["changed"] == 0
    assert codes["field"] > 0
    assert codes["value"] > 0
