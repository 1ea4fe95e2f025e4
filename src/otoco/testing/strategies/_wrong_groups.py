"""What can be wrong with a group of a document: its members, and their prices to one another."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from otoco._document import to_dict
from otoco._leg import Leg
from otoco._numbers import plain
from otoco._order_types import Rest
from otoco._problems import join
from otoco._tree import MOST_LEGS, MOST_LEVELS, Group, Order
from otoco._words import Role, Shape, Side
from otoco.testing.strategies._wrong import (
    PRICE_KEYS,
    Wrong,
    Wrongs,
    document_of,
    groups_in,
    keys_of,
)


def nesting(order: Order) -> Wrongs:
    """One peer, no conditional, a group for a trigger; too deep, and too wide."""
    for path, group in groups_in(order):
        document = document_of(group)
        if "peers" in document:
            yield Wrong(join(path, "peers"), document["peers"][:1])
        if "conditionals" in document:
            yield Wrong(join(path, "conditionals"), [])
        if "trigger" in document:
            yield Wrong(join(path, "trigger"), document)
    if order.shape is Shape.SINGLE:
        leg = document_of(order)
        yield Wrong("", {"type": "OTO", "trigger": leg, "conditionals": [leg] * MOST_LEGS})
    yield Wrong("", _deep(order))


def _deep(order: Order) -> dict[str, Any]:
    """The order under one trigger after another, one level too deep."""
    document = document_of(order)
    leg = document_of(order.legs[0].leg) | {"order_type": "MARKET", "time_in_force": "DAY"}
    leg = {key: value for key, value in leg.items() if key not in (*PRICE_KEYS, "expire_at")}
    levels = order.depth if isinstance(order, Group) else 0
    for _ in range(MOST_LEVELS + 1 - levels):
        document = {"type": "OTO", "trigger": leg, "conditionals": [document, leg]}
    return document


def crossing(order: Order) -> Wrongs:
    """One more peer that executes at once wherever another one rests."""
    for path, role, leg in order.legs:
        rests = leg.order_type.RESTS
        if role is not Role.PEER or leg.activate_at or not rests:
            continue
        if getattr(leg.order_type, rests.price) is None:
            continue
        peers = path.rpartition("[")[0]
        document = document_of(leg)
        price = document[leg.order_type.PRICES[rests.price]]
        bare = {key: value for key, value in document.items() if key not in PRICE_KEYS}
        for partner in (
            {**document, "side": leg.side.opposite.value},
            {**bare, **_mirrored(leg, price)},
            {**bare, "order_type": "MARKET"},
        ):
            yield Wrong(peers, [*_held(order, peers), partner])


def _mirrored(leg: Leg, price: Any) -> dict[str, Any]:
    """A stop for what rests like a limit, and a limit for what rests like a stop."""
    rests = leg.order_type.RESTS
    kind = "LIMIT" if rests and rests.how is Rest.FOR_WORSE else "STOP"
    return {"order_type": kind, f"{kind.lower()}_price": price}


def _held(order: Order, path: str) -> Any:
    held: Any = to_dict(order)
    for key in keys_of(path):
        held = held[key]
    return held


def through_entry(order: Order) -> Wrongs:
    """An exit that rests at the very price of the fill, or on the wrong side of it."""
    trigger = order.legs[0].leg
    fills = [getattr(trigger.order_type, name) for name in trigger.order_type.FILLS_AT]
    for path, role, leg in order.legs:
        rests = leg.order_type.RESTS
        ours = leg.instrument == trigger.instrument
        if role is Role.PEER and ours and rests and not leg.activate_at:
            at = join(path, leg.order_type.PRICES[rests.price])
            yield Wrong(at, {"offset": "0"})
            if fills and path.startswith("peers"):  # a pair by itself would cross before
                yield Wrong(at, plain(_beyond(leg, rests.how, fills)))


def _beyond(leg: Leg, how: Rest, fills: Sequence[Decimal]) -> Decimal:
    """A price at which the leg would execute at once, whichever of the fills it is."""
    step = leg.instrument.tick_size or Decimal(1)
    below = (leg.side is Side.BUY) is (how is Rest.FOR_BETTER)
    return max(fills) + step if below else min(fills) - step
