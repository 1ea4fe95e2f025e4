"""What makes a group incoherent: the geometry, and legs that cannot do what their place asks.

``errors`` judges one group when it is constructed, given that its children stood the same test
before. Of the same findings, those that are only often a mistake are advice. The codes are
documented in ``docs/rules.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from otoco._geometry import (
    Fill,
    Region,
    crossing,
    expected_fills,
    is_market,
    region,
    resting_key,
    resting_legs,
)
from otoco._leg import Leg
from otoco._node import Child, Node
from otoco._numbers import plain
from otoco._order_types import Offset, Rest, price_text
from otoco._problems import Problem, Severity, is_flaw, join
from otoco._words import Role, Side

if TYPE_CHECKING:
    from otoco._tree import Group


def errors(group: Group) -> list[Problem]:
    """Every reason why the group is incoherent."""
    return [each for each in coherence(group, (None,), "") if each.severity is Severity.ERROR]


def unanchored(order: Node) -> list[Problem]:
    """A problem for each offset that no trigger stands above: such an order is a fragment."""
    return [
        Problem(
            join(path, key),
            "price",
            f"{price} is a distance from a fill, and no trigger stands above this leg.",
            "Write the price itself, or put the leg under a trigger.",
        )
        for path, leg in resting_legs(order, "")
        for key, price in leg.prices()
        if isinstance(price, Offset)
    ]


def coherence(node: Node, fills: tuple[Fill, ...], at: str) -> Iterator[Problem]:
    """The findings about a group and the groups in it; ``fills`` are of the trigger above."""
    armed = [child for child in node.children if not is_flaw(child.node)]
    if armed and armed[0].role is Role.TRIGGER:
        trigger = armed.pop(0).node
        assert isinstance(trigger, Leg)
        fills = expected_fills(trigger, fills)
        for child in armed:
            yield from _against_trigger(trigger, fills, child, join(at, child.key))
    if armed and armed[0].role is Role.PEER:
        yield from _among_peers(armed, fills, at)
    for key, _, child_node in armed:
        if type(child_node) is not Leg:
            yield from coherence(child_node, fills, join(at, key))


def _against_trigger(
    trigger: Leg, fills: tuple[Fill, ...], child: Child, at: str
) -> Iterator[Problem]:
    """The findings about each leg that the trigger arms, by itself."""
    lone = child.role is Role.CONDITIONAL and not is_oco(child.node)
    for path, leg in resting_legs(child.node, at):
        if leg.instrument == trigger.instrument:
            yield from _exit_through_entry(trigger, fills, leg, path, lone)
        else:
            yield from _foreign_offsets(trigger, leg, path)


def _among_peers(peers: list[Child], fills: tuple[Fill, ...], at: str) -> Iterator[Problem]:
    """The findings about peers as such."""
    legs = [each for child in peers for each in resting_legs(child.node, join(at, child.key))]
    crossings = [
        found
        for fill in fills
        if (found := crossing([each for path, leg in legs if (each := region(leg, path, fill))]))
    ]
    if len(crossings) == len(fills):
        yield Problem(join(at, "peers"), "peers-cross", _crossing_sentence(crossings[0]))
    for path, leg in legs:
        if leg.time_in_force.is_immediate:
            yield Problem(
                join(path, "time_in_force"),
                "immediate-peer",
                f"{leg.time_in_force} ends at once, and a peer must rest until another fills.",
                "Use DAY, GTC or GTD.",
            )


def _exit_through_entry(
    trigger: Leg, fills: tuple[Fill, ...], leg: Leg, path: str, lone: bool
) -> Iterator[Problem]:
    if lone and is_market(leg):
        return
    held = [
        (each, fill)
        for fill in fills
        if (each := region(leg, path, fill)) is not None and each.holds(fill)
    ]
    if held:
        each, fill = held[0]
        severe = not lone and len(held) == len(fills)
        yield Problem(
            join(path, resting_key(leg)),
            "exit-through-entry",
            _through_sentence(trigger, each, fill),
            severity=Severity.ERROR if severe else Severity.ADVICE,
        )


def _foreign_offsets(trigger: Leg, leg: Leg, path: str) -> Iterator[Problem]:
    for key, price in leg.prices():
        if isinstance(price, Offset):
            yield Problem(
                join(path, key),
                "price",
                f"{price} is a distance from the fill of {trigger.instrument},"
                f" and this leg trades {leg.instrument}.",
                "Write the price itself.",
            )


def is_oco(node: Node) -> bool:
    """Whether the node is an OCO."""
    return bool(node.children) and node.children[0].role is Role.PEER


def _leg_words(each: Region) -> str:
    """A leg in trade language: ``sell stop 4225``."""
    name = f"{each.leg.side} {each.leg.order_type.NAME}".lower().replace("_", "-")
    rests = each.leg.order_type.RESTS
    return f"{name} {price_text(getattr(each.leg.order_type, rests.price))}" if rests else name


def _through_sentence(trigger: Leg, each: Region, fill: Fill) -> str:
    price = "the entry price" if fill is None else f"the entry price {plain(fill)}"
    what = f"{_leg_words(each)} would execute at once at {price}"
    if each.everywhere:
        return f"{what}: a peer must rest until another fills."
    lies = "below" if each.below else "above"
    if each.leg.side is trigger.side:
        return f"{what}: to rest, it must lie {lies} it."
    rests = each.leg.order_type.RESTS
    purpose = (
        "stop that protects" if rests and rests.how is Rest.FOR_WORSE else "target that closes"
    )
    position = "long" if trigger.side is Side.BUY else "short"
    return f"{what}: a {purpose} a {position} position lies {lies} it."


def _crossing_sentence(found: tuple[Region, Region] | Region) -> str:
    match found:
        case (Region() as below, Region() as above):
            return (
                f"{_leg_words(below)} executes at or below its price and {_leg_words(above)}"
                " at or above: there is no price at which both rest."
            )
        case everywhere:
            return f"{_leg_words(everywhere)} executes at once at any price, so it cannot rest."
