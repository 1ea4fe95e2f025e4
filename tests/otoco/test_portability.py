"""The portability report: who takes an order, why not, and what it means at each broker."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs
import pytest
from hypothesis import given

from otoco import (
    OCO,
    OTOCO,
    UNKNOWN,
    Arming,
    Capabilities,
    Instrument,
    InvalidOrder,
    Leg,
    Limit,
    Offset,
    Order,
    PartialFill,
    Portability,
    Rung,
    Semantics,
    Stop,
    TimeInForce,
    adapter_names,
    bracket,
    buy,
    check_all,
    ladder,
    portability,
    sell,
)
from otoco._portability import AtBroker, standing
from otoco.adapters import NO_IDS, ClientIds, Text
from otoco.testing import orders
from otoco_tradovate import Tradovate

MES = Instrument("MESM7", "FUTURE")
AAPL = Instrument("AAPL", "EQUITY")
ENTRY = buy(1, MES, Limit("4150"), time_in_force="GTC")
BRACKET = bracket(ENTRY, take_profit="4200", stop_loss="4125")
EXITS = OCO([each.leg for each in BRACKET.legs[1:]])


def at(order: Order, semantics: Semantics, ids: ClientIds | None = None) -> AtBroker:
    """How an order stands at a broker like Tradovate that documents such semantics."""

    @attrs.frozen
    class Other(Tradovate):
        client_ids: ClassVar[ClientIds] = ids or Tradovate.client_ids

        @property
        def capabilities(self) -> Capabilities:
            return attrs.evolve(Tradovate().capabilities, semantics=semantics)

    return standing(order, Other, {})


def told(found: AtBroker) -> list[tuple[str, bool]]:
    """The codes of the differences, and whether they are documented."""
    return [(each.code, each.is_documented) for each in found.differences]


KNOWN = Semantics(Arming.FULL_FILL, PartialFill.REDUCES, ids_enforced=True)
CASES: dict[str, tuple[Order, Semantics, list[tuple[str, bool]]]] = {
    "a lone leg": (ENTRY, Semantics(), [("client-ids", False)]),
    "what nobody documents": (
        BRACKET,
        Semantics(),
        [("arming", False), ("partial-fill", False), ("client-ids", False)],
    ),
    "what is documented": (BRACKET, KNOWN, [("arming", True), ("partial-fill", True)]),
    "peers without a trigger": (EXITS, KNOWN, [("partial-fill", True)]),
    "a stop that is not as a target": (
        BRACKET,
        attrs.evolve(KNOWN, stop_partial_fill=UNKNOWN),
        [("arming", True), ("partial-fill", True), ("partial-fill", False)],
    ),
    "targets alone": (
        OCO([sell(1, MES, Limit(4200)), sell(1, MES, Limit(4250))]),
        attrs.evolve(KNOWN, stop_partial_fill=UNKNOWN),
        [("partial-fill", True)],
    ),
    "stops alone": (
        OCO([sell(1, MES, Stop(4100)), sell(1, MES, Stop(4050))]),
        attrs.evolve(KNOWN, stop_partial_fill=UNKNOWN),
        [("partial-fill", False)],
    ),
    "ids that are not enforced": (
        ENTRY,
        Semantics(ids_enforced=False),
        [("client-ids", True)],
    ),
    "a life that nobody states": (
        sell(1, MES, Limit(1), time_in_force="UNSTATED"),
        KNOWN,
        [("time-in-force", False)],
    ),
}


@pytest.mark.parametrize(("order", "semantics", "expected"), CASES.values(), ids=CASES)
def test_what_differs_follows_from_what_is_declared(
    order: Order, semantics: Semantics, expected: list[tuple[str, bool]]
) -> None:
    """Each difference is told where the order has what it is about, and not elsewhere."""
    assert expected == told(at(order, semantics))


def test_the_words_are_those_of_the_fact() -> None:
    """A trader reads what happens, not the name of a setting."""
    full, any_fill = (at(BRACKET, Semantics(arming=each)) for each in Arming)
    assert "complete fill only: until then" in str(full.differences[0])
    assert "on any fill of it, before it is complete" in str(any_fill.differences[0])
    cancels, reduces = (at(EXITS, Semantics(peer_partial_fill=each)) for each in PartialFill)
    assert "what is left of it stays alone" in str(cancels.differences[0])
    assert "rather than cancelling them" in str(reduces.differences[0])


def test_a_request_without_ids() -> None:
    """Where no id goes along, that is told in place of what the broker does with one."""
    (difference,) = at(ENTRY, Semantics(ids_enforced=True), NO_IDS).differences
    assert ("client-ids", True) == (difference.code, difference.is_documented)
    assert "carries no id of yours" in difference.why
    assert () == at(ENTRY, KNOWN, ClientIds("order", Text(9))).differences


def test_one_life_for_all_legs() -> None:
    """A request that carries one time in force says so, for groups alone."""
    shares = bracket(buy(1, AAPL, Limit(150)), take_profit=160, stop_loss=145)
    found = portability(shares).standings["alpaca"]
    assert ("one-time-in-force", True) in told(found)
    assert "bracket has one time in force for all its legs" in " ".join(map(str, found.differences))
    single = portability(shares.legs[0].leg).standings["alpaca"]
    assert "one-time-in-force" not in {code for code, _ in told(single)}


def test_the_lives_that_nobody_states_are_one_difference() -> None:
    """All such legs of an order are named together."""
    scale_out = ladder(ENTRY, [Rung(1, 10, 5)])
    found = portability(scale_out).standings["tradovate"]
    (unstated,) = [each for each in found.differences if each.code == "time-in-force"]
    assert unstated.why.endswith("states no time in force: peers[0], peers[1].")
    assert ("startOrderStrategy", True) == (found.request, found.is_taken)
    lone = portability(attrs.evolve(ENTRY, time_in_force=TimeInForce.UNSTATED))
    assert "time in force: the order." in str(lone)


def test_a_shape_without_a_request_has_nothing_to_mean() -> None:
    """Where there is no request for a shape, only the reasons are told."""
    found = portability(ENTRY).standings["snaptrade"]
    assert (None, (), False) == (found.request, found.differences, found.is_taken)


@given(orders())
def test_the_report_says_what_check_says(order: Order) -> None:
    """Every installed broker stands in it, with the refusals that check has, in every form."""
    report = portability(order)
    assert {*adapter_names()} == {*report.standings}
    expected = check_all(order)
    assert expected == {name: each.refusals for name, each in report.standings.items()}
    machine = report.to_dict()
    rows = report.to_markdown().splitlines()[2:]
    for row, (name, refusals) in zip(rows, expected.items(), strict=True):
        assert machine[name]["taken"] is not bool(refusals)
        assert [each.to_dict() for each in refusals] == machine[name]["refusals"]
        assert f"{name}: {'no' if refusals else 'yes, by '}" in str(report)
        assert ("| no |" if refusals else "| yes, by ") in row


def test_a_row_of_markdown_is_one_row() -> None:
    """What an order says cannot break out of its cell."""
    strange = Leg("BUY", 1, Instrument("A|B", "EQUITY"), Limit(1), position_effect="OPEN")
    report = portability(strange)
    heads = report.to_markdown().splitlines()[0].count("|")
    for row in report.to_markdown().splitlines():
        assert heads == row.replace("\\|", "").count("|")


def test_options_are_by_adapter() -> None:
    """An option that is refused is told with the adapter that it is for."""
    report = portability(ENTRY, {"tradovate": {"account_id": "x"}})
    assert ["options.account_id"] == [each.where for each in report.standings["tradovate"].refusals]


def test_a_fragment_stands_nowhere() -> None:
    """An order with distances and no trigger above them is no order."""
    with pytest.raises(InvalidOrder, match="no trigger"):
        portability(OCO([sell(1, MES, Limit(Offset(1))), sell(1, MES, Stop(Offset(-1)))]))


def test_the_forms_of_the_report() -> None:
    """Text, machine form and table have the same parts: a golden example of each."""
    found: dict[str, Any] = {"odd": at(ENTRY, Semantics(ids_enforced=False))}
    report = Portability(found)
    why = "an id that stands twice is not refused: what is sent again is placed again."
    assert f"odd: yes, by placeOrder\n  what it means there:\n    {why} [client-ids]" == str(report)
    assert {
        "odd": {
            "broker": "Tradovate",
            "taken": True,
            "request": "placeOrder",
            "refusals": [],
            "differences": [
                {
                    "code": "client-ids",
                    "why": why,
                    "documented": True,
                    "source": Tradovate().capabilities.source,
                }
            ],
        }
    } == report.to_dict()
    assert (
        "| broker | takes it | why not | what it means there |\n| --- | --- | --- | --- |\n"
        f"| Tradovate | yes, by placeOrder | | {why} |"
    ) == report.to_markdown()


def test_what_a_broker_makes_of_a_leg_is_told_with_the_legs() -> None:
    """Stops to buy become stop-limits at Alpaca, and what closes can open at tastytrade."""
    xyz = Instrument("XYZ", "EQUITY")
    order = OTOCO(
        buy(1, xyz, Stop(100), time_in_force="GTC", position_effect="OPEN"),
        [
            sell(1, xyz, Limit(110), position_effect="CLOSE"),
            sell(1, xyz, Stop(90), position_effect="CLOSE"),
        ],
    )

    def remarks(name: str, **options: Any) -> list[str]:
        found = portability(order, {name: options}).standings[name].differences
        assert all(each.is_documented for each in found if each.code == "remark")
        return [each.why.rpartition(": ")[2] for each in found if each.code == "remark"]

    assert ["trigger.", "trigger."] == remarks("alpaca")
    assert ["peers[0], peers[1]."] == remarks("tastytrade")
    assert [] == remarks("tastytrade", strict_position_effect_validation=True)
    assert [] == remarks("schwab")
