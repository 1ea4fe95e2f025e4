"""The tables of an adapter are its capabilities: what has no row is refused."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given

from otoco import (
    OCO,
    OTO,
    UNKNOWN,
    AdapterError,
    Arming,
    Instrument,
    InstrumentType,
    Leg,
    Limit,
    Order,
    PartialFill,
    RefusalKind,
    Shape,
    Side,
    Stop,
    TimeInForce,
    TrailingStop,
    TrailingStopLimit,
)
from otoco._leg import OPTIONAL_FIELDS
from otoco.adapters import (
    Capabilities,
    Form,
    LegForm,
    Number,
    Reason,
    Row,
    Semantics,
    Text,
    Words,
)
from otoco.testing import legs

XYZ = Instrument("XYZ", "EQUITY")
SIDES = Words({(Side.BUY, None): "B", (Side.SELL, None): "S"})
HEAD = LegForm(
    actions={InstrumentType.EQUITY: SIDES},
    action_key="do",
    order_types={Limit: Row("L", {"limit_price": "at"}), TrailingStop: Row("T", {"trail": "by"})},
    order_type_key="how",
    price=Number(),
    times_in_force=Words({TimeInForce.DAY: "D"}),
    time_in_force_key="life",
    quantity=("count", Number()),
    symbol=("what.name", Text(5)),
    instrument_type=("what.kind", Words({InstrumentType.EQUITY: "E"})),
)
REST = attrs.evolve(HEAD, quantity=None, symbol=None, instrument_type=None)
SHARED = ("instrument", "quantity")
TABLES = Capabilities(
    broker="Paper",
    forms={
        Shape.SINGLE: Form("single", HEAD),
        Shape.OTO: Form("pair", HEAD, REST, shared=SHARED),
    },
    semantics=Semantics(arming=Arming.FULL_FILL, peer_partial_fill=PartialFill.REDUCES),
    source="the page",
    reasons={
        Shape.OCO: Reason("Not yet.", RefusalKind.NOT_IMPLEMENTED),
        "label": Reason("There is no room."),
    },
)


LIMIT = Limit(10)


def leg(side: str = "BUY", order_type: Any = LIMIT, quantity: Any = 1, **more: Any) -> Leg:
    """A leg that the tables take, but for what is told."""
    return Leg(Side(side), quantity, XYZ, order_type, **more)


def test_a_leg_is_written_by_its_rows() -> None:
    """Dotted keys are objects, and every value stands under its key in its word."""
    assert {
        "do": "S",
        "what": {"name": "XYZ", "kind": "E"},
        "count": 2,
        "how": "L",
        "at": 10.5,
        "life": "D",
    } == HEAD.write(leg("SELL", Limit("10.5"), 2))


def test_a_place_without_a_carrier_writes_nothing_for_it() -> None:
    """What stands at the head of a group is not said again."""
    assert {"do": "B", "how": "L", "at": 10, "life": "D"} == REST.write(leg())


def test_the_keys_of_a_place() -> None:
    """Every key that a place knows is known once, prices included."""
    assert ("at", "by") == HEAD.price_keys
    keys = ("do", "how", "life", "what.name", "what.kind", "count", "at", "by")
    assert keys == HEAD.keys


ORDERS: dict[str, tuple[Order, list[tuple[str, str]]]] = {
    "what is taken": (leg(), []),
    "a price without a key": (leg("SELL", TrailingStop(1, 9)), [("stop_price", "price")]),
    "a type without a row": (leg("SELL", Stop(9)), [("order_type", "order-type")]),
    "a symbol that is too long": (
        Leg(Side.BUY, 1, Instrument("ABCDEF", "EQUITY"), Limit(1)),
        [("instrument.symbol", "instrument")],
    ),
    "a pair": (OTO(leg(), [leg("SELL", Limit(11))]), []),
    "a pair that does not share": (
        OTO(leg(), [leg("SELL", Limit(11), "1000.5")]),
        [("conditionals[0].quantity", "shared-quantity")],
    ),
    "a pair that shares next to nothing": (
        OTO(leg(quantity="0.0000001"), [leg("SELL", Limit(11), "0.0000002")]),
        [("conditionals[0].quantity", "shared-quantity")],
    ),
    "a shape without a form": (
        OTO(leg(quantity=2), [leg("SELL", Limit(11)), leg("SELL", Limit(12), label="x")]),
        [("type", "shape"), ("conditionals[1].label", "field")],
    ),
}


@pytest.mark.parametrize(("order", "expected"), ORDERS.values(), ids=ORDERS)
def test_what_has_no_row_is_refused(order: Order, expected: list[tuple[str, str]]) -> None:
    """The core refuses by the tables alone, without the adapter's help."""
    assert expected == [(each.where, each.code) for each in TABLES.refusals(order)]


