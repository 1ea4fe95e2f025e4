"""What is generated is up to date."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "docs" / "generate.py"


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    """The names of docs/generate.py, which writes nothing unless it is the program."""
    return runpy.run_path(str(SCRIPT))


@pytest.mark.parametrize("name", ["README.md", "docs/adapters.md"])
def test_the_tables_are_up_to_date(script: dict[str, Any], name: str) -> None:
    """The tables say what the adapters declare today; if not, run python3 dev.py docs."""
    assert script["pages"]()[ROOT / name] == (ROOT / name).read_text(encoding="utf-8")


def test_generating_again_changes_nothing(script: dict[str, Any]) -> None:
    """The markers stay, and nothing piles up between them."""
    generated: Callable[[str, str], str] = script["generated"]
    page = "a\n<!-- adapters:begin -->\nold\n<!-- adapters:end -->\nb\n"
    once = generated(page, "| new |\n")
    assert "a\n<!-- adapters:begin -->\n\n| new |\n\n<!-- adapters:end -->\nb\n" == once
    assert once == generated(once, "| new |\n")


def test_a_page_without_markers_is_an_error(script: dict[str, Any]) -> None:
    """A table that has nowhere to go is missed."""
    with pytest.raises(SystemExit, match="has no <!-- adapters:begin -->"):
        script["generated"]("a page", "| new |")


def test_every_adapter_has_a_column_and_a_section(script: dict[str, Any]) -> None:
    """The tables are about every broker, and about each published contract."""
    head = "| | Alpaca | Schwab | SnapTrade | tastytrade | Tradier | Tradovate |\n"
    assert script["compact"]().startswith(head)
    sections = re.findall("^##+ .*", script["detailed"](), re.MULTILINE)
    assert [
        "## Alpaca",
        "## Schwab",
        "## SnapTrade",
        "### Contract 2026-04",
        "### Contract 2026-10",
        "## tastytrade",
        "## Tradier",
        "## Tradovate",
    ] == sections


def test_the_tables_are_tables(script: dict[str, Any]) -> None:
    """Every row of a table has as many cells as its head."""
    for text in (script["compact"](), script["detailed"]()):
        for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
            assert 1 == len({line.count("|") for line in table.splitlines()})
