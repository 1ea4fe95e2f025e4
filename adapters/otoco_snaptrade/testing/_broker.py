"""SnapTrade for law 6: its engine, how its records are read, and what its pages leave open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any, Final

from otoco import Arming, PartialFill
from otoco.adapters import Request
from otoco.simulation import BothTouched, PartialEntry, PeerEnds, Status
from otoco.testing.fate import Answers, Broker, Fate, Question
from otoco_snaptrade import SnapTrade
from otoco_snaptrade.engine import OPEN_QUESTIONS, Behaviour, SnapTradeEngine

ACCOUNT: Final = "2bcd7cc3-e922-4976-bce1-9858296801c3"
WORDS: Final = {
    "CONTINGENT_ORDER": Status.HELD,
    "ACCEPTED": Status.WORKING,
    "TRIGGERED": Status.WORKING,
    "PARTIAL": Status.WORKING,
    "EXECUTED": Status.FILLED,
    "CANCELED": Status.CANCELLED,
    "PARTIAL_CANCELED": Status.CANCELLED,
    "REJECTED": Status.REJECTED,
    "EXPIRED": Status.EXPIRED,
}
#: The questions that a policy knows too.
POLICY: Final[Mapping[str, Mapping[str, Any]]] = {
    "arming": {"full": Arming.FULL_FILL, "any": Arming.ANY_FILL},
    "peer_partial": {"cancel": PartialFill.CANCELS, "reduce": PartialFill.REDUCES},
    "peer_ends": {"keep": PeerEnds.KEEP, "cancel": PeerEnds.CANCEL},
    "partial_entry": {"arm": PartialEntry.ARM, "discard": PartialEntry.DISCARD},
    "both_touched": {"first": BothTouched.FIRST, "both": BothTouched.ALL},
}
QUESTIONS: Final = {
    **{name: Question(OPEN_QUESTIONS[name], policy=policy) for name, policy in POLICY.items()},
    "trigger_ends": Question(OPEN_QUESTIONS["trigger_ends"], neutral="cancel"),
    # These decide whether a request is taken.
    "pairing": Question(OPEN_QUESTIONS["pairing"]),
    "duplicate_id": Question(OPEN_QUESTIONS["duplicate_id"]),
}
LIST_OF: Final = {"PEER": "peers", "CONDITIONAL": "conditionals"}


def broker(contract: str = "2026-04") -> Broker:
    """SnapTrade under one of its contracts.

    Raises:
        otoco.Refused: for a contract that there is not.

    """
    adapter = SnapTrade(account_id=ACCOUNT, contract=contract)
    return Broker(adapter, partial(_engine, contract), _ids, _fates, QUESTIONS)


def _engine(contract: str, answers: Answers) -> SnapTradeEngine:
    given: dict[str, Any] = dict(answers)
    return SnapTradeEngine(Behaviour(**given), ACCOUNT, contract=contract)


def _ids(engine: SnapTradeEngine, _: Request, reply: Mapping[str, Any]) -> dict[str, str]:
    """The reply names the group alone; the legs are in it as the request has them."""
    if "brokerage_group_order_id" not in reply:
        return {}
    seen: Counter[str] = Counter()
    found: dict[str, str] = {}
    for order_id, role in engine.group(reply["brokerage_group_order_id"]):
        path = "trigger" if role == "TRIGGER" else f"{LIST_OF[role]}[{seen[role]}]"
        found[path] = order_id
        seen[role] += 1
    return found


def _fates(engine: SnapTradeEngine) -> dict[str, Fate]:
    """From the record of each leg, which needs a sync."""
    engine.sync()
    found: dict[str, Fate] = {}
    for record in engine.orders():
        order_id = str(record["brokerage_order_id"])
        status, filled = WORDS[str(record["status"])], Decimal(str(record["filled_quantity"]))
        found[order_id] = Fate(status, filled, engine.working(order_id))
    return found
