"""What every order has, from a lone leg to a tree of groups: its legs, its shape, its advice."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, overload

from otoco._problems import join
from otoco._rebuilt import Rebuilt

if TYPE_CHECKING:
    from otoco._leg import Leg
    from otoco._problems import Problem
    from otoco._words import Role, Shape


T = TypeVar("T")


class once(Generic[T]):
    """A property that is computed once, without the lock that functools takes for it."""

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self.compute = compute
        self.name = compute.__name__
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> once[T]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> once[T] | T:
        if instance is None:
            return self
        value = instance.__dict__[self.name] = self.compute(instance)
        return value


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


class Node(Rebuilt):
    """The base of :class:`Leg`, :class:`OCO`, :class:`OTO` and :class:`OTOCO`."""

    def __str__(self) -> str:
        from otoco._text import tree  # noqa: PLC0415  the words are about these classes

        return tree(self)

    @once
    @abstractmethod
    def shape(self) -> Shape:
        """The overall form of the order."""

    @once
    def children(self) -> tuple[Child, ...]:
        """The direct children, in order; none for a leg."""
        return ()

    @once
    def legs(self) -> tuple[Member, ...]:
        """Every leg with its path and role, in the order in which they are written."""
        return tuple(_walk(self, "", None))

    @once
    def advice(self) -> tuple[Problem, ...]:
        """What is legal about this order, and often a mistake."""
        from otoco._advice import advice  # noqa: PLC0415  it is written about these classes

        return tuple(advice(self))


def _walk(node: Node, path: str, role: Role | None) -> list[Member]:
    children = node.children
    if not children:
        return [Member(path, role, node)]  # type: ignore[arg-type]  # only a leg has no children
    members: list[Member] = []
    for key, child_role, child in children:
        members += _walk(child, join(path, key), child_role)
    return members
