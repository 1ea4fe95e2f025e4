"""What becomes of orders at Tradovate, fact by fact."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from otoco_tradovate.engine import Behaviour, TradovateEngine

Row = dict[str, Any]
Step = tuple[Any, ...]

ACCOUNT: Row = {"accountId": 12345, "accountSpec": "DEMO12345", "symbol": "MESM7", "orderQty": 2}
TARGET: Row = {"action": "Sell", "orderType": "Limit", "price": 110, "timeInForce": "GTC"}
STOP: Row = {"action": "Sell", "orderType": "Stop", "stopPrice": 90, "timeInForce": "GTC"}
ENTRY: Row = ACCOUNT | {"action": "Buy", "orderType": "Limit", "price": 100, "timeInForce": "GTC"}
BRACKET = ENTRY | {"bracket1": TARGET, "bracket2": STOP}
PAIR = ACCOUNT | TARGET | {"other": STOP}
TEN, ELEVEN = (datetime(2026, 11, 20, hour, tzinfo=UTC) for hour in (10, 11))
PLACE = "/order/placeorder"
FULL = ("fill", 1, 2, 100)
HALF = ("fill", 1, 1, 100)


def apply(engine: TradovateEngine, step: Step) -> None:
    """Make one thing happen; numbers of a step are decimals, but for ids."""
    match step:
        case ("price", price):
            engine.price("MESM7", Decimal(price))
        case ("fill", int(order_id), contracts, price):
            engine.fill(order_id, Decimal(contracts), Decimal(price))
        case (name, *arguments):
            getattr(engine, name)(*arguments)


def run(path: str, body: Row, steps: list[Step], behaviour: Behaviour | None = None) -> str:
    """Each order's status and, where it has filled, how much of it."""
    engine = TradovateEngine(behaviour)
    before = [step for step in steps if step[0] == "before"]
    for _, price in before:
        engine.price("MESM7", Decimal(price))
    assert "orderId" in engine.place(path, body)
    for step in steps[len(before) :]:
        apply(engine, step)
    filled: dict[int, Decimal] = {}
    for order_id, contracts, _ in engine.fills():
        filled[order_id] = filled.get(order_id, Decimal(0)) + contracts
    return " ".join(
        f"{order['ordStatus']}:{filled.get(order['id'], 0)}" for order in engine.orders()
    )


def single(order_type: str, action: str = "Buy", **fields: object) -> Row:
    """A placeOrder of two contracts."""
    return (
        ACCOUNT | {"action": action, "orderType": order_type, "timeInForce": "GTC"} | dict(fields)
    )


BUY_TRAIL = single("TrailingStop", "Buy", stopPrice=110, pegDifference=10)
SELL_TRAIL = single("TrailingStop", "Sell", stopPrice=90, pegDifference=10)
SELL_TRAIL_LIMIT = single("TrailingStopLimit", "Sell", stopPrice=90, price=89, pegDifference=10)


@pytest.mark.parametrize(
    ("body", "rests_at", "fills_at"),
    [
        (single("Limit", "Buy", price=100), ["100.25"], "100"),
        (single("Limit", "Sell", price=100), ["99.75"], "100"),
        (single("Stop", "Buy", stopPrice=100), ["99.75"], "100"),
        (single("Stop", "Sell", stopPrice=100), ["100.25"], "100"),
        (single("Stop", "Sell", stopPrice=100), ["100.25"], "50"),
        (single("MIT", "Buy", price=100), ["100.25"], "100"),
        (single("MIT", "Sell", price=100), ["99.75"], "100"),
        (single("StopLimit", "Buy", stopPrice=100, price=101), ["99", "102"], "101"),
        (single("StopLimit", "Sell", stopPrice=100, price=99), ["101", "98"], "99"),
        (single("StopLimit", "Sell", stopPrice=100, price=99), ["101"], "99.5"),
        (SELL_TRAIL, ["95", "105", "100", "95.25"], "95"),
        (SELL_TRAIL, ["100", "90.25"], "90"),
        (BUY_TRAIL, ["105", "95", "100", "104.75"], "105"),
        (SELL_TRAIL_LIMIT, ["105", "88", "88.75"], "89"),
        (single("TrailingStop", "Sell", stopPrice=90), ["105", "110", "95.25"], "95"),
        (single("Market"), [], "123"),
    ],
)
@pytest.mark.parametrize("known", [False, True])
def test_an_order_rests_until_its_price_trades(
    body: Row, rests_at: list[str], fills_at: str, known: bool
) -> None:
    """At once where the last price executes it; else at the first trade that does."""
    before = [("before", price) for price in [*rests_at, fills_at][:1] if known]
    rests = [("price", price) for price in rests_at[len(before) :]]
    fills = [("price", fills_at)][: 1 if rests_at or not known else 0]
    assert "Filled:2" == run(PLACE, body, [*before, *rests, *fills])
    if rests_at:
        assert "Working:0" == run(PLACE, body, [*before, *rests])


