"""What a look at Tradovate's records proves of a placement whose answer was lost."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.otoco_tradovate import desk as desks
from tests.otoco_tradovate.desk import ACCOUNT, Desk, Row, said

from otoco import (
    OCO,
    OTO,
    Instrument,
    Limit,
    Market,
    Order,
    Rung,
    Shape,
    Stop,
    bracket,
    buy,
    check,
    ladder,
    sell,
    translate,
)
from otoco.adapters import (
    LONGEST_ANSWER,
    Answer,
    Call,
    Finding,
    Life,
    NoAnswer,
    Pause,
    Sent,
    Standing,
)
from otoco.testing import orders
from otoco_tradovate._strategy import is_said_by_strategy
from otoco_tradovate.engine import OPEN_QUESTIONS

MES = Instrument("MESM7", "FUTURE")
ENTRY = buy(2, MES, Limit(100))
BRACKET = bracket(ENTRY, take_profit=110, stop_loss=90)
ONE_EXIT = OTO(ENTRY, [sell(2, MES, Stop(90))])
PAIR = OCO([sell(2, MES, Limit(110)), sell(2, MES, Stop(90))])
LADDER = ladder(buy(4, MES, Market()), [Rung(2, 5, 5), Rung(2, 9, 5)])
RUNG = ladder(buy(2, MES, Market()), [Rung(2, 5, 5)])
FLAT = [shape for shape in Shape if shape not in (Shape.LADDER, Shape.NESTED)]
BEHAVIOURS: st.SearchStrategy[dict[str, str]] = st.fixed_dictionaries(
    {name: st.sampled_from(each) for name, each in OPEN_QUESTIONS.items() if "refuse" not in each}
)


def found(desk: Desk, sent: Sent) -> Finding:
    """What is found, with an account like that of the desk."""
    return desk.run(ACCOUNT.find(sent))


def taken(order: Order) -> Order:
    """An order that the adapter takes, and that its engine can be asked for."""
    assume(not list(check(order, ACCOUNT)))
    return order


def lost(*ids: int) -> Callable[[str, Row], bool]:
    """Whether the records leave out what belongs to these orders."""
    return lambda entity, row: row.get("orderId", row["id"]) in ids


@given(orders(within=ACCOUNT), BEHAVIOURS)
def test_an_order_that_was_placed_is_found_leg_by_leg(order: Order, behaviour: Any) -> None:
    """Whatever the links are, and however the request is said: each id at its path."""
    desk = Desk(**behaviour)
    finding = found(desk, desk.place(taken(order)))
    assert (Standing.PLACED, ()) == (finding.standing, sum((e.differs for e in finding.orders), ()))
    whole = {"order"} if is_said_by_strategy(order) else set[str]()
    legs = {path: each for path, each in finding.ids.items() if path not in whole}
    assert legs.items() <= desk.ids.items()
    assert desk.ids.keys() - legs.keys() == set() or is_said_by_strategy(order)
    assert sorted(desk.ids.values()) == sorted(each.id for each in finding.orders)
    told = {each.path: each.id for each in finding.orders if each.path is not None}
    assert legs == told


@given(orders(within=ACCOUNT, shapes=FLAT))
def test_known_ids_are_enough(order: Order) -> None:
    """With the broker's own ids no list of commands is read."""
    desk = Desk()
    sent = desk.place(taken(order))
    assume(not is_said_by_strategy(order))
    finding = found(desk, attrs.evolve(sent, ids=desk.ids))
    assert (Standing.PLACED, desk.ids) == (finding.standing, finding.ids)
    assert "/command/list" not in desk.paths
    (request,) = translate(order, ACCOUNT).requests
    finding = found(desk, desks.sent_as(request, desk.ids))
    assert (Standing.PLACED, desk.ids) == (finding.standing, finding.ids)


