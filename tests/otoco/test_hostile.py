"""Hostile dictionaries: whatever they hold, an order or the library's own error comes out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.otoco.conftest import EXPIRY, orders, outcome, thorough

from otoco import InvalidOrder, Order, from_dict, from_json, read, to_dict


class Stubborn:
    """Something that cannot be shown, compared, counted or asked for its truth."""

    def _no(self, *_: object) -> Any:
        raise RuntimeError("no")

    __repr__ = __str__ = __eq__ = __ne__ = __bool__ = __len__ = __iter__ = __format__ = _no
    __hash__ = object.__hash__


class Shy:
    """A key that can be a key, and cannot be shown."""

    def __repr__(self) -> str:
        raise RuntimeError("no")


class Counted:
    """Something that counts how often it is shown."""

    times = 0

    def __repr__(self) -> str:
        Counted.times += 1
        return "x"


def deep_list(levels: int = 100_000) -> list[Any]:
    """A list in a list, and so on."""
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


def deep_document(levels: int = 100_000) -> dict[str, Any]:
    """A group in a group, and so on; each is all kinds of group and an offset at once."""
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"type": "OCO", "peers": [value, value], "offset": value, "order": value}
    return value


def cyclic_list() -> list[Any]:
    """A list that holds itself."""
    value: list[Any] = []
    value.append(value)
    return value


def cyclic_document(kind: str) -> dict[str, Any]:
    """A group that is its own child, its own trigger and its own price."""
    value: dict[str, Any] = {"type": kind}
    value |= {"peers": [value, value], "conditionals": [value], "trigger": value}
    value |= {"offset": value, "order": value, "instrument": value, "side": value}
    return value


HOSTILE: dict[str, Callable[[], Any]] = {
    "deep list": deep_list,
    "deep document": deep_document,
    "cyclic list": cyclic_list,
    "cyclic OCO": lambda: cyclic_document("OCO"),
    "cyclic OTO": lambda: cyclic_document("OTO"),
    "cyclic OTOCO": lambda: cyclic_document("OTOCO"),
    "stubborn object": Stubborn,
    "stubborn class": lambda: type("Odd", (), {"__module__": 7}),
    "huge integer": lambda: 10**5000,
    "huge decimal": lambda: Decimal(10**5000),
    "signalling NaN": lambda: Decimal("sNaN"),
    "nan": lambda: float("nan"),
    "infinity": lambda: float("-inf"),
    "complex": lambda: 1j,
    "true": lambda: True,
    "bytes": lambda: b"BUY",
    "bytearray": lambda: bytearray(b"BUY"),
    "set": lambda: {1, 2},
    "generator": lambda: iter([1]),
    "function": lambda: print,
    "half a pair": lambda: "\ud800",
    "lines": lambda: "BUY\r\nX: y",
    "NUL": lambda: "\x00",
    "a megabyte": lambda: "9" * 2**20,
    "empty text": lambda: "",
    "empty list": list,
    "empty object": dict,
    "odd keys": lambda: {None: 1, 7: 2, (): 3, "": 4, "\ud800": 5, b"x": 6, 1.5: 7},
    "shy key": lambda: {Shy(): 1},
    "range": lambda: range(3),
    "naive moment": lambda: datetime(2026, 1, 2),  # noqa: DTZ001  the missing zone is the point
    "moment": lambda: EXPIRY,
    "type": lambda: dict,
    "exception": lambda: InvalidOrder([]),
}

LEG = {
    "side": "SELL",
    "quantity": "1",
    "instrument": {"symbol": "XYZ", "type": "EQUITY", "tick_size": "1", "multiplier": "2"},
    "order_type": "STOP_LIMIT",
    "stop_price": "90",
    "limit_price": {"offset": "-15"},
    "time_in_force": "GTD",
    "expire_at": "2026-01-02T21:00:00Z",
    "position_effect": "CLOSE",
    "display_quantity": "1",
    "activate_at": "2026-01-02T21:00:00Z",
    "label": "x",
}
CALL = {"underlying": "A", "expiry": "2026-01-02", "strike": 7, "right": "CALL", "type": "OPTION"}
DOCUMENT: dict[str, Any] = {
    "order": {
        "otoco": 1,
        "type": "OTO",
        "trigger": {**LEG, "limit_price": "100"},
        "conditionals": [
            LEG,
            {"type": "OCO", "peers": [LEG, LEG]},
            {"type": "OTOCO", "trigger": LEG, "peers": [LEG, {**LEG, "stop_price": "80"}]},
            {**LEG, "instrument": CALL, "limit_price": "5"},
        ],
    },
    "options": {"account_id": 7},
}


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in a document."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from paths(value[key], (*path, key))


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The document with something else at a path; what is not on the path is shared."""
    if not path:
        return new
    made = dict(value) if isinstance(value, dict) else list(value)
    made[path[0]] = put(value[path[0]], path[1:], new)
    return made