@given(legs())
def test_a_field_that_no_table_mentions_is_refused(drawn: Leg) -> None:
    """Closed by default: an old adapter refuses a field that it has never heard of."""
    stated = [
        name
        for name in OPTIONAL_FIELDS
        if getattr(drawn, name) is not None and name not in ("position_effect", "expire_at")
    ]
    refusals = list(HEAD.refusals(drawn, "", TABLES))
    assert stated == [
        each.where for each in refusals if each.code == "field" and each.where in stated
    ]


def test_a_reason_says_more_and_whose_limit_it_is() -> None:
    """Where a reason is declared, the sentence ends with it; each refusal has the source."""
    (refusal,) = TABLES.refusals(leg(label="x"))
    assert refusal.why.endswith("There is no room.")
    assert (RefusalKind.NOT_OFFERED, "the page") == (refusal.kind, refusal.source)


def test_what_a_sentence_says() -> None:
    """A sentence has the broker, the numbers in plain digits, and a fix where there is one."""
    order = OTO(leg(quantity=1000), [leg("SELL", Limit(11), position_effect="CLOSE")])
    effect, shared = TABLES.refusals(order)
    assert "Paper cannot say SELL with the position effect CLOSE of an EQUITY." == effect.why
    assert "Leave it out." == effect.fix
    assert "this leg has 1, and trigger has 1000." in shared.why


def test_an_effect_that_must_be_stated() -> None:
    """Where the words of a broker always say an effect, an unstated one is refused with the fix."""
    words = Words({(Side.BUY, "OPEN"): "BTO", (Side.BUY, "CLOSE"): "BTC", (Side.SELL, "OPEN"): "S"})
    form = attrs.evolve(HEAD, actions={InstrumentType.EQUITY: words})
    (refusal,) = form.refusals(leg(), "", TABLES)
    assert ("position_effect", "State OPEN or CLOSE.") == (refusal.where, refusal.fix)
    assert "Paper cannot say BUY with an unstated position effect of an EQUITY." == refusal.why
    (refusal,) = form.refusals(leg("SELL"), "", TABLES)
    assert "State OPEN." == refusal.fix


def test_two_order_types_with_one_word_cannot_be_declared() -> None:
    """A word that stood for two order types could not be read back."""
    with pytest.raises(AdapterError, match="two values share a word"):
        attrs.evolve(HEAD, order_types={Limit: Row("X"), Stop: Row("X")})


def test_every_place_is_listed_once() -> None:
    """A place that several forms share is one place."""
    assert (HEAD, REST) == TABLES.leg_forms()


def test_semantics_are_shown_and_what_is_unknown_says_so() -> None:
    """Unknown is a value like the others, and it is the default."""
    shown = [str(each) for each in attrs.astuple(TABLES.semantics)]
    assert ["on the complete fill", "reduces the others", "unknown", "reduces the others"] == shown
    assert Semantics(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN) == Semantics()


def test_a_stop_s_partial_fill_is_as_a_target_s_unless_it_is_said() -> None:
    """Some brokers document another fate for the peers of a stop that fills in part."""
    other = Semantics(peer_partial_fill=PartialFill.REDUCES, stop_partial_fill=PartialFill.CANCELS)
    assert PartialFill.CANCELS is other.stop_partial_fill


