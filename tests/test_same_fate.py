"""Law 6: the order as it is meant and its request as the broker's engine runs it, leg by leg.

The open questions that both an engine and a `Policy` know are run in every combination. Those that
an engine alone knows are fixed to what the neutral meaning says, and are named in `MATCHING`. What
else is left out of the comparison stands in `LEFT_OPEN` and the functions below it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import product
from typing import Any, Final, TypeVar

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import otoco_snaptrade.engine as snaptrade
import otoco_tradovate.engine as tradovate
from otoco import (
    OCO,
    OTO,
    OTOCO,
    Arming,
    Instrument,
    Leg,
    Limit,
    Order,
    PartialFill,
    Request,
    Role,
    Shape,
    Side,
    Stop,
    TimeInForce,
    adapter,
    check,
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
    Status,
    Trade,
)
from otoco.testing import orders
from otoco.testing.fate import (
    Broker,
    Difference,
    Fate,
    Fates,
    Placed,
    Step,
    differences,
    side_by_side,
)

# -- the brokers

ACCOUNT: Final = "2bcd7cc3-e922-4976-bce1-9858296801c3"

TRADOVATE_WORDS: Final = {
    "Suspended": Status.HELD,
    "Working": Status.WORKING,
    "Filled": Status.FILLED,
    "Canceled": Status.CANCELLED,
    "Rejected": Status.REJECTED,
    "Expired": Status.EXPIRED,
}
SNAPTRADE_WORDS: Final = {
    "CONTINGENT_ORDER": Status.HELD,
    "ACCEPTED": Status.WORKING,
    "TRIGGERED": Status.WORKING,
    "PARTIAL": Status.WORKING,
    "EXECUTED": Status.FILLED,
    "CANCELED": Status.CANCELLED,
    "PARTIAL_CANCELED": Status.CANCELLED,
    "REJECTED": Status.REJECTED,
    "EXPIRED": Status.EXPIRED,
}


def tradovate_ids(_: Any, request: Request, reply: Mapping[str, Any]) -> dict[str, Any]:
    """The reply has an id for each order, under the keys that the request expects."""
    return {path: reply[key] for key, path in request.reply_ids.items() if key in reply}


def tradovate_fates(engine: tradovate.TradovateEngine) -> dict[int, Fate]:
    """From each Order, its Fills, and the quantity of its newest OrderVersion."""
    sizes = {each["orderId"]: Decimal(each["orderQty"]) for each in engine.entities("orderVersion")}
    filled = filled_of(engine)
    fates: dict[int, Fate] = {}
    for order in engine.orders():
        number, status = order["id"], TRADOVATE_WORDS[order["ordStatus"]]
        is_live = status is Status.WORKING
        live = sizes[number] - filled[number] if is_live else Decimal(0)
        fates[number] = Fate(status, filled[number], live)
    return fates


def snaptrade_ids(
    engine: snaptrade.SnapTradeEngine, request: Request, reply: Mapping[str, Any]
) -> dict[str, Any]:
    """The reply names the group alone; the legs are in it as the request has them."""
    if "brokerage_group_order_id" not in reply:
        return {}
    group = engine.group(reply["brokerage_group_order_id"])
    seen: Counter[str] = Counter()
    found: dict[str, str] = {}
    for order_id, role in group:
        key = {"TRIGGER": "trigger", "PEER": "peers", "CONDITIONAL": "conditionals"}[role]
        found[key if role == "TRIGGER" else f"{key}[{seen[role]}]"] = order_id
        seen[role] += 1
    assert [leg["order_role"] for leg in request.body["orders"]] == [role for _, role in group]
    return found


def snaptrade_fates(engine: snaptrade.SnapTradeEngine) -> dict[str, Fate]:
    """From the record of each leg, which needs a sync."""
    engine.sync()
    fates: dict[str, Fate] = {}
    for record in engine.orders():
        order_id, filled = (
            str(record["brokerage_order_id"]),
            Decimal(str(record["filled_quantity"])),
        )
        assert filled_of(engine)[order_id] == filled
        fates[order_id] = Fate(
            SNAPTRADE_WORDS[str(record["status"])], filled, engine.working(order_id)
        )
    return fates


def filled_of(engine: Any) -> defaultdict[Any, Decimal]:
    """What of each order has filled, by the engine's list of fills."""
    found: defaultdict[Any, Decimal] = defaultdict(Decimal)
    for order_id, size, _ in engine.fills():
        found[order_id] += size
    return found


