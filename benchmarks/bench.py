#!/usr/bin/env python3
"""What otoco costs, beside code written by hand and beside pydantic: ``python3 dev.py bench``.

The job is to construct, validate, translate and encode a Tradovate bracket from texts. All three
give the same bytes for every input and refuse the same bad ones, which is asserted first.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import platform
import pstats
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Final, TypeAlias

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import by_hand, by_otoco, by_pydantic, clock, pool

from otoco import OtocoError

ROOT: Final = Path(__file__).resolve().parent.parent

Job: TypeAlias = Callable[[pool.Bracket], bytes]

JOBS: Final[dict[str, Job]] = {
    "hand": by_hand.body,
    "otoco": by_otoco.body,
    "bracket()": by_otoco.body_by_bracket,
    "pydantic": by_pydantic.body,
}
COMMANDS: Final = {
    "hand": [sys.executable, "-m", "benchmarks.by_hand"],
    "otoco": [
        *(sys.executable, "-m", "otoco", "translate", "-", "--lines", "--to", "tradovate"),
        *("-o", f"account_id={pool.ACCOUNT_ID}", "-o", f"account_spec={pool.ACCOUNT_SPEC}"),
    ],
}
BATCH: Final = 100
ROUNDS: Final = 150
LINES: Final = 30_000
LINE_ROUNDS: Final = 3


def assert_same(inputs: list[pool.Bracket]) -> None:
    """All contenders give the same bytes for each input."""
    for given in inputs:
        bodies = {job(given) for job in JOBS.values()}
        assert len(bodies) == 1, (given, bodies)


def assert_refused() -> None:
    """All contenders refuse each bad input; all their errors are ``ValueError`` or our own."""
    for what, given in pool.BAD.items():
        for name, job in JOBS.items():
            try:
                job(given)
            except (ValueError, OtocoError):
                continue
            raise AssertionError(f"{name} takes a bracket with: {what}")


def assert_same_answers() -> None:
    """The two programs give the same bytes for good lines, and refuse the same bad ones."""
    good = [pool.document(given) for given in pool.todays()[:500]]
    bad = [pool.document(given) for given in pool.BAD.values()]
    twice = json.dumps(good[0]).replace('"otoco": 1', '"otoco": 1, "otoco": 1')
    given = "\n".join([*map(json.dumps, (*good, *bad)), twice, "", "[]", "{"]) + "\n"
    answers = {}
    for name, command in COMMANDS.items():
        run = subprocess.run(
            command, cwd=ROOT, input=given.encode(), capture_output=True, check=False
        )
        answers[name] = run.stdout.splitlines()
    ours, theirs = answers["otoco"], answers["hand"]
    assert ours[: len(good)] == theirs[: len(good)], "good lines are answered differently"
    assert len(ours) == len(theirs) == len(good) + len(bad) + 4
    for line in (*ours[len(good) :], *theirs[len(good) :]):
        assert json.loads(line).keys() <= {"invalid", "refused"}, line


def lines() -> clock.Costs:
    """What ``otoco translate --lines`` and the loop written by hand cost a line."""
    documents = [json.dumps(pool.document(given)).encode() for given in pool.todays()]
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder, "orders.jsonl")
        given.write_bytes(b"\n".join(documents * (LINES // len(documents))) + b"\n")
        return clock.programs_take_turns(COMMANDS, given, ROOT, LINE_ROUNDS, LINES)


def row(what: str, costs: clock.Costs, name: str, to: str, aim: str) -> str:
    """One row of the table."""
    found = clock.ratio(costs, name, to)
    times = f"{median(costs[name]):6.1f} / {median(costs[to]):5.1f} µs"
    spread = f"{found.low:.2f} to {found.high:.2f}"
    return f"{what:44} {found.median:6.2f}   {spread:15} {times:18} {aim}"


def table() -> None:
    """Measure, and print a row as soon as it is known."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("otoco", "attrs", "pydantic"))
    print(f"Python {platform.python_version()}, {versions}, {os.cpu_count()} cores\n")
    print(f"{'ratio of CPU time':44} {'median':6}   {'quartiles':15} {'times':18} aim")
    todays, scattered = pool.todays(), pool.scattered()
    assert_refused()
    assert_same(scattered)
    assert_same(todays)  # the last one also warms the caches

    costs = clock.take_turns(JOBS, todays, ROUNDS, BATCH)
    print(row("otoco / by hand", costs, "otoco", "hand", "at most 1.5"))
    print(row("pydantic / otoco", costs, "pydantic", "otoco", "at least 2"))
    print(row("otoco with bracket() / by hand", costs, "bracket()", "hand", ""))
    costs = clock.take_turns(JOBS, scattered, ROUNDS, BATCH)
    print(row("otoco / by hand, no price returns", costs, "otoco", "hand", ""))
    print(row("pydantic / otoco, no price returns", costs, "pydantic", "otoco", ""), flush=True)

    assert_same_answers()
    print(row("otoco translate --lines / loop by hand", lines(), "otoco", "hand", "at most 2.5"))


def profile() -> None:
    """Print where the time goes, by function."""
    inputs = pool.todays()
    assert_same(inputs)
    profiler = cProfile.Profile()
    profiler.enable()
    for given in inputs:
        by_otoco.body(given)
    profiler.disable()
    statistics = pstats.Stats(profiler).strip_dirs()
    statistics.sort_stats("tottime").print_stats(30)
    statistics.sort_stats("cumulative").print_stats(30)


def main() -> None:
    """Measure, or with ``--profile`` say where the time goes."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=main.__doc__)
    parser.add_argument("--profile", action="store_true", help="profile the job in otoco instead")
    profile() if parser.parse_args().profile else table()


if __name__ == "__main__":
    main()
