"""Orders placed, found and cancelled by the command, in a sandbox on loopback."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import httpx
import pytest
from tests.otoco.cli.conftest import Done, Run

from otoco.placing import JournalError, SqliteJournal, _client
from otoco.sandbox import Fault, FaultKind, Sandbox
from otoco_tradovate import Tradovate

Document = dict[str, Any]

PATHS = ("trigger", "peers[0]", "peers[1]")
INTENT = "0c6f6a0e-61b5-4d29-9a52-1f6c3a2d7e10"
OTHER = "5d9b7f4c-2f0e-4b36-8a44-9f3a1d2c4b5e"
IN_SANDBOX = ("--to", "tradovate", "--env", "sandbox")
NAMED = (*IN_SANDBOX, "-o", f"intent={INTENT}")
LIVE = ("--to", "tradovate", "--env", "live", "-o", "account_id=12345", "account_spec=DEMO12345")


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    """The sandbox of all these tests; each looks at what it adds to the ledger."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def sandbox(shared: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """The sandbox, which demo and live are too, on a machine without secrets or a journal."""
    for name in filter(lambda name: name.startswith("OTOCO_"), [*os.environ]):
        monkeypatch.delenv(name)
    monkeypatch.setenv("OTOCO_SANDBOX", shared.address)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    url = shared.url("tradovate")
    monkeypatch.setattr(Tradovate, "environments", {"demo": url, "live": url})
    monkeypatch.setitem(sys.modules, "keyring", None)
    yield shared
    shared.calm()


@pytest.fixture
def fresh(otoco_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """A sandbox in which nothing has happened, in place of the shared one."""
    monkeypatch.setenv("OTOCO_SANDBOX", otoco_sandbox.address)
    return otoco_sandbox


@pytest.fixture
def order(tmp_path: Path, bracket: Document) -> str:
    """The file of an order that Tradovate takes."""
    file = tmp_path / "order.json"
    file.write_text(json.dumps(bracket), encoding="utf-8")
    return str(file)


@pytest.fixture
def placed(otoco: Run, order: str) -> Done:
    """The order placed under ``INTENT``."""
    return otoco("place", order, *NAMED)


@pytest.fixture
def secrets(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The secrets of the sandbox in the environment variables of the real broker."""
    for name, text in sandbox.secrets("tradovate").items():
        monkeypatch.setenv(f"OTOCO_TRADOVATE_{name.upper()}", text)


def terminal(answer: str) -> SimpleNamespace:
    """A standard input at which a person answers."""
    return SimpleNamespace(isatty=lambda: True, readline=lambda: f"{answer}\n")


class Broken:
    """A stream whose reader has gone."""

    encoding = "utf-8"

    @property
    def buffer(self) -> Broken:
        return self

    def write(self, text: bytes) -> NoReturn:
        raise BrokenPipeError(32, "Broken pipe")


def test_the_request_is_printed_first_and_then_the_outcome(sandbox: Sandbox, placed: Done) -> None:
    """With the broker's ids, and the commands to go on with."""
    assert (0, "") == (placed.code, placed.err)
    lines = placed.out.split("\n")
    assert f"To tradovate (the sandbox at {sandbox.address}), intent {INTENT}:" == lines[0]
    assert "├─ BUY 1 MESM7 limit 4150, DAY   (trigger)" == lines[2]
    assert "POST /order/placeoso" == lines[5]
    assert f"{INTENT}-1" == json.loads(lines[6])["clOrdId"]
    assert "Placed." == lines[7]
    ids = [order.id for order in sandbox.ledger("tradovate")[-1].orders]
    assert [f"  {path}: {id_}" for path, id_ in zip(PATHS, ids, strict=True)] == lines[8:11]
    assert f"Look at it:  otoco find {INTENT}" == lines[11]
    assert f"Cancel it:   otoco cancel {INTENT}" == lines[12]


def test_for_programs_an_outcome_is_one_object(
    sandbox: Sandbox, otoco: Run, bracket: Document
) -> None:
    """The order may come from standard input; what is sent is shown on standard error."""
    done = otoco("place", "-", *NAMED, "--json", stdin=[bracket])
    assert 0 == done.code
    assert ("Placed", INTENT) == (done.json["outcome"], done.json["intent"])
    ids = [order.id for order in sandbox.ledger("tradovate")[-1].orders]
    assert dict(zip(PATHS, ids, strict=True)) == done.json["ids"]
    assert {"digest", "began", "ended"} == done.json.keys() - {"outcome", "intent", "ids"}
    assert "POST /order/placeoso" in done.err


