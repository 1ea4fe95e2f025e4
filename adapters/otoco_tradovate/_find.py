"""Looking for a placement among Tradovate's records.

There is no query by clOrdId: it stands on the Command that made an order, and that names the order
(Source: Tradovate's entity pages of Command, Order, OrderVersion and Fill). A strategy has a uuid,
and its links name its orders.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from otoco.adapters import GROUP, Finding, Sent, Steps
from otoco_tradovate import _strategy
from otoco_tradovate._asking import Row, id_in, rows, shown
from otoco_tradovate._identity import strangers_among
from otoco_tradovate._parts import Part, parts_of
from otoco_tradovate._seen import Seen, details, is_new, links_of
from otoco_tradovate._standing import judge
from otoco_tradovate._view import Stranger, View

#: The statuses of a strategy that has not come to be.
_FAILED: Final = ("ExecutionFailed", "NotEnoughLiquidity")


def find(sent: Sent) -> Steps[Finding]:
    """Look once, and say what that proves."""
    view = yield from look(sent)
    return judge(view)


def look(sent: Sent) -> Steps[View]:
    """Look once for the orders of a placement."""
    parts = parts_of(sent.request)
    if _strategy.is_strategy(sent.request):
        view = yield from _look_for_strategy(sent, parts)
    else:
        view = yield from _look_for_orders(sent, parts)
    return view


def items(ids: Iterable[str]) -> Steps[list[Row]]:
    """The Order entities with these ids, as far as they are listed."""
    wanted = sorted(ids, key=int)
    if not wanted:
        return []
    listed = yield from rows(f"/order/items?ids={','.join(wanted)}")
    return [row for row in listed if str(row["id"]) in wanted]


def _look_for_orders(sent: Sent, parts: tuple[Part, ...]) -> Steps[View]:
    if not any(part.client_id or part.path in sent.ids for part in parts):
        return View(parts, is_named=False)
    found = yield from _ids_by_path(sent, parts)
    wanted = {each for ids in found.values() for each in ids}
    orders = yield from items(wanted)
    if wanted and len(orders) < len(parts):
        orders = yield from _with_relatives(wanted, orders, sent.request.body["accountId"])
    ours = [order for order in orders if _is_of_account(order, sent)]
    listed = yield from details(ours)
    strangers = strangers_among(listed, parts, found)
    apart = {each.seen.id for each in strangers}
    seen = {each.id: each for each in listed if each.id not in apart}
    foreign = {str(order["id"]) for order in orders} - seen.keys()
    own = {path: ids - foreign for path, ids in found.items()}
    sure = {
        path: seen[one] for path, ids in own.items() for one in ids if {one} == ids & seen.keys()
    }
    rest = [each for each in seen.values() if each not in sure.values()]
    unlisted = tuple(sorted(wanted - foreign - seen.keys(), key=int))
    if any(len(ids) > 1 for ids in own.values()):
        return View(parts, more=tuple(seen.values()), unlisted=unlisted, is_ambiguous=True)
    view = View(parts, sure, unlisted=unlisted, strangers=strangers)
    return view.with_rest(rest, [path for path, ids in own.items() if not ids])


def _ids_by_path(sent: Sent, parts: tuple[Part, ...]) -> Steps[dict[str, set[str]]]:
    """The order ids of each part: the broker's answer gave it, or a Command with its clOrdId."""
    found: dict[str, set[str]] = {part.path: set() for part in parts}
    for known in found.keys() & sent.ids.keys():
        found[known].add(sent.ids[known])
    unknown = [part for part in parts if part.client_id and not found[part.path]]
    wanted = {str(part.client_id): part.path for part in unknown}
    for command in (yield from rows("/command/list")) if wanted else ():
        order_id, path = id_in(command, "orderId"), wanted.get(str(command.get("clOrdId")))
        if is_new(command) and path is not None and order_id is not None:
            found[path].add(order_id)
    return found


def _with_relatives(
    ids: Collection[str], orders: Sequence[Row], account_id: object
) -> Steps[list[Row]]:
    """The orders, and those of the account that are children, parents or siblings of them."""
    everything = yield from rows(f"/order/deps?masterid={account_id}")
    by_id = {str(order["id"]): order for order in (*everything, *orders)}
    links = {order_id: {*links_of(order).values()} for order_id, order in by_id.items()}
    family, size = {*ids}, 0
    while len(family) > size:
        size = len(family)
        family |= {each for one in family & links.keys() for each in links[one]}
        family |= {one for one, named in links.items() if family & named}
    return [order for order_id, order in by_id.items() if order_id in family]


def _is_of_account(row: Row, sent: Sent) -> bool:
    return id_in(row, "accountId") in (None, str(sent.request.body["accountId"]))


def _look_for_strategy(sent: Sent, parts: tuple[Part, ...]) -> Steps[View]:
    known, uuid = sent.ids.get(GROUP), sent.request.body.get("uuid")
    if known is None and uuid is None:
        return View(parts, is_named=False)
    listed = yield from rows("/orderStrategy/list")
    found = {
        str(row["id"]): row
        for row in listed
        if (row.get("uuid") == uuid if known is None else str(row["id"]) == known)
        and _is_of_account(row, sent)
    }
    if len(found) > 1:
        seen = yield from _orders_of(found)
        return View(parts, more=tuple(seen), is_ambiguous=True)
    strategy = next(iter(found), known)
    if strategy is None:
        return View(parts)
    seen = yield from _orders_of([strategy])
    row = found.get(strategy)
    if uuid is not None and row is not None and row.get("uuid") != uuid:
        is_now = shown(row.get("uuid"))
        why = f"the uuid of its strategy {strategy} is {is_now}, and {shown(uuid)} was sent."
        return View(parts, strangers=tuple(Stranger(each, why) for each in seen), another=why)
    has_failed = row is not None and row.get("status") in _FAILED
    view = View(parts, strategy=strategy, has_failed=has_failed)
    return view.with_rest(seen, [part.path for part in parts])


def _orders_of(strategies: Iterable[str]) -> Steps[list[Seen]]:
    """The orders that the links of strategies name."""
    ids: set[str] = set()
    for strategy in strategies:
        for link in (yield from rows(f"/orderStrategyLink/deps?masterid={strategy}")):
            order_id = id_in(link, "orderId")
            if order_id is not None and id_in(link, "orderStrategyId") == strategy:
                ids.add(order_id)
    orders = yield from items(ids)
    seen = yield from details(orders)
    return seen
