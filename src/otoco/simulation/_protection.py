"""How far live stops cover a position."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from otoco._numbers import subtract
from otoco.simulation._leg import RunningLeg, Tape
from otoco.simulation._policy import Protection

_NOTHING: Final = Decimal(0)


def protection(position: Decimal, tape: Tape) -> tuple[Protection, Decimal]:
    """The protection of a position in the market of ``tape``, and the quantity left uncovered.

    Of stops that are peers only the largest counts, since its fill ends the others.
    """
    size = position.copy_abs()
    if not size:
        return Protection.FLAT, _NOTHING
    is_short = position < 0
    covers: dict[RunningLeg, Decimal] = {}
    for leg in tape.live:
        if leg.buys is is_short and leg.protects:
            covers[leg.first] = max(covers.get(leg.first, _NOTHING), leg.remaining)
    uncovered = size
    for each in covers.values():
        uncovered = subtract(uncovered, each)
    if uncovered <= 0:
        return Protection.PROTECTED, _NOTHING
    return (Protection.NAKED if uncovered == size else Protection.PARTIAL), uncovered
