"""The tree: roles and paths, shapes, one value for one meaning, bounds, and that it is a value."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any, cast

import attrs
import pytest
from hypothesis import given
from tests.otoco.conftest import ABC, findings, leg, orders

from otoco import (
    OCO,
    OTO,
    OTOCO,
    Distance,
    Instrument,
    InvalidOrder,
    Leg,
    Limit,
    LimitIfTouched,
    Market,
    MarketIfTouched,
    Offset,
    Order,
    Rung,
    Shape,
    Stop,
    StopLimit,
    TrailingStop,
    TrailingStopLimit,
    from_json,
    to_dict,
    to_json,
)

ENTRY = leg("BUY", Limit(100), quantity=4)
TARGET = leg("SELL", Limit(110), quantity=4)
STOP = leg("SELL", Stop(90), quantity=4)
EXITS = OCO([TARGET, STOP])
SHORT = leg("SELL", Stop(80))
LONG = leg("BUY", Stop(105))


def exit_(quantity: int, **changes: Any) -> Leg:
    """A target for a part of the entry."""
    return leg("SELL", Limit(110), quantity=quantity, **changes)


def pair(*quantities: int) -> OCO:
    """Exits that cancel one another: targets, and a stop at the end."""
    *targets, last = quantities
    return OCO([*(exit_(quantity) for quantity in targets), leg("SELL", Stop(90), quantity=last)])


def deep(levels: int) -> Order:
    """A chain of orders that trigger one another, so many groups deep."""
    order: Order = ENTRY
    for _ in range(levels):
        order = OTO(ENTRY, [order])
    return order


# What leads to the same order in two ways: a name, one spelling and another.
SAME: list[tuple[str, Callable[[], Order], Callable[[], Order]]] = [
    ("OTO of an OCO", lambda: OTO(ENTRY, [EXITS]), lambda: OTOCO(ENTRY, [TARGET, STOP])),
    ("OCO in an OCO", lambda: OCO([EXITS, SHORT]), lambda: OCO([TARGET, STOP, SHORT])),
    ("OCO last in an OCO", lambda: OCO([SHORT, EXITS]), lambda: OCO([SHORT, TARGET, STOP])),
    (
        "OCO in OCO in OCO",
        lambda: OCO([OCO([OCO([LONG, TARGET]), STOP]), SHORT]),
        lambda: OCO([LONG, TARGET, STOP, SHORT]),
    ),
    (
        "OCO in an OTOCO",
        lambda: OTOCO(ENTRY, [EXITS, SHORT]),
        lambda: OTOCO(ENTRY, [TARGET, STOP, SHORT]),
    ),
    (
        "OTO of an OCO with an OCO",
        lambda: OTO(ENTRY, (OCO((EXITS, SHORT)),)),
        lambda: OTOCO(ENTRY, [TARGET, STOP, SHORT]),
    ),
    (
        "OTO of an OCO, nested",
        lambda: OCO([OTO(LONG, [EXITS]), SHORT]),
        lambda: OCO([OTOCO(LONG, [TARGET, STOP]), SHORT]),
    ),
    ("a list and a tuple", lambda: OCO([TARGET, STOP]), lambda: OCO((TARGET, STOP))),
    ("numbers", lambda: leg("BUY", Limit("5.00")), lambda: leg("BUY", Limit(5))),
    ("by keyword", lambda: OTO(trigger=ENTRY, conditionals=[EXITS]), lambda: OTO(ENTRY, [EXITS])),
]


@pytest.mark.parametrize(("one", "other"), [each[1:] for each in SAME], ids=[s[0] for s in SAME])
def test_one_meaning_is_one_value(one: Callable[[], Order], other: Callable[[], Order]) -> None:
    """Two spellings of one meaning are equal, hash equal, and print the same document."""
    assert (other(), hash(other()), to_json(other())) == (one(), hash(one()), to_json(one()))
    assert (type(other()), other().shape) == (type(one()), one().shape)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (OCO([TARGET, STOP]), OCO([STOP, TARGET])),
        (OTO(ENTRY, [TARGET, STOP]), OTOCO(ENTRY, [TARGET, STOP])),
        (OTO(ENTRY, [TARGET]), OTO(ENTRY, [STOP])),
        (OTO(ENTRY, [EXITS, EXITS]), OTO(ENTRY, [EXITS])),
        (OTOCO(ENTRY, [OTO(SHORT, [LONG]), STOP]), OTOCO(ENTRY, [SHORT, LONG, STOP])),
    ],
)
def test_two_meanings_are_two_values(one: Order, other: Order) -> None:
    """Another order of the peers, another group or another leg is another order."""
    assert one != other
    assert to_dict(one) != to_dict(other)


def test_every_leg_has_its_role_and_path() -> None:
    """Roles are positions: the legs come in written order, each with its path and role."""
    order = OTO(ENTRY, [TARGET, OCO([TARGET, STOP]), OTOCO(LONG, [OTO(TARGET, [SHORT]), STOP])])
    assert [
        ("trigger", "TRIGGER", ENTRY),
        ("conditionals[0]", "CONDITIONAL", TARGET),
        ("conditionals[1].peers[0]", "PEER", TARGET),
        ("conditionals[1].peers[1]", "PEER", STOP),
        ("conditionals[2].trigger", "TRIGGER", LONG),
        ("conditionals[2].peers[0].trigger", "TRIGGER", TARGET),
        ("conditionals[2].peers[0].conditionals[0]", "CONDITIONAL", SHORT),
        ("conditionals[2].peers[1]", "PEER", STOP),
    ] == list(order.legs)
    assert ("conditionals[0]", "CONDITIONAL") == (order.legs[1].path, order.legs[1].role)


@given(orders())
def test_a_path_leads_to_its_leg_in_the_document(order: Order) -> None:
    """The path of each leg, followed through the document, ends at that leg's document."""
    for member in order.legs:
        found: Any = to_dict(order)
        for key in member.path.replace("[", ".").replace("]", "").split(".") if member.path else ():
            found = found[int(key)] if key.isdigit() else found[key]
        assert to_dict(member.leg) == {"otoco": 1} | found


