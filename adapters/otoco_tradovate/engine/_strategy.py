"""The body of startOrderStrategy, whose params are a text of their own, and how it is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from attrs import frozen

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
from ._orders import OPPOSITE
from ._requests import (
    CHILD,
    SUBJECT,
    SUBJECT_REQUIRED,
    Account,
    account_failures,
    complete,
    price_failures,
)

LONGEST_PARAMS = 8192
EXITS = {"profitTarget": 1, "stopLoss": -1}
"""The exits of a bracket, and the sign of each for a long position (OrderStrategy page)."""


def multibracket(value: object) -> int:
    """The one type of strategy that there is (orderStrategyType list)."""
    if number(value) == 2:
        return 2
    raise ValueError("is 2, for a multibracket")


def listed(value: object) -> list[object]:
    """A list."""
    if isinstance(value, list):
        return cast("list[object]", value)
    raise ValueError("is a list")


def none_yet(value: object) -> int:
    """The id of an order that there is not yet, as the FAQ sends it."""
    if number(value) == 0:
        return 0
    raise ValueError("is 0")


BODY: dict[str, Parser] = SUBJECT | {
    "action": one_of(OPPOSITE),
    "orderStrategyTypeId": multibracket,
    "params": unread,
    "uuid": text(64),
}
BODY_REQUIRED = SUBJECT_REQUIRED | {"action", "orderStrategyTypeId", "params"}
"""StartOrderStrategy (its page, OpenAPI 2024)."""

PARAMS: dict[str, Parser] = {"entryVersion": unread, "brackets": listed}
ENTRY: dict[str, Parser] = {
    **{name: CHILD[name] for name in ("orderType", "price", "stopPrice", "timeInForce")},
    "expireTime": moment,
    "orderId": none_yet,
    "orderQty": whole(32),
}
BRACKET: dict[str, Parser] = {
    "qty": whole(32),
    "profitTarget": number,
    "stopLoss": number,
    "trailingStop": boolean,
}
"""The params of a multibracket (OrderStrategy page, FAQ, try-it box)."""


@frozen
class Exit:
    """An exit of a bracket: how far from the fill of the entry, and what of it is an order's."""

    label: str
    distance: Decimal
    fields: Fields


@frozen
class Bracket:
    """A part of the entry's contracts, with one or two exits."""

    quantity: int
    exits: Sequence[Exit]


@frozen
class StrategyRequest:
    """A body that was understood."""

    body: Fields
    entry: Fields
    brackets: Sequence[Bracket]

    @property
    def labels(self) -> list[str]:
        """What tells the orders apart: the part of the params that each of them comes from."""
        return ["entryVersion", *(each.label for part in self.brackets for each in part.exits)]


def read(body: object, account: Account, behaviour: Behaviour) -> StrategyRequest:
    """The strategy that a body starts; raises Refusal."""
    violations: list[Fields] = []
    fields = parsed("", body, BODY, BODY_REQUIRED, violations)
    if violations:
        raise Refusal({"violations": violations})
    _refuse(account_failures(fields, account))
    entry, brackets = _read_params(fields)
    _refuse(price_failures([entry]))
    _refuse(("UnknownReason", missed(why)) for why in _bracket_failures(entry, brackets))
    request = StrategyRequest(fields, entry, [*_brackets(entry["action"], brackets)])
    exits = [each.fields for bracket in request.brackets for each in bracket.exits]
    complete(entry, exits, behaviour)
    return request


def missed(why: str) -> str:
    """How params are refused, as callers have reported it, and what is wrong with them."""
    return f"Invalid or missed parameters: {why}"


def _refuse(failures: Iterator[tuple[str, str]]) -> None:
    """Raise Refusal with the first failure, if there is one (OrderStrategyStatusResponse)."""
    for reason, sentence in failures:
        raise Refusal({"errorText": sentence, "failureReason": reason})


def _read_params(body: Fields) -> tuple[Fields, list[Fields]]:
    """The entry and the brackets in a text; the entry has the body's symbol and side."""
    violations: list[Fields] = []
    params = parsed("params", _decoded(body["params"]), PARAMS, frozenset(PARAMS), violations)
    required = frozenset({"orderQty", "orderType"})
    entry = parsed("entryVersion", params.get("entryVersion"), ENTRY, required, violations)
    brackets = [
        parsed(f"brackets[{index}]", each, BRACKET, frozenset({"qty"}), violations)
        for index, each in enumerate(params.get("brackets", []))
    ]
    _refuse(("UnknownReason", missed(each["description"])) for each in violations)
    return {"symbol": body["symbol"], "action": body["action"], **entry}, brackets


def _decoded(params: object) -> object:
    """The value of a JSON text in which no key stands twice; raises Refusal where it is none."""
    why = f"params is JSON text of at most {LONGEST_PARAMS} characters"
    if isinstance(params, str) and len(params) <= LONGEST_PARAMS:
        try:
            return json.loads(params, parse_float=Decimal, object_pairs_hook=_object)
        except (ValueError, RecursionError):
            pass
    raise Refusal({"errorText": missed(why), "failureReason": "UnknownReason"})


def _object(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    if len(members := dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice")
    return members


def _bracket_failures(entry: Fields, brackets: Sequence[Fields]) -> Iterator[str]:
    """What makes no brackets of an entry; no page says what the server makes of most of it."""
    sign = 1 if entry["action"] == "Buy" else -1
    for index, bracket in enumerate(brackets):
        if not EXITS.keys() & bracket.keys():
            yield f"brackets[{index}] has neither profitTarget nor stopLoss"
        if bracket.get("trailingStop") and "stopLoss" not in bracket:
            yield f"brackets[{index}].trailingStop has no stopLoss to trail by"
        for name, side in EXITS.items():
            if bracket.get(name, sign * side) * sign * side <= 0:
                word = "above" if sign == side else "below"
                yield (
                    f"brackets[{index}].{name} of a {entry['action']} is {word} 0,"
                    f" not {bracket[name]}"
                )
    total = sum(bracket["qty"] for bracket in brackets)
    if total != entry["orderQty"]:
        yield f"the brackets have {total} contracts, and the entry {entry['orderQty']}"


def _brackets(action: str, brackets: Sequence[Fields]) -> Iterator[Bracket]:
    """The brackets with their exits, the target of each before its stop."""
    for index, bracket in enumerate(brackets):
        stop = "TrailingStop" if bracket.get("trailingStop") else "Stop"
        words = {"profitTarget": "Limit", "stopLoss": stop}
        exits = [
            Exit(
                f"brackets[{index}].{name}",
                bracket[name],
                {"action": OPPOSITE[action], "orderType": word},
            )
            for name, word in words.items()
            if name in bracket
        ]
        yield Bracket(bracket["qty"], exits)
