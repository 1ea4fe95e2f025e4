"""startOrderStrategy: what it takes, what it writes down, and what becomes of the orders."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otoco_tradovate.engine import Behaviour, TradovateEngine

Row = dict[str, Any]

PATH = "/orderStrategy/startorderstrategy"
ENTRY: Row = {"orderQty": 3, "orderType": "Limit", "price": 100}
BRACKETS: list[Row] = [
    {"qty": 2, "profitTarget": 10, "stopLoss": -5},
    {"qty": 1, "profitTarget": 20, "stopLoss": -5, "trailingStop": True},
]
BODY: Row = {
    "accountId": 12345,
    "accountSpec": "DEMO12345",
    "symbol": "MESM7",
    "orderStrategyTypeId": 2,
    "action": "Buy",
}
ACCESS = {"errorText": "Access is denied", "failureReason": "UnknownReason"}


def body(entry: Row | None = None, brackets: object = None, **changes: object) -> Row:
    """A strategy that buys three, with changes."""
    params = {
        "entryVersion": ENTRY | (entry or {}),
        "brackets": BRACKETS if brackets is None else brackets,
    }
    return BODY | {"params": json.dumps(params)} | changes


def start(sent: object, behaviour: Behaviour | None = None) -> TradovateEngine:
    """An engine with a strategy."""
    engine = TradovateEngine(behaviour)
    assert "orderStrategy" in engine.place(PATH, sent)
    return engine


def refused(sent: object) -> Row:
    """The reply to a body that is refused, which leaves no trace."""
    engine = TradovateEngine()
    reply = engine.place(PATH, sent)
    assert [] == engine.events
    assert "orderStrategy" not in reply
    return reply


def why(sent: object) -> str:
    """What is wrong with params."""
    reply = refused(sent)
    assert {"errorText", "failureReason"} == reply.keys()
    assert "UnknownReason" == reply["failureReason"]
    start, _, sentence = reply["errorText"].partition(": ")
    assert "Invalid or missed parameters" == start
    return str(sentence)


def shown(engine: TradovateEngine) -> list[str]:
    """Each order's status, and its newest quantity and prices."""
    versions = {version["orderId"]: version for version in engine.entities("orderVersion")}
    return [
        " ".join(
            str(each)
            for each in (
                order["ordStatus"],
                versions[order["id"]]["orderQty"],
                versions[order["id"]]["orderType"],
                *(
                    versions[order["id"]][name]
                    for name in ("price", "stopPrice", "pegDifference")
                    if name in versions[order["id"]]
                ),
            )
        )
        for order in engine.orders()
    ]


def fill(engine: TradovateEngine, index: int, contracts: int, price: str) -> None:
    """Fill so many of the order with an index."""
    engine.fill(engine.orders()[index]["id"], Decimal(contracts), Decimal(price))


# -- the reply and the entities


def test_the_reply_is_the_strategy_and_has_no_order_id() -> None:
    """OrderStrategyStatusResponse; the orders are found through the links (issue #51)."""
    sent = body(uuid="x", customTag50="tag", isAutomated=True)
    engine = TradovateEngine()
    reply = engine.place(PATH, sent)
    (strategy,) = engine.entities("orderStrategy")
    (contract,) = engine.entities("contract")
    assert {"orderStrategy": strategy} == reply
    assert {
        "id": 1,
        "accountId": 12345,
        "contractId": contract["id"],
        "orderStrategyTypeId": 2,
        "action": "Buy",
        "params": sent["params"],
        "uuid": "x",
        "customTag50": "tag",
        "status": "ActiveStrategy",
    } == {**strategy, "id": 1}
    links = engine.entities("orderStrategyLink")
    assert [order["id"] for order in engine.orders()] == [link["orderId"] for link in links]
    assert {strategy["id"]} == {link["orderStrategyId"] for link in links}
    assert [
        "entryVersion",
        "brackets[0].profitTarget",
        "brackets[0].stopLoss",
        "brackets[1].profitTarget",
        "brackets[1].stopLoss",
    ] == [link["label"] for link in links]
    assert {True} == {command["isAutomated"] for command in engine.entities("command")}


def test_a_strategy_is_stamped_once_a_time_is_known() -> None:
    """Its timestamp is required (OrderStrategy page)."""
    engine = TradovateEngine()
    engine.clock(datetime(2026, 11, 20, tzinfo=UTC))
    reply = engine.place(PATH.lower(), body())
    assert "2026-11-20T00:00:00+00:00" == reply["orderStrategy"]["timestamp"]


