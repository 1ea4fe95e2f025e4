"""Every snippet of the README and of the pages in docs is executed, in the order of its page.

How a page is written:

- ``python`` blocks share one namespace. What they print is compared with the next fenced block if
  that is a plain ``text`` block. ``python raises=NAME`` expects that exception, and its message is
  compared likewise.
- ``json NAME.json`` and ``text NAME`` write a file of that name into the page's own folder.
- ``console`` blocks are sessions: lines that start with ``$ `` are run there by the shell (lines
  that start with ``> `` continue them), and the lines below are what they print.
- A line that is only ``…`` stands for any number of lines.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import attrs
import pytest

ROOT = Path(__file__).resolve().parents[1]
#: The adapter of the guide, which snippets may import.
sys.path.append(str(ROOT / "tests" / "thirdparty" / "otoco_acme" / "src"))
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

ELLIPSIS = "…"
FENCE = re.compile(r"( *)(`{3,}|~{3,})([^`]*)")
RAISES = re.compile(r"python raises=(\w+)")
FILE = re.compile(r"(?:json|jsonl|text) ([\w-][\w.-]*)")
#: Code that nobody would run may not hide behind another word for its language.
OTHER_WORDS = {"bash", "pycon", "py", "python3", "sh", "shell"}
#: Commands that set an environment up; the tests leave theirs alone.
SET_UP = ("pip install ", "python3 -m pip ", "python3 -m venv ", "git clone ", "cd ")
DEV = "python3 dev.py "


@attrs.frozen
class Block:
    """A fenced block: its page's line, the words behind its fence, and what it holds."""

    line: int
    info: str
    text: str


class BadPageError(Exception):
    """A page that does not keep to the convention."""


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page."""
    found: list[Block] = []
    lines = enumerate(page.splitlines(), 1)
    for number, line in lines:
        opening = FENCE.fullmatch(line)
        if opening is None:
            continue
        indent, fence, info = opening.groups()
        inside: list[str] = []
        for _, inner in lines:
            if inner.strip() == fence:
                break
            inside.append(inner.removeprefix(indent))
        else:
            raise BadPageError(f"the fence of line {number} is never closed")
        found.append(Block(number, info.strip(), "\n".join(inside)))
    return found


class Page:
    """A page whose snippets are run one after the other, each of them once."""

    def __init__(self, name: str, text: str, folder: Path) -> None:
        self.name = name
        self.blocks = blocks(text)
        self.folder = folder
        self.module = ModuleType(re.sub(r"\W", "_", name))
        self.failures: list[BaseException | None] = []

    def check(self, line: int) -> None:
        """Run the snippet of a line, and before it those above it that were not run yet."""
        (index,) = (n for n, block in enumerate(self.blocks) if block.line == line)
        while len(self.failures) <= index:
            self.failures.append(self._failure(len(self.failures)))
        failure = self.failures[index]
        if failure is not None:
            raise failure

    def _failure(self, index: int) -> BaseException | None:
        try:
            self._run(index)
        except Exception as error:  # noqa: BLE001  a snippet may raise anything, and is named for it
            return error
        return None

    def _run(self, index: int) -> None:
        block = self.blocks[index]
        if block.info == "python":
            self._compare(index, self._printed(block))
        elif raising := RAISES.fullmatch(block.info):
            self._raises(index, raising[1])
        elif file := FILE.fullmatch(block.info):
            (self.folder / file[1]).write_text(block.text + "\n", encoding="utf-8")
        elif block.info == "console":
            self._session(block)
        elif block.info.split()[:1] in [["python"], ["console"], *([word] for word in OTHER_WORDS)]:
            raise BadPageError(f"{self.name}:{block.line}: nothing runs a block of {block.info!r}")

    def _printed(self, block: Block) -> str:
        """What the code of a block prints; line numbers in its tracebacks are the page's."""
        code = compile("\n" * block.line + block.text, self.name, "exec", dont_inherit=True)
        printed = io.StringIO()
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(printed):
            exec(code, vars(self.module))
        return printed.getvalue()

    def _raises(self, index: int, name: str) -> None:
        """Expect the exception, which the block itself may import, under its name."""
        try:
            self._printed(self.blocks[index])
        except Exception as error:
            if name not in {kind.__name__ for kind in type(error).__mro__}:
                raise
            self._compare(index, str(error))
        else:
            raise BadPageError(f"{self.name}:{self.blocks[index].line}: no {name} is raised")

    def _compare(self, index: int, actual: str) -> None:
        """Compare with the block that follows, where that is what is expected."""
        following = self.blocks[index + 1 : index + 2]
        if following and following[0].info == "text":
            expected = trimmed(following[0].text)
            assert expected == abbreviated(trimmed(actual), expected)

    def _session(self, block: Block) -> None:
        for command, expected in session(block.text):
            if command.startswith(DEV):
                assert command.removeprefix(DEV).split()[0] in dev_commands()
            elif not command.startswith(SET_UP):
                assert expected == abbreviated(trimmed(self._shell(command)), expected)

    def _shell(self, command: str) -> str:
        path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
        environment = {**os.environ, "PATH": path, "PYTHONIOENCODING": "utf-8", "COLUMNS": "80"}
        done = subprocess.run(
            command,
            shell=True,
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
            check=False,
        )
        return done.stdout.decode()


