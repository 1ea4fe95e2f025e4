"""Tradovate's access token: on the wire in time, and nowhere else."""

from __future__ import annotations

import asyncio
import copy
import gc
import json
import logging
import pickle
import tomllib
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from importlib.metadata import EntryPoint
from pathlib import Path
from time import monotonic
from typing import Any

import anyio
import httpx
import pytest

from otoco import OtocoError
from otoco.adapters import LONGEST_ANSWER
from otoco.placing import AsyncFinishing, Finishing
from otoco.placing._deadline import FLIGHT, Flight
from otoco.placing._environments import BASE_URL
from otoco_tradovate.auth import (
    AccessToken,
    AuthenticationError,
    Credentials,
    Login,
    TradovateAuth,
    from_secrets,
)
from otoco_tradovate.auth._wire import adrained

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://demo.tradovateapi.test/v1"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TOKEN, SECOND, PASSWORD, SEC = "CANARY-token-1", "CANARY-token-2", "CANARY pässword", "CANARY-sec"
CREDENTIALS = Credentials(name="me", password=PASSWORD, app_id="a", cid=8, sec=SEC)
WRONG: Any = 1.5
NOWHERE: dict[str, Any] = {}
SECRETS = (TOKEN, SECOND, PASSWORD, SEC, "CANARY")
RENEW, LOGIN = "/v1/auth/renewaccesstoken", "/v1/auth/accesstokenrequest"
TICKET = {"p-ticket": "t-1", "p-time": 15, "p-captcha": False}


class Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that arrives in parts, as from a socket; a part that is an error breaks it off."""

    def __init__(self, *parts: bytes | Exception) -> None:
        self.parts = parts

    def __iter__(self) -> Iterator[bytes]:
        for part in self.parts:
            if isinstance(part, Exception):
                raise part
            yield part

    def __aiter__(self) -> AsyncIterator[bytes]:
        return Parts(iter(self))


class Parts:
    """What is no generator can be left half way, on any event loop."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self.parts = parts

    def __aiter__(self) -> Parts:
        return self

    async def __anext__(self) -> bytes:
        for part in self.parts:
            return part
        raise StopAsyncIteration


