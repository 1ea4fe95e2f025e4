"""Every code of the rules between legs, flagged and not flagged, for longs and for shorts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest
from tests.otoco.conftest import ABC, EXPIRY, advised, findings, leg, outcome

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

sides = pytest.mark.parametrize("side", Side, ids=["long", "short"])
THROUGH = "exit-through-entry"


def flip(side: Side, order_type: Any) -> Any:
    """An order type of a long position, reflected at zero for a short one."""
    if side is Side.BUY:
        return order_type
    changes = {
        field.name: Offset(-price.points) if isinstance(price, Offset) else -price
        for field in attrs.fields(type(order_type))
        if field.name != "trail" and (price := getattr(order_type, field.name)) is not None
    }
    return attrs.evolve(order_type, **changes)


def entry(side: Side, order_type: OrderType, **changes: Any) -> Leg:
    """The entry into a long or a short position."""
    return leg(side, flip(side, order_type), **changes)


def exit_(side: Side, order_type: OrderType, **changes: Any) -> Leg:
    """An exit out of a long or a short position."""
    return leg(side.opposite, flip(side, order_type), **changes)


def all_found(build: Callable[[], Order]) -> list[tuple[str, str]]:
    """What is wrong with an order, or else advised about it; negative prices aside."""
    found = outcome(build)
    if isinstance(found, list):
        return found
    return [each for each in advised(found) if each[1] != "negative-price"]


# Exits of a long position entered at a limit of 100, and the key under which each one is flagged.
# A `None` says that the exit rests.
EXITS: list[tuple[OrderType, str | None]] = [
    (Limit(101), None),
    (Limit(100), "limit_price"),
    (Limit(99), "limit_price"),
    (Stop(99), None),
    (Stop(100), "stop_price"),
    (Stop(101), "stop_price"),
    (StopLimit(99, 98), None),
    (StopLimit(100, 98), "stop_price"),
    (MarketIfTouched(101), None),
    (MarketIfTouched(100), "touch_price"),
    (LimitIfTouched(101, 100), None),
    (LimitIfTouched(99, 101), "touch_price"),
    (TrailingStop(5), None),
    (TrailingStop(5, 95), None),
    (TrailingStop(5, 105), "stop_price"),
    (TrailingStopLimit(5, None, 94), None),
    (TrailingStopLimit(5, 95, 94), None),
    (TrailingStopLimit(5, 105, 94), "stop_price"),
    (Limit(Offset(1)), None),
    (Limit(Offset(0)), "limit_price"),
    (Limit(Offset(-1)), "limit_price"),
    (Stop(Offset(-1)), None),
    (Stop(Offset(1)), "stop_price"),
]
each_exit = pytest.mark.parametrize(("kind", "key"), EXITS, ids=lambda value: str(value)[:50])
KINDS: list[OrderType] = [
    Limit(100), Stop(100), MarketIfTouched(100), StopLimit(100, 100), LimitIfTouched(100, 100)
]  # fmt: skip


@sides
@each_exit
@pytest.mark.parametrize("trigger", KINDS, ids=lambda kind: type(kind).__name__)
def test_a_peer_through_the_entry_is_an_error(
    side: Side, trigger: OrderType, kind: OrderType, key: str | None
) -> None:
    """A peer that would execute at once at the entry's price is refused, whatever the entry is."""
    rest = exit_(side, TrailingStop(5))
    found = all_found(lambda: OTOCO(entry(side, trigger), [rest, exit_(side, kind)]))
    assert ([(f"peers[1].{key}", THROUGH)] if key else []) == found


@sides
@each_exit
def test_a_lone_conditional_through_the_entry_is_advice(
    side: Side, kind: OrderType, key: str | None
) -> None:
    """The same exit alone is legal, and pointed out."""
    order = OTO(entry(side, Limit(100)), [exit_(side, kind)])
    expected = [(f"conditionals[0].{key}", THROUGH)] if key else []
    assert expected == [each for each in advised(order) if each[1] == THROUGH]


@sides
def test_a_lone_market_conditional_is_exempt(side: Side) -> None:
    """When filled, sell: a market conditional is what it is meant to be."""
    assert [] == all_found(lambda: OTO(entry(side, Limit(100)), [exit_(side, Market())]))