@pytest.mark.parametrize("word", ["IOC", "FOK"])
@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([("before", 100)], "Filled:2"),
        ([("before", 101)], "Canceled:0"),
        ([], "Working:0"),
        ([("price", 100)], "Filled:2"),
        ([("price", 101)], "Canceled:0"),
        ([("fill", 1, 2, 99)], "Filled:2"),
    ],
)
def test_immediate_orders_fill_or_end(word: str, steps: list[Step], expected: str) -> None:
    """Fill what is possible and cancel the rest (OrderVersion page); all of it, or nothing."""
    assert expected == run(PLACE, ENTRY | {"timeInForce": word}, steps)


@pytest.mark.parametrize(
    ("path", "body", "steps", "expected"),
    [
        (PLACE, ENTRY, [], "Canceled:1"),
        ("/order/placeoso", ENTRY | {"bracket1": STOP}, [], "Canceled:1 Working:0"),
        ("/order/placeoso", ENTRY | {"bracket1": STOP}, [("price", 90)], "Canceled:1 Filled:1"),
        ("/order/placeoco", ENTRY | {"other": STOP}, [], "Canceled:1 Canceled:0"),
    ],
)
def test_what_a_part_leaves_of_an_ioc_order_is_cancelled(
    path: str, body: Row, steps: list[Step], expected: str
) -> None:
    """Fill what is possible and cancel the rest (OrderVersion page), with all that follows."""
    body = body | {"timeInForce": "IOC"}
    assert expected == run(path, body, [("fill", 1, 1, 100), *steps])


def test_an_ioc_bracket_may_go_on_with_its_entry() -> None:
    """What of it may fill now has filled; with the next fill of the entry it may fill more."""
    exit_ = {"action": "Sell", "orderType": "Market", "timeInForce": "IOC"}
    body, behaviour = ENTRY | {"bracket1": exit_}, Behaviour(arming="any")
    assert "Working:1 Working:1" == run("/order/placeoso", body, [HALF], behaviour)
    assert "Filled:2 Filled:2" == run("/order/placeoso", body, [HALF, HALF], behaviour)


def test_a_trade_of_another_contract_fills_nothing() -> None:
    """Each contract has its own last price."""
    engine = TradovateEngine()
    engine.price("ESM7", Decimal(90))
    engine.place(PLACE, ENTRY)
    engine.price("ESM7", Decimal(90))
    assert [] == engine.fills()


ANY = {"arming": "any"}


