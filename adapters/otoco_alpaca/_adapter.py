"""The Alpaca adapter: one flat order, and a price object for each exit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

import attrs

from otoco import Limit, Order, Shape
from otoco.adapters import (
    GROUP,
    Capabilities,
    ClientIds,
    DefaultValue,
    Equivalence,
    Flag,
    LegForm,
    NoPeerOrder,
    Option,
    Plan,
    Reading,
    Refusal,
    Request,
    Text,
    TextOrNumber,
    Words,
    assemble,
    leg_paths,
)
from otoco_alpaca._rules import fraction_refusals, stop_refusals
from otoco_alpaca._tables import (
    CAPABILITIES,
    CLASSES,
    CRYPTO,
    ENTRY,
    EXIT,
    EXITS,
    PEER,
    SDK,
    SHARE,
    SINGLES,
    SOURCE,
    TARGET_PEER,
)

_PATH: Final = "/v2/orders"
_SIMPLE: Final = "simple"
_CLASS_WORDS: Final = Words({Shape.SINGLE: _SIMPLE, **CLASSES})
_ID_KEY: Final = "client_order_id"
#: What stands beside the legs in any request.
_OTHER_KEYS: Final = ("order_class", _ID_KEY, "extended_hours")


@attrs.frozen
class Alpaca:
    """Alpaca's Trading API; the account is the one that the request is sent for."""

    name: ClassVar[str] = "alpaca"
    options: ClassVar[tuple[Option, ...]] = ()
    client_ids: ClassVar[ClientIds] = ClientIds("order", Text(128, 1))
    equivalences: ClassVar[tuple[Equivalence, ...]] = (
        DefaultValue("order_class", _SIMPLE, f"{SOURCE}: an order without a class is simple"),
        DefaultValue("order_class", "", f"{SOURCE}: an empty class is simple"),
        DefaultValue("extended_hours", False, f"{SOURCE}: extended_hours is false unless set"),
        NoPeerOrder(f"{SOURCE}: the exits are take_profit and stop_loss"),
        TextOrNumber("qty", SDK),
        TextOrNumber("limit_price", SDK),
        TextOrNumber("stop_price", SDK),
        TextOrNumber("trail_price", SDK),
        TextOrNumber("take_profit.limit_price", f"{SOURCE}: string or number"),
        TextOrNumber("stop_loss.limit_price", f"{SOURCE}: string or number"),
        TextOrNumber("stop_loss.stop_price", f"{SOURCE}: string or number"),
    )

    @property
    def capabilities(self) -> Capabilities:
        """What Alpaca takes."""
        return CAPABILITIES

    def rules(self, order: Order) -> Iterator[Refusal]:
        """What fractions of shares may be, and how far a stop lies from a limit."""
        yield from fraction_refusals(order)
        yield from stop_refusals(order)

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        """One request; the flat order is the trigger, the lone leg, or what peers share."""
        head, *exits = order.legs
        match order.shape:
            case Shape.SINGLE:
                body = SINGLES[head.leg.instrument.type].write(head.leg)
            case Shape.OCO:
                body = PEER.write(head.leg)
            case _:
                body = ENTRY.write(head.leg)
        for _, _, leg in exits:
            body |= EXIT.write(leg)
        if order.shape in CLASSES:
            body["order_class"] = CLASSES[order.shape]
        if GROUP in ids:
            body[_ID_KEY] = ids[GROUP]
        return Plan((Request("POST", _PATH, body, {"id": _parent(order)}),))

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        """The order of a request; its id goes into ``reading``."""
        reading.path(request.path, _PATH)
        shape = _read_class(request.body, reading)
        if shape is None:
            return None
        form = _form(shape, request.body)
        exits = _exits(shape, request.body, reading)
        groups = () if shape is Shape.SINGLE else EXITS
        body = reading.object(request.body, "", (*form.outer_keys, *groups, *_OTHER_KEYS))
        _read_others(body, reading)
        path, *paths = leg_paths(shape, 1 + len(exits))
        head = reading.leg(form, body, "", path)
        (said, *_) = CAPABILITIES.forms[shape]
        legs = [head]
        for key, at in zip(exits, paths, strict=True):
            legs.append(reading.leg(EXITS[key], body, "", at, **said.inherited(head)))
        return None if reading.refusals else assemble(shape, legs)


def _parent(order: Order) -> str:
    """The path of the leg whose id the reply has: of an OCO it is the target."""
    legs = order.legs
    if order.shape is Shape.OCO:
        return next(path for path, _, leg in legs if isinstance(leg.order_type, Limit))
    return legs[0].path


def _read_class(body: Mapping[str, Any], reading: Reading) -> Shape | None:
    """The shape that the order class says; a request without one is a simple order."""
    if body.get("order_class", "") == "":
        exits = [key for key in EXITS if key in body]
        if not exits:
            return Shape.SINGLE
        why = f"order_class is missing, which says what {' and '.join(exits)} are there for."
        reading.refuse("order_class", "field", why)
        return None
    shape: Shape | None = reading.value(body, "", "order_class", _CLASS_WORDS)
    return shape


def _form(shape: Shape, body: Mapping[str, Any]) -> LegForm:
    """How the flat part of a request is read; the first peer of an OCO is its target."""
    match shape:
        case Shape.SINGLE:
            symbol = body.get("symbol")
            return CRYPTO if isinstance(symbol, str) and "/" in symbol else SHARE
        case Shape.OCO:
            return TARGET_PEER
        case _:
            return ENTRY


def _exits(shape: Shape, body: Mapping[str, Any], reading: Reading) -> list[str]:
    """The keys of the price objects that a request has to have beside the flat part."""
    match shape:
        case Shape.SINGLE:
            return []
        case Shape.OCO:
            return ["stop_loss"]
        case Shape.OTOCO:
            return [*EXITS]
        case _:
            found = [key for key in EXITS if key in body]
            if len(found) != 1:
                why = f"an oto order has one of {' and '.join(EXITS)}, and here are {len(found)}."
                reading.refuse("order_class", "count", why)
            return found


def _read_others(body: Mapping[str, Any], reading: Reading) -> None:
    reading.client_order_id(body, "", _ID_KEY, Alpaca.client_ids)
    if reading.optional(body, "", "extended_hours", Flag()):
        reading.refuse("extended_hours", "value", "an order does not say that it trades then.")