@sides
@each_exit
@pytest.mark.parametrize("trigger", [Market(), TrailingStop(5, 95), TrailingStopLimit(5, 95, 96)])
def test_an_entry_without_a_price_says_nothing(
    side: Side, trigger: OrderType, kind: OrderType, key: str | None
) -> None:
    """After a market or trailing entry only distances from its fill can go through it."""
    price = kind.prices()[0][1]
    expected = [(f"peers[0].{key}", THROUGH)] if key and isinstance(price, Offset) else []
    build = lambda: OTOCO(  # noqa: E731  it reads in one piece
        entry(side, trigger), [exit_(side, kind), exit_(side, TrailingStop(9))]
    )
    assert expected == all_found(build)


@sides
@pytest.mark.parametrize(
    ("exit_price", "found"),
    [(98, "error"), (100, "error"), (101, "advice"), (102, "advice"), (103, None)],
)
@pytest.mark.parametrize("trigger", [StopLimit(100, 102), LimitIfTouched(102, 100)])
def test_an_entry_with_two_prices(
    side: Side, trigger: OrderType, exit_price: int, found: str | None
) -> None:
    """A peer that holds both prices of the entry is an error, one that holds one of them advice."""
    peers = [exit_(side, Limit(exit_price)), exit_(side, Stop(90))]
    try:
        order = OTOCO(entry(side, trigger), peers)
    except InvalidOrder as error:
        assert "error" == found
        assert THROUGH in [problem.code for problem in error.problems]  # noqa: PT017  either way is right for some row
    else:
        expected = [("peers[0].limit_price", THROUGH)] if found else []
        assert expected == [each for each in advised(order) if each[1] == THROUGH]


@sides
def test_a_lone_conditional_that_holds_both_prices_is_advice(side: Side) -> None:
    """For a lone conditional it is advice either way."""
    order = OTO(entry(side, StopLimit(100, 102)), [exit_(side, Limit(90))])
    assert [("conditionals[0].limit_price", THROUGH)] == [
        each for each in advised(order) if each[1] == THROUGH
    ]


@sides
@pytest.mark.parametrize(
    ("below", "above", "crossed"),
    [
        (Stop(99), Limit(101), False),
        (Stop(100), Limit(101), False),
        (Stop(101), Limit(101), True),
        (Stop(102), Limit(101), True),
        (StopLimit(102, 90), LimitIfTouched(101, 110), True),
        (StopLimit(100, 110), LimitIfTouched(101, 90), False),
        (TrailingStop(5, 102), MarketIfTouched(101), True),
        (TrailingStop(5), MarketIfTouched(101), False),
        (Stop(Offset(2)), Limit(Offset(1)), True),
        (Stop(Offset(1)), Limit(Offset(2)), False),
        (Stop(Offset(2)), Limit(1), False),
        (Market(), Limit(101), True),
        (Stop(90), Market(), True),
    ],
)
def test_peers_that_leave_no_price_cross(
    side: Side, below: OrderType, above: OrderType, crossed: bool
) -> None:
    """Peers are coherent where some price lies in none of their regions, in either order."""
    for kinds in ((below, above), (above, below)):
        found = all_found(lambda kinds=kinds: OCO([exit_(side, kind) for kind in kinds]))  # type: ignore[misc]  # bound at once
        assert ([("peers", "peers-cross")] if crossed else []) == [
            each for each in found if each[1] != "stop-limit-inverted"
        ]


@sides
def test_a_pair_around_the_market_may_be_of_one_side(side: Side) -> None:
    """A buy below and a buy stop above are a coherent pair; exchanged, they cross."""
    apart = [entry(side, Limit(90)), entry(side, Stop(110))]
    crossed = [entry(side, Limit(110)), entry(side, Stop(90))]
    assert [] == all_found(lambda: OCO(apart))
    assert [("peers", "peers-cross")] == findings(OCO, crossed)


@sides
def test_a_leg_that_activates_later_has_no_region(side: Side) -> None:
    """What is not yet active executes at no price, so it neither crosses nor goes through."""
    later = exit_(side, Limit(90), activate_at=EXPIRY)
    assert [] == all_found(lambda: OCO([later, exit_(side, Stop(95))]))
    assert [] == all_found(lambda: OTOCO(entry(side, Limit(100)), [later, exit_(side, Stop(95))]))
    market = exit_(side, Market(), activate_at=EXPIRY)
    assert [] == all_found(lambda: OCO([market, exit_(side, Stop(95))]))


