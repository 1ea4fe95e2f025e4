"""The clients: what comes of each way in which a placement can end."""

from __future__ import annotations

import hashlib
import json
import time
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import attrs
import httpx
import pytest
from tests.otoco.placing.broker import IDS, MES, ORDER, URL, Broker
from tests.otoco.placing.conftest import Driver, NoAuth

from otoco import AdapterError, Instrument, Limit, Refused, buy, translate
from otoco.adapters import Accepted, Call, Declined, Finding, Sent, Standing, Steps
from otoco.placing import (
    AsyncClient,
    Client,
    Entry,
    IntentNotKnown,
    IntentUsed,
    JournalError,
    MemoryJournal,
    NotSent,
    Placed,
    Rejected,
    State,
    Unknown,
    finish_with,
)
from otoco_schwab import Schwab

INTENT = UUID("0b0e7c1e-6a3c-4d5c-9c55-2f4b7d0a9e11")


def status(code: int) -> Any:
    """A broker that answers everything with a status."""
    return lambda request: httpx.Response(code, headers={"X-Request-ID": "r-1"})


def breaking(error: BaseException) -> Any:
    """A broker to which no request gets through, or from which no answer comes."""

    def answer(request: httpx.Request) -> httpx.Response:
        raise error

    return answer


def test_a_yes_is_placed_with_the_ids_of_the_broker(call: Driver) -> None:
    """The request is the translation, byte for byte, and what was sent can be named afterwards."""
    came: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        came.append(request)
        return httpx.Response(200, headers={"x-request-id": "r-1"})

    outcome = call("place", ORDER, intent=INTENT, answer=answer)
    (request,) = translate(ORDER, Broker(1, "DEMO1"), intent=INTENT).requests
    (sent,) = came
    assert request.content == sent.content
    assert URL + request.path == str(sent.url)
    assert "POST" == sent.method
    assert "application/json" == sent.headers["content-type"]
    assert "identity" == sent.headers["accept-encoding"]
    assert isinstance(outcome, Placed)
    assert (INTENT, IDS, (), "r-1") == (
        outcome.intent,
        outcome.ids,
        outcome.missing,
        outcome.request_id,
    )
    assert hashlib.sha256(request.content).hexdigest() == outcome.digest
    assert outcome.began <= outcome.ended <= datetime.now(UTC)


def test_ids_that_do_not_come_are_missing_and_not_guessed(
    call: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every place without an id is named, the whole as well where there is none at all."""
    monkeypatch.setattr(Broker, "read", lambda *_: Accepted({}))
    outcome = call("place", ORDER, answer=status(200))
    assert ("order", "trigger", "peers[0]", "peers[1]") == outcome.missing
    monkeypatch.setattr(Broker, "read", lambda *_: Accepted({"order": "7"}))
    outcome = call("place", ORDER, answer=status(200))
    assert ("trigger", "peers[0]", "peers[1]") == outcome.missing


def test_a_lone_leg_goes_by_the_name_of_the_whole(call: Driver) -> None:
    """Its path is empty, and its id stands under ``order``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Broker, "read", lambda *_: Accepted({"": "7"}))
        outcome = call("place", buy(1, MES, Limit("4150")), answer=status(200))
    assert ({"order": "7"}, ()) == (outcome.ids, outcome.missing)


def test_a_no_is_rejected_in_the_brokers_words(call: Driver) -> None:
    """Reason and text come as they were."""
    outcome = call("place", ORDER, answer=status(400))
    assert isinstance(outcome, Rejected)
    assert ("Bad", "as it was", None) == (outcome.reason, outcome.text, outcome.ticket)


def test_neither_yes_nor_no_is_unknown_and_keeps_what_came(call: Driver) -> None:
    """Ids of a part of the order are kept, for it may be live without its exits."""
    outcome = call("place", ORDER, answer=status(500))
    assert isinstance(outcome, Unknown)
    assert ({"trigger": "1"}, "r-1") == (outcome.ids, outcome.request_id)
    assert "Look at the broker's own screen." == outcome.finding_out


