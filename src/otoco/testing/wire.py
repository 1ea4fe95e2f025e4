"""Hypothesis strategies for JSON as strangers write it: numbers spelt otherwise, and worse."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, cast

from hypothesis import strategies as st

from otoco._json import is_array, is_object


class Spelling(str):
    """A JSON number by its text, so that ``4200.0`` is not ``4200``."""

    __slots__ = ()


def as_text(value: Any) -> str:
    """The value as JSON text, numbers as they are spelt."""
    if isinstance(value, Spelling):
        return str(value)
    if is_object(value):
        members = (f"{json.dumps(key)}: {as_text(member)}" for key, member in value.items())
        return f"{{{', '.join(members)}}}"
    if is_array(value):
        return f"[{', '.join(map(as_text, value))}]"
    return json.dumps(value)


def spellings(number: Decimal | int) -> st.SearchStrategy[Spelling]:
    """The same number as different programs write it: ``4200``, ``4200.0``, ``4.2e3``."""
    value = Decimal(number)
    plain = format(value, "f")
    texts = {plain, f"{plain}0" if "." in plain else f"{plain}.0", _scientific(value)}
    return st.sampled_from(sorted(texts)).map(Spelling)


def _scientific(value: Decimal) -> str:
    sign, digits, exponent = value.as_tuple()
    return f"{'-' if sign else ''}{''.join(map(str, digits))}e{exponent}"


def hostile_values() -> st.SearchStrategy[Any]:
    """What no one should send: JSON of any kind and depth, and what is no JSON at all."""
    texts = ("", "NaN", "1e400", "../../x", "?#", "\r\n", "\x00", "\ud800", "\uff11", "1_000")
    numbers = (0, -1, 2**63, 10**4000, 1.5, -0.0, float("nan"), float("inf"))
    decimals = (Decimal("sNaN"), Decimal("-Infinity"), Decimal("1E+999999"))
    rest: tuple[Any, ...] = (None, True, False, b"\xff", object, range(2), {1: 2}, {None: []})
    fixed: st.SearchStrategy[Any] = st.sampled_from([*texts, *numbers, *decimals, *rest])
    return st.recursive(
        fixed | st.text() | st.integers() | st.floats(),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        ),
        max_leaves=8,
    )


@st.composite
def disturbed(
    draw: st.DrawFn, body: dict[str, Any], strange_keys: Sequence[str]
) -> tuple[dict[str, Any], str]:
    """A body with one thing wrong with it, and the path of that place.

    A key is missing, ``null``, of another kind or beside one that does not belong there.
    """
    body = copy.deepcopy(body)
    place, holder = draw(st.sampled_from(list(_objects(body))))
    key = draw(st.sampled_from([*holder, *strange_keys]))
    wrong: st.SearchStrategy[Any] = st.sampled_from(
        (None, True, [], {}, "", "1", Spelling("0"), Spelling("1.5"), "x", -1)
    )
    if key in holder and draw(st.booleans()):
        del holder[key]
    else:
        holder[key] = draw(wrong)
    return body, f"{place}.{key}".lstrip(".")


def _objects(value: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object inside a JSON value, with its path."""
    inner: list[tuple[str, Any]] = []
    if is_object(value):
        yield at, cast("dict[str, Any]", value)
        inner = [(f"{at}.{key}".lstrip("."), member) for key, member in value.items()]
    elif is_array(value):
        inner = [(f"{at}[{index}]", item) for index, item in enumerate(value)]
    for place, each in inner:
        yield from _objects(each, place)
