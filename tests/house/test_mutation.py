"""The reasons why mutants survive are about code that is there; the rest ``dev.py mutate`` sees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.mutation import run

REASONS = run.reasons()


def functions(body: list[ast.stmt], at: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    """The functions and methods of a module, by dotted name."""
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield f"{at}.{node.name}", node
        elif isinstance(node, ast.ClassDef):
            yield from functions(node.body, f"{at}.{node.name}")


def in_one_line(module: str) -> dict[str, str]:
    """The text of each function of a module, without its line ends and indentation."""
    (file,) = (
        file
        for root in ("src", "adapters")
        if (file := run.ROOT / root / Path(*module.split(".")).with_suffix(".py")).exists()
    )
    text = file.read_text(encoding="utf-8")
    return {
        name: " ".join(
            line.strip() for line in text.splitlines()[node.lineno - 1 : node.end_lineno]
        )
        for name, node in functions(ast.parse(text).body, module)
    }


@pytest.mark.parametrize("each", REASONS, ids=lambda each: f"{each.function}: {each.becomes}"[:90])
def test_a_reason_is_about_code_that_is_there(each: run.Mutation) -> None:
    """Who changes such a line is told to look at the reason again."""
    (module,) = (name for name in run.SCOPE if each.function.startswith(f"{name}."))
    assert each.was in in_one_line(module)[each.function]
    assert each.was != each.becomes


def test_what_the_copy_does_otherwise_is_there() -> None:
    """Where an order no longer remembers so, the copy that is mutated would remember."""
    node = (run.ROOT / "src" / "otoco" / "_node.py").read_text(encoding="utf-8")
    assert 1 == node.count(run.REMEMBERS)


def test_every_reason_is_a_sentence() -> None:
    """A reason says why no test can tell the mutant from the code."""
    assert [] == [each for each, why in REASONS.items() if len(why) < 20 or why[-1] != "."]
