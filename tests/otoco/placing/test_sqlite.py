"""The journal in a file: several processes, forks, kills, and files that are none."""

from __future__ import annotations

import os
import random
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import attrs
import pytest
from tests.otoco.placing import journaling

from otoco.placing import _forking, _rows
from otoco.placing._deadline import until
from otoco.placing._journal import JournalError, State
from otoco.placing._sqlite import SqliteJournal
from otoco.testing.journal import INTENTS, NOON, entry

PROGRAMS = Path(__file__).with_name("journaling.py")
KILLS = 20


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a journal may be made."""
    return tmp_path / "placed.journal"


@pytest.fixture
def journal(path: Path) -> Iterator[SqliteJournal]:
    """A journal, to be closed."""
    with SqliteJournal(path) as opened:
        yield opened


def program(*words: str | Path) -> subprocess.Popen[str]:
    """One of the programs, running."""
    return subprocess.Popen(
        [sys.executable, PROGRAMS, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def held(path: Path, state: str) -> int:
    """How many placements a program with SQL alone counts in a state; the file is sound."""
    connection = sqlite3.connect(path)
    try:
        assert [("ok",)] == connection.execute("PRAGMA integrity_check").fetchall()
        query = "SELECT count(*) FROM placements WHERE state = ?"
        (count,) = connection.execute(query, (state,)).fetchone()
    finally:
        connection.close()
    return int(count)


def in_child(work: Callable[[], object]) -> int:
    """The exit code of a forked process: 0 where the work was done, and 1 where it raised."""
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def said_until_killed(path: Path, after: float) -> list[str]:
    """What a worker that is killed so many seconds after its first line has said until then."""
    lines, out = os.pipe()
    worker = os.fork()
    if not worker:
        os.dup2(out, 1)
        try:
            journaling.work(str(path))
        finally:
            os._exit(1)
    os.close(out)
    with os.fdopen(lines) as said:
        first = said.readline()  # the clock starts when it works
        time.sleep(after)
        os.kill(worker, signal.SIGKILL)
        killed = os.waitpid(worker, 0)[1]
        assert signal.SIGKILL == os.WTERMSIG(killed)
        return [first, *(line for line in said if line.endswith("\n"))]


def test_of_eight_processes_one_has_an_intent(path: Path) -> None:
    """They make the file and claim at the same moment: one is told to send it."""
    claims = [program("claim", path, str(INTENTS[0])) for _ in range(8)]
    for each in claims:
        assert each.stdout is not None
        assert "ready\n" == each.stdout.readline()
    for each in claims:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    said = sorted(each.communicate(timeout=60)[0].strip() for each in claims)
    assert ["mine", *["theirs"] * 7] == said
    assert [0] * 8 == [each.returncode for each in claims]
    assert 1 == held(path, "sending")


def test_what_returned_before_a_kill_is_in_the_journal(path: Path) -> None:
    """Killed at any moment, it leaves a file that opens, is sound and knows all that was said."""
    moments = random.Random(7)
    said: dict[UUID, State | None] = {}
    for _ in range(KILLS):
        for line in said_until_killed(path, after=moments.uniform(0, 0.03)):
            verb, intent, *state = line.split()
            said[UUID(intent)] = State[state[0]] if verb == "settled" else None
    with SqliteJournal(path) as journal:
        known = {each.intent: each.state for each in journal.entries()}
        (mode,) = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert KILLS < len(said) <= len(known) <= len(said) + KILLS
    assert {} == {
        intent: state
        for intent, state in said.items()
        if intent not in known or state not in (None, known[intent])
    }
    assert 0o600 == mode
    assert sum(each is State.PLACED for each in known.values()) == held(path, "placed")


def test_a_child_opens_the_file_anew(journal: SqliteJournal, path: Path) -> None:
    """Parent and child go on with one file; what one has claimed the other has not."""
    mine, childs = uuid4(), uuid4()
    assert journal.claim(entry(mine)) is None

    def child() -> None:
        assert journal.claim(entry(mine)) is not None
        assert journal.claim(entry(childs)) is None
        journal.close()

    assert 0 == in_child(child)
    assert journal.claim(entry(childs)) is not None
    assert 2 == held(path, "sending")


def test_a_fork_waits_for_other_threads(journal: SqliteJournal) -> None:
    """While threads claim, children are made that find the journal free to use."""
    done = threading.Event()

    def claims() -> None:
        while not done.is_set():
            assert journal.claim(entry(uuid4())) is None

    threads = [threading.Thread(target=claims) for _ in range(3)]
    for each in threads:
        each.start()
    codes = [in_child(lambda: journal.claim(entry(uuid4()))) for _ in range(5)]
    done.set()
    for each in threads:
        each.join()
    assert [0] * 5 == codes
    assert 5 < len(journal.entries())


def test_a_fork_unseen_is_refused(journal: SqliteJournal, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite takes an inherited connection's locks for its own, so that one is left alone."""
    parent = os.getpid()
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", lambda: parent + 1)
        with pytest.raises(JournalError, match=f"{parent}, and came to {parent + 1} by a fork"):
            journal.get(INTENTS[0])
    assert journal.get(INTENTS[0]) is None