def answer(body: Any = None, status: int = 200, **headers: str) -> httpx.Response:
    """An answer as it comes from a socket."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx.Response(status, headers=headers, stream=Stream(content[:9], content[9:]))


def granted(text: str = SECOND, hours: float = 2) -> dict[str, Any]:
    """What Tradovate says when it gives a token."""
    expires = (NOON + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")
    return {"accessToken": text, "expirationTime": expires, "userStatus": "Active"}


class Server:
    """Tradovate, as far as tokens go: it answers each path with what it was told, in order."""

    def __init__(self, auth: TradovateAuth | None = None, **answers: Any) -> None:
        self.answers = {"orders": [], "renew": [], "login": []} | answers
        self.seen: list[httpx.Request] = []
        self.bodies: list[Any] = []
        self.kept: list[httpx.Response] = []
        self.flight: Flight | None = None
        self.base: str | None = BASE

    def reply(self, request: httpx.Request) -> httpx.Response:
        """The next answer for a path."""
        self.seen.append(request)
        request.read()
        self.bodies.append(json.loads(request.content) if request.content else None)
        name = {RENEW: "renew", LOGIN: "login"}.get(request.url.path, "orders")
        queued = self.answers[name]
        given = queued.pop(0) if queued else answer({"orderId": 1})
        if isinstance(given, Exception):
            raise given
        assert isinstance(given, httpx.Response)
        return given

    async def areply(self, request: httpx.Request) -> httpx.Response:
        """The same, after the others had their turn."""
        await anyio.sleep(0)
        return self.reply(request)

    @property
    def extensions(self) -> dict[str, Any]:
        """What the client tells an authentication of a call."""
        told = {BASE_URL: self.base, FLIGHT: self.flight}
        return {key: each for key, each in told.items() if each is not None}

    def run(self, auth: TradovateAuth, times: int = 1) -> list[int]:
        """Place a few orders one after the other, and keep the responses."""
        transport = Finishing(httpx.MockTransport(self.reply))
        with httpx.Client(auth=auth, transport=transport) as http:
            for _ in range(times):
                url = f"{BASE}/order/placeorder"
                response = http.post(url, json={"a": 1}, extensions=self.extensions)
                self.kept.append(response)
        return [each.status_code for each in self.kept]

    async def arun(self, auth: TradovateAuth, times: int = 1) -> list[int]:
        """The same with an asynchronous client."""
        transport = AsyncFinishing(httpx.MockTransport(self.areply))
        async with httpx.AsyncClient(auth=auth, transport=transport) as http:
            for _ in range(times):
                url = f"{BASE}/order/placeorder"
                response = await http.post(url, json={"a": 1}, extensions=self.extensions)
                self.kept.append(response)
        return [each.status_code for each in self.kept]

    def arun_with_asyncio(self, auth: TradovateAuth, times: int = 1) -> list[int]:
        """On an event loop of its own."""
        return asyncio.run(self.arun(auth, times))

    def arun_with_trio(self, auth: TradovateAuth, times: int = 1) -> list[int]:
        """On another kind of event loop."""
        return anyio.run(partial(self.arun, auth, times), backend="trio")

    @property
    def paths(self) -> list[str]:
        """What was asked for: the method and the end of the path."""
        return [f"{each.method} {each.url.path.rpartition('/')[2]}" for each in self.seen]

    @property
    def bearers(self) -> list[str | None]:
        """The tokens that came."""
        return [each.headers.get("authorization") for each in self.seen]


RUNS = pytest.mark.parametrize("how", ["run", "arun_with_asyncio", "arun_with_trio"])
Waits = list[float]


def auth_for(
    token: str | None = TOKEN, hours: float = 1, waits: Waits | None = None, **given: Any
) -> TradovateAuth:
    """An authentication at noon, with a token that holds for some hours."""
    waited: Waits = [] if waits is None else waits

    async def asleep(seconds: float) -> None:
        waited.append(seconds)

    held = None if token is None else AccessToken(token, NOON + timedelta(hours=hours))
    given = {"clock": lambda: NOON, **given}
    return TradovateAuth(held, sleep=waited.append, async_sleep=asleep, **given)


def place(server: Server, how: str, auth: TradovateAuth, times: int = 1) -> list[int]:
    """Place orders in one of the ways that a client can."""
    run: Callable[..., list[int]] = getattr(server, how)
    return run(auth, times)


def failed(server: Server, how: str, auth: TradovateAuth) -> AuthenticationError:
    """The error with which no order was placed."""
    with pytest.raises(AuthenticationError) as caught:
        place(server, how, auth)
    assert [] == [path for path in server.paths if "placeorder" in path]
    assert not any(secret in shown(caught.value) for secret in SECRETS)
    return caught.value


def shown(error: BaseException | None) -> str:
    """An error with all that hangs on it."""
    if error is None:
        return ""
    around = [error.__cause__, error.__context__]
    return " ".join([repr(error), str(error), repr(vars(error)), *map(shown, around)])


def variables(error: BaseException) -> str:
    """What a traceback can show of the frames of ours that an error went through."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    ours = [it.f_locals for it in frames if it.f_globals["__name__"].startswith("otoco")]
    return repr(ours)


@RUNS
def test_a_token_that_holds_is_put_on_the_wire(how: str) -> None:
    """And the request that the caller sees has none."""
    server = Server()
    assert [200, 200] == place(server, how, auth_for(), 2)
    assert ["POST placeorder"] * 2 == server.paths
    assert [f"Bearer {TOKEN}"] * 2 == server.bearers
    assert [{"a": 1}] * 2 == server.bodies
    assert all("authorization" not in each.request.headers for each in server.kept)


@RUNS
@pytest.mark.parametrize(("minutes", "is_renewed"), [(5.1, False), (5, True), (0.1, True)])
def test_it_is_renewed_in_the_last_five_minutes(how: str, minutes: float, is_renewed: bool) -> None:
    """By the expirationTime that Tradovate gave; the new one is kept."""
    server = Server(renew=[answer(granted())])
    place(server, how, auth_for(hours=minutes / 60), 2)
    first = ["GET renewaccesstoken"] if is_renewed else []
    assert [*first, "POST placeorder", "POST placeorder"] == server.paths
    used = [f"Bearer {SECOND}"] * 2 if is_renewed else [f"Bearer {TOKEN}"] * 2
    assert used == server.bearers[-2:]
    assert [f"Bearer {TOKEN}"] == server.bearers[:1]


