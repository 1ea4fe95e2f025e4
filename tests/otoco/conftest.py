"""What the tests of the core share: a few fixed orders, generated ones, and how errors are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Context, Decimal, getcontext, setcontext
from typing import Any

import attrs
import pytest
from hypothesis import settings
from hypothesis import strategies as st

from otoco import (
    OCO,
    OTO,
    OTOCO,
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
    Side,
    Stop,
    StopLimit,
    TimeInForce,
    TrailingStop,
    TrailingStopLimit,
)

#: For properties of cheap examples and rare cases: five times as many as elsewhere.
thorough = settings(max_examples=5 * settings().max_examples)

MES = Instrument("MESM7", "FUTURE", "0.25")
XYZ = Instrument("XYZ", "EQUITY")
ABC = Instrument("ABC", "EQUITY")
EXPIRY = datetime(2026, 1, 2, 21, tzinfo=UTC)


def leg(side: str, order_type: OrderType, **changes: Any) -> Leg:
    """A leg for one unit of an instrument without tick or lot, changed as told."""
    given: dict[str, Any] = {"quantity": 1, "instrument": XYZ, "time_in_force": "GTC"}
    return Leg(side=side, order_type=order_type, **given | changes)


def findings(build: Callable[..., object], *args: Any, **kwargs: Any) -> list[tuple[str, str]]:
    """Where and what is wrong, of all that a call is refused for."""
    with pytest.raises(InvalidOrder) as caught:
        build(*args, **kwargs)
    assert caught.value.problems, "an error names what is wrong"
    assert all(problem.severity == "error" for problem in caught.value.problems)
    return [(problem.where, problem.code) for problem in caught.value.problems]


def outcome(build: Callable[..., Any], *args: Any) -> Any:
    """What a call returns, or where and what is wrong."""
    try:
        return build(*args)
    except InvalidOrder as error:
        return [(problem.where, problem.code) for problem in error.problems]


def advised(order: Order) -> list[tuple[str, str]]:
    """Where and what is legal about an order and often a mistake."""
    assert all(problem.severity == "advice" for problem in order.advice)
    return [(problem.where, problem.code) for problem in order.advice]


@contextmanager
def decimal_context(context: Context) -> Iterator[None]:
    """The calling thread's decimal context, for a while."""
    before = getcontext()
    setcontext(context)
    try:
        yield
    finally:
        setcontext(before)


numbers = st.decimals(
    min_value=Decimal("-999999999999.9999999999"),
    max_value=Decimal("999999999999.9999999999"),
    allow_nan=False,
    places=10,
)
quantities = st.one_of(
    st.integers(1, 999).map(Decimal), st.integers(1, 10**10).map(lambda n: Decimal(n).scaleb(-5))
)
_ZONES = [UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=5, minutes=45))]
moments = st.builds(
    lambda seconds, zone: datetime.fromtimestamp(seconds / 1000, zone),
    st.integers(10**12, 4 * 10**12),
    st.sampled_from(_ZONES),
)
labels = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12)
instruments = st.one_of(
    st.builds(
        Instrument,
        st.sampled_from(["MESM7", "BRK.B", "BTC-USD", "é/§"]),
        st.sampled_from([kind for kind in InstrumentType if kind != "OPTION"]),
        st.sampled_from([None, "0.25", "0.005"]),
        st.sampled_from([None, "0.00001"]),
        st.sampled_from([None, 5, "0.1"]),
    ),
    st.builds(
        Instrument.option,
        st.sampled_from(["AAPL", "X", "SPXW1"]),
        st.dates(date(2000, 1, 1), date(2099, 12, 31)),
        st.integers(1, 99_999_999).map(lambda n: Decimal(n).scaleb(-3)),
        st.sampled_from(["CALL", "PUT"]),
    ),
)

_STEP = Decimal("0.25")


