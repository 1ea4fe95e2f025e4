"""What goes into a simulation and what comes out, and what is noted or refused."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

import pytest
from tests.otoco.conftest import findings
from tests.otoco.simulation.conftest import ABC, NOON, XYZ, at, leg, long, scene

from otoco import OCO, OTO, Arming, InvalidOrder, Limit, Market, Offset, PartialFill, Side, Stop
from otoco.simulation import (
    BothTouched,
    Cancel,
    Change,
    Clock,
    Event,
    Exposure,
    Fill,
    Ignored,
    PartialEntry,
    PeerEnds,
    Policy,
    Protection,
    Reject,
    SessionEnd,
    Simulation,
    Status,
    Trade,
    simulate,
)

ORDER: Final = long(2)


def odd(value: object) -> Any:
    """A value where its type does not belong."""
    return value


def test_a_run_tells_every_change() -> None:
    """Each change has its event, where -1 is the placing; each exposure follows its event."""
    run = simulate(ORDER, [Trade(100), Fill("peers[0]", 1)])
    held, working, partly, filled = (
        Status.HELD,
        Status.WORKING,
        Status.PARTLY_FILLED,
        Status.FILLED,
    )
    nothing, one, two = map(Decimal, range(3))
    assert (
        Change(-1, "trigger", held, working, nothing, two),
        Change(0, "trigger", working, filled, two, two),
        Change(0, "peers[0]", held, working, nothing, two),
        Change(0, "peers[1]", held, working, nothing, two),
        Change(1, "peers[0]", working, partly, one, two),
        Change(1, "peers[1]", working, working, nothing, one),
    ) == run.changes
    assert (
        Exposure(0, two, Protection.PROTECTED, nothing),
        Exposure(1, one, Protection.PROTECTED, nothing),
    ) == run.exposures
    assert () == run.ignored
    assert (one, Protection.PROTECTED, nothing) == (run.position, run.protection, run.uncovered)


def test_a_run_has_its_legs_by_path() -> None:
    """A leg's state is found by the leg's path, and tells what of it may fill now."""
    run = simulate(ORDER, [Trade(100), Fill("peers[0]", 1)])
    assert run.legs[1] == run["peers[0]"]
    assert ORDER.peers[0] == run["peers[0]"].leg
    assert [Decimal(0), Decimal(1), Decimal(1)] == [state.remaining for state in run.legs]
    with pytest.raises(KeyError, match="peers"):
        run["peers"]


def test_a_run_is_a_value() -> None:
    """Runs, with the orders in them, survive pickling."""
    run = simulate(ORDER, [Trade(100), Cancel(), Cancel()], policy=Policy(), position=1)
    assert run == pickle.loads(pickle.dumps(run))


def test_a_simulation_goes_on() -> None:
    """One event at a time leads where all at once do, and a run that was taken stays as it was."""
    simulation = Simulation(ORDER)
    first = simulation.run()
    simulation.apply(Trade(100))
    assert "working 2, held, held; FLAT" == scene(first)
    assert simulate(ORDER, [Trade(100)]) == simulation.run()
    assert Policy() == simulation.policy


NOTED: Final[dict[str, tuple[list[Event], str]]] = {
    "a fill of what is held": (
        [Fill("peers[0]")],
        "peers[0] is not live, so it cannot fill.",
    ),
    "a fill of what is over": (
        [Cancel(), Fill("trigger")],
        "trigger is not live, so it cannot fill.",
    ),
    "a fill of no leg": ([Fill("triger")], "there is no leg triger that could fill."),
    "a fill of too much": (
        [Fill("trigger", "2.0000000001")],
        "trigger cannot fill 2.0000000001: 2 is left.",
    ),
    "a fill of nothing": (
        [Fill("trigger", 0)],
        "trigger cannot fill 0: 2 is left.",
    ),
    "a fill of less than nothing": (
        [Fill("trigger", "-1e-10")],
        "trigger cannot fill -0.0000000001: 2 is left.",
    ),
    "a rejection of no leg": (
        [Reject("peers")],
        "peers is no leg that can still be rejected.",
    ),
    "a rejection of what is over": (
        [Reject("trigger"), Reject("trigger")],
        "trigger is no leg that can still be rejected.",
    ),
    "a cancellation of nothing": (
        [Cancel(), Cancel()],
        "there is nothing left to cancel at the order.",
    ),
    "a cancellation of no leg": (
        [Cancel("peers")],
        "there is nothing left to cancel at peers.",
    ),
    "a trade of another instrument": (
        [Trade(100, ABC)],
        f"no leg of the order is on {ABC}.",
    ),
    "a clock that runs backwards": (
        [Clock(at(1)), Clock(NOON)],
        "it is 2026-01-02T13:00:00+00:00 already.",
    ),
}


@pytest.mark.parametrize(("happening", "why"), NOTED.values(), ids=NOTED)
def test_what_cannot_apply_is_noted(happening: list[Event], why: str) -> None:
    """An event that cannot apply changes nothing but that it is noted."""
    before = simulate(ORDER, happening[:-1])
    after = simulate(ORDER, happening)
    assert (Ignored(len(happening) - 1, why),) == after.ignored
    assert (before.legs, before.changes, before.exposures) == (
        after.legs,
        after.changes,
        after.exposures,
    )


def test_a_part_of_fok_is_noted() -> None:
    """FOK fills whole or not at all, and says so."""
    run = simulate(leg("BUY", 2, Limit(100), time_in_force="FOK"), [Fill("", 1)])
    assert (Ignored(0, "the order is FOK, so it cannot fill 1 only."),) == run.ignored


def test_what_has_no_effect_is_not_noted() -> None:
    """A trade that touches nothing, a session's end and time that passes may always happen."""
    happening = [Trade(101), Trade(101, XYZ), SessionEnd(), Clock(NOON), Clock(NOON)]
    run = simulate(ORDER, happening)
    assert ((), ()) == (run.ignored, run.exposures)


