"""No false alarm: ten thousand orders as traders write them, and not a word about any of them.

They are drawn with a plain random generator, and from nothing that the library says about itself.
Prices are counted in ticks and quantities in lots, so that each order is sane by construction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any, Final

import attrs

from otoco import (
    OCO,
    OTO,
    OTOCO,
    Distance,
    Instrument,
    InstrumentType,
    InvalidOrder,
    Leg,
    Limit,
    LimitIfTouched,
    Market,
    MarketIfTouched,
    Offset,
    Order,
    OrderType,
    PositionEffect,
    Price,
    Shape,
    Side,
    Stop,
    StopLimit,
    TimeInForce,
    TrailingStop,
    TrailingStopLimit,
    bracket,
)

HOW_MANY: Final = 10_000
SEED: Final = 20260102

MARKETS: Final = [
    Instrument("AAPL", "EQUITY", tick_size="0.01", lot_size="1"),
    Instrument("BRK.B", "EQUITY", tick_size="0.01"),
    Instrument("7203.T", "EQUITY", tick_size="1", lot_size="100"),
    Instrument("PENNY", "EQUITY"),
    Instrument("MESM7", "FUTURE", tick_size="0.25", lot_size="1", multiplier="5"),
    Instrument("ZBM7", "FUTURE", tick_size="0.03125", lot_size="1", multiplier="1000"),
    Instrument("CLM7", "FUTURE", tick_size="0.01", lot_size="1", multiplier="1000"),
    Instrument("6JM7", "FUTURE", tick_size="0.0000005", lot_size="1"),
    Instrument("AAPL  270618C00240000", "OPTION", tick_size="0.05", lot_size="1", multiplier="100"),
    Instrument.option("SPY", "2027-06-18", "415.5", "PUT", tick_size="0.01"),
    Instrument("BTC", "CRYPTOCURRENCY", tick_size="0.1", lot_size="0.00001"),
    Instrument("ETH-USD", "CRYPTOCURRENCY_PAIR", tick_size="0.01", lot_size="0.001"),
    Instrument("EUR/USD", "FOREX", tick_size="0.00001", lot_size="1000"),
]
TODAY: Final = datetime(2026, 1, 2, 21, tzinfo=UTC)
NEAREST, FARTHEST = 5, 60
SLIPPAGE = 3


@attrs.frozen
class Life:
    """How long a leg lives."""

    time_in_force: TimeInForce
    expire_at: datetime | None = None


DAY, GTC = Life(TimeInForce.DAY), Life(TimeInForce.GTC)
WEEK, MONTH = (Life(TimeInForce.GTD, TODAY + timedelta(days=days)) for days in (7, 30))
#: The lives of an entry, with those of exits that are there as long as it can fill.
LIVES: Final = {
    DAY: [DAY, GTC, WEEK, MONTH],
    Life(TimeInForce.IOC): [DAY, GTC, MONTH],
    Life(TimeInForce.FOK): [DAY, GTC, WEEK],
    Life(TimeInForce.UNSTATED): [DAY, GTC, Life(TimeInForce.UNSTATED)],
    WEEK: [WEEK, MONTH, GTC],
    MONTH: [MONTH, GTC],
    GTC: [GTC],
}


class Trader:
    """Writes one order after the other on one instrument, entering it on one side."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.instrument = random.choice(MARKETS)
        self.side = random.choice(list(Side))
        self.price = random.randint(500, 50_000)
        self.lots = random.randint(1, 40)
        self.life = random.choice(list(LIVES))
        self.exit_life = random.choice(LIVES[self.life])
        self.anchored = False
        self.states_effect = random.random() < 0.3

    def points(self, ticks: int) -> Decimal:
        """So many ticks in price points."""
        return ticks * (self.instrument.tick_size or Decimal("0.01"))

    def away(self) -> int:
        """A distance in ticks."""
        return self.random.randint(NEAREST, FARTHEST)

    def at(self, side: Side, ticks: int) -> Price:
        """The price so many ticks to the profitable side of a position that ``side`` enters."""
        signed = ticks if side is Side.BUY else -ticks
        return Offset(self.points(signed)) if self.anchored else self.points(self.price + signed)

    def leg(self, side: Side, kind: OrderType, life: Life, lots: int, enters: bool) -> Leg:
        """A leg with everything that a trader may state about it."""
        effect = PositionEffect.OPEN if enters else PositionEffect.CLOSE
        return Leg(
            side,
            lots * (self.instrument.lot_size or Decimal(1)),
            self.instrument,
            kind,
            life.time_in_force,
            life.expire_at,
            effect if self.states_effect else None,
            label=self.random.choice([None, "swing", "gap and go"]),
        )

    def entry(self, side: Side, kind: OrderType | None = None, lots: int | None = None) -> Leg:
        """An entry: at the market, or around the price."""
        slipped = self.at(side, self.random.randint(0, SLIPPAGE))
        middle = self.at(side, 0)
        kinds: list[OrderType] = [
            Market(),
            Limit(middle),
            Stop(middle),
            StopLimit(middle, slipped),
            MarketIfTouched(middle),
            LimitIfTouched(middle, slipped),
            TrailingStop(self.points(self.away())),
        ]
        kind = kind or self.random.choice(kinds)
        return self.leg(side, kind, self.life, lots or self.lots, enters=True)

    def target(self, side: Side, lots: int | None = None) -> Leg:
        """A take-profit of a position that ``side`` entered."""
        away = self.away()
        touched, limit = self.at(side, away), self.at(side, away + self.random.randint(-2, 2))
        kinds = [Limit(touched), Limit(touched), MarketIfTouched(touched)]
        kind = self.random.choice([*kinds, LimitIfTouched(touched, limit)])
        return self.leg(side.opposite, kind, self.exit_life, lots or self.lots, enters=False)

    def stop(self, side: Side, lots: int | None = None) -> Leg:
        """A stop-loss of a position that ``side`` entered."""
        away = self.away()
        stop, limit = self.at(side, -away), self.at(side, -away - self.random.randint(0, SLIPPAGE))
        trail, start = self.points(away), self.random.choice([None, stop])
        kinds = [Stop(stop), Stop(stop), StopLimit(stop, limit), TrailingStop(trail, start)]
        kind = self.random.choice([*kinds, TrailingStopLimit(trail, start, limit)])
        return self.leg(side.opposite, kind, self.exit_life, lots or self.lots, enters=False)

    def later(self) -> Leg:
        """What leaves at the market before the close."""
        kind, life = Market(), self.exit_life
        leg = self.leg(self.side.opposite, kind, life, self.lots, enters=False)
        return attrs.evolve(leg, activate_at=TODAY - timedelta(minutes=5))

    def move(self, side: Side, ticks: int) -> None:
        """Go on from the price so many ticks to the profitable side."""
        self.price += ticks if side is Side.BUY else -ticks

    def rest(self) -> None:
        """Let the entry rest, with exits that live as long."""
        self.life = self.exit_life = self.random.choice([DAY, GTC, WEEK, MONTH])

    def anchor(self) -> None:
        """From here on write distances from the fill, in one order of two."""
        self.anchored = self.random.random() < 0.5


