"""One leg of an order: a side, a quantity of an instrument, an order type and how long it lives."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Any, Final

import attrs

from otoco._instrument import Instrument
from otoco._node import Node, once
from otoco._numbers import Number, is_multiple, plain, round_to
from otoco._order_types import Offset, OrderType, points
from otoco._problems import Flaw, InvalidOrder, Problem, flaw, is_flaw, problems_in, shown
from otoco._values import to_instance, to_instant, to_positive, to_text, to_word
from otoco._words import PositionEffect, Shape, Side, TimeInForce

if TYPE_CHECKING:
    from collections.abc import Iterator


def _to_side(value: Side | str) -> Any:
    return to_word(Side, value)


def _to_time_in_force(value: TimeInForce | str) -> Any:
    return to_word(TimeInForce, value)


def _to_quantity(value: Number) -> Any:
    return to_positive(value, "quantity", "the quantity")


def _to_instrument(value: Instrument) -> Any:
    if type(value) is Instrument or is_flaw(value):
        return value
    return flaw("value", f"{shown(value)} is not an Instrument.")


def _to_order_type(value: OrderType) -> Any:
    fix = 'Write Market(), Limit("4150.25") and the like.'
    return to_instance(OrderType, value, "value", "{} is not an order type.", fix)


def _to_expire_at(value: datetime | None) -> Any:
    return None if value is None else to_instant(value, "expiry")


def _to_display(value: Number | None) -> Any:
    return None if value is None else to_positive(value, "quantity", "the display quantity")


def _to_activate_at(value: datetime | None) -> Any:
    return None if value is None else to_instant(value, "value")


def _to_effect(value: PositionEffect | str | None) -> Any:
    return None if value is None else to_word(PositionEffect, value)


def _to_label(value: str | None) -> Any:
    return None if value is None else to_text(value)


@attrs.frozen(slots=False)
class Leg(Node):
    """A leg, and by itself already an order.

    ``quantity`` and ``display_quantity`` are in units of the instrument (shares, contracts, coins),
    ``expire_at`` and ``activate_at`` are moments and kept in UTC, ``label`` is free text. What is
    ``None`` is not stated.

    Raises:
        InvalidOrder: with every problem of the leg: ``quantity``, ``price``, ``value``, ``expiry``,
            ``off-tick`` and ``off-lot``.

    """

    side: Side = attrs.field(converter=_to_side)
    quantity: Decimal = attrs.field(converter=_to_quantity)
    instrument: Instrument = attrs.field(converter=_to_instrument)
    order_type: OrderType = attrs.field(converter=_to_order_type)
    time_in_force: TimeInForce = attrs.field(converter=_to_time_in_force, default=TimeInForce.DAY)
    expire_at: datetime | None = attrs.field(converter=_to_expire_at, default=None)
    position_effect: PositionEffect | None = attrs.field(converter=_to_effect, default=None)
    display_quantity: Decimal | None = attrs.field(converter=_to_display, default=None)
    activate_at: datetime | None = attrs.field(converter=_to_activate_at, default=None)
    label: str | None = attrs.field(converter=_to_label, default=None)

    def __attrs_post_init__(self) -> None:
        problems = [] if Flaw not in map(type, self.__dict__.values()) else _flaws(self)
        if self.time_in_force is TimeInForce.GTD or self.expire_at is not None:
            problems += _expiry(self)
        instrument = self.instrument
        if type(instrument) is Instrument and (instrument.tick_size or instrument.lot_size):
            problems += _off_grid(self)
        if problems:
            raise InvalidOrder(problems)

    @once
    def shape(self) -> Shape:
        """Always ``SINGLE``: a lone leg is an order too."""
        return Shape.SINGLE

    def prices(self) -> list[tuple[str, Decimal | Offset]]:
        """Every price of the order type that is there, with its key in a document."""
        return self.order_type.prices()


LEG_FIELDS: Final = tuple(field.name for field in attrs.fields(Leg))

#: The fields that a leg may leave out. An adapter that does not mention one refuses it.
OPTIONAL_FIELDS: Final = tuple(field.name for field in attrs.fields(Leg) if field.default is None)


def _flaws(leg: Leg) -> list[Problem]:
    values = {name: leg.__dict__[name] for name in LEG_FIELDS if name != "order_type"}
    problems = problems_in(values)
    if is_flaw(leg.order_type):
        problems += [p if p.where else p.under("order_type") for p in leg.order_type.problems]
    return problems


def _expiry(leg: Leg) -> Iterator[Problem]:
    if leg.time_in_force is TimeInForce.GTD and leg.expire_at is None:
        yield Problem(
            "expire_at", "expiry", "GTD says until when, and no expiry is given.", "Give expire_at."
        )
    elif leg.time_in_force is not TimeInForce.GTD and not is_flaw(leg.time_in_force):
        yield Problem(
            "expire_at",
            "expiry",
            f"an expiry goes with GTD only, and the time in force is {leg.time_in_force}.",
            "Leave expire_at out, or write GTD.",
        )


def _off_grid(leg: Leg) -> Iterator[Problem]:
    tick, lot = leg.instrument.tick_size, leg.instrument.lot_size
    if tick and not is_flaw(leg.order_type):
        for key, price in leg.prices():
            number = points(price)
            if not is_multiple(number, tick):
                yield _off(key, "off-tick", number, "tick size", tick)
    if lot:
        for key in ("quantity", "display_quantity"):
            value = getattr(leg, key)
            if isinstance(value, Decimal) and not is_multiple(value, lot):
                yield _off(key, "off-lot", value, "lot size", lot)


def _off(key: str, code: str, value: Decimal, what: str, step: Decimal) -> Problem:
    low = round_to(value, step, ROUND_FLOOR)
    high = round_to(value, step, ROUND_CEILING)
    return Problem(
        key,
        code,
        f"{plain(value)} is not a multiple of the {what} {plain(step)}.",
        f"The nearest are {plain(low)} and {plain(high)}.",
    )
