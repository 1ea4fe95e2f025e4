"""A placement as a row of a table, and the statements in SQL, of a journal in SQLite."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from otoco import _json
from otoco.placing._journal import Entry, State

#: The version of the tables, and what marks a file as a journal ("otoc").
VERSION: Final = 1
MARK: Final = 0x6F746F63
COLUMNS: Final = (
    "intent, adapter, environment, method, path, content, digest, reply_ids, claimed_at,"
    " state, settled_at, ids, why"
)
SCHEMA: Final = (
    """
    CREATE TABLE placements (
        intent TEXT NOT NULL PRIMARY KEY,
        adapter TEXT NOT NULL,
        environment TEXT NOT NULL,
        method TEXT NOT NULL,
        path TEXT NOT NULL,
        content BLOB NOT NULL,
        digest TEXT NOT NULL,
        reply_ids TEXT NOT NULL,
        claimed_at TEXT NOT NULL,
        state TEXT NOT NULL,
        settled_at TEXT,
        ids TEXT NOT NULL,
        why TEXT NOT NULL
    )
    """,
    f"PRAGMA application_id = {MARK}",
    f"PRAGMA user_version = {VERSION}",
)
# One statement, so that of all who claim an intent one alone writes.
CLAIM: Final = (
    f"INSERT INTO placements ({COLUMNS}) VALUES ({', '.join('?' * 13)})"  # noqa: S608 - constants of this module
    " ON CONFLICT (intent) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in COLUMNS.split(", ")[1:])
    + f" WHERE state = '{State.NOT_SENT.value}'"
)
SELECT: Final = f"SELECT {COLUMNS} FROM placements"  # noqa: S608 - constants of this module
GET: Final = f"{SELECT} WHERE intent = ?"
SETTLE: Final = "UPDATE placements SET state = ?, settled_at = ?, ids = ?, why = ? WHERE intent = ?"


def from_entry(entry: Entry) -> tuple[Any, ...]:
    """An entry as a row, in the order of the columns."""
    return (
        str(entry.intent),
        entry.adapter,
        entry.environment,
        entry.method,
        entry.path,
        entry.content,
        entry.digest,
        _json.dumps(dict(entry.reply_ids)),
        moment(entry.claimed_at),
        *outcome(entry),
    )


def outcome(entry: Entry) -> tuple[Any, ...]:
    """The columns that settling changes."""
    return (
        entry.state.value,
        entry.settled_at and moment(entry.settled_at),
        _json.dumps(dict(entry.ids)),
        _json.dumps(entry.why),  # a broker's sentence may hold what is no UTF-8
    )


def moment(at: datetime) -> str:
    """A time in UTC with microseconds: as text such times sort by time."""
    if at.tzinfo is None:
        raise ValueError(f"the time {at} has no time zone: a journal holds times in UTC.")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def to_entry(row: tuple[Any, ...]) -> Entry:
    """The entry that a row holds.

    Raises:
        ValueError: where the row is damaged, or a :class:`TypeError`.

    """
    intent, *texts, content, digest, reply_ids, at, state, settled_at, ids, why = row
    return Entry(
        intent=UUID(intent),
        adapter=texts[0],
        environment=texts[1],
        method=texts[2],
        path=texts[3],
        content=content,
        digest=digest,
        reply_ids=json.loads(reply_ids),
        claimed_at=datetime.fromisoformat(at),
        state=State(state),
        settled_at=settled_at and datetime.fromisoformat(settled_at),
        ids=json.loads(ids),
        why=json.loads(why),
    )
