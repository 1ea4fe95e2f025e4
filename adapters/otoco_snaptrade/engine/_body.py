"""The body of "Place complex order", read strictly: what the page does not offer is refused."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, cast

from attrs import frozen

ROLES = {
    "OCO": ("PEER", "PEER"),
    "OTO": ("CONDITIONAL", "TRIGGER"),
    "OTOCO": ("PEER", "PEER", "TRIGGER"),
}
"""The roles of each type, sorted: the order of the legs is not specified."""

SIDES = ("BUY", "SELL")
CLOSING = ("BUY_TO_CLOSE", "SELL_TO_CLOSE")
ACTIONS = {
    "2026-04": SIDES,
    "2026-10": (*SIDES, "BUY_TO_OPEN", "SELL_TO_OPEN", *CLOSING),
}
"""The actions of each contract; '2026-04' is the API page's, '2026-10' that of SDK 13.0.17."""

PRICES: dict[str, tuple[str, ...]] = {
    "Market": (),
    "Limit": ("price",),
    "Stop": ("stop",),
    "StopLimit": ("price", "stop"),
}
INSTRUMENT_TYPES = ("EQUITY", "OPTION", "CRYPTOCURRENCY", "CRYPTOCURRENCY_PAIR")
TIMES_IN_FORCE = ("FOK", "Day", "GTC", "IOC")

_BODY = ("type", "orders")
_LEG = ("order_role", "action", "instrument", "order_type", "units", "time_in_force")
_OCC = re.compile(r"(?=.{21}\Z)[A-Z0-9./]{1,6} *[0-9]{6}[CP][0-9]{8}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Refused(Exception):
    """The body is not one that the page offers; the text says what is wrong, and where."""


@frozen
class Leg:
    """One of the `orders` of a request, as SnapTrade words it."""

    role: str
    action: str
    symbol: str
    instrument_type: str
    order_type: str
    units: Decimal
    time_in_force: str
    price: Decimal | None
    stop: Decimal | None

    @property
    def buys(self) -> bool:
        """Whether the leg buys, to open or to close."""
        return self.action.startswith("BUY")


@frozen
class Group:
    """A request that was understood."""

    type: str
    legs: tuple[Leg, ...]
    client_order_id: str | None


def read_group(body: object, contract: str) -> Group:
    """Read the body under one of the two contracts; Refused says what the page does not offer."""
    fields = _object(body, "body", _BODY, ("client_order_id",))
    shape = _word(fields, "type", tuple(ROLES), "")
    items = fields["orders"]
    if not isinstance(items, list):
        raise Refused("orders is not an array")
    legs = tuple(
        _leg(item, f"orders[{index}]", contract)
        for index, item in enumerate(cast("list[object]", items))
    )
    if tuple(sorted(leg.role for leg in legs)) != ROLES[shape]:
        raise Refused(f"orders of {shape} have the roles {', '.join(ROLES[shape])}")
    return Group(shape, legs, _client_order_id(fields.get("client_order_id")))


def _client_order_id(value: object) -> str | None:
    if value is None or (isinstance(value, str) and _UUID.fullmatch(value)):
        return value
    raise Refused("client_order_id is not a UUID of 36 characters")


def _leg(value: object, where: str, contract: str) -> Leg:
    fields = _object(value, where, _LEG, ("price", "stop"))
    symbol, instrument_type = _instrument(fields["instrument"], f"{where}.instrument")
    order_type = _word(fields, "order_type", tuple(PRICES), where)
    return Leg(
        role=_word(fields, "order_role", ("TRIGGER", "CONDITIONAL", "PEER"), where),
        action=_word(fields, "action", ACTIONS[contract], where),
        symbol=symbol,
        instrument_type=instrument_type,
        order_type=order_type,
        units=_units(fields["units"], f"{where}.units", contract),
        time_in_force=_word(fields, "time_in_force", TIMES_IN_FORCE, where),
        price=_price(fields, "price", order_type, where),
        stop=_price(fields, "stop", order_type, where),
    )


def _instrument(value: object, where: str) -> tuple[str, str]:
    fields = _object(value, where, ("symbol", "type"), ())
    kind = _word(fields, "type", INSTRUMENT_TYPES, where)
    symbol = fields["symbol"]
    if not isinstance(symbol, str) or not symbol:
        raise Refused(f"{where}.symbol is not a symbol")
    if kind == "OPTION" and not _OCC.fullmatch(symbol):
        raise Refused(f"{where}.symbol is not an OCC symbol of 21 characters")
    return symbol, kind


def _units(value: object, where: str, contract: str) -> Decimal:
    units = _number(value, where)
    if units <= 0:
        raise Refused(f"{where} is not positive")
    if contract == "2026-10" and units % 1:
        raise Refused(f"{where} is not a whole number")
    return units


def _price(fields: dict[str, Any], key: str, order_type: str, where: str) -> Decimal | None:
    value = fields.get(key)
    if (value is not None) != (key in PRICES[order_type]):
        takes = " and ".join(PRICES[order_type]) or "neither price nor stop"
        raise Refused(f"{where}.{key}: {order_type} takes {takes}")
    return None if value is None else _number(value, f"{where}.{key}")


def _number(value: object, where: str) -> Decimal:
    match value:
        case int() | Decimal() if not isinstance(value, bool):
            number = Decimal(value)
        case float():
            number = Decimal(repr(value))
        case _:
            raise Refused(f"{where} is not a number")
    if not number.is_finite():
        raise Refused(f"{where} is not a number")
    return number


def _word(fields: dict[str, Any], key: str, words: tuple[str, ...], where: str) -> str:
    value = fields[key]
    if not isinstance(value, str) or value not in words:
        raise Refused(f"{where}.{key}".lstrip(".") + f" is not one of {', '.join(words)}")
    return value


def _object(
    value: object, where: str, required: tuple[str, ...], optional: tuple[str, ...]
) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Refused(f"{where} is not an object")
    fields = cast("dict[str, Any]", value)
    missing = [key for key in required if key not in fields]
    unknown = [key for key in fields if key not in (*required, *optional)]
    if missing or unknown:
        raise Refused(f"{where}: missing {missing}, unknown {unknown}")
    return fields
