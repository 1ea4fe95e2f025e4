"""The bodies of placeOrder, placeOSO and placeOCO, and how Tradovate refuses them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from math import isfinite
from typing import Any, TypeAlias, cast

from attrs import field, frozen

from ._behaviour import Behaviour
from ._orders import IMMEDIATE, ORDER_TYPES, UNDOCUMENTED_ORDER_TYPES

Fields: TypeAlias = dict[str, Any]
Parser: TypeAlias = Callable[[object], object]

RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)
PRICES = frozenset({"price", "stopPrice", "limitIfTouchedPrice", "pegDifference"})


class Refusal(Exception):
    """A request that is refused, with the body that says so."""

    def __init__(self, reply: Fields) -> None:
        super().__init__(reply)
        self.reply = reply


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


def unread(value: object) -> object:
    """A child, which is read after its parent."""
    return value


def text(longest: int, shortest: int = 1) -> Parser:
    """Text of so many characters; one that names something has at least one."""

    def parse(value: object) -> str:
        if isinstance(value, str) and shortest <= len(value) <= longest:
            return value
        raise ValueError(f"is text of {shortest} to {longest} characters")

    return parse


def one_of(words: Iterable[str]) -> Parser:
    """One of a set of words."""
    listed = sorted(words)

    def parse(value: object) -> str:
        if isinstance(value, str) and value in listed:
            return value
        raise ValueError(f"is one of {', '.join(listed)}")

    return parse


def number(value: object) -> Decimal:
    """A finite double, as the decimal that is written."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        decimal = Decimal(float.__repr__(value)) if isinstance(value, float) else Decimal(value)
        if decimal.is_finite() and isfinite(float(decimal)):
            return decimal
    raise ValueError("is a finite number")


def whole(bits: int) -> Parser:
    """A positive whole number of a signed type of so many bits."""

    def parse(value: object) -> int:
        decimal = number(value)
        if 0 < decimal < 2 ** (bits - 1) and decimal == decimal.to_integral_value():
            return int(decimal)
        raise ValueError(f"is a positive whole number of {bits} bits")

    return parse


def boolean(value: object) -> bool:
    """True or false, and no word for it."""
    if isinstance(value, bool):
        return value
    raise ValueError("is true or false")


def moment(value: object) -> datetime:
    """A date-time of RFC 3339, which has its zone."""
    if isinstance(value, str) and RFC_3339.fullmatch(value):
        return datetime.fromisoformat(value.upper())
    raise ValueError("is an RFC 3339 date-time with its zone")


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

PARENT: dict[str, Parser] = CHILD | {
    "accountId": whole(64),
    "accountSpec": text(64),
    "activationTime": moment,
    "customTag50": text(50),
    "isAutomated": boolean,
    "orderQty": whole(32),
    "symbol": text(64),
}
"""PlaceOrder (placeOrder page, OpenAPI 2024); the account is required in practice (JS tutorial)."""

CHILD_REQUIRED = frozenset({"action", "orderType"})
PARENT_REQUIRED = CHILD_REQUIRED | {"accountId", "accountSpec", "orderQty", "symbol"}


def read(path: str, body: object) -> Request:
    """The request that a body makes; raises Refusal, and ValueError where there is no such path."""
    if (shape := SHAPES.get(path.lower())) is None:
        raise ValueError(f"{path} places no order; {', '.join(SHAPES)} do")
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


def parsed(
    where: str,
    body: object,
    parsers: Mapping[str, Parser],
    required: frozenset[str],
    violations: list[Fields],
) -> Fields:
    """The fields of an object; what is wrong with them is added to the violations."""

    def violated(constraint: str, name: str, description: str, value: object = None) -> None:
        shown = value if isinstance(value, str) else type(value).__name__
        subject = ".".join(part for part in (where, name) if part) or "the body"
        sentence = f"{subject} {description}"
        violations.append({"constraint": constraint, "value": shown, "description": sentence})

    if not isinstance(body, Mapping):
        violated("type", "", "is an object", body)
        return {}
    given = cast("Mapping[object, object]", body)
    known = {name: value for name, value in given.items() if name in parsers}
    for key in [key for key in given if key not in known]:
        violated("unknown", str(key), "is no field of this request", given[key])
    for name in sorted(required - known.keys()):
        violated("required", name, "is missing")
    fields: Fields = {}
    for name in [name for name in parsers if name in known]:
        try:
            fields[name] = parsers[name](known[name])
        except ValueError as error:
            violated("value", name, str(error), known[name])
    if (fields.get("timeInForce") == "GTD") != ("expireTime" in known):
        violated("required", "expireTime", "goes with timeInForce GTD, and only with it")
    return fields


def complete(request: Request, behaviour: Behaviour) -> None:
    """Give every order a time in force, as the behaviour has it."""
    parent = request.parent
    default: Fields = {"timeInForce": behaviour.missing_time_in_force}
    parent.update(default | parent)
    inherited: Fields = {
        name: parent[name] for name in ("timeInForce", "expireTime") if name in parent
    }
    for child in request.children.values():
        if "timeInForce" not in child:
            child.update(inherited if behaviour.child_time_in_force == "inherit" else default)


def check(request: Request, account: Account, behaviour: Behaviour, known: set[str]) -> None:
    """Raise Refusal with the first failure, if there is one; known are the earlier clOrdIds."""
    parent = request.parent
    if (parent["accountId"], parent["accountSpec"]) != (account.id, account.name):
        raise Refusal({"failureReason": "UnknownReason", "failureText": "Access is denied"})
    failures = [*price_failures(request), *open_failures(request, behaviour, known)]
    if failures:
        reason, sentence = failures[0]
        raise Refusal({"failureReason": reason, "failureText": sentence})


def price_failures(request: Request) -> Iterator[tuple[str, str]]:
    """What the order types of a request lack, and what they cannot have."""
    for order in request.orders:
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
