"""The document form: what is written, what is read, and where in the document a problem stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.otoco.conftest import EXPIRY, MES, XYZ, findings, leg, orders, outcome

from otoco import (
    OCO,
    OTO,
    OTOCO,
    Envelope,
    Instrument,
    InvalidOrder,
    Leg,
    Limit,
    Market,
    Offset,
    Order,
    Stop,
    TimeInForce,
    TrailingStopLimit,
    from_dict,
    from_json,
    read,
    to_dict,
    to_json,
)

OPTION = Instrument.option("AAPL", "2025-11-14", 240, "CALL", tick_size="0.01")


def a_leg(**changes: Any) -> dict[str, Any]:
    """A document of a leg, without the version, changed as told."""
    instrument = {"symbol": "XYZ", "type": "EQUITY"}
    made: dict[str, Any] = {"side": "BUY", "quantity": "1", "instrument": instrument}
    return made | {"order_type": "LIMIT", "limit_price": "100", "time_in_force": "GTC"} | changes


def target(**changes: Any) -> dict[str, Any]:
    """A take-profit for a long position entered at 100."""
    return a_leg(side="SELL", limit_price="110") | changes


def stop(**changes: Any) -> dict[str, Any]:
    """A stop-loss for a long position entered at 100."""
    made = a_leg(side="SELL", order_type="STOP", stop_price="90") | changes
    del made["limit_price"]
    return made


def an_oco(*peers: Any) -> dict[str, Any]:
    """A document of an OCO."""
    return {"type": "OCO", "peers": list(peers)}


def an_oto(trigger: Any, *conditionals: Any) -> dict[str, Any]:
    """A document of an OTO."""
    return {"type": "OTO", "trigger": trigger, "conditionals": list(conditionals)}


def an_otoco(trigger: Any, *peers: Any) -> dict[str, Any]:
    """A document of an OTOCO."""
    return {"type": "OTOCO", "trigger": trigger, "peers": list(peers)}


def spelt(document: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leg of a document with its path as it is spelt there, in written order."""
    dot = f"{path}." if path else ""
    if "trigger" in document:
        yield from spelt(document["trigger"], f"{dot}trigger")
    for key in ("peers", "conditionals"):
        for index, child in enumerate(document.get(key) or ()):
            yield from spelt(child, f"{dot}{key}[{index}]")
    if "side" in document:
        yield path, document


@st.composite
def spellings(draw: st.DrawFn, document: Any) -> Any:
    """Another document for the same order: other groups, other keys, other order of keys."""
    made = dict(document)
    if "trigger" in made:
        made["trigger"] = draw(spellings(made["trigger"]))
    for key in ("peers", "conditionals"):
        if key in made:
            made[key] = draw(regrouped([draw(spellings(child)) for child in made[key]], key))
    if made.get("type") == "OTOCO" and draw(st.booleans()):
        peers = made.pop("peers")
        made |= {"type": "OTO", "conditionals": [{"type": "OCO", "peers": peers}]}
    if "side" in made:
        made["instrument"] = draw(instrument_spellings(made["instrument"]))
        absent = ["expire_at", "position_effect", "display_quantity", "label", "trail", "type"]
        made |= {key: None for key in draw(st.sets(st.sampled_from(absent))) if key not in made}
    return dict(draw(st.permutations(list(made.items()))))


@st.composite
def regrouped(draw: st.DrawFn, children: list[Any], key: str) -> list[Any]:
    """The same peers with some of them in an OCO of their own."""
    start = draw(st.integers(0, len(children)))
    end = draw(st.integers(start, len(children)))
    if key == "conditionals" or end - start < 2 or end - start == len(children):
        return children
    return [*children[:start], {"type": "OCO", "peers": children[start:end]}, *children[end:]]


