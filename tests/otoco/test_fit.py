"""Fitting: every change is allowed and listed, nothing else is changed, and all is judged again."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.otoco.conftest import ABC, XYZ, findings, leg, numbers, orders

from otoco import (
    OCO,
    OTO,
    OTOCO,
    Adapter,
    Change,
    Effects,
    Fitted,
    Instrument,
    Leg,
    Limit,
    Market,
    Offset,
    Order,
    Rounding,
    Stop,
    StopLimit,
    TrailingStop,
    TrailingStopLimit,
    adapter,
    bracket,
    check,
    fit,
    to_dict,
    to_json,
)

_SNAPTRADE: Any = adapter("snaptrade")
SNAPTRADE: Adapter = _SNAPTRADE(contract="2026-10")
TRADOVATE: Adapter = adapter("tradovate")()

TICKED = Instrument("NEW", "EQUITY", "0.25")
CALL = Instrument.option("AAPL", "2025-11-14", 240, "CALL")
BRACKET = bracket(leg("BUY", Limit("100.1")), take_profit="110.1", stop_loss="90.1")


def option_leg(side: str, price: int | None = None, **changes: Any) -> Leg:
    """A leg in an option, whose position effect the adapter can say."""
    return leg(side, Limit(price) if price else Market(), instrument=CALL, **changes)


def differences(before: Order, after: Order) -> Iterator[tuple[str, str | None, str | None]]:
    """Where two orders of one form differ, with the texts in their documents."""
    for (path, _, one), (_, _, other) in zip(before.legs, after.legs, strict=True):
        dot = f"{path}." if path else ""
        old, new = flat(one), flat(other)
        for key in old.keys() | new.keys():
            if old.get(key) != new.get(key):
                yield f"{dot}{key}", old.get(key), new.get(key)


def flat(leg: Leg) -> dict[str, str]:
    """A leg's document, with the symbol for the instrument, and points for offsets."""
    document = to_dict(leg)
    document["instrument"] = document["instrument"]["symbol"]
    return {
        key: value["offset"] if isinstance(value, dict) else value
        for key, value in document.items()
    }


def listed(fitted: Fitted) -> list[tuple[str, str | None, str | None]]:
    """The changes as plain data."""
    return [(change.where, change.before, change.after) for change in fitted.changes]


@given(orders())
def test_a_fit_that_is_allowed_nothing_changes_nothing(order: Order) -> None:
    """Without leave the order comes back as it is, with what the adapter refuses."""
    assert Fitted(order, (), check(order, SNAPTRADE)) == fit(order, SNAPTRADE)
    assert Fitted(order, (), check(order, TRADOVATE)) == fit(order, TRADOVATE)


@given(orders(), st.sampled_from(Effects))
def test_what_was_changed_is_what_is_listed(order: Order, effects: Effects) -> None:
    """The list of changes is the difference between the orders, leg by leg and field by field."""
    new = Instrument("ZZZ", "EQUITY")
    fitted = fit(order, SNAPTRADE, instruments=new, effects=effects)
    assert sorted(differences(order, fitted.order), key=str) == sorted(listed(fitted), key=str)
    assert {new} == {member.leg.instrument for member in fitted.order.legs}
    assert check(fitted.order, SNAPTRADE) == fitted.refusals


def test_a_change_is_a_line() -> None:
    """A change reads: where, before, after; and says what was or is not stated."""
    assert "trigger.limit_price: 100.1 -> 100" == str(Change("trigger.limit_price", "100.1", "100"))
    assert "position_effect: unstated -> OPEN" == str(Change("position_effect", None, "OPEN"))
    assert "position_effect: OPEN -> unstated" == str(Change("position_effect", "OPEN", None))


def test_another_instrument_for_every_leg() -> None:
    """One instrument given is the one that every leg trades."""
    fitted = fit(BRACKET, SNAPTRADE, instruments=ABC)
    assert [(f"{path}.instrument", "XYZ", "ABC") for path, _, _ in BRACKET.legs] == listed(fitted)
    expected = bracket(
        leg("BUY", Limit("100.1"), instrument=ABC), take_profit="110.1", stop_loss="90.1"
    )
    assert to_json(expected) == to_json(fitted.order)


def test_a_mapping_changes_what_it_names() -> None:
    """A mapping of instruments leaves alone what it does not name."""
    order = OCO([leg("SELL", Limit(110)), leg("SELL", Stop(90), instrument=ABC)])
    fitted = fit(order, SNAPTRADE, instruments={ABC: CALL, CALL: XYZ})
    assert [("peers[1].instrument", "ABC", CALL.symbol)] == listed(fitted)
    assert [XYZ, CALL] == [member.leg.instrument for member in fitted.order.legs]


def test_a_change_of_type_alone_can_be_read() -> None:
    """Where only the type of an instrument changes, before and after differ in the list too."""
    fitted = fit(leg("BUY", Market()), SNAPTRADE, instruments=Instrument("XYZ", "CRYPTOCURRENCY"))
    (change,) = fitted.changes
    assert "instrument" == change.where
    assert change.before != change.after


