"""An order in words, for people: one line a leg, in a tree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from otoco._leg import Leg
from otoco._node import Node
from otoco._numbers import plain
from otoco._order_types import Offset, Price
from otoco._values import write_instant

_MEANING: Final = {
    "OCO": "when one fills, the others are cancelled",
    "OTO": "when the first leg fills, the others go live",
    "OTOCO": "when the first leg fills, the others go live;"
    " when one of those fills, the rest are cancelled",
}


def tree(order: Node) -> str:
    """The legs of an order as an indented tree, each with its path."""
    return "\n".join(_tree(order, "", "", ""))


def _tree(node: Node, path: str, first: str, rest: str) -> Iterator[str]:
    if isinstance(node, Leg):
        yield f"{first}{leg_words(node)}" + (f"   ({path})" if path else "")
        return
    children = list(node.children)
    yield f"{first}{type(node).__name__}: {_MEANING[type(node).__name__]}"
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
        words[-1] += f" until {write_instant(leg.expire_at)}"
    if leg.position_effect is not None:
        words.append(f"to {leg.position_effect.value}")
    if leg.display_quantity is not None:
        words.append(f"showing {plain(leg.display_quantity)}")
    if leg.activate_at is not None:
        words.append(f"active from {write_instant(leg.activate_at)}")
    if leg.label is not None:
        words.append(f"label {leg.label!r}")
    return ", ".join(words)


def _price(price: Price) -> str:
    return f"at {price}" if isinstance(price, Offset) else plain(price)