@st.composite
def instrument_spellings(draw: st.DrawFn, document: Any) -> Any:
    """An option by its parts or its unpadded symbol; another instrument as it is."""
    if document["type"] != "OPTION":
        return document
    parts = Instrument(document["symbol"], "OPTION").option_parts
    assert parts is not None
    rest = {key: value for key, value in document.items() if key != "symbol"}
    by_parts = {**parts._asdict(), "expiry": parts.expiry.isoformat(), "strike": str(parts.strike)}
    return rest | draw(st.sampled_from([{"symbol": parts.compact}, by_parts]))


documents = orders().map(to_dict)
respelt = documents.flatmap(spellings)

PINNED = (
    '{"otoco":1,"type":"OTOCO",'
    '"trigger":{"side":"BUY","quantity":"1",'
    '"instrument":{"symbol":"MESM1","type":"FUTURE","tick_size":"0.25"},'
    '"order_type":"LIMIT","limit_price":"4150","time_in_force":"DAY"},'
    '"peers":[{"side":"SELL","quantity":"1",'
    '"instrument":{"symbol":"MESM1","type":"FUTURE","tick_size":"0.25"},'
    '"order_type":"LIMIT","limit_price":"4200","time_in_force":"GTC"},'
    '{"side":"SELL","quantity":"1",'
    '"instrument":{"symbol":"MESM1","type":"FUTURE","tick_size":"0.25"},'
    '"order_type":"STOP","stop_price":"4125","time_in_force":"GTC"}]}'
)


def test_the_document_that_is_pinned() -> None:
    """The example of the form is written and read to the letter."""
    mes = Instrument("MESM1", "FUTURE", "0.25")
    order = OTOCO(
        leg("BUY", Limit(4150), instrument=mes, time_in_force="DAY"),
        [leg("SELL", Limit(4200), instrument=mes), leg("SELL", Stop(4125), instrument=mes)],
    )
    assert (PINNED, order) == (to_json(order), from_json(PINNED))


def test_a_leg_with_every_key() -> None:
    """Each field of a leg has its key, and text for its value."""
    order = Leg(
        "SELL", "2.50", Instrument("MESM7", "FUTURE", "0.25", "0.5", 5),
        TrailingStopLimit("1.50", Offset("-2"), Offset("-2.25")), "GTD", EXPIRY,
        "CLOSE", "0.5", EXPIRY, "é \u2028",
    )  # fmt: skip
    document = {
        "otoco": 1,
        "side": "SELL",
        "quantity": "2.5",
        "instrument": {
            "symbol": "MESM7",
            "type": "FUTURE",
            "tick_size": "0.25",
            "lot_size": "0.5",
            "multiplier": "5",
        },
        "order_type": "TRAILING_STOP_LIMIT",
        "trail": "1.5",
        "stop_price": {"offset": "-2"},
        "limit_price": {"offset": "-2.25"},
        "time_in_force": "GTD",
        "expire_at": "2026-01-02T21:00:00Z",
        "position_effect": "CLOSE",
        "display_quantity": "0.5",
        "activate_at": "2026-01-02T21:00:00Z",
        "label": "é \u2028",
    }
    assert (document, list(document)) == (to_dict(order), list(to_dict(order)))
    entry = leg("BUY", Market(), instrument=order.instrument)
    assert order == from_dict(to_dict(OTO(entry, [order]))).legs[1].leg


@given(orders())
def test_every_order_comes_back_from_its_document(order: Order) -> None:
    """Reading what was written gives the order, from text, bytes and dictionary alike."""
    text = to_json(order)
    again = [from_json(text), from_json(text.encode()), from_dict(to_dict(order)), read(text).order]
    assert [order] * 4 == again
    assert [text] * 4 == [to_json(each) for each in again]
    assert to_dict(order) == json.loads(text)
    assert text.isascii()