def test_the_new_instruments_tick_is_the_rule() -> None:
    """Without leave to round, every price off the new tick is refused, with its path."""
    where = ["trigger.limit_price", "peers[0].limit_price", "peers[1].stop_price"]
    found = findings(fit, BRACKET, SNAPTRADE, instruments=TICKED)
    assert [(path, "off-tick") for path in where] == found
    single = findings(fit, leg("BUY", Limit("1.1")), SNAPTRADE, instruments=TICKED)
    assert [("limit_price", "off-tick")] == single


def test_a_quantity_is_never_rounded() -> None:
    """Off the new lot is off the lot: no policy touches a quantity."""
    lots = Instrument("NEW", "EQUITY", None, 10)
    found = findings(fit, BRACKET, SNAPTRADE, instruments=lots, rounding=Rounding.NEAREST)
    assert ["off-lot"] * 3 == [code for _, code in found]


ROUNDED: list[tuple[Rounding, str, str]] = [
    (Rounding.NEAREST, "100.1", "100"),
    (Rounding.NEAREST, "100.2", "100.25"),
    (Rounding.NEAREST, "100.125", "100"),
    (Rounding.NEAREST, "100.375", "100.5"),
    (Rounding.NEAREST, "-0.2", "-0.25"),
    (Rounding.UP, "100.01", "100.25"),
    (Rounding.UP, "-100.01", "-100"),
    (Rounding.UP, "100.25", "100.25"),
    (Rounding.DOWN, "100.24", "100"),
    (Rounding.DOWN, "-100.01", "-100.25"),
    (Rounding.DOWN, "-0.1", "-0.25"),
]


@pytest.mark.parametrize(("policy", "before", "after"), ROUNDED)
def test_a_price_is_rounded_by_the_named_policy(policy: Rounding, before: str, after: str) -> None:
    """Nearest with ties to even, up to the higher, down to the lower price."""
    fitted = fit(leg("BUY", Limit(before)), SNAPTRADE, instruments=TICKED, rounding=policy)
    changed = [] if before == after else [("limit_price", before, after)]
    assert [*changed, ("instrument", "XYZ", "NEW")] == listed(fitted)
    assert leg("BUY", Limit(after), instrument=TICKED) == fitted.order


ticks = st.integers(1, 10**12).map(lambda n: Decimal(n).scaleb(-9))


@given(numbers.filter(lambda n: abs(n) < 10**11), ticks)
def test_rounding_is_exact(price: Decimal, tick: Decimal) -> None:
    """The rounded price is the multiple of the tick that rational arithmetic names."""
    ratio, results = Fraction(price) / Fraction(tick), {}
    for policy in Rounding:
        new = Instrument("NEW", "EQUITY", tick)
        rounded = fit(leg("BUY", Limit(price)), SNAPTRADE, instruments=new, rounding=policy)
        results[policy] = Fraction(dict(rounded.order.legs[0].leg.prices())["limit_price"])  # type: ignore[arg-type]  # it is no offset
    assert {
        Rounding.NEAREST: round(ratio) * Fraction(tick),
        Rounding.UP: ceil(ratio) * Fraction(tick),
        Rounding.DOWN: floor(ratio) * Fraction(tick),
    } == results


def test_every_price_and_distance_is_rounded() -> None:
    """Offsets and trails are rounded as prices are, and listed by their points."""
    order = OTOCO(
        leg("BUY", Market()),
        [leg("SELL", TrailingStopLimit("5.1", None, "7.2")), leg("SELL", Limit(Offset("10.1")))],
    )
    fitted = fit(order, SNAPTRADE, instruments=TICKED, rounding=Rounding.DOWN)
    assert [
        ("peers[0].trail", "5.1", "5"),
        ("peers[0].limit_price", "7.2", "7"),
        ("peers[1].limit_price", "10.1", "10"),
    ] == [change for change in listed(fitted) if "instrument" not in change[0]]
    kinds = [member.leg.order_type for member in fitted.order.legs[1:]]
    assert [TrailingStopLimit(5, None, 7), Limit(Offset(10))] == kinds


def test_without_a_tick_nothing_is_rounded() -> None:
    """Leave to round changes nothing where no tick is known."""
    assert () == fit(BRACKET, SNAPTRADE, rounding=Rounding.UP).changes


def test_an_order_on_its_tick_is_not_rounded() -> None:
    """Leave to round changes nothing where every price is on the tick."""
    order = leg("BUY", Limit("100.25"), instrument=TICKED)
    assert Fitted(order, (), check(order, SNAPTRADE)) == fit(order, SNAPTRADE, rounding=Rounding.UP)


def test_the_geometry_is_judged_again() -> None:
    """Rounding that makes peers cross, or an exit go through its entry, is refused."""
    coarse = Instrument("NEW", "EQUITY", 10)
    order = OTOCO(leg("BUY", Limit(100)), [leg("SELL", Limit(104)), leg("SELL", Stop(96))])
    found = findings(fit, order, SNAPTRADE, instruments=coarse, rounding=Rounding.NEAREST)
    assert {("peers", "peers-cross"), ("peers[0].limit_price", "exit-through-entry")} <= set(found)
    nested = OTO(leg("BUY", Market()), [order, leg("SELL", Limit(104))])
    found = findings(fit, nested, SNAPTRADE, instruments=coarse, rounding=Rounding.NEAREST)
    assert ("conditionals[0].peers", "peers-cross") in found


