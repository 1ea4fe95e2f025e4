"""An order in words, for people: one line a leg, in a tree."""

from __future__ import annotations

from collections.abc import Iterator

from otoco._leg import Leg
from otoco._node import Node
from otoco._numbers import plain
from otoco._order_types import Offset, Price
from otoco._words import Role


def tree(order: Node) -> str:
    """The legs of an order as an indented tree, each with its path."""
    return "\n".join(_tree(order, "", "", ""))


def _tree(node: Node, path: str, first: str, rest: str) -> Iterator[str]:
    if isinstance(node, Leg):
        yield f"{first}{leg_words(node)}" + (f"   ({path})" if path else "")
        return
    children = list(node.children)
    if children[0].role is Role.TRIGGER:
        yield f"{first}{type(node).__name__}: when the first leg fills, the rest goes live"
    else:
        yield f"{first}{type(node).__name__}: when one fills, the others are cancelled"
    for child in children:
        last = child is children[-1]
        where = f"{path}.{child.key}" if path else child.key
        branch = ("└─ ", "   ") if last else ("├─ ", "│  ")
        yield from _tree(child.node, where, rest + branch[0], rest + branch[1])


def leg_words(leg: Leg) -> str:
    """A leg in one line: ``SELL 1 MESM7 stop 4125, GTC``."""
    prices = [f"{key.removesuffix('_price')} {_price(price)}" for key, price in leg.prices()]
    kind = ", ".join(prices) or "at the market"
    if leg.order_type.NAME.endswith("IF_TOUCHED") or leg.order_type.NAME.startswith("TRAILING"):
        kind = f"{leg.order_type.NAME.lower().replace('_', ' ')}: {kind}"
    words = [f"{leg.side} {plain(leg.quantity)} {leg.instrument} {kind}", leg.time_in_force.value]
    if leg.expire_at is not None:
        words[-1] += f" until {leg.expire_at.isoformat()}"
    if leg.position_effect is not None:
        words.append(f"to {leg.position_effect.value}")
    if leg.display_quantity is not None:
        words.append(f"showing {plain(leg.display_quantity)}")
    if leg.activate_at is not None:
        words.append(f"active from {leg.activate_at.isoformat()}")
    if leg.label is not None:
        words.append(f"label {leg.label!r}")
    return ", ".join(words)


def _price(price: Price) -> str:
    return f"at {price}" if isinstance(price, Offset) else plain(price)
