"""What is legal about an order and often a mistake: data for the caller, and no error by itself."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from otoco._geometry import resting_legs
from otoco._instrument import Instrument
from otoco._leg import Leg
from otoco._node import Child, Node
from otoco._numbers import add, plain
from otoco._order_types import Offset, Rest, StopLimit, TrailingStopLimit, points, price_text
from otoco._problems import Problem, Severity, join
from otoco._rules import coherence
from otoco._values import write_instant
from otoco._words import Role, Side, TimeInForce

_LASTING: Final = frozenset({TimeInForce.GTC, TimeInForce.GTD})


def advice(order: Node) -> Iterator[Problem]:
    """Everything about the order that is legal and often a mistake."""
    yield from (p for p in coherence(order, (None,), "") if p.severity is Severity.ADVICE)
    yield from _within_groups(order, "")
    yield from _mixed_instruments(order)
    for path, _, leg in order.legs:
        yield from _stop_limit_inverted(leg, path)
        yield from _negative_prices(leg, path)


def _within_groups(node: Node, at: str) -> Iterator[Problem]:
    """The advice about each group: its exits against its trigger, its peers among each other."""
    armed = list(node.children)
    if _has_trigger(node):
        trigger = armed.pop(0).node
        assert isinstance(trigger, Leg)
        for path, leg in _exits(armed, at):
            yield from _same_side_exit(trigger, leg, path)
        for child in armed:
            for path, leg in resting_legs(child.node, join(at, child.key)):
                yield from _exit_expires_first(trigger, leg, path)
        yield from _exit_exceeds_entry(trigger, armed, at)
    if armed and armed[0].role is Role.PEER:
        yield from _unequal_peers(armed, at)
    for key, _, child_node in armed:
        yield from _within_groups(child_node, join(at, key))


def _exits(armed: list[Child], at: str) -> Iterator[tuple[str, Leg]]:
    """The armed legs that are exits: all but those that trigger something themselves."""
    for key, _, node in armed:
        if isinstance(node, Leg):
            yield join(at, key), node
        elif not _has_trigger(node):
            yield from _exits(list(node.children), join(at, key))


def _same_side_exit(trigger: Leg, leg: Leg, path: str) -> Iterator[Problem]:
    if leg.side is trigger.side and leg.instrument == trigger.instrument:
        yield _advice(
            join(path, "side"),
            "same-side-exit",
            f"the entry is a {trigger.side} and so is this exit: it adds to the position.",
            f"An exit would {leg.side.opposite}.",
        )


def _unequal_peers(peers: list[Child], at: str) -> Iterator[Problem]:
    firsts: dict[Instrument, Leg] = {}
    for path, leg in (
        each for child in peers for each in resting_legs(child.node, join(at, child.key))
    ):
        first = firsts.setdefault(leg.instrument, leg)
        if leg.quantity != first.quantity:
            yield _advice(
                join(path, "quantity"),
                "unequal-peers",
                f"the quantity {plain(leg.quantity)} differs from the first peer's"
                f" {plain(first.quantity)}.",
            )


def _exit_expires_first(trigger: Leg, leg: Leg, path: str) -> Iterator[Problem]:
    where = join(path, "time_in_force")
    rests = leg.order_type.RESTS
    if leg.time_in_force.is_immediate and rests and rests.how is Rest.FOR_WORSE:
        yield _advice(
            where,
            "exit-expires-first",
            f"this stop is {leg.time_in_force}: it is gone at once where the market has not"
            " reached it, and the position stays.",
            "Give the stop the time to wait: DAY, GTC or GTD.",
        )
    sooner = leg.time_in_force is TimeInForce.DAY and trigger.time_in_force in _LASTING
    if leg.expire_at:
        sooner = trigger.time_in_force is TimeInForce.GTC or (
            trigger.expire_at is not None and leg.expire_at < trigger.expire_at
        )
    if sooner:
        yield _advice(
            where,
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
    if _has_trigger(node):
        live = live[:1]
        assert isinstance(live[0], Leg)
        if live[0].side is trigger.side:  # an addition to the position, and no exit
            return Decimal(0)
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
    if stop is None or type(stop) is not type(limit):
        return
    stop_at, limit_at = points(stop), points(limit)
    sells = leg.side is Side.SELL
    if limit_at > stop_at if sells else limit_at < stop_at:
        yield _advice(
            join(path, "limit_price"),
            "stop-limit-inverted",
            f"the limit {price_text(limit)} is {'above' if sells else 'below'} the stop"
            f" {price_text(stop)}: the {leg.side.lower()} may never fill.",
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


def _has_trigger(node: Node) -> bool:
    return bool(node.children) and node.children[0].role is Role.TRIGGER


def _life(leg: Leg) -> str:
    return f"GTD until {write_instant(leg.expire_at)}" if leg.expire_at else leg.time_in_force
