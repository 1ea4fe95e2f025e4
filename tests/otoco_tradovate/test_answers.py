"""What Tradovate's answers say: each row of the vendor's documented shapes, and what is in none."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otoco import (
    OCO,
    OTO,
    Instrument,
    Limit,
    Market,
    Order,
    Rung,
    Stop,
    bracket,
    buy,
    ladder,
    sell,
    translate,
)
from otoco.adapters import Accepted, Answer, Declined, Request, Ticket, Unclear
from otoco.testing import hostile_values
from otoco_tradovate import Tradovate
from otoco_tradovate._answers import verdict

ACCOUNT: Final = Tradovate(12345, "DEMO12345")
MES: Final = Instrument("MESM7", "FUTURE")


def request(order: Order) -> Request:
    """What is sent for an order."""
    (sent,) = translate(order, ACCOUNT).requests
    return sent


SINGLE: Final = request(buy(1, MES, Market()))
PAIR: Final = request(OCO([sell(1, MES, Limit(9)), sell(1, MES, Stop(5))]))
ONE_EXIT: Final = request(OTO(buy(1, MES, Limit(7)), [sell(1, MES, Stop(5))]))
BRACKET: Final = request(bracket(buy(1, MES, Limit(7)), take_profit=9, stop_loss=5))
LADDER: Final = request(ladder(buy(2, MES, Market()), [Rung(1, 5, 5), Rung(1, 9, 5)]))


def answer(body: Any = None, status: int = 200) -> Answer:
    """An answer with that body, as JSON unless it is bytes."""
    return Answer(status, {}, body if isinstance(body, bytes) else json.dumps(body).encode())


ACCEPTED: dict[str, tuple[Request, Any, dict[str, str]]] = {
    "a lone order": (SINGLE, {"orderId": 7}, {"": "7"}),
    "with the word for it": (SINGLE, {"failureReason": "Success", "orderId": 7}, {"": "7"}),
    "with what is empty": (SINGLE, {"failureText": "", "orderId": 7, "oso1Id": 0}, {"": "7"}),
    "a pair": (PAIR, {"orderId": 7, "ocoId": 8}, {"peers[0]": "7", "peers[1]": "8"}),
    "an exit": (ONE_EXIT, {"orderId": 7, "oso1Id": 8}, {"trigger": "7", "conditionals[0]": "8"}),
    "a bracket": (
        BRACKET,
        {"orderId": 7, "oso1Id": 8, "oso2Id": 9, "later": {"key": [1.5]}},
        {"trigger": "7", "peers[0]": "8", "peers[1]": "9"},
    ),
    "the largest id": (SINGLE, {"orderId": 2**63 - 1}, {"": str(2**63 - 1)}),
    "a strategy": (
        LADDER,
        {"orderStrategy": {"id": 5, "status": "ActiveStrategy"}},
        {"order": "5"},
    ),
    "a strategy that is done": (
        LADDER,
        {"orderStrategy": {"id": 5, "status": "ExecutionFinished"}, "failureReason": "Success"},
        {"order": "5"},
    ),
}


@pytest.mark.parametrize(("sent", "body", "ids"), ACCEPTED.values(), ids=ACCEPTED)
def test_a_yes_has_every_id(sent: Request, body: Any, ids: dict[str, str]) -> None:
    """Each leg has the id that the reply has for it."""
    assert Accepted(ids) == verdict(sent, answer(body))


TICKET: Final = {"p-ticket": "t-1", "p-time": 15, "p-captcha": False}
DECLINED: dict[str, tuple[Request, Answer, Declined]] = {
    "a reason": (
        SINGLE,
        answer({"failureReason": "UnknownReason", "failureText": "Access is denied"}),
        Declined("UnknownReason", "Access is denied"),
    ),
    "a text": (SINGLE, answer({"errorText": "no", "ok": False}), Declined("", "no")),
    "a violation": (
        SINGLE,
        answer({"violations": [{"constraint": "x", "description": "no account"}]}),
        Declined("", "no account"),
    ),
    "a strategy without an id": (LADDER, answer({"errorText": "bad"}), Declined("", "bad")),
    "a penalty": (
        SINGLE,
        answer(TICKET),
        Declined("p-ticket", "", 15.0, Ticket("t-1", 15.0, needs_captcha=False)),
    ),
    "a penalty with a captcha": (
        SINGLE,
        answer({**TICKET, "p-captcha": True}),
        Declined("p-ticket", "", 3600.0, Ticket("t-1", 15.0, needs_captcha=True)),
    ),
    "a lock": (
        SINGLE,
        Answer(429, {}, b""),
        Declined(
            "429", "locked out for about an hour; each request begins it anew", retry_after=3600.0
        ),
    ),
    "not found": (SINGLE, answer({}, 404), Declined("404", "the path or an entity is not found")),
    "a status with its words": (
        SINGLE,
        answer({"failureReason": "Unauthorized", "failureText": "No permission"}, 403),
        Declined("403/Unauthorized", "No permission"),
    ),
    "a status with a plain text": (
        SINGLE,
        answer(b"Access is denied", 401),
        Declined("401", "Access is denied"),
    ),
    "a status with a page": (
        SINGLE,
        answer(b"<html>no</html>", 400),
        Declined("400", "the request is badly formed"),
    ),
    "a penalty that says nothing of a captcha": (
        SINGLE,
        answer({"p-ticket": "t-1", "p-time": 15}),
        Declined("p-ticket", "", 15.0, Ticket("t-1", 15.0, needs_captcha=False)),
    ),
    "violations without a description": (
        SINGLE,
        answer({"violations": [{"constraint": "Max"}, "boom"]}),
        Declined("", '{"constraint": "Max"} boom'),
    ),
}


@pytest.mark.parametrize(("sent", "got", "expected"), DECLINED.values(), ids=DECLINED)
def test_a_no_is_told_verbatim(sent: Request, got: Answer, expected: Declined) -> None:
    """What the vendor documents as a refusal leaves nothing at the broker."""
    assert expected == verdict(sent, got)


UNCLEAR: dict[str, tuple[Request, Answer, dict[str, str]]] = {
    "an empty object": (SINGLE, answer({}), {}),
    "a list": (SINGLE, answer([]), {}),
    "a page": (SINGLE, answer(b"<html>"), {}),
    "nothing": (SINGLE, answer(b""), {}),
    "half of it": (SINGLE, answer(b'{"orderId": 7'), {}),
    "success without an id": (SINGLE, answer({"failureReason": "Success"}), {}),
    "success with a text": (SINGLE, answer({"failureReason": "Success", "failureText": "?"}), {}),
    "a reason that is new": (SINGLE, answer({"failureReason": "MoonPhase"}), {}),
    "an id and a reason": (
        SINGLE,
        answer({"orderId": 7, "failureReason": "InvalidPrice"}),
        {"": "7"},
    ),
    "an id and a text": (SINGLE, answer({"orderId": 7, "failureText": "x"}), {"": "7"}),
    "an id and a violation": (
        SINGLE,
        answer({"orderId": 7, "violations": [{"constraint": "Max", "value": "9"}]}),
        {"": "7"},
    ),
    "an id and an empty violation": (SINGLE, answer({"orderId": 7, "violations": [{}]}), {"": "7"}),
    "an id and violations of another kind": (
        SINGLE,
        answer({"orderId": 7, "violations": "boom"}),
        {"": "7"},
    ),
    "an id that is not ok": (SINGLE, answer({"orderId": 7, "ok": False}), {"": "7"}),
    "an id and a status": (SINGLE, answer({"orderId": 7}, 400), {"": "7"}),
    "a reason that is a list": (SINGLE, answer({"failureReason": ["InvalidPrice"]}), {}),
    "an id and a ticket": (SINGLE, answer({"orderId": 7, **TICKET}), {"": "7"}),
    "a ticket without a time": (SINGLE, answer({"p-ticket": "t"}), {}),
    "a ticket without end": (SINGLE, answer({"p-ticket": "t", "p-time": "inf"}), {}),
    "an entry without exits": (BRACKET, answer({"orderId": 7}), {"trigger": "7"}),
    "one exit of two": (
        BRACKET,
        answer({"orderId": 7, "oso1Id": 8}),
        {"trigger": "7", "peers[0]": "8"},
    ),
    "an id for two": (
        PAIR,
        answer({"orderId": 7, "ocoId": 7}),
        {"peers[0]": "7", "peers[1]": "7"},
    ),
    "an id as text": (SINGLE, answer({"orderId": "7"}), {}),
    "an id that is a fraction": (SINGLE, answer({"orderId": 7.5}), {}),
    "an id that is true": (SINGLE, answer({"orderId": True}), {}),
    "an id that is too large": (SINGLE, answer({"orderId": 2**63}), {}),
    "an id of 5,000 digits": (SINGLE, answer(b'{"orderId": ' + b"9" * 5000 + b"}"), {}),
    "an id twice": (SINGLE, answer(b'{"orderId": 7, "orderId": 8}'), {}),
    "a number that is none": (SINGLE, answer(b'{"orderId": 7, "x": NaN}'), {}),
    "65 levels": (SINGLE, answer(b'{"x":' + b"[" * 64 + b"]" * 64 + b"}"), {}),
    "more than a mebibyte": (SINGLE, answer(b'{"x":"' + b"a" * (1 << 20) + b'"}'), {}),
    "a server error": (SINGLE, answer({"orderId": 7}, 500), {}),
    "created": (SINGLE, answer({"orderId": 7}, 201), {}),
    "a redirect": (SINGLE, answer(b"", 302), {}),
    "a strategy that is not found": (LADDER, answer({}, 404), {}),
    "a strategy that failed": (
        LADDER,
        answer({"orderStrategy": {"id": 5, "status": "ExecutionFailed"}}),
        {"order": "5"},
    ),
    "a bare id of a strategy": (LADDER, answer({"orderStrategyId": 5}), {}),
}


@pytest.mark.parametrize(("sent", "got", "ids"), UNCLEAR.values(), ids=UNCLEAR)
def test_all_else_says_neither(sent: Request, got: Answer, ids: dict[str, str]) -> None:
    """What no row of the table is about is never a no, and the ids that came are kept."""
    found = verdict(sent, got)
    assert isinstance(found, Unclear)
    assert ids == found.ids
    assert found.why.endswith(".")


@given(st.integers(100, 599), hostile_values().map(lambda value: json.dumps(value, default=str)))
def test_no_answer_is_a_yes_or_an_error_by_chance(status: int, text: str) -> None:
    """Whatever comes has a verdict, and a yes has an id."""
    found = verdict(BRACKET, Answer(status, {}, text.encode("utf-8", "surrogatepass")))
    assert not isinstance(found, Accepted) or len(found.ids) == 3