SHAPES: list[tuple[str, Order]] = [
    ("SINGLE", ENTRY),
    ("OCO", EXITS),
    ("OCO", OCO([TARGET, STOP, SHORT])),
    ("NESTED", OCO([OTOCO(LONG, [TARGET, STOP]), OTOCO(SHORT, [LONG, leg("BUY", Limit(70))])])),
    ("NESTED", OCO([OTO(LONG, [TARGET]), SHORT])),
    ("OTO", OTO(ENTRY, [TARGET])),
    ("OTOCO", OTO(ENTRY, [EXITS])),
    ("OTOCO", OTOCO(ENTRY, [TARGET, STOP, SHORT])),
    ("NESTED", OTOCO(ENTRY, [OTO(TARGET, [LONG]), STOP])),
    ("NESTED", OTO(ENTRY, [OTO(LONG, [SHORT])])),
    ("LADDER", OTO(ENTRY, [exit_(1), exit_(3)])),
    ("LADDER", OTO(ENTRY, [pair(1, 1), pair(3, 3)])),
    ("LADDER", OTO(ENTRY, [exit_(1), pair(3, 3)])),
    ("OTO", OTO(ENTRY, [exit_(1), exit_(2)])),
    ("OTO", OTO(ENTRY, [exit_(1), exit_(4)])),
    ("OTO", OTO(ENTRY, [exit_(4)])),
    ("OTO", OTO(ENTRY, [leg("BUY", Limit(90)), exit_(3)])),
    ("OTO", OTO(ENTRY, [exit_(1, instrument=ABC), exit_(3)])),
    ("NESTED", OTO(ENTRY, [pair(1, 1), pair(2, 2)])),
    ("NESTED", OTO(ENTRY, [pair(1, 3), pair(3, 3)])),
    ("NESTED", OTO(ENTRY, [pair(1, 1, 1), pair(3, 3)])),
    ("NESTED", OTO(ENTRY, [OTO(exit_(1), [LONG]), exit_(3)])),
]