def bracket_in_prices(trader: Trader) -> Order:
    """An entry with both exits, which are written as prices."""
    side, life = trader.side, trader.exit_life
    return bracket(
        trader.entry(side),
        take_profit=trader.at(side, trader.away()),
        stop_loss=trader.at(side, -trader.away()),
        time_in_force=life.time_in_force,
        expire_at=life.expire_at,
    )


def bracket_in_distances(trader: Trader) -> Order:
    """An entry with both exits, which are written as distances and live as long as it does."""
    trader.rest()
    return bracket(
        trader.entry(trader.side),
        take_profit=Distance(trader.points(trader.away())),
        stop_loss=Distance(trader.points(trader.away())),
    )


def bracket_in_legs(trader: Trader) -> Order:
    """An entry with both exits, of any type that suits them."""
    entry = trader.entry(trader.side)
    trader.anchor()
    exits = [trader.target(trader.side), trader.stop(trader.side)]
    trader.random.shuffle(exits)
    return OTOCO(entry, exits)


def one_exit(trader: Trader) -> Order:
    """An entry with its stop, or with its target, or with what is sold later in the day."""
    entry = trader.entry(trader.side)
    trader.anchor()
    exits = [trader.stop(trader.side), trader.target(trader.side), trader.later()]
    return OTO(entry, [trader.random.choice(exits)])


def until_the_close(trader: Trader) -> Order:
    """A bracket whose third peer leaves at the market before the close."""
    entry = trader.entry(trader.side)
    trader.anchor()
    return OTOCO(entry, [trader.target(trader.side), trader.stop(trader.side), trader.later()])


def exits_of_a_position(trader: Trader) -> Order:
    """Take-profit and stop of a position that is there."""
    return OCO([trader.target(trader.side), trader.stop(trader.side)])


def breakout(trader: Trader) -> Order:
    """An entry on either side of the market, of which one cancels the other."""
    trader.rest()
    kinds: list[tuple[Callable[[Price], OrderType], int]] = [(Stop, 1), (Limit, -1)]
    kind, sign = trader.random.choice([*kinds, (MarketIfTouched, -1)])
    prices = [(side, trader.at(side, sign * trader.away())) for side in Side]
    return OCO([trader.entry(side, kind(price)) for side, price in prices])


