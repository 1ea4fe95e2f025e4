"""The desk answers as SnapTrade's pages say: who is let in, what is taken, and what is listed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.otoco_snaptrade.steps import ACCOUNT, AT, CANCEL, INTENT, ORDER, AtDesk

from otoco import OCO, Instrument, Limit, Stop, configured, sell, translate
from otoco.adapters import Answer
from otoco.sandbox import Desk, FaultKind, Incoming, Reply
from otoco_snaptrade import SnapTrade
from otoco_snaptrade._signing import signature
from otoco_snaptrade.engine import Behaviour
from otoco_snaptrade.sandbox import SnapTradeDesk

PLACE: Final = f"/accounts/{ACCOUNT}/trading/complex"
RECENT: Final = f"/accounts/{ACCOUNT}/recentOrders"
ORDERS: Final = f"/accounts/{ACCOUNT}/orders"
ADAPTER: Final = SnapTrade(ACCOUNT)
(REQUEST,) = translate(ORDER, ADAPTER, intent=INTENT).requests
AAPL: Final = Instrument("AAPL", "EQUITY")
NOW: Final = int(AT.timestamp())


@pytest.fixture
def desk() -> SnapTradeDesk:
    """A desk whose time stands still."""
    return SnapTradeDesk(clock=AT.timestamp)


@pytest.fixture
def http(desk: SnapTradeDesk) -> AtDesk:
    """A client of it."""
    return AtDesk(desk)


def read(answer: Answer | Reply) -> Any:
    """The JSON of an answer with status 200."""
    assert 200 == answer.status, answer.body
    return json.loads(answer.body)


def error(answer: Answer | Reply) -> tuple[int, str]:
    """Status and code of an error, whose body is as it is seen in practice."""
    body = json.loads(answer.body)
    assert {"detail", "status_code", "code"} == set(body)
    assert answer.status == body["status_code"]
    return answer.status, body["code"]


def incoming(
    path: str = "/accounts",
    method: str = "GET",
    body: bytes = b"",
    change: Callable[[dict[str, str]], Any] = lambda query: None,
    **headers: str,
) -> Incoming:
    """A request that is signed by the adapter's signing, its query changed before that."""
    known = SnapTradeDesk().secrets
    query = {
        "userId": known["user_id"],
        "userSecret": known["user_secret"],
        "clientId": known["client_id"],
        "timestamp": str(NOW),
    }
    change(query)
    text = urlencode(query)
    target = f"{path}?{text}".encode()
    given_headers = {
        "content-type": "application/json",
        "signature": signature(known["consumer_key"], target, body),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return Incoming(method, path, text, target, given_headers, body)


def test_it_is_a_desk(desk: SnapTradeDesk) -> None:
    """It has what the sandbox asks for, and the adapter takes its options."""
    as_desk: Desk = desk
    assert "" == as_desk.base
    adapter, _ = configured(SnapTrade, dict(as_desk.options))
    assert ADAPTER == adapter
    assert {"client_id", "consumer_key", "user_id", "user_secret"} == set(as_desk.secrets)


def test_a_group_is_answered_with_its_id_and_listed_leg_by_leg(
    desk: SnapTradeDesk, http: AtDesk
) -> None:
    """The answer has no ids of legs, and the records no client order id and only text."""
    reply = read(http.place(ORDER, ADAPTER))
    assert {"type": "OTOCO", "brokerage_group_order_id": "group-000001"} == reply
    records = read(http.request("GET", f"{RECENT}?only_executed=false"))["orders"]
    assert ["TRIGGER", "PEER", "PEER"] == [record["order_role"] for record in records]
    assert {"group-000001"} == {record["brokerage_group_order_id"] for record in records}
    flat = [value for record in records for value in record.values()]
    assert {str, dict, type(None)} == {type(value) for value in flat}
    assert str(INTENT) not in json.dumps(records)
    assert "2026-11-20T15:00:00.400000+00:00" == records[0]["time_placed"]


def test_by_default_only_executed_orders_are_listed(desk: SnapTradeDesk, http: AtDesk) -> None:
    """That hides what works, and is the documented default."""
    http.place(ORDER, ADAPTER)
    assert {"orders": []} == read(http.request("GET", RECENT))
    desk.price("AAPL", Decimal(150))
    for query in ("", "?only_executed=true"):
        (executed,) = read(http.request("GET", f"{RECENT}{query}"))["orders"]
        assert "EXECUTED" == executed["status"]


def test_orders_are_listed_by_state_and_days(desk: SnapTradeDesk, http: AtDesk) -> None:
    """As an array; 30 days back and in all states, if nothing is said."""
    http.place(ORDER, ADAPTER)
    desk.price("AAPL", Decimal(150))
    desk.clock(AT + timedelta(days=29))
    counts = {"": 3, "?state=all": 3, "?state=open": 2, "?state=executed": 1, "?days=28": 0}
    assert counts == {query: len(read(http.request("GET", ORDERS + query))) for query in counts}
    assert {"orders": []} == read(http.request("GET", f"{RECENT}?only_executed=false"))
    desk.clock(AT + timedelta(days=31))
    assert [] == read(http.request("GET", ORDERS))
    assert 3 == len(read(http.request("GET", f"{ORDERS}?days=90")))


def test_about_a_hundred_orders_are_recent(http: AtDesk) -> None:
    """The newest of them."""
    for _ in range(34):
        http.place(ORDER, ADAPTER)
    records = read(http.request("GET", f"{RECENT}?only_executed=false"))["orders"]
    assert (100, "order-000102") == (len(records), records[-1]["brokerage_order_id"])


def test_legs_appear_with_a_sync_that_comes_later() -> None:
    """Before it they are neither listed nor to be cancelled, and in the market all the same."""
    now = [float(NOW)]
    desk = SnapTradeDesk(clock=lambda: now[0], sync_delay=2.0)
    http = AtDesk(desk)
    http.place(ORDER, ADAPTER)
    recent, cancel = f"{RECENT}?only_executed=false", b'{"brokerage_order_id":"order-000001"}'
    now[0] += 1.5
    http.place(ORDER, ADAPTER)
    assert [] == read(http.request("GET", recent))["orders"]
    assert (404, "1011") == error(http.request("POST", CANCEL, cancel))
    assert (3, 3) == tuple(len(group.orders) for group in desk.ledger())
    now[0] += 0.5
    assert 3 == len(read(http.request("GET", recent))["orders"])
    assert 200 == http.request("POST", CANCEL, cancel).status


def test_cancelling_is_leg_by_leg(http: AtDesk) -> None:
    """The answer has the id; what has ended, or is not there, is refused."""
    http.place(ORDER, ADAPTER)
    body = b'{"brokerage_order_id":"order-000001"}'
    assert {"brokerage_order_id": "order-000001", "raw_response": {}} == read(
        http.request("POST", CANCEL, body)
    )
    assert (400, "1076") == error(http.request("POST", CANCEL, body))
    for other in ("order-000009", "group-000001"):
        wrong = json.dumps({"brokerage_order_id": other}).encode()
        assert (404, "1011") == error(http.request("POST", CANCEL, wrong))


def test_account_and_connection_are_listed(desk: SnapTradeDesk, http: AtDesk) -> None:
    """The account hangs on the one connection, which works."""
    (account,) = read(http.request("GET", "/accounts"))
    (connection,) = read(http.request("GET", "/authorizations"))
    assert ACCOUNT == account["id"]
    assert account["brokerage_authorization"] == connection["id"]
    assert (False, None) == (connection["disabled"], connection["disabled_date"])


def test_a_disabled_connection_answers_with_what_was(desk: SnapTradeDesk, http: AtDesk) -> None:
    """Reads are 200 with old data, and nothing is placed or cancelled."""
    http.place(ORDER, ADAPTER)
    desk.disable()
    desk.price("AAPL", Decimal(150))
    (connection,) = read(http.request("GET", "/authorizations"))
    assert connection["disabled"]
    assert {"orders": []} == read(http.request("GET", RECENT))
    assert (402, "3003") == error(http.place(ORDER, ADAPTER))
    body = b'{"brokerage_order_id":"order-000002"}'
    assert (402, "3003") == error(http.request("POST", CANCEL, body))


CHANGES: Final[dict[str, tuple[Callable[[dict[str, str]], Any], tuple[int, str]]]] = {
    "another client": (lambda query: query.update(clientId="OTHER"), (401, "1076")),
    "no client": (lambda query: query.pop("clientId"), (401, "1076")),
    "too early": (lambda query: query.update(timestamp=str(NOW - 61)), (401, "1076")),
    "too late": (lambda query: query.update(timestamp=str(NOW + 61)), (401, "1076")),
    "milliseconds": (lambda query: query.update(timestamp=f"{NOW}000"), (401, "1076")),
    "far too long a time": (lambda query: query.update(timestamp="1" * 5000), (401, "1076")),
    "a time in words": (lambda query: query.update(timestamp="now"), (401, "1076")),
    "no time": (lambda query: query.pop("timestamp"), (401, "1076")),
    "another user": (lambda query: query.update(userId="other"), (401, "1083")),
    "another secret": (lambda query: query.update(userSecret="other"), (401, "1083")),
    "no user": (lambda query: (query.pop("userId"), query.pop("userSecret")), (401, "1083")),
    "an unknown parameter": (lambda query: query.update(page="2"), (400, "1076")),
}


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES)
def test_who_is_not_let_in(
    desk: SnapTradeDesk, change: Callable[[dict[str, str]], Any], expected: tuple[int, str]
) -> None:
    """Each of the parameters is checked, though the signature is right."""
    assert expected == error(desk.answer(incoming(change=change)))