@RUNS
def test_without_one_that_holds_a_function_gives_another(how: str) -> None:
    """An expired token is not renewed, for there is nothing to renew."""
    server = Server()
    source = lambda: AccessToken(SECOND, NOON + timedelta(hours=2))  # noqa: E731  a stand-in
    for token in (None, TOKEN):
        place(server, how, auth_for(token, hours=0, source=source))
    assert ["POST placeorder"] * 2 == server.paths
    assert [f"Bearer {SECOND}"] * 2 == server.bearers


@RUNS
def test_a_login_asks_for_the_credentials_each_time(how: str) -> None:
    """They are sent as configured, and as nothing that is seen."""
    asked: list[int] = []

    def credentials() -> Credentials:
        asked.append(1)
        return CREDENTIALS

    now = [NOON]
    server = Server(login=[answer(granted(TOKEN, 1)), answer(granted(SECOND, 9))])
    auth = auth_for(None, source=Login(credentials), clock=lambda: now[0])
    place(server, how, auth, 2)
    now[0] += timedelta(hours=2)
    place(server, how, auth)
    wanted = {"name": "me", "password": PASSWORD, "appId": "a", "cid": 8, "sec": SEC}
    one = ["POST accesstokenrequest", "POST placeorder"]
    assert [*one, "POST placeorder", *one] == server.paths
    assert [wanted, wanted] == [server.bodies[0], server.bodies[3]]
    assert [None, f"Bearer {TOKEN}"] == server.bearers[:2]
    assert f"Bearer {SECOND}" == server.bearers[-1]
    assert 2 == len(asked)
    assert ["application/json"] == server.seen[0].headers.get_list("content-type")


FAILURES: dict[str, tuple[Any, str, float | None]] = {
    "an error text": (answer({"errorText": "Incorrect\nname"}), "Incorrect\nname", None),
    "a token with an error": (answer({**granted(), "errorText": "no"}), ": no", None),
    "its own secrets": (answer({"errorText": f"bad {TOKEN}{PASSWORD}"}), "hold a secret", None),
    "a status": (answer(granted(), 401), "the answer has the status 401", None),
    "a lock": (answer(b"", 429), "for about an hour", 3600.0),
    "a warning": (answer(b"", 423), "for about an hour", 3600.0),
    "no JSON": (answer(b"<html>"), "the answer cannot be read", None),
    "no token": (answer({"expirationTime": "2026-11-20T14:00:00Z"}), "no accessToken", None),
    "a token that is none": (answer(granted("a\nb")), "no accessToken", None),
    "a long token": (answer(granted("x" * 8193)), "no accessToken", None),
    "no time": (answer({"accessToken": SECOND}), "no accessToken with an expirationTime", None),
    "no zone": (
        answer({"accessToken": SECOND, "expirationTime": "2026-11-20T14:00:00"}),
        "an expirationTime that can be read",
        None,
    ),
    "a captcha": (answer({**TICKET, "p-captcha": True}), "asks for a captcha", 3600.0),
    "an odd ticket": (answer({"p-ticket": 1, "p-time": 1}), "a penalty ticket came", None),
    "too much": (answer(b" " * (LONGEST_ANSWER + 9)), "is longer than 1048576 bytes", None),
    "packed": (
        answer(granted(), 200, **{"content-encoding": "gzip"}),
        "is packed as 'gzip', unasked.",
        None,
    ),
    "cut off": (
        httpx.Response(200, stream=Stream(b"{", httpx.ReadError("gone"))),
        "did not come whole",
        None,
    ),
}


@RUNS
@pytest.mark.parametrize("kind", ["renew", "login"])
@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_told_in_tradovates_words(how: str, kind: str, name: str) -> None:
    """HTTP 200 is no yes. Nothing is placed, and no secret is told."""
    given, why, retry_after = FAILURES[name]
    stream = given.stream
    server = Server()
    server.answers[kind] = [httpx.Response(given.status_code, headers=given.headers, stream=stream)]
    if kind == "renew":
        error = failed(server, how, auth_for(hours=0.05))
    else:
        error = failed(server, how, auth_for(None, source=Login(lambda: CREDENTIALS)))
    assert why in str(error)
    assert retry_after == error.retry_after
    assert isinstance(error, OtocoError)


