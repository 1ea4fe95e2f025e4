"""A ladder: one entry, and rungs that share out its quantity, each with exits of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import reduce
from typing import Any

import attrs

from otoco._exits import Distance, Life, exits, to_distance
from otoco._leg import Leg
from otoco._numbers import Number, add, plain, subtract
from otoco._order_types import OrderType
from otoco._problems import InvalidOrder, Problem, attempt, flaw, is_flaw, problems_in, shown
from otoco._rebuilt import Rebuilt
from otoco._tree import OCO, OTO, OTOCO
from otoco._values import to_instance, to_positive
from otoco._words import TimeInForce


def _to_quantity(value: Number) -> Any:
    return to_positive(value, "quantity", "the rung's quantity")


def _to_target(value: Distance | Number | None) -> Any:
    return None if value is None else to_distance(value)


def _to_stop(value: Distance | OrderType | Number | None) -> Any:
    return value if isinstance(value, OrderType) else _to_target(value)


@attrs.frozen
class Rung(Rebuilt):
    """One step of a :func:`ladder`: a part of the entry's quantity, and how that part ends.

    ``quantity`` is in units of the instrument. ``take_profit`` is a positive distance in price
    points from the fill of the entry, to the profitable side; ``stop_loss`` is one to the other
    side, or an order type such as ``TrailingStop("15")``, which is taken as it is.

    Raises:
        InvalidOrder: with every problem of the rung, ``nesting`` where it has neither exit.

    """

    quantity: Decimal = attrs.field(converter=_to_quantity)
    take_profit: Distance | None = attrs.field(converter=_to_target, default=None)
    stop_loss: Distance | OrderType | None = attrs.field(converter=_to_stop, default=None)

    def __attrs_post_init__(self) -> None:
        problems = problems_in(attrs.asdict(self, recurse=False))
        if self.take_profit is None and self.stop_loss is None:
            why = "a rung has a take-profit, a stop-loss or both, and neither is given."
            problems.append(Problem("rung", "nesting", why))
        if problems:
            raise InvalidOrder(problems)


def ladder(
    entry: Leg,
    rungs: Sequence[Rung],
    *,
    time_in_force: TimeInForce | str = TimeInForce.UNSTATED,
    expire_at: datetime | None = None,
) -> OTO | OTOCO:
    """An entry that is left in parts: each rung a target, a stop or an OCO of both.

    It is an OTO with one conditional a rung, whose shape is ``LADDER``; a single rung makes the
    OTO or OTOCO that :func:`bracket` makes. The exits take the opposite side and the instrument of
    the entry. They state no time in force unless ``time_in_force`` (with ``expire_at`` for GTD)
    does: where a broker runs such a strategy, its exits carry none.

    Raises:
        InvalidOrder: with every problem of the order; ``quantity`` where the rungs add up to less
            than the entry, and ``exit-exceeds-entry`` where they add up to more.

    """
    trigger = to_instance(
        Leg, entry, "nesting", "a ladder is put around one leg, and not around {}."
    )
    steps = _steps(rungs)
    if is_flaw(trigger) or "conditionals" in steps:
        raise InvalidOrder(problems_in({"trigger": trigger, **steps}))
    life: Life = {"time_in_force": time_in_force, "expire_at": expire_at}
    order = attempt(_order, entry, [_part(entry, rung, life) for rung in steps.values()])
    problems = [*(order.problems if is_flaw(order) else ()), *_shares(entry, steps)]
    if problems:
        raise InvalidOrder(problems)
    return order  # type: ignore[no-any-return]  # a flaw was raised above


def _steps(rungs: Sequence[Rung]) -> dict[str, Any]:
    """The rungs by their places in the order; a flaw stands for what is none, or for them all."""
    if type(rungs) not in (tuple, list):
        return {"conditionals": flaw("value", f"{shown(rungs)} is not a list of rungs.")}
    if not rungs:
        why = "a ladder has at least one rung, and none is given."
        return {"conditionals": flaw("nesting", why)}
    fix = 'Write Rung(1, take_profit="10", stop_loss="5") and the like.'
    return {
        f"conditionals[{index}]": to_instance(Rung, rung, "value", "{} is not a Rung.", fix)
        for index, rung in enumerate(rungs)
    }


def _part(entry: Leg, rung: Any, life: Life) -> list[Any]:
    """The exits of a rung; a flaw stands for each that is no leg, or for the rung that is none."""
    if is_flaw(rung):
        return [rung]
    given = {"take_profit": rung.take_profit, "stop_loss": rung.stop_loss}
    return list(exits(entry, rung.quantity, life, given).values())


def _order(entry: Leg, parts: Sequence[Sequence[Any]]) -> OTO | OTOCO:
    if len(parts) == 1 and len(parts[0]) > 1:  # so that its problems have the paths of an OTOCO
        return OTOCO(entry, parts[0])
    return OTO(entry, [part[0] if len(part) == 1 else attempt(OCO, part) for part in parts])


def _shares(entry: Leg, steps: Mapping[str, Any]) -> Iterator[Problem]:
    """A problem where the rungs, if that is what they all are, do not share out the entry."""
    if any(map(is_flaw, steps.values())):
        return
    total = reduce(add, (rung.quantity for rung in steps.values()))
    if total < entry.quantity:
        yield Problem(
            "trigger.quantity",
            "quantity",
            f"the rungs add up to {plain(total)} and the entry to {plain(entry.quantity)}:"
            f" {plain(subtract(entry.quantity, total))} would be left without an exit.",
            "Give the rungs the entry's quantity between them.",
        )
    elif total > entry.quantity:
        yield Problem(
            "trigger.quantity",
            "exit-exceeds-entry",
            f"the rungs add up to {plain(total)} and the entry only to {plain(entry.quantity)}:"
            " the rest would open a position the other way.",
        )