@pytest.mark.parametrize("seconds", [-60, 60])
def test_clocks_may_differ_by_a_minute(desk: SnapTradeDesk, seconds: int) -> None:
    """What the vendor tolerates is not documented."""
    moment = str(NOW + seconds)
    assert 200 == desk.answer(incoming(change=lambda query: query.update(timestamp=moment))).status


@pytest.mark.parametrize("given_signature", ["", "AAAA", "ü", "\udcff"], ids=ascii)
def test_a_wrong_signature_is_not_let_in(desk: SnapTradeDesk, given_signature: str) -> None:
    """Whatever it is written with."""
    answer = desk.answer(incoming(signature=given_signature))
    assert (401, "1076") == error(answer)
    assert "Unable to verify signature sent" == json.loads(answer.body)["detail"]


@pytest.mark.parametrize("part", ["path", "query", "body"])
def test_the_signature_is_over_all_that_was_sent(desk: SnapTradeDesk, part: str) -> None:
    """A byte that was changed on the way is seen."""
    good = incoming(PLACE, "POST", REQUEST.content)
    changes: dict[str, dict[str, Any]] = {
        "path": {"raw_target": b"/v1" + good.raw_target},
        "query": {"raw_target": good.raw_target.replace(b"userId", b"userid")},
        "body": {"body": good.body.replace(b'"AAPL"', b'"MSFT"')},
    }
    assert (401, "1076") == error(desk.answer(attrs.evolve(good, **changes[part])))
    assert 200 == desk.answer(good).status


