"""The command as a whole: exit codes, streams, and that no mistake ends in a traceback."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from otoco import AdapterError
from otoco._cli import main
from otoco_tradovate import Tradovate

if TYPE_CHECKING:
    from tests.otoco.cli.conftest import Run

Document = dict[str, Any]
ACCOUNT = ("-o", "account_id=12345", "account_spec=DEMO12345")
PROGRAM = Path(sysconfig.get_path("scripts"), "otoco")


def shell(
    command: str, folder: Path, environment: Mapping[str, str] | None = None
) -> tuple[int, str, str]:
    """Exit code, output and errors of a shell command, with the command in ``$OTOCO``."""
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "OTOCO": str(PROGRAM), **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture
def orders(
    tmp_path: Path,
    bracket: Document,
    crossed: Document,
    doubtful: Document,
    request_body: Document,
) -> Path:
    """A folder with an order of each kind, and a request."""
    files = {"good": bracket, "crossed": crossed, "doubtful": doubtful, "request": request_body}
    files["odd"] = request_body | {"venue": "X"}
    for name, document in files.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "none.json").write_text("[1]", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("adapters", 0),
        ("adapters --json", 0),
        ("check good.json", 0),
        ("check doubtful.json", 0),
        ("check good.json --to tradovate", 0),
        ("check doubtful.json --strict", 1),
        ("check good.json --to snaptrade", 1),
        ("check good.json --to tradovate snaptrade", 1),
        ("check crossed.json", 1),
        ("check crossed.json --to tradovate", 1),
        ("check none.json", 1),
        ("check good.json --to tradovate -o nonsense=1", 1),
        ("check good.json -o nonsense=1", 0),
        ("translate good.json --to tradovate -o account_id=1 account_spec=D", 0),
        ("translate good.json --to tradovate", 1),
        ("translate good.json --to snaptrade", 1),
        ("translate crossed.json --to tradovate", 1),
        ("translate none.json --to tradovate", 1),
        ("parse request.json --from tradovate", 0),
        ("parse odd.json --from tradovate", 1),
        ("parse request.json --from snaptrade", 1),
        ("parse none.json --from tradovate", 1),
        ("check --lines good.json", 0),
        ("check --lines good.json --to snaptrade", 1),
        ("check --lines crossed.json", 1),
        ("check --lines doubtful.json --strict", 1),
        ("translate --lines good.json --to tradovate", 1),
        ("parse --lines request.json --from tradovate", 0),
        ("parse --lines odd.json --from tradovate", 1),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_exit_codes(otoco: Run, orders: Path, words: str, code: int, as_json: bool) -> None:
    """Done is 0; invalid, refused or, where adapters are named, a no from one of them is 1."""
    assert code == otoco(*words.split(), *(["--json"] if as_json else [])).code


@pytest.mark.parametrize(
    "words",
    [
        "",
        "sell",
        "check",
        "check missing.json",
        "check folder",
        "check folder --lines",
        "check good.json --to tradovat",
        "check good.json --to tradovate -o account_id",
        "check good.json --to tradovate -o etrade.account_hash=1",
        "translate good.json",
        "translate good.json --to tradovat",
        "translate good.json --to tradovate --to snaptrade",
        "translate missing.json --to tradovate",
        "parse request.json",
        "parse request.json --from tradovat",
        "parse missing.json --from tradovate",
        "adapters everything",
    ],
)
def test_wrong_usage(otoco: Run, orders: Path, words: str) -> None:
    """Wrong usage is 2, with one sentence on standard error and nothing on standard output."""
    done = otoco(*words.split())
    assert (2, "") == (done.code, done.out)
    assert done.err.startswith("otoco: ")
    assert "Traceback" not in done.err


@pytest.mark.parametrize("file", ["\0", "a\0b.json", "\ud800.json", "x" * 5000])
def test_a_file_name_that_no_file_can_have(otoco: Run, file: str) -> None:
    """Any text at all may be given for a file name."""
    done = otoco("check", file)
    assert (2, "") == (done.code, done.out)


def test_an_unknown_adapter_is_named_with_the_nearest(otoco: Run, orders: Path) -> None:
    """A slip in a name is answered with the name that was meant, and those there are."""
    done = otoco("check", "good.json", "--to", "tradovat")
    assert done.err.startswith(
        "otoco: there is no adapter 'tradovat'. Did you mean tradovate? Installed are: "
    )


def test_an_adapter_that_does_not_import(
    otoco: Run, orders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken adapter is named with its distribution, and is wrong usage: nothing was judged."""

    def broken(name: str) -> type[Tradovate]:
        raise AdapterError(f"the adapter {name} does not import")

    monkeypatch.setattr("otoco._cli._jobs.adapter", broken)
    done = otoco("check", "good.json", "--to", "tradovate", "--json")
    assert (2, "", "otoco: the adapter tradovate does not import\n") == done


