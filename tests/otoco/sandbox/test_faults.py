"""Each fault does the same to an exchange on a socket and in memory, and says if it hides a yes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from time import monotonic

import anyio
import httpx
import pytest
from tests.otoco.sandbox.toy import ToyDesk

from otoco.sandbox import Fault, FaultKind, Reply, Sandbox

Seen = tuple[object, ...]
Exchange = Callable[[float], Seen]

YES = b'{"orders":1}'
LONGEST = 1 << 20
PATIENCE = 5.0
SECONDS = 0.05

#: Each fault, with what a caller sees: a status and what the body is, or an exception.
TABLE: dict[FaultKind, Seen] = {
    FaultKind.REJECT: (422, b'{"refused":"reject"}'),
    FaultKind.ERROR_IN_200: (200, b'{"refused":"error-in-200"}'),
    FaultKind.PENALTY: (200, b'{"refused":"penalty"}'),
    FaultKind.DROP_BEFORE: (httpx.RemoteProtocolError,),
    FaultKind.DROP_AFTER: (httpx.RemoteProtocolError,),
    FaultKind.RESET_AFTER: (httpx.ReadError,),
    FaultKind.HALF_REPLY: (httpx.RemoteProtocolError,),
    FaultKind.SLOW_HEAD: (200, YES),
    FaultKind.SLOW_BODY: (200, YES),
    FaultKind.LATE_REJECTION: (200, YES),
    FaultKind.DUPLICATE_REPLY: (200, YES),
    FaultKind.TOO_MANY_REQUESTS: (429, b""),
    FaultKind.SERVER_ERROR: (500, b'{"message":"an internal timeout was hit"}'),
    FaultKind.UNAVAILABLE: (503, b""),
    FaultKind.BAD_GATEWAY: (502, b"<html><body><h1>502 Bad Gateway</h1></body></html>"),
    FaultKind.REDIRECT: (307, b""),
    FaultKind.HUGE_REPLY: (200, YES + b" " * LONGEST),
    FaultKind.DEEP_JSON: (200, b'{"a":' * 100 + b"1" + b"}" * 100),
    FaultKind.GZIP_BOMB: (200, YES + b" " * 16 * LONGEST),
    FaultKind.EMPTY_200: (200, b""),
    FaultKind.WRONG_LENGTH: (200, YES[:6]),
}

#: The faults of which the caller cannot tell from a refusal that nothing was processed.
PROCESSED = {
    FaultKind.DROP_AFTER,
    FaultKind.RESET_AFTER,
    FaultKind.HALF_REPLY,
    FaultKind.SLOW_HEAD,
    FaultKind.SLOW_BODY,
    FaultKind.LATE_REJECTION,
    FaultKind.DUPLICATE_REPLY,
    FaultKind.SERVER_ERROR,
    FaultKind.BAD_GATEWAY,
    FaultKind.HUGE_REPLY,
    FaultKind.DEEP_JSON,
    FaultKind.GZIP_BOMB,
    FaultKind.EMPTY_200,
    FaultKind.WRONG_LENGTH,
}


@pytest.fixture
def desk() -> ToyDesk:
    """A broker."""
    return ToyDesk()


@pytest.fixture
def sandbox(desk: ToyDesk) -> Sandbox:
    """A sandbox of this broker alone."""
    return Sandbox(desks={"toy": desk})


@pytest.fixture(params=["socket", "memory", "async memory"])
def exchange(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[Exchange]:
    """Places an order over a socket or in memory, with a patience in seconds."""
    match request.param:
        case "socket":
            with sandbox:
                yield lambda patience: _seen(httpx.HTTPTransport(), sandbox, patience)
        case "memory":
            yield lambda patience: _seen(sandbox.transport(), sandbox, patience)
        case _:
            yield lambda patience: anyio.run(_seen_async, sandbox, patience)


def _seen(transport: httpx.BaseTransport, sandbox: Sandbox, patience: float) -> Seen:
    base = sandbox.url("toy")
    with httpx.Client(transport=transport, base_url=base, timeout=patience) as client:
        try:
            response = client.post("/orders?a=1", content=b"mine")
        except httpx.TransportError as error:
            return (type(error),)
        return (response.status_code, response.content)


async def _seen_async(sandbox: Sandbox, patience: float) -> Seen:
    base, transport = sandbox.url("toy"), sandbox.async_transport()
    async with httpx.AsyncClient(transport=transport, base_url=base, timeout=patience) as client:
        posted: Awaitable[httpx.Response] = client.post("/orders?a=1", content=b"mine")
        try:
            response = await posted
        except httpx.TransportError as error:
            return (type(error),)
        return (response.status_code, response.content)


@pytest.mark.parametrize("kind", list(FaultKind))
def test_a_fault_is_the_same_on_a_socket_and_in_memory(
    kind: FaultKind, exchange: Exchange, sandbox: Sandbox
) -> None:
    """What the caller sees, what the broker then has, and that the next exchange is whole."""
    sandbox.fault(Fault(kind, seconds=SECONDS))
    began = monotonic()
    assert TABLE[kind] == exchange(PATIENCE)
    assert (SECONDS <= monotonic() - began) or not kind.name.startswith("SLOW")
    made = 1 if kind in PROCESSED else 0
    assert made == len(sandbox.ledger("toy"))
    assert (kind in PROCESSED) is kind.accepts
    assert (200, b'{"orders":%d}' % (made + 1)) == exchange(PATIENCE)


@pytest.mark.parametrize("kind", [FaultKind.SLOW_HEAD, FaultKind.SLOW_BODY])
def test_a_reply_that_is_slower_than_the_callers_patience_is_none(
    kind: FaultKind, exchange: Exchange, sandbox: Sandbox
) -> None:
    """The caller gives up, and the broker has the order all the same."""
    sandbox.fault(Fault(kind, seconds=60))
    began = monotonic()
    assert (httpx.ReadTimeout,) == exchange(SECONDS)
    assert monotonic() - began < PATIENCE
    assert 1 == len(sandbox.ledger("toy"))


def test_a_slow_body_stays_below_a_patience_with_each_piece(
    exchange: Exchange, sandbox: Sandbox
) -> None:
    """A patience for each read bounds no call: pieces come one after the other."""
    sandbox.fault(Fault(FaultKind.SLOW_BODY, seconds=0.5))
    began = monotonic()
    assert (200, YES) == exchange(0.2)
    assert monotonic() - began >= 0.5


def test_without_a_patience_a_slow_reply_is_waited_for(sandbox: Sandbox) -> None:
    """A client without a timeout waits as long as it takes."""
    sandbox.fault(Fault(FaultKind.SLOW_HEAD, seconds=SECONDS))
    url = f"{sandbox.url('toy')}/orders"
    with httpx.Client(transport=sandbox.transport(), timeout=None) as client:
        assert 200 == client.post(url).status_code


def test_a_late_rejection_is_of_the_child(sandbox: Sandbox, exchange: Exchange) -> None:
    """The reply said yes, and then the exit is dead while the entry is open."""
    sandbox.fault(Fault(FaultKind.LATE_REJECTION, times=2))
    exchange(PATIENCE)
    (placement,) = sandbox.ledger("toy")
    assert ["open", "rejected"] == [order.status for order in placement.orders]


def test_a_late_rejection_that_comes_too_late_changes_nothing(
    desk: ToyDesk, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has filled cannot be rejected any more, and what places nothing is not."""

    def refuse(order_id: str) -> None:
        raise ValueError(f"{order_id} is filled")

    monkeypatch.setattr(desk, "reject", refuse)
    sandbox.fault(Fault(FaultKind.LATE_REJECTION, on="any", times=2))
    with httpx.Client(transport=sandbox.transport(), base_url=sandbox.url("toy")) as client:
        assert 200 == client.get("/orders/1").status_code
        assert 200 == client.post("/orders").status_code
    assert ["open", "held"] == [order.status for order in sandbox.ledger("toy")[0].orders]


