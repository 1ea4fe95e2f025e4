"""A ladder: one entry that is left in parts, each with a target, a stop or both."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.otoco.conftest import EXPIRY, MES, XYZ, findings, leg

from otoco import (
    OCO,
    OTO,
    Distance,
    Instrument,
    InvalidOrder,
    Leg,
    Limit,
    Market,
    Offset,
    OrderType,
    Rung,
    Shape,
    Side,
    Stop,
    StopLimit,
    TimeInForce,
    TrailingStop,
    bracket,
    from_json,
    ladder,
    simulate,
    to_json,
)
from otoco.simulation import Protection, Status, Trade

distances = st.integers(1, 4000).map(lambda ticks: ticks * Decimal("0.25"))
quantities = st.integers(1, 999).map(Decimal)
targets = st.builds(Rung, quantities, distances)
stops = st.builds(Rung, quantities, st.none(), distances | st.builds(TrailingStop, distances))
pairs = st.builds(Rung, quantities, distances, distances | st.builds(TrailingStop, distances))
all_rungs = targets | stops | pairs
lives = st.sampled_from([life for life in TimeInForce if life is not TimeInForce.GTD])
ENTRY_TYPES: Final = (Market(), Limit(100), Stop(100), StopLimit(100, 100), TrailingStop(3))


@st.composite
def given_ladders(draw: st.DrawFn, most: int = 5) -> tuple[Leg, list[Rung]]:
    """An entry of any side, type, life and instrument, and rungs that share out its quantity."""
    rungs = draw(st.lists(all_rungs, min_size=1, max_size=most))
    entry = Leg(
        draw(st.sampled_from(Side)),
        sum(rung.quantity for rung in rungs),
        draw(st.sampled_from([MES, XYZ])),
        draw(st.sampled_from(ENTRY_TYPES)),
        draw(lives),
    )
    return entry, rungs


def away(entry: Leg, points: Decimal) -> Offset:
    """An offset by so many points to the profitable side of the entry; below zero, to the other."""
    return Offset(points if entry.side is Side.BUY else -points)


def exits(entry: Leg, rung: Rung, **life: Any) -> list[Leg]:
    """The exits of a rung, written out."""
    kinds: list[OrderType] = []
    if rung.take_profit:
        kinds.append(Limit(away(entry, rung.take_profit.points)))
    match rung.stop_loss:
        case Distance(points=points):
            kinds.append(Stop(away(entry, -points)))
        case OrderType() as kind:
            kinds.append(kind)
        case None:
            pass
    told: dict[str, Any] = {"time_in_force": "UNSTATED"} | life
    side = Side.SELL if entry.side is Side.BUY else Side.BUY
    return [Leg(side, rung.quantity, entry.instrument, kind, **told) for kind in kinds]


@given(given_ladders())
def test_a_ladder_has_the_exits_of_each_rung(case: tuple[Leg, list[Rung]]) -> None:
    """It is an OTO of one OCO, or one lone exit, for each rung: nothing more, nothing less."""
    entry, rungs = case
    parts = [exits(entry, rung) for rung in rungs]
    expected = OTO(entry, [part[0] if len(part) == 1 else OCO(part) for part in parts])
    assert expected == ladder(entry, rungs)
    assert expected == ladder(entry, tuple(rungs))


@given(given_ladders())
def test_the_shape_of_a_ladder(case: tuple[Leg, list[Rung]]) -> None:
    """Rungs make a ladder, and a single one an OTOCO or an OTO."""
    entry, rungs = case
    lone = Shape.OTOCO if rungs[0].take_profit and rungs[0].stop_loss else Shape.OTO
    assert (Shape.LADDER if len(rungs) > 1 else lone) is ladder(entry, rungs).shape


@given(given_ladders())
def test_the_exits_of_a_ladder_close_what_its_entry_opens(case: tuple[Leg, list[Rung]]) -> None:
    """They trade the other side of one instrument, and all of the quantity between them."""
    order = ladder(*case)
    entry, *found = [member.leg for member in order.legs]
    assert case[0] == entry
    assert {(entry.side.opposite, entry.instrument)} == {(e.side, e.instrument) for e in found}
    limits = sum(e.quantity for e in found if isinstance(e.order_type, Limit))
    alone = sum(rung.quantity for rung in case[1] if rung.take_profit is None)
    assert entry.quantity == limits + alone
    assert () == order.advice


@given(given_ladders())
def test_a_short_ladder_is_a_long_one_in_the_mirror(case: tuple[Leg, list[Rung]]) -> None:
    """Targets lie on the profitable side of the fill and stops on the other, long and short."""
    entry, rungs = case
    for side, sign in ((Side.BUY, 1), (Side.SELL, -1)):
        order = ladder(attrs.evolve(entry, side=side), rungs)
        for _, _, each in order.legs[1:]:
            match each.order_type:
                case Limit(price=Offset(points=points)):
                    assert sign * points > 0
                case Stop(price=Offset(points=points)):
                    assert sign * points < 0
                case kind:
                    assert kind in [rung.stop_loss for rung in rungs]


@given(given_ladders(most=1))
def test_one_rung_is_a_bracket_but_for_its_time_in_force(case: tuple[Leg, list[Rung]]) -> None:
    """A ladder of one rung is the bracket at these distances, told that its exits state none."""
    entry, (rung,) = case
    given_exits: dict[str, Any] = {"take_profit": rung.take_profit, "stop_loss": rung.stop_loss}
    assert bracket(entry, **given_exits, time_in_force="UNSTATED") == ladder(entry, [rung])
    alike = attrs.evolve(entry, time_in_force="GTC")
    assert bracket(alike, **given_exits) == ladder(alike, [rung], time_in_force="GTC")


@given(given_ladders(), all_rungs)
def test_ladders_and_rungs_are_values(case: tuple[Leg, list[Rung]], rung: Rung) -> None:
    """Documents, pickles and copies of them are equal, and hash equal."""
    order = ladder(*case)
    twins = [from_json(to_json(order)), pickle.loads(pickle.dumps(order)), copy.deepcopy(order)]
    assert [(order, hash(order))] * 3 == [(twin, hash(twin)) for twin in twins]
    rungs = [pickle.loads(pickle.dumps(rung)), copy.copy(rung), attrs.evolve(rung)]
    assert [(rung, hash(rung))] * 3 == [(twin, hash(twin)) for twin in rungs]
    assert rung != attrs.evolve(rung, quantity=rung.quantity + 1)


def test_a_distance_of_a_rung_has_one_value_however_it_is_written() -> None:
    """Text, numbers and distances are the same rung."""
    expected = Rung(1, Distance("12.5"), Distance(5))
    assert expected == Rung("1.0", take_profit="12.50", stop_loss=5)
    assert (Decimal(1), Distance("12.5")) == (expected.quantity, expected.take_profit)


LIVES: Final[list[dict[str, Any]]] = [
    {"time_in_force": "DAY"},
    {"time_in_force": TimeInForce.GTC},
    {"time_in_force": "UNSTATED"},
    {"time_in_force": "GTD", "expire_at": EXPIRY},
]


@pytest.mark.parametrize("life", LIVES)
def test_the_exits_live_as_long_as_they_are_told_to(life: dict[str, Any]) -> None:
    """The time in force that is given is that of every exit, whatever that of the entry."""
    entry, rungs = leg("BUY", Limit(100), quantity=3), [Rung(1, 10, 5), Rung(2, 20)]
    first, second = (exits(entry, rung, **life) for rung in rungs)
    assert OTO(entry, [OCO(first), second[0]]) == ladder(entry, rungs, **life)


def test_an_order_type_is_taken_as_it_is() -> None:
    """A stop may be any order type, at offsets or at prices."""
    entry = leg("BUY", Limit(100), quantity=2)
    kinds = [StopLimit(Offset(-5), Offset(-6)), Stop(90)]
    order = ladder(entry, [Rung(1, "10", kind) for kind in kinds])
    found = [member.leg.order_type for member in order.legs[1:]]
    assert [Limit(Offset(10)), kinds[0], Limit(Offset(10)), kinds[1]] == found


def test_a_lone_exit_through_its_entry_stays_advice() -> None:
    """An order type that is alone in its rung may lie where it executes at once, as anywhere."""
    order = ladder(leg("BUY", Limit(100), quantity=2), [Rung(1, 10, 5), Rung(1, None, Stop(110))])
    assert [("conditionals[1].stop_price", "exit-through-entry")] == [
        (finding.where, finding.code) for finding in order.advice
    ]


LOTS: Final = Instrument("MESM7", "FUTURE", tick_size="0.25", lot_size=1)
LONG: Final = leg("BUY", Limit(4150), quantity=3, instrument=LOTS)
SHORT: Final = leg("SELL", Market(), quantity=3, instrument=LOTS)
ANY: Final[Any] = None
GOOD: Final = Rung(2, "10", "5")
THROUGH: Final = Rung(1, "10", StopLimit(Offset(5), Offset(4)))
#: What is refused, with the places and codes of all that is told about it.
REFUSED: Final[dict[str, tuple[Callable[[], object], list[tuple[str, str]]]]] = {
    "a rung of nothing": (lambda: Rung(0, "10"), [("quantity", "quantity")]),
    "a rung without an exit": (lambda: Rung(1), [("rung", "nesting")]),
    "a rung with nothing right": (
        lambda: Rung("x", "0", "-5"),
        [("quantity", "quantity"), ("take_profit", "price"), ("stop_loss", "price")],
    ),
    "a rung of nothing, without an exit": (
        lambda: Rung(-1),
        [("quantity", "quantity"), ("rung", "nesting")],
    ),
    "a target that is an order type": (
        lambda: Rung(1, take_profit=Limit(10)),  # type: ignore[arg-type]  # refused when it runs
        [("take_profit", "price")],
    ),
    "a stop that is an offset": (
        lambda: Rung(1, stop_loss=Offset(-5)),  # type: ignore[arg-type]  # refused when it runs
        [("stop_loss", "price")],
    ),
    "a ladder without rungs": (lambda: ladder(LONG, []), [("conditionals", "nesting")]),
    "a ladder of no list": (
        lambda: ladder(LONG, GOOD),  # type: ignore[arg-type]  # refused when it runs
        [("conditionals", "value")],
    ),
    "a ladder of what is no rung": (
        lambda: ladder(LONG, [GOOD, ANY, Rung(1, "10.1")]),
        [("conditionals[1]", "value"), ("conditionals[2].limit_price", "off-tick")],
    ),
    "a single rung that is none": (lambda: ladder(LONG, [ANY]), [("conditionals[0]", "value")]),
    "a ladder around no leg": (lambda: ladder(ANY, [GOOD]), [("trigger", "nesting")]),
    "a ladder around a bracket": (
        lambda: ladder(bracket(LONG, stop_loss="4140"), [ANY]),  # type: ignore[arg-type]  # as above
        [("trigger", "nesting"), ("conditionals[0]", "value")],
    ),
    "a ladder with nothing right": (
        lambda: ladder(ANY, []),
        [("trigger", "nesting"), ("conditionals", "nesting")],
    ),
    "rungs of less than the entry": (
        lambda: ladder(LONG, [GOOD]),
        [("trigger.quantity", "quantity")],
    ),
    "rungs of more than the entry": (
        lambda: ladder(SHORT, [GOOD, GOOD]),
        [("trigger.quantity", "exit-exceeds-entry")],
    ),
    "distances off the tick, long": (
        lambda: ladder(LONG, [Rung(1, "10.1", "5"), Rung(1, None, "5.1"), Rung(1, "9", "4.9")]),
        [
            ("conditionals[0].peers[0].limit_price", "off-tick"),
            ("conditionals[1].stop_price", "off-tick"),
            ("conditionals[2].peers[1].stop_price", "off-tick"),
        ],
    ),
    "distances off the tick, short": (
        lambda: ladder(SHORT, [GOOD, Rung(1, "10.1", TrailingStop("5.1"))]),
        [
            ("conditionals[1].peers[0].limit_price", "off-tick"),
            ("conditionals[1].peers[1].trail", "off-tick"),
        ],
    ),
    "one rung off the tick": (
        lambda: ladder(LONG, [Rung(3, "10.1", "5.1")]),
        [("peers[0].limit_price", "off-tick"), ("peers[1].stop_price", "off-tick")],
    ),
    "a quantity off the lot, and too little of it": (
        lambda: ladder(LONG, [Rung("0.5", "10"), Rung(2, "20.1", "5")]),
        [
            ("conditionals[0].quantity", "off-lot"),
            ("conditionals[1].peers[0].limit_price", "off-tick"),
            ("trigger.quantity", "quantity"),
        ],
    ),
    "a stop on the wrong side, and too much": (
        lambda: ladder(LONG, [GOOD, GOOD, THROUGH]),
        [
            ("conditionals[2].peers[1].stop_price", "exit-through-entry"),
            ("trigger.quantity", "exit-exceeds-entry"),
        ],
    ),
    "a stop beyond the target": (
        lambda: ladder(LONG, [GOOD, attrs.evolve(THROUGH, take_profit="1")]),
        [("conditionals[1].peers", "peers-cross")],
    ),
    "a stop on the wrong side in the only rung": (
        lambda: ladder(LONG, [attrs.evolve(THROUGH, quantity=3)]),
        [("peers[1].stop_price", "exit-through-entry")],
    ),
    "exits that end at once": (
        lambda: ladder(LONG, [GOOD, Rung(1, "20")], time_in_force="IOC"),
        [
            ("conditionals[0].peers[0].time_in_force", "immediate-peer"),
            ("conditionals[0].peers[1].time_in_force", "immediate-peer"),
        ],
    ),
    "an expiry without GTD": (
        lambda: ladder(LONG, [GOOD, Rung(1, "20")], expire_at=EXPIRY),
        [
            ("conditionals[0].peers[0].expire_at", "expiry"),
            ("conditionals[0].peers[1].expire_at", "expiry"),
            ("conditionals[1].expire_at", "expiry"),
        ],
    ),
    "a time in force that is none": (
        lambda: ladder(LONG, [Rung(3, "20")], time_in_force="gtc"),
        [("conditionals[0].time_in_force", "value")],
    ),
    "more rungs than an order has legs": (
        lambda: ladder(attrs.evolve(LONG, quantity=128), [Rung(1, "10", "5")] * 128),
        [("", "nesting")],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_ladder_is_refused(name: str) -> None:
    """Everything that is wrong is told at once, at its place in the order that would result."""
    build, expected = REFUSED[name]
    assert sorted(expected) == sorted(findings(build))


@given(given_ladders(), quantities)
def test_rungs_share_out_the_whole_entry(case: tuple[Leg, list[Rung]], more: Decimal) -> None:
    """Too little or too much is refused with the sum of the rungs and the entry's quantity."""
    entry, rungs = case
    total = entry.quantity
    for other, code in ((total + more, "quantity"), (total - more, "exit-exceeds-entry")):
        if other > 0:
            with pytest.raises(InvalidOrder) as caught:
                ladder(attrs.evolve(entry, quantity=other), rungs)
            (problem,) = caught.value.problems
            assert ("trigger.quantity", code) == (problem.where, problem.code)
            assert {f"{total:f}", f"{other:f}"} <= {*problem.why.replace(":", "").split()}


