#!/usr/bin/env python3
"""The campaign in full length: ``python3 dev.py campaign``.

Stories are drawn from a seed, each with its number; one that breaks tells the text that plays it
again: ``python3 dev.py campaign --story "1:memory:4711"``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from os import cpu_count
from pathlib import Path
from typing import Final, TypeAlias

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.campaign import kills
from tests.campaign.stage import BROKERS, Stage
from tests.campaign.stories import Pace, drawn

from otoco.sandbox import Sandbox

MEMORY: Final = Pace(slowest=0.002, least_deadline=0.001, deadline=10.0)
SOCKETS: Final = Pace(slowest=0.2, least_deadline=0.1, deadline=10.0)
#: After so many stories the sandbox is swept: brokers' lists grow, and looking through them.
PER_SANDBOX: Final = 25
PER_SERVER: Final = 60

#: Plays the stories of some numbers of a seed, and counts how they ended.
Play: TypeAlias = Callable[[str, range], Counter[str]]


def in_memory(seed: str, numbers: range) -> Counter[str]:
    """Play stories through no socket."""
    ends: Counter[str] = Counter()
    for start in range(numbers.start, numbers.stop, PER_SANDBOX):
        stage = Stage(Sandbox(*BROKERS), in_memory=True)
        with stage.listening():
            for number in range(start, min(start + PER_SANDBOX, numbers.stop)):
                stage.play(drawn(f"{seed}:memory:{number}", MEMORY))
        ends += stage.ends
    return ends


def on_sockets(seed: str, numbers: range) -> Counter[str]:
    """Play stories on real sockets."""
    ends: Counter[str] = Counter()
    sys.setswitchinterval(0.0005)  # client and server take turns in one process
    for start in range(numbers.start, numbers.stop, PER_SERVER):
        with Sandbox(*BROKERS) as sandbox:
            stage = Stage(sandbox, in_memory=False)
            with stage.listening():
                for number in range(start, min(start + PER_SERVER, numbers.stop)):
                    stage.play(drawn(f"{seed}:sockets:{number}", SOCKETS))
        ends += stage.ends
    return ends


def shared_out(play: Play, seed: str, count: int, workers: int) -> Counter[str]:
    """Have several processes play stories, each its share."""
    chunk = PER_SERVER * 20
    shares = [range(start, min(start + chunk, count)) for start in range(0, count, chunk)]
    ends: Counter[str] = Counter()
    with ProcessPoolExecutor(workers) as pool:
        for share, found in zip(shares, pool.map(play, [seed] * len(shares), shares), strict=True):
            ends += found
            print(f"{share.stop:>10,} of {count:,}", file=sys.stderr, flush=True)
    return ends


def told(what: str, ends: Counter[str], seconds: float) -> None:
    """Print what came of a part of the campaign."""
    print(f"\n{what}: {sum(ends.values()):,} in {seconds:,.0f} s")
    for end, count in sorted(ends.items()):
        print(f"  {end:40} {count:>10,}")
    sys.stdout.flush()


def main() -> None:
    """Run the campaign; it ends with an error where something is not as it must be."""
    parser = argparse.ArgumentParser(prog="dev.py campaign", description=main.__doc__)
    parser.add_argument("--seed", default="1", help="1 unless given")
    parser.add_argument("--memory", type=int, default=1_000_000, help="stories in memory")
    parser.add_argument("--sockets", type=int, default=20_000, help="stories on real sockets")
    parser.add_argument("--kills", type=int, default=500, help="processes to kill")
    parser.add_argument("--workers", type=int, default=cpu_count() or 1, help="processes")
    parser.add_argument("--story", help="play this one again, by the text it was told with")
    given = parser.parse_args()
    if given.story:
        seed, where, number = given.story.rsplit(":", 2)
        play = {"memory": in_memory, "sockets": on_sockets}[where]
        told(given.story, play(seed, range(int(number), int(number) + 1)), 0.0)
        return
    for what, play, count in (
        ("in memory", in_memory, given.memory),
        ("on sockets", on_sockets, given.sockets),
    ):
        start = time.monotonic()
        told(what, shared_out(play, given.seed, count, given.workers), time.monotonic() - start)
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        ends = kills.campaign(Path(folder), given.kills, given.seed)
    told(f"{given.kills} kills", ends, time.monotonic() - start)


if __name__ == "__main__":
    main()