def test_an_answer_that_the_adapter_cannot_read_is_unknown(call: Driver) -> None:
    """A bug must not turn a live order into an exception."""
    outcome = call("place", ORDER, answer=status(418))
    assert isinstance(outcome, Unknown)
    assert "the adapter could not read the answer (ZeroDivisionError)." == outcome.why


@pytest.mark.parametrize(
    "verdict",
    [None, Accepted(None), Accepted([]), Declined("no", "", "soon")],  # type: ignore[arg-type]  # the very mistakes
    ids=repr,
)
def test_a_verdict_that_is_none_is_unknown(
    call: Driver, verdict: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An adapter of a stranger's may hand back anything; the order may be live all the same."""
    monkeypatch.setattr(Broker, "read", lambda *_: verdict)
    journal = MemoryJournal()
    outcome = call("place", ORDER, intent=INTENT, answer=status(200), journal=journal)
    entry = journal.get(INTENT)
    assert entry is not None
    assert ("Unknown", State.UNKNOWN) == (type(outcome).__name__, entry.state)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (httpx.ConnectError("refused"), NotSent),
        (httpx.ConnectTimeout("slow"), NotSent),
        (httpx.PoolTimeout("full"), NotSent),
        (httpx.UnsupportedProtocol("ftp"), NotSent),
        (httpx.ReadTimeout("slow"), Unknown),
        (httpx.WriteError("reset"), Unknown),
        (httpx.ReadError("reset"), Unknown),
        (httpx.RemoteProtocolError("half"), Unknown),
        (httpx.LocalProtocolError("odd"), Unknown),
        (ZeroDivisionError("whoever thought of this"), Unknown),
        (MemoryError(), Unknown),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_what_is_raised_on_the_way_is_not_sent_or_unknown(
    call: Driver, error: Exception, outcome: type
) -> None:
    """Only what is raised before anything is written is not sent; what nobody thought of is not."""
    journal = MemoryJournal()
    found = call("place", ORDER, intent=INTENT, answer=breaking(error), journal=journal)
    assert outcome.__name__ == type(found).__name__
    state = State.NOT_SENT if outcome is NotSent else State.UNKNOWN
    entry = journal.get(INTENT)
    assert entry is not None
    assert (state, found.why) == (entry.state, entry.why)


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (httpx.ReadTimeout("secret"), "no whole answer came before the deadline."),
        (httpx.ReadError("secret"), "the connection broke before the answer was whole."),
        (httpx.TooManyRedirects("secret"), "TooManyRedirects."),
        (KeyError("secret"), "KeyError."),
        (JournalError("a sentence of ours"), "a sentence of ours"),
    ],
)
def test_a_strangers_words_are_not_repeated(call: Driver, error: Exception, why: str) -> None:
    """An exception of a transport may hold the URL and all that is in it."""
    assert why == call("place", ORDER, answer=breaking(error)).why


def test_an_authentication_that_fails_is_not_sent(call: Driver) -> None:
    """The order never left, and the reason is told where it is the library's own."""

    class Broken(httpx.Auth):
        def auth_flow(self, request: httpx.Request) -> Any:
            if request.method:
                raise JournalError("the token could not be renewed.")
            yield request

    outcome = call("place", ORDER, answer=status(200), auth=Broken())
    assert isinstance(outcome, NotSent)
    assert "the token could not be renewed." == outcome.why


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), SystemExit(3)], ids=["interrupt", "exit"])
def test_who_stops_waiting_is_stopped_after_it_is_written_down(stop: BaseException) -> None:
    """The interrupt reaches the caller, and the journal says that nobody knows."""
    journal = MemoryJournal()
    with pytest.raises(type(stop)):
        Driver("sync")("place", ORDER, intent=INTENT, answer=breaking(stop), journal=journal)
    entry = journal.get(INTENT)
    assert entry is not None
    assert State.UNKNOWN is entry.state


