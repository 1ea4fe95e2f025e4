"""The client, the adapter, its authentication and its sandbox together, over loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from otoco import OCO, Instrument, Limit, Market, Order, Rung, Stop, bracket, buy, ladder, sell
from otoco.adapters import Standing
from otoco.placing import Client, MemoryJournal, Placed, Unknown
from otoco.sandbox import Fault, FaultKind, Sandbox
from otoco_tradovate import Tradovate
from otoco_tradovate.auth import from_secrets

MES = Instrument("MESM7", "FUTURE")
ENTRY = buy(1, MES, Limit(4150), time_in_force="GTC")
ORDERS = {
    "alone": ENTRY,
    "a bracket": bracket(ENTRY, take_profit=4200, stop_loss=4125),
    "a pair": OCO([sell(1, MES, Limit(4200)), sell(1, MES, Stop(4100))]),
    "a strategy": ladder(buy(2, MES, Market()), [Rung(1, 5, 5), Rung(1, 9, 5)]),
}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Tradovate on loopback."""
    with Sandbox() as running:
        yield running


def client(sandbox: Sandbox) -> Client:
    """A client that logs in at the sandbox."""
    adapter = Tradovate(**sandbox.options("tradovate"))
    auth = from_secrets(sandbox.secrets("tradovate").get)
    return Client(adapter, sandbox.url("tradovate"), auth, journal=MemoryJournal())


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_what_is_placed_is_found_and_cancelled(sandbox: Sandbox, order: Order) -> None:
    """With a login before the first request."""
    with client(sandbox) as placing:
        placed = placing.place(order)
        assert isinstance(placed, Placed), placed
        finding = placing.find(placed.intent)
        assert Standing.PLACED is finding.standing, finding.why
        assert placed.ids.items() <= finding.ids.items()
        result = placing.cancel(placed)
        assert result.complete, result.why


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_an_answer_that_is_lost_is_found_again(sandbox: Sandbox, order: Order) -> None:
    """The order is there, and the records prove it."""
    with client(sandbox) as placing:
        placing.place(ENTRY)
        sandbox.fault(Fault(FaultKind.DROP_AFTER))
        outcome = placing.place(order)
        assert isinstance(outcome, Unknown), outcome
        finding = placing.find(outcome.intent)
        assert Standing.PLACED is finding.standing, finding.why
