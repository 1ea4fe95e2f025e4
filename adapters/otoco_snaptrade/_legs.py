"""The legs of a request that was sent, and which of SnapTrade's records each of them is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import attrs

from otoco.adapters import Request
from otoco_snaptrade._records import Record, number

#: How a record may spell the action of a request. BUY and SELL say no effect, in either.
_ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "BUY": ("BUY", "BUY_COVER", "BUY_OPEN", "BUY_CLOSE"),
    "SELL": ("SELL", "SELL_SHORT", "SELL_OPEN", "SELL_CLOSE"),
    "BUY_TO_OPEN": ("BUY_OPEN", "BUY"),
    "BUY_TO_CLOSE": ("BUY_CLOSE", "BUY_COVER", "BUY"),
    "SELL_TO_OPEN": ("SELL_OPEN", "SELL_SHORT", "SELL"),
    "SELL_TO_CLOSE": ("SELL_CLOSE", "SELL"),
}
_ORDER_TYPES: Final = frozenset(("market", "limit", "stop", "stoplimit"))
_TIMES_IN_FORCE: Final = frozenset(("day", "gtc", "ioc", "fok"))
#: What ties a record to a leg: an account that is begun anew gives the same ids again.
_TIES: Final = ("symbol", "action", "quantity")
_ALL: Final = ("role", *_TIES, "order type", "limit price", "stop price", "time in force")
_LISTS: Final = {"PEER": "peers", "CONDITIONAL": "conditionals"}
_TRIGGER: Final = "TRIGGER"


@attrs.frozen
class SentLeg:
    """A leg as it was sent, in the broker's words, with its path in the order."""

    path: str
    role: str
    action: str
    symbol: str
    is_option: bool
    order_type: str
    time_in_force: str
    quantity: Decimal
    price: Decimal | None
    stop: Decimal | None

    @property
    def is_trigger(self) -> bool:
        """Whether the others wait for it."""
        return self.role == _TRIGGER

    def differs(self, record: Record, names: Collection[str] = _ALL) -> tuple[str, ...]:
        """In sentences, what of a record is not as it was sent, of what has these names."""
        facts: tuple[tuple[str, object, object, bool], ...] = (
            ("role", self.role, record.role, record.role in (None, self.role)),
            ("symbol", self.symbol, " or ".join(record.symbols), self._is_named(record)),
            ("action", self.action, record.action, record.action in _ACTIONS[self.action]),
            _number_fact("quantity", self.quantity, record.quantity),
            _word_fact("order type", self.order_type, record.order_type, _ORDER_TYPES),
            _number_fact("limit price", self.price, record.price),
            _number_fact("stop price", self.stop, record.stop),
            _word_fact("time in force", self.time_in_force, record.time_in_force, _TIMES_IN_FORCE),
        )
        return tuple(
            f"its {name} is {_told(seen)}, and {_told(sent)} was sent."
            for name, sent, seen, is_same in facts
            if not is_same and name in names
        )

    def estranges(self, record: Record) -> bool:
        """Whether a record in place of this leg is another placement's: an id is only a number."""
        return bool(self.differs(record, _TIES))

    def is_elsewhere(self, record: Record) -> bool:
        """Whether a record is of another instrument or side."""
        return bool(self.differs(record, _TIES[:2]))

    def may_be(self, record: Record, since: datetime) -> bool:
        """Whether a record of any group looks like this leg, and is not known to be older.

        One whose order type has a brokerage's own name is not taken for it.
        """
        sure = _folded(record.order_type) in _ORDER_TYPES
        return sure and may_be_since(record, since) and not self.differs(record)

    def _is_named(self, record: Record) -> bool:
        if not self.is_option:
            return self.symbol in record.symbols
        return _packed(self.symbol) in map(_packed, record.symbols)


def sent_legs(request: Request) -> tuple[SentLeg, ...]:
    """The legs of a request of this adapter, the trigger first."""
    seen: Counter[str] = Counter()
    legs: list[SentLeg] = []
    for order in request.body["orders"]:
        role = order["order_role"]
        path = f"{_LISTS[role]}[{seen[role]}]" if role in _LISTS else "trigger"
        seen[role] += 1
        legs.append(_leg(path, role, order))
    return tuple(sorted(legs, key=lambda leg: not leg.is_trigger))


def may_be_since(record: Record, since: datetime) -> bool:
    """Whether a record may have been placed at a time or later: if it does not say when, it may.

    A time without a fraction of a second may have been cut off.
    """
    if record.placed is None:
        return True
    return record.placed >= (since if record.placed.microsecond else since.replace(microsecond=0))


def assign(
    legs: Collection[SentLeg], records: Iterable[Record], ids: Mapping[str, str]
) -> tuple[dict[str, Record], list[Record]]:
    """The records of legs by path, and those that are none of them.

    A leg is the record with its known id, else the first that is as it was sent, and one that says
    its role before one that says none; else the one record left of its role, where the leg is the
    one left of it too.
    """
    found: dict[str, Record] = {}
    left = list(records)

    def take(leg: SentLeg, fitting: Iterable[Record]) -> None:
        record = next(iter(fitting), None)
        if record is not None and leg.path not in found:
            found[leg.path] = record
            left.remove(record)

    for leg in legs:
        take(leg, [record for record in left if record.id == ids.get(leg.path)])
    for leg in legs:
        alike = [record for record in left if not leg.differs(record)]
        take(leg, sorted(alike, key=lambda record: record.role is None))
    missing = Counter(leg.role for leg in legs if leg.path not in found)
    for leg in legs:
        same_role = [record for record in left if record.role == leg.role]
        if missing[leg.role] == len(same_role) == 1:
            take(leg, same_role)
    return found, left


def _leg(path: str, role: str, order: Mapping[str, Any]) -> SentLeg:
    instrument = order["instrument"]
    return SentLeg(
        path=path,
        role=role,
        action=order["action"],
        symbol=instrument["symbol"],
        is_option=instrument["type"] == "OPTION",
        order_type=order["order_type"],
        time_in_force=order["time_in_force"],
        quantity=Decimal(str(order["units"])),
        price=_price(order, "price"),
        stop=_price(order, "stop"),
    )


def _price(order: Mapping[str, Any], key: str) -> Decimal | None:
    return Decimal(str(order[key])) if key in order else None


def _number_fact(name: str, sent: Decimal | None, seen: object) -> tuple[str, object, object, bool]:
    is_same = seen is None if sent is None else number(seen) == sent
    return name, sent, seen, is_same


def _word_fact(
    name: str, sent: str, seen: object, known: Collection[str]
) -> tuple[str, object, object, bool]:
    """A brokerage may put a word of its own, which tells nothing."""
    word = _folded(seen)
    return name, sent, seen, word not in known or word == _folded(sent)


def _told(value: object) -> str:
    match value:
        case None | "":
            return "none"
        case Decimal():
            return format(value, "f")
        case _:
            return ascii(value) if not isinstance(value, str) else value


def _folded(word: object) -> str:
    return re.sub(r"[^a-z]", "", word.lower()) if isinstance(word, str) else ""


def _packed(symbol: str) -> str:
    return symbol.replace(" ", "")