@sides
def test_other_instruments_are_not_compared(side: Side) -> None:
    """Prices of two instruments neither cross nor go through one another."""
    foreign = exit_(side, Limit(90), instrument=ABC)
    mixed = "mixed-instruments"
    assert [("peers[1].instrument", mixed)] == all_found(
        lambda: OCO([exit_(side, Stop(95)), foreign])
    )
    assert [("peers[0].instrument", mixed)] == all_found(
        lambda: OTOCO(entry(side, Limit(100)), [foreign, exit_(side, Stop(95))])
    )


@sides
def test_an_offset_needs_a_trigger_on_its_instrument(side: Side) -> None:
    """Under a trigger on another instrument each offset is a price problem of its own."""
    rest = exit_(side, TrailingStop(5))
    found = findings(
        OTOCO,
        entry(side, Limit(100), instrument=ABC),
        [rest, exit_(side, StopLimit(Offset(-5), Offset(-6)))],
    )
    assert [("peers[1].stop_price", "price"), ("peers[1].limit_price", "price")] == found
    lone = exit_(side, Limit(Offset(5)))
    assert [("conditionals[0].limit_price", "price")] == findings(
        OTO, entry(side, Market(), instrument=ABC), [lone]
    )


@sides
def test_an_offset_is_compared_with_prices_once_the_fill_is_known(side: Side) -> None:
    """A fragment of a price and an offset is judged under the trigger that tells the fill."""
    fragment = OCO([exit_(side, Limit(Offset(5))), exit_(side, Stop(106))])
    other = exit_(side, Limit(120))
    assert [] == all_found(lambda: OTO(entry(side, Market()), [fragment, other]))[1:]
    at, through = entry(side, Limit(100)), "conditionals[0].peers[1].stop_price"
    assert {(through, THROUGH), ("conditionals[0].peers", "peers-cross")} == set(
        findings(OTO, at, [fragment, other])
    )


@sides
def test_the_fill_is_handed_down_through_triggers(side: Side) -> None:
    """A trigger at an offset from a known fill fills at a known price, three levels deep."""
    third = OTOCO(
        entry(side, Limit(Offset(-10))), [exit_(side, Limit(85)), exit_(side, TrailingStop(1))]
    )
    second = OTO(entry(side, Stop(Offset(5))), [third])
    at = "conditionals[0].conditionals[0].peers[0].limit_price"
    assert (at, THROUGH) in all_found(lambda: OTO(entry(side, Limit(100)), [second]))
    rests = all_found(lambda: OTO(entry(side, Limit(80)), [second]))
    assert THROUGH not in [code for where, code in rests if where.endswith("peers[0].limit_price")]


@sides
@pytest.mark.parametrize("life", ["IOC", "FOK"])
def test_an_immediate_peer_is_an_error(side: Side, life: str) -> None:
    """A peer must rest until another fills; a conditional or a trigger need not."""
    now = exit_(side, Limit(110), time_in_force=life)
    stop = exit_(side, Stop(90))
    at = "immediate-peer"
    assert [("peers[0].time_in_force", at)] == findings(OCO, [now, stop])
    assert [("peers[1].time_in_force", at)] == findings(OTOCO, entry(side, Limit(100)), [stop, now])
    nested = OTO(entry(side, Stop(120), time_in_force=life), [stop])
    assert [("peers[1].trigger.time_in_force", at)] == findings(OCO, [stop, nested])
    assert [] == all_found(lambda: OTO(entry(side, Limit(100)), [now]))
    assert [] == all_found(lambda: OTO(entry(side, Limit(100), time_in_force=life), [stop]))


@sides
@pytest.mark.parametrize("life", ["DAY", "GTC", "UNSTATED"])
def test_a_resting_peer_may_have_any_other_life(side: Side, life: str) -> None:
    """Every other time in force rests."""
    peers = [exit_(side, kind, time_in_force=life) for kind in (Limit(110), Stop(90))]
    assert [] == all_found(lambda: OCO(peers))


