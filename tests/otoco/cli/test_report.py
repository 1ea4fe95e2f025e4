"""``otoco check --report``: what an order means at each broker, for people, programs and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from otoco import from_dict, portability

if TYPE_CHECKING:
    from tests.otoco.cli.conftest import Run

Document = dict[str, Any]


def bracket(entry: Document, target: Document, stop: Document) -> Document:
    """An OTOCO."""
    return {"type": "OTOCO", "trigger": entry, "peers": [target, stop]}


def test_for_people(otoco: Run, entry: Document, target: Document, stop: Document) -> None:
    """The text is that of the library's own report, about every adapter that is installed."""
    order = bracket(entry, target, stop)
    done = otoco("check", "-", "--report", stdin=[order])
    built = from_dict(order)
    assert (0, f"Valid: an OTOCO.\n{built}\n\n{portability(built)}\n", "") == (
        done.code,
        done.out,
        done.err,
    )


def test_what_is_often_a_mistake_is_told_in_every_form(
    otoco: Run, entry: Document, target: Document, stop: Document
) -> None:
    """An exit that expires before its trigger is told to people, to programs and on pages."""
    entry, target = ({**leg, "time_in_force": "GTC"} for leg in (entry, target))
    order = bracket(entry, target, stop)
    (advice,) = otoco("check", "-", "--report", "--json", stdin=[order]).json["advice"]
    assert "exit-expires-first" == advice["code"]
    told = f"  {advice['where']}: {advice['why']} [exit-expires-first]\n    {advice['fix']}\n"
    assert told in otoco("check", "-", "--report", stdin=[order]).out
    page = otoco("check", "-", "--report", "--markdown", stdin=[order]).out
    assert page.endswith(f"- `{advice['where']}`: {advice['why']} {advice['fix']}\n")


def test_for_programs(otoco: Run, entry: Document, target: Document, stop: Document) -> None:
    """The machine form has the advice, and by adapter what is refused and what differs."""
    order = bracket(entry, target, stop)
    done = otoco("check", "-", "--report", "--json", stdin=[order])
    assert {"advice": [], "report": portability(from_dict(order)).to_dict()} == done.json
    many = otoco("check", "--report", "--lines", stdin=[order, {}, order])
    assert [done.json, done.json] == [each for each in many.answers if "report" in each]
    assert ["report", "invalid", "report"] == [[*each][-1] for each in many.answers]


def test_for_pages(otoco: Run, entry: Document, target: Document, stop: Document) -> None:
    """The table has a row for each adapter that was named."""
    order = bracket(entry, target, stop)
    words = ("check", "--to", "tradovate", "snaptrade", "--report", "--markdown", "-")
    done = otoco(*words, stdin=[order])
    head, _, *rows = done.out.splitlines()
    assert "| broker | takes it | why not | what it means there |" == head
    assert ["| Tradovate ", "| SnapTrade "] == [row[:12] for row in rows]
    assert 1 == done.code


def test_places_are_told_in_the_spelling_read(otoco: Run, entry: Document, stop: Document) -> None:
    """An OTO of one OCO is an OTOCO, and its refusals stand where the document has them."""
    other = {**stop, "stop_price": "4120", "label": "x"}
    pair = {"type": "OCO", "peers": [stop, other]}
    order = {"type": "OTO", "trigger": entry, "conditionals": [pair]}
    done = otoco("check", "-", "--to", "alpaca", "--report", "--json", stdin=[order])
    places = {each["where"] for each in done.json["report"]["alpaca"]["refusals"]}
    assert "conditionals[0].peers[1].label" in places


def test_advice_is_an_error_where_it_is_asked_to_be(otoco: Run, entry: Document) -> None:
    """With ``--strict`` what is legal and often a mistake is reported in place of the brokers."""
    order = {"type": "OTO", "trigger": entry, "conditionals": [entry]}
    done = otoco("check", "-", "--report", "--strict", "--json", stdin=[order])
    assert (1, ["invalid"]) == (done.code, [*done.json])
    told = otoco("check", "-", "--report", "--json", stdin=[order]).json["advice"]
    assert done.json["invalid"] == told


@pytest.mark.parametrize(
    "words", [("--markdown",), ("--report", "--markdown", "--json")], ids=" ".join
)
def test_a_table_is_a_form_of_the_report(otoco: Run, words: tuple[str, ...]) -> None:
    """``--markdown`` alone, or beside another form, is wrong usage."""
    done = otoco("check", "-", *words)
    assert (2, "") == (done.code, done.out)
    assert "--markdown goes with --report" in done.err
