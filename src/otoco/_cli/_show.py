"""Answers for people: what is wrong, where, and what to write instead; the tree of an order."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from otoco import _json
from otoco._cli._jobs import Answer
from otoco._describe import describe
from otoco._leg import Leg
from otoco._node import Node
from otoco._numbers import plain
from otoco._registry import adapter, adapter_names
from otoco._words import Role


def answer(found: Answer) -> tuple[str, bool]:
    """The text of an answer, and whether it is an error."""
    machine = found.machine
    if "invalid" in machine:
        return "\n".join(["The order is invalid.", *_findings(machine["invalid"])]), True
    if "refused" in machine:
        return "\n".join(["Refused; nothing was built.", *_findings(machine["refused"])]), True
    if "adapters" in machine and found.order is not None:
        return "\n".join(_checked(found.order, machine)), False
    return json.dumps(machine, indent=2), False


def tree(order: Node) -> str:
    """The legs of an order as an indented tree."""
    return "\n".join(_tree(order, "", "", ""))


def adapters(*, as_json: bool) -> str:
    """What is installed, and what each adapter takes."""
    found = {name: describe(adapter(name)()) for name in adapter_names()}
    if as_json:
        return _json.dumps(found)
    return "\n\n".join("\n".join(_adapter(name, facts)) for name, facts in found.items())


def _checked(order: Node, machine: Mapping[str, Any]) -> Iterator[str]:
    yield f"Valid: {_article(order.shape)}."
    yield tree(order)
    if machine["advice"]:
        yield ""
        yield "Legal, but look again:"
        yield from _findings(machine["advice"])
    yield ""
    for name, refusals in machine["adapters"].items():
        yield f"{name}: no" if refusals else f"{name}: yes"
        yield from _findings(refusals)


def _findings(findings: list[dict[str, str]]) -> Iterator[str]:
    for each in findings:
        yield f"  {each['where'] or 'order'}: {each['why']} [{each['code']}]"
        if "fix" in each:
            yield f"    {each['fix']}"


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


def _price(price: Any) -> str:
    return plain(price) if hasattr(price, "as_tuple") else f"at {price}"


def _article(shape: str) -> str:
    return f"{'an' if shape[0] in 'O' else 'a'} {shape}"


def _adapter(name: str, facts: Mapping[str, Any]) -> Iterator[str]:
    yield f"{name} ({facts['broker']})"
    for key, value in facts.items():
        if key in ("name", "broker"):
            continue
        words = key.replace("_", " ")
        if isinstance(value, Mapping):
            yield f"  {words}:"
            yield from (f"    {inner}: {text}" for inner, text in value.items())
        else:
            yield f"  {words}: {', '.join(value) if isinstance(value, list) else value}"