def test_a_broker_that_gives_no_id_for_each_leg(
    otoco: Run, entry: Document, target: Document, stop: Document
) -> None:
    """What it gave no id for is named; find learns them, and cancel ends them."""
    share = {"instrument": {"symbol": "AAPL", "type": "EQUITY"}}
    legs = {"trigger": entry | share, "peers": [target | share, stop | share]}
    words = ("--to", "snaptrade", "--env", "sandbox", "-o", f"intent={INTENT}")
    done = otoco("place", "-", *words, stdin=[{"type": "OTOCO", **legs}])
    assert 0 == done.code
    assert "  without an id of the broker's: trigger, peers[0], peers[1]\n" in done.out
    found = otoco("find", INTENT, "--json")
    assert (0, "placed") == (found.code, found.json["standing"])
    assert {*PATHS, "order"} == found.json["ids"].keys()
    done = otoco("cancel", INTENT, "--json")
    assert (0, True) == (done.code, done.json["complete"])
    assert {"cancelled"} == {each["life"] for each in done.json["orders"]}


def test_find_shows_each_order_and_what_has_filled(
    fresh: Sandbox, placed: Done, otoco: Run
) -> None:
    """The broker's words stand beside the neutral ones."""
    fresh.price("MESM7", "4150")
    done = otoco("find", INTENT)
    assert (0, "") == (done.code, done.err)
    first, *orders, _ = done.out.split("\n")
    assert first.startswith("Placed: the broker lists every order of it:")
    assert "filled (Filled, 1 filled)" in orders[0]
    assert "  peers[1]: " in orders[2]
    assert orders[2].endswith(" working (Working)")


def test_cancel_says_whether_anything_is_open(placed: Done, otoco: Run) -> None:
    """And cancels nothing twice."""
    for _ in range(2):
        done = otoco("cancel", INTENT)
        assert (0, "") == (done.code, done.err)
        assert done.out.startswith("Nothing is open: none of its orders can fill any more.\n")
        assert 3 == done.out.count(" cancelled (Canceled)\n")


@pytest.mark.parametrize(
    ("kind", "code", "outcome", "text"),
    [
        (FaultKind.REJECT, 1, "Rejected", "Rejected: MaxPosLimitReached the sandbox was told to"),
        (FaultKind.ERROR_IN_200, 1, "Rejected", "Rejected: the sandbox was told to fail here"),
        (FaultKind.PENALTY, 1, "Rejected", "Rejected: p-ticket\n  Wait 1 s before anything is"),
        (FaultKind.TOO_MANY_REQUESTS, 1, "Rejected", "  Wait 3600 s before anything is sent again"),
        (FaultKind.DROP_AFTER, 3, "Unknown", "Unknown: what came back is no HTTP, or it ended too"),
        (FaultKind.SERVER_ERROR, 3, "Unknown", "  The order may be live. Do not place it again.\n"),
    ],
)
def test_what_goes_wrong(
    sandbox: Sandbox, otoco: Run, order: str, kind: FaultKind, code: int, outcome: str, text: str
) -> None:
    """A no is 1, and what nobody knows is 3; programs get the same in one object."""
    sandbox.fault(Fault(kind, times=2))
    done = otoco("place", order, *IN_SANDBOX)
    assert (code, "") == (done.code, done.err)
    assert text in done.out
    assert (code == 3) is ("otoco find" in done.out)
    machine = otoco("place", order, *IN_SANDBOX, "--json")
    assert (code, outcome) == (machine.code, machine.json["outcome"])


def test_an_unknown_is_found_and_no_longer_open(fresh: Sandbox, otoco: Run, order: str) -> None:
    """The journal lists it as open until find has proven what became of it."""
    fresh.fault(Fault("drop-after"))
    assert 3 == otoco("place", order, *NAMED).code
    assert f"  {INTENT}  unknown   tradovate (" in otoco("journal", "--open").out
    assert 0 == otoco("find", INTENT, "--patience", "1").code
    assert "Nothing is open.\n" == otoco("journal", "--open").out
    assert f"  {INTENT}  placed    tradovate (" in otoco("journal").out


