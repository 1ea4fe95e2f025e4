"""What leaves is signed, and nothing that is secret is seen above the transport."""

from __future__ import annotations

import asyncio
import copy
import logging
import pickle
import socket
import threading
import tomllib
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from tests.otoco_snaptrade.test_signing import ACCOUNT, KEY, oco

from otoco import OtocoError
from otoco.placing import AsyncFinishing, Finishing
from otoco_snaptrade.auth import SnapTradeAuth, from_secrets

SECRET: Final = "adf2aa34-8219-40f7-a6b3-60156985cc61"
COMMERCIAL: Final[dict[str, Any]] = {"user_id": "snaptrade-user-123", "user_secret": SECRET}


def client(seen: list[httpx.Request], **user: Any) -> httpx.Client:
    """A client that keeps what reaches the wire."""

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={})

    auth = SnapTradeAuth("TESTCLIENT", KEY, clock=lambda: 1715123456.9, **user)
    transport = Finishing(httpx.MockTransport(answer))
    return httpx.Client(auth=auth, transport=transport, base_url="http://localhost:1")


def test_known_answers_reach_the_wire() -> None:
    """The vendor's signature stands on the request that is sent, time and secret in its query."""
    seen: list[httpx.Request] = []
    with client(seen, **COMMERCIAL) as http:
        http.post(f"/accounts/{ACCOUNT}/trading/complex", json=oco(10))
        http.get(f"/accounts/{ACCOUNT}/recentOrders", params={"only_executed": "false"})
    assert [
        "+Xg7lq/LJV2vYPbSCM/oh81nsNRY4T1GJYr/oDQADOc=",
        "xsLeak0g5Hg5G4zbDfwwaqk4fPZCCNGQNgLziRbzI54=",
    ] == [each.headers["signature"] for each in seen]
    assert all(f"userSecret={SECRET}" in str(each.url) for each in seen)


def test_a_personal_key_has_no_user() -> None:
    """Neither user nor secret is sent, and the rest is signed."""
    seen: list[httpx.Request] = []
    with client(seen) as http:
        http.get("/accounts")
    assert b"/accounts?clientId=TESTCLIENT&timestamp=1715123456" == seen[0].url.raw_path


def test_nothing_secret_is_seen(caplog: pytest.LogCaptureFixture) -> None:
    """Not in a log, a response's request, a repr or an error."""
    caplog.set_level(logging.DEBUG)
    seen: list[httpx.Request] = []
    with client(seen, **COMMERCIAL) as http:
        response = http.get("/accounts")
        auth = http.auth
    told = [caplog.text, repr(response.request), str(response.url), repr(auth), repr(vars(auth))]
    told += [str(response.request.headers), str(response.request.extensions)]
    assert [] == [text for text in told if SECRET in text or KEY in text]
    for way in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="a secret is not pickled"):
            way(auth)


@pytest.mark.parametrize(
    "given",
    [
        {"user_id": "u"},
        {"user_secret": "s"},
        {"user_id": "u", "user_secret": "s\n"},
        {"user_id": "ü", "user_secret": "s"},
        {"consumer_key": "x y"},
        {"consumer_key": "a\u200bb"},
        {"consumer_key": 'a"b'},
        {"client_id": ""},
    ],
    ids=ascii,
)
def test_what_could_not_be_sent_is_refused_at_once(given: dict[str, str]) -> None:
    """The sentence names what is wrong and not the value."""
    words: dict[str, Any] = {"client_id": "TESTCLIENT", "consumer_key": KEY, **given}
    with pytest.raises(ValueError, match=r"copy it anew|one of the two is missing") as caught:
        SnapTradeAuth(**words)
    assert not any(
        value and value in str(caught.value) for value in given.values() if len(value) > 1
    )