def test_a_fork_of_which_only_the_end_is_told(journal: SqliteJournal) -> None:
    """Who embeds Python may leave out what comes before; nothing is let go of twice then."""
    _forking._after()
    assert journal.get(INTENTS[0]) is None


def test_only_its_owner_may_read_it(journal: SqliteJournal, path: Path) -> None:
    """The file and what SQLite keeps beside it are for one user, whatever the umask."""
    journal.claim(entry(INTENTS[0]))
    files = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert {f"{path.name}{end}": 0o600 for end in ("", "-wal", "-shm")} == files


def test_a_claim_waits_no_longer_than_the_deadline(path: Path) -> None:
    """A journal that others hold does not hold up who has little time."""
    with SqliteJournal(path) as journal, SqliteJournal(path) as other:
        other._connection.execute("BEGIN IMMEDIATE")  # type: ignore[union-attr]  # it is open
        start = time.monotonic()
        with until(start + 0.1), pytest.raises(JournalError, match=r"for 0\.\d+ s and longer"):
            journal.claim(entry(INTENTS[0]))
        assert time.monotonic() - start < 1.0
        other._connection.execute("ROLLBACK")  # type: ignore[union-attr]  # it is open still


def test_every_claim_is_synced(path: Path) -> None:
    """It is on the disk, in the log that is written ahead; no disk is waited for to settle it."""
    synced = []
    with SqliteJournal(path) as journal:
        connection: Any = journal._connection
        for intent in INTENTS[:2]:
            journal.claim(entry(intent))
            synced += connection.execute("PRAGMA synchronous").fetchall()
            journal.settle(intent, State.PLACED, at=NOON, ids={}, why="")
            synced += connection.execute("PRAGMA synchronous").fetchall()
        assert [("wal",)] == connection.execute("PRAGMA journal_mode").fetchall()
    assert [(2,), (1,)] * 2 == synced


def foreign(path: Path, *statements: str) -> None:
    """Write a file with SQLite."""
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: path.mkdir(), "is a folder, and a journal is a file"),
        (lambda path: path.write_text("Dear diary,\n" * 99), "the file is no journal"),
        (lambda path: foreign(path, "CREATE TABLE t (x)"), "a database of another program"),
        (lambda path: foreign(path, "PRAGMA user_version = 1"), "a database of another program"),
        (
            lambda path: foreign(
                path, f"PRAGMA application_id = {_rows.MARK}", "PRAGMA user_version = 7"
            ),
            "is of version 7, and this otoco reads version 1",
        ),
        (lambda path: path.symlink_to(path.parent / "no" / "where"), "cannot be opened"),
    ],
    ids=["folder", "text", "tables", "version of others", "newer", "dangling"],
)
def test_what_is_no_journal(path: Path, make: Callable[[Path], None], sentence: str) -> None:
    """A file that is something else is told, and stays as it is."""
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(JournalError, match=sentence):
        SqliteJournal(path)
    assert before == (path.read_bytes() if path.is_file() else b"")


def test_an_empty_file_becomes_a_journal(path: Path) -> None:
    """Nothing is lost by that; a name that a URL would have to quote is a name as well."""
    odd = path.with_name("100% sure? #1 é.journal")
    odd.touch()
    with SqliteJournal(str(odd)) as journal:
        assert journal.claim(entry(INTENTS[0])) is None
        assert f"SqliteJournal({str(odd)!r})" == repr(journal)
    assert 1 == held(odd, "sending")


def test_a_folder_that_is_not_there(path: Path) -> None:
    """A journal makes no folders: a mistyped one is told."""
    with pytest.raises(JournalError, match=r"the folder .*nowhere for the journal does not exist"):
        SqliteJournal(path.parent / "nowhere" / path.name)
    with pytest.raises(JournalError, match="cannot be created: File name too long"):
        SqliteJournal(path.with_name("x" * 300))