def test_a_prefix_is_signed_too(desk: SnapTradeDesk) -> None:
    """What stood on the request line is what was signed."""
    plain = incoming()
    target = b"/sandbox" + plain.raw_target
    key = desk.secrets["consumer_key"]
    headers = {**plain.headers, "signature": signature(key, target, b"")}
    changed = attrs.evolve(plain, raw_target=target, headers=headers)
    assert 200 == desk.answer(changed).status


BODIES: Final[dict[str, bytes]] = {
    "none": b"",
    "no JSON": b"{",
    "no UTF-8": b"\xff",
    "deep": b"[" * 100_000,
    "a key twice": REQUEST.content[:-1] + b',"type":"OTOCO"}',
    "NaN": REQUEST.content.replace(b"150.5", b"NaN"),
    "infinite": REQUEST.content.replace(b"150.5", b"1e999"),
    "digits": REQUEST.content.replace(b"150.5", b"1" * 5000),
    "an unknown key": REQUEST.content[:-1] + b',"notes":""}',
    "a number in text": REQUEST.content.replace(b"150.5", b'"150.5"'),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_bodies_are_read_strictly(desk: SnapTradeDesk, body: bytes) -> None:
    """What is no strict JSON, or not in the schema, is refused and nothing is there."""
    sent = incoming(PLACE, "POST", REQUEST.content)
    sent = attrs.evolve(sent, body=body, headers=_signed(desk, sent, body))
    answer = desk.answer(sent)
    assert (400, "1076") == error(answer)
    assert () == desk.ledger()


def _signed(desk: SnapTradeDesk, sent: Incoming, body: bytes) -> Mapping[str, str]:
    """The headers with a signature over a body, where there is one."""
    try:
        key = desk.secrets["consumer_key"]
        return {**sent.headers, "signature": signature(key, sent.raw_target, body)}
    except (ValueError, RecursionError):
        return sent.headers


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_a_body_is_json_and_says_so(desk: SnapTradeDesk, kind: str) -> None:
    """Another content type is not read."""
    sent = incoming(PLACE, "POST", REQUEST.content, content_type=kind)
    assert (415, "1076") == error(desk.answer(sent))
    charset = incoming(PLACE, "POST", REQUEST.content, content_type="Application/JSON; charset=u")
    assert 200 == desk.answer(charset).status


@pytest.mark.parametrize(
    "body",
    [b"{}", b'{"brokerage_order_id":1}', b'{"brokerage_order_id":"order-000001","x":1}', b"[]"],
)
def test_a_cancel_is_an_id_and_nothing_else(http: AtDesk, body: bytes) -> None:
    """More than that is in no schema."""
    http.place(ORDER, ADAPTER)
    assert (400, "1076") == error(http.request("POST", CANCEL, body))


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/", (404, "1011")),
        ("GET", "/accounts/", (404, "1011")),
        ("GET", RECENT.upper(), (404, "1011")),
        ("POST", PLACE.replace("9", "8"), (404, "1011")),
        ("GET", PLACE, (405, "1076")),
        ("POST", "/accounts", (405, "1076")),
        ("GET", f"{RECENT}?only_executed=no", (400, "1076")),
        ("GET", f"{RECENT}?only_executed=false&only_executed=false", (400, "1076")),
        ("GET", f"{RECENT}?only_executed", (400, "1076")),
        ("GET", f"{RECENT}?days=1", (400, "1076")),
        ("GET", f"{ORDERS}?days=0", (400, "1076")),
        ("GET", f"{ORDERS}?days=91", (400, "1076")),
        ("GET", f"{ORDERS}?days=1000", (400, "1076")),
        ("GET", f"{ORDERS}?days=one", (400, "1076")),
        ("GET", f"{ORDERS}?state=closed", (400, "1076")),
    ],
)
def test_what_is_not_there(http: AtDesk, method: str, path: str, expected: tuple[int, str]) -> None:
    """Paths, methods and parameters are those of the pages."""
    body = REQUEST.content if method == "POST" else None
    assert expected == error(http.request(method, path, body))