@contextmanager
def peer(reply: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A server on loopback that answers one connection, and what it was sent."""
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                seen.append(connection.recv(65536))
                connection.sendall(reply)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", seen
        thread.join(5)


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error with those that it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def variables(error: BaseException) -> list[str]:
    """What a traceback can show of the frames of ours that an error went through."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return [repr(it.f_locals) for it in frames if it.f_globals["__name__"].startswith("otoco")]


def no_secret(*told: object) -> None:
    """None of these tells a secret."""
    texts = [str(each) for each in told] + [repr(each) for each in told]
    assert [] == [text for text in texts if SECRET in text or KEY in text]


OK: Final = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


def test_on_the_wire_and_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    """What leaves has secret and signature; the logs of the client and below it have neither."""
    caplog.set_level(logging.DEBUG)
    auth = SnapTradeAuth("TESTCLIENT", KEY, **COMMERCIAL)
    with peer(OK) as (url, seen):
        transport = Finishing(httpx.HTTPTransport())
        with httpx.Client(auth=auth, transport=transport, base_url=url) as http:
            response = http.post("/accounts", json={"a": 1})
    assert SECRET.encode() in seen[0]
    assert b"Signature: " in seen[0]
    assert {"httpx", "httpcore.connection"} <= {record.name for record in caplog.records}
    no_secret(caplog.text, response.request.url, response.request.headers, response.url)
    no_secret(*(vars(record) for record in caplog.records))


@pytest.mark.parametrize("reply", [b"", b"nonsense\r\n\r\n"])
def test_errors_tell_no_secret(reply: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """Neither they, nor what they came from, nor the requests on them."""
    caplog.set_level(logging.DEBUG)
    auth = SnapTradeAuth("TESTCLIENT", KEY, **COMMERCIAL)
    with peer(reply) as (url, _):
        transport = Finishing(httpx.HTTPTransport())
        http = httpx.Client(auth=auth, transport=transport, base_url=url)
        with http, pytest.raises(httpx.RemoteProtocolError) as caught:
            http.get("/accounts")
    no_secret(caught.value.request.url, caught.value.request.headers, caplog.text)
    for error in chain(caught.value):
        no_secret(error, vars(error), error.args)
    for error in chain(caught.value):
        assert SECRET.encode() not in pickle.dumps(error.args)


def test_an_asynchronous_client_signs_alike(caplog: pytest.LogCaptureFixture) -> None:
    """The same signature, the same silence."""
    caplog.set_level(logging.DEBUG)
    seen: list[httpx.Request] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={})

    async def ask() -> httpx.Response:
        auth = SnapTradeAuth("TESTCLIENT", KEY, clock=lambda: 1715123456.9, **COMMERCIAL)
        transport = AsyncFinishing(httpx.MockTransport(answer))
        url = "http://localhost:1"
        async with httpx.AsyncClient(auth=auth, transport=transport, base_url=url) as http:
            return await http.post(f"/accounts/{ACCOUNT}/trading/complex", json=oco(10))

    response = asyncio.run(ask())
    assert "+Xg7lq/LJV2vYPbSCM/oh81nsNRY4T1GJYr/oDQADOc=" == seen[0].headers["signature"]
    no_secret(caplog.text, response.request.url, response.request.extensions)


def test_a_body_that_is_a_stream_is_read_before_it_is_signed() -> None:
    """What is signed is what is sent, however it was given."""
    seen: list[httpx.Request] = []
    with client(seen, **COMMERCIAL) as http:
        path = f"/accounts/{ACCOUNT}/trading/complex"
        content = httpx.Request("POST", "http://localhost:1", json=oco(10)).content
        http.post(path, content=iter([content[:7], content[7:]]))
    assert "+Xg7lq/LJV2vYPbSCM/oh81nsNRY4T1GJYr/oDQADOc=" == seen[0].headers["signature"]
    assert content == seen[0].content


def test_the_time_is_that_of_sending() -> None:
    """Each request is stamped anew, when the transport has it."""
    times = iter((100.0, 170.5))
    seen: list[httpx.Request] = []
    auth = SnapTradeAuth("TESTCLIENT", KEY, clock=lambda: next(times))

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    request = httpx.Request("GET", "http://localhost:1/accounts")
    with httpx.Client(auth=auth, transport=Finishing(httpx.MockTransport(answer))) as http:
        http.send(request)
        http.send(request)
    assert ["100", "170"] == [each.url.params["timestamp"] for each in seen]
    assert seen[0].headers["signature"] != seen[1].headers["signature"]


def test_no_other_host_is_sent_a_secret() -> None:
    """A client that follows redirects is stopped before it signs for another host."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(307, headers={"location": "http://elsewhere.example/accounts"})

    auth = SnapTradeAuth("TESTCLIENT", KEY, **COMMERCIAL)
    transport = Finishing(httpx.MockTransport(answer))
    http = httpx.Client(auth=auth, transport=transport, follow_redirects=True)
    with http, pytest.raises(OtocoError, match=r"ready to leave \(ValueError\)") as caught:
        http.get("http://localhost:1/accounts")
    assert ["localhost"] == [each.url.host for each in seen]
    for error in chain(caught.value):
        no_secret(error, vars(error))


COMMERCIAL_SECRETS: Final = {"client_id": "TESTCLIENT", "consumer_key": KEY, **COMMERCIAL}
PERSONAL_SECRETS: Final = {"client_id": "TESTCLIENT", "consumer_key": KEY}


@pytest.mark.parametrize("secrets", [COMMERCIAL_SECRETS, PERSONAL_SECRETS], ids=len)
def test_secrets_are_asked_for_by_name(secrets: dict[str, str]) -> None:
    """A commercial key has four of them, a personal key two."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    transport = Finishing(httpx.MockTransport(answer))
    with httpx.Client(auth=from_secrets(secrets.get), transport=transport) as http:
        http.get("http://localhost:1/accounts")
    assert ("userId" in seen[0].url.params) is ("user_id" in secrets)


@pytest.mark.parametrize("missing", COMMERCIAL_SECRETS)
def test_a_secret_that_is_missing_is_named(missing: str) -> None:
    """And what was given is not told."""
    secrets = {name: text for name, text in COMMERCIAL_SECRETS.items() if name != missing}
    with pytest.raises(OtocoError, match=f"SnapTrade needs {missing}, which") as caught:
        from_secrets(secrets.get)
    no_secret(caught.value, *variables(caught.value))


def test_all_secrets_that_are_missing_are_named() -> None:
    """At once; without a user it may be a personal key."""
    with pytest.raises(OtocoError, match="needs client_id and consumer_key, which"):
        from_secrets(dict[str, str]().get)


def test_a_secret_that_cannot_be_sent_is_refused() -> None:
    """In a sentence that does not tell it, and from no error that does."""
    secrets = {**COMMERCIAL_SECRETS, "user_secret": f"{SECRET}\n"}
    with pytest.raises(OtocoError, match="the user_secret has a character") as caught:
        from_secrets(secrets.get)
    for error in chain(caught.value):
        no_secret(error, *variables(error))


def test_it_is_found_by_entry_point() -> None:
    """Under the adapter's name, and so is its desk."""
    text = (Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    groups = tomllib.loads(text)["project"]["entry-points"]
    for group in ("otoco.auth", "otoco.sandboxes"):
        module, _, name = groups[group]["snaptrade"].partition(":")
        assert callable(getattr(import_module(module), name))
    assert groups["otoco.auth"]["snaptrade"] == f"{from_secrets.__module__}:from_secrets"
