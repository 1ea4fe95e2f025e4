"""What became of an order that ran: each change, the exposure after it, and where it stands."""

from __future__ import annotations

from decimal import Decimal

import attrs

from otoco._leg import Leg
from otoco._numbers import subtract
from otoco.simulation._policy import Protection, Status


@attrs.frozen
class LegState:
    """A leg of a running order.

    ``quantity`` is what the leg stands for now: all of it, or less where a rival has filled a part,
    or where its trigger has filled only a part. ``filled`` is what of it has traded.
    """

    path: str
    leg: Leg
    status: Status
    quantity: Decimal
    filled: Decimal

    @property
    def remaining(self) -> Decimal:
        """What may fill now: nothing unless the leg is live."""
        return subtract(self.quantity, self.filled) if self.status.is_live else Decimal(0)


@attrs.frozen
class Change:
    """One leg's change: by which event (by its index, -1 is the placing), from what and to what.

    Both states are the same where only ``filled`` or ``quantity`` has changed.
    """

    event: int
    path: str
    before: Status
    after: Status
    filled: Decimal
    quantity: Decimal


@attrs.frozen
class Exposure:
    """The position after an event that changed something, and how far live stops cover it."""

    event: int
    position: Decimal
    protection: Protection
    uncovered: Decimal


@attrs.frozen
class Ignored:
    """An event that could not apply, by its index, and why."""

    event: int
    why: str


@attrs.frozen
class Run:
    """What became of an order: each leg, every change on the way, and the exposure.

    ``position`` is in units of the order's first instrument, long positive; ``uncovered`` is what
    of it no live stop covers.
    """

    legs: tuple[LegState, ...]
    changes: tuple[Change, ...]
    exposures: tuple[Exposure, ...]
    ignored: tuple[Ignored, ...]
    position: Decimal
    protection: Protection
    uncovered: Decimal

    def __getitem__(self, path: str) -> LegState:
        """The leg at a path.

        Raises:
            KeyError: where there is none.

        """
        for state in self.legs:
            if state.path == path:
                return state
        raise KeyError(path)