def test_the_exits_of_a_bracket_are_linked_and_held_by_the_entry() -> None:
    """As those of placeOSO, in the field that the behaviour has."""
    engine = start(body(), Behaviour(bracket_link="ocoId"))
    entry, *exits = engine.orders()
    assert {entry["id"]} == {order["parentId"] for order in exits}
    for first, second in (exits[:2], exits[2:]):
        assert (second["id"], first["id"]) == (first["ocoId"], second["ocoId"])


def test_a_strategy_is_finished_when_nothing_of_it_is_left() -> None:
    """And is announced to be; another one goes on."""
    engine = start(body(brackets=[{"qty": 3, "stopLoss": -5}]))
    engine.place(PATH, body())
    assert ["ActiveStrategy"] * 2 == [each["status"] for each in engine.entities("orderStrategy")]
    fill(engine, 0, 3, "100")
    fill(engine, 1, 3, "95")
    found = [each["status"] for each in engine.entities("orderStrategy")]
    assert ["ExecutionFinished", "ActiveStrategy"] == found
    told = [
        event["d"]["eventType"]
        for event in engine.events
        if event["d"]["entityType"] == "orderStrategy"
    ]
    assert ["Created", "Created", "Updated"] == told


# -- the life of its orders

HELD = "Suspended 2 Limit|Suspended 2 Stop|Suspended 1 Limit|Suspended 1 TrailingStop"


@pytest.mark.parametrize(
    ("action", "sign"), [("Buy", 1), ("Sell", -1)], ids=["a long position", "a short position"]
)
def test_distances_are_added_to_the_price_at_which_the_entry_fills(action: str, sign: int) -> None:
    """Price points, signed: a target above a bought entry and a stop below it (strategy sample)."""
    brackets = [
        {**each, "profitTarget": sign * each["profitTarget"], "stopLoss": sign * each["stopLoss"]}
        for each in BRACKETS
    ]
    engine = start(body(action=action, brackets=brackets))
    assert ["Working 3 Limit 100.0", *HELD.split("|")] == shown(engine)
    fill(engine, 0, 3, "99.5")
    assert [
        "Filled 3 Limit 100.0",
        f"Working 2 Limit {99.5 + 10 * sign}",
        f"Working 2 Stop {99.5 - 5 * sign}",
        f"Working 1 Limit {99.5 + 20 * sign}",
        f"Working 1 TrailingStop {99.5 - 5 * sign} 5.0",
    ] == shown(engine)
    other = "Sell" if action == "Buy" else "Buy"
    assert [action, *[other] * 4] == [order["action"] for order in engine.orders()]


def test_the_price_is_the_average_of_the_fills_when_an_exit_goes_live() -> None:
    """No page says which of several fills counts: all of them, and not again later."""
    engine = start(body())
    fill(engine, 0, 1, "100")
    fill(engine, 0, 2, "97")
    assert "Working 2 Limit 108.0" == shown(engine)[1]
    engine = start(body(), Behaviour(arming="any"))
    fill(engine, 0, 1, "100")
    fill(engine, 0, 2, "97")
    assert ["Working 2 Limit 110.0", "Working 2 Stop 95.0"] == shown(engine)[1:3]
    assert "Working 1 Limit 118.0" == shown(engine)[3]


def test_parts_of_the_entry_go_to_the_brackets_in_their_order() -> None:
    """No page says how; a bracket whose turn has not come waits."""
    engine = start(body(), Behaviour(arming="any"))
    fill(engine, 0, 1, "100")
    assert ["Working 1", "Working 1", "Suspended 1", "Suspended 1"] == [
        " ".join(each.split()[:2]) for each in shown(engine)[1:]
    ]
    engine.cancel(engine.orders()[0]["id"])
    assert ["Working", "Working", "Canceled", "Canceled"] == [
        order["ordStatus"] for order in engine.orders()[1:]
    ]


@pytest.mark.parametrize(("start_", "expected"), [("fill", "Filled"), ("market", "Working")])
def test_where_a_trailing_stop_starts(start_: str, expected: str) -> None:
    """A stopLoss from where the entry has filled, or from the last trade."""
    behaviour = Behaviour(trailing_start=start_)  # type: ignore[arg-type]  # one of its answers
    engine = start(body(), behaviour)
    fill(engine, 0, 2, "104")
    fill(engine, 0, 1, "95")
    assert expected == engine.orders()[4]["ordStatus"]


def test_a_trailing_stop_follows_the_market() -> None:
    """At the distance of its stopLoss."""
    engine = start(body())
    fill(engine, 0, 3, "100")
    for price, status in ((108, "Working"), (104, "Working"), (103, "Filled")):
        engine.price("MESM7", Decimal(price))
        assert status == engine.orders()[4]["ordStatus"]


