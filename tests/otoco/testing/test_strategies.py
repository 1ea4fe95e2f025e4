"""The strategies draw what they say, and all of it: what they reach is counted."""

from __future__ import annotations

import ast
import inspect
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from tests.test_rules_page import documented
from tests.test_rules_page import given as codes_given

import otoco._capabilities
import otoco._form
import otoco._leg_form
from otoco import (
    OCO,
    OTO,
    OTOCO,
    Adapter,
    Capabilities,
    Instrument,
    InstrumentType,
    InvalidOrder,
    Leg,
    Limit,
    Market,
    Offset,
    OptionParts,
    Order,
    OrderType,
    PositionEffect,
    Role,
    Semantics,
    Shape,
    Side,
    Stop,
    TimeInForce,
    TrailingStop,
    adapter,
    adapter_names,
    check,
    from_dict,
    from_json,
)
from otoco._contract import client_ids_for
from otoco._leg import OPTIONAL_FIELDS
from otoco._order_types import ORDER_TYPES
from otoco._tree import Group
from otoco.adapters import (
    BodyKind,
    Form,
    LegForm,
    Number,
    Prefixed,
    Row,
    Sides,
    Text,
    Words,
)
from otoco.testing import (
    AdvisedOrder,
    InvalidDocument,
    Limits,
    NearMiss,
    advised_orders,
    client_order_ids,
    every_near_miss,
    instants,
    instruments,
    invalid_documents,
    legs,
    near_misses,
    orders,
    quantities,
    quotes,
)
from otoco_tradovate import Tradovate

#: For what is counted: enough examples that what is rare occurs, and the same in every run.
MANY = max(400, 5 * settings().max_examples)


def variants(kind: Any) -> Iterator[Adapter]:
    """The adapter without an account, and with each word that one of its options may be."""
    yield kind()
    for option in kind.options:
        for word in option.format.table if isinstance(option.format, Words) else ():
            yield kind(**{option.name: word})


LEG = LegForm(
    actions={
        InstrumentType.EQUITY: Words(
            {(Side.BUY, PositionEffect.OPEN): "BTO", (Side.SELL, PositionEffect.CLOSE): "STC"}
        )
    },
    action_key="action",
    order_types={
        Market: Row("MKT"),
        Limit: Row("LMT", {"limit_price": "price"}),
        Stop: Row("STP", {"stop_price": "stop"}),
        TrailingStop: Row("TRAIL", {"trail": "trail"}),
    },
    order_type_key="type",
    price=Number(high=Decimal(10**7)),
    times_in_force=Words({each: each.value for each in list(TimeInForce)[:3]}),
    time_in_force_key="tif",
    quantity=("quantity", Number(whole=True, low=Decimal(7), high=Decimal(5000))),
    symbol=("symbol", Text(5, 2)),
    fields={"label": ("label", Text(8))},
)
SHARED = ("instrument", "quantity", "side", "time_in_force")


@attrs.frozen
class Odd(Tradovate):
    """An adapter with tables as no other has them: large quantities, few words, all shared."""

    @property
    def capabilities(self) -> Capabilities:
        single, pair = Form("one", LEG), Form("two", LEG, LEG, shared=SHARED)
        forms = {Shape.SINGLE: single, Shape.OCO: pair, Shape.OTO: Form("entry", LEG, LEG)}
        return Capabilities("Odd", forms, Semantics(), "nowhere")


EXIT = attrs.evolve(
    LEG,
    action_key=None,
    order_types={Limit: Row("", {"limit_price": "target"}), Stop: Row("", {"stop_price": "stop"})},
    order_type_key=None,
    price=None,
    offset=Number(),
    time_in_force_key=None,
    quantity=None,
    symbol=None,
    fields={},
)


@attrs.frozen
class Implying(Tradovate):
    """An adapter whose exits say little: a target, a stop or both, at distances from the fill."""

    @property
    def capabilities(self) -> Capabilities:
        bracket = Form(
            "bracket",
            LEG,
            EXIT,
            shared=("instrument", "quantity", "time_in_force"),
            sides=Sides.OPPOSITE,
            apart=((Limit,), (Stop,)),
        )
        prices = attrs.evolve(bracket, request="bracket at prices", rest=AT_PRICES)
        forms: dict[Shape, Form | tuple[Form, ...]] = {
            Shape.SINGLE: (Form("many", LARGE), Form("few", LEG)),
            Shape.OTO: (bracket, prices),
            Shape.OTOCO: (bracket, prices),
            Shape.LADDER: Form("entries", LEG, conditionals=(1, None)),
            Shape.NESTED: Form("tree", LEG, peers=(2, 3), conditionals=(1, 2)),
        }
        return Capabilities("Implying", forms, Semantics(), "nowhere", body=BodyKind.FORM)