@given(orders())
def test_a_document_holds_text_and_no_null(order: Order) -> None:
    """Nothing is written for what is not stated, and every number is text."""

    def leaves(value: Any) -> Iterator[Any]:
        match value:
            case dict():
                for each in value.values():
                    yield from leaves(each)
            case list():
                for each in value:
                    yield from leaves(each)
            case _:
                yield value

    version, *rest = leaves(to_dict(order))
    assert (1, [str] * len(rest)) == (version, [type(each) for each in rest])


@given(documents, st.data())
def test_another_spelling_is_the_same_order(document: dict[str, Any], data: st.DataObject) -> None:
    """Groups spelt out, options by parts, null for absent and any order of keys mean the same."""
    spelling = data.draw(spellings(document))
    assert from_dict(document) == from_dict(spelling) == from_json(json.dumps(spelling))
    assert json.dumps(document) == json.dumps(to_dict(from_dict(spelling)))


@given(respelt)
def test_a_path_of_the_order_is_found_in_the_spelling_read(document: dict[str, Any]) -> None:
    """An envelope tells for each leg where it stands in the document that was read."""
    envelope = read(document)
    paths = [member.path for member in envelope.order.legs]
    places = [path for path, _ in spelt(document)]
    assert places == [envelope.respell(path) for path in paths]
    assert [f"{place}.x".lstrip(".") for place in places] == [
        envelope.respell(f"{path}.x".lstrip(".")) for path in paths
    ]


@given(respelt, st.data())
def test_a_problem_stands_where_it_was_read(document: dict[str, Any], data: st.DataObject) -> None:
    """Spoil any legs of any spelling: each problem has its path there, and all come at once."""
    places = list(spelt(document))
    spoilt = data.draw(st.lists(st.sampled_from(range(len(places))), min_size=1, unique=True))
    for index in spoilt:
        places[index][1]["side"] = "UP"
    dots = [f"{places[index][0]}.side".lstrip(".") for index in sorted(spoilt)]
    found = findings(from_dict, document)
    assert [(dot, "value") for dot in dots] == [each for each in found if each[1] == "value"]


@given(respelt)
def test_an_immediate_peer_stands_where_it_was_read(document: dict[str, Any]) -> None:
    """What is wrong between legs has a path in the spelling read as well."""
    peers = [
        (path, each)
        for path, each in spelt(document)
        if path.endswith("]") and path.rpartition(".")[2].startswith("peers")
    ]
    for _, each in peers:
        each["time_in_force"], each["expire_at"] = "IOC", None
    if peers:
        found = findings(from_dict, document)
        expected = {(f"{path}.time_in_force", "immediate-peer") for path, _ in peers}
        assert expected >= {each for each in found if each[1] == "immediate-peer"} != set()


