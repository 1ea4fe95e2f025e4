"""What every journal keeps to, as a class of tests.

A test of a journal is a class that opens one::

    from otoco.testing.journal import JournalContract

    class TestMyJournal(JournalContract):
        def opener(self):
            url = a_new_database()
            return lambda: MyJournal(url)

``import otoco.testing`` does not import it, since it imports what places orders.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any, Final, TypeAlias
from uuid import UUID

import attrs
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from otoco.placing._journal import Entry, Journal, JournalError, State

#: Opens a journal; called again, another one on what the first one wrote.
Opener: TypeAlias = Callable[[], Journal]

THREADS: Final = 64
INTENTS: Final = tuple(UUID(int=number << 100 | 7) for number in (9, 1, 12, 5))
NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
#: What each state may become, written here once more.
_MAY_BECOME: Final[Mapping[State, tuple[State, ...]]] = {
    State.SENDING: tuple(State),
    State.UNKNOWN: (State.UNKNOWN, State.PLACED, State.REJECTED),
    State.PLACED: (State.PLACED,),
    State.REJECTED: (State.REJECTED,),
    State.NOT_SENT: (State.NOT_SENT,),
}
_TEXTS: Final = st.text(max_size=6) | st.sampled_from(("\0", "\ud800", "é", "'; --", '"'))
_IDS: Final = st.dictionaries(st.sampled_from(("", "order", "trigger", "peers[0]")), _TEXTS)
_ZONES: Final = st.sampled_from((UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=9))))
_TIMES: Final = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=_ZONES)  # noqa: DTZ001 - bounds of local times


def entry(intent: UUID, at: datetime = NOON, **given: Any) -> Entry:
    """A claim of an intent."""
    content: bytes = given.pop("content", b'{"symbol":"MESM7"}')
    return Entry(
        intent=intent,
        adapter="acme",
        environment="demo",
        method="POST",
        path="/orders",
        content=content,
        digest=sha256(content).hexdigest(),
        reply_ids={"orderId": "trigger"},
        claimed_at=at,
        **given,
    )


class JournalContract:
    """The tests; whoever inherits them gives :meth:`opener`."""

    #: How many runs of how many steps the model is compared in.
    examples: int = 30
    steps: int = 25

    def opener(self) -> Opener:
        """Make room for a journal that is empty, and give what opens it."""
        raise NotImplementedError

    def test_a_claim_is_kept_as_it_was_given(self) -> None:
        """Every byte, id and microsecond comes back, and no one else's change reaches it."""
        journal = self.opener()()
        ids = {"order": "1"}
        given = entry(INTENTS[0], NOON.replace(microsecond=1), content=bytes(range(256)), ids=ids)
        assert journal.claim(given) is None
        as_given = attrs.evolve(given, ids=dict(ids))
        ids["order"] = "2"
        assert as_given == journal.get(INTENTS[0]) == journal.claim(given)
        assert journal.get(INTENTS[1]) is None
        journal.close()

    def test_an_intent_is_claimed_once_and_again_where_it_was_not_sent(self) -> None:
        """What was not sent can be sent; whatever else is held is returned, and stays."""
        for state in State:
            journal = self.opener()()
            first, second = entry(INTENTS[0]), entry(INTENTS[0], NOON + timedelta(hours=1))
            assert journal.claim(first) is None
            held = journal.settle(INTENTS[0], state, at=NOON, ids={"order": "1"}, why="So it is.")
            assert state is held.state
            expected = None if state is State.NOT_SENT else held
            assert expected == journal.claim(second)
            assert (expected or second) == journal.get(INTENTS[0])
            journal.close()

    def test_what_is_not_held_is_not_settled(self) -> None:
        """A journal makes up no placement, and goes on after it said so."""
        journal = self.opener()()
        with pytest.raises(JournalError, match=str(INTENTS[1])):
            journal.settle(INTENTS[1], State.PLACED, at=NOON, ids={}, why="")
        assert journal.claim(entry(INTENTS[1])) is None
        journal.close()

    def test_one_of_many_threads_has_an_intent(self) -> None:
        """Of 64 threads that claim it at once, one is told to send; all others see its claim."""
        journal = self.opener()()
        claims = [entry(INTENTS[0], NOON + timedelta(seconds=n)) for n in range(THREADS)]
        with ThreadPoolExecutor(THREADS) as pool:
            answers = list(pool.map(journal.claim, claims))
        (winner,) = (claim for claim, held in zip(claims, answers, strict=True) if held is None)
        assert {winner.claimed_at} == {held.claimed_at for held in answers if held is not None}
        assert (winner,) == journal.entries()
        journal.close()

    def test_threads_that_disagree_are_told_the_same(self) -> None:
        """The first of several truths stands, and everyone is told that one."""
        journal = self.opener()()
        journal.claim(entry(INTENTS[0]))
        truths = [State.PLACED, State.REJECTED] * 8

        def settle(state: State) -> State:
            return journal.settle(INTENTS[0], state, at=NOON, ids={}, why="").state

        with ThreadPoolExecutor(len(truths)) as pool:
            told = set(pool.map(settle, truths))
        assert len(told) == 1
        assert told == {held.state for held in journal.entries()}
        journal.close()

    def test_it_does_as_its_model(self) -> None:
        """Whatever is claimed and settled in whatever order, and however often it is opened."""
        opener = self.opener

        class Machine(_Machine):
            def __init__(self) -> None:
                super().__init__(opener())

        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=self.examples,
                stateful_step_count=self.steps,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow],
            ),
        )


