"""What a leg takes in one place of a broker's request: the same rows check it and write it.

How such a place is read back is in :mod:`otoco._parsing`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from otoco._formats import ABSENT, Format, Words
from otoco._leg import OPTIONAL_FIELDS, Leg
from otoco._numbers import plain
from otoco._order_types import Offset, OrderType, Price, points, price_text
from otoco._problems import AdapterError, Refusal, join, with_article
from otoco._wire_keys import ITEM, nested, outer_keys
from otoco._words import InstrumentType, TimeInForce

if TYPE_CHECKING:
    from otoco._capabilities import Capabilities


@attrs.frozen
class Row:
    """An order type in a broker's words: its name there, and a wire key for each of its prices.

    ``prices`` maps the document's keys (``limit_price``, ``stop_price``, ``touch_price``,
    ``trail``) to the broker's; a price that is listed is required. ``times_in_force`` are those
    that go with the type, where they are not all that the place takes.
    """

    word: str = ""
    prices: Mapping[str, str] = attrs.field(factory=dict[str, str])
    times_in_force: Collection[TimeInForce] | None = None

    def renamed(self, key: Callable[[str], str]) -> Row:
        """The same order type with its prices under other keys."""
        prices = {name: key(each) for name, each in self.prices.items()}
        return attrs.evolve(self, prices=prices)


#: A wire key, and the format of what stands under it.
Cell: TypeAlias = tuple[str, Format]


@attrs.frozen
class Echo:
    """A wire key that says once more what others say; ``of`` gives that, or ``None`` for no key."""

    key: str
    of: Callable[[Leg], Any]


@attrs.frozen
class LegForm:
    """What a leg takes in one place of a broker's request.

    ``symbol`` (for each type of instrument, or one for all), ``instrument_type`` and ``quantity``
    are ``None`` where the place has no carrier for them and they come from the head of the group.
    Without ``action_key`` or ``time_in_force_key`` the group says it, or the place implies the one
    that its table has; without ``order_type_key`` the keys of the prices tell the type. ``price``
    is the format of prices and ``offset`` that of distances from the fill; ``None`` takes none of
    them. Wire keys may lead into objects and lists of one item: ``legs[0].instrument.symbol``.

    Raises:
        otoco.AdapterError: for tables that contradict themselves or the model.

    """

    actions: Mapping[InstrumentType, Words]
    order_types: Mapping[type[OrderType], Row]
    times_in_force: Words
    action_key: str | None = None
    order_type_key: str | None = None
    time_in_force_key: str | None = None
    price: Format | None = None
    offset: Format | None = None
    quantity: Cell | None = None
    symbol: Cell | Mapping[InstrumentType, Cell] | None = None
    instrument_type: tuple[str, Words] | None = None
    fields: Mapping[str, Cell] = attrs.field(factory=dict[str, Cell])
    echoes: tuple[Echo, ...] = ()
    nullable: frozenset[str] = frozenset()
    symbols: Mapping[InstrumentType, Cell] = attrs.field(init=False, eq=False, repr=False)
    order_type_words: Words = attrs.field(init=False, eq=False, repr=False)
    keys: tuple[str, ...] = attrs.field(init=False, eq=False, repr=False)
    is_nested: bool = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        cell = self.symbol
        symbols = dict.fromkeys(self.actions, cell) if isinstance(cell, tuple) else cell or {}
        object.__setattr__(self, "symbols", symbols)
        words = {kind: row.word for kind, row in self.order_types.items()}
        words = words if self.order_type_key else {}
        object.__setattr__(self, "order_type_words", Words(words))
        object.__setattr__(self, "keys", self._keys())
        object.__setattr__(self, "is_nested", any("." in key for key in self.keys))
        wrong = [*_contradictions(self)]
        if wrong:
            keys = ", ".join(self.keys)
            raise AdapterError(f"the table of the keys {keys} is wrong: {'; '.join(wrong)}.")

    @property
    def price_keys(self) -> tuple[str, ...]:
        """Every wire key that holds a price of some order type."""
        rows = self.order_types.values()
        return tuple(dict.fromkeys(key for row in rows for key in row.prices.values()))

    @property
    def symbol_keys(self) -> tuple[str, ...]:
        """Every wire key that holds the symbol of some type of instrument."""
        return tuple(dict.fromkeys(key for key, _ in self.symbols.values()))

    @property
    def outer_keys(self) -> tuple[str, ...]:
        """The wire keys of the object that holds the leg, each once."""
        return outer_keys(self.keys)

    def renamed(self, key: Callable[[str], str]) -> LegForm:
        """The same place under other wire keys, such as those that have its index."""

        def cell(given: tuple[str, Any] | None) -> Any:
            return given and (key(given[0]), given[1])

        return attrs.evolve(
            self,
            action_key=self.action_key and key(self.action_key),
            order_type_key=self.order_type_key and key(self.order_type_key),
            time_in_force_key=self.time_in_force_key and key(self.time_in_force_key),
            quantity=cell(self.quantity),
            instrument_type=cell(self.instrument_type),
            symbol={kind: cell(each) for kind, each in self.symbols.items()} or None,
            order_types={kind: row.renamed(key) for kind, row in self.order_types.items()},
            fields={name: cell(each) for name, each in self.fields.items()},
            echoes=tuple(attrs.evolve(echo, key=key(echo.key)) for echo in self.echoes),
            nullable=frozenset(map(key, self.nullable)),
        )

    def _keys(self) -> tuple[str, ...]:
        """Every wire key that the form knows."""
        cells = (*self.symbols.values(), self.instrument_type, self.quantity, *self.fields.values())
        named = (self.action_key, self.order_type_key, self.time_in_force_key)
        known = (
            *(key for key in named if key),
            *(cell[0] for cell in cells if cell),
            *self.price_keys,
            *(echo.key for echo in self.echoes),
        )
        return tuple(dict.fromkeys(known))

    def refusals(self, leg: Leg, path: str, caps: Capabilities) -> Iterator[Refusal]:
        """Every reason why the leg cannot be said here."""
        yield from self._instrument_refusals(leg, path, caps)
        if self.quantity is not None:
            why = self.quantity[1].refusal(leg.quantity) or _part_of_a_contract(leg)
            if why:
                yield caps.refusal(join(path, "quantity"), "quantity", f"the quantity: {why}.")
        yield from self._type_refusals(leg, path, caps)
        offered = leg.time_in_force in self.times_in_force.table
        if not offered:
            yield self._life_refusal(leg, path, caps)
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

    def _life_refusal(self, leg: Leg, path: str, caps: Capabilities) -> Refusal:
        where, life = join(path, "time_in_force"), leg.time_in_force
        if self.time_in_force_key is None and ABSENT in self.times_in_force.reverse:
            why = f"{caps.broker} has no place for {life} here: the leg cannot state how long it"
            return caps.refusal(
                where, "time-in-force", f"{why} lives.", life, fix="Leave it UNSTATED."
            )
        why = f"{caps.broker} takes no {life} here."
        fix = f"It takes {', '.join(self.times_in_force.table)}."
        return caps.refusal(where, "time-in-force", why, life, fix=fix)

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
                fix=_effect_fix(words, leg),
            )
        if self.symbols:
            why = self.symbols[kind][1].refusal(leg.instrument.symbol)
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
        prices = dict(leg.order_type.prices())
        for key, price in prices.items():
            if key not in row.prices:
                name = with_article(row.word or kind.NAME)
                why = f"{name} order has no place for a {key} at {caps.broker}."
                yield caps.refusal(join(path, key), "price", why, fix="Leave it out.")
            elif refusal := self._price_refusal(price, key, path, caps):
                yield refusal
        for key in row.prices:
            if key not in prices:
                why = f"{with_article(row.word or kind.NAME)} order needs a {key} at {caps.broker}."
                yield caps.refusal(join(path, key), "price", why, fix="Give it.")
        life, times = leg.time_in_force, row.times_in_force
        if times is not None and life not in times and life in self.times_in_force.table:
            yield caps.refusal(
                join(path, "time_in_force"),
                "time-in-force",
                f"{caps.broker} takes no {kind.NAME} order that is {life} here.",
                (kind, life),
                fix=f"It takes {', '.join(times)}.",
            )

    def _price_refusal(
        self, price: Price, key: str, path: str, caps: Capabilities
    ) -> Refusal | None:
        """Why a price cannot stand here, or ``None``."""
        form = self.price_format(key, is_offset=isinstance(price, Offset))
        if form is not None:
            words = form.refusal(points(price))
            if words is None:
                return None
            return caps.refusal(join(path, key), "price", f"the price: {words}.")
        if isinstance(price, Offset):
            why = f"{caps.broker} takes prices here, and no distance such as {price}."
            return caps.refusal(join(path, key), "price", why, Offset)
        why = f"{caps.broker} takes distances from the fill here, and not the price"
        return caps.refusal(join(path, key), "price", f"{why} {price_text(price)}.", Decimal)

    def price_format(self, key: str, *, is_offset: bool) -> Format | None:
        """The format of what stands for a price; a trail is a distance wherever it stands."""
        if key == "trail":
            return self.price or self.offset
        return self.offset if is_offset else self.price

    def write(self, leg: Leg) -> dict[str, Any]:
        """The leg on the wire; it has no refusals here."""
        row = self.order_types[type(leg.order_type)]
        kind = leg.instrument.type
        written: dict[str, Any] = {}
        if self.action_key is not None:
            action = self.actions[kind].table[leg.side, leg.position_effect]
            written[self.action_key] = action
        if self.symbols:
            key, form = self.symbols[kind]
            written[key] = form.write(leg.instrument.symbol)
        if self.instrument_type is not None:
            written[self.instrument_type[0]] = self.instrument_type[1].table[kind]
        if self.quantity is not None:
            written[self.quantity[0]] = self.quantity[1].write(leg.quantity)
        if self.order_type_key is not None:
            written[self.order_type_key] = row.word
        for key, price in leg.order_type.prices():
            price_form = self.price_format(key, is_offset=isinstance(price, Offset))
            assert price_form is not None, "a price without a format is refused"
            written[row.prices[key]] = price_form.write(points(price))
        if self.time_in_force_key is not None:
            written[self.time_in_force_key] = self.times_in_force.table[leg.time_in_force]
        for name, (key, form) in self.fields.items():
            value = getattr(leg, name)
            if value is not None:
                written[key] = form.write(value)
        for echo in self.echoes:
            said = echo.of(leg)
            if said is not None:
                written[echo.key] = said
        written = {key: value for key, value in written.items() if value is not ABSENT}
        return nested(written) if self.is_nested else written


def _part_of_a_contract(leg: Leg) -> str | None:
    """Why a number of contracts is none, whatever numbers the broker takes."""
    kind = leg.instrument.type
    if kind not in _CONTRACTS or leg.quantity == leg.quantity.to_integral_value():
        return None
    return f"{plain(leg.quantity)} is not a whole number of contracts of {with_article(kind)}"


_CONTRACTS: Final = (InstrumentType.OPTION, InstrumentType.FUTURE)


def _effect_fix(words: Words, leg: Leg) -> str | None:
    """What position effect to state, where the leg's side has a word with one."""
    effects = [effect for side, effect in words.table if side is leg.side]
    if None in effects:
        return "Leave it out."
    return f"State {' or '.join(effects)}." if effects else None