@given(orders(within=ACCOUNT, shapes=FLAT), BEHAVIOURS)
def test_one_id_leads_to_the_others(order: Order, behaviour: Any) -> None:
    """Children and siblings are found by what names them, whichever field that is."""
    desk = Desk(**behaviour)
    sent = desk.place(taken(order))
    assume(not is_said_by_strategy(order))
    (request,) = translate(order, ACCOUNT).requests
    for path, known in desk.ids.items():
        finding = found(desk, desks.sent_as(request, {path: known}))
        assert Standing.PLACED == finding.standing
        assert {*desk.ids.values()} == {each.id for each in finding.orders}
        assert finding.ids.items() <= desk.ids.items()
    assert Standing.NOT_FOUND == found(desk, desks.sent_as(request)).standing
    assert Standing.PLACED == found(desk, sent).standing


@pytest.mark.parametrize("order", [ENTRY, BRACKET, PAIR, LADDER])
def test_nothing_found_proves_nothing(order: Order) -> None:
    """An empty list is said to be none."""
    (request,) = translate(order, ACCOUNT, intent=desks.INTENT).requests
    finding = found(Desk(), desks.sent_as(request))
    assert (Standing.NOT_FOUND, ()) == (finding.standing, finding.orders)
    assert "which proves nothing" in finding.why
    (request,) = translate(order, ACCOUNT).requests
    finding = found(desk := Desk(), desks.sent_as(request))
    assert (Standing.NOT_FOUND, []) == (finding.standing, desk.calls)
    assert "the request carries no id" in finding.why


def shown(entity: str, number: int, key: str, value: Any) -> Callable[[str, Row], Row]:
    """Records that show an order, or what belongs to it, with another value."""

    def change(at: str, row: Row) -> Row:
        is_it = (at, row.get("orderId", row["id"])) == (entity, number)
        return {**row, key: value} if is_it else row

    return change


Script = list[tuple[Any, ...]]


def after(order: Order, script: Script, **behaviour: Any) -> Finding:
    """What is found after some events; ids are those of the engine, from 1."""
    desk = Desk(**behaviour)
    sent = desk.place(order)
    for name, *arguments in script:
        match name:
            case "hide":
                desk.hide = lost(*arguments)
            case "fill":
                number, quantity = arguments
                desk.engine.fill(number, Decimal(quantity), Decimal(100))
            case "price":
                desk.engine.price("MESM7", Decimal(arguments[0]))
            case "show":
                desk.change = shown(*arguments)
            case _:
                getattr(desk.engine, name)(*arguments)
    return found(desk, sent)