def test_who_stops_waiting_is_told_no_secret(call: Driver) -> None:
    """No frame, cause or context of the interrupt leads to the request as it left."""

    class Signing(httpx.Auth):
        def auth_flow(self, request: httpx.Request) -> Any:
            finish_with(request, lambda it: httpx.Request("POST", f"{it.url}?key=hush"))
            yield request

    def answer(request: httpx.Request) -> httpx.Response:
        try:
            raise KeyError(str(request.url))
        except KeyError:
            raise KeyboardInterrupt from None

    with pytest.raises(KeyboardInterrupt) as caught:
        call("place", ORDER, answer=answer, auth=Signing())
    assert caught.value.__context__ is None
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert "hush" not in "".join(shown.format())


@pytest.mark.parametrize("method", ["place", "find", "cancel"])
def test_a_deadline_is_a_number(call: Driver, method: str) -> None:
    """One that is none would never pass; nothing is sent or written down."""
    journal = MemoryJournal()
    what = ORDER if method == "place" else INTENT
    with pytest.raises(ValueError, match="NaN"):
        call(method, what, answer=status(200), journal=journal, deadline=float("nan"))
    assert () == journal.entries()


def test_an_order_that_the_broker_cannot_say_is_not_sent(call: Driver) -> None:
    """All refusals come with it."""
    share = buy(1, Instrument("AAPL", "EQUITY"), Limit("150"))
    outcome = call("place", share, answer=status(200))
    assert isinstance(outcome, NotSent)
    assert ["instrument.type"] == [refusal.where for refusal in outcome.refusals]
    assert outcome.digest is None


def test_an_intent_is_sent_once(call: Driver) -> None:
    """The second time raises, whatever the order, and shows what is known of the first."""
    journal = MemoryJournal()
    share = buy(1, Instrument("AAPL", "EQUITY"), Limit("150"))
    call("place", ORDER, intent=INTENT, answer=status(500), journal=journal)
    for order in (ORDER, share):
        with pytest.raises(IntentUsed, match="an intent is sent once") as caught:
            call("place", order, intent=INTENT, answer=status(200), journal=journal)
        assert State.UNKNOWN is caught.value.entry.state


def test_what_was_not_sent_may_be_placed_again(call: Driver) -> None:
    """A refused connection does not use an intent up."""
    journal = MemoryJournal()
    refused = breaking(httpx.ConnectError("refused"))
    share = buy(1, Instrument("AAPL", "EQUITY"), Limit("150"))
    call("place", ORDER, intent=INTENT, answer=refused, journal=journal)
    assert isinstance(
        call("place", share, intent=INTENT, answer=status(200), journal=journal), NotSent
    )
    outcome = call("place", ORDER, intent=INTENT, answer=status(200), journal=journal)
    assert isinstance(outcome, Placed)


def test_without_a_journal_the_process_remembers(call: Driver) -> None:
    """Two clients without a journal share what was sent, and say what they cannot promise."""
    intent = uuid4()
    options: dict[str, Any] = {"transport": httpx.MockTransport(status(200))}
    with Client(Broker(1, "DEMO1"), URL, NoAuth(), **options) as first:
        first.place(ORDER, intent=intent)
        assert "memory of this process" in first.cannot_promise[0]
    second = Client(Broker(1, "DEMO1"), URL, NoAuth(), **options)
    with second, pytest.raises(IntentUsed):
        second.place(ORDER, intent=intent)


class FullDisk(MemoryJournal):
    """A journal that fails when it is written for the n-th time."""

    durable = True

    def __init__(self, fails_at: str, error: Exception | None = None) -> None:
        super().__init__()
        self.fails_at = fails_at
        self._error = JournalError("the disk is full.") if error is None else error

    def claim(self, entry: Entry) -> Entry | None:
        """Claim, or fail."""
        if self.fails_at == "claim":
            raise self._error
        return super().claim(entry)

    def settle(
        self, intent: UUID, state: State, *, at: datetime, ids: Mapping[str, str], why: str
    ) -> Entry:
        """Settle, or fail."""
        if self.fails_at == "settle":
            raise self._error
        return super().settle(intent, state, at=at, ids=ids, why=why)


