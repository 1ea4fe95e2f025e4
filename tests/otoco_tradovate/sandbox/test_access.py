"""Tokens, tickets, headers, bodies and refusals at the desk."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.otoco_tradovate.sandbox.asking import (
    BRACKET,
    CANCEL,
    ENTRY,
    INTERRUPT,
    LOGIN,
    OCO,
    OSO,
    PLACE,
    RENEW,
    START,
    STRATEGY,
    Asking,
)

from otoco.sandbox import FaultKind, RefusingFault
from otoco_tradovate.sandbox import Conduct, TradovateDesk

MINUTE = timedelta(minutes=1)


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


def test_a_login_gives_a_token_that_expires(desk: TradovateDesk) -> None:
    """With the time at which it does, which is what a caller goes by."""
    reply = Asking(desk).post(LOGIN, dict(desk.secrets) | {"appId": "mine", "cid": 8})
    expires = datetime.fromisoformat(reply["expirationTime"])
    assert MINUTE < expires - now() <= 80 * MINUTE
    assert reply["accessToken"]
    assert "errorText" not in reply


@pytest.mark.parametrize(
    "body",
    [{}, {"name": "sandbox-user"}, {"name": "sandbox-user", "password": "else"}, {"login": "x"}],
)
def test_a_login_that_fails_is_an_error_at_http_200(
    body: dict[str, str], desk: TradovateDesk
) -> None:
    """And gives no token."""
    assert ["errorText"] == [*Asking(desk).post(LOGIN, body)]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_is_renewed(method: str, asking: Asking) -> None:
    """Without a body, by either method; the new one lives longer than the old."""
    reply = asking.send(method, RENEW)
    asking.desk.clock(now() + 79 * MINUTE)
    renewed = json.loads(asking.send("GET", RENEW).body)["accessToken"]
    asking.desk.clock(now() + 81 * MINUTE)
    assert 401 == asking.send("GET", "/order/list").status
    asking.use(json.loads(reply.body)["accessToken"])
    assert 401 == asking.send("GET", RENEW).status
    asking.use(renewed)
    assert [] == asking.get("/order/list")


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer x", "Basic sandbox-token-1", "sandbox-token-1"]
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/order/list"), ("POST", OSO)])
def test_without_a_token_nothing_is_done(
    authorization: str, method: str, path: str, asking: Asking
) -> None:
    """A placement without leave is none."""
    asking.headers["authorization"] = authorization
    assert 401 == asking.send(method, path, json.dumps(BRACKET).encode()).status
    assert () == asking.desk.ledger()


def test_the_scheme_is_spelt_in_any_case(asking: Asking) -> None:
    """As HTTP has it."""
    asking.headers["authorization"] = asking.headers["authorization"].replace("Bearer", "bearer")
    assert [] == asking.get("/order/list")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", OSO), ("PUT", OSO), ("POST", "/order/list"), ("DELETE", RENEW), ("GET", LOGIN)],
)
def test_a_path_has_its_method(method: str, path: str, asking: Asking) -> None:
    """POST with a body, and GET without."""
    assert 405 == asking.send(method, path, b"{}").status


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_only_json_is_read(kind: str, asking: Asking) -> None:
    """A form does not work."""
    asking.headers["content-type"] = kind
    assert 400 == asking.send("POST", PLACE, json.dumps(ENTRY).encode()).status
    asking.headers["content-type"] = "Application/JSON; charset=utf-8"
    assert {"orderId": 1} == asking.post(PLACE, ENTRY)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"orderQty":1,"orderQty":1}',
        b'{"price":NaN}',
        b'{"text":"\xff"}',
        b'{"a":' * 100_000,
        b'{"orderQty":' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_json_object_is_badly_formed(body: bytes, asking: Asking) -> None:
    """A key that stands twice, too, and a number that is none."""
    assert 400 == asking.send("POST", PLACE, body).status


def test_purposes() -> None:
    """What a path is for; one that there is not is a read."""
    desk = TradovateDesk()
    asking = Asking(desk)
    found = {
        path: desk.purpose(asking.incoming("POST", path))
        for path in (PLACE, OSO, OCO, START, CANCEL, INTERRUPT, LOGIN, RENEW, "/order/list", "/")
    }
    expected = ["place"] * 4 + ["cancel"] * 2 + ["auth"] * 2 + ["read"] * 2
    assert expected == [*found.values()]


REFUSED: list[tuple[RefusingFault, str, int, list[str]]] = [
    (FaultKind.REJECT, OSO, 200, ["failureReason", "failureText"]),
    (FaultKind.REJECT, START, 200, ["failureReason", "errorText"]),
    (FaultKind.REJECT, CANCEL, 200, ["failureReason", "failureText"]),
    (FaultKind.REJECT, "/order/list", 401, []),
    (FaultKind.REJECT, LOGIN, 200, ["errorText"]),
    (FaultKind.REJECT, RENEW, 200, ["errorText"]),
    (FaultKind.ERROR_IN_200, OSO, 200, ["errorText"]),
    (FaultKind.ERROR_IN_200, "/order/list", 200, ["errorText"]),
    (FaultKind.PENALTY, OSO, 200, ["p-ticket", "p-time", "p-captcha"]),
    (FaultKind.PENALTY, "/order/list", 200, ["p-ticket", "p-time", "p-captcha"]),
]


@pytest.mark.parametrize(("kind", "path", "status", "keys"), REFUSED)
def test_it_refuses_as_tradovate_does(
    kind: RefusingFault, path: str, status: int, keys: list[str], asking: Asking
) -> None:
    """Most of it at HTTP 200."""
    reply = asking.desk.refusal(kind, asking.incoming("POST", path))
    assert status == reply.status
    assert keys == ([*json.loads(reply.body)] if keys else [])
    assert () == asking.desk.ledger()


def ticket(asking: Asking, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """The ticket for a request."""
    incoming = asking.incoming("POST", path, json.dumps(body).encode())
    found: dict[str, Any] = json.loads(asking.desk.refusal(FaultKind.PENALTY, incoming).body)
    return found


def test_a_ticket_is_redeemed_after_its_time_with_the_same_body(asking: Asking) -> None:
    """Earlier there is another ticket, and the second time too."""
    first = ticket(asking, OSO, BRACKET)
    assert (1, False) == (first["p-time"], first["p-captcha"])
    redeemed = BRACKET | {"p-ticket": first["p-ticket"]}
    assert "p-ticket" in asking.post(OSO, redeemed)
    asking.desk.clock(now() + timedelta(seconds=2))
    assert {"orderId": 1, "oso1Id": 2, "oso2Id": 3} == asking.post(OSO, redeemed)
    assert "p-ticket" in asking.post(OSO, redeemed)
    assert 1 == len(asking.desk.ledger())


@pytest.mark.parametrize(
    ("path", "change"),
    [
        (OSO, {"orderQty": 2}),
        (OSO, {"p-ticket": "none"}),
        (OSO, {"p-ticket": 1}),
        (OCO, {}),
    ],
)
def test_a_ticket_is_for_one_request(path: str, change: dict[str, Any], asking: Asking) -> None:
    """Another body, path or ticket is asked to wait anew, and nothing is placed."""
    issued = ticket(asking, OSO, BRACKET)
    asking.desk.clock(now() + timedelta(seconds=2))
    reply = asking.post(path, BRACKET | {"p-ticket": issued["p-ticket"]} | change)
    assert "p-ticket" in reply
    assert issued["p-ticket"] != reply["p-ticket"]
    assert () == asking.desk.ledger()


def test_a_ticket_may_be_asked_for_with_one(asking: Asking) -> None:
    """The new one is for the same body."""
    first = ticket(asking, OSO, BRACKET)
    second = asking.post(OSO, BRACKET | {"p-ticket": first["p-ticket"]})
    asking.desk.clock(now() + timedelta(seconds=2))
    assert "orderId" in asking.post(OSO, BRACKET | {"p-ticket": second["p-ticket"]})


def test_the_ticket_of_a_login_needs_a_person(desk: TradovateDesk) -> None:
    """It is never redeemed."""
    asking = Asking(desk)
    issued = ticket(asking, LOGIN, dict(desk.secrets))
    assert issued["p-captcha"] is True
    desk.clock(now() + timedelta(hours=1))
    assert "p-ticket" in asking.post(LOGIN, dict(desk.secrets) | {"p-ticket": issued["p-ticket"]})


def test_how_long_a_token_and_a_ticket_last_is_chosen() -> None:
    """For tests that do not want to wait."""
    conduct = Conduct(token_lifetime=timedelta(0), ticket_seconds=0)
    asking = Asking(TradovateDesk(conduct=conduct)).log_in()
    reply = asking.send("GET", "/order/list")
    assert (401, b"Expired Access Token") == (reply.status, reply.body)
    assert 0 == ticket(asking, OSO, STRATEGY)["p-time"]


def test_time_passes_and_is_never_set_back(asking: Asking) -> None:
    """Orders that are good till a date expire when it comes."""
    date = (now() + 60 * MINUTE).isoformat()
    asking.post(PLACE, ENTRY | {"timeInForce": "GTD", "expireTime": date})
    later = now() + 61 * MINUTE
    asking.desk.clock(later)
    (order,) = asking.get("/order/list")
    assert "Expired" == order["ordStatus"]
    with pytest.raises(ValueError, match="is before"):
        asking.desk.clock(later - MINUTE)
    with pytest.raises(ValueError, match="has no time zone"):
        asking.desk.clock(later.replace(tzinfo=None))
    asking.post(PLACE, ENTRY)
    stamp = datetime.fromisoformat(asking.get("/order/list")[1]["timestamp"])
    assert later <= stamp < later + MINUTE


def test_entities_have_the_time(asking: Asking) -> None:
    """The desk's own, so that a caller can tell new orders from old."""
    began = now()
    asking.post(PLACE, ENTRY)
    (command,) = asking.get("/command/list")
    assert began <= datetime.fromisoformat(command["timestamp"]) <= now() + MINUTE