FULL = ("fill", 1, 2)
HALF = ("fill", 1, 1)
PLACED, REJECTED = Standing.PLACED, Standing.REJECTED
UNPROTECTED, INCOMPLETE = Standing.UNPROTECTED, Standing.INCOMPLETE
STANDINGS: dict[str, tuple[Order, Script, dict[str, str], Standing, str]] = {
    "an entry works": (BRACKET, [], {}, PLACED, "every order of it"),
    "an entry has filled": (BRACKET, [FULL], {}, PLACED, "order 1 (Filled), order 2 (Working)"),
    "all of it is done": (BRACKET, [FULL, ("price", 110)], {}, PLACED, "order 3 (Canceled)"),
    "a lost exit": (BRACKET, [("hide", 3)], {}, UNPROTECTED, "peers[1] is not listed"),
    "two lost exits": (
        BRACKET,
        [FULL, ("hide", 2, 3)],
        {},
        UNPROTECTED,
        "peers[0], peers[1] is not",
    ),
    "the only exit lost": (
        ONE_EXIT,
        [FULL, ("hide", 2)],
        {},
        UNPROTECTED,
        "order 1 (Filled) is there",
    ),
    "a lost entry": (BRACKET, [("hide", 1)], {}, INCOMPLETE, "trigger is not listed"),
    "an entry gone, and an exit lost": (
        BRACKET,
        [("cancel", 1), ("hide", 3)],
        {},
        INCOMPLETE,
        "peers[1]",
    ),
    "an entry gone": (BRACKET, [("cancel", 1)], {}, PLACED, "order 1 (Canceled)"),
    "a rejected entry": (
        BRACKET,
        [("reject", 1)],
        {},
        REJECTED,
        "rejected its entry: order 1 (Rejected)",
    ),
    "rejected with its exits": (
        BRACKET,
        [("reject", 1)],
        {"entry_rejected": "reject"},
        REJECTED,
        "entry",
    ),
    "rejected, and its exits wait": (
        *(BRACKET, [("reject", 1)], {"entry_rejected": "keep"}, INCOMPLETE),
        "its entry was rejected, and order 2 (Suspended), order 3 (Suspended) is there all the",
    ),
    "rejected after a fill": (
        *(BRACKET, [HALF, ("reject", 1)], {"partial_entry": "discard"}, UNPROTECTED),
        "exit order 2 (Canceled) has ended, and order 1 (Rejected) is left without it",
    ),
    "a dead exit": (
        BRACKET,
        [FULL, ("reject", 3)],
        {},
        UNPROTECTED,
        "exit order 3 (Rejected) has ended",
    ),
    "a dead exit before": (
        BRACKET,
        [("cancel", 2)],
        {},
        UNPROTECTED,
        "exit order 2 (Canceled) has ended",
    ),
    "the only exit dead": (ONE_EXIT, [FULL, ("cancel", 2)], {}, UNPROTECTED, "order 2 (Canceled)"),
    "the session's end": (
        *(BRACKET, [("end_session",)], {"entry_ends": "keep"}, PLACED),
        "order 1 (Expired), order 2 (Suspended)",
    ),
    "a part has filled": (BRACKET, [HALF], {"arming": "any"}, PLACED, "every order of it"),
    "a part, and then no more": (BRACKET, [HALF, ("cancel", 1)], {}, PLACED, "order 1 (Canceled)"),
    "an exit fills in part": (
        *(BRACKET, [FULL, ("fill", 2, 1)], {"peer_partial": "cancel"}, UNPROTECTED),
        "exit order 3 (Canceled) has ended",
    ),
    "and the other is reduced": (
        *(BRACKET, [FULL, ("fill", 2, 1)], {"peer_partial": "reduce"}, PLACED),
        "every order of it",
    ),
    "an exit for too little": (
        *(BRACKET, [FULL, ("show", "orderVersion", 3, "orderQty", 1)], {}, UNPROTECTED),
        "order 3 is not as it was sent: its orderQty was sent as 2 and is 1.",
    ),
    "too little before a fill": (
        *(BRACKET, [("show", "orderVersion", 3, "orderQty", 1)], {}, UNPROTECTED),
        "its orderQty was sent as 2 and is 1.",
    ),
    "too little after a part": (
        *(BRACKET, [HALF, ("show", "orderVersion", 3, "orderQty", 0)], {}, UNPROTECTED),
        "its orderQty was sent as 2 and is 0.",
    ),
    "an exit at another price": (
        *(BRACKET, [("show", "orderVersion", 3, "stopPrice", 89.75)], {}, UNPROTECTED),
        "its stopPrice was sent as 90 and is 89.75.",
    ),
    "an exit without its price": (
        *(BRACKET, [("show", "orderVersion", 3, "stopPrice", None)], {}, UNPROTECTED),
        "its stopPrice was sent as 90 and is not there.",
    ),
    "a price that is text": (
        *(BRACKET, [("show", "orderVersion", 3, "stopPrice", "90")], {}, UNPROTECTED),
        "its stopPrice was sent as 90 and is '90'.",
    ),
    "an exit on the other side": (
        *(BRACKET, [("show", "order", 3, "action", "Buy")], {}, UNPROTECTED),
        "its action was sent as 'Sell' and is 'Buy'.",
    ),
    "an exit for a day": (
        *(BRACKET, [("show", "orderVersion", 2, "timeInForce", "IOC")], {}, UNPROTECTED),
        "its timeInForce was sent as 'Day' and is 'IOC'.",
    ),
    "an exit of another entry": (
        *(BRACKET, [("show", "order", 3, "parentId", 99)], {}, UNPROTECTED),
        "its parentId is 99, which is none of these orders.",
    ),
    "an entry of another size": (
        *(BRACKET, [("show", "orderVersion", 1, "orderQty", 3)], {}, UNPROTECTED),
        "order 1 is not as it was sent: its orderQty was sent as 2 and is 3.",
    ),
    "an unlisted version": (
        *(BRACKET, [("show", "orderVersion", 3, "orderId", 99)], {}, INCOMPLETE),
        "the type and prices of order 3 (Suspended) are not listed",
    ),
    "an unlisted command": (
        *(ENTRY, [("show", "command", 1, "commandType", "Cancel")], {}, Standing.NOT_FOUND),
        "which proves nothing",
    ),
    "a word that no page has": (
        *(BRACKET, [("show", "order", 1, "ordStatus", "Paused")], {}, PLACED),
        "order 1 (Paused)",
    ),
    "no word at all": (BRACKET, [("show", "order", 1, "ordStatus", 5)], {}, PLACED, "order 1 (5)"),
    "filled before its fills": (
        *(BRACKET, [("show", "order", 1, "ordStatus", "Completed"), ("hide", 3)], {}, UNPROTECTED),
        "order 1 (Completed) is there",
    ),
    "a lone order": (ENTRY, [FULL], {}, PLACED, "order 1 (Filled)"),
    "a lone order rejected": (ENTRY, [("reject", 1)], {}, REJECTED, "the broker rejected it"),
    "a lone order rejected after a fill": (ENTRY, [HALF, ("reject", 1)], {}, PLACED, "(Rejected)"),
    "a lone order as another": (
        *(ENTRY, [("show", "orderVersion", 1, "price", 101)], {}, INCOMPLETE),
        "its price was sent as 100 and is 101.",
    ),
    "a named order that is not listed": (
        *(ENTRY, [("show", "command", 1, "orderId", 7)], {}, INCOMPLETE),
        "order 7 is named and not listed",
    ),
    "a pair": (PAIR, [], {}, PLACED, "order 1 (Working), order 2 (Working)"),
    "a peer that is lost": (PAIR, [("hide", 2)], {}, INCOMPLETE, "peers[1] is not listed"),
    "a peer that is dead": (
        PAIR,
        [("reject", 2)],
        {},
        UNPROTECTED,
        "order 1 (Working) is left alone",
    ),
    "both refused": (PAIR, [("reject", 2)], {"peer_ends": "cancel"}, REJECTED, "rejected it"),
    "both cancelled": (PAIR, [("cancel", 1), ("cancel", 2)], {}, PLACED, "(Canceled)"),
    "a peer has filled": (
        PAIR,
        [("price", 110)],
        {},
        PLACED,
        "order 1 (Filled), order 2 (Canceled)",
    ),
    "a peer fills in part": (
        PAIR,
        [("fill", 1, 1)],
        {},
        UNPROTECTED,
        "order 2 (Canceled) has ended",
    ),
    "and is reduced": (PAIR, [("fill", 1, 1)], {"peer_partial": "reduce"}, PLACED, "every order"),
    "a peer of another size": (
        *(PAIR, [("show", "orderVersion", 2, "orderQty", 1)], {}, UNPROTECTED),
        "its orderQty was sent as 2 and is 1.",
    ),
}