@pytest.mark.parametrize(
    ("behaviour", "steps", "expected"),
    [
        ({}, [], "Working:0 Suspended:0 Suspended:0"),
        ({}, [FULL], "Filled:2 Working:0 Working:0"),
        ({}, [("price", 100)], "Filled:2 Working:0 Working:0"),
        ({}, [FULL, ("price", 110)], "Filled:2 Filled:2 Canceled:0"),
        ({}, [FULL, ("price", 90)], "Filled:2 Canceled:0 Filled:2"),
        ({}, [FULL, ("fill", 3, 2, 95)], "Filled:2 Canceled:0 Filled:2"),
        # The entry fills where a bracket executes too.
        ({}, [("price", 90)], "Filled:2 Canceled:0 Filled:2"),
        ({}, [("fill", 1, 2, 120)], "Filled:2 Filled:2 Canceled:0"),
        ({"touched_stop": "reject"}, [("price", 90)], "Filled:2 Working:0 Rejected:0"),
        ({"touched_stop": "reject"}, [FULL, ("price", 90)], "Filled:2 Canceled:0 Filled:2"),
        ({"touched_stop": "reject"}, [("fill", 1, 2, 120)], "Filled:2 Filled:2 Canceled:0"),
        (
            {"touched_stop": "reject", "peer_ends": "cancel"},
            [("price", 90)],
            "Filled:2 Canceled:0 Rejected:0",
        ),
        # A partial fill of the entry.
        ({}, [HALF], "Working:1 Suspended:0 Suspended:0"),
        ({}, [HALF, HALF], "Filled:2 Working:0 Working:0"),
        (ANY, [HALF], "Working:1 Working:0 Working:0"),
        (ANY, [HALF, ("price", 110)], "Working:1 Working:1 Canceled:0"),
        (ANY, [HALF, ("price", 110), ("fill", 1, 1, 110)], "Filled:2 Filled:2 Canceled:0"),
        (ANY, [HALF, ("price", 110), HALF, ("price", 110)], "Filled:2 Filled:2 Canceled:0"),
        (ANY, [HALF, ("fill", 1, 1, 120)], "Filled:2 Filled:2 Canceled:0"),
        (
            {**ANY, "peer_partial": "keep"},
            [HALF, ("price", 110), ("fill", 3, 1, 90)],
            "Working:1 Working:1 Working:1",
        ),
        (
            {**ANY, "peer_partial": "keep"},
            [HALF, ("price", 110), HALF, ("price", 110)],
            "Filled:2 Filled:2 Canceled:0",
        ),
        (
            {**ANY, "peer_partial": "reduce"},
            [HALF, ("price", 110), HALF, ("fill", 3, 1, 90)],
            "Filled:2 Canceled:1 Filled:1",
        ),
        # An entry that ends after a partial fill.
        ({}, [HALF, ("cancel", 1)], "Canceled:1 Working:0 Working:0"),
        ({}, [HALF, ("reject", 1)], "Rejected:1 Working:0 Working:0"),
        ({}, [HALF, ("cancel", 1), ("price", 110)], "Canceled:1 Filled:1 Canceled:0"),
        ({}, [HALF, ("cancel", 1), ("price", 90)], "Canceled:1 Canceled:0 Filled:1"),
        ({"partial_entry": "discard"}, [HALF, ("cancel", 1)], "Canceled:1 Canceled:0 Canceled:0"),
        ({"partial_entry": "discard"}, [HALF, HALF], "Filled:2 Working:0 Working:0"),
        (
            {**ANY, "partial_entry": "discard"},
            [HALF, ("price", 110), ("cancel", 1)],
            "Canceled:1 Canceled:1 Canceled:0",
        ),
        (ANY, [HALF, ("price", 110), ("cancel", 1)], "Canceled:1 Filled:1 Canceled:0"),
        (
            {**ANY, "peer_partial": "reduce"},
            [HALF, ("fill", 3, 1, 90), ("cancel", 1)],
            "Canceled:1 Canceled:0 Filled:1",
        ),
        (
            {**ANY, "peer_partial": "reduce"},
            [HALF, ("fill", 2, 1, 110), ("cancel", 2), ("cancel", 1)],
            "Canceled:1 Canceled:1 Canceled:0",
        ),
        (
            {**ANY, "peer_partial": "keep"},
            [HALF, ("price", 110), ("price", 102), ("cancel", 1)],
            "Canceled:1 Filled:1 Canceled:0",
        ),
        # An entry that ends without a fill.
        ({}, [("cancel", 1)], "Canceled:0 Canceled:0 Canceled:0"),
        ({}, [("reject", 1)], "Rejected:0 Canceled:0 Canceled:0"),
        ({"entry_ends": "keep"}, [("cancel", 1)], "Canceled:0 Suspended:0 Suspended:0"),
        ({"entry_ends": "keep"}, [("reject", 1)], "Rejected:0 Canceled:0 Canceled:0"),
        ({"entry_rejected": "keep"}, [("reject", 1)], "Rejected:0 Suspended:0 Suspended:0"),
        ({"entry_rejected": "reject"}, [("reject", 1)], "Rejected:0 Rejected:0 Rejected:0"),
        (
            {"entry_ends": "keep"},
            [("cancel", 1), ("price", 110), ("price", 90)],
            "Canceled:0 Suspended:0 Suspended:0",
        ),
        # A bracket that ends.
        ({}, [FULL, ("cancel", 3)], "Filled:2 Working:0 Canceled:0"),
        ({}, [FULL, ("reject", 2)], "Filled:2 Rejected:0 Working:0"),
        ({"peer_ends": "cancel"}, [FULL, ("cancel", 3)], "Filled:2 Canceled:0 Canceled:0"),
        ({"peer_ends": "cancel"}, [FULL, ("reject", 2)], "Filled:2 Rejected:0 Canceled:0"),
        ({}, [("cancel", 3), FULL], "Filled:2 Working:0 Canceled:0"),
        ({"peer_ends": "cancel"}, [("cancel", 3), FULL], "Filled:2 Canceled:0 Canceled:0"),
        ({}, [("reject", 3), ("cancel", 1)], "Canceled:0 Canceled:0 Rejected:0"),
    ],
)
def test_brackets_wait_for_their_entry_and_cancel_each_other(
    behaviour: Row, steps: list[Step], expected: str
) -> None:
    """placeOSO: an entry, its target and its stop, which are linked as OCO."""
    assert expected == run("/order/placeoso", BRACKET, steps, Behaviour(**behaviour))


