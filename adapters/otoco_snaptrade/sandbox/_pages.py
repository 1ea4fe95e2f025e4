"""What the desk shows: its account, its connection, and lists of records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from otoco.sandbox import Listed, ListedOrder

ACCOUNT: Final = "917c8734-8470-4a3e-a18f-57c3f2ee6631"
_CONNECTION: Final = "87b24961-b51e-4db8-9226-f198f6518a89"
_SINCE: Final = "2026-01-02T09:30:00+00:00"
_ENDED: Final = frozenset({"EXECUTED", "CANCELED", "PARTIAL_CANCELED", "REJECTED", "EXPIRED"})


def path(what: str) -> str:
    """A path of the account."""
    return f"/accounts/{ACCOUNT}/{what}"


def account() -> Mapping[str, Any]:
    """The account, as ``GET /accounts`` lists it."""
    return {
        "id": ACCOUNT,
        "brokerage_authorization": _CONNECTION,
        "name": "Sandbox",
        "number": "SANDBOX-1",
        "institution_name": "otoco sandbox",
        "created_date": _SINCE,
        "meta": {},
    }


def connection(disabled: bool) -> Mapping[str, Any]:
    """The connection to the brokerage, as ``GET /authorizations`` lists it."""
    return {
        "id": _CONNECTION,
        "created_date": _SINCE,
        "updated_date": _SINCE,
        "brokerage": {"slug": "SANDBOX", "name": "otoco sandbox", "allows_trading": True},
        "name": "Sandbox",
        "type": "trade",
        "disabled": disabled,
        "disabled_date": _SINCE if disabled else None,
        "meta": {},
    }


def in_state(records: Iterable[Mapping[str, Any]], state: str) -> list[Mapping[str, Any]]:
    """The records of orders that are in a state: ``all``, ``open`` or ``executed``."""
    match state:
        case "open":
            return [record for record in records if record["status"] not in _ENDED]
        case "executed":
            return [record for record in records if record["status"] == "EXECUTED"]
        case _:
            return list(records)


def since(records: Iterable[Mapping[str, Any]], moment: datetime) -> list[Mapping[str, Any]]:
    """The records of orders that were placed at a moment or later."""
    return [record for record in records if datetime.fromisoformat(record["time_placed"]) >= moment]


def listed(group: str, client_order_id: str | None, records: Sequence[Mapping[str, Any]]) -> Listed:
    """A group in the ledger, its trigger first."""
    in_order = sorted(records, key=lambda record: record["order_role"] != "TRIGGER")
    has_trigger = in_order[0]["order_role"] == "TRIGGER"
    orders = tuple(
        _listed_order(record, has_trigger and record["order_role"] != "TRIGGER")
        for record in in_order
    )
    return Listed(() if client_order_id is None else (client_order_id,), group, orders)


def _listed_order(record: Mapping[str, Any], is_child: bool) -> ListedOrder:
    instrument = record["option_symbol"] or record["universal_symbol"]
    return ListedOrder(
        id=record["brokerage_order_id"],
        symbol=instrument.get("ticker") or instrument["symbol"],
        side=record["action"],
        quantity=Decimal(record["total_quantity"]),
        status=record["status"],
        filled=Decimal(record["filled_quantity"]),
        is_child=is_child,
    )