def nested_breakout(trader: Trader) -> Order:
    """A breakout with exits for each of its sides, in prices or in distances from the fill."""
    trader.rest()
    sides: list[Order] = []
    for side in Side:
        trader.anchored = False
        away = trader.away()
        trader.move(side, away)
        entry = trader.entry(side, Stop(trader.at(side, 0)))
        trader.anchor()
        exits = [trader.stop(side), trader.target(side)]
        with_both: Order = OTOCO(entry, exits)
        sides.append(trader.random.choice([with_both, OTO(entry, exits[:1])]))
        trader.move(side, -away)
    return OCO(sides)


def scale_out(trader: Trader) -> Order:
    """An entry whose lots are taken off in several steps, or of which a part is left to run."""
    rungs = [trader.random.randint(1, 9) for _ in range(trader.random.randint(2, 4))]
    runner = trader.random.choice([0, 0, 5])
    side = trader.side
    entry = trader.entry(side, lots=sum(rungs) + runner)
    trader.anchor()
    if trader.random.random() < 0.3:
        return OTO(entry, [trader.target(side, lots) for lots in rungs])
    return OTO(entry, [OCO([trader.target(side, n), trader.stop(side, n)]) for n in rungs])


def addition(trader: Trader) -> Order:
    """An entry with its stop, and an addition to it farther on, with a stop of its own."""
    side = trader.side
    entry, stop = trader.entry(side), trader.stop(side)
    farther = trader.leg(
        side, Stop(trader.at(side, FARTHEST)), trader.exit_life, trader.lots, enters=True
    )
    trader.move(side, FARTHEST)
    trader.exit_life = trader.random.choice(LIVES[trader.exit_life])
    return OTO(entry, [stop, OTO(farther, [trader.stop(side)])])


def lone(trader: Trader) -> Order:
    """An entry, a target or a stop by itself."""
    side = trader.side
    return trader.random.choice([trader.entry(side), trader.target(side), trader.stop(side)])


KINDS: Final[list[Callable[[Trader], Order]]] = [
    bracket_in_prices,
    bracket_in_distances,
    bracket_in_legs,
    one_exit,
    until_the_close,
    exits_of_a_position,
    breakout,
    nested_breakout,
    scale_out,
    addition,
    lone,
]


@cache
def drawn() -> tuple[list[tuple[str, Side, Order]], list[str]]:
    """The orders with their kind and side, and what was said about those that were refused."""
    random = Random(SEED)
    orders: list[tuple[str, Side, Order]] = []
    refused: list[str] = []
    for _ in range(HOW_MANY):
        kind, trader = random.choice(KINDS), Trader(random)
        try:
            orders.append((kind.__name__, trader.side, kind(trader)))
        except InvalidOrder as error:
            refused.append(f"{kind.__name__}: {error}")
    return orders, refused


def test_none_is_refused() -> None:
    """Every one of ten thousand sane orders can be constructed."""
    orders, refused = drawn()
    assert [] == refused
    assert HOW_MANY == len(orders)


def test_none_is_advised() -> None:
    """There is nothing to be said about any of them."""
    advised = [f"{order}\n{order.advice[0]}" for _, _, order in drawn()[0] if order.advice]
    assert [] == advised


def test_they_differ() -> None:
    """No order is drawn twice."""
    assert HOW_MANY == len({order for _, _, order in drawn()[0]})


def test_every_kind_is_drawn() -> None:
    """Each kind is drawn at least 300 times for longs, and as often for shorts."""
    counted = Counter((kind, side) for kind, side, _ in drawn()[0])
    expected = {(kind.__name__, side) for kind in KINDS for side in Side}
    assert expected == {each for each, count in counted.items() if count >= 300}


def test_everything_an_order_has_is_drawn() -> None:
    """Each shape, order type, time in force, market and way to say a price is drawn 100 times."""
    counted: Counter[Any] = Counter(order.shape for _, _, order in drawn()[0])
    for leg in (member.leg for _, _, order in drawn()[0] for member in order.legs):
        said = {type(price) for _, price in leg.prices()}
        effects = {leg.position_effect} - {None}
        counted.update(said | effects | {leg.side, leg.time_in_force, type(leg.order_type)})
        counted.update([leg.instrument, leg.instrument.type])
    often = {each for each, count in counted.items() if count >= 100}
    words = (Shape, Side, TimeInForce, PositionEffect, InstrumentType)
    expected = {*OrderType.__subclasses__(), Decimal, Offset, *MARKETS}
    assert expected.union(*words) == often
