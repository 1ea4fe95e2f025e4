"""What one shape of order takes at a broker: the places of its legs, and what ties them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from otoco._contract import ClientIds
from otoco._leg import Leg
from otoco._leg_form import LegForm
from otoco._node import Node
from otoco._order_types import Offset, OrderType
from otoco._problems import AdapterError, Refusal, join, with_article
from otoco._tree import OTO
from otoco._words import Side

if TYPE_CHECKING:
    from otoco._capabilities import Capabilities, Reason


class Sides(Enum):
    """What a request says of the sides of the legs after the head."""

    STATED = "each leg states its side"
    SAME = "the same side for all legs"
    OPPOSITE = "the opposite side for all legs after the first"

    def of(self, head: Leg) -> tuple[Side, ...]:
        """The sides that a leg after the head may have."""
        match self:
            case Sides.STATED:
                return tuple(Side)
            case Sides.SAME:
                return (head.side,)
            case _:
                return (head.side.opposite,)

    def __str__(self) -> str:
        return self.value


@attrs.frozen
class Count:
    """How many there may be: ``most`` is ``None`` where there is no bound.

    Raises:
        otoco.AdapterError: where ``most`` is less than ``least``.

    """

    least: int
    most: int | None

    def __attrs_post_init__(self) -> None:
        if self.most is not None and self.most < self.least:
            raise AdapterError(f"there cannot be {self.least} or more, and {self.most} at most.")

    def __contains__(self, number: int) -> bool:
        return self.least <= number and (self.most is None or number <= self.most)

    def __str__(self) -> str:
        if self.most == self.least:
            return str(self.least)
        return f"{self.least} or more" if self.most is None else f"{self.least} to {self.most}"


def _to_count(value: int | tuple[int, int | None] | Count) -> Count:
    match value:
        case Count():
            return value
        case int():
            return Count(value, value)
        case _:
            return Count(*value)


#: Order types of which one may stand at most once among the peers.
Kinds: TypeAlias = Collection[type[OrderType]]
_FIELDS: Final = frozenset(each.name for each in attrs.fields(Leg))


@attrs.frozen
class Form:
    """What one shape of order takes in one kind of a broker's requests.

    ``head`` is the place of the trigger, of a lone leg, or of the first of the peers; ``rest`` that
    of all others. ``peers`` says how many an OCO has, ``conditionals`` how many an OTO, wherever
    they stand in the order: a number, or a pair of the least and the most (``None`` for no bound).
    ``shared`` names the leg fields that all legs have in common, because the request carries them
    once, and ``sides`` says which side the legs after the head have. Of each of the groups of order
    types in ``apart``, at most one may stand among peers. ``client_ids`` is given where such a
    request carries ids of the caller's otherwise than the adapter's others, and ``reasons`` where
    there is another reason than elsewhere why something has no row.

    Raises:
        otoco.AdapterError: for a form that carries something of a leg nowhere.

    """

    request: str
    head: LegForm
    rest: LegForm | None = None
    peers: Count = attrs.field(default=Count(2, 2), converter=_to_count)
    conditionals: Count = attrs.field(default=Count(1, 1), converter=_to_count)
    shared: tuple[str, ...] = ()
    sides: Sides = Sides.STATED
    apart: tuple[Kinds, ...] = ()
    client_ids: ClientIds | None = None
    reasons: Mapping[object, Reason] = attrs.field(factory=dict[object, "Reason"])

    def __attrs_post_init__(self) -> None:
        wrong = [*_contradictions(self)]
        if wrong:
            why = "; ".join(wrong)
            raise AdapterError(f"the form {self.request!r} of an adapter is wrong: {why}.")

    def mismatches(self, order: Node) -> int:
        """How many legs have a type of instrument or of price that their place does not know."""
        return sum(
            leg.instrument.type not in place.actions
            or any(
                place.price_format(key, is_offset=isinstance(price, Offset)) is None
                for key, price in leg.prices()
            )
            for place, (_, _, leg) in zip(self.places(order), order.legs, strict=True)
        )

    def inherited(self, head: Leg | None) -> dict[str, Any]:
        """What the other legs have from the head, by the names of a leg's fields.

        It is what the request carries once, or implies; nothing where the head was refused.
        """
        if head is None:
            return {}
        said = {name: getattr(head, name) for name in self.shared}
        sides = self.sides.of(head)
        return {**said, "side": sides[0]} if len(sides) == 1 else said

    def places(self, order: Node) -> Iterator[LegForm]:
        """The place of each leg of the order."""
        rest = self.rest or self.head
        return (rest if index else self.head for index, _ in enumerate(order.legs))

    def refusals(self, order: Node, caps: Capabilities) -> Iterator[Refusal]:
        """Every reason why the order cannot be said in this form."""
        if self.reasons:
            caps = attrs.evolve(caps, reasons={**caps.reasons, **self.reasons})
        for place, (path, _, leg) in zip(self.places(order), order.legs, strict=True):
            yield from place.refusals(leg, path, caps)
        if order.children:
            yield from self._group_refusals(order, "", caps)
            yield from self._shared_refusals(order, caps)

    def _group_refusals(self, group: Node, path: str, caps: Capabilities) -> Iterator[Refusal]:
        """What the numbers and the kinds of a group's members cannot be, here and inside."""
        is_oto = isinstance(group, OTO)
        key, allowed = ("conditionals", self.conditionals) if is_oto else ("peers", self.peers)
        members = [child for child in group.children if child.key != "trigger"]
        if len(members) not in allowed:
            taken = f"{allowed} {key.removesuffix('s') if allowed.most == 1 else key}"
            taken = taken if allowed.most else f"no {key}"
            here = f"here {'is' if len(members) == 1 else 'are'} {len(members)}"
            why = f"{caps.broker} takes {taken} in {with_article(self.request)}, and {here}."
            yield caps.refusal(join(path, key), "count", why, "count")
        if not is_oto:
            yield from self._apart_refusals(group, path, caps)
        for child_key, _, child in group.children:
            if child.children:
                yield from self._group_refusals(child, join(path, child_key), caps)

    def _apart_refusals(self, group: Node, path: str, caps: Capabilities) -> Iterator[Refusal]:
        peers = [each for each in group.children if each.key != "trigger"]
        for kinds in self.apart:
            found = [
                each
                for each in peers
                if isinstance(each.node, Leg) and type(each.node.order_type) in kinds
            ]
            for extra in found[1:]:
                yield caps.refusal(
                    join(join(path, extra.key), "order_type"),
                    "same-kind",
                    f"{caps.broker} takes one {' or '.join(kind.NAME for kind in kinds)} among the"
                    f" peers of {with_article(self.request)}, and {join(path, found[0].key)} is"
                    " one already.",
                    "apart",
                )

    def _shared_refusals(self, order: Node, caps: Capabilities) -> Iterator[Refusal]:
        first = order.legs[0]
        sides = None if self.sides is Sides.STATED else self.sides.of(first.leg)
        for path, _, leg in order.legs[1:]:
            if sides is not None and leg.side not in sides:
                yield caps.refusal(
                    join(path, "side"),
                    "implied-side",
                    f"{with_article(self.request)} says {self.sides}: this leg has to"
                    f" {sides[0]}, since {first.path} is to {first.leg.side}.",
                    "sides",
                )
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


