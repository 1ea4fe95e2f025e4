"""Comparing two bodies as the broker would: exactly, up to what it documents as the same."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from otoco import _json
from otoco._contract import (
    AnyOrder,
    DefaultValue,
    EmbeddedJson,
    Equivalence,
    NullIsAbsent,
    TextOrNumber,
)
from otoco._formats import Unreadable, Uuid
from otoco._numbers import Numeral
from otoco._problems import Flaw, InvalidOrder, join
from otoco._values import read_instant

_ABSENT = object()
_INDEX = re.compile(r"\[[0-9]+\]")


def difference(ours: Any, theirs: Any, equivalences: Iterable[Equivalence] = ()) -> str | None:
    """The path of the first place where two bodies differ, or ``None`` where they say the same.

    Numbers compare exactly, times as instants, ids as values; ``equivalences`` name what else the
    broker treats as the same.
    """
    equal = _Equal(equivalences)
    return equal.differ(equal.normal(ours, ""), equal.normal(theirs, ""), "")


def same_path(ours: str, theirs: str) -> bool:
    """Whether two request paths are the same, ids in them taken as values."""
    pairs = (ours.split("/"), theirs.split("/"))
    return len(pairs[0]) == len(pairs[1]) and all(map(_same, *pairs))


class _Equal:
    def __init__(self, equivalences: Iterable[Equivalence]) -> None:
        self.defaults: dict[str, list[Any]] = {}
        self.nullable: set[str] = set()
        self.unordered: set[str] = set()
        self.numeric: set[str] = set()
        self.embedded: set[str] = set()
        for each in equivalences:
            match each:
                case DefaultValue():
                    self.defaults.setdefault(each.key, []).append(_scalar(each.value))
                case NullIsAbsent():
                    self.nullable.add(each.key)
                case AnyOrder():
                    self.unordered.add(each.key)
                case TextOrNumber():
                    self.numeric.add(each.key)
                case EmbeddedJson():
                    self.embedded.add(each.key)
                case _:
                    pass  # of the order, and not of the body

    def normal(self, value: Any, path: str) -> Any:
        """The value without what means nothing, its numbers as decimals."""
        if path in self.embedded:
            value = _loaded(value)
        if _json.is_object(value):
            members = {key: self.normal(member, join(path, key)) for key, member in value.items()}
            return {
                key: member
                for key, member in members.items()
                if not (member is None and join(path, key) in self.nullable)
                and not self._is_default(join(path, key), member)
            }
        if _json.is_array(value):
            items = [self.normal(item, f"{path}[]") for item in value]
            return sorted(items, key=_sort_key) if path in self.unordered else items
        return _number(value) if self.numeric and self._is_number(path) else _scalar(value)

    def _is_number(self, path: str) -> bool:
        """Whether text means a number at a path; the index of a form's key is none of its name."""
        path = _INDEX.sub("[]", path)
        return path in self.numeric or f"**.{path.rpartition('.')[2]}" in self.numeric

    def _is_default(self, path: str, member: Any) -> bool:
        return any(
            type(default) is type(member) and default == member
            for default in self.defaults.get(path, ())
        )

    def differ(self, ours: Any, theirs: Any, path: str) -> str | None:
        """The path of the first difference between two normal values."""
        if _json.is_object(ours) and _json.is_object(theirs):
            for key in dict.fromkeys((*ours, *theirs)):
                found = self.differ(
                    ours.get(key, _ABSENT), theirs.get(key, _ABSENT), join(path, key)
                )
                if found is not None:
                    return found
            return None
        if _json.is_array(ours) and _json.is_array(theirs) and len(ours) == len(theirs):
            for index, pair in enumerate(zip(ours, theirs, strict=True)):
                found = self.differ(*pair, f"{path}[{index}]")
                if found is not None:
                    return found
            return None
        return None if _same(ours, theirs) else path


def _sort_key(value: Any) -> str:
    """The same text for what is the same, whatever the order of its keys and its spelling."""
    if _json.is_object(value):
        return str(sorted((key, _sort_key(member)) for key, member in value.items()))
    if _json.is_array(value):
        return str([_sort_key(item) for item in value])
    if isinstance(value, Decimal):
        return _number_key(value)
    return str((_instant(value) or _uuid(value) or value) if isinstance(value, str) else value)


def _number_key(value: Decimal) -> str:
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):  # no number at all
        return str(value)
    kept = "".join(map(str, digits)).rstrip("0")
    return f"{'-' * sign}{kept}e{exponent + len(digits) - len(kept)}" if kept else "0"


def _loaded(text: Any) -> Any:
    """The JSON object in a text; what holds none stays as it is."""
    try:
        return _json.load_object(text)
    except (InvalidOrder, TypeError):
        return text


def _number(value: Any) -> Any:
    """As :func:`_scalar`, with a number in text as the number."""
    return _scalar(Numeral(value) if type(value) is str else value)


def _scalar(value: Any) -> Any:
    if isinstance(value, bool) or (isinstance(value, str) and not isinstance(value, Numeral)):
        return value
    try:
        return Decimal(repr(value) if isinstance(value, float) else value)
    except (TypeError, ValueError, ArithmeticError):
        return value


def _same(ours: Any, theirs: Any) -> bool:
    if type(ours) is type(theirs) and ours == theirs:
        return True
    if isinstance(ours, str) and isinstance(theirs, str):
        return any(
            read(ours) is not None and read(ours) == read(theirs) for read in (_instant, _uuid)
        )
    return False


def _instant(text: str) -> datetime | None:
    moment: datetime | Flaw = read_instant(text, "value")
    return None if isinstance(moment, Flaw) else moment


def _uuid(text: str) -> UUID | None:
    try:
        return Uuid().read(text)
    except Unreadable:
        return None