def test_a_single_bracket_has_no_peer() -> None:
    """For a stop or a target alone (place-oso page)."""
    body = ENTRY | {"bracket1": STOP}
    assert "Filled:2 Working:0" == run("/order/placeoso", body, [FULL, ("price", 110)])
    assert "Filled:2 Filled:2" == run("/order/placeoso", body, [FULL, ("price", 80)])


BOTH = {"both_touched": "both"}
SAME = ACCOUNT | TARGET | {"other": TARGET | {"price": 105}}


@pytest.mark.parametrize(
    ("body", "behaviour", "steps", "expected"),
    [
        (PAIR, {}, [], "Working:0 Working:0"),
        (PAIR, {}, [("price", 110)], "Filled:2 Canceled:0"),
        (PAIR, {}, [("price", 90)], "Canceled:0 Filled:2"),
        (PAIR, {}, [("fill", 1, 1, 110)], "Working:1 Canceled:0"),
        (PAIR, {"peer_partial": "keep"}, [("fill", 1, 1, 110)], "Working:1 Working:0"),
        (
            PAIR,
            {"peer_partial": "keep"},
            [("fill", 1, 1, 110), ("price", 90)],
            "Canceled:1 Filled:2",
        ),
        (
            PAIR,
            {"peer_partial": "reduce"},
            [("fill", 1, 1, 110), ("price", 90)],
            "Canceled:1 Filled:1",
        ),
        (
            PAIR,
            {"peer_partial": "reduce"},
            [("fill", 1, 1, 110), ("price", 110)],
            "Filled:2 Canceled:0",
        ),
        (
            PAIR,
            {"peer_partial": "reduce", "peer_ends": "cancel"},
            [("fill", 1, 1, 110), ("cancel", 1), ("price", 90)],
            "Canceled:1 Filled:1",
        ),
        (PAIR, {}, [("cancel", 1)], "Canceled:0 Working:0"),
        (PAIR, {"peer_ends": "cancel"}, [("cancel", 1)], "Canceled:0 Canceled:0"),
        (PAIR, {"peer_ends": "cancel"}, [("reject", 2)], "Canceled:0 Rejected:0"),
        (SAME, {}, [("price", 110)], "Filled:2 Canceled:0"),
        (SAME, BOTH, [("price", 110)], "Filled:2 Filled:2"),
        (SAME, BOTH, [("price", 105)], "Canceled:0 Filled:2"),
        (SAME, BOTH, [("before", 110)], "Filled:2 Filled:2"),
        (SAME, {}, [("before", 110)], "Filled:2 Canceled:0"),
        (SAME, {**BOTH, "peer_partial": "reduce"}, [("price", 110)], "Filled:2 Filled:2"),
        (SAME | {"timeInForce": "IOC"}, BOTH, [("before", 105)], "Canceled:0 Filled:2"),
        (SAME | {"timeInForce": "IOC"}, {}, [("before", 100)], "Canceled:0 Working:0"),
        (
            SAME | {"timeInForce": "IOC"},
            {"peer_ends": "cancel"},
            [("before", 100)],
            "Canceled:0 Canceled:0",
        ),
    ],
)
def test_a_pair_works_from_the_start_and_one_fill_cancels_the_other(
    body: Row, behaviour: Row, steps: list[Step], expected: str
) -> None:
    """placeOCO: linkedId is the order that this order's fill cancels (Order page)."""
    assert expected == run("/order/placeoco", body, steps, Behaviour(**behaviour))


