#!/usr/bin/env python3
"""How long the laws take for each adapter: ``python3 benchmarks/suite.py``.

Each suite is run by pytest in a process of its own, at its default number of examples, or at the
number that ``OTOCO_EXAMPLES`` says.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
AIM: Final = 60  # seconds
SUITES: Final = {
    "Tradovate, with its engine": "otoco_tradovate/test_laws.py::TestTradovate",
    "SnapTrade, with its engine": "otoco_snaptrade/test_laws.py::TestContract202604",
    "SnapTrade 2026-10, with its engine": "otoco_snaptrade/test_laws.py::TestContract202610",
}


def main() -> None:
    """Run each suite, and print its tests, its seconds of CPU time and those on the clock."""
    print(f"| suite | tests | CPU s | s | under {AIM} s |\n| --- | --- | --- | --- | --- |")
    for title, suite in SUITES.items():
        began, before = time.perf_counter(), os.times()
        printed = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/{suite}"],
            cwd=ROOT,
            text=True,
            capture_output=True,
            check=True,
        ).stdout
        took, after = time.perf_counter() - began, os.times()
        busy = sum(after[2:4]) - sum(before[2:4])
        (passed,) = re.findall(r"^(\d+) passed", printed, re.MULTILINE)
        print(f"| {title} | {passed} | {busy:.0f} | {took:.0f} | {'no' if took > AIM else 'yes'} |")


if __name__ == "__main__":
    main()
