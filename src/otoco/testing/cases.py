"""What a law is put to the test on, as whoever reads the failing test sees it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

import attrs

from otoco._contract import Adapter, Placement
from otoco._document import to_dict
from otoco._problems import Refused
from otoco._translate import check
from otoco._tree import Order


@attrs.frozen
class Placing:
    """An order with the intent and the client order ids of its placing."""

    order: Order
    intent: UUID | None = None
    client_order_ids: Mapping[str, str] = attrs.field(factory=dict[str, str])

    def is_taken_by(self, adapter: Adapter) -> bool:
        """Whether the adapter takes the order, and its client ids can say the intent."""
        try:
            Placement(self.intent, self.client_order_ids).ids(adapter, self.order)
        except Refused:
            return False
        return not check(self.order, adapter)

    def __str__(self) -> str:
        said = [legible(self.order)]
        said += [f"intent: {self.intent}"] if self.intent else []
        said += [f"id of {path}: {text}" for path, text in self.client_order_ids.items()]
        return "\n".join(said)


def legible(order: Order) -> str:
    """The document of an order as JSON, with a line for each leg."""
    return _lines(to_dict(order), "")


def shown(case: object) -> str:
    """A case as text: an order as its document, several things below one another."""
    if isinstance(case, Order):
        return legible(case)
    if isinstance(case, tuple | list):
        return "\n".join(map(shown, cast("Sequence[object]", case)))
    return str(case)


def _lines(value: dict[str, Any], indent: str) -> str:
    nodes = [key for key in ("trigger", "peers", "conditionals") if key in value]
    if not nodes:
        return json.dumps(value)
    own = {key: member for key, member in value.items() if key not in nodes}
    parts = [json.dumps(own)[1:-1]]
    for key in nodes:
        start = f'{indent} "{key}": '
        if key == "trigger":
            parts.append(start + _lines(value[key], indent))
        else:
            below = " " * (len(start) + 1)
            held = f",\n{below}".join(_lines(each, below) for each in value[key])
            parts.append(f"{start}[{held}]")
    return "{" + ",\n".join(parts) + "}"
