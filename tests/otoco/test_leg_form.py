"""A place of a leg: what its tables imply, how it is written and read, and what they cannot be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from tests.otoco import sparse
from tests.otoco.sparse import ENTRY, EXIT, SIDES

from otoco import (
    AdapterError,
    Instrument,
    InstrumentType,
    Leg,
    Limit,
    Market,
    Offset,
    OrderType,
    PositionEffect,
    Side,
    Stop,
    TimeInForce,
    TrailingStop,
)
from otoco.adapters import ABSENT, Echo, LegForm, Number, Occ, Reading, Row, Text, Words
from otoco.testing import Limits, legs

XYZ = Instrument("XYZ", "EQUITY")
CALL = Instrument("XYZ   270115C00100000", "OPTION")
LEG = Leg(Side.BUY, 2, XYZ, Limit("10.5"), "GTC")
TICKER, NUMBER = Text(8, 1, r"[A-Z]+", "a ticker"), Number()
DEEP = attrs.evolve(
    ENTRY,
    action_key="legs[0].side",
    quantity=("legs[0].size", NUMBER),
    actions={InstrumentType.EQUITY: SIDES, InstrumentType.OPTION: SIDES},
    symbol={
        InstrumentType.EQUITY: ("legs[0].what.ticker", TICKER),
        InstrumentType.OPTION: ("legs[0].what.option", Occ(padded=False)),
    },
    echoes=(
        Echo(
            "legs[0].what.ticker",
            lambda leg: "XYZ" if leg.instrument.type is InstrumentType.OPTION else None,
        ),
        Echo("legs[0].count", lambda leg: int(leg.quantity)),
    ),
    nullable=frozenset({"legs[0].what.option"}),
)


def read(form: LegForm, body: Any, **inherited: Any) -> tuple[Leg | None, list[tuple[str, str]]]:
    """The leg that a body says, and where and why it was refused."""
    reading = Reading()
    members = reading.object(body, "", form.outer_keys, form.nullable)
    leg = reading.leg(form, members, "", "", **inherited)
    return leg, [(each.where, each.why) for each in reading.refusals]


@pytest.mark.parametrize("instrument", [XYZ, CALL], ids=str)
def test_objects_and_lists_are_written_and_read_back(instrument: Instrument) -> None:
    """Each type of instrument has its own key, and what is said twice is said there as well."""
    leg = attrs.evolve(LEG, instrument=instrument)
    what = {"ticker": "XYZ"}
    if instrument is CALL:
        what["option"] = "XYZ270115C00100000"
    body = DEEP.write(leg)
    assert [{"side": "buy", "what": what, "size": 2, "count": 2}] == body["legs"]
    assert (leg, []) == read(DEEP, body)


@given(legs(Limits.of(DEEP, DEEP)))
def test_what_is_written_is_read(leg: Leg) -> None:
    """Whatever the place takes comes back as it was."""
    caps = sparse.CAPABILITIES
    echo = attrs.evolve(DEEP, echoes=DEEP.echoes[:0])
    if not list(echo.refusals(leg, "", caps)):
        assert (leg, []) == read(echo, echo.write(leg))


def test_a_null_inside_is_nothing_where_the_form_says_so() -> None:
    """A share has no option, and `null` says so too."""
    body = DEEP.write(LEG)
    body["legs"][0]["what"]["option"] = None
    assert (LEG, []) == read(DEEP, body)
    strict = attrs.evolve(DEEP, nullable=frozenset[str]())
    assert ["legs[0].what.option"] == [where for where, _ in read(strict, body)[1]]


def test_a_symbol_under_two_keys_is_refused() -> None:
    """Where no echo says it once more, a second symbol could mean another instrument."""
    form = attrs.evolve(DEEP, echoes=())
    body = form.write(LEG)
    body["legs"][0]["what"]["option"] = "XYZ270115C00100000"
    refusal = "legs[0].what.option", "legs[0].what.ticker has the symbol here, not"
    (found,) = read(form, body)[1]
    assert (found[0], True) == (refusal[0], found[1].startswith(refusal[1]))


def test_the_place_of_the_symbol_that_is_there_is_told() -> None:
    """A problem of the instrument is located under the key of its own type."""
    for instrument, key in ((XYZ, "ticker"), (CALL, "option")):
        reading = Reading()
        reading.leg(DEEP, DEEP.write(attrs.evolve(LEG, instrument=instrument)), "at", "peers[0]")
        assert f"at.legs[0].what.{key}" == reading.locate("peers[0].instrument")


ECHOES: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "as it is": ({}, []),
    "missing": ({"bound": None}, [("bound", "bound is missing, which says yes here.")]),
    "contradicting": (
        {"bound": "no"},
        [("bound", "'no' contradicts the leg, which says yes.")],
    ),
    "superfluous": (
        {"type": "market", "price": None},
        [("bound", "this leg has no place for bound.")],
    ),
}


@pytest.mark.parametrize(("change", "expected"), ECHOES.values(), ids=ECHOES)
def test_an_echo_says_what_the_leg_says(
    change: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """One that is missing, that contradicts or that has nothing to say is refused by name."""
    body = {**ENTRY.write(LEG), **change}
    body = {key: value for key, value in body.items() if value is not None}
    assert expected == read(ENTRY, body)[1]


@pytest.mark.parametrize(("spelt", "same"), [(2, True), (2.0, True), ("2", False), (True, False)])
def test_an_echo_of_a_number_is_a_number(spelt: Any, same: bool) -> None:
    """However the number is spelt it is the same, and text or a truth is none."""
    body = DEEP.write(LEG)
    body["legs"][0]["count"] = spelt
    assert same is (read(DEEP, body)[1] == [])


GIVEN = {"instrument": XYZ, "quantity": Decimal(2), "time_in_force": TimeInForce.GTC}


@pytest.mark.parametrize(
    ("body", "expected"),
    [({"target": "5"}, Limit(Offset(5))), ({"stop": "-0.25"}, Stop(Offset("-0.25")))],
)
def test_a_distance_tells_its_type_by_its_key(body: dict[str, str], expected: OrderType) -> None:
    """What has neither type nor side nor life is one of two, and the group says the rest."""
    leg = Leg(Side.SELL, 2, XYZ, expected, "GTC")
    assert (leg, []) == read(EXIT, body, **GIVEN, side=Side.SELL)
    assert body == EXIT.write(leg)


def test_keys_of_two_types_are_refused_but_for_the_nearest() -> None:
    """Both prices are neither of the types, and the second one has no place in the first."""
    assert [("stop", "a LIMIT order has no stop.")] == read(
        EXIT, {"target": "5", "stop": "-5"}, **GIVEN, side=Side.SELL
    )[1]
    assert [("target", "target is missing, and no default for it is documented.")] == read(
        EXIT, {}, **GIVEN, side=Side.SELL
    )[1]


def test_what_is_the_only_one_is_implied() -> None:
    """A place with one action and one life needs no keys for them, nor a group that says them."""
    only = attrs.evolve(
        EXIT,
        actions={InstrumentType.EQUITY: Words({(Side.SELL, PositionEffect.CLOSE): "stc"})},
        times_in_force=Words({TimeInForce.DAY: "day"}),
    )
    leg = Leg(Side.SELL, 2, XYZ, Stop(Offset(-1)), position_effect="CLOSE")
    assert (leg, []) == read(only, {"stop": "-1"}, instrument=XYZ, quantity=Decimal(2))


def test_the_effect_that_goes_with_a_side_is_implied() -> None:
    """The group says the side, and of each side there is one effect."""
    words = Words({(side, PositionEffect.CLOSE): side.value for side in Side})
    form = attrs.evolve(EXIT, actions={InstrumentType.EQUITY: words})
    for side in Side:
        leg, refusals = read(form, {"stop": "-1"}, **GIVEN, side=side)
        assert leg is not None
        assert (side, PositionEffect.CLOSE, []) == (leg.side, leg.position_effect, refusals)


def test_what_nothing_says_is_no_leg() -> None:
    """Of two sides or lives none is taken at a venture."""
    assert (None, []) == read(EXIT, {"stop": "-1"}, **GIVEN)
    assert (None, []) == read(
        EXIT, {"stop": "-1"}, instrument=XYZ, quantity=Decimal(2), side=Side.SELL
    )


@pytest.mark.parametrize("key", ["side", None])
def test_an_instrument_of_the_group_that_is_not_taken_here(key: str | None) -> None:
    """What the head may trade, the others need not."""
    form = attrs.evolve(EXIT, action_key=key)
    body = {"stop": "-1", **({key: "sell"} if key else {})}
    given_ = {**GIVEN, "instrument": CALL, "side": Side.SELL}
    assert (None, [("", "OPTION is not taken here.")]) == read(form, body, **given_)


def test_a_word_may_be_no_key() -> None:
    """The life for the day is said by saying nothing, and a word that is there is that word."""
    day = attrs.evolve(LEG, time_in_force=TimeInForce.DAY)
    assert "duration" not in ENTRY.write(day)
    assert (day, []) == read(ENTRY, ENTRY.write(day))
    assert "gtc" == ENTRY.write(LEG)["duration"]
    assert ["'day' is not one of gtc"] == [
        why.removesuffix(".") for _, why in read(ENTRY, {**ENTRY.write(day), "duration": "day"})[1]
    ]


def test_a_side_may_be_no_key() -> None:
    """Every table of words may leave one out."""
    words = Words({(Side.BUY, None): ABSENT, (Side.SELL, None): "sell"})
    form = attrs.evolve(ENTRY, actions={InstrumentType.EQUITY: words})
    body = {key: value for key, value in ENTRY.write(LEG).items() if key != "side"}
    assert body == form.write(LEG)
    assert (LEG, []) == read(form, body)


def refused(form: LegForm, leg: Leg) -> list[tuple[str, str, str | None]]:
    """Where, why and with what fix a leg is refused."""
    found = form.refusals(leg, "", sparse.CAPABILITIES)
    return [(each.where, each.why, each.fix) for each in found]


def test_a_type_may_not_take_every_life() -> None:
    """A row says which times in force go with its type."""
    rows = {**ENTRY.order_types, Market: Row("market", {}, [TimeInForce.DAY])}
    form = attrs.evolve(ENTRY, order_types=rows)
    market = attrs.evolve(LEG, order_type=Market())
    why = "Sparse takes no MARKET order that is GTC here."
    assert [("time_in_force", why, "It takes DAY.")] == refused(form, market)
    assert [] == refused(form, LEG)
    assert [] == refused(form, attrs.evolve(market, time_in_force=TimeInForce.DAY))
    fok = attrs.evolve(market, time_in_force=TimeInForce.FOK)
    assert ["Sparse takes no FOK here."] == [why for _, why, _ in refused(form, fok)]


def test_prices_and_distances_are_not_each_other() -> None:
    """A place takes one of the two, and says which number it cannot take."""
    exit_ = attrs.evolve(LEG, side=Side.SELL, order_type=Limit("10.5"))
    why = "Sparse takes distances from the fill here, and not the price 10.5."
    assert [("limit_price", why, None)] == refused(EXIT, exit_)
    why = "Sparse takes prices here, and no distance such as the fill + 5."
    entry = attrs.evolve(LEG, order_type=Limit(Offset(5)))
    assert [("limit_price", why, None)] == refused(ENTRY, entry)


def test_a_trail_is_a_distance_wherever_it_stands() -> None:
    """It needs no fill, so a place of prices takes it as one of distances does."""
    row: dict[type[OrderType], Row] = {TrailingStop: Row("trail", {"trail": "by"})}
    leg = Leg(Side.SELL, 2, XYZ, TrailingStop(3), "GTC")
    at_prices = attrs.evolve(ENTRY, order_types=row, echoes=())
    for form in (at_prices, attrs.evolve(at_prices, price=None, offset=NUMBER)):
        assert [] == refused(form, leg)
        assert (leg, []) == read(form, form.write(leg))


def test_a_symbol_is_judged_by_the_format_of_its_type() -> None:
    """A share is not written as an option, nor is an option as a share."""
    long = attrs.evolve(LEG, instrument=Instrument("ABCDEFGHIJ", "EQUITY"))
    assert ["instrument.symbol"] == [where for where, _, _ in refused(DEEP, long)]
    assert [] == refused(DEEP, attrs.evolve(LEG, instrument=CALL))


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a price that the type has not": (
        {"order_types": {Limit: Row("limit", {"limit_price": "price", "stop_prise": "stop"})}},
        "a LIMIT has no stop_prise",
    ),
    "a price that the type needs": (
        {"order_types": {Stop: Row("stop")}},
        "a STOP needs a stop_price",
    ),
    "one key for two prices": (
        {"order_types": {TrailingStop: Row("t", {"trail": "price", "stop_price": "price"})}},
        "two prices of a TRAILING_STOP share a wire key",
    ),
    "types of the same keys": (
        {
            "order_type_key": None,
            "order_types": {
                Limit: Row("", {"limit_price": "price"}),
                Stop: Row("", {"stop_price": "price"}),
            },
        },
        "without order_type_key, two order types have the same keys for their prices",
    ),
    "a field that no leg has": (
        {"fields": {"lable": ("note", TICKER)}},
        "a leg has no optional field lable",
    ),
    "a field that goes with the side": (
        {"fields": {"position_effect": ("effect", TICKER)}},
        "a leg has no optional field position_effect",
    ),
    "prices without a format": ({"price": None}, "its prices have keys, and no format"),
    "prices and distances": (
        {"offset": NUMBER},
        "prices and distances under one key could not be told apart",
    ),
    "a life that is none": ({"times_in_force": Words({"DAYS": "d"})}, "DAYS is no time in force"),
    "null under no key": ({"nullable": frozenset({"prise"})}, "prise is nullable and no key"),
    "no place for a symbol": (
        {
            "actions": {InstrumentType.EQUITY: SIDES, InstrumentType.OPTION: SIDES},
            "symbol": {InstrumentType.EQUITY: ("symbol", TICKER)},
        },
        "the symbol of an OPTION has no place",
    ),
    "one place for two symbols": (
        {"actions": {InstrumentType.EQUITY: SIDES, InstrumentType.FUTURE: SIDES}},
        "EQUITY and FUTURE have symbols in one place, and no key tells which it is",
    ),
    "no word for a type of instrument": (
        {"instrument_type": ("kind", Words({InstrumentType.FUTURE: "F"}))},
        "EQUITY has no word",
    ),
    "a type without a symbol": (
        {"symbol": None, "instrument_type": ("kind", Words({InstrumentType.EQUITY: "E"}))},
        "the type of an instrument has a key, and its symbol has none",
    ),
    "two things under a key": ({"action_key": "type"}, "two things stand under type"),
    "a symbol under another's key": ({"symbol": ("qty", TICKER)}, "two things stand under qty"),
    "an echo under another's key": (
        {"echoes": (Echo("price", lambda _: "x"),)},
        "two things stand under price",
    ),
    "a value with a way into it": (
        {"quantity": ("symbol.size", NUMBER)},
        "symbol is a value, and another key leads into it",
    ),
    "a value with an item in it": (
        {"quantity": ("symbol[0].size", NUMBER)},
        "symbol is a value, and another key leads into it",
    ),
}


@pytest.mark.parametrize(("change", "why"), WRONG.values(), ids=WRONG)
def test_tables_that_contradict_themselves_cannot_be_declared(
    change: dict[str, Any], why: str
) -> None:
    """The adapter does not import, and the error names the table and all that is wrong in it."""
    with pytest.raises(AdapterError) as caught:
        attrs.evolve(ENTRY, **change)
    table, _, wrong = str(caught.value).removesuffix(".").partition(" is wrong: ")
    assert table.startswith("the table of the keys ")
    assert why in wrong.split("; ")


def test_tables_that_look_alike_can_be_declared() -> None:
    """An echo at another instrument's symbol, and one key for the prices of two types."""
    assert ("legs[0].what.ticker", "legs[0].what.option") == DEEP.symbol_keys
    rows = {
        Limit: Row("limit", {"limit_price": "price"}),
        Stop: Row("stop", {"stop_price": "price"}),
    }
    assert ("price",) == attrs.evolve(ENTRY, order_types=rows).price_keys


@pytest.mark.parametrize("form", [ENTRY, EXIT, DEEP], ids=["entry", "exit", "deep"])
def test_a_place_under_other_keys_takes_the_same(form: LegForm) -> None:
    """Each key is another, and nothing else is."""
    form = attrs.evolve(form, symbol=form.symbols or None, nullable=frozenset(form.price_keys))
    other = form.renamed("x_{}".format)
    assert tuple(f"x_{key}" for key in form.keys) == other.keys
    assert {f"x_{key}" for key in form.price_keys} == other.nullable
    assert form == other.renamed(lambda key: key.removeprefix("x_"))