MARKET = a_leg(order_type="MARKET", limit_price=None)
SPELLINGS: list[tuple[str, Any, list[tuple[str, str]]]] = [
    (
        "an OTO of an OCO whose leg is wrong",
        an_oto(a_leg(), an_oco(target(), stop(stop_price="x"))),
        [("conditionals[0].peers[1].stop_price", "price")],
    ),
    (
        "an OTO of an OCO through the entry",
        an_oto(a_leg(), an_oco(target(), stop(stop_price="105"))),
        [("conditionals[0].peers[1].stop_price", "exit-through-entry")],
    ),
    (
        "an OTO of an OCO that crosses",
        an_oto(MARKET, an_oco(target(), target(side="BUY", limit_price="120"))),
        [("conditionals[0].peers", "peers-cross")],
    ),
    (
        "an OTO of an OCO that crosses once the fill is known",
        an_oto(a_leg(), an_oco(target(limit_price={"offset": "5"}), stop(stop_price="106"))),
        [
            ("conditionals[0].peers[1].stop_price", "exit-through-entry"),
            ("conditionals[0].peers", "peers-cross"),
        ],
    ),
    (
        "an OTO of an OCO without peers",
        an_oto(a_leg(), {"type": "OCO"}),
        [("conditionals[0].peers", "field")],
    ),
    (
        "an OTO of an OCO of one",
        an_oto(a_leg(), an_oco(target())),
        [("conditionals[0].peers", "nesting")],
    ),
    (
        "an OCO in an OCO whose leg is wrong",
        an_oco(an_oco(target(), stop(side="x")), target()),
        [("peers[0].peers[1].side", "value")],
    ),
    (
        "an OCO in an OCO, with an immediate peer after it",
        an_oco(an_oco(target(), stop()), target(time_in_force="IOC")),
        [("peers[1].time_in_force", "immediate-peer")],
    ),
    (
        "an OCO in an OCO that crosses without",
        an_oco(an_oco(target(), stop()), stop(stop_price="115")),
        [("peers", "peers-cross")],
    ),
    (
        "an OCO in an OCO under a trigger",
        an_otoco(a_leg(), an_oco(target(limit_price="99"), stop(stop_price="80")), stop()),
        [("peers[0].peers[0].limit_price", "exit-through-entry")],
    ),
    (
        "an OCO in an OCO in an OTO",
        an_oto(a_leg(), an_oco(stop(), an_oco(target(), stop(stop_price="101")))),
        [("conditionals[0].peers[1].peers[1].stop_price", "exit-through-entry")],
    ),
    (
        "an OTO of an OCO in an OCO",
        an_oco(an_oco(an_oto(a_leg(), an_oco(target(), stop())), target(limit_price="x")), stop()),
        [("peers[0].peers[1].limit_price", "price")],
    ),
    (
        "an immediate trigger of an OTO in an OCO in an OCO",
        an_oco(an_oco(target(), an_oto(a_leg(time_in_force="FOK"), target())), stop()),
        [("peers[0].peers[1].trigger.time_in_force", "immediate-peer")],
    ),
    (
        "offsets with no trigger above them",
        an_oco(
            an_oco(target(limit_price={"offset": "5"}), stop()),
            an_oto(stop(stop_price={"offset": "-5"}), target(limit_price={"offset": 5})),
        ),
        [
            ("peers[0].peers[0].limit_price", "price"),
            ("peers[1].trigger.stop_price", "price"),
        ],
    ),
    ("a leg of an offset", target(limit_price={"offset": "5"}), [("limit_price", "price")]),
    (
        "an option by parts",
        an_otoco(
            a_leg(),
            target(
                instrument={
                    "type": "OPTION", "underlying": "AAPL", "expiry": "2025-11-31",
                    "strike": "1e9", "right": "X", "tick_size": -1,
                }
            ),
            stop(),
        ),
        [
            ("peers[0].instrument.expiry", "value"),
            ("peers[0].instrument.strike", "value"),
            ("peers[0].instrument.right", "value"),
            ("peers[0].instrument.tick_size", "value"),
        ],
    ),
    (
        "a price off the tick of an option by parts",
        a_leg(
            limit_price="1.001",
            instrument={
                "type": "OPTION", "underlying": "AAPL", "expiry": "2025-11-14",
                "strike": 240, "right": "CALL", "tick_size": "0.01",
            },
        ),
        [("limit_price", "off-tick")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("document", "expected"), [each[1:] for each in SPELLINGS], ids=[each[0] for each in SPELLINGS]
)
def test_paths_are_in_the_spelling_read(document: Any, expected: list[tuple[str, str]]) -> None:
    """Whatever the spelling, a path leads to the place in the document."""
    assert expected == findings(from_dict, document)
    assert expected == findings(from_json, json.dumps(document))
    assert expected == findings(read, {"order": document})


def test_every_problem_of_every_leg_comes_at_once() -> None:
    """One reading tells what is wrong with keys, values and geometry, leg by leg."""
    document = an_otoco(
        a_leg(quantity="-1", limit_prise="100"),
        target(limit_price="90", colour="red"),
        stop(side="sell", instrument={"symbol": "", "type": "STOCK"}),
        target(limit_price="80", order_type=None),
        "leg",
    )
    assert [
        ("trigger.limit_prise", "field"),
        ("trigger.quantity", "quantity"),
        ("peers[0].colour", "field"),
        ("peers[1].side", "value"),
        ("peers[1].instrument.symbol", "value"),
        ("peers[1].instrument.type", "value"),
        ("peers[2].order_type", "field"),
        ("peers[3]", "value"),
    ] == findings(from_dict, document)


def test_legs_that_can_be_read_are_judged_beside_one_that_cannot() -> None:
    """An unreadable leg does not hide what is wrong between the others."""
    document = an_otoco(a_leg(), target(side="x"), target(limit_price="90"), stop(stop_price="80"))
    assert [
        ("peers[0].side", "value"),
        ("peers[1].limit_price", "exit-through-entry"),
    ] == findings(from_dict, document)


REQUIRED = ["side", "quantity", "instrument", "order_type", "limit_price"]


@pytest.mark.parametrize("key", REQUIRED)
@pytest.mark.parametrize("as_null", [False, True])
def test_a_missing_key_is_named(key: str, as_null: bool) -> None:
    """A key that must be there and is not, or is null, is a field problem under its name."""
    document = an_oco(target(), stop(), a_leg(limit_price="50"))
    document["peers"][2] |= {key: None}
    if not as_null:
        del document["peers"][2][key]
    assert [(f"peers[2].{key}", "field")] == findings(from_dict, document)


@pytest.mark.parametrize(
    ("document", "key"),
    [
        (an_oco(target(), stop()), "peers"),
        (an_oto(a_leg(), target()), "trigger"),
        (an_oto(a_leg(), target()), "conditionals"),
        (an_otoco(a_leg(), target(), stop()), "trigger"),
        (an_otoco(a_leg(), target(), stop()), "peers"),
    ],
)
@pytest.mark.parametrize("value", [None, "x", 7, {}, True])
def test_a_missing_or_wrong_member_of_a_group_is_named(document: Any, key: str, value: Any) -> None:
    """A group without its trigger or list, or with another thing there, is a problem there."""
    found = findings(from_dict, document | {key: value})
    where = [place for place, _ in found]
    assert (key, "field" if value is None else "value") in found or (key, value) == ("trigger", {})
    assert [] == [place for place in where if not place.startswith(key)]
    without = {name: each for name, each in document.items() if name != key}
    assert [(key, "field")] == findings(from_dict, without)


@pytest.mark.parametrize("key", ["symbol", "type", "underlying", "expiry", "strike", "right"])
def test_a_missing_key_of_an_instrument_is_named(key: str) -> None:
    """A symbol or the four parts, and a type always."""
    parts = {"underlying": "AAPL", "expiry": "2025-11-14", "strike": 240, "right": "CALL"}
    given_keys = {"symbol": "XYZ"} if key == "symbol" else parts
    instrument = {"type": "OPTION", **given_keys} | {key: None}
    del instrument[key]
    assert [(f"instrument.{key}", "field")] == findings(from_dict, a_leg(instrument=instrument))


def test_null_is_absent() -> None:
    """A null under any key that may be left out reads as if the key were not there."""
    nothing = dict.fromkeys(
        [
            "otoco", "type", "stop_price", "touch_price", "trail", "expire_at", "position_effect",
            "display_quantity", "activate_at", "label",
        ]
    )  # fmt: skip
    sizes = dict.fromkeys(["tick_size", "lot_size", "multiplier"])
    instrument = {"symbol": "XYZ", "type": "EQUITY", **sizes}
    assert from_dict(a_leg()) == from_dict(a_leg(instrument=instrument) | nothing)
    assert TimeInForce.DAY is from_dict(a_leg(time_in_force=None)).legs[0].leg.time_in_force
    assert from_dict(an_oco(target(), stop())) == from_dict(
        an_oco(target(), stop()) | {"otoco": None}
    )


def test_a_null_symbol_beside_an_options_parts_is_absent() -> None:
    """An option by its parts may write a null symbol, and one by its symbol null parts."""
    parts = {"underlying": "AAPL", "expiry": "2025-11-14", "strike": 240, "right": "CALL"}
    by_parts = {"type": "OPTION", "tick_size": "0.01", "symbol": None, **parts}
    by_symbol = {"type": "OPTION", "symbol": OPTION.symbol, **dict.fromkeys(parts)}
    found = [from_dict(a_leg(instrument=each)) for each in (by_parts, by_symbol)]
    assert [OPTION, OPTION] == [order.legs[0].leg.instrument for order in found]


@pytest.mark.parametrize(
    ("document", "where"),
    [
        (a_leg(limit_prise="1"), "limit_prise"),
        (a_leg(peers=[]), "peers"),
        (a_leg(instrument={"symbol": "XYZ", "type": "EQUITY", "tick": 1}), "instrument.tick"),
        (a_leg(instrument={"symbol": "X", "type": "EQUITY", "right": "CALL"}), "instrument.right"),
        (an_oco(target(), stop()) | {"trigger": a_leg()}, "trigger"),
        (an_oto(a_leg(), target()) | {"peers": [target(), stop()]}, "peers"),
        (an_otoco(a_leg(), target(), stop()) | {"conditionals": [target()]}, "conditionals"),
        (an_oco(target(), stop(otoco=1)), "peers[1].otoco"),
        (an_oco(target(), an_oto(stop(), target()) | {"otoco": 1}), "peers[1].otoco"),
        (an_oco(target(), stop()) | {"side": "BUY"}, "side"),
        (an_oco(target(), stop()) | {"label": "x"}, "label"),
        ({"order": a_leg(), "option": {}}, "option"),
        ({"order": a_leg(), "otoco": 1}, "otoco"),
        (a_leg(options={}), "options"),
        (a_leg(stop_price="1"), "stop_price"),
        (a_leg(order_type="MARKET"), "limit_price"),
        (a_leg(trail="1"), "trail"),
    ],
)
def test_an_unknown_key_is_an_error(document: Any, where: str) -> None:
    """A key that has no place where it stands is a field problem there."""
    found = findings(from_dict, document)
    assert [(where, "field")] == found


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("limit_prise", "limit_price"),
        ("Quantity", "quantity"),
        ("time-in-force", "time_in_force"),
        ("time in force", "time_in_force"),
        ("expireAt", "expire_at"),
        ("xyzzy", None),
    ],
)
def test_a_misspelt_key_is_answered_with_the_nearest(key: str, meant: str | None) -> None:
    """The fix names the key that was probably meant, or all that are known."""
    with pytest.raises(InvalidOrder) as caught:
        from_dict(a_leg(**{key: "1"}))
    fix = caught.value.problems[0].fix or ""
    assert f"Did you mean {meant}?" == fix if meant else fix.startswith("Known are activate_at, ")


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        ({"offset": "5"}, None),
        ({"offset": 5}, None),
        ({"offset": "x"}, ("limit_price.offset", "price")),
        ({"offset": None}, ("limit_price.offset", "price")),
        ({"offset": {"offset": 1}}, ("limit_price.offset", "price")),
        ({"offset": True}, ("limit_price.offset", "price")),
        ({}, ("limit_price", "field")),
        ({"ofset": "5"}, ("limit_price", "field")),
        ({"offset": "5", "from": "fill"}, ("limit_price", "field")),
        ([5], ("limit_price", "price")),
        (True, ("limit_price", "price")),
        ("", ("limit_price", "price")),
    ],
)
def test_a_price_is_a_number_or_an_offset(price: Any, expected: tuple[str, str] | None) -> None:
    """A price is text, a number, or an object with an offset and nothing else."""
    document = an_oto(a_leg(), target(limit_price=price))
    if expected is None:
        assert Limit(Offset(5)) == from_dict(document).legs[1].leg.order_type
    else:
        where, code = expected
        assert [(f"conditionals[0].{where}", code)] == findings(from_dict, document)


