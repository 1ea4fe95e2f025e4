"""What the command ends with, for scripts."""

from __future__ import annotations

from typing import Final

DONE: Final = 0
#: Something was invalid or refused.
REFUSED: Final = 1
#: The command line says nothing that can be done.
USAGE: Final = 2
#: An order may be live, and nobody knows.
NOBODY_KNOWS: Final = 3
#: Ctrl-C, as shells have it.
INTERRUPTED: Final = 130
