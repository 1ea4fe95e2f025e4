"""Which bodies Tradovate takes, and the shapes in which it refuses the others."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otoco_tradovate.engine import OPEN_QUESTIONS, Account, Behaviour, TradovateEngine

PATHS = {"/order/placeorder": [], "/order/placeoso": ["bracket1"], "/order/placeoco": ["other"]}
PRICE_FIELDS = ("limitIfTouchedPrice", "pegDifference", "price", "stopPrice")
CHILD: dict[str, Any] = {"action": "Sell", "orderType": "Limit", "price": 110, "timeInForce": "GTC"}
BODY: dict[str, Any] = CHILD | {
    "accountId": 12345,
    "accountSpec": "DEMO12345",
    "orderQty": 2,
    "symbol": "MESM7",
}
LONGEST = {"accountSpec": 64, "clOrdId": 64, "customTag50": 50, "symbol": 64, "text": 64}


def place(
    body: object,
    path: str = "/order/placeorder",
    behaviour: Behaviour | None = None,
) -> dict[str, Any]:
    """The reply to a body; one that refuses it leaves no trace."""
    engine = TradovateEngine(behaviour)
    reply = engine.place(path, body)
    assert ("orderId" in reply) == bool(engine.orders()) == bool(engine.events)
    json.dumps(reply, allow_nan=False)
    return reply


def without(name: str, body: dict[str, Any]) -> dict[str, Any]:
    """A body that lacks a field."""
    return {key: value for key, value in body.items() if key != name}


def oso(*brackets: dict[str, Any], **changes: object) -> dict[str, Any]:
    """A placeOSO whose entry buys."""
    named = {f"bracket{number}": bracket for number, bracket in enumerate(brackets, 1)}
    return BODY | {"action": "Buy", "price": 100} | changes | named


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/order/placeorder", BODY, {"orderId": 1}),
        ("/order/placeOrder", BODY, {"orderId": 1}),
        ("/order/placeoso", oso(CHILD), {"orderId": 1, "oso1Id": 2}),
        ("/order/placeOSO", oso(CHILD, CHILD), {"orderId": 1, "oso1Id": 2, "oso2Id": 3}),
        ("/order/placeoco", BODY | {"other": CHILD}, {"orderId": 1, "ocoId": 2}),
    ],
)
def test_a_result_has_an_id_for_each_order(
    path: str, body: dict[str, Any], expected: dict[str, int]
) -> None:
    """PlaceOrderResult, PlaceOsoResult, PlaceOcoResult; ocoId is the id of the other order."""
    assert expected == place(body, path)


def test_what_places_no_order_is_no_path_of_the_engine() -> None:
    """startOrderStrategy is another endpoint with another answer."""
    with pytest.raises(ValueError, match="cancelorder places no order"):
        TradovateEngine().place("/order/cancelorder", BODY)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("accountId", 12345.0),
        ("activationTime", "2026-11-20T10:00:00Z"),
        ("customTag50", "x" * 50),
        ("isAutomated", True),
        ("maxShow", 1),
        ("orderQty", 2.0),
        ("orderQty", Decimal(2)),
        ("orderQty", 2**31 - 1),
        ("price", -37.63),
        ("price", 0),
        ("price", Decimal("4150.25")),
        ("symbol", "x" * 64),
        ("text", "DOM"),
        ("text", ""),
        ("timeInForce", "Day"),
    ],
)
def test_a_field_within_its_limits_is_taken(field: str, value: object) -> None:
    """PlaceOrder (OpenAPI 2024); the schema sets no minimum for a price."""
    assert {"orderId": 1} == place(BODY | {field: value})


BEYOND: dict[str, list[object]] = {
    "accountId": [0, -1, 2**63, "12345", None, True],
    "action": ["buy", "", 1, []],
    "activationTime": ["2026-11-20T10:00:00", "2026-11-20", "2026-13-20T10:00:00Z", 5],
    "isAutomated": ["true", 1, None],
    "orderQty": [0, -1, 1.5, 2**31, "1", True, float("inf")],
    "orderType": ["limit", "Trailing", None],
    "price": ["110", None, True, float("nan"), Decimal("1e400"), Decimal("sNaN"), 10**400],
    "timeInForce": ["DAY", "", None],
    **{
        field: ["x" * (longest + 1), *([""] if field != "text" else [])]
        for field, longest in LONGEST.items()
    },
}


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, values in BEYOND.items() for value in values]
)
def test_a_field_beyond_its_limits_is_a_violation(field: str, value: object) -> None:
    """Null is a value of the wrong type, and a string is no number."""
    (violation,) = place(BODY | {field: value})["violations"]
    assert "value" == violation["constraint"]
    assert violation["description"].startswith(f"{field} ")


@pytest.mark.parametrize("field", sorted(BODY.keys() - {"price", "timeInForce"}))
def test_a_required_field_is_missed(field: str) -> None:
    """Also the account, without which the server answers with violations (JS tutorial)."""
    assert {
        "violations": [
            {"constraint": "required", "value": "NoneType", "description": f"{field} is missing"}
        ]
    } == place(without(field, BODY))


@pytest.mark.parametrize(
    ("path", "child"), [(path, child) for path, names in PATHS.items() for child in names]
)
def test_a_paired_order_is_required_and_has_fields_of_its_own(path: str, child: str) -> None:
    """RestrainedOrderVersion has neither contract nor quantity, account nor activation."""

    def sentences(body: dict[str, Any]) -> list[str]:
        return [row["description"] for row in place(body, path)["violations"]]

    assert [f"{child} is missing"] == sentences(BODY)
    assert [f"{child} is an object"] == sentences(BODY | {child: [CHILD]})
    for name in ("action", "orderType"):
        assert [f"{child}.{name} is missing"] == sentences(BODY | {child: without(name, CHILD)})
    others = sorted(BODY.keys() - CHILD.keys())
    for name in (*others, "activationTime", "isAutomated", "ordertype"):
        unknown = CHILD | {name: BODY.get(name, True)}
        assert [f"{child}.{name} is no field of this request"] == sentences(BODY | {child: unknown})


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", ["bracket3", "Price", "osoId1", 7])
def test_an_unknown_key_is_a_violation(path: str, name: object) -> None:
    """A field that would be ignored is a part of the order that would be lost."""
    body = BODY | dict.fromkeys(PATHS[path], CHILD) | {name: 1}
    (violation,) = place(body, path)["violations"]
    assert {
        "constraint": "unknown",
        "value": "int",
        "description": f"{name} is no field of this request",
    } == violation


def test_brackets_belong_to_their_path() -> None:
    """placeOrder has no bracket and placeOCO has one order more, not two."""
    for path, body in [
        ("/order/placeorder", oso(CHILD)),
        ("/order/placeoco", oso(CHILD, other=CHILD)),
        ("/order/placeoso", oso(CHILD, other=CHILD)),
    ]:
        assert ["unknown"] == [row["constraint"] for row in place(body, path)["violations"]]


@pytest.mark.parametrize("body", [None, [], "text", 5, [BODY]])
def test_a_body_is_an_object(body: object) -> None:
    """Nothing else has fields."""
    (violation,) = place(body)["violations"]
    assert "the body is an object" == violation["description"]


@pytest.mark.parametrize(
    "changes",
    [
        {"timeInForce": "GTD"},
        {"expireTime": "2026-11-20T10:00:00Z"},
        {"timeInForce": "Day", "expireTime": "2026-11-20T10:00:00Z"},
    ],
)
def test_an_expiry_goes_with_gtd(changes: dict[str, Any]) -> None:
    """GTD needs expireTime (OrderVersion page); nothing else has one."""
    (violation,) = place(BODY | changes)["violations"]
    assert "expireTime goes with timeInForce GTD, and only with it" == violation["description"]


def test_an_account_is_named_by_its_id_and_its_name() -> None:
    """Another account is refused as issue #45 shows it."""
    refusal = {"failureReason": "UnknownReason", "failureText": "Access is denied"}
    for changes in ({"accountId": 1}, {"accountSpec": "DEMO1"}):
        assert refusal == place(BODY | changes)
    engine = TradovateEngine(account=Account(id=1, name="DEMO1"))
    assert refusal == engine.place("/order/placeorder", BODY)
    body = BODY | {"accountId": 1, "accountSpec": "DEMO1"}
    assert {"orderId": 1} == engine.place("/order/placeorder", body)


