"""What none of Tradovate's pages says, as questions with enumerated answers."""

from __future__ import annotations

from typing import Literal, get_args, get_type_hints

from attrs import frozen

Acceptance = Literal["accept", "refuse"]
LinkField = Literal["linkedId", "ocoId", "both"]


@frozen
class Behaviour:
    """One answer to every open question; a default is the first answer, not the likeliest.

    The questions are those that the pages of placeOrder, placeOSO, placeOCO, startOrderStrategy and
    of the entities leave open. Raises ValueError for an answer that is not in `OPEN_QUESTIONS`.
    """

    arming: Literal["full", "any"] = "full"
    """When brackets go live: once the entry is filled, or with each of its fills and for what of
    it has filled."""

    partial_entry: Literal["arm", "discard"] = "arm"
    """The brackets of an entry that ends after a partial fill: live for what has filled, or
    cancelled, even those that are live already."""

    entry_ends: Literal["cancel", "keep"] = "cancel"
    """The brackets of an entry that is cancelled or expires without a fill; kept ones stay
    Suspended."""

    entry_rejected: Literal["cancel", "reject", "keep"] = "cancel"
    """The brackets of an entry that is rejected without a fill; `ParentRejected` is a listed
    reason, and nothing says that it is used here."""

    peer_partial: Literal["cancel", "reduce", "keep"] = "cancel"
    """What a partial fill does to the linked order; a complete fill cancels it, which is
    documented (Order, linkedId)."""

    peer_ends: Literal["keep", "cancel"] = "keep"
    """The linked order of one that is cancelled, rejected or expires without a fill."""

    both_touched: Literal["first", "both"] = "first"
    """Linked orders that one trade reaches: the lower id fills alone, or all of them fill."""

    touched_stop: Literal["execute", "reject"] = "execute"
    """A bracket's stop that the market has passed when it goes live: it executes, or is rejected
    with InvalidPrice, as callers have reported."""

    trailing_start: Literal["fill", "market"] = "fill"
    """From where a trailing stop of startOrderStrategy is at first a stopLoss away: the price at
    which the entry has filled, or that of the last trade when it goes live."""

    pair_activation: Literal["parent", "both"] = "parent"
    """Which orders of placeOCO wait for the activationTime, for which `other` has no field."""

    bracket_link: LinkField = "linkedId"
    """The field of an Order that holds the id of the other bracket."""

    pair_link: LinkField = "linkedId"
    """The field of an Order that holds the id of the other order of placeOCO."""

    missing_time_in_force: Literal["Day", "GTC"] = "Day"
    """What holds where a request has no timeInForce."""

    child_time_in_force: Literal["default", "inherit"] = "default"
    """What holds where a child has no timeInForce, as the exits of startOrderStrategy never have:
    the default, or that of its parent."""

    same_side_child: Acceptance = "accept"
    """A bracket on the side of its entry."""

    opposite_side_pair: Acceptance = "accept"
    """A placeOCO of a Buy and a Sell."""

    immediate_child: Acceptance = "accept"
    """A child whose time in force is FOK or IOC."""

    trailing_child: Acceptance = "accept"
    """A bracket that is a trailing stop."""

    repeated_cl_ord_id: Acceptance = "accept"
    """A clOrdId that an earlier order, or another of the same request, has."""

    def __attrs_post_init__(self) -> None:
        for question, answers in OPEN_QUESTIONS.items():
            answer = getattr(self, question)
            if answer not in answers:
                raise ValueError(f"{question} is one of {', '.join(answers)}, not {answer!r}")


OPEN_QUESTIONS: dict[str, tuple[str, ...]] = {
    question: get_args(answers) for question, answers in get_type_hints(Behaviour).items()
}
"""The fields of `Behaviour` and, for each, all answers; the first is its default."""