def test_the_document_to_spoil_is_good() -> None:
    """What is spoilt below is an order before."""
    assert 8 == len(read(DOCUMENT).order.legs)


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_value_anywhere_is_refused_or_read(make: Callable[[], Any]) -> None:
    """In the place of any value of a document, the worst ends in the library's own error."""
    value = make()
    for path in paths(DOCUMENT):
        found = outcome(read, put(DOCUMENT, path, value))
        assert [] != found, f"an error names what is wrong at {path}"
    assert [] != outcome(from_dict, {"order": value, "options": value})
    assert [] != outcome(from_dict, value)


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_value_beside_is_refused(make: Callable[[], Any]) -> None:
    """Under a key that is not known, anything at all is a problem of that key."""
    order = DOCUMENT["order"]
    assert [("colour", "field")] == outcome(from_dict, {**order, "colour": make()})


@pytest.mark.parametrize(
    "key", [None, 7, 1.5, (), b"side", "\ud800", "\r\n", Shy(), EXPIRY], ids=type
)
def test_a_hostile_key_anywhere_is_refused(key: Any) -> None:
    """A key that is no text, or none that could be meant, is a field problem."""
    objects = [path for path in paths(DOCUMENT) if path[-1] in {"order", "trigger", "instrument"}]
    for path in objects:
        inner = DOCUMENT
        for step in path:
            inner = inner[step]
        found = outcome(read, put(DOCUMENT, path, {**inner, key: 1}))
        assert ["field"] == [code for _, code in found]
        assert found[0][0].isprintable()


def test_what_repeats_itself_is_shown_once() -> None:
    """A list of lists that share their parts is not written out, however often it would repeat."""
    value: Any = Counted()
    for _ in range(16):
        value = [value, value]
    for key in ("side", "quantity", "order_type", "instrument", "label", "expire_at", "type"):
        Counted.times = 0
        assert [] != outcome(from_dict, {**LEG, key: value})
        assert Counted.times < 1000, key


@thorough
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
        | st.sampled_from(["OCO", "OTO", "OTOCO", "BUY", "LIMIT", "100", "EQUITY", "GTC"]),
        lambda children: st.lists(children, max_size=4)
        | st.dictionaries(
            st.sampled_from([*LEG, *LEG["instrument"], *CALL, "trigger", "peers", "conditionals",
                             "offset", "otoco", "order", "options"]) | st.text(max_size=3),
            children, max_size=8,
        ),
        max_leaves=40,
    )
)  # fmt: skip
def test_any_json_is_an_order_or_refused(document: Any) -> None:
    """Arbitrary JSON, made of the form's own words, ends in an order or the library's error."""
    found = outcome(read, document)
    assert [] != found
    if isinstance(document, dict):
        again = outcome(read, json.dumps(document))
        assert (found if isinstance(found, list) else found.order) == (
            again if isinstance(again, list) else again.order
        )


json_values: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, -1, 1.5, "", "x", "0", "-1", "1e3", [], {}, [[]], {"offset": "1"}, 10**13,
     "BUY", "SELL", "OCO", "OTO", "OTOCO", "IOC", "GTD", "MARKET", "OPTION", "5", "\n", "\ud800"]
)  # fmt: skip


@given(orders(), st.data())
def test_a_spoilt_document_is_an_order_or_refused(order: Order, data: st.DataObject) -> None:
    """Replace, remove, double and rename parts of a document: an order or the error."""
    document: Any = to_dict(order)
    for _ in range(data.draw(st.integers(1, 3))):
        places = list(paths(document))
        path = data.draw(st.sampled_from(places)) if places else ()
        document = put(document, path[:-1], spoilt(data, walk(document, path[:-1]), path[-1:]))
    found = outcome(from_dict, document)
    assert [] != found
    assert found == outcome(from_json, json.dumps(document))


def walk(value: Any, path: tuple[Any, ...]) -> Any:
    """What stands at a path."""
    for key in path:
        value = value[key]
    return value


def spoilt(data: st.DataObject, holder: Any, last: tuple[Any, ...]) -> Any:
    """An object or list of which one member was replaced, removed, doubled or renamed."""
    if not last:
        return holder
    (key,) = last
    how = data.draw(st.sampled_from(["replace", "remove", "another", "rename"]))
    if how == "replace":
        return put(holder, last, data.draw(json_values))
    made = dict(holder) if isinstance(holder, dict) else list(holder)
    other = data.draw(st.sampled_from(["side", "peers", "type", "trigger", "limit_price", "x"]))
    value = made.pop(key) if how in {"remove", "rename"} else made[key]
    if how != "remove":
        if isinstance(made, dict):
            made[other] = value
        else:
            made.append(value)
    return made
