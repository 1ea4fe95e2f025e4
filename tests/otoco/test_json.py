"""JSON text: what is none, what is written twice, and how long and deep it may be."""

from __future__ import annotations

import json
import sys
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.otoco.conftest import findings, orders, outcome

from otoco import InvalidOrder, Order, from_dict, from_json, read, to_dict

LEG = (
    '{"side": "BUY", "quantity": 1, "instrument": {"symbol": "XYZ", "type": "EQUITY"},'
    ' "order_type": "LIMIT", "limit_price": {"offset": 1}}'
)
OCO = f'{{"type": "OCO", "peers": [{LEG}, {LEG}]}}'
MARKET = LEG.replace("LIMIT", "MARKET").replace(', "limit_price": {"offset": 1}', "")

NO_JSON: list[tuple[str, str | bytes]] = [
    ("empty", ""),
    ("empty bytes", b""),
    ("spaces", " \n\t"),
    ("a word", "BUY"),
    ("half an object", "{"),
    ("half a leg", MARKET[:-1]),
    ("two objects", MARKET + MARKET),
    ("a comma too many", MARKET[:-1] + ",}"),
    ("a comma too many in a list", '{"peers": [1,]}'),
    ("single quotes", MARKET.replace('"', "'")),
    ("a comment", MARKET + "// so it is"),
    ("a byte order mark", "\ufeff" + MARKET),
    ("a byte order mark in bytes", MARKET.encode("utf-8-sig")),
    ("UTF-16", MARKET.encode("utf-16")),
    ("Latin-1", MARKET.replace("XYZ", "é").encode("latin-1")),
    ("half a pair in bytes", MARKET.encode().replace(b"XYZ", b"\xed\xa0\x80")),
    ("an overlong byte", MARKET.encode().replace(b"XYZ", b"\xc0\xaf")),
    ("a bare control character", MARKET.replace("XYZ", "X\nZ")),
    ("a bare NUL", MARKET.replace("XYZ", "X\x00Z")),
    ("a NUL behind", MARKET + "\x00"),
    ("a wrong escape", MARKET.replace("XYZ", r"\x41")),
    ("a leading zero", MARKET.replace(": 1,", ": 01,")),
    ("a leading plus", MARKET.replace(": 1,", ": +1,")),
    ("a hexadecimal", MARKET.replace(": 1,", ": 0x1,")),
    ("Python's words", MARKET.replace(": 1,", ": None,")),
    ("null", "null"),
    ("a number", "7"),
    ("a text", '"order"'),
    ("true", "true"),
    ("an array", f"[{MARKET}]"),
    ("not a number", "NaN"),
    ("infinity", "-Infinity"),
    ("ten thousand digits", "9" * 10_000),
    ("too long", MARKET + " " * 2**20),
    ("too long in bytes", (MARKET + " " * 2**20).encode()),
    ("too long a symbol", MARKET.replace("XYZ", "X" * 2**21)),
    ("deep lists", "[" * 100_000),
    ("deep lists, closed", "[" * 100_000 + "]" * 100_000),
    ("deep objects", '{"order":' * 100_000 + "1" + "}" * 100_000),
    ("deep peers", '{"type":"OCO","peers":[' * 20_000 + "]}" * 20_000),
    ("deep offsets", '{"offset":' * 100_000),
]


@pytest.mark.parametrize("text", [each[1] for each in NO_JSON], ids=[each[0] for each in NO_JSON])
def test_what_is_no_json_object_is_refused(text: str | bytes) -> None:
    """Text and bytes that hold no JSON object are one problem of the code json."""
    assert [("", "json")] == findings(from_json, text)
    assert [("", "json")] == findings(read, text)


@pytest.mark.parametrize(
    "document", [None, 7, 1.5, True, [], [LEG], (), {1}, ..., bytearray(b"{}")], ids=str
)
def test_what_is_neither_text_nor_mapping_is_refused(document: Any) -> None:
    """Whatever else is given for a document is no JSON object."""
    assert [("", "json")] == findings(from_dict, document)
    assert [("", "json")] == findings(from_json, document)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "It is empty."),
        ("{} {}", "Extra data at line 1, column 4"),
        ('{\n"a": 1,\n}', "JSON has no comma after the last member."),
        ('{"peers": [1,]}', "JSON has no comma after the last member."),
        ("\ufeff{}", "Save it without a byte order mark."),
        ("{a: 1}", "at line 1, column 2"),
        (b"{\xff}", "not UTF-8 (byte 1)"),
        (" " * 2**21, "longer than 1048576 characters"),
        ("[" * 100_000, "nests too deeply"),
        ("[]", "this is an array"),
        ("7", "this is a number"),
        ('"x"', "this is text"),
        ("null", "this is null"),
        ("true", "this is a bool"),
    ],
)
def test_the_sentence_says_what_is_wrong_with_the_text(text: str | bytes, words: str) -> None:
    """The problem says where the text goes wrong, and the fix what to do about it."""
    with pytest.raises(InvalidOrder) as caught:
        from_json(text)
    assert words in str(caught.value)