def test_what_cannot_be_written_down_is_not_sent(call: Driver) -> None:
    """No byte leaves before the journal has it."""
    outcome = call("place", ORDER, answer=breaking(AssertionError()), journal=FullDisk("claim"))
    assert isinstance(outcome, NotSent)
    assert "it could not be written down first: the disk is full." == outcome.why


def test_an_outcome_stands_where_the_journal_fails_after_it(call: Driver) -> None:
    """The caller holds the truth, is told of the journal, and the intent stays open there."""
    journal = FullDisk("settle")
    outcome = call("place", ORDER, intent=INTENT, answer=status(200), journal=journal)
    assert isinstance(outcome, Placed)
    assert "the disk is full." == outcome.journal_error
    assert [INTENT] == [entry.intent for entry in journal.entries([State.SENDING])]


@pytest.mark.parametrize("error", [OSError("secret"), RecursionError(), TypeError()], ids=repr)
def test_a_journal_may_raise_anything(call: Driver, error: Exception) -> None:
    """A stranger's journal takes no outcome from the caller: before it nothing leaves."""
    why = f"the journal has raised {type(error).__name__}."
    outcome = call("place", ORDER, answer=status(200), journal=FullDisk("claim", error))
    assert isinstance(outcome, NotSent)
    assert f"it could not be written down first: {why}" == outcome.why
    outcome = call("place", ORDER, answer=status(200), journal=FullDisk("settle", error))
    assert isinstance(outcome, Placed)
    assert why == outcome.journal_error


def test_a_broker_that_asks_to_wait_is_not_sent_to(call: Driver) -> None:
    """After a 429 this client sends nothing more until the time is over."""
    journal = MemoryJournal()
    given: dict[str, Any] = {"journal": journal, "transport": httpx.MockTransport(status(429))}
    with Client(Broker(1, "DEMO1"), URL, NoAuth(), **given) as client:
        first = client.place(ORDER)
        second = client.place(ORDER)
        finding = client.find(first.intent, deadline=0.2)
    assert isinstance(first, Rejected)
    assert 60.0 == first.retry_after
    assert isinstance(second, NotSent)
    assert second.retry_after is not None
    assert 59.0 < second.retry_after <= 60.0
    assert Standing.NOT_READ is finding.standing
    assert "The deadline leaves less time." in finding.why


def test_a_redirect_is_not_followed(call: Driver) -> None:
    """To follow it would be to send twice."""
    came: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        came.append(str(request.url))
        return httpx.Response(307, headers={"location": URL})

    assert isinstance(call("place", ORDER, answer=answer), Unknown)
    assert 1 == len(came)


def looked(standing: str) -> Any:
    """A broker that says yes, and shows a standing when it is asked."""
    return lambda request: httpx.Response(200, json=standing)


@pytest.mark.parametrize(
    ("standing", "state"),
    [
        ("placed", State.PLACED),
        ("unprotected", State.PLACED),
        ("rejected", State.REJECTED),
        ("not found", State.UNKNOWN),
        ("incomplete", State.UNKNOWN),
        ("ambiguous", State.UNKNOWN),
    ],
)
def test_what_is_found_ends_the_doubt_or_does_not(
    call: Driver, standing: str, state: State
) -> None:
    """Only what proves something is written down; an empty list proves nothing."""
    journal = MemoryJournal()
    call("place", ORDER, intent=INTENT, answer=status(500), journal=journal)
    finding = call("find", INTENT, answer=looked(standing), journal=journal)
    assert standing == finding.standing.value
    entry = journal.get(INTENT)
    assert entry is not None
    assert state is entry.state