def tradovate_engine(answers: Mapping[str, Any]) -> tradovate.TradovateEngine:
    """An engine that behaves as the answers say."""
    return tradovate.TradovateEngine(tradovate.Behaviour(**answers))


def snaptrade_engine(contract: str, answers: Mapping[str, str]) -> snaptrade.SnapTradeEngine:
    """An engine for a contract that behaves as the answers say."""
    return snaptrade.SnapTradeEngine(snaptrade.Behaviour(**answers), ACCOUNT, contract=contract)


def snaptrade_under(contract: str) -> Broker:
    """SnapTrade under one of its contracts."""
    kind: Any = adapter("snaptrade")
    return Broker(
        kind(account_id=ACCOUNT, contract=contract),
        partial(snaptrade_engine, contract),
        snaptrade_ids,
        snaptrade_fates,
        snaptrade.OPEN_QUESTIONS,
    )


def at_tradovate() -> Broker:
    """Tradovate, for the account that its engine has."""
    kind: Any = adapter("tradovate")
    return Broker(
        kind(account_id=12345, account_spec="DEMO12345"),
        tradovate_engine,
        tradovate_ids,
        tradovate_fates,
        tradovate.OPEN_QUESTIONS,
    )


BROKERS: Final = {
    "tradovate": at_tradovate(),
    "snaptrade": snaptrade_under("2026-04"),
    "snaptrade 2026-10": snaptrade_under("2026-10"),
}
each_broker = pytest.mark.parametrize("broker", BROKERS.values(), ids=BROKERS)

# -- the questions

#: The questions that engines and policies share: the policy's field, and its word for each answer.
SHARED: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "arming": ("arming", {"full": Arming.FULL_FILL, "any": Arming.ANY_FILL}),
    "peer_partial": (
        "peer_partial_fill",
        {"cancel": PartialFill.CANCELS, "reduce": PartialFill.REDUCES},
    ),
    "both_touched": ("both_touched", {"first": BothTouched.FIRST, "both": BothTouched.ALL}),
    "peer_ends": ("peer_ends", {"keep": PeerEnds.KEEP, "cancel": PeerEnds.CANCEL}),
    "partial_entry": ("partial_entry", {"arm": PartialEntry.ARM, "discard": PartialEntry.DISCARD}),
}
#: What decides fates at a broker alone, with the answer that is the neutral meaning.
MATCHING: Final = {
    "entry_ends": "cancel",
    "entry_rejected": "cancel",
    "trigger_ends": "cancel",
    "touched_stop": "execute",
}
#: What decides whether a request is taken, or which fields show it, and no fate of what is taken
#: (an adapter always states a time in force).
NO_FATE: Final = {
    "bracket_link",
    "pair_link",
    "missing_time_in_force",
    "child_time_in_force",
    "same_side_child",
    "opposite_side_pair",
    "immediate_child",
    "trailing_child",
    "repeated_cl_ord_id",
    "pairing",
    "duplicate_id",
}


def combinations(broker: Broker) -> list[tuple[dict[str, str], Policy]]:
    """Every combination of the shared questions: as answers to an engine, and as a policy."""
    fixed = {name: answer for name, answer in MATCHING.items() if name in broker.questions}
    return [
        (
            fixed | dict(zip(SHARED, answers, strict=True)),
            Policy(
                **{
                    field: words[answer]
                    for (field, words), answer in zip(SHARED.values(), answers, strict=True)
                }
            ),
        )
        for answers in product(*(words for _, words in SHARED.values()))
    ]


def deciding(broker: Broker) -> list[str]:
    """The broker's questions that can decide a fate."""
    return [name for name in broker.questions if name not in NO_FATE]


