"""What may be drawn: all that the model can say, or what an adapter's tables declare.

This is the one place where the strategies read those tables.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Any

import attrs
from hypothesis import strategies as st

from otoco._capabilities import Capabilities
from otoco._contract import Adapter
from otoco._form import Count, Form, Kinds, Sides
from otoco._leg import OPTIONAL_FIELDS, Leg
from otoco._leg_form import Cell, LegForm
from otoco._node import Node
from otoco._order_types import ORDER_TYPES, OrderType
from otoco._words import InstrumentType, PositionEffect, Shape, Side, TimeInForce
from otoco.testing.strategies._values import Grid, Taking, grids, symbols_of, texts


@attrs.frozen(repr=False, eq=False)
class Limits:
    """What a drawn leg may be; by itself everything that the model can say.

    A format of ``None`` takes every value; ``symbol`` has one for each type of instrument.
    ``prices`` has the document's keys of the prices that an order type takes; where it is ``None``,
    those that it can do without are sometimes left out. ``lives`` has the times in force of an
    order type that does not take them all.
    """

    actions: Mapping[InstrumentType, Collection[tuple[Side, PositionEffect | None]]] = {
        kind: [(side, effect) for effect in (None, *PositionEffect) for side in Side]
        for kind in InstrumentType
    }
    order_types: Collection[type[OrderType]] = tuple(ORDER_TYPES.values())
    times_in_force: Collection[TimeInForce] = tuple(TimeInForce)
    fields: Mapping[str, Taking | None] = dict.fromkeys(OPTIONAL_FIELDS)
    price: Taking | None = None
    quantity: Taking | None = None
    symbol: Mapping[InstrumentType, Taking] | None = None
    offsets: bool = True
    absolutes: bool = True
    prices: Mapping[type[OrderType], Collection[str]] | None = None
    lives: Mapping[type[OrderType], Collection[TimeInForce]] = attrs.field(
        factory=dict[type[OrderType], Collection[TimeInForce]]
    )

    @classmethod
    def of(cls, form: LegForm, head: LegForm) -> Limits:
        """What an adapter takes in one place; ``head`` carries what the place has no key for."""
        fields = {name: cell[1] for name, cell in form.fields.items()}
        return cls(
            actions={kind: tuple(words.table) for kind, words in form.actions.items()},
            order_types=tuple(form.order_types),
            times_in_force=[
                each
                for each in form.times_in_force.table
                if each is not TimeInForce.GTD or "expire_at" in fields
            ],
            fields=fields,
            price=form.price or form.offset,
            quantity=(form.quantity or head.quantity or (None, None))[1],
            symbol=_formats(form.symbols or head.symbols),
            offsets=form.offset is not None,
            absolutes=form.price is not None,
            prices={kind: tuple(row.prices) for kind, row in form.order_types.items()},
            lives={
                kind: row.times_in_force
                for kind, row in form.order_types.items()
                if row.times_in_force is not None
            },
        )

    @cached_property
    def ticks(self) -> tuple[Grid, ...]:
        """The grids that prices may lie on."""
        return grids(self.price)

    @cached_property
    def units(self) -> tuple[Grid, ...]:
        """The grids that quantities may lie on; whole numbers as often as all others together."""
        found = grids(self.quantity)
        whole = [grid for grid in found if grid.unit == 1]
        return (*found, *whole * (len(found) - 2 * len(whole)))

    @cached_property
    def symbols(self) -> Mapping[InstrumentType, st.SearchStrategy[str]]:
        """The symbols of each type of instrument."""
        forms = self.symbol or {}
        return {kind: symbols_of(kind, forms.get(kind)) for kind in self.actions}

    @cached_property
    def kinds(self) -> tuple[tuple[type[OrderType], ...], tuple[type[OrderType], ...]]:
        """The order types, and those of them that rest."""
        return tuple(self.order_types), tuple(each for each in self.order_types if each.RESTS)

    @cached_property
    def labels(self) -> st.SearchStrategy[str]:
        """The labels that a leg may have."""
        return texts(self.fields.get("label"), 64)

    def within(self, other: Limits) -> Limits:
        """The same for the instruments that the other takes as well."""
        actions = {kind: each for kind, each in self.actions.items() if kind in other.actions}
        return attrs.evolve(self, actions=actions)


@attrs.frozen(eq=False)
class Place:
    """What a leg may be in one place of a broker's request.

    ``times_in_force`` are all that have a row; ``symbol`` is empty and ``quantity`` ``None`` where
    the place has no carrier for them.
    """

    limits: Limits
    times_in_force: Collection[TimeInForce]
    symbol: Mapping[InstrumentType, Taking]
    quantity: Taking | None

    @classmethod
    def of(cls, form: LegForm, head: LegForm) -> Place:
        """What the tables say of a place."""
        return cls(
            Limits.of(form, head),
            tuple(form.times_in_force.table),
            _formats(form.symbols),
            form.quantity and form.quantity[1],
        )


def _formats(cells: Mapping[InstrumentType, Cell]) -> Mapping[InstrumentType, Taking]:
    return {kind: form for kind, (_, form) in cells.items()}


@attrs.frozen(eq=False)
class Layout:
    """What the legs of one shape of order may be in one kind of request.

    The head, the others, and how many peers and conditionals a group of them has; see
    :class:`otoco.adapters.Form` for the rest.
    """

    head: Place
    rest: Place
    peers: Count
    conditionals: Count
    shared: tuple[str, ...] = ()
    sides: Sides = Sides.STATED
    apart: tuple[Kinds, ...] = ()

    @classmethod
    def of(cls, form: Form) -> Layout:
        """What the tables say of a shape."""
        head = Place.of(form.head, form.head)
        rest = Place.of(form.rest, form.head) if form.rest else head
        return cls(head, rest, form.peers, form.conditionals, form.shared, form.sides, form.apart)

    def places(self, order: Node) -> Iterator[tuple[str, Leg, Place]]:
        """Each leg with its path and its place."""
        for index, (path, _, leg) in enumerate(order.legs):
            yield path, leg, self.rest if index else self.head


def layouts(
    within: Adapter | Capabilities, shapes: Collection[Shape] = tuple(Shape)
) -> dict[Shape, tuple[Layout, ...]]:
    """What an adapter takes, by shape: a layout for each of its forms."""
    tables: Any = within if isinstance(within, Capabilities) else within.capabilities
    return {
        shape: tuple(map(Layout.of, forms))
        for shape, forms in tables.forms.items()
        if shape in shapes
    }


def layout_of(order: Node, adapter: Adapter) -> Layout:
    """What an adapter takes in the form by which it takes an order."""
    form = adapter.capabilities.form_for(order)
    assert form is not None, "an order that is taken has a form"
    return Layout.of(form)


def free(limits: Limits, most: int = 4) -> Layout:
    """The layout of groups of any legs within limits."""
    place = Place(limits, limits.times_in_force, limits.symbol or {}, limits.quantity)
    return Layout(place, place, Count(2, most), Count(1, most))
