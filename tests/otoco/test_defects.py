"""The classic defects of contingent orders: each is flagged, through every door, long and short.

A row says a defect as the changes that it makes to the document of a sane order. The document is
read, its values are handed to the constructors and to ``bracket``, and the command is asked. The
sane twin, which is the same order without those changes, must pass everywhere without a word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from tests.otoco.defects import BRACKETS, DEFECTS, INTENDED, ROWS, STOP, TARGET, THROUGH, Row
from tests.otoco.writing import (
    DOORS,
    ORDER_TYPES,
    WAYS,
    Document,
    Way,
    as_json,
    both_exits,
    bracketed,
    changed,
    constructed,
    leg,
    stop_alone,
)

from otoco import Instrument, InvalidOrder, Leg, Limit, Order, Side, bracket, from_dict
from otoco._cli import main

#: What was found: where, under which code, and whether as an error or as advice.
Finding = tuple[str, str, str]

#: What a leg finds by itself, before it has a place in a group.
OF_A_LEG: Final = {"price", "quantity", "off-tick"}


def found(build: Callable[[Document], Order], document: Document) -> list[Finding]:
    """Everything that is told about a document's order, in order of its place."""
    try:
        problems = build(document).advice
    except InvalidOrder as error:
        problems = error.problems
    return sorted((each.where, each.code, each.severity.value) for each in problems)


def expected(row: Row, door: str) -> list[Finding]:
    """What is to be found at a door: at a leg's own place where it is written by itself."""
    findings = [(where, code, row.severity.value) for where, code in row.found.items()]
    if door == "bracket" and INTENDED & {*row.found.values()}:
        return sorted((where, code, "error") for where, code, _ in findings if code in INTENDED)
    if door in ("constructors", "bracket"):
        findings = [(within(where, code), code, severity) for where, code, severity in findings]
    return sorted(findings)


def within(where: str, code: str) -> str:
    """The place as the innermost constructor knows it: a leg, or a group among conditionals."""
    if code in OF_A_LEG:
        return where.rpartition(".")[2]
    return re.sub(r"^conditionals\[\d\]\.(?=peers)", "", where)


def doors(row: Row) -> Iterator[str]:
    """The doors through which a defect can come; a key that is none passes no constructor."""
    yield from ("from_dict", "from_json")
    if not row.unwritable:
        yield "constructors"
        if row.base in BRACKETS:
            yield "bracket"


each_way = pytest.mark.parametrize("way", WAYS, ids=["long", "short"])
each_row = pytest.mark.parametrize("row", ROWS, ids=str)
each_entrance = pytest.mark.parametrize(
    ("row", "door"),
    [pytest.param(row, door, id=f"{row}-{door}") for row in ROWS for door in doors(row)],
)


@each_way
@each_entrance
def test_a_defect_is_flagged(row: Row, door: str, way: Way) -> None:
    """It is told under its code, at its place, as an error or as advice; and nothing besides."""
    assert expected(row, door) == found(DOORS[door], row.defective(way))


@each_way
@each_entrance
def test_its_sane_twin_is_not(row: Row, door: str, way: Way) -> None:
    """The same order without the defect raises nothing, and there is nothing to be said of it."""
    assert [] == found(DOORS[door], row.sane(way))


@each_way
@pytest.mark.parametrize("row", [row for row in ROWS if row.unwritable], ids=str)
def test_what_cannot_be_written(row: Row, way: Way) -> None:
    """A price that is missing and a word that is none do not get past Python itself."""
    with pytest.raises(TypeError, match=r"missing|unexpected keyword"):
        constructed(row.defective(way))