@pytest.mark.parametrize(("shape", "order"), SHAPES)
def test_the_shape_of_an_order(shape: str, order: Order) -> None:
    """The shape is the group of legs that it is, a ladder of exits, or NESTED."""
    assert Shape(shape) is order.shape


@pytest.mark.parametrize(
    ("build", "where"),
    [
        (lambda: OCO([]), "peers"),
        (lambda: OCO([TARGET]), "peers"),
        (lambda: OCO([EXITS]), "peers"),
        (lambda: OTOCO(ENTRY, []), "peers"),
        (lambda: OTOCO(ENTRY, [TARGET]), "peers"),
        (lambda: OTO(ENTRY, []), "conditionals"),
        (lambda: OTO(cast("Any", EXITS), [TARGET]), "trigger"),
        (lambda: OTOCO(cast("Any", OTO(ENTRY, [TARGET])), [TARGET, STOP]), "trigger"),
    ],
)
def test_a_wrong_count_cannot_be_built(build: Callable[[], Order], where: str) -> None:
    """Fewer than two peers, no conditional, or a group for a trigger is a nesting problem."""
    assert [(where, "nesting")] == findings(build)


@pytest.mark.parametrize("stranger", [None, "leg", 7, {}, ..., Leg], ids=str)
def test_what_is_no_order_is_no_child(stranger: Any) -> None:
    """What is neither a leg nor a group is a value problem where it stands."""
    assert [("peers[1]", "value")] == findings(OCO, [TARGET, stranger])
    assert [("conditionals[0]", "value")] == findings(OTO, ENTRY, [stranger])
    assert [("trigger", "nesting"), ("peers[0]", "value")] == findings(
        OTOCO, stranger, [stranger, STOP]
    )


@pytest.mark.parametrize("children", [None, TARGET, "legs", 2, {"a": TARGET}, {TARGET}], ids=str)
def test_children_are_a_list(children: Any) -> None:
    """What is no list or tuple of children is a value problem of the whole list."""
    assert [("peers", "value")] == findings(OCO, children)
    assert [("conditionals", "value")] == findings(OTO, ENTRY, children)


def test_groups_nest_to_eight_levels() -> None:
    """The eighth level is the last."""
    assert 9 == len(deep(8).legs)
    assert [("", "nesting")] == findings(deep, 9)


def test_a_flat_group_counts_once() -> None:
    """An OCO spelt within an OCO is one level, however deep it is spelt."""
    order: Order = EXITS
    for _ in range(50):
        order = OCO([order, SHORT])
    assert (Shape.OCO, 52) == (order.shape, len(order.legs))


def test_an_order_has_up_to_256_legs() -> None:
    """The 256th leg is the last, in one group or spread over several."""
    assert 256 == len(OCO([TARGET] * 256).legs)
    assert [("", "nesting")] == findings(OCO, [TARGET] * 257)
    half = OTO(ENTRY, [TARGET] * 127)
    assert 256 == len(OCO([half, OTO(LONG, [TARGET] * 127)]).legs)
    assert [("", "nesting")] == findings(OTO, ENTRY, [half, half])


@given(orders())
def test_an_order_is_a_value(order: Order) -> None:
    """Copies, pickles, evolved and reread orders are equal, hash equal, and have no advice less."""
    twins = [
        copy.copy(order),
        copy.deepcopy(order),
        pickle.loads(pickle.dumps(order)),
        pickle.loads(pickle.dumps(order, protocol=2)),
        attrs.evolve(order),
        from_json(to_json(order)),
    ]
    assert [(order, hash(order), type(order))] * 6 == [(t, hash(t), type(t)) for t in twins]
    assert [order.advice] * 6 == [twin.advice for twin in twins]
    assert [to_json(order)] * 6 == [to_json(twin) for twin in twins]


