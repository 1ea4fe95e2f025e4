"""A leg: what it is built of, every problem of it at once, and its grid of ticks and lots."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.otoco.conftest import EXPIRY, MES, XYZ, advised, findings, leg, moments, quantities

from otoco import (
    Instrument,
    InvalidOrder,
    Leg,
    Limit,
    LimitIfTouched,
    Market,
    Offset,
    OrderType,
    PositionEffect,
    Shape,
    Side,
    Stop,
    StopLimit,
    TimeInForce,
    TrailingStop,
    TrailingStopLimit,
)

GRID = Instrument("GRID", "FUTURE", tick_size="0.25", lot_size="0.5")


def test_a_leg_needs_four_things() -> None:
    """Side, quantity, instrument and order type make a leg for the day; nothing else is stated."""
    made = Leg("BUY", "1.50", XYZ, Market())
    stated = (made.side, made.quantity, made.instrument, made.order_type, made.time_in_force)
    assert (Side.BUY, Decimal("1.5"), XYZ, Market(), TimeInForce.DAY) == stated
    optional = (made.expire_at, made.position_effect, made.display_quantity, made.activate_at)
    assert (None,) * 5 == (*optional, made.label)


def test_a_lone_leg_is_an_order() -> None:
    """A leg is an order of the shape SINGLE; its one leg has no path and no role."""
    made = leg("BUY", Market())
    assert (Shape.SINGLE, (("", None, made),), ()) == (made.shape, made.legs, made.children)


@pytest.mark.parametrize(
    "quantity", [0, -1, "-0.5", "0.0", "-0", "NaN", "Infinity", True, None, "one", 10**12, 1e-11]
)
@pytest.mark.parametrize("field", ["quantity", "display_quantity"])
def test_a_quantity_is_positive_and_finite(field: str, quantity: Any) -> None:
    """A quantity that is not above zero, or no number, is a quantity problem."""
    if field == "quantity" or quantity is not None:
        assert [(field, "quantity")] == findings(leg, "BUY", Market(), **{field: quantity})


def test_a_refused_quantity_is_told_in_plain_digits() -> None:
    """The sentence shows a number as a trader writes it, without exponent."""
    with pytest.raises(InvalidOrder, match=r"-0\.0000001 "):
        leg("BUY", Market(), quantity="-0.0000001")


@pytest.mark.parametrize("life", ["DAY", "GTC", "IOC", "FOK", "UNSTATED"])
def test_an_expiry_goes_with_gtd_only(life: str) -> None:
    """Any other time in force stands without an expiry, and not with one."""
    assert life == leg("BUY", Market(), time_in_force=life).time_in_force
    found = findings(leg, "BUY", Market(), time_in_force=life, expire_at=EXPIRY)
    assert [("expire_at", "expiry")] == found


def test_gtd_goes_with_an_expiry() -> None:
    """GTD without an expiry says nothing, and is refused."""
    assert EXPIRY == leg("BUY", Market(), time_in_force="GTD", expire_at=EXPIRY).expire_at
    assert [("expire_at", "expiry")] == findings(leg, "BUY", Market(), time_in_force="GTD")


def test_every_problem_of_a_leg_is_raised_at_once() -> None:
    """A leg with everything wrong says everything, each at its field, in the fields' order."""
    nothing: Any = object()
    found = findings(Leg, "up", 0, nothing, nothing, "SOON", "then", "BOTH", "-1", "now", "a\nb")
    assert [
        ("side", "value"),
        ("quantity", "quantity"),
        ("instrument", "value"),
        ("time_in_force", "value"),
        ("expire_at", "expiry"),
        ("position_effect", "value"),
        ("display_quantity", "quantity"),
        ("activate_at", "value"),
        ("label", "value"),
        ("order_type", "value"),
    ] == found


def test_the_grid_is_judged_beside_other_problems() -> None:
    """Off-tick and off-lot are told with the rest, where tick, lot and the number are known."""
    found = findings(leg, "up", Limit("1.1"), instrument=GRID, quantity="1.1", display_quantity="x")
    assert [
        ("side", "value"),
        ("display_quantity", "quantity"),
        ("limit_price", "off-tick"),
        ("quantity", "off-lot"),
    ] == found


OFF_TICK: list[tuple[OrderType, list[str]]] = [
    (Market(), []),
    (Limit("-4150.25"), []),
    (Limit("4150.1"), ["limit_price"]),
    (Limit("-0.1"), ["limit_price"]),
    (Stop("0.26"), ["stop_price"]),
    (StopLimit("1.1", "1.2"), ["stop_price", "limit_price"]),
    (LimitIfTouched("1.25", "1.2"), ["limit_price"]),
    (LimitIfTouched("1.2", "1.25"), ["touch_price"]),
    (TrailingStop("0.3"), ["trail"]),
    (TrailingStopLimit("0.5", "1.1", "1.25"), ["stop_price"]),
    (TrailingStopLimit("0.5", None, "1.25"), []),
    (Limit(Offset("-12.5")), []),
    (Limit(Offset("-12.6")), ["limit_price"]),
]


