"""Flat orders from their legs, for an adapter that reads the legs of a request one by one."""

from __future__ import annotations

from collections.abc import Sequence

from otoco._leg import Leg
from otoco._tree import OCO, OTO, OTOCO, Order
from otoco._words import Shape


def leg_paths(shape: Shape, count: int) -> tuple[str, ...]:
    """The paths of so many legs in an order of a flat shape, the trigger first."""
    match shape:
        case Shape.SINGLE:
            return ("",)
        case Shape.OCO:
            return tuple(f"peers[{index}]" for index in range(count))
        case _:
            key = "peers" if shape is Shape.OTOCO else "conditionals"
            return ("trigger", *(f"{key}[{index}]" for index in range(count - 1)))


def assemble(shape: Shape, legs: Sequence[Leg | None]) -> Order | None:
    """The order of a flat shape with these legs, the trigger first.

    ``None`` stands for a leg that was refused, and then for the order.

    Raises:
        InvalidOrder: as the group's constructor does.

    """
    found = [leg for leg in legs if leg is not None]
    if len(found) < len(legs):
        return None
    match shape:
        case Shape.SINGLE:
            return found[0]
        case Shape.OCO:
            return OCO(found)
        case Shape.OTO:
            return OTO(found[0], found[1:])
        case _:
            return OTOCO(found[0], found[1:])
