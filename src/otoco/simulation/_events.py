"""What can happen to an order: trades in the market, and what the caller says of single legs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

import attrs

from otoco._instrument import Instrument
from otoco._numbers import Number
from otoco._problems import InvalidOrder, problems_in
from otoco._values import to_instance, to_instant, to_number


def _to_price(value: Number) -> Any:
    return to_number(value, "price")


def _to_optional_price(value: Number | None) -> Any:
    return None if value is None else to_number(value, "price")


def _to_optional_quantity(value: Number | None) -> Any:
    return None if value is None else to_number(value, "quantity")


def _to_instrument(value: Instrument | None) -> Any:
    return (
        None
        if value is None
        else to_instance(Instrument, value, "value", "{} is not an Instrument.")
    )


def _to_path(value: str) -> Any:
    return to_instance(str, value, "value", "{} is not text.")


def _to_moment(value: datetime) -> Any:
    return to_instant(value, "value")


class Event:
    """The base of the events: one that exists is well formed, whether or not it can apply.

    Raises:
        InvalidOrder: for a path that is no text, numbers that are not exact, and the like.

    """

    __slots__ = ()
    __match_args__: ClassVar[tuple[str, ...]] = ()

    def __attrs_post_init__(self) -> None:
        problems = problems_in({name: getattr(self, name) for name in self.__match_args__})
        if problems:
            raise InvalidOrder(problems)


@attrs.frozen
class Trade(Event):
    """The market trades at ``price``; without ``instrument``, it is that of the first leg."""

    price: Decimal = attrs.field(converter=_to_price)
    instrument: Instrument | None = attrs.field(converter=_to_instrument, default=None)


@attrs.frozen
class Fill(Event):
    """A fill of the leg at ``path``, of all that may fill now unless ``quantity`` is given.

    ``price`` is also what the market trades at from then on. Without one the fill is at the last
    price; where there is none either, offsets from this fill stay open, and no trade executes them.
    """

    path: str = attrs.field(converter=_to_path)
    quantity: Decimal | None = attrs.field(converter=_to_optional_quantity, default=None)
    price: Decimal | None = attrs.field(converter=_to_optional_price, default=None)


@attrs.frozen
class Reject(Event):
    """The broker refuses the leg at ``path``, held or live, or what is left of it."""

    path: str = attrs.field(converter=_to_path)


@attrs.frozen
class Cancel(Event):
    """The caller cancels the leg at ``path``, or every leg below it; the empty path is all."""

    path: str = attrs.field(converter=_to_path, default="")


@attrs.frozen
class SessionEnd(Event):
    """The trading day ends: live DAY legs expire. What is held does not, and lives in the next."""


@attrs.frozen
class Clock(Event):
    """It is ``now``: GTD legs expire, and legs with an activation time wake, when theirs has come.

    What lies between this moment and the last happens in the order of its times.
    """

    now: datetime = attrs.field(converter=_to_moment)