def test_both_brackets_fill_where_one_trade_reaches_both_and_the_entry_grows() -> None:
    """Reduced by each other's fill, they are complete with half the quantity each."""
    behaviour = Behaviour(arming="any", both_touched="both", peer_partial="reduce")
    body = ENTRY | {"bracket1": TARGET, "bracket2": TARGET}
    steps: list[Step] = [HALF, ("price", 110)]
    assert "Working:1 Canceled:1 Filled:1" == run("/order/placeoso", body, steps, behaviour)


def day(*names: str) -> Row:
    """The bracket order with Day on some of its orders."""
    parts = {"bracket1": TARGET, "bracket2": STOP}
    nested = {
        name: part | ({"timeInForce": "Day"} if name in names else {})
        for name, part in parts.items()
    }
    return ENTRY | ({"timeInForce": "Day"} if "entry" in names else {}) | nested


END: Step = ("end_session",)


@pytest.mark.parametrize(
    ("body", "behaviour", "steps", "expected"),
    [
        (day("entry"), {}, [END], "Expired:0 Canceled:0 Canceled:0"),
        (day("entry"), {}, [HALF, END], "Expired:1 Working:0 Working:0"),
        (day("bracket2"), {}, [END], "Working:0 Suspended:0 Suspended:0"),
        (day("bracket2"), {}, [FULL, END], "Filled:2 Working:0 Expired:0"),
        (
            day("bracket1", "bracket2"),
            {"peer_ends": "cancel"},
            [FULL, END],
            "Filled:2 Expired:0 Canceled:0",
        ),
        (day("entry", "bracket1"), {}, [HALF, END], "Expired:1 Working:0 Working:0"),
        (day("entry", "bracket1"), {}, [HALF, END, END], "Expired:1 Expired:0 Working:0"),
    ],
)
def test_day_orders_that_are_live_expire_with_the_session(
    body: Row, behaviour: Row, steps: list[Step], expected: str
) -> None:
    """A bracket that went live when its entry expired belongs to the next session."""
    assert expected == run("/order/placeoso", body, steps, Behaviour(**behaviour))


GTD = {"timeInForce": "GTD", "expireTime": TEN.isoformat()}
LATER = {"activationTime": TEN.isoformat()}


@pytest.mark.parametrize(
    ("path", "body", "steps", "expected"),
    [
        (PLACE, ENTRY | GTD, [("clock", TEN.replace(hour=9))], "Working:0"),
        (PLACE, ENTRY | GTD, [("clock", TEN)], "Expired:0"),
        (PLACE, ENTRY | GTD, [("price", 100), ("clock", TEN)], "Filled:2"),
        (PLACE, ENTRY | {"activationTime": TEN.isoformat()}, [("price", 100)], "Suspended:0"),
        (PLACE, ENTRY | LATER, [END, ("clock", TEN)], "Working:0"),
        (PLACE, ENTRY | LATER, [("price", 100), ("clock", ELEVEN)], "Filled:2"),
        (PLACE, ENTRY | LATER, [("cancel", 1), ("clock", TEN)], "Canceled:0"),
        (PLACE, ENTRY | LATER | GTD, [("clock", TEN)], "Expired:0"),
        (
            "/order/placeoso",
            BRACKET | LATER | {"bracket2": STOP | GTD},
            [("price", 100), ("clock", TEN)],
            "Filled:2 Working:0 Expired:0",
        ),
        (
            "/order/placeoso",
            BRACKET | {"bracket1": TARGET | GTD, "bracket2": STOP | GTD},
            [("clock", ELEVEN), FULL, ("price", 90)],
            "Filled:2 Expired:0 Expired:0",
        ),
        (PLACE, ENTRY | LATER, [("clock", TEN), HALF, ("clock", ELEVEN)], "Working:1"),
    ],
)
def test_the_clock_activates_and_expires(
    path: str, body: Row, steps: list[Step], expected: str
) -> None:
    """GTD works until expireTime, also while an order waits; activationTime is when it fires."""
    assert expected == run(path, body, steps)


