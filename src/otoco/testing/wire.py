"""Hypothesis strategies for JSON as strangers write it: numbers spelt otherwise, and worse."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st


class Spelling(str):
    """A JSON number by its text, so that ``4200.0`` is not ``4200``."""

    __slots__ = ()


def as_text(value: Any) -> str:
    """The value as JSON text, numbers as they are spelt."""
    match value:
        case Spelling():
            return str(value)
        case dict():
            members = (f"{json.dumps(key)}: {as_text(member)}" for key, member in value.items())
            return f"{{{', '.join(members)}}}"
        case list():
            return f"[{', '.join(map(as_text, value))}]"
        case _:
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
    bad = st.sampled_from([
        *(None, True, False, "", "NaN", "1e400", "../../x", "\r\n", "\x00", "\ud800", "１２", "1_000"),
        *(0, -1, 2**63, 10**5000, 1.5, -0.0, float("nan"), float("inf"), Decimal("sNaN"), Decimal("1E+999999")),
        *(b"\xff", object(), set(), type, Unshowable(), [], {}, {"": None}, {1: 2}, {None: None}),
    ])
    return st.recursive(
        bad | st.text() | st.integers() | st.floats(),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    )


class Unshowable:
    """A value that cannot even be printed."""

    def __repr__(self) -> str:
        raise RuntimeError("this cannot be shown")
