"""Short spellings: the orders that traders state most, in one line each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeVar, Unpack, cast

import attrs

from otoco._exits import Exit, Life, exits
from otoco._instrument import Instrument
from otoco._leg import Leg
from otoco._numbers import Number
from otoco._order_types import OrderType
from otoco._problems import InvalidOrder, Problem, Severity, attempt, is_flaw, problems_in, shown
from otoco._tree import OTO, OTOCO, Order
from otoco._words import PositionEffect, Side, TimeInForce


class LegOptions(Life, total=False):
    """What a leg may state beside its side, quantity, instrument and order type."""

    position_effect: PositionEffect | str | None
    display_quantity: Number | None
    activate_at: datetime | None
    label: str | None


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
    given = {"take_profit": take_profit, "stop_loss": stop_loss}
    found = exits(entry, entry.quantity, _life(entry, time_in_force, expire_at), given)
    if not found:
        why = "a bracket has a take-profit, a stop-loss or both, and neither is given."
        raise InvalidOrder([Problem("peers", "nesting", why)])
    problems = problems_in(found)
    if problems:
        raise InvalidOrder(problems)
    legs = tuple(found.values())
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


def _life(entry: Leg, time_in_force: TimeInForce | str | None, expire_at: datetime | None) -> Life:
    if time_in_force is None:
        return {
            "time_in_force": entry.time_in_force,
            "expire_at": entry.expire_at if expire_at is None else expire_at,
        }
    return {"time_in_force": time_in_force, "expire_at": expire_at}
