"""What brokers differ in, as explicit choices; and the words for what comes of it."""

from __future__ import annotations

from enum import Enum, StrEnum

import attrs

from otoco._capabilities import Arming, PartialFill


class BothTouched(Enum):
    """What one trade does that touches several peers: fills the first one written, or all."""

    FIRST = "first"
    ALL = "all"


class PeerEnds(Enum):
    """What happens to the others when a peer ends without a fill: they live on, or go with it."""

    KEEP = "keep"
    CANCEL = "cancel"


class PartialEntry(Enum):
    """What a trigger that ends after a partial fill leaves: exits for what filled, or none."""

    ARM = "arm"
    DISCARD = "discard"


@attrs.frozen
class Policy:
    """How an order lives, where the neutral meaning leaves it to the broker.

    With arming on any fill, exits are live for no more than what of the trigger has filled.
    """

    arming: Arming = Arming.FULL_FILL
    peer_partial_fill: PartialFill = PartialFill.REDUCES
    both_touched: BothTouched = BothTouched.FIRST
    peer_ends: PeerEnds = PeerEnds.KEEP
    partial_entry: PartialEntry = PartialEntry.ARM


class Status(StrEnum):
    """The state of one leg. The last four are outcomes: a leg has exactly one, and keeps it."""

    HELD = "HELD"
    WORKING = "WORKING"
    PARTLY_FILLED = "PARTLY_FILLED"
    FILLED = "FILLED"
    CANCELLED = "CANCELLED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"

    @property
    def is_live(self) -> bool:
        """Whether the leg is in the market."""
        return self in (Status.WORKING, Status.PARTLY_FILLED)

    @property
    def is_over(self) -> bool:
        """Whether this is an outcome."""
        return self in (Status.FILLED, Status.CANCELLED, Status.REJECTED, Status.EXPIRED)


class Protection(StrEnum):
    """Whether live stops cover the position that the order has built up.

    ``FLAT`` there is none; ``PROTECTED`` all of it is covered, ``PARTIAL`` a part, ``NAKED`` none.
    """

    FLAT = "FLAT"
    PROTECTED = "PROTECTED"
    PARTIAL = "PARTIAL"
    NAKED = "NAKED"