@each_broker
def test_every_open_question_is_accounted_for(broker: Broker) -> None:
    """A question that an engine gains is compared, fixed to the neutral meaning, or of no fate."""
    assert set() == set(broker.questions) - {*SHARED, *MATCHING, *NO_FATE}
    for name, (_, words) in SHARED.items():
        assert words.keys() <= set(broker.questions[name])
    for name in MATCHING.keys() & broker.questions.keys():
        assert MATCHING[name] in broker.questions[name]


# -- generated events

_T = TypeVar("_T")


class Dice:
    """Choices read off one number, which is much faster than to draw each of them."""

    def __init__(self, number: int) -> None:
        self._number = number

    def pick(self, options: Sequence[_T]) -> _T:
        """One of the options; the first of them for the number 0."""
        self._number, index = divmod(self._number, len(options))
        return options[index]


DICE: Final = st.binary(min_size=12, max_size=12).map(lambda each: Dice(int.from_bytes(each)))


@attrs.frozen
class Story:
    """What events can be about: the legs of an order, and the prices and moments that matter."""

    legs: Mapping[str, Leg]
    prices: Mapping[Instrument, Sequence[Decimal]]
    moments: Sequence[Any]
    is_whole: Callable[[Leg], bool] = lambda _: False
    """Whether a leg may fill only as a whole here."""

    @classmethod
    def of(cls, order: Order, is_whole: Callable[[Leg], bool]) -> Story:
        """Prices at which its legs execute and between them, and moments around theirs."""
        legs = {path: leg for path, _, leg in order.legs}
        moments = {
            moment + timedelta(hours=hours)
            for leg in legs.values()
            for moment in (leg.activate_at, leg.expire_at)
            if moment is not None
            for hours in (-1, 0, 1)
        }
        prices = {leg.instrument: prices_around(order, leg.instrument) for leg in legs.values()}
        return cls(legs, prices, sorted(moments), is_whole)

    def opening(self, dice: Dice) -> list[Event]:
        """What makes the questions matter: parts of the first leg and of another, and its end."""
        first, other = next(iter(self.legs)), dice.pick(list(self.legs)[::-1])
        part, whole = self._fill(first, dice, 2), self._fill(first, dice, 1)
        then, end = self._fill(other, dice, 3), dice.pick([Cancel(first), Reject(first)])
        openings = [[part], [part, end], [part, then], [part, then, end], [whole, then]]
        return dice.pick([*openings, *openings[1:], []])

    def _fill(self, path: str, dice: Dice, divisor: int) -> Event:
        leg = self.legs[path]
        part = max(leg.quantity // divisor, min(leg.quantity, Decimal(1)))
        price = dice.pick(self.prices[leg.instrument])
        return Fill(path, None if self.is_whole(leg) else part, price)

    def event(self, dice: Dice) -> Event:
        """One event, likely to apply to a leg of the order."""
        path = dice.pick(list(self.legs))
        leg = self.legs[path]
        price = dice.pick(self.prices[leg.instrument])
        size = dice.pick([None] if self.is_whole(leg) else [None, *parts(leg.quantity)])
        clocks: list[Event] = [Clock(moment) for moment in self.moments] or [SessionEnd()]
        kinds: list[Event] = [
            *[Trade(price, leg.instrument)] * 5,
            *[Fill(path, size, price)] * 5,
            Reject(path),
            Cancel(path),
            dice.pick([Cancel(), SessionEnd()]),
            *[dice.pick(clocks)] * 2,
        ]
        return dice.pick(kinds)


def prices_around(order: Order, instrument: Instrument) -> list[Decimal]:
    """The prices of the legs on an instrument, and a little above and below each."""
    points: set[Any] = {
        price
        for _, _, leg in order.legs
        if leg.instrument == instrument
        for key, price in leg.order_type.prices()
        if key != "trail"
    }
    gaps = {abs(one - other) for one in points for other in points} - {0}
    near = min(gaps, default=Decimal(1)) / (1 if len(points) > 3 else 2)
    step = near if near == round(near, 10) else min(gaps)
    found = sorted({point + away for point in points for away in (-step, 0, step)})
    return found or [Decimal(100), Decimal(99)]


def parts(quantity: Decimal) -> list[Decimal]:
    """All of a quantity, some of it, and a little too much."""
    half = quantity // 2
    return [quantity, *{Decimal(1), half, quantity - half, quantity - 1, quantity + 1} - {0}]


@st.composite
def stories(draw: st.DrawFn, broker: Broker) -> tuple[Order, list[Event]]:
    """An order that the adapter takes, and what happens to it."""
    order = draw(orders(within=broker.adapter).filter(lambda each: not check(each, broker.adapter)))
    left_open = LEFT_OPEN[broker.adapter.name]
    order = relegged(order, left_open.leg)
    told = Story.of(order, left_open.is_whole)
    first, *rest = draw(st.lists(DICE, min_size=4, max_size=16))
    return order, [*told.opening(first), *(told.event(each) for each in rest)]


# -- what the market's physics leave open


def relegged(order: Order, change: Callable[[Order, Leg], Leg]) -> Order:
    """A flat order with its legs changed."""
    first, *others = (change(order, leg) for _, _, leg in order.legs)
    match order:
        case Leg():
            return first
        case OCO():
            return OCO([first, *others])
        case OTO():
            return OTO(first, others)
        case OTOCO():
            return OTOCO(first, others)


def as_it_is(_: Order, leg: Leg) -> Leg:
    """The leg."""
    return leg


def tradovate_leg(order: Order, leg: Leg) -> Leg:
    """Without an empty text, and without an activation time that a pair may share or not."""
    activate_at = None if order.shape is Shape.OCO else leg.activate_at
    return attrs.evolve(leg, label=leg.label or None, activate_at=activate_at)


def is_immediate(leg: Leg) -> bool:
    """Whether a fill of a part leaves nothing to work on."""
    return leg.time_in_force in (TimeInForce.IOC, TimeInForce.FOK)


@attrs.frozen
class LeftOpen:
    """What is kept out of the comparison at one broker: changes to legs, and partial fills."""

    leg: Callable[[Order, Leg], Leg] = as_it_is
    is_whole: Callable[[Leg], bool] = lambda _: False


LEFT_OPEN: Final = {"tradovate": LeftOpen(tradovate_leg, is_immediate), "snaptrade": LeftOpen()}


def went_live_too_late(order: Order, before: Step, after: Step) -> bool:
    """Whether a leg was to go live when its own expiry had passed: it may trade first, or not."""
    return any(
        before.meant[path].status is Status.HELD
        and after.meant[path].status is Status.EXPIRED
        and not (leg.activate_at and leg.expire_at and leg.activate_at < leg.expire_at)
        for path, _, leg in order.legs
    )


ENDED: Final = (Status.CANCELLED, Status.REJECTED, Status.EXPIRED)


def peer_ended_after_a_part(order: Order, answers: Mapping[str, str], after: Step) -> bool:
    """Whether a peer has ended, and not filled, after a fill of a part that reduced the other.

    `peer_ends` is about a peer that ends without a fill. SnapTrade's engine takes the other along
    after a fill of a part as well.
    """
    asked = answers["peer_partial"] == "reduce" and answers["peer_ends"] == "cancel"
    return asked and any(
        after.meant[path].filled and after.meant[path].status in ENDED
        for path, role, _ in order.legs
        if role is Role.PEER
    )


def met_its_price_again(order: Order, events: Sequence[Event], before: Step, after: Step) -> bool:
    """Whether the clock moves on for a live leg that once waited for it, and the price is a fill's.

    Tradovate's engine lets such a leg go live anew with every move of the clock, and holds the last
    price against it. That is the same again after a trade, and not after a fill from outside.
    """
    priced = [each for each in events if isinstance(each, Trade | Fill)]
    return (
        isinstance(after.event, Clock)
        and bool(priced)
        and isinstance(priced[-1], Fill)
        and any(leg.activate_at and before.meant[path].live for path, _, leg in order.legs)
    )


def is_left_with_nothing(order: Order, answers: Mapping[str, str], after: Step) -> bool:
    """Whether an entry has ended after a part, all of which a peer had filled that ended too.

    The other peer is live for nothing then, and Tradovate's engine lets it work on for nothing.
    """
    asked = answers["arming"] == "any" and answers["peer_partial"] == "reduce"
    return (
        asked
        and order.shape is Shape.OTOCO
        and after.meant["trigger"].status in ENDED
        and any(
            after.meant[path].status in ENDED
            and after.meant[path].filled == after.meant["trigger"].filled != 0
            for path in ("peers[0]", "peers[1]")
        )
    )


def peers_shared_a_part(
    order: Order, answers: Mapping[str, str], before: Step, after: Step
) -> bool:
    """Whether two peers, live for a part of their entry, have filled all of that between them.

    Nothing is left of either then, and each may be called filled or cancelled.
    """
    asked = answers["arming"] == "any" and answers["peer_partial"] == "reduce"
    return (
        asked
        and order.shape is Shape.OTOCO
        and before.meant["trigger"].status is not Status.FILLED
        and all(
            after.meant[path].filled and after.meant[path].status.is_over
            for path in ("peers[0]", "peers[1]")
        )
    )


def with_one_word(fates: Fates) -> Fates:
    """The fates, where a cancelled peer is called filled as well."""
    return {
        path: attrs.evolve(fate, status=Status.FILLED)
        if path != "trigger" and fate.status is Status.CANCELLED
        else fate
        for path, fate in fates.items()
    }


# -- the comparison


def compared(
    order: Order,
    events: Sequence[Event],
    broker: Broker,
    answers: Mapping[str, str],
    policy: Policy,
) -> Iterator[Step]:
    """The steps as far as they can be compared."""
    steps = side_by_side(order, events, broker, answers, policy)
    before = next(steps)
    yield before
    shared = False
    for index, step in enumerate(steps):
        if went_live_too_late(order, before, step):
            return
        if broker.adapter.name == "snaptrade" and peer_ended_after_a_part(order, answers, step):
            return
        if broker.adapter.name == "tradovate" and (
            is_left_with_nothing(order, answers, step)
            or met_its_price_again(order, events[:index], before, step)
        ):
            return
        shared = shared or peers_shared_a_part(order, answers, before, step)
        before = step
        if shared:
            meant, done = with_one_word(step.meant), with_one_word(step.done)
            yield attrs.evolve(step, meant=meant, done=done)
        else:
            yield step


@each_broker
def test_law_6_same_fate(broker: Broker) -> None:
    """Under every combination of answers, legs fare as they are meant to, event by event."""
    seen: Counter[str] = Counter()

    @settings(max_examples=2 * settings().max_examples)
    @given(stories(broker))
    def law(story: tuple[Order, list[Event]]) -> None:
        order, events = story
        for answers, policy in combinations(broker):
            for step in compared(order, events, broker, answers, policy):
                assert step.meant == step.done, f"{answers}, after {step.event}"
                if not isinstance(step.event, Clock):  # time that runs backwards means nothing
                    assert step.ignored is not step.applied, f"{answers}, at {step.event}"
                seen.update(fate.status for fate in step.meant.values())
                seen.update("in part" for fate in step.meant.values() if fate.live and fate.filled)
            seen["runs"] += 1

    law()
    assert {*Status, "in part", "runs"} - {Status.PARTLY_FILLED} == seen.keys()


# -- what the open questions change

MES: Final = Instrument("MESM7", "FUTURE")
AAPL: Final = Instrument("AAPL", "EQUITY")


def bracket(instrument: Instrument) -> OTOCO:
    """Buy 4 at 100, take the profit at 110, stop the loss at 90."""

    def exit_(order_type: Limit | Stop) -> Leg:
        return Leg(Side.SELL, 4, instrument, order_type)

    entry = Leg(Side.BUY, 4, instrument, Limit(100))
    return OTOCO(entry, [exit_(Limit(110)), exit_(Stop(90))])


BRACKETS: Final = {"tradovate": bracket(MES), "snaptrade": bracket(AAPL)}
ENTERED: Final = Fill("trigger", 4, 100)

#: For each broker, events and what its open questions change, as the report says it.
REPORTS: Final[dict[str, tuple[str, list[Event], list[str]]]] = {
    "tradovate: a part of the entry": (
        "tradovate",
        [Fill("trigger", 1, 100)],
        [
            "peers[0] by arming: full: HELD; any: WORKING 1",
            "peers[1] by arming: full: HELD; any: WORKING 1",
        ],
    ),
    "tradovate: the entry is rejected": (
        "tradovate",
        [Reject("trigger")],
        [
            "peers[0] by entry_rejected: reject: REJECTED; cancel: CANCELLED; keep: HELD",
            "peers[1] by entry_rejected: reject: REJECTED; cancel: CANCELLED; keep: HELD",
        ],
    ),
    "tradovate: the entry is cancelled": (
        "tradovate",
        [Cancel("trigger")],
        [
            "peers[0] by entry_ends: cancel: CANCELLED; keep: HELD",
            "peers[1] by entry_ends: cancel: CANCELLED; keep: HELD",
        ],
    ),
    "tradovate: the market falls through the stop at once": (
        "tradovate",
        [Trade(80)],
        [
            "peers[0] by peer_ends with touched_stop reject: keep: WORKING 4; cancel: CANCELLED",
            "peers[0] by touched_stop: execute: CANCELLED; reject: WORKING 4",
            "peers[1] by touched_stop: execute: FILLED, 4 filled; reject: REJECTED",
        ],
    ),
    "tradovate: a part of the profit, then the stop": (
        "tradovate",
        [ENTERED, Fill("peers[0]", 1, 110), Trade(90)],
        [
            (
                "peers[0] by peer_partial: cancel: WORKING 3, 1 filled; "
                "reduce: CANCELLED, 1 filled; keep: CANCELLED, 1 filled"
            ),
            (
                "peers[1] by peer_partial: cancel: CANCELLED; "
                "reduce: FILLED, 3 filled; keep: FILLED, 4 filled"
            ),
        ],
    ),
    "tradovate: what is documented": ("tradovate", [ENTERED, Trade(110)], []),
    "snaptrade: the entry ends after a part": (
        "snaptrade",
        [Fill("trigger", 1, 100), Cancel("trigger")],
        [
            "peers[0] by partial_entry: arm: WORKING 1; discard: CANCELLED",
            "peers[1] by partial_entry: arm: WORKING 1; discard: CANCELLED",
        ],
    ),
    "snaptrade: the entry ends": (
        "snaptrade",
        [Cancel("trigger")],
        [
            "peers[0] by trigger_ends: cancel: CANCELLED; keep: HELD",
            "peers[1] by trigger_ends: cancel: CANCELLED; keep: HELD",
        ],
    ),
    "snaptrade: the stop is rejected": (
        "snaptrade",
        [ENTERED, Reject("peers[1]")],
        ["peers[0] by peer_ends: keep: WORKING 4; cancel: CANCELLED"],
    ),
    "snaptrade: what is documented": ("snaptrade", [ENTERED, Trade(90)], []),
}


@pytest.mark.parametrize(("name", "events", "expected"), REPORTS.values(), ids=REPORTS)
def test_the_report_says_what_a_question_changes(
    name: str, events: list[Event], expected: list[str]
) -> None:
    """For each leg and each question that decides its fate there is a line, with all answers."""
    broker = BROKERS[name]
    found = differences(BRACKETS[name], events, broker, deciding(broker))
    assert expected == [str(each) for each in found]


def test_the_report_names_a_refusal() -> None:
    """Where a question decides whether the request is taken at all, the legs have no fate."""
    order = OTO(Leg(Side.BUY, 1, MES, Limit(100)), [Leg(Side.BUY, 1, MES, Limit(90))])
    (first, second) = differences(order, [], BROKERS["tradovate"], ["same_side_child", "arming"])
    fates = {"accept": Fate(Status.WORKING, Decimal(0), Decimal(1)), "refuse": None}
    assert Difference("trigger", "same_side_child", fates, {}) == first
    assert "conditionals[0] by same_side_child: accept: HELD; refuse: refused" == str(second)


@pytest.mark.parametrize("name", BRACKETS)
def test_by_default_every_question_of_the_broker_is_asked(name: str) -> None:
    """What is asked can be narrowed, and is not narrowed unawares."""
    small = {"arming": ("full", "any"), "partial_entry": ("arm", "discard")}
    broker = attrs.evolve(BROKERS[name], questions=small)
    events = [Fill("trigger", 1, 100)]
    asked = differences(BRACKETS[name], events, broker)
    assert differences(BRACKETS[name], events, BROKERS[name], small) == asked
    assert {"arming"} == {each.question for each in asked}


@each_broker
def test_the_report_is_complete_and_true(broker: Broker) -> None:
    """Nothing is reported exactly where all answers end the same; what is reported happens."""
    names = [name for name in deciding(broker) if name not in {"both_touched", "touched_stop"}]
    seen: set[bool] = set()

    @settings(max_examples=max(1, settings().max_examples // 3))
    @given(stories(broker))
    def report(story: tuple[Order, list[Event]]) -> None:
        order, events = story
        found = differences(order, events, broker, names)
        endings = {
            tuple(ending(order, events, broker, dict(zip(names, answers, strict=True))).items())
            for answers in product(*(broker.questions[name] for name in names))
        }
        assert bool(found) is (len(endings) > 1)
        for each in found:
            assert len(set(each.fates.values())) > 1
            for answer, fate in each.fates.items():
                answers = {**each.given, each.question: answer}
                assert ending(order, events, broker, answers).get(each.path) == fate
        seen.add(bool(found))

    report()
    assert True in seen


def ending(
    order: Order, events: Sequence[Event], broker: Broker, answers: Mapping[str, str]
) -> Mapping[str, Fate]:
    """What becomes of each leg at the broker in the end."""
    placed = Placed(order, broker, answers)
    for event in events:
        placed.apply(event)
    return placed.fates()


@each_broker
def test_what_decides_no_fate(broker: Broker) -> None:
    """A question of taking or showing changes no fate of a request that is taken."""
    names = [name for name in broker.questions if name in NO_FATE]

    @settings(max_examples=max(1, settings().max_examples // 3))
    @given(stories(broker))
    def law(story: tuple[Order, list[Event]]) -> None:
        order, events = story
        for name in names:
            for each in differences(order, events, broker, [name]):
                assert {None} == {each.fates["refuse"]}

    law()


# -- the events at an engine


def placed() -> Placed:
    """The bracket at Tradovate."""
    return Placed(BRACKETS["tradovate"], BROKERS["tradovate"], {})


@pytest.mark.parametrize(
    "event",
    [
        Fill("peers[0]", 1, 100),
        Fill("trigger", 5, 100),
        Fill("peers[2]", None, 100),
        Reject("nothing"),
        Cancel("nothing"),
    ],
    ids=str,
)
def test_what_cannot_apply_changes_nothing(event: Event) -> None:
    """An engine that cannot do it, and a leg that is not there, are both told as False."""
    at_broker = placed()
    before = at_broker.fates()
    assert not at_broker.apply(event)
    assert before == at_broker.fates()


def test_a_group_is_cancelled_leg_by_leg_and_once() -> None:
    """The trigger is last, so that nothing comes to life on the way."""
    at_broker = placed()
    at_broker.apply(Fill("trigger", 1, 100))
    assert at_broker.apply(Cancel())
    fates = [str(fate) for fate in at_broker.fates().values()]
    assert ["CANCELLED, 1 filled", "CANCELLED", "CANCELLED"] == fates
    assert not at_broker.apply(Cancel())


def test_a_trade_is_on_the_first_instrument_unless_it_says_so() -> None:
    """As in a simulation."""
    at_broker = placed()
    assert at_broker.apply(Trade(99, Instrument("ESM7", "FUTURE")))
    assert Status.WORKING is at_broker.fates()["trigger"].status
    assert at_broker.apply(Trade(99))
    assert "FILLED, 4 filled" == str(at_broker.fates()["trigger"])


def test_what_an_engine_is_not_told() -> None:
    """A fill needs a price there, and what is no event is an error."""
    with pytest.raises(ValueError, match="has no price"):
        placed().apply(Fill("trigger"))
    not_an_event: Any = "trade"
    with pytest.raises(TypeError, match="is not an event"):
        placed().apply(not_an_event)
