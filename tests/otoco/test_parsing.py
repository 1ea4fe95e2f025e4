"""Reading a broker's body by the rows of a table: what is wrong is named at its place."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from otoco import (
    OCO,
    Instrument,
    InstrumentType,
    InvalidOrder,
    Leg,
    Limit,
    Side,
    Stop,
    TimeInForce,
)
from otoco._json import loads
from otoco.adapters import Count, LegForm, Number, Option, Reading, Row, Text, Words

FORM = LegForm(
    actions={
        InstrumentType.EQUITY: Words({(Side.BUY, None): "B", (Side.SELL, None): "S"}),
        InstrumentType.OPTION: Words({(Side.BUY, "OPEN"): "BTO"}),
    },
    action_key="do",
    order_types={Limit: Row("L", {"limit_price": "at"}), Stop: Row("P", {"stop_price": "from"})},
    order_type_key="how",
    price=Number(),
    times_in_force=Words({TimeInForce.DAY: "D", TimeInForce.GTD: "U"}),
    time_in_force_key="life",
    quantity=("count", Number()),
    symbol=("what.name", Text(30)),
    instrument_type=("what.kind", Words({kind: kind.value for kind in InstrumentType})),
    fields={"label": ("note", Text(3))},
)
BODY: dict[str, Any] = {
    "do": "B",
    "what": {"name": "XYZ", "kind": "EQUITY"},
    "count": 1,
    "how": "L",
    "at": 10,
    "life": "D",
}
XYZ = Instrument("XYZ", "EQUITY")


def read(body: Any, form: LegForm = FORM, **inherited: Any) -> tuple[Leg | None, list[Any]]:
    """The leg that a body says, and where and what was refused."""
    reading = Reading()
    known = [key.partition(".")[0] for key in form.keys]
    leg = reading.leg(form, reading.object(body, "leg", known), "leg", "peers[0]", **inherited)
    return leg, [(each.where, each.code) for each in reading.refusals]


def test_what_a_form_wrote_it_reads() -> None:
    """Reading is writing backwards, by the same rows."""
    leg = Leg(Side.SELL, "2.5", XYZ, Stop(9), label="abc")
    assert (leg, []) == read(FORM.write(leg))


def test_what_the_group_carries_is_inherited() -> None:
    """A place without symbol and quantity takes them from the head of the group."""
    form = attrs.evolve(FORM, symbol=None, instrument_type=None, quantity=None)
    body = {key: value for key, value in BODY.items() if key not in ("what", "count")}
    leg, refusals = read(body, form, instrument=XYZ, quantity=5)
    assert (Leg(Side.BUY, 5, XYZ, Limit(10)), []) == (leg, refusals)


def test_a_place_of_one_instrument_type_needs_no_key_for_it() -> None:
    """Where a broker trades one kind of thing, the symbol says it all."""
    shares = {InstrumentType.EQUITY: FORM.actions[InstrumentType.EQUITY]}
    form = attrs.evolve(FORM, instrument_type=None, actions=shares)
    leg, refusals = read({**BODY, "what": {"name": "XYZ"}}, form)
    assert (Leg(Side.BUY, 1, XYZ, Limit(10)), []) == (leg, refusals)


def test_a_place_without_symbol_and_head_has_no_instrument() -> None:
    """Nothing is read where nothing can say what is traded."""
    form = attrs.evolve(FORM, symbol=None, instrument_type=None)
    body = {key: value for key, value in BODY.items() if key != "what"}
    assert (None, []) == read(body, form)


CASES: dict[str, tuple[Any, list[tuple[str, str]]]] = {
    "no object": (
        5,
        [
            ("leg", "value"),
            ("leg.how", "field"),
            ("leg.what.kind", "field"),
            ("leg.what.name", "field"),
            ("leg.count", "field"),
            ("leg.life", "field"),
        ],
    ),
    "a key too many": ({**BODY, "att": 1}, [("leg.att", "field")]),
    "a key that is no word": ({**BODY, "a\nb": 1}, [("leg.'a\\nb'", "field")]),
    "a key too many inside": (
        {**BODY, "what": {"name": "XYZ", "kind": "EQUITY", "id": 1}},
        [("leg.what.id", "field")],
    ),
    "text for an inner object": (
        {**BODY, "what": "XYZ"},
        [("leg.what", "value")],
    ),
    "a price of another type": ({**BODY, "from": 9}, [("leg.from", "field")]),
    "no price": (
        {key: value for key, value in BODY.items() if key != "at"},
        [("leg.at", "field")],
    ),
    "a word of no row": ({**BODY, "how": "X"}, [("leg.how", "value")]),
    "no word": ({**BODY, "how": {}}, [("leg.how", "value")]),
    "an instrument type that is not taken": (
        {**BODY, "what": {"name": "XYZ", "kind": "FUTURE"}},
        [("leg.what.kind", "instrument")],
    ),
    "a symbol that is none": (
        {**BODY, "what": {"name": "XYZ", "kind": "OPTION"}},
        [("leg.what.name", "instrument")],
    ),
    "an action of another instrument type": ({**BODY, "do": "BTO"}, [("leg.do", "value")]),
    "a note that is too long": ({**BODY, "note": "abcd"}, [("leg.note", "value")]),
    "null where nothing is nullable": ({**BODY, "note": None}, [("leg.note", "value")]),
}


@pytest.mark.parametrize(("body", "expected"), CASES.values(), ids=CASES)
def test_what_cannot_be_held_is_named(body: Any, expected: list[tuple[str, str]]) -> None:
    """Each refusal stands at the place of its cause."""
    assert expected == read(body)[1]


def test_a_key_that_stands_twice_is_named() -> None:
    """JSON lets a key stand twice, and which of the two is meant nobody knows."""
    reading = Reading()
    reading.object(loads('{"a": 1, "a": 1, "b": 2}'), "x", ("a", "b"))
    assert [("x.a", "field")] == [(each.where, each.code) for each in reading.refusals]


def test_a_misspelt_key_comes_with_the_nearest() -> None:
    """A slip is answered with what was meant."""
    reading = Reading()
    reading.object({"timeInforce": 1, "zzz": 1}, "", ("timeInForce",))
    assert ["Did you mean timeInForce?", None] == [each.fix for each in reading.refusals]


def test_problems_of_an_order_are_located_in_the_body() -> None:
    """A path in the order becomes the path in the body that it was read from."""
    reading = Reading()
    for path, at in (("trigger", ""), ("peers[0]", "one"), ("peers[1]", "two")):
        reading.leg(FORM, BODY, at, path)
    expected = {
        "trigger": "",
        "trigger.limit_price": "at",
        "trigger.quantity": "count",
        "peers[0]": "one",
        "peers[1].side": "two.do",
        "peers[1].position_effect": "two.do",
        "peers[1].order_type": "two.how",
        "peers[1].time_in_force": "two.life",
        "peers[1].instrument": "two.what.name",
        "peers[1].instrument.type": "two.what.kind",
        "peers[1].label": "two.note",
        "peers[1].expire_at": "peers[1].expire_at",
        "peers": "",
        "": "",
        "options.intent": "options.intent",
    }
    assert expected == {where: reading.locate(where) for where in expected}


def test_problems_of_a_group_are_located_where_its_lists_stand() -> None:
    """A group inside another has a place of its own, and so has each list of its members."""
    reading = Reading()
    stop = Leg("SELL", 1, XYZ, Stop(31))
    with pytest.raises(InvalidOrder) as caught:
        reading.group("list[1]", "peers[1]", {"peers": "pair"}, lambda: OCO([stop]))
    assert ["peers[1].peers"] == [each.where for each in caught.value.problems]
    assert stop == reading.group("", "", {"peers": "list"}, lambda: stop)
    expected = {"peers[1].peers": "list[1].pair", "peers[1]": "list[1]", "peers": "list", "": ""}
    assert expected == {where: reading.locate(where) for where in expected}


LISTS: dict[str, tuple[dict[str, Any], Count | None, list[tuple[str, str, str]]]] = {
    "as many as there are": ({"x": [1, 2]}, None, []),
    "as many as there may be": ({"x": [1, 2]}, Count(2, None), []),
    "too many": (
        {"x": [1, 2]},
        Count(1, 1),
        [("a.x", "count", "a list of 1 belongs under x, and here are 2.")],
    ),
    "too few": (
        {"x": []},
        Count(1, 3),
        [("a.x", "count", "a list of 1 to 3 belongs under x, and here are 0.")],
    ),
    "text": ({"x": "12"}, None, [("a.x", "value", "a list belongs under x, and not '12'.")]),
    "nothing": ({}, None, [("a.x", "value", "a list belongs under x, which is missing.")]),
}


@pytest.mark.parametrize(("members", "count", "expected"), LISTS.values(), ids=LISTS)
def test_a_list_of_another_length_is_named(
    members: dict[str, Any], count: Count | None, expected: list[tuple[str, str, str]]
) -> None:
    """What is no list, or has too many items or too few, has no items to read."""
    reading = Reading()
    found = reading.items(members, "a", "x", count)
    assert ([] if expected else [1, 2]) == list(found)
    assert expected == [(each.where, each.code, each.why) for each in reading.refusals]


def test_a_leg_that_is_incoherent_is_told_by_its_path() -> None:
    """What the model finds about a single leg stands under the leg's path in the order."""
    with pytest.raises(InvalidOrder) as caught:
        read({**BODY, "life": "U"})
    assert [("peers[0].expire_at", "expiry")] == [
        (each.where, each.code) for each in caught.value.problems
    ]


