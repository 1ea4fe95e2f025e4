"""What the tests of the interpreter share: instruments, stories, and generated orders and events.

All that is generated lies on a small grid of prices, quantities and moments, so that legs meet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any, Final, TypeVar

import attrs
from hypothesis import strategies as st

from otoco import (
    OCO,
    OTO,
    OTOCO,
    Arming,
    Instrument,
    Leg,
    Limit,
    LimitIfTouched,
    Market,
    MarketIfTouched,
    Offset,
    Order,
    OrderType,
    PartialFill,
    Side,
    Stop,
    StopLimit,
    TimeInForce,
    TrailingStop,
    TrailingStopLimit,
)
from otoco.simulation import (
    BothTouched,
    Cancel,
    Clock,
    Event,
    Fill,
    LegState,
    PartialEntry,
    PeerEnds,
    Policy,
    Reject,
    Run,
    SessionEnd,
    Simulation,
    Status,
    Trade,
)

XYZ: Final = Instrument("XYZ", "EQUITY")
ABC: Final = Instrument("ABC", "EQUITY")
NOON: Final = datetime(2026, 1, 2, 12, tzinfo=UTC)

#: Every way in which brokers are known to differ.
POLICIES: Final = [
    Policy(*choices)
    for choices in product(Arming, PartialFill, BothTouched, PeerEnds, PartialEntry)
]


def at(hours: int) -> datetime:
    """So many hours after noon."""
    return NOON + timedelta(hours=hours)


def leg(side: str, quantity: int | str, order_type: OrderType, **changes: Any) -> Leg:
    """A leg on XYZ, good till cancelled unless told otherwise."""
    given: dict[str, Any] = {"instrument": XYZ, "time_in_force": "GTC"}
    return Leg(Side(side), quantity, order_type=order_type, **given | changes)


def long(quantity: int | str = 4, exits: int | str | None = None, **changes: Any) -> OTOCO:
    """Buy at 100, take the profit at 110, stop the loss at 90."""
    size = quantity if exits is None else exits
    return OTOCO(
        leg("BUY", quantity, Limit(100), **changes),
        [leg("SELL", size, Limit(110)), leg("SELL", size, Stop(90))],
    )


_WORDS = {
    Status.HELD: "held",
    Status.WORKING: "working {quantity}",
    Status.PARTLY_FILLED: "partly {filled}/{quantity}",
    Status.FILLED: "filled {filled}",
}


def told(state: LegState) -> str:
    """A leg in a word or two: ``working 4``, ``partly 1/4``, ``cancelled 1`` after one unit."""
    otherwise = f"{state.status.lower()} {{filled}}" if state.filled else state.status.lower()
    words = _WORDS.get(state.status, otherwise)
    return words.format(filled=f"{state.filled:f}", quantity=f"{state.quantity:f}")


def scene(run: Run) -> str:
    """Every leg, then the position and its protection: ``filled 4, working 4; +4 PROTECTED``."""
    uncovered = f" {run.uncovered:f}" if run.protection == "PARTIAL" else ""
    position = f"{run.position:+f} " if run.position else ""
    return f"{', '.join(map(told, run.legs))}; {position}{run.protection}{uncovered}"


def steps(order: Order, events: Iterable[Event], **given: Any) -> list[Run]:
    """What there is before the first event and after each."""
    simulation = Simulation(order, **given)
    runs = [simulation.run()]
    for event in events:
        simulation.apply(event)
        runs.append(simulation.run())
    return runs


# -- generated orders

_T = TypeVar("_T")


class Dice:
    """Choices read off one number, which is much faster than to draw each of them."""

    def __init__(self, number: int) -> None:
        self._number = number

    def pick(self, options: Sequence[_T]) -> _T:
        """One of the options; the first of them for the number 0."""
        self._number, index = divmod(self._number, len(options))
        return options[index]


_DICE: Final = st.integers(0, 2**80).map(Dice)
_POINTS: Final = [Decimal(5), Decimal(10), Decimal(15), Decimal(20)]
_QUANTITIES: Final = [Decimal(4), Decimal(1), Decimal(2), Decimal("2.5")]
_MOMENTS: Final = [at(hours) for hours in range(6)]
_RESTING: Final = [*[Limit, Stop] * 3, StopLimit, MarketIfTouched, LimitIfTouched]
_TRAILING: Final = [TrailingStop, TrailingStopLimit]
_LIVES: Final = ["GTC", "DAY", "GTC", "GTD", "UNSTATED"]


@attrs.frozen
class _Place:
    """Where a leg is drawn: around which price, under which trigger, and whether it must rest.

    ``rung`` is the quantity of an exit of a ladder.
    """

    around: Decimal = Decimal(100)
    trigger: Leg | None = None
    rests: bool = False
    rung: int | None = None


def _order_type(dice: Dice, side: Side, place: _Place, *, offsets: bool) -> OrderType:
    """An order type that rests around the place, unless it is a market order."""
    kinds: list[type[Any]] = [*_RESTING, *_TRAILING, *([] if place.rests else [Market, Market])]
    kind = dice.pick(kinds)
    away = dice.pick(_POINTS)
    better = away if side is Side.SELL else -away
    rests = better if kind in (Limit, MarketIfTouched, LimitIfTouched) else -better
    points = {"limit_price": rests + dice.pick([0, 5, -5]), "stop_price": rests}
    points |= {"touch_price": rests, **({"limit_price": rests} if kind is Limit else {})}
    prices: dict[str, Any] = {
        name: Offset(points[key]) if offsets else place.around + points[key]
        for name, key in kind.PRICES.items()
        if key != "trail" and not (key in kind.OPTIONAL and dice.pick([False, True]))
    }
    if kind in _TRAILING:
        prices = {"stop": None, **prices, "trail": dice.pick(_POINTS)}
    return kind(**prices)  # type: ignore[no-any-return]  # any of the order types


def _leg(dice: Dice, place: _Place) -> Leg:
    trigger = place.trigger
    instrument = dice.pick([XYZ] * 7 + [ABC])
    sides = list(Side) if trigger is None else [trigger.side.opposite] * 4 + [trigger.side]
    side = dice.pick(sides)
    quantities = _QUANTITIES if trigger is None else [trigger.quantity] * 4 + _QUANTITIES
    quantity = dice.pick(quantities)
    offsets = trigger is not None and trigger.instrument == instrument and dice.pick([0, 0, 1]) == 1
    life = TimeInForce(dice.pick(_LIVES if place.rests else [*_LIVES, "IOC", "FOK"]))
    moment = dice.pick(_MOMENTS)
    if trigger is not None and place.rung is not None:
        side, quantity, instrument = trigger.side.opposite, Decimal(place.rung), trigger.instrument
    return Leg(
        side,
        quantity,
        instrument,
        _order_type(dice, side, place, offsets=offsets),
        life,
        moment if life is TimeInForce.GTD else None,
        activate_at=dice.pick([None] * 5 + [dice.pick(_MOMENTS)]),
    )


@st.composite
def _nodes(draw: st.DrawFn, place: _Place, levels: int, kinds: Sequence[str]) -> Order:
    dice = draw(_DICE)
    kind = dice.pick(kinds if levels else ["leg"])
    if kind == "leg":
        return _leg(dice, place)
    if kind == "OCO":
        return OCO(_several(draw, dice, attrs.evolve(place, rests=True), levels, 2))
    trigger = _leg(dice, place)
    if kind == "LADDER":
        return _ladder(draw, dice, attrs.evolve(trigger, quantity=4), place)
    under = _under(trigger, place, rests=kind == "OTOCO")
    held = _several(draw, dice, under, levels, 1 + under.rests)
    return OTOCO(trigger, held) if under.rests else OTO(trigger, held)


def _several(draw: st.DrawFn, dice: Dice, place: _Place, levels: int, least: int) -> list[Order]:
    nested = _nodes(place, levels - 1, ["leg", "leg", "OTOCO", "OCO", "OTO"])
    return [draw(nested) for _ in range(least + dice.pick([0, 1]))]


def _ladder(draw: st.DrawFn, dice: Dice, trigger: Leg, place: _Place) -> OTO:
    """An entry whose exits, or pairs of exits, share out its quantity."""
    rungs: list[Order] = []
    for size in dice.pick([(2, 2), (1, 3), (1, 1, 2)]):
        paired = dice.pick([True, False])
        rung = attrs.evolve(_under(trigger, place, rests=paired), rung=size)
        exits = [_leg(draw(_DICE), rung) for _ in range(1 + paired)]
        rungs.append(OCO(exits) if paired else exits[0])
    return OTO(trigger, rungs)


def _under(trigger: Leg, place: _Place, *, rests: bool) -> _Place:
    """The place below a trigger: around the price at which it is expected to fill, if known."""
    names = trigger.order_type.FILLS_AT
    price = getattr(trigger.order_type, names[0]) if names else Decimal(100)
    around = place.around + price.points if isinstance(price, Offset) else price
    return _Place(around, trigger, rests)


#: Orders of every shape.
orders: Final = st.sampled_from([1, 1, 2, 3]).flatmap(
    lambda levels: _nodes(_Place(), levels, ["OTOCO", "OTO", "OCO", "LADDER", "OTOCO", "leg"])
)


# -- generated events

_PRICES: Final = [Decimal(count) * 5 for count in (20, 19, 21, 18, 22, 17, 23, 16, 24, 15, 25)]
_NONSENSE: Final = ["", "peers", "peers[9]", "trigger.trigger", ".", "\x00", "é"]
_SIZES: Final = [None, Decimal(1), Decimal(2), Decimal("0.5"), *map(Decimal, (0, -1, 10**11))]
_OTHER: Final = Instrument("OTHER", "EQUITY")


def _event(dice: Dice, legs: Sequence[str], groups: Sequence[str]) -> Event:
    price = dice.pick(_PRICES)
    somewhere = dice.pick([*legs, *legs, dice.pick(_NONSENSE)])
    quantity = dice.pick([*_SIZES[:4], dice.pick(_SIZES)])
    kinds: list[Callable[[], Event]] = [
        *[lambda: Trade(price, dice.pick([None, None, XYZ, ABC, _OTHER]))] * 4,
        *[lambda: Fill(dice.pick([legs[0], somewhere]), quantity, price)] * 3,
        *[lambda: Fill(somewhere, quantity, price)] * 3,
        lambda: Fill(somewhere, quantity),
        lambda: Reject(somewhere),
        lambda: Cancel(dice.pick([somewhere, *groups])),
        SessionEnd,
        lambda: Clock(dice.pick(_MOMENTS)),
    ]
    return dice.pick(kinds)()


def events(order: Order) -> st.SearchStrategy[list[Event]]:
    """Any events in any order, most of them about legs that there are."""
    legs = [member.path for member in order.legs]
    groups = sorted({path.rpartition(".")[0] for path in legs})
    return st.lists(_DICE.map(lambda dice: _event(dice, legs, groups)), min_size=3, max_size=15)


#: An order, what happens to it, and how brokers take it.
cases: Final = orders.flatmap(
    lambda order: st.tuples(st.just(order), events(order), st.sampled_from(POLICIES))
)
