"""What every order has, from a lone leg to a tree of groups: its legs, its shape, its advice."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from otoco._problems import join

if TYPE_CHECKING:
    from otoco._leg import Leg
    from otoco._problems import Problem
    from otoco._words import Role, Shape


class Member(NamedTuple):
    """A leg where it stands in its order.

    ``path`` is the leg's path (``peers[0]``; empty for an order that is one leg) and ``role`` what
    it is there (``None`` for an order that is one leg).
    """

    path: str
    role: Role | None
    leg: Leg


class Child(NamedTuple):
    """A direct child of a group: its key there, its role and the child itself."""

    key: str
    role: Role
    node: Node


class Node:
    """The base of :class:`Leg`, :class:`OCO`, :class:`OTO` and :class:`OTOCO`."""

    def __str__(self) -> str:
        from otoco._text import tree  # noqa: PLC0415  the words are about these classes

        return tree(self)

    @cached_property
    def shape(self) -> Shape:
        """The overall form of the order."""
        raise NotImplementedError

    @property
    def children(self) -> tuple[Child, ...]:
        """The direct children, in order; none for a leg."""
        return ()

    @cached_property
    def legs(self) -> tuple[Member, ...]:
        """Every leg with its path and role, in the order in which they are written."""
        return tuple(_walk(self, "", None))

    @cached_property
    def advice(self) -> tuple[Problem, ...]:
        """What is legal about this order, and often a mistake."""
        from otoco._rules import advice  # noqa: PLC0415  the rules are written about these classes

        return tuple(advice(self))


def _walk(node: Node, path: str, role: Role | None) -> list[Member]:
    children = node.children
    if not children:
        return [Member(path, role, node)]  # type: ignore[arg-type]  # only a leg has no children
    members: list[Member] = []
    for key, child_role, child in children:
        members += _walk(child, join(path, key), child_role)
    return members