def test_a_read_has_no_body(desk: SnapTradeDesk) -> None:
    """And a request without a query is signed all the same."""
    assert (400, "1076") == error(desk.answer(incoming(body=b'{"a":1}')))
    plain = incoming()
    key = desk.secrets["consumer_key"]
    headers = {"signature": signature(key, b"/accounts", b"")}
    bare = attrs.evolve(plain, query="", raw_target=b"/accounts", headers=headers)
    assert (401, "1076") == error(desk.answer(bare))


@given(
    st.sampled_from(["GET", "POST", "PUT", ""]),
    st.sampled_from(["/accounts", RECENT, ORDERS, PLACE, CANCEL]) | st.text(),
    st.text(),
    st.binary(),
    st.binary() | st.sampled_from([REQUEST.content, b"{}", b"null"]),
    st.dictionaries(st.sampled_from(["signature", "content-type"]), st.text()),
)
def test_it_never_raises(
    method: str, path: str, query: str, target: bytes, body: bytes, headers: dict[str, str]
) -> None:
    """Whatever arrives is answered, and without a signature nothing is done."""
    desk = SnapTradeDesk(clock=AT.timestamp)
    arrived = Incoming(method, path, query, target, headers, body)
    assert desk.purpose(arrived) in ("place", "cancel", "read")
    reply = desk.answer(arrived)
    assert reply.status >= 400
    json.loads(reply.body)
    assert () == desk.ledger()


def test_what_requests_are_for(desk: SnapTradeDesk) -> None:
    """By method and path alone."""
    purposes = {
        ("POST", PLACE): "place",
        ("GET", PLACE): "read",
        ("POST", CANCEL): "cancel",
        ("GET", RECENT): "read",
        ("POST", "/elsewhere"): "read",
    }
    found = {
        (method, path): desk.purpose(Incoming(method, path, "", b"", {}, b""))
        for method, path in purposes
    }
    assert purposes == found


def test_refusals_in_the_brokers_words(desk: SnapTradeDesk) -> None:
    """Each is what the adapter is to read: a no, an error in a yes, and a time to wait."""
    sent = incoming(PLACE, "POST", REQUEST.content)
    refused = desk.refusal(FaultKind.REJECT, sent)
    assert (400, "1076") == error(refused)
    in_yes = desk.refusal(FaultKind.ERROR_IN_200, sent)
    assert (200, refused.body) == (in_yes.status, in_yes.body)
    throttled = desk.refusal(FaultKind.PENALTY, sent)
    assert (429, "0000") == error(throttled)
    assert "1" == throttled.headers["retry-after"]
    assert () == desk.ledger()