AT_PRICES = attrs.evolve(EXIT, price=Number(text=True), offset=None)
LARGE = attrs.evolve(
    LEG,
    order_types={**LEG.order_types, Limit: Row("LMT", {"limit_price": "price"}, [TimeInForce.DAY])},
    quantity=("quantity", Number(low=Decimal(5001))),
    symbol={InstrumentType.EQUITY: ("symbol", Prefixed("/", Text(9, 6, "[A-Z]{6,9}", "a code")))},
)


def distinct(adapters: Iterable[Adapter]) -> list[Adapter]:
    """The adapters without those whose tables are another's."""
    found: list[Adapter] = []
    for each in adapters:
        if all(each.capabilities != other.capabilities for other in found):
            found.append(each)
    return found


INSTALLED = distinct(each for name in adapter_names() for each in variants(adapter(name)))
SUBJECTS = [*INSTALLED, Odd(), Implying()]
FORMS = Odd().capabilities.forms
each_subject = pytest.mark.parametrize("subject", SUBJECTS, ids=repr)


def count(
    strategy: st.SearchStrategy[Any], facts: Callable[[Any], Collection[Any]], examples: int = MANY
) -> Counter[Any]:
    """How often each fact is true of what is drawn."""
    counts: Counter[Any] = Counter()

    @settings(max_examples=examples, derandomize=True)
    @given(strategy)
    def law(drawn: Any) -> None:
        counts.update(facts(drawn))

    law()
    return counts


def leg_facts(leg: Leg) -> Iterator[Any]:
    """What a leg is, and which of its optional fields are there."""
    yield from (type(leg.order_type), leg.instrument.type, leg.time_in_force, leg.side)
    yield from (name for name in OPTIONAL_FIELDS if getattr(leg, name) is not None)
    yield from (type(price) for _, price in leg.prices())
    yield leg.position_effect
    yield from (name for name in ("tick_size", "lot_size") if getattr(leg.instrument, name))


def order_facts(order: Any) -> set[Any]:
    """What an order is, with what its legs are and do in it."""
    facts = {fact for _, role, leg in order.legs for fact in (role, *leg_facts(leg))}
    entry = order.legs[0].leg.side if order.legs[0].role is Role.TRIGGER else None
    return facts | {order.shape, ("depth", getattr(order, "depth", 0)), ("entry", entry)}


def missing(counts: Counter[Any], expected: Collection[Any]) -> list[Any]:
    """What is expected and was never drawn."""
    return [each for each in expected if not counts[each]]


EVERYTHING = (
    *(*Shape, *ORDER_TYPES.values(), *InstrumentType, *TimeInForce, *Side, *Role),
    *(*PositionEffect, None, *OPTIONAL_FIELDS, "tick_size", "lot_size", Offset, Decimal),
    *(("depth", depth) for depth in range(4)),
    *(("entry", side) for side in Side),
)


def test_orders_reach_everything() -> None:
    """Every shape, word, field and role is drawn, long and short, to three groups deep."""
    assert [] == missing(count(orders(), order_facts), EVERYTHING)


@pytest.mark.parametrize("shape", Shape)
def test_orders_of_every_shape_are_drawn(shape: Shape) -> None:
    """Whoever asks for a shape gets it, and nothing but it."""

    @given(orders(shapes=[shape]))
    def law(order: Order) -> None:
        assert shape is order.shape

    law()


@pytest.mark.parametrize("levels", [2, 4])
def test_how_deep_orders_are_is_an_argument(levels: int) -> None:
    """Groups nest as deep as asked for, and no deeper."""
    nested = orders(shapes=[Shape.NESTED], levels=levels)
    assert levels == max(count(nested, lambda order: [order.depth], 150))


def size(leg: Leg) -> Iterator[str]:
    """How large the numbers of a leg are, and how fine; how far away its moments lie."""
    numbers = [leg.quantity, *(each for _, each in leg.prices() if isinstance(each, Decimal))]
    for number in numbers:
        yield "12 integer digits" if number.adjusted() == 11 else "fewer integer digits"
        yield "10 decimals" if number.as_tuple().exponent == -10 else "fewer decimals"
    for moment in filter(None, (leg.expire_at, leg.activate_at)):
        yield "soon" if 2026 <= moment.year <= 2027 else "far away"
        yield "the very end" if moment.year in (1, 9999) else "between"
    if leg.instrument.tick_size in (Decimal("0.25"), Decimal("0.01")) and max(numbers) < 10**5:
        yield "as in any account"