@pytest.mark.parametrize(
    ("order", "script", "behaviour", "standing", "why"), STANDINGS.values(), ids=STANDINGS
)
def test_what_is_listed_has_one_standing(
    order: Order, script: Script, behaviour: dict[str, str], standing: Standing, why: str
) -> None:
    """And the sentence names the order that decides it, with both values where they differ."""
    finding = after(order, script, **behaviour)
    assert (standing, True) == (finding.standing, why in finding.why), finding.why


@pytest.mark.parametrize(
    ("word", "life"),
    [
        ("Suspended", Life.WAITING),
        ("PendingNew", Life.WAITING),
        ("Working", Life.WORKING),
        ("PendingReplace", Life.WORKING),
        ("PendingCancel", Life.WORKING),
        ("Filled", Life.FILLED),
        ("Completed", Life.FILLED),
        ("Canceled", Life.CANCELLED),
        ("Rejected", Life.REJECTED),
        ("Expired", Life.EXPIRED),
        ("Unknown", Life.UNKNOWN),
        ("filled", Life.UNKNOWN),
    ],
)
def test_each_word_has_a_life(word: str, life: Life) -> None:
    """And a word that is in no table may be that of an open order."""
    (seen,) = after(ENTRY, [("show", "order", 1, "ordStatus", word)]).orders
    assert (word, life, "0") == (seen.status, seen.life, seen.filled)


