"""What SnapTrade's answers say: each row of its documented statuses and bodies, and the rest."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otoco import Instrument, Limit, bracket, buy, translate
from otoco.adapters import GROUP, Accepted, Answer, Declined, Unclear
from otoco.testing import hostile_values
from otoco_snaptrade import SnapTrade
from otoco_snaptrade._answers import verdict

ORDER: Final = bracket(
    buy(10, Instrument("AAPL", "EQUITY"), Limit(150)), take_profit=160, stop_loss=140
)
(SENT,) = translate(ORDER, SnapTrade("917c8734-8470-4a3e-a18f-57c3f2ee6631")).requests
ID: Final = {"brokerage_group_order_id": "g-1"}


def answer(body: Any = None, status: int = 200, **headers: str) -> Answer:
    """An answer with that body, as JSON unless it is bytes."""
    given_headers = {name.replace("_", "-"): value for name, value in headers.items()}
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, given_headers, text)


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        ({"type": "OTOCO", **ID}, {GROUP: "g-1"}),
        (ID, {GROUP: "g-1"}),
        ({"type": "OTOCO", "brokerage_group_order_id": None}, {}),
        ({"type": "OTOCO"}, {}),
    ],
    ids=["a group", "without its type", "without its id", "neither null nor an id"],
)
def test_a_yes_has_the_id_of_the_group_or_none(body: Any, ids: dict[str, str]) -> None:
    """Legs have no ids yet, and a group may have none either: nothing is guessed."""
    assert Accepted(ids) == verdict(SENT, answer(body))


DECLINED: dict[str, tuple[Answer, Declined]] = {
    "data": (
        answer({"detail": "Trade could not be placed", "status_code": 400, "code": "1076"}, 400),
        Declined("400/1076", "Trade could not be placed"),
    ),
    "a signature": (
        answer({"default_detail": "Unable to verify signature sent", "default_code": 1076}, 401),
        Declined("401/1076", "Unable to verify signature sent"),
    ),
    "a feature": (answer({"error": "no"}, 403), Declined("403", "no")),
    "no body": (answer(b"", 404), Declined("404")),
    "too many": (
        answer({"detail": "throttled", "code": "0000"}, 429, retry_after="7"),
        Declined("429/0000", "throttled", 7.0),
    ),
    "too many for the account": (
        answer(b"", 429, x_ratelimit_reset="30", x_ratelimit_account_reset="12"),
        Declined("429", "", 12.0),
    ),
    "too many until a date": (
        answer(b"", 429, retry_after="Wed, 21 Oct 2026 07:28:00 GMT"),
        Declined("429"),
    ),
}


@pytest.mark.parametrize(("got", "expected"), DECLINED.values(), ids=DECLINED)
def test_a_no_has_status_code_and_words(got: Answer, expected: Declined) -> None:
    """What SnapTrade documents as a refusal, whichever of its spellings the error has."""
    assert expected == verdict(SENT, got)


UNCLEAR: dict[str, tuple[Answer, dict[str, str]]] = {
    "an empty object": (answer({}), {}),
    "nothing": (answer(b""), {}),
    "a list": (answer([]), {}),
    "half of it": (answer(b'{"type": "OTOCO"'), {}),
    "another type": (answer({"type": "OCO", **ID}), {GROUP: "g-1"}),
    "an error in it": (answer({"type": "OTOCO", **ID, "code": "1076"}), {GROUP: "g-1"}),
    "an id that is a number": (answer({"type": "OTOCO", "brokerage_group_order_id": 7}), {}),
    "an id that is empty": (answer({"type": "OTOCO", "brokerage_group_order_id": ""}), {}),
    "an id twice": (answer(b'{"type":"OTOCO","type":"OTOCO"}'), {}),
    "created": (answer({"type": "OTOCO", **ID}, 201), {GROUP: "g-1"}),
    "a refusal with an id": (answer(ID, 400), {GROUP: "g-1"}),
    "a server error": (answer({"code": "3000"}, 500), {}),
    "a brokerage that is away": (answer({"code": "3002"}, 503), {}),
    "not yet": (answer({"code": "3012"}, 425), {}),
    "a redirect": (answer(b"", 302), {}),
}


@pytest.mark.parametrize(("got", "ids"), UNCLEAR.values(), ids=UNCLEAR)
def test_all_else_says_neither(got: Answer, ids: dict[str, str]) -> None:
    """What is documented for no refusal is never a no, and the id that came is kept."""
    found = verdict(SENT, got)
    assert isinstance(found, Unclear)
    assert (ids, True) == (found.ids, found.why.endswith("."))


@given(st.integers(100, 599), hostile_values().map(lambda value: json.dumps(value, default=str)))
def test_no_answer_is_an_error(status: int, text: str) -> None:
    """Whatever comes has a verdict."""
    found = verdict(SENT, Answer(status, {}, text.encode("utf-8", "surrogatepass")))
    assert isinstance(found, Accepted | Declined | Unclear)
