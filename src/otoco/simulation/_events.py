"""What can happen to an order: trades in the market, and what the caller says of single legs."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeAlias

import attrs

from otoco._instrument import Instrument
from otoco._numbers import Number, exact


def _to_utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no time zone, so it names no one moment.")
    return moment.astimezone(UTC)


def _to_quantity(value: Number | None) -> Decimal | None:
    return None if value is None else exact(value)


@attrs.frozen
class Trade:
    """The market trades at ``price``; without ``instrument``, it is that of the first leg."""

    price: Decimal = attrs.field(converter=exact)
    instrument: Instrument | None = None


@attrs.frozen
class Fill:
    """A fill of the leg at ``path``, of all that is left of it unless ``quantity`` is given.

    ``price`` is what the market trades at from then on; without one it stays where it was.
    """

    path: str
    quantity: Decimal | None = attrs.field(converter=_to_quantity, default=None)
    price: Decimal | None = attrs.field(converter=_to_quantity, default=None)


@attrs.frozen
class Reject:
    """The broker refuses the leg at ``path``, which was held or working."""

    path: str


@attrs.frozen
class Cancel:
    """The caller cancels the leg at ``path``, or every leg below it; the empty path is all."""

    path: str = ""


@attrs.frozen
class SessionEnd:
    """The trading day ends: live DAY legs expire."""


@attrs.frozen
class Clock:
    """It is ``now``: GTD legs expire, and legs with an activation time wake, when theirs has come.

    Raises:
        ValueError: for a moment without a time zone.

    """

    now: datetime = attrs.field(converter=_to_utc)


Event: TypeAlias = Trade | Fill | Reject | Cancel | SessionEnd | Clock