def test_only_fills_that_stand_count() -> None:
    """A fill that was taken back is shown with active false."""
    script: Script = [HALF, HALF, ("show", "fill", 1, "active", False)]
    assert "0" == after(ENTRY, script).orders[0].filled
    assert "2" == after(ENTRY, script[:2]).orders[0].filled
    assert "1" == after(ENTRY, script[:1]).orders[0].filled


@given(orders(within=ACCOUNT, shapes=FLAT), BEHAVIOURS, st.data())
def test_no_open_position_without_its_exits_is_called_placed(
    order: Order, behaviour: Any, data: st.DataObject
) -> None:
    """Whatever happens: where contracts are held and an exit has ended, that is said."""
    desk = Desk(**behaviour)
    sent = desk.place(taken(order))
    number = st.integers(1, 5)
    for _ in range(data.draw(st.integers(0, 6))):
        name = data.draw(st.sampled_from(("fill", "fill", "cancel", "reject", "end_session")))
        given = {"fill": (number, number.map(Decimal), st.just(Decimal(7)))}
        arguments = given.get(name, () if name == "end_session" else (number,))
        try:
            getattr(desk.engine, name)(*(data.draw(each) for each in arguments))
        except ValueError:
            continue
    finding = found(desk, sent)
    seen = {each.path: each for each in finding.orders}
    filled: dict[str, int] = {}
    for one, contracts, _ in desk.engine.fills():
        filled[str(one)] = filled.get(str(one), 0) + int(contracts)
    assert {each.id: each.filled for each in finding.orders} == {
        each.id: str(filled.get(each.id, 0)) for each in finding.orders
    }
    exits = [each for path, each in seen.items() if path != "trigger"]
    if "trigger" in seen and finding.standing is PLACED:
        held = int(seen["trigger"].filled or 0) - sum(int(each.filled or 0) for each in exits)
        assert held <= 0 or all(each.life.is_open for each in exits)
    if finding.standing is REJECTED:
        assert not filled
        assert not any(each.life.is_open for each in finding.orders)


@pytest.mark.parametrize("order", [ENTRY, BRACKET, PAIR, LADDER])
def test_a_second_group_of_the_same_ids_is_ambiguous(order: Order) -> None:
    """Tradovate keeps no two orders from having one clOrdId; which is whose is not guessed."""
    desk = Desk()
    desk.place(order)
    finding = found(desk, desk.place(order))
    assert Standing.AMBIGUOUS is finding.standing
    assert {None} == {each.path for each in finding.orders}
    assert ({}, 2 * len(desk.ids)) == (finding.ids, len(finding.orders))
    desk.hide = lambda entity, row: entity in ("order", "orderStrategyLink")
    finding = found(desk, desk.place(order))
    assert (Standing.AMBIGUOUS, ()) == (finding.standing, finding.orders)


def test_a_child_too_many_is_ambiguous() -> None:
    """Where only the entry is known, two children are one too many."""
    desk = Desk()
    sent = desk.place(BRACKET, trigger="mine")
    (request,) = translate(ONE_EXIT, ACCOUNT, client_order_ids={"trigger": "mine"}).requests
    assert Standing.PLACED is found(desk, sent).standing
    finding = found(desk, desks.sent_as(request))
    assert Standing.AMBIGUOUS is finding.standing
    assert {"trigger": "1", "conditionals[0]": "3"} == finding.ids


