"""What is measured on: brackets as a program receives them, every value a text."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Final, NamedTuple


class Bracket(NamedTuple):
    """A futures bracket: a limit entry, a limit target, a stop, and one quantity for all three."""

    symbol: str
    tick_size: str
    side: str
    quantity: str
    entry: str
    target: str
    stop: str
    time_in_force: str
    exit_time_in_force: str


class Market(NamedTuple):
    """A contract, and the price around which it trades today."""

    symbol: str
    tick_size: str
    price: str


ACCOUNT_ID: Final = 12345
ACCOUNT_SPEC: Final = "DEMO12345"
SIZE: Final = 5_000

_MARKETS: Final = (
    Market("MESM7", "0.25", "4150"),
    Market("MNQM7", "0.25", "14200"),
    Market("MCLN7", "0.01", "75.40"),
    Market("MGCQ7", "0.1", "2350"),
)
_A_DAY: Final = Decimal("0.02")  # how far prices stray from where they stood, as a share
_EVERYWHERE: Final = Decimal(20)


def todays() -> list[Bracket]:
    """Distinct brackets of a day: prices return, as they do in a market, and caches may help."""
    return _draw(_A_DAY)


def scattered() -> list[Bracket]:
    """Distinct brackets whose prices hardly ever return, so that no cache of numbers can help."""
    return _draw(_EVERYWHERE)


def _draw(stray: Decimal) -> list[Bracket]:
    source = random.Random(20261120)
    drawn: dict[Bracket, None] = {}
    while len(drawn) < SIZE:
        drawn[_bracket(source, source.choice(_MARKETS), stray)] = None
    return list(drawn)


def _bracket(source: random.Random, market: Market, stray: Decimal) -> Bracket:
    tick = Decimal(market.tick_size)
    reach = int(Decimal(market.price) * stray / tick)
    entry = Decimal(market.price) + tick * source.randint(-reach // 2, reach)
    up, down = (tick * source.randint(1, reach // 2) for _ in range(2))
    buys = source.random() < 0.5
    return Bracket(
        market.symbol,
        market.tick_size,
        "BUY" if buys else "SELL",
        str(source.randint(1, 50)),
        str(entry),
        str(entry + up if buys else entry - down),
        str(entry - down if buys else entry + up),
        source.choice(("DAY", "GTC")),
        source.choice(("DAY", "GTC")),
    )


_GOOD: Final = Bracket("MESM7", "0.25", "BUY", "2", "4150", "4200", "4125", "DAY", "GTC")
_FINE: Final = _GOOD._replace(tick_size="0.0000000001")

#: What every contender refuses, by what is wrong with it.
BAD: Final = {
    "symbol of 65 characters": _GOOD._replace(symbol="M" * 65),
    "symbol with a space": _GOOD._replace(symbol="MES M7"),
    "tick size of zero": _GOOD._replace(tick_size="0"),
    "unknown side": _GOOD._replace(side="HOLD"),
    "quantity of zero": _GOOD._replace(quantity="0"),
    "half a contract": _GOOD._replace(quantity="1.5"),
    "quantity beyond an int32": _GOOD._replace(quantity="2147483648"),
    "no number": _GOOD._replace(entry="NaN"),
    "underscore": _GOOD._replace(entry="4_150"),
    "Arabic digits": _GOOD._replace(entry="٤١٥٠"),
    "13 integer digits": _GOOD._replace(target="1000000000000"),
    "11 decimals": _FINE._replace(target="4200.00000000001"),
    "off tick": _GOOD._replace(stop="4125.10"),
    "lost in a double": _FINE._replace(target="123456789.0123456789"),
    "target through the entry": _GOOD._replace(target="4150"),
    "stop through the entry": _GOOD._replace(stop="4225"),
    "crossed exits": _GOOD._replace(target="4125", stop="4200"),
    "long exits for a short": _GOOD._replace(side="SELL"),
    "unknown time in force": _GOOD._replace(time_in_force="TODAY"),
    "GTD without an expiry": _GOOD._replace(time_in_force="GTD"),
    "exit that cannot rest": _GOOD._replace(exit_time_in_force="FOK"),
}


def document(bracket: Bracket) -> dict[str, object]:
    """The order document of a bracket."""
    instrument = {
        "symbol": bracket.symbol,
        "type": "FUTURE",
        "tick_size": bracket.tick_size,
    }

    def leg(side: str, order_type: str, key: str, price: str, life: str) -> dict[str, object]:
        return {
            "side": side,
            "quantity": bracket.quantity,
            "instrument": instrument,
            "order_type": order_type,
            key: price,
            "time_in_force": life,
        }

    life = bracket.exit_time_in_force
    exit_side = "SELL" if bracket.side == "BUY" else "BUY"
    return {
        "otoco": 1,
        "type": "OTOCO",
        "trigger": leg(bracket.side, "LIMIT", "limit_price", bracket.entry, bracket.time_in_force),
        "peers": [
            leg(exit_side, "LIMIT", "limit_price", bracket.target, life),
            leg(exit_side, "STOP", "stop_price", bracket.stop, life),
        ],
    }
