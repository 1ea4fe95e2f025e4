"""What can be looked up: entities by id, all of a type, and those that depend on another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from otoco_tradovate.engine import Entity, TradovateEngine
from otoco_tradovate.sandbox._replies import Refused
from otoco_tradovate.sandbox._tokens import USER

#: Each entity type with the field that names its master, and the type of that (entity pages).
MASTERS: Final[Mapping[str, tuple[str, str]]] = {
    "order": ("accountId", "account"),
    "orderStrategy": ("accountId", "account"),
    "orderVersion": ("orderId", "order"),
    "fill": ("orderId", "order"),
    "command": ("orderId", "order"),
    "commandReport": ("commandId", "command"),
    "executionReport": ("commandId", "command"),
    "orderStrategyLink": ("orderStrategyId", "orderStrategy"),
    "account": ("userId", "user"),
}


class Queries:
    """The queries of one account, by path."""

    def __init__(self, engine: TradovateEngine) -> None:
        self._engine = engine
        account = engine.account
        self._others: Mapping[str, Entity] = {
            "account": {"id": account.id, "name": account.name, "userId": USER, "active": True},
            "user": {"id": USER},
        }
        verbs = {
            "item": self._item,
            "items": self._items,
            "list": self._list,
            "deps": self._deps,
            "ldeps": self._ldeps,
        }
        self.paths: Mapping[str, Callable[[str], object]] = {
            **{
                f"/{entity_type}/{verb}": _bound(answer, entity_type)
                for entity_type in MASTERS
                for verb, answer in verbs.items()
            },
            "/contract/find": self._find,
            "/contract/item": _bound(self._item, "contract"),
            "/contract/items": _bound(self._items, "contract"),
        }
        """What answers each path, given the query string."""

    def _item(self, entity_type: str, query: str) -> object:
        number = _number(_parameter(query, "id"))
        if (found := self._entity(entity_type, number)) is None:
            raise Refused(404, f"there is no {entity_type} {number}")
        return found

    def _items(self, entity_type: str, query: str) -> object:
        """Those that there are: ids that are of nothing are passed over."""
        found = [self._entity(entity_type, each) for each in _numbers(query, "ids")]
        return [entity for entity in found if entity is not None]

    def _list(self, entity_type: str, _: str) -> object:
        return self._all(entity_type)

    def _deps(self, entity_type: str, query: str) -> object:
        return self._of(entity_type, {_number(_parameter(query, "masterid"))})

    def _ldeps(self, entity_type: str, query: str) -> object:
        return self._of(entity_type, {*_numbers(query, "masterids")})

    def _find(self, query: str) -> object:
        return self._engine.contract(_parameter(query, "name"))

    def _of(self, entity_type: str, masters: set[int]) -> object:
        """What depends on masters, all of which there are (issue #53: a report's is a command)."""
        field, master_type = MASTERS[entity_type]
        for each in masters:
            if self._entity(master_type, each) is None:
                raise Refused(404, f"there is no {master_type} {each}")
        return [entity for entity in self._all(entity_type) if entity[field] in masters]

    def _entity(self, entity_type: str, number: int) -> Entity | None:
        if (other := self._others.get(entity_type)) is not None:
            return other if other["id"] == number else None
        return self._engine.entity(entity_type, number)

    def _all(self, entity_type: str) -> list[Entity]:
        other = self._others.get(entity_type)
        return self._engine.entities(entity_type) if other is None else [other]


def _bound(answer: Callable[[str, str], object], entity_type: str) -> Callable[[str], object]:
    return lambda query: answer(entity_type, query)


def _parameter(query: str, name: str) -> str:
    given: list[tuple[str, Any]] = parse_qsl(query, keep_blank_values=True)
    values = [value for key, value in given if key == name]
    if len(values) != 1 or not values[0]:
        raise Refused(400, f"the query has no {name}, or several")
    return str(values[0])


def _numbers(query: str, name: str) -> list[int]:
    return [_number(each) for each in _parameter(query, name).split(",")]


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise Refused(400, f"{text} is no id")
    return int(text)