def test_orders_of_other_accounts_are_none_of_it() -> None:
    """A copier may use one clOrdId in several accounts; a list has those of all of them."""
    desk = Desk()
    sent = desk.place(BRACKET)
    desk.change = lambda entity, row: {**row, "accountId": 5} if "accountId" in row else row
    assert Standing.NOT_FOUND is found(desk, sent).standing
    desk = Desk()
    sent = desk.place(LADDER)
    desk.change = lambda entity, row: {**row, "accountId": 5} if "accountId" in row else row
    assert Standing.NOT_FOUND is found(desk, sent).standing


STRATEGIES: dict[str, tuple[Order, Script, dict[str, str], Standing, str]] = {
    "at work": (LADDER, [], {}, PLACED, "every order of it"),
    "filled": (LADDER, [("fill", 2 + 1, 4)], {}, PLACED, "order 3 (Filled)"),
    "no order": (LADDER, [("hide", 3, 4, 5, 6, 7)], {}, INCOMPLETE, "strategy 2 lists no order"),
    "an exit lost": (LADDER, [("hide", 5)], {}, UNPROTECTED, "is not listed"),
    "an exit dead": (LADDER, [("fill", 3, 4), ("reject", 7)], {}, UNPROTECTED, "(Rejected)"),
    "rejected": (LADDER, [("reject", 3)], {}, REJECTED, "order 3 (Rejected)"),
    "a bracket done": (
        *(LADDER, [("fill", 3, 4), ("price", 105)], {}, PLACED),
        "every order of it",
    ),
    "exits of another kind": (
        *(RUNG, [("show", "orderVersion", 5, "orderType", "Limit")], {}, UNPROTECTED),
        "it is a 'Limit' and no stopLoss.",
    ),
    "an entry of another size": (
        *(RUNG, [("show", "orderVersion", 3, "orderQty", 1)], {}, UNPROTECTED),
        "its orderQty was sent as 2 and is 1.",
    ),
    "failed": (
        *(RUNG, [("hide", 3, 4, 5), ("show", "orderStrategy", 2, "status", "ExecutionFailed")]),
        *({}, REJECTED, "strategy 2 has failed, and no order of it is open"),
    ),
    "failed, and there is an order": (
        *(RUNG, [("show", "orderStrategy", 2, "status", "NotEnoughLiquidity")], {}, PLACED),
        "every order of it",
    ),
}


@pytest.mark.parametrize(
    ("order", "script", "behaviour", "standing", "why"), STRATEGIES.values(), ids=STRATEGIES
)
def test_a_strategy_has_its_orders_by_its_links(
    order: Order, script: Script, behaviour: dict[str, str], standing: Standing, why: str
) -> None:
    """Of exits that are alike it is not told which is whose, and yet none is missed."""
    finding = after(order, script, **behaviour)
    assert (standing, True) == (finding.standing, why in finding.why), finding.why


def test_a_strategy_that_is_not_listed_any_more_is_found_by_its_id() -> None:
    """Lists are limited in size; the links need the id alone."""
    desk = Desk()
    sent = desk.place(RUNG)
    desk.hide = lambda entity, row: entity == "orderStrategy"
    assert Standing.NOT_FOUND is found(desk, sent).standing
    finding = found(desk, attrs.evolve(sent, ids={"order": "2"}))
    assert (PLACED, {"order": "2", **desk.ids}) == (finding.standing, finding.ids)


def test_links_of_other_strategies_are_passed_over() -> None:
    """Whatever a list has besides."""
    desk = Desk()
    sent = desk.place(RUNG)
    links = desk.engine.entities("orderStrategyLink")
    others = [{"id": 90, "orderStrategyId": 3, "orderId": 8}, {"id": 91, "orderStrategyId": 2}]
    desk.instead["/orderStrategyLink/deps"] = [said([*others, *links])]
    assert (PLACED, 3) == ((finding := found(desk, sent)).standing, len(finding.orders))


