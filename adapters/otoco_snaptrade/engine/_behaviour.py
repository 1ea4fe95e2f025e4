"""What SnapTrade's pages leave open, as a value that says how an engine answers it."""

from __future__ import annotations

from typing import Any

from attrs import Attribute, field, frozen

OPEN_QUESTIONS: dict[str, tuple[str, ...]] = {
    "arming": ("full", "any"),
    "peer_partial": ("cancel", "reduce"),
    "peer_ends": ("keep", "cancel"),
    "partial_entry": ("arm", "discard"),
    "trigger_ends": ("cancel", "keep"),
    "both_touched": ("first", "both"),
    "pairing": ("accept", "refuse"),
    "duplicate_id": ("accept", "refuse"),
}
"""Each open question with its possible answers, the default first."""


def _known(_instance: object, attribute: Attribute[Any], value: object) -> None:
    answers = OPEN_QUESTIONS[attribute.name]
    if value not in answers:
        raise ValueError(f"{attribute.name} is one of {', '.join(answers)}, not {value!r}")


@frozen
class Behaviour:
    """One answer to every question that "Place complex order" leaves open.

    arming: the CONDITIONAL and PEER legs of a TRIGGER go live when all of it has filled, or with
        any fill of it, for as much as has filled.
    peer_partial: a partial fill of a PEER cancels the other, or takes its quantity off it.
    peer_ends: a PEER that is cancelled, rejected or expires leaves the other, or takes it along.
    partial_entry: a TRIGGER that ends after a partial fill arms the others for what filled, or
        cancels them.
    trigger_ends: a TRIGGER that ends without a fill cancels the others, or leaves them held.
    both_touched: of two PEER legs that one trade touches the first in order of the ids fills, or
        both do.
    pairing: an opening or closing action on what is no option, and BUY or SELL on an option, are
        taken or refused.
    duplicate_id: a client_order_id that was used before is taken or refused.

    Raises ValueError for an answer that OPEN_QUESTIONS does not list.
    """

    arming: str = field(default="full", validator=_known)
    peer_partial: str = field(default="cancel", validator=_known)
    peer_ends: str = field(default="keep", validator=_known)
    partial_entry: str = field(default="arm", validator=_known)
    trigger_ends: str = field(default="cancel", validator=_known)
    both_touched: str = field(default="first", validator=_known)
    pairing: str = field(default="accept", validator=_known)
    duplicate_id: str = field(default="accept", validator=_known)
