"""The orders that a request asked for, each with what was said of it, to hold records against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from otoco.adapters import GROUP, Instant, Number, Request, Unclear, Unreadable, read_answer
from otoco_tradovate import _strategy
from otoco_tradovate._asking import Row, shown
from otoco_tradovate._tables import PLACES

#: What is compared with what was sent, and how it is read. Prices that a trailing stop moves are
#: not, nor is what the request leaves to the broker.
_WORDS: Final = ("action", "orderType", "timeInForce")
_NUMBERS: Final = ("orderQty", "price", "stopPrice", "pegDifference", "maxShow")
_MOMENT: Final = "expireTime"
#: What stands for all of it where no version is listed.
VERSION: Final = "version"
_COMPARED: Final = (*_WORDS, *_NUMBERS, _MOMENT)
_MOVING: Final = {
    "TrailingStop": frozenset(("stopPrice",)),
    "TrailingStopLimit": frozenset(("stopPrice", "price")),
}
_REPLY_IDS: Final = {key: reply for place in PLACES.values() for key, reply in place.children}
_HELD: Final = ("bracket1", "bracket2")
_EXITS: Final = ("profitTarget", "stopLoss")
_OPPOSITE: Final = {"Buy": "Sell", "Sell": "Buy"}


@attrs.frozen
class Part:
    """One order of a request.

    ``path`` is its leg's, or ``order`` for a lone one, and ``client_id`` its clOrdId. ``said`` is
    what is compared, by wire key.
    ``is_exit`` is whether it waits for an entry, and ``bracket`` which exits go together. ``kind``
    tells the exits of a strategy apart, whose order types no page names: its ``profitTarget`` is a
    limit, and its ``stopLoss`` is none.
    """

    path: str
    said: Mapping[str, Any]
    quantity: int
    client_id: str | None = None
    is_exit: bool = False
    kind: str | None = None
    bracket: int = 0

    def is_of_kind(self, order_type: object) -> bool:
        """Whether an order type may be that of this exit of a strategy."""
        return (order_type == "Limit") is (self.kind == "profitTarget")

    def differences(self, order: Row, version: Row | None) -> Iterator[tuple[str, str]]:
        """Each key whose value is another than was sent, with a sentence; exactly compared."""
        if version is None:
            yield VERSION, "its current type, prices and quantity are not listed."
        is_now = {**(version or {}), "action": order.get("action")}
        keys = ["action"] if version is None else [key for key in _COMPARED if key in self.said]
        moving = _MOVING.get(str(self.said.get("orderType")), frozenset())
        for key in keys:
            sent, now = self.said[key], is_now.get(key)
            if key not in moving and not _is_same(key, sent, now):
                is_there = "not there" if now is None else shown(now)
                yield key, f"its {key} was sent as {shown(sent)} and is {is_there}."
        if version is not None and self.kind and not self.is_of_kind(is_now.get("orderType")):
            yield "orderType", f"it is a {shown(is_now.get('orderType'))} and no {self.kind}."


def _is_same(key: str, sent: Any, now: Any) -> bool:
    if key in _WORDS:
        return bool(sent == now)
    read = Instant().read if key == _MOMENT else Number().read
    try:
        return bool(read(sent) == read(now))
    except Unreadable:
        return False


def parts_of(request: Request) -> tuple[Part, ...]:
    """The orders of a request: the entry, the lone order or the first peer, and then the others."""
    if _strategy.is_strategy(request):
        return _parts_of_strategy(request.body)
    body, ids = request.body, request.reply_ids
    quantity = int(Number().read(body["orderQty"]))
    parts = [Part(ids["orderId"] or GROUP, _said(body), quantity, body.get("clOrdId"))]
    for key, reply in _REPLY_IDS.items():
        if key in body:
            said = {**_said(body[key]), "orderQty": body["orderQty"]}
            client_id = body[key].get("clOrdId")
            parts.append(Part(ids[reply], said, quantity, client_id, key in _HELD))
    return tuple(parts)


def _said(members: Mapping[str, Any]) -> dict[str, Any]:
    return {key: members[key] for key in _COMPARED if key in members}


def _parts_of_strategy(body: Mapping[str, Any]) -> tuple[Part, ...]:
    """The entry, and the exits of each bracket in the order in which it has them."""
    params = read_answer(str(body["params"]).encode())
    assert not isinstance(params, Unclear), "it was written by this adapter"
    action, brackets = body["action"], params["brackets"]
    entry = {**_said(params["entryVersion"]), "action": action}
    parts = [Part("trigger", entry, int(Number().read(entry["orderQty"])))]
    for index, bracket in enumerate(brackets):
        kinds = [key for key in bracket if key in _EXITS]
        for number, kind in enumerate(kinds):
            path = _strategy.exit_path(index, number, len(brackets), len(kinds))
            said = {"action": _OPPOSITE[action], "orderQty": bracket["qty"]}
            quantity = int(Number().read(bracket["qty"]))
            parts.append(Part(path, said, quantity, is_exit=True, kind=kind, bracket=index))
    return tuple(parts)