def session(text: str) -> Iterator[tuple[str, str]]:
    """Each command of a session, with what it is expected to print."""
    commands: list[tuple[list[str], list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            commands.append(([line[2:]], []))
        elif not commands:
            raise BadPageError(f"a session starts with a command, and not with {line!r}")
        elif line.startswith("> ") and not commands[-1][1]:
            commands[-1][0].append(line[2:])
        else:
            commands[-1][1].append(line)
    for words, output in commands:
        yield "\n".join(words), trimmed("\n".join(output))


def trimmed(text: str) -> str:
    """The text without white space at the ends of its lines, or at its own."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


def abbreviated(actual: str, expected: str) -> str:
    """The expected text where the actual one matches it, with its ``…``; else the actual one."""
    lines = expected.split("\n")
    pattern = "".join(
        r"(?:.*\n)*?" if line == ELLIPSIS else f"{re.escape(line)}\n" for line in lines
    )
    return expected if re.fullmatch(pattern, f"{actual}\n") else actual


@cache
def dev_commands() -> set[str]:
    """The commands of dev.py, which is read and not run."""
    tree = ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"))
    (table,) = (
        node.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "COMMANDS"
    )
    assert table is not None
    return {node.id for node in ast.walk(table) if isinstance(node, ast.Name)} - {"command"}


@pytest.fixture(scope="module")
def opened() -> Iterator[dict[Path, Page]]:
    """Every page, with a folder of its own, and its namespace as a module that can be imported."""
    with TemporaryDirectory() as folder:
        pages = {}
        for number, file in enumerate(PAGES):
            own = Path(folder, str(number))
            own.mkdir()
            pages[file] = Page(file.name, file.read_text(encoding="utf-8"), own)
            sys.modules[pages[file].module.__name__] = pages[file].module
        yield pages
        for page in pages.values():
            del sys.modules[page.module.__name__]


SNIPPETS = [
    pytest.param(file, block.line, id=f"{file.name}:{block.line}")
    for file in PAGES
    for block in blocks(file.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("file", "line"), SNIPPETS)
def test_snippet(opened: dict[Path, Page], file: Path, line: int) -> None:
    """The snippet does what its page says that it does."""
    opened[file].check(line)


def test_pages_are_found() -> None:
    """A page that moved away, or lost its snippets, is missed."""
    found = {file.name for file in PAGES if blocks(file.read_text(encoding="utf-8"))}
    assert {"README.md", "command.md", "document.md", "rules.md", "write-an-adapter.md"} <= found


def page(folder: Path, *parts: str) -> Page:
    """A page of blocks, each given as ``info`` and text in one string."""
    return Page("page.md", "\n\n".join(f"```{part}\n```" for part in parts), folder)


GOOD = {
    "nothing printed, nothing said": ["python\nx = 1"],
    "one namespace": ["python\nx = 1", "python\nprint(x)", "text\n1"],
    "white space at the ends": ["python\nprint('a  ')", "text\na\n"],
    "an exception": ["python raises=ValueError\nint('x')"],
    "its message": ["python raises=ValueError\nraise ValueError('so')", "text\nso"],
    "an exception of the page": ["python raises=Own\nclass Own(Exception): pass\nraise Own"],
    "a base of the exception": ["python raises=ArithmeticError\n1 / 0"],
    "a file": ['json a.json\n{"a": 1}', 'console\n$ cat a.json\n{"a": 1}'],
    "a session": ["text a\nx", "console\n$ cat a\nx\n$ echo y\ny"],
    "an error message": ["console\n$ echo oops >&2\noops"],
    "a command of two lines": ["console\n$ echo a \\\n>   b\na b"],
    "any number of lines": ["console\n$ printf 'a\\nb\\nc\\nd\\n'\na\n…\nd", "console\n$ true\n…"],
    "the test environment": ["console\n$ python -c 'import otoco' && otoco adapters\n…"],
    "a command of dev.py": ["console\n$ python3 dev.py test -x\nwhatever"],
    "what is not compared": ["python\nprint(1)", "toml\n[a]", "text\n2"],
}

BAD = {
    "an exception": ["python\n1 / 0"],
    "a name that is not there": ["python\nprint(nothing)"],
    "other text": ["python\nprint(1)", "text\n2"],
    "text where none is printed": ["python\n1", "text\n2"],
    "no exception": ["python raises=ValueError\nint('1')"],
    "another exception": ["python raises=ValueError\n1 / 0"],
    "another message": ["python raises=ValueError\nint('x')", "text\nso"],
    "an unknown exception": ["python raises=Oops\n1 / 0"],
    "other output": ["console\n$ echo a\nb"],
    "missing output": ["console\n$ true\nb"],
    "more output": ["console\n$ echo a"],
    "output around an ellipsis": ["console\n$ printf 'a\\nb\\n'\na\n…\nc"],
    "an ellipsis within a line": ["console\n$ echo abc\na…c"],
    "no command": ["console\necho a"],
    "no command of dev.py": ["console\n$ python3 dev.py deploy"],
    "words that mean nothing": ["python skip\n1"],
    "words that mean nothing to a shell": ["console skip\n$ true"],
    "code in another word's clothes": ["bash\nfalse"],
}


@pytest.mark.parametrize("parts", GOOD.values(), ids=GOOD)
def test_what_holds_passes(tmp_path: Path, parts: list[str]) -> None:
    """A page that says what happens passes."""
    good = page(tmp_path, *parts)
    for block in good.blocks:
        good.check(block.line)
    assert [None] * len(parts) == good.failures


@pytest.mark.parametrize("parts", BAD.values(), ids=BAD)
def test_what_does_not_hold_fails(tmp_path: Path, parts: list[str]) -> None:
    """A page that says something else fails, at the snippet where it does."""
    bad = page(tmp_path, *parts)
    with pytest.raises((Exception, pytest.fail.Exception)):
        bad.check(1)


def test_a_failure_does_not_hide_the_snippets_below_it(tmp_path: Path) -> None:
    """Each snippet is judged by itself, after those above it have been run."""
    mixed = page(tmp_path, "python\nx = 1", "python\n1 / 0", "python\nprint(x)", "text\n1")
    mixed.check(9)
    with pytest.raises(ZeroDivisionError):
        mixed.check(5)
    assert [False, True, False] == [failure is not None for failure in mixed.failures]


def test_each_snippet_is_run_once(tmp_path: Path) -> None:
    """Asking for a snippet again does not run it again."""
    counting = page(tmp_path, "python\nn = 0", "python\nn += 1\nprint(n)", "text\n1")
    counting.check(5)
    counting.check(5)
    assert 1 == vars(counting.module)["n"]


def test_a_traceback_names_the_line_of_the_page(tmp_path: Path) -> None:
    """Who reads a failure finds the line in the page."""
    failing = page(tmp_path, "python\nx = 1", "python\nx\n1 / 0")
    with pytest.raises(ZeroDivisionError) as caught:
        failing.check(5)
    last = caught.traceback[-1]
    assert ("page.md", 7) == (Path(last.path).name, last.lineno + 1)


def test_a_fence_within_a_longer_fence_is_text() -> None:
    """A page can show how a page is written; blocks may be indented, as in a list."""
    text = "- one\n\n  ```text\n  a\n    b\n  ```\n\n````\n```python\n```\n````\n"
    assert [Block(3, "text", "a\n  b"), Block(8, "", "```python\n```")] == blocks(text)


def test_a_fence_that_is_never_closed_is_an_error() -> None:
    """The rest of a page does not vanish into a block."""
    with pytest.raises(BadPageError):
        blocks("```python\n1\n")


def test_dev_commands_are_those_of_dev_py() -> None:
    """The table of commands is read off dev.py."""
    assert {"demo", "test", "lint", "bench"} <= dev_commands()
