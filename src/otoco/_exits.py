"""The exits of the short spellings: what is given for one, and the leg that it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias, TypedDict

import attrs

from otoco._leg import Leg
from otoco._numbers import Number
from otoco._order_types import Limit, Offset, OrderType, PriceLike, Stop
from otoco._problems import InvalidOrder, attempt, is_flaw, problems_in
from otoco._rebuilt import Rebuilt
from otoco._values import to_positive
from otoco._words import Side, TimeInForce


class Life(TypedDict, total=False):
    """How long a leg lives."""

    time_in_force: TimeInForce | str
    expire_at: datetime | None


def _to_points(value: Number) -> Any:
    return to_positive(value, "price", "the distance")


@attrs.frozen
class Distance(Rebuilt):
    """A positive distance in price points from the fill of the entry, on the side that fits."""

    points: Decimal = attrs.field(converter=_to_points)

    def __attrs_post_init__(self) -> None:
        if is_flaw(self.points):
            raise InvalidOrder(problems_in({"distance": self.points}))


def to_distance(value: Distance | Number) -> Any:
    """The distance, or a flaw where it is none."""
    if isinstance(value, Distance):
        return value
    points = _to_points(value)
    return points if is_flaw(points) else Distance(points)


Exit: TypeAlias = PriceLike | Distance | OrderType | Leg

#: What an exit is unless more is said, and on which side of the entry: 1 is the profitable one.
_KINDS: Final[dict[str, tuple[type[Limit | Stop], int]]] = {
    "take_profit": (Limit, 1),
    "stop_loss": (Stop, -1),
}


def exits(
    entry: Leg, quantity: Decimal, life: Life, given: Mapping[str, Exit | None]
) -> dict[str, Any]:
    """The take-profit and the stop-loss that are given; a flaw stands for what is no leg."""
    return {
        name: attempt(_exit, entry, quantity, life, said, *kind)
        for name, kind in _KINDS.items()
        if (said := given[name]) is not None
    }


def _exit(
    entry: Leg, quantity: Decimal, life: Life, given: Exit, kind: type[Limit | Stop], sign: int
) -> Leg:
    match given:
        case Leg():
            return given
        case OrderType():
            order_type = given
        case Distance(points=points):
            towards = sign if entry.side is Side.BUY else -sign
            order_type = kind(Offset(points if towards > 0 else points.copy_negate()))
        case _:
            order_type = kind(given)
    return Leg(entry.side.opposite, quantity, entry.instrument, order_type, **life)
