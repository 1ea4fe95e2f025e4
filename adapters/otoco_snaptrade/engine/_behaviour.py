"""What SnapTrade's pages leave open, as questions with enumerated answers."""

from __future__ import annotations

from typing import Literal, get_args, get_type_hints

from attrs import frozen

Acceptance = Literal["accept", "refuse"]


@frozen
class Behaviour:
    """One answer to every question that "Place complex order" leaves open.

    A default is the first answer, not the likeliest. Raises ValueError for an answer that is not in
    `OPEN_QUESTIONS`.
    """

    arming: Literal["full", "any"] = "full"
    """When the CONDITIONAL and PEER legs of a TRIGGER go live: once all of it has filled, or with
    each of its fills and for what of it has filled."""

    peer_partial: Literal["cancel", "reduce"] = "cancel"
    """What a partial fill of a PEER does: it cancels the other, or takes its quantity off it."""

    peer_ends: Literal["keep", "cancel"] = "keep"
    """The other PEER of one that is cancelled, rejected or expires without a fill."""

    partial_entry: Literal["arm", "discard"] = "arm"
    """The legs of a TRIGGER that ends after a partial fill: live for what has filled, or
    cancelled."""

    trigger_ends: Literal["cancel", "keep"] = "cancel"
    """The legs of a TRIGGER that ends without a fill; kept ones stay held."""

    both_touched: Literal["first", "both"] = "first"
    """PEER legs that one trade touches: the first in order of the ids fills, or both do."""

    pairing: Acceptance = "accept"
    """An opening or closing action on what is no option, and BUY or SELL on an option."""

    duplicate_id: Acceptance = "accept"
    """A client_order_id that was used before."""

    def __attrs_post_init__(self) -> None:
        for question, answers in OPEN_QUESTIONS.items():
            answer = getattr(self, question)
            if answer not in answers:
                raise ValueError(f"{question} is one of {', '.join(answers)}, not {answer!r}")


OPEN_QUESTIONS: dict[str, tuple[str, ...]] = {
    question: get_args(answers) for question, answers in get_type_hints(Behaviour).items()
}
"""The fields of `Behaviour` and, for each, all answers; the first is its default."""
