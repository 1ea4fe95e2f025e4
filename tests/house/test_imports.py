"""The import contract: adapters know the core, and the core knows no adapter."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

#: The libraries, besides the standard one, for each folder of an adapter, and for its own modules.
LIBRARIES = {
    "auth": {"anyio", "attrs", "httpx", "otoco"},
    "engine": {"attrs"},
    "sandbox": {"attrs", "otoco"},
    "testing": {"attrs", "hypothesis", "otoco"},
    "": {"attrs", "otoco"},
}

#: Parts of a package that only tests and sandboxes import, and which of them each folder may.
APART = {"testing", "engine", "sandbox"}
ADMITTED = {"testing": APART, "sandbox": {"engine", "sandbox"}}

ROOT = Path(__file__).resolve().parents[2]
CORE = sorted((ROOT / "src").rglob("*.py"))
ADAPTERS = sorted((ROOT / "adapters").rglob("*.py"))


def imported(source: str) -> Iterator[str]:
    """The dotted name of everything that a module imports from elsewhere."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield from (f"{module}.{name.name}" for name in names)
            case ast.ImportFrom(level=level) if level > 1:
                yield "." * level
            case _:
                pass


def forbidden(source: str, package: str, *where: str) -> list[str]:
    """What a module of an adapter package, at its folder and name, imports against the contract."""
    folder = where[0] if len(where) > 1 else ""
    allowed = {*sys.stdlib_module_names, *LIBRARIES[folder]}
    if folder != "engine":
        allowed.add(package)
    if where == ("auth",):
        allowed.add("httpx")

    def is_forbidden(name: str) -> bool:
        top, *rest = name.split(".")
        private = top == "otoco" and any(part.startswith("_") for part in rest)
        part = {*rest[:1]} & APART if top in ("otoco", package) else set[str]()
        return private or top not in allowed or not part <= ADMITTED.get(folder, set())

    return [name for name in imported(source) if is_forbidden(name)]


def test_importing_the_core_loads_no_adapter_and_no_http_client() -> None:
    """`import otoco` is as cheap as its model, and works where an adapter is broken."""
    code = "import sys, otoco; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    result = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    loaded = result.stdout.split()
    assert "otoco" in loaded
    assert [] == [name for name in loaded if name == "httpx" or name.startswith("otoco_")]


@pytest.mark.parametrize("file", CORE, ids=lambda file: str(file.relative_to(ROOT)))
def test_the_core_names_no_adapter(file: Path) -> None:
    """No module of the core imports an adapter, not even late."""
    names = imported(file.read_text(encoding="utf-8"))
    assert [] == [name for name in names if name.startswith("otoco_")]


@pytest.mark.parametrize("file", ADAPTERS, ids=lambda file: str(file.relative_to(ROOT)))
def test_adapters_import_only_what_the_core_publishes(file: Path) -> None:
    """An adapter is written with the core's public names, and so can be written by anyone."""
    package, *where = file.relative_to(ROOT / "adapters").with_suffix("").parts
    assert [] == forbidden(file.read_text(encoding="utf-8"), package, *where)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from otoco import Leg\nfrom otoco_a import words\nfrom . import auth\nimport json", []),
        ("from otoco import _leg", ["otoco._leg"]),
        ("from otoco._leg import Leg", ["otoco._leg.Leg"]),
        ("def late():\n    import otoco_b.words", ["otoco_b.words"]),
        ("import httpx, cattrs", ["httpx", "cattrs"]),
        ("import hypothesis\nimport otoco.testing", ["hypothesis", "otoco.testing"]),
        ("from otoco import testing\nimport otoco_a.engine", ["otoco.testing", "otoco_a.engine"]),
        ("from .. import words", [".."]),
    ],
)
def test_a_breach_of_the_contract_is_seen(source: str, expected: list[str]) -> None:
    """Private names, other adapters and further libraries are breaches, wherever they stand."""
    assert expected == forbidden(source, "otoco_a", "_words")


@pytest.mark.parametrize(
    ("source", "in_engine", "in_testing"),
    [
        ("import attrs, json\nfrom ._records import Records", [], []),
        ("import otoco", ["otoco"], []),
        ("from otoco_a import Broker", ["otoco_a.Broker"], []),
        ("from otoco_a.engine import Engine", ["otoco_a.engine.Engine"], []),
        ("import hypothesis\nimport otoco.testing", ["hypothesis", "otoco.testing"], []),
        ("import otoco._leg, httpx", ["otoco._leg", "httpx"], ["otoco._leg", "httpx"]),
        ("import otoco_b", ["otoco_b"], ["otoco_b"]),
    ],
)
def test_an_engine_knows_nothing_of_the_library_and_test_kits_know_it_all(
    source: str, in_engine: list[str], in_testing: list[str]
) -> None:
    """What judges a translation shares no code with it; only tests generate examples."""
    assert in_engine == forbidden(source, "otoco_a", "engine", "_book")
    assert in_testing == forbidden(source, "otoco_a", "testing", "_broker")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import attrs\nfrom otoco.sandbox import Reply\nfrom otoco_a.engine import Engine", []),
        ("from otoco_a.sandbox._desk import Desk\nfrom otoco_a import Adapter", []),
        ("import otoco.testing, httpx", ["otoco.testing", "httpx"]),
        ("import otoco_a.testing, otoco_b.engine", ["otoco_a.testing", "otoco_b.engine"]),
    ],
)
def test_a_sandbox_is_made_of_its_engine(source: str, expected: list[str]) -> None:
    """It serves what its engine says, and nothing of an adapter imports it."""
    assert expected == forbidden(source, "otoco_a", "sandbox", "_desk")
    both = ["otoco.sandbox", "otoco_a.sandbox"]
    assert both == forbidden(f"import {', '.join(both)}", "otoco_a", "_words")


def test_only_what_is_named_auth_may_import_the_http_client() -> None:
    """Authentication is the one thing of an adapter that knows how requests are sent."""
    assert [] == forbidden("import httpx", "otoco_a", "auth")
    assert [] == forbidden("import httpx, anyio", "otoco_a", "auth", "_wire")
    assert ["httpx"] == forbidden("import httpx", "otoco_a", "_wire")
    assert ["httpx"] == forbidden("import httpx", "otoco_a", "engine", "auth")
