"""The laws that every adapter obeys, each as a function that raises ``AssertionError``.

They are meant for generated orders and generated requests. What they compare with is written here
once more, and does not use the comparison of the library that they test.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from otoco._contract import (
    Adapter,
    AnyOrder,
    DefaultValue,
    Equivalence,
    NullIsAbsent,
    Placement,
    Request,
)
from otoco._json import is_array, is_object
from otoco._problems import InvalidOrder, OtocoError, Problem, Refusal, Refused
from otoco._registry import configured
from otoco._translate import Parsed, check, parse, translate
from otoco._tree import Order

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt].*")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def total(order: Order, adapter: Adapter) -> tuple[Refusal, ...]:
    """Law 1: ``check`` answers for every valid order; each refusal names a place and a reason."""
    refusals = check(order, adapter)
    paths = ("", *(path for path, _, _ in order.legs))
    for refusal in refusals:
        assert isinstance(refusal, Refusal)
        assert refusal.code
        assert refusal.why
        assert any(refusal.where.startswith(path) for path in paths)
    return refusals


def agreement(order: Order, adapter: Adapter) -> tuple[Refusal, ...]:
    """Law 2: ``check`` is empty exactly when ``translate`` succeeds, else both say the same."""
    refusals = check(order, adapter)
    try:
        translate(order, adapter)
        said: tuple[Refusal, ...] = ()
    except Refused as error:
        said = error.refusals or (Refusal("", "", "a refusal without a reason"),)
    assert refusals == said
    return refusals


def nothing_lost(
    order: Order,
    adapter: Adapter,
    *,
    intent: UUID | None = None,
    client_order_ids: Mapping[str, str] | None = None,
) -> Request:
    """Law 3: the request reads back as the order, with the options and ids that it carries."""
    ids = client_order_ids or {}
    (request,) = translate(order, adapter, intent=intent, client_order_ids=ids).requests
    parsed = parse(request, type(adapter))
    assert parsed.order == order
    assert parse(json.dumps(request.to_dict()), type(adapter)) == parsed
    again, placement = configured(type(adapter), parsed.options)
    for option in adapter.options:
        if option.name in parsed.options:
            assert getattr(again, option.name) == getattr(adapter, option.name)
    assert placement.ids(again, order) == Placement(intent, ids).ids(adapter, order)
    if intent is not None and not ids:
        assert placement.intent == intent
    assert again.render(parsed.order, placement.ids(again, order)).requests[0] == request
    return request


def nothing_invented(document: str, kind: type[Adapter]) -> Parsed | tuple[Any, ...]:
    """Law 4: a broker-made request comes back equal, or is refused with named problems.

    ``document`` is JSON text, ``{"path": …, "body": …}`` or a body alone. Gives what was read, or
    the refusals and problems.
    """
    try:
        parsed = parse(document, kind)
    except Refused as error:
        return _named(error.refusals)
    except InvalidOrder as error:
        return _named(error.problems)
    again, placement = configured(kind, parsed.options)
    (request,) = again.render(parsed.order, placement.ids(again, parsed.order)).requests
    given = json.loads(document, parse_float=Decimal, parse_int=Decimal)
    ours = json.loads(request.content, parse_float=Decimal, parse_int=Decimal)
    theirs = given.get("body", given)
    assert meaning(theirs, kind.equivalences) == meaning(ours, kind.equivalences)
    if given.get("path"):
        assert [_scalar(part) for part in given["path"].split("/")] == [
            _scalar(part) for part in request.path.split("/")
        ]
    return parsed


def only_our_errors(call: Callable[[], Any]) -> None:
    """Law 7: whatever the input, what is raised is one of the library's own, and can be printed."""
    text = ""
    try:
        call()
    except OtocoError as error:
        text = str(error)
    assert text.encode() or not text
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", text)


def meaning(value: Any, equivalences: tuple[Equivalence, ...] = (), at: str = "") -> Any:
    """A JSON value in one form for everything that means the same to the broker.

    Numbers are compared exactly, times as instants, ids as values.
    """
    if is_object(value):
        inner = {
            key: meaning(member, equivalences, f"{at}.{key}".lstrip("."))
            for key, member in value.items()
        }
        return {
            key: member
            for key, member in inner.items()
            if not _is_nothing(f"{at}.{key}".lstrip("."), member, equivalences)
        }
    if is_array(value):
        items = [meaning(each, equivalences, f"{at}[]") for each in value]
        unordered = any(isinstance(each, AnyOrder) and each.key == at for each in equivalences)
        return sorted(items, key=lambda item: repr(_sorted(item))) if unordered else items
    return _scalar(value)


def _is_nothing(at: str, member: Any, equivalences: tuple[Equivalence, ...]) -> bool:
    for each in equivalences:
        match each:
            case DefaultValue(key=key, value=value) if key == at:
                return type(value) is type(member) and bool(value == member)
            case NullIsAbsent(key=key) if key == at and member is None:
                return True
            case _:
                pass
    return False


def _sorted(item: Any) -> Any:
    if is_object(item):
        return sorted((key, _sorted(member)) for key, member in item.items())
    return item


def _scalar(value: Any) -> Any:
    if isinstance(value, Decimal):
        return value.normalize() + 0
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return datetime.fromisoformat(value.upper())
    if isinstance(value, str) and _UUID.fullmatch(value):
        return value.lower()
    return value


def _named(problems: tuple[Any, ...]) -> tuple[Any, ...]:
    assert problems
    for each in problems:
        assert each.code
        assert each.why
    return problems


def refused_by_name(outcome: Parsed | tuple[Any, ...], place: str) -> bool:
    """Whether a reading of :func:`nothing_invented` accepted, or names what is wrong at ``place``.

    What legs are to one another is told where it shows, which need not be that place; the guard
    that compares with the request that comes back names nothing.
    """
    if isinstance(outcome, Parsed):
        return True
    if any(each.code == "changed" for each in outcome):
        return False
    key = place.rpartition(".")[2]
    return any(
        isinstance(each, Problem)
        or each.where.startswith(place)
        or place.startswith(each.where)
        or key in each.why
        for each in outcome
    )
