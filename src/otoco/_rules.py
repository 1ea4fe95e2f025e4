"""The rules between legs: what makes a group incoherent, and what is legal but often a mistake.

``errors`` judges one group when it is constructed, given that its children stood the same test
before; ``advice`` looks over a whole order. The codes are documented in ``docs/rules.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from otoco._geometry import (
    Fill,
    Region,
    crossing,
    expected_fills,
    is_market,
    region,
    resting_legs,
)
from otoco._leg import Leg
from otoco._node import Child, Node
from otoco._numbers import add, plain
from otoco._order_types import Offset, Price, Rest, StopLimit, TrailingStopLimit
from otoco._problems import Flaw, Problem, Severity, join
from otoco._words import Role, Side, TimeInForce

if TYPE_CHECKING:
    from otoco._tree import Group

_IMMEDIATE: Final = frozenset({TimeInForce.IOC, TimeInForce.FOK})
_LASTING: Final = frozenset({TimeInForce.GTC, TimeInForce.GTD})


def errors(group: Group) -> Iterator[Problem]:
    """Every reason why the group is incoherent."""
    return (p for p in _judge(group, None, "") if p.severity is Severity.ERROR)


def advice(order: Node) -> Iterator[Problem]:
    """Everything about the order that is legal and often a mistake."""
    yield from (p for p in _judge(order, None, "") if p.severity is Severity.ADVICE)
    yield from _mixed_instruments(order)
    for path, _, leg in order.legs:
        yield from _stop_limit_inverted(leg, path)
        yield from _negative_prices(leg, path)


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


def _judge(node: Node, fill: Fill, at: str) -> Iterator[Problem]:
    """The findings about a group and the groups in it; ``fill`` is that of the trigger above."""
    children = [child for child in node.children if not isinstance(child.node, Flaw)]
    if not children:
        return
    fills: tuple[Fill, ...] = (fill,)
    armed = children
    if children[0].role is Role.TRIGGER:
        trigger = children[0].node
        assert isinstance(trigger, Leg)
        fills = expected_fills(trigger, fill)
        armed = children[1:]
        for child in armed:
            yield from _against_trigger(trigger, fills, child, join(at, child.key))
        yield from _exit_exceeds_entry(trigger, armed, at)
    peers = [child for child in armed if child.role is Role.PEER]
    if peers:
        yield from _among_peers(peers, fills, at)
    known = fills[0] if len(fills) == 1 else None
    for key, _, child_node in armed:
        yield from _judge(child_node, known, join(at, key))


def _against_trigger(
    trigger: Leg, fills: tuple[Fill, ...], child: Child, at: str
) -> Iterator[Problem]:
    """The findings about each leg that the trigger arms, by itself."""
    lone = child.role is Role.CONDITIONAL and not _is_oco(child.node)
    for path, leg in resting_legs(child.node, at):
        if leg.instrument == trigger.instrument:
            yield from _exit_through_entry(trigger, fills, leg, path, lone)
            if not _is_trigger(child.node) and leg.side is trigger.side:
                yield _advice(
                    join(path, "side"),
                    "same-side-exit",
                    f"the entry is a {trigger.side} and so is this exit: it adds to the position.",
                    f"An exit would {leg.side.opposite}.",
                )
        else:
            yield from _foreign_offsets(trigger, leg, path)
        yield from _exit_expires_first(trigger, leg, path)


def _among_peers(peers: list[Child], fills: tuple[Fill, ...], at: str) -> Iterator[Problem]:
    """The findings about peers as such."""
    legs = [each for child in peers for each in resting_legs(child.node, join(at, child.key))]
    crossings = [
        crossing([each for path, leg in legs if (each := region(leg, path, fill))])
        for fill in fills
    ]
    if all(crossings):
        yield Problem(join(at, "peers"), "peers-cross", _crossing_sentence(crossings[0]))
    for path, leg in legs:
        if leg.time_in_force in _IMMEDIATE:
            yield Problem(
                join(path, "time_in_force"),
                "immediate-peer",
                f"{leg.time_in_force} ends at once, and a peer must rest until another fills.",
                "Use DAY, GTC or GTD.",
            )
    first = peers[0].node.legs[0].leg
    for path, leg in legs[1:]:
        if leg.instrument == first.instrument and leg.quantity != first.quantity:
            yield _advice(
                join(path, "quantity"),
                "unequal-peers",
                f"the quantity {plain(leg.quantity)} differs from the first peer's"
                f" {plain(first.quantity)}.",
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
            join(path, _resting_key(leg)),
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


def _exit_expires_first(trigger: Leg, leg: Leg, path: str) -> Iterator[Problem]:
    sooner = leg.time_in_force is TimeInForce.DAY and trigger.time_in_force in _LASTING
    if leg.expire_at:
        sooner = trigger.time_in_force is TimeInForce.GTC or (
            trigger.expire_at is not None and leg.expire_at < trigger.expire_at
        )
    if sooner:
        yield _advice(
            join(path, "time_in_force"),
            "exit-expires-first",
            f"this exit is {_life(leg)} and its trigger {_life(trigger)}: it can be gone"
            " while the position stays.",
            "Give the exit at least the life of its trigger.",
        )


def _exit_exceeds_entry(trigger: Leg, armed: list[Child], at: str) -> Iterator[Problem]:
    total = Decimal(0)
    peers = [_largest(child.node, trigger) for child in armed if child.role is Role.PEER]
    sizes = [max(peers)] if peers else [_largest(child.node, trigger) for child in armed]
    for size in sizes:
        total = add(total, size)
    if total > trigger.quantity:
        yield _advice(
            join(at, "trigger.quantity"),
            "exit-exceeds-entry",
            f"the exits can trade {plain(total)} and the entry only {plain(trigger.quantity)}:"
            " the rest would open a position the other way.",
        )


def _largest(node: Node, trigger: Leg) -> Decimal:
    """The most that ``node`` can trade of the trigger's instrument when it goes live."""
    if isinstance(node, Leg):
        return node.quantity if node.instrument == trigger.instrument else Decimal(0)
    live = [child.node for child in node.children if child.role is not Role.CONDITIONAL]
    if _is_trigger(node):
        live = live[:1]
    return max(_largest(each, trigger) for each in live)


