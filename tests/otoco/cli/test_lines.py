"""One JSON document a line in, one answer a line out: in order, at once, and never stopping."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from otoco_tradovate import Tradovate

if TYPE_CHECKING:
    from tests.otoco.cli.conftest import Run

Document = dict[str, Any]
ACCOUNT = ("-o", "account_id=12345", "account_spec=DEMO12345")
TRANSLATE = ("translate", "-", "--lines", "--to", "tradovate", *ACCOUNT)
PATIENCE = 30.0


def kinds(answers: list[Any]) -> list[str]:
    """What kind of answer each of them is; for an invalid one, the code of its first problem."""
    return [
        each["invalid"][0]["code"] if "invalid" in each else next(iter(each)) for each in answers
    ]


def test_translate(otoco: Run, bracket: Document, crossed: Document, stop: Document) -> None:
    """Each line gets its answer in order: requests, what is invalid, or what is refused."""
    unsaid = {"type": "OTO", "trigger": stop, "conditionals": [stop, stop]}
    done = otoco(*TRANSLATE, stdin=[bracket, crossed, unsaid, bracket])
    assert ["requests", "exit-through-entry", "refused", "requests"] == kinds(done.answers)
    assert 1 == done.code
    assert done.answers[0] == done.answers[3]


def test_translate_answers_as_it_does_for_one_document(otoco: Run, bracket: Document) -> None:
    """A line's answer is the answer to the same document in a file."""
    line = otoco(*TRANSLATE, stdin=[bracket])
    one = otoco("translate", "-", "--json", *TRANSLATE[3:], stdin=[bracket])
    assert one == line


def test_check(otoco: Run, bracket: Document, doubtful: Document) -> None:
    """Each valid order gets its advice, and every named adapter's refusals."""
    names = ("--to", "tradovate", "snaptrade")
    done = otoco("check", "-", "--lines", *names, stdin=[bracket, doubtful])
    for answer in done.answers:
        assert ["advice", "adapters"] == list(answer)
        assert ["tradovate", "snaptrade"] == list(answer["adapters"])
        assert [] == answer["adapters"]["tradovate"]
        assert "instrument" == answer["adapters"]["snaptrade"][0]["code"]
    assert [0, 2] == [len(answer["advice"]) for answer in done.answers]


def test_parse(otoco: Run, entry: Document, request_body: Document) -> None:
    """Each request gets the order and the options that it says, or what cannot be held."""
    request = {"path": "/order/placeorder", "body": request_body}
    lines = [request_body, request, request_body | {"orderQty": 1.5}]
    done = otoco("parse", "-", "--lines", "--from", "tradovate", stdin=lines)
    first, second, third = done.answers
    options = {"account_spec": "DEMO12345", "account_id": 12345, "is_automated": True}
    assert {"order": {"otoco": 1, **entry}, "options": options} == first
    assert first == second
    assert ["orderQty"] == [each["where"] for each in third["refused"]]