def test_an_expired_bracket_may_take_the_other_along() -> None:
    """Before that one works, where the end of one is the end of both."""
    body = BRACKET | {"bracket1": TARGET | GTD}
    steps: list[Step] = [("clock", ELEVEN), FULL]
    assert "Filled:2 Expired:0 Working:0" == run("/order/placeoso", body, steps)
    cancels = Behaviour(peer_ends="cancel")
    assert "Filled:2 Expired:0 Canceled:0" == run("/order/placeoso", body, steps, cancels)


def test_the_clock_does_not_move_the_market() -> None:
    """A live order that once waited is not held again against the price of a fill from outside."""
    body = PAIR | LATER | {"other": STOP | {"stopPrice": 110}}
    behaviour = Behaviour(peer_partial="reduce", pair_activation="both")
    steps: list[Step] = [("clock", TEN), ("fill", 1, 1, 100), ("clock", ELEVEN)]
    assert "Working:1 Working:0" == run("/order/placeoco", body, steps, behaviour)


@pytest.mark.parametrize(
    ("answer", "steps", "expected"),
    [
        ("parent", [], "Suspended:0 Working:0"),
        ("parent", [("price", 110)], "Suspended:0 Working:0"),
        ("parent", [("price", 90), ("clock", TEN)], "Canceled:0 Filled:2"),
        ("parent", [("clock", TEN)], "Working:0 Working:0"),
        ("both", [("price", 90)], "Suspended:0 Suspended:0"),
        ("both", [("price", 90), ("clock", TEN)], "Canceled:0 Filled:2"),
        ("both", [("price", 110), ("clock", TEN)], "Filled:2 Canceled:0"),
    ],
)
def test_a_pair_may_share_its_activation(answer: Any, steps: list[Step], expected: str) -> None:
    """`other` has no activationTime of its own (place-oso page), and may have its parent's."""
    behaviour = Behaviour(pair_activation=answer)
    assert expected == run("/order/placeoco", PAIR | LATER, steps, behaviour)


def test_what_expires_makes_room_before_what_activates() -> None:
    """At one moment, an order that ends takes the other along before that one can trade."""
    body = PAIR | LATER | {"other": STOP | GTD}
    steps: list[Step] = [("price", 110), ("clock", TEN)]
    cancels = Behaviour(peer_ends="cancel")
    assert "Canceled:0 Expired:0" == run("/order/placeoco", body, steps, cancels)
    assert "Filled:2 Expired:0" == run("/order/placeoco", body, steps)


def test_an_order_that_comes_too_late_expires_when_it_is_placed() -> None:
    """And what is linked to it follows, before it works."""
    engine = TradovateEngine(Behaviour(peer_ends="cancel"))
    engine.clock(ELEVEN)
    engine.place("/order/placeoco", PAIR | GTD)
    assert ["Expired", "Canceled"] == [order["ordStatus"] for order in engine.orders()]


def test_an_activation_that_is_past_is_none() -> None:
    """An order fires as soon as possible (placeOrder page)."""
    engine = TradovateEngine()
    engine.clock(ELEVEN)
    engine.place(PLACE, ENTRY | LATER)
    engine.clock(ELEVEN)
    assert ["Working"] == [order["ordStatus"] for order in engine.orders()]


