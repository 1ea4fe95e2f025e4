"""What no file of the project says."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
IGNORED = [".git", *(ROOT / ".gitignore").read_text(encoding="utf-8").split()]

HOST = re.compile(r"\b(?:py(?:pi|thonhosted)|npmjs|debian)\.(?:org|com)\b")
MACHINE_PATH = re.compile(r"(?<![\w.:/}-])/(?:home|root|Users|work|opt|tmp|mnt)/\w")
LOCATION = re.compile(r"://|^\s*--(?!hash=)", re.MULTILINE)
ESCAPE = re.compile(
    r"#\s*(?:type: ignore|pyright: ignore|noqa|pragma: no (?:cover|branch))"
    r"(?:\[[\w, -]+\]|: [A-Z]+\d+(?:, ?[A-Z]+\d+)*)?"
    r"|\bpytest\.(?:mark\.)?(?:skip|skipif|xfail|importorskip)\b"
)
WORDS = re.compile(r"[^\W\d]+\W+[^\W\d]+")


def is_ours(file: Path) -> bool:
    """Whether a file or folder belongs to the project, and is no by-product of working on it."""
    parts = file.relative_to(ROOT).parts
    return not any(fnmatch(part, name.rstrip("/")) for part in parts for name in IGNORED)


def texts(pattern: str) -> dict[str, str]:
    """The text of every file of the project whose name matches."""
    entries = [entry for entry in sorted(ROOT.iterdir()) if is_ours(entry)]
    files = [file for entry in entries for file in (entry, *sorted(entry.rglob("*")))]
    return {
        str(file.relative_to(ROOT)): file.read_text(encoding="utf-8", errors="replace")
        for file in files
        if file.match(pattern) and is_ours(file) and file.is_file()
    }


def lines_with(pattern: re.Pattern[str], text: str) -> list[str]:
    """The lines of a text in which a pattern occurs."""
    return [line.strip() for line in text.splitlines() if pattern.search(line)]


def unexplained(text: str) -> list[str]:
    """The lines that silence a tool or skip a test, and do not say why in words."""

    def explained(line: str, escape: re.Match[str]) -> bool:
        return bool(WORDS.search(line, escape.end()))

    found = [(line, escape) for line in text.splitlines() for escape in ESCAPE.finditer(line)]
    return [line.strip() for line, escape in found if not explained(line, escape)]


def test_no_file_names_a_package_host() -> None:
    """Where packages come from is the affair of whoever installs them."""
    hosts = {name: lines_with(HOST, text) for name, text in texts("*").items()}
    assert {} == {name: lines for name, lines in hosts.items() if lines}


def test_no_file_names_a_path_of_one_machine() -> None:
    """The project works from wherever it is put."""
    paths = {name: lines_with(MACHINE_PATH, text) for name, text in texts("*").items()}
    assert {} == {name: lines for name, lines in paths.items() if lines}


def test_requirements_are_names_versions_and_hashes_alone() -> None:
    """The pins hold no location and no option of an installer but the hashes."""
    pins = {name: text for name, text in texts("*.txt").items() if name.startswith("requirements")}
    assert ["dev.txt", "run.txt"] == [Path(name).name for name in pins]
    assert [] == [line for text in pins.values() for line in lines_with(LOCATION, text)]


def test_every_exception_to_a_rule_has_its_reason_beside_it() -> None:
    """Whoever silences a tool or skips a test says why, on the same line."""
    silenced = {name: unexplained(text) for name, text in texts("*.py").items()}
    assert {} == {name: lines for name, lines in silenced.items() if lines}


@pytest.mark.parametrize("escape", ["type: ignore[misc]", "noqa: S603, S607", "pragma: no cover"])
@pytest.mark.parametrize(
    ("reason", "is_explained"), [("", False), ("  # sic", False), (" - the broker says so", True)]
)
def test_an_exception_without_a_reason_is_seen(
    escape: str, reason: str, is_explained: bool
) -> None:
    """A rule's name, or a single word, is no reason."""
    line = f"x = 1  # {escape}{reason}"
    assert ([] if is_explained else [line]) == unexplained(line)


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (HOST, "see pythonhosted" + ".org/x"),
        (MACHINE_PATH, "in " + "/home/" + "someone/otoco"),
        (LOCATION, "--find-links wheels"),
        (LOCATION, "otoco @ https" + "://example.org"),
    ],
)
def test_what_no_file_says_is_seen(pattern: re.Pattern[str], line: str) -> None:
    """Each pattern finds what it is there to find."""
    assert [line] == lines_with(pattern, line)