def test_orders_are_realistic_and_extreme() -> None:
    """Numbers and moments are drawn as accounts have them, and as large and fine as there are."""

    def sizes(order: Any) -> list[str]:
        return [each for _, _, leg in order.legs for each in size(leg)]

    counts = count(orders(), sizes, 2 * MANY)
    expected = ("12 integer digits", "10 decimals", "soon", "far away", "as in any account")
    assert [] == missing(counts, expected)
    assert counts["as in any account"] > 100


@each_subject
def test_orders_within_an_adapter_are_what_it_takes(subject: Adapter) -> None:
    """Strategies that read an adapter's tables draw orders of all its shapes, mostly accepted."""
    counts = count(orders(within=subject), lambda each: [each.shape, not check(each, subject)])
    assert counts[True] >= 0.6 * (counts[True] + counts[False])
    assert set(subject.capabilities.forms) == {each for each in counts if isinstance(each, Shape)}


def test_orders_within_tables_of_the_shapes_asked_for() -> None:
    """The tables alone say enough, and a shape can be asked for within them too."""

    @given(orders(within=Odd().capabilities, shapes=[Shape.OCO]))
    def law(order: Order) -> None:
        assert Shape.OCO is order.shape

    law()


@given(legs(Limits(order_types=[Limit], offsets=False)))
def test_limits_are_arguments(leg: Leg) -> None:
    """What may be drawn is said by whoever draws."""
    assert isinstance(leg.order_type, Limit)


@given(st.data(), quotes())
def test_legs_around_a_quote(data: st.DataObject, quote: Any) -> None:
    """A leg can be drawn on a given instrument, with what is given of it."""
    leg = data.draw(legs(quote=quote, side=Side.SELL))
    assert (quote.instrument, Side.SELL) == (leg.instrument, leg.side)


@attrs.frozen
class Hundreds:
    """A format of an adapter's own, of which nothing is known but what it refuses."""

    def refusal(self, value: Decimal) -> str | None:
        return None if 100 <= value <= 90_000 else "it is not between 100 and 90000"


@pytest.mark.parametrize(
    ("form", "unit"),
    [
        (None, "1E-10"),
        (Number(whole=True, low=Decimal(7)), "1"),
        (Number(low=Decimal("0.5"), high=Decimal(1)), "0.25"),
        (Number(low=Decimal(10**6), high=Decimal(10**6)), "1"),
        (Number(tiniest=Decimal("0.0001")), "1E-10"),
        (Hundreds(), "5"),
    ],
    ids=repr,
)
def test_quantities_are_what_a_format_takes(form: Any, unit: str) -> None:
    """Multiples of the unit are drawn within the bounds of a format, wherever these lie."""

    @given(quantities(form, Decimal(unit)))
    def law(quantity: Decimal) -> None:
        assert quantity > 0 == quantity % Decimal(unit)
        assert form is None or form.refusal(quantity) is None

    law()


def test_the_least_and_the_most_are_drawn() -> None:
    """Both bounds of a number are reached."""
    form = Number(whole=True, low=Decimal(7), high=Decimal(12))
    assert {*map(Decimal, range(7, 13))} == set(count(quantities(form), lambda each: [each]))


def test_there_are_no_quantities_where_none_is_taken() -> None:
    """A format that takes no multiple of a unit leaves nothing to draw."""
    assert quantities(Number(high=Decimal("0.5"))).is_empty


@pytest.mark.parametrize(
    "form", [None, Text(3), Text(40, 35), Text(8, 1, r"[A-Z]{2,8}"), Text(2, 1, r"x+")], ids=repr
)
def test_symbols_are_what_a_format_takes(form: Any) -> None:
    """Symbols are as long as a format wants them, with or without a pattern."""

    @given(instruments([InstrumentType.EQUITY], form))
    def law(instrument: Instrument) -> None:
        assert form is None or form.refusal(instrument.symbol) is None

    law()


