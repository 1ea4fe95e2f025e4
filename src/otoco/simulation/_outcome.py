"""What became of an order that ran: each change, the exposure after it, and where it stands."""

from __future__ import annotations

from decimal import Decimal

import attrs

from otoco.simulation._leg import LegState
from otoco.simulation._policy import Protection, Status


@attrs.frozen
class Change:
    """One leg's change of state: by which event (by its index), from what and to what."""

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
    """An event that could not apply, and why."""

    event: int
    why: str


@attrs.frozen
class Run:
    """What became of an order: each leg, every change on the way, and the exposure.

    ``position`` is in units of the order's first instrument, long positive.
    """

    legs: tuple[LegState, ...]
    changes: tuple[Change, ...]
    exposures: tuple[Exposure, ...]
    ignored: tuple[Ignored, ...]
    position: Decimal
    protection: Protection
    uncovered: Decimal

    def __getitem__(self, path: str) -> LegState:
        """The leg at a path."""
        return next(state for state in self.legs if state.path == path)
