"""The job, written by hand: one shape, one broker, and every check that otoco makes of such input.

It stops at the first problem of an order, where otoco lists them all. Run as a module, it answers
order documents, one a line, as ``otoco translate --lines`` does.
"""

from __future__ import annotations

import json
import re
import sys
from decimal import Decimal
from typing import Any, BinaryIO, Final

from benchmarks.pool import ACCOUNT_ID, ACCOUNT_SPEC, Bracket

_NUMBER: Final = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,10})?", re.ASCII)
_SYMBOL: Final = re.compile(r"[A-Z0-9.\-]{1,64}", re.ASCII)
_SIDES: Final = {"BUY": ("Buy", "Sell"), "SELL": ("Sell", "Buy")}
_OPPOSITE: Final = {"BUY": "SELL", "SELL": "BUY"}
_TIMES_IN_FORCE: Final = {"DAY": "Day", "GTC": "GTC", "IOC": "IOC", "FOK": "FOK"}
_RESTING: Final = {"DAY": "Day", "GTC": "GTC"}
_HIGHEST_COUNT: Final = 2**31 - 1
_SURE_DIGITS: Final = 15  # so many digits survive a double, whatever they are
_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False)


class Refused(ValueError):
    """What is wrong with a bracket, and where."""

    def __init__(self, where: str, code: str, why: str) -> None:
        self.where, self.code, self.why = where, code, why
        super().__init__(f"{where}: {why}")


def body(given: Bracket) -> bytes:
    """The body of the request for a bracket."""
    return _ENCODER.encode(_place_oso(given)).encode("ascii")


def _place_oso(given: Bracket) -> dict[str, Any]:
    symbol, tick_size, side, count, entry_text, target_text, stop_text, life, exit_life = given
    if type(symbol) is not str or not _SYMBOL.fullmatch(symbol):
        raise Refused("trigger.instrument.symbol", "instrument", f"{symbol!r} is no contract name.")
    if side not in _SIDES:
        raise Refused("trigger.side", "value", f"{side!r} is neither BUY nor SELL.")
    if life not in _TIMES_IN_FORCE:
        raise Refused("trigger.time_in_force", "value", f"{life!r} is not taken here.")
    if exit_life not in _RESTING:
        raise Refused("peers[0].time_in_force", "value", f"{exit_life!r} is not taken here.")
    quantity = _number("trigger.quantity", count)
    if not 1 <= quantity <= _HIGHEST_COUNT or quantity != int(quantity):
        raise Refused("trigger.quantity", "quantity", f"{count} is no count of contracts.")
    tick = _number("trigger.instrument.tick_size", tick_size)
    if tick <= 0:
        raise Refused("trigger.instrument.tick_size", "value", f"{tick} is not above zero.")

    entry, entry_wire = _price("trigger.limit_price", entry_text, tick)
    target, target_wire = _price("peers[0].limit_price", target_text, tick)
    stop, stop_wire = _price("peers[1].stop_price", stop_text, tick)
    if not (stop < entry < target if side == "BUY" else target < entry < stop):
        why = f"the entry {entry} does not lie between the stop {stop} and the target {target}."
        raise Refused("peers", "exit-through-entry", why)

    action, exit_action = _SIDES[side]
    exit_word = _RESTING[exit_life]
    return {
        "accountSpec": ACCOUNT_SPEC,
        "accountId": ACCOUNT_ID,
        "action": action,
        "symbol": symbol,
        "orderQty": int(quantity),
        "orderType": "Limit",
        "price": entry_wire,
        "timeInForce": _TIMES_IN_FORCE[life],
        "isAutomated": True,
        "bracket1": {
            "action": exit_action,
            "orderType": "Limit",
            "price": target_wire,
            "timeInForce": exit_word,
        },
        "bracket2": {
            "action": exit_action,
            "orderType": "Stop",
            "stopPrice": stop_wire,
            "timeInForce": exit_word,
        },
    }


def _number(where: str, text: str) -> Decimal:
    if type(text) is not str or not _NUMBER.fullmatch(text):
        raise Refused(where, "value", f"{text!r} is no number within bounds.")
    return Decimal(text)


def _price(where: str, text: str, tick: Decimal) -> tuple[Decimal, int | float]:
    """The exact price, and the same as the number on the wire."""
    price = _number(where, text)
    if price % tick:
        raise Refused(where, "off-tick", f"{price} is not a multiple of the tick size {tick}.")
    wire = float(price)
    if len(text) > _SURE_DIGITS and Decimal(repr(wire)) != price:
        raise Refused(where, "price", f"{price} does not survive a double.")
    return price, int(wire) if wire.is_integer() else wire