def test_standard_input_is_a_file(otoco: Run, bracket: Document) -> None:
    """The file name - is standard input, for one document as for lines."""
    one = otoco("check", "-", "--json", stdin=json.dumps(bracket).encode())
    lines = otoco("check", "-", "--lines", stdin=[bracket])
    assert one == lines


def test_a_document_may_span_lines(otoco: Run, bracket: Document) -> None:
    """Without --lines, the whole of the file is one document."""
    done = otoco("check", "-", "--json", stdin=json.dumps(bracket, indent=2).encode())
    assert 0 == done.code


def test_a_file_of_more_than_a_mebibyte(otoco: Run) -> None:
    """A file that goes on for ever is refused without being read to its end."""
    done = otoco("check", "/dev/zero", "--json")
    assert (1, "json") == (done.code, done.json["invalid"][0]["code"])


def test_machine_output_is_one_line_of_ascii(otoco: Run, entry: Document) -> None:
    """--json prints one compact line that any terminal and any log can hold."""
    done = otoco("check", "-", "--json", stdin=[entry | {"label": "Zürich ☂"}])
    assert 0 == done.code
    assert done.out.isascii()
    assert 1 == done.out.count("\n")


def test_an_interrupted_command_says_nothing(
    otoco: Run, orders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C ends with the code that shells expect, and without a traceback."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Tradovate, "render", interrupted)
    done = otoco("translate", "good.json", "--to", "tradovate", *ACCOUNT)
    assert (130, "", "") == done


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (BrokenPipeError(), (0, "")),
        (
            OSError(28, "the disk is full"),
            (2, "otoco: input or output failed: the disk is full.\n"),
        ),
    ],
)
def test_output_that_fails(
    orders: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    failure: OSError,
    expected: tuple[int, str],
) -> None:
    """A reader that has seen enough ends the command in peace; a full disk is told."""

    class Failing(io.RawIOBase):
        def write(self, data: object) -> int:
            raise failure

    monkeypatch.setattr("sys.stdout", SimpleNamespace(buffer=Failing(), encoding="utf-8"))
    code = main(["check", str(orders / "good.json")])
    assert expected == (code, capsys.readouterr().err)