def test_a_trail_is_no_offset() -> None:
    """A trail is a distance already, and an offset is none."""
    document = stop(order_type="TRAILING_STOP", stop_price=None, trail={"offset": "5"})
    assert [("trail", "price")] == findings(from_dict, document)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"order_type": "limit"}, ("order_type", "value")),
        ({"order_type": 7}, ("order_type", "value")),
        ({"order_type": ["LIMIT"]}, ("order_type", "value")),
        ({"side": 1}, ("side", "value")),
        ({"quantity": []}, ("quantity", "quantity")),
        ({"quantity": "1_0"}, ("quantity", "quantity")),
        ({"time_in_force": "GTD"}, ("expire_at", "expiry")),
        ({"expire_at": "2026-01-02T21:00:00Z"}, ("expire_at", "expiry")),
        ({"position_effect": "open"}, ("position_effect", "value")),
        ({"display_quantity": 0}, ("display_quantity", "quantity")),
        ({"activate_at": "soon"}, ("activate_at", "value")),
        ({"label": 7}, ("label", "value")),
        ({"instrument": "XYZ"}, ("instrument", "value")),
        ({"instrument": ["XYZ", "EQUITY"]}, ("instrument", "value")),
        ({"type": "LEG"}, ("type", "value")),
        ({"type": "oco"}, ("type", "value")),
        ({"type": 7}, ("type", "value")),
        ({"type": ["OCO"]}, ("type", "value")),
    ],
)
def test_a_wrong_value_is_told_under_its_key(changes: Any, expected: tuple[str, str]) -> None:
    """A value outside its set is a problem under its own key and of its own code."""
    assert [expected] == findings(from_dict, a_leg(**changes))


