"""The sandbox in a test: its brokers, what is told them, and the fixture."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from tests.otoco.sandbox.toy import ToyDesk

from otoco.sandbox import Fault, FaultKind, Sandbox, SandboxError
from otoco.sandbox import _registry as registry

Install = Callable[[str, str], None]
TOY = "tests.otoco.sandbox.toy:ToyDesk"


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs a distribution with a desk, for one test."""

    def install_(distribution: str, entry_point: str) -> None:
        info = tmp_path / f"{distribution.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Name: {distribution}\nVersion: 1.0\n", encoding="utf-8")
        text = f"[otoco.sandboxes]\n{entry_point}\n"
        (info / "entry_points.txt").write_text(text, encoding="utf-8")
        registry._points.cache_clear()

    monkeypatch.syspath_prepend(tmp_path)
    yield install_
    registry._points.cache_clear()


def test_brokers_are_found_by_name(install: Install) -> None:
    """In-tree desks and a stranger's come through the same door; all are there if none is named."""
    install("otoco-toy", f"toy = {TOY}")
    assert ("tradovate", "toy") == Sandbox("tradovate", "toy").brokers
    everyone = Sandbox().brokers
    assert {"tradovate", "toy"} <= {*everyone}
    assert sorted(everyone) == [*everyone]


def test_desks_of_the_callers_own_are_taken_besides() -> None:
    """One that is set up otherwise than the one installed, alone or with others."""
    assert ("mine",) == Sandbox(desks={"mine": ToyDesk()}).brokers
    assert ("tradovate", "mine") == Sandbox("tradovate", desks={"mine": ToyDesk()}).brokers


@pytest.mark.parametrize(
    ("name", "hint"), [("trade-ovate", "Did you mean tradovate?"), ("acme", "There are: ")]
)
def test_an_unknown_broker_lists_the_known_and_the_nearest(name: str, hint: str) -> None:
    """A slip is answered with what was meant."""
    with pytest.raises(SandboxError, match=name) as caught:
        Sandbox(name)
    assert hint in str(caught.value)


def test_a_broker_that_is_brought_twice_is_an_error(install: Install) -> None:
    """Which of the two it would be, nobody could tell."""
    install("otoco-toy", f"toy = {TOY}")
    install("otoco-other", "toy = somewhere:Desk")
    with pytest.raises(SandboxError, match="'toy' is brought twice: ") as caught:
        Sandbox("toy")
    assert TOY in str(caught.value)
    assert "somewhere:Desk" in str(caught.value)


@pytest.mark.parametrize(
    ("where", "why"),
    [("otoco_nowhere:Desk", "ModuleNotFoundError"), ("builtins:ord", "TypeError")],
)
def test_a_desk_that_cannot_be_made_is_named(install: Install, where: str, why: str) -> None:
    """With what went wrong while it was imported or made."""
    install("otoco-toy", f"toy = {where}")
    with pytest.raises(SandboxError, match=f"the sandbox toy .{where}. cannot be set up: {why}"):
        Sandbox("toy")


def test_a_broker_that_is_not_in_this_sandbox_is_an_error() -> None:
    """Even if it is installed."""
    sandbox = Sandbox(desks={"toy": ToyDesk()})
    for look in (sandbox.url, sandbox.options, sandbox.secrets, sandbox.ledger):
        with pytest.raises(SandboxError, match="'tradovate' is not in this sandbox, which has toy"):
            look("tradovate")


def test_the_test_account_is_told() -> None:
    """Its options and its credentials, and a URL that leads nowhere while nothing listens."""
    sandbox = Sandbox(desks={"toy": ToyDesk()})
    assert {"account_id": 7, "account_spec": "TOY7"} == sandbox.options("toy")
    assert {"password": "toy-password"} == sandbox.secrets("toy")
    assert "http://127.0.0.1/toy/api" == sandbox.url("toy")


def test_all_accounts_are_told_at_once() -> None:
    """As the control endpoint tells them to other processes."""
    account = {
        "url": "http://127.0.0.1/toy/api",
        "options": {"account_id": 7, "account_spec": "TOY7"},
        "secrets": {"password": "toy-password"},
    }
    assert {"toy": account} == Sandbox(desks={"toy": ToyDesk()}).accounts()


def test_faults_that_have_not_happened_can_be_taken_back() -> None:
    """Those of every broker."""
    sandbox = Sandbox(desks={"first": ToyDesk(), "second": ToyDesk()})
    sandbox.fault(Fault(FaultKind.UNAVAILABLE, times=9))
    sandbox.calm()
    with httpx.Client(transport=sandbox.transport()) as client:
        found = [client.post(f"{sandbox.url(name)}/orders") for name in sandbox.brokers]
    assert [200, 200] == [response.status_code for response in found]


def test_what_happens_happens_to_every_broker() -> None:
    """Prices are exact whatever they are given as."""
    desks = {"first": ToyDesk(), "second": ToyDesk()}
    sandbox = Sandbox(desks=desks)
    moment = datetime(2030, 1, 2, tzinfo=UTC)
    sandbox.price("TOY", "4150.10")
    sandbox.price("TOY", 0.1)
    sandbox.end_session()
    sandbox.clock(moment)
    prices = [("TOY", Decimal("4150.1")), ("TOY", Decimal("0.1"))]
    for desk in desks.values():
        assert [*prices, "the session ends", moment] == desk.told
    with pytest.raises(ValueError, match="NaN"):
        sandbox.price("TOY", "NaN")
    with pytest.raises(ValueError, match="no time zone"):
        sandbox.clock(moment.replace(tzinfo=None))


def test_an_order_is_rejected_at_its_broker() -> None:
    """After it was taken; what is no order cannot be."""
    sandbox = Sandbox(desks={"toy": ToyDesk()})
    with httpx.Client(transport=sandbox.transport()) as client:
        client.post(f"{sandbox.url('toy')}/orders")
    sandbox.reject("toy", "1")
    assert ["rejected", "held"] == [order.status for order in sandbox.ledger("toy")[0].orders]
    with pytest.raises(ValueError, match="nothing can happen to 2"):
        sandbox.reject("toy", "2")


def test_the_fixture_is_a_sandbox_that_runs(otoco_sandbox: Sandbox) -> None:
    """pytest finds it by entry point: this file imports it from nowhere."""
    assert "tradovate" in otoco_sandbox.brokers
    assert 401 == httpx.get(f"{otoco_sandbox.url('tradovate')}/order/list").status_code
    assert () == otoco_sandbox.ledger("tradovate")


def test_the_plugin_loads_nothing_that_a_test_might_not_need() -> None:
    """Every run of pytest loads it where otoco is installed."""
    code = (
        "import sys, otoco.sandbox._fixture; print(*{each.split('.')[0] for each in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = {*done.stdout.split()}
    assert "otoco" in loaded
    heavy = {"anyio", "hypothesis", "httpx", "otoco_tradovate", "starlette", "uvicorn"}
    assert set() == heavy & loaded
