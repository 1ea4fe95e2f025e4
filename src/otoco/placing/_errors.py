"""The errors of placing: what is wrong before anything could be sent.

They are raised, where an outcome is returned::

    OtocoError
    ├── IntentUsed            an intent that was placed before
    ├── IntentNotKnown        an intent that the journal does not hold, or holds for another client
    └── JournalError          a journal that cannot be read or written
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from otoco._problems import OtocoError
from otoco.placing._journal import Entry, State


class IntentUsed(OtocoError):
    """An intent is sent once, and this one was: ``entry`` is what the journal holds of it."""

    def __init__(self, entry: Entry, digest: str | None = None) -> None:
        is_another = digest is not None and digest != entry.digest
        super().__init__(
            f"the intent {entry.intent} was claimed at {entry.claimed_at.isoformat()}, and is"
            f" {entry.state.value}: an intent is sent once."
            + (" What was sent under it is another request." if is_another else "")
            + f" {_ADVICE[entry.state]}"
        )
        self.entry = entry


#: What to do about an intent that is used, by its state.
_ADVICE: Final[Mapping[State, str]] = {
    **dict.fromkeys(
        (State.SENDING, State.UNKNOWN),
        "It may be live: look for it with find, and do not place it again.",
    ),
    State.PLACED: "Look at it with find; another order goes under an intent of its own.",
    State.REJECTED: "What is mended goes under an intent of its own.",
    State.NOT_SENT: "It may be placed again.",
}


class IntentNotKnown(OtocoError):
    """There is nothing to look for, or not here; ``intent`` is the one that was asked for."""

    def __init__(self, intent: UUID, why: str) -> None:
        super().__init__(f"the intent {intent} {why}")
        self.intent = intent
