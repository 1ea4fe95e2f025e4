"""Two bodies are the same to a broker, or there is a first place where they differ."""

from __future__ import annotations

from typing import Any

import pytest

from otoco._equivalence import difference, same_path
from otoco._json import loads
from otoco.adapters import (
    AnyOrder,
    DefaultValue,
    EmbeddedJson,
    NoPeerOrder,
    NullIsAbsent,
    TextOrNumber,
)

EQUIVALENCES = (
    DefaultValue("flag", False, "a page"),
    AnyOrder("legs", "a page"),
    NullIsAbsent("legs[].price", "a page"),
    TextOrNumber("size", "a page"),
    TextOrNumber("**.strike", "a page"),
    TextOrNumber("at[]", "a page"),
    NoPeerOrder("a page"),
    EmbeddedJson("params", "a page"),
)
UPPER, LOWER = "0B0E7C1E-6A3C-4D5C-9C55-2F4B7D0A9E11", "0b0e7c1e-6a3c-4d5c-9c55-2f4b7d0a9e11"

CASES: dict[str, tuple[str, str, str | None]] = {
    "nothing": ("{}", "{}", None),
    "another order of keys": ('{"a": 1, "b": 2}', '{"b": 2, "a": 1}', None),
    "another spelling of a number": ('{"a": 4200}', '{"a": 4.2e3}', None),
    "another number": ('{"a": 0.1}', '{"a": 0.10000000000000001}', "a"),
    "a number beyond bounds": ('{"a": 9223372036854775807}', '{"a": 9223372036854775807}', None),
    "another number beyond bounds": (
        '{"a": 9223372036854775807}',
        '{"a": 9223372036854775806}',
        "a",
    ),
    "a number and its text": ('{"a": 1}', '{"a": "1"}', "a"),
    "one and true": ('{"a": 1}', '{"a": true}', "a"),
    "zero and false": ('{"a": false}', '{"a": 0}', "a"),
    "nothing and null": ('{"a": null}', "{}", "a"),
    "null where it is allowed": ('{"legs": [{"price": null}]}', '{"legs": [{}]}', None),
    "null where it is not": ('{"legs": [{"stop": null}]}', '{"legs": [{}]}', "legs[0].stop"),
    "a number as text": ('{"size": "1.50"}', '{"size": 1.5}', None),
    "another number as text": ('{"size": "1.5"}', '{"size": 1.6}', "size"),
    "what is no number": ('{"size": "x"}', '{"size": "y"}', "size"),
    "a number as text at another place": ('{"a": {"size": "1"}}', '{"a": {"size": 1}}', "a.size"),
    "a number as text at any depth": (
        '{"a": [{"strike": "1.0"}], "strike": 2}',
        '{"a": [{"strike": "1"}], "strike": "2"}',
        None,
    ),
    "a form's key with an index": (
        '{"at[0]": "1.0", "at[12]": "2"}',
        '{"at[0]": "1", "at[12]": "2.0"}',
        None,
    ),
    "JSON as text": (r'{"params": "{\"a\": 1}"}', r'{"params": "{\"a\":1.0}"}', None),
    "no JSON as text": ('{"params": "a"}', '{"params": "b"}', "params"),
    "the default": ('{"flag": false}', "{}", None),
    "not the default": ('{"flag": true}', "{}", "flag"),
    "zero is not the default false": ('{"flag": 0}', "{}", "flag"),
    "the same moment": (
        '{"a": "2026-01-02T21:00:00Z"}',
        '{"a": "2026-01-02T16:00:00-05:00"}',
        None,
    ),
    "another moment": ('{"a": "2026-01-02T21:00:00Z"}', '{"a": "2026-01-02T21:00:00-05:00"}', "a"),
    "the same id": (f'{{"a": "{UPPER}"}}', f'{{"a": "{LOWER}"}}', None),
    "the same text in capitals": ('{"a": "text"}', '{"a": "TEXT"}', "a"),
    "a list in another order": (
        '{"legs": [{"a": 1, "b": 2}, 3]}',
        '{"legs": [3, {"b": 2, "a": 1}]}',
        None,
    ),
    "a list in another order and other spellings": (
        f'{{"legs": [[1.50, 0, 1], [1.5, 0.0, 2], ["{UPPER}", 1], ["{LOWER}", 2]]}}',
        f'{{"legs": [["{UPPER}", 2], ["{LOWER}", 1], [15e-1, -0.0, 2], [1.5, 0, 1]]}}',
        None,
    ),
    "a list of moments in another order": (
        '{"legs": [["2026-01-02T21:00:00Z", 2], ["2026-01-02T16:00:00-05:00", 1]]}',
        '{"legs": [["2026-01-02T21:00:00Z", 1], ["2026-01-02T16:00:00-05:00", 2]]}',
        None,
    ),
    "a list whose order means something": ('{"a": [1, 2]}', '{"a": [2, 1]}', "a[0]"),
    "a shorter list": ('{"legs": [1]}', '{"legs": [1, 1]}', "legs"),
    "a list and an object": ('{"a": []}', '{"a": {}}', "a"),
    "deep down": ('{"a": {"b": [{"c": 1}]}}', '{"a": {"b": [{"c": 2}]}}', "a.b[0].c"),
}


@pytest.mark.parametrize(("ours", "theirs", "expected"), CASES.values(), ids=CASES)
def test_the_first_difference(ours: str, theirs: str, expected: str | None) -> None:
    """Numbers are compared exactly, times as instants, ids as values, lists as declared."""
    bodies: tuple[Any, Any] = (loads(ours), loads(theirs))
    assert expected == difference(*bodies, EQUIVALENCES)
    assert (expected is None) == (difference(bodies[1], bodies[0], EQUIVALENCES) is None)
    assert difference(bodies[0], bodies[0], EQUIVALENCES) is None


PATHS = {
    "the same": ("/accounts/7/x", "/accounts/7/x", True),
    "an id in capitals": (f"/accounts/{LOWER}/x", f"/accounts/{UPPER}/x", True),
    "another": ("/accounts/7/x", "/accounts/8/x", False),
    "a longer one": ("/accounts", "/accounts/", False),
    "a word in capitals": ("/accounts", "/Accounts", False),
}


@pytest.mark.parametrize(("ours", "theirs", "expected"), PATHS.values(), ids=PATHS)
def test_paths_are_the_same_up_to_the_spelling_of_ids(
    ours: str, theirs: str, expected: bool
) -> None:
    """An id in a path is a value, and the rest is text."""
    assert expected is same_path(ours, theirs)


def test_what_is_no_number_is_sorted_too() -> None:
    """A list in any order may hold what is no number, which is equal to nothing."""
    body = loads('{"legs": [NaN, 2, 1]}')
    assert "legs[2]" == difference(body, body, EQUIVALENCES)
