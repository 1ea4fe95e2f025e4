"""Documents of orders, each with one thing wrong, and the problem that it must raise."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final

import attrs
from hypothesis import strategies as st

from otoco._document import to_dict
from otoco._tree import Order
from otoco._words import Shape
from otoco.testing.strategies import _wrong_groups, _wrong_legs
from otoco.testing.strategies._limits import Limits
from otoco.testing.strategies._orders import orders
from otoco.testing.strategies._values import Lots
from otoco.testing.strategies._wrong import Wrongs, replaced

_ANY: Final = tuple(Shape)


@attrs.frozen
class InvalidDocument:
    """A JSON value that reads as no order: the problem at ``where`` has that code."""

    document: Any
    where: str
    code: str


@st.composite
def invalid_documents(
    draw: st.DrawFn, /, *, codes: Collection[str] | None = None, limits: Limits | None = None
) -> InvalidDocument:
    """Documents of orders with one thing wrong, whose problem has one of the given codes."""
    code = draw(st.sampled_from([each for each in _PROBLEMS if codes is None or each in codes]))
    shapes, wrongs = _PROBLEMS[code]
    lots = Lots.drawn(draw, 1)
    order, found = draw(
        orders(shapes=shapes, limits=limits)
        .map(lambda order: (order, list(wrongs(order))))
        .filter(lambda pair: bool(pair[1]))
    )
    wrong = lots.rotated(found)[0]
    where = wrong.at if wrong.where is None else wrong.where
    return InvalidDocument(replaced(to_dict(order), wrong.at, wrong.value), where, code)


#: For each code of an error, from which orders documents with it are made, and how.
_PROBLEMS: Final[dict[str, tuple[tuple[Shape, ...], Callable[[Order], Wrongs]]]] = {
    "json": (_ANY, _wrong_legs.no_json),
    "field": (_ANY, _wrong_legs.fields),
    "value": (_ANY, _wrong_legs.values),
    "quantity": (_ANY, _wrong_legs.quantities),
    "price": (_ANY, _wrong_legs.prices),
    "expiry": (_ANY, _wrong_legs.expiries),
    "off-tick": (_ANY, _wrong_legs.off_tick),
    "off-lot": (_ANY, _wrong_legs.off_lot),
    "nesting": (_ANY, _wrong_groups.nesting),
    "immediate-peer": ((Shape.OCO, Shape.OTOCO, Shape.LADDER), _wrong_legs.immediate),
    "peers-cross": ((Shape.OCO, Shape.OTOCO, Shape.LADDER), _wrong_groups.crossing),
    "exit-through-entry": ((Shape.OTOCO, Shape.LADDER), _wrong_groups.through_entry),
}
