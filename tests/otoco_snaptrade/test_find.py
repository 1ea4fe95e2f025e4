"""Looking for a placement: what the listed orders prove, and what they do not."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.otoco_snaptrade.steps import (
    ACCOUNT,
    AT,
    RECENT,
    AtDesk,
    Scripted,
    drive,
    json_answer,
    play,
    records,
    sent,
)

import otoco
from otoco import OCO, OTO, Instrument, Limit, Market, Order, Stop, buy, sell
from otoco.adapters import (
    GROUP,
    Accepted,
    Answer,
    Finding,
    Life,
    NoAnswer,
    PlacingAdapter,
    Sent,
    Standing,
    Traffic,
)
from otoco.testing import hostile_values, orders
from otoco_snaptrade import SnapTrade
from otoco_snaptrade.sandbox import SnapTradeDesk

CONNECTED: Final = [{"id": "c-1", "disabled": False}]
AAPL: Final = Instrument("AAPL", "EQUITY")
CALL: Final = Instrument("AAPL251114C00240000", "OPTION")
EXITS: Final = OCO(
    [
        sell(10, AAPL, Limit(160), time_in_force="GTC"),
        sell(10, AAPL, Stop(140), time_in_force="GTC"),
    ]
)
OTO_ORDER: Final = OTO(buy(10, AAPL, Limit(150)), [sell(10, AAPL, Stop(140), time_in_force="GTC")])
SENT: Final = sent()
KNOWN: Final = sent(order="g-1")
DEAD: Final = {"status": "CANCELED"}
REFUSED: Final = {"status": "REJECTED"}
DONE: Final = {"status": "EXECUTED", "filled_quantity": "10"}


def look(placed: Sent, *listed: list[dict[str, Any]], connected: Scripted = CONNECTED) -> Finding:
    """What is found where these are the orders listed."""
    page = {"orders": [record for several in listed for record in several]}
    finding, _ = play(SnapTrade().find(placed), connected, page)
    return finding


def test_what_placing_needs_is_declared() -> None:
    """One host, which has no demo; limits by client and by account, each with its page."""
    adapter: PlacingAdapter = SnapTrade()
    assert {"live": "https://api.snaptrade.com"} == adapter.environments
    assert [(250, 60.0, frozenset()), (1, 1.0, {Traffic.PLACE})] == [
        (budget.most, budget.seconds, budget.traffic) for budget in adapter.budgets
    ]
    assert all(budget.source.startswith("SnapTrade guide") for budget in adapter.budgets)
    assert "at the brokerage itself" in adapter.finding_out


def test_it_asks_for_the_connection_and_for_working_orders() -> None:
    """By default only executed orders are listed, so it asks for the others too."""
    finding, asked = play(SnapTrade().find(KNOWN), CONNECTED, {"orders": records(KNOWN)})
    assert ["GET /authorizations", f"GET {RECENT}"] == asked
    assert Standing.PLACED is finding.standing
    assert {"trigger": "o-1", "peers[0]": "o-2", "peers[1]": "o-3", GROUP: "g-1"} == finding.ids
    assert [("o-1", "trigger", "ACCEPTED", Life.WORKING, "0")] == [
        (one.id, one.path, one.status, one.life, one.filled) for one in finding.orders[:1]
    ]
    assert "all of its 3 orders are listed as they were sent." == finding.why


@pytest.mark.parametrize("placed", [SENT, KNOWN], ids=["by its legs", "by its group"])
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ((), "PLACED"),
        ((DONE, DONE, DEAD), "PLACED"),
        ((DONE, {"status": "PARTIAL", "filled_quantity": "3"}, DEAD), "PLACED"),
        ((DEAD, DEAD, DEAD), "PLACED"),
        ((REFUSED, REFUSED, {"status": "FAILED"}), "REJECTED"),
        ((REFUSED, DEAD, DEAD), "REJECTED"),
        ((DEAD, DEAD, REFUSED), "REJECTED"),
        (({**REFUSED, "filled_quantity": None}, DEAD, DEAD), "REJECTED"),
        (({**REFUSED, "filled_quantity": "?"}, DEAD, DEAD), "UNPROTECTED"),
        (({**DEAD, "filled_quantity": None}, DEAD, REFUSED), "UNPROTECTED"),
        (({**REFUSED, "filled_quantity": "1"}, DEAD, DEAD), "UNPROTECTED"),
        ((REFUSED,), "INCOMPLETE"),
        ((DONE, {}, REFUSED), "UNPROTECTED"),
        ((DONE, DEAD), "UNPROTECTED"),
        (({}, {}, {"status": "EXPIRED"}), "UNPROTECTED"),
        (({"status": "SOMETHING NEW"}, {}, {}), "PLACED"),
        (({"status": "SOMETHING NEW"}, {}, DEAD), "UNPROTECTED"),
    ],
    ids=str,
)
def test_what_the_states_of_all_legs_prove(placed: Sent, changes: Any, expected: str) -> None:
    """A refusal is one if nothing has filled or can; an entry that can fill needs its exits."""
    finding = look(placed, records(placed, *changes))
    assert expected == finding.standing.name, finding.why
    assert finding.why.endswith(".")


@pytest.mark.parametrize(
    ("order", "listed", "expected"),
    [
        (None, [0], "UNPROTECTED"),
        (None, [0, 1], "UNPROTECTED"),
        (None, [1, 2], "INCOMPLETE"),
        (None, [1], "INCOMPLETE"),
        (OTO_ORDER, [0], "UNPROTECTED"),
        (OTO_ORDER, [1], "INCOMPLETE"),
        (EXITS, [0], "INCOMPLETE"),
        (EXITS, [0, 1], "PLACED"),
        (EXITS, [], "NOT_FOUND"),
    ],
    ids=str,
)
@pytest.mark.parametrize("ids", [{}, {"order": "g-1"}], ids=["by its legs", "by its group"])
def test_what_some_of_the_legs_prove(
    ids: dict[str, str], order: Order | None, listed: list[int], expected: str
) -> None:
    """An entry without its exits is the worst, exits without an entry are some of the orders."""
    placed = sent(**ids) if order is None else sent(order, **ids)
    finding = look(placed, [records(placed)[index] for index in listed])
    assert expected == finding.standing.name
    assert len(listed) == len(finding.orders)


def test_an_oco_of_which_one_leg_was_refused_is_incomplete() -> None:
    """A cancelled peer beside one that works has been there; a refused one has not."""
    placed = sent(EXITS)
    assert Standing.INCOMPLETE is look(placed, records(placed, {}, REFUSED)).standing
    assert Standing.PLACED is look(placed, records(placed, {}, DEAD)).standing
    assert Standing.REJECTED is look(placed, records(placed, DEAD, REFUSED)).standing


OTHERS: Final[dict[str, dict[str, Any]]] = {
    "role": {"order_role": "CONDITIONAL"},
    "no role in words": {"order_role": 7},
    "symbol": {"universal_symbol": {"symbol": "MSFT", "raw_symbol": None}},
    "no symbol": {"universal_symbol": None},
    "action": {"action": "BUY"},
    "quantity": {"total_quantity": "10.5"},
    "no quantity": {"total_quantity": None},
    "a quantity in words": {"total_quantity": "ten"},
    "order type": {"order_type": "Limit"},
    "limit price": {"limit_price": "139"},
    "stop price": {"stop_price": "140.0000000001"},
    "no stop price": {"stop_price": None},
    "time in force": {"time_in_force": "FOK"},
}


@pytest.mark.parametrize("change", OTHERS.values(), ids=OTHERS)
def test_an_exit_that_is_another_does_not_protect(change: dict[str, Any]) -> None:
    """In the group that the broker named, what differs is told; without a name it is not ours."""
    listed = records(KNOWN, {}, {}, change)
    finding = look(KNOWN, listed)
    assert Standing.UNPROTECTED is finding.standing
    assert Standing.NOT_FOUND is look(SENT, listed).standing
    if change.get("order_role", "PEER") == "PEER":
        (differs,) = finding.orders[2].differs
        assert differs.startswith("its ")
        assert differs in finding.why
    else:
        assert [None] == [one.path for one in finding.orders if one.id == "o-3"]
        assert "1 other orders are listed with them: o-3 CONTINGENT_ORDER." in finding.why


def test_a_leg_by_its_role_alone_is_sure_only_if_it_is_the_last() -> None:
    """Of two peers that are both others, nothing says which is which."""
    changed = {"total_quantity": "11"}
    finding = look(KNOWN, records(KNOWN, {}, changed, changed))
    assert ["trigger", None, None] == [one.path for one in finding.orders]
    finding = look(KNOWN, records(KNOWN, changed, changed, changed))
    assert ["trigger", None, None] == [one.path for one in finding.orders]
    assert Standing.UNPROTECTED is finding.standing


def test_a_group_of_other_orders_is_not_told_to_be_ours() -> None:
    """An id of a group alone proves nothing: orders of several legs can share one."""
    placed = sent(EXITS, order="g-1")
    changed = {"total_quantity": "11"}
    finding = look(placed, records(placed, changed, changed))
    assert Standing.AMBIGUOUS is finding.standing
    assert "its group is listed, and none of its orders is as it was sent." in finding.why


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"order_role": None}, "PLACED"),
        ({"order_type": "STOP"}, "PLACED"),
        ({"action": "SELL_SHORT"}, "PLACED"),
        ({"universal_symbol": {"symbol": "AAPL"}}, "PLACED"),
        ({"stop_price": "140.000"}, "PLACED"),
        ({"time_in_force": "good till cancelled"}, "PLACED"),
        ({"time_in_force": None}, "PLACED"),
        ({"time_placed": "2026-11-20T15:00:00.400Z"}, "PLACED"),
        ({"time_placed": "2026-11-20T15:00:00Z"}, "AMBIGUOUS"),
        ({"time_placed": "2026-11-20T10:00:01-05:00"}, "PLACED"),
        ({"time_placed": "2026-11-20T15:00:00.3Z"}, "NOT_FOUND"),
        ({"time_placed": "2026-11-20T14:59:59Z"}, "NOT_FOUND"),
        ({"time_placed": None}, "AMBIGUOUS"),
        ({"time_placed": "yesterday"}, "AMBIGUOUS"),
        ({"time_placed": "2026-11-20T15:00:01"}, "AMBIGUOUS"),
        ({"order_type": "STP"}, "NOT_FOUND"),
    ],
    ids=str,
)
def test_what_may_be_spelled_otherwise(change: dict[str, Any], expected: str) -> None:
    """A record has words of its own, and is ours only if it was placed when ours was."""
    assert expected == look(SENT, records(SENT, {}, {}, change)).standing.name
    named = look(KNOWN, records(KNOWN, {}, {}, change)).standing
    assert Standing.PLACED is named


def test_roles_that_are_not_told_are_found_out_by_what_else_there_is() -> None:
    """A leg takes the record that says its role before one that says none."""
    peers = OCO(
        [
            sell(10, AAPL, Limit(160), time_in_force="GTC"),
            sell(10, AAPL, Limit(160), time_in_force="GTC"),
        ]
    )
    placed = sent(peers, order="g-1")
    finding = look(placed, records(placed, {"order_role": None}))
    assert ["o-2", "o-1"] == [one.id for one in finding.orders]
    assert Standing.PLACED is finding.standing


def test_the_same_order_twice_is_ambiguous() -> None:
    """Of two groups that could be it, none is said to be."""
    again = records(SENT, brokerage_group_order_id="g-2")
    finding = look(SENT, records(SENT), again)
    assert Standing.AMBIGUOUS is finding.standing
    assert [None] * 6 == [one.path for one in finding.orders]
    assert {} == finding.ids
    assert Standing.PLACED is look(KNOWN, records(KNOWN), again).standing


def test_orders_without_a_group_are_found_by_themselves() -> None:
    """Some brokerages name no group; then more orders than were sent are too many."""
    listed = records(SENT, brokerage_group_order_id=None)
    finding = look(SENT, listed, [{**listed[0], "total_quantity": "3"}])
    assert Standing.PLACED is finding.standing
    assert GROUP not in finding.ids
    twice = look(SENT, listed, [{**listed[1], "brokerage_order_id": "o-4"}])
    assert Standing.AMBIGUOUS is twice.standing
    beside = look(SENT, records(SENT), listed[:1])
    assert Standing.AMBIGUOUS is beside.standing


def test_orders_whose_ids_are_known_are_found_by_them() -> None:
    """Once the legs were seen, their ids tell them from any others that look like them."""
    ids = {"trigger": "o-1", "peers[0]": "o-2", "peers[1]": "o-3"}
    listed = records(SENT, brokerage_group_order_id=None)
    again = [{**one, "brokerage_order_id": f"x{one['brokerage_order_id']}"} for one in listed]
    finding = look(sent(**ids), again, listed)
    assert Standing.PLACED is finding.standing
    assert ids == finding.ids
    assert Standing.AMBIGUOUS is look(sent(trigger="o-1"), again, listed).standing
    assert Standing.NOT_FOUND is look(sent(**ids), again).standing


def test_a_group_with_another_order_in_it_is_another_group() -> None:
    """One that shares some legs with ours is not ours."""
    stranger = records(SENT, total_quantity="3")[:1]
    assert Standing.NOT_FOUND is look(SENT, records(SENT), stranger).standing


def test_an_order_that_was_replaced_is_another() -> None:
    """The one that takes its place is told to differ, and the old one is listed beside it."""
    replaced = {**records(KNOWN)[2], "status": "REPLACED"}
    new = {**replaced, "status": "ACCEPTED", "brokerage_order_id": "o-4", "stop_price": "141"}
    finding = look(KNOWN, records(KNOWN)[:2], [replaced, new])
    assert Standing.UNPROTECTED is finding.standing
    assert ["o-1", "o-2", "o-4", "o-3"] == [one.id for one in finding.orders]
    assert ("its stop price is 141, and 140 was sent.",) == finding.orders[2].differs
    assert "o-3 REPLACED." in finding.why


@pytest.mark.parametrize("connection", [{"disabled": True}, {}, {"disabled": None}, "?"])
def test_of_a_disabled_connection_nothing_is_believed_to_be_all(connection: Any) -> None:
    """It answers 200 with old data, so that is said with whatever is found."""
    for listed, standing in (([], Standing.NOT_FOUND), (records(SENT), Standing.PLACED)):
        finding = look(SENT, listed, connected=[*CONNECTED, connection])
        assert standing is finding.standing
        assert "1 of the user's connections are disabled" in finding.why


def test_nothing_listed_proves_nothing() -> None:
    """The sentence says why it does not."""
    for placed in (SENT, KNOWN):
        assert "so that this proves nothing." in look(placed, []).why


NO_ANSWERS: Final[dict[str, tuple[Scripted, str]]] = {
    "no answer": (NoAnswer("the connection broke."), "the connection broke."),
    "a refusal": (
        json_answer({"detail": "feature", "code": "1141"}, 403, x_request_id="r-1"),
        f"GET {RECENT} was answered with 403/1141, 'feature' (X-Request-ID 'r-1').",
    ),
    "not at this brokerage": (json_answer(b"", 501), "was answered with 501."),
    "created": (json_answer({"orders": []}, 201), "was answered with 201."),
    "half of it": (json_answer(b'{"orders": ['), "the answer cannot be read"),
    "a list": ([], "a document is a JSON object"),
    "no orders": ({}, "the answer has no list of orders."),
    "orders that are none": ({"orders": {}}, "the answer has no list of orders."),
    "an order that is none": ({"orders": [None]}, "an order in the answer has no id"),
    "an order without an id": ({"orders": [{"status": "NONE"}]}, "has no id or no status."),
    "an id of another language": (
        {"orders": [{"status": "NONE", "brokerage_order_id": "é"}]},
        "has no id or no status.",
    ),
    "an order without a status": ({"orders": [{"brokerage_order_id": "1"}]}, "or no status."),
    "throttled without a time": (json_answer(b"", 429), "was answered with 429."),
}


@pytest.mark.parametrize(("answer", "why"), NO_ANSWERS.values(), ids=NO_ANSWERS)
def test_what_cannot_be_read_is_never_an_empty_list(answer: Scripted, why: str) -> None:
    """Only HTTP 200 with a list of orders is one."""
    with pytest.raises(NoAnswer) as caught:
        play(SnapTrade().find(SENT), CONNECTED, answer)
    assert why in caught.value.why


@pytest.mark.parametrize("answer", [{}, json_answer(b""), json_answer([], 500)], ids=str)
def test_connections_that_cannot_be_read_are_no_answer(answer: Scripted) -> None:
    """Without them it is not known whether what is listed is old."""
    with pytest.raises(NoAnswer, match="GET /authorizations"):
        play(SnapTrade().find(SENT), answer)


def test_a_read_is_asked_once_more_when_the_broker_says_when() -> None:
    """After a 429 with a time, and once; what comes then is the answer."""
    throttled = json_answer({"detail": "throttled"}, 429, retry_after="7")
    later = json_answer(b"", 429, x_ratelimit_reset="30")
    finding, asked = play(
        SnapTrade().find(KNOWN), throttled, CONNECTED, later, {"orders": records(KNOWN)}
    )
    assert Standing.PLACED is finding.standing
    twice = ["GET /authorizations", "wait 7.0", "GET /authorizations"]
    assert [*twice, f"GET {RECENT}", "wait 30.0", f"GET {RECENT}"] == asked
    with pytest.raises(NoAnswer) as caught:
        play(SnapTrade().find(KNOWN), CONNECTED, throttled, later)
    assert 30.0 == caught.value.retry_after


def dated(value: Any, date: str) -> Answer:
    """An answer that says what time it is at the broker."""
    return json_answer(value, date=date)


@pytest.mark.parametrize(
    ("date", "days"),
    [
        ("Fri, 20 Nov 2026 15:00:05 GMT", None),
        ("Sat, 21 Nov 2026 14:00:00 GMT", None),
        ("Sat, 21 Nov 2026 14:00:01 GMT", 1),
        ("Sat, 21 Nov 2026 15:00:01 GMT", 2),
        ("Thu, 20 Nov 2028 15:00:00 GMT", 90),
        ("Fri, 20 Nov 2015 15:00:05 GMT", None),
        ("Thu, 20 Nov 2028 15:00:00 -0000", None),
        ("one day", None),
    ],
)
def test_after_a_day_the_daily_records_are_read_too(date: str, days: int | None) -> None:
    """By the broker's clock; what is recent is taken from what is recent."""
    old = records(KNOWN)
    new = records(KNOWN, DONE)[:1]
    daily = [f"GET {RECENT.partition('recent')[0]}orders?state=all&days={days}"] if days else []
    finding, asked = play(
        SnapTrade().find(KNOWN), CONNECTED, dated({"orders": new}, date), *([old] if days else [])
    )
    assert ["GET /authorizations", f"GET {RECENT}", *daily] == asked
    assert "EXECUTED" == finding.orders[0].status
    assert (Standing.PLACED if days else Standing.UNPROTECTED) is finding.standing
    assert bool(days) is ("shown as SnapTrade knew them up to a day ago." in finding.why)


