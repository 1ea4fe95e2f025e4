"""Law 5 across processes: an adapter's requests, made again where nothing else is the same."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from otoco._contract import Adapter
from otoco.testing.laws import as_options, demand

#: The hash seed, time zone and locale of each process, and by how many days its clock is ahead.
SURROUNDINGS: Final[tuple[Mapping[str, str], ...]] = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C", "OTOCO_LATER": "0"},
    {
        "PYTHONHASHSEED": "1",
        "TZ": "Asia/Kolkata",
        "LC_ALL": "tr_TR.UTF-8",
        "OTOCO_LATER": "0",
    },
    {
        "PYTHONHASHSEED": "4294967295",
        "TZ": "America/St_Johns",
        "LC_ALL": "de_DE",
        "OTOCO_LATER": "10001.4",
    },
)


def same_bytes_elsewhere(adapter: Adapter, requests: Mapping[str, str]) -> None:
    """Law 5: requests come out of other processes as they did here.

    ``requests`` has, by the JSON text of a list of an order's document and its intent, the path and
    the body with a space between them. The adapter's class is imported there, or its file is run.

    Raises:
        LawBroken: naming the order, the surroundings, and both requests.

    """
    for surroundings in SURROUNDINGS:
        again = _translated(adapter, surroundings, list(requests))
        for (given, here), there in zip(requests.items(), again, strict=True):
            demand(
                here == there,
                f"with {_shown(surroundings)} the request is\n{there}\nand here\n{here}\n{given}",
            )


def _translated(
    adapter: Adapter, surroundings: Mapping[str, str], lines: Sequence[str]
) -> list[str]:
    kind = type(adapter)
    found = (kind.__module__, inspect.getfile(kind), kind.__qualname__, as_options(adapter))
    process = subprocess.run(
        [sys.executable, "-m", "otoco.testing._process"],
        input="\n".join((json.dumps(found), *lines)),
        env={**os.environ, **surroundings},
        text=True,
        capture_output=True,
        check=False,
    )
    demand(process.returncode == 0, f"with {_shown(surroundings)} it ends in\n{process.stderr}")
    return process.stdout.splitlines()


def _shown(surroundings: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in surroundings.items())