def test_strict(otoco: Run, bracket: Document, doubtful: Document) -> None:
    """With --strict advice is reported as invalid, and what has none is answered as ever."""
    done = otoco("check", "-", "--lines", "--strict", stdin=[doubtful, bracket])
    assert ["exit-expires-first", "advice"] == kinds(done.answers)
    assert {"advice"} == {each["severity"] for each in done.answers[0]["invalid"]}
    assert 1 == done.code


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"", "json"),
        (b"\r", "json"),
        (b"   ", "json"),
        (b"nonsense", "json"),
        (b"{} {}", "json"),
        (b'{"side": "BUY",}', "json"),
        (b"1", "json"),
        (b"null", "json"),
        (b"true", "json"),
        (b'"text"', "json"),
        (b"[]", "json"),
        (b"NaN", "json"),
        (b'{"side": "\xff"}', "json"),
        (b"\xef\xbb\xbf{}", "json"),
        (b"\x00", "json"),
        (b"[" * 100_000, "json"),
        (b'{"type":"OTO","conditionals":[' * 20_000, "json"),
        (b" " * (1 << 20) + b"{}", "json"),
        (b'{"label": "' + b"x" * (1 << 21) + b'"}', "json"),
        (b"{}", "field"),
        (b'{"side": "BUY", "side": "SELL"}', "field"),
        (b'{"quantity": 1e400}', "field"),
        (b'{"quantity": ' + b"9" * 5000 + b"}", "field"),
        (b'{"order": null}', "value"),
        (b'{"order": {}, "options": []}', "value"),
        (b'{"type": "BRACKET"}', "value"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_bad_line_is_answered_in_its_place(
    otoco: Run, bracket: Document, line: bytes, code: str
) -> None:
    """Whatever a line holds, it gets an answer, and so do the lines around it."""
    good = json.dumps(bracket).encode()
    done = otoco(*TRANSLATE, stdin=b"\n".join([good, line, good, b""]))
    assert ["requests", code, "requests"] == kinds(done.answers)
    assert (1, "") == (done.code, done.err)


@pytest.mark.parametrize("space", ["\u2028", "\u2029", "\x85", "\f", "\v", "\r", "\x1c"])
def test_only_a_line_feed_ends_a_line(otoco: Run, entry: Document, space: str) -> None:
    """What ends a line elsewhere stands within one here."""
    line = json.dumps(entry | {"label": f"a{space}b"}, ensure_ascii=False)
    done = otoco("check", "-", "--lines", stdin=f"{line}\n{line}\n".encode())
    assert 2 == len(done.answers)


def test_a_carriage_return_before_the_line_feed_is_white_space(
    otoco: Run, bracket: Document
) -> None:
    """Lines that end in CR LF are as good as others."""
    line = json.dumps(bracket).encode()
    assert 0 == otoco(*TRANSLATE, stdin=line + b"\r\n" + line + b"\r\n").code


def test_the_last_line_needs_no_line_feed(otoco: Run, bracket: Document) -> None:
    """What stands behind the last line feed is a line, unless nothing does."""
    line = json.dumps(bracket).encode()
    with_it, without = otoco(*TRANSLATE, stdin=line + b"\n"), otoco(*TRANSLATE, stdin=line)
    assert with_it == without
    assert ["requests"] == kinds(without.answers)


def test_no_line_gives_no_answer(otoco: Run) -> None:
    """Of nothing comes nothing, and that is no mistake."""
    assert (0, "", "") == otoco(*TRANSLATE, stdin=b"")


def test_every_empty_line_is_answered(otoco: Run) -> None:
    """As many answers as lines, so that they can be counted off."""
    assert ["json"] * 3 == kinds(otoco(*TRANSLATE, stdin=b"\n\n\n").answers)


def test_an_answer_is_a_line_of_ascii(otoco: Run, entry: Document) -> None:
    """Whatever text an order holds, its answer is one line, by any program's idea of lines."""
    done = otoco(*TRANSLATE, stdin=[entry | {"label": "a\u2028b"}])
    assert [entry | {"label": "a\u2028b"}] != done.answers
    assert done.out.isascii()
    assert 1 == len(done.out.splitlines())


def test_a_fault_in_an_adapter_is_an_answer(
    otoco: Run, bracket: Document, entry: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An adapter that fails on one order does not keep the others from being answered."""
    sound = Tradovate.render

    def faulty(self: Tradovate, order: Any, ids: Any) -> Any:
        if order.shape == "SINGLE":
            raise ZeroDivisionError("oh")
        return sound(self, order, ids)

    monkeypatch.setattr(Tradovate, "render", faulty)
    done = otoco(*TRANSLATE, stdin=[bracket, entry, bracket])
    assert ["requests", "internal", "requests"] == kinds(done.answers)
    assert "ZeroDivisionError: oh" in done.answers[1]["invalid"][0]["why"]
    assert 1 == done.code


def test_who_waits_for_each_answer_gets_it(bracket: Document, crossed: Document) -> None:
    """A program may write a line, wait for its answer, and write the next."""
    command = [sys.executable, "-m", "otoco", *TRANSLATE]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process,
        selectors.DefaultSelector() as selector,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        selector.register(process.stdout, selectors.EVENT_READ)
        answers: list[Any] = []
        for document in (bracket, crossed, bracket):
            process.stdin.write(json.dumps(document).encode() + b"\n")
            process.stdin.flush()
            arrived = selector.select(PATIENCE)
            if not arrived:
                process.kill()
            assert arrived
            answers.append(json.loads(process.stdout.readline()))
        process.stdin.close()
        assert b"" == process.stdout.read()
    assert ["requests", "exit-through-entry", "requests"] == kinds(answers)
    assert 1 == process.returncode


# The kernel's own high-water mark: that of getrusage begins with what the parent had in use.
MEASURED = """
import re, sys
from otoco._cli import main
code = main(sys.argv[1:])
with open("/proc/self/status") as status:
    peak = re.search("VmHWM: *([0-9]+)", status.read().replace("\\t", " "))[1]
print(code, peak, file=sys.stderr)
"""


def peak(source: Path, words: tuple[str, ...]) -> tuple[int, int, int]:
    """Exit code, number of answers, and the most memory (in MiB) that the command used."""
    environment = {key: value for key, value in os.environ.items() if "COVERAGE" not in key}
    with source.open("rb") as stdin:
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, *words],
            stdin=stdin,
            capture_output=True,
            env=environment,
            timeout=2 * PATIENCE,
            check=True,
        )
    code, memory = map(int, done.stderr.split())
    return code, done.stdout.count(b"\n"), memory // 1024


def test_memory_does_not_grow_with_the_number_of_lines(tmp_path: Path, bracket: Document) -> None:
    """Twenty thousand different orders take no more memory than a thousand."""
    source = tmp_path / "orders.jsonl"
    memory: list[int] = []
    for count in (1_000, 20_000):
        with source.open("w", encoding="ascii") as lines:
            for number in range(count):
                trigger = bracket["trigger"] | {"label": f"order {number}"}
                lines.write(f"{json.dumps(bracket | {'trigger': trigger})}\n")
        code, answers, used = peak(source, TRANSLATE)
        assert (0, count) == (code, answers)
        memory.append(used)
    assert memory[1] - memory[0] < 8


def test_memory_does_not_grow_with_the_length_of_a_line(tmp_path: Path, bracket: Document) -> None:
    """A line of fifty mebibytes is refused for its length, and was never held as a whole."""
    source = tmp_path / "orders.jsonl"
    good = json.dumps(bracket).encode() + b"\n"
    memory: list[int] = []
    for length in (2, 50):
        source.write_bytes(good + b'{"label":"' + b"x" * (length << 20) + b'"}\n' + good)
        code, answers, used = peak(source, TRANSLATE)
        assert (1, 3) == (code, answers)
        memory.append(used)
    assert memory[1] - memory[0] < 8
