"""Lists in answers: as strict as objects, and never empty by mistake."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from otoco.adapters import LONGEST_ANSWER, Numeral, Unclear, read_list
from otoco.testing import hostile_values


def test_a_list_keeps_its_numbers_as_text() -> None:
    """No number becomes a float on the way."""
    assert [{"price": Numeral("4150.10")}, None] == read_list(b'[{"price": 4150.10}, null]')


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "the text is no JSON"),
        (b"{}", "the answer is no list."),
        (b"null", "the answer is no list."),
        (b'"[]"', "the answer is no list."),
        (b"[] []", "the text is no JSON"),
        (b"[NaN]", "NaN is no number."),
        (b'[{"id": 1, "id": 2}]', "the key 'id' stands twice."),
        (b"[" * 65 + b"]" * 65, "it nests more than 64 levels deep."),
        (b"[" + b" " * LONGEST_ANSWER, "the answer is longer than"),
    ],
)
def test_what_is_no_list_is_not_taken_for_an_empty_one(body: bytes, why: str) -> None:
    """An empty list may mean that there is no order, so nothing else may turn into one."""
    read = read_list(body)
    assert isinstance(read, Unclear)
    assert why in read.why


@given(hostile_values())
def test_whatever_is_read_is_a_list_or_unclear(value: Any) -> None:
    """Nothing else comes out, and nothing is raised."""
    try:
        body = json.dumps(value).encode()
    except (TypeError, ValueError, RecursionError):
        body = repr(value).encode("utf-8", "replace")
    assert isinstance(read_list(body), list | Unclear)
