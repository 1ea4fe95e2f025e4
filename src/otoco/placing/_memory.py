"""A journal in memory, for a process that needs no other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

import attrs

from otoco.placing._forking import AtRest
from otoco.placing._journal import Entry, JournalError, State, settled


class MemoryJournal(AtRest):
    """Intents as long as the process lives; a forked process goes on with a copy.

    Within one process an intent is sent at most once. After a crash nothing is known here: what was
    on its way then is found at the broker alone.
    """

    durable: bool = False

    def __init__(self) -> None:
        super().__init__()
        self._held: dict[UUID, Entry] = {}

    def claim(self, entry: Entry) -> Entry | None:
        """See :meth:`Journal.claim`."""
        with self._lock:
            held = self._held.get(entry.intent)
            if held is None or held.state is State.NOT_SENT:
                self._held[entry.intent] = _copied(entry)
                return None
            return _copied(held)

    def settle(
        self, intent: UUID, state: State, *, at: datetime, ids: Mapping[str, str], why: str
    ) -> Entry:
        """See :meth:`Journal.settle`."""
        with self._lock:
            held = self._held.get(intent)
            if held is None:
                raise JournalError(f"the intent {intent} is not in the journal of this process.")
            self._held[intent] = settled(held, state, at=at, ids=ids, why=why)
            return _copied(self._held[intent])

    def get(self, intent: UUID) -> Entry | None:
        """See :meth:`Journal.get`."""
        with self._lock:
            held = self._held.get(intent)
        return None if held is None else _copied(held)

    def entries(
        self, states: Collection[State] = (), since: datetime | None = None
    ) -> tuple[Entry, ...]:
        """See :meth:`Journal.entries`."""
        with self._lock:
            held = list(self._held.values())
        wanted = [
            each
            for each in held
            if (not states or each.state in states) and (since is None or each.claimed_at >= since)
        ]
        wanted.sort(key=lambda each: (each.claimed_at, each.intent))
        return tuple(_copied(each) for each in wanted)

    def close(self) -> None:
        """Do nothing: there is no file, and others may share it."""


def _copied(entry: Entry) -> Entry:
    """The same entry, which no one can change through a mapping that was given or returned."""
    return attrs.evolve(entry, reply_ids=dict(entry.reply_ids), ids=dict(entry.ids))


#: The journal of every client of this process that is given none.
PROCESS: Final = MemoryJournal()
