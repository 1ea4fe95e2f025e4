"""What a broker takes, as data. The keys of a table are the capability: what has no row is refused.

A broker's request is described leg by leg: :class:`LegForm` says what a leg takes in one place of
the request, and the same rows check it, write it and read it. :class:`Form` puts leg forms together
for one shape of order; :class:`Capabilities` holds a form for each shape that the adapter takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, Final, TypeAlias

import attrs

from otoco._formats import Format, Words
from otoco._leg import OPTIONAL_FIELDS, Leg
from otoco._node import Node
from otoco._order_types import Offset, OrderType
from otoco._problems import Refusal, RefusalKind, join, with_article
from otoco._words import InstrumentType, Shape


class Unknown(Enum):
    """What a broker documents nowhere. It is shown, and never guessed."""

    UNKNOWN = "unknown"

    def __str__(self) -> str:
        return self.value


UNKNOWN: Final = Unknown.UNKNOWN


class Arming(Enum):
    """When a trigger brings what it holds to life."""

    FULL_FILL = "on the complete fill"
    ANY_FILL = "on any fill"

    def __str__(self) -> str:
        return self.value


class PartialFill(Enum):
    """What a partial fill of one peer does to the others."""

    CANCELS = "cancels the others"
    REDUCES = "reduces the others"

    def __str__(self) -> str:
        return self.value


@attrs.frozen
class Semantics:
    """What the broker documents about the life of a group; ``UNKNOWN`` where it says nothing."""

    arming: Arming | Unknown = UNKNOWN
    peer_partial_fill: PartialFill | Unknown = UNKNOWN
    ids_enforced: bool | Unknown = UNKNOWN


@attrs.frozen
class Reason:
    """Why something has no row, where there is more to say than that it has none."""

    why: str
    kind: RefusalKind = RefusalKind.NOT_OFFERED


@attrs.frozen
class Row:
    """An order type in a broker's words: its name there, and a wire key for each of its prices.

    ``prices`` maps the document's keys (``limit_price``, ``stop_price``, ``touch_price``,
    ``trail``) to the broker's; a price that is listed is required.
    """

    word: str
    prices: Mapping[str, str] = attrs.field(factory=dict[str, str])


#: A wire key, and the format of what stands under it.
Cell: TypeAlias = tuple[str, Format]


@attrs.frozen
class LegForm:
    """What a leg takes in one place of a broker's request.

    ``symbol``, ``instrument_type`` and ``quantity`` are ``None`` where the place has no carrier for
    them and they come from the head of the group. Wire keys may be dotted: ``instrument.symbol``.
    """

    actions: Mapping[InstrumentType, Words]
    action_key: str
    order_types: Mapping[type[OrderType], Row]
    order_type_key: str
    price: Format
    times_in_force: Words
    time_in_force_key: str
    quantity: Cell | None = None
    symbol: Cell | None = None
    instrument_type: tuple[str, Words] | None = None
    fields: Mapping[str, Cell] = attrs.field(factory=dict[str, Cell])
    nullable: frozenset[str] = frozenset()
    order_type_words: Words = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        words = Words({kind: row.word for kind, row in self.order_types.items()})
        object.__setattr__(self, "order_type_words", words)

    @property
    def price_keys(self) -> tuple[str, ...]:
        """Every wire key that holds a price of some order type."""
        rows = self.order_types.values()
        return tuple(dict.fromkeys(key for row in rows for key in row.prices.values()))

    @property
    def keys(self) -> tuple[str, ...]:
        """Every wire key that the form knows."""
        cells = (self.symbol, self.instrument_type, self.quantity, *self.fields.values())
        named = (self.action_key, self.order_type_key, self.time_in_force_key)
        return tuple(
            dict.fromkeys((*named, *(cell[0] for cell in cells if cell), *self.price_keys))
        )

    def refusals(self, leg: Leg, path: str, caps: Capabilities) -> Iterator[Refusal]:
        """Every reason why the leg cannot be said here."""
        yield from self._instrument_refusals(leg, path, caps)
        if self.quantity is not None:
            why = self.quantity[1].refusal(leg.quantity)
            if why:
                yield caps.refusal(join(path, "quantity"), "quantity", f"the quantity: {why}.")
        yield from self._type_refusals(leg, path, caps)
        offered = leg.time_in_force in self.times_in_force.table
        if not offered:
            yield caps.refusal(
                join(path, "time_in_force"),
                "time-in-force",
                f"{caps.broker} takes no {leg.time_in_force} here.",
                leg.time_in_force,
                fix=f"It takes {', '.join(self.times_in_force.table)}.",
            )
        values = leg.__dict__
        for name in OPTIONAL_FIELDS:
            value = values[name]
            if value is None or name == "position_effect" or (name == "expire_at" and not offered):
                continue
            cell = self.fields.get(name)
            if cell is None:
                why = f"{caps.broker} has no place for {name} here."
                yield caps.refusal(join(path, name), "field", why, name, fix="Leave it out.")
            elif why := cell[1].refusal(value):
                yield caps.refusal(join(path, name), "field", f"{name}: {why}.")

    def _instrument_refusals(self, leg: Leg, path: str, caps: Capabilities) -> Iterator[Refusal]:
        kind = leg.instrument.type
        words = self.actions.get(kind)
        if words is None:
            yield caps.refusal(
                join(path, "instrument.type"),
                "instrument",
                f"{caps.broker} takes no {kind} here.",
                kind,
                fix=f"It takes {', '.join(self.actions)}.",
            )
            return
        if (leg.side, leg.position_effect) not in words.table:
            effect = leg.position_effect
            stated = f"the position effect {effect}" if effect else "an unstated position effect"
            yield caps.refusal(
                join(path, "position_effect"),
                "position-effect",
                f"{caps.broker} cannot say {leg.side} with {stated} of {with_article(kind)}.",
                "position_effect",
                fix="Leave it out." if effect else "State OPEN or CLOSE.",
            )
        if self.symbol is not None:
            why = self.symbol[1].refusal(leg.instrument.symbol)
            if why:
                where = join(path, "instrument.symbol")
                yield caps.refusal(where, "instrument", f"the symbol: {why}.", "symbol")

    def _type_refusals(self, leg: Leg, path: str, caps: Capabilities) -> Iterator[Refusal]:
        kind = type(leg.order_type)
        row = self.order_types.get(kind)
        if row is None:
            yield caps.refusal(
                join(path, "order_type"),
                "order-type",
                f"{caps.broker} takes no {kind.NAME} order here.",
                kind,
                fix=f"It takes {', '.join(each.NAME for each in self.order_types)}.",
            )
            return
        prices = leg.order_type.prices()
        for key, price in prices:
            if key not in row.prices:
                why = f"a {row.word} order has no place for a {key} at {caps.broker}."
                yield caps.refusal(join(path, key), "price", why, fix="Leave it out.")
            elif isinstance(price, Offset):
                why = f"{caps.broker} takes prices here, and no distance such as {price}."
                yield caps.refusal(join(path, key), "price", why, Offset)
            elif words := self.price.refusal(price):
                yield caps.refusal(join(path, key), "price", f"the price: {words}.")
        if len(prices) < len(row.prices):
            for key in (key for key in row.prices if key not in dict(prices)):
                why = f"a {row.word} order needs a {key} at {caps.broker}."
                yield caps.refusal(join(path, key), "price", why, fix="Give it.")

    def write(self, leg: Leg) -> dict[str, Any]:
        """The leg on the wire; it has no refusals here."""
        row = self.order_types[type(leg.order_type)]
        kind = leg.instrument.type
        written: dict[str, Any] = {
            self.action_key: self.actions[kind].table[leg.side, leg.position_effect]
        }
        if self.symbol is not None:
            put(written, self.symbol[0], leg.instrument.symbol)
        if self.instrument_type is not None:
            put(written, self.instrument_type[0], self.instrument_type[1].table[kind])
        if self.quantity is not None:
            written[self.quantity[0]] = self.quantity[1].write(leg.quantity)
        written[self.order_type_key] = row.word
        for key, price in leg.order_type.prices():
            written[row.prices[key]] = self.price.write(price)
        written[self.time_in_force_key] = self.times_in_force.table[leg.time_in_force]
        for name, (key, form) in self.fields.items():
            value = getattr(leg, name)
            if value is not None:
                written[key] = form.write(value)
        return written


@attrs.frozen
class Form:
    """What one shape of order takes at a broker.

    ``head`` is the place of the trigger, of a lone leg, or of the first of the peers; ``rest`` that
    of the others, of which there are ``count``. ``shared`` names the leg fields that all legs have
    in common, because the request carries them once.
    """

    request: str
    head: LegForm
    rest: LegForm | None = None
    count: int = 0
    shared: tuple[str, ...] = ()

    def refusals(self, order: Node, caps: Capabilities) -> Iterator[Refusal]:
        """Every reason why the legs of the order cannot be said in this form."""
        members = order.legs
        yield from self.head.refusals(members[0].leg, members[0].path, caps)
        if self.rest is not None:
            for path, _, leg in members[1:]:
                yield from self.rest.refusals(leg, path, caps)
        if len(members) - 1 != self.count:
            key = members[-1].path.partition("[")[0]
            yield caps.refusal(
                key,
                "count",
                f"{caps.broker} takes {self.count + 1} legs in {with_article(self.request)},"
                f" and here are {len(members)}.",
                "count",
            )
        first = members[0]
        for path, _, leg in members[1:]:
            for name in self.shared:
                ours, theirs = getattr(leg, name), getattr(first.leg, name)
                if ours is not theirs and ours != theirs:
                    yield caps.refusal(
                        join(path, name),
                        f"shared-{name}".replace("_", "-"),
                        f"{with_article(self.request)} carries one {name} for all its legs:"
                        f" this leg has {_plainly(ours)}, and {first.path} has"
                        f" {_plainly(theirs)}.",
                        f"shared-{name}",
                    )


@attrs.frozen
class Capabilities:
    """What an adapter takes: a form for each shape, the broker's semantics, and the source."""

    broker: str
    forms: Mapping[Shape, Form]
    semantics: Semantics
    source: str
    reasons: Mapping[object, Reason] = attrs.field(factory=dict[object, Reason])

    def refusal(
        self, where: str, code: str, why: str, about: object = None, fix: str | None = None
    ) -> Refusal:
        """A refusal with the broker's source, and what is known about the reason for it."""
        reason = self.reasons.get(about)
        if reason is not None:
            return Refusal(where, code, f"{why} {reason.why}", fix, reason.kind, self.source)
        return Refusal(where, code, why, fix, source=self.source)

    def leg_forms(self) -> tuple[LegForm, ...]:
        """Every distinct place of a leg in any form."""
        found: list[LegForm] = []
        for form in self.forms.values():
            found += [place for place in (form.head, form.rest) if place and place not in found]
        return tuple(found)

    def refusals(self, order: Node) -> Iterator[Refusal]:
        """Every reason why the tables cannot say the order."""
        form = self.forms.get(order.shape)
        if form is not None:
            yield from form.refusals(order, self)
            return
        yield self.refusal(
            "type" if order.children else "",
            "shape",
            f"{self.broker} takes no {order.shape} order in this adapter.",
            order.shape,
            fix=f"It takes {', '.join(self.forms)}.",
        )
        for path, _, leg in order.legs:  # what no place of this broker takes is a reason as well
            tried = [
                {refusal.where: refusal for refusal in place.refusals(leg, path, self)}
                for place in self.leg_forms()
            ]
            for where, refusal in tried[0].items():
                if all(where in refusals for refusals in tried):
                    yield refusal


def put(written: dict[str, Any], key: str, value: Any) -> None:
    """Set what stands under a wire key, which may be dotted."""
    outer, dot, inner = key.partition(".")
    if dot:
        written.setdefault(outer, {})[inner] = value
    else:
        written[key] = value


def _plainly(value: object) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)
