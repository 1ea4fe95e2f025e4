"""The laws of the design, on generated orders, for every installed adapter.

The names in ``ACCOUNTS`` are the only place here that knows one broker from another. Law 4 needs
requests that brokers' own clients make; its tests stand beside the adapters.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otoco import (
    Adapter,
    InvalidOrder,
    Order,
    OtocoError,
    Refused,
    Request,
    adapter,
    adapter_names,
    check,
    configured,
    from_dict,
    parse,
    to_dict,
    translate,
)
from otoco.testing import client_order_ids, hostile_values, laws, orders

ACCOUNT = "2bcd7cc3-e922-4976-bce1-9858296801c3"
ACCOUNTS: dict[str, tuple[str, dict[str, Any]]] = {
    "tradovate": ("tradovate", {"account_id": 12345, "account_spec": "DEMO12345"}),
    "tradovate, by hand": (
        "tradovate",
        {"account_id": 2**63 - 1, "account_spec": "é", "is_automated": False, "custom_tag50": "x"},
    ),
    "snaptrade": ("snaptrade", {"account_id": ACCOUNT}),
    "snaptrade 2026-10": ("snaptrade", {"account_id": ACCOUNT, "contract": "2026-10"}),
    "snaptrade at tastytrade": ("snaptrade", {"account_id": ACCOUNT, "brokerage": "tastytrade"}),
    "snaptrade 2026-10 at tastytrade": (
        "snaptrade",
        {"account_id": ACCOUNT, "contract": "2026-10", "brokerage": "tastytrade"},
    ),
    "snaptrade 2026-10 at Webull US": (
        "snaptrade",
        {"account_id": ACCOUNT, "contract": "2026-10", "brokerage": "Webull US"},
    ),
}
ADAPTERS: dict[str, Adapter] = {
    title: configured(adapter(name), options)[0] for title, (name, options) in ACCOUNTS.items()
}
each_adapter = pytest.mark.parametrize("title", ADAPTERS)
each_kind = pytest.mark.parametrize("name", adapter_names())

WIRE = Path(__file__).parent / "wire"
INTENTS = st.none() | st.uuids()


def account_of(name: str) -> Adapter:
    """An adapter of that name, with an account."""
    return next(ADAPTERS[title] for title in ACCOUNTS if ACCOUNTS[title][0] == name)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The keys and indexes that lead to everything inside a JSON value."""
    match value:
        case dict():
            inner = value.items()
        case list():
            inner = dict(enumerate(value)).items()
        case _:
            return [at]
    deeper = [place for key, member in inner for place in places(member, (*at, key))]
    return [at, *deeper] if at else deeper


def found(value: Any, place: tuple[Any, ...]) -> Any:
    """What stands at a place of a JSON value, or ``None``."""
    for key in place:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def put(value: Any, place: tuple[Any, ...], new: Any) -> None:
    """Put something in the place of what stands there."""
    found(value, place[:-1])[place[-1]] = new


def test_every_installed_adapter_is_under_the_laws() -> None:
    """An adapter that is installed and has no account here would go untested."""
    assert set(adapter_names()) == {name for name, _ in ACCOUNTS.values()}


@given(orders())
def test_law_1_total_and_law_2_agreement_on_orders_of_any_kind(order: Order) -> None:
    """`check` answers for every valid order, and says the same as `translate`."""
    for subject in ADAPTERS.values():
        assert laws.total(order, subject) == laws.agreement(order, subject)


@each_adapter
def test_law_3_nothing_is_lost(title: str) -> None:
    """A request reads back as its order, with options and ids; no other order has that request."""
    subject = ADAPTERS[title]
    seen: dict[bytes, Order] = {}

    @given(st.data(), orders(within=subject), INTENTS)
    def law(data: st.DataObject, order: Order, intent: UUID | None) -> None:
        if laws.total(order, subject) == laws.agreement(order, subject) == ():
            ids = data.draw(client_order_ids(subject, order), "ids")
            ids = ids if intent is None or subject.client_ids.per == "leg" else {}
            request = laws.nothing_lost(order, subject, intent=intent, client_order_ids=ids)
            assert order == seen.setdefault(request.content, order)

    law()
    assert seen