@pytest.mark.parametrize(
    ("behaviour", "entry", "expected"),
    [
        ({}, {}, ["Day", "Day"]),
        ({"missing_time_in_force": "GTC"}, {}, ["GTC", "GTC"]),
        ({"missing_time_in_force": "GTC"}, {"timeInForce": "Day"}, ["Day", "GTC"]),
        ({"child_time_in_force": "inherit"}, {"timeInForce": "GTC"}, ["GTC", "GTC"]),
    ],
)
def test_exits_have_no_time_in_force_of_their_own(
    behaviour: Row, entry: Row, expected: list[str]
) -> None:
    """Nor need the entry have one; no page says what holds then."""
    engine = start(body(entry), Behaviour(**behaviour))
    words = [version["timeInForce"] for version in engine.entities("orderVersion")]
    assert [expected[0], *[expected[1]] * 4] == words


def test_exits_that_inherit_a_passed_expiry_expire_instead_of_going_live() -> None:
    """Where a GTD entry is left open by the clock, its exits are held for longer than they live."""
    entry = {"timeInForce": "GTD", "expireTime": "2026-11-20T10:00:00Z"}
    engine = start(body(entry), Behaviour(child_time_in_force="inherit"))
    fill(engine, 0, 1, "100")
    engine.clock(datetime(2026, 11, 20, 10, tzinfo=UTC))
    assert ["Expired", "Expired", "Expired", "Canceled", "Canceled"] == [
        order["ordStatus"] for order in engine.orders()
    ]


# -- what it takes and refuses


@pytest.mark.parametrize(
    "entry",
    [
        {"orderId": 0},
        {"timeInForce": "FOK"},
        {"timeInForce": "GTD", "expireTime": "2026-11-20T10:00:00Z"},
        {"orderType": "MIT"},
        {"orderType": "StopLimit", "stopPrice": 99},
    ],
)
def test_an_entry_has_the_fields_that_are_known(entry: Row) -> None:
    """OrderStrategy page, FAQ sample, try-it box."""
    start(body(entry))


@pytest.mark.parametrize("name", ["accountId", "accountSpec", "symbol", "action", "params"])
def test_a_required_field_is_missed(name: str) -> None:
    """As in every other request."""
    sent = {key: value for key, value in body().items() if key != name}
    (violation,) = refused(sent)["violations"]
    assert f"{name} is missing" == violation["description"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"orderStrategyTypeId": 1}, "orderStrategyTypeId is 2, for a multibracket"),
        ({"orderStrategyTypeId": "2"}, "orderStrategyTypeId is a finite number"),
        ({"action": "buy"}, "action is one of Buy, Sell"),
        ({"uuid": "x" * 65}, "uuid is text of 1 to 64 characters"),
        ({"customTag50": "x" * 51}, "customTag50 is text of 1 to 50 characters"),
        ({"orderQty": 3}, "orderQty is no field of this request"),
        ({"activationTime": "2026-11-20T10:00:00Z"}, "activationTime is no field of this request"),
    ],
)
def test_a_field_beyond_its_limits_is_a_violation(changes: Row, sentence: str) -> None:
    """StartOrderStrategy (OpenAPI 2024); type 2 is the only one."""
    (violation,) = refused(body(**changes))["violations"]
    assert sentence == violation["description"]


def test_another_account_is_refused() -> None:
    """By its id and its name."""
    assert ACCESS == refused(body(accountId=1))
    assert ACCESS == refused(body(accountSpec="x"))


NO_TEXT = "params is JSON text of at most 8192 characters"


@pytest.mark.parametrize(
    "params",
    [
        json.loads(body()["params"]),
        None,
        "",
        "{",
        "[" * 8192,
        body()["params"] + " " * 8192,
        '{"entryVersion": {}, "entryVersion": {}, "brackets": []}',
    ],
)
def test_params_are_json_text(params: object) -> None:
    """Sent as an object, they are "Invalid or missed parameters"; the text has an end."""
    assert NO_TEXT == why(BODY | {"params": params})
    longest = body()["params"].ljust(8192)
    start(BODY | {"params": longest})


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ("[]", "params is an object"),
        ("{}", "params.brackets is missing"),
        ('{"brackets": {}, "entryVersion": {}}', "params.brackets is a list"),
        ('{"brackets": [], "entryVersion": 5}', "entryVersion is an object"),
        ('{"brackets": [], "entryVersion": {}, "x": 1}', "params.x is no field of this request"),
    ],
)
def test_params_have_an_entry_and_brackets(params: str, sentence: str) -> None:
    """Both, and nothing else."""
    assert sentence == why(BODY | {"params": params})


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ({"orderQty": 0}, "entryVersion.orderQty is a positive whole number of 32 bits"),
        ({"price": "100"}, "entryVersion.price is a finite number"),
        ({"price": float("nan")}, "entryVersion.price is a finite number"),
        ({"orderId": 7}, "entryVersion.orderId is 0"),
        ({"pegDifference": 5}, "entryVersion.pegDifference is no field of this request"),
        ({"maxShow": 1}, "entryVersion.maxShow is no field of this request"),
        (
            {"timeInForce": "GTD"},
            "entryVersion.expireTime goes with timeInForce GTD, and only with it",
        ),
    ],
)
def test_an_entry_that_is_none(entry: Row, sentence: str) -> None:
    """It has the fields of the OrderStrategy page, the FAQ and the try-it box."""
    assert sentence == why(body(entry))


