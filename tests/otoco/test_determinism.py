"""The same input gives the same output in every process."""

from __future__ import annotations

import os
import subprocess
import sys

SCRIPT = """
from otoco import *

documents = [
    '{"zzz": 1, "yyy": 2, "side": "buy", "quantty": "x", "limit_prise": 1, "instrument": 7}',
    '{"type": "OTOCO", "peers": [{"type": "oco"}, {"side": "BUI"}, 7], "x": 1, "trigger": null}',
    '{"type": "OCO"}',
    '{"order": {"type": "OTO"}, "options": [], "opts": {}}',
]
for document in documents:
    try:
        from_json(document)
    except InvalidOrder as error:
        print(error)
xyz = Instrument("XYZ", "EQUITY")
legs = [sell(n, xyz, StopLimit(n, 9), time_in_force="IOC") for n in (3, 1, 2)]
for group in (legs, legs[::-1], [None], "peers"):
    try:
        OTOCO(buy(1, Instrument("ABC", "EQUITY"), Limit(5)), [*group, sell(1, xyz, Limit(1))])
    except InvalidOrder as error:
        print(error)
order = OTO(buy(1, xyz, Limit(5)), [sell(n, xyz, Limit(n)) for n in (1, 2, 7)])
print(to_json(order), *order.advice, order, sep="\\n")
"""


def output(seed: str, zone: str) -> str:
    """What a fresh process says."""
    env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"}
    return subprocess.run(
        [sys.executable, "-c", SCRIPT], env=env, check=True, capture_output=True, text=True
    ).stdout


def test_problems_and_documents_are_the_same_in_every_process() -> None:
    """Neither the hash seed nor the time zone changes a problem, its order, or a document."""
    first, second = output("1", "UTC"), output("4242", "America/New_York")
    assert first == second
    assert first.count("[field]") > 5