def _plainly(value: object) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _contradictions(form: Form) -> Iterator[str]:
    """What of a leg has no place in the form, and is not shared."""
    yield from (f"a leg has no field {name}" for name in form.shared if name not in _FIELDS)
    head, rest = form.head, form.rest
    if not head.symbols or head.quantity is None:
        yield "the first leg has no place for its symbol or its quantity"
    for place, whose in ((head, "the first leg"), (rest or head, "the other legs")):
        yield from _unsaid(form, place, whose)
    if rest is not None and not rest.symbols and "instrument" not in form.shared:
        yield "no key carries the symbol of the other legs, and it is not shared"
    if rest is not None and rest.quantity is None and "quantity" not in form.shared:
        yield "no key carries the quantity of the other legs, and it is not shared"


def _unsaid(form: Form, place: LegForm, whose: str) -> Iterator[str]:
    """What a leg may be in its place, and neither the place nor the form says which."""
    if place.action_key is None:
        tables = [words.table for words in place.actions.values()]
        sides = [{side for side, _ in table} for table in tables]
        if form.sides is Sides.STATED and any(len(each) > 1 for each in sides):
            yield f"no key carries the side of {whose}, and sides says nothing"
        said_once = "position_effect" in form.shared
        if not said_once and any(len(t) > len(s) for t, s in zip(tables, sides, strict=True)):
            yield f"no key carries the position effect of {whose}, and it is not shared"
    several = len(place.times_in_force.table) > 1
    if place.time_in_force_key is None and several and "time_in_force" not in form.shared:
        yield f"no key carries the time in force of {whose}, and it is not shared"