LISTS = ("/command/list", "/order/items", "/command/ldeps", "/orderVersion/ldeps", "/fill/ldeps")
NO_ANSWERS: dict[str, tuple[Answer | NoAnswer, str]] = {
    "nothing": (NoAnswer("the deadline has passed."), "the deadline has passed."),
    "unauthorised": (said([], 401), "the status 401 is no answer"),
    "an error": (said([], 500), "the status 500 is no answer"),
    "another yes": (said([], 204), "the status 204 is no answer"),
    "a lock": (Answer(429, {}, b""), "locks this user out for about an hour"),
    "a warning": (Answer(423, {}, b""), "send nothing until then"),
    "null": (said(None), "the answer is no list"),
    "no text": (Answer(200, {}, b""), "cannot be read"),
    "an object": (said({}), "the answer is no list"),
    "an error text": (said({"errorText": "Try\nlater"}), "Tradovate says 'Try\\nlater'."),
    "a long error text": (said({"errorText": "x" * 300}), "xxx…"),
    "a list of numbers": (said([1]), "the list has 1, which is no object."),
    "no id": (said([{"orderId": 1}]), "an object without an id"),
    "an id of text": (said([{"id": "1"}]), "as id '1' is no id"),
    "too long": (Answer(200, {}, b" " * (LONGEST_ANSWER + 1)), "longer than"),
    "a captcha": (
        said({"p-ticket": "t", "p-time": 1, "p-captcha": True}),
        "asks for a captcha, which only a person can solve",
    ),
    "an odd ticket": (said({"p-ticket": 5, "p-time": 1}), "a penalty ticket came that cannot be"),
}


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(("answer", "why"), NO_ANSWERS.values(), ids=NO_ANSWERS)
def test_what_is_no_list_is_never_taken_for_an_empty_one(
    path: str, answer: Answer | NoAnswer, why: str
) -> None:
    """It ends the look with a sentence, whichever call it answers."""
    desk = Desk()
    sent = desk.place(BRACKET)
    desk.instead[path] = [answer]
    with pytest.raises(NoAnswer) as caught:
        found(desk, sent)
    assert why in str(caught.value)


@pytest.mark.parametrize(
    ("entity", "key", "value", "why"),
    [
        ("fill", "active", None, "fill 12 does not say whether it stands, but None"),
        ("fill", "qty", "2", "as qty '2' is text"),
        ("fill", "qty", 0.5, "as qty 0.5 is not a whole number"),
        ("orderVersion", "orderQty", None, "as orderQty null is no number"),
        ("command", "orderId", 1.5, "as orderId 1.5 is no id"),
        ("order", "linkedId", "x", "as linkedId 'x' is no id"),
    ],
)
def test_records_that_cannot_be_read_are_no_answer(
    entity: str, key: str, value: Any, why: str
) -> None:
    """A number that is none is not guessed."""
    with pytest.raises(NoAnswer) as caught:
        after(PAIR, [FULL, ("show", entity, 1, key, value)])
    assert why in str(caught.value)


TICKET = {"p-ticket": "t-1", "p-time": 15, "p-captcha": False}


def test_a_ticket_is_waited_for_and_shown_once() -> None:
    """The same call again with the ticket in its body; a second ticket ends the look."""
    desk = Desk()
    sent = desk.place(ENTRY)
    desk.instead["/order/items"] = [said(TICKET)]
    assert PLACED is found(desk, sent).standing
    assert [
        Call("/order/items?ids=1"),
        Pause(15.0),
        Call("/order/items?ids=1", {"p-ticket": "t-1"}),
    ] == desk.calls[1:4]
    desk.instead["/order/items"] = [said(TICKET), said({**TICKET, "p-time": 30})]
    with pytest.raises(NoAnswer, match="asks to wait again after 15 s") as caught:
        found(desk, sent)
    assert 15.0 == caught.value.retry_after
    desk.instead["/order/items"] = [Answer(423, {}, b"")]
    with pytest.raises(NoAnswer) as caught:
        found(desk, sent)
    assert 3600.0 == caught.value.retry_after
