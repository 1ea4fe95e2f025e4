"""The command ``otoco``: check, translate and parse documents, one at a time or a million.

Exit codes: 0 done, 1 something was invalid or refused, 2 wrong usage.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from otoco import _json
from otoco._cli._arguments import Arguments, UsageError, parse_arguments
from otoco._problems import AdapterError

if TYPE_CHECKING:
    from otoco._cli._jobs import Job

DONE: Final = 0
REFUSED: Final = 1
USAGE: Final = 2
_INTERRUPTED: Final = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    try:
        return _run(parse_arguments(sys.argv[1:] if argv is None else argv))
    except (UsageError, AdapterError) as error:
        _print(f"otoco: {error}", to=sys.stderr.buffer)
        return USAGE
    except BrokenPipeError:  # the reader of our output has seen enough
        sys.stdout = None  # or the interpreter flushes it once more
        return DONE
    except KeyboardInterrupt:
        return _INTERRUPTED


def _run(arguments: Arguments) -> int:
    if arguments.command == "adapters":
        from otoco._cli import _show  # noqa: PLC0415  only what a command uses is imported

        _print(_show.adapters(as_json=arguments.json))
        return DONE
    from otoco._cli._jobs import job_for  # noqa: PLC0415  only what is used

    job = job_for(arguments)
    with _opened(arguments.file) as source:
        return _lines(job, source) if arguments.lines else _one(job, source, arguments)


def _one(job: Job, source: BinaryIO, arguments: Arguments) -> int:
    answer = job.answer(source.read(_json.LONGEST_TEXT + 1))
    if arguments.json:
        _print(_json.dumps(answer.machine))
    else:
        from otoco._cli import _show  # noqa: PLC0415  only what a command uses is imported

        text, is_error = _show.answer(answer)
        _print(text, to=sys.stderr.buffer if is_error else None)
    return REFUSED if answer.failed else DONE


def _lines(job: Job, source: BinaryIO) -> int:
    from otoco._cli._lines import stream  # noqa: PLC0415  only what is used

    return REFUSED if stream(job.answer, source, sys.stdout.buffer) else DONE


def _opened(file: str) -> BinaryIO:
    if file == "-":
        return open(0, "rb", closefd=False)
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None


def _print(text: str, to: BinaryIO | None = None) -> None:
    """Write a line; characters that the terminal cannot show are replaced and never an error."""
    stream = to or sys.stdout.buffer
    stream.write(f"{text}\n".encode(sys.stdout.encoding or "utf-8", "replace"))
    stream.flush()