@each_subject
@given(data=st.data())
def test_client_order_ids_are_what_an_adapter_takes(subject: Adapter, data: st.DataObject) -> None:
    """Ids belong to places of the order, are read by the adapter's format, and differ."""
    order = data.draw(orders(within=subject))
    ids = data.draw(client_order_ids(subject, order))
    client_ids = client_ids_for(subject, order)
    assert {*ids} <= {*client_ids.paths(order)}
    assert len(ids) == len({str(client_ids.format.read(text)) for text in ids.values()})


@given(instants())
def test_moments_are_moments_in_utc(moment: datetime) -> None:
    """A moment has a zone, and a year in UTC too."""
    assert moment == moment.astimezone(UTC)


def near_miss_facts(miss: NearMiss) -> list[Any]:
    """The code, the key, and what exactly is refused where that is one of a few things."""
    values: dict[str, Any] = {"shape": miss.order.shape}
    for path, _, leg in miss.order.legs:
        if miss.where.startswith(path):
            values |= {"order-type": type(leg.order_type), "time-in-force": leg.time_in_force}
            values |= {"instrument": leg.instrument.type}
    return [miss.code, (miss.code, values.get(miss.code)), miss.where.rpartition(".")[2]]


def told(miss: NearMiss, subject: Adapter) -> list[Any]:
    """The facts about a near miss, which is refused where it says, unlike the accepted order."""
    assert () == check(miss.accepted, subject)
    assert miss.accepted != miss.order
    refusals = [(each.where, each.code) for each in check(miss.order, subject)]
    assert (miss.where, miss.code) in refusals
    return near_miss_facts(miss)


@each_subject
def test_a_near_miss_is_refused_in_its_place(subject: Adapter) -> None:
    """What is drawn is one of all near misses of its order, and of many kinds."""

    def facts(miss: NearMiss) -> list[Any]:
        assert miss in every_near_miss(miss.accepted, subject)
        return told(miss, subject)[:1]

    assert len(count(near_misses(subject), facts, 200)) >= 6


def test_near_misses_reach_every_refusal_of_the_tables() -> None:
    """Every code that the tables can give is drawn, for some adapter here."""
    modules = (otoco._capabilities, otoco._form, otoco._leg_form)
    sources = tuple(ast.parse(inspect.getsource(each)) for each in modules)
    codes = {code for _, code in codes_given(sources)} - {"shared-*"}
    subjects = [*INSTALLED, Implying()]
    several = [forms for each in subjects for forms in each.capabilities.forms.values()]
    shared = {name for forms in several for form in forms for name in form.shared}
    codes |= {f"shared-{name}".replace("_", "-") for name in shared}
    expected = {"shape", "field", "price", "shared-quantity", "implied-side", "same-kind", "count"}
    assert expected < codes
    counts: Counter[Any] = Counter()
    for subject in subjects:
        counts += facts_of_every_near_miss(subject)
    assert codes == {fact[0] for fact in counts if isinstance(fact, tuple)}


def facts_of_every_near_miss(subject: Adapter) -> Counter[Any]:
    """How often each fact is true of the near misses of orders that an adapter takes."""

    def facts(order: Order) -> list[Any]:
        return [fact for miss in every_near_miss(order, subject) for fact in told(miss, subject)]

    return count(orders(within=subject).filter(lambda each: not check(each, subject)), facts, 60)


def test_near_misses_reach_whatever_has_no_row() -> None:
    """Each shape, order type, word and field that a table does not have is tried."""
    counts = facts_of_every_near_miss(Odd())
    kinds = [each for each in ORDER_TYPES.values() if each not in LEG.order_types]
    assert [] == missing(counts, [("shape", each) for each in Shape if each not in FORMS])
    assert [] == missing(counts, [("order-type", each) for each in kinds])
    assert [] == missing(counts, [("time-in-force", each) for each in list(TimeInForce)[3:]])
    assert [] == missing(counts, [("instrument", each) for each in InstrumentType])
    assert [] == missing(counts, [*OPTIONAL_FIELDS, "stop_price", "limit_price", "symbol"])
    assert [] == missing(counts, [f"shared-{name}".replace("_", "-") for name in SHARED])


def test_near_misses_of_the_shapes_asked_for() -> None:
    """The order that is taken has one of the shapes asked for."""

    @given(near_misses(Odd(), shapes=[Shape.OTO]))
    def law(miss: NearMiss) -> None:
        assert Shape.OTO is miss.accepted.shape

    law()


def severities() -> dict[str, str]:
    """The documented codes, with the severity that each can have.

    A fault inside the library has a code too, and no order can have that.
    """
    page = documented("Problems and advice")
    del page["internal"]
    return {code: words.partition(":")[0] for code, words in page.items()}