def test_parts_are_for_options() -> None:
    """Only an option is given by parts."""
    parts = {"underlying": "AAPL", "expiry": "2025-11-14", "strike": 240, "right": "CALL"}
    found = findings(from_dict, a_leg(instrument={"type": "EQUITY", **parts}))
    assert [("instrument.type", "value")] == found


@pytest.mark.parametrize(
    ("version", "is_read"),
    [(1, True), (None, True), (2, False), (0, False), ("1", False), (1.0, False), (True, False),
     ([], False), (10**30, False)],
)  # fmt: skip
def test_the_version_is_the_integer_one(version: Any, is_read: bool) -> None:
    """Version 1 is read, written or not; any other, and what is no integer, is refused."""
    document = an_oco(target(), stop()) | {"otoco": version}
    for found in (outcome(from_dict, document), outcome(from_json, json.dumps(document))):
        assert (from_dict(an_oco(target(), stop())) if is_read else [("otoco", "value")]) == found
    assert [("otoco", "value")] == findings(from_json, '{"otoco":1e0,' + json.dumps(a_leg())[1:])


@pytest.mark.parametrize("options", [None, {}, {"account_id": 7, "note": [None, {"a": True}]}])
def test_an_envelope_is_an_order_with_options(options: Any) -> None:
    """Whatever reads an order reads an envelope, and its options come with it as they are."""
    document = {"order": a_leg(), "options": options}
    order = from_dict(a_leg())
    assert Envelope(order, options or {}) == read(document)
    text = json.dumps(document)
    assert [order] * 3 == [from_dict(document), from_json(text), from_json(text.encode())]
    assert Envelope(order) == read(a_leg()) == read({"order": a_leg()})


