"""Requests to Alpaca as other programs write them, drawn from Alpaca's own schema.

They are drawn without the neutral model: a request says a coherent order because its prices lie
where its schema's words say that they rest.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st

from otoco.testing import shuffled, spellings

_SHARES: Final = ("AAPL", "BRK.B", "F", "A1")
#: Which way each price lies from where the market is, for a sell order.
_PRICES: Final = {
    "market": {},
    "limit": {"limit_price": 1},
    "stop": {"stop_price": -1},
    "stop_limit": {"stop_price": -1, "limit_price": -1},
    "trailing_stop": {"trail_price": 0},
}
_IDS: Final = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=128)


def _numbers(value: Decimal) -> st.SearchStrategy[Any]:
    """A number as text in one or another number of decimals, or as JSON."""
    text = format(value, "f")
    padded = f"{text}0" if "." in text else f"{text}.0"
    return st.sampled_from((text, padded)) | spellings(value)


def _cents(draw: st.DrawFn) -> Decimal:
    return draw(st.integers(2, 400)) * Decimal("0.01")


def _prices(draw: st.DrawFn, kind: str, side: str, around: Decimal) -> dict[str, Decimal]:
    """The prices of an order type, where they rest."""
    way = 1 if side == "sell" else -1
    return {
        key: around + _cents(draw) * sign * way if sign else _cents(draw)
        for key, sign in _PRICES[kind].items()
    }


@st.composite
def _singles(draw: st.DrawFn) -> dict[str, Any]:
    """A simple order of shares or of crypto."""
    is_crypto = draw(st.booleans())
    kinds = ("market", "limit", "stop_limit") if is_crypto else tuple(_PRICES)
    side, kind = draw(st.sampled_from(("buy", "sell"))), draw(st.sampled_from(kinds))
    lives = ("day", "gtc", "ioc", "fok") if kind in ("market", "limit") else ("day", "gtc")
    life = draw(st.sampled_from(("gtc", "ioc") if is_crypto else lives))
    quantities = ("1", "250", "0.5") if is_crypto or life == "day" else ("1", "250")
    body: dict[str, Any] = {
        "symbol": draw(st.sampled_from(("ETH/USD", "BTC/USDT") if is_crypto else _SHARES)),
        "qty": draw(_numbers(Decimal(draw(st.sampled_from(quantities))))),
        "side": side,
        "type": kind,
        "time_in_force": life,
    }
    for key, price in _prices(draw, kind, side, Decimal("31.33")).items():
        body[key] = draw(_numbers(price))
    return body | draw(st.fixed_dictionaries({}, optional={"order_class": st.just("simple")}))


@st.composite
def _groups(draw: st.DrawFn) -> dict[str, Any]:
    """A bracket, an OCO or an OTO."""
    around = Decimal(draw(st.sampled_from(("31.33", "4150", "5"))))
    kind = draw(st.sampled_from(("bracket", "oco", "oto")))
    side = draw(st.sampled_from(("buy", "sell")))
    entry = "limit" if kind == "oco" else draw(st.sampled_from(("market", "limit")))
    body: dict[str, Any] = {
        "symbol": draw(st.sampled_from(_SHARES)),
        "qty": draw(_numbers(Decimal(draw(st.integers(1, 1000))))),
        "side": side,
        "type": entry,
        "time_in_force": draw(st.sampled_from(("day", "gtc"))),
        "order_class": kind,
    }
    if kind != "oco" and entry == "limit":
        body["limit_price"] = draw(_numbers(around))
    leaves = side if kind == "oco" else {"buy": "sell", "sell": "buy"}[side]
    stop = draw(st.sampled_from(("stop", "stop_limit")))
    exits = {"take_profit": "limit", "stop_loss": stop}
    if kind == "oto":
        exits.pop(draw(st.sampled_from(tuple(exits))))
    for key, exit_ in exits.items():
        prices = _prices(draw, exit_, leaves, around)
        body[key] = {name: draw(_numbers(price)) for name, price in prices.items()}
    return body


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """Bodies that say a coherent order, alone or as ``{"path": …, "body": …}``."""
    body = draw(_singles() | _groups())
    optional = {"client_order_id": _IDS, "extended_hours": st.just(False)}
    body |= draw(st.fixed_dictionaries({}, optional=optional))
    body = draw(shuffled(body))
    return {"path": "/v2/orders", "body": body} if draw(st.booleans()) else body