@sides
def test_an_exit_on_the_entrys_side_is_pointed_out(side: Side) -> None:
    """An exit that buys after a buy adds to the position; a second entry is no exit."""
    adds = entry(side, Stop(110))
    found = all_found(lambda: OTO(entry(side, Limit(100)), [adds]))
    assert [("conditionals[0].side", "same-side-exit")] == found
    peers = [entry(side, Limit(90)), exit_(side, Stop(95))]
    found = all_found(lambda: OTOCO(entry(side, Limit(100)), peers))
    assert [("peers[0].side", "same-side-exit")] == found
    pyramid = OTO(adds, [exit_(side, Stop(90))])
    assert [] == all_found(lambda: OTO(entry(side, Limit(100)), [pyramid]))
    assert [] == all_found(lambda: OTOCO(entry(side, Limit(100)), [pyramid, exit_(side, Stop(90))]))


@sides
def test_a_second_entry_is_no_exit_beside_a_conditional_either(side: Side) -> None:
    """An OCO of an entry and an exit is judged the same alone and beside another conditional."""
    pyramid = OTO(entry(side, Stop(110)), [exit_(side, Stop(90))])
    oco = OCO([pyramid, exit_(side, Stop(90))])
    other = exit_(side, Limit(120))
    assert [] == all_found(lambda: OTO(entry(side, Limit(100), quantity=2), [oco]))
    assert [] == all_found(lambda: OTO(entry(side, Limit(100), quantity=2), [oco, other]))


@sides
def test_a_foreign_leg_is_no_exit(side: Side) -> None:
    """A hedge in another instrument may be of either side and any size."""
    hedge = entry(side, Limit(90), instrument=ABC, quantity=50)
    found = all_found(lambda: OTO(entry(side, Limit(100)), [hedge]))
    assert [("conditionals[0].instrument", "mixed-instruments")] == found


@sides
@pytest.mark.parametrize(
    ("quantities", "exceeds"),
    [
        ([[4]], False),
        ([[5]], True),
        ([[2], [2]], False),
        ([[2], [3]], True),
        ([[4, 4]], False),
        ([[4, 5]], True),
        ([[2, 2], [2, 2]], False),
        ([[2, 3], [2, 2]], True),
        ([[1, 3], [1]], False),
    ],
)
def test_exits_that_exceed_their_entry(
    side: Side, quantities: list[list[int]], exceeds: bool
) -> None:
    """The largest peer, summed over the conditionals, is compared with the trigger's quantity."""
    children: list[Order] = []
    for sizes in quantities:
        legs = [
            exit_(side, kind, quantity=size)
            for kind, size in zip((Limit(110), Stop(90)), sizes, strict=False)
        ]
        children.append(OCO(legs) if len(legs) > 1 else legs[0])
    order = OTO(entry(side, Limit(100), quantity=4), children)
    expected = [("trigger.quantity", "exit-exceeds-entry")] if exceeds else []
    assert expected == [each for each in advised(order) if each[1] == "exit-exceeds-entry"]


@sides
def test_an_order_that_an_exit_triggers_does_not_count_to_the_exit(side: Side) -> None:
    """Of a nested group only its trigger counts against the entry above; it has its own account."""
    reentry = OTO(exit_(side, Limit(110), quantity=1), [entry(side, Limit(90), quantity=9)])
    assert [("conditionals[0].trigger.quantity", "exit-exceeds-entry")] == [
        each
        for each in advised(OTO(entry(side, Limit(100)), [reentry]))
        if each[1] == "exit-exceeds-entry"
    ]
    peers = [reentry, exit_(side, Stop(90))]
    assert ("trigger.quantity", "exit-exceeds-entry") not in advised(
        OTOCO(entry(side, Limit(100)), peers)
    )


@sides
def test_unequal_peers_are_pointed_out(side: Side) -> None:
    """Each peer whose quantity differs from the first's on its instrument is pointed out."""
    sizes = (2, 3, 2, 1)
    kinds = (Limit(110), Limit(120), Stop(90), Stop(80))
    peers = [exit_(side, kind, quantity=n) for kind, n in zip(kinds, sizes, strict=True)]
    expected = [("peers[1].quantity", "unequal-peers"), ("peers[3].quantity", "unequal-peers")]
    assert expected == all_found(lambda: OCO(peers))
    assert [] == all_found(lambda: OCO([peers[0], peers[2]]))
    foreign = exit_(side, Stop(90), quantity=7, instrument=ABC)
    assert [("peers[1].instrument", "mixed-instruments")] == all_found(
        lambda: OCO([peers[0], foreign])
    )