def test_where_sqlite_has_no_log(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system without shared memory would break what is promised, and is refused."""

    class Without(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            return super().execute(sql.replace("journal_mode = WAL", "journal_mode = DELETE"))

    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *words, **more: connect(*words, **more, factory=Without)
    )
    with pytest.raises(JournalError, match="no write-ahead log"):
        SqliteJournal(path)


def test_who_may_not_write_is_told() -> None:
    """A journal that cannot be written is refused when it is opened, and not when it matters."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "placed.journal")
        SqliteJournal(path).close()
        path.chmod(0o444)
        Path(folder).chmod(0o555)

        def child() -> None:
            if not os.getuid():
                os.setuid(65534)
            with pytest.raises(JournalError, match="or its folder, may not be written"):
                SqliteJournal(path)
            with pytest.raises(JournalError, match="cannot be created: Permission denied"):
                SqliteJournal(path.with_name("other.journal"))

        code = in_child(child)
        Path(folder).chmod(0o700)
    assert 0 == code


def test_a_full_disk(path: Path) -> None:
    """What no longer fits is told; what was claimed before is there, and nothing else."""

    def child() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        with SqliteJournal(path) as journal:

            def claim_all() -> None:
                for number in range(1000):
                    assert journal.claim(entry(UUID(int=number), content=b"x" * 1000)) is None
                    os.write(claimed, b".")

            with pytest.raises(JournalError, match="cannot be read or written: "):
                claim_all()

    told, claimed = os.pipe()
    code = in_child(child)
    os.close(claimed)
    count = len(os.read(told, 5000))
    os.close(told)
    assert 0 == code
    assert 5 < count < 1000
    with SqliteJournal(path) as journal:
        assert [UUID(int=number) for number in range(count)] == [
            each.intent for each in journal.entries()
        ]
        assert journal.claim(entry(UUID(int=count))) is None


def test_a_file_that_was_moved_away(journal: SqliteJournal, path: Path) -> None:
    """Claims in a file that no one else will open would be no claims; a new one is not made."""
    journal.claim(entry(INTENTS[0]))
    away = path.with_name("old.journal")
    path.rename(away)
    for _ in range(2):
        with pytest.raises(JournalError, match="was moved, removed or replaced"):
            journal.claim(entry(INTENTS[1]))
    SqliteJournal(path).close()
    with pytest.raises(JournalError, match="was moved, removed or replaced"):
        journal.claim(entry(INTENTS[1]))
    path.unlink()
    away.rename(path)
    assert journal.claim(entry(INTENTS[1])) is None


def test_a_closed_journal(path: Path) -> None:
    """It is closed for good, also for those who did not close it; closing it twice is no error."""
    journal = SqliteJournal(path)
    journal.close()
    journal.close()
    with pytest.raises(JournalError, match="is closed"):
        journal.entries()


def test_others_are_waited_for_so_long_and_no_longer(path: Path) -> None:
    """Another program that keeps the journal to itself is named after that time."""
    with SqliteJournal(path, patience=0.2) as journal:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with pytest.raises(JournalError, match=r"held by another program for 0\.2 s"):
            journal.claim(entry(INTENTS[0]))
        with pytest.raises(JournalError, match="held by another program"):
            SqliteJournal(path, patience=0.1)
        assert 0.3 <= time.monotonic() - began < 5
        other.execute("COMMIT")
        other.close()
        assert journal.claim(entry(INTENTS[0])) is None


def test_other_threads_are_waited_for_so_long(path: Path) -> None:
    """A thread that does not come to an end holds up the others no longer than that."""
    with SqliteJournal(path, patience=0.05) as journal:
        holds, end = threading.Event(), threading.Event()

        def hold() -> None:
            with journal._lock:
                holds.set()
                end.wait()

        thread = threading.Thread(target=hold)
        thread.start()
        holds.wait()
        with pytest.raises(JournalError, match=r"held by this process for 0\.05 s"):
            journal.claim(entry(INTENTS[0]))
        end.set()
        thread.join()
        assert journal.claim(entry(INTENTS[0])) is None


def test_a_busy_creation_is_tried_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one makes the file, the other is told at once that it is busy, and has patience."""
    tries: list[int] = []
    prepare = SqliteJournal._prepare

    def busy_twice(journal: SqliteJournal, connection: sqlite3.Connection) -> None:
        tries.append(1)
        if len(tries) < 3:
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise error
        prepare(journal, connection)

    monkeypatch.setattr(SqliteJournal, "_prepare", busy_twice)
    SqliteJournal(path).close()
    assert 3 == len(tries)


@pytest.mark.parametrize(
    ("column", "value"), [("state", "lost"), ("reply_ids", "{"), ("claimed_at", "soon")]
)
def test_a_damaged_row(journal: SqliteJournal, path: Path, column: str, value: str) -> None:
    """What cannot be read is told by its intent, and not guessed."""
    journal.claim(entry(INTENTS[0]))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute(f"UPDATE placements SET {column} = ?", (value,))
    other.close()
    with pytest.raises(JournalError, match=f"damaged at the intent {INTENTS[0]}"):
        journal.get(INTENTS[0])


def test_text_that_sqlite_cannot_hold(journal: SqliteJournal) -> None:
    """It is told, and nothing is written."""
    with pytest.raises(JournalError, match="surrogates not allowed"):
        journal.claim(attrs.evolve(entry(INTENTS[0]), path="\ud800"))
    assert () == journal.entries()


def test_a_time_without_a_zone(journal: SqliteJournal) -> None:
    """It could be any of two dozen, and so is refused."""
    with pytest.raises(ValueError, match="has no time zone"):
        journal.claim(entry(INTENTS[0], NOON.replace(tzinfo=None)))
