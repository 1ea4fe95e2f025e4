"""Sane orders as documents, long and short, and the ways in which the same values are written."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import attrs

from otoco import (
    OCO,
    OTO,
    OTOCO,
    Instrument,
    Leg,
    Limit,
    Market,
    Offset,
    Order,
    Side,
    Stop,
    StopLimit,
    TrailingStop,
    TrailingStopLimit,
    bracket,
    from_dict,
    from_json,
)

Document = dict[str, Any]
#: In place of a value: the key is not there.
ABSENT: Final = object()


@attrs.frozen
class Way:
    """The way of a position: long or short, around a price of 4150."""

    enters: Side

    def at(self, points: Any, around: Any = 4150) -> str:
        """The price so many points away, to the profitable side; below zero, to the other."""
        away = Decimal(str(points))
        return f"{Decimal(str(around)) + (away if self.enters is Side.BUY else -away):f}"

    def off(self, points: Any) -> dict[str, str]:
        """The distance from the fill by so many points, to the profitable side."""
        return {"offset": self.at(points, 0)}


WAYS: Final = (Way(Side.BUY), Way(Side.SELL))


def _leg(side: Side, order_type: str, **prices: str) -> Document:
    instrument = {"symbol": "MESM7", "type": "FUTURE", "tick_size": "0.25"}
    leg = {"side": side.value, "quantity": "1", "instrument": instrument, "time_in_force": "GTC"}
    return leg | {"order_type": order_type} | prices


def _entry(way: Way) -> Document:
    return _leg(way.enters, "LIMIT", limit_price=way.at(0))


def _exits(way: Way) -> list[Document]:
    side = way.enters.opposite
    return [
        _leg(side, "LIMIT", limit_price=way.at(50)),
        _leg(side, "STOP", stop_price=way.at(-25)),
    ]


def both_exits(way: Way) -> Document:
    """An entry with its take-profit and its stop."""
    return {"type": "OTOCO", "trigger": _entry(way), "peers": _exits(way)}


def stop_alone(way: Way) -> Document:
    """An entry with its stop."""
    return {"type": "OTO", "trigger": _entry(way), "conditionals": _exits(way)[1:]}


def pair(way: Way) -> Document:
    """Take-profit and stop of a position that is there."""
    return {"type": "OCO", "peers": _exits(way)}


def scale_out(way: Way) -> Document:
    """An entry of two, and a take-profit with a stop for each of them."""
    rungs = [{"type": "OCO", "peers": _exits(way)} for _ in range(2)]
    return {"type": "OTO", "trigger": _entry(way) | {"quantity": "2"}, "conditionals": rungs}


def changed(document: Document, changes: Document) -> Document:
    """A copy of the document with a value put at each path, or taken away where it is absent."""
    result = copy.deepcopy(document)
    for path, value in changes.items():
        *parents, key = re.findall(r"\w+", path)
        inside: Any = result
        for part in parents:
            inside = inside[int(part) if part.isdigit() else part]
        if value is ABSENT:
            del inside[key]
        else:
            inside[key] = value
    return result


ORDER_TYPES: Final[dict[str, tuple[Callable[..., Any], dict[str, str]]]] = {
    "MARKET": (Market, {}),
    "LIMIT": (Limit, {"limit_price": "price"}),
    "STOP": (Stop, {"stop_price": "price"}),
    "STOP_LIMIT": (StopLimit, {"stop_price": "stop", "limit_price": "limit"}),
    "TRAILING_STOP": (TrailingStop, {"trail": "trail", "stop_price": "stop"}),
    "TRAILING_STOP_LIMIT": (
        TrailingStopLimit,
        {"trail": "trail", "stop_price": "stop", "limit_price": "limit"},
    ),
}
GROUPS: Final[dict[str, Callable[..., Order]]] = {"OCO": OCO, "OTO": OTO, "OTOCO": OTOCO}


def as_json(document: Document) -> str:
    """The document as a program writes it: a float as its shortest text, a decimal as text."""
    return json.dumps(document, default=str)


def constructed(document: Document) -> Order:
    """The same values, written with the constructors."""
    members = {key: value for key, value in document.items() if key != "type"}
    if "type" not in document:
        return leg(members)
    return GROUPS[document["type"]](
        **{
            key: [constructed(each) for each in value]
            if isinstance(value, list)
            else constructed(value)
            for key, value in members.items()
        }
    )


def leg(members: Document) -> Leg:
    """One leg, written with the constructors."""
    kind, names = ORDER_TYPES[members["order_type"]]
    prices = {names[key]: price(value) for key, value in members.items() if key in names}
    rest = {
        key: value
        for key, value in members.items()
        if key not in names and key not in ("order_type", "instrument")
    }
    instrument = Instrument(**members["instrument"])
    return Leg(order_type=kind(**prices), instrument=instrument, **rest)


def price(value: Any) -> Any:
    """A price of a document, as a constructor takes it."""
    return Offset(points=value["offset"]) if isinstance(value, dict) else value


def bracketed(document: Document) -> Order:
    """The same legs, put into ``bracket``."""
    entry = leg(document["trigger"])
    if "conditionals" in document:
        return bracket(entry, stop_loss=leg(document["conditionals"][0]))
    take_profit, stop_loss = map(leg, document["peers"])
    return bracket(entry, take_profit=take_profit, stop_loss=stop_loss)


DOORS: Final[dict[str, Callable[[Document], Order]]] = {
    "from_dict": from_dict,
    "from_json": lambda document: from_json(as_json(document)),
    "constructors": constructed,
    "bracket": bracketed,
}