@attrs.frozen
class _Place:
    """Where a leg is drawn: around which price, and what it may be there."""

    around: Decimal
    instrument: Instrument
    must_rest: bool = False
    anchored: bool = False
    unknown: bool = False


@st.composite
def _order_types(draw: st.DrawFn, side: Side, place: _Place) -> OrderType:
    """An order type whose price, if it has one, lies where the leg rests around the place."""
    away = draw(st.integers(1, 40)) * _STEP
    other = draw(st.integers(-3, 3)) * _STEP

    def at(sign: int, more: Decimal = Decimal(0)) -> Price:
        points = (away if (side is Side.SELL) is (sign > 0) else -away) + more
        if place.anchored and (place.unknown or draw(st.booleans())):
            return Offset(points)
        return place.around + points

    better, worse = 1, -1
    kinds: list[Callable[[], OrderType]] = [
        lambda: Limit(at(better)),
        lambda: Stop(at(worse)),
        lambda: StopLimit(at(worse), at(worse, other)),
        lambda: MarketIfTouched(at(better)),
        lambda: LimitIfTouched(at(better), at(better, other)),
        lambda: TrailingStop(away, draw(st.sampled_from([None, at(worse)]))),
        lambda: TrailingStopLimit(away, draw(st.sampled_from([None, at(worse)])), at(worse)),
    ]
    if not place.must_rest:
        kinds.append(Market)
    return draw(st.sampled_from(kinds))()


@st.composite
def _legs(draw: st.DrawFn, place: _Place) -> Leg:
    side = draw(st.sampled_from(list(Side)))
    lives = [life for life in TimeInForce if not place.must_rest or life not in ("IOC", "FOK")]
    life = draw(st.sampled_from(lives))
    return Leg(
        side,
        draw(quantities),
        place.instrument,
        draw(_order_types(side, place)),
        life,
        draw(moments) if life is TimeInForce.GTD else None,
        draw(st.sampled_from([None, *PositionEffect])),
        draw(st.none() | quantities),
        draw(st.none() | moments),
        draw(st.none() | labels),
    )


@st.composite
def _nodes(draw: st.DrawFn, place: _Place, levels: int) -> Order:
    kinds = ["leg", "leg", "OCO", "OTO", "OTOCO", "OTOCO"] if levels else ["leg"]
    kind = draw(st.sampled_from(kinds))
    if kind == "leg":
        return draw(_legs(place))
    if kind == "OCO":
        return OCO(draw(_several(attrs.evolve(place, must_rest=True), levels, 2)))
    trigger = draw(_legs(place))
    armed = attrs.evolve(_armed(trigger, place), must_rest=kind == "OTOCO")
    children = draw(_several(armed, levels, 2 if kind == "OTOCO" else 1))
    return OTOCO(trigger, children) if kind == "OTOCO" else OTO(trigger, children)


def _several(place: _Place, levels: int, least: int) -> st.SearchStrategy[list[Order]]:
    return st.lists(_nodes(place, levels - 1), min_size=least, max_size=least + 1)


def _armed(trigger: Leg, place: _Place) -> _Place:
    """The place under a trigger; without a known price of its fill, offsets alone are drawn."""
    kind = trigger.order_type
    trails = isinstance(kind, TrailingStop | TrailingStopLimit)
    prices = [] if trails else [price for _, price in trigger.prices()]
    if len(prices) != 1:
        return attrs.evolve(place, anchored=True, unknown=True)
    price = prices[0]
    if not isinstance(price, Offset):
        return attrs.evolve(place, around=price, anchored=True, unknown=False)
    around = place.around + price.points
    return attrs.evolve(place, around=around, anchored=True)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """A valid order of up to three levels of groups, with every field of the document form."""
    levels = draw(st.sampled_from([1, 1, 2, 3]))
    around = Decimal(draw(st.sampled_from([0, 100, 4150])))
    return draw(_nodes(_Place(around, draw(instruments)), levels))
