"""Change the library in thousands of small ways, and see that a test fails for each of them.

``python3 dev.py mutate`` judges all modules of ``SCOPE``, ``python3 dev.py mutate otoco._geometry``
those that are named. It fails where fewer than nine in ten mutants are killed, where one survives
without its reason in ``survivors.toml``, and where a reason is given for what no longer survives.

mutmut takes one source folder, and mutates functions without decorators: it is given a copy of the
tree in ``mutants/``, in which both source folders are one, properties are made below their
functions, and nothing is cached from one mutant to the next. Tables that stand in a module as such
are not mutated; the bodies in ``tests/wire/`` hold them.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2]
STAGE: Final = ROOT / "mutants"
REASONS: Final = Path(__file__).with_name("survivors.toml")
LEAST: Final = 90  # per cent
EXAMPLES: Final = "10"  # of each generated test

#: The modules with functions in them; ``otoco_tradovate._tables`` has tables alone.
SCOPE: Final = (
    "otoco._rules",
    "otoco._geometry",
    "otoco._advice",
    "otoco._numbers",
    "otoco._ladder",
    "otoco._capabilities",
    "otoco._form",
    "otoco._leg_form",
    "otoco._wire_keys",
    "otoco._formats",
    "otoco._translate",
    "otoco._contract",
    "otoco._portability",
    "otoco_tradovate._adapter",
    "otoco_tradovate._strategy",
    "otoco_snaptrade._adapter",
    "otoco_snaptrade._tables",
    "otoco_snaptrade._brokerages",
    "otoco_alpaca._adapter",
    "otoco_alpaca._rules",
    "otoco_alpaca._tables",
    "otoco_schwab._adapter",
    "otoco_tastytrade._adapter",
    "otoco_tastytrade._tables",
    "otoco_tradier._adapter",
    "otoco_tradier._tables",
)

#: The tests that judge the mutants: those of the scope, and no slower than need be, as a survivor
#: stands them all. The laws and the tests of documents would kill their share as well, at length;
#: here cases that one can read have to do it.
_TESTS: Final = (
    *(
        f"tests/otoco/test_{subject}.py"
        for subject in (
            *("capabilities", "contract", "equivalence", "form", "formats", "geometry"),
            *("instrument", "ladder", "leg", "leg_form", "numbers", "order_types", "parsing"),
            *("portability", "problems", "rules", "translate", "tree", "wire_keys"),
        )
    ),
    "tests/otoco_alpaca",
    "tests/otoco_schwab",
    "tests/otoco_snaptrade",
    "tests/otoco_tastytrade",
    "tests/otoco_tradier",
    "tests/otoco_tradovate",
    "tests/test_golden.py",
    "tests/test_sentences.py",
    "--ignore-glob=*/engine",
    "--ignore-glob=*/test_laws.py",
    "-k",
    "not computed_once",  # it is not, in the copy
)
#: How a property of an order is kept; the orders that stand in a test module outlive a mutant.
REMEMBERS: Final = "value = instance.__dict__[self.name] = "
_RESULT: Final = re.compile(r" +(\S+): (.+)")
_KILLED: Final = ("killed", "timeout", "segfault")  # a process that hangs or dies is noticed


class Mutation(NamedTuple):
    """One change: the function, the lines that go, and the lines that come."""

    function: str
    was: str
    becomes: str


def main(arguments: list[str]) -> int:
    """Run mutmut over the modules, and print what was killed and what survived."""
    unknown = set(arguments) - set(SCOPE)
    if unknown:
        say(f"No module of the scope: {', '.join(sorted(unknown))}. It is {', '.join(SCOPE)}.")
        return 2
    modules = [module for module in SCOPE if module in arguments or not arguments]
    stage(modules)
    mutmut("run")
    results = dict(_results(mutmut("results", "--all", "true", quiet=True)))
    share = report(modules, results)
    survivors = {
        name: mutation(name, mutmut("show", name, quiet=True))
        for name, status in results.items()
        if status not in _KILLED
    }
    faults = [*unexplained(survivors), *outdated(survivors.values(), modules)]
    for fault in faults:
        say(fault)
    return 1 if faults or share < LEAST else 0


def stage(modules: Sequence[str]) -> None:
    """Make the copy of the tree that mutmut works on."""
    shutil.rmtree(STAGE, ignore_errors=True)
    ours = shutil.ignore_patterns("__pycache__")
    for folder in (*ROOT.glob("src/*"), *ROOT.glob("adapters/*")):
        shutil.copytree(folder, STAGE / "src" / folder.name, ignore=ours)
    shutil.copytree(ROOT / "tests", STAGE / "tests", ignore=ours)
    shutil.copy2(ROOT / "pyproject.toml", STAGE)
    for file in STAGE.glob("src/**/*.py"):
        file.write_text(undecorated(file.read_text(encoding="utf-8")), encoding="utf-8")
    node = STAGE / "src" / "otoco" / "_node.py"
    forgetful = node.read_text(encoding="utf-8").replace(REMEMBERS, "value = ")
    node.write_text(forgetful, encoding="utf-8")
    settings: Mapping[str, Iterable[str]] = {
        "source_paths": ["src"],
        "only_mutate": [f"src/{module.replace('.', '/')}.py" for module in modules],
        "use_git_change_detection": ["false"],
        "pytest_add_cli_args": ["-p", "tests.mutation.plugin", "--hypothesis-profile=mutants"],
        "pytest_add_cli_args_test_selection": _TESTS,
    }
    lines = [f"{key}=\n    " + "\n    ".join(values) for key, values in settings.items()]
    (STAGE / "setup.cfg").write_text("\n".join(["[mutmut]", *lines, ""]), encoding="ascii")


def undecorated(text: str) -> str:
    """A module that means the same, without decorators that keep mutmut from a function."""
    lines = dict(enumerate(text.splitlines(keepends=True), 1))
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.FunctionDef) or len(node.decorator_list) != 1:
            continue
        (decorator,) = node.decorator_list
        words = ast.unparse(decorator)
        if words == "property" or words.startswith("lru_cache("):
            lines[decorator.lineno] = ""
        if words == "property":
            indent = " " * node.col_offset
            lines[node.end_lineno or 0] += f"{indent}{node.name} = property({node.name})\n"
    return "".join(lines.values())


def mutmut(*arguments: str, quiet: bool = False) -> str:
    """Run mutmut in the copy; the same hashes each time, so that all goes in the same order."""
    process = subprocess.run(
        [Path(sys.executable).with_name("mutmut"), *arguments],
        cwd=STAGE,
        env={**os.environ, "PYTHONHASHSEED": "0", "OTOCO_EXAMPLES": EXAMPLES},
        stdout=subprocess.PIPE if quiet else None,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return process.stdout or ""


def _results(printed: str) -> Iterator[tuple[str, str]]:
    for line in printed.splitlines():
        match = _RESULT.fullmatch(line)
        if match:
            yield match[1], match[2]


def report(modules: Iterable[str], results: Mapping[str, str]) -> float:
    """Print how many mutants of each module were killed; returns how many in a hundred of all."""
    say(f"{'module':28} {'mutants':>8} {'killed':>8} {'timeout':>8} {'survived':>8}")
    total: Counter[str] = Counter()
    for module in modules:
        counts = Counter(status for name, status in results.items() if _is_of(name, module))
        total += counts
        _row(module, counts)
    return _row("all", total)


def _row(title: str, counts: Counter[str]) -> float:
    mutants = counts.total()
    timeouts = counts["timeout"] + counts["segfault"]
    killed = counts["killed"] + timeouts
    share = 100 * killed / mutants if mutants else 100.0
    numbers = (mutants, counts["killed"], timeouts, mutants - killed)
    say(f"{title:28} {' '.join(f'{number:8}' for number in numbers)} {share:7.1f} %")
    return share


def _is_of(name: str, module: str) -> bool:
    return name.rpartition(".")[0] == module


def mutation(name: str, shown: str) -> Mutation:
    """What mutmut shows of a mutant, as one line of what was there and one of what is."""
    changed = [line for line in shown.splitlines() if line[:1] in "+-" and line[:3] not in _HEADS]
    lines = {
        sign: " ".join(line[1:].strip() for line in changed if line[0] == sign) for sign in "-+"
    }
    return Mutation(function_of(name), lines["-"], lines["+"])


_HEADS: Final = ("+++", "---")


def function_of(name: str) -> str:
    """The dotted name of the function of a mutant, which mutmut spells ``x_f__mutmut_1``."""
    module, _, mangled = name.partition("__mutmut_")[0].rpartition(".")
    function = mangled.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
    return f"{module}.{function}"


def reasons() -> dict[Mutation, str]:
    """Why a mutant may survive, by mutation."""
    tables = tomllib.loads(REASONS.read_text(encoding="utf-8"))
    return {
        Mutation(function, each["was"], each.get("becomes", "")): each["why"]
        for function, entries in tables.items()
        for each in entries
    }


def unexplained(survivors: Mapping[str, Mutation]) -> Iterator[str]:
    """A sentence for each survivor without a reason."""
    known = reasons()
    for name, each in survivors.items():
        if each not in known:
            yield f"{name} survives.\n  - {each.was}\n  + {each.becomes}"


def outdated(survivors: Iterable[Mutation], modules: Iterable[str]) -> Iterator[str]:
    """A sentence for each reason of what does not survive."""
    for each in reasons().keys() - set(survivors):
        if any(each.function.startswith(f"{module}.") for module in modules):
            yield f"{each.function} has a reason for what does not survive: {each.becomes}"


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