def test_an_exit_that_is_dead_is_1(sandbox: Sandbox, otoco: Run, order: str) -> None:
    """It was placed, and find says that the entry is without its stop."""
    sandbox.fault(Fault("late-rejection"))
    assert 0 == otoco("place", order, *NAMED).code
    done = otoco("find", INTENT)
    assert 1 == done.code
    assert done.out.startswith("Unprotected: ")
    assert " rejected (Rejected)\n" in done.out


def test_what_cannot_be_read_proves_nothing(sandbox: Sandbox, placed: Done, otoco: Run) -> None:
    """Neither to find nor to cancel."""
    sandbox.fault(Fault("drop-before", on="any", times=4))
    done = otoco("find", INTENT)
    assert 3 == done.code
    assert done.out.startswith("Not read: ")
    sandbox.fault(Fault("drop-before", on="any", times=4))
    done = otoco("cancel", INTENT, "--json")
    assert (3, False) == (done.code, done.json["complete"])
    sandbox.calm()
    assert 0 == otoco("cancel", INTENT).code


def test_it_never_left(sandbox: Sandbox, otoco: Run, order: str) -> None:
    """No time, no order: the same intent may be placed again."""
    before = sandbox.ledger("tradovate")
    done = otoco("place", order, *NAMED, "--deadline", "0")
    assert 1 == done.code
    assert done.out.endswith("Not sent: no connection came about before the deadline.\n")
    assert before == sandbox.ledger("tradovate")
    assert 0 == otoco("place", order, *NAMED).code


def test_an_intent_is_placed_once(sandbox: Sandbox, placed: Done, otoco: Run, order: str) -> None:
    """The second time nothing is sent, and what the journal holds is told."""
    before = sandbox.ledger("tradovate")
    again = otoco("place", order, *NAMED)
    assert 1 == again.code
    assert again.err.startswith(f"The intent {INTENT} was claimed at ")
    assert again.err.endswith(" Nothing was sent.\n")
    machine = otoco("place", order, *NAMED, "--json")
    assert (1, "placed") == (machine.code, machine.json["entry"]["state"])
    assert before == sandbox.ledger("tradovate")


def test_an_open_intent_is_no_no(sandbox: Sandbox, otoco: Run, order: str) -> None:
    """Placing once more what may be live ends as the first time did: nobody knows."""
    sandbox.fault(Fault("drop-after"))
    assert [3, 3] == [otoco("place", order, *NAMED).code for _ in range(2)]


def test_an_invalid_order(otoco: Run, crossed: Document) -> None:
    """All of its problems, and that nothing was sent."""
    done = otoco("place", "-", *IN_SANDBOX, stdin=[crossed])
    assert (1, "") == (done.code, done.out)
    assert done.err.startswith("The order is invalid.\n  peers[1].stop_price: ")
    assert done.err.endswith("\nNothing was sent.\n")
    machine = otoco("place", "-", *IN_SANDBOX, "--json", stdin=[crossed])
    assert (1, ["exit-through-entry"]) == (
        machine.code,
        [each["code"] for each in machine.json["invalid"]],
    )


def test_an_order_that_the_adapter_refuses(otoco: Run, order: str) -> None:
    """Every reason, those of its options too."""
    words = ("--to", "snaptrade", "--env", "sandbox", "-o", "intent=x")
    done = otoco("place", order, *words)
    assert (1, "") == (done.code, done.out)
    assert "  options.intent: intent: 'x' is not a UUID" in done.err
    assert "  trigger.instrument.type: SnapTrade takes no FUTURE here." in done.err
    assert done.err.endswith("\nNothing was sent.\n")
    assert "refused" in otoco("place", order, *words, "--json").json


