"""The command ``otoco``: documents checked, translated and parsed; orders placed and followed up.

Exit codes: 0 done, 1 something was invalid or refused, 2 wrong usage; where orders are placed, 3
nobody knows.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from os import devnull
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from otoco import _json
from otoco._cli._arguments import Arguments, parse_arguments
from otoco._cli._exit_codes import DONE, INTERRUPTED, REFUSED, USAGE
from otoco._cli._input import opened
from otoco._cli._options import UsageError
from otoco._cli._output import write
from otoco._problems import AdapterError, SandboxError

if TYPE_CHECKING:
    from otoco._cli._jobs import Job


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    try:
        arguments = parse_arguments(sys.argv[1:] if argv is None else argv)
        if not isinstance(arguments, Arguments):
            from otoco._cli import _placing  # noqa: PLC0415  only what a command uses is imported

            return _placing.run(arguments)
        return _run(arguments)
    except (UsageError, AdapterError, SandboxError) as error:
        return _complain(str(error))
    except BrokenPipeError:  # the reader of our output has seen enough
        sys.stdout = None  # or the interpreter flushes it once more
        return DONE
    except OSError as error:
        sys.stdout = None  # likewise
        return _complain(f"input or output failed: {error.strerror}.")
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(arguments: Arguments) -> int:
    if arguments.command == "adapters":
        from otoco._cli import _show  # noqa: PLC0415  only what a command uses is imported

        write(_show.adapters(as_json=arguments.json), to=sys.stdout)
        return DONE
    if arguments.command == "sandbox":
        from otoco._cli import _sandbox  # noqa: PLC0415  only what a command uses is imported

        _sandbox.run(arguments, lambda text: write(text, to=sys.stdout))
        return DONE
    from otoco._cli._jobs import job_for  # noqa: PLC0415  only what is used

    job = job_for(arguments)
    with opened(arguments.file) as source:
        return _many(job, source) if arguments.lines else _one(job, source, arguments)


def _one(job: Job, source: BinaryIO, arguments: Arguments) -> int:
    answer = job.answer(source.read(_json.LONGEST_TEXT + 1))
    if arguments.json:
        write(_json.dumps(answer.machine), to=sys.stdout)
    else:
        from otoco._cli import _show  # noqa: PLC0415  only what a command uses is imported

        text, is_error = _show.answer(answer)
        write(text, to=sys.stderr if is_error else sys.stdout)
    return REFUSED if answer.failed else DONE


def _many(job: Job, source: BinaryIO) -> int:
    from otoco._cli._lines import stream  # noqa: PLC0415  only what is used

    with nullcontext(sys.stdout.buffer) if sys.stdout else Path(devnull).open("wb") as target:
        return REFUSED if stream(job.answer, source, target) else DONE


def _complain(why: str) -> int:
    write(f"otoco: {why}", to=sys.stderr)
    return USAGE
