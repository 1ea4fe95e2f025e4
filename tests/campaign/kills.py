"""Processes that are killed while they place orders, and what the journal knows afterwards.

``python -m tests.campaign.kills URL JOURNAL KILLS SEED`` is the nursery: it forks a process that
places orders one after the other, kills it at a random moment, and goes on with the next.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any, Final
from uuid import uuid4

from tests.campaign.stage import Broken

from otoco import Instrument, Limit, bracket, buy
from otoco.placing import Client, SqliteJournal, Standing, State, auth_from_environment
from otoco.sandbox import Sandbox
from otoco_tradovate import Tradovate

ROOT: Final = Path(__file__).resolve().parents[2]
#: The longest that a process lives, in seconds: some placements, and half of one.
LONGEST_LIFE: Final = 0.5
#: After so many kills the broker starts anew: no answer of its is longer than a mebibyte.
PER_LEDGER: Final = 20


def place_for_ever(url: str, account: Mapping[str, Any], journal: Path) -> None:
    """Place orders until the end, which comes from outside."""
    order = bracket(
        buy(1, Instrument("MESM7", "FUTURE"), Limit("4150"), time_in_force="GTC"),
        take_profit="4200",
        stop_loss="4125",
    )
    auth = auth_from_environment("tradovate", account["secrets"].get)
    client = Client(Tradovate(**account["options"]), url, auth, journal=SqliteJournal(journal))
    while True:
        client.place(order, intent=uuid4())


def nursery(url: str, account: Mapping[str, Any], journal: Path, kills: int, seed: str) -> None:
    """Fork and kill, one process at a time."""
    random = Random(seed)
    for _ in range(kills):
        child = os.fork()
        if child == 0:
            try:
                place_for_ever(url, account, journal)
            finally:
                os._exit(1)  # it ends by a signal, or something is wrong
        time.sleep(random.uniform(0, LONGEST_LIFE))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            sys.exit("a process ended by itself")


def campaign(folder: Path, kills: int, seed: str) -> Counter[str]:
    """Kill so many processes, and hold the journal against the ledger.

    Raises:
        Broken: where an order is lost or doubled, or the journal tells what is not so.

    """
    ends: Counter[str] = Counter()
    for batch, start in enumerate(range(0, kills, PER_LEDGER)):
        file = folder / f"journal{batch}.sqlite3"
        ends += _batch(file, min(PER_LEDGER, kills - start), f"{seed}:{batch}")
    return ends


def _batch(file: Path, kills: int, seed: str) -> Counter[str]:
    SqliteJournal(file).close()
    with Sandbox("tradovate") as sandbox:
        account = {
            "options": dict(sandbox.options("tradovate")),
            "secrets": dict(sandbox.secrets("tradovate")),
        }
        url = sandbox.url("tradovate")
        arguments = [url, str(file), str(kills), seed]
        subprocess.run(
            [sys.executable, "-m", "tests.campaign.kills", *arguments],
            input=json.dumps(account),
            text=True,
            cwd=ROOT,
            check=True,
            timeout=60 + kills,
        )
        return _judged(sandbox, file)


def _judged(sandbox: Sandbox, file: Path) -> Counter[str]:
    made = Counter(placement.given[0][:36] for placement in sandbox.ledger("tradovate"))
    doubled = [intent for intent, times in made.items() if times > 1]
    if doubled:
        raise Broken(f"placed twice: {doubled}")
    auth = auth_from_environment("tradovate", sandbox.secrets("tradovate").get)
    adapter = Tradovate(**sandbox.options("tradovate"))
    with (
        SqliteJournal(file) as journal,
        Client(adapter, sandbox.url("tradovate"), auth, journal=journal) as client,
    ):
        entries = {str(entry.intent): entry for entry in journal.entries()}
        lost = made.keys() - entries.keys()
        if lost:
            raise Broken(f"the broker has what no journal knows: {lost}")
        told = [intent for intent, entry in entries.items() if entry.state is State.PLACED]
        if not set(told) <= made.keys():
            raise Broken(f"the journal has as placed what the broker has not: {told}")
        open_ones = {str(entry.intent) for entry in client.recover()}
        if open_ones != entries.keys() - set(told):
            raise Broken("recover does not list what is open, or lists what is not")
        found = 0
        for intent in open_ones:
            standing = client.find(entries[intent].intent).standing
            if (standing is Standing.PLACED) is not (intent in made):
                raise Broken(f"{intent} is {standing}, and in the ledger: {intent in made}")
            found += intent in made
    return Counter(placed=len(told), killed_on_the_way=len(open_ones), of_these_live=found)


if __name__ == "__main__":
    given_url, given_file, given_kills, given_seed = sys.argv[1:]
    nursery(given_url, json.load(sys.stdin), Path(given_file), int(given_kills), given_seed)
