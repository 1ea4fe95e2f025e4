"""Comparing costs: CPU time of this thread, in short batches that take turns.

Whatever slows the machine for a while slows all contenders alike, so the ratio within one round
means more than any of its two times. The garbage collector runs as it does in any program; each
batch starts just after a collection, and with everything that was there before set aside.
"""

from __future__ import annotations

import gc
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

Costs: TypeAlias = dict[str, list[float]]


class Ratio(NamedTuple):
    """The median of the ratios of each round, and their quartiles."""

    median: float
    low: float
    high: float


def take_turns(
    jobs: Mapping[str, Callable[[Any], object]], inputs: Sequence[Any], rounds: int, batch: int
) -> Costs:
    """The cost of each job on one input, in microseconds, in each round."""
    costs: Costs = {name: [] for name in jobs}
    order = list(jobs)
    gc.collect()
    gc.freeze()
    for turn in range(rounds):
        start = turn * batch % len(inputs)
        chosen = inputs[start : start + batch]
        order.append(order.pop(0))
        for name in order:
            costs[name].append(_cost(jobs[name], chosen) / len(chosen))
    gc.unfreeze()
    return costs


def _cost(job: Callable[[Any], object], inputs: Sequence[Any]) -> float:
    gc.collect()
    start = time.thread_time_ns()
    for each in inputs:
        job(each)
    return (time.thread_time_ns() - start) / 1000


def programs_take_turns(
    commands: Mapping[str, Sequence[str]], given: Path, cwd: Path, rounds: int, lines: int
) -> Costs:
    """The cost of each program for one of the lines it is given, in microseconds, in each round.

    It is the CPU time of the whole process, start-up included.
    """
    costs: Costs = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            before = _children()
            with given.open("rb") as source:
                subprocess.run(
                    command, cwd=cwd, stdin=source, stdout=subprocess.DEVNULL, check=False
                )
            costs[name].append((_children() - before) * 1e6 / lines)
    return costs


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def ratio(costs: Costs, name: str, to: str) -> Ratio:
    """How many times as much ``name`` costs as ``to``."""
    ratios = [one / other for one, other in zip(costs[name], costs[to], strict=True)]
    low, median, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return Ratio(median, low, high)
