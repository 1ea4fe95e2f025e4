"""Answers for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from otoco import adapter_names

if TYPE_CHECKING:
    from tests.otoco.cli.conftest import Run

Document = dict[str, Any]


def test_a_valid_order(otoco: Run, bracket: Document) -> None:
    """A valid order is shown as a tree, with a yes or no for each adapter."""
    done = otoco("check", "-", "--to", "tradovate", stdin=[bracket])
    assert (
        "Valid: an OTOCO.\n"
        "OTOCO: when the first leg fills, the others go live;"
        " when one of those fills, the rest are cancelled\n"
        "├─ BUY 1 MESM7 limit 4150, DAY   (trigger)\n"
        "├─ SELL 1 MESM7 limit 4200, DAY   (peers[0])\n"
        "└─ SELL 1 MESM7 stop 4125, DAY   (peers[1])\n"
        "\n"
        "tradovate: yes\n"
    ) == done.out
    assert (0, "") == (done.code, done.err)


def test_advice_and_refusals(otoco: Run, entry: Document, target: Document) -> None:
    """Each finding says where, what and why, and on a line of its own what to write instead."""
    document = {
        "type": "OTO",
        "trigger": entry | {"time_in_force": "GTC"},
        "conditionals": [target],
    }
    done = otoco("check", "-", "--to", "snaptrade", "tradovate", stdin=[document])
    assert (
        "Legal, but look again:\n"
        "  conditionals[0].time_in_force: this exit is DAY and its trigger GTC: it can be gone"
        " while the position stays. [exit-expires-first]\n"
        "    Give the exit at least the life of its trigger.\n"
        "\n"
        "snaptrade: no\n"
        "  trigger.instrument.type: SnapTrade takes no FUTURE here. [instrument]\n"
        "    It takes EQUITY, OPTION, CRYPTOCURRENCY, CRYPTOCURRENCY_PAIR.\n"
        "  conditionals[0].instrument.type: SnapTrade takes no FUTURE here. [instrument]\n"
        "    It takes EQUITY, OPTION, CRYPTOCURRENCY, CRYPTOCURRENCY_PAIR.\n"
        "tradovate: yes\n"
    ) == done.out.partition("\n\n")[2]
    assert "" == done.err


@pytest.mark.parametrize(
    ("shape", "expected"), [("SINGLE", "Valid: a SINGLE."), ("OCO", "Valid: an OCO.")]
)
def test_the_shape_has_its_article(
    otoco: Run, target: Document, stop: Document, shape: str, expected: str
) -> None:
    """The first line names the shape of the order."""
    document = target if shape == "SINGLE" else {"type": shape, "peers": [target, stop]}
    assert expected == otoco("check", "-", stdin=[document]).out.split("\n")[0]


def test_an_invalid_order(otoco: Run, crossed: Document) -> None:
    """What is wrong goes to standard error, all of it, with its path."""
    done = otoco("check", "-", stdin=[crossed])
    assert (
        "The order is invalid.\n"
        "  peers[1].stop_price: sell stop 4175 would execute at once at the entry price 4150: a"
        " stop that protects a long position lies below it. [exit-through-entry]\n"
    ) == done.err
    assert (1, "") == (done.code, done.out)


def test_a_problem_of_the_whole_has_no_path(otoco: Run) -> None:
    """What concerns the document as a whole is told of the order."""
    assert "  order: a document is a JSON object" in otoco("check", "-", stdin=b"1").err


def test_a_refused_order(otoco: Run, bracket: Document) -> None:
    """Where an order cannot be said nothing is printed that could be sent."""
    done = otoco("translate", "-", "--to", "tradovate", "-o", "account_id=1", stdin=[bracket])
    assert (
        "Refused; nothing was built.\n"
        "  options.account_spec: account_spec is not given: the name of the account, such as"
        " DEMO12345. [option]\n"
        "    Give account_spec.\n"
    ) == done.err
    assert (1, "") == (done.code, done.out)


@pytest.mark.parametrize(
    "words",
    [
        ("translate", "-", "--to", "tradovate", "-o", "account_id=12345", "account_spec=DEMO12345"),
        ("parse", "-", "--from", "tradovate"),
    ],
)
def test_requests_and_envelopes_are_json(
    otoco: Run, entry: Document, request_body: Document, words: tuple[str, ...]
) -> None:
    """For people they are indented, and say the same."""
    document = request_body if words[0] == "parse" else entry
    shown, machine = otoco(*words, stdin=[document]), otoco(*words, "--json", stdin=[document])
    assert f"{json.dumps(machine.json, indent=2)}\n" == shown.out


def test_adapters(otoco: Run) -> None:
    """Every adapter is shown with what it takes, its options and its source."""
    done = otoco("adapters")
    assert 0 == done.code
    parts = done.out.split("\n\n")
    assert list(adapter_names()) == [part.partition(" (")[0] for part in parts]
    tradovate = parts[adapter_names().index("tradovate")]
    assert "\n  times in force: DAY, GTC, GTD, IOC, FOK, UNSTATED\n" in tradovate
    assert "\n    LADDER: yes: startOrderStrategy, 1 or more conditionals, " in tradovate
    assert "\n    account_id: the id of the account entity" in tradovate


def test_adapters_as_json(otoco: Run) -> None:
    """For programs, the same facts as one object."""
    found = otoco("adapters", "--json").json
    assert list(adapter_names()) == list(found)
    assert ["FUTURE"] == found["tradovate"]["instrument_types"]