@pytest.mark.parametrize("length", [2**20 - 1, 2**20])
def test_a_mebibyte_is_read(length: int) -> None:
    """A text of up to a mebibyte is read."""
    assert from_json(MARKET) == from_json(MARKET + " " * (length - len(MARKET)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (MARKET.replace('"quantity": 1', '"quantity": 1, "quantity": 1'), ["quantity"]),
        (MARKET.replace('"quantity": 1,', '"quantity": 1, ' * 3), ["quantity"]),
        (MARKET.replace('"symbol": "XYZ",', '"symbol": "XYZ",' * 2), ["instrument.symbol"]),
        (MARKET[:-1] + ', "otoco": 1, "otoco": 1}', ["otoco"]),
        (MARKET[:-1] + ', "label": null, "label": "x"}', ["label"]),
        (MARKET[:-1] + ', "x": 1, "x": 1}', ["x", "x"]),
        (OCO.replace('"type": "OCO"', '"type": "OCO", "type": "OCO"'), ["type"]),
        (OCO[:-1] + ', "peers": []}', ["peers"]),
        (f'{{"order": {MARKET}, "order": {MARKET}}}', ["order"]),
        (f'{{"order": {MARKET}, "options": {{}}, "options": {{}}}}', ["options"]),
        (f'{{"order": {MARKET}, "options": {{"a": 1, "a": 1}}}}', ["options.a"]),
        (f'{{"order": {MARKET}, "options": {{"a": {{"b": 1, "b": 1}}}}}}', ["options.a.b"]),
        (f'{{"order": {MARKET}, "options": {{"a": [{{"b": 1, "b": 1}}]}}}}', ["options.a[0].b"]),
        (
            f'{{"type": "OTO", "trigger": {MARKET}, "conditionals": ['
            + LEG.replace('"offset": 1', '"offset": 1, "offset": 2') + "]}",
            ["conditionals[0].limit_price"],
        ),
    ],
)  # fmt: skip
def test_a_key_that_stands_twice_is_refused(text: str, expected: list[str]) -> None:
    """A key written twice is a field problem where it stands, whether the values differ or not."""
    assert [(where, "field") for where in expected] == [
        each for each in findings(read, text) if each[1] == "field"
    ]


@given(orders(), st.data())
def test_any_key_of_any_object_may_stand_once_only(order: Order, data: st.DataObject) -> None:
    """Wherever in a document a key is written twice, the document is refused for that key."""
    places: list[tuple[str, Any]] = []

    def collect(value: Any, path: str) -> None:
        if isinstance(value, dict) and "offset" not in value:
            places.extend((path, (value, key)) for key in value)
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(child, dict | list):
                step = f"[{key}]" if isinstance(key, int) else f".{key}"
                collect(child, f"{path}{step}".lstrip("."))

    document = to_dict(order)
    collect(document, "")
    path, (inner, key) = data.draw(st.sampled_from(places))
    inner["TWICE"] = inner[key]
    text = json.dumps(document).replace('"TWICE"', json.dumps(key))
    assert (f"{path}.{key}".lstrip("."), "field") in findings(from_json, text)


@pytest.mark.parametrize(
    "literal", ["NaN", "Infinity", "-Infinity", "1e400", "-1E+999", "9" * 5000]
)
@pytest.mark.parametrize("key", ["quantity", "tick_size", "label", "otoco", "side", "offset"])
def test_a_number_out_of_bounds_is_refused_wherever_it_stands(literal: str, key: str) -> None:
    """NaN, infinities and huge numbers are a problem under their key, whatever the key."""
    text = LEG[:-1] + ', "label": "x", "otoco": 1}'
    text = text.replace('"type": "EQ', '"tick_size": 1, "type": "EQ')
    start = text.index(f'"{key}": ') + len(key) + 4
    end = min(index for index in (text.find(end, start) for end in ",}") if index > 0)
    (where, code), *_ = findings(from_json, text[:start] + literal + text[end:])
    assert where.endswith(key)
    assert code in {"value", "quantity", "price"}


