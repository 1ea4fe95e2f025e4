"""What is documented about single brokerages behind SnapTrade: rules for an OCO of option legs.

No table of which brokerage takes which shape is published, so there is none here. The rules are
the text of the vendor's SDK 13.0.49.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import attrs

from otoco import (
    OCO,
    InstrumentType,
    Leg,
    Limit,
    Order,
    OrderType,
    PositionEffect,
    Side,
    Stop,
    StopLimit,
    TimeInForce,
)
from otoco.adapters import Refusal, Unreadable

_SOURCE: Final = "SnapTrade Python SDK 13.0.49: place_complex_order"

#: The brokerages that SnapTrade can trade at, by the vendor's guide to broker access.
BROKERAGES: Final = (
    "Alpaca",
    "Binance",
    "Coinbase",
    "E*TRADE",
    "Kraken",
    "Moomoo",
    "Public",
    "Schwab",
    "Stake AU",
    "tastytrade",
    "TradeStation",
    "Tradier",
    "Trading212",
    "Wealthsimple",
    "Webull CA",
    "Webull US",
)


@attrs.frozen
class Brokerage:
    """A brokerage's name, in any case and with or without spaces."""

    def refusal(self, value: Any) -> str | None:
        if isinstance(value, str) and _fold(value) in _BY_FOLDED:
            return None
        return f"{value!a} is not one of {', '.join(BROKERAGES)}"

    def write(self, value: str) -> str:
        return value

    def read(self, wire: Any) -> str:
        why = self.refusal(wire)
        if why:
            raise Unreadable(why)
        return _BY_FOLDED[_fold(wire)]


@attrs.frozen
class OptionPair:
    """What a brokerage takes as an OCO of option legs."""

    stops: tuple[type[OrderType], ...]
    times_in_force: tuple[TimeInForce, ...]
    sides: tuple[Side, ...]


_OPTION_PAIRS: Final = {
    "tastytrade": OptionPair(
        (Stop, StopLimit), (TimeInForce.DAY, TimeInForce.GTC), (Side.BUY, Side.SELL)
    ),
    "Webull US": OptionPair((Stop,), (TimeInForce.DAY,), (Side.SELL,)),
}


def option_oco_refusals(order: Order, brokerage: str | None, closing: bool) -> Iterator[Refusal]:
    """The refusals of an OCO with option legs; ``closing`` says whether actions can close."""
    match order:
        case OCO(peers=(Leg() as first, Leg() as second)):
            if InstrumentType.OPTION not in (first.instrument.type, second.instrument.type):
                return
        case _:
            return
    pair = None if brokerage is None else _OPTION_PAIRS.get(brokerage)
    if closing:
        yield from _closing_refusals(first, second)
    elif pair is not None:
        yield _refusal(
            "peers",
            "position-effect",
            f"{brokerage} takes an OCO of options only to close,"
            " which contract 2026-04 cannot say.",
            "Use contract 2026-10 and state CLOSE on both legs.",
        )
    if pair is not None and brokerage is not None:
        yield from _pair_refusals(first, second, brokerage, pair)


def _closing_refusals(first: Leg, second: Leg) -> Iterator[Refusal]:
    for index, leg in enumerate((first, second)):
        if leg.position_effect is not PositionEffect.CLOSE:
            yield _refusal(
                f"peers[{index}].position_effect",
                "position-effect",
                "both legs of an OCO of options close a position.",
                "State CLOSE.",
            )
    for name in ("instrument", "side", "quantity"):
        ours, theirs = getattr(second, name), getattr(first, name)
        if ours != theirs:
            yield _refusal(
                f"peers[1].{name}",
                f"shared-{name}",
                f"both legs of an OCO of options have one {name}, and these have {theirs} and"
                f" {ours}.",
            )


def _pair_refusals(first: Leg, second: Leg, brokerage: str, pair: OptionPair) -> Iterator[Refusal]:
    kinds = {type(first.order_type), type(second.order_type)}
    if Limit not in kinds or not kinds & set(pair.stops):
        stops = " or ".join(stop.NAME for stop in pair.stops)
        why = f"{brokerage} takes an OCO of options as one LIMIT and one {stops}."
        yield _refusal("peers", "order-type", why)
    for index, leg in enumerate((first, second)):
        if leg.time_in_force not in pair.times_in_force:
            known = " or ".join(pair.times_in_force)
            why = f"{brokerage} takes an OCO of options {known}, and not {leg.time_in_force}."
            yield _refusal(f"peers[{index}].time_in_force", "time-in-force", why)
        if leg.side not in pair.sides:
            why = f"{brokerage} takes an OCO of options only to close a long position."
            yield _refusal(f"peers[{index}].side", "side", why)


def _refusal(where: str, code: str, why: str, fix: str | None = None) -> Refusal:
    return Refusal(where, code, why, fix, source=_SOURCE)


def _fold(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


_BY_FOLDED: Final = {_fold(name): name for name in BROKERAGES}
