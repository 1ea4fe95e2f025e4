"""The document form: one JSON object that says an order, and nothing besides.

Decimals are text when written, text or JSON numbers when read. A key that is absent is absent, and
``null`` reads as absent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import attrs

from otoco import _json
from otoco._instrument import REFERENCE_DATA, Instrument
from otoco._leg import OPTIONAL_FIELDS, Leg
from otoco._node import Node
from otoco._numbers import plain
from otoco._order_types import Offset, Price
from otoco._problems import Flaw, InvalidOrder, Problem
from otoco._reader import GROUPS, VERSION, Reader
from otoco._spelling import Document, respell
from otoco._tree import Order
from otoco._values import write_instant
from otoco._words import PositionEffect


@attrs.frozen
class Envelope:
    """An order with the adapter options that came with it, as read from one document."""

    order: Order
    options: Mapping[str, Any] = attrs.field(factory=dict[str, Any])
    source: Document = attrs.field(factory=dict[str, Any], eq=False, repr=False)

    def respell(self, where: str) -> str:
        """The path ``where`` of the order as it stands in the document that was read."""
        return respell(where, self.source)


def read(document: Document | str | bytes) -> Envelope:
    """The order, and the options where it is an envelope, that a document says.

    Takes JSON text, its UTF-8 bytes or a dictionary.

    Raises:
        InvalidOrder: with every problem of every leg, each at its path in the document.

    """
    is_text = isinstance(document, str | bytes)
    if isinstance(document, str | bytes):
        document = _json.load_object(document)
    elif not _json.is_object(document):
        raise _json.no_object(document)
    problems: list[Problem] = []
    reader = Reader(problems)
    said: Any = document
    options: Mapping[str, Any] = {}
    if "order" in document:
        reader.check_keys(document, ("order", "options"), "")
        options = _read_options(document.get("options"), reader)
        if is_text:  # a dictionary has each key once
            reader.check_repeated(document.get("options"), "options")
        said = document["order"]
    order = reader.order(said)
    if problems or isinstance(order, Flaw):
        raise InvalidOrder(problems)
    return Envelope(order, options, said)


def _read_options(options: Any, reader: Reader) -> Mapping[str, Any]:
    """The options of an envelope; what they mean is for the adapters to judge."""
    if options is None:
        return {}
    if not _json.is_object(options):
        reader.problems.append(Problem("options", "value", "the options are a JSON object."))
        return {}
    return _json.with_numbers(options)


def from_json(text: str | bytes) -> Order:
    """The order that a JSON text says; raises as :func:`read`."""
    return read(text).order


def from_dict(document: Document) -> Order:
    """The order that a dictionary in document form says; raises as :func:`read`."""
    return read(document).order


def to_dict(order: Order) -> dict[str, Any]:
    """The document form of an order; equal orders differ in it by reference data at most."""
    return {"otoco": VERSION, **_write(order)}


def to_json(order: Order) -> str:
    """The document form of an order as compact JSON text."""
    return _json.dumps(to_dict(order))


#: How an optional field of a leg is written, by what it holds.
_WRITE: Final[dict[type, Callable[[Any], str]]] = {
    Decimal: plain,
    PositionEffect: str,
    datetime: write_instant,
    str: str,
}


def _write(node: Node) -> dict[str, Any]:
    if isinstance(node, Leg):
        return _write_leg(node)
    written: dict[str, Any] = {"type": type(node).__name__}
    for key in GROUPS[type(node).__name__][1]:
        value = getattr(node, key)
        written[key] = _write(value) if key == "trigger" else [_write(child) for child in value]
    return written


def _write_leg(leg: Leg) -> dict[str, Any]:
    written: dict[str, Any] = {
        "side": leg.side.value,
        "quantity": plain(leg.quantity),
        "instrument": _write_instrument(leg.instrument),
        "order_type": leg.order_type.NAME,
    }
    for key, price in leg.prices():
        written[key] = _write_price(price)
    written["time_in_force"] = leg.time_in_force.value
    for name in OPTIONAL_FIELDS:
        value = getattr(leg, name)
        if value is not None:
            written[name] = _WRITE[type(value)](value)
    return written


def _write_instrument(instrument: Instrument) -> dict[str, str]:
    written = {"symbol": instrument.symbol, "type": instrument.type.value}
    for name in REFERENCE_DATA:
        value = getattr(instrument, name)
        if value is not None:
            written[name] = plain(value)
    return written


def _write_price(price: Price) -> str | dict[str, str]:
    return {"offset": plain(price.points)} if isinstance(price, Offset) else plain(price)
