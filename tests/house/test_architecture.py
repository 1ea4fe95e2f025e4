"""The page on the architecture is about the house as it stands."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_every_module_has_its_place() -> None:
    """Each module of the core stands once in the table of subjects, and no other does."""
    rows = re.findall(r"^\| [^|]* \| (`.*`) \|$", PAGE, re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    modules = {
        path.stem
        for path in (ROOT / "src" / "otoco").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert sorted(modules - {"__init__"}) == sorted(named)


def test_every_document_is_in_the_readme() -> None:
    """A page that the README does not name is found by nobody."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pages = {f"docs/{file.name}" for file in (ROOT / "docs").glob("*.md")}
    assert pages == set(re.findall(r"\((docs/[\w-]+\.md)\)", readme))


def test_links_lead_somewhere() -> None:
    """Every link between the pages has a page at its end."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    broken = {
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([\w./-]+)(?:#[\w-]+)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    }
    assert set() == broken