def test_a_trail_rounded_to_nothing_is_refused_where_it_stands() -> None:
    """What cannot be after rounding is a problem with its path, beside the other problems."""
    order = OTOCO(
        leg("BUY", Market()),
        [leg("SELL", TrailingStop("0.1")), leg("SELL", TrailingStop("0.2"))],
    )
    found = findings(fit, order, SNAPTRADE, instruments=TICKED, rounding=Rounding.DOWN)
    assert [("peers[0].trail", "price"), ("peers[1].trail", "price")] == found


@pytest.mark.parametrize(
    ("policy", "price"), [(Rounding.UP, "999999999999.9"), (Rounding.DOWN, "-999999999999.9")]
)
def test_a_price_rounded_out_of_bounds_is_refused(policy: Rounding, price: str) -> None:
    """A tick beyond the bounds of a number is a price problem and no other error."""
    whole = Instrument("NEW", "EQUITY", 1)
    found = findings(fit, leg("BUY", Limit(price)), SNAPTRADE, instruments=whole, rounding=policy)
    assert [("limit_price", "price")] == found


def test_effects_are_cleared() -> None:
    """Clearing leaves every effect unstated, and lists those that were stated."""
    order = OTO(option_leg("BUY", 5, position_effect="OPEN"), [option_leg("SELL", 7)])
    fitted = fit(order, SNAPTRADE, effects=Effects.CLEAR)
    assert [("trigger.position_effect", "OPEN", None)] == listed(fitted)
    assert [None, None] == [member.leg.position_effect for member in fitted.order.legs]


STATED: list[tuple[Effects, list[str]]] = [
    (Effects.OPEN, ["OPEN", "OPEN", "OPEN", "OPEN"]),
    (Effects.CLOSE, ["CLOSE", "CLOSE", "CLOSE", "CLOSE"]),
    (Effects.OPEN_THEN_CLOSE, ["OPEN", "CLOSE", "CLOSE", "CLOSE"]),
]


@pytest.mark.parametrize(("effects", "expected"), STATED)
def test_effects_are_stated_by_role(effects: Effects, expected: list[str]) -> None:
    """Effects are stated on every leg, or by the roles of entries and exits."""
    order = OTO(
        option_leg("BUY", 5),
        [
            option_leg("SELL", 9),
            OCO([option_leg("SELL", 7), leg("SELL", Stop(3), instrument=CALL)]),
        ],
    )
    fitted = fit(order, SNAPTRADE, effects=effects)
    assert expected == [member.leg.position_effect for member in fitted.order.legs]
    paths = [member.path for member in order.legs]
    assert [
        (f"{path}.position_effect", None, effect)
        for path, effect in zip(paths, expected, strict=True)
    ] == listed(fitted)


def test_what_no_trigger_arms_neither_opens_nor_closes_by_role() -> None:
    """A lone leg and the peers of a lone OCO have no entry above them, and are left unstated."""
    lone = OCO([option_leg("SELL", 9), leg("SELL", Stop(3), instrument=CALL)])
    for order in (lone, option_leg("BUY", 5)):
        assert () == fit(order, SNAPTRADE, effects=Effects.OPEN_THEN_CLOSE).changes


def test_a_stated_effect_is_kept() -> None:
    """An effect that the strategy stated is not overruled by a policy."""
    order = OTO(option_leg("BUY", 5, position_effect="CLOSE"), [option_leg("SELL", 7)])
    fitted = fit(order, SNAPTRADE, effects=Effects.OPEN_THEN_CLOSE)
    assert ["CLOSE", "CLOSE"] == [member.leg.position_effect for member in fitted.order.legs]
    assert [("conditionals[0].position_effect", None, "CLOSE")] == listed(fitted)


@pytest.mark.parametrize("broker", [TRADOVATE, SNAPTRADE], ids=["tradovate", "snaptrade"])
def test_effects_are_stated_where_the_broker_says_them(broker: Adapter) -> None:
    """Where a broker has no words for an effect, none is stated."""
    assert () == fit(BRACKET, broker, effects=Effects.OPEN_THEN_CLOSE).changes


def test_the_effect_follows_the_new_instrument() -> None:
    """Whether an effect can be said is asked of the instrument that is traded in the end."""
    fitted = fit(leg("BUY", StopLimit(5, 6)), SNAPTRADE, instruments=CALL, effects=Effects.OPEN)
    assert [("instrument", "XYZ", CALL.symbol), ("position_effect", None, "OPEN")] == listed(fitted)


def test_a_fragment_is_no_order_to_fit() -> None:
    """Offsets without a trigger above them are refused by the check at the end."""
    fragment = OCO([leg("SELL", Limit(Offset(5))), leg("SELL", Stop(Offset(-5)))])
    assert [("peers[0].limit_price", "price"), ("peers[1].stop_price", "price")] == findings(
        fit, fragment, SNAPTRADE
    )