def test_an_envelope_keeps_what_was_read() -> None:
    """The source of an envelope is the order's document; it is no part of its value."""
    assert a_leg() == read({"order": a_leg(), "options": {}}).source
    assert "source" not in repr(read(a_leg()))
    assert Envelope(from_dict(a_leg()), {}, {"a": 1}) == read(a_leg())


@pytest.mark.parametrize("options", ["x", 7, [], True])
def test_options_are_an_object(options: Any) -> None:
    """Options of another kind are a problem, beside those of the order."""
    document = {"order": a_leg(side="x"), "options": options}
    assert [("options", "value"), ("side", "value")] == findings(read, document)


@pytest.mark.parametrize("order", [None, 7, "x", [], True])
def test_an_envelope_holds_an_object(order: Any) -> None:
    """An order that is no object is a value problem of the envelope."""
    assert [("order", "value")] == findings(read, {"order": order, "options": {}})


@pytest.mark.parametrize("text", ["4150.10", "41501e-1", "4150.1000", "0.41501E4", "4150.1"])
def test_a_json_number_is_read_exactly(text: str) -> None:
    """A JSON number means the digits that it is written with."""
    document = json.dumps(a_leg()).replace('"100"', text)
    assert Decimal("4150.1") == from_json(document).legs[0].leg.prices()[0][1]