@RUNS
def test_after_a_failure_nothing_is_asked_for_a_minute(how: str) -> None:
    """Tradovate takes ten such requests a minute, and locks accounts for wrong passwords."""
    now = [NOON]
    server = Server(login=[answer({"errorText": "no"}), answer(granted(TOKEN))])
    auth = auth_for(None, source=Login(lambda: CREDENTIALS), clock=lambda: now[0])
    assert "Tradovate did not take the login: no" == str(failed(server, how, auth))
    assert "Tradovate did not take the login: no" == str(failed(server, how, auth))
    assert ["POST accesstokenrequest"] == server.paths
    now[0] += timedelta(seconds=60)
    assert [200] == place(server, how, auth)


@RUNS
def test_a_token_that_was_not_renewed_is_used_while_it_holds(how: str) -> None:
    """The failure is raised, and orders can be cancelled all the same."""
    now = [NOON]
    server = Server(renew=[answer({"errorText": "no"}), answer({"errorText": "no"})])
    auth = auth_for(hours=0.05, clock=lambda: now[0])
    failed(server, how, auth)
    assert [200] == place(server, how, auth)
    now[0] += timedelta(minutes=3)
    server.seen.clear()
    assert "has expired, and there is no source" in str(failed(server, how, auth))
    assert [] == server.paths


@RUNS
def test_a_source_steps_in_for_a_renewal_that_fails(how: str) -> None:
    """Unless the broker asks to wait."""
    server = Server(renew=[answer({"errorText": "no"})], login=[answer(granted())])
    assert [200] == place(server, how, auth_for(hours=0.05, source=Login(lambda: CREDENTIALS)))
    assert ["GET renewaccesstoken", "POST accesstokenrequest", "POST placeorder"] == server.paths
    server = Server(renew=[answer(b"", 429)])
    failed(server, how, auth_for(hours=0.05, source=Login(lambda: CREDENTIALS)))
    assert ["GET renewaccesstoken"] == server.paths


@RUNS
def test_a_ticket_on_a_renewal_is_waited_for_and_shown(how: str) -> None:
    """Then the same is sent with the ticket, if the deadline leaves room."""
    waits: Waits = []
    server = Server(renew=[answer(TICKET), answer(granted())])
    assert [200] == place(server, how, auth_for(hours=0.05, waits=waits))
    wanted = ["GET renewaccesstoken", "POST renewaccesstoken", "POST placeorder"]
    assert (wanted, [15.0]) == (server.paths, waits)
    assert [None, {"p-ticket": "t-1"}, {"a": 1}] == server.bodies
    assert [f"Bearer {TOKEN}"] * 2 == server.bearers[:2]
    server = Server(renew=[answer(TICKET), answer(TICKET)])
    error = failed(server, how, auth_for(hours=0.05))
    assert ("asks to wait 15 s" in str(error), 15.0) == (True, error.retry_after)
    server, waits = Server(renew=[answer(TICKET)]), []
    server.flight = Flight(monotonic() + 14)
    error = failed(server, how, auth_for(hours=0.05, waits=waits))
    assert ([], 15.0) == (waits, error.retry_after)


@RUNS
def test_a_ticket_on_a_login_is_waited_for_and_shown(how: str) -> None:
    """The same credentials go with it."""
    login = Login(lambda: CREDENTIALS)
    waits: Waits = []
    server = Server(login=[answer(TICKET), answer(granted())])
    assert [200] == place(server, how, auth_for(None, source=login, waits=waits))
    wanted = ["POST accesstokenrequest", "POST accesstokenrequest", "POST placeorder"]
    assert (wanted, [15.0]) == (server.paths, waits)
    first, second, _ = server.bodies
    assert {**first, "p-ticket": "t-1"} == second
    for tickets in ([TICKET, TICKET], [{**TICKET, "p-captcha": True}]):
        server = Server(login=[answer(ticket) for ticket in tickets])
        error = failed(server, how, auth_for(None, source=login))
        assert "for the login Tradovate asks" in str(error)


@RUNS
def test_a_request_that_was_answered_with_401_is_not_sent_again(how: str) -> None:
    """The next one gets another token; a 401 also says that an order cannot be cancelled."""
    server = Server(orders=[answer(None, 401)], renew=[answer(granted())])
    assert [401, 200] == place(server, how, auth_for(), 2)
    assert ["POST placeorder", "GET renewaccesstoken", "POST placeorder"] == server.paths
    assert [f"Bearer {TOKEN}", f"Bearer {SECOND}"] == [server.bearers[0], server.bearers[-1]]