@pytest.mark.parametrize("words", [[], ["--lines"], ["--json"]])
def test_no_standard_output(
    orders: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    """Where there is no output, the exit code says it all."""
    monkeypatch.setattr("sys.stdout", None)
    codes = [main(["check", str(orders / f"{name}.json"), *words]) for name in ("good", "crossed")]
    assert [0, 1] == codes


def test_the_arguments_are_those_of_the_process(
    orders: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Called without arguments, as the program is, the command takes those of the process."""
    monkeypatch.setattr("sys.argv", ["otoco", "check", str(orders / "good.json")])
    assert 0 == main()


def test_the_program_and_the_module_are_one(orders: Path) -> None:
    """``otoco`` and ``python -m otoco`` are the same command."""
    program = shell("$OTOCO check crossed.json --json", orders)
    module = shell("$PYTHON -m otoco check crossed.json --json", orders, {"PYTHON": sys.executable})
    assert program == module
    assert (1, "") == (program[0], program[2])


def test_stdout_closed_early(orders: Path) -> None:
    """``head -1`` ends the command without a word, in the midst of any number of lines."""
    without_end = 'yes "$(cat good.json)"'
    _, out, err = shell(f"{without_end} | $OTOCO check --lines --to tradovate | head -1", orders)
    assert (1, "") == (out.count("\n"), err)


@pytest.mark.parametrize(
    ("redirection", "code"),
    [(">&-", 0), ("<&-", 0), ("2>&-", 0), (">/dev/full", 2)],
)
@pytest.mark.parametrize("command", ["check good.json", "check --lines good.json", "adapters"])
def test_streams_that_cannot_be_used(
    orders: Path, command: str, redirection: str, code: int
) -> None:
    """Where a stream is closed the command does without it; where a disk is full it says so."""
    found, _, err = shell(f"$OTOCO {command} {redirection}", orders)
    assert code == found
    assert ("otoco: " if code else "") == err[: len("otoco: ")]
    assert "Traceback" not in err


@pytest.mark.parametrize("lines", ["", "--lines"])
def test_a_closed_standard_input_that_is_asked_for(orders: Path, lines: str) -> None:
    """To read standard input where there is none is wrong usage."""
    code, out, err = shell(f"$OTOCO check - {lines} <&-", orders)
    assert (2, "") == (code, out)
    assert err.startswith("otoco: standard input cannot be read")


def test_wrong_usage_without_standard_error(orders: Path) -> None:
    """The exit code is the same where nobody can be told."""
    assert (2, "", "") == shell("$OTOCO sell 2>&-", orders)


@pytest.mark.parametrize(
    "environment", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}]
)
def test_a_terminal_that_knows_ascii_only(orders: Path, environment: Mapping[str, str]) -> None:
    """What a terminal cannot show is replaced; the words are still there."""
    code, out, err = shell("$OTOCO check good.json --to tradovate", orders, environment)
    assert (0, "") == (code, err)
    assert out.isascii()
    assert "SELL 1 MESM7 stop 4125, DAY   (peers[1])" in out
    assert out.endswith("tradovate: yes\n")


LOADED = (
    "import sys\n"
    "from otoco._cli import main\n"
    "main(sys.argv[1:])\n"
    "print(*sorted(sys.modules), file=sys.stderr)"
)


@pytest.mark.parametrize(
    ("command", "unused"),
    [
        (
            "translate good.json --to tradovate --json",
            {"otoco_snaptrade", "httpx", "cattrs", "difflib", "otoco._cli._show"},
        ),
        ("translate --lines good.json --to tradovate", {"otoco_snaptrade", "otoco._cli._show"}),
        ("check good.json --to snaptrade --json", {"otoco_tradovate", "httpx", "otoco._cli._show"}),
        ("parse request.json --from tradovate", {"otoco_snaptrade", "httpx", "cattrs"}),
        ("check good.json", {"httpx", "cattrs", "otoco._cli._lines"}),
        ("adapters", {"httpx", "cattrs", "otoco._cli._lines", "otoco.sandbox"}),
        ("sell", {"otoco_snaptrade", "otoco_tradovate", "otoco._cli._jobs", "httpx", "cattrs"}),
    ],
)
def test_no_command_imports_what_it_does_not_use(
    orders: Path, command: str, unused: set[str]
) -> None:
    """A command loads the adapters that it was given, and nothing for sending requests."""
    _, _, err = shell(f"$PYTHON -c '{LOADED}' {command}", orders, {"PYTHON": sys.executable})
    loaded = set(err.splitlines()[-1].split())
    assert "otoco._cli" in loaded
    assert set() == unused & loaded