ABOUT: list[tuple[object, Leg, str]] = [
    (TimeInForce.GTC, leg(time_in_force="GTC"), "Paper takes no GTC here."),
    (Stop, leg("SELL", Stop(9)), "Paper takes no STOP order here."),
    (
        InstrumentType.FUTURE,
        Leg(Side.BUY, 1, Instrument("ES", "FUTURE"), LIMIT),
        "Paper takes no FUTURE here.",
    ),
    (
        "symbol",
        Leg(Side.BUY, 1, Instrument("ABCDEF", "EQUITY"), LIMIT),
        "the symbol: it has 6 characters, and 0 to 5 are taken.",
    ),
    (
        "position_effect",
        leg(position_effect="OPEN"),
        "Paper cannot say BUY with the position effect OPEN of an EQUITY.",
    ),
    ("label", leg(label="x"), "Paper has no place for label here."),
]


@pytest.mark.parametrize(("about", "refused", "why"), ABOUT)
def test_a_reason_is_about_what_has_no_row(about: object, refused: Leg, why: str) -> None:
    """Why a broker has no row for something is told with the refusal of it."""
    tables = attrs.evolve(TABLES, reasons={about: Reason("It never did.")})
    (refusal,) = tables.refusals(refused)
    assert f"{why} It never did." == refusal.why


def test_a_price_stands_at_its_place_in_a_group() -> None:
    """A price that has no place, and one that is missing, are named under the path of the leg."""
    stop = Row("T", {"trail": "by", "stop_price": "from"})
    plain = Row("P", {"trail": "by", "limit_price": "at"})
    rows = {TrailingStop: stop, TrailingStopLimit: plain}
    rest = attrs.evolve(REST, order_types=rows)
    form = Form("pair", HEAD, rest, shared=SHARED)
    tables = attrs.evolve(TABLES, forms={Shape.OTO: form})
    found = [
        *tables.refusals(OTO(leg(), [leg("SELL", TrailingStop(1))])),
        *tables.refusals(OTO(leg(), [leg("SELL", TrailingStopLimit(1, 11, 9))])),
    ]
    assert [
        ("conditionals[0].stop_price", "a T order needs a stop_price at Paper."),
        ("conditionals[0].stop_price", "a P order has no place for a stop_price at Paper."),
    ] == [(each.where, each.why) for each in found]


def test_a_field_that_is_shared_has_a_code_in_the_spelling_of_codes() -> None:
    """Fields have underscores, and codes have hyphens."""
    form = Form("pair", HEAD, HEAD, shared=("time_in_force", "order_type"))
    tables = attrs.evolve(TABLES, forms={Shape.OTO: form})
    order = OTO(leg(), [leg("SELL", Limit(11))])
    assert [("conditionals[0].order_type", "shared-order-type")] == [
        (each.where, each.code) for each in tables.refusals(order)
    ]


def test_legs_that_are_missing_are_told_where_the_last_one_stands() -> None:
    """A form may want more legs than there are."""
    forms = {
        Shape.OCO: Form("three", HEAD, REST, peers=3, shared=SHARED),
        Shape.OTO: Form("three", HEAD, REST, conditionals=2, shared=SHARED),
    }
    tables = attrs.evolve(TABLES, forms=forms)
    exits = [leg("SELL", Limit(11)), leg("SELL", TrailingStop(1))]
    found = [*tables.refusals(OCO(exits)), *tables.refusals(OTO(leg(), exits[:1]))]
    assert [
        ("peers", "count", "Paper takes 3 peers in a three, and here are 2."),
        ("conditionals", "count", "Paper takes 2 conditionals in a three, and here is 1."),
    ] == [(each.where, each.code, each.why) for each in found]


def test_a_broker_may_have_one_place_for_legs() -> None:
    """What that place does not take is told beside the shape."""
    tables = attrs.evolve(TABLES, forms={Shape.SINGLE: Form("single", HEAD)})
    order = OTO(leg(), [leg("SELL", Limit(11), label="x")])
    assert [("type", "shape"), ("conditionals[0].label", "field")] == [
        (each.where, each.code) for each in tables.refusals(order)
    ]
