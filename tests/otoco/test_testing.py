"""The shipped test kit: its laws catch what breaks them, its strategies draw what they say."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from otoco import (
    OTOCO,
    Instrument,
    Leg,
    Limit,
    Order,
    Parsed,
    Plan,
    Refusal,
    Refused,
    Request,
    Shape,
    Stop,
    buy,
    check,
    sell,
)
from otoco.adapters import Reading
from otoco.testing import (
    Limits,
    as_text,
    disturbed,
    laws,
    legs,
    orders,
    spellings,
)
from otoco_tradovate import Tradovate

MES = Instrument("MESM7", "FUTURE")
ENTRY = buy(1, MES, Limit(4150), label="mine")
BRACKET = OTOCO(ENTRY, [sell(1, MES, Limit(4200)), sell(1, MES, Stop(4100))])
ACCOUNT: dict[str, Any] = {"account_id": 12345, "account_spec": "DEMO12345"}


@pytest.mark.parametrize("shape", Shape)
def test_orders_of_every_shape_are_drawn(shape: Shape) -> None:
    """Whoever asks for a shape gets it, and nothing but it."""

    @given(orders(shapes=[shape]))
    def law(order: Order) -> None:
        assert shape is order.shape

    law()


def test_orders_within_an_adapter_are_what_it_takes() -> None:
    """Strategies that read an adapter's tables draw orders that it mostly accepts."""
    taken: list[bool] = []

    @given(orders(within=Tradovate().capabilities, shapes=[Shape.OTOCO]))
    def law(order: Order) -> None:
        assert Shape.OTOCO is order.shape
        taken.append(not check(order, Tradovate()))

    law()
    assert sum(taken) >= 0.68 * len(taken)


@given(legs(Limits(order_types=[Limit], offsets=False)))
def test_limits_are_arguments(leg: Leg) -> None:
    """What may be drawn is said by whoever draws."""
    assert isinstance(leg.order_type, Limit)


@given(st.data(), st.integers(-(10**6), 10**6))
def test_a_number_is_the_same_in_every_spelling(data: st.DataObject, number: int) -> None:
    """Spellings differ as text, and never as a number."""
    text = as_text({"a": [data.draw(spellings(number))]})
    assert {"a": [number]} == json.loads(text)


@given(st.data())
def test_a_disturbance_is_where_it_says(data: st.DataObject) -> None:
    """One place differs from the body that was disturbed, and its path is told."""
    body = {"a": 1, "b": {"c": 2}, "d": [{"e": 3}]}
    changed, place = data.draw(disturbed(body, ["x"]))
    assert place.rpartition(".")[2] in ("a", "b", "c", "d", "e", "x")
    assert '{"a": 1, "b": {"c": 2}, "d": [{"e": 3}]}' == as_text(body) != as_text(changed)


@attrs.frozen
class Careless(Tradovate):
    """It drops the label on the way to the broker, and calls that success."""

    def render(self, order: Order, ids: Any) -> Plan:
        (request,) = super().render(order, ids).requests
        return Plan((Request("POST", request.path, {**request.body, "text": ""}),))


@attrs.frozen
class Inventive(Tradovate):
    """It reads every limit as another one, and renders what it likes."""

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        super().parse(request, reading)
        return ENTRY

    def render(self, order: Order, ids: Any) -> Plan:
        return super().render(ENTRY, ids)


@attrs.frozen
class Silent(Tradovate):
    """It refuses, and does not say why."""

    def render(self, order: Order, ids: Any) -> Plan:
        raise Refused(self.name, ())


@attrs.frozen
class Speechless(Tradovate):
    """It refuses by its rules, without a word."""

    def rules(self, order: Order) -> tuple[Refusal, ...]:
        return (Refusal("side", "side", ""),)


def test_a_law_is_broken_by_an_adapter_that_breaks_it() -> None:
    """Each law fails on an adapter with the bug that it is there to find."""
    laws.nothing_lost(BRACKET, Tradovate(**ACCOUNT))
    with pytest.raises((AssertionError, Refused)):
        laws.nothing_lost(BRACKET, Careless(**ACCOUNT))
    with pytest.raises(AssertionError):
        laws.nothing_lost(buy(2, MES, Limit(4150)), Inventive(**ACCOUNT))
    with pytest.raises(AssertionError):
        laws.agreement(BRACKET, Silent(**ACCOUNT))
    with pytest.raises(AssertionError):
        laws.total(BRACKET, Speechless(**ACCOUNT))
    with pytest.raises(ZeroDivisionError):
        laws.only_our_errors(lambda: 1 / 0)


def test_what_a_reading_names() -> None:
    """A request is read, or refused by a name; the core's guard against changes names nothing."""
    leg = {"action": "Sell", "orderType": "Limit", "price": 4100, "timeInForce": "Day"}
    body = {**leg, "action": "Buy", "price": 4150, "symbol": "MESM7", "orderQty": 1}
    body |= {"accountId": 12345, "accountSpec": "DEMO12345"}
    good = laws.nothing_invented(json.dumps(body), Tradovate)
    assert isinstance(good, Parsed)
    assert laws.refused_by_name(good, "price")
    crossed = json.dumps({**body, "bracket1": leg, "bracket2": {**leg, "price": 4300}})
    problems = laws.nothing_invented(crossed, Tradovate)
    assert not isinstance(problems, Parsed)
    assert ["bracket1.price"] == [each.where for each in problems]
    assert laws.refused_by_name(problems, "price")
    refusals = laws.nothing_invented(json.dumps({**body, "price": "x"}), Tradovate)
    assert laws.refused_by_name(refusals, "price")
    assert not laws.refused_by_name(refusals, "symbol")
    changed = laws.nothing_invented(json.dumps({**body, "orderQty": 5}), Inventive)
    assert not laws.refused_by_name(changed, "orderQty")