@pytest.mark.parametrize(
    ("path", "body", "steps", "last", "message"),
    [
        (PLACE, ENTRY, [], ("cancel", 9), "order 9 is unknown"),
        (PLACE, ENTRY, [("cancel", 1)], ("cancel", 1), "order 1 is Canceled"),
        (PLACE, ENTRY, [FULL], ("cancel", 1), "order 1 is Filled"),
        (PLACE, ENTRY, [FULL], ("reject", 1), "order 1 is Filled"),
        (PLACE, ENTRY, [FULL], HALF, "order 1 is Filled"),
        (PLACE, ENTRY, [HALF], FULL, "with 1 contracts to fill, and cannot fill 2"),
        (PLACE, ENTRY, [], ("fill", 1, 0, 100), "cannot fill 0"),
        (PLACE, ENTRY, [], ("fill", 1, -1, 100), "cannot fill -1"),
        (PLACE, ENTRY, [], ("fill", 1, "0.5", 100), r"cannot fill 0\.5"),
        (
            PLACE,
            ENTRY | {"timeInForce": "FOK"},
            [],
            HALF,
            "FOK order 1 is Working with 2 contracts to fill, and cannot fill 1",
        ),
        (PLACE, ENTRY, [("clock", ELEVEN)], ("clock", TEN), "T10:00:00.* is before .*T11:00:00"),
        (PLACE, ENTRY, [], ("fill", 1, "NaN", 100), "quantity NaN is a finite number"),
        (PLACE, ENTRY, [], ("fill", 1, 1, "1e400"), "price 1E.400 is a finite number"),
        (PLACE, ENTRY, [], ("price", "Infinity"), "price Infinity is a finite number"),
        (PLACE, ENTRY, [], ("clock", datetime(2026, 1, 1)), "no time zone"),  # noqa: DTZ001 - it is the subject
        ("/order/placeoso", BRACKET, [], ("fill", 2, 1, 110), "order 2 is Suspended with 0"),
    ],
)
def test_what_cannot_happen_changes_nothing(
    path: str, body: Row, steps: list[Step], last: Step, message: str
) -> None:
    """It raises, and the entities and events are what they were."""
    engine = TradovateEngine()
    engine.place(path, body)
    for step in steps:
        apply(engine, step)
    before = (engine.orders(), engine.events, engine.fills())
    with pytest.raises(ValueError, match=message):
        apply(engine, last)
    assert before == (engine.orders(), engine.events, engine.fills())


@pytest.mark.parametrize(
    ("answer", "keys"),
    [("linkedId", {"linkedId"}), ("ocoId", {"ocoId"}), ("both", {"linkedId", "ocoId"})],
)
def test_links_name_the_parent_and_the_other_order(answer: Any, keys: set[str]) -> None:
    """parentId is the entry's id; whether linkedId or ocoId holds the peer's was never seen."""
    engine = TradovateEngine(Behaviour(bracket_link=answer))
    engine.place("/order/placeoso", BRACKET)
    engine.place("/order/placeoco", PAIR)
    links = [
        {key: order[key] for key in ("parentId", "linkedId", "ocoId") if key in order}
        for order in engine.orders()
    ]
    first, second = (order["id"] for order in engine.orders()[3:])
    assert [
        {},
        {"parentId": 1, **dict.fromkeys(keys, 3)},
        {"parentId": 1, **dict.fromkeys(keys, 2)},
        {"linkedId": second},
        {"linkedId": first},
    ] == links
    engine = TradovateEngine(Behaviour(pair_link=answer))
    engine.place("/order/placeoco", PAIR)
    assert [keys, keys] == [order.keys() & {"linkedId", "ocoId"} for order in engine.orders()]


def test_the_entities_of_an_order_that_fills_and_one_that_is_cancelled() -> None:
    """Field names and words of the entity pages; an OrderVersion has its Command's id."""
    engine = TradovateEngine()
    engine.clock(TEN)
    body = ENTRY | {"clOrdId": "i-1", "isAutomated": True, "customTag50": "x", "text": "DOM"}
    engine.place(PLACE, body)
    engine.fill(1, Decimal(1), Decimal(100))
    engine.fill(1, Decimal(1), Decimal("99.5"))
    stamp = {"timestamp": TEN.isoformat()}
    command = {"orderId": 1, "clOrdId": "i-1", "commandType": "New", "customTag50": "x"}
    report = {"commandId": 3, "orderId": 1}
    fill = {"orderId": 1, "contractId": 2, "action": "Buy", "active": True, "finallyPaired": 0}
    names = ("order", "command", "commandReport", "orderVersion", "executionReport", "fill")
    assert {
        "order": [
            stamp
            | {"id": 1, "accountId": 12345, "contractId": 2, "action": "Buy"}
            | {"ordStatus": "Filled", "admin": False}
        ],
        "command": [
            stamp | command | {"id": 3, "commandStatus": "AtExecution", "isAutomated": True}
        ],
        "commandReport": [
            stamp
            | {"id": 4, "commandId": 3, "commandStatus": "Pending", "ordStatus": "PendingNew"},
            stamp
            | {"id": 5, "commandId": 3, "commandStatus": "AtExecution", "ordStatus": "Working"},
        ],
        "orderVersion": [
            {"id": 3, "orderId": 1, "orderQty": 2, "orderType": "Limit", "price": 100.0}
            | {"timeInForce": "GTC", "text": "DOM"}
        ],
        "executionReport": [
            report | {"id": 6, "execType": "New", "ordStatus": "Working", "cumQty": 0},
            report
            | {"id": 8, "execType": "Trade", "ordStatus": "Working", "cumQty": 1}
            | {"avgPx": 100.0, "lastQty": 1, "lastPx": 100.0},
            report
            | {"id": 10, "execType": "Trade", "ordStatus": "Filled", "cumQty": 2}
            | {"avgPx": 99.75, "lastQty": 1, "lastPx": 99.5},
        ],
        "fill": [
            stamp | fill | {"id": 7, "qty": 1, "price": 100.0},
            stamp | fill | {"id": 9, "qty": 1, "price": 99.5},
        ],
    } == {name: engine.entities(name) for name in names}
    assert [{"id": 2, "name": "MESM7"}] == engine.entities("contract")


