"""What ties the legs of a request together, and which of several requests an order goes by."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from tests.otoco import sparse
from tests.otoco.sparse import BRACKET, ENTRY, EXIT, Sparse

from otoco import (
    OCO,
    OTO,
    OTOCO,
    AdapterError,
    Instrument,
    InstrumentType,
    Leg,
    Limit,
    Offset,
    Order,
    PositionEffect,
    RefusalKind,
    Shape,
    Side,
    Stop,
    StopLimit,
    buy,
)
from otoco._contract import client_ids_for
from otoco.adapters import (
    NO_IDS,
    Capabilities,
    ClientIds,
    Count,
    Form,
    Number,
    Prefixed,
    Reason,
    Sides,
    Text,
    Words,
)
from otoco.testing import orders

XYZ = Instrument("XYZ", "EQUITY")
AT_PRICES = attrs.evolve(
    EXIT, offset=None, price=Number(text=True), action_key="side", symbol=("symbol", Text(8, 1))
)


def leg(side: str, order_type: Any, quantity: Any = 1, **more: Any) -> Leg:
    """A leg on one instrument."""
    return Leg(Side(side), quantity, XYZ, order_type, **more)


BUY, TARGET, STOP = (
    leg("BUY", Limit(10)),
    leg("SELL", Limit(Offset(1))),
    leg("SELL", Stop(Offset(-1))),
)
SELL, LOSS = leg("SELL", Limit(11)), leg("SELL", Stop(9))


def told(order: Order, **forms: Any) -> list[tuple[str, str, str]]:
    """Where, by what code and why an order is refused by forms for its shape."""
    tables = attrs.evolve(sparse.CAPABILITIES, forms={order.shape: forms["several"]})
    return [(each.where, each.code, each.why) for each in tables.refusals(order)]


COUNTS = {
    "a number": (2, "2", [2], [1, 3]),
    "a range": ((2, 4), "2 to 4", [2, 3, 4], [1, 5]),
    "no bound": ((2, None), "2 or more", [2, 3, 99], [1]),
    "itself": (Count(1, 1), "1", [1], [0, 2]),
}


@pytest.mark.parametrize(("value", "said", "inside", "outside"), COUNTS.values(), ids=COUNTS)
def test_how_many_there_may_be(value: Any, said: str, inside: Any, outside: Any) -> None:
    """A number, or a range with or without an end; both ends are inside."""
    count = Form("x", ENTRY, peers=value).peers
    assert said == str(count)
    assert count == Form("x", ENTRY, conditionals=value).conditionals
    assert all(each in count for each in inside)
    assert not any(each in count for each in outside)


def test_groups_inside_are_counted_too() -> None:
    """Peers and conditionals are counted wherever they stand, and told there."""
    pair = OCO([SELL, LOSS])
    three = OCO([SELL, LOSS, leg("SELL", Limit(12))])
    order = OTO(leg("BUY", Limit(10), 3), [pair, three, SELL])
    form = Form("tree", AT_BOTH, conditionals=(1, 2))
    here = "Sparse takes 1 to 2 conditionals in a tree, and here are 3."
    inside = "Sparse takes 2 peers in a tree, and here are 3."
    assert [("conditionals", "count", here), ("conditionals[1].peers", "count", inside)] == told(
        order, several=form
    )
    free = attrs.evolve(form, conditionals=(1, None), peers=(2, 3))
    assert [] == told(order, several=free)


AT_BOTH = attrs.evolve(
    ENTRY, order_types={**ENTRY.order_types, Stop: AT_PRICES.order_types[Stop]}, echoes=()
)


def test_one_and_several_are_told_apart_in_words() -> None:
    """One conditional is taken, or there is one where two are."""
    one, two = Form("x", AT_BOTH), Form("x", AT_BOTH, conditionals=2)
    ((_, _, few),) = told(OTO(BUY, [SELL]), several=two)
    assert "Sparse takes 2 conditionals in a x, and here is 1." == few
    ((_, _, many),) = told(OTO(leg("BUY", Limit(10), 2), [SELL, LOSS]), several=one)
    assert "Sparse takes 1 conditional in a x, and here are 2." == many


def test_what_a_request_says_of_sides() -> None:
    """Each leg states its side, or all have that of the first, or the others the opposite one."""
    assert (Side.BUY, Side.SELL) == Sides.STATED.of(BUY)
    assert (Side.BUY,) == Sides.SAME.of(BUY)
    assert (Side.SELL,) == Sides.OPPOSITE.of(BUY)


def test_a_side_that_is_implied_otherwise_is_refused() -> None:
    """The sentence says which side it has to be, and because of which leg."""
    why = (
        "a bracket says the opposite side for all legs after the first: this leg has to SELL,"
        " since trigger is to BUY."
    )
    order = OTO(BUY, [leg("BUY", Stop(Offset(1)))])
    assert [("conditionals[0].side", "implied-side", why)] == told(order, several=BRACKET)
    same = attrs.evolve(BRACKET, sides=Sides.SAME)
    assert [] == told(order, several=same)
    assert ["implied-side"] == [code for _, code, _ in told(OTO(BUY, [TARGET]), several=same)]


def test_two_peers_of_kinds_that_stand_apart() -> None:
    """Of each group of types there is one place, and the second that wants it is refused."""
    order = OTOCO(BUY, [TARGET, leg("SELL", Limit(Offset(2)))])
    why = "Sparse takes one LIMIT among the peers of a bracket, and peers[0] is one already."
    assert [("peers[1].order_type", "same-kind", why)] == told(order, several=BRACKET)
    assert [] == told(OTOCO(BUY, [TARGET, STOP]), several=BRACKET)
    stops = attrs.evolve(BRACKET, apart=((Stop, StopLimit), (Limit,)))
    assert [] == told(OTOCO(BUY, [STOP, TARGET]), several=stops)


def test_peers_inside_stand_apart_in_their_own_group() -> None:
    """Two pairs have a target each, and conditionals are no peers."""
    form = Form("tree", AT_BOTH, conditionals=(1, None), apart=((Limit,), (Stop,)))
    pair = OCO([SELL, LOSS])
    assert [] == told(OTO(leg("BUY", Limit(10), 2), [pair, pair]), several=form)
    assert [] == told(OTO(leg("BUY", Limit(10), 2), [SELL, SELL]), several=form)
    twice = OCO([SELL, leg("SELL", Limit(12))])
    found = told(OTO(leg("BUY", Limit(10), 2), [pair, twice]), several=form)
    assert [("conditionals[1].peers[1].order_type", "same-kind")] == [each[:2] for each in found]


def test_what_is_shared_is_the_same_in_all_legs() -> None:
    """Equal values are the same, whatever else they are; others are told with both."""
    day, gtc = STOP, attrs.evolve(STOP, time_in_force="GTC", quantity=2)
    assert [] == told(OTO(BUY, [day]), several=BRACKET)
    why = "a bracket carries one {} for all its legs: this leg has {}, and trigger has {}."
    assert [
        ("conditionals[0].quantity", "shared-quantity", why.format("quantity", 2, 1)),
        (
            "conditionals[0].time_in_force",
            "shared-time-in-force",
            why.format("time_in_force", "GTC", "DAY"),
        ),
    ] == told(OTO(BUY, [gtc]), several=BRACKET)


PRICED = attrs.evolve(BRACKET, request="at prices", rest=AT_PRICES)


def test_an_order_goes_by_the_first_form_that_takes_it() -> None:
    """Two kinds of requests for one shape: exits at distances, or at prices."""
    tables = attrs.evolve(sparse.CAPABILITIES, forms={Shape.OTO: (BRACKET, PRICED)})
    distance, price = OTO(BUY, [TARGET]), OTO(BUY, [SELL])
    assert [BRACKET, PRICED] == [tables.form_for(each) for each in (distance, price)]
    assert [] == [*tables.refusals(distance), *tables.refusals(price)]
    again = attrs.evolve(tables, forms={Shape.OTO: (attrs.evolve(PRICED, request="x"), PRICED)})
    form = again.form_for(price)
    assert form is not None
    assert "x" == form.request


def test_of_an_order_that_no_form_takes_the_nearest_form_tells_why() -> None:
    """What is told is about the kind of price and of instrument that the order has."""
    several = (BRACKET, PRICED)
    long: dict[str, Any] = {"label": "x"}
    for exit_, form in (
        (leg("SELL", Stop(Offset(-1)), 2, **long), BRACKET),
        (attrs.evolve(LOSS, **long), PRICED),
    ):
        order = OTO(BUY, [exit_])
        tables = attrs.evolve(sparse.CAPABILITIES, forms={Shape.OTO: several})
        assert form is tables.form_for(order)
        assert told(order, several=form) == told(order, several=several)
        assert "conditionals[0].label" in [where for where, _, _ in told(order, several=several)]


def test_the_nearest_form_knows_the_instrument() -> None:
    """A form of another market is not the nearest, though it has no more refusals."""
    other = attrs.evolve(
        ENTRY, actions={InstrumentType.FUTURE: sparse.SIDES}, fields={"label": ("note", Text(99))}
    )
    several = (Form("future", other), Form("share", ENTRY))
    entry = leg("BUY", Limit(10), "0.5", label="x" * 50)
    assert ["quantity", "label"] == [where for where, _, _ in told(entry, several=several)]


def test_among_forms_as_near_the_one_with_the_fewest_refusals_tells() -> None:
    """Whoever is refused wants to hear what to change, and as little of it as possible."""
    small = attrs.evolve(ENTRY, quantity=("qty", Number(high=Decimal(5))), fields={})
    large = attrs.evolve(ENTRY, quantity=("qty", Number(high=Decimal(50))))
    several = (Form("small", small), Form("large", large))
    order = leg("BUY", Limit(10), 51, label="x")
    assert ["the quantity: 51 is more than 50."] == [
        why for _, _, why in told(order, several=several)
    ]


def test_a_shape_without_a_form_has_none() -> None:
    """Nothing is near where there is nothing."""
    assert sparse.CAPABILITIES.form_for(OCO([SELL, LOSS])) is None
    empty = attrs.evolve(sparse.CAPABILITIES, forms={Shape.SINGLE: Form("x", ENTRY), Shape.OCO: ()})
    assert empty.form_for(OCO([SELL, LOSS])) is None
    assert "shape" in [each.code for each in empty.refusals(OCO([SELL, LOSS]))]


def test_a_form_has_reasons_of_its_own() -> None:
    """They go before those of the broker, which are told for all else."""
    tables = attrs.evolve(
        sparse.CAPABILITIES,
        forms={Shape.OTO: attrs.evolve(BRACKET, reasons={"label": Reason("None in brackets.")})},
        reasons={
            "label": Reason("None at all."),
            Stop: Reason("Never.", RefusalKind.NOT_IMPLEMENTED),
        },
    )
    found = tables.refusals(OTO(leg("BUY", Stop(11)), [attrs.evolve(STOP, label="x")]))
    assert [
        ("order-type", "Sparse takes no STOP order here. Never."),
        ("field", "Sparse has no place for label here. None in brackets."),
    ] == [(each.code, each.why) for each in found]


def test_ids_are_where_the_form_has_them() -> None:
    """A form says otherwise than the adapter, or says nothing."""
    assert Sparse.client_ids is client_ids_for(Sparse, BUY)
    assert NO_IDS is client_ids_for(Sparse("A1"), OTO(BUY, [TARGET]))
    assert Sparse.client_ids is client_ids_for(Sparse, OCO([SELL, LOSS]))
    assert () == NO_IDS.paths(OTO(BUY, [TARGET]))


@given(orders(within=Sparse()))
def test_every_leg_has_its_place(order: Order) -> None:
    """The first leg has the head's, and all others the rest's; without a rest they have it too."""
    count = len(order.legs)
    assert [ENTRY, *[EXIT] * (count - 1)] == list(BRACKET.places(order))
    assert [ENTRY] * count == list(attrs.evolve(PLAIN, request="x").places(order))


PLAIN = Form("plain", ENTRY)
SILENT = attrs.evolve(ENTRY, action_key=None)
#: A place that implies the side, and not what it does to a position.
SELLING = attrs.evolve(
    SILENT,
    actions={InstrumentType.EQUITY: Words({(Side.SELL, each): each for each in PositionEffect})},
)
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a field that is none": ({"shared": ("quantitty",)}, "a leg has no field quantitty"),
    "no side of the first leg": (
        {"head": SILENT},
        "no key carries the side of the first leg, and sides says nothing",
    ),
    "no side of the others": (
        {"rest": SILENT},
        "no key carries the side of the other legs, and sides says nothing",
    ),
    "no symbol at the head": (
        {"head": attrs.evolve(ENTRY, symbol=None)},
        "the first leg has no place for its symbol or its quantity",
    ),
    "no quantity at the head": (
        {"head": attrs.evolve(ENTRY, quantity=None)},
        "the first leg has no place for its symbol or its quantity",
    ),
    "no symbol of the others": (
        {"rest": attrs.evolve(ENTRY, symbol=None)},
        "no key carries the symbol of the other legs, and it is not shared",
    ),
    "no quantity of the others": (
        {"rest": attrs.evolve(ENTRY, quantity=None)},
        "no key carries the quantity of the other legs, and it is not shared",
    ),
    "no position effect of the first leg": (
        {"head": SELLING},
        "no key carries the position effect of the first leg, and it is not shared",
    ),
    "no position effect of the others": (
        {"rest": SELLING},
        "no key carries the position effect of the other legs, and it is not shared",
    ),
    "no life of the first leg": (
        {"head": attrs.evolve(ENTRY, time_in_force_key=None)},
        "no key carries the time in force of the first leg, and it is not shared",
    ),
    "no life of the others": (
        {"rest": attrs.evolve(ENTRY, time_in_force_key=None)},
        "no key carries the time in force of the other legs, and it is not shared",
    ),
}


@pytest.mark.parametrize(("change", "why"), WRONG.values(), ids=WRONG)
def test_forms_that_carry_something_nowhere_cannot_be_declared(
    change: dict[str, Any], why: str
) -> None:
    """The adapter does not import, and the error names the form and all that is wrong."""
    with pytest.raises(AdapterError) as caught:
        attrs.evolve(PLAIN, **change)
    form, _, wrong = str(caught.value).removesuffix(".").partition(" of an adapter is wrong: ")
    assert ("the form 'plain'", True) == (form, why in wrong.split("; "))


def test_what_is_shared_or_the_only_one_needs_no_key() -> None:
    """Tables that say something once, or that leave one thing to say, are right."""
    life = attrs.evolve(ENTRY, time_in_force_key=None)
    assert life is Form("x", life, shared=("time_in_force",)).head
    (word, *_) = ENTRY.times_in_force.table
    only = attrs.evolve(life, times_in_force=Words({word: "d"}))
    sell = Words({(Side.SELL, None): "sell"})
    only = attrs.evolve(only, actions={InstrumentType.EQUITY: sell}, action_key=None)
    assert only is Form("x", ENTRY, only).rest
    assert SILENT is Form("x", SILENT, sides=Sides.SAME).head
    assert SELLING is Form("x", SELLING, shared=("position_effect",)).head
    countless = attrs.evolve(ENTRY, quantity=None)
    assert countless is Form("x", ENTRY, countless, shared=("quantity",)).rest


def test_client_ids_are_per_something_that_is() -> None:
    """A misspelt word is told when the adapter is imported."""
    per: Any = "legs"
    with pytest.raises(AdapterError) as caught:
        ClientIds(per, Text(9))
    assert "client ids are per leg, order or none, and not 'legs'." == str(caught.value)


def test_a_form_alone_is_one_of_several() -> None:
    """A shape with one form may be given the form alone."""
    alone, several = (
        Capabilities("x", {Shape.SINGLE: each}, sparse.CAPABILITIES.semantics, "a page")
        for each in (PLAIN, (PLAIN,))
    )
    assert alone == several
    assert (PLAIN,) == alone.forms[Shape.SINGLE]


def test_a_symbol_behind_a_mark_is_drawn() -> None:
    """What is drawn within tables has a symbol as it stands behind the mark."""
    form = Prefixed("/", Text(6, 6, r"[A-Z]{6}", "six letters"))
    tables = attrs.evolve(
        sparse.CAPABILITIES,
        forms={Shape.SINGLE: Form("x", attrs.evolve(ENTRY, symbol=("symbol", form)))},
    )

    @given(orders(within=tables))
    def law(order: Leg) -> None:
        assert form.refusal(order.instrument.symbol) is None

    law()


def test_what_the_other_legs_have_from_the_first() -> None:
    """What is shared, and the side where the form implies one; nothing from a head refused."""
    head = buy(1, XYZ, Limit(10))
    shared = Form("x", ENTRY, shared=("instrument", "quantity"))
    said = {"instrument": XYZ, "quantity": Decimal(1)}
    assert said == shared.inherited(head)
    for sides, side in ((Sides.SAME, Side.BUY), (Sides.OPPOSITE, Side.SELL)):
        assert {**said, "side": side} == attrs.evolve(shared, sides=sides).inherited(head)
    assert {} == shared.inherited(None)


def test_a_count_that_nothing_can_be_cannot_be_declared() -> None:
    """The most is not less than the least."""
    with pytest.raises(AdapterError, match="there cannot be 3 or more, and 2 at most"):
        Count(3, 2)
    assert 2 in Count(2, 2)