@pytest.mark.parametrize(
    ("word", "required", "optional"),
    [
        ("Market", (), ()),
        ("Limit", ("price",), ()),
        ("MIT", ("price",), ()),
        ("Stop", ("stopPrice",), ()),
        ("StopLimit", ("price", "stopPrice"), ()),
        ("TrailingStop", ("stopPrice",), ("pegDifference",)),
        ("TrailingStopLimit", ("price", "stopPrice"), ("pegDifference",)),
    ],
)
def test_an_order_type_has_its_price_fields_and_no_others(
    word: str, required: tuple[str, ...], optional: tuple[str, ...]
) -> None:
    """placeOrder and placeOCO tables: a Stop has its trigger in stopPrice and no price."""
    bare = without("price", BODY)
    prices = dict.fromkeys((*required, *optional), 5)
    assert {"orderId": 1} == place(bare | {"orderType": word} | prices)
    for name in PRICE_FIELDS:
        fields = prices | {name: 5}
        if name in prices:
            del fields[name]
        reply = place(bare | {"orderType": word} | fields)
        if name in optional:
            assert {"orderId": 1} == reply
            continue
        verb = "needs" if name in required else "has no"
        article_and_type = f"a {word} order {verb} {name}"
        assert {"failureReason": "InvalidPrice", "failureText": article_and_type} == reply