@given(st.decimals(-999_999, 999_999, allow_nan=False, places=10))
def test_no_float_is_on_the_way(number: Decimal) -> None:
    """Sixteen digits of a JSON number survive, which a double would not carry."""
    document = json.dumps(a_leg()).replace('"100"', f"{number:f}")
    assert number == from_json(document).legs[0].leg.prices()[0][1]


def test_any_mapping_and_sequence_is_read() -> None:
    """A dictionary may be any mapping, and a list any sequence."""
    document = MappingProxyType({"type": "OCO", "peers": (MappingProxyType(target()), stop())})
    assert from_dict(an_oco(target(), stop())) == from_dict(document)


def nested(levels: int) -> dict[str, Any]:
    """A chain of orders that trigger one another, so many groups deep."""
    document = a_leg()
    for _ in range(levels):
        document = an_oto(a_leg(), document)
    return document


def test_a_document_nests_as_deep_as_an_order() -> None:
    """The eighth level of groups is the last, and the ninth is a nesting problem, told once."""
    assert 9 == len(from_dict(nested(8)).legs)
    assert [("", "nesting")] == findings(from_dict, nested(9))
    assert [("conditionals[0]", "nesting")] == findings(from_dict, nested(10))


def test_a_spelling_may_nest_deeper_than_its_order() -> None:
    """An OCO in an OCO is flat, so its spelling may go deeper than eight levels."""
    document = target()
    for _ in range(20):
        document = an_oco(document, stop())
    assert 21 == len(from_dict(document).legs)


def test_a_document_holds_as_many_legs_as_an_order() -> None:
    """The 257th leg is a nesting problem, and so are ten thousand, told once."""
    assert 256 == len(from_dict(an_oco(*[stop()] * 256)).legs)
    assert [("", "nesting")] == findings(from_dict, an_oco(*[stop()] * 257))
    found = findings(from_dict, an_oco(*[stop()] * 10_000))
    assert ["nesting"] == [code for _, code in found]


def test_equal_orders_with_other_reference_data() -> None:
    """Tick, lot and multiplier are written where they are known, though no part of the value."""
    known, unknown = leg("BUY", Market(), instrument=MES), leg("BUY", Market(), instrument=XYZ)
    assert {"symbol": "MESM7", "type": "FUTURE", "tick_size": "0.25"} == to_dict(known)[
        "instrument"
    ]
    assert {"symbol": "XYZ", "type": "EQUITY"} == to_dict(unknown)["instrument"]


def test_a_group_is_written_by_its_class() -> None:
    """Each group is written with its type and its own keys, whatever it was spelt as."""
    trigger, exits = leg("BUY", Limit(100)), [leg("SELL", Limit(110)), leg("SELL", Stop(90))]
    made = (OCO(exits), OTO(trigger, exits), OTO(trigger, [OCO(exits)]))
    assert [
        ["otoco", "type", "peers"],
        ["otoco", "type", "trigger", "conditionals"],
        ["otoco", "type", "trigger", "peers"],
    ] == [list(to_dict(order)) for order in made]