@each_way
@each_row
def test_the_command_tells_it(
    row: Row, way: Way, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``otoco check`` fails for an error, and for advice where it is told to be strict."""
    order, twin = tmp_path / "order.json", tmp_path / "twin.json"
    order.write_text(as_json(row.defective(way)), encoding="utf-8")
    twin.write_text(as_json(row.sane(way)), encoding="utf-8")
    assert 0 == main(["check", str(twin), "--strict"])
    assert 1 == main(["check", str(order), "--strict"])
    capsys.readouterr()
    code = main(["check", str(order), "--json"])
    answer = json.loads(capsys.readouterr().out)
    told = answer["invalid" if code else "advice"]
    assert expected(row, "command") == sorted(
        (each["where"], each["code"], each["severity"]) for each in told
    )


@each_way
@pytest.mark.parametrize(
    ("take_profit", "stop_loss", "found"),
    [
        (-50, 75, {"peers": "peers-cross", TARGET: THROUGH, STOP: THROUGH}),
        (50, 25, {STOP: THROUGH}),
        (-10, -25, {TARGET: THROUGH}),
        ("50.1", -25, {"take_profit.limit_price": "off-tick"}),
    ],
)
def test_prices_alone_in_a_bracket(
    way: Way, take_profit: Any, stop_loss: Any, found: dict[str, str]
) -> None:
    """A bracket that is written in prices is judged like one that is written in legs."""
    entry = leg(both_exits(way)["trigger"])
    with pytest.raises(InvalidOrder) as caught:
        bracket(entry, take_profit=way.at(take_profit), stop_loss=way.at(stop_loss))
    assert found == {problem.where: problem.code for problem in caught.value.problems}


@each_way
def test_an_exit_on_the_entrys_side_that_cannot_rest(way: Way) -> None:
    """Where both exits are on the entry's side, they execute at once when a limit entry fills."""
    document = changed(both_exits(way), {"peers[0].side": way.enters, "peers[1].side": way.enters})
    through = {code for _, code, severity in found(from_dict, document) if severity == "error"}
    assert {"exit-through-entry", "peers-cross"} == through


@each_way
def test_a_bracket_names_the_side_before_the_price(way: Way) -> None:
    """In a bracket the wrong side is told as such, also where the price would be wrong for it."""
    document = changed(both_exits(way), {"peers[1].side": way.enters})
    assert ("peers[1].side", "same-side-exit", "error") in found(bracketed, document)


@pytest.mark.parametrize(
    ("noise", "spelling"),
    [
        (0.1 + 0.2, "0.3"),
        (1.1 + 2.2, "3.3"),
        (3 * 100.1, "300.3"),
        (-0.1 - 0.2, "-0.3"),
        (Decimal.from_float(0.1), "0.1"),
        ("0.30000000000000004", "0.3"),
    ],
)
def test_float_noise_is_told_with_the_right_spelling(noise: Any, spelling: str) -> None:
    """Who wrote 0.1 + 0.2 is told to write 0.3."""
    with pytest.raises(InvalidOrder) as caught:
        Limit(noise)
    (problem,) = caught.value.problems
    assert f'"{spelling}"' in str(problem.fix)


@each_way
@pytest.mark.parametrize("life", ["IOC", "FOK"])
@pytest.mark.parametrize("entry_life", ["DAY", "GTC", "IOC"])
def test_a_lone_stop_that_cannot_rest(way: Way, entry_life: str, life: str) -> None:
    """A stop that ends at once protects nothing, with a target beside it or without."""
    document = changed(
        stop_alone(way),
        {"trigger.time_in_force": entry_life, "conditionals[0].time_in_force": life},
    )
    finding = ("conditionals[0].time_in_force", "exit-expires-first", "advice")
    assert [finding] == found(from_dict, document)


@pytest.mark.parametrize("name", ["STOP", "LIMIT"])
def test_a_price_of_none(name: str) -> None:
    """``None`` is no price: in a constructor it is refused, in a document it is a missing one."""
    kind, keys = ORDER_TYPES[name]
    (key,) = keys
    with pytest.raises(InvalidOrder) as caught:
        kind(None)
    assert [(key, "price")] == [(each.where, each.code) for each in caught.value.problems]
    instrument = {"symbol": "MESM7", "type": "FUTURE"}
    document = {"order_type": name, "side": "BUY", "quantity": 1, "instrument": instrument}
    document[key] = None
    assert [(key, "field", "error")] == found(from_dict, document)


def test_a_price_off_the_tick_is_told_with_its_neighbours() -> None:
    """Both prices that can be traded are named, and none is taken."""
    with pytest.raises(InvalidOrder) as caught:
        Leg(Side.BUY, 1, Instrument("MESM7", "FUTURE", "0.25"), Limit("4150.10"))
    assert ["The nearest are 4150 and 4150.25."] == [each.fix for each in caught.value.problems]


def test_there_are_fourteen() -> None:
    """Each of the fourteen has a row, and each row belongs to one of them."""
    assert 14 == len(set(DEFECTS))
    assert set(DEFECTS) == {row.defect for row in ROWS}


def test_rows_are_told_apart() -> None:
    """Every row has a name of its own, and differs from its twin."""
    assert len(ROWS) == len({str(row) for row in ROWS})
    same = [str(row) for row in ROWS for way in WAYS if row.defective(way) == row.sane(way)]
    assert [] == same


def test_long_and_short_mirror_each_other() -> None:
    """What lies above for one lies as far below for the other."""
    long, short = WAYS
    assert (Side.BUY, Side.SELL) == (long.enters, short.enters)
    assert ["4200", "4100"] == [way.at(50) for way in WAYS]
    assert attrs.evolve(long, enters=Side.SELL) == short
