"""Tradovate for law 6: its engine, how its entities are read, and what its pages leave open."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from otoco import Arming, Order, PartialFill, TimeInForce, TrailingStop
from otoco.adapters import Request
from otoco.simulation import BothTouched, PartialEntry, PeerEnds, Status
from otoco.testing.fate import Answers, Broker, Fate, Question, any_order
from otoco_tradovate import Tradovate
from otoco_tradovate.engine import OPEN_QUESTIONS, Behaviour, TradovateEngine

#: The exits of a bracket of startOrderStrategy.
EXITS: Final = ("profitTarget", "stopLoss")
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
    "trailing_start": "market",
    "pair_activation": "parent",
    "missing_time_in_force": "GTC",
    "child_time_in_force": "default",
}
#: Which orders a question is about, where it is not about all of them.
#: What decides whether a request is taken or which fields show it, and no fate of what is taken.
NO_FATE: Final = (
    "bracket_link",
    "pair_link",
    "same_side_child",
    "opposite_side_pair",
    "immediate_child",
    "trailing_child",
    "repeated_cl_ord_id",
)


def _trails_from_nowhere(order: Order) -> bool:
    """Whether a trailing stop does not say where it starts."""
    types = [leg.order_type for _, _, leg in order.legs]
    return any(isinstance(each, TrailingStop) and each.stop is None for each in types)


def _leaves_a_life_open(order: Order) -> bool:
    """Whether a leg leaves its time in force to the broker; all others are stated."""
    return any(leg.time_in_force is TimeInForce.UNSTATED for _, _, leg in order.legs)


#: The orders that a question is about, where it is not about all.
ABOUT: Final = {
    "trailing_start": _trails_from_nowhere,
    "missing_time_in_force": _leaves_a_life_open,
    "child_time_in_force": _leaves_a_life_open,
}
QUESTIONS: Final = {
    **{name: Question(OPEN_QUESTIONS[name], policy=policy) for name, policy in POLICY.items()},
    **{
        name: Question(OPEN_QUESTIONS[name], neutral=answer, about=ABOUT.get(name, any_order))
        for name, answer in NEUTRAL.items()
    },
    **{name: Question(OPEN_QUESTIONS[name]) for name in NO_FATE},
}


def broker() -> Broker:
    """Tradovate, for the account that its engine has by default."""
    adapter = Tradovate(account_id=12345, account_spec="DEMO12345")
    return Broker(adapter, _engine, _ids, _fates, QUESTIONS)


def _engine(answers: Answers) -> TradovateEngine:
    given: dict[str, Any] = dict(answers)
    return TradovateEngine(Behaviour(**given))


def _ids(engine: TradovateEngine, request: Request, reply: Mapping[str, Any]) -> Mapping[str, int]:
    """The reply has an id for each order, under the keys that the request expects.

    That of startOrderStrategy has the strategy's alone, whose links have those of its orders.
    """
    if "orderStrategy" in reply:
        return _strategy_ids(engine, request, reply["orderStrategy"]["id"])
    return {path: reply[key] for key, path in request.reply_ids.items() if key in reply}


def _strategy_ids(engine: TradovateEngine, request: Request, strategy: int) -> dict[str, int]:
    """From the links, whose labels say the part of the params.

    The exits of a bracket are peers in the order in which its keys stand.
    """
    links = {
        link["label"]: link["orderId"]
        for link in engine.entities("orderStrategyLink")
        if link["orderStrategyId"] == strategy
    }
    brackets = json.loads(request.body["params"])["brackets"]
    ids = {"trigger": links["entryVersion"]}
    for index, bracket in enumerate(brackets):
        exits = [links[f"brackets[{index}].{key}"] for key in bracket if key in EXITS]
        place = f"conditionals[{index}]"
        if len(exits) == 1:
            ids[place] = exits[0]
            continue
        above = f"{place}." if len(brackets) > 1 else ""
        ids |= {f"{above}peers[{number}]": each for number, each in enumerate(exits)}
    return ids


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
