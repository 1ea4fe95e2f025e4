"""Fitting an order to a broker: only in ways that the caller allows, and every change is listed.

Nothing else in the library ever changes an order. A strategy stays as it is, and the fit names what
differs between brokers: the instrument, whether position effects are stated, the tick.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN
from enum import Enum
from typing import Any, Final

import attrs

from otoco._contract import Adapter
from otoco._instrument import Instrument
from otoco._leg import Leg
from otoco._node import Node
from otoco._numbers import plain, round_to
from otoco._order_types import Offset, Price, points
from otoco._problems import InvalidOrder, Refusal, attempt, is_flaw, join
from otoco._translate import check, check_adapter
from otoco._tree import OCO, OTO, OTOCO, Order
from otoco._words import PositionEffect, Role


class Rounding(Enum):
    """Which multiple of the tick a price off the tick becomes."""

    NEAREST = ROUND_HALF_EVEN
    UP = ROUND_CEILING
    DOWN = ROUND_FLOOR


class Effects(Enum):
    """What becomes of position effects.

    ``CLEAR`` leaves them unstated. ``OPEN_THEN_CLOSE`` states that triggers open and that what they
    arm closes; ``OPEN`` and ``CLOSE`` state the same of every leg. Effects are stated only where
    none is yet and where the adapter's broker can say them.
    """

    CLEAR = "clear"
    OPEN = "open"
    CLOSE = "close"
    OPEN_THEN_CLOSE = "open then close"


_EFFECT: Final[dict[Effects, dict[Role | None, PositionEffect]]] = {
    Effects.CLEAR: {},
    Effects.OPEN: dict.fromkeys((*Role, None), PositionEffect.OPEN),
    Effects.CLOSE: dict.fromkeys((*Role, None), PositionEffect.CLOSE),
    Effects.OPEN_THEN_CLOSE: {
        Role.TRIGGER: PositionEffect.OPEN,
        Role.CONDITIONAL: PositionEffect.CLOSE,
        Role.PEER: PositionEffect.CLOSE,
    },
}


@attrs.frozen
class Change:
    """One change that a fit made: where in the order, and the value before and after."""

    where: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        return f"{self.where}: {self.before or 'unstated'} -> {self.after or 'unstated'}"


@attrs.frozen
class Fitted:
    """An order fitted to an adapter, every change that was made, and what is refused even so."""

    order: Order
    changes: tuple[Change, ...]
    refusals: tuple[Refusal, ...]


def fit(
    order: Order,
    adapter: Adapter,
    *,
    instruments: Instrument | Mapping[Instrument, Instrument] | None = None,
    effects: Effects | None = None,
    rounding: Rounding | None = None,
) -> Fitted:
    """The order with the changes that the caller allows, for one adapter.

    ``instruments`` is the instrument that every leg trades instead, or a mapping from old to new;
    ``effects`` states or clears position effects; ``rounding`` moves prices (and distances) that
    are off the tick of their instrument. What is ``None`` stays as it is. Reference data of an
    instrument, which no request carries, changes with it and is not listed.

    Raises:
        InvalidOrder: where the changed order is not coherent, for example since a price is off the
            tick of the new instrument and no rounding is allowed, or rounding made peers cross.
        AdapterError: for a name or a class in place of an adapter.

    """
    check_adapter(adapter)
    fitting = _Fitting(adapter, instruments, effects, rounding)
    fitted = fitting.node(order, "", None, armed=False)
    if is_flaw(fitted):
        raise InvalidOrder(fitted.problems)
    return Fitted(fitted, tuple(fitting.changes), check(fitted, adapter))


class _Fitting:
    def __init__(
        self,
        adapter: Adapter,
        instruments: Instrument | Mapping[Instrument, Instrument] | None,
        effects: Effects | None,
        rounding: Rounding | None,
    ) -> None:
        self.places = adapter.capabilities.leg_forms()
        self.instruments = instruments
        self.effects = effects
        self.rounding = rounding
        self.changes: list[Change] = []

    def node(self, node: Node, at: str, role: Role | None, *, armed: bool) -> Any:
        """The node with its legs changed; ``armed`` says whether a trigger stands above it."""
        if isinstance(node, Leg):
            return self.leg(node, at, role if role is not Role.PEER or armed else None)
        inside = armed or node.children[0].role is Role.TRIGGER
        children = [
            self.node(child, join(at, key), child_role, armed=inside)
            for key, child_role, child in node.children
        ]
        if isinstance(node, OCO):
            return attempt(OCO, children)
        return attempt(OTO if isinstance(node, OTO) else OTOCO, children[0], children[1:])

    def leg(self, leg: Leg, at: str, role: Role | None) -> Any:
        """The leg with the changes that are allowed."""
        instrument = self._instrument(leg.instrument)
        kind = self._rounded(leg.order_type, instrument, at)
        effect = self._effect(attrs.evolve(leg, instrument=_symbol_only(instrument)), role)
        if instrument != leg.instrument:
            names = leg.instrument.symbol, instrument.symbol
            if names[0] == names[1]:  # another type of instrument
                names = leg.instrument.type, instrument.type
            self._note(join(at, "instrument"), *names)
        if effect is not leg.position_effect:
            self._note(join(at, "position_effect"), leg.position_effect, effect)
        return attempt(
            attrs.evolve, leg, instrument=instrument, order_type=kind, position_effect=effect
        )

    def _instrument(self, instrument: Instrument) -> Instrument:
        if isinstance(self.instruments, Instrument):
            return self.instruments
        return (self.instruments or {}).get(instrument, instrument)

    def _rounded(self, order_type: Any, instrument: Instrument, at: str) -> Any:
        tick = instrument.tick_size
        if self.rounding is None or tick is None:
            return order_type
        rounded: dict[str, Price] = {}
        for attribute, key in order_type.PRICES.items():
            price = getattr(order_type, attribute)
            if price is None:
                continue
            before = points(price)
            after = round_to(before, tick, self.rounding.value)
            if after != before:
                rounded[attribute] = Offset(after) if isinstance(price, Offset) else after
                self._note(join(at, key), plain(before), plain(after))
        return attempt(attrs.evolve, order_type, **rounded) if rounded else order_type

    def _effect(self, leg: Leg, role: Role | None) -> PositionEffect | None:
        if self.effects is None:
            return leg.position_effect
        if self.effects is Effects.CLEAR:
            return None
        wanted = leg.position_effect or _EFFECT[self.effects].get(role)
        can_say = any(
            leg.instrument.type in place.actions
            and (leg.side, wanted) in place.actions[leg.instrument.type].table
            for place in self.places
        )
        return wanted if can_say else leg.position_effect

    def _note(self, where: str, before: str | None, after: str | None) -> None:
        self.changes.append(Change(where, before and str(before), after and str(after)))


def _symbol_only(instrument: Instrument) -> Instrument:
    """The instrument without its tick and lot, on which nothing can be off the grid yet."""
    return Instrument(instrument.symbol, instrument.type)