def problems(read: Callable[[Any], object], document: Any) -> list[tuple[str, str]]:
    """Where and what is wrong with a document."""
    with pytest.raises(InvalidOrder) as caught:
        read(document)
    return [(problem.where, problem.code) for problem in caught.value.problems]


def invalid_facts(invalid: InvalidDocument) -> list[Any]:
    """The code with the side of the first leg; the document raises that problem, as text too."""
    expected = invalid.where, invalid.code
    assert expected in problems(from_dict, invalid.document)
    assert expected in problems(from_json, json.dumps(invalid.document))
    document: Any = invalid.document
    while isinstance(document, dict) and "type" in document:
        document = document.get("trigger") or (document.get("peers") or [None])[0]
    return [(invalid.code, document.get("side") if isinstance(document, dict) else None)]


def test_invalid_documents_raise_their_problems_and_reach_every_code() -> None:
    """Every error that is documented is drawn, long and short, and told where it is."""
    codes = {code for code, severity in severities().items() if severity != "advice"}
    counts = count(invalid_documents(), invalid_facts, examples=2 * MANY)
    assert codes == {code for code, _ in counts}
    assert [] == missing(counts, [(code, side) for code in codes - {"json"} for side in Side])


def advised_facts(advised: AdvisedOrder) -> list[Any]:
    """The code with the side of the first leg; the order carries that advice."""
    advice = [(each.where, each.code) for each in advised.order.advice]
    assert (advised.where, advised.code) in advice
    return [(advised.code, advised.order.legs[0].leg.side)]


def test_advised_orders_carry_their_advice_and_reach_every_code() -> None:
    """All advice that is documented is drawn, long and short, and told where it is."""
    codes = {code for code, severity in severities().items() if severity != "error"}
    counts = count(advised_orders(), advised_facts)
    assert {(code, side) for code in codes for side in Side} == set(counts)


@pytest.mark.parametrize("strategy", [invalid_documents, advised_orders])
def test_codes_are_arguments(strategy: Any) -> None:
    """Whoever asks for codes gets them, and nothing but them."""

    @given(strategy(codes=["exit-through-entry"]))
    def law(drawn: Any) -> None:
        assert "exit-through-entry" == drawn.code

    law()


def test_what_cannot_be_is_not_drawn() -> None:
    """Advice that no order within the limits can carry is an error of whoever asks for it."""
    limits = Limits(order_types=[Limit])

    @settings(suppress_health_check=[HealthCheck.filter_too_much])
    @given(advised_orders(codes=["stop-limit-inverted"], limits=limits))
    def law(advised: AdvisedOrder) -> None:
        raise AssertionError(advised)

    with pytest.raises(Unsatisfiable):
        law()


TYPES: list[type] = [
    *(Leg, OCO, OTO, OTOCO, Instrument, OptionParts, Offset, OrderType),
    *ORDER_TYPES.values(),
]


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_types_are_known_to_hypothesis(kind: type) -> None:
    """`st.from_type` draws what a type is."""

    @given(st.from_type(kind))
    def law(value: Any) -> None:
        assert isinstance(value, kind)

    law()


@pytest.mark.parametrize("kind", [OCO, OTO, OTOCO])
def test_groups_drawn_by_type_are_flat_and_nested(kind: type[Group]) -> None:
    """Groups of a class are drawn in every shape that the class can have."""
    shapes = {Shape(kind.__name__), Shape.NESTED} | ({Shape.LADDER} if kind is OTO else set())
    assert shapes == set(count(st.from_type(kind), lambda order: [order.shape]))


def test_any_order_and_any_order_type_are_drawn() -> None:
    """The union of all orders is a type too, and so is the base of the order types."""
    union: Any = Order
    assert {*Shape} == set(count(st.from_type(union), lambda order: [order.shape]))
    drawn = count(st.from_type(OrderType), lambda kind: [type(kind)])
    assert {*ORDER_TYPES.values()} == set(drawn)


def target(instrument: Instrument, side: Side, order_type: Limit) -> Leg:
    """A function of a strategy's, whose arguments are drawn by their types."""
    return Leg(side, 1, Instrument(instrument.symbol, instrument.type), order_type)


@given(st.builds(target))
def test_functions_are_called_with_what_they_want(leg: Leg) -> None:
    """`st.builds` draws annotated arguments."""
    assert Shape.SINGLE is leg.shape
