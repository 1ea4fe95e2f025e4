"""Programs that use a journal until they are done or killed: python journaling.py COMMAND PATH …

``work PATH`` claims and settles new intents for ever. It prints ``claimed INTENT`` when a claim has
returned, and ``settled INTENT STATE`` when that has; a line is out before the next step begins.
``claim PATH INTENT`` waits for a line on its input, claims the intent and prints whether it was
its own: so many of them start at one moment.
"""

from __future__ import annotations

import itertools
import os
import sys
from datetime import UTC, datetime
from uuid import UUID, uuid4

from otoco.placing._journal import Entry, State
from otoco.placing._sqlite import SqliteJournal

ENDS = (State.PLACED, State.REJECTED, State.UNKNOWN, State.NOT_SENT)


def entry(intent: UUID) -> Entry:
    """A claim of an intent; that of the test kit would bring all of Hypothesis."""
    return Entry(
        intent=intent,
        adapter="acme",
        environment="demo",
        method="POST",
        path="/orders",
        content=b"{}",
        digest="",
        reply_ids={},
        claimed_at=datetime.now(UTC),
    )


def say(*words: str) -> None:
    """Print a line, at once and as a whole."""
    os.write(1, f"{' '.join(words)}\n".encode())


def work(path: str) -> None:
    """Claim and settle for ever."""
    with SqliteJournal(path) as journal:
        for state in itertools.cycle(ENDS):
            intent = uuid4()
            assert journal.claim(entry(intent)) is None
            say("claimed", str(intent))
            journal.settle(intent, state, at=datetime.now(UTC), ids={"order": "1"}, why="")
            say("settled", str(intent), state.name)


def claim(path: str, intent: str) -> None:
    """Claim one intent, at the moment when all others do."""
    say("ready")
    sys.stdin.readline()
    with SqliteJournal(path) as journal:
        say("mine" if journal.claim(entry(UUID(intent))) is None else "theirs")


if __name__ == "__main__":
    if sys.argv[1] == "work":
        work(sys.argv[2])
    else:
        claim(sys.argv[2], sys.argv[3])
