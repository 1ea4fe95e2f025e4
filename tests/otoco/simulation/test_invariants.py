"""What holds for every order, whatever happens to it and however a broker takes it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_UP, Context, Decimal, Inexact, Rounded, Subnormal
from itertools import pairwise, product
from typing import TypeAlias

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.otoco.conftest import decimal_context
from tests.otoco.simulation.conftest import (
    ABC,
    POLICIES,
    XYZ,
    cases,
    events,
    steps,
)

from otoco import OTO, OTOCO, Arming, Leg, Order, Role, Shape, Side, TimeInForce
from otoco.simulation import (
    BothTouched,
    Event,
    LegState,
    PartialEntry,
    Policy,
    Protection,
    Run,
    Status,
    Trade,
    simulate,
)
from otoco.testing import orders as any_orders

Case: TypeAlias = tuple[Order, list[Event], Policy]

NOTHING = Decimal(0)
HOSTILE = Context(prec=1, rounding=ROUND_UP, Emin=-1, Emax=1, traps=[Inexact, Rounded, Subnormal])
START = [Trade(100, XYZ), Trade(100, ABC)]


def triggers(order: Order, path: str = "") -> Iterator[tuple[str, list[list[str]]]]:
    """Each trigger with what it holds: for each conditional, the legs that come to rest first."""
    if isinstance(order, Leg):
        return
    at_key = f"{path}." if path else ""
    if isinstance(order, OTO | OTOCO):
        fronts = [front(child.node, at_key + child.key) for child in order.children[1:]]
        if isinstance(order, OTOCO):
            fronts = [[leg for each in fronts for leg in each]]
        yield f"{at_key}trigger", fronts
    for child in order.children:
        yield from triggers(child.node, at_key + child.key)  # type: ignore[arg-type]  # an Order


def front(node: object, path: str) -> list[str]:
    """The paths of the legs that come to rest when a node goes live."""
    if isinstance(node, OTO | OTOCO):
        return [f"{path}.trigger"]
    children = getattr(node, "children", ())
    return [leg for each in children for leg in front(each.node, f"{path}.{each.key}")] or [path]


def rivalry(path: str) -> str:
    """What the peers of one OCO have in common, and a leg that is no peer has alone."""
    peer = re.fullmatch(r"(.*)peers\[\d+\](?:\.trigger)?", path)
    return f"{peer[1]}peers" if peer else path


def signed(state: LegState) -> Decimal:
    """What a leg has done to a position."""
    return state.filled if state.leg.side is Side.BUY else -state.filled


def fates(run: Run) -> list[tuple[Status, Decimal]]:
    """What has become of each leg."""
    return [(state.status, state.filled) for state in run.legs]


def oracle(run: Run) -> tuple[Protection, Decimal]:
    """How far a position is covered: of all ways to fill one stop of each OCO, by the best."""
    size = abs(run.position)
    if not size:
        return Protection.FLAT, NOTHING
    saving = Side.SELL if run.position > 0 else Side.BUY
    choices: dict[str, list[Decimal]] = {}
    for state in run.legs:
        if (
            "STOP" in state.leg.order_type.NAME
            and state.leg.side is saving
            and state.leg.instrument == run.legs[0].leg.instrument
            and state.status.is_live
        ):
            choices.setdefault(rivalry(state.path), []).append(state.quantity - state.filled)
    covered = max(sum(choice, NOTHING) for choice in product(*choices.values()))
    if covered >= size:
        return Protection.PROTECTED, NOTHING
    return (Protection.PARTIAL if covered else Protection.NAKED), size - covered


@given(cases)
def test_a_leg_has_one_outcome_and_keeps_it(case: Case) -> None:
    """Changes follow one another without a gap, none an outcome, and the last one stands."""
    order, happening, policy = case
    run = simulate(order, happening, policy=policy)
    for state in run.legs:
        changes = [change for change in run.changes if change.path == state.path]
        told = [Status.HELD, *(change.after for change in changes)]
        assert told[:-1] == [change.before for change in changes]
        assert not any(status.is_over for status in told[:-1])
        assert told[-1] == state.status
        if changes:
            last = changes[-1]
            assert (last.filled, last.quantity) == (state.filled, state.quantity)


@given(cases)
def test_what_is_over_never_changes(case: Case) -> None:
    """No event moves a leg that is filled, cancelled, rejected or expired."""
    order, happening, policy = case
    for before, after in pairwise(steps(order, happening, policy=policy)):
        over = [state for state in before.legs if state.status.is_over]
        assert over == [after[state.path] for state in over]


@given(cases, st.integers(-3, 3))
def test_quantities_add_up(case: Case, position: int) -> None:
    """No leg fills more than it stands for, nor un-fills; the position is the sum of all fills."""
    order, happening, policy = case
    home = order.legs[0].leg.instrument
    runs = steps(order, happening, policy=policy, position=position)
    for run in runs:
        for state in run.legs:
            assert 0 <= state.filled <= state.quantity <= state.leg.quantity
            assert (state.status is Status.FILLED) <= (state.filled == state.quantity > 0)
            assert (state.status in (Status.HELD, Status.WORKING)) <= (state.filled == 0)
            assert (state.status is Status.PARTLY_FILLED) <= (state.filled > 0)
        filled = sum((signed(state) for state in run.legs if state.leg.instrument == home), NOTHING)
        assert position + filled == run.position
    for before, after in pairwise(runs):
        assert all(state.filled <= after[state.path].filled for state in before.legs)


@given(cases)
def test_exits_never_exceed_what_has_filled(case: Case) -> None:
    """Exits of a part of their trigger are live for no more than what of it has filled.

    That is with arming on any fill, and where a trigger has ended after a part. Where only one peer
    fills at a time, what they have filled already counts as well.
    """
    order, happening, policy = case
    for run in steps(order, happening, policy=policy):
        for path, fronts in triggers(order):
            trigger = run[path]
            if policy.arming is Arming.FULL_FILL and trigger.filled == trigger.leg.quantity:
                continue
            live = done = NOTHING
            for each in fronts:
                exits = [
                    run[leg]
                    for leg in each
                    if run[leg].leg.side is not trigger.leg.side
                    and run[leg].leg.instrument == trigger.leg.instrument
                ]
                live += max((leg.remaining for leg in exits), default=NOTHING)
                done += sum((leg.filled for leg in exits), NOTHING)
            assert live <= trigger.filled
            if policy.both_touched is BothTouched.FIRST:
                assert live + done <= trigger.filled


@given(cases)
def test_what_is_held_waits_for_its_trigger(case: Case) -> None:
    """Nothing held lives before its trigger has filled, or with ``ARM`` has ended partly filled."""
    order, happening, policy = case
    policy = attrs.evolve(policy, arming=Arming.FULL_FILL)
    for run in steps(order, happening, policy=policy):
        for path, fronts in triggers(order):
            trigger = run[path]
            arms_for_a_part = policy.partial_entry is PartialEntry.ARM and trigger.status.is_over
            if trigger.status is not Status.FILLED and not (arms_for_a_part and trigger.filled):
                states = [run[leg] for each in fronts for leg in each]
                assert not any(state.status.is_live or state.filled for state in states)


@given(cases)
def test_one_peer_fills(case: Case) -> None:
    """Where a trade fills the first peer that it touches, at most one of an OCO is filled."""
    order, happening, policy = case
    policy = attrs.evolve(policy, both_touched=BothTouched.FIRST)
    run = simulate(order, happening, policy=policy)
    filled = Counter(rivalry(state.path) for state in run.legs if state.status is Status.FILLED)
    assert all(count == 1 for count in filled.values())


@given(cases, st.integers(-3, 3))
def test_protection_is_what_stops_can_save(case: Case, position: int) -> None:
    """Protection and the uncovered quantity are those that trying all choices of stops finds."""
    order, happening, policy = case
    runs = steps(order, [*START, *happening], policy=policy, position=position)
    for run in runs:
        assert oracle(run) == (run.protection, run.uncovered)
    final = runs[-1]
    if final.exposures:
        last = final.exposures[-1]
        expected = (final.position, final.protection, final.uncovered)
        assert expected == (last.position, last.protection, last.uncovered)


@given(cases)
def test_every_change_and_no_other_event_shows_the_exposure(case: Case) -> None:
    """There is one exposure for each event that changed something."""
    order, happening, policy = case
    run = simulate(order, happening, policy=policy)
    expected = sorted({change.event for change in run.changes} - {-1})
    assert expected == [exposure.event for exposure in run.exposures]
    assert not {ignored.event for ignored in run.ignored} & set(expected)


@given(cases)
def test_replay(case: Case) -> None:
    """The same events give an equal run, and runs are values."""
    order, happening, policy = case
    first, second = (simulate(order, happening, policy=policy) for _ in range(2))
    assert first == second
    assert hash(first) == hash(second)


@settings(max_examples=30)
@given(st.data())
def test_hostile_contexts(data: st.DataObject) -> None:
    """Extreme orders run to the same end, whatever the thread's decimal context is set to."""
    order = data.draw(any_orders())
    happening = data.draw(events(order))
    prices = [price for leg in order.legs for _, price in leg.leg.prices()]
    happening += [
        Trade(price, order.legs[0].leg.instrument) for price in prices if isinstance(price, Decimal)
    ]
    policy = data.draw(st.sampled_from(POLICIES))
    expected = simulate(order, happening, policy=policy)
    with decimal_context(HOSTILE):
        actual = simulate(order, happening, policy=policy)
    assert expected == actual
    assert repr(expected) == repr(actual)


def test_the_generated_cases_reach_everything() -> None:
    """Orders of every shape and life are generated, and events of every kind and effect."""
    seen: Counter[object] = Counter()

    @settings(max_examples=900, derandomize=True)
    @given(cases)
    def count(case: Case) -> None:
        order, happening, policy = case
        run = simulate(order, happening, policy=policy)
        seen[order.shape] += 1
        seen.update(member.role for member in order.legs if member.role)
        seen.update(state.leg.time_in_force for state in run.legs)
        seen.update(type(state.leg.order_type).NAME for state in run.legs)
        seen.update(state.status for state in run.legs)
        seen.update(exposure.protection for exposure in run.exposures)
        seen.update(map(type, happening))
        seen["ignored"] += len(run.ignored)

    count()
    for words in (Shape, Role, TimeInForce, Status, Protection, Event.__subclasses__()):
        for word in words:
            assert seen[word] >= 3, word