def test_a_props_event_announces_each_change() -> None:
    """{"e": "props", "d": {entityType, eventType, entity}} (JS tutorial), as it was then."""
    engine = TradovateEngine()
    engine.place(PLACE, ENTRY)
    placed = len(engine.events)
    engine.cancel(1)
    assert [False, False] == [row["isAutomated"] for row in engine.entities("command")]
    assert {"props"} == {event["e"] for event in engine.events}
    changes = [event["d"] for event in engine.events[placed:]]
    assert [
        ("command", "Created", "Cancel"),
        ("commandReport", "Created", "Working"),
        ("command", "Updated", "New"),
        ("commandReport", "Created", "Canceled"),
        ("executionReport", "Created", "Canceled"),
        ("order", "Updated", "Canceled"),
    ] == [
        (
            change["entityType"],
            change["eventType"],
            change["entity"].get("ordStatus") or change["entity"].get("commandType"),
        )
        for change in changes
    ]


@pytest.mark.parametrize(
    ("behaviour", "steps", "reasons"),
    [
        (Behaviour(), [("reject", 1)], {"OtherExecutionRelated"}),
        (
            Behaviour(entry_rejected="reject"),
            [("reject", 1)],
            {"OtherExecutionRelated", "ParentRejected"},
        ),
        (Behaviour(touched_stop="reject"), [("price", 90)], {"InvalidPrice"}),
    ],
)
def test_a_rejection_says_why_in_both_reports(
    behaviour: Behaviour, steps: list[Step], reasons: set[str]
) -> None:
    """CommandReport and ExecutionReport carry rejectReason, after ids were returned."""
    engine = TradovateEngine(behaviour)
    engine.place("/order/placeoso", BRACKET)
    for step in steps:
        apply(engine, step)
    for entity_type in ("commandReport", "executionReport"):
        reports = engine.entities(entity_type)
        assert reasons == {row["rejectReason"] for row in reports if "rejectReason" in row}


def test_a_changed_quantity_is_a_new_version() -> None:
    """The current version is that of the last Modify at execution (C# sample)."""
    engine = TradovateEngine(Behaviour(arming="any", peer_partial="reduce"))
    engine.place("/order/placeoso", BRACKET)
    for step in (HALF, HALF, ("fill", 3, 1, 95)):
        apply(engine, step)
    quantities = [
        [row["orderQty"] for row in engine.entities("orderVersion") if row["orderId"] == order_id]
        for order_id in (1, 2, 3)
    ]
    assert [[2], [2, 1, 2, 1], [2, 1, 2]] == quantities
    modifies = [row["id"] for row in engine.entities("command") if row["commandType"] == "Modify"]
    assert modifies == [row["id"] for row in engine.entities("orderVersion")[3:]]


def test_what_an_engine_returns_is_a_copy() -> None:
    """A caller cannot change an order by changing what it was shown."""
    engine = TradovateEngine()
    engine.place(PLACE, ENTRY)
    engine.orders()[0]["ordStatus"] = "Filled"
    engine.events.clear()
    engine.fills().append((1, Decimal(1), Decimal(1)))
    assert "Working" == engine.orders()[0]["ordStatus"]
    assert engine.events
    assert [] == engine.fills()
