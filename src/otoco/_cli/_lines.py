"""One document a line in, one answer a line out: in order, in constant memory, never stopping."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from otoco import _json

if TYPE_CHECKING:
    import io

    from otoco._cli._jobs import Answer

_CHUNK: Final = 1 << 16
_AT_ONCE: Final = 256


def stream(answer: Callable[[bytes], Answer], source: BinaryIO, target: BinaryIO) -> bool:
    """Answer every line of ``source`` on ``target``; returns whether any answer was a failure.

    Answers are flushed whenever ``source`` has no more to give for now, so that another program
    can write a line and wait for its answer.
    """
    failed = False
    for lines in _batches(source):
        answers = [answer(line) for line in lines]
        failed = failed or any(each.failed for each in answers)
        target.write("".join(f"{_json.dumps(each.machine)}\n" for each in answers).encode("ascii"))
        target.flush()
    return failed


def _batches(source: BinaryIO) -> Iterator[list[bytes]]:
    """The lines of ``source`` as they arrive; only LF ends a line."""
    rest = b""
    while chunk := cast("io.BufferedReader", source).read1(_CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        # A line beyond the longest is refused for its length, so no more of it need be kept.
        rest = rest[: _json.LONGEST_TEXT + 1]
        for first in range(0, len(lines), _AT_ONCE):
            yield lines[first : first + _AT_ONCE]
    if rest:
        yield [rest]