def test_most_orders_drawn_within_an_adapter_are_taken() -> None:
    """A law that is hardly ever put to the test says little, however many orders are drawn."""
    taken: list[bool] = []

    @given(st.tuples(*(orders(within=subject) for subject in ADAPTERS.values())))
    def count(drawn: tuple[Order, ...]) -> None:
        taken.extend(not check(*pair) for pair in zip(drawn, ADAPTERS.values(), strict=True))

    count()
    assert sum(taken) >= 0.68 * len(taken)


@each_adapter
def test_law_3_orders_that_differ_in_one_place_have_different_requests(title: str) -> None:
    """Two orders never become the same request, however little they differ."""
    subject = ADAPTERS[title]

    pairs: st.SearchStrategy[tuple[Order, Order]] = st.sampled_from(
        sorted(subject.capabilities.forms)
    ).flatmap(lambda shape: st.tuples(*2 * [orders(within=subject, shapes=[shape])]))
    compared = 0

    @given(st.data(), pairs)
    def law(data: st.DataObject, pair: Any) -> None:
        nonlocal compared
        order, other = pair
        document = to_dict(order)
        place = data.draw(st.sampled_from(places(document)), "place")
        put(document, place, found(to_dict(other), place))
        try:
            changed = from_dict(document)
        except InvalidOrder:
            return
        if order != changed and not check(order, subject) and not check(changed, subject):
            compared += 1
            assert translate(order, subject).requests != translate(changed, subject).requests

    law()
    assert compared


@each_adapter
def test_law_5_equal_orders_have_equal_bytes_in_any_process(title: str) -> None:
    """Neither hash seed, time zone nor locale of a process shows in what is sent."""
    subject = ADAPTERS[title]
    lines: dict[str, str] = {}

    @settings(max_examples=max(1, settings().max_examples // 3))
    @given(orders(within=subject), INTENTS)
    def collect(order: Order, intent: UUID | None) -> None:
        if not laws.agreement(order, subject):
            envelope = {"order": to_dict(order), "intent": intent and str(intent)}
            (request,) = translate(order, subject, intent=intent).requests
            lines[json.dumps(envelope)] = f"{request.path} {request.content.decode()}"

    collect()
    for surroundings in SURROUNDINGS:
        printed = translated_elsewhere(surroundings, *ACCOUNTS[title], list(lines))
        assert list(lines.values()) == printed


SURROUNDINGS = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Kolkata", "LC_ALL": "tr_TR.UTF-8"},
    {"PYTHONHASHSEED": "4294967295", "TZ": "America/St_Johns", "LC_ALL": "de_DE"},
)
ELSEWHERE = """
import json, locale, sys
from uuid import UUID
from otoco import adapter, configured, from_dict, translate
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass
subject, _ = configured(adapter(sys.argv[1]), json.loads(sys.argv[2]))
for line in sys.stdin:
    given = json.loads(line)
    intent = given["intent"] and UUID(given["intent"])
    (request,) = translate(from_dict(given["order"]), subject, intent=intent).requests
    print(request.path, request.content.decode())
"""


def translated_elsewhere(
    surroundings: Mapping[str, str], name: str, options: Mapping[str, Any], lines: list[str]
) -> list[str]:
    """What a process of its own makes of the same orders."""
    process = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, name, json.dumps(options)],
        input="\n".join(lines),
        env={**os.environ, **surroundings},
        text=True,
        capture_output=True,
        check=True,
    )
    return process.stdout.splitlines()


@each_kind
@given(request=hostile_values())
def test_law_7_whatever_is_read_as_a_request(name: str, request: Any) -> None:
    """A request of any kind is read, or ends in one of the library's own errors."""
    laws.only_our_errors(lambda: parse(request, adapter(name)))
    laws.only_our_errors(lambda: parse({"path": request, "body": request}, adapter(name)))


