"""Every code that the library can give stands in docs/rules.md, and nothing else does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

import otoco
from otoco import Severity, adapter, adapter_names

PAGE = Path(__file__).resolve().parents[1] / "docs" / "rules.md"
PACKAGES = ("otoco", *(adapter(name).__module__.partition(".")[0] for name in adapter_names()))
#: What judges no order: the test kit, the interpreter, and what answers in a broker's stead.
ELSEWHERE = {"testing", "simulation", "engine", "sandbox"}
#: What makes a refusal or a difference; all else that takes a code makes a problem.
MAKERS = {
    "Refusals": {"Refusal", "refusal", "_refusal", "refuse"},
    "Differences": {"Difference", "_unknown"},
}
PROBLEMS = "Problems and advice"


@cache
def modules() -> tuple[ast.Module, ...]:
    """Every module of the core and of the adapters, from wherever they are installed."""
    folders = [Path(folder) for name in PACKAGES for folder in locations(name)]
    return tuple(
        ast.parse(file.read_text(encoding="utf-8"))
        for folder in folders
        for file in sorted(folder.rglob("*.py"))
        if not ELSEWHERE & {*file.relative_to(folder).parts}
    )


def locations(name: str) -> list[str]:
    """The folders of a package."""
    spec = find_spec(name)
    assert spec is not None
    return list(spec.submodule_search_locations or ())


def takers(trees: tuple[ast.Module, ...]) -> dict[str, int]:
    """What takes a ``code``, by name, with its place among the arguments of a call."""
    found: dict[str, int] = {}
    for node in (node for tree in trees for node in ast.walk(tree)):
        match node:
            case ast.FunctionDef(name=name, args=arguments):
                names = [each.arg for each in arguments.args if each.arg not in ("self", "cls")]
            case ast.ClassDef(name=name, body=body):
                fields = [each.target for each in body if isinstance(each, ast.AnnAssign)]
                names = [each.id for each in fields if isinstance(each, ast.Name)]
            case _:
                continue
        if "code" in names:
            found[name] = names.index("code")
    return found


def given(trees: tuple[ast.Module, ...]) -> Iterator[tuple[str, str]]:
    """What is called with a code, and the code; ``*`` stands for what is put in when it runs."""
    places = takers(trees)
    for node in (node for tree in trees for node in ast.walk(tree)):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in places:
                keywords = [each.value for each in node.keywords if each.arg == "code"]
                for argument in [*node.args[places[name] : places[name] + 1], *keywords]:
                    yield from ((name, code) for code in spelt(argument))
            case _:
                pass


def spelt(argument: ast.expr) -> Iterator[str]:
    """The code that an expression spells; none where it only hands on what it was given."""
    match argument:
        case ast.Constant(value=str(code)):
            yield code
        case ast.JoinedStr(values=parts):
            constants = (part.value if isinstance(part, ast.Constant) else "*" for part in parts)
            yield "".join(map(str, constants))
        case ast.Call(func=ast.Attribute(value=value, attr="replace")):
            yield from spelt(value)
        case ast.Name(id="code") | ast.Attribute(attr="code"):
            pass
        case _:
            raise AssertionError(f"no code can be read off {ast.unparse(argument)}")


def emitted(section: str) -> set[str]:
    """The codes that can be given of what a section of the page is about."""
    about = {maker: section for section, makers in MAKERS.items() for maker in makers}
    return {code for name, code in given(modules()) if about.get(name, PROBLEMS) == section}


def documented(section: str) -> dict[str, str]:
    """The codes of the tables under a heading of the page, with the words beside them."""
    text = PAGE.read_text(encoding="utf-8").split(f"\n## {section}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", text, re.MULTILINE)
    assert len(rows) == len(dict(rows)), "a code stands there twice"
    return dict(rows)


def matched(code: str, patterns: set[str]) -> bool:
    """Whether a code is one of these; a ``*`` in them stands for any word."""
    return any(re.fullmatch(each.replace("*", "[a-z-]+"), code) for each in patterns)


@pytest.mark.parametrize("section", [PROBLEMS, *MAKERS])
def test_the_page_has_every_code(section: str) -> None:
    """A code that can be given stands on the page, and what stands there can be given."""
    codes = emitted(section)
    page = documented(section)
    assert [] == [code for code in page if not matched(code, codes)]
    assert [] == [code for code in codes if not any(matched(each, {code}) for each in page)]


def test_what_legs_share_has_its_code() -> None:
    """For each field that a request carries once there is a code, by the field's name."""
    shared = {
        f"shared-{field}".replace("_", "-")
        for name in adapter_names()
        for forms in adapter(name)().capabilities.forms.values()
        for form in forms
        for field in form.shared
    }
    assert shared
    assert shared <= documented("Refusals").keys()


def test_severities() -> None:
    """What the page calls an error raises, and what it calls advice does not."""
    words = {each.partition(":")[0] for each in documented(PROBLEMS).values()}
    assert {*map(str, Severity), "either"} == words


def test_the_codes_of_advice() -> None:
    """Those codes are advice that the rules give as advice."""
    advice = {code for name, code in given(modules()) if name == "_advice"}
    page = documented(PROBLEMS)
    assert advice == {code for code, words in page.items() if words.startswith("advice")}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("class Problem:\n    where: str\n    code: str\nProblem('a', 'b')", {"b"}),
        ("def flaw(code, why): ...\nflaw('b', 'c'); x.flaw(code='d')", {"b", "d"}),
        ("class A:\n    def refuse(self, where, code): self.refuse(where, code)\n", set()),
        ("def f(code): ...\nf(f'shared-{x}'.replace('a', 'b'))", {"shared-*"}),
        ("def other(name): ...\nother('b')", set()),
    ],
)
def test_codes_are_found(source: str, expected: set[str]) -> None:
    """A code is found wherever it is handed to what takes one."""
    assert expected == {code for _, code in given((ast.parse(source),))}


def test_a_code_that_cannot_be_read_is_missed() -> None:
    """A code that is made up elsewhere is no way around the page."""
    source = ast.parse("def f(code): ...\nf(x.y)")
    with pytest.raises(AssertionError, match=r"no code can be read off x\.y"):
        list(given((source,)))


def test_the_library_is_what_is_installed() -> None:
    """The codes are those of the library that the tests import."""
    assert [str(Path(otoco.__file__).parent)] == locations("otoco")
