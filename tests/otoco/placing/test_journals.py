"""The journals of the library keep to what is asked of every journal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from otoco.placing._journal import State
from otoco.placing._memory import PROCESS, MemoryJournal
from otoco.placing._sqlite import SqliteJournal
from otoco.testing.journal import INTENTS, NOON, JournalContract, Opener, entry


class TestMemoryJournal(JournalContract):
    def opener(self) -> Opener:
        journal = MemoryJournal()
        return lambda: journal


class TestSqliteJournal(JournalContract):
    @pytest.fixture(autouse=True)
    def _in_a_folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def opener(self) -> Opener:
        path = self.folder / f"{uuid4()}.journal"
        return lambda: SqliteJournal(path)


def test_what_outlives_the_process() -> None:
    """A file does, and memory does not."""
    assert SqliteJournal.durable
    assert not MemoryJournal.durable


def test_one_journal_in_memory_belongs_to_the_whole_process() -> None:
    """One client's closing it takes nothing from another; a child has a copy of it."""
    intent = uuid4()
    assert PROCESS.claim(entry(intent)) is None
    PROCESS.close()
    assert PROCESS.get(intent) == PROCESS.claim(entry(intent))
    child = os.fork()
    if not child:
        os._exit(0 if PROCESS.claim(entry(intent)) and not PROCESS.claim(entry(uuid4())) else 1)
    assert 0 == os.waitpid(child, 0)[1]
    assert PROCESS.settle(intent, State.NOT_SENT, at=NOON, ids={}, why="").why == ""


def test_the_test_kit_does_not_burden_the_other_one() -> None:
    """`import otoco.testing` imports no HTTP client; the kit for journals is asked for by name."""
    code = "import sys, otoco.testing; print('httpx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "False" == done.stdout.strip()


def test_a_contract_without_an_opener_is_no_test() -> None:
    """Whoever forgets to say which journal is meant is told."""
    with pytest.raises(NotImplementedError):
        JournalContract().opener()


def test_journals_do_not_share_what_is_returned() -> None:
    """Changing what a journal returned does not change the journal."""
    journal = MemoryJournal()
    journal.claim(entry(INTENTS[0], ids={"order": "1"}))
    returned = journal.get(INTENTS[0])
    assert returned is not None
    assert isinstance(returned.ids, dict)
    returned.ids["order"] = "2"
    (held,) = journal.entries()
    assert {"order": "1"} == held.ids