def test_looking_goes_on_for_as_long_as_the_patience(call: Driver) -> None:
    """Records are late: what is not there at the first look may be there at the third."""
    journal = MemoryJournal()
    call("place", ORDER, intent=INTENT, answer=status(500), journal=journal)
    looks = iter(["not found", "incomplete", "placed"])
    answer = lambda request: httpx.Response(200, json=next(looks))  # noqa: E731  shorter so
    finding = call("find", INTENT, patience=5.0, answer=answer, journal=journal)
    assert Standing.PLACED is finding.standing
    start = time.monotonic()
    finding = call("find", INTENT, patience=0.5, answer=looked("not found"), journal=journal)
    assert Standing.NOT_FOUND is finding.standing
    assert time.monotonic() - start < 2.0


def test_records_that_cannot_be_read_are_not_empty(call: Driver) -> None:
    """A broken connection while looking is told as such."""
    journal = MemoryJournal()
    call("place", ORDER, intent=INTENT, answer=status(500), journal=journal)
    broken = breaking(httpx.ReadError("reset"))
    finding = call("find", INTENT, answer=broken, journal=journal)
    assert Standing.NOT_READ is finding.standing
    assert (
        "/list was not answered: the connection broke before the answer was whole." == finding.why
    )
    cancellation = call("cancel", INTENT, answer=broken, journal=journal)
    assert not cancellation.complete
    assert "/cancel was not answered" in cancellation.why


def test_what_is_found_may_be_another_intents(call: Driver) -> None:
    """Ids that the journal has for a placement are no proof of one that says the same."""
    journal = MemoryJournal()
    call("place", ORDER, answer=status(200), journal=journal)
    call("place", ORDER, intent=INTENT, answer=breaking(httpx.ReadError("")), journal=journal)
    finding = call("find", INTENT, answer=looked("placed"), journal=journal)
    assert Standing.AMBIGUOUS is finding.standing
    assert "belongs to the intent" in finding.why
    cancellation = call("cancel", INTENT, answer=looked("placed"), journal=journal)
    assert (False, finding.why) == (cancellation.complete, cancellation.why)
    entry = journal.get(INTENT)
    assert entry is not None
    assert State.UNKNOWN is entry.state


def twin_of(entry: Entry, state: State) -> Entry:
    """A placement that says the same as another, under an intent of its own."""
    intent = uuid4()
    content = entry.content.replace(str(entry.intent).encode(), str(intent).encode())
    return attrs.evolve(entry, intent=intent, content=content, state=state)


@pytest.mark.parametrize(
    ("state", "standing", "found"),
    [
        (State.SENDING, "placed", "ambiguous"),
        (State.UNKNOWN, "placed", "ambiguous"),
        (State.UNKNOWN, "rejected", "ambiguous"),
        (State.REJECTED, "rejected", "ambiguous"),
        (State.REJECTED, "placed", "placed"),
        (State.NOT_SENT, "placed", "placed"),
        (State.UNKNOWN, "not found", "ambiguous"),
    ],
)
def test_of_two_intents_that_say_the_same_neither_has_what_is_found(
    call: Driver, state: State, standing: str, found: str
) -> None:
    """Where the request names no intent, one order at the broker may be of either."""
    journal = MemoryJournal()
    lost = breaking(httpx.ReadError(""))
    call("place", ORDER, intent=INTENT, answer=lost, journal=journal)
    entry = journal.get(INTENT)
    assert entry is not None
    twin = twin_of(entry, state)
    assert journal.claim(twin) is None
    finding = call("find", INTENT, answer=looked(standing), journal=journal)
    assert found == finding.standing.value
    assert ("may belong to the intent" in finding.why) is (found == "ambiguous")
    if found == "ambiguous":
        assert not call("cancel", INTENT, answer=looked(standing), journal=journal).complete


