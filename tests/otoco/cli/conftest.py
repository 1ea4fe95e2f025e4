"""Running the command in this process, and the orders that it is run on."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pytest

from otoco._cli import main


class Done(NamedTuple):
    """What a run of the command left: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document that it wrote."""
        return json.loads(self.out)

    @property
    def answers(self) -> list[Any]:
        """The JSON documents that it wrote, one a line."""
        assert self.out == "" or self.out.endswith("\n")
        return [json.loads(line) for line in self.out.split("\n")[:-1]]


class Run(Protocol):
    """Runs the command with these words; ``stdin`` is what it finds on standard input."""

    def __call__(self, *words: str, stdin: bytes | list[Any] = b"") -> Done:
        """The result; a list is written as JSON, one document a line."""
        ...


@pytest.fixture
def otoco(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Run]:
    """The command, run in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    kept = os.dup(0)

    def run(*words: str, stdin: bytes | list[Any] = b"") -> Done:
        if isinstance(stdin, list):
            stdin = b"".join(json.dumps(each).encode() + b"\n" for each in stdin)
        with (tmp_path / "standard input").open("w+b") as source:
            source.write(stdin)
            source.seek(0)
            os.dup2(source.fileno(), 0)
        code = main(words)
        out, err = capsysbinary.readouterr()
        return Done(code, out.decode(), err.decode())

    yield run
    os.dup2(kept, 0)
    os.close(kept)


def _leg(side: str, order_type: str, key: str, price: str) -> dict[str, Any]:
    instrument = {"symbol": "MESM7", "type": "FUTURE"}
    leg = {"side": side, "quantity": "1", "instrument": instrument, "order_type": order_type}
    return leg | {key: price, "time_in_force": "DAY"}


@pytest.fixture
def entry() -> dict[str, Any]:
    """A leg that buys a future at 4150; by itself a valid order, which SnapTrade refuses."""
    return _leg("BUY", "LIMIT", "limit_price", "4150")


@pytest.fixture
def target() -> dict[str, Any]:
    """A leg that sells at 4200."""
    return _leg("SELL", "LIMIT", "limit_price", "4200")


@pytest.fixture
def stop() -> dict[str, Any]:
    """A leg that sells at 4125 if it comes to that."""
    return _leg("SELL", "STOP", "stop_price", "4125")


@pytest.fixture
def bracket(entry: dict[str, Any], target: dict[str, Any], stop: dict[str, Any]) -> dict[str, Any]:
    """The three as an OTOCO without a fault."""
    return {"otoco": 1, "type": "OTOCO", "trigger": entry, "peers": [target, stop]}


@pytest.fixture
def crossed(bracket: dict[str, Any], target: dict[str, Any]) -> dict[str, Any]:
    """An OTOCO whose stop lies above the entry: invalid."""
    stop = _leg("SELL", "STOP", "stop_price", "4175")
    return bracket | {"peers": [target, stop]}


@pytest.fixture
def doubtful(bracket: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """An OTOCO whose exits are gone before its entry is: legal, with advice."""
    return bracket | {"trigger": entry | {"time_in_force": "GTC"}}


@pytest.fixture
def request_body() -> dict[str, Any]:
    """What Tradovate is sent for a lone leg."""
    return {
        "accountSpec": "DEMO12345",
        "accountId": 12345,
        "action": "Buy",
        "symbol": "MESM7",
        "orderQty": 1,
        "orderType": "Limit",
        "price": 4150,
        "timeInForce": "Day",
        "isAutomated": True,
    }
