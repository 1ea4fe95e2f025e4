"""Law 4 on requests as Tradovate's own schemas allow them, drawn without our model."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from otoco import Parsed
from otoco.testing import Spelling, as_text, disturbed, laws, spellings
from otoco_tradovate import Tradovate

PATHS = {
    (): "/order/placeorder",
    ("other",): "/order/placeoco",
    ("bracket1",): "/order/placeoso",
    ("bracket1", "bracket2"): "/order/placeoso",
}
CHILDREN = ("bracket1", "bracket2", "other")
#: Which way the first price that decides lies from where the market is, for a sell order.
PRICES = {
    "Market": {},
    "Limit": {"price": 1},
    "Stop": {"stopPrice": -1},
    "StopLimit": {"stopPrice": -1, "price": -1},
    "MIT": {"price": 1},
    "TrailingStop": {"stopPrice": -1, "pegDifference": 0},
    "TrailingStopLimit": {"stopPrice": -1, "price": -1, "pegDifference": 0},
}
#: Keys of the schemas that are no place for what an order says, and keys of no schema.
STRANGE_KEYS = (
    *("limitIfTouchedPrice", "price", "stopPrice", "pegDifference", "expireTime", "orderQty"),
    *("symbol", "isAutomated", "accountId", "activationTime", "bracket1", "bracket2", "bracket3"),
    *("other", "clOrdID", "uuid", ""),
)
texts = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=20)
moments = st.sampled_from(
    (
        *("2026-12-18T21:00:00Z", "2026-12-18T16:00:00-05:00", "2026-12-19t02:30:00.5+05:30"),
        *("2026-12-18T21:00:00.000000z", "1999-01-01T00:00:00-00:00"),
    )
)


def shuffled(members: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The same object with its keys in another order."""
    return st.permutations(list(members.items())).map(dict)


@st.composite
def versions(draw: st.DrawFn, around: Decimal, rests: bool) -> dict[str, Any]:
    """What parent and child have in common: action, type, prices, life, text."""
    kind = draw(st.sampled_from([each for each in PRICES if each != "Market" or not rests]))
    action = draw(st.sampled_from(("Buy", "Sell")))
    life = draw(st.sampled_from(("Day", "GTC", "GTD") if rests else ("Day", "FOK", "GTD", "IOC")))
    members: dict[str, Any] = {"action": action, "orderType": kind, "timeInForce": life}
    for key, sign in PRICES[kind].items():
        points = draw(st.integers(1, 400)) * Decimal("0.25")
        away = points * sign * (1 if action == "Sell" else -1)
        members[key] = draw(spellings(around + away if sign else points))
    optional = {"maxShow": st.just(1) | st.just(2**31 - 1), "text": texts}
    members |= draw(st.fixed_dictionaries({}, optional=optional))
    if life == "GTD":
        members["expireTime"] = draw(moments)
    return members


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """Whole bodies that say a coherent order."""
    around = Decimal(draw(st.sampled_from(("4150", "0", "0.25", "-37.5", "99999999"))))
    children = draw(st.sampled_from(list(PATHS)))
    body = draw(versions(around, rests=children == ("other",)))
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
        "customTag50": texts.filter(bool),
        "activationTime": moments,
    }
    body |= draw(st.fixed_dictionaries({}, optional=optional))
    if children == ("other",):
        body.pop("activationTime", None)
    for key in children:
        body[key] = draw(versions(around, rests=children != ("bracket1",)).flatmap(shuffled))
    for index, holder in enumerate((body, *(body[key] for key in children))):
        if draw(st.booleans()):
            holder["clOrdId"] = f"{draw(st.sampled_from(('a', 'x' * 62, '~')))}{index}"
    return draw(shuffled(body))


@st.composite
def documents(draw: st.DrawFn, body: dict[str, Any]) -> str:
    """The body alone, or with its path."""
    children = tuple(key for key in CHILDREN if key in body)
    if children in PATHS and draw(st.booleans()):
        return as_text({"path": PATHS[children], "body": body})
    return as_text(body)


@given(st.data(), bodies())
def test_a_request_of_the_schema_comes_back_equal(
    data: st.DataObject, body: dict[str, Any]
) -> None:
    """Whatever Tradovate's schemas say coherently is read, and written again as it was."""
    outcome = laws.nothing_invented(data.draw(documents(body), "document"), Tradovate)
    assert isinstance(outcome, Parsed), outcome


def test_a_request_with_one_thing_wrong_is_refused_by_name() -> None:
    """What is missing, strange or in the wrong place is named; the guard of the core stays idle."""
    codes: Counter[str] = Counter()

    @given(st.data(), bodies())
    def law(data: st.DataObject, body: dict[str, Any]) -> None:
        body, place = data.draw(disturbed(body, STRANGE_KEYS), "disturbed")
        outcome = laws.nothing_invented(data.draw(documents(body), "document"), Tradovate)
        codes.update(["read"] if isinstance(outcome, Parsed) else [each.code for each in outcome])
        named = [place, *CHILDREN] if place in CHILDREN else [place]  # they clash with one another
        assert any(laws.refused_by_name(outcome, each) for each in named), (place, outcome)

    law()
    assert codes["changed"] == 0
    assert codes["field"] > 0
    assert codes["value"] > 0
