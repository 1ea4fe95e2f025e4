"""Changing an order in one place, as a try that may end in an order that cannot be written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final

import attrs

from otoco._formats import Number, Text
from otoco._instrument import Instrument
from otoco._leg import Leg
from otoco._node import Node
from otoco._numbers import add, subtract
from otoco._order_types import OrderType, Price
from otoco._problems import InvalidOrder, attempt, join
from otoco._rules import unanchored
from otoco._tree import OCO, OTO, OTOCO
from otoco._words import InstrumentType, PositionEffect, Side, TimeInForce
from otoco.testing.strategies._values import Taking, takes

MOMENT: Final = datetime(2026, 1, 2, 21, tzinfo=UTC)
_STEP: Final = Decimal("1E-10")
_NUMBERS: Final = (
    *map(Decimal, ("1", "0.5", "1.5", "1E-10", "123456789.0123456789", "999999999999")),
    Decimal("999999999999.9999999999"),
)
_TEXTS: Final = ("x", "", "é", "a b", "$%&/()=?", "x" * 1000)
_OPTION: Final = "X     000101C00000001"


@attrs.frozen
class Change:
    """A change of an order: how to make it, and what is found then, by its code and place."""

    code: str
    where: Callable[[Node], str]
    make: Callable[[], Node]

    @classmethod
    def of_leg(cls, order: Node, path: str, key: str, code: str, **changes: Any) -> Change:
        """A change of a leg, after which something is found at one of its keys."""
        return cls(code, at(join(path, key)), partial(with_leg, order, path, **changes))

    def made(self) -> Node | None:
        """The changed order, or ``None`` where no such order can be written."""
        try:
            order = self.make()
        except InvalidOrder:
            return None
        return None if unanchored(order) else order


def at(where: str) -> Callable[[Node], str]:
    """The same place in every order."""
    return lambda _: where


def with_leg(order: Node, path: str, **changes: Any) -> Node:
    """The order with some fields of one leg changed.

    An instrument that changes loses its reference data with all that lay on their grids, and an
    expiry comes and goes with GTD.
    """
    if not path:
        return _changed(order, changes)
    children = [
        with_leg(child, path[len(key) + 1 :], **changes)
        if path == key or path.startswith(f"{key}.")
        else child
        for key, _, child in order.children
    ]
    return regrouped(order, children)


def regrouped(group: Node, children: Sequence[Node]) -> Node:
    """A group of the same class with other children."""
    if isinstance(group, OCO):
        return OCO(children)
    trigger, *rest = children
    assert isinstance(trigger, Leg), "a trigger is one leg"
    return OTO(trigger, rest) if isinstance(group, OTO) else OTOCO(trigger, rest)


def _changed(leg: Any, changes: dict[str, Any]) -> Leg:
    time_in_force = changes.get("time_in_force", leg.time_in_force)
    expire_at = changes.get("expire_at", leg.expire_at)
    bare = Instrument(leg.instrument.symbol, leg.instrument.type)
    given = {"instrument": bare, **changes}
    given["expire_at"] = (expire_at or MOMENT) if time_in_force is TimeInForce.GTD else None
    changed: Leg = attrs.evolve(leg, **given)
    return changed


def numbers(form: Taking | None, near: Decimal) -> Iterator[Decimal]:
    """Numbers at the edges of a format, around another one, and far away from all."""
    match form:
        case Number(low=low, high=high, tiniest=tiniest):
            edges = [each for each in (low, high) if each is not None]
            yield from (each for edge in edges for each in (edge / 2, edge - 1, edge + 1))
            yield from () if tiniest is None else (tiniest / 2, -tiniest / 2)
        case _:
            pass
    yield from (add(near, _STEP), subtract(near, _STEP))
    yield from (sign * each for each in _NUMBERS for sign in (1, -1))


def texts(form: Taking | None, near: str) -> Iterator[str]:
    """Texts at the edges of a format, around another one, and strange ones."""
    match form:
        case Text(shortest=shortest, longest=longest):
            yield from ("X" * (longest + 1), "X" * max(0, shortest - 1))
        case _:
            pass
    yield from (f"{near} x", f"{near}é", near.lower(), *_TEXTS)


def instruments(leg: Leg) -> Iterator[Instrument]:
    """Other instruments of the same type."""
    kind, symbol = leg.instrument.type, leg.instrument.symbol
    if kind is InstrumentType.OPTION:
        yield from (Instrument(text, kind) for text in (_OPTION, _OPTION.replace("C", "P")))
    else:
        yield from (Instrument(text, kind) for text in (f"{symbol}1", "A", "B"))


def of_type(leg: Leg, kind: InstrumentType) -> Instrument:
    """An instrument of another type with the same symbol, where it can have that."""
    symbol = leg.instrument.symbol
    return Instrument(_OPTION if kind is InstrumentType.OPTION else symbol, kind)


def renamed(leg: Leg, symbol: str) -> Any:
    """The instrument with another symbol, or a flaw where it cannot have that."""
    return attempt(Instrument, symbol, leg.instrument.type)


def repriced(order_type: OrderType, **prices: Price | None) -> Any:
    """The order type with other prices, or a flaw where it cannot have them."""
    return attempt(attrs.evolve, order_type, **prices)


def others(leg: Leg, name: str, form: Taking | None = None) -> list[Any]:
    """Other values of a field of a leg."""
    now = getattr(leg, name)
    values: dict[str, Callable[[], Any]] = {
        "side": lambda: Side,
        "quantity": lambda: [leg.quantity * 2, add(leg.quantity, Decimal(1)), Decimal(1)],
        "instrument": lambda: instruments(leg),
        "time_in_force": lambda: TimeInForce,
        "expire_at": lambda: [MOMENT, datetime(2027, 1, 1, tzinfo=UTC)],
        "position_effect": lambda: [*PositionEffect, None],
        "display_quantity": lambda: [each for each in numbers(form, leg.quantity) if each > 0],
        "activate_at": lambda: [MOMENT],
        "label": lambda: texts(form, leg.label or ""),
    }
    return [value for value in values[name]() if value != now]


def refused(form: Taking | None, values: Iterator[Any] | Sequence[Any]) -> Iterator[Any]:
    """Those of the values that a format does not take."""
    return (value for value in values if not takes(form, value))