def test_a_forced_fill_prices_what_it_arms() -> None:
    """A fill is at its price, else at the last one, and exits are held against that at once."""
    order = OTO(leg("BUY", 1, Market()), [leg("SELL", 1, Stop(Offset(-5)))])
    run = simulate(order, [Fill("trigger", price=100), Trade(96), Trade(95)])
    assert "filled 1, filled 1; FLAT" == scene(run)
    run = simulate(long(1), [Trade(101), Fill("trigger"), Trade(111)])
    assert "filled 1, filled 1, cancelled; FLAT" == scene(run)
    run = simulate(long(1), [Fill("trigger", price=111)])
    assert "filled 1, filled 1, cancelled; FLAT" == scene(run)


def test_a_trade_is_of_the_first_instrument_unless_it_says_otherwise() -> None:
    """The position too is that in the first instrument."""
    order = OCO([leg("BUY", 2, Stop(110)), leg("BUY", 1, Stop(60), instrument=ABC)])
    assert "filled 2, cancelled; +2 NAKED" == scene(simulate(order, [Trade(110)]))
    assert "cancelled, filled 1; FLAT" == scene(simulate(order, [Trade(60, ABC)]))


BAD: Final[dict[str, tuple[Callable[[], object], list[tuple[str, str]]]]] = {
    "a price of no number": (lambda: Trade("NaN"), [("price", "price")]),
    "an instrument by its symbol": (
        lambda: Trade("", odd("XYZ")),
        [("price", "price"), ("instrument", "value")],
    ),
    "a quantity and a price of no number": (
        lambda: Fill(odd(None), odd(True), odd(1e300)),
        [("path", "value"), ("quantity", "quantity"), ("price", "price")],
    ),
    "a path by its number": (lambda: Reject(odd(0)), [("path", "value")]),
    "a path as bytes": (lambda: Cancel(odd(b"")), [("path", "value")]),
    "a moment without a zone": (lambda: Clock(NOON.replace(tzinfo=None)), [("now", "value")]),
    "a moment beyond the calendar": (
        lambda: Clock(datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))),
        [("now", "value")],
    ),
    "a moment as text": (lambda: Clock(odd("noon")), [("now", "value")]),
    "choices that only resemble one": (
        lambda: Policy(*map(odd, ("FULL_FILL", PartialFill, None, PartialEntry.ARM, Side.BUY))),
        [
            ("arming", "value"),
            ("peer_partial_fill", "value"),
            ("both_touched", "value"),
            ("peer_ends", "value"),
            ("partial_entry", "value"),
        ],
    ),
    "a position of no number": (
        lambda: simulate(ORDER, [], position="all"),
        [("position", "value")],
    ),
    "a fragment": (
        lambda: simulate(OCO([leg("SELL", 1, Limit(Offset(5))), leg("SELL", 1, Stop(1))]), []),
        [("peers[0].limit_price", "price")],
    ),
}


@pytest.mark.parametrize(("build", "expected"), BAD.values(), ids=BAD)
def test_what_is_no_event(build: Callable[[], object], expected: list[tuple[str, str]]) -> None:
    """What no event, policy or simulation can be made of is refused by name."""
    assert expected == findings(build)


def test_the_words_of_a_refusal() -> None:
    """A refused choice names the choices that there are."""
    with pytest.raises(InvalidOrder) as caught:
        Policy(arming=odd("full"))
    assert "arming: 'full' is none of on the complete fill, on any fill. [value]" == str(
        caught.value
    )


def test_what_no_event_is() -> None:
    """What is no event at all is a mistake in the program."""
    with pytest.raises(TypeError, match="'Trade' is not an event"):
        simulate(ORDER, [odd("Trade")])


def test_events_are_values() -> None:
    """Events that mean the same are equal, whatever numbers and time zones they were given in."""
    assert Trade("100.0") == Trade(100)
    assert Fill("a", 1.5) == Fill("a", "1.5", None)
    abroad = NOON.astimezone(timezone(timedelta(hours=5)))
    assert Clock(NOON) == Clock(abroad)
    assert UTC is Clock(abroad).now.tzinfo
    assert 2 == len({SessionEnd(), SessionEnd(), Cancel(), Cancel("")})


def test_the_choices_say_what_they_are() -> None:
    """Each choice reads as the end of a sentence."""
    for choices in (Arming, PartialFill, BothTouched, PeerEnds, PartialEntry):
        for choice in choices:
            assert choice.value == str(choice)
