"""The geometry against an oracle that knows only the definition: it tries prices, one by one.

Every resting leg has a region of prices at which it would execute at once. Peers are coherent when
some price lies in none of their regions, and under a trigger they must not hold the price at which
it is expected to fill.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, TypeAlias

import attrs
from hypothesis import example, given
from hypothesis import strategies as st
from tests.otoco.conftest import ABC, EXPIRY, XYZ, leg, thorough

from otoco import (
    OCO,
    OTO,
    OTOCO,
    InvalidOrder,
    Leg,
    Limit,
    LimitIfTouched,
    Market,
    MarketIfTouched,
    Offset,
    Order,
    OrderType,
    Side,
    Stop,
    StopLimit,
    TrailingStop,
    TrailingStopLimit,
)

Found: TypeAlias = tuple[str, str, str]
Fill: TypeAlias = Decimal | None


@attrs.frozen
class Group:
    """A group on paper: whether its peers cancel one another, its trigger if any, its children."""

    cancels: bool
    trigger: Leg | None
    children: tuple[Paper, ...]


Paper: TypeAlias = Leg | Group

# Which price of a type decides whether it executes at once, and whether a buy waits for lower ones.
DECIDING: dict[type[OrderType], tuple[str, str, bool]] = {
    Limit: ("price", "limit_price", True),
    MarketIfTouched: ("touch", "touch_price", True),
    LimitIfTouched: ("touch", "touch_price", True),
    Stop: ("price", "stop_price", False),
    StopLimit: ("stop", "stop_price", False),
    TrailingStop: ("stop", "stop_price", False),
    TrailingStopLimit: ("stop", "stop_price", False),
}
FILLS = {
    Limit: ("price",),
    Stop: ("price",),
    MarketIfTouched: ("touch",),
    StopLimit: ("stop", "limit"),
    LimitIfTouched: ("touch", "limit"),
}
GRID = [Decimal(half) / 2 for half in range(-40, 60)]


def placed(price: Decimal | Offset, fill: Fill) -> tuple[str, Decimal]:
    """A price where it stands: among prices, or among the distances from a fill nobody knows."""
    if not isinstance(price, Offset):
        return "price", price
    return ("distance", price.points) if fill is None else ("price", fill + price.points)


def executes(leg: Leg, fill: Fill, scale: str, at: Decimal) -> bool:
    """Whether the leg would execute at once at a price, or at a distance from the fill."""
    if leg.activate_at is not None:
        return False
    if isinstance(leg.order_type, Market):
        return True
    name, _, waits_for_lower = DECIDING[type(leg.order_type)]
    price = getattr(leg.order_type, name)
    if price is None:
        return False
    own_scale, bound = placed(price, fill)
    if own_scale != scale:
        return False
    return at <= bound if waits_for_lower == (leg.side is Side.BUY) else at >= bound


def cross(legs: list[Leg], fill: Fill) -> bool:
    """Whether on some instrument every price of the grid lies in the region of some leg."""
    return any(
        all(
            any(executes(each, fill, scale, at) for each in legs if each.instrument == instrument)
            for at in GRID
        )
        for instrument in {each.instrument for each in legs}
        for scale in ("price", "distance")
    )


def fills_of(trigger: Leg, fills: list[Fill]) -> list[Fill]:
    """The prices at which a trigger is expected to fill; an unknown one at the least."""
    prices = [getattr(trigger.order_type, name) for name in FILLS.get(type(trigger.order_type), ())]
    places = [placed(price, fill) for fill in fills for price in prices]
    return list(dict.fromkeys(at for scale, at in places if scale == "price")) or [None]


def resting(paper: Paper, path: str) -> Iterator[tuple[str, Leg]]:
    """The legs that rest when this goes live: a leg itself, a trigger, or all the peers."""
    if isinstance(paper, Leg):
        yield path, paper
    elif paper.trigger is not None:
        yield f"{path}.trigger", paper.trigger
    else:
        for key, child in keyed(paper):
            yield from resting(child, f"{path}.{key}")


def keyed(group: Group) -> list[tuple[str, Paper]]:
    """The children of a group with their keys."""
    name = "peers" if group.cancels else "conditionals"
    return [(f"{name}[{index}]", child) for index, child in enumerate(group.children)]


def judge(paper: Paper, fills: list[Fill], path: str = "") -> Iterator[Found]:
    """Everything that the definition says about a group, and the groups in it."""
    if isinstance(paper, Leg):
        return
    dot = f"{path}." if path else ""
    own = fills if paper.trigger is None else fills_of(paper.trigger, fills)
    for key, child in keyed(paper):
        if paper.trigger is not None:
            for where, each in resting(child, dot + key):
                lone = not paper.cancels and not (isinstance(child, Group) and not child.trigger)
                yield from judge_armed(paper.trigger, own, each, where, lone)
        yield from judge(child, own, dot + key)
    legs = [each for key, child in keyed(paper) for _, each in resting(child, key)]
    if paper.cancels and all(cross(legs, fill) for fill in own):
        yield f"{dot}peers", "peers-cross", "error"


def judge_armed(
    trigger: Leg, fills: list[Fill], leg: Leg, where: str, lone: bool
) -> Iterator[Found]:
    """What the definition says about one leg that a trigger arms."""
    if leg.instrument != trigger.instrument:
        for key, price in leg.prices():
            if isinstance(price, Offset):
                yield f"{where}.{key}", "price", "error"
        return
    market = isinstance(leg.order_type, Market)
    if market and (lone or fills == [None]):
        return
    held = [
        fill
        for fill in fills
        if executes(leg, fill, "distance" if fill is None else "price", fill or Decimal(0))
    ]
    if held:
        key = "order_type" if market else DECIDING[type(leg.order_type)][1]
        severity = "error" if len(held) == len(fills) and not lone else "advice"
        yield f"{where}.{key}", "exit-through-entry", severity


def canonical(paper: Paper) -> Paper:
    """One meaning, one tree."""
    if isinstance(paper, Leg):
        return paper
    children = tuple(canonical(child) for child in paper.children)
    match children:
        case (Group(cancels=True, trigger=None, children=peers),) if not paper.cancels:
            return canonical(Group(True, paper.trigger, peers))
        case _ if paper.cancels:
            flat = [
                peer
                for child in children
                for peer in (
                    child.children if isinstance(child, Group) and not child.trigger else (child,)
                )
            ]
            return Group(True, paper.trigger, tuple(flat))
        case _:
            return Group(False, paper.trigger, children)


def construct(paper: Paper) -> Order:
    """The order that is on paper."""
    if isinstance(paper, Leg):
        return paper
    children = [construct(child) for child in paper.children]
    if paper.trigger is None:
        return OCO(children)
    return OTOCO(paper.trigger, children) if paper.cancels else OTO(paper.trigger, children)


def told(build: Callable[[], Order]) -> tuple[Order | None, set[Found]]:
    """The order, and what the library says about its geometry."""
    try:
        order = build()
    except InvalidOrder as error:
        return None, {(each.where, each.code, each.severity.value) for each in error.problems}
    advice = (each for each in order.advice if each.code == "exit-through-entry")
    return order, {(each.where, each.code, each.severity.value) for each in advice}


def groups(paper: Paper) -> Iterator[Paper]:
    """Everything on paper from the leaves to the root."""
    if isinstance(paper, Group):
        for child in paper.children:
            yield from groups(child)
    yield paper


def compare(paper: Paper) -> Order | None:
    """Hold the library against the oracle for each group, up to the first that is refused."""
    order = None
    for each in groups(paper):
        order, said = told(lambda each=each: construct(each))  # type: ignore[misc]  # bound at once
        expected = set(judge(canonical(each), [None]))
        errors = {found for found in expected if found[2] == "error"}
        assert (errors or expected) == said
        if order is None:
            return None
    return order


def mirrored(paper: Any) -> Any:
    """The same with buys and sells exchanged, and every price reflected at zero."""
    if isinstance(paper, Group):
        trigger = paper.trigger and mirrored(paper.trigger)
        return Group(paper.cancels, trigger, tuple(map(mirrored, paper.children)))
    changes = {
        field.name: Offset(-price.points) if isinstance(price, Offset) else -price
        for field in attrs.fields(type(paper.order_type))
        if (price := getattr(paper.order_type, field.name)) is not None and field.name != "trail"
    }
    changed = attrs.evolve(paper.order_type, **changes)
    return attrs.evolve(paper, side=paper.side.opposite, order_type=changed)


prices = st.integers(0, 8).map(Decimal) | st.integers(-4, 4).map(Offset)
order_types: st.SearchStrategy[OrderType] = st.one_of(
    st.builds(Limit, prices),
    st.builds(Stop, prices),
    st.builds(StopLimit, prices, prices),
    st.builds(MarketIfTouched, prices),
    st.builds(LimitIfTouched, prices, prices),
    st.builds(TrailingStop, st.just(1), st.none() | prices),
    st.builds(TrailingStopLimit, st.just(1), st.none() | prices, prices),
    st.just(Market()),
)
legs = st.builds(
    leg,
    st.sampled_from(["BUY", "SELL"]),
    order_types,
    instrument=st.sampled_from([XYZ, XYZ, XYZ, XYZ, ABC]),
    activate_at=st.sampled_from([None, None, None, None, EXPIRY]),
)


def grouped(children: st.SearchStrategy[Paper]) -> st.SearchStrategy[Paper]:
    """Groups of each kind of such children."""
    several = st.lists(children, min_size=2, max_size=3).map(tuple)
    some = st.lists(children, min_size=1, max_size=2).map(tuple)
    return st.one_of(
        st.builds(Group, st.just(True), st.none(), several),
        st.builds(Group, st.just(True), legs, several),
        st.builds(Group, st.just(False), legs, some),
    )


papers = st.recursive(legs, grouped, max_leaves=8)


@thorough
@given(papers)
def test_the_geometry_is_the_definition(paper: Paper) -> None:
    """At any depth, with or without offsets, the library says what trying every price says."""
    compare(paper)


# An entry that turns around: the second trigger fills at 8 or 9, so the buy at 9 cannot rest.
TURN = Group(
    False,
    leg("BUY", StopLimit(4, 5)),
    (Group(True, leg("SELL", Limit(Offset(4))), (leg("BUY", Limit(2)), leg("BUY", Limit(9)))),),
)


@thorough
@example(TURN)
@given(grouped(grouped(legs)))
def test_groups_in_groups_are_judged_by_the_definition(paper: Paper) -> None:
    """Groups of groups are judged with the fill that the trigger above them makes known."""
    compare(paper)


@given(papers)
def test_shorts_are_longs_in_the_mirror(paper: Paper) -> None:
    """With buys and sells exchanged and prices reflected, the library says the same."""
    assert told(lambda: construct(paper))[1] == told(lambda: construct(mirrored(paper)))[1]
