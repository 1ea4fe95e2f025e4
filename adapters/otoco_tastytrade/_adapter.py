"""The tastytrade adapter: single orders, alone or in a complex order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

import attrs

from otoco import OCO, OTO, Leg, Order, PositionEffect, Shape, Stop, TimeInForce
from otoco.adapters import (
    GROUP,
    Capabilities,
    ClientIds,
    Equivalence,
    Flag,
    LegForm,
    Option,
    Plan,
    Reading,
    Refusal,
    Request,
    Text,
    TextOrNumber,
    Words,
    assemble,
    check_options,
    join,
    leg_paths,
)
from otoco_tastytrade._tables import CAPABILITIES, LISTS, ORDER, SOURCE

_ACCOUNT_NUMBER: Final = Option(
    "account_number",
    Text(64, 1, "[A-Za-z0-9]+", "letters and digits"),
    "the number of the account, such as 5WT00001",
    required=True,
)
_STRICT: Final = Option(
    "strict_position_effect_validation",
    Flag(),
    "true to have an order that closes refused where there is no position, and not opened instead",
)
#: The shapes whose tables say which of their orders open.
_OPENING_IS_TABLED: Final = (Shape.OCO, Shape.OTOCO)

_SINGLE: Final = "/accounts/{account_number}/orders"
_COMPLEX: Final = "/accounts/{account_number}/complex-orders"

_TYPE, _TRIGGER, _ORDERS = "type", "trigger-order", "orders"
_GROUP_KEYS: Final = (_TYPE, _TRIGGER, _ORDERS)
_TYPES: Final = Words({shape: shape.value for shape in LISTS})
_ID_KEY: Final = "external-identifier"
_ADVANCED: Final = "advanced-instructions"
_STRICT_KEY: Final = "strict-position-effect-validation"
_ORDER_KEYS: Final = (*ORDER.outer_keys, _ID_KEY, _ADVANCED)


@attrs.frozen
class Tastytrade:
    """tastytrade, for one account; without one it can only check.

    An order that is to close a position is sent on as one that opens where there is none, unless
    ``strict_position_effect_validation`` is true.

    Raises:
        otoco.Refused: naming each option whose value tastytrade does not take.

    """

    name: ClassVar[str] = "tastytrade"
    options: ClassVar[tuple[Option, ...]] = (_ACCOUNT_NUMBER, _STRICT)
    client_ids: ClassVar[ClientIds] = ClientIds("leg", Text(255, 1))
    equivalences: ClassVar[tuple[Equivalence, ...]] = tuple(
        TextOrNumber(f"**.{key}", f"{SOURCE}: a number in some examples, text in others")
        for key in ("price", "stop-trigger", "quantity")
    )

    account_number: str | None = None
    strict_position_effect_validation: bool | None = None

    def __attrs_post_init__(self) -> None:
        check_options(self)

    @property
    def capabilities(self) -> Capabilities:
        """What tastytrade takes."""
        return CAPABILITIES

    def rules(self, order: Order) -> Iterator[Refusal]:
        """What goes by an order type together with a position effect."""
        for path, _, leg in order.legs:
            if order.shape not in _OPENING_IS_TABLED and _opens_by_stop(leg):
                yield CAPABILITIES.refusal(
                    join(path, "time_in_force"),
                    "time-in-force",
                    "tastytrade takes no STOP order that opens a position and is GTC.",
                    fix="It takes DAY.",
                )

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        """One request: the order itself, or the orders of a complex order."""
        orders = [self._order(leg, ids.get(path or GROUP)) for path, _, leg in order.legs]
        paths = [path for path, _, _ in order.legs]
        if not order.children:
            path = _SINGLE.format(account_number=self.account_number)
            return Plan((Request("POST", path, orders[0], {"order.id": ""}),))
        body: dict[str, Any] = {_TYPE: "OTO" if isinstance(order, OTO) else order.shape.value}
        reply_ids = {"complex-order.id": GROUP}
        if not isinstance(order, OCO):
            body[_TRIGGER] = orders.pop(0)
            reply_ids["complex-order.trigger-order.id"] = paths.pop(0)
        body[_ORDERS] = orders
        for index, path in enumerate(paths):
            reply_ids[f"complex-order.orders[{index}].id"] = path
        path = _COMPLEX.format(account_number=self.account_number)
        return Plan((Request("POST", path, body, reply_ids),))

    def _order(self, leg: Leg, client_order_id: str | None) -> dict[str, Any]:
        """A single order; the places differ in what they take, and not in how it is written."""
        order = ORDER.write(leg)
        if client_order_id is not None:
            order[_ID_KEY] = client_order_id
        if self.strict_position_effect_validation is not None:
            order[_ADVANCED] = {_STRICT_KEY: self.strict_position_effect_validation}
        return order

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        """The order of a request; account, ids and validation go into ``reading``."""
        path, body = request.path, request.body
        single = path.endswith("/orders") if path else not any(key in body for key in _GROUP_KEYS)
        reading.account(path, _SINGLE if single else _COMPLEX, _ACCOUNT_NUMBER)
        orders = _Orders(reading)
        order = orders.leg(ORDER, body, "", "") if single else _read_group(body, reading, orders)
        if orders.stated and orders.stated[0] is not None:
            reading.options[_STRICT.name] = orders.stated[0]
        return order


def _opens_by_stop(leg: Leg) -> bool:
    return (
        isinstance(leg.order_type, Stop)
        and leg.position_effect is PositionEffect.OPEN
        and leg.time_in_force is TimeInForce.GTC
    )


class _Orders:
    """The single orders of one request, of which each states the validation, or none does."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.stated: list[bool | None] = []

    def leg(self, place: LegForm, value: Any, at: str, path: str) -> Leg | None:
        """The leg that an order object says."""
        members = self.reading.object(value, at, _ORDER_KEYS)
        self._read_id(members, at, path)
        self._read_strictness(members, at)
        return self.reading.leg(place, members, at, path)

    def _read_id(self, members: Mapping[str, Any], at: str, path: str) -> None:
        client_order_id = self.reading.optional(members, at, _ID_KEY, Tastytrade.client_ids.format)
        if client_order_id in self.reading.ids.values():
            why = f"another order has the {_ID_KEY} {client_order_id} too."
            self.reading.refuse(join(at, _ID_KEY), "value", why)
        elif client_order_id is not None:
            self.reading.ids[path or GROUP] = client_order_id

    def _read_strictness(self, members: Mapping[str, Any], at: str) -> None:
        where = join(at, _ADVANCED)
        stated: bool | None = None
        if _ADVANCED in members:
            advanced = self.reading.object(members[_ADVANCED], where, (_STRICT_KEY,))
            stated = self.reading.value(advanced, where, _STRICT_KEY, _STRICT.format)
            if stated is None:
                return
        self.stated.append(stated)
        if stated is not self.stated[0]:
            why = f"{_ADVANCED} goes for all orders, and this one says otherwise than the first."
            self.reading.refuse(where, "value", why)


