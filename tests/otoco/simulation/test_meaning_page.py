"""The tables of docs/meaning.md say what the policy and the adapters say."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from otoco import UNKNOWN, Semantics, adapter
from otoco.simulation import Policy

PAGE: Final = Path(__file__).resolve().parents[3] / "docs" / "meaning.md"
FIELDS: Final = [field.name for field in attrs.fields(Policy)]


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, its header first."""
    section = PAGE.read_text("utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [table[0], *table[2:]]


def test_the_page_has_every_choice_of_a_policy_with_the_default_first() -> None:
    """Each field of `Policy` has a row for each of its values, and the neutral one is the first."""
    _, *table = rows("What is left to a policy")
    expected: list[tuple[str, str, bool]] = []
    for field, default in attrs.asdict(Policy(), recurse=False).items():
        kind: type[Enum] = type(default)
        values = [default, *(each for each in kind if each is not default)]
        for value in values:
            word = f"`{type(value).__name__}.{value.name}`"
            expected.append((f"`{field}`" if value is default else "", word, value is default))
    assert expected == [(field, word, "**neutral**" in why) for field, word, _, why in table]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("tradovate", {}),
        ("snaptrade", {"contract": "2026-04"}),
        ("snaptrade", {"contract": "2026-10"}),
    ],
)
@pytest.mark.parametrize("field", FIELDS)
def test_the_page_says_what_each_adapter_declares(
    name: str, options: dict[str, Any], field: str
) -> None:
    """A broker's cell for a field of `Policy` is what the adapter's semantics say of it.

    What the semantics have no field for is declared by no adapter, and so unknown.
    """
    header, *table = rows("What each broker documents")
    capabilities = adapter(name)(**options).capabilities
    column = header.index(capabilities.broker)
    cells = [row[column] for row in table if row[0].startswith(f"`{field}`:")]
    assert [str(getattr(capabilities.semantics, field, UNKNOWN))] == cells


def test_semantics_speak_of_the_fields_of_a_policy() -> None:
    """What adapters declare about the life of a group has the names that a policy has for it."""
    semantics = {field.name for field in attrs.fields(Semantics)}
    assert {"arming", "peer_partial_fill"} == semantics & {*FIELDS}