@pytest.mark.parametrize(
    "escape", [r"\r\n", r"\u0000", r"\u001b", r"\u007f", r"\ud800", r"\udc00\ud800"]
)
def test_an_escaped_character_is_judged_as_the_character(escape: str) -> None:
    """Control characters and half pairs do not come in as escapes either, in values or keys."""
    assert [("instrument.symbol", "value")] == findings(
        from_json, MARKET.replace("XYZ", f"X{escape}")
    )
    labelled = MARKET[:-1] + f', "label": "{escape}"}}'
    assert [("label", "value")] == findings(from_json, labelled)
    (key,) = findings(from_json, MARKET[:-1] + f', "{escape}": 1}}')
    assert "field" == key[1]
    assert key[0].isprintable()


def test_a_whole_pair_is_a_character() -> None:
    """Two escapes that make a character beyond the first plane are that character."""
    order = from_json(MARKET.replace("XYZ", r"\ud83d\ude00"))
    assert "\U0001f600" == order.legs[0].leg.instrument.symbol


KEYS = [
    "otoco", "type", "side", "quantity", "order_type", "limit_price", "time_in_force", "expire_at",
    "position_effect", "display_quantity", "activate_at", "label", "instrument", "peers", "order",
    "options", "unknown",
]  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_nesting_up_to_the_limit_of_the_reader_is_refused(
    key: str, opening: str, closing: str
) -> None:
    """Where a value nests almost too deeply to be read, it is refused in the usual way."""
    limit = sys.getrecursionlimit()
    base = json.loads(MARKET)
    base.pop(key, None)
    for depth in range(limit - 150, limit + 2):
        value = opening * depth + ("1" if closing == "}" else "") + closing * depth
        text = f"{json.dumps(base)[:-1]}, {json.dumps(key)}: {value}}}"
        with pytest.raises(InvalidOrder):
            read(text)


WIDE: dict[str, str] = {
    "unknown keys": MARKET[:-1] + "".join(f', "limit_p{n}": 1' for n in range(30_000)) + "}",
    "legs that are empty": '{"type": "OCO", "peers": [' + "{}," * 300_000 + "{}]}",
    "legs that are none": '{"type": "OCO", "peers": [' + "1," * 300_000 + "1]}",
    "options that repeat": f'{{"order": {MARKET}, "options": {{"a": 1'
    + ', "a": 1' * 120_000
    + "}}",
}


@pytest.mark.parametrize("text", WIDE.values(), ids=WIDE)
def test_a_mebibyte_of_mistakes_is_refused_in_seconds(text: str) -> None:
    """The time that a refusal takes grows no faster than the text."""
    start = time.process_time()
    with pytest.raises(InvalidOrder):
        read(text)
    assert time.process_time() - start < 20


def test_a_number_among_the_options_is_exact() -> None:
    """An option's number is an integer or a decimal; what is out of bounds is no text."""
    numbers = {
        "a": "7",
        "b": "-0",
        "c": "1.50",
        "d": "7.0",
        "e": "1e3",
        "f": "NaN",
        "g": "9" * 5000,
    }
    options = ", ".join(f'"{key}": {text}' for key, text in numbers.items())
    found = read(f'{{"order": {MARKET}, "options": {{{options}, "text": "7"}}}}').options
    kept = [(type(found[key]), found[key]) for key in "abcde"]
    decimals = [(Decimal, Decimal(text)) for text in ("1.5", "7", "1000")]
    assert [(int, 7), (int, 0), *decimals] == kept
    assert (str, "7") == (type(found["text"]), found["text"])
    assert {type(found["f"]), type(found["g"])}.isdisjoint({str, int, float, Decimal})


@given(st.text() | st.binary())
def test_any_text_is_an_order_or_refused(text: str | bytes) -> None:
    """Whatever text or bytes come in, only the library's own error comes out."""
    assert [("", "json")] == outcome(from_json, text) or text.strip()[:1] in {"{", b"{"}


@given(orders(), st.data())
def test_a_spoilt_text_is_an_order_or_refused(order: Order, data: st.DataObject) -> None:
    """Cut, doubled and overwritten pieces of a text end in an order or in the library's error."""
    text = json.dumps(to_dict(order))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    piece = data.draw(st.text('{}[]",:019eE+-.\\u null\x00\ud800', max_size=6))
    found = outcome(from_json, text[:start] + piece + text[end:])
    assert found != []