def test_in_a_sandbox_its_account_takes_the_place_of_the_envelopes(
    otoco: Run, bracket: Document
) -> None:
    """The same envelope goes to the real account and, unchanged, to the sandbox."""
    envelope = {"order": bracket, "options": {"account_id": 999, "intent": INTENT}}
    done = otoco("place", "-", *IN_SANDBOX, "--json", stdin=[envelope])
    assert (0, INTENT) == (done.code, done.json["intent"])
    assert '"accountId":12345' in done.err
    done = otoco("place", "-", *IN_SANDBOX, "-o", "account_id=998", "--json", stdin=[envelope])
    assert '"accountId":998' in done.err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (
            ("place", "none.json", *IN_SANDBOX),
            "none.json cannot be read: No such file or directory",
        ),
        (("place", "order.json", *IN_SANDBOX, "--sandbox", "http://127.0.0.1:1"), "no sandbox an"),
        (("place", "order.json", *IN_SANDBOX, "--sandbox", "a b"), "no sandbox answers at a b: "),
        (("place", "order.json", *LIVE, "--sandbox", "http://a"), "--sandbox goes with --env sand"),
        (
            ("place", "order.json", "--to", "schwab", "--env", "demo"),
            "orders cannot be placed through 'schwab' yet; through these they can: snaptrade, trad",
        ),
        (
            ("place", "order.json", "--to", "snaptrade", "--env", "demo"),
            "snaptrade has no environment 'demo': it has live; or give",
        ),
        (("place", "order.json", "--to", "tradovat", "--env", "demo"), "Did you mean tradovate?"),
        (("place", "order.json", "--to", "tradovate", "--env", "paper"), "invalid choice: 'paper'"),
        (("place", "order.json", *LIVE), "OTOCO_TRADOVATE_ACCESS_TOKEN"),
        (("place", "order.json", *IN_SANDBOX, "-o", "a"), "-o takes KEY=VALUE"),
        (("find", "x"), "'x' is no intent: one is a UUID, as place prints it."),
        (("find", INTENT), "nothing was placed with it yet."),
        (("cancel", INTENT, "--journal", "none"), "there is no journal at none: "),
        (("journal",), "there is no journal at "),
    ],
)
def test_wrong_usage(
    sandbox: Sandbox, otoco: Run, order: str, words: tuple[str, ...], why: str
) -> None:
    """Is a sentence, and exit code 2; nothing was sent, and no journal was made."""
    before = sandbox.ledger("tradovate")
    done = otoco(*words, "--json")
    assert (2, "") == (done.code, done.out)
    assert why in done.err
    assert before == sandbox.ledger("tradovate")
    assert not Path("state").exists()


def test_an_error_before_anything_was_sent_says_so(otoco: Run, order: str) -> None:
    """Whoever places an order wants to know that first."""
    done = otoco("place", order, *IN_SANDBOX, "--sandbox", "http://127.0.0.1:1")
    assert done.err.endswith(" Nothing was sent.\n")


@pytest.mark.parametrize("accounts", [{"tradovate": 1}, {"tradovate": {"url": "x"}}, [1]])
def test_what_is_no_sandbox_is_not_taken_for_one(
    otoco: Run, order: str, monkeypatch: pytest.MonkeyPatch, accounts: object
) -> None:
    """Something else may listen on the port."""
    request = httpx.Request("GET", "http://127.0.0.1")
    reply = httpx.Response(200, json=accounts, request=request)
    monkeypatch.setattr(httpx.Client, "get", lambda *_: reply)
    done = otoco("place", order, *IN_SANDBOX)
    assert 2 == done.code
    assert "no sandbox answers at " in done.err


def test_a_sandbox_without_the_broker(otoco: Run, order: str) -> None:
    """The brokers that it has are named."""
    with Sandbox("snaptrade") as small:
        address = small.address
        done = otoco("place", order, *IN_SANDBOX, "--sandbox", address)
    assert 2 == done.code
    assert f"the sandbox at {address} has no tradovate: it has snaptrade." in done.err


def test_a_journal_knows_its_own_intents_only(placed: Done, otoco: Run, order: str) -> None:
    """A placement is followed up with the journal that it was placed with."""
    elsewhere = ("--journal", "my journal")
    done = otoco("place", order, *IN_SANDBOX, "-o", f"intent={OTHER}", *elsewhere)
    assert f"otoco find {OTHER} --journal 'my journal'\n" in done.out
    assert 0 == otoco("find", OTHER, *elsewhere).code
    done = otoco("find", OTHER)
    assert 2 == done.code
    assert f"otoco: the journal knows no intent {OTHER}: see otoco journal.\n" == done.err


