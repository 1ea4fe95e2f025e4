"""Reading a broker's request back: one row of an adapter's tables at a time, by path.

An adapter's ``parse`` walks a body through a :class:`Reading`, which collects what cannot be held
and remembers where each leg was found, so that a problem of the order is told at its place in the
broker's body.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

from otoco import _json
from otoco._contract import GROUP
from otoco._equivalence import difference
from otoco._formats import ABSENT, Format, Unreadable, Words
from otoco._instrument import Instrument
from otoco._leg import Leg
from otoco._leg_form import LegForm
from otoco._order_types import Offset, OrderType
from otoco._problems import (
    InvalidOrder,
    Refusal,
    RefusalKind,
    as_key,
    join,
    nearest,
    shown,
    with_article,
)
from otoco._wire_keys import ITEM, inner_keys, outer_keys
from otoco._words import InstrumentType

if TYPE_CHECKING:
    from otoco._contract import ClientIds, Option
    from otoco._form import Count

T = TypeVar("T")


class Reading:
    """One reading of one request: what it refused, the options and ids it found, and where.

    ``options`` go by name, and ``ids``, which are the caller's, by leg path or ``GROUP``.
    """

    def __init__(self) -> None:
        self.refusals: list[Refusal] = []
        self.options: dict[str, Any] = {}
        self.ids: dict[str, str] = {}
        self._places: dict[str, tuple[str, dict[str, str]]] = {}
        self._broken: set[str] = set()

    def refuse(self, where: str, code: str, why: str, fix: str | None = None) -> None:
        """Note that what stands at ``where`` in the body cannot be held: ``NOT_IMPLEMENTED``."""
        self.refusals.append(Refusal(where, code, why, fix, RefusalKind.NOT_IMPLEMENTED))

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
        """What stands under a required key, or ``None`` after a refusal.

        A missing key says what has the word ``ABSENT``, if anything has.
        """
        if key not in members:
            if isinstance(form, Words) and ABSENT in form.reverse:
                return form.reverse[ABSENT]
            if any(join(at, key).startswith(f"{place}.") for place in self._broken):
                return None  # the object that has it was refused as a whole
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

    def account(self, path: str, template: str, option: Option) -> None:
        """Read an option out of a path such as ``/accounts/{account_id}/orders``."""
        if not path:
            return
        before, after = template.split(f"{{{option.name}}}")
        rest = path.removeprefix(before)
        if not (path.startswith(before) and rest.endswith(after)):
            self.refuse("path", "value", f"the path is not {template}.")
            return
        text = rest.removesuffix(after)
        try:
            self.options[option.name] = option.format.write(option.format.read(text))
        except Unreadable as error:
            self.refuse("path", "value", f"{option.name}: {error}.")

    def same_option(self, option: Option, value: Any, where: str) -> None:
        """Note an option that each leg of a request states; refuse one that differs from the first.

        ``value`` is ``None`` where a leg does not state it.
        """
        first = self.options.setdefault(option.name, value)
        if value != first:
            here, there = ("not stated" if each is None else each for each in (value, first))
            key = where.rpartition(".")[2]
            why = f"{key} goes for all legs: it is {here} here, and {there} for the first."
            self.refuse(where, "value", why)

    def client_order_id(
        self, members: Mapping[str, Any], at: str, key: str, ids: ClientIds, path: str = ""
    ) -> None:
        """Note the caller's id of the leg at ``path``, or of the whole; refuse one twice."""
        found = self.optional(members, at, key, ids.format)
        if found is None:
            return
        text = str(found)
        if text in self.ids.values():
            self.refuse(join(at, key), "value", f"another leg has the {key} {text} too.")
        else:
            self.ids[path or GROUP] = text

    def items(
        self, members: Mapping[str, Any], at: str, key: str, count: Count | None = None
    ) -> list[Any]:
        """The items of the list that stands under a required key; none after a refusal.

        A list of another number of items than ``count`` is refused.
        """
        value = members.get(key)
        if not _json.is_array(value):
            what = f"and not {shown(value)}" if key in members else "which is missing"
            self.refuse(join(at, key), "value", f"a list belongs under {key}, {what}.")
            return []
        if count is not None and len(value) not in count:
            why = f"a list of {count} belongs under {key}, and here are {len(value)}."
            self.refuse(join(at, key), "count", why)
            return []
        return list(value)

    def group(self, at: str, path: str, keys: Mapping[str, str], build: Callable[[], T]) -> T:
        """The group that ``build`` constructs; it stands in the body at ``at``.

        ``path`` is where the order has it, and ``keys`` says where below ``at`` the lists of its
        members stand, such as ``{"peers": "orders"}``.

        Raises:
            InvalidOrder: as the constructor does, with paths of the whole order.

        """
        self._places[path] = (at, dict(keys))
        try:
            return build()
        except InvalidOrder as error:
            raise InvalidOrder(problem.under(path) for problem in error.problems) from None

    def embedded(self, members: Mapping[str, Any], at: str, key: str, longest: int) -> Any:
        """The JSON object that stands as text under a required key, or ``None`` after a refusal.

        ``longest`` is in characters.
        """
        text = members.get(key)
        where = join(at, key)
        if key not in members:
            self.refuse(where, "field", f"{key} is missing, and no default for it is documented.")
        elif type(text) is not str:
            self.refuse(where, "value", f"{key} is JSON as text, and not {shown(text)}.")
        elif len(text) > longest:
            why = f"{key} has {len(text)} characters, and at most {longest} are taken."
            self.refuse(where, "value", why)
        else:
            try:
                return _json.load_object(text)
            except InvalidOrder as error:
                self.refuse(where, "value", f"{key}: {error.problems[0].why}")
        return None

    def leg(
        self, form: LegForm, members: Mapping[str, Any], at: str, path: str, **inherited: Any
    ) -> Leg | None:
        """The leg that the members of an object say; ``inherited`` is what the group carries.

        Members come from :meth:`object`; keys that the leg does not use are refused. What is
        inherited goes by the names of a leg's fields.

        Raises:
            InvalidOrder: as :class:`otoco.Leg` does, with paths of the whole order.

        """
        before = len(self.refusals)
        flat = self._flatten(form.keys, form.nullable, members, at)
        kind, prices, keys = self._order_type(form, flat, at)
        keys |= _keys(form)
        self._places[path] = (at, keys)
        said = {**inherited, **self._instrument(form, flat, at, keys)}
        said |= self._action(form, flat, at, said)
        if form.quantity is not None:
            said["quantity"] = self.value(flat, at, *form.quantity)
        said |= self._time_in_force(form, flat, at, said)
        for name, (key, cell) in form.fields.items():
            said[name] = self.optional(flat, at, key, cell)
        if len(self.refusals) > before or kind is None:
            return None
        if any(said.get(name) is None for name in _NEEDED):  # the head was refused
            return None
        try:
            leg = Leg(order_type=kind(*prices), **said)
        except InvalidOrder as error:
            raise InvalidOrder(problem.under(path) for problem in error.problems) from None
        return leg if self._echoes(form, leg, flat, at) else None

    def locate(self, where: str) -> str:
        """Where in the body that stands which the order has at ``where``."""
        for path, (at, keys) in self._places.items():
            if where == path:
                return at
            if not path or where.startswith(f"{path}."):
                field = where[len(path) + 1 :] if path else where
                if field in keys:
                    return join(at, keys[field])
        if where in ("", "peers", "conditionals"):
            return ""
        return where

    def _flatten(
        self, keys: Iterable[str], nullable: Iterable[str], members: Mapping[str, Any], at: str
    ) -> dict[str, Any]:
        """The members with those of inner objects beside them, under the keys that lead there."""
        flat = dict(members)
        nulls = inner_keys(nullable)
        for outer, known in inner_keys(keys).items():
            key = outer.removesuffix(ITEM)
            if key not in flat:
                continue
            inner = flat.pop(key)
            if key != outer:
                if not _json.is_array(inner) or len(inner) != 1:
                    self.refuse(join(at, key), "value", f"a list of one item belongs under {key}.")
                    self._broken.add(join(at, outer))
                    continue
                inner = inner[0]
            place = join(at, outer)
            if not _json.is_object(inner):
                self._broken.add(place)
            allowed = nulls.get(outer, ())
            found = self.object(inner, place, outer_keys(known), allowed)
            found = self._flatten(known, allowed, found, place)
            flat |= {f"{outer}.{name}": value for name, value in found.items()}
        return flat

    def _order_type(
        self, form: LegForm, members: Mapping[str, Any], at: str
    ) -> tuple[type[OrderType] | None, list[Any], dict[str, str]]:
        kind: type[OrderType] | None
        if form.order_type_key is None:
            kind = _kind_by_keys(form, members)
        else:
            kind = self.value(members, at, form.order_type_key, form.order_type_words)
        if kind is None:
            return None, [], {}
        row = form.order_types[kind]
        for key in form.price_keys:
            if key in members and key not in row.prices.values():
                name = with_article(row.word or kind.NAME)
                self.refuse(join(at, key), "field", f"{name} order has no {key}.")
        prices: list[Any] = []
        for key in kind.PRICES.values():
            is_offset = form.price is None and key != "trail"
            cell = form.price_format(key, is_offset=is_offset)
            if cell is None or key not in row.prices:
                prices.append(None)
                continue
            value = self.value(members, at, row.prices[key], cell)
            prices.append(Offset(value) if is_offset and value is not None else value)
        return kind, prices, dict(row.prices)

    def _instrument(
        self, form: LegForm, members: Mapping[str, Any], at: str, keys: dict[str, str]
    ) -> dict[str, Any]:
        """The instrument, where the place has a carrier for it; ``None`` after a refusal."""
        if not form.symbols:
            return {}
        nothing: dict[str, Any] = {"instrument": None}
        could_be = _type_by_symbol(form, members)
        kind: InstrumentType | None = could_be
        if form.instrument_type is not None:
            kind = self.value(members, at, *form.instrument_type)
        key, cell = form.symbols.get(kind or could_be, form.symbols[could_be])
        keys |= dict.fromkeys(_INSTRUMENT, key)
        symbol = self.value(members, at, key, cell)
        free = (key, *(echo.key for echo in form.echoes))
        for other in form.symbol_keys:
            if other in members and other not in free:
                self.refuse(join(at, other), "field", f"{key} has the symbol here, not {other}.")
        if kind is None or symbol is None:
            return nothing
        if kind not in form.actions:
            where = join(at, form.instrument_type[0] if form.instrument_type else key)
            self.refuse(where, "instrument", f"{kind} is not taken here.")
            return nothing
        try:
            instrument = Instrument(symbol, kind)
        except InvalidOrder as error:
            self.refuse(join(at, key), "instrument", error.problems[0].why)
            return nothing
        if instrument.symbol != symbol:
            why = f"{shown(symbol)} would come back as {shown(instrument.symbol)}."
            self.refuse(join(at, key), "value", why)
            return nothing
        return {"instrument": instrument}

    def _action(
        self, form: LegForm, members: Mapping[str, Any], at: str, said: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Side and position effect: by their word, or as the place implies them."""
        instrument = said.get("instrument")
        if not isinstance(instrument, Instrument):
            return {}
        words = form.actions.get(instrument.type)
        if words is None:
            self.refuse(at, "instrument", f"{instrument.type} is not taken here.")
            return {}
        if form.action_key is not None:
            side, effect = self.value(members, at, form.action_key, words) or (None, None)
            return {"side": side, "position_effect": effect}
        implied = [dict(zip(_ACTION, action, strict=True)) for action in words.table]
        implied = [
            each
            for each in implied
            if all(said.get(name, value) is value for name, value in each.items())
        ]
        return implied[0] if len(implied) == 1 else {}

    def _time_in_force(
        self, form: LegForm, members: Mapping[str, Any], at: str, said: Mapping[str, Any]
    ) -> dict[str, Any]:
        """How long the leg lives: by its word, or as the place implies it."""
        key, words = form.time_in_force_key, form.times_in_force
        if key is not None:
            return {"time_in_force": self.value(members, at, key, words)}
        if "time_in_force" in said or len(words.table) != 1:
            return {}
        return {"time_in_force": next(iter(words.table))}

    def _echoes(self, form: LegForm, leg: Leg, members: Mapping[str, Any], at: str) -> bool:
        """Whether every echo says what the leg says; what does not is refused."""
        before = len(self.refusals)
        own = form.symbols[leg.instrument.type][0] if form.symbols else None
        for echo in form.echoes:
            said, key = echo.of(leg), echo.key
            if said is None:
                if key in members and key != own:
                    self.refuse(join(at, key), "field", f"this leg has no place for {key}.")
            elif key not in members:
                self.refuse(join(at, key), "field", f"{key} is missing, which says {said} here.")
            elif difference(said, members[key]) is not None:
                why = f"{shown(members[key])} contradicts the leg, which says {said}."
                self.refuse(join(at, key), "value", why)
        return len(self.refusals) == before


_ACTION: Final[tuple[str, ...]] = ("side", "position_effect")
_INSTRUMENT: Final = ("instrument", "instrument.symbol")
#: What a leg cannot be without.
_NEEDED: Final = ("side", "quantity", "instrument", "time_in_force")


def _kind_by_keys(form: LegForm, members: Mapping[str, Any]) -> type[OrderType]:
    """The order type whose price keys are those that are there, or most nearly so."""
    present = {key for key in form.price_keys if key in members}
    rows = form.order_types.items()
    return min(rows, key=lambda each: len(present ^ {*each[1].prices.values()}))[0]


def _type_by_symbol(form: LegForm, members: Mapping[str, Any]) -> InstrumentType:
    """The type of instrument whose symbol stands there, or could; an echo's key tells the least."""
    echoes = [echo.key for echo in form.echoes]
    there = [kind for kind, (key, _) in form.symbols.items() if key in members]
    there.sort(key=lambda kind: form.symbols[kind][0] in echoes)
    for kind in there:
        key, cell = form.symbols[kind]
        try:
            cell.read(members[key])
        except Unreadable:
            continue
        return kind
    return next(iter(there or form.symbols))


def _keys(form: LegForm) -> dict[str, str]:
    """The wire key of each field of a leg, but for its prices."""
    keys = {name: key for name, (key, _) in form.fields.items()}
    for name, key in (
        ("side", form.action_key),
        ("position_effect", form.action_key),
        ("order_type", form.order_type_key),
        ("time_in_force", form.time_in_force_key),
        ("quantity", form.quantity and form.quantity[0]),
        ("instrument.type", form.instrument_type and form.instrument_type[0]),
    ):
        if key:
            keys[name] = key
    return keys
