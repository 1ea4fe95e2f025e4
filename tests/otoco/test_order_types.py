"""Order types: exactly the prices that each needs, and offsets among them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from tests.otoco.conftest import findings, numbers

from otoco import (
    InvalidOrder,
    Limit,
    LimitIfTouched,
    Market,
    MarketIfTouched,
    Offset,
    OrderType,
    Stop,
    StopLimit,
    TrailingStop,
    TrailingStopLimit,
)

KINDS: list[tuple[type[Any], list[str]]] = [
    (Market, []),
    (Limit, ["limit_price"]),
    (Stop, ["stop_price"]),
    (StopLimit, ["stop_price", "limit_price"]),
    (MarketIfTouched, ["touch_price"]),
    (LimitIfTouched, ["touch_price", "limit_price"]),
    (TrailingStop, ["trail", "stop_price"]),
    (TrailingStopLimit, ["trail", "stop_price", "limit_price"]),
]
every_kind = pytest.mark.parametrize(
    ("kind", "keys"), KINDS, ids=lambda x: getattr(x, "__name__", "")
)


@every_kind
def test_an_order_type_lists_its_prices(kind: type[Any], keys: list[str]) -> None:
    """Each order type carries its prices under the keys of the document form, in order."""
    values = [Decimal(number) for number in range(1, len(keys) + 1)]
    order_type = kind(*values)
    assert isinstance(order_type, OrderType)
    assert list(zip(keys, values, strict=True)) == order_type.prices()


@every_kind
def test_every_bad_price_is_named(kind: type[Any], keys: list[str]) -> None:
    """All bad prices of an order type are reported together, each under its key."""
    if keys:
        assert [(key, "price") for key in keys] == findings(kind, *["x"] * len(keys))


@pytest.mark.parametrize(("kind", "keys"), KINDS[1:], ids=lambda x: getattr(x, "__name__", ""))
def test_a_price_cannot_be_left_out(kind: type[Any], keys: list[str]) -> None:
    """An order type without a price that it needs cannot be written down."""
    needed = [name for name in keys if not (kind is TrailingStop and name == "stop_price")]
    with pytest.raises(TypeError):
        kind(*[1] * (len(needed) - 1))


@pytest.mark.parametrize("kind", [TrailingStop, TrailingStopLimit])
def test_a_trailing_stop_may_start_anywhere(kind: Any) -> None:
    """A trailing type's initial stop is optional, and is not listed where it is not given."""
    order_type = kind(5, None) if kind is TrailingStop else kind(5, None, 90)
    assert "stop_price" not in dict(order_type.prices())


@pytest.mark.parametrize("trail", [0, -1, "-0.01", "NaN", Offset(1), None])
def test_a_trail_is_a_positive_distance(trail: Any) -> None:
    """A trail of nothing, backwards, or from a fill is a price problem."""
    assert [("trail", "price")] == findings(TrailingStop, trail)


@given(numbers)
def test_an_offset_is_a_signed_number(number: Decimal) -> None:
    """An offset keeps its points as any number is kept, and prints as a distance from the fill."""
    offset = Offset(str(number))
    assert number == offset.points
    assert f"the fill {'-' if number < 0 else '+'} {abs(offset.points):f}" == str(offset)


@pytest.mark.parametrize("points", ["x", None, True, "NaN", Offset(1), 10**12])
def test_an_offset_is_an_exact_number(points: Any) -> None:
    """An offset of what is no number is refused, an offset of an offset too."""
    assert [("offset", "price")] == findings(Offset, points)


def test_an_offset_is_not_its_number() -> None:
    """A distance from a fill never equals a price."""
    assert Limit(Offset(5)) != Limit(5)
    assert Limit(Offset("5.0")) == Limit(Offset(5))


def test_types_with_the_same_price_differ() -> None:
    """A limit at a price is no stop and no touch at the price."""
    kinds = {Limit(5), Stop(5), MarketIfTouched(5), Limit("5.00"), Limit(5.0)}
    assert 3 == len(kinds)


@every_kind
def test_an_order_type_is_frozen(kind: type[Any], keys: list[str]) -> None:
    """No attribute of an order type can be set, added or deleted; evolving one validates."""
    order_type = kind(*range(1, len(keys) + 1))
    for field in attrs.fields(kind):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(order_type, field.name, 1)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            delattr(order_type, field.name)
        with pytest.raises(InvalidOrder):
            attrs.evolve(order_type, **{field.name: "x"})
    with pytest.raises((AttributeError, TypeError)):
        order_type.another = 1
