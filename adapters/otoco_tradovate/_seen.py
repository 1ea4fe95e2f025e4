"""Orders as Tradovate's records show them: status, current version and fills together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

import attrs

from otoco.adapters import Life, NoAnswer, Number, Sighting, Steps, Unreadable
from otoco_tradovate._asking import Row, id_in, of_orders, shown
from otoco_tradovate._parts import Part

#: What each ordStatus means; the set may grow, and what is not in it may be open.
LIVES: Final = {
    "Suspended": Life.WAITING,
    "PendingNew": Life.WAITING,
    "Working": Life.WORKING,
    "PendingReplace": Life.WORKING,
    "PendingCancel": Life.WORKING,
    "Filled": Life.FILLED,
    "Completed": Life.FILLED,
    "Canceled": Life.CANCELLED,
    "Rejected": Life.REJECTED,
    "Expired": Life.EXPIRED,
}
#: The statuses of a Modify whose version is in force (C# sample of the vendor).
_IN_FORCE: Final = ("AtExecution", "OnHold", "ExecutionSuspended")
_LINKS: Final = ("parentId", "linkedId", "ocoId")
_CONTRACTS: Final = Number(whole=True, low=Decimal(0), high=Decimal(2**31 - 1))


@attrs.frozen
class Seen:
    """One order: its Order entity, the OrderVersion in force if it is listed, and what filled.

    ``client_ids`` has the clOrdId of the Command that made it, empty text if it has none; where no
    such Command is listed, nothing.
    """

    id: str
    order: Row
    version: Row | None
    filled: int
    client_ids: frozenset[str] = frozenset()

    @property
    def status(self) -> str:
        """Tradovate's word, verbatim."""
        return _status(self.order)

    @property
    def life(self) -> Life:
        """How far it has come."""
        return life_of(self.order)

    @property
    def links(self) -> dict[str, str]:
        """The orders that it names as related, by the key under which it does."""
        return links_of(self.order)

    @property
    def quantity(self) -> int | None:
        """The contracts of the version in force."""
        return None if self.version is None else contracts(self.version, "orderQty")

    @property
    def done(self) -> int:
        """What has filled: all of it where the order says so before its fills are listed."""
        whole = (self.quantity or 0) if self.life is Life.FILLED else 0
        return max(self.filled, whole)

    def sighting(self, part: Part | None, differs: Iterable[str] = ()) -> Sighting:
        """The same in neutral words, as the order of a request if that is sure."""
        path = None if part is None else part.path
        return Sighting(self.id, path, self.status, self.life, str(self.filled), tuple(differs))


def life_of(order: Row) -> Life:
    """How far an order has come."""
    return LIVES.get(_status(order), Life.UNKNOWN)


def links_of(order: Row) -> dict[str, str]:
    """The ids of other orders in an Order.

    Which of the keys holds the sibling's is documented nowhere.
    """
    found = {key: id_in(order, key) for key in _LINKS}
    return {key: each for key, each in found.items() if each is not None}


def contracts(row: Row, key: str) -> int:
    """A number of contracts.

    Raises:
        NoAnswer: where there is none.

    """
    try:
        return int(_CONTRACTS.read(row.get(key)))
    except Unreadable as error:
        why = str(error)
    raise NoAnswer(f"an answer cannot be read: as {key} {why}.")


def details(orders: Sequence[Row]) -> Steps[list[Seen]]:
    """Orders together with their versions and fills."""
    ids = [str(order["id"]) for order in orders]
    if not ids:
        return []
    commands = yield from of_orders("command", ids)
    versions = yield from of_orders("orderVersion", ids)
    fills = yield from of_orders("fill", ids)
    return [
        Seen(
            order_id,
            order,
            _in_force(_of(order_id, commands), _of(order_id, versions)),
            sum(_filled(fill) for fill in _of(order_id, fills)),
            frozenset(_made_as(each) for each in _of(order_id, commands) if is_new(each)),
        )
        for order_id, order in zip(ids, orders, strict=True)
    ]


def is_new(command: Row) -> bool:
    """Whether a Command is the one that made its order."""
    return bool(command.get("commandType") == "New")


def _made_as(command: Row) -> str:
    said = command.get("clOrdId")
    return "" if said is None else str(said)


def _status(order: Row) -> str:
    word = order.get("ordStatus")
    return word if isinstance(word, str) else shown(word)


def _of(order_id: str, listed: Iterable[Row]) -> list[Row]:
    return [row for row in listed if id_in(row, "orderId") == order_id]


def _in_force(commands: Iterable[Row], versions: Sequence[Row]) -> Row | None:
    """The version of the last command that is in force, whose id it has."""
    ids = [
        int(str(command["id"]))
        for command in commands
        if is_new(command)
        or (command.get("commandType") == "Modify" and command.get("commandStatus") in _IN_FORCE)
    ]
    last = str(max(ids, default=0))
    return next((version for version in versions if version["id"] == last), None)


def _filled(fill: Row) -> int:
    """The contracts of a fill that stands; one that was taken back does not."""
    active = fill.get("active")
    if not isinstance(active, bool):
        raise NoAnswer(f"fill {fill['id']} does not say whether it stands, but {shown(active)}.")
    return contracts(fill, "qty") if active else 0