@pytest.mark.parametrize("distance", [0, -1])
def test_a_trailing_distance_is_above_zero(distance: int) -> None:
    """What a stop would trail at no distance, no page says."""
    fields = {"orderType": "TrailingStop", "stopPrice": 90, "pegDifference": distance}
    reply = place(without("price", BODY) | fields)
    assert "pegDifference is a distance above zero" == reply["failureText"]


@pytest.mark.parametrize(
    "word",
    ["LimitIfTouched", "MarketLimit", "MarketStopWithProtection", "MarketWithProtection", "QTS"],
)
def test_an_order_type_without_documented_prices_is_unsupported(word: str) -> None:
    """They are listed words, on a child too."""
    assert "Unsupported" == place(BODY | {"orderType": word})["failureReason"]
    reply = place(oso(CHILD, CHILD | {"orderType": word}), "/order/placeoso")
    assert "Unsupported" == reply["failureReason"]


TRAILING = {"action": "Sell", "orderType": "TrailingStop", "stopPrice": 90, "pegDifference": 10}


@pytest.mark.parametrize(
    ("question", "path", "body"),
    [
        ("same_side_child", "/order/placeoso", oso(CHILD, CHILD | {"action": "Buy"})),
        ("opposite_side_pair", "/order/placeoco", BODY | {"other": CHILD | {"action": "Buy"}}),
        ("immediate_child", "/order/placeoso", oso(CHILD | {"timeInForce": "IOC"})),
        ("immediate_child", "/order/placeoco", BODY | {"other": CHILD | {"timeInForce": "FOK"}}),
        ("trailing_child", "/order/placeoso", oso(CHILD, TRAILING)),
        ("repeated_cl_ord_id", "/order/placeoso", oso(CHILD | {"clOrdId": "x"}, clOrdId="x")),
    ],
)
def test_what_nobody_documented_is_taken_or_refused_as_the_behaviour_has_it(
    question: str, path: str, body: dict[str, Any]
) -> None:
    """And a plain request of the kind is taken under both answers."""
    for answer in ("accept", "refuse"):
        behaviour = Behaviour(**{question: answer})  # type: ignore[arg-type]  # any question will do
        reply = place(body, path, behaviour)
        assert ({"refuse": "Unsupported"}.get(answer)) == reply.get("failureReason")
        for plain_path, names in PATHS.items():
            plain = oso(CHILD, clOrdId="x") if "oso" in plain_path else BODY
            plain = plain if "oso" in plain_path else plain | dict.fromkeys(names, CHILD)
            assert "orderId" in place(plain, plain_path, behaviour)


