"""One thing wrong with a document, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import attrs

from otoco._document import to_dict
from otoco._node import Node
from otoco._order_types import ORDER_TYPES
from otoco._problems import join

#: What to put in a place that is to be without its key.
ABSENT: Final = object()
PRICE_KEYS: Final = tuple(
    dict.fromkeys(key for kind in ORDER_TYPES.values() for key in kind.PRICES.values())
)


@attrs.frozen
class Wrong:
    """What to put where in a document; the problem is at ``where``, or in the same place."""

    at: str
    value: Any
    where: str | None = None


Wrongs: TypeAlias = Iterator[Wrong]


def replaced(document: dict[str, Any], at: str, value: Any) -> Any:
    """The document with another value in one place, or with none."""
    if not at:
        return value
    *outer, last = keys_of(at)
    holder: Any = document
    for key in outer:
        holder = holder[key]
    if value is ABSENT:
        del holder[last]
    else:
        holder[last] = value
    return document


def keys_of(path: str) -> list[str | int]:
    """The keys and indexes of a path."""
    return [int(key) if key.isdigit() else key for key in re.findall(r"\w+", path)]


def document_of(node: Node) -> dict[str, Any]:
    """The document of a leg or group inside an order."""
    document: dict[str, Any] = to_dict(node)  # type: ignore[arg-type]  # the base of all orders
    del document["otoco"]
    return document


def groups_in(node: Node, at: str = "") -> Iterator[tuple[str, Node]]:
    """Every group with its path."""
    if node.children:
        yield at, node
    for key, _, child in node.children:
        yield from groups_in(child, join(at, key))
