"""The control endpoint: a test in another process makes things happen, and looks at what did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from tests.otoco.sandbox.toy import ToyDesk

from otoco.sandbox import Sandbox

JSON = {"content-type": "application/json; charset=utf-8"}


@pytest.fixture
def desks() -> dict[str, ToyDesk]:
    """Two brokers."""
    return {"first": ToyDesk(), "second": ToyDesk()}


@pytest.fixture
def control(desks: dict[str, ToyDesk]) -> Iterator[httpx.Client]:
    """A client of the endpoint of a sandbox that is running."""
    with (
        Sandbox(desks=desks) as sandbox,
        httpx.Client(base_url=f"{sandbox.address}/control") as client,
    ):
        yield client


def place(control: httpx.Client, broker: str) -> httpx.Response:
    """Place an order."""
    url = control.base_url.copy_with(path=f"/{broker}/api/orders")
    return httpx.post(url, content=b"mine")


@pytest.mark.parametrize(
    ("deed", "body", "told"),
    [
        ("price", b'{"symbol":"TOY","price":4150.10}', ("TOY", Decimal("4150.1"))),
        ("price", b'{"symbol":"TOY","price":"4150.1"}', ("TOY", Decimal("4150.1"))),
        ("end_session", b"{}", "the session ends"),
        (
            "clock",
            b'{"moment":"2030-01-02T03:04:05Z"}',
            datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC),
        ),
    ],
)
def test_what_happens_happens_to_every_broker(
    deed: str, body: bytes, told: object, control: httpx.Client, desks: dict[str, ToyDesk]
) -> None:
    """A price, the end of a session and the time; numbers are exact."""
    response = control.post(f"/{deed}", content=body, headers=JSON)
    assert (200, {}) == (response.status_code, response.json())
    assert [[told], [told]] == [desk.told for desk in desks.values()]


def test_an_order_is_rejected_at_its_broker(control: httpx.Client) -> None:
    """And the ledger shows it, of all brokers or of one."""
    place(control, "first")
    place(control, "second")
    body = {"broker": "second", "order": "1"}
    assert 200 == control.post("/reject", json=body).status_code
    whole: dict[str, Any] = control.get("/ledger").json()
    assert ["first", "second"] == sorted(whole)
    assert ["open", "held"] == [each["status"] for each in whole["first"][0]["orders"]]
    one = control.get("/ledger?broker=second").json()
    parent = {
        "id": "1",
        "symbol": "TOY",
        "side": "BUY",
        "quantity": "1",
        "status": "rejected",
        "filled": "0",
        "is_child": False,
    }
    assert parent == one["second"][0]["orders"][0]
    assert (["mine"], None) == (one["second"][0]["given"], one["second"][0]["group"])


def test_who_is_there_is_told_with_everything_to_place_orders(control: httpx.Client) -> None:
    """So that a program in another process needs only the address."""
    found = control.get("/brokers").json()
    assert ["first", "second"] == [*found]
    account = found["first"]
    assert control.base_url.copy_with(path="/first/api") == account["url"]
    assert {"account_id": 7, "account_spec": "TOY7"} == account["options"]
    assert {"password": "toy-password"} == account["secrets"]


def test_a_fault_is_for_one_broker_or_for_each(control: httpx.Client) -> None:
    """It meets a placement unless it says otherwise, and is remembered with it."""
    fault = {"kind": "unavailable", "on": "any", "times": 2, "seconds": 0.5, "broker": "first"}
    assert 200 == control.post("/fault", json=fault).status_code
    statuses = [place(control, name).status_code for name in ("second", "first", "first", "first")]
    assert [200, 503, 503, 200] == statuses
    assert 200 == control.post("/fault", json={"kind": "server-error"}).status_code
    assert [500, 500] == [place(control, name).status_code for name in ("first", "second")]
    events = control.get("/events").json()["events"]
    expected = {
        "broker": "second",
        "method": "POST",
        "path": "/orders",
        "purpose": "place",
        "fault": "server-error",
        "status": 500,
    }
    assert (6, expected) == (len(events), events[-1])


@pytest.mark.parametrize(
    ("deed", "body", "why"),
    [
        ("price", b'{"price":1}', "symbol is missing"),
        ("price", b'{"symbol":"TOY","price":"1_0"}', "1_0"),
        ("price", b"[]", "object"),
        ("price", b"{", "no JSON"),
        ("clock", b'{"moment":"noon"}', "noon"),
        ("clock", b'{"moment":null}', "must be str"),
        ("clock", b'{"moment":"2030-01-02T03:04:05"}', "no time zone"),
        ("reject", b'{"broker":"third","order":"1"}', "which has first, second"),
        ("fault", b'{"kind":"drop"}', "'drop' is not a valid FaultKind"),
        ("fault", b'{"kind":"reject","broker":"third"}', "which has first, second"),
        ("fault", b'{"kind":"reject","times":"x"}', "'x'"),
    ],
)
def test_what_cannot_happen_is_told(
    deed: str, body: bytes, why: str, control: httpx.Client, desks: dict[str, ToyDesk]
) -> None:
    """With HTTP 400 and a sentence, and nothing has happened."""
    response = control.post(f"/{deed}", content=body, headers=JSON)
    assert 400 == response.status_code
    assert why in response.json()["why"]
    assert [[], []] == [desk.told for desk in desks.values()]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_what_a_page_in_a_browser_could_send_is_refused(
    kind: str, control: httpx.Client, desks: dict[str, ToyDesk]
) -> None:
    """Only JSON makes a browser ask first, and it gets no leave."""
    headers = {"content-type": kind} if kind else {}
    response = control.post("/end_session", content=b"{}", headers=headers)
    assert 415 == response.status_code
    assert [[], []] == [desk.told for desk in desks.values()]


def test_only_deeds_are_posted_and_only_looks_are_got(control: httpx.Client) -> None:
    """A link does nothing."""
    assert 405 == control.get("/end_session").status_code
    assert 405 == control.post("/ledger", json={}).status_code
    assert 404 == control.post("/else", json={}).status_code