def _mixed_instruments(order: Node) -> Iterator[Problem]:
    first = order.legs[0].leg.instrument
    for path, _, leg in order.legs:
        if leg.instrument != first:
            yield _advice(
                join(path, "instrument"),
                "mixed-instruments",
                f"this leg trades {leg.instrument} and the first one {first}.",
            )


def _stop_limit_inverted(leg: Leg, path: str) -> Iterator[Problem]:
    match leg.order_type:
        case StopLimit(stop=stop, limit=limit) | TrailingStopLimit(stop=stop, limit=limit):
            pass
        case _:
            return
    if type(stop) is not type(limit):
        return
    stop_at, limit_at = _points(stop), _points(limit)
    sells = leg.side is Side.SELL
    if limit_at > stop_at if sells else limit_at < stop_at:
        yield _advice(
            join(path, "limit_price"),
            "stop-limit-inverted",
            f"the limit {_price_text(limit)} is {'above' if sells else 'below'} the stop"
            f" {_price_text(stop)}: the {leg.side.lower()} may never fill.",
            f"A {leg.side.lower()} stop-limit has its limit at or"
            f" {'below' if sells else 'above'} the stop.",
        )


def _negative_prices(leg: Leg, path: str) -> Iterator[Problem]:
    for key, price in leg.prices():
        if not isinstance(price, Offset) and price < 0:
            yield _advice(
                join(path, key),
                "negative-price",
                f"the price {plain(price)} is below zero, as only spreads and a few futures trade.",
            )


def _advice(where: str, code: str, why: str, fix: str | None = None) -> Problem:
    return Problem(where, code, why, fix, Severity.ADVICE)


def _is_trigger(node: Node) -> bool:
    return bool(node.children) and node.children[0].role is Role.TRIGGER


def _is_oco(node: Node) -> bool:
    return bool(node.children) and node.children[0].role is Role.PEER


def _resting_key(leg: Leg) -> str:
    rests = leg.order_type.RESTS
    return leg.order_type.PRICES[rests.price] if rests else "order_type"


def _points(price: Price | None) -> Decimal:
    return price.points if isinstance(price, Offset) else price or Decimal(0)


def _price_text(price: Price | None) -> str:
    return str(price) if isinstance(price, Offset) else plain(_points(price))


def _life(leg: Leg) -> str:
    return f"GTD until {leg.expire_at:%Y-%m-%d %H:%M}Z" if leg.expire_at else leg.time_in_force


def _leg_words(each: Region) -> str:
    """A leg in trade language: ``sell stop 4225``."""
    name = f"{each.leg.side} {each.leg.order_type.NAME}".lower().replace("_", "-")
    rests = each.leg.order_type.RESTS
    return f"{name} {_price_text(getattr(each.leg.order_type, rests.price))}" if rests else name


def _through_sentence(trigger: Leg, each: Region, fill: Fill) -> str:
    price = "the entry price" if fill is None else f"the entry price {plain(fill)}"
    what = f"{_leg_words(each)} would execute at once at {price}"
    if each.bound is None:
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


def _crossing_sentence(found: tuple[Region, Region] | Region | None) -> str:
    match found:
        case (Region() as below, Region() as above):
            return (
                f"{_leg_words(below)} executes at or below its price and {_leg_words(above)}"
                " at or above: there is no price at which both rest."
            )
        case Region() as everywhere:
            return f"{_leg_words(everywhere)} executes at once at any price, so it cannot rest."
        case _:
            raise AssertionError("a sentence is asked for only where regions cross")
