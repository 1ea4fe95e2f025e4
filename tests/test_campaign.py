"""A minute of the campaign, which `python3 dev.py campaign` runs in full length."""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path

import pytest
from tests.campaign import kills, run
from tests.campaign.stage import Broken, Stage
from tests.campaign.stories import drawn

from otoco.placing import Entry, MemoryJournal, NotSent
from otoco.placing._progress import Progress
from otoco.sandbox import FaultKind, Sandbox

SEED = "ci"
#: These are drawn too seldom for a minute.
RARE = {FaultKind.GZIP_BOMB, FaultKind.SLOW_HEAD, FaultKind.SLOW_BODY}


def outcomes(ends: Counter[str]) -> set[str]:
    """The names of the outcomes that there were."""
    return {end.partition(": ")[2] for end in ends}


@pytest.mark.parametrize("part", range(4))
def test_in_memory_no_order_is_lost_or_doubled(part: int) -> None:
    """Every fault meets placements at both brokers, and each outcome tells what is so."""
    ends = run.in_memory(SEED, range(part * 500, part * 500 + 500))
    assert 500 == sum(ends.values())
    assert {"Placed", "Rejected", "Unknown"} <= outcomes(ends)
    met = {end.partition(": ")[0] for end in ends}
    assert {kind.value for kind in FaultKind if kind not in RARE} <= met


@pytest.mark.parametrize("part", range(4))
def test_on_sockets_no_order_is_lost_or_doubled(part: int) -> None:
    """The same where connections break and answers come in pieces."""
    ends = run.on_sockets(SEED, range(part * 60, part * 60 + 60))
    assert 60 == sum(ends.values())
    assert {"Placed", "Rejected", "Unknown"} <= outcomes(ends)


def test_a_process_that_is_killed_leaves_the_truth_behind(tmp_path: Path) -> None:
    """What was on its way is open in the journal, and the broker has each intent once at most."""
    ends = kills.campaign(tmp_path, kills=12, seed=SEED)
    assert ends["placed"] > 0


def test_a_story_is_drawn_from_its_text() -> None:
    """Whoever is told the text plays the same story."""
    assert drawn("ci:memory:7", run.MEMORY) == drawn("ci:memory:7", run.MEMORY)
    assert drawn("ci:memory:7", run.MEMORY) != drawn("ci:memory:8", run.MEMORY)


class Forgetful(MemoryJournal):
    """A journal that lets anyone claim anything."""

    def claim(self, entry: Entry) -> None:
        """Let them."""
        super().claim(entry)


def test_the_campaign_sees_an_order_that_is_placed_twice() -> None:
    """A campaign that could not fail would show nothing."""
    stage = Stage(Sandbox("tradovate", "snaptrade"), in_memory=True, journal=Forgetful())
    stories = (drawn(f"ci:twice:{number}", run.MEMORY) for number in range(400))
    wanted = (each for each in stories if each.is_told_twice and not each.uses_async)
    story = next(each for each in wanted if each.fault is None)
    with pytest.raises(Broken, match="placed twice"):
        stage.play(story)


def test_the_campaign_sees_an_outcome_that_is_not_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """To call a live order not sent is what it is there to find."""

    def lying(progress: Progress, *_: object) -> NotSent:
        return progress.not_sent("as far as anyone can tell.")

    monkeypatch.setattr(Progress, "_placed", lying)
    stage = Stage(Sandbox("tradovate", "snaptrade"), in_memory=True)
    stories = (drawn(f"ci:lie:{number}", run.MEMORY) for number in range(400))
    story = next(each for each in stories if each.fault is None)
    with pytest.raises(Broken, match="and the broker has"):
        stage.play(story)


def test_the_campaign_hears_a_secret() -> None:
    """One log line with a token in it breaks it."""
    sandbox = Sandbox("tradovate", "snaptrade")
    stage = Stage(sandbox, in_memory=True)
    secret = next(iter(sandbox.secrets("tradovate").values()))
    with stage.listening(), pytest.raises(Broken, match="a secret is told"):
        logging.getLogger("httpx").debug("Authorization: Bearer %s", secret)