@sides
def test_unequal_peers_beside_a_foreign_one_are_pointed_out(side: Side) -> None:
    """Peers of one instrument are compared, wherever a peer of another one stands."""
    foreign = exit_(side, Stop(90), instrument=ABC)
    peers = [exit_(side, Limit(110), quantity=2), exit_(side, Stop(90), quantity=3)]
    unequal = [each for each in all_found(lambda: OCO([foreign, *peers])) if "unequal" in each[1]]
    assert [("peers[2].quantity", "unequal-peers")] == unequal


def test_mixed_instruments_are_pointed_out_where_they_differ() -> None:
    """Every leg on another instrument than the first is named, at any depth."""
    there = leg("SELL", Stop(90), instrument=ABC)
    order = OTO(leg("BUY", Limit(100)), [there, OTO(leg("SELL", Limit(110)), [there])])
    assert [
        ("conditionals[0].instrument", "mixed-instruments"),
        ("conditionals[1].conditionals[0].instrument", "mixed-instruments"),
    ] == advised(order)


LATER = EXPIRY + timedelta(days=1)


@sides
@pytest.mark.parametrize(
    ("trigger", "exits", "sooner"),
    [
        ("DAY", "DAY", False),
        ("DAY", "GTC", False),
        ("DAY", EXPIRY, False),
        ("GTC", "DAY", True),
        ("GTC", EXPIRY, True),
        ("GTC", "GTC", False),
        ("GTC", "UNSTATED", False),
        (EXPIRY, "DAY", True),
        (EXPIRY, "GTC", False),
        (EXPIRY, EXPIRY, False),
        (EXPIRY, LATER, False),
        (LATER, EXPIRY, True),
        ("UNSTATED", "DAY", False),
        ("UNSTATED", EXPIRY, False),
        ("IOC", "DAY", False),
    ],
)
def test_an_exit_that_expires_before_its_trigger(
    side: Side, trigger: str | datetime, exits: str | datetime, sooner: bool
) -> None:
    """An exit of a shorter life than its trigger is pointed out, whatever exit it is."""

    def life(word: str | datetime) -> dict[str, Any]:
        expiring = isinstance(word, datetime)
        return {"time_in_force": "GTD", "expire_at": word} if expiring else {"time_in_force": word}

    made = entry(side, Limit(100), **life(trigger))
    target, stop = exit_(side, Limit(110), **life(exits)), exit_(side, Stop(90), **life(exits))
    wanted = ["time_in_force"] if sooner else []
    assert [(f"conditionals[0].{key}", "exit-expires-first") for key in wanted] == advised_lives(
        OTO(made, [target])
    )
    assert [
        (f"peers[{index}].{key}", "exit-expires-first") for index in (0, 1) for key in wanted
    ] == advised_lives(OTOCO(made, [target, stop]))


def advised_lives(order: Order) -> list[tuple[str, str]]:
    """What is advised about lives."""
    return [each for each in advised(order) if each[1] == "exit-expires-first"]