@pytest.mark.parametrize(("order_type", "keys"), OFF_TICK, ids=lambda value: str(value)[:40])
def test_every_price_and_distance_lies_on_the_tick(order_type: OrderType, keys: list[str]) -> None:
    """Prices, offsets and trails off the instrument's tick are refused, never rounded."""
    if keys:
        expected = [(key, "off-tick") for key in keys]
        assert expected == findings(leg, "BUY", order_type, instrument=GRID)
    else:
        assert order_type == leg("BUY", order_type, instrument=GRID).order_type
    assert order_type == leg("BUY", order_type).order_type, "with no tick nothing is off it"


@pytest.mark.parametrize(("quantity", "display", "keys"), [
    ("1.5", None, []),
    ("1.5", "0.5", []),
    ("1.6", None, ["quantity"]),
    ("0.1", "0.6", ["quantity", "display_quantity"]),
    ("2", "0.6", ["display_quantity"]),
])  # fmt: skip
def test_every_quantity_is_of_whole_lots(
    quantity: str, display: str | None, keys: list[str]
) -> None:
    """Quantities that are no whole number of the instrument's lots are refused."""
    changes: dict[str, Any] = {"quantity": quantity, "display_quantity": display}
    if keys:
        expected = [(key, "off-lot") for key in keys]
        assert expected == findings(leg, "BUY", Market(), instrument=GRID, **changes)
    else:
        assert Decimal(quantity) == leg("BUY", Market(), instrument=GRID, **changes).quantity
    assert Decimal(quantity) == leg("BUY", Market(), **changes).quantity, "with no lot, any"


@pytest.mark.parametrize(
    ("price", "nearest"),
    [("4150.1", "4150 and 4150.25"), ("-5.1", "-5.25 and -5"), ("-0.1", "-0.25 and 0")],
)
def test_the_fix_names_the_ticks_on_both_sides(price: str, nearest: str) -> None:
    """The fix of a price off the tick is the tick below and the tick above."""
    with pytest.raises(InvalidOrder, match=rf"The nearest are {nearest}\.$"):
        leg("BUY", Limit(price), instrument=MES)


@pytest.mark.parametrize("side", Side)
def test_the_opposite_of_a_side(side: Side) -> None:
    """Each side is undone by the other one."""
    assert {side, side.opposite} == set(Side)


@pytest.mark.parametrize("price", ["-0.01", "0", "0.01"])
def test_a_price_below_zero_is_legal_and_pointed_out(price: str) -> None:
    """A negative price is advice on the price itself; zero and what is above are not."""
    expected = [("limit_price", "negative-price")] if price == "-0.01" else []
    assert expected == advised(leg("BUY", Limit(price)))


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("apart", ["-1", "0", "1"])
@pytest.mark.parametrize("offsets", [False, True])
@pytest.mark.parametrize("trailing", [False, True])
def test_a_stop_limit_inverted_is_pointed_out(
    side: Side, apart: str, offsets: bool, trailing: bool
) -> None:
    """A sell stop-limit has its limit at or below the stop, a buy at or above; or else advice."""
    stop, limit = Decimal(100), 100 + Decimal(apart)
    prices = (Offset(stop), Offset(limit)) if offsets else (stop, limit)
    order = leg(side, TrailingStopLimit(5, *prices) if trailing else StopLimit(*prices))
    inverted = limit > stop if side is Side.SELL else limit < stop
    assert ([("limit_price", "stop-limit-inverted")] if inverted else []) == advised(order)


def test_a_stop_limit_of_a_price_and_a_distance_is_not_compared() -> None:
    """A stop and a limit of two kinds, or a stop that is not there, say nothing of each other."""
    types = [StopLimit(100, Offset(200)), StopLimit(Offset(1), 2), TrailingStopLimit(5, None, 200)]
    assert [[], [], []] == [advised(leg("SELL", order_type)) for order_type in types]


@given(quantities, moments, st.sampled_from(PositionEffect))
def test_evolving_a_leg_changes_what_is_named(
    quantity: Decimal, moment: Any, effect: PositionEffect
) -> None:
    """`attrs.evolve` gives a new leg with the named fields changed, and the old one as it was."""
    before = leg("BUY", Limit(5))
    after = attrs.evolve(before, quantity=quantity, activate_at=moment, position_effect=effect)
    changed = leg("BUY", Limit(5), quantity=quantity, activate_at=moment, position_effect=effect)
    assert (changed, leg("BUY", Limit(5))) == (after, before)


def test_evolving_a_leg_validates() -> None:
    """An evolved leg is as valid as a constructed one, or is not there."""
    found = findings(attrs.evolve, leg("BUY", Limit(5)), quantity=0, expire_at=EXPIRY)
    assert [("quantity", "quantity"), ("expire_at", "expiry")] == found
