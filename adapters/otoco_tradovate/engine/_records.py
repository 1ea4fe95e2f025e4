"""Tradovate's entities and the props events that announce them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias

Entity: TypeAlias = dict[str, Any]

STAMPED = frozenset({"order", "command", "commandReport", "fill", "orderStrategy"})
"""The entity types that have a timestamp, by their pages; it is left out until a time is known."""


PLAIN = frozenset({bool, int, str})


def as_json(value: object) -> object:
    """A field as JSON has it: prices are doubles and moments RFC 3339 text."""
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, datetime) else value


def fields(values: Mapping[str, object]) -> Entity:
    """The fields of an entity, without those that have no value."""
    return {
        name: value if type(value) in PLAIN else as_json(value)
        for name, value in values.items()
        if value is not None
    }


class Records:
    """All entities by type and id; ids ascend over all types, so no two entities share one.

    An OrderVersion alone has the id of another entity: that of its Command (OrderVersion page).
    """

    def __init__(self) -> None:
        self.events: list[Entity] = []
        self.now: datetime | None = None
        self._tables: dict[str, dict[int, Entity]] = {}
        self._last_id = 0

    def new_id(self) -> int:
        """The next free id."""
        self._last_id += 1
        return self._last_id

    def create(self, entity_type: str, entity_id: int | None = None, /, **values: object) -> int:
        """Add an entity, with an id of its own unless one is given, and return the id."""
        number = entity_id or self.new_id()
        stamp = self.now if entity_type in STAMPED else None
        entity = {"id": number, **fields({"timestamp": stamp, **values})}
        self._tables.setdefault(entity_type, {})[number] = entity
        self._announce("Created", entity_type, entity)
        return number

    def update(self, entity_type: str, entity_id: int, /, **values: object) -> None:
        """Change fields of an entity, and say so if that changes anything."""
        entity = self._tables[entity_type][entity_id]
        before = dict(entity)
        entity.update(fields(values))
        if entity != before:
            self._announce("Updated", entity_type, entity)

    def get(self, entity_type: str, entity_id: int) -> Entity:
        """A copy of an entity; raises KeyError where there is none."""
        return dict(self._tables.get(entity_type, {})[entity_id])

    def all(self, entity_type: str) -> list[Entity]:
        """Copies of the entities of a type, by ascending id."""
        return [dict(entity) for _, entity in sorted(self._tables.get(entity_type, {}).items())]

    def _announce(self, event_type: str, entity_type: str, entity: Entity) -> None:
        change = {"entityType": entity_type, "eventType": event_type, "entity": dict(entity)}
        self.events.append({"e": "props", "d": change})
