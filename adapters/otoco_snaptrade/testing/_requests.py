"""Requests to SnapTrade as other programs write them, drawn from SnapTrade's own schemas.

They are drawn without the neutral model: a request says a coherent order because its prices lie
where its schema's words say that they rest.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st

from otoco.testing import Spelling, shuffled, spellings

_ACCOUNTS: Final = (
    "917c8734-8470-4a3e-a18f-57c3f2ee6631",
    "917C8734-8470-4A3E-A18F-57C3F2EE6631",
)
_ROLES: Final = {
    "OCO": ("PEER", "PEER"),
    "OTO": ("TRIGGER", "CONDITIONAL"),
    "OTOCO": ("TRIGGER", "PEER", "PEER"),
}
#: Which way each price lies from where the market is, for a sell order.
_PRICES: Final = {
    "Market": {},
    "Limit": {"price": 1},
    "Stop": {"stop": -1},
    "StopLimit": {"price": -1, "stop": -1},
}
_SYMBOLS: Final = {
    "EQUITY": ("AAPL", "BRK.B", "AAPL  251114C00240000"),
    "OPTION": ("AAPL  251114C00240000", "SPXW1 260116P06000500"),
    "CRYPTOCURRENCY": ("BTC",),
    "CRYPTOCURRENCY_PAIR": ("BTC-USD", "ETH/EUR"),
}


@st.composite
def _legs(
    draw: st.DrawFn,
    /,
    role: str,
    around: Decimal,
    rests: bool,
    words: tuple[str, ...],
    **fixed: Any,
) -> dict[str, Any]:
    """A leg; the prices that it does not have are absent or null."""
    kind = draw(st.sampled_from([each for each in _PRICES if each != "Market" or not rests]))
    type_ = draw(st.sampled_from(sorted(_SYMBOLS)))
    symbol = draw(st.sampled_from(_SYMBOLS[type_]))
    action = draw(st.sampled_from(words if type_ == "OPTION" else ("BUY", "SELL")))
    whole = len(words) > 2 or type_ == "OPTION"
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
    for key, sign in _PRICES[kind].items():
        points = draw(st.integers(1, 400)) * Decimal("0.0125") * sign
        leg[key] = draw(spellings(around + points * (1 if "SELL" in action else -1)))
    leg |= {key: None for key in ("price", "stop") if key not in leg and draw(st.booleans())}
    return draw(shuffled(leg | fixed))


@st.composite
def _bodies(draw: st.DrawFn) -> dict[str, Any]:
    """Whole bodies that say a coherent order, in either contract, their legs in any order."""
    around = Decimal(draw(st.sampled_from(("31.33", "0", "4150", "-0.5"))))
    shape = draw(st.sampled_from(sorted(_ROLES)))
    words: tuple[str, ...] = ("BUY", "SELL")
    if shape != "OCO" and draw(st.booleans()):
        words = ("BUY_TO_OPEN", "BUY_TO_CLOSE", "SELL_TO_OPEN", "SELL_TO_CLOSE", "SELL")
    orders: list[dict[str, Any]] = []
    for role in _ROLES[shape]:
        orders.append(draw(_legs(role, around, role == "PEER", words)))
        decisive = orders[0].get("stop") or orders[0].get("price")
        if role == "TRIGGER" and decisive is not None:
            around = Decimal(decisive)
    body: dict[str, Any] = {"type": shape, "orders": draw(st.permutations(orders))}
    ids = st.none() | st.uuids().map(str) | st.uuids().map(lambda each: str(each).upper())
    body |= draw(st.fixed_dictionaries({}, optional={"client_order_id": ids}))
    return draw(shuffled(body))


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """Bodies in either contract, alone or as ``{"path": …, "body": …}``."""
    body = draw(_bodies())
    account = draw(st.none() | st.sampled_from(_ACCOUNTS))
    if account is None:
        return body
    return {"path": f"/accounts/{account}/trading/complex", "body": body}
