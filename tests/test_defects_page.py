"""docs/defects.md and the table of defects that the library is held to say the same."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Final

import pytest
from tests.otoco.defects import DEFECTS, INTENDED, ROWS

from otoco import Severity

PAGE: Final = (Path(__file__).resolve().parents[1] / "docs" / "defects.md").read_text(
    encoding="utf-8"
)
NUMBERED: Final = {f"{number}. {defect}": defect for number, defect in enumerate(DEFECTS, 1)}
LABELS: Final = ["**What it is.**", "**What it does.**", "**What `otoco` says.**"]


def of_the_table(defect: str) -> list[set[str]]:
    """The codes of a defect: errors, advice, and the advice of which ``bracket`` makes an error."""
    rows = [row for row in ROWS if row.defect == defect]
    codes = {(row.severity, code) for row in rows for code in row.found.values()}
    columns = [{code for severity, code in codes if severity == each} for each in Severity]
    return [*columns, INTENDED & columns[1]]


def sections() -> dict[str, str]:
    """The sections of the page about one defect each, by their numbered headings."""
    parts = re.split(r"^## (\d+\. .*)$", PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_page_has_the_table() -> None:
    """The page names the same defects in the same order, with the same codes and severities."""
    rows = re.findall(r"^\| \[(\d.*?)\]\(.*?\) \|(.*?)\|(.*?)\|(.*?)\|$", PAGE, re.MULTILINE)
    page = {name: [set(re.findall(r"`([\w-]+)`", cell)) for cell in cells] for name, *cells in rows}
    assert list(NUMBERED) == [name for name, *_ in rows]
    assert {name: of_the_table(defect) for name, defect in NUMBERED.items()} == page


@pytest.mark.parametrize("heading", NUMBERED)
def test_the_page_prints_every_code(heading: str) -> None:
    """Each section says what it is and what it does, and prints each code as it is flagged."""
    section = sections()[heading]
    assert LABELS == re.findall(r"^\*\*.*?\*\*", section, re.MULTILINE)
    (output,) = re.findall(r"^```text\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    lines = re.findall(r"^(error|advice): .* \[([\w-]+)\]", output, re.MULTILINE)
    errors, advice, intended = of_the_table(NUMBERED[heading])
    flagged = {*product(["error"], errors | intended), *product(["advice"], advice)}
    assert flagged == set(lines)


def test_the_links_of_the_table_lead_to_the_sections() -> None:
    """Each link is the anchor that its heading gets: lower case, hyphens, no punctuation."""
    links = re.findall(r"^\| \[(.*?)\]\(#(.*?)\)", PAGE, re.MULTILINE)
    anchors = [re.sub(r"[^\w -]", "", name).lower().replace(" ", "-") for name in sections()]
    assert list(zip(sections(), anchors, strict=True)) == links
