"""The tree: one order cancels others, one order triggers others, and both at once.

One meaning has one value. An OCO directly among an OCO's peers is one flat OCO, and an OTO whose
only conditional is an OCO *is* an OTOCO: the constructors return it so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias, cast

import attrs

from otoco._leg import Leg
from otoco._node import Child, Node, once
from otoco._numbers import add
from otoco._problems import Flaw, InvalidOrder, Problem, flaw, is_flaw, problems_in, shown
from otoco._rules import errors
from otoco._values import to_instance
from otoco._words import Role, Shape

MOST_LEVELS: Final = 8
MOST_LEGS: Final = 256


def _to_nodes(values: Any) -> Any:
    if isinstance(values, Flaw):
        return values
    if type(values) not in (tuple, list):
        return flaw("value", f"{shown(values)} is not a list of legs or groups.")
    return tuple(
        to_instance(Node, value, "value", "{} is neither a leg nor a group.") for value in values
    )


def _to_peers(values: Sequence[Node]) -> Any:
    nodes = _to_nodes(values)
    if isinstance(nodes, Flaw):
        return nodes
    if len(nodes) < 2:  # before flattening: an OCO of one OCO is a slip
        why = f"cancelling one another takes two or more peers, and there is {len(nodes)}."
        return flaw("nesting", why)
    if not any(type(node) is OCO for node in nodes):
        return nodes
    return tuple(peer for node in nodes for peer in (node.peers if type(node) is OCO else (node,)))


def _to_conditionals(values: Sequence[Node]) -> Any:
    # A flaw is true, as every tuple is that is not empty.
    return _to_nodes(values) or flaw(
        "nesting", "a trigger needs at least one conditional, and has none."
    )


def _to_trigger(value: Leg) -> Any:
    return to_instance(Leg, value, "nesting", "a trigger is one leg, and not {}.")


class Group(Node):
    """The base of the three groups."""

    def __attrs_post_init__(self) -> None:
        problems = errors(self)
        if any(is_flaw(child.node) for child in self.children):
            raise InvalidOrder([*_flaws(self), *problems])
        problems = problems or list(_bounds(self))
        if problems:
            raise InvalidOrder(problems)

    @once
    def depth(self) -> int:
        """How many groups lie inside one another, this one included."""
        return 1 + max(
            child.node.depth if isinstance(child.node, Group) else 0 for child in self.children
        )


@attrs.frozen(slots=False)
class OCO(Group):
    """One cancels the others: two or more peers; when one fills, the others are cancelled.

    Raises:
        InvalidOrder: ``peers-cross``, ``immediate-peer``, ``nesting`` and ``price`` among others.

    """

    peers: tuple[Node, ...] = attrs.field(converter=_to_peers)

    @once
    def children(self) -> tuple[Child, ...]:
        return _numbered("peers", Role.PEER, self.peers)

    @once
    def shape(self) -> Shape:
        return Shape.OCO if _all_legs(self.peers) else Shape.NESTED


@attrs.frozen(slots=False)
class OTOCO(Group):
    """One triggers an OCO: when the trigger fills, its peers go live, and one cancels the others.

    Raises:
        InvalidOrder: ``exit-through-entry`` and ``peers-cross`` among others.

    """

    trigger: Leg = attrs.field(converter=_to_trigger)
    peers: tuple[Node, ...] = attrs.field(converter=_to_peers)

    @once
    def children(self) -> tuple[Child, ...]:
        trigger = Child("trigger", Role.TRIGGER, self.trigger)
        return (trigger, *_numbered("peers", Role.PEER, self.peers))

    @once
    def shape(self) -> Shape:
        return Shape.OTOCO if _all_legs(self.peers) else Shape.NESTED


@attrs.frozen(slots=False)
class OTO(Group):
    """One triggers others: when the trigger fills, every conditional goes live, independently.

    An OTO whose only conditional is an OCO is an :class:`OTOCO`, and that is what comes back.

    Raises:
        InvalidOrder: with every problem of the group.

    """

    trigger: Leg = attrs.field(converter=_to_trigger)
    conditionals: tuple[Node, ...] = attrs.field(converter=_to_conditionals)

    def __new__(cls, trigger: Leg, conditionals: Sequence[Node]) -> OTO:
        match conditionals:
            case [OCO(peers=peers)]:
                return cast("OTO", OTOCO(trigger, peers))
            case _:
                return object.__new__(cls)

    @once
    def children(self) -> tuple[Child, ...]:
        trigger = Child("trigger", Role.TRIGGER, self.trigger)
        return (trigger, *_numbered("conditionals", Role.CONDITIONAL, self.conditionals))

    @once
    def shape(self) -> Shape:
        if len(self.conditionals) > 1 and _shares_out(self):
            return Shape.LADDER
        return Shape.OTO if _all_legs(self.conditionals) else Shape.NESTED


Order: TypeAlias = Leg | OCO | OTO | OTOCO


def _numbered(key: str, role: Role, nodes: tuple[Node, ...]) -> tuple[Child, ...]:
    if is_flaw(nodes):  # for the moment in which a constructor lists what is wrong
        return (Child(key, role, cast("Any", nodes)),)
    return tuple(Child(f"{key}[{index}]", role, node) for index, node in enumerate(nodes))


def _all_legs(nodes: tuple[Node, ...]) -> bool:
    return all(type(node) is Leg for node in nodes)


def _shares_out(order: OTO) -> bool:
    """Whether the conditionals are exits or pairs of exits whose quantities make up the entry's."""
    trigger = order.trigger
    total = Decimal(0)
    exits: tuple[Leg, ...]
    for conditional in order.conditionals:
        match conditional:
            case Leg() as exit_:
                exits = (exit_,)
            case OCO(peers=(Leg() as first, Leg() as second)):
                exits = (first, second)
            case _:
                return False
        if any(
            leg.side is trigger.side
            or leg.instrument != trigger.instrument
            or leg.quantity != exits[0].quantity
            for leg in exits
        ):
            return False
        total = add(total, exits[0].quantity)
    return total == trigger.quantity


def _flaws(group: Group) -> list[Problem]:
    """The problems of what should have been children, each where it stands."""
    return problems_in({child.key: child.node for child in group.children})


def _bounds(group: Group) -> Iterator[Problem]:
    if group.depth > MOST_LEVELS:
        why = f"the groups nest {group.depth} levels deep; the most is {MOST_LEVELS}."
        yield Problem("", "nesting", why)
    elif len(group.legs) > MOST_LEGS:
        why = f"the order has {len(group.legs)} legs; the most is {MOST_LEGS}."
        yield Problem("", "nesting", why)