@RUNS
def test_a_new_token_is_not_renewed_at_once(how: str) -> None:
    """Ten requests a minute: six seconds lie between two, even if the new one is refused."""
    now = [NOON]
    server = Server(renew=[answer(granted(hours=0.05)), answer(granted(TOKEN))])
    server.answers["orders"] = [answer(None, 401)]
    auth = auth_for(hours=0.05, clock=lambda: now[0])
    assert [401, 200] == place(server, how, auth, 2)
    assert 1 == server.paths.count("GET renewaccesstoken")
    now[0] += timedelta(seconds=6)
    place(server, how, auth)
    assert 2 == server.paths.count("GET renewaccesstoken")


@RUNS
@pytest.mark.parametrize(
    ("source", "why"),
    [
        (lambda: NOWHERE[SEC], "the source of tokens has raised KeyError."),
        (lambda: SECOND, "gave a str and no AccessToken."),
        (
            lambda: AccessToken(SECOND, NOON),
            "gave an access token that expired at 2026-11-20 12:00",
        ),
        (Login(lambda: NOWHERE[SEC]), "the source of tokens has raised KeyError."),
        (Login(lambda: WRONG), "gave a float and no Credentials."),
    ],
)
def test_a_source_that_gives_none_is_told_without_its_secrets(
    how: str, source: Any, why: str
) -> None:
    """What it raised may hold one: only the name of it is told."""
    assert why in str(failed(Server(), how, auth_for(None, source=source)))


@RUNS
def test_a_client_has_to_say_where_the_broker_is(how: str) -> None:
    """Tokens are asked for below the same base URL as orders."""
    server = Server()
    server.base = None
    error = failed(server, how, auth_for(hours=0.05))
    assert "place through otoco.placing.Client" in str(error)
    assert "CANARY" not in variables(error)
    server.base = f"{BASE}/"
    server.answers["renew"] = [answer(granted())]
    assert [200] == place(server, how, auth_for(hours=0.05))
    assert BASE + "/auth/renewaccesstoken" == str(server.seen[0].url)


def test_threads_share_one_renewal() -> None:
    """And none of them places with the old token."""
    server = Server(renew=[answer(granted())])
    auth = auth_for(hours=0.05)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(server.run, [auth] * 16))
    assert 1 == server.paths.count("GET renewaccesstoken")
    assert {f"Bearer {SECOND}"} == {*server.bearers} - {f"Bearer {TOKEN}"}
    assert 16 == server.paths.count("POST placeorder")


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_tasks_share_one_renewal(backend: str) -> None:
    """Whatever their event loop."""
    server = Server(renew=[answer(granted())])
    auth = auth_for(hours=0.05)

    async def all_at_once() -> None:
        async with anyio.create_task_group() as tasks:
            for _ in range(16):
                tasks.start_soon(server.arun, auth)

    anyio.run(all_at_once, backend=backend)
    assert 1 == server.paths.count("GET renewaccesstoken")
    assert 16 == server.paths.count("POST placeorder")


@RUNS
def test_whoever_waits_too_long_for_anothers_renewal_says_so(how: str) -> None:
    """The deadline of a call holds for its waiting too."""
    auth = auth_for(hours=0.05)
    other = auth.sync_auth_flow(httpx.Request("GET", BASE, extensions={BASE_URL: BASE}))
    assert RENEW == next(other).url.path
    server = Server()
    server.flight = Flight(monotonic())
    assert "another request is obtaining an access token" in str(failed(server, how, auth))
    other.close()
    server.answers["renew"] = [answer(granted())]
    assert [200] == place(server, how, auth)


@RUNS
def test_a_renewal_that_breaks_lets_the_next_one_try(how: str) -> None:
    """Nothing stays locked."""
    server = Server(renew=[httpx.ReadTimeout("slow"), answer(granted())])
    auth = auth_for(hours=0.05)
    with pytest.raises(httpx.ReadTimeout) as caught:
        place(server, how, auth)
    assert RENEW == caught.value.request.url.path
    assert not any(secret in shown(caught.value) for secret in SECRETS)
    assert [200] == place(server, how, auth)