def _contradictions(form: LegForm) -> Iterator[str]:
    """What the tables of a place say that cannot be, or that could not be read back."""
    for kind, row in form.order_types.items():
        known = set(kind.PRICES.values())
        needed = {key for name, key in kind.PRICES.items() if name not in kind.OPTIONAL}
        yield from (f"a {kind.NAME} has no {key}" for key in row.prices if key not in known)
        yield from (f"a {kind.NAME} needs a {key}" for key in sorted(needed - {*row.prices}))
        if len({*row.prices.values()}) < len(row.prices):
            yield f"two prices of a {kind.NAME} share a wire key"
    ways = [frozenset(row.prices.values()) for row in form.order_types.values()]
    if form.order_type_key is None and len({*ways}) < len(ways):
        yield "without order_type_key, two order types have the same keys for their prices"
    yield from (
        f"a leg has no optional field {name}"
        for name in form.fields
        if name not in OPTIONAL_FIELDS or name == "position_effect"
    )
    if form.price_keys and form.price is None and form.offset is None:
        yield "its prices have keys, and no format"
    if form.price is not None and form.offset is not None:
        yield "prices and distances under one key could not be told apart"
    lives = form.times_in_force.table
    yield from (f"{life} is no time in force" for life in lives if life not in {*TimeInForce})
    yield from (f"{key} is nullable and no key" for key in form.nullable - {*form.keys})
    yield from _instrument_contradictions(form)
    yield from _key_contradictions(form)


