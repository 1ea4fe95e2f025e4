"""The short spellings: a leg, an entry with its exits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.otoco.conftest import ABC, EXPIRY, MES, XYZ, findings, leg

from otoco import (
    OTO,
    OTOCO,
    Distance,
    InvalidOrder,
    Leg,
    Limit,
    Market,
    Offset,
    OrderType,
    Side,
    Stop,
    StopLimit,
    TrailingStop,
    bracket,
    buy,
    sell,
)

OPTIONS: dict[str, Any] = {
    "time_in_force": "GTD",
    "expire_at": EXPIRY,
    "position_effect": "OPEN",
    "display_quantity": 1,
    "activate_at": EXPIRY,
    "label": "first",
}


@pytest.mark.parametrize(("short", "side"), [(buy, Side.BUY), (sell, Side.SELL)])
def test_buy_and_sell_are_legs(short: Any, side: Side) -> None:
    """`buy` and `sell` are legs of that side, and take what a leg takes."""
    assert Leg(side, 2, MES, Limit(5)) == short(2, MES, Limit(5))
    assert Leg(side, 2, MES, Limit(5), **OPTIONS) == short(2, MES, Limit(5), **OPTIONS)
    assert [("quantity", "quantity"), ("label", "value")] == findings(
        short, 0, MES, Limit(5), label="\n"
    )


@pytest.mark.parametrize("side", Side)
@given(st.integers(2, 10**6), st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_bracket_is_an_entry_with_its_exits(side: Side, price: int, up: int, down: int) -> None:
    """Take-profit and stop-loss are a limit and a stop of the other side."""
    sign = 1 if side is Side.BUY else -1
    entry = leg(side, Limit(price), quantity="2.5", time_in_force="DAY")
    target, stop = price + sign * up, price - sign * down
    exits = [
        leg(side.opposite, kind, quantity="2.5", time_in_force="DAY")
        for kind in (Limit(target), Stop(stop))
    ]
    both = bracket(entry, take_profit=target, stop_loss=stop)
    assert OTOCO(entry, exits) == both
    assert OTO(entry, exits[:1]) == bracket(entry, take_profit=target)
    assert OTO(entry, exits[1:]) == bracket(entry, stop_loss=str(stop))
    keys = ("peers[0].limit_price", "peers[1].stop_price")
    wrong = {(key, "exit-through-entry") for key in keys}
    assert wrong <= set(findings(bracket, entry, take_profit=stop, stop_loss=target))


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("entry_type", [Market(), Limit(100), TrailingStop(3)])
def test_a_distance_lies_on_the_side_that_fits(side: Side, entry_type: OrderType) -> None:
    """A distance is an offset from the fill, up or down as the exit of that side needs it."""
    sign = 1 if side is Side.BUY else -1
    order = bracket(
        leg(side, entry_type), take_profit=Distance("12.50"), stop_loss=Distance("6.25")
    )
    target, stop = Limit(Offset(sign * Decimal("12.5"))), Stop(Offset(-sign * Decimal("6.25")))
    assert [target, stop] == [member.leg.order_type for member in order.legs[1:]]


@pytest.mark.parametrize("points", [0, -1, "NaN", True, None, Offset(1), "x"])
def test_a_distance_is_positive(points: Any) -> None:
    """A distance of nothing, or backwards, is a price problem."""
    assert [("distance", "price")] == findings(Distance, points)


def test_an_exit_may_be_an_order_type_an_offset_or_a_leg() -> None:
    """An exit may be said as fully as one likes."""
    entry = leg("BUY", Limit(100), quantity=2)
    whole = leg("SELL", Stop(95), quantity=1, label="mine")
    order = bracket(entry, take_profit=Offset(10), stop_loss=StopLimit(90, 89))
    assert [Limit(Offset(10)), StopLimit(90, 89)] == [m.leg.order_type for m in order.legs[1:]]
    assert whole == bracket(entry, take_profit=110, stop_loss=whole).legs[2].leg


GROUP = OTO(leg("BUY", Limit(1)), [leg("SELL", Limit(2))])
DAY, GTC = {"time_in_force": "DAY"}, {"time_in_force": "GTC"}
GTD: dict[str, Any] = {"time_in_force": "GTD", "expire_at": EXPIRY}
LIVES: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    (DAY, {}, DAY),
    (GTC, {}, GTC),
    (GTD, {}, GTD),
    (DAY, GTC, GTC),
    (GTD, GTC, GTC),
    (GTC, GTD, GTD),
]


@pytest.mark.parametrize(("entry_life", "given_life", "exit_life"), LIVES)
def test_exits_take_the_entrys_life_unless_given(
    entry_life: dict[str, Any], given_life: dict[str, Any], exit_life: dict[str, Any]
) -> None:
    """Exits live as long as their entry, or as long as they are told to."""
    entry = leg("BUY", Limit(100), **entry_life)
    order = bracket(entry, take_profit=110, stop_loss=90, **given_life)
    expected = [leg("SELL", kind, **exit_life) for kind in (Limit(110), Stop(90))]
    assert [entry, *expected] == [member.leg for member in order.legs]


def test_an_expiry_without_gtd_is_refused() -> None:
    """An expiry goes with GTD only, in a bracket too."""
    entry = leg("BUY", Limit(100), time_in_force="GTC")
    found = findings(bracket, entry, take_profit=110, stop_loss=90, expire_at=EXPIRY)
    assert {"expiry"} == {code for _, code in found}


def test_exits_state_nothing_of_their_own() -> None:
    """An exit takes neither effect, label, display quantity nor activation from its entry."""
    entry = leg("BUY", Limit(100), **OPTIONS | {"time_in_force": "DAY", "expire_at": None})
    assert (
        leg("SELL", Limit(110), time_in_force="DAY") == bracket(entry, take_profit=110).legs[1].leg
    )


def test_a_bracket_has_an_exit() -> None:
    """A bracket without exits is none."""
    assert [("peers", "nesting")] == findings(bracket, leg("BUY", Limit(100)))


@pytest.mark.parametrize(
    ("exit_", "expected"),
    [
        (leg("BUY", Limit(90)), ("conditionals[0].side", "same-side-exit")),
        (leg("SELL", Limit(110), quantity=2), ("trigger.quantity", "exit-exceeds-entry")),
        (
            leg("SELL", Limit(110), instrument=ABC),
            ("conditionals[0].instrument", "mixed-instruments"),
        ),
    ],
)  # fmt: skip
def test_a_bracket_knows_the_intent(exit_: Leg, expected: tuple[str, str]) -> None:
    """What is advice about any order is an error about a bracket, where the intent is known."""
    entry = leg("BUY", Limit(100))
    assert expected in [(each.where, each.code) for each in OTO(entry, [exit_]).advice]
    assert [expected] == findings(bracket, entry, take_profit=exit_)


def test_other_advice_about_a_bracket_stays_advice() -> None:
    """A lone exit through its entry may be meant, and a bracket of one keeps it as advice."""
    order = bracket(leg("BUY", Limit(100)), take_profit=90)
    assert ["exit-through-entry"] == [finding.code for finding in order.advice]


def test_every_problem_of_a_brackets_exits_is_raised_at_once() -> None:
    """Both exits are read before either is refused, and each problem says whose it is."""
    with pytest.raises(InvalidOrder) as caught:
        bracket(leg("BUY", Limit(100)), take_profit="x", stop_loss="y")
    found = [(problem.where, problem.code) for problem in caught.value.problems]
    assert (2, {"price"}) == (len(set(found)), {code for _, code in found})


@pytest.mark.parametrize("entry", [None, "entry", GROUP])
def test_an_entry_is_a_leg(entry: Any) -> None:
    """A bracket around what is no leg is refused as any order with such a trigger."""
    assert ("trigger", "nesting") in findings(bracket, entry, take_profit=110)


@pytest.mark.parametrize("exit_", [True, [], object(), "x", b"1", GROUP])
def test_what_is_no_exit_is_refused(exit_: Any) -> None:
    """An exit is a price, a distance, an order type or a leg."""
    found = findings(bracket, leg("BUY", Limit(100)), take_profit=exit_, stop_loss=90)
    assert 1 == len(found)


def test_a_bracket_leaves_its_entry_alone() -> None:
    """The entry goes into the bracket as it is, and can be used again."""
    entry = buy(1, XYZ, Limit(100))
    before = attrs.asdict(entry)
    first, second = bracket(entry, take_profit=110), bracket(entry, stop_loss=90)
    assert (entry, entry, before) == (first.legs[0].leg, second.legs[0].leg, attrs.asdict(entry))