def test_the_ledger_is_what_exists(desk: SnapTradeDesk, http: AtDesk) -> None:
    """Each group with the id that the caller gave it, the entry first, listed or not."""
    assert (None, ()) == (desk.latest(), desk.ledger())
    http.place(ORDER, ADAPTER)
    exits = OCO([sell(2, AAPL, Limit(160)), sell(2, AAPL, Stop(140))])
    (request,) = translate(exits, ADAPTER).requests
    http.request("POST", PLACE, request.content)
    desk.price("AAPL", Decimal(150))
    first, second = desk.ledger()
    assert second == desk.latest()
    assert ((str(INTENT),), "group-000001") == (first.given, first.group)
    assert [
        ("order-000001", "AAPL", "BUY", 10, "EXECUTED", 10, False),
        ("order-000002", "AAPL", "SELL", 10, "ACCEPTED", 0, True),
        ("order-000003", "AAPL", "SELL", 10, "ACCEPTED", 0, True),
    ] == [attrs.astuple(order) for order in first.orders]
    assert ((), "group-000002") == (second.given, second.group)
    assert [False, False] == [order.is_child for order in second.orders]


def test_a_trigger_that_stands_last_is_first_in_the_ledger(
    desk: SnapTradeDesk, http: AtDesk
) -> None:
    """The order of the legs in a request has no meaning."""
    body = json.loads(REQUEST.content)
    body["orders"].reverse()
    http.request("POST", PLACE, json.dumps(body).encode())
    newest = desk.latest()
    assert newest is not None
    assert [False, True, True] == [order.is_child for order in newest.orders]
    assert "order-000003" == newest.orders[0].id


def test_an_option_is_its_ticker() -> None:
    """In the ledger as in the records."""
    desk = SnapTradeDesk(clock=AT.timestamp, contract="2026-10")
    adapter = SnapTrade(ACCOUNT, "2026-10")
    call = Instrument("AAPL251114C00240000", "OPTION")
    exits = OCO([sell(1, call, kind, position_effect="CLOSE") for kind in (Limit(3), Stop(1))])
    assert 200 == AtDesk(desk).place(exits, adapter).status
    newest = desk.latest()
    assert newest is not None
    assert ("AAPL  251114C00240000", "SELL_CLOSE") == (
        newest.orders[0].symbol,
        newest.orders[0].side,
    )


def test_time_passes_at_the_desk_as_on_its_clock() -> None:
    """It can be moved on, never back, and requests are still measured by the clock."""
    now = [float(NOW)]
    desk = SnapTradeDesk(clock=lambda: now[0])
    http = AtDesk(desk)
    desk.clock(datetime.fromisoformat("2026-11-21T15:00:00Z"))
    now[0] += 5
    http.place(ORDER, ADAPTER)
    now[0] -= 5
    http.place(ORDER, ADAPTER)
    records = read(http.request("GET", f"{RECENT}?only_executed=false"))["orders"]
    assert {"2026-11-21T15:00:05+00:00"} == {record["time_placed"] for record in records}
    for moment in (AT, datetime(2027, 1, 1)):  # noqa: DTZ001  that it has no zone is the point
        with pytest.raises(ValueError, match="is no time to come"):
            desk.clock(moment)


def test_the_day_ends_and_orders_are_rejected(desk: SnapTradeDesk, http: AtDesk) -> None:
    """What the sandbox lets happen reaches the engine."""
    http.place(ORDER, ADAPTER)
    desk.reject("order-000003")
    desk.end_session()
    newest = desk.latest()
    assert newest is not None
    assert ["EXPIRED", "CANCELED", "REJECTED"] == [order.status for order in newest.orders]
    with pytest.raises(ValueError, match="is REJECTED"):
        desk.reject("order-000003")


def test_what_the_pages_leave_open_is_asked_of_the_engine() -> None:
    """Its behaviour is the engine's, such as what it does about an id that was used before."""
    desk = SnapTradeDesk(clock=AT.timestamp, behaviour=Behaviour(duplicate_id="refuse"))
    http = AtDesk(desk)
    assert 200 == http.place(ORDER, ADAPTER).status
    answer = http.place(ORDER, ADAPTER)
    assert (400, "1076") == error(answer)
    assert "client_order_id was used before" in json.loads(answer.body)["detail"]
    assert 1 == len(desk.ledger())


def test_every_reply_has_a_name_of_its_own(http: AtDesk) -> None:
    """For questions to the vendor's support."""
    names = [http.request("GET", path).headers["x-request-id"] for path in ("/accounts", "/x")]
    assert ["sandbox-1", "sandbox-2"] == names
