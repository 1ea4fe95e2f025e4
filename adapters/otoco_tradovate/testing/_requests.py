"""Requests to Tradovate as other programs write them, drawn from Tradovate's own schemas.

They are drawn without the neutral model: a request says a coherent order because its prices lie
where its schema's words say that they rest.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st

from otoco.testing import Spelling, as_text, shuffled, spellings

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
        body[key] = draw(_versions(around, rests=children != ("bracket1",)).flatmap(shuffled))
    for index, holder in enumerate((body, *(body[key] for key in children))):
        if draw(st.booleans()):
            holder["clOrdId"] = f"{draw(st.sampled_from(('a', 'x' * 62, '~')))}{index}"
    return draw(shuffled(body))


@st.composite
def _brackets(draw: st.DrawFn, quantity: int, sign: int) -> dict[str, Any]:
    """A bracket of a strategy; ``sign`` is 1 where the entry buys and -1 where it sells."""
    points = st.integers(1, 400).map(lambda ticks: ticks * Decimal("0.25"))
    stop, target = draw(points), draw(points)
    members: dict[str, Any] = {"qty": quantity, "trailingStop": False}
    which = draw(st.sampled_from(("both", "profitTarget", "stopLoss")))
    if which != "stopLoss":
        members["profitTarget"] = draw(spellings(sign * target))
    if which != "profitTarget":
        members |= {"stopLoss": draw(spellings(-sign * stop)), "trailingStop": draw(st.booleans())}
    return draw(shuffled(members))


@st.composite
def _strategies(draw: st.DrawFn) -> dict[str, Any]:
    """Whole bodies of startOrderStrategy, whose params are the text of an object."""
    action = draw(st.sampled_from(("Buy", "Sell")))
    sizes = draw(st.lists(st.integers(1, 9), min_size=1, max_size=4))
    kind = draw(st.sampled_from(("Market", "Limit", "Stop", "StopLimit")))
    entry: dict[str, Any] = {"orderQty": sum(sizes), "orderType": kind}
    entry |= {key: draw(spellings(Decimal("4150.25"))) for key in _PRICES[kind]}
    life = draw(st.sampled_from(("Day", "GTC", "GTD", "IOC", "FOK", None)))
    entry |= {"timeInForce": life} if life else {}
    entry |= {"expireTime": draw(_MOMENTS)} if life == "GTD" else {}
    sign = 1 if action == "Buy" else -1
    brackets = [draw(_brackets(size, sign)) for size in sizes]
    params = {"entryVersion": draw(shuffled(entry)), "brackets": brackets}
    body = {
        "accountSpec": "DEMO12345",
        "accountId": 12345,
        "symbol": draw(st.sampled_from(("MESM7", "ESZ26"))),
        "action": action,
        "orderStrategyTypeId": draw(st.sampled_from((2, Spelling("2")))),
        "params": as_text(draw(shuffled(params))),
    }
    optional = {
        "isAutomated": st.booleans(),
        "customTag50": _TEXTS.filter(bool),
        "uuid": st.uuids().map(str) | st.just("mine-1"),
    }
    body |= draw(st.fixed_dictionaries({}, optional=optional))
    return draw(shuffled(body))


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """Bodies that say a coherent order, alone or as ``{"path": …, "body": …}``."""
    if draw(st.integers(0, 3)) == 3:
        body, path = draw(_strategies()), "/orderStrategy/startorderstrategy"
    else:
        body = draw(_bodies())
        path = _PATHS[tuple(key for key in _CHILDREN if key in body)]
    return {"path": path, "body": body} if draw(st.booleans()) else body
