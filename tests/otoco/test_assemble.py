"""Orders of a flat shape from their legs, and the paths that the legs have in it."""

from __future__ import annotations

import pytest
from hypothesis import given

from otoco import InvalidOrder, Order, Shape
from otoco.adapters import assemble, leg_paths
from otoco.testing import orders

FLAT = [Shape.SINGLE, Shape.OCO, Shape.OTO, Shape.OTOCO]


@given(orders(shapes=FLAT))
def test_an_order_is_its_shape_and_its_legs(order: Order) -> None:
    """Taken apart and put together it is the same, and each leg has the path that it had."""
    legs = [leg for _, _, leg in order.legs]
    assert order == assemble(order.shape, legs)
    assert tuple(path for path, _, _ in order.legs) == leg_paths(order.shape, len(legs))


@given(orders(shapes=[Shape.SINGLE]))
def test_what_is_no_order_is_told_by_its_constructor(order: Order) -> None:
    """A pair of one leg is as invalid here as anywhere."""
    (entry,) = order.legs
    with pytest.raises(InvalidOrder):
        assemble(Shape.OCO, [entry.leg])
