"""Short stories: what happens to an order, and where its legs stand after each event.

A scene names the legs in the order in which they are written, then the position and protection.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import pytest
from tests.otoco.simulation.conftest import ABC, NOON, at, leg, long, scene, steps

from otoco import (
    OCO,
    OTO,
    OTOCO,
    Arming,
    Limit,
    LimitIfTouched,
    Market,
    MarketIfTouched,
    Offset,
    Order,
    PartialFill,
    Stop,
    StopLimit,
    TrailingStop,
    TrailingStopLimit,
)
from otoco.simulation import (
    BothTouched,
    Cancel,
    Clock,
    Event,
    Fill,
    PartialEntry,
    PeerEnds,
    Policy,
    Reject,
    SessionEnd,
    Trade,
)

Story: TypeAlias = tuple[Order, dict[str, Any], list[tuple[Event, str]]]

ANY: Final = {"policy": Policy(arming=Arming.ANY_FILL)}
ANY_CANCELS: Final = {"policy": Policy(Arming.ANY_FILL, PartialFill.CANCELS)}
ANY_DISCARDS: Final = {"policy": Policy(Arming.ANY_FILL, partial_entry=PartialEntry.DISCARD)}
DISCARDS: Final = {"policy": Policy(partial_entry=PartialEntry.DISCARD)}
CANCELS: Final = {"policy": Policy(peer_partial_fill=PartialFill.CANCELS)}
ALL: Final = {"policy": Policy(both_touched=BothTouched.ALL)}
ANY_ALL: Final = {"policy": Policy(Arming.ANY_FILL, both_touched=BothTouched.ALL)}
TOGETHER: Final = {"policy": Policy(peer_ends=PeerEnds.CANCEL)}
LONG: Final[dict[str, Any]] = {"position": 4}

OCO_4: Final = OCO([leg("SELL", 4, Limit(110)), leg("SELL", 4, Stop(90))])
LADDER: Final = OTO(
    leg("BUY", 4, Limit(100)),
    [
        OCO([leg("SELL", 1, Limit(105)), leg("SELL", 1, Stop(90))]),
        OCO([leg("SELL", 3, Limit(110)), leg("SELL", 3, Stop(90))]),
    ],
)
BREAKOUT: Final = OCO(
    [
        OTOCO(leg("BUY", 4, Stop(105)), [leg("SELL", 4, Limit(115)), leg("SELL", 4, Stop(100))]),
        OTOCO(leg("SELL", 4, Stop(95)), [leg("BUY", 4, Limit(85)), leg("BUY", 4, Stop(100))]),
    ]
)
CHAIN: Final = OTO(
    leg("BUY", 4, Limit(100)), [OTO(leg("SELL", 4, Limit(110)), [leg("BUY", 4, Limit(100))])]
)


def exits(quantity: int, *order_types: Any) -> OTOCO:
    """Buy 2 at the market, with the exits given."""
    return OTOCO(leg("BUY", 2, Market()), [leg("SELL", quantity, each) for each in order_types])


OF_OCO: Final[dict[str, Story]] = {
    "the target fills and the stop is cancelled": (
        OCO_4,
        LONG,
        [
            (Trade(100), "working 4, working 4; +4 PROTECTED"),
            (Trade(110), "filled 4, cancelled; FLAT"),
            (Trade(90), "filled 4, cancelled; FLAT"),
        ],
    ),
    "the stop fills and the target is cancelled": (
        OCO_4,
        LONG,
        [(Trade(89), "cancelled, filled 4; FLAT")],
    ),
    "a part of the target reduces the stop": (
        OCO_4,
        LONG,
        [
            (Fill("peers[0]", 1), "partly 1/4, working 3; +3 PROTECTED"),
            (Fill("peers[1]", 1), "partly 1/3, partly 1/3; +2 PROTECTED"),
            (Trade(90), "cancelled 1, filled 3; FLAT"),
        ],
    ),
    "a part of the target cancels the stop": (
        OCO_4,
        LONG | CANCELS,
        [
            (Fill("peers[0]", 1), "partly 1/4, cancelled; +3 NAKED"),
            (Trade(110), "filled 4, cancelled; FLAT"),
        ],
    ),
    "a part that is more than the other peer's whole cancels it": (
        OCO([leg("SELL", 4, Limit(110)), leg("SELL", 2, Stop(90))]),
        LONG,
        [(Fill("peers[0]", 3), "partly 3/4, cancelled; +1 NAKED")],
    ),
    "of unequal peers the partly filled one is cancelled when its rest is taken": (
        OCO([leg("SELL", 4, Limit(110)), leg("SELL", 2, Stop(90))]),
        LONG,
        [
            (Fill("peers[1]", 1), "working 3, partly 1/2; +3 PARTIAL 2"),
            (Fill("peers[0]", 1), "partly 1/3, cancelled 1; +2 NAKED"),
        ],
    ),
    "a peer that ends without a fill leaves the other": (
        OCO_4,
        LONG,
        [
            (Reject("peers[0]"), "rejected, working 4; +4 PROTECTED"),
            (Cancel("peers[1]"), "rejected, cancelled; +4 NAKED"),
        ],
    ),
    "or takes it along": (
        OCO_4,
        LONG | TOGETHER,
        [(Reject("peers[0]"), "rejected, cancelled; +4 NAKED")],
    ),
    "but not one that has filled in part": (
        OCO_4,
        LONG | TOGETHER,
        [
            (Fill("peers[0]", 1), "partly 1/4, working 3; +3 PROTECTED"),
            (Cancel("peers[0]"), "cancelled 1, working 3; +3 PROTECTED"),
        ],
    ),
    "one trade touches both, and the first one written fills": (
        OCO([leg("SELL", 4, Limit(110)), leg("BUY", 4, Limit(90))]),
        LONG,
        [
            (Clock(NOON), "working 4, working 4; +4 NAKED"),
            (Trade(110), "filled 4, cancelled; FLAT"),
        ],
    ),
    "peers on two instruments": (
        OCO([leg("SELL", 4, Limit(110)), leg("BUY", 2, Limit(50), instrument=ABC)]),
        LONG,
        [
            (Trade(50), "working 4, working 2; +4 NAKED"),
            (Trade(50, ABC), "cancelled, filled 2; +4 NAKED"),
        ],
    ),
}

OF_ENTRIES: Final[dict[str, Story]] = {
    "entry, target": (
        long(),
        {},
        [
            (Trade(105), "working 4, held, held; FLAT"),
            (Trade(100), "filled 4, working 4, working 4; +4 PROTECTED"),
            (Trade(109), "filled 4, working 4, working 4; +4 PROTECTED"),
            (Trade(111), "filled 4, filled 4, cancelled; FLAT"),
        ],
    ),
    "an entry below the stop is stopped out at once": (
        long(),
        {},
        [(Trade(80), "filled 4, cancelled, filled 4; FLAT")],
    ),
    "exits wait for the complete fill": (
        long(),
        {},
        [
            (Fill("trigger", 1), "partly 1/4, held, held; +1 NAKED"),
            (Fill("trigger", 3), "filled 4, working 4, working 4; +4 PROTECTED"),
        ],
    ),
    "exits grow with the fills of the entry": (
        long(),
        ANY,
        [
            (Fill("trigger", 1), "partly 1/4, working 1, working 1; +1 PROTECTED"),
            (Fill("trigger", 2), "partly 3/4, working 3, working 3; +3 PROTECTED"),
            (Fill("peers[0]", 1), "partly 3/4, partly 1/3, working 2; +2 PROTECTED"),
            (Fill("trigger"), "filled 4, partly 1/4, working 3; +3 PROTECTED"),
            (Trade(90), "filled 4, cancelled 1, filled 3; FLAT"),
        ],
    ),
    "an exit that has filled for now goes on when the entry does": (
        long(),
        ANY,
        [
            (Fill("trigger", 1), "partly 1/4, working 1, working 1; +1 PROTECTED"),
            (Fill("peers[0]"), "partly 1/4, partly 1/1, working 0; FLAT"),
            (Trade(89), "filled 4, cancelled 1, filled 3; FLAT"),
        ],
    ),
    "what the entry adds to an exit meets the last price at once": (
        long(),
        ANY,
        [
            (Fill("trigger", 1, 112), "partly 1/4, partly 1/1, working 0; FLAT"),
            (Fill("trigger", 2), "partly 3/4, partly 3/3, working 0; FLAT"),
            (Fill("trigger"), "filled 4, filled 4, cancelled; FLAT"),
        ],
    ),
    "an entry that ends after a part leaves exits for that part": (
        long(),
        {},
        [
            (Fill("trigger", 1), "partly 1/4, held, held; +1 NAKED"),
            (Cancel("trigger"), "cancelled 1, working 1, working 1; +1 PROTECTED"),
            (Trade(90), "cancelled 1, cancelled, filled 1; FLAT"),
        ],
    ),
    "or none": (
        long(),
        DISCARDS,
        [
            (Fill("trigger", 1), "partly 1/4, held, held; +1 NAKED"),
            (Cancel("trigger"), "cancelled 1, cancelled, cancelled; +1 NAKED"),
        ],
    ),
    "not even those that lived": (
        long(),
        ANY_DISCARDS,
        [
            (Fill("trigger", 1), "partly 1/4, working 1, working 1; +1 PROTECTED"),
            (Reject("trigger"), "rejected 1, cancelled, cancelled; +1 NAKED"),
        ],
    ),
    "an exit that filled for now is filled when the entry ends": (
        long(),
        ANY,
        [
            (Fill("trigger", 1), "partly 1/4, working 1, working 1; +1 PROTECTED"),
            (Fill("peers[0]"), "partly 1/4, partly 1/1, working 0; FLAT"),
            (Cancel("trigger"), "cancelled 1, filled 1, cancelled; FLAT"),
        ],
    ),
    "of peers that shared what filled, the one that took the last of it is filled": (
        long(),
        ANY,
        [
            (Fill("trigger", 2), "partly 2/4, working 2, working 2; +2 PROTECTED"),
            (Fill("peers[0]", 1), "partly 2/4, partly 1/2, working 1; +1 PROTECTED"),
            (Fill("peers[1]", 1), "partly 2/4, partly 1/1, partly 1/1; FLAT"),
            (Cancel("trigger"), "cancelled 2, cancelled 1, filled 1; FLAT"),
        ],
    ),
    "as where the entry had ended before": (
        long(),
        ANY,
        [
            (Fill("trigger", 2), "partly 2/4, working 2, working 2; +2 PROTECTED"),
            (Cancel("trigger"), "cancelled 2, working 2, working 2; +2 PROTECTED"),
            (Fill("peers[0]", 1), "cancelled 2, partly 1/2, working 1; +1 PROTECTED"),
            (Fill("peers[1]", 1), "cancelled 2, cancelled 1, filled 1; FLAT"),
        ],
    ),
    "the last of what filled is not the last where more fills": (
        long(),
        ANY,
        [
            (Fill("trigger", 1), "partly 1/4, working 1, working 1; +1 PROTECTED"),
            (Fill("peers[0]"), "partly 1/4, partly 1/1, working 0; FLAT"),
            (Fill("trigger", 1), "partly 2/4, partly 1/2, working 1; +1 PROTECTED"),
            (Fill("peers[1]"), "partly 2/4, partly 1/1, partly 1/1; FLAT"),
            (Cancel("trigger"), "cancelled 2, cancelled 1, filled 1; FLAT"),
        ],
    ),
    "a part of an exit cancels the other for good": (
        long(),
        ANY_CANCELS,
        [
            (Fill("trigger", 2), "partly 2/4, working 2, working 2; +2 PROTECTED"),
            (Fill("peers[0]", 1), "partly 2/4, partly 1/2, cancelled; +1 NAKED"),
            (Fill("trigger"), "filled 4, partly 1/4, cancelled; +3 NAKED"),
        ],
    ),
    "both exits through the market": (
        long(2),
        ANY_ALL,
        [
            (Trade(120), "working 2, held, held; FLAT"),
            (Fill("trigger", 1, 90), "partly 1/2, working 0, partly 1/1; FLAT"),
        ],
    ),
    "an entry that ends without a fill ends its exits": (
        long(),
        {},
        [(Reject("trigger"), "rejected, cancelled, cancelled; FLAT")],
    ),
    "exits larger than the entry live whole, where the entry has filled whole": (
        long(2, exits=4),
        {},
        [(Trade(100), "filled 2, working 4, working 4; +2 PROTECTED")],
    ),
    "and for what has filled, where they live with any fill": (
        long(2, exits=4),
        ANY,
        [
            (Trade(100), "filled 2, working 2, working 2; +2 PROTECTED"),
            (Trade(90), "filled 2, cancelled, filled 2; FLAT"),
        ],
    ),
    "an exit smaller than the entry": (
        long(4, exits=3),
        {},
        [(Trade(100), "filled 4, working 3, working 3; +4 PARTIAL 1")],
    ),
    "a short is the mirror image": (
        OTOCO(leg("SELL", 4, Limit(100)), [leg("BUY", 4, Limit(90)), leg("BUY", 4, Stop(110))]),
        {},
        [
            (Trade(100), "filled 4, working 4, working 4; -4 PROTECTED"),
            (Trade(110), "filled 4, cancelled, filled 4; FLAT"),
        ],
    ),
    "an order that adds to a position": (
        long(),
        LONG,
        [
            (Trade(101), "working 4, held, held; +4 NAKED"),
            (Trade(100), "filled 4, working 4, working 4; +8 PARTIAL 4"),
        ],
    ),
    "an entry that closes a position needs no stop": (
        long(),
        {"position": -4},
        [(Trade(100), "filled 4, working 4, working 4; FLAT")],
    ),
}

NESTED: Final[dict[str, Story]] = {
    "the rungs of a ladder share out the entry": (
        LADDER,
        ANY,
        [
            (Fill("trigger", 1), "partly 1/4, working 1, working 1, held, held; +1 PROTECTED"),
            (
                Fill("trigger", 1),
                "partly 2/4, working 1, working 1, working 1, working 1; +2 PROTECTED",
            ),
            (Trade(105), "partly 2/4, filled 1, cancelled, working 1, working 1; +1 PROTECTED"),
            (Trade(100), "filled 4, filled 1, cancelled, working 3, working 3; +3 PROTECTED"),
            (Trade(90), "filled 4, filled 1, cancelled, cancelled, filled 3; FLAT"),
        ],
    ),
    "a rung for which nothing has filled is cancelled": (
        LADDER,
        {},
        [
            (Fill("trigger", 1), "partly 1/4, held, held, held, held; +1 NAKED"),
            (
                Cancel("trigger"),
                "cancelled 1, working 1, working 1, cancelled, cancelled; +1 PROTECTED",
            ),
        ],
    ),
    "a rung keeps its share when it ends": (
        LADDER,
        ANY,
        [
            (Cancel("conditionals[0]"), "working 4, cancelled, cancelled, held, held; FLAT"),
            (Fill("trigger", 1), "partly 1/4, cancelled, cancelled, held, held; +1 NAKED"),
            (
                Fill("trigger"),
                "filled 4, cancelled, cancelled, working 3, working 3; +4 PARTIAL 1",
            ),
        ],
    ),
    "what is no exit takes no share from those that are": (
        OTO(
            leg("BUY", 4, Limit(100)),
            [
                leg("BUY", 4, Limit(95)),
                leg("SELL", 4, Stop(80)),
                leg("SELL", 1, Limit(9), instrument=ABC),
            ],
        ),
        ANY,
        [(Fill("trigger", 2), "partly 2/4, working 2, working 2, working 1; +2 PROTECTED")],
    ),
    "a two-sided breakout goes up": (
        BREAKOUT,
        {},
        [
            (Trade(100), "working 4, held, held, working 4, held, held; FLAT"),
            (
                Trade(105),
                "filled 4, working 4, working 4, cancelled, cancelled, cancelled; +4 PROTECTED",
            ),
            (Trade(100), "filled 4, cancelled, filled 4, cancelled, cancelled, cancelled; FLAT"),
        ],
    ),
    "a part of one breakout reduces the other, and its exits with it": (
        BREAKOUT,
        {},
        [
            (
                Fill("peers[0].trigger", 1),
                "partly 1/4, held, held, working 3, held, held; +1 PROTECTED",
            ),
            (
                Fill("peers[1].trigger", 1, 95),
                "partly 1/3, held, held, partly 1/3, held, held; FLAT",
            ),
            (
                Trade(95),
                "cancelled 1, cancelled, filled 1, filled 3, working 3, working 3; -3 PROTECTED",
            ),
        ],
    ),
    "a group is cancelled by its path, and nothing of it comes to life": (
        BREAKOUT,
        {},
        [
            (
                Fill("peers[0].trigger", 1),
                "partly 1/4, held, held, working 3, held, held; +1 PROTECTED",
            ),
            (
                Cancel("peers[0]"),
                "cancelled 1, cancelled, cancelled, working 3, held, held; +1 PROTECTED",
            ),
        ],
    ),
    "a group that is cancelled takes the other along": (
        BREAKOUT,
        TOGETHER,
        [
            (
                Cancel("peers[0]"),
                "cancelled, cancelled, cancelled, cancelled, cancelled, cancelled; FLAT",
            )
        ],
    ),
    "all is cancelled at once, and a part that had filled brings nothing to life": (
        BREAKOUT,
        TOGETHER,
        [
            (
                Fill("peers[0].trigger", 1, 120),
                "partly 1/4, held, held, working 3, held, held; +1 PROTECTED",
            ),
            (
                Cancel(),
                "cancelled 1, cancelled, cancelled, cancelled, cancelled, cancelled; +1 NAKED",
            ),
        ],
    ),
    "a chain": (
        CHAIN,
        {},
        [
            (Trade(100), "filled 4, working 4, held; +4 NAKED"),
            (Trade(110), "filled 4, filled 4, working 4; FLAT"),
            (Trade(100), "filled 4, filled 4, filled 4; +4 NAKED"),
        ],
    ),
    "a chain behind a part": (
        CHAIN,
        {},
        [
            (Fill("trigger", 1), "partly 1/4, held, held; +1 NAKED"),
            (Cancel("trigger"), "cancelled 1, working 1, held; +1 NAKED"),
            (Trade(110), "cancelled 1, filled 1, working 1; FLAT"),
        ],
    ),
    "a chain that lives with any fill": (
        CHAIN,
        ANY,
        [
            (Fill("trigger", 1, 100), "partly 1/4, working 1, held; +1 NAKED"),
            (Fill("conditionals[0].trigger", 1, 110), "partly 1/4, partly 1/1, working 1; FLAT"),
            (Cancel("trigger"), "cancelled 1, filled 1, working 1; FLAT"),
        ],
    ),
    "all is cancelled": (
        CHAIN,
        {},
        [
            (Trade(100), "filled 4, working 4, held; +4 NAKED"),
            (Cancel(), "filled 4, cancelled, cancelled; +4 NAKED"),
        ],
    ),
    "a conditional on another instrument": (
        OTO(leg("BUY", 4, Market()), [leg("SELL", 2, Market(), instrument=ABC)]),
        {},
        [
            (Trade(50, ABC), "working 4, held; FLAT"),
            (Trade(100), "filled 4, filled 2; +4 NAKED"),
        ],
    ),
}

OF_TYPES: Final[dict[str, Story]] = {
    "a market leg waits for the first price": (
        leg("BUY", 2, Market()),
        {},
        [(SessionEnd(), "working 2; FLAT"), (Trade(7), "filled 2; +2 NAKED")],
    ),
    "one leg may be filled where no price is known": (
        leg("BUY", 2, Market()),
        {},
        [(Fill("", 1), "partly 1/2; +1 NAKED"), (Fill(""), "filled 2; +2 NAKED")],
    ),
    "a market exit": (
        OTO(leg("BUY", 2, Market()), [leg("SELL", 2, Market())]),
        {},
        [(Trade(7), "filled 2, filled 2; FLAT")],
    ),
    "a stop-limit that trades through its limit rests": (
        leg("SELL", 2, StopLimit(90, 88)),
        {},
        [(Trade(87), "working 2; FLAT"), (Trade(88), "filled 2; -2 NAKED")],
    ),
    "a stop-limit that was not triggered does not": (
        leg("BUY", 2, StopLimit(110, 112)),
        {},
        [(Trade(109), "working 2; FLAT"), (Trade(111), "filled 2; +2 NAKED")],
    ),
    "buying where touched": (
        leg("BUY", 2, MarketIfTouched(95)),
        {},
        [(Trade(96), "working 2; FLAT"), (Trade(94), "filled 2; +2 NAKED")],
    ),
    "selling where touched": (
        leg("SELL", 2, MarketIfTouched(105)),
        {},
        [(Trade(104), "working 2; FLAT"), (Trade(106), "filled 2; -2 NAKED")],
    ),
    "touched, but not within the limit": (
        leg("BUY", 2, LimitIfTouched(95, 90)),
        {},
        [(Trade(94), "working 2; FLAT"), (Trade(90), "filled 2; +2 NAKED")],
    ),
    "a stop trails up, and never down": (
        leg("SELL", 2, TrailingStop(5, 90)),
        {},
        [
            (Trade(93), "working 2; FLAT"),
            (Trade(110), "working 2; FLAT"),
            (Trade(106), "working 2; FLAT"),
            (Trade(105), "filled 2; -2 NAKED"),
        ],
    ),
    "a buying stop trails down from the first trade": (
        leg("BUY", 2, TrailingStop(5)),
        {},
        [
            (Trade(100), "working 2; FLAT"),
            (Trade(96), "working 2; FLAT"),
            (Trade(101), "filled 2; +2 NAKED"),
        ],
    ),
    "a trade meets a trailing stop before it moves it": (
        leg("SELL", 2, TrailingStop(5, 90)),
        {},
        [(Trade(90), "filled 2; -2 NAKED")],
    ),
    "a trailing stop-limit": (
        leg("SELL", 2, TrailingStopLimit(5, None, 96)),
        {},
        [
            (Trade(100), "working 2; FLAT"),
            (Trade(95), "working 2; FLAT"),
            (Trade(96), "filled 2; -2 NAKED"),
        ],
    ),
    "offsets count from the average fill": (
        exits(2, Limit(Offset(10)), Stop(Offset("-10"))),
        {},
        [
            (Fill("trigger", 1, 100), "partly 1/2, held, held; +1 NAKED"),
            (Fill("trigger", 1, 101), "filled 2, working 2, working 2; +2 PROTECTED"),
            (Trade("90.6"), "filled 2, working 2, working 2; +2 PROTECTED"),
            (Trade("90.5"), "filled 2, cancelled, filled 2; FLAT"),
        ],
    ),
    "offsets of every price": (
        exits(2, LimitIfTouched(Offset(10), Offset(9)), StopLimit(Offset(-10), Offset(-12))),
        {},
        [
            (Trade(100), "filled 2, working 2, working 2; +2 PROTECTED"),
            (Trade(87), "filled 2, working 2, working 2; +2 PROTECTED"),
            (Trade(88), "filled 2, cancelled, filled 2; FLAT"),
        ],
    ),
    "an average of no exact number is rounded to ten decimals": (
        OTO(leg("BUY", 3, Market()), [leg("SELL", 3, Limit(Offset(10)))]),
        {},
        [
            (Fill("trigger", 1, 100), "partly 1/3, held; +1 NAKED"),
            (Fill("trigger", 2, 101), "filled 3, working 3; +3 NAKED"),
            (Trade("110.6666666666"), "filled 3, working 3; +3 NAKED"),
            (Trade("110.6666666667"), "filled 3, filled 3; FLAT"),
        ],
    ),
    "offsets are fixed when they go live": (
        exits(2, Limit(Offset(10)), Stop(Offset("-10"))),
        ANY,
        [
            (Fill("trigger", 1, 100), "partly 1/2, working 1, working 1; +1 PROTECTED"),
            (Fill("trigger", 1, 108), "filled 2, working 2, working 2; +2 PROTECTED"),
            (Trade(110), "filled 2, filled 2, cancelled; FLAT"),
        ],
    ),
    "offsets from a fill whose price nobody knows stay open, and protect nothing": (
        exits(2, LimitIfTouched(110, Offset(9)), StopLimit(Offset(-5), 90)),
        {},
        [
            (Fill("trigger"), "filled 2, working 2, working 2; +2 NAKED"),
            (Trade(1), "filled 2, working 2, working 2; +2 NAKED"),
            (Trade(200), "filled 2, working 2, working 2; +2 NAKED"),
            (Fill("peers[0]"), "filled 2, filled 2, cancelled; FLAT"),
        ],
    ),
    "nor does a stop whose limit nobody knows": (
        exits(2, Limit(110), StopLimit(90, Offset(-12))),
        {},
        [
            (Fill("trigger"), "filled 2, working 2, working 2; +2 NAKED"),
            (Trade(80), "filled 2, working 2, working 2; +2 NAKED"),
        ],
    ),
    "a trailing stop protects before it knows its level": (
        exits(2, Limit(110), TrailingStop(5, Offset(-5))),
        {},
        [(Fill("trigger"), "filled 2, working 2, working 2; +2 PROTECTED")],
    ),
}

OF_TIME: Final[dict[str, Story]] = {
    "DAY legs that are live expire with the session, held ones do not": (
        OTOCO(
            leg("BUY", 4, Limit(100)),
            [
                leg("SELL", 4, Limit(110), time_in_force="DAY"),
                leg("SELL", 4, Stop(90)),
            ],
        ),
        {},
        [
            (SessionEnd(), "working 4, held, held; FLAT"),
            (Trade(100), "filled 4, working 4, working 4; +4 PROTECTED"),
            (SessionEnd(), "filled 4, expired, working 4; +4 PROTECTED"),
        ],
    ),
    "a DAY entry takes its exits along, but for what has filled": (
        long(time_in_force="DAY"),
        {},
        [
            (Fill("trigger", 1), "partly 1/4, held, held; +1 NAKED"),
            (SessionEnd(), "expired 1, working 1, working 1; +1 PROTECTED"),
        ],
    ),
    "DAY peers that end together": (
        OCO([leg("SELL", 4, each, time_in_force="DAY") for each in (Limit(110), Stop(90))]),
        LONG | TOGETHER,
        [(SessionEnd(), "expired, cancelled; +4 NAKED")],
    ),
    "good till a moment": (
        leg("BUY", 4, Limit(100), time_in_force="GTD", expire_at=at(2)),
        {},
        [(Clock(at(1)), "working 4; FLAT"), (Clock(at(2)), "expired; FLAT")],
    ),
    "a leg that goes live after its expiry expires at once": (
        OTO(
            leg("BUY", 4, Market()),
            [leg("SELL", 4, Stop(90), time_in_force="GTD", expire_at=at(1))],
        ),
        {},
        [
            (Clock(at(2)), "working 4, held; FLAT"),
            (Trade(100), "filled 4, expired; +4 NAKED"),
        ],
    ),
    "a leg sleeps until its activation time": (
        leg("BUY", 4, Limit(100), activate_at=at(2)),
        {},
        [
            (Trade(99), "held; FLAT"),
            (Fill(""), "held; FLAT"),
            (Clock(at(1)), "held; FLAT"),
            (Clock(at(2)), "filled 4; +4 NAKED"),
        ],
    ),
    "a sleeping peer is reduced and cancelled like any other": (
        OCO([leg("SELL", 4, Limit(110)), leg("SELL", 4, Stop(90), activate_at=at(1))]),
        LONG,
        [
            (Fill("peers[0]", 1), "partly 1/4, held; +3 NAKED"),
            (Clock(at(1)), "partly 1/4, working 3; +3 PROTECTED"),
        ],
    ),
    "an exit whose time has come goes live with its trigger": (
        OTO(leg("BUY", 4, Market()), [leg("SELL", 4, Stop(90), activate_at=at(1))]),
        {},
        [
            (Clock(at(2)), "working 4, held; FLAT"),
            (Trade(100), "filled 4, working 4; +4 PROTECTED"),
        ],
    ),
    "what lies between two moments happens in its order": (
        leg("BUY", 4, Limit(100), time_in_force="GTD", expire_at=at(2), activate_at=at(1)),
        {},
        [(Trade(100), "held; FLAT"), (Clock(at(3)), "filled 4; +4 NAKED")],
    ),
    "peers that wake together": (
        OCO(
            [
                leg(
                    "SELL",
                    4,
                    Stop(
                        105,
                    ),
                    activate_at=at(1),
                ),
                leg("SELL", 4, Limit(95), activate_at=at(1)),
            ]
        ),
        ALL | {"position": 8},
        [(Trade(100), "held, held; +8 NAKED"), (Clock(at(1)), "filled 4, filled 4; FLAT")],
    ),
    "of peers that wake together, the first may end the others": (
        OCO(
            [
                leg("SELL", 4, Limit(110), time_in_force="GTD", activate_at=at(1), expire_at=at(1)),
                leg("SELL", 4, Stop(90), activate_at=at(1)),
            ]
        ),
        LONG | TOGETHER,
        [(Clock(at(1)), "expired, cancelled; +4 NAKED")],
    ),
}

IMMEDIATE: Final[dict[str, Story]] = {
    "a price decides over IOC at once": (
        OTO(leg("BUY", 2, Market()), [leg("SELL", 2, Limit(110), time_in_force="IOC")]),
        {},
        [(Trade(100), "filled 2, cancelled; +2 NAKED")],
    ),
    "and lets it execute": (
        OTO(leg("BUY", 2, Market()), [leg("SELL", 2, Limit(110), time_in_force="FOK")]),
        {},
        [(Trade(111), "filled 2, filled 2; FLAT")],
    ),
    "where none is known, the next trade decides": (
        long(time_in_force="IOC"),
        {},
        [
            (Clock(NOON), "working 4, held, held; FLAT"),
            (Trade(101), "cancelled, cancelled, cancelled; FLAT"),
        ],
    ),
    "what is left of an IOC after a part is cancelled": (
        long(time_in_force="IOC"),
        {},
        [(Fill("trigger", 1), "cancelled 1, working 1, working 1; +1 PROTECTED")],
    ),
    "FOK takes no part": (
        long(time_in_force="FOK"),
        {},
        [
            (Fill("trigger", 1), "working 4, held, held; FLAT"),
            (Fill("trigger", 4), "filled 4, working 4, working 4; +4 PROTECTED"),
        ],
    ),
    "an IOC exit executes with each fill of its trigger": (
        OTO(leg("BUY", 2, Market()), [leg("SELL", 2, Limit(110), time_in_force="IOC")]),
        ANY,
        [
            (Fill("trigger", 1, 111), "partly 1/2, partly 1/1; FLAT"),
            (Fill("trigger", 1, 109), "filled 2, cancelled 1; +1 NAKED"),
        ],
    ),
}

BOTH: Final = OCO([leg("SELL", 4, MarketIfTouched(110)), leg("SELL", 4, Stop(90))])
TOUCHED: Final[dict[str, Story]] = {
    "peers that were not coherent at the fill after all: the first fills": (
        OTOCO(
            leg("BUY", 4, Market()),
            [leg("SELL", 4, Limit(100)), leg("SELL", 4, Stop(Offset(-1)))],
        ),
        {},
        [
            (Fill("trigger", 2, 110), "partly 2/4, held, held; +2 NAKED"),
            (Fill("trigger", 2, 104), "filled 4, filled 4, cancelled; FLAT"),
        ],
    ),
    "or both do": (
        OTOCO(
            leg("BUY", 4, Market()),
            [leg("SELL", 4, Limit(100)), leg("SELL", 4, Stop(Offset(-1)))],
        ),
        ALL,
        [
            (Fill("trigger", 2, 110), "partly 2/4, held, held; +2 NAKED"),
            (Fill("trigger", 2, 104), "filled 4, filled 4, filled 4; -4 NAKED"),
        ],
    ),
    "each for what may fill": (
        OTOCO(
            leg("BUY", 4, Market()),
            [leg("SELL", 4, Limit(100)), leg("SELL", 4, Stop(Offset(-1)), activate_at=at(1))],
        ),
        ANY_ALL,
        [
            (Fill("trigger", 2, 99), "partly 2/4, working 2, held; +2 NAKED"),
            (Clock(at(1)), "partly 2/4, working 2, working 2; +2 PROTECTED"),
            (Fill("trigger", 1, 101), "partly 3/4, partly 3/3, working 0; FLAT"),
        ],
    ),
    "what each has filled then counts against the other": (
        OTOCO(
            leg("BUY", 4, Limit(100)),
            [
                leg("SELL", 4, Limit(101), activate_at=at(1)),
                leg("SELL", 4, Stop(Offset(-1)), activate_at=at(1)),
            ],
        ),
        ANY_ALL,
        [
            (Fill("trigger", 1, 110), "partly 1/4, held, held; +1 NAKED"),
            (Trade(104), "partly 1/4, held, held; +1 NAKED"),
            (Clock(at(1)), "partly 1/4, partly 1/1, partly 1/1; -1 NAKED"),
            (Fill("trigger", 1), "partly 2/4, partly 1/1, partly 1/1; FLAT"),
            (Fill("trigger", 2), "filled 4, filled 3, filled 3; -2 NAKED"),
        ],
    ),
    "both take the last of what has filled, and no more comes": (
        OTOCO(leg("BUY", 4, Stop(120)), [leg("SELL", 4, Stop(90)), leg("SELL", 4, Stop(95))]),
        ANY_ALL,
        [
            (Fill("trigger", 1, 120), "partly 1/4, working 1, working 1; +1 PROTECTED"),
            (Trade(89), "partly 1/4, partly 1/1, partly 1/1; -1 PROTECTED"),
            (Cancel("trigger"), "cancelled 1, filled 1, filled 1; -1 NAKED"),
        ],
    ),
    "or they take all that there ever is": (
        OTOCO(leg("BUY", 4, Stop(120)), [leg("SELL", 4, Stop(90)), leg("SELL", 4, Stop(95))]),
        ANY_ALL,
        [
            (Fill("trigger", 2, 120), "partly 2/4, working 2, working 2; +2 PROTECTED"),
            (Trade(89), "partly 2/4, filled 2, filled 2; -2 PROTECTED"),
        ],
    ),
    "of peers that go live together one may be over by then": (
        OTOCO(
            leg("BUY", 4, Market()),
            [
                leg("SELL", 4, Limit(100)),
                leg("SELL", 4, Limit(100), time_in_force="GTD", expire_at=NOON),
            ],
        ),
        ALL,
        [
            (Clock(NOON), "working 4, held, held; FLAT"),
            (Trade(100), "filled 4, filled 4, expired; FLAT"),
        ],
    ),
    "only one is touched": (BOTH, LONG | ALL, [(Trade(90), "cancelled, filled 4; FLAT")]),
}

STORIES: Final = {
    f"{chapter}: {title}": story
    for chapter, stories in {
        "OCO": OF_OCO,
        "entries": OF_ENTRIES,
        "nested": NESTED,
        "types": OF_TYPES,
        "time": OF_TIME,
        "immediate": IMMEDIATE,
        "touched": TOUCHED,
    }.items()
    for title, story in stories.items()
}


@pytest.mark.parametrize(("order", "given", "told"), STORIES.values(), ids=STORIES)
def test_story(order: Order, given: dict[str, Any], told: list[tuple[Event, str]]) -> None:
    """After each event, every leg and the position stand where the story says."""
    runs = steps(order, [event for event, _ in told], **given)
    assert [expected for _, expected in told] == [scene(run) for run in runs[1:]]
