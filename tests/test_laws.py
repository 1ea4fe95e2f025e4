"""Every installed adapter is under the laws, and what no adapter of any kind can be asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otoco import (
    Adapter,
    OtocoError,
    Refused,
    adapter,
    adapter_names,
    check,
    configured,
    from_dict,
    parse,
    translate,
)
from otoco.testing import orders
from otoco.testing.laws import only_our_errors

ROOT = Path(__file__).parent
ACCOUNTS: dict[str, dict[str, Any]] = {
    "alpaca": {},
    "schwab": {"account_hash": "0A1B2C3D4E5F60718293A4B5C6D7E8F9"},
    "snaptrade": {"account_id": "2bcd7cc3-e922-4976-bce1-9858296801c3"},
    "tastytrade": {"account_number": "5WT00001"},
    "tradier": {"account_id": "VA000001"},
    "tradovate": {"account_id": 12345, "account_spec": "DEMO12345"},
}
each_kind = pytest.mark.parametrize("name", adapter_names())


def account_of(name: str) -> Adapter:
    """An adapter of that name, with an account."""
    return configured(adapter(name), ACCOUNTS[name])[0]


@each_kind
def test_every_installed_adapter_is_under_the_laws(name: str) -> None:
    """Its tests hold the suite, as a third party's would."""
    text = (ROOT / f"otoco_{name}" / "test_laws.py").read_text(encoding="utf-8")
    assert "(AdapterLaws):" in text


def test_most_orders_drawn_within_an_adapter_are_taken() -> None:
    """A law that is hardly ever put to the test says little, however many orders are drawn."""
    adapters = [account_of(name) for name in adapter_names()]
    taken: list[bool] = []

    @given(st.tuples(*(orders(within=each) for each in adapters)))
    def count(drawn: tuple[Any, ...]) -> None:
        taken.extend(not check(*pair) for pair in zip(drawn, adapters, strict=True))

    count()
    assert sum(taken) >= 0.68 * len(taken)


class Unshowable:
    """A value that cannot even be printed."""

    def __repr__(self) -> str:
        raise RuntimeError("this cannot be shown")


def _inside_one_another(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(depth):
        value = {"requests": [value]}
    return value


#: What is no request, or none that could be sent: every adapter refuses it.
STRANGERS: Final[Mapping[str, Any]] = {
    "a plan of plans": _inside_one_another(2),
    "2,000 plans inside one another": _inside_one_another(2_000),
    "a plan of text": {"requests": ['{"body": {}}']},
    "an integer of 5,000 digits": 10**5000,
    "a value that cannot be printed": Unshowable(),
    "100,000 arrays inside one another": "[" * 100_000,
    "100,000 objects inside one another": '{"a":' * 100_000,
    "bytes that are no text": b"\xff",
    "a request to be got": {"method": "GET", "path": "", "body": {}},
    "a request without a body": {"method": "POST", "path": "", "body": None},
    "a request with a list for a body": {"path": "", "body": [1]},
    "a request with a number for a path": {"path": 5, "body": {}},
    "a request with a key of its own": {"path": "", "body": {}, "headers": {}},
}


@each_kind
@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)
def test_what_is_no_request(name: str, stranger: Any) -> None:
    """What is no request, or none that could be sent, is refused before an adapter sees it."""
    with pytest.raises(OtocoError):
        parse(stranger, adapter(name))
    only_our_errors(lambda: configured(adapter(name), {"intent": stranger}))
    only_our_errors(lambda: configured(adapter(name), {"account_id": stranger}))


@each_kind
@pytest.mark.parametrize("options", [5, "x", [1], [("intent", 1)]], ids=repr)
def test_what_are_no_options(name: str, options: Any) -> None:
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
def test_what_is_no_placement(name: str, placement: Any) -> None:
    """An intent is a UUID, and ids are texts by leg path: nothing else gets as far as a body."""
    file = next((ROOT / "wire").glob(f"{name}/oco-*.json"))
    order = from_dict(json.loads(file.read_text(encoding="utf-8"))["order"])
    with pytest.raises(Refused) as caught:
        translate(order, account_of(name), **placement)
    assert str(caught.value).encode()
    assert all(each.where.startswith("options.") for each in caught.value.refusals)


@each_kind
@pytest.mark.parametrize("stranger", ["x", None, 5, {}], ids=repr)
def test_what_is_no_order(name: str, stranger: Any) -> None:
    """What is no order at all is told so, by `check` and by `translate`."""
    for call in (check, translate):
        with pytest.raises(OtocoError):
            call(stranger, adapter(name)())