@RUNS
def test_a_renewal_that_breaks_is_not_tried_again_at_once(how: str) -> None:
    """Tradovate takes ten such requests a minute, and the token holds for some yet."""
    now = [NOON]
    server = Server(renew=[httpx.ReadTimeout("slow"), answer(granted())])
    auth = auth_for(hours=0.05, clock=lambda: now[0])
    with pytest.raises(httpx.ReadTimeout):
        place(server, how, auth)
    assert [200, 200] == place(server, how, auth, times=2)
    assert ["GET renewaccesstoken"] == [path for path in server.paths if "token" in path]
    now[0] += timedelta(seconds=6)
    assert [200, 200, 200] == place(server, how, auth)
    assert ["GET renewaccesstoken"] * 2 == [path for path in server.paths if "token" in path]


@RUNS
def test_a_login_that_breaks_is_tried_again_at_once(how: str) -> None:
    """Without a token nothing could be sent meanwhile."""
    server = Server(login=[httpx.ReadTimeout("slow"), answer(granted(TOKEN))])
    auth = auth_for(None, source=Login(lambda: CREDENTIALS))
    with pytest.raises(httpx.ReadTimeout):
        place(server, how, auth)
    assert [200] == place(server, how, auth)


def test_a_redirect_to_elsewhere_takes_no_token_along() -> None:
    """A token is for the server that the request was for."""
    server = Server(orders=[answer(None, 307, location="https://elsewhere.test/")])
    transport = Finishing(httpx.MockTransport(server.reply))
    with httpx.Client(auth=auth_for(), transport=transport, follow_redirects=True) as http:
        http.get(f"{BASE}/order/list", extensions=server.extensions)
    assert [f"Bearer {TOKEN}", None] == server.bearers
    assert ["demo.tradovateapi.test", "elsewhere.test"] == [each.url.host for each in server.seen]


@RUNS
def test_nothing_secret_is_seen(how: str, caplog: pytest.LogCaptureFixture) -> None:
    """Not in a log, on a response or one before it, in a repr or an attribute."""
    caplog.set_level(logging.DEBUG)
    server = Server(
        renew=[answer({"errorText": "no"})],
        login=[answer(granted())],
        orders=[answer({"orderId": 1}), answer(None, 401)],
    )
    auth = auth_for(hours=0.05, source=Login(lambda: CREDENTIALS))
    place(server, how, auth, 2)
    assert [2, 0] == [len(each.history) for each in server.kept]
    told = [caplog.text, repr(auth), str(vars(auth)), repr(CREDENTIALS)]
    for response in [each for last in server.kept for each in (*last.history, last)]:
        request = response.request
        told += [repr(response), str(response.headers), response.text, str(vars(response))]
        told += [str(request.url), str(request.headers), str(request.extensions)]
        told += [request.content.decode(), pickle.dumps(request).decode("latin-1")]
        told += [pickle.dumps(response).decode("latin-1")]
    assert "HTTP Request: GET" in caplog.text
    assert [] == [text for text in told for secret in SECRETS if secret in text]
    for way in (pickle.dumps, copy.deepcopy):
        for held in (auth, CREDENTIALS, AccessToken(TOKEN, NOON)):
            with pytest.raises(TypeError, match="pickle"):
                way(held)
    with pytest.raises(TypeError, match="credentials are not pickled"):
        CREDENTIALS.__getstate__()


def test_no_credentials_outlive_a_login() -> None:
    """Neither the response nor the authentication keeps them."""
    server = Server(login=[answer(granted())])
    once = "CANARY" + "-once"
    auth = auth_for(None, source=Login(lambda: Credentials(name="me", password=once)))
    server.run(auth)
    assert once == server.bodies[0]["password"]
    server.seen.clear()
    server.bodies.clear()
    gc.collect()
    kept = [each for each in gc.get_objects() if type(each) in (Credentials, list)]
    assert [] == [each for each in kept if type(each) is Credentials and each is not CREDENTIALS]
    held = [part for each in kept if type(each) is list for part in each if type(part) is bytes]
    assert [] == [part for part in held if once.encode() in part]