def test_a_ladder_leaves_what_it_is_made_of_alone() -> None:
    """The entry goes in as it is, and the list of rungs stays the caller's."""
    entry, rungs = leg("BUY", Limit(100), quantity=2), [Rung(2, "10")]
    order = ladder(entry, rungs)
    rungs.clear()
    assert (entry, 2) == (order.legs[0].leg, len(order.legs))


@pytest.mark.parametrize(("side", "sign"), [("BUY", 1), ("SELL", -1)])
def test_a_ladder_ends_flat(side: str, sign: int) -> None:
    """The entry fills, the first target fills, the second rung is stopped: no position is left."""
    order = ladder(leg(side, Limit(100), quantity=3), [Rung(1, 10, 5), Rung(2, 20, 5)])
    run = simulate(order, [Trade(100), Trade(100 + 10 * sign), Trade(100 - 5 * sign)])
    filled, cancelled = (Status.FILLED, Decimal(1)), (Status.CANCELLED, Decimal(0))
    second = (Status.FILLED, Decimal(2))
    expected = [(Status.FILLED, Decimal(3)), filled, cancelled, cancelled, second]
    assert expected == [(each.status, each.filled) for each in run.legs]
    assert [3 * sign, 2 * sign, 0] == [exposure.position for exposure in run.exposures]
    words = [Protection.PROTECTED, Protection.PROTECTED, Protection.FLAT]
    assert words == [exposure.protection for exposure in run.exposures]
    assert () == tuple(run.ignored)
