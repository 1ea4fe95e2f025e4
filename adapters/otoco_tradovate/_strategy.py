"""Tradovate's startOrderStrategy: an entry and brackets, said in a JSON text inside the body."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from otoco import OCO, OTO, Leg, Limit, Offset, Order, Shape, Side, Stop, TimeInForce, TrailingStop
from otoco.adapters import GROUP, Count, Flag, Integer, Reading, Refusal, Request
from otoco_tradovate._tables import CAPABILITIES, ENTRY, EXIT, STRATEGY_FORM, STRATEGY_IDS, Points

PATH: Final = "/orderStrategy/startorderstrategy"
#: The keys of a body, without those of the account.
KEYS: Final = ("symbol", "action", "orderStrategyTypeId", "params", "uuid")
#: The only type of strategy that there is: several brackets.
_TYPE_ID: Final = 2
_LONGEST_PARAMS: Final = 8192  # characters
#: A generous bound, in characters.
_LONGEST_BRACKET: Final = 200
_BRACKET_KEYS: Final = ("qty", "profitTarget", "stopLoss", "trailingStop")


def is_said_by_strategy(order: Order) -> bool:
    """Whether an order that is taken goes by a strategy: its exits alone state no time in force."""
    legs = order.legs
    return len(legs) > 1 and legs[1].leg.time_in_force is TimeInForce.UNSTATED


def is_strategy(request: Request) -> bool:
    """Whether a request is one of these, by its path or by what only its body has."""
    if request.path:
        return request.path == PATH
    return "params" in request.body or "orderStrategyTypeId" in request.body


def refusals(order: Order) -> Iterator[Refusal]:
    """What the tables cannot say of an order that goes by a strategy."""
    if is_said_by_strategy(order):
        yield from _side_refusals(order)
        if len(order.legs) * _LONGEST_BRACKET > _LONGEST_PARAMS:  # none of a few can be too long
            yield from _length_refusals(order)


def _side_refusals(order: Order) -> Iterator[Refusal]:
    """Exits on the wrong side of the fill: the signs of a strategy go by its side."""
    for path, _, leg in order.legs[1:]:
        match leg.order_type:
            case Limit(price=Offset(points=points)):
                is_target, key = True, "limit_price"
            case Stop(price=Offset(points=points)):
                is_target, key = False, "stop_price"
            case _:
                continue
        lies_above = is_target == (leg.side is Side.SELL)
        if lies_above != (points > 0):
            kind = "target" if is_target else "stop"
            side = "above" if lies_above else "below"
            why = f"the {kind} of a strategy that {_ENTERS[leg.side]} lies {side} its fill, and"
            yield CAPABILITIES.refusal(
                f"{path}.{key}", "price", f"{why} {points:f} does not.", fix="Turn its sign."
            )


#: What the entry does whose exits have a side.
_ENTERS: Final = {Side.SELL: "buys", Side.BUY: "sells"}


def _length_refusals(order: Order) -> Iterator[Refusal]:
    """More brackets than the text of a request has room for."""
    if any(CAPABILITIES.refusals(order)):
        return
    entry, brackets = _entry(order), _brackets(order)
    text = _params(entry, brackets)
    if len(text) <= _LONGEST_PARAMS:
        return
    fit = len(brackets)
    while len(_params(entry, brackets[:fit])) > _LONGEST_PARAMS:
        fit -= 1
    yield CAPABILITIES.refusal(
        "conditionals",
        "length",
        f"startOrderStrategy takes params of at most {_LONGEST_PARAMS} characters, and the"
        f" {len(brackets)} rungs make {len(text)}: the first {fit} of them fit.",
        fix="Place the rest with an entry of their own.",
    )


def render(order: Order, account: Mapping[str, Any], client_order_id: str | None) -> Request:
    """The request for an order that passed."""
    head = _entry(order)
    body = {
        **account,
        **head,
        "orderStrategyTypeId": _TYPE_ID,
        "params": _params(head, _brackets(order)),
    }
    if client_order_id is not None:
        body["uuid"] = client_order_id
    return Request("POST", PATH, body, {"orderStrategy.id": GROUP})


def websocket_frame(request: Request, number: int) -> str:
    """The text of a WebSocket message that makes the same call; ``number`` is 1 or above.

    It is unique to a connection, and comes back in the answer as ``i``.
    Source: Tradovate's WebSocket guide (endpoint, number, query and body, each on a line).

    Raises:
        ValueError: for a number below 1, to which the vendor's own client loses the answer.

    """
    if number < 1:
        raise ValueError(f"a message has a number from 1 on, and not {number}.")
    return f"{request.path.removeprefix('/')}\n{number}\n\n{request.content.decode('ascii')}"


def _entry(order: Order) -> dict[str, Any]:
    return ENTRY.write(order.legs[0].leg)


def _params(entry: Mapping[str, Any], brackets: list[dict[str, Any]]) -> str:
    params = {**entry["params"], "brackets": brackets}
    return json.dumps(params, separators=(",", ":"))


def _brackets(order: Order) -> list[dict[str, Any]]:
    """A bracket for each lone exit, and one for each pair of exits."""
    if order.shape is Shape.OTOCO:
        return [_bracket([each.leg for each in order.legs[1:]])]
    rungs = [child.node for child in order.children[1:]]
    return [_bracket([each.leg for each in rung.legs]) for rung in rungs]


def _bracket(exits: list[Leg]) -> dict[str, Any]:
    """A bracket, its exits in the order in which the caller has them."""
    said: dict[str, Any] = {}
    for leg in exits:
        said |= EXIT.write(leg)
        if "trail" in said:  # on the wire it is a stopLoss, with the sign of one
            trail = said.pop("trail")
            said["stopLoss"] = -trail if leg.side is Side.SELL else trail
    return {**said, "trailingStop": any(isinstance(leg.order_type, TrailingStop) for leg in exits)}


def parse(body: Mapping[str, Any], reading: Reading) -> Order | None:
    """The order that a body says; its keys and the account were read before."""
    reading.value(body, "", "orderStrategyTypeId", Integer(_TYPE_ID, _TYPE_ID))
    reading.client_order_id(body, "", "uuid", STRATEGY_IDS)
    params = reading.embedded(body, "", "params", _LONGEST_PARAMS)
    if params is None:
        return None
    params = reading.object(params, "params", ("entryVersion", "brackets"))
    brackets = reading.items(params, "params", "brackets", Count(1, None))
    members = {key: body[key] for key in ("action", "symbol") if key in body}
    members["params"] = {key: params[key] for key in params if key != "brackets"}
    members["params"] |= _without_order_id(params.get("entryVersion"), reading)
    entry = reading.leg(ENTRY, members, "", "trigger")
    rungs = [
        _read_bracket(bracket, index, len(brackets), entry, reading)
        for index, bracket in enumerate(brackets)
    ]
    if reading.refusals or entry is None:
        return None
    total = sum(exits[0].quantity for exits in rungs)
    if total != entry.quantity:
        why = f"the brackets add up to {total}, and orderQty is {entry.quantity}."
        reading.refuse("params.brackets", "quantity", why)
        return None
    nodes = [_rung(exits, index, len(rungs), reading) for index, exits in enumerate(rungs)]
    return reading.group("params", "", {"conditionals": "brackets"}, lambda: OTO(entry, nodes))


def _without_order_id(entry: Any, reading: Reading) -> dict[str, Any]:
    """The entry of a strategy without the ``orderId`` of 0 that says that it is a new one."""
    match entry:
        case {"orderId": _, **others}:
            reading.value(entry, "params.entryVersion", "orderId", Integer(0, 0))
            return {"entryVersion": others}
        case _:
            return {}


def _rung(exits: list[Leg], index: int, count: int, reading: Reading) -> Leg | OCO:
    if len(exits) == 1:
        return exits[0]
    at = f"params.brackets[{index}]"
    path = "" if count == 1 else f"conditionals[{index}]"
    return reading.group(at, path, {"peers": ""}, lambda: OCO(exits))


def _read_bracket(
    bracket: Any, index: int, count: int, entry: Leg | None, reading: Reading
) -> list[Leg]:
    """The exits that a bracket says, the target first."""
    at = f"params.brackets[{index}]"
    members = reading.object(bracket, at, _BRACKET_KEYS)
    trails = reading.value(members, at, "trailingStop", Flag())
    given = [key for key in ("profitTarget", "stopLoss") if key in members]
    if not given:
        reading.refuse(f"{at}.profitTarget", "field", "neither profitTarget nor stopLoss is there.")
    if trails and "stopLoss" not in members:
        reading.refuse(f"{at}.stopLoss", "field", "stopLoss is missing, which trailingStop needs.")
    said = STRATEGY_FORM.inherited(entry)
    exits: list[Leg | None] = []
    for number, key in enumerate(given):
        own = {name: members[name] for name in ("qty", key) if name in members}
        if trails and key == "stopLoss":
            own = _trail(own, at, entry, reading)
        if own:
            exits.append(
                reading.leg(EXIT, own, at, exit_path(index, number, count, len(given)), **said)
            )
    return [leg for leg in exits if leg is not None]


def _trail(members: dict[str, Any], at: str, entry: Leg | None, reading: Reading) -> dict[str, Any]:
    """The members of a trailing exit, whose distance is its trail and has the stop's sign."""
    distance: Decimal | None = reading.optional(members, at, "stopLoss", Points())
    if distance is None:
        return {}
    if entry is not None and (distance > 0) is (entry.side is Side.BUY):
        side = "below" if entry.side is Side.BUY else "above"
        why = f"a stop that trails this position lies {side} its entry, and {distance} does not."
        reading.refuse(f"{at}.stopLoss", "value", why)
    kept = {key: value for key, value in members.items() if key != "stopLoss"}
    return {**kept, "trail": abs(distance)}


def exit_path(index: int, number: int, count: int, exits: int) -> str:
    """The path in the order of an exit of a bracket, of which there are so many."""
    rung = "" if count == 1 and exits == 2 else f"conditionals[{index}]"
    return f"{rung}.peers[{number}]".removeprefix(".") if exits == 2 else rung