@pytest.mark.parametrize(
    "make",
    [
        lambda: AccessToken("CANARY\n", NOON),
        lambda: AccessToken("CANARY\x00", NOON),
        lambda: AccessToken("", NOON),
        lambda: AccessToken("CANARY é", NOON),
        lambda: AccessToken(None, NOON),
        lambda: AccessToken("CANARY" * 2000, NOON),
        lambda: AccessToken("CANARY", NOON.replace(tzinfo=None)),
        lambda: Credentials(name="", password="CANARY"),
        lambda: Credentials(name="me", password="CANARY" * 11),
        lambda: Credentials(name="me", password="CANARY\n"),
        lambda: Credentials(name="me", password="p", sec="CANARY" * 1400),
        lambda: Credentials(name="me", password="p", cid=WRONG),
        lambda: Credentials(name="me", password=WRONG),
        TradovateAuth,
    ],
)
def test_what_could_not_be_sent_is_refused_at_once(make: Callable[[], Any]) -> None:
    """The sentence names what is wrong and not the value."""
    with pytest.raises(ValueError, match=r"[a-z]") as caught:
        make()
    assert "CANARY" not in shown(caught.value)


def test_a_token_keeps_its_time_in_utc() -> None:
    """Whatever the zone it was given in."""
    east = NOON.astimezone(timezone(timedelta(hours=2)))
    assert NOON == AccessToken(TOKEN, east).expires
    assert "UTC" == AccessToken(TOKEN, east).expires.tzname()
    assert f"AccessToken(expires={NOON!r})" == repr(AccessToken(TOKEN, NOON))


KEPT = {
    "access_token": TOKEN,
    "access_token_expires": "2026-11-20T14:00:00+01:00",
    "name": "me",
    "password": PASSWORD,
    "app_version": "1.0",
    "device_id": "d-1",
    "cid": "8",
}


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        ((), "name and password is missing for a login, and there is no access_token"),
        (("name",), "password is missing"),
        (("password",), "name is missing"),
        (("access_token",), "access_token_expires is missing"),
        (("access_token_expires", "name", "password"), "access_token is missing"),
        (("access_token", "access_token_expires", "name"), "password is missing for a login"),
    ],
)
def test_secrets_that_are_missing_are_named(names: tuple[str, ...], missing: str) -> None:
    """By the name under which they are looked up."""
    with pytest.raises(AuthenticationError) as caught:
        from_secrets({name: KEPT[name] for name in names}.get)
    assert missing in str(caught.value)
    assert "CANARY" not in shown(caught.value) + variables(caught.value)


def test_a_time_that_is_none_is_named() -> None:
    """The lifetime of a token is not guessed; a token in its place is not shown."""
    with pytest.raises(AuthenticationError, match=r"^access_token_expires is no ") as caught:
        from_secrets({**KEPT, "access_token_expires": "CANARY"}.get)
    assert "CANARY" not in shown(caught.value)
    with pytest.raises(AuthenticationError, match="copy it anew") as caught:
        from_secrets({**KEPT, "access_token": "CANARY\n"}.get)
    assert "CANARY" not in shown(caught.value) + variables(caught.value)


def test_secrets_make_an_authentication() -> None:
    """A token, a login, or a token that a login follows; secrets are looked up at each login."""
    token = {name: KEPT[name] for name in ("access_token", "access_token_expires")}
    assert f"AccessToken(expires={NOON + timedelta(hours=1)!r})" in repr(from_secrets(token.get))
    asked: list[str] = []

    def get(name: str) -> str | None:
        asked.append(name)
        return None if name.startswith("access") else KEPT.get(name)

    server = Server(login=[answer(granted("CANARY", hours=10**6))])
    server.run(from_secrets(get))
    wanted = {"name": "me", "password": PASSWORD, "appVersion": "1.0", "deviceId": "d-1"}
    assert {**wanted, "cid": "8"} == server.bodies[0]
    assert 2 == asked.count("password")
    server = Server()
    later = {**KEPT, "access_token_expires": "2999-01-01T00:00:00Z"}
    assert [200] == server.run(from_secrets(later.get))


def test_an_answer_that_is_no_generator_is_read_as_well() -> None:
    """As it comes straight from a transport."""
    reply = anyio.run(adrained, httpx.Response(200, stream=Stream(b"{", b"}")))
    assert (200, b"{}") == (reply.status, reply.body)


def test_it_is_found_by_its_entry_point() -> None:
    """Whoever looks secrets up finds the function that takes them by the adapter's name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    value = project["entry-points"]["otoco.auth"]["tradovate"]
    assert EntryPoint("tradovate", value, "otoco.auth").load() is from_secrets
