"""Reading a broker's request back: one row of an adapter's tables at a time, by path.

An adapter's ``parse`` walks a body through a :class:`Reading`, which collects what cannot be held
and remembers where each leg was found, so that a problem of the order is told at its place in the
broker's body.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from otoco import _json
from otoco._capabilities import LegForm
from otoco._formats import Format, Unreadable
from otoco._instrument import Instrument
from otoco._leg import Leg
from otoco._order_types import OrderType
from otoco._problems import InvalidOrder, Refusal, RefusalKind, as_key, join, nearest, shown
from otoco._words import InstrumentType

_MISSING: Final = object()


class Reading:
    """One reading of one request: what it refused, what options it found, where each leg stood."""

    def __init__(self, source: str | None = None) -> None:
        self.source = source
        self.refusals: list[Refusal] = []
        self.options: dict[str, Any] = {}
        self.ids: dict[str, str] = {}
        self._places: dict[str, tuple[str, dict[str, str]]] = {}

    def refuse(self, where: str, code: str, why: str, fix: str | None = None) -> None:
        """Note that what stands at ``where`` in the body cannot be held."""
        kind = RefusalKind.NOT_IMPLEMENTED
        self.refusals.append(Refusal(where, code, why, fix, kind, self.source))

    def path(self, path: str, *known: str) -> None:
        """Refuse a path that is not one of the known; a bare body has none."""
        if path and path not in known:
            several = "none of " if len(known) > 1 else "not "
            self.refuse("path", "value", f"the path is {several}{', '.join(known)}.")

    def object(
        self, value: Any, at: str, known: Iterable[str], nullable: Iterable[str] = ()
    ) -> dict[str, Any]:
        """The members of a JSON object, without those that are ``null`` where that is allowed.

        Keys that are not known, or stand twice, are refused by name.
        """
        if not _json.is_object(value):
            self.refuse(at, "value", f"a JSON object belongs here, and not {shown(value)}.")
            return {}
        for key in _json.repeated_keys(value):
            self.refuse(join(at, as_key(key)), "field", f"the key {shown(key)} stands twice.")
        known = tuple(known)
        members: dict[str, Any] = {}
        for key, member in value.items():
            if key not in known:
                close = nearest(key, known)
                self.refuse(
                    join(at, as_key(key)),
                    "field",
                    f"an order has no place for the key {shown(key)}.",
                    f"Did you mean {close}?" if close else None,
                )
            elif member is not None or key not in nullable:
                members[key] = member
        return members

    def value(self, members: Mapping[str, Any], at: str, key: str, form: Format) -> Any:
        """What stands under a required key, or ``None`` after a refusal."""
        if key not in members:
            self.refuse(
                join(at, key), "field", f"{key} is missing, and no default for it is documented."
            )
            return None
        return self.optional(members, at, key, form)

    def optional(self, members: Mapping[str, Any], at: str, key: str, form: Format) -> Any:
        """What stands under a key that may be absent, or ``None``."""
        if key not in members:
            return None
        try:
            return form.read(members[key])
        except Unreadable as error:
            self.refuse(join(at, key), "value", f"{error}.")
            return None

    def leg(
        self, form: LegForm, members: Mapping[str, Any], at: str, path: str, **inherited: Any
    ) -> Leg | None:
        """The leg that the members of an object say; ``inherited`` is what the group carries.

        Members come from :meth:`object`; keys that the leg does not use are refused.
        """
        before = len(self.refusals)
        members = self._flatten(form, members, at)
        kind, prices, keys = self._order_type(form, members, at)
        instrument = inherited.get("instrument") or self._instrument(form, members, at)
        side = effect = None
        if isinstance(instrument, Instrument):
            action = self.value(members, at, form.action_key, form.actions[instrument.type])
            side, effect = action or (None, None)
        quantity = inherited.get("quantity")
        if form.quantity is not None:
            quantity = self.value(members, at, *form.quantity)
        time_in_force = self.value(members, at, form.time_in_force_key, form.times_in_force)
        fields = {
            name: self.optional(members, at, key, cell) for name, (key, cell) in form.fields.items()
        }
        keys |= _keys(form)
        self._places[path] = (at, keys)
        if len(self.refusals) > before or kind is None:
            return None
        if side is None or quantity is None or instrument is None:  # the head was refused
            return None
        try:
            return Leg(
                side,
                quantity,
                instrument,
                kind(*prices),
                time_in_force,
                position_effect=effect,
                **fields,
            )
        except InvalidOrder as error:
            raise InvalidOrder(problem.under(path) for problem in error.problems) from None

    def locate(self, where: str) -> str:
        """Where in the body that stands which the order has at ``where``."""
        for path, (at, keys) in self._places.items():
            if where == path:
                return at
            if not path or where.startswith(f"{path}."):
                field = where[len(path) + 1 :] if path else where
                if field in keys:
                    return join(at, keys[field])
        if where in ("", "peers"):
            return ""
        return where

    def _flatten(self, form: LegForm, members: Mapping[str, Any], at: str) -> dict[str, Any]:
        """The members with those of inner objects beside them, under dotted keys."""
        inner: dict[str, list[str]] = {}
        for key in form.keys:
            outer, dot, rest = key.partition(".")
            if dot:
                inner.setdefault(outer, []).append(rest)
        flat = dict(members)
        for outer, known in inner.items():
            if outer in flat:
                found = self.object(flat.pop(outer), join(at, outer), known)
                flat |= {f"{outer}.{key}": value for key, value in found.items()}
        return flat

    def _order_type(
        self, form: LegForm, members: Mapping[str, Any], at: str
    ) -> tuple[type[OrderType] | None, list[Any], dict[str, str]]:
        kind = self.value(members, at, form.order_type_key, form.order_type_words)
        if kind is None:
            return None, [], {}
        row = form.order_types[kind]
        for key in form.price_keys:
            if key in members and key not in row.prices.values():
                self.refuse(join(at, key), "field", f"a {row.word} order has no {key}.")
        prices = [
            self.value(members, at, row.prices[key], form.price) if key in row.prices else None
            for key in kind.PRICES.values()
        ]
        return kind, prices, dict(row.prices)

    def _instrument(self, form: LegForm, members: Mapping[str, Any], at: str) -> Instrument | None:
        if form.symbol is None:
            return None
        symbol_key, kind_key = form.symbol[0], form.symbol[0]
        kind: InstrumentType | None = next(iter(form.actions))
        if form.instrument_type is not None:
            kind_key = form.instrument_type[0]
            kind = self.value(members, at, *form.instrument_type)
        symbol = self.value(members, at, *form.symbol)
        if kind is None or symbol is None:
            return None
        if kind not in form.actions:
            self.refuse(join(at, kind_key), "instrument", f"{kind} is not taken here.")
            return None
        try:
            instrument = Instrument(symbol, kind)
        except InvalidOrder as error:
            self.refuse(join(at, symbol_key), "instrument", error.problems[0].why)
            return None
        if instrument.symbol != symbol:
            why = f"{shown(symbol)} would come back as {shown(instrument.symbol)}."
            self.refuse(join(at, symbol_key), "value", why)
            return None
        return instrument


def _keys(form: LegForm) -> dict[str, str]:
    """The wire key of each field of a leg, but for its prices."""
    keys = {name: key for name, (key, _) in form.fields.items()}
    keys |= {"side": form.action_key, "position_effect": form.action_key}
    keys |= {"order_type": form.order_type_key, "time_in_force": form.time_in_force_key}
    cells = {"quantity": form.quantity, "instrument.symbol": form.symbol}
    cells |= {"instrument": form.symbol}
    keys |= {name: cell[0] for name, cell in cells.items() if cell is not None}
    if form.instrument_type is not None:
        keys["instrument.type"] = form.instrument_type[0]
    return keys
