"""Law 5 in other processes: their clock is ahead, and an adapter is found by its file."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import util
from pathlib import Path
from typing import Any

import pytest

from otoco import Instrument, Limit, buy, to_dict, translate
from otoco.testing import _process
from otoco.testing.elsewhere import same_bytes_elsewhere
from otoco.testing.laws import LawBroken
from otoco_tradovate import Tradovate

EXPIRY = datetime(2026, 12, 18, tzinfo=UTC)
ORDER = buy(1, Instrument("MESM7", "FUTURE"), Limit(4150), time_in_force="GTD", expire_at=EXPIRY)
GIVEN = json.dumps([to_dict(ORDER), None])
CLOCKS = ("now", "utcnow", "today", "date", "time", "time_ns", "gmtime", "localtime")
SOURCE = """
import time
from datetime import UTC, date, datetime
import attrs
from otoco.adapters import Plan
from otoco_tradovate import Tradovate

CLOCKS = {
    "now": lambda: datetime.now(UTC).isoformat(),
    "utcnow": lambda: datetime.utcnow().isoformat(),
    "today": lambda: datetime.today().isoformat(),
    "date": lambda: date.today().isoformat(),
    "time": lambda: datetime.fromtimestamp(time.time(), UTC).isoformat(),
    "gmtime": lambda: datetime(*time.gmtime()[:6]).isoformat(),
    "localtime": lambda: datetime(*time.localtime()[:6]).isoformat(),
    "time_ns": lambda: datetime.fromtimestamp(time.time_ns() // 10**9, UTC).isoformat(),
}

@attrs.frozen
class Punctual(Tradovate):
    def render(self, order, ids):
        (request,) = super().render(order, ids).requests
        assert isinstance(order.expire_at, datetime)
        body = {**request.body, "customTag50": CLOCKS[self.custom_tag50]()}
        return Plan((attrs.evolve(request, body=body),))
"""


@pytest.fixture
def punctual(tmp_path: Path) -> Iterator[Any]:
    """An adapter that sends the time, from a file of a module that cannot be imported."""
    file = tmp_path / "punctual.py"
    file.write_text(SOURCE, encoding="utf-8")
    spec = util.spec_from_file_location("nowhere.punctual", file)
    assert spec is not None
    assert spec.loader is not None
    sys.modules["nowhere.punctual"] = module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module.Punctual
    del sys.modules["nowhere.punctual"]


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
def test_every_clock_is_ahead(punctual: Any, clock: str) -> None:
    """Whatever an adapter asks for the time tells it a day that is years away."""
    subject = punctual(account_id=1, account_spec="D", custom_tag50=clock)
    found = ("nowhere.punctual", punctual.render.__code__.co_filename, "Punctual")
    options = {"account_id": 1, "account_spec": "D", "custom_tag50": clock}
    told = subprocess.run(
        [sys.executable, "-m", "otoco.testing._process"],
        input=f"{json.dumps([*found, options])}\n{GIVEN}",
        env={"OTOCO_LATER": "10001", "PYTHONWARNINGS": "ignore", "LC_ALL": "xx_XX"},
        text=True,
        capture_output=True,
        check=True,
    ).stdout
    day = datetime.fromisoformat(json.loads(told.partition(" ")[2])["customTag50"])
    assert timedelta(9999) < day.replace(tzinfo=UTC) - datetime.now(UTC) < timedelta(10003)
    (here,) = translate(ORDER, subject).requests
    with pytest.raises(LawBroken, match=r"^with PYTHONHASHSEED=.* the request is"):
        same_bytes_elsewhere(subject, {GIVEN: f"{here.path} {here.content.decode()}"})


def test_an_adapter_that_breaks_down_elsewhere(punctual: Any) -> None:
    """What a process ends in is told."""
    subject = punctual(account_id=1, account_spec="D", custom_tag50="sundial")
    with pytest.raises(LawBroken, match=r"it ends in(.|\n)*KeyError: 'sundial'"):
        same_bytes_elsewhere(subject, {GIVEN: ""})


def test_an_adapter_is_imported_where_it_can_be() -> None:
    """Its file is run only where its module cannot be imported."""
    assert Tradovate is _process.load("otoco_tradovate", "", "Tradovate")
    subject = Tradovate(account_id=1, account_spec="D")
    (request,) = translate(ORDER, subject).requests
    same_bytes_elsewhere(subject, {GIVEN: f"{request.path} {request.content.decode()}"})
