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
from otoco_tastytrade._tables import CAPABILITIES, ORDER, SOURCE, STRICT

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
_TYPES: Final = Words({shape: shape.value for shape in (Shape.OCO, Shape.OTO, Shape.OTOCO)})
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
        return STRICT if self.strict_position_effect_validation else CAPABILITIES

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
            return Plan((Request("POST", path, orders[0], {"data.order.id": ""}),))
        body: dict[str, Any] = {_TYPE: "OTO" if isinstance(order, OTO) else order.shape.value}
        reply_ids = {"data.complex-order.id": GROUP}
        if not isinstance(order, OCO):
            body[_TRIGGER] = orders.pop(0)
            reply_ids["data.complex-order.trigger-order.id"] = paths.pop(0)
        body[_ORDERS] = orders
        for index, path in enumerate(paths):
            reply_ids[f"data.complex-order.orders[{index}].id"] = path
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
        is_group = any(key in request.body for key in _GROUP_KEYS)
        reading.account(request.path, _COMPLEX if is_group else _SINGLE, _ACCOUNT_NUMBER)
        if is_group:
            order = _read_group(request.body, reading)
        else:
            order = _read_order(ORDER, request.body, "", "", reading)
        if reading.options.get(_STRICT.name) is None:
            reading.options.pop(_STRICT.name, None)
        return order


def _opens_by_stop(leg: Leg) -> bool:
    return (
        isinstance(leg.order_type, Stop)
        and leg.position_effect is PositionEffect.OPEN
        and leg.time_in_force is TimeInForce.GTC
    )


def _read_order(form: LegForm, value: Any, at: str, path: str, reading: Reading) -> Leg | None:
    """The leg that a single order says, with its id and what it says of validation."""
    members = reading.object(value, at, _ORDER_KEYS)
    reading.client_order_id(members, at, _ID_KEY, Tastytrade.client_ids, path)
    _read_strictness(members, at, reading)
    return reading.leg(form, members, at, path)


def _read_strictness(members: Mapping[str, Any], at: str, reading: Reading) -> None:
    """What an order says of validation, which all orders of a request state, or none does."""
    where = join(at, _ADVANCED)
    if _ADVANCED not in members:
        reading.same_option(_STRICT, None, where)
        return
    advanced = reading.object(members[_ADVANCED], where, (_STRICT_KEY,))
    stated = reading.value(advanced, where, _STRICT_KEY, _STRICT.format)
    if stated is not None:
        reading.same_option(_STRICT, stated, where)


def _read_group(value: Mapping[str, Any], reading: Reading) -> Order | None:
    body = reading.object(value, "", _GROUP_KEYS)
    shape: Shape | None = reading.value(body, "", _TYPE, _TYPES)
    if shape is None:
        return None
    (form,) = CAPABILITIES.forms[shape]
    head, rest = form.head, form.rest or form.head
    count = form.conditionals if shape is Shape.OTO else form.peers
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
        _read_order(place, item, at, path, reading)
        for (place, at, item), path in zip(places, paths, strict=True)
    ]
    if not items:
        return None
    keys = {"peers": _ORDERS, "conditionals": _ORDERS}
    return reading.group("", "", keys, lambda: assemble(shape, legs))