NUMBER = Option("number", Text(5, 1, "[0-9]+", "a number"), "the number")


@pytest.mark.parametrize(
    ("path", "options", "why"),
    [
        ("", {}, []),
        ("/a/12/b", {"number": "12"}, []),
        ("/a/x/b", {}, ["number: 'x' is not a number."]),
        ("/a/b", {}, ["the path is not /a/{number}/b."]),
        ("/c/12/b", {}, ["the path is not /a/{number}/b."]),
        ("/a/12/c", {}, ["the path is not /a/{number}/b."]),
    ],
)
def test_an_account_is_read_out_of_a_path(
    path: str, options: dict[str, Any], why: list[str]
) -> None:
    """A bare body has no path; any other names the account, or is another page."""
    reading = Reading()
    reading.account(path, "/a/{number}/b", NUMBER)
    assert (options, why) == (reading.options, [each.why for each in reading.refusals])


EMBEDDED: dict[str, tuple[dict[str, Any], Any, list[tuple[str, str]]]] = {
    "an object": ({"x": '{"a": 1}'}, ["a"], []),
    "nothing": ({}, None, [("at.x", "field")]),
    "no text": ({"x": {}}, None, [("at.x", "value")]),
    "too much": ({"x": '{"a": 10000000}'}, None, [("at.x", "value")]),
    "no JSON": ({"x": "{"}, None, [("at.x", "value")]),
}