def _read_group(value: Mapping[str, Any], reading: Reading, orders: _Orders) -> Order | None:
    body = reading.object(value, "", _GROUP_KEYS)
    shape: Shape | None = reading.value(body, "", _TYPE, _TYPES)
    if shape is None:
        return None
    head, rest, count = LISTS[shape]
    triggered = shape is not Shape.OCO
    if triggered is not (_TRIGGER in body):
        why = f"{_TRIGGER} is missing" if triggered else f"there is a {_TRIGGER}"
        has = "one" if triggered else "none"
        reading.refuse(_TRIGGER, "field", f"{why}, and an {shape} has {has}.")
        return None
    items = reading.items(body, "", _ORDERS, count)
    paths = leg_paths(shape, triggered + len(items))
    places = [(head, _TRIGGER, body[_TRIGGER])] if triggered else []
    places += [(rest, f"{_ORDERS}[{index}]", item) for index, item in enumerate(items)]
    legs = [
        orders.leg(place, item, at, path)
        for (place, at, item), path in zip(places, paths, strict=True)
    ]
    found = [leg for leg in legs if leg is not None]
    if not items or len(found) < len(legs):
        return None
    keys = {"peers": _ORDERS, "conditionals": _ORDERS}
    return reading.group("", "", keys, lambda: assemble(shape, found))