@pytest.mark.parametrize(
    ("entry", "reason", "sentence"),
    [
        ({"orderType": "Market"}, "InvalidPrice", "a Market order has no price"),
        ({"orderType": "StopLimit"}, "InvalidPrice", "a StopLimit order needs stopPrice"),
        ({"orderType": "QTS"}, "Unsupported", "QTS orders are not supported"),
    ],
)
def test_an_entry_has_the_prices_of_its_type(entry: Row, reason: str, sentence: str) -> None:
    """As an order of placeOrder has."""
    assert {"errorText": sentence, "failureReason": reason} == refused(body(entry))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"qty": 0}, "brackets[0].qty is a positive whole number of 32 bits"),
        ({"qty": 2}, "the brackets have 2 contracts, and the entry 3"),
        ({"qty": 4}, "the brackets have 4 contracts, and the entry 3"),
        ({"profitTarget": -10}, "brackets[0].profitTarget of a Buy is above 0, not -10"),
        ({"profitTarget": 0}, "brackets[0].profitTarget of a Buy is above 0, not 0"),
        ({"stopLoss": 5}, "brackets[0].stopLoss of a Buy is below 0, not 5"),
        ({"trailingStop": 1}, "brackets[0].trailingStop is true or false"),
        ({"autoTrail": {}}, "brackets[0].autoTrail is no field of this request"),
        ({"stopLoss": None}, "brackets[0].stopLoss is a finite number"),
    ],
)
def test_a_bracket_that_is_none(changes: Row, sentence: str) -> None:
    """A share of the entry's contracts, and distances on the sides that fit."""
    whole = {"qty": 3, "profitTarget": 10, "stopLoss": -5}
    start(body(brackets=[whole]))
    assert sentence == why(body(brackets=[whole | changes]))


@pytest.mark.parametrize(
    ("brackets", "sentence"),
    [
        ([], "the brackets have 0 contracts, and the entry 3"),
        ([5], "brackets[0] is an object"),
        ([{"qty": 3}], "brackets[0] has neither profitTarget nor stopLoss"),
        ([{"profitTarget": 10}], "brackets[0].qty is missing"),
        (
            [{"qty": 3, "profitTarget": 10, "trailingStop": True}],
            "brackets[0].trailingStop has no stopLoss to trail by",
        ),
    ],
)
def test_brackets_that_are_none(brackets: list[Any], sentence: str) -> None:
    """Each has a quantity and an exit at the least."""
    assert sentence == why(body(brackets=brackets))


def test_a_sell_has_its_distances_the_other_way() -> None:
    """Target below, stop above (all official examples)."""
    whole = {"qty": 3, "profitTarget": -10, "stopLoss": 5}
    start(body(action="Sell", brackets=[whole]))
    target = why(body(action="Sell", brackets=[whole | {"profitTarget": 10}]))
    assert "brackets[0].profitTarget of a Sell is below 0, not 10" == target
    stop = why(body(action="Sell", brackets=[whole | {"stopLoss": -5}]))
    assert "brackets[0].stopLoss of a Sell is above 0, not -5" == stop


@pytest.mark.parametrize("exit_", [{"profitTarget": 10}, {"stopLoss": -5}])
@pytest.mark.parametrize("trails", [{}, {"trailingStop": False}])
def test_a_bracket_may_have_one_exit(exit_: Row, trails: Row) -> None:
    """Which has no peer."""
    engine = start(body(brackets=[{"qty": 3} | exit_ | trails]))
    (_, order) = engine.orders()
    assert "linkedId" not in order
    assert 1 + 1 == len(engine.entities("orderStrategyLink"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from([*ENTRY, *BRACKETS[1], "entryVersion", "brackets"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@given(JSON, JSON, JSON)
def test_every_body_gets_an_answer(whole: object, params: object, bracket: object) -> None:
    """Whatever is sent, the reply is a strategy or a refusal."""
    for sent in (whole, BODY | {"params": json.dumps(params)}, body(brackets=[bracket])):
        reply = TradovateEngine().place(PATH, sent)
        assert reply.keys() & {"orderStrategy", "violations", "errorText"}
        json.dumps(reply, allow_nan=False)
