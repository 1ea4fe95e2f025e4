"""The bodies of placeOrder, placeOSO and placeOCO, and how Tradovate refuses them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import field, frozen

from ._behaviour import Behaviour
from ._fields import (
    Fields,
    Parser,
    Refusal,
    boolean,
    moment,
    number,
    one_of,
    parsed,
    text,
    unread,
    whole,
)
from ._orders import IMMEDIATE, ORDER_TYPES, UNDOCUMENTED_ORDER_TYPES

PRICES = frozenset({"price", "stopPrice", "limitIfTouchedPrice", "pegDifference"})


@frozen
class Account:
    """The account of an engine: the id and the name of the Account entity."""

    id: int = 12345
    name: str = "DEMO12345"


@frozen
class Shape:
    """The children of a path's body, each with the key of its id in the result."""

    children: Mapping[str, str] = field(factory=dict[str, str])
    required: frozenset[str] = frozenset()
    is_held: bool = False
    """Whether the children wait for the parent."""


@frozen
class Request:
    """A body that was understood."""

    shape: Shape
    parent: Fields
    children: Mapping[str, Fields]

    @property
    def orders(self) -> list[Fields]:
        """The parent and its children."""
        return [self.parent, *self.children.values()]


SHAPES = {
    "/order/placeorder": Shape(),
    "/order/placeoso": Shape(
        {"bracket1": "oso1Id", "bracket2": "oso2Id"}, frozenset({"bracket1"}), is_held=True
    ),
    "/order/placeoco": Shape({"other": "ocoId"}, frozenset({"other"})),
}
"""The paths in the spelling of the OpenAPI; the spelling of the prose differs in case alone."""

STRATEGY = "/orderStrategy/startorderstrategy"
PATHS = (*SHAPES, STRATEGY)


CHILD: dict[str, Parser] = {
    "action": one_of({"Buy", "Sell"}),
    "clOrdId": text(64),
    "expireTime": moment,
    "limitIfTouchedPrice": number,
    "maxShow": whole(32),
    "orderType": one_of({*ORDER_TYPES, *UNDOCUMENTED_ORDER_TYPES}),
    "pegDifference": number,
    "price": number,
    "stopPrice": number,
    "text": text(64, 0),
    "timeInForce": one_of({"Day", "FOK", "GTC", "GTD", "IOC"}),
}
"""RestrainedOrderVersion (place-oso page)."""

SUBJECT: dict[str, Parser] = {
    "accountId": whole(64),
    "accountSpec": text(64),
    "customTag50": text(50),
    "isAutomated": boolean,
    "symbol": text(64),
}
"""Whose order it is, of what, and its tags: the same in every body (OpenAPI 2024)."""

PARENT: dict[str, Parser] = CHILD | SUBJECT | {"activationTime": moment, "orderQty": whole(32)}
"""PlaceOrder (placeOrder page, OpenAPI 2024); the account is required in practice (JS tutorial)."""

CHILD_REQUIRED = frozenset({"action", "orderType"})
SUBJECT_REQUIRED = frozenset({"accountId", "accountSpec", "symbol"})
PARENT_REQUIRED = CHILD_REQUIRED | SUBJECT_REQUIRED | {"orderQty"}


def read(path: str, body: object) -> Request:
    """The request that a body makes; raises Refusal, and ValueError where there is no such path.

    That of startOrderStrategy is of another kind, and read elsewhere.
    """
    if (shape := SHAPES.get(path.lower())) is None:
        raise ValueError(f"{path} places no order; {', '.join(PATHS)} do")
    violations: list[Fields] = []
    nested = dict.fromkeys(shape.children, unread)
    required = PARENT_REQUIRED | shape.required
    parent = parsed("", body, PARENT | nested, required, violations)
    children = {
        name: parsed(name, parent.pop(name), CHILD, CHILD_REQUIRED, violations)
        for name in shape.children
        if name in parent
    }
    if violations:
        raise Refusal({"violations": violations})
    return Request(shape, parent, children)


def complete(parent: Fields, children: Iterable[Fields], behaviour: Behaviour) -> None:
    """Give every order a time in force, as the behaviour has it."""
    default: Fields = {"timeInForce": behaviour.missing_time_in_force}
    parent.update(default | parent)
    inherited: Fields = {
        name: parent[name] for name in ("timeInForce", "expireTime") if name in parent
    }
    for child in children:
        if "timeInForce" not in child:
            child.update(inherited if behaviour.child_time_in_force == "inherit" else default)


def check(request: Request, account: Account, behaviour: Behaviour, known: set[str]) -> None:
    """Raise Refusal with the first failure, if there is one; known are the earlier clOrdIds."""
    failures = [
        *account_failures(request.parent, account),
        *price_failures(request.orders),
        *open_failures(request, behaviour, known),
    ]
    if failures:
        reason, sentence = failures[0]
        raise Refusal({"failureReason": reason, "failureText": sentence})


def account_failures(body: Fields, account: Account) -> Iterator[tuple[str, str]]:
    """An account that is another one, answered as issue #45 shows it."""
    if (body["accountId"], body["accountSpec"]) != (account.id, account.name):
        yield "UnknownReason", "Access is denied"


def price_failures(orders: Iterable[Fields]) -> Iterator[tuple[str, str]]:
    """What the order types of orders lack, and what they cannot have."""
    for order in orders:
        word = order["orderType"]
        if word in UNDOCUMENTED_ORDER_TYPES:
            yield "Unsupported", f"{word} orders are not supported"
            continue
        given, order_type = PRICES & order.keys(), ORDER_TYPES[word]
        for name in sorted(order_type.required - given):
            yield "InvalidPrice", f"a {word} order needs {name}"
        for name in sorted(given - order_type.allowed):
            yield "InvalidPrice", f"a {word} order has no {name}"
        if order.get("pegDifference", 1) <= 0:
            yield "InvalidPrice", "pegDifference is a distance above zero"


def open_failures(
    request: Request, behaviour: Behaviour, known: set[str]
) -> Iterator[tuple[str, str]]:
    """What is refused only if the behaviour says so."""
    children, is_held = list(request.children.values()), request.shape.is_held
    same = [child["action"] == request.parent["action"] for child in children]
    names = [order["clOrdId"] for order in request.orders if "clOrdId" in order]
    rows = [
        (behaviour.same_side_child, is_held and any(same), "a bracket is on the entry's side"),
        (behaviour.opposite_side_pair, not (is_held or all(same)), "the two sides differ"),
        (
            behaviour.immediate_child,
            any(child["timeInForce"] in IMMEDIATE for child in children),
            "a child is FOK or IOC",
        ),
        (
            behaviour.trailing_child,
            is_held and any(child["orderType"].startswith("Trailing") for child in children),
            "a bracket is a trailing stop",
        ),
        (
            behaviour.repeated_cl_ord_id,
            len(names) != len({*names} - known),
            "a clOrdId is used already",
        ),
    ]
    for answer, applies, sentence in rows:
        if answer == "refuse" and applies:
            yield "Unsupported", sentence
