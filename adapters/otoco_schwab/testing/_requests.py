"""Requests to Schwab as other programs write them, drawn from the portal's own schemas.

They are drawn without the neutral model: a request says a coherent order because its prices lie
where its schema's words say that they rest.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st

from otoco.testing import Spelling, shuffled, spellings

_ACCOUNTS: Final = ("0A1B2C3D4E5F60718293A4B5C6D7E8F9", "x9")
#: Which way each price lies from where the market is, for a sell order.
_PRICES: Final = {
    "MARKET": {},
    "LIMIT": {"price": 1},
    "STOP": {"stopPrice": -1},
    "STOP_LIMIT": {"price": -1, "stopPrice": -1},
}
_SYMBOLS: Final = {
    "EQUITY": ("AAPL", "BRK/B", "XYZ   240315C00050000"),
    "OPTION": ("XYZ   240315C00050000", "SPXW1 260116P06000500"),
}
_INSTRUCTIONS: Final = {
    "EQUITY": ("BUY", "SELL", "SELL_SHORT", "BUY_TO_COVER"),
    "OPTION": ("BUY_TO_OPEN", "BUY_TO_CLOSE", "SELL_TO_OPEN", "SELL_TO_CLOSE"),
}
_QUANTITIES: Final = {
    "EQUITY": tuple(map(Spelling, ("1", "10.0", "1e2", "0.5"))),
    "OPTION": tuple(map(Spelling, ("1", "10.0", "1e2"))),
}
#: How deep the trees are that are drawn.
_DEEPEST: Final = 3


def _prices(price: Decimal) -> st.SearchStrategy[Any]:
    """A price as text, as most samples have it, or as the number of the schema."""
    return st.sampled_from((f"{price:f}", f"{price:.6f}")) | spellings(price)


@st.composite
def _orders(draw: st.DrawFn, around: Decimal, rests: bool, session: str) -> dict[str, Any]:
    """What a node says of its own order."""
    kind = draw(st.sampled_from([each for each in _PRICES if each != "MARKET" or not rests]))
    asset = draw(st.sampled_from(sorted(_SYMBOLS)))
    instruction = draw(st.sampled_from(_INSTRUCTIONS[asset]))
    instrument = {"symbol": draw(st.sampled_from(_SYMBOLS[asset])), "assetType": asset}
    leg = {
        "instruction": instruction,
        "quantity": draw(st.sampled_from(_QUANTITIES[asset])),
        "instrument": draw(shuffled(instrument)),
    }
    lives = ("DAY", "GOOD_TILL_CANCEL") if rests else ("FILL_OR_KILL", "IMMEDIATE_OR_CANCEL", "DAY")
    order: dict[str, Any] = {
        "session": session,
        "orderType": kind,
        "duration": draw(st.sampled_from(lives)),
        "orderLegCollection": [draw(shuffled(leg))],
    }
    for key, sign in _PRICES[kind].items():
        away = draw(st.integers(1, 400)) * Decimal("0.0125") * sign
        order[key] = around + (away if "SELL" in instruction else -away)
    return order


def _written(order: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An order whose prices are spelt as in the samples or in the schema."""
    members = {
        key: _prices(value) if isinstance(value, Decimal) else st.just(value)
        for key, value in order.items()
    }
    return st.fixed_dictionaries(members).flatmap(shuffled)


@st.composite
def _nodes(
    draw: st.DrawFn, kinds: tuple[str, ...], around: Decimal, rests: bool, session: str, level: int
) -> dict[str, Any]:
    """A node of one of the kinds; below the deepest level, leaves alone."""
    strategy = draw(st.sampled_from(kinds if level < _DEEPEST else ("SINGLE",)))
    if strategy == "OCO":
        peers = _nodes(("SINGLE", "SINGLE", "TRIGGER"), around, True, session, level + 1)
        children = [draw(peers), draw(peers)]
        return draw(shuffled({"orderStrategyType": "OCO", "childOrderStrategies": children}))
    order = draw(_orders(around, rests, session))
    node: dict[str, Any] = {"orderStrategyType": strategy, **draw(_written(order))}
    if strategy == "TRIGGER":
        around = order.get("stopPrice", order.get("price", around))
        armed = _nodes(("SINGLE", "TRIGGER", "OCO"), around, False, session, level + 1)
        node["childOrderStrategies"] = draw(st.lists(armed, min_size=1, max_size=3))
    return draw(shuffled(node))


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """Bodies that say a coherent order, alone or as ``{"path": …, "body": …}``."""
    around = Decimal(draw(st.sampled_from(("31.33", "150", "0.8"))))
    session = draw(st.sampled_from(("NORMAL", "AM", "PM", "SEAMLESS")))
    body = draw(_nodes(("SINGLE", "OCO", "TRIGGER", "TRIGGER"), around, False, session, 0))
    account = draw(st.none() | st.sampled_from(_ACCOUNTS))
    return body if account is None else {"path": f"/accounts/{account}/orders", "body": body}