def test_the_journal_for_programs(
    placed: Done, otoco: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each entry with the body that was sent; the file may be named by a variable."""
    monkeypatch.setenv("OTOCO_JOURNAL", str(tmp_path / "state" / "otoco" / "journal.sqlite3"))
    done = otoco("journal", "--json")
    (entry,) = done.json["entries"]
    assert (0, INTENT, "placed") == (done.code, entry["intent"], entry["state"])
    assert f"{INTENT}-1" == entry["body"]["clOrdId"]
    assert {"entries": []} == otoco("journal", "--open", "--json").json


def test_a_journal_without_entries(otoco: Run) -> None:
    """Says so."""
    SqliteJournal("empty").close()
    assert "The journal is empty.\n" == otoco("journal", "--journal", "empty").out


def test_a_file_that_is_no_journal(sandbox: Sandbox, otoco: Run, order: str) -> None:
    """Nothing is sent that cannot be written down."""
    before = sandbox.ledger("tradovate")
    done = otoco("place", order, *IN_SANDBOX, "--journal", order)
    assert (2, "") == (done.code, done.out)
    assert "the file is no journal. Nothing was sent." in done.err
    assert before == sandbox.ledger("tradovate")


@pytest.mark.parametrize("state", [None, "not/absolute"])
def test_without_a_folder_for_state_it_is_the_home(
    otoco: Run, order: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, state: str | None
) -> None:
    """A relative XDG_STATE_HOME is none, as the XDG specification says; the folder is private."""
    monkeypatch.delenv("XDG_STATE_HOME")
    if state:
        monkeypatch.setenv("XDG_STATE_HOME", state)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert 0 == otoco("place", order, *IN_SANDBOX).code
    folder = tmp_path / ".local" / "state" / "otoco"
    assert (folder / "journal.sqlite3").exists()
    assert 0o700 == folder.stat().st_mode & 0o777


def test_a_home_that_cannot_be_written(
    otoco: Run, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is told with what to do."""
    monkeypatch.setenv("XDG_STATE_HOME", order)
    done = otoco("place", order, *IN_SANDBOX)
    assert (2, "") == (done.code, done.out)
    assert f"{order}/otoco cannot be made for the journal: Not a directory." in done.err


def test_a_user_without_a_home(otoco: Run, order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As some that run services."""

    def no_home() -> NoReturn:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setattr(Path, "home", no_home)
    done = otoco("place", order, *IN_SANDBOX)
    assert 2 == done.code
    assert "there is no home for the journal: name a file with --journal." in done.err


@pytest.mark.usefixtures("secrets")
def test_live_asks_and_the_answer_is_a_word(
    sandbox: Sandbox, otoco: Run, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request is shown before; any other answer, and no answer, sends nothing."""
    before = sandbox.ledger("tradovate")
    for answer in ("y", "LIVE", ""):
        monkeypatch.setattr(sys, "stdin", terminal(answer))
        done = otoco("place", order, *LIVE)
        assert 1 == done.code
        assert "To tradovate (live), intent " in done.out
        assert done.err.startswith("This places an order at tradovate with real money.")
        assert done.out.endswith("\nNot sent: it was not confirmed.\n")
    assert "NotSent" == otoco("place", order, *LIVE, "--json").json["outcome"]
    assert before == sandbox.ledger("tradovate")
    monkeypatch.setattr(sys, "stdin", terminal("live"))
    assert 0 == otoco("place", order, *LIVE).code


@pytest.mark.usefixtures("secrets")
@pytest.mark.parametrize("stdin", [None, SimpleNamespace(isatty=lambda: False)])
def test_live_without_a_terminal_wants_a_flag(
    otoco: Run, order: str, monkeypatch: pytest.MonkeyPatch, stdin: object
) -> None:
    """No script places with real money by mistake."""
    monkeypatch.setattr(sys, "stdin", stdin)
    done = otoco("place", order, *LIVE)
    assert 2 == done.code
    assert "there is no one to ask: give --yes-live. Nothing was sent.\n" in done.err
    assert 0 == otoco("place", order, *LIVE, "--yes-live").code


@pytest.mark.usefixtures("secrets")
def test_a_placement_is_followed_up_where_it_went(otoco: Run, order: str) -> None:
    """The journal knows the broker, the environment and the account."""
    account = ("-o", "account_id=12345", "account_spec=DEMO12345", f"intent={INTENT}")
    done = otoco("place", order, "--to", "tradovate", "--env", "demo", *account)
    assert (0, "To tradovate (demo), ") == (done.code, done.out[:21])
    assert 0 == otoco("find", INTENT).code
    assert 0 == otoco("cancel", INTENT).code


def test_an_id_of_ones_own_does_not_hinder_following_up(otoco: Run, order: str) -> None:
    """It is part of the request, and no option of the account."""
    own = ("-o", f"intent={INTENT}", "client_order_ids.trigger=mine")
    assert '"mine"' in otoco("place", order, *IN_SANDBOX, *own).out
    assert 0 == otoco("find", INTENT).code


def test_interrupted_on_the_way(otoco: Run, order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends the waiting and not the order: it is told as any that nobody knows."""

    def interrupted(response: httpx.Response) -> NoReturn:
        response.close()
        raise KeyboardInterrupt

    monkeypatch.setattr(_client, "read_bounded", interrupted)
    done = otoco("place", order, *NAMED)
    assert 3 == done.code
    assert done.err.startswith(
        "Interrupted; the order is unknown.\nIt may be live. Do not place it again.\n"
        f"Look at it:  otoco find {INTENT}\n"
    )
    machine = otoco("place", order, *IN_SANDBOX, "--json")
    assert (3, "unknown", True) == (
        machine.code,
        machine.json["state"],
        machine.json["interrupted"],
    )


def test_interrupted_before_it_is_written_down(
    otoco: Run, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing left."""

    def claim(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(SqliteJournal, "claim", claim)
    done = otoco("place", order, *IN_SANDBOX)
    assert (1, "Interrupted; the order is not sent.\n") == (done.code, done.err)
    assert "not sent" == otoco("place", order, *IN_SANDBOX, "--json").json["state"]


def test_a_journal_that_fails_afterwards(
    otoco: Run, order: str, placed: Done, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The outcome stands; and what find has proven is not known where it is not written down."""

    def settle(*_: object, **__: object) -> NoReturn:
        raise JournalError("the disk is full.")

    monkeypatch.setattr(SqliteJournal, "settle", settle)
    done = otoco("place", order, *IN_SANDBOX)
    assert 0 == done.code
    assert "  The journal still calls it open: the disk is full.\n" in done.out
    done = otoco("find", INTENT)
    assert (3, "The disk is full.\n") == (done.code, done.err)
    assert {"error": "the disk is full."} == otoco("find", INTENT, "--json").json


def test_what_cannot_be_shown_is_not_sent(
    sandbox: Sandbox, otoco: Run, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe that is closed is no place to tell of an order."""
    before = sandbox.ledger("tradovate")
    monkeypatch.setattr(sys, "stdout", Broken())
    done = otoco("place", order, *IN_SANDBOX)
    assert 2 == done.code
    assert "the request cannot be printed: Broken pipe. Nothing was sent." in done.err
    assert before == sandbox.ledger("tradovate")


def test_what_was_done_stands_though_it_cannot_be_shown(
    sandbox: Sandbox, otoco: Run, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exit code is that of the outcome, and standard error has it in words."""
    monkeypatch.setattr(sys, "stdout", Broken())
    done = otoco("place", order, *NAMED, "--json")
    assert 0 == done.code
    assert f"Placed.\n  trigger: {sandbox.ledger('tradovate')[-1].orders[0].id}\n" in done.err
    monkeypatch.setattr(sys, "stdout", Broken())
    assert (0, "") == otoco("journal")[::2]
    monkeypatch.setattr(sys, "stdout", Broken())
    monkeypatch.setattr(sys, "stderr", Broken())
    assert 0 == otoco("find", INTENT).code


@pytest.mark.parametrize("words", [("--env", "demo"), ("--env", "live", "--yes-live")])
def test_no_secret_is_printed(
    otoco: Run, order: str, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """Not one that cannot be sent, nor one in the wrong variable."""
    account = ("-o", "account_id=1", "account_spec=X")
    for token, expires in (("se cret", "2999-01-01T00:00:00Z"), ("secret", "secret")):
        monkeypatch.setenv("OTOCO_TRADOVATE_ACCESS_TOKEN", token)
        monkeypatch.setenv("OTOCO_TRADOVATE_ACCESS_TOKEN_EXPIRES", expires)
        done = otoco("place", order, "--to", "tradovate", *words, *account)
        assert (2, "") == (done.code, done.out)
        assert "cret" not in done.err
        assert done.err.startswith("otoco: tradovate: ")
