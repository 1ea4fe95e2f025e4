"""SnapTrade's records of orders, read one by one: what is not readable in one matches nothing.

Facts: AccountOrderRecord of SnapTrade's API reference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import attrs

from otoco.adapters import Life, is_object

#: What becomes of an order that was replaced: it is over, and another stands for it.
REPLACED: Final = "REPLACED"

#: The vendor's words, of which there may be more one day.
_LIVES: Final = {
    "NONE": Life.UNKNOWN,
    "PENDING": Life.WORKING,
    "ACCEPTED": Life.WORKING,
    "FAILED": Life.REJECTED,
    "REJECTED": Life.REJECTED,
    "CANCELED": Life.CANCELLED,
    "PARTIAL_CANCELED": Life.CANCELLED,
    "CANCEL_PENDING": Life.WORKING,  # it can still fill
    "EXECUTED": Life.FILLED,
    "PARTIAL": Life.WORKING,
    "REPLACE_PENDING": Life.WORKING,
    REPLACED: Life.CANCELLED,
    "STOPPED": Life.UNKNOWN,  # undocumented: stopped by whom, and for good?
    "SUSPENDED": Life.WAITING,
    "EXPIRED": Life.EXPIRED,
    "QUEUED": Life.WAITING,
    "TRIGGERED": Life.WORKING,
    "ACTIVATED": Life.WORKING,
    "PENDING_RISK_REVIEW": Life.WAITING,
    "CONTINGENT_ORDER": Life.WAITING,
}

_NUMBER: Final = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?", re.ASCII)
_ID: Final = re.compile(r"[\x20-\x7e]+", re.ASCII)
_SYMBOLS: Final = (
    ("universal_symbol", "symbol"),
    ("universal_symbol", "raw_symbol"),
    ("option_symbol", "ticker"),
)


@attrs.frozen
class Record:
    """One order as SnapTrade lists it; its numbers and words stand as they came."""

    id: str
    status: str
    group: str | None
    role: Any
    symbols: tuple[str, ...]
    action: Any
    quantity: Any
    filled: Any
    order_type: Any
    time_in_force: Any
    price: Any
    stop: Any
    placed: datetime | None

    @classmethod
    def read(cls, order: object) -> Record | None:
        """The record of a JSON value; ``None`` without an id that can be sent, or a status."""
        if not is_object(order):
            return None
        id_, status = order.get("brokerage_order_id"), order.get("status")
        if type(id_) is not str or type(status) is not str or not _ID.fullmatch(id_):
            return None
        group = order.get("brokerage_group_order_id")
        return cls(
            id=id_,
            status=status,
            group=group if type(group) is str and group else None,
            role=order.get("order_role"),
            symbols=tuple(_symbols(order)),
            action=order.get("action"),
            quantity=order.get("total_quantity"),
            filled=order.get("filled_quantity"),
            order_type=order.get("order_type"),
            time_in_force=order.get("time_in_force"),
            price=order.get("limit_price"),
            stop=order.get("stop_price"),
            placed=_moment(order.get("time_placed")),
        )

    @property
    def life(self) -> Life:
        """Its status in neutral words; a word that is not known may mean anything."""
        return _LIVES.get(self.status, Life.UNKNOWN)

    @property
    def may_have_filled(self) -> bool:
        """Whether it has filled, as far as is known: only a refusal needs no number to say no."""
        filled = number(self.filled)
        if filled is None:
            return self.life is not Life.REJECTED or self.filled is not None
        return filled != 0 or self.life is Life.FILLED


def number(text: object) -> Decimal | None:
    """The number that a record writes as text, exactly; ``None`` for anything else."""
    return Decimal(text) if isinstance(text, str) and _NUMBER.fullmatch(text) else None


def _symbols(order: Mapping[str, Any]) -> list[str]:
    """What a record calls its instrument: by the vendor, by the brokerage, or as an option."""
    found: dict[str, None] = {}
    for outer, inner in _SYMBOLS:
        holder = order.get(outer)
        symbol = holder.get(inner) if is_object(holder) else None
        if type(symbol) is str:
            found[symbol] = None
    return list(found)


def _moment(text: object) -> datetime | None:
    """A time with its offset from UTC; ``None`` for anything else."""
    try:
        moment = datetime.fromisoformat(text) if type(text) is str else None
    except ValueError:
        return None
    return None if moment is None or moment.utcoffset() is None else moment