SENTENCES: list[tuple[Callable[[], Order], str]] = [
    (
        lambda: OTOCO(leg("BUY", Limit(4150)), [leg("SELL", Limit(4200)), leg("SELL", Stop(4225))]),
        (
            "sell stop 4225 would execute at once at the entry price 4150:"
            " a stop that protects a long position lies below it."
        ),
    ),
    (
        lambda: OTOCO(leg("SELL", Limit(4150)), [leg("BUY", Limit(4200)), leg("BUY", Stop(4225))]),
        (
            "buy limit 4200 would execute at once at the entry price 4150:"
            " a target that closes a short position lies below it."
        ),
    ),
    (
        lambda: OTOCO(leg("SELL", Limit(4150)), [leg("BUY", Limit(90)), leg("BUY", Stop(100))]),
        (
            "buy stop 100 would execute at once at the entry price 4150:"
            " a stop that protects a short position lies above it."
        ),
    ),
    (
        lambda: OTOCO(leg("BUY", Market()), [leg("SELL", Limit(Offset(-5))), leg("SELL", Stop(1))]),
        (
            "sell limit the fill - 5 would execute at once at the entry price:"
            " a target that closes a long position lies above it."
        ),
    ),
    (
        lambda: OTOCO(leg("BUY", Limit(9)), [leg("BUY", Limit(10)), leg("SELL", Stop(8))]),
        "buy limit 10 would execute at once at the entry price 9: to rest, it must lie below it.",
    ),
    (
        lambda: OTOCO(leg("BUY", Limit(100)), [leg("SELL", Market()), leg("SELL", Stop(90))]),
        (
            "sell market would execute at once at the entry price 100:"
            " a peer must rest until another fills."
        ),
    ),
    (
        lambda: OCO([leg("SELL", MarketIfTouched(100)), leg("SELL", TrailingStop(5, 102))]),
        (
            "sell trailing-stop 102 executes at or below its price and sell market-if-touched 100"
            " at or above: there is no price at which both rest."
        ),
    ),
    (
        lambda: OCO([leg("SELL", Market()), leg("SELL", Stop(102))]),
        "sell market executes at once at any price, so it cannot rest.",
    ),
    (
        lambda: OCO([leg("SELL", Limit(110), time_in_force="IOC"), leg("SELL", Stop(102))]),
        "IOC ends at once, and a peer must rest until another fills.",
    ),
    (
        lambda: OTO(leg("BUY", Limit(9), instrument=ABC), [leg("SELL", Limit(Offset(5)))]),
        "the fill + 5 is a distance from the fill of ABC, and this leg trades XYZ.",
    ),
]


@pytest.mark.parametrize(
    ("build", "sentence"), SENTENCES, ids=[sentence[:30] for _, sentence in SENTENCES]
)
def test_a_refusal_is_a_sentence_of_the_trade(build: Callable[[], Order], sentence: str) -> None:
    """The sentence names the leg, the numbers on each side, and the rule."""
    with pytest.raises(InvalidOrder) as caught:
        build()
    assert sentence in [problem.why for problem in caught.value.problems]


ADVICE: list[tuple[Order, str]] = [
    (
        OTO(leg("BUY", Limit(100), quantity=1), [leg("SELL", Limit(110), quantity="2.5")]),
        (
            "the exits can trade 2.5 and the entry only 1:"
            " the rest would open a position the other way."
        ),
    ),
    (
        OTO(
            leg("BUY", Limit(100)),
            [
                leg(
                    "SELL",
                    Limit(110),
                    time_in_force="GTD",
                    expire_at=EXPIRY,
                )
            ],
        ),
        (
            "this exit is GTD until 2026-01-02T21:00:00Z and its trigger GTC:"
            " it can be gone while the position stays."
        ),
    ),
    (
        leg("SELL", StopLimit(90, 95)),
        "the limit 95 is above the stop 90: the sell may never fill.",
    ),
    (
        leg("BUY", StopLimit(Offset(5), Offset(-5))),
        "the limit the fill - 5 is below the stop the fill + 5: the buy may never fill.",
    ),
    (
        OTO(leg("BUY", Limit(100)), [leg("BUY", Stop(110))]),
        "the entry is a BUY and so is this exit: it adds to the position.",
    ),
    (
        OTO(leg("BUY", Limit(100)), [leg("SELL", Stop(90), time_in_force="IOC")]),
        (
            "this stop is IOC: it is gone at once where the market has not reached it,"
            " and the position stays."
        ),
    ),
    (
        OCO([leg("SELL", Limit(110), quantity=2), leg("SELL", Stop(90), quantity=3)]),
        "the quantity 3 differs from the first peer's 2.",
    ),
    (
        OTO(leg("BUY", Limit(100)), [leg("SELL", Limit(110), instrument=ABC)]),
        "this leg trades ABC and the first one XYZ.",
    ),
    (
        leg("SELL", Limit(Decimal("-0.00000001"))),
        "the price -0.00000001 is below zero, as only spreads and a few futures trade.",
    ),
]


@pytest.mark.parametrize(("order", "sentence"), ADVICE, ids=lambda each: str(each)[:30])
def test_advice_is_a_sentence_of_the_trade(order: Order, sentence: str) -> None:
    """Advice names the numbers on each side as well."""
    assert [sentence] == [problem.why for problem in order.advice]


