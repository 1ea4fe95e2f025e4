"""Problems and refusals as data and as sentences, and the errors that carry them."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from otoco import (
    AdapterError,
    InvalidOrder,
    Market,
    OtocoError,
    Problem,
    Refusal,
    RefusalKind,
    Refused,
    Severity,
    buy,
    from_dict,
)

PROBLEM = Problem("peers[0].side", "value", "'X' is not one of BUY, SELL.", "Did you mean BUY?")
ADVICE = Problem("", "negative-price", "it is below zero.", severity=Severity.ADVICE)
REFUSAL = Refusal("", "shape", "no OCO.", kind=RefusalKind.NOT_IMPLEMENTED, source="their page")


def test_a_problem_is_a_sentence() -> None:
    """A problem reads: where, why, its code, and the fix where there is one."""
    assert (
        "peers[0].side: 'X' is not one of BUY, SELL. [value] Did you mean BUY?",
        "order: it is below zero. [negative-price]",
    ) == (str(PROBLEM), str(ADVICE))


def test_a_problem_is_data() -> None:
    """The machine form has what there is, and no key for what there is not."""
    assert {
        "where": "peers[0].side",
        "code": "value",
        "why": "'X' is not one of BUY, SELL.",
        "fix": "Did you mean BUY?",
        "severity": "error",
    } == PROBLEM.to_dict()
    assert {
        "where": "",
        "code": "negative-price",
        "why": "it is below zero.",
        "severity": "advice",
    } == ADVICE.to_dict()


@pytest.mark.parametrize(
    ("prefix", "where"),
    [("trigger", "trigger.peers[0].side"), ("", "peers[0].side")],
)
def test_a_problem_is_seen_from_above(prefix: str, where: str) -> None:
    """Seen from a parent, a problem's path begins with the parent's key."""
    assert where == PROBLEM.under(prefix).where


def test_a_problem_of_the_whole_is_under_its_key_alone() -> None:
    """A problem of a child as a whole stands under the child's key."""
    assert "conditionals[0]" == ADVICE.under("conditionals[0]").where


def test_a_refusal_is_data_and_a_sentence() -> None:
    """A refusal says in both forms what it is, and whose limit it states."""
    assert "order: no OCO. [shape]" == str(REFUSAL)
    assert {
        "where": "",
        "code": "shape",
        "why": "no OCO.",
        "kind": "not-implemented",
        "source": "their page",
    } == REFUSAL.to_dict()


@pytest.mark.parametrize(
    "error",
    [InvalidOrder([PROBLEM, ADVICE]), Refused("acme", [REFUSAL]), AdapterError("no such")],
    ids=lambda error: type(error).__name__,
)
def test_an_error_survives_pickling_and_copying(error: OtocoError) -> None:
    """Every error of the library comes whole out of a pickle, as a process pool needs it."""
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert (type(error), error.__dict__, str(error)) == (type(twin), twin.__dict__, str(twin))


def test_an_error_tells_everything_a_line_each() -> None:
    """The text of an error has one line per finding."""
    assert f"{PROBLEM}\n{ADVICE}" == str(InvalidOrder(iter([PROBLEM, ADVICE])))
    assert f"acme refuses {REFUSAL}" == str(Refused("acme", [REFUSAL]))


def test_the_errors_are_one_family() -> None:
    """Whoever catches the base catches all; an invalid order is a ValueError too."""
    family = {kind: issubclass(kind, OtocoError) for kind in (InvalidOrder, Refused, AdapterError)}
    assert {InvalidOrder: True, Refused: True, AdapterError: True} == family
    assert issubclass(InvalidOrder, ValueError)


@pytest.mark.parametrize(
    ("key", "where"),
    [
        ("limit_prise", "limit_prise"),
        ("limit price", "'limit price'"),
        ("a.b", "'a.b'"),
        ("é", r"'\xe9'"),
        ("\ud800\n", r"'\ud800\n'"),
        ("", "''"),
        (7, "7"),
        (None, "None"),
    ],
)
def test_an_unknown_key_can_be_read_in_a_path(key: object, where: str) -> None:
    """A plain key stands in a path as it is, any other one quoted and in ASCII."""
    with pytest.raises(InvalidOrder) as caught:
        from_dict({"order": {key: 1}})
    assert where in [problem.where for problem in caught.value.problems]


@pytest.mark.parametrize("size", [10, 100, 10**6])
def test_a_sentence_is_short_however_long_the_value(size: int) -> None:
    """A value is shown in a sentence to a bounded length, and the sentence stays printable."""
    values: list[Any] = ["x" * size, "\x00" * size, ["y"] * size, {"é": "é" * size}]
    for value in values:
        with pytest.raises(InvalidOrder) as caught:
            buy(1, value, Market())
        text = str(caught.value)
        assert len(text) < 300
        assert text.isprintable()