@pytest.mark.parametrize("daily", [{}, [{}], json_answer(b"", 501), json_answer(b"[")], ids=str)
def test_daily_records_that_cannot_be_read_are_no_answer(daily: Scripted) -> None:
    """They are read as strictly as the recent ones."""
    recent = dated({"orders": []}, "Tue, 24 Nov 2026 15:00:00 GMT")
    with pytest.raises(NoAnswer, match=r"orders\?state=all&days=4"):
        play(SnapTrade().find(KNOWN), CONNECTED, recent, daily)


@pytest.mark.parametrize(
    ("effect", "word"), [("OPEN", "BUY_OPEN"), ("CLOSE", "BUY_CLOSE"), ("OPEN", "BUY")]
)
def test_options_are_found_by_their_ticker(effect: str, word: str) -> None:
    """However the brokerage pads it, and whether or not it tells the effect."""
    order = OTO(
        buy(1, CALL, Market(), position_effect=effect),
        [sell(1, CALL, Limit(3), position_effect="CLOSE")],
    )
    placed = sent(order, SnapTrade(ACCOUNT, "2026-10"))
    ticker = {"option_symbol": {"ticker": "AAPL251114C00240000"}, "action": word}
    assert Standing.PLACED is look(placed, records(placed, ticker)).standing


