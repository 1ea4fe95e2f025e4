"""Where the command's words go: to any terminal, whatever it can show."""

from __future__ import annotations

from typing import Final, TextIO

_BRANCHES: Final = "├└─│"
_ASCII_BRANCHES: Final = str.maketrans(_BRANCHES, "|`-|")


def _can_show(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def write(text: str, to: TextIO | None) -> None:
    """Write a line; characters that the terminal cannot show are replaced and never an error."""
    if to is not None:  # as it is where the stream was closed before the command began
        encoding = to.encoding or "utf-8"
        if not _can_show(_BRANCHES, encoding):
            text = text.translate(_ASCII_BRANCHES)
        to.buffer.write(f"{text}\n".encode(encoding, "replace"))
        to.buffer.flush()
