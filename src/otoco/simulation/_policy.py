"""What brokers differ in, as explicit choices; and the words for what comes of it."""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import Any, Final

import attrs

from otoco._capabilities import Arming, PartialFill
from otoco._problems import InvalidOrder, flaw, problems_in, shown


class BothTouched(Enum):
    """What one trade does that touches several peers: fills the first one written, or all."""

    FIRST = "the first one fills"
    ALL = "all of them fill"

    def __str__(self) -> str:
        return self.value


class PeerEnds(Enum):
    """What happens to the others when a peer ends without a fill."""

    KEEP = "keeps the others"
    CANCEL = "cancels the others"

    def __str__(self) -> str:
        return self.value


class PartialEntry(Enum):
    """What a trigger that ends after a partial fill does with what it holds."""

    ARM = "arms for what has filled"
    DISCARD = "cancels"

    def __str__(self) -> str:
        return self.value


def _to_choice(kind: type[Enum], value: object) -> Any:
    if type(value) is kind:
        return value
    return flaw("value", f"{shown(value)} is none of {', '.join(map(str, kind))}.")


def _to_arming(value: Arming) -> Any:
    return _to_choice(Arming, value)


def _to_partial_fill(value: PartialFill) -> Any:
    return _to_choice(PartialFill, value)


def _to_both_touched(value: BothTouched) -> Any:
    return _to_choice(BothTouched, value)


def _to_peer_ends(value: PeerEnds) -> Any:
    return _to_choice(PeerEnds, value)


def _to_partial_entry(value: PartialEntry) -> Any:
    return _to_choice(PartialEntry, value)


@attrs.frozen
class Policy:
    """How an order lives, where the neutral meaning leaves it to the broker.

    With arming on any fill, or where a trigger ends after a partial fill, each leg that it holds is
    live for no more than what of the trigger has filled, and its exits for no more together.

    Raises:
        InvalidOrder: for what is not one of the choices.

    """

    arming: Arming = attrs.field(converter=_to_arming, default=Arming.FULL_FILL)
    peer_partial_fill: PartialFill = attrs.field(
        converter=_to_partial_fill, default=PartialFill.REDUCES
    )
    both_touched: BothTouched = attrs.field(converter=_to_both_touched, default=BothTouched.FIRST)
    peer_ends: PeerEnds = attrs.field(converter=_to_peer_ends, default=PeerEnds.KEEP)
    partial_entry: PartialEntry = attrs.field(converter=_to_partial_entry, default=PartialEntry.ARM)

    def __attrs_post_init__(self) -> None:
        problems = problems_in(attrs.asdict(self, recurse=False))
        if problems:
            raise InvalidOrder(problems)


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
        return self in LIVE

    @property
    def is_over(self) -> bool:
        """Whether this is an outcome."""
        return self in OVER


LIVE: Final = (Status.WORKING, Status.PARTLY_FILLED)
OVER: Final = (Status.FILLED, Status.CANCELLED, Status.REJECTED, Status.EXPIRED)


class Protection(StrEnum):
    """Whether live stops cover the position.

    ``FLAT`` there is none; ``PROTECTED`` all of it is covered, ``PARTIAL`` a part, ``NAKED`` none.
    """

    FLAT = "FLAT"
    PROTECTED = "PROTECTED"
    PARTIAL = "PARTIAL"
    NAKED = "NAKED"
