"""Requests to Tradier as other programs write them, drawn from Tradier's own reference.

They are drawn without the neutral model: a request says a coherent order because its prices lie
where its words say that they rest.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st

from otoco.testing import shuffled

_COUNTS: Final = {"oco": 2, "oto": 2, "otoco": 3}
#: Which way each price lies from where the market is, for a sell order.
_PRICES: Final = {
    "market": {},
    "limit": {"price": 1},
    "stop": {"stop": -1},
    "stop_limit": {"stop": -1, "price": -1},
}
_RESTING: Final = ("limit", "stop", "stop_limit")
_SIDES: Final = {
    "equity": ("buy", "buy_to_cover", "sell", "sell_short"),
    "option": ("buy_to_open", "buy_to_close", "sell_to_open", "sell_to_close"),
}
_SYMBOLS: Final = (
    {"symbol": "AAPL"},
    {"symbol": "BRK/B"},
    {"symbol": "SPY", "option_symbol": "SPY190605C00282000"},
    {"symbol": "SPX", "option_symbol": "SPXW251114P00240500"},
)


def _texts(value: Decimal) -> st.SearchStrategy[str]:
    """A number as text, as different programs write it."""
    text = format(value, "f")
    return st.sampled_from((text, f"{text}0" if "." in text else f"{text}.0"))


@st.composite
def _legs(
    draw: st.DrawFn, around: Decimal, kinds: tuple[str, ...], symbols: dict[str, str]
) -> dict[str, str]:
    """A leg under plain keys."""
    kind = draw(st.sampled_from(kinds))
    side = draw(st.sampled_from(_SIDES["option" if "option_symbol" in symbols else "equity"]))
    leg = {**symbols, "side": side, "type": kind}
    leg["quantity"] = draw(_texts(Decimal(draw(st.sampled_from((1, 10, 2500))))))
    for key, sign in _PRICES[kind].items():
        away = draw(st.integers(1, 400)) * Decimal("0.005") * sign
        leg[key] = draw(_texts(around + (away if side.startswith("sell") else -away)))
    return leg


@st.composite
def _groups(draw: st.DrawFn) -> dict[str, str]:
    """An OCO, an OTO or an OTOCO."""
    around = Decimal(draw(st.sampled_from(("31.33", "4150", "5"))))
    kind = draw(st.sampled_from(sorted(_COUNTS)))
    peers = draw(st.sampled_from(_SYMBOLS))
    kinds = draw(st.permutations(_RESTING))
    legs: list[dict[str, str]] = []
    if kind != "oco":
        symbols = draw(st.sampled_from((peers, *_SYMBOLS)))
        legs.append(draw(_legs(around, _RESTING, symbols)))
        around = Decimal(legs[0].get("stop", legs[0].get("price", "")))
    if kind == "oto":
        legs.append(draw(_legs(around, tuple(_PRICES), peers)))
    else:
        legs += [draw(_legs(around, (each,), peers)) for each in kinds[:2]]
    body = {f"{key}[{n}]": value for n, leg in enumerate(legs) for key, value in leg.items()}
    life, other = draw(st.permutations(("day", "gtc")))
    if kind == "oco" or draw(st.booleans()):
        body["duration"] = life
    else:
        body |= {f"duration[{n}]": other if n else life for n in range(len(legs))}
    return {"class": kind, **body}


@st.composite
def _singles(draw: st.DrawFn) -> dict[str, str]:
    """An equity or an option order."""
    symbols = draw(st.sampled_from(_SYMBOLS))
    leg = draw(_legs(Decimal("31.33"), tuple(_PRICES), symbols))
    life = draw(st.sampled_from(("day", "gtc")))
    return {"class": "option" if "option_symbol" in leg else "equity", "duration": life, **leg}


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """Forms that say a coherent order, alone or as ``{"path": …, "form": …}``."""
    tags = st.from_regex(r"[A-Za-z0-9\-]{1,255}", fullmatch=True)
    form = draw(_singles() | _groups())
    form |= draw(st.fixed_dictionaries({}, optional={"tag": tags}))
    form = draw(shuffled(form))
    path = "/accounts/VA000001/orders"
    return {"path": path, "form": form} if draw(st.booleans()) else form