def test_a_cl_ord_id_is_remembered() -> None:
    """Nothing documents its uniqueness (issue #46); both answers are open."""
    for behaviour, expected in [
        (Behaviour(), [True, True, True]),
        (Behaviour(repeated_cl_ord_id="refuse"), [True, False, True]),
    ]:
        engine = TradovateEngine(behaviour)
        replies = [
            engine.place("/order/placeorder", BODY | {"clOrdId": name}) for name in ("x", "x", "y")
        ]
        assert expected == ["orderId" in reply for reply in replies]


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (Behaviour(), ["GTD", "Day", "IOC"]),
        (Behaviour(missing_time_in_force="GTC"), ["GTD", "GTC", "IOC"]),
        (Behaviour(child_time_in_force="inherit"), ["GTD", "GTD", "IOC"]),
    ],
)
def test_a_missing_time_in_force_is_the_default_or_the_parents(
    behaviour: Behaviour, expected: list[str]
) -> None:
    """An inherited GTD has the parent's expiry."""
    moment = "2026-11-20T10:00:00+00:00"
    bare = without("timeInForce", CHILD)
    body = oso(bare, bare | {"timeInForce": "IOC"}, timeInForce="GTD", expireTime=moment)
    engine = TradovateEngine(behaviour)
    engine.place("/order/placeoso", body)
    versions = engine.entities("orderVersion")
    assert expected == [version["timeInForce"] for version in versions]
    assert [word == "GTD" for word in expected] == [
        version.get("expireTime") == moment for version in versions
    ]


def test_a_missing_time_in_force_of_the_parent_is_the_default() -> None:
    """No page says which; Day and GTC are what clients assume."""
    for answer in ("Day", "GTC"):
        engine = TradovateEngine(Behaviour(missing_time_in_force=answer))
        engine.place("/order/placeorder", without("timeInForce", BODY))
        (version,) = engine.entities("orderVersion")
        assert answer == version["timeInForce"]


def test_a_number_is_the_decimal_that_is_written() -> None:
    """0.1 is a tenth, whatever the double is."""
    engine = TradovateEngine()
    engine.place("/order/placeorder", BODY | {"price": 0.1})
    engine.price("MESM7", Decimal("0.09999999999999999"))
    assert [] == engine.fills()
    engine.price("MESM7", Decimal("0.1"))
    assert [(1, Decimal(2), Decimal("0.1"))] == engine.fills()


def test_a_behaviour_has_one_of_the_listed_answers_to_every_question() -> None:
    """The first is the default."""
    defaults = {question: answers[0] for question, answers in OPEN_QUESTIONS.items()}
    assert Behaviour() == Behaviour(**defaults)  # type: ignore[arg-type]  # the listed answers
    for question in OPEN_QUESTIONS:
        with pytest.raises(ValueError, match=f"{question} is one of"):
            Behaviour(**{question: "maybe"})  # type: ignore[arg-type]  # what is not listed


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.decimals(),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from([*BODY, "bracket1", "other", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(
    st.sampled_from(sorted(PATHS)),
    JSON
    | st.dictionaries(st.sampled_from([*BODY, "bracket1", "other", "text"]), JSON).map(
        lambda changes: oso(CHILD) | changes
    ),
)
def test_every_body_gets_an_answer(path: str, body: object) -> None:
    """Whatever is sent, the reply is ids or one of the documented refusals."""
    reply = place(body, path)
    assert reply.keys() & {"orderId", "violations", "failureReason"}
