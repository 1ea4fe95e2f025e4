"""The import contract: adapters know the core, and the core knows no adapter."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

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
            case _:
                pass


def forbidden(source: str, package: str, module: str) -> list[str]:
    """What a module of an adapter package imports against the contract."""
    allowed = {*sys.stdlib_module_names, "attrs", "otoco", package}
    if module == "auth":
        allowed.add("httpx")

    def is_forbidden(name: str) -> bool:
        top, *rest = name.split(".")
        private = top == "otoco" and any(part.startswith("_") for part in rest)
        return private or top not in allowed

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
    package = file.relative_to(ROOT / "adapters").parts[0]
    assert [] == forbidden(file.read_text(encoding="utf-8"), package, file.stem)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from otoco import Leg\nfrom otoco_a import words\nfrom . import auth\nimport json", []),
        ("from otoco import _leg", ["otoco._leg"]),
        ("from otoco._leg import Leg", ["otoco._leg.Leg"]),
        ("def late():\n    import otoco_b.words", ["otoco_b.words"]),
        ("import httpx, cattrs", ["httpx", "cattrs"]),
    ],
)
def test_a_breach_of_the_contract_is_seen(source: str, expected: list[str]) -> None:
    """Private names, other adapters and further libraries are breaches, wherever they stand."""
    assert expected == forbidden(source, "otoco_a", "_words")


def test_only_a_module_named_auth_may_import_the_http_client() -> None:
    """Authentication is the one thing of an adapter that knows how requests are sent."""
    assert [] == forbidden("import httpx", "otoco_a", "auth")