def test_ids_tell_twins_apart(call: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found by an id of the caller's is its own, whoever else says the same."""

    def find(self: Broker, sent: Sent) -> Steps[Finding]:
        yield Call("/list")
        return Finding(Standing.PLACED, "its id is there.", ids=IDS)

    monkeypatch.setattr(Broker, "find", find)
    journal = MemoryJournal()
    call("place", ORDER, intent=INTENT, answer=breaking(httpx.ReadError("")), journal=journal)
    entry = journal.get(INTENT)
    assert entry is not None
    assert journal.claim(twin_of(entry, State.UNKNOWN)) is None
    assert Standing.PLACED is call("find", INTENT, answer=status(200), journal=journal).standing


@pytest.mark.parametrize("environment", ["live", URL, f"{URL}/"])
def test_an_environment_and_its_url_are_one_place(call: Driver, environment: str) -> None:
    """What was placed by the word is found by the URL."""
    first, journal = MemoryJournal(), MemoryJournal()
    call("place", ORDER, intent=INTENT, answer=status(500), journal=first)
    (entry,) = first.entries()
    assert journal.claim(attrs.evolve(entry, environment=environment)) is None
    assert [INTENT] == [
        each.intent for each in call("recover", answer=status(500), journal=journal)
    ]
    finding = call("find", INTENT, answer=looked("placed"), journal=journal)
    assert Standing.PLACED is finding.standing


def test_what_never_left_is_not_cancelled(call: Driver) -> None:
    """An order that looks like it is another's: nothing is asked of the broker."""
    journal = MemoryJournal()
    refused = breaking(httpx.ConnectError("refused"))
    call("place", ORDER, intent=INTENT, answer=refused, journal=journal)
    cancellation = call("cancel", INTENT, answer=looked("placed"), journal=journal)
    assert "it never left: no connection came about." == cancellation.why
    assert cancellation.complete


def test_what_was_rejected_is_not_cancelled(call: Driver) -> None:
    """The broker said that it has nothing: nothing is asked of it."""
    journal = MemoryJournal()
    call("place", ORDER, intent=INTENT, answer=status(400), journal=journal)
    cancellation = call("cancel", INTENT, answer=breaking(AssertionError()), journal=journal)
    assert (True, "the broker said no to it: Bad as it was") == (
        cancellation.complete,
        cancellation.why,
    )


def test_nothing_is_cancelled_without_an_id(call: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an adapter would find by its looks a moment later may be another intent's."""

    def find(self: Broker, sent: Sent) -> Steps[Finding]:
        yield Call("/list")
        return Finding(Standing.NOT_FOUND, "nothing is listed.")

    monkeypatch.setattr(Broker, "find", find)
    journal = MemoryJournal()
    call("place", ORDER, intent=INTENT, answer=breaking(httpx.ReadError("")), journal=journal)
    cancellation = call("cancel", INTENT, answer=status(200), journal=journal)
    assert (False, "nothing is listed.") == (cancellation.complete, cancellation.why)


def test_cancelling_goes_by_the_outcome_or_the_intent(call: Driver) -> None:
    """The ids that the broker gave go with it."""
    journal = MemoryJournal()
    bodies: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(request.content)
        return httpx.Response(200)

    placed = call("place", ORDER, intent=INTENT, answer=answer, journal=journal)
    for what in (placed, INTENT):
        assert call("cancel", what, answer=answer, journal=journal).complete
    assert [{"id": "1"}, {"id": "1"}] == [json.loads(body) for body in bodies[1:]]


def test_what_has_no_id_is_found_before_it_is_cancelled(call: Driver) -> None:
    """The ids that looking brings go with it."""
    journal = MemoryJournal()
    paths: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.path.removeprefix("/api"))
        return httpx.Response(200, json="placed")

    call("place", ORDER, intent=INTENT, answer=breaking(httpx.ReadError("")), journal=journal)
    assert call("cancel", INTENT, answer=answer, journal=journal).complete
    assert ["/list", "/cancel"] == paths


def test_what_the_journal_does_not_hold_cannot_be_looked_for(call: Driver) -> None:
    """Nor what went elsewhere: the answer would be about another account."""
    journal = MemoryJournal()
    with pytest.raises(IntentNotKnown, match="is not in the journal"):
        call("find", INTENT, answer=status(200), journal=journal)
    call("place", ORDER, intent=INTENT, answer=status(200), journal=journal)
    transport = httpx.MockTransport(status(200))
    other = Client(Broker(1), "demo", NoAuth(), journal=journal, transport=transport)
    speaks = r"this client speaks to tradovate \(demo\)"
    with other, pytest.raises(IntentNotKnown, match=speaks):
        other.cancel(INTENT)


def test_recover_lists_what_is_open_and_sends_nothing(call: Driver) -> None:
    """A claim without an end, and an end that nobody knows, of this broker and environment."""
    journal = MemoryJournal()
    unknown, lost = uuid4(), uuid4()
    call("place", ORDER, answer=status(200), journal=journal)
    call("place", ORDER, intent=unknown, answer=status(500), journal=journal)
    entry = journal.get(unknown)
    assert entry is not None
    later = entry.claimed_at + timedelta(seconds=1)
    claimed = attrs.evolve(entry, intent=lost, claimed_at=later, state=State.SENDING)
    elsewhere = attrs.evolve(claimed, intent=uuid4(), environment="demo")
    assert (None, None) == (journal.claim(claimed), journal.claim(elsewhere))
    found = call("recover", answer=breaking(AssertionError()), journal=journal)
    assert [unknown, lost] == [entry.intent for entry in found]


def test_ids_that_the_caller_chose_go_out(call: Driver) -> None:
    """They take the place of those that are made of the intent."""
    bodies: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        return httpx.Response(200)

    call("place", ORDER, intent=INTENT, client_order_ids={"peers[1]": "stop-7"}, answer=answer)
    assert (f"{INTENT}-1", "stop-7") == (bodies[0]["clOrdId"], bodies[0]["bracket2"]["clOrdId"])


def test_an_intent_is_a_uuid(call: Driver) -> None:
    """Its text is taken too, and nothing else."""
    assert INTENT == call("place", ORDER, intent=str(INTENT), answer=status(200)).intent
    with pytest.raises(Refused, match="is not a UUID"):
        call("place", ORDER, intent="monday", answer=status(200))


def test_the_environment_is_a_word_or_a_url() -> None:
    """There is no default, and plain http goes to this machine alone."""
    auth = NoAuth()
    with Client(Broker(), "demo", auth) as client:
        assert "Client(tradovate, demo)" == repr(client)
    assert "AsyncClient(tradovate, live)" == repr(AsyncClient(Broker(), "live", auth))
    for url, why in {
        "paper": "has no environment 'paper': it has demo and live",
        "http://broker.example": "in the open",
        "ftp://127.0.0.1": "no base URL",
        "https://": "no base URL",
        "https://[::1": "no base URL",
        "https://broker.example:70000": "no base URL",
        "ftp://user:hush@broker.example": "^a base URL has",
        "https://user:hush@": "^a base URL has",
        "https://user@broker.example": "no user name",
        "https://broker.example/?a=b": "no query",
    }.items():
        with pytest.raises(AdapterError, match=why):
            Client(Broker(), url, auth)
    for url in ("http://localhost:8700/v1", "http://[::1]:8700", "https://broker.example/v1/"):
        Client(Broker(), url, auth).close()
    with pytest.raises(AdapterError, match="cannot be placed through the adapter schwab yet"):
        Client(Schwab(), "demo", auth)  # type: ignore[arg-type]  # the very mistake


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"adapter": Broker}, "is not an adapter that speaks for an account"),
        ({"environment": NoAuth()}, "a word such as demo, or a URL, and not a NoAuth"),
        ({"auth": None}, "auth is an httpx.Auth, and this is a NoneType"),
        ({"journal": "journal.sqlite3"}, "journal is a journal such as .*, and this is a str"),
        ({"deadline": "10"}, "deadline is seconds, and this is a str"),
    ],
    ids=["a class", "swapped", "no auth", "a path", "a text"],
)
def test_what_is_no_argument_is_told_at_once(given: dict[str, Any], why: str) -> None:
    """And not when an order is on its way."""
    arguments = {"adapter": Broker(1, "D"), "environment": "demo", "auth": NoAuth(), **given}
    for kind in (Client, AsyncClient):
        with pytest.raises((AdapterError, TypeError), match=why):
            kind(**arguments)