def test_every_problem_of_a_group_is_raised_at_once() -> None:
    """What is wrong with a peer, and what is wrong between the others, comes together."""
    nothing: Any = "nothing"
    peers = [leg("SELL", Limit(90)), nothing, leg("SELL", Stop(110), time_in_force="IOC")]
    assert [
        ("peers", "peers-cross"),
        ("peers[0].limit_price", THROUGH),
        ("peers[1]", "value"),
        ("peers[2].stop_price", THROUGH),
        ("peers[2].time_in_force", "immediate-peer"),
    ] == sorted(findings(OTOCO, leg("BUY", Limit(100)), peers))


NESTED: list[Order] = [
    *(order for order, _ in ADVICE),
    OTO(
        leg("BUY", Limit(100), quantity=9),
        [leg("SELL", Market()), OCO([leg("BUY", Limit(90)), leg("SELL", Stop(80))])],
    ),
    OTOCO(
        leg("BUY", Limit(100)),
        [leg("SELL", Limit(110)), leg("SELL", StopLimit(90, 95), time_in_force="DAY")],
    ),
    OTO(leg("BUY", Limit(100)), [leg("SELL", Limit(90))]),
]


@pytest.mark.parametrize("order", NESTED, ids=lambda each: str(each)[:30])
@pytest.mark.parametrize("depth", [1, 2])
def test_advice_stands_at_its_place_at_any_depth(order: Order, depth: int) -> None:
    """What is advised about an order is advised about it as a part, under its path there."""
    whole, at = order, ""
    for _ in range(depth):
        whole = OTO(leg("BUY", Market(), quantity=50), [leg("SELL", Market()), whole])
        at = f"conditionals[1].{at}"
    assert advised(order)
    assert [(f"{at}{where}", code) for where, code in advised(order)] == [
        each for each in advised(whole) if each in {(f"{at}{at_}", c) for at_, c in advised(order)}
    ]


@sides
def test_a_peer_on_the_entrys_side_is_named_in_its_group(side: Side) -> None:
    """Beside another conditional, the peers of an OCO are exits with paths of their own."""
    oco = OCO([exit_(side, Stop(80)), entry(side, Limit(90))])
    order = OTO(entry(side, Limit(100), quantity=9), [exit_(side, Market()), oco])
    assert [("conditionals[1].peers[1].side", "same-side-exit")] == advised_codes(
        order, "same-side-exit"
    )


def advised_codes(order: Order, code: str) -> list[tuple[str, str]]:
    """What is advised under one code."""
    return [each for each in advised(order) if each[1] == code]


@sides
def test_of_a_nested_bracket_the_trigger_alone_counts(side: Side) -> None:
    """What an exit triggers is measured against it, and not against the entry above."""
    again = [entry(side, kind, quantity=9) for kind in (Limit(90), Stop(130))]
    second = OTOCO(exit_(side, Limit(110), quantity=1), again)
    order = OTO(entry(side, Limit(100), quantity=5), [second])
    assert [("conditionals[0].trigger.quantity", "exit-exceeds-entry")] == advised_codes(
        order, "exit-exceeds-entry"
    )


@sides
def test_a_nested_bracket_through_the_entry_is_advice(side: Side) -> None:
    """Its trigger is a lone conditional, as any other leg that no peer could cancel."""
    second = OTOCO(exit_(side, Limit(90)), [entry(side, Limit(80)), entry(side, Stop(95))])
    order = OTO(entry(side, Limit(100)), [second])
    assert [("conditionals[0].trigger.limit_price", THROUGH)] == advised_codes(order, THROUGH)


@sides
def test_an_addition_does_not_count_to_the_exits(side: Side) -> None:
    """What adds to the position, with exits of its own, takes nothing away from the others."""
    exits = [exit_(side, kind, quantity=5) for kind in (Limit(130), Stop(90))]
    adds = OTOCO(entry(side, Stop(110), quantity=5), exits)
    order = OTO(entry(side, Limit(100), quantity=4), [adds, exit_(side, Stop(80), quantity=4)])
    assert [] == advised_codes(order, "exit-exceeds-entry")
