"""Wire keys that lead into objects and lists of one item."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from otoco._wire_keys import inner_keys, nested, outer_keys
from otoco.adapters import Reading

KEYS = ("do", "legs[0].size", "legs[0].what.name", "legs[0].what.kind", "life[0]")


def test_the_outermost_keys() -> None:
    """The list is known by its name, once; an index with nothing behind it belongs to a key."""
    assert ("do", "legs", "life[0]") == outer_keys(KEYS)
    inner = {"legs[0]": ["size", "what.name", "what.kind"]}
    assert inner == inner_keys(KEYS)
    assert {"what": ["name", "kind"]} == inner_keys(inner["legs[0]"])


def test_what_flat_keys_lead_into() -> None:
    """Objects stand inside one another, and a list has its one item."""
    written = {
        "do": 0,
        "legs": [{"size": 1, "what": {"name": 2, "kind": 3}}],
        "life[0]": 4,
    }
    assert written == nested({key: n for n, key in enumerate(KEYS)})


@st.composite
def flat_bodies(draw: st.DrawFn) -> dict[str, int]:
    """Values under keys that lead up to three steps deep, none of them through another value."""
    steps = st.sampled_from(["a", "b", "c"])
    into = st.sampled_from(["x", "y[0]", "z"])
    ways = st.tuples(st.lists(into, max_size=3), steps).map(lambda way: ".".join([*way[0], way[1]]))
    return {key: n for n, key in enumerate(draw(st.lists(ways, unique=True)))}


@given(flat_bodies())
def test_what_is_written_into_objects_is_read_flat_again(flat: dict[str, int]) -> None:
    """Reading gathers under each key what writing has put there, and refuses nothing of it."""
    reading = Reading()
    members = reading.object(nested(flat), "", outer_keys(flat))
    assert flat == reading._flatten(flat, (), members, "")
    assert [] == reading.refusals


def test_a_list_of_another_number_of_items_is_refused_by_its_name() -> None:
    """A list of one item is written, and so one of none or two is not read."""
    wrong: tuple[Any, ...] = ([], [{}, {}], {}, "x")
    for value in wrong:
        reading = Reading()
        reading._flatten(KEYS, (), {"legs": value}, "at")
        assert [("at.legs", "a list of one item belongs under legs.")] == [
            (each.where, each.why) for each in reading.refusals
        ]


def test_null_is_nothing_where_it_is_allowed_inside() -> None:
    """What may be null below an object may be null there, and nowhere else."""
    body = {"legs": [{"size": None, "what": {"name": None, "kind": 3}}]}
    reading = Reading()
    assert {"legs[0].what.name": None, "legs[0].what.kind": 3} == reading._flatten(
        KEYS, ["legs[0].size"], body, ""
    )
    assert {"legs[0].size": None, "legs[0].what.kind": 3} == reading._flatten(
        KEYS, ["legs[0].what.name"], body, ""
    )
