"""Options, ids and requests: what goes through the contract of an adapter."""

from __future__ import annotations

import json
from typing import Any, ClassVar
from uuid import UUID

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.otoco.sparse import Sparse

from otoco import OTO, Instrument, Market, Offset, Refused, Stop, adapter, buy, sell
from otoco._contract import GROUP, Placement, client_ids_for
from otoco.adapters import (
    BodyKind,
    ClientIds,
    Integer,
    Option,
    Plan,
    Request,
    Text,
    Uuid,
    check_options,
)
from otoco.testing import client_order_ids, orders
from otoco_tradovate import Tradovate

INTENT = UUID("0b0e7c1e-6a3c-4d5c-9c55-2f4b7d0a9e11")
ORDER = buy(1, Instrument("XYZ", "EQUITY"), Market())
PER_LEG = ClientIds("leg", Text(64, 1))
PER_ORDER = ClientIds("order", Uuid())


@given(orders(), st.uuids(), st.uuids())
def test_ids_from_an_intent_are_distinct_and_repeatable(
    order: Any, intent: UUID, other: UUID
) -> None:
    """One id for each leg, or one for the group; the same each time, and of one intent only."""
    ids = PER_LEG.derive(intent, order)
    assert ids == PER_LEG.derive(intent, order)
    assert len(order.legs) == len(set(ids.values())) == len(ids)
    assert set(PER_LEG.paths(order)) == ids.keys()
    assert all(PER_LEG.format.refusal(text) is None for text in ids.values())
    assert (intent == other) == bool({*ids.values()} & {*PER_LEG.derive(other, order).values()})
    assert {"order": str(intent)} == PER_ORDER.derive(intent, order)


@given(st.data(), orders(), st.none() | st.uuids())
def test_ids_of_the_caller_go_before_those_derived(
    data: st.DataObject, order: Any, intent: UUID | None
) -> None:
    """Each place has the caller's id, else one from the intent, else none; of one id, either."""
    kind = adapter("tradovate")
    given_ids = data.draw(client_order_ids(kind, order))
    client_ids = client_ids_for(kind, order)
    if client_ids.per == GROUP and given_ids and intent:
        with pytest.raises(Refused, match="Give one of the two"):
            Placement(intent, given_ids).ids(kind, order)
        return
    derived = client_ids.derive(intent, order) if intent else {}
    assert {**derived, **given_ids} == Placement(intent, given_ids).ids(kind, order)


@attrs.frozen
class Account:
    """As much of an adapter as has options."""

    name: ClassVar[str] = "paper"
    options: ClassVar[tuple[Option, ...]] = (
        Option("number", Integer(1, 9), "the number"),
        Option("owner", Text(3), "the owner"),
    )
    number: Any = None
    owner: Any = None


def test_every_option_that_is_not_taken_is_refused_at_once() -> None:
    """Options that are not given are fine, and those that are wrong are all named."""
    check_options(Account())  # type: ignore[arg-type]  # it has what is looked at
    check_options(Account(9, "abc"))  # type: ignore[arg-type]  # likewise an account
    with pytest.raises(Refused) as caught:
        check_options(Account(10, "abcd"))  # type: ignore[arg-type]  # likewise an account
    assert "paper" == caught.value.adapter
    assert ["options.number", "options.owner"] == [each.where for each in caught.value.refusals]
    assert [
        "number: 10 is not between 1 and 9.",
        "owner: it has 4 characters, and 0 to 3 are taken.",
    ] == [each.why for each in caught.value.refusals]


def test_a_request_is_bytes_in_one_form() -> None:
    """Compact JSON in ASCII; the machine form has method, path and body."""
    request = Request("POST", "/x", {"a": "é", "b": [1, 0.5]})
    assert b'{"a":"\\u00e9","b":[1,0.5]}' == request.content
    document = {"method": "POST", "path": "/x", "body": {"a": "é", "b": [1, 0.5]}}
    assert {"requests": [document]} == json.loads(json.dumps(Plan((request,)).to_dict()))


