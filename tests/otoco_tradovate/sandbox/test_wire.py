"""Tradovate's desk behind HTTP, as an adapter's request reaches it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from tests.otoco_tradovate.sandbox.asking import BRACKET, LOGIN, OSO

from otoco.adapters import Accepted, Answer, Declined, Request, Unclear
from otoco.sandbox import Fault, FaultKind, Sandbox
from otoco_tradovate._answers import verdict

IDS = {"orderId": "trigger", "oso1Id": "peers[0]", "oso2Id": "peers[1]"}
#: The faults behind which the answer is whole and says yes.
HARMLESS = {
    FaultKind.SLOW_HEAD,
    FaultKind.SLOW_BODY,
    FaultKind.LATE_REJECTION,
    FaultKind.DUPLICATE_REPLY,
}
PLAIN_NO = {
    FaultKind.REJECT,
    FaultKind.ERROR_IN_200,
    FaultKind.PENALTY,
    FaultKind.TOO_MANY_REQUESTS,
}


@pytest.fixture
def sandbox() -> Sandbox:
    """A sandbox of Tradovate alone."""
    return Sandbox("tradovate")


@pytest.fixture(params=["socket", "memory"])
def client(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A client that has logged in."""
    if request.param == "memory":
        with httpx.Client(transport=sandbox.transport(), base_url=sandbox.url("tradovate")) as it:
            yield logged_in(it, sandbox)
    else:
        with sandbox, httpx.Client(base_url=sandbox.url("tradovate")) as it:
            yield logged_in(it, sandbox)


def logged_in(client: httpx.Client, sandbox: Sandbox) -> httpx.Client:
    """The client with a token for the test credentials."""
    answer = client.post(LOGIN, json=dict(sandbox.secrets("tradovate"))).json()
    client.headers["authorization"] = f"Bearer {answer['accessToken']}"
    return client


@pytest.mark.parametrize("kind", [None, *FaultKind])
def test_an_answer_says_yes_or_no_only_where_that_is_so(
    kind: FaultKind | None, client: httpx.Client, sandbox: Sandbox
) -> None:
    """What the adapter makes of it, against what the broker has."""
    if kind is not None:
        sandbox.fault(Fault(kind, seconds=0.01))
    try:
        response = client.post(OSO, json=BRACKET)
        answer = Answer(response.status_code, dict(response.headers), response.content)
    except httpx.TransportError:
        said: object = None
    else:
        said = verdict(Request("POST", OSO, BRACKET, IDS), answer)
    made = sandbox.ledger("tradovate")
    if kind is None or kind in HARMLESS:
        assert isinstance(said, Accepted)
        assert [order.id for order in made[0].orders] == list(said.ids.values())
    elif kind in PLAIN_NO:
        assert isinstance(said, Declined)
        assert () == made
    else:
        assert said is None or isinstance(said, Unclear)
        assert kind.accepts is (len(made) == 1)
