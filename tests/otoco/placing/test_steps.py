"""The steps between an adapter's calls: pauses, rate limits, and what ends a search early."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import anyio
import httpx
import pytest
from tests.otoco.placing.broker import MES, ORDER, URL, Broker
from tests.otoco.placing.conftest import Driver, NoAuth
from tests.otoco.placing.test_client import INTENT, breaking, looked, status

from otoco import AdapterError, Limit, buy, translate
from otoco.adapters import (
    Answer,
    Call,
    Finding,
    NoAnswer,
    Pause,
    Plan,
    Sent,
    Standing,
    Steps,
    Traffic,
)
from otoco.placing import AsyncClient, MemoryJournal, NotSent, State


def placed_somewhere(call: Driver) -> MemoryJournal:
    """A journal with one intent, whose outcome nobody knows."""
    journal = MemoryJournal()
    call("place", ORDER, intent=INTENT, answer=status(500), journal=journal)
    return journal


def finding(monkeypatch: pytest.MonkeyPatch, steps: Any) -> None:
    """Have the broker's adapter look in this way."""
    monkeypatch.setattr(Broker, "find", lambda self, sent: steps(sent))


def test_a_pause_is_waited_for(call: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the next call is made after it."""

    def steps(sent: Sent) -> Steps[Finding]:
        yield Pause(0.01)
        answer: Answer = yield Call("/list")
        return Finding(Standing.PLACED, f"status {answer.status}.")

    finding(monkeypatch, steps)
    found = call("find", INTENT, answer=looked("x"), journal=placed_somewhere(call))
    assert "status 200." == found.why


def test_a_pause_beyond_the_deadline_ends_the_search(
    call: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The adapter is told, and may make something of it."""

    def steps(sent: Sent) -> Steps[Finding]:
        yield Pause(60.0)
        raise AssertionError

    finding(monkeypatch, steps)
    found = call("find", INTENT, answer=looked("x"), journal=placed_somewhere(call), deadline=0.2)
    assert Standing.NOT_READ is found.standing
    assert "tradovate asks to wait 60 s. The deadline leaves less time." == found.why


def test_patience_ends_with_the_deadline(call: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no other look for which there is no time."""

    def steps(sent: Sent) -> Steps[Finding]:
        yield Pause(0.3)
        return Finding(Standing.NOT_FOUND, "nothing is listed.")

    finding(monkeypatch, steps)
    journal = placed_somewhere(call)
    found = call("find", INTENT, answer=looked("x"), journal=journal, deadline=0.0, patience=0.5)
    assert Standing.NOT_FOUND is found.standing


def test_a_broker_that_asks_readers_to_wait_is_left_alone(
    call: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first look meets a lock-out, and the second does not go out."""
    came: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        came.append(request)
        return httpx.Response(429)

    def steps(sent: Sent) -> Steps[Finding]:
        yield Call("/list")
        raise NoAnswer("locked out.", retry_after=3600.0)

    finding(monkeypatch, steps)
    journal = placed_somewhere(call)
    found = call("find", INTENT, answer=answer, journal=journal, deadline=0.3, patience=0.4)
    assert Standing.NOT_READ is found.standing
    assert "tradovate is sent nothing for" in found.why
    assert 1 == len(came)


def test_an_adapter_may_make_something_of_a_call_without_an_answer(
    call: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is raised where the call stands."""

    def steps(sent: Sent) -> Steps[Finding]:
        try:
            yield Call("/list", {"a": 1}, Traffic.CANCEL)
        except NoAnswer as error:
            return Finding(Standing.AMBIGUOUS, error.why)
        raise AssertionError

    finding(monkeypatch, steps)
    broken = breaking(httpx.ReadError(""))
    found = call("find", INTENT, answer=broken, journal=placed_somewhere(call))
    assert Standing.AMBIGUOUS is found.standing
    assert found.why.startswith("/list was not answered")


def test_who_stops_waiting_for_a_look_is_stopped() -> None:
    """An interrupt is no answer of the broker's."""
    journal = placed_somewhere(Driver("sync"))
    with pytest.raises(KeyboardInterrupt):
        Driver("sync")("find", INTENT, answer=breaking(KeyboardInterrupt()), journal=journal)
    entry = journal.get(INTENT)
    assert entry is not None
    assert State.UNKNOWN is entry.state


def test_an_order_in_several_requests_is_not_placed(
    call: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of them could be lost, and a stop with it."""
    (request,) = translate(ORDER, Broker(1, "DEMO1")).requests
    monkeypatch.setattr(Broker, "render", lambda *_: Plan((request, request)))
    with pytest.raises(AdapterError, match="in 2 requests"):
        call("place", ORDER, answer=breaking(AssertionError()))


def test_an_order_that_is_refused_uses_no_intent_up(call: Driver) -> None:
    """The same intent places what is mended."""
    journal = MemoryJournal()
    half = buy("0.5", MES, Limit("4150"))
    refused = call("place", half, intent=INTENT, answer=status(200), journal=journal)
    assert isinstance(refused, NotSent)
    mended = call("place", ORDER, intent=INTENT, answer=status(200), journal=journal)
    assert "Placed" == type(mended).__name__


def test_what_a_client_cannot_promise_it_says() -> None:
    """An event loop's client as the other."""

    async def told() -> Iterable[str]:
        async with AsyncClient(Broker(1, "D"), URL, NoAuth()) as client:
            return client.cannot_promise

    assert 3 == len(tuple(anyio.run(told)))


def test_the_intent_is_in_every_outcome(call: Driver) -> None:
    """One that the client drew as well."""
    assert isinstance(call("place", ORDER, answer=status(200)).intent, UUID)
