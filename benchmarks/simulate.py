#!/usr/bin/env python3
"""How many events a second ``simulate`` takes: ``python3 benchmarks/simulate.py``.

Trades walk at random around a bracket, a ladder and a tree of brackets; a run of them includes the
placing and the outcome. In other rows every event changes one leg or several. Beside the bracket
stands a loop written by hand for that one shape, which is asserted to fill the same legs.
"""

from __future__ import annotations

import os
import platform
import random
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple, TypeAlias

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import clock

from otoco import OCO, OTO, OTOCO, Arming, Instrument, Leg, Limit, Order, Stop, buy, sell, simulate
from otoco.simulation import Cancel, Event, Fill, Policy, Run, Status, Trade

MES: Final = Instrument("MESM7", "FUTURE", "0.25")
AIM: Final = 100_000
TRADES: Final = 1_000
ROUNDS: Final = 60
TAPES: Final = 20

Tape: TypeAlias = list[Trade]


class Job(NamedTuple):
    """An order that is run over a tape, or over events of its own."""

    order: Order
    events: Sequence[Event] | None = None
    policy: Policy | None = None

    def run(self, tape: Tape) -> Run:
        """Place the order, run it, and see what has become of it."""
        events = tape if self.events is None else self.events
        return simulate(self.order, events, policy=self.policy)


def exits(quantity: int, target: int, stop: int) -> list[Leg]:
    """A target and a stop of a long position."""
    return [sell(quantity, MES, Limit(target)), sell(quantity, MES, Stop(stop))]


BRACKET: Final = OTOCO(buy(16, MES, Limit(4150)), exits(16, 4200, 4100))
LADDER: Final = OTO(
    buy(16, MES, Limit(4150)), [OCO(exits(1, 4200 + rung, 4100 - rung)) for rung in range(16)]
)
TREE: Final = OCO(
    [OTOCO(buy(1, MES, Stop(4200 + each)), exits(1, 4300 + each, 4150)) for each in range(8)]
)
IN_PARTS: Final = [
    event
    for _ in range(16)
    for event in (Fill("trigger", 1, 4150), Fill("peers[0]", "0.5"), Fill("peers[1]", "0.25"))
]
EXITS_IN_PARTS: Final = [
    Fill("trigger"),
    *(Fill(f"peers[{part % 2}]", "0.25") for part in range(63)),
    Trade(4200),
]
RUNGS: Final = [Fill("trigger", 1, 4150)] * 16
PLACED: Final = "bracket, placed"
#: Rows of so few events that the placing is taken off.
SHORT: Final = {
    "bracket, filled and cancelled": Job(BRACKET, [Fill("trigger"), Cancel()]),
    "bracket, its entry and its target trade": Job(BRACKET, [Trade(4150), Trade(4200)]),
}

JOBS: Final = {
    "bracket": Job(BRACKET),
    "ladder of 16 rungs": Job(LADDER),
    "8 brackets, one of them fills": Job(TREE),
    "bracket, filled in 48 parts": Job(BRACKET, IN_PARTS, Policy(Arming.ANY_FILL)),
    "bracket, its exits filled in 64 parts": Job(BRACKET, EXITS_IN_PARTS),
    "ladder, filled rung by rung": Job(LADDER, RUNGS, Policy(Arming.ANY_FILL)),
    PLACED: Job(BRACKET, []),
}


def tapes() -> list[Tape]:
    """Trades that walk at random, from above the entry."""
    source = random.Random(20261120)
    drawn: list[Tape] = []
    for _ in range(TAPES):
        price = Decimal(4151)
        tape: Tape = []
        for _ in range(TRADES):
            price += source.choice((Decimal("-0.25"), Decimal("0.25")))
            tape.append(Trade(price))
        drawn.append(tape)
    return drawn


def by_hand(tape: Tape) -> tuple[bool, bool, bool]:
    """Whether entry, target and stop of the bracket fill, by the shortest loop that tells."""
    entry, target, stop = Decimal(4150), Decimal(4200), Decimal(4100)
    is_long = False
    for trade in tape:
        price = trade.price
        if not is_long:
            is_long = price <= entry
        if is_long:
            if price >= target:
                return True, True, False
            if price <= stop:
                return True, False, True
    return is_long, False, False


def assert_same(drawn: list[Tape]) -> None:
    """The loop written by hand tells the fills that ``simulate`` does."""
    for tape in drawn:
        run = simulate(BRACKET, tape)
        assert by_hand(tape) == tuple(state.status is Status.FILLED for state in run.legs)


def made(tape: Tape) -> Tape:
    """The events of a tape, constructed again."""
    return [Trade(trade.price) for trade in tape]


def main() -> None:
    """Measure, and print the table."""
    drawn = tapes()
    assert_same(drawn)
    both = JOBS | SHORT
    jobs: dict[str, Callable[[Tape], object]] = {name: job.run for name, job in both.items()}
    costs = clock.take_turns({**jobs, "by hand": by_hand, "made": made}, drawn, ROUNDS, 1)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, CPU time of one thread\n")
    print(f"{'events':40} {'a run':>6} {'µs each':>8} {'a second':>10}  aim")
    for name, job in both.items():
        spent = costs[name]
        if name in SHORT:
            spent = [one - other for one, other in zip(spent, costs[PLACED], strict=True)]
        count = len(drawn[0] if job.events is None else job.events)
        print(row(name, spent, count or 1, f"at least {AIM:,}" if count else ""))
    print(row("Trade(price), constructed", costs["made"], TRADES, ""))
    found = clock.ratio(costs, "bracket", "by hand")
    print(f"\nsimulate / loop by hand: {found.median:.1f} ({found.low:.1f} to {found.high:.1f})")


def row(name: str, costs: list[float], count: int, aim: str) -> str:
    """One row of the table."""
    each = median(costs) / count
    return f"{name:40} {count:6,} {each:8.2f} {1e6 / each:10,.0f}  {aim}"


if __name__ == "__main__":
    main()