def test_half_of_an_empty_reply_is_told_from_all_of_it(
    desk: ToyDesk, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reply without a body gets one, so that half of it is missing."""
    monkeypatch.setattr(desk, "answer", lambda _: Reply(204))
    sandbox.fault(Fault(FaultKind.HALF_REPLY))
    assert (httpx.RemoteProtocolError,) == _seen(sandbox.transport(), sandbox, PATIENCE)


def test_a_redirect_leads_back_to_where_it_came_from(sandbox: Sandbox) -> None:
    """A client that follows it sends its order again, and that is the danger of it."""
    sandbox.fault(Fault(FaultKind.REDIRECT))
    url = f"{sandbox.url('toy')}/orders?a=1"
    with httpx.Client(transport=sandbox.transport(), follow_redirects=True) as client:
        response = client.post(url, content=b"mine")
    assert [307] == [each.status_code for each in response.history]
    assert url == str(response.url)
    assert 1 == len(sandbox.ledger("toy"))


@pytest.mark.parametrize("on", ["place", "read", "cancel", "auth"])
def test_a_fault_meets_what_it_is_meant_for(on: str, sandbox: Sandbox) -> None:
    """A fault on placing leaves a query whole, and the other way round."""
    sandbox.fault(Fault(FaultKind.UNAVAILABLE, on=on, times=2))  # type: ignore[arg-type]  # one of the words
    paths = {"place": "/orders", "read": "/else", "cancel": "/cancel", "auth": "/login"}
    with httpx.Client(transport=sandbox.transport(), base_url=sandbox.url("toy")) as client:
        for _ in range(2):
            met = {each for each, path in paths.items() if client.post(path).status_code == 503}
            assert {on} == met
        assert {200} == {client.post(path).status_code for path in paths.values()}


def test_faults_come_in_the_order_in_which_they_were_added(sandbox: Sandbox) -> None:
    """Two of one kind, then one of another, and then none."""
    sandbox.fault(Fault(FaultKind.UNAVAILABLE, times=2))
    sandbox.fault(Fault(FaultKind.TOO_MANY_REQUESTS, on="any"))
    found = [_seen(sandbox.transport(), sandbox, PATIENCE)[0] for _ in range(4)]
    assert [503, 503, 429, 200] == found


def test_an_exchange_is_remembered_with_its_fault(sandbox: Sandbox, exchange: Exchange) -> None:
    """What came, what it was for, and what went back, if anything did."""
    sandbox.fault(Fault(FaultKind.DROP_AFTER))
    exchange(PATIENCE)
    exchange(PATIENCE)
    found = [(each.purpose, each.path, each.fault, each.status) for each in sandbox.events()]
    expected = [("place", "/orders", "drop-after", None), ("place", "/orders", None, 200)]
    assert expected == found


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"on": "order"}, "on place, read, cancel, auth, any, and not on 'order'"),
        ({"times": 0}, "once or more, and not 0 times"),
        ({"seconds": -1.0}, "0 seconds or more, and not -1.0"),
        ({"seconds": float("inf")}, "not inf"),
        ({"seconds": float("nan")}, "not nan"),
    ],
)
def test_a_fault_that_cannot_be_is_refused(arguments: dict[str, object], why: str) -> None:
    """A word that is no purpose would meet nothing, and go unseen."""
    with pytest.raises(ValueError, match=why):
        Fault(FaultKind.REJECT, **arguments)  # type: ignore[arg-type]  # none of them is taken


def test_a_slow_reply_takes_some_seconds() -> None:
    """One that takes none would be as quick as any, and nobody would notice."""
    for kind in ("slow-head", "slow-body"):
        with pytest.raises(ValueError, match=f"{kind} takes some seconds"):
            Fault(kind)
        assert 0.5 == Fault(kind, seconds=0.5).seconds


def test_a_kind_may_be_given_by_its_word() -> None:
    """As the control endpoint has it."""
    assert Fault(FaultKind.DROP_AFTER) == Fault("drop-after")
    with pytest.raises(ValueError, match="'drop' is not a valid FaultKind"):
        Fault("drop")