@each_kind
@given(data=st.data())
def test_law_7_whatever_stands_in_a_request(name: str, data: st.DataObject) -> None:
    """A hostile value under any key of a true request ends in one of the library's own errors."""
    subject = account_of(name)
    order = data.draw(orders(within=subject).filter(lambda each: not check(each, subject)))
    (request,) = translate(order, subject).requests
    body = json.loads(request.content)
    place = data.draw(st.sampled_from(places(body)), "place")
    put(body, place, data.draw(hostile_values(), "value"))
    laws.only_our_errors(lambda: parse({"path": request.path, "body": body}, adapter(name)))


@each_kind
@given(data=st.data())
def test_law_7_whatever_stands_in_an_option(name: str, data: st.DataObject) -> None:
    """Hostile options end in the library's own errors, by envelope and by constructor."""
    kind: Any = adapter(name)
    names = [option.name for option in kind.options]
    known = st.sampled_from([*names, "intent", "client_order_ids"])
    options = data.draw(st.dictionaries(known | st.text(), hostile_values(), max_size=4))
    laws.only_our_errors(lambda: configured(kind, options))
    own = {key: value for key, value in options.items() if key in names}
    laws.only_our_errors(lambda: kind(**own))


class Unshowable:
    """A value that cannot even be printed."""

    def __repr__(self) -> str:
        raise RuntimeError("this cannot be shown")


def inside_one_another(depth: int) -> Any:
    """A request in a plan in a plan, and so on."""
    value: Any = {}
    for _ in range(depth):
        value = {"requests": [value]}
    return value


STRANGERS: dict[str, Any] = {
    "a plan of plans": inside_one_another(2),
    "2,000 plans inside one another": inside_one_another(2_000),
    "a plan of text": {"requests": ['{"body": {}}']},
    "an integer of 5,000 digits": 10**5000,
    "a value that cannot be printed": Unshowable(),
    "100,000 arrays inside one another": "[" * 100_000,
    "100,000 objects inside one another": '{"a":' * 100_000,
    "bytes that are no text": b"\xff",
    "a request without a body": Request("POST", "", None),  # type: ignore[arg-type]  # a hostile caller
    "a request with a list for a body": Request("POST", "", [1]),  # type: ignore[arg-type]  # a hostile caller
    "a request with a number for a path": Request("POST", 5, {}),  # type: ignore[arg-type]  # a hostile caller
    "a request to be got": Request("GET", "", {}),
}


@each_kind
@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)
def test_law_7_what_cannot_be_read(name: str, stranger: Any) -> None:
    """What is no request, or none that could be sent, is refused."""
    with pytest.raises(OtocoError):
        parse(stranger, adapter(name))
    laws.only_our_errors(lambda: configured(adapter(name), {"intent": stranger}))
    laws.only_our_errors(lambda: configured(adapter(name), {"account_id": stranger}))


@each_kind
@pytest.mark.parametrize("options", [5, "x", [1], [("intent", 1)]], ids=repr)
def test_law_7_what_are_no_options(name: str, options: Any) -> None:
    """Options are an object of names and values."""
    with pytest.raises(OtocoError):
        configured(adapter(name), options)


@each_kind
@pytest.mark.parametrize(
    "placement",
    [
        {"intent": "abc"},
        {"intent": ""},
        {"intent": 5},
        {"client_order_ids": ["a"]},
        {"client_order_ids": "a"},
        {"client_order_ids": {5: "a"}},
        {"client_order_ids": {"order": 5}},
        {"client_order_ids": {"\ud800": "a"}},
    ],
    ids=ascii,
)
def test_law_7_what_is_no_placement(name: str, placement: Any) -> None:
    """An intent is a UUID, and ids are texts by leg path: nothing else gets as far as a body."""
    file = next(WIRE.glob(f"{name}/oco-*.json"))
    order = from_dict(json.loads(file.read_text(encoding="utf-8"))["order"])
    with pytest.raises(Refused) as caught:
        translate(order, account_of(name), **placement)
    assert str(caught.value).encode()
    assert all(each.where.startswith("options.") for each in caught.value.refusals)


@each_kind
@pytest.mark.parametrize("stranger", ["x", None, 5, {}], ids=repr)
def test_law_7_what_is_no_order(name: str, stranger: Any) -> None:
    """What is no order at all is told so, by `check` and by `translate`."""
    for call in (check, translate):
        with pytest.raises(OtocoError):
            call(stranger, adapter(name)())
