"""Short spellings: the orders that traders state most, in one line each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias, TypedDict, TypeVar, Unpack, cast

import attrs

from otoco._instrument import Instrument
from otoco._leg import Leg
from otoco._numbers import Number
from otoco._order_types import Limit, Offset, OrderType, PriceLike, Stop
from otoco._problems import InvalidOrder, Problem, Severity, attempt, is_flaw, problems_in, shown
from otoco._rebuilt import Rebuilt
from otoco._tree import OTO, OTOCO, Order
from otoco._values import to_positive
from otoco._words import PositionEffect, Side, TimeInForce


class LegOptions(TypedDict, total=False):
    """What a leg may state beside its side, quantity, instrument and order type."""

    time_in_force: TimeInForce | str
    expire_at: datetime | None
    position_effect: PositionEffect | str | None
    display_quantity: Number | None
    activate_at: datetime | None
    label: str | None


def _to_points(value: Number) -> Any:
    return to_positive(value, "price", "the distance")


@attrs.frozen
class Distance(Rebuilt):
    """A positive distance in price points from the fill of the entry, on the side that fits."""

    points: Decimal = attrs.field(converter=_to_points)

    def __attrs_post_init__(self) -> None:
        if is_flaw(self.points):
            raise InvalidOrder(problems_in({"distance": self.points}))


Exit: TypeAlias = PriceLike | Distance | OrderType | Leg
OrderT = TypeVar("OrderT", bound=Order)

_INTENDED: Final = frozenset({"same-side-exit", "exit-exceeds-entry", "mixed-instruments"})


def buy(
    quantity: Number, instrument: Instrument, order_type: OrderType, **options: Unpack[LegOptions]
) -> Leg:
    """A leg that buys ``quantity`` units of ``instrument``; see :class:`Leg` for the options.

    Raises:
        InvalidOrder: with every problem of the leg.

    """
    return Leg(Side.BUY, quantity, instrument, order_type, **options)


def sell(
    quantity: Number, instrument: Instrument, order_type: OrderType, **options: Unpack[LegOptions]
) -> Leg:
    """A leg that sells ``quantity`` units of ``instrument``; see :class:`Leg` for the options.

    Raises:
        InvalidOrder: with every problem of the leg.

    """
    return Leg(Side.SELL, quantity, instrument, order_type, **options)


def bracket(
    entry: Leg,
    *,
    take_profit: Exit | None = None,
    stop_loss: Exit | None = None,
    time_in_force: TimeInForce | str | None = None,
    expire_at: datetime | None = None,
) -> OTO | OTOCO:
    """An entry with its exits: an OTOCO of both, or an OTO of the one that is given.

    An exit is a price, a :class:`Distance` from the fill, an order type such as
    ``StopLimit("4125", "4124")``, or a whole leg. Exits that are not whole legs take the opposite
    side, the quantity and the instrument of the entry, and its time in force unless
    ``time_in_force`` (with ``expire_at`` for GTD) says otherwise.

    Raises:
        InvalidOrder: for everything an :class:`OTOCO` is refused for, for a bracket without exits,
            and for ``same-side-exit``, ``exit-exceeds-entry`` and ``mixed-instruments``, since the
            intent is known here.

    """
    if not isinstance(cast("object", entry), Leg):
        why = f"a bracket is put around one leg, and not around {shown(entry)}."
        raise InvalidOrder([Problem("trigger", "nesting", why)])
    life = _life(entry, time_in_force, expire_at)
    exits = {
        name: attempt(_exit, entry, given, order_type, sign, life)
        for name, given, order_type, sign in (
            ("take_profit", take_profit, Limit, 1),
            ("stop_loss", stop_loss, Stop, -1),
        )
        if given is not None
    }
    if not exits:
        why = "a bracket has a take-profit, a stop-loss or both, and neither is given."
        raise InvalidOrder([Problem("peers", "nesting", why)])
    problems = problems_in(exits)
    if problems:
        raise InvalidOrder(problems)
    legs = tuple(exits.values())
    try:
        order = OTOCO(entry, legs) if len(legs) > 1 else OTO(entry, legs)
    except InvalidOrder as error:
        slips = _slips(entry, legs)
        told = {slip.where.partition(".")[0] for slip in slips}
        rest = [each for each in error.problems if each.where.partition(".")[0] not in told]
        raise InvalidOrder([*slips, *rest]) from None
    return intended(order)


def intended(order: OrderT) -> OrderT:
    """The order, unless its advice holds what no one means who asks for entry and exits."""
    slips = _unintended(order)
    if slips:
        raise InvalidOrder(slips)
    return order


def _unintended(order: Order) -> list[Problem]:
    return [
        attrs.evolve(finding, severity=Severity.ERROR)
        for finding in order.advice
        if finding.code in _INTENDED
    ]


def _slips(entry: Leg, legs: Sequence[Leg]) -> list[Problem]:
    """What no one means about each of two exits, where they are no order together."""
    return [
        attrs.evolve(slip, where=slip.where.replace("conditionals[0]", f"peers[{index}]"))
        for index, leg in enumerate(legs)
        if not is_flaw(alone := attempt(OTO, entry, [leg]))
        for slip in _unintended(alone)
    ]


def _life(
    entry: Leg, time_in_force: TimeInForce | str | None, expire_at: datetime | None
) -> LegOptions:
    if time_in_force is None:
        return {
            "time_in_force": entry.time_in_force,
            "expire_at": entry.expire_at if expire_at is None else expire_at,
        }
    return {"time_in_force": time_in_force, "expire_at": expire_at}


def _exit(
    entry: Leg, given: Exit, order_type: type[Limit | Stop], sign: int, life: LegOptions
) -> Leg:
    """The exit leg; ``sign`` is 1 for what lies on the profitable side of the entry, else -1."""
    match given:
        case Leg():
            return given
        case OrderType():
            kind = given
        case Distance(points=points):
            towards = sign if entry.side is Side.BUY else -sign
            kind = order_type(Offset(points if towards > 0 else points.copy_negate()))
        case _:
            kind = order_type(given)
    return Leg(entry.side.opposite, entry.quantity, entry.instrument, kind, **life)