@pytest.mark.parametrize("contract", ["2026-04", "2026-10"])
def test_whatever_is_placed_at_the_desk_is_found(contract: str) -> None:
    """With the group's id or without it, in the answer or in the records."""
    adapter = SnapTrade(ACCOUNT, contract)

    @given(orders(adapter), st.booleans())
    def law(order: Order, told: bool) -> None:
        if otoco.check(order, adapter):
            return
        desk = AtDesk(SnapTradeDesk(contract=contract, clock=AT.timestamp))
        placed = sent(order, adapter)
        verdict = adapter.read(placed.request, desk.place(order, adapter))
        assert isinstance(verdict, Accepted)
        ids = verdict.ids if told else {}
        finding = drive(adapter.find(Sent(placed.intent, placed.request, AT, ids)), desk)
        assert Standing.PLACED is finding.standing, finding.why
        assert [path for path, _, _ in order.legs] == [one.path for one in finding.orders]
        assert verdict.ids[GROUP] == finding.ids[GROUP]

    law()


@given(hostile_values(), hostile_values(), st.booleans())
def test_whatever_is_listed_is_found_or_cannot_be_read(
    value: Any, other: Any, in_a_record: bool
) -> None:
    """No answer of any shape raises anything but that there was none."""
    listed = [{**one, **dict.fromkeys(list(one)[1:], value)} for one in records(SENT)]
    page: Any = {"orders": [*listed, other] if in_a_record else value}
    for body in (page, other):
        try:
            answer = json_answer(body)
        except (TypeError, ValueError, RecursionError):
            return
        try:
            finding, _ = play(SnapTrade().find(KNOWN), CONNECTED, answer)
        except NoAnswer:
            continue
        assert finding.standing is not Standing.PLACED


def test_moments_compare_as_instants() -> None:
    """The time of sending need not be written in UTC."""
    east = datetime.fromisoformat("2026-11-20T20:30:00.400+05:30")
    assert AT == east
    placed = Sent(SENT.intent, SENT.request, east)
    assert Standing.PLACED is look(placed, records(placed)).standing


def test_answers_keep_the_numbers_as_text() -> None:
    """A price with more digits than a double has is not taken for a near one."""
    listed = records(SENT, {"limit_price": "150.50000000000000001"})
    assert Standing.NOT_FOUND is look(SENT, listed).standing
    body = b'{"orders": []}'
    assert Answer(200, {}, body) == json_answer(body)