@given(orders())
def test_nothing_of_an_order_can_be_set(order: Order) -> None:
    """No attribute of any group or leg can be set, added or deleted."""
    nodes: list[Any] = [order, *(child.node for child in order.children)]
    for node in nodes:
        for name in (*(field.name for field in attrs.fields(type(node))), "legs", "new"):
            with pytest.raises(attrs.exceptions.FrozenInstanceError):
                setattr(node, name, None)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            del node.shape


def test_the_callers_list_stays_the_callers() -> None:
    """An order does not change with the list that it was built from."""
    peers = [TARGET, STOP]
    order = OCO(peers)
    peers.clear()
    assert OCO([TARGET, STOP]) == order


def test_evolving_a_group_keeps_it_canonical() -> None:
    """An OTO evolved to have one OCO is an OTOCO, as if it had been constructed so."""
    evolved: Order = attrs.evolve(OTO(ENTRY, [TARGET]), conditionals=[EXITS])
    assert OTOCO(ENTRY, [TARGET, STOP]) == evolved
    crossing = [leg("SELL", Limit(80)), STOP]
    assert [("peers", "peers-cross")] == findings(attrs.evolve, EXITS, peers=crossing)


ODD = "7654.25"
VALUES: list[Any] = [
    Limit(ODD), Stop(ODD), StopLimit(1, ODD), MarketIfTouched(ODD), LimitIfTouched(ODD, 1),
    TrailingStop(ODD), TrailingStopLimit(1, None, ODD), Limit(Offset(ODD)), Offset(ODD),
    Distance(ODD), Rung(ODD, 1), Rung(1, ODD), Rung(1, None, ODD),
    Instrument("XYZ", "EQUITY", ODD), leg("BUY", Market(), quantity=ODD),
    leg("BUY", Limit(ODD)), OCO([leg("SELL", Limit(ODD)), STOP]),
    OTO(leg("BUY", Limit(ODD)), [STOP]),
    OTOCO(leg("BUY", Limit(ODD)), [leg("SELL", Limit(9999)), STOP]),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("number", ["    NaN", "1.1E-30"])
def test_unpickling_validates(value: Any, number: str) -> None:
    """A pickle whose number was tampered with does not come back as an object."""
    good = pickle.dumps(value)
    assert value == pickle.loads(good)
    bad = good.replace(ODD.encode(), number.encode())
    assert good != bad
    with pytest.raises(InvalidOrder):
        pickle.loads(bad)


def test_unpickling_judges_the_geometry() -> None:
    """A pickle of coherent exits, tampered with so that they cross, does not come back."""
    bad = pickle.dumps(OCO([TARGET, STOP])).replace(b"110", b"010")
    assert [("peers", "peers-cross")] == findings(pickle.loads, bad)


def test_a_group_hashes_apart_from_its_neighbours() -> None:
    """Orders serve as keys: each finds itself, and an equal one finds it."""
    table = {order: shape for shape, order in SHAPES}
    again = [pickle.loads(pickle.dumps(order)) for _, order in SHAPES]
    assert [shape for shape, _ in SHAPES] == [table[order] for order in again]


@pytest.mark.parametrize("kind", [Leg, OCO, OTO, OTOCO])
@pytest.mark.parametrize("name", ["legs", "shape", "advice", "children"])
def test_what_is_computed_once_is_documented(kind: type[Order], name: str) -> None:
    """Asked of the class, a computed attribute is a property with a docstring, or inherits it."""
    assert any(vars(base)[name].__doc__ for base in kind.mro() if name in vars(base))
    assert not callable(getattr(kind, name))


@given(orders())
def test_what_is_computed_is_computed_once(order: Order) -> None:
    """Legs, shape and advice are the very same objects when asked for again."""
    assert order.legs is order.legs
    assert order.advice is order.advice
    assert order.shape is order.shape
