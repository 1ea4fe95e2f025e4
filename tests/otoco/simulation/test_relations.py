"""What two runs have in common: one order mirrored, scaled, or told in another order of events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias

import attrs
from hypothesis import example, given
from hypothesis import strategies as st
from tests.otoco.simulation.conftest import at, cases, leg

from otoco import OCO, OTO, OTOCO, Arming, Leg, Limit, Offset, Order, OrderType, Stop
from otoco.simulation import (
    BothTouched,
    Cancel,
    Clock,
    Event,
    Fill,
    LegState,
    PartialEntry,
    Policy,
    Run,
    Status,
    Trade,
    simulate,
)

Case: TypeAlias = tuple[Order, list[Event], Policy]

#: The price at which a mirror is held.
MIRROR: Final = Decimal(100)


def rebuilt(order: Any, change: Callable[[Leg], Leg]) -> Any:
    """The order with every leg changed."""
    match order:
        case Leg():
            return change(order)
        case OCO():
            return OCO([rebuilt(peer, change) for peer in order.peers])
        case OTO():
            held = [rebuilt(each, change) for each in order.conditionals]
            return OTO(change(order.trigger), held)
        case OTOCO():
            return OTOCO(change(order.trigger), [rebuilt(peer, change) for peer in order.peers])


def mirrored(price: Decimal | Offset | None) -> Any:
    """A price as far on the other side."""
    if price is None:
        return None
    return Offset(-price.points) if isinstance(price, Offset) else 2 * MIRROR - price


def mirrored_type(order_type: Any) -> OrderType:
    """An order type for the other side; a trail is a distance without a direction."""
    names = [name for name, key in order_type.PRICES.items() if key != "trail"]
    prices = {name: mirrored(getattr(order_type, name)) for name in names}
    return attrs.evolve(order_type, **prices)  # type: ignore[no-any-return]  # of its own type


def mirrored_leg(each: Leg) -> Leg:
    """The leg on the other side."""
    order_type = mirrored_type(each.order_type)
    return attrs.evolve(each, side=each.side.opposite, order_type=order_type)


def mirrored_event(event: Event) -> Event:
    """The event in the mirrored market."""
    if isinstance(event, Trade | Fill):
        return attrs.evolve(event, price=mirrored(event.price))
    return event


def scaled_event(event: Event, factor: int) -> Event:
    """The event with its quantity scaled."""
    if isinstance(event, Fill) and event.quantity is not None and abs(event.quantity) < 10**10:
        return attrs.evolve(event, quantity=event.quantity * factor)
    return event


def fates(run: Run) -> list[tuple[Status, Decimal]]:
    """What has become of each leg."""
    return [(state.status, state.filled) for state in run.legs]


def numbers(state: LegState) -> tuple[Decimal, Decimal, Decimal]:
    """The quantities of a leg."""
    return state.quantity, state.filled, state.remaining


@given(cases, st.integers(-3, 3))
def test_a_short_is_a_long_in_the_mirror(case: Case, position: int) -> None:
    """With sides, prices and position mirrored, everything else stays as it was."""
    order, happening, policy = case
    mirror = rebuilt(order, mirrored_leg)
    expected = simulate(order, happening, policy=policy, position=position)
    events = [mirrored_event(event) for event in happening]
    actual = simulate(mirror, events, policy=policy, position=-position)
    assert expected.changes == actual.changes
    assert expected.ignored == actual.ignored
    assert expected.exposures == tuple(
        attrs.evolve(each, position=-each.position) for each in actual.exposures
    )


@given(cases, st.integers(-3, 3), st.integers(2, 5))
def test_quantities_scale(case: Case, position: int, factor: int) -> None:
    """With every quantity some times as large, every quantity of the outcome is."""
    order, happening, policy = case
    large = rebuilt(order, lambda each: attrs.evolve(each, quantity=each.quantity * factor))
    small = simulate(order, happening, policy=policy, position=position)
    events = [scaled_event(event, factor) for event in happening]
    big = simulate(large, events, policy=policy, position=position * factor)
    assert [state.status for state in small.legs] == [state.status for state in big.legs]
    expected = [tuple(each * factor for each in numbers(state)) for state in small.legs]
    assert expected == [numbers(state) for state in big.legs]
    assert (small.protection, small.uncovered * factor) == (big.protection, big.uncovered)


@given(cases, st.integers(-3, 3))
def test_a_cancelled_order_is_over_and_fills_nothing(case: Case, position: int) -> None:
    """Cancelling everything fills nothing, brings nothing to life, and leaves no leg open."""
    order, happening, policy = case
    before = simulate(order, happening, policy=policy, position=position)
    after = simulate(order, [*happening, Cancel()], policy=policy, position=position)
    assert before.position == after.position
    assert all(state.status.is_over for state in after.legs)
    last = [change.after for change in after.changes if change.event == len(happening)]
    assert {Status.CANCELLED} >= set(last)


@given(cases)
def test_a_trade_says_all_at_once(case: Case) -> None:
    """Whatever a trade does is done with it: the same trade again changes nothing."""
    order, happening, policy = case
    twice = [again for each in happening for again in [each] * (1 + isinstance(each, Trade))]
    expected = simulate(order, happening, policy=policy)
    assert expected.legs == simulate(order, twice, policy=policy).legs


#: An entry and a target that no trade below reaches, so that the caller alone fills them.
BRACKET: Final = OTOCO(
    leg("BUY", 4, Stop(120)), [leg("SELL", 4, each) for each in (Limit(130), Stop(90), Stop(95))]
)
PEERS: Final = [f"peers[{index}]" for index in range(3)]
EXITS: Final = st.one_of(
    st.builds(Trade, st.sampled_from([89, 94, 100])),
    st.builds(Fill, st.sampled_from(PEERS), st.sampled_from([None, 1, "0.5"])),
)


@given(st.integers(1, 3), st.lists(EXITS, max_size=5), st.sampled_from(list(BothTouched)))
@example(2, [Fill("peers[0]", 1), Fill("peers[1]", 1)], BothTouched.FIRST)
@example(2, [Trade(89)], BothTouched.ALL)
def test_an_entry_may_end_before_its_exits_fill_or_after(
    part: int, happening: list[Event], both_touched: BothTouched
) -> None:
    """Exits that live with any fill end the same, whether the rest of the entry ends first."""
    policy = Policy(Arming.ANY_FILL, both_touched=both_touched, partial_entry=PartialEntry.ARM)
    entry, end = Fill("trigger", part, 100), Cancel("trigger")
    expected = simulate(BRACKET, [entry, end, *happening], policy=policy)
    actual = simulate(BRACKET, [entry, *happening, end], policy=policy)
    assert fates(expected) == fates(actual)


@given(cases)
def test_parts_of_a_fill_make_the_whole(case: Case) -> None:
    """A fill in parts, with nothing in between, leads where the whole leads, if one peer fills."""
    order, happening, policy = case
    policy = attrs.evolve(policy, both_touched=BothTouched.FIRST)
    immediate = {member.path for member in order.legs if member.leg.time_in_force in ("IOC", "FOK")}
    whole: list[Event] = []
    parts: list[Event] = []
    for event in happening:
        if isinstance(event, Fill):
            if event.path in immediate or event.quantity is None:
                continue
            run = simulate(order, whole, policy=policy)
            states = [state for state in run.legs if state.path == event.path]
            if not states or not 0 < event.quantity <= states[0].remaining:
                continue
            half = event.quantity / 2
            parts += [attrs.evolve(event, quantity=half)] * 2
        else:
            parts.append(event)
        whole.append(event)
    expected, actual = (simulate(order, each, policy=policy) for each in (whole, parts))
    assert expected.position == actual.position
    assert fates(expected) == fates(actual)


@given(cases, st.lists(st.integers(0, 5).map(at), max_size=4))
def test_time_passes_as_well_in_steps(case: Case, moments: list[datetime]) -> None:
    """Going to a moment is the same as going there over the moments in between."""
    order, happening, policy = case
    happening = [event for event in happening if not isinstance(event, Clock)]
    last = Clock(at(5))
    stops = [Clock(moment) for moment in sorted(moments)]
    expected = simulate(order, [*happening, last], policy=policy)
    actual = simulate(order, [*happening, *stops, last], policy=policy)
    assert expected.legs == actual.legs
