"""What can be wrong with a leg of a document: its keys, its values, its numbers and moments."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, Final

from otoco._document import to_dict
from otoco._leg import Leg
from otoco._numbers import add, is_multiple, plain
from otoco._order_types import Offset, Price, points
from otoco._problems import join
from otoco._tree import Order
from otoco._words import Role, Shape, TimeInForce
from otoco.testing.strategies._wrong import (
    ABSENT,
    PRICE_KEYS,
    Wrong,
    Wrongs,
    document_of,
    groups_in,
)

_MOMENT: Final = "2026-01-02T21:00:00Z"
_NO_NUMBERS: Final[Collection[Any]] = (
    *("abc", "", "NaN", "Infinity", "1_000", "4,150", "1e13", "0.00000000001"),
    *(True, [], 0.1 + 0.2, 10**12),
)
_NOT_POSITIVE: Final = ("0", "-1", 0, -0.5)
_NO_MOMENTS: Final = ("2026-01-02", "2026-01-02T21:00:00", "tomorrow", 1767387600, "0001-01-01")
_NO_TEXTS: Final[Collection[Any]] = ("a\x00b", "\ud800", 5, True, [])
_NO_WORDS: Final[Mapping[str, Any]] = {
    "side": "buy",
    "order_type": "MKT",
    "time_in_force": "GTX",
    "position_effect": "NO",
    "instrument": 5,
    "instrument.type": "STOCK",
    "instrument.tick_size": "0",
}
_STEPS: Final = tuple(map(Decimal, ("7", "0.7", "11", "1.3", "17")))


def _own_prices(leg: Leg) -> list[tuple[str, Price]]:
    return [(key, price) for key, price in leg.prices() if key != "trail"]


def no_json(order: Order) -> Wrongs:
    """What is no object at all."""
    yield from (Wrong("", each) for each in ([to_dict(order)], [], None, 5, True))


def fields(order: Order) -> Wrongs:
    """Keys that are misspelt, missing, or not those of the order type."""
    for path, _, leg in order.legs:
        kind = type(leg.order_type)
        needed = [key for name, key in kind.PRICES.items() if name not in kind.OPTIONAL]
        for key in ("side", "quantity", "instrument", "order_type", *needed):
            yield Wrong(join(path, key), ABSENT)
        for key in ("instrument.symbol", "instrument.type"):
            yield Wrong(join(path, key), ABSENT)
        strange = [key for key in PRICE_KEYS if key not in kind.PRICES.values()]
        for key in ("lable", "Side", "instrument.tick", *strange):
            yield Wrong(join(path, key), "1")
        for key, _ in _own_prices(leg):
            yield Wrong(join(path, key), {"offset": "1", "of": "fill"})
    for path, group in groups_in(order):
        for key in dict.fromkeys(child.key.partition("[")[0] for child in group.children):
            yield Wrong(join(path, key), ABSENT)
        yield Wrong(join(path, "legs"), [])


def values(order: Order) -> Wrongs:
    """Values outside their sets, and of other types."""
    for path, _, _ in order.legs:
        yield from (Wrong(join(path, key), word) for key, word in _NO_WORDS.items())
        yield from (Wrong(join(path, "label"), each) for each in _NO_TEXTS)
        yield from (Wrong(join(path, "activate_at"), each) for each in _NO_MOMENTS)
        yield from (Wrong(join(path, "instrument.symbol"), each) for each in (" X", "", *_NO_TEXTS))
    yield Wrong("otoco", 2)
    for path, group in groups_in(order):
        yield Wrong(join(path, "type"), "BRACKET")
        for key, _, _ in group.children:
            yield Wrong(join(path, key), 5)


def quantities(order: Order) -> Wrongs:
    """Quantities that are no numbers above zero."""
    for path, _, _ in order.legs:
        for value in (*_NO_NUMBERS, *_NOT_POSITIVE):
            yield Wrong(join(path, "quantity"), value)
            yield Wrong(join(path, "display_quantity"), value)


def prices(order: Order) -> Wrongs:
    """Prices that are no numbers, and distances from the fill of a trigger that is not there."""
    for path, role, leg in order.legs:
        for key, price in leg.prices():
            at = join(path, key)
            yield from (Wrong(at, value) for value in _NO_NUMBERS)
            yield Wrong(at, {"offset": "far"}, at if key == "trail" else join(at, "offset"))
            if key == "trail":
                yield from (Wrong(at, value) for value in _NOT_POSITIVE)
            elif role is None or order.shape is Shape.OCO:
                yield Wrong(at, {"offset": plain(points(price))})
            elif role is not Role.TRIGGER and isinstance(price, Offset):
                yield Wrong(join(path, "instrument"), {"symbol": "ELSE", "type": "FOREX"}, at)


def expiries(order: Order) -> Wrongs:
    """GTD without an expiry, an expiry without GTD, and one that names no moment."""
    for path, _, leg in order.legs:
        at = join(path, "expire_at")
        yield from (Wrong(at, value) for value in _NO_MOMENTS)
        if leg.time_in_force is TimeInForce.GTD:
            yield Wrong(at, ABSENT)
        else:
            yield Wrong(at, _MOMENT)
            yield Wrong(join(path, "time_in_force"), "GTD", at)


def off_tick(order: Order) -> Wrongs:
    """A tick that a price is off, and a price that is half a tick off."""
    for path, _, leg in order.legs:
        tick = leg.instrument.tick_size
        for key, price in leg.prices():
            at, number = join(path, key), points(price)
            for step in _off(number):
                yield Wrong(join(path, "instrument.tick_size"), plain(step), at)
            half = None if tick is None or tick < Decimal("1E-9") else add(number, tick / 2)
            if half is not None:
                value = {"offset": plain(half)} if isinstance(price, Offset) else plain(half)
                yield Wrong(at, value)


def _off(number: Decimal) -> list[Decimal]:
    return [step for step in _STEPS if not is_multiple(number, step)]


def off_lot(order: Order) -> Wrongs:
    """A lot that a quantity is no multiple of."""
    for path, _, leg in order.legs:
        for key in ("quantity", "display_quantity"):
            for step in _off(getattr(leg, key) or Decimal(0)):
                yield Wrong(join(path, "instrument.lot_size"), plain(step), join(path, key))


def immediate(order: Order) -> Wrongs:
    """A peer that ends at once."""
    for path, role, leg in order.legs:
        if role is Role.PEER:
            lasting = {key: value for key, value in document_of(leg).items() if key != "expire_at"}
            for word in ("IOC", "FOK"):
                where = join(path, "time_in_force")
                yield Wrong(path, {**lasting, "time_in_force": word}, where)
