"""Requests to Tradovate as other programs write them, drawn from Tradovate's own schemas.

They are drawn without the neutral model: a request says a coherent order because its prices lie
where its schema's words say that they rest.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st

from otoco.testing import Spelling, spellings

_PATHS: Final[dict[tuple[str, ...], str]] = {
    (): "/order/placeorder",
    ("other",): "/order/placeoco",
    ("bracket1",): "/order/placeoso",
    ("bracket1", "bracket2"): "/order/placeoso",
}
_CHILDREN: Final = ("bracket1", "bracket2", "other")
#: Which way the first price that decides lies from where the market is, for a sell order.
_PRICES: Final = {
    "Market": {},
    "Limit": {"price": 1},
    "Stop": {"stopPrice": -1},
    "StopLimit": {"stopPrice": -1, "price": -1},
    "MIT": {"price": 1},
    "TrailingStop": {"stopPrice": -1, "pegDifference": 0},
    "TrailingStopLimit": {"stopPrice": -1, "price": -1, "pegDifference": 0},
}
_TEXTS: Final = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=20)
_MOMENTS: Final = st.sampled_from(
    (
        *("2026-12-18T21:00:00Z", "2026-12-18T16:00:00-05:00", "2026-12-19t02:30:00.5+05:30"),
        *("2026-12-18T21:00:00.000000z", "1999-01-01T00:00:00-00:00"),
    )
)


def _shuffled(members: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The same object with its keys in another order."""
    return st.permutations(list(members.items())).map(dict)


@st.composite
def _versions(draw: st.DrawFn, around: Decimal, rests: bool) -> dict[str, Any]:
    """What parent and child have in common: action, type, prices, life, text."""
    kind = draw(st.sampled_from([each for each in _PRICES if each != "Market" or not rests]))
    action = draw(st.sampled_from(("Buy", "Sell")))
    life = draw(st.sampled_from(("Day", "GTC", "GTD") if rests else ("Day", "FOK", "GTD", "IOC")))
    members: dict[str, Any] = {"action": action, "orderType": kind, "timeInForce": life}
    for key, sign in _PRICES[kind].items():
        points = draw(st.integers(1, 400)) * Decimal("0.25")
        away = points * sign * (1 if action == "Sell" else -1)
        members[key] = draw(spellings(around + away if sign else points))
    optional = {"maxShow": st.just(1) | st.just(2**31 - 1), "text": _TEXTS}
    members |= draw(st.fixed_dictionaries({}, optional=optional))
    if life == "GTD":
        members["expireTime"] = draw(_MOMENTS)
    return members


@st.composite
def _bodies(draw: st.DrawFn) -> dict[str, Any]:
    """Whole bodies that say a coherent order."""
    around = Decimal(draw(st.sampled_from(("4150", "0", "0.25", "-37.5", "99999999"))))
    children = draw(st.sampled_from(list(_PATHS)))
    body = draw(_versions(around, rests=children == ("other",)))
    decisive = body.get("stopPrice", body.get("price"))
    trails = body["orderType"].startswith("Trailing")
    if children != ("other",) and decisive is not None and not trails:
        around = Decimal(decisive)
    body |= {
        "accountSpec": draw(st.sampled_from(("DEMO12345", "é"))),
        "accountId": draw(st.sampled_from((1, 12345, 2**63 - 1))),
        "symbol": draw(st.sampled_from(("MESM7", "ESZ26", "6E.X-1"))),
        "orderQty": draw(st.sampled_from((1, Spelling("2.0"), 2**31 - 1, Spelling("2e2")))),
    }
    optional = {
        "isAutomated": st.booleans(),
        "customTag50": _TEXTS.filter(bool),
        "activationTime": _MOMENTS,
    }
    body |= draw(st.fixed_dictionaries({}, optional=optional))
    if children == ("other",):
        body.pop("activationTime", None)
    for key in children:
        body[key] = draw(_versions(around, rests=children != ("bracket1",)).flatmap(_shuffled))
    for index, holder in enumerate((body, *(body[key] for key in children))):
        if draw(st.booleans()):
            holder["clOrdId"] = f"{draw(st.sampled_from(('a', 'x' * 62, '~')))}{index}"
    return draw(_shuffled(body))


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """Bodies that say a coherent order, alone or as ``{"path": …, "body": …}``."""
    body = draw(_bodies())
    children = tuple(key for key in _CHILDREN if key in body)
    return {"path": _PATHS[children], "body": body} if draw(st.booleans()) else body
