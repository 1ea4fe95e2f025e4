"""Tradovate for law 6: its engine, how its entities are read, and what its pages leave open."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from otoco import Arming, PartialFill
from otoco.adapters import Request
from otoco.simulation import BothTouched, PartialEntry, PeerEnds, Status
from otoco.testing.fate import Answers, Broker, Fate, Question
from otoco_tradovate import Tradovate
from otoco_tradovate.engine import OPEN_QUESTIONS, Behaviour, TradovateEngine

WORDS: Final = {
    "Suspended": Status.HELD,
    "Working": Status.WORKING,
    "Filled": Status.FILLED,
    "Canceled": Status.CANCELLED,
    "Rejected": Status.REJECTED,
    "Expired": Status.EXPIRED,
}
#: The questions that a policy knows too; no policy leaves a peer as it is.
POLICY: Final[Mapping[str, Mapping[str, Any]]] = {
    "arming": {"full": Arming.FULL_FILL, "any": Arming.ANY_FILL},
    "partial_entry": {"arm": PartialEntry.ARM, "discard": PartialEntry.DISCARD},
    "peer_partial": {"cancel": PartialFill.CANCELS, "reduce": PartialFill.REDUCES},
    "peer_ends": {"keep": PeerEnds.KEEP, "cancel": PeerEnds.CANCEL},
    "both_touched": {"first": BothTouched.FIRST, "both": BothTouched.ALL},
}
#: What decides fates here alone: the answer that the neutral meaning gives.
NEUTRAL: Final = {
    "entry_ends": "cancel",
    "entry_rejected": "cancel",
    "touched_stop": "execute",
    "pair_activation": "parent",
}
#: What decides whether a request is taken or which fields show it, and no fate of what is taken:
#: the adapter always states a time in force.
NO_FATE: Final = (
    "bracket_link",
    "pair_link",
    "missing_time_in_force",
    "child_time_in_force",
    "same_side_child",
    "opposite_side_pair",
    "immediate_child",
    "trailing_child",
    "repeated_cl_ord_id",
)
QUESTIONS: Final = {
    **{name: Question(OPEN_QUESTIONS[name], policy=policy) for name, policy in POLICY.items()},
    **{name: Question(OPEN_QUESTIONS[name], neutral=answer) for name, answer in NEUTRAL.items()},
    **{name: Question(OPEN_QUESTIONS[name]) for name in NO_FATE},
}


def broker() -> Broker:
    """Tradovate, for the account that its engine has by default."""
    adapter = Tradovate(account_id=12345, account_spec="DEMO12345")
    return Broker(adapter, _engine, _ids, _fates, QUESTIONS)


def _engine(answers: Answers) -> TradovateEngine:
    given: dict[str, Any] = dict(answers)
    return TradovateEngine(Behaviour(**given))


def _ids(_: TradovateEngine, request: Request, reply: Mapping[str, Any]) -> dict[str, int]:
    """The reply has an id for each order, under the keys that the request expects."""
    return {path: reply[key] for key, path in request.reply_ids.items() if key in reply}


def _fates(engine: TradovateEngine) -> dict[int, Fate]:
    """From each Order, its Fills, and the quantity of its newest OrderVersion."""
    sizes = {each["orderId"]: Decimal(each["orderQty"]) for each in engine.entities("orderVersion")}
    filled = dict.fromkeys(sizes, Decimal(0))
    for order_id, contracts, _ in engine.fills():
        filled[order_id] += contracts
    found: dict[int, Fate] = {}
    for order in engine.orders():
        number, status = order["id"], WORDS[order["ordStatus"]]
        live = sizes[number] - filled[number] if status is Status.WORKING else Decimal(0)
        found[number] = Fate(status, filled[number], live)
    return found