@pytest.mark.parametrize(("members", "keys", "expected"), EMBEDDED.values(), ids=EMBEDDED)
def test_json_as_text(members: Any, keys: Any, expected: list[tuple[str, str]]) -> None:
    """A text of JSON is read as what it says, or refused where it stands."""
    reading = Reading()
    found = reading.embedded(members, "at", "x", 12)
    assert keys == (found and [*found])
    assert expected == [(each.where, each.code) for each in reading.refusals]


@pytest.mark.parametrize(
    ("path", "known", "why"),
    [
        ("", ["/a"], []),
        ("/a", ["/a", "/b"], []),
        ("/c", ["/a"], ["the path is not /a."]),
        ("/c", ["/a", "/b"], ["the path is none of /a, /b."]),
    ],
)
def test_a_path_is_one_of_the_known(path: str, known: list[str], why: list[str]) -> None:
    """A bare body has none, and of another page nothing is read."""
    reading = Reading()
    reading.path(path, *known)
    assert why == [each.why for each in reading.refusals]


def test_a_symbol_that_would_come_back_changed_is_refused() -> None:
    """An option has one spelling here, and the other one is not sent back in its place."""
    body = {**BODY, "do": "BTO", "what": {"name": "SPY270115C00415000", "kind": "OPTION"}}
    leg, refusals = read(body)
    assert (None, [("leg.what.name", "value")]) == (leg, refusals)


def test_conditionals_stand_where_their_group_does() -> None:
    """A list of the order that has no list in the body is told at the body itself."""
    assert "" == Reading().locate("conditionals")