def test_a_form_is_encoded_text() -> None:
    """The fields of a form in their order, and its own content type and key."""
    request = Request("POST", "/x", {"symbol": "BRK.B", "note": "é &"}, kind=BodyKind.FORM)
    assert b"symbol=BRK.B&note=%C3%A9+%26" == request.content
    assert "application/x-www-form-urlencoded" == request.content_type
    form = {"symbol": "BRK.B", "note": "é &"}
    assert {"method": "POST", "path": "/x", "form": form} == request.to_dict()
    assert "application/json" == Request("POST", "/x", {}).content_type


def test_a_request_without_ids_takes_none() -> None:
    """Where a broker has no place for ids none is made, and one that is given is refused."""
    order = OTO(ORDER, [sell(1, ORDER.instrument, Stop(Offset(-1)))])
    assert {} == Placement(INTENT).ids(Sparse, order)
    with pytest.raises(Refused) as caught:
        Placement(INTENT, {"order": "x"}).ids(Sparse, order)
    assert [("there is no 'order' that could carry an id here.", "Its requests carry no ids.")] == [
        (each.why, each.fix) for each in caught.value.refusals
    ]


def test_one_id_is_one_id() -> None:
    """The id of an order is the intent or the caller's, and two legs never have the same."""
    for ids, kind, why in (
        ({"order": "x"}, Sparse, f"the id x is not the intent {INTENT}, and there is one id."),
        (
            {"trigger": "x", "conditionals[0]": "x"},
            Tradovate,
            "two legs have the same id, and a reply could not tell them apart.",
        ),
    ):
        order: Any = ORDER
        if len(ids) > 1:
            future = Instrument("MESM7", "FUTURE")
            order = OTO(buy(1, future, Market()), [sell(1, future, Stop(9))])
        with pytest.raises(Refused) as caught:
            Placement(INTENT, ids).ids(kind, order)
        assert [why] == [each.why for each in caught.value.refusals]


def test_an_intent_whose_ids_the_broker_does_not_take() -> None:
    """Ids that are made of an intent stand the same test as the caller's."""
    ids = ClientIds("leg", Text(8))
    tables = Tradovate().capabilities
    short: Any = type("Short", (), {"name": "short", "client_ids": ids, "capabilities": tables})
    with pytest.raises(Refused) as caught:
        Placement(INTENT).ids(short, buy(1, Instrument("XYZ", "EQUITY"), Market()))
    assert "short" == caught.value.adapter
    assert [
        (
            "options.intent",
            f"the id {INTENT}-1 made of it: it has 38 characters, and 0 to 8 are taken.",
        )
    ] == [(each.where, each.why) for each in caught.value.refusals]


NO_INTENT = ("options.intent", "the intent 'abc' is not a UUID.")
NO_IDS = ("options.client_order_ids", "['a'] is not a mapping of leg paths to ids.")


@pytest.mark.parametrize(
    ("intent", "ids", "expected"),
    [
        ("abc", {}, [NO_INTENT]),
        (INTENT, ["a"], [NO_IDS]),
        ("abc", ["a"], [NO_INTENT, NO_IDS]),
        ("", {}, [("options.intent", "the intent '' is not a UUID.")]),
        (None, "a", [("options.client_order_ids", "'a' is not a mapping of leg paths to ids.")]),
    ],
)
def test_what_is_no_placement_is_refused_by_name(
    intent: Any, ids: Any, expected: list[tuple[str, str]]
) -> None:
    """An intent is a UUID, and ids are texts by leg path; both are told at once."""
    with pytest.raises(Refused) as caught:
        Placement(intent, ids).ids(adapter("tradovate"), ORDER)
    assert "tradovate" == caught.value.adapter
    assert expected == [(each.where, each.why) for each in caught.value.refusals]


def test_every_id_that_is_not_taken_is_refused_at_once() -> None:
    """One id that is wrong keeps no other from being judged."""
    ids: Any = {"peers[0]": "a", "order": "", "peers[1]": "b"}
    with pytest.raises(Refused) as caught:
        Placement(None, ids).ids(adapter("tradovate"), ORDER)
    assert [f"options.client_order_ids.{path}" for path in ids] == [
        each.where for each in caught.value.refusals
    ]
    assert "tradovate" == caught.value.adapter
