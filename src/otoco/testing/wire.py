"""Hypothesis strategies for JSON as strangers write it: numbers spelt otherwise, and worse."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from hypothesis import strategies as st

from otoco._contract import (
    AnyOrder,
    BodyKind,
    DefaultValue,
    EmbeddedJson,
    Equivalence,
    NoPeerOrder,
    NullIsAbsent,
    TextOrNumber,
)
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


def shuffled(members: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The same JSON object with its keys in any order."""
    return st.permutations(list(members.items())).map(dict)


def spellings(number: Decimal | int) -> st.SearchStrategy[Spelling]:
    """The same number as different programs write it: ``4200``, ``4200.0``, ``4.2e3``."""
    value = Decimal(number)
    plain = format(value, "f")
    texts = {plain, f"{plain}0" if "." in plain else f"{plain}.0", _scientific(value)}
    return st.sampled_from(sorted(texts)).map(Spelling)


def _scientific(value: Decimal) -> str:
    sign, digits, exponent = value.as_tuple()
    return f"{'-' if sign else ''}{''.join(map(str, digits))}e{exponent}"


@st.composite
def respelled(draw: st.DrawFn, /, value: Any) -> Any:
    """The same JSON as another program writes it: numbers spelt otherwise, keys in any order."""
    if is_object(value):
        members = [(key, draw(respelled(member))) for key, member in value.items()]
        return dict(draw(st.permutations(members)))
    if is_array(value):
        return [draw(respelled(each)) for each in value]
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return draw(spellings(Decimal(repr(value)))) if is_number else value


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


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The keys and indexes that lead to everything inside a JSON value, itself first."""
    inner: list[tuple[Any, Any]] = []
    if is_object(value):
        inner = list(value.items())
    elif is_array(value):
        inner = list(enumerate(value))
    return [at, *(place for key, member in inner for place in places(member, (*at, key)))]


def put(value: Any, place: Sequence[Any], new: Any) -> Any:
    """A copy of a JSON value that has something else at a place."""
    value = copy.deepcopy(value)
    if not place:
        return new
    _at(value, place[:-1])[place[-1]] = new
    return value


def one_place_wrong(body: Any, strange_key: str = "unheardOf") -> Iterator[tuple[Any, str]]:
    """A body with a key missing, ``null``, or beside one that is unheard of; and that place.

    Of a list the last item is missing, or stands there twice.
    """
    for place in places(body):
        here = _at(body, place)
        if is_array(here) and here:
            yield put(body, place, [*here, here[-1]]), path_of(place)
            yield put(body, place, here[:-1]), path_of(place)
        if not is_object(here):
            continue
        yield put(body, (*place, strange_key), "x"), path_of((*place, strange_key))
        for key in here:
            without = {name: member for name, member in here.items() if name != key}
            yield put(body, place, without), path_of((*place, key))
            yield put(body, (*place, key), None), path_of((*place, key))


def path_of(place: Iterable[Any]) -> str:
    """A place in a JSON value as a path: ``orders[1].price``."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return "".join(steps).lstrip(".")


def body_key(request: Any) -> str:
    """The key of a request's body: ``body`` or ``form``, and none where the body stands alone."""
    return next((kind.key for kind in BodyKind if kind.key in request), "")


def body_of(request: Any) -> Any:
    """The body of a request, which may stand alone."""
    return request.get(body_key(request), request)


def with_body(request: Any, body: Any) -> Any:
    """A request, which may be a body alone, with another body."""
    key = body_key(request)
    return {**request, key: body} if key else body


def equivalents(body: Any, equivalences: Iterable[Equivalence]) -> list[Any]:
    """The bodies that say the same by what an adapter declares that the broker treats as such."""
    return [body, *(other for each in equivalences for other in _by_equivalence(body, each))]


def _by_equivalence(body: Any, equivalence: Equivalence) -> Iterator[Any]:
    if isinstance(equivalence, NoPeerOrder):
        return
    *outer, key = equivalence.key.replace("[]", ".*").split(".")
    for place in places(body):
        way = ["*" if isinstance(step, int) else step for step in place]
        here = _at(body, place)
        match equivalence:
            case AnyOrder() if way == [*outer, key]:
                yield put(body, place, here[::-1])
            case TextOrNumber() if _matches(way, [*outer, key]) and _number(here) is not None:
                number = cast("Decimal", _number(here))
                yield put(body, place, format(number, "f") + ("0" if "." in str(here) else ".0"))
            case EmbeddedJson() if way == [*outer, key] and isinstance(here, str):
                yield put(body, place, json.dumps(json.loads(here), indent=1))
            case NullIsAbsent() if way == outer and is_object(here) and key not in here:
                yield put(body, (*place, key), None)
            case DefaultValue(value=value) if way == outer and is_object(here):
                if key not in here:
                    yield put(body, (*place, key), value)
                elif here[key] == value:
                    yield put(body, place, {name: here[name] for name in here if name != key})
            case _:
                pass


def _matches(way: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether a place is one that a pattern names; ``**`` stands for any way to the last key."""
    if pattern[0] == "**":
        way, pattern = way[-1:], pattern[-1:]
    return list(way) == list(pattern)


def _number(value: Any) -> Decimal | None:
    """The number in a JSON value, as text or as a number."""
    try:
        return Decimal(value) if isinstance(value, str) else Decimal(repr(value))
    except ArithmeticError:
        return None


def _at(value: Any, place: Sequence[Any]) -> Any:
    for key in place:
        value = value[key]
    return value


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
