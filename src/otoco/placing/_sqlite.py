"""A journal in a file that outlives the process, with the ``sqlite3`` of the standard library.

No mapper of objects to tables stands between: a journal belongs to the base install, it is two
short transactions a placement, and those may cost tens of microseconds of CPU.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Final, Self, TypeVar
from uuid import UUID

from otoco.placing import _rows as rows
from otoco.placing._deadline import current_deadline
from otoco.placing._forking import AtRest
from otoco.placing._journal import Entry, JournalError, State, settled

_T = TypeVar("_T")

#: How long, in seconds, what is known is tried to be written down after the caller's deadline.
_MOMENT: Final = 0.1

#: Where SQLite's own words would not tell a trader what to do.
_WHY: Final[Mapping[int, str]] = {
    sqlite3.SQLITE_NOTADB: "the file is no journal.",
    sqlite3.SQLITE_FULL: "the disk is full.",
    sqlite3.SQLITE_READONLY: "the file, or its folder, may not be written.",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened; may its folder be written?",
}
# To close any descriptor of a file gives up every lock of the process on it, and so a new file is
# closed before a second thread can have opened it.
_CREATING: Final = Lock()


class SqliteJournal(AtRest):
    """Intents in a file on a local disk, for any number of threads and processes.

    What is claimed is on the disk before the claim returns. A file that is not there is created,
    for its owner alone; its folder must exist. ``patience`` is how many seconds to wait for others
    that hold the journal, in this process and then in others, before it is a :class:`JournalError`.

    Raises:
        JournalError: where the file cannot be opened, is no journal, or one of another version.

    """

    durable: bool = True

    def __init__(self, path: str | os.PathLike[str], *, patience: float = 5.0) -> None:
        self._path = Path(os.fspath(path)).absolute()
        self._name = str(self._path)
        self._patience = patience
        self._connection: sqlite3.Connection | None = None
        self._pid = 0
        self._file: tuple[int, int] | None = None
        self._closed = False
        super().__init__()
        self.get(UUID(int=0))  # opens the file

    def __repr__(self) -> str:
        return f"SqliteJournal({str(self._path)!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def claim(self, entry: Entry) -> Entry | None:
        """See :meth:`Journal.claim`."""
        row = rows.from_entry(entry)

        def work(connection: sqlite3.Connection) -> Entry | None:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            mine = connection.execute(rows.CLAIM, row).rowcount
            held = None if mine else self._read(connection, entry.intent)
            connection.execute("COMMIT")
            return held

        return self._run(work, self._until_the_deadline())

    def settle(
        self, intent: UUID, state: State, *, at: datetime, ids: Mapping[str, str], why: str
    ) -> Entry:
        """See :meth:`Journal.settle`."""

        def work(connection: sqlite3.Connection) -> Entry:
            # A power cut may undo it, and the intent is open again; no disk is waited for.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            held = self._read(connection, intent)
            if held is None:
                raise JournalError(f"the intent {intent} is not in the journal {self._path}.")
            now = settled(held, state, at=at, ids=ids, why=why)
            if now is not held:
                connection.execute(rows.SETTLE, (*rows.outcome(now), str(intent)))
            connection.execute("COMMIT")
            return now

        return self._run(work, max(self._until_the_deadline(), _MOMENT))

    def get(self, intent: UUID) -> Entry | None:
        """See :meth:`Journal.get`."""
        return self._run(lambda connection: self._read(connection, intent))

    def entries(
        self, states: Collection[State] = (), since: datetime | None = None
    ) -> tuple[Entry, ...]:
        """See :meth:`Journal.entries`."""
        values = [state.value for state in states]
        wanted = [f"state IN ({', '.join('?' * len(values))})"] if values else []
        if since is not None:
            wanted.append("claimed_at >= ?")
            values.append(rows.moment(since))
        where = f" WHERE {' AND '.join(wanted)}" if wanted else ""
        query = f"{rows.SELECT}{where} ORDER BY claimed_at, intent"
        return self._run(
            lambda connection: tuple(map(self._entry, connection.execute(query, values)))
        )

    def close(self) -> None:
        """Let go of the file; whatever is asked of the journal after that is refused."""
        with self._lock:
            self._closed = True
            self._let_go()

    def rest(self) -> None:
        """Close the file as well: SQLite's connections and locks are not inherited."""
        super().rest()
        self._let_go()

    def _until_the_deadline(self) -> float:
        """The patience, in seconds, or what the caller's deadline leaves of it."""
        return max(0.0, min(self._patience, current_deadline() - time.monotonic()))

    def _run(self, work: Callable[[sqlite3.Connection], _T], patience: float | None = None) -> _T:
        """Have something done with the file; whatever fails leaves no transaction behind."""
        waits = self._patience if patience is None else patience
        if not self._lock.acquire(timeout=waits):
            raise JournalError(self._held_by("this process", waits))
        try:
            connection = self._opened()
            connection.execute(f"PRAGMA busy_timeout = {waits * 1000:.0f}")
            return work(connection)
        except (sqlite3.Error, UnicodeError) as error:
            self._let_go()
            raise JournalError(self._why(error, waits)) from error
        except BaseException:
            self._let_go()
            raise
        finally:
            self._lock.release()

    def _let_go(self) -> None:
        if self._connection is not None and self._pid == os.getpid():
            self._connection.close()
            self._connection = None

    def _opened(self) -> sqlite3.Connection:
        """The connection of this process to the file that is at the path."""
        if self._closed:
            raise JournalError(f"the journal {self._path} is closed.")
        if self._connection is not None and self._pid != os.getpid():
            raise JournalError(
                f"the journal {self._path} was opened by the process {self._pid}, and came to"
                f" {os.getpid()} by a fork that Python was not told of: open it after the fork."
            )
        if self._file is None:
            self._create()
        elif self._file != self._at_path():  # what others claim elsewhere would be claimed twice
            raise JournalError(f"the journal {self._path} was moved, removed or replaced.")
        if self._connection is None:
            self._connection = self._open()
        return self._connection

    def _at_path(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._name)  # noqa: PTH116 - a third of the time of Path.stat
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _open(self) -> sqlite3.Connection:
        """Open the file; of several that create it at once, some have to try again."""
        until = time.monotonic() + self._patience
        while True:
            connection = sqlite3.connect(
                f"{self._path.as_uri()}?mode=rw",
                uri=True,
                timeout=self._patience,
                isolation_level=None,
                check_same_thread=False,
            )
            try:
                self._prepare(connection)
            except BaseException as error:
                connection.close()
                if not _is_busy(error) or time.monotonic() >= until:
                    raise
                time.sleep(0.01)
            else:
                self._pid, self._file = os.getpid(), self._at_path()
                return connection

    def _create(self) -> None:
        try:
            if self._path.is_dir():
                raise JournalError(f"{self._path} is a folder, and a journal is a file.")
            if not self._path.parent.is_dir():
                folder = self._path.parent
                raise JournalError(f"the folder {folder} for the journal does not exist.")
            with _CREATING:
                os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            pass
        except OSError as error:
            why = error.strerror
            raise JournalError(f"the journal {self._path} cannot be created: {why}.") from error

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """See that the file is a journal, or make it one."""
        connection.execute("BEGIN IMMEDIATE")
        if self._is_empty(connection):
            for statement in rows.SCHEMA:
                connection.execute(statement)
        connection.execute("COMMIT")
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise JournalError(f"the journal {self._path} is where SQLite has no write-ahead log.")

    def _is_empty(self, connection: sqlite3.Connection) -> bool:
        """Whether nothing is in the file; anything but a journal of this version is refused."""
        (mark,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if (mark, version, tables) == (0, 0, 0):
            return True
        if mark != rows.MARK:
            raise JournalError(f"{self._path} is a database of another program, and no journal.")
        if version != rows.VERSION:
            raise JournalError(
                f"the journal {self._path} is of version {version}, and this otoco reads version"
                f" {rows.VERSION}: use the otoco that wrote it, or another file."
            )
        return False

    def _read(self, connection: sqlite3.Connection, intent: UUID) -> Entry | None:
        row = connection.execute(rows.GET, (str(intent),)).fetchone()
        return None if row is None else self._entry(row)

    def _entry(self, row: Any) -> Entry:
        try:
            return rows.to_entry(row)
        except (ValueError, TypeError) as error:
            raise JournalError(
                f"the journal {self._path} is damaged at the intent {row[0]}: {error}"
            ) from error

    def _held_by(self, whom: str, seconds: float) -> str:
        return f"the journal {self._path} was held by {whom} for {seconds:.2g} s and longer."

    def _why(self, error: Exception, waited: float) -> str:
        if _is_busy(error):
            return self._held_by("another program", waited)
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        why = _WHY.get(code, f"{error}.")
        return f"the journal {self._path} cannot be read or written: {why}"


def _is_busy(error: BaseException) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