# Documents, one a line.

_ROOT_KEYS: Final = frozenset(("otoco", "type", "trigger", "peers"))
_INSTRUMENT_KEYS: Final = frozenset(("symbol", "type", "tick_size"))
_LEG_KEYS: Final = frozenset(("side", "quantity", "instrument", "order_type", "time_in_force"))
_LIMIT_KEYS: Final = _LEG_KEYS | {"limit_price"}
_STOP_KEYS: Final = _LEG_KEYS | {"stop_price"}


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Refused("", "field", "a key stands twice.")
    return members


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_members, parse_float=Decimal)


def answer(line: bytes) -> str:
    """The answer to one order document."""
    try:
        order = _place_oso(_read(_DECODER.decode(line.decode())))
    except Refused as error:
        problem = {"where": error.where, "code": error.code, "why": error.why}
        return _ENCODER.encode({"invalid": [problem]})
    except (ValueError, RecursionError) as error:
        return _ENCODER.encode({"invalid": [{"where": "", "code": "json", "why": str(error)}]})
    request = {"method": "POST", "path": "/order/placeoso", "body": order}
    return _ENCODER.encode({"requests": [request]})


def _read(document: Any) -> Bracket:
    if type(document) is not dict:
        raise Refused("", "json", "a document is a JSON object.")
    if document.keys() != _ROOT_KEYS or document["type"] != "OTOCO" or document["otoco"] != 1:
        raise Refused("", "field", "the document is no OTOCO of version 1.")
    peers = document["peers"]
    if type(peers) is not list or len(peers) != 2:
        raise Refused("peers", "count", "there are two peers.")
    trigger = _leg("trigger", document["trigger"], "LIMIT", _LIMIT_KEYS)
    target = _leg("peers[0]", peers[0], "LIMIT", _LIMIT_KEYS)
    stop = _leg("peers[1]", peers[1], "STOP", _STOP_KEYS)
    instrument, side = trigger["instrument"], trigger["side"]
    if type(instrument) is not dict or instrument.keys() != _INSTRUMENT_KEYS:
        raise Refused("trigger.instrument", "field", "an instrument has symbol, type, tick size.")
    if instrument["type"] != "FUTURE":
        raise Refused("trigger.instrument.type", "instrument", "only a FUTURE is taken.")
    life = target["time_in_force"]
    if type(side) is not str or type(life) is not str or type(trigger["time_in_force"]) is not str:
        raise Refused("", "value", "side and time in force are text.")
    for where, leg in (("peers[0]", target), ("peers[1]", stop)):
        if leg["instrument"] != instrument:
            raise Refused(f"{where}.instrument", "shared-instrument", "it is not the trigger's.")
        if leg["quantity"] != trigger["quantity"]:
            raise Refused(f"{where}.quantity", "shared-quantity", "it is not the trigger's.")
        if leg["side"] != _OPPOSITE.get(side):
            raise Refused(f"{where}.side", "value", "an exit undoes the entry.")
        if leg["time_in_force"] != life:
            raise Refused(f"{where}.time_in_force", "value", "the exits live equally long.")
    return Bracket(
        instrument["symbol"],
        _text(instrument["tick_size"]),
        side,
        _text(trigger["quantity"]),
        _text(trigger["limit_price"]),
        _text(target["limit_price"]),
        _text(stop["stop_price"]),
        trigger["time_in_force"],
        life,
    )


def _leg(where: str, document: Any, order_type: str, keys: frozenset[str]) -> dict[str, Any]:
    if type(document) is not dict or document.keys() != keys:
        raise Refused(where, "field", f"a {order_type} leg has other keys.")
    if document["order_type"] != order_type:
        raise Refused(f"{where}.order_type", "value", f"a {order_type} stands here.")
    return document


def _text(number: Any) -> str:
    """A number that stood in the document as a text or as a number, as text."""
    kind = type(number)
    if kind is str or kind is int:
        return str(number)
    if kind is Decimal:
        return format(number, "f")
    raise Refused("", "value", f"{number!r} is no number.")


def answer_lines(source: BinaryIO, target: BinaryIO) -> None:
    """Answer every line."""
    for line in source:
        target.write(answer(line).encode("ascii"))
        target.write(b"\n")


if __name__ == "__main__":
    answer_lines(sys.stdin.buffer, sys.stdout.buffer)