def _instrument_contradictions(form: LegForm) -> Iterator[str]:
    """What types of instrument lack, or have in common so that they could not be told apart."""
    kinds = [kind for kind in form.actions if kind in form.symbols]
    if form.symbols:
        missing = (with_article(kind) for kind in form.actions if kind not in kinds)
        yield from (f"the symbol of {each} has no place" for each in missing)
    if form.instrument_type is not None:
        words = form.instrument_type[1].table
        yield from (f"{kind} has no word" for kind in form.actions if kind not in words)
        if not form.symbols:
            yield "the type of an instrument has a key, and its symbol has none"
        return
    for first, second in combinations(kinds, 2):
        if form.symbols[first] == form.symbols[second]:
            yield f"{first} and {second} have symbols in one place, and no key tells which it is"


def _key_contradictions(form: LegForm) -> Iterator[str]:
    """Keys that hold two things; an echo may stand where another instrument has its symbol."""
    one_each = [form.action_key, form.order_type_key, form.time_in_force_key]
    one_each += [cell[0] for cell in (form.quantity, form.instrument_type) if cell]
    one_each += [*form.price_keys, *form.symbol_keys, *(key for key, _ in form.fields.values())]
    one_each += [echo.key for echo in form.echoes if echo.key not in form.symbol_keys]
    named = [key for key in one_each if key]
    yield from sorted({f"two things stand under {key}" for key in named if named.count(key) > 1})
    for key in form.keys:
        if any(other.startswith((f"{key}.", f"{key}{ITEM}.")) for other in form.keys):
            yield f"{key} is a value, and another key leads into it"
