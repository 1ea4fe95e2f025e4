"""Orders with their links, from requests that were understood; none of them is live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from ._behaviour import Behaviour
from ._fields import Fields
from ._orders import ORDER_TYPES, Order
from ._requests import Request
from ._strategy import StrategyRequest

VERSION_FIELDS = frozenset(
    {
        *("orderType", "price", "stopPrice", "maxShow", "pegDifference"),
        *("timeInForce", "expireTime", "text"),
    }
)


def orders_of(request: Request, ids: Sequence[int], behaviour: Behaviour) -> list[Order]:
    """The orders of placeOrder, placeOSO or placeOCO: the parent, then its children."""
    is_held = request.shape.is_held
    first = _order(ids[0], request.parent, request.parent, behaviour)
    first.activates = request.parent.get("activationTime")
    others = [
        _order(order_id, request.parent, fields, behaviour, first if is_held else None)
        for order_id, fields in zip(ids[1:], request.children.values(), strict=True)
    ]
    first.children = others if is_held else []
    _pair(others if is_held else [first, *others])
    if not is_held and others and behaviour.pair_activation == "both":
        others[0].activates = first.activates
    return [first, *others]


def orders_of_strategy(
    request: StrategyRequest, ids: Sequence[int], behaviour: Behaviour
) -> Mapping[str, Order]:
    """The orders of startOrderStrategy by their labels: the entry, then each bracket's exits."""
    labels = request.labels
    by_label = dict(zip(labels, ids, strict=True))
    entry = _order(ids[0], request.entry, request.entry, behaviour)
    orders = {labels[0]: entry}
    preceding = 0
    for bracket in request.brackets:
        exits: list[Order] = []
        for each in bracket.exits:
            common = {"symbol": request.entry["symbol"], "orderQty": bracket.quantity}
            order = _order(by_label[each.label], common, each.fields, behaviour, entry)
            order.preceding, order.distance = preceding, each.distance
            exits.append(order)
            orders[each.label] = order
        _pair(exits)
        entry.children += exits
        preceding += bracket.quantity
    return orders


def _pair(orders: Sequence[Order]) -> None:
    """Link two orders, of which a fill of one cancels the other."""
    if len(orders) == 2:
        orders[0].peer, orders[1].peer = orders[1], orders[0]


def _order(
    order_id: int, common: Fields, fields: Fields, behaviour: Behaviour, parent: Order | None = None
) -> Order:
    """An order; the contract and the quantity are common to several."""
    order_type = ORDER_TYPES[fields["orderType"]]
    limit: Decimal | None = fields.get(order_type.limit)
    level: Decimal | None = fields.get(order_type.level)
    return Order(
        id=order_id,
        symbol=common["symbol"],
        action=fields["action"],
        quantity=common["orderQty"],
        order_type=order_type,
        time_in_force=fields["timeInForce"],
        limit=limit,
        level=level,
        trail=fields.get("pegDifference"),
        expires=fields.get("expireTime"),
        cl_ord_id=fields.get("clOrdId"),
        stated={name: fields[name] for name in fields if name in VERSION_FIELDS},
        is_reduced_by_peer=behaviour.peer_partial == "reduce",
        parent=parent,
    )
