"""JSON as strangers write it: the same otherwise spelt, and wrong in one known place."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from otoco.adapters import (
    AnyOrder,
    DefaultValue,
    EmbeddedJson,
    NoPeerOrder,
    NullIsAbsent,
    TextOrNumber,
)
from otoco.testing import as_text, disturbed, spellings
from otoco.testing.wire import (
    body_of,
    equivalents,
    one_place_wrong,
    path_of,
    places,
    put,
    respelled,
    with_body,
)

BODY: dict[str, Any] = {"a": 1, "b": {"c": 2.5}, "d": [{"e": "x"}, {"e": None}], "f": True}


@given(st.data(), st.integers(-(10**6), 10**6))
def test_a_number_is_the_same_in_every_spelling(data: st.DataObject, number: int) -> None:
    """Spellings differ as text, and never as a number."""
    text = as_text({"a": [data.draw(spellings(number))]})
    assert {"a": [number]} == json.loads(text)


@given(st.data())
def test_a_disturbance_is_where_it_says(data: st.DataObject) -> None:
    """One place differs from the body that was disturbed, and its path is told."""
    body = {"a": 1, "b": {"c": 2}, "d": [{"e": 3}]}
    changed, place = data.draw(disturbed(body, ["x"]))
    assert place.rpartition(".")[2] in ("a", "b", "c", "d", "e", "x")
    assert '{"a": 1, "b": {"c": 2}, "d": [{"e": 3}]}' == as_text(body) != as_text(changed)


@given(respelled(BODY))
def test_a_body_that_is_spelt_otherwise_says_the_same(body: Any) -> None:
    """Numbers have other digits, keys another order, and nothing else differs."""
    assert BODY == json.loads(as_text(body))


def test_a_body_is_spelt_in_more_than_one_way() -> None:
    """Neither numbers nor keys are left as they were each time."""
    seen: set[str] = set()

    @given(respelled(BODY))
    def collect(body: Any) -> None:
        seen.add(as_text(body))

    collect()
    assert any(text.startswith('{"f"') for text in seen)
    assert any("2.50" in text for text in seen)


def test_every_place_is_wrong_once() -> None:
    """Each key is missing and null in turn, and each object has a key that is unheard of."""
    found = [(json.dumps(body), place) for body, place in one_place_wrong({"a": [{"b": 1}]})]
    assert [
        ('{"a": [{"b": 1}], "unheardOf": "x"}', "unheardOf"),
        ("{}", "a"),
        ('{"a": null}', "a"),
        ('{"a": [{"b": 1}, {"b": 1}]}', "a"),
        ('{"a": []}', "a"),
        ('{"a": [{"b": 1, "unheardOf": "x"}]}', "a[0].unheardOf"),
        ('{"a": [{}]}', "a[0].b"),
        ('{"a": [{"b": null}]}', "a[0].b"),
    ] == found


def test_places_and_what_is_put_there() -> None:
    """A place is the keys and indexes that lead there; what is put there leaves the rest."""
    body = {"a": [{"b": 1}]}
    assert [(), ("a",), ("a", 0), ("a", 0, "b")] == places(body)
    assert "a[0].b" == path_of(("a", 0, "b"))
    assert {"a": [{"b": 2}]} == put(body, ("a", 0, "b"), 2)
    assert 2 == put(body, (), 2)
    assert {"a": [{"b": 1}]} == body


def test_a_body_with_its_path_or_alone() -> None:
    """A request may be its body alone."""
    alone, whole = {"a": 1}, {"path": "/x", "body": {"a": 1}}
    assert body_of(alone) == body_of(whole) == {"a": 1}
    assert {"a": 2} == with_body(alone, {"a": 2})
    assert {"path": "/x", "body": {"a": 2}} == with_body(whole, {"a": 2})
    form = {"path": "/x", "form": {"a": "1"}}
    assert {"a": "1"} == body_of(form)
    assert {"path": "/x", "form": {"a": "2"}} == with_body(form, {"a": "2"})


def test_what_an_adapter_declares_to_be_the_same() -> None:
    """A list the other way round, null or nothing, a default or nothing: one at a time."""
    declared = (
        AnyOrder("legs", "a page"),
        NullIsAbsent("legs[].price", "a page"),
        DefaultValue("flag", False, "a page"),
    )
    body = {"legs": [{"price": 1}, {}], "flag": False}
    assert [
        body,
        {"legs": [{}, {"price": 1}], "flag": False},
        {"legs": [{"price": 1}, {"price": None}], "flag": False},
        {"legs": [{"price": 1}, {}]},
    ] == equivalents(body, declared)
    assert [{"legs": []}, {"legs": []}, {"legs": [], "flag": False}] == equivalents(
        {"legs": []}, declared
    )
    assert [{"flag": True}] == equivalents({"flag": True}, declared)


def test_text_of_numbers_and_of_json_is_spelt_otherwise() -> None:
    """A number has another decimal in text, JSON another space; the order of peers is no body."""
    declared = (
        NoPeerOrder("a page"),
        TextOrNumber("**.price", "a page"),
        EmbeddedJson("params", "a page"),
    )
    body = {"price": "1.5", "legs": [{"price": 2}, {"price": "x"}], "params": '{"a":1}'}
    assert [
        body,
        {**body, "price": "1.50"},
        {**body, "legs": [{"price": "2.0"}, {"price": "x"}]},
        {**body, "params": '{\n "a": 1\n}'},
    ] == equivalents(body, declared)
    assert [{"size": 1}, {"size": "1.0"}] == equivalents(
        {"size": 1}, [TextOrNumber("size", "a page")]
    )
    assert [{"a": {"size": 1}}] == equivalents({"a": {"size": 1}}, [TextOrNumber("size", "a page")])
