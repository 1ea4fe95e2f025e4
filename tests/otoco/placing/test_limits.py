"""A broker's rate limits: what there is room for, how long to wait, and whose limit it is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otoco.adapters import Budget, Traffic
from otoco.placing._limits import Limiter

PLACING: Final = frozenset((Traffic.PLACE,))
EACH_SECOND: Final = Budget(1, 1, "the page on limits", PLACING)
EACH_HOUR: Final = Budget(5, 3600, "the page on penalties", frozenset())


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that stands."""
    return Clock()


def test_a_limit_is_told_with_its_source(clock: Clock) -> None:
    """Who is kept from sending is told the broker, the limit, its page and the time."""
    limiter = Limiter([EACH_SECOND], clock, "SnapTrade")
    assert limiter.take(Traffic.PLACE) is None
    clock.now += 0.583
    wait = limiter.take(Traffic.PLACE)
    assert wait is not None
    assert 0.417 == pytest.approx(wait.seconds)
    assert (
        "SnapTrade takes at most 1 placing request in any 1 s (the page on limits):"
        " there is room again in 0.42 s." == wait.why
    )
    assert limiter.take(Traffic.READ) is None
    clock.now += wait.seconds
    assert limiter.take(Traffic.PLACE) is None


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        (EACH_HOUR, "at most 5 requests in any 3600 s (the page on penalties)"),
        (
            Budget(1, 0.5, "a page", frozenset((Traffic.CANCEL, Traffic.PLACE))),
            "at most 1 placing or cancelling request in any 0.5 s (a page)",
        ),
        (Budget(2, 60, "a page", PLACING), "at most 2 placing requests in any 60 s (a page)"),
    ],
)
def test_what_a_limit_is_about(clock: Clock, budget: Budget, said: str) -> None:
    """It names what counts against it, and nothing where everything does."""
    limiter = Limiter([budget], clock, "Acme")
    assert [None] * budget.most == [limiter.take(Traffic.PLACE) for _ in range(budget.most)]
    wait = limiter.take(Traffic.PLACE)
    assert wait is not None
    assert f"Acme takes {said}" == wait.why.partition(":")[0]


def test_the_longest_wait_is_told(clock: Clock) -> None:
    """Of two limits that are reached, who waits for the shorter one would be refused again."""
    limiter = Limiter([EACH_SECOND, Budget(1, 7, "another page")], clock, "Acme")
    assert limiter.take(Traffic.PLACE) is None
    wait = limiter.take(Traffic.PLACE)
    assert wait is not None
    assert 7 == wait.seconds
    assert "another page" in wait.why


def test_a_penalty_is_waited_for(clock: Clock) -> None:
    """A lock holds for all that is sent; a shorter one does not end it, a longer one goes on."""
    limiter = Limiter([EACH_SECOND], clock, "Tradovate")
    limiter.lock(3600, "it answered 429")
    limiter.lock(5, "something else")
    for traffic in Traffic:
        wait = limiter.take(traffic)
        assert wait is not None
        assert 3600 == wait.seconds
        assert "it answered 429: Tradovate is sent nothing for 3600.00 s." == wait.why
    clock.now += 3599
    limiter.lock(float("inf"), "the account is closed")
    wait = limiter.take(Traffic.READ)
    assert wait is not None
    assert "the account is closed: Tradovate is sent nothing for ever." == wait.why


def test_a_penalty_ends(clock: Clock) -> None:
    """When its time is over, all that was refused meanwhile has not been counted."""
    limiter = Limiter([EACH_SECOND], clock, "Tradovate")
    limiter.lock(10, "it answered 429")
    assert limiter.take(Traffic.PLACE) is not None
    clock.now += 10
    assert limiter.take(Traffic.PLACE) is None


@pytest.mark.parametrize(("most", "seconds"), [(0, 1), (1, 0), (1, -1), (1, float("nan"))])
def test_a_limit_that_is_none(clock: Clock, most: int, seconds: float) -> None:
    """A budget of nothing would let nothing through for ever, or everything."""
    with pytest.raises(ValueError, match=f"this is of {most} in {seconds} s"):
        Limiter([Budget(most, seconds, "a page")], clock, "Acme")


def test_threads_share_the_room(clock: Clock) -> None:
    """Of 64 threads that ask at once, as many are let through as there is room for."""
    limiter = Limiter([Budget(10, 1, "a page")], clock, "Acme")
    with ThreadPoolExecutor(64) as pool:
        waits = list(pool.map(limiter.take, [Traffic.READ] * 64))
    assert 10 == waits.count(None)


BUDGETS: Final = st.lists(
    st.builds(
        Budget,
        most=st.integers(1, 4),
        seconds=st.integers(1, 8),
        source=st.just("a page"),
        traffic=st.frozensets(st.sampled_from(Traffic)),
    ),
    max_size=3,
)
#: Seconds that pass, and what is asked for then; no traffic is a penalty of three seconds.
STEPS: Final = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(Traffic) | st.none()), max_size=60
)


@given(BUDGETS, STEPS)
def test_it_counts_as_one_would_by_hand(
    budgets: list[Budget], steps: list[tuple[int, Traffic | None]]
) -> None:
    """A request is let through exactly where no budget and no penalty is against it.

    By hand: all requests ever let through are gone over for each budget, and whoever is refused
    would be so at every second before the one that was told, and not at that one.
    """
    clock = Clock()
    limiter = Limiter(budgets, clock, "Acme")
    taken: list[tuple[float, Traffic]] = []
    locked = 0.0

    def is_free(at: float, traffic: Traffic) -> bool:
        def full(budget: Budget) -> bool:
            counts = budget.traffic or frozenset(Traffic)
            recent = [t for t, kind in taken if kind in counts and at - t < budget.seconds]
            return traffic in counts and len(recent) >= budget.most

        return at >= locked and not any(map(full, budgets))

    for pause, traffic in steps:
        clock.now += pause
        if traffic is None:
            locked = clock.now + 3
            limiter.lock(3, "it answered 429")
            continue
        wait = limiter.take(traffic)
        if wait is None:
            assert is_free(clock.now, traffic)
            taken.append((clock.now, traffic))
        else:
            seconds = int(wait.seconds)
            assert [*[False] * seconds, True] == [
                is_free(clock.now + later, traffic) for later in range(seconds + 1)
            ]
