"""The suite as a class: which tests there are, how many examples, and what a failure says."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final

import attrs
import pytest
from hypothesis import strategies as st

from otoco import (
    Instrument,
    Limit,
    Order,
    Plan,
    Refusal,
    Shape,
    Stop,
    bracket,
    buy,
    from_json,
    translate,
)
from otoco.adapters import ClientIds, Text
from otoco.testing import AdapterLaws, laws
from otoco.testing.laws import LawBroken
from otoco_tradovate import Tradovate, testing

TRADOVATE = Tradovate(account_id=12345, account_spec="DEMO12345")
MES: Final = Instrument("MESM7", "FUTURE")
#: What a leg may leave out.
OPTIONAL: Final = ("expire_at", "position_effect", "display_quantity", "activate_at", "label")


@attrs.frozen
class DropsTheStop(Tradovate):
    """The second exit of a bracket never leaves."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        (request,) = super().render(order, ids).requests
        body = {key: value for key, value in request.body.items() if key != "bracket2"}
        return Plan((attrs.evolve(request, body=body),))


def suite(**given: Any) -> Any:
    """A suite that gives these."""
    return type("Suite", (AdapterLaws,), {"adapter": TRADOVATE, **given})()


def found_in(kind: Any) -> set[str]:
    """The tests that pytest finds in it."""
    return {name for name in dir(kind) if name.startswith("test_") and getattr(kind, name)}


def test_what_is_not_given_is_not_tested() -> None:
    """Without requests of others and without an engine, two tests are not there to be skipped."""
    every = found_in(suite(broker_made=testing.requests(), broker=testing.broker()))
    assert {
        "test_law_4_nothing_invented_in_requests_of_others",
        "test_law_6_same_fate",
    } == every - found_in(suite())
    without = type("Without", (AdapterLaws,), {"adapter": TRADOVATE})
    again = type("Again", (without,), {"broker": testing.broker()})
    assert {"test_law_6_same_fate"} == found_in(again) - found_in(without)
    for law in range(1, 8):
        assert any(name.startswith(f"test_law_{law}_") for name in every)


def test_the_number_of_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    """The class says how many there are, and the environment goes before it."""
    counted: list[Order] = []

    def counts(order: Order, adapter: Any) -> tuple[()]:
        counted.append(order)
        return ()

    monkeypatch.setattr(laws, "agreement", counts)
    suite(examples=7).test_law_2_agreement()
    assert 2 * 7 == len(counted)
    monkeypatch.setenv("OTOCO_EXAMPLES", "11")
    suite(examples=7).test_law_2_agreement()
    assert 2 * (7 + 11) == len(counted)


def test_a_broken_law_is_told_by_the_shortest_order() -> None:
    """The law, the adapter and what happened, then one line for each leg of the order."""
    dropping = DropsTheStop(account_id=1, account_spec="D")
    with pytest.raises(LawBroken) as caught:
        suite(adapter=dropping, examples=400).test_law_3_nothing_lost()
    first, second, *document, adapter = str(caught.value).splitlines()
    assert adapter.startswith("DropsTheStop(account_id=")
    assert second.startswith("reads back as ")
    assert first.startswith(
        "Law 3, nothing lost, is not kept by tradovate: its request /order/placeoso "
    )
    assert 4 == len(document)
    order = from_json("\n".join(document))
    assert Shape.OTOCO is order.shape
    assert {Decimal(1)} == {leg.quantity for _, _, leg in order.legs}
    assert {None} == {getattr(leg, name) for _, _, leg in order.legs for name in OPTIONAL}


def test_an_adapter_that_takes_nothing_keeps_no_law() -> None:
    """Laws that hold because nothing ever reached them are told as broken."""

    @attrs.frozen
    class Closed(Tradovate):
        def rules(self, order: Order) -> Any:
            return (Refusal("", "closed", "Not today."),)

    closed = suite(adapter=Closed(account_id=1, account_spec="D"))
    with pytest.raises(LawBroken, match=r"never taken, is SINGLE, OCO(.|\n)*Not today"):
        closed.test_law_2_what_is_declared_is_taken()
    with pytest.raises(LawBroken, match="took none of the orders"):
        closed.test_law_3_nothing_lost()


def test_law_6_wants_the_orders_where_they_are_meant_to_be() -> None:
    """An engine that does what is meant keeps it; one that loses every order breaks it."""
    losing = suite(broker=attrs.evolve(testing.broker(), fates=lambda engine: {}))
    with pytest.raises(LawBroken, match="Law 6, same fate, is not kept by tradovate"):
        losing.test_law_6_same_fate()
    suite(broker=testing.broker(), examples=20).test_law_6_same_fate()


def test_a_row_that_nothing_reaches() -> None:
    """A table that declares what its own rules refuse is told by that row."""

    @attrs.frozen
    class NoStops(Tradovate):
        def rules(self, order: Order) -> Any:
            for path, _, leg in order.legs:
                if isinstance(leg.order_type, Stop):
                    yield Refusal(f"{path}.order_type".lstrip("."), "closed", "No stops.")

    with pytest.raises(LawBroken, match=r"never taken, is STOP\n.*No stops"):
        suite(adapter=NoStops(1, "D")).test_law_2_what_is_declared_is_taken()


def test_what_is_no_adapter_with_an_account_is_told() -> None:
    """A class in place of a value, and an account that is not given, are told once, by name."""
    with pytest.raises(TypeError, match="adapter is the class Tradovate: give a value of it"):
        suite(adapter=Tradovate)
    with pytest.raises(TypeError, match="is given no account_id, no account_spec"):
        suite(adapter=Tradovate())


def test_an_option_that_its_format_does_not_take() -> None:
    """A constructor that takes anything is told, with the option and why."""

    @attrs.frozen
    class TakesAnything(Tradovate):
        def __attrs_post_init__(self) -> None:
            """It forgets to check its options."""

    with pytest.raises(LawBroken, match=r"Law 7, only our errors, .*: it takes "):
        suite(adapter=TakesAnything(1, "D")).test_law_7_only_our_errors_of_options()


def test_an_intent_that_ids_are_too_short_for() -> None:
    """Where an id cannot hold what an intent becomes, an intent is refused, and no law broken."""

    @attrs.frozen
    class ShortIds(Tradovate):
        client_ids: ClassVar[ClientIds] = ClientIds("leg", Text(20, 1))

    suite(adapter=ShortIds(1, "D")).test_law_3_nothing_lost()


def test_requests_of_others_that_are_never_read() -> None:
    """A strategy whose requests are all refused tests nothing."""
    order = bracket(buy(1, MES, Limit(9)), take_profit=10, stop_loss=8)
    (request,) = translate(order, TRADOVATE).requests
    through = {**request.body, "bracket1": {**request.body["bracket1"], "price": 7}}
    with pytest.raises(LawBroken, match="reads none of the requests"):
        suite(broker_made=st.just(through)).test_law_4_nothing_invented_in_requests_of_others()
