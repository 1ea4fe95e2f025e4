"""Requests to tastytrade as other programs write them, drawn from the vendor's own schemas.

They are drawn without the neutral model: a request says a coherent order because its prices lie
where its schema's words say that they rest.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st

from otoco.testing import Spelling, shuffled, spellings

_ACCOUNTS: Final = ("5WT00001", "5wx01234")
#: Which way each price lies from where the market is, for an order that sells.
_PRICES: Final = {
    "Market": {},
    "Limit": {"price": 1},
    "Stop": {"stop-trigger": -1},
    "Stop Limit": {"price": -1, "stop-trigger": -1},
}
_SYMBOLS: Final = {
    "Equity": ("AAPL", "BRK/B"),
    "Equity Option": ("AAPL  230818C00197500", "SPXW1 260116P06000500"),
    "Future": ("/CLZ2", "/6EU7"),
}
_STATED: Final = ("Buy to Open", "Sell to Open", "Buy to Close", "Sell to Close")
#: The kinds of the orders in a list, where they are fixed.
_EXITS: Final = (("Limit", "Stop"), ("Limit", "Stop Limit"), ("Stop", "Limit"))


def _numbers(number: Decimal) -> st.SearchStrategy[Any]:
    """A number as such, or as text."""
    return st.sampled_from((f"{number:f}", f"{number:.6f}")) | spellings(number)


@st.composite
def _orders(draw: st.DrawFn, kind: str, around: Decimal, effect: str) -> dict[str, Any]:
    """A single order whose action has the effect in it; its prices lie around a price."""
    traded = draw(st.sampled_from(sorted(_SYMBOLS)))
    actions = [each for each in _STATED if effect in each]
    action = draw(st.sampled_from([*actions, "Buy", "Sell"] if traded == "Future" else actions))
    leg = {
        "instrument-type": traded,
        "symbol": draw(st.sampled_from(_SYMBOLS[traded])),
        "action": action,
        "quantity": draw(st.sampled_from((Spelling("1"), Spelling("1e2"), "10", "10.0"))),
    }
    is_bound = kind == "Market" or (kind == "Stop" and not action.endswith("Close"))
    order: dict[str, Any] = {
        "order-type": kind,
        "time-in-force": "Day" if is_bound else draw(st.sampled_from(("Day", "GTC"))),
        "legs": [draw(shuffled(leg))],
    }
    for key, sign in _PRICES[kind].items():
        away = draw(st.integers(1, 400)) * Decimal("0.0125") * sign
        order[key] = around + (away if "Sell" in action else -away)
    if "price" in order:
        order["price-effect"] = "Credit" if "Sell" in action else "Debit"
    return order


@st.composite
def _written(draw: st.DrawFn, order: dict[str, Any], strict: bool | None, id_: str | None) -> Any:
    """The order with its numbers spelt in one of the two ways, and what it may have besides."""
    written = {
        key: draw(_numbers(value)) if isinstance(value, Decimal) else value
        for key, value in order.items()
    }
    if strict is not None:
        written["advanced-instructions"] = {"strict-position-effect-validation": strict}
    if id_ is not None:
        written["external-identifier"] = id_
    return draw(shuffled(written))


@st.composite
def _bodies(draw: st.DrawFn) -> dict[str, Any]:
    """Whole bodies that say a coherent order."""
    around = Decimal(draw(st.sampled_from(("31.33", "150", "4150"))))
    type_ = draw(st.sampled_from(("", "OCO", "OTO", "OTOCO")))
    strict = draw(st.none() | st.booleans())
    found: list[dict[str, Any]] = []
    if type_ != "OCO":
        kind = draw(st.sampled_from(sorted(_PRICES)))
        found.append(draw(_orders(kind, around, "Open" if type_ == "OTOCO" else "")))
        around = found[0].get("stop-trigger", found[0].get("price", around))
    if type_ == "OTO":
        kinds = draw(st.lists(st.sampled_from(sorted(_PRICES)), min_size=1, max_size=3))
        found += [draw(_orders(kind, around, "")) for kind in kinds]
    elif type_:
        found += [draw(_orders(kind, around, "Close")) for kind in draw(st.sampled_from(_EXITS))]
    ids = [f"{draw(st.sampled_from(('a', '~', 'x' * 40)))}{index}" for index in range(len(found))]
    orders = [
        draw(_written(order, strict, each if draw(st.booleans()) else None))
        for order, each in zip(found, ids, strict=True)
    ]
    if not type_:
        return dict(orders[0])
    body: dict[str, Any] = {"type": type_}
    if type_ != "OCO":
        body["trigger-order"] = orders.pop(0)
    return draw(shuffled({**body, "orders": orders}))


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """Bodies that say a coherent order, alone or as ``{"path": …, "body": …}``."""
    body = draw(_bodies())
    account = draw(st.none() | st.sampled_from(_ACCOUNTS))
    if account is None:
        return body
    kind = "complex-orders" if "orders" in body else "orders"
    return {"path": f"/accounts/{account}/{kind}", "body": body}
