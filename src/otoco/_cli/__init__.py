"""The command ``otoco``: check, translate and parse documents, one at a time or a million.

Exit codes: 0 done, 1 something was invalid or refused, 2 wrong usage.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from os import devnull
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, TextIO

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
        return _complain(str(error))
    except BrokenPipeError:  # the reader of our output has seen enough
        sys.stdout = None  # or the interpreter flushes it once more
        return DONE
    except OSError as error:
        sys.stdout = None  # likewise
        return _complain(f"input or output failed: {error.strerror}.")
    except KeyboardInterrupt:
        return _INTERRUPTED


def _run(arguments: Arguments) -> int:
    if arguments.command == "adapters":
        from otoco._cli import _show  # noqa: PLC0415  only what a command uses is imported

        _print(_show.adapters(as_json=arguments.json), to=sys.stdout)
        return DONE
    from otoco._cli._jobs import job_for  # noqa: PLC0415  only what is used

    job = job_for(arguments)
    with _opened(arguments.file) as source:
        return _many(job, source) if arguments.lines else _one(job, source, arguments)


def _one(job: Job, source: BinaryIO, arguments: Arguments) -> int:
    answer = job.answer(source.read(_json.LONGEST_TEXT + 1))
    if arguments.json:
        _print(_json.dumps(answer.machine), to=sys.stdout)
    else:
        from otoco._cli import _show  # noqa: PLC0415  only what a command uses is imported

        text, is_error = _show.answer(answer)
        _print(text, to=sys.stderr if is_error else sys.stdout)
    return REFUSED if answer.failed else DONE


def _many(job: Job, source: BinaryIO) -> int:
    from otoco._cli._lines import stream  # noqa: PLC0415  only what is used

    with nullcontext(sys.stdout.buffer) if sys.stdout else Path(devnull).open("wb") as target:
        return REFUSED if stream(job.answer, source, target) else DONE


def _opened(file: str) -> BinaryIO:
    try:
        return open(0, "rb", closefd=False) if file == "-" else Path(file).open("rb")
    except (OSError, ValueError) as error:
        name = "standard input" if file == "-" else file
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"{name} cannot be read: {why}.") from None


def _complain(why: str) -> int:
    _print(f"otoco: {why}", to=sys.stderr)
    return USAGE


_BRANCHES: Final = "├└─│"
_ASCII_BRANCHES: Final = str.maketrans(_BRANCHES, "|`-|")


def _can_show(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _print(text: str, to: TextIO | None) -> None:
    """Write a line; characters that the terminal cannot show are replaced and never an error."""
    if to is not None:  # as it is where the stream was closed before the command began
        encoding = to.encoding or "utf-8"
        if not _can_show(_BRANCHES, encoding):
            text = text.translate(_ASCII_BRANCHES)
        to.buffer.write(f"{text}\n".encode(encoding, "replace"))
        to.buffer.flush()