class _Machine(RuleBasedStateMachine):
    """A journal beside a plain dictionary."""

    def __init__(self, opener: Opener) -> None:
        super().__init__()
        self._opener = opener
        self._journal = opener()
        self._model: dict[UUID, Entry] = {}

    @rule(intent=st.sampled_from(INTENTS), at=_TIMES, content=st.binary(max_size=9), ids=_IDS)
    def claim(self, intent: UUID, at: datetime, content: bytes, ids: dict[str, str]) -> None:
        """Claim an intent, which may be there."""
        held = self._model.get(intent)
        given = entry(intent, at, content=content, ids=ids)
        if held is None or held.state is State.NOT_SENT:
            self._model[intent] = given
            held = None
        assert held == self._journal.claim(given)

    @rule(
        intent=st.sampled_from(INTENTS),
        state=st.sampled_from(State),
        at=_TIMES,
        ids=_IDS,
        why=_TEXTS,
    )
    def settle(
        self, intent: UUID, state: State, at: datetime, ids: dict[str, str], why: str
    ) -> None:
        """Settle an intent, which need not be there."""
        held = self._model.get(intent)
        if held is None:
            with pytest.raises(JournalError):
                self._journal.settle(intent, state, at=at, ids=ids, why=why)
            return
        if state in _MAY_BECOME[held.state]:
            known = {**held.ids, **ids}
            held = attrs.evolve(held, state=state, settled_at=at, ids=known, why=why)
            self._model[intent] = held
        assert held == self._journal.settle(intent, state, at=at, ids=ids, why=why)

    @precondition(lambda machine: machine._journal.durable)
    @rule()
    def open_again(self) -> None:
        """What was written is there for whoever opens it next."""
        self._journal.close()
        self._journal = self._opener()

    @rule(states=st.sets(st.sampled_from(State)), since=st.none() | _TIMES)
    def list_some(self, states: set[State], since: datetime | None) -> None:
        """Those in some of the states, the oldest first; of no states, all of them."""
        ordered = sorted(self._model.values(), key=lambda each: (each.claimed_at, each.intent))
        wanted = (each for each in ordered if since is None or each.claimed_at >= since)
        expected = tuple(each for each in wanted if not states or each.state in states)
        assert expected == self._journal.entries(states, since)

    @invariant()
    def holds_the_same(self) -> None:
        """Each intent is as the model has it."""
        assert [self._model.get(each) for each in INTENTS] == [*map(self._journal.get, INTENTS)]

    def teardown(self) -> None:
        """Let go of the file."""
        self._journal.close()
