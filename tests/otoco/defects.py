"""The table of the classic defects, as changes to the documents of sane orders.

``tests/otoco/test_defects.py`` holds the library to it, ``tests/test_defects_page.py`` the page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final

import attrs
from tests.otoco.writing import (
    ABSENT,
    Document,
    Way,
    both_exits,
    changed,
    pair,
    scale_out,
    stop_alone,
)

from otoco import Severity

Changes = Callable[[Way], Document]

#: What ``bracket`` makes an error of, because there the intent is known.
INTENDED: Final = {"same-side-exit", "exit-exceeds-entry", "mixed-instruments"}
#: The orders that ``bracket`` can write.
BRACKETS: Final = (both_exits, stop_alone)

ENTRY, TARGET, STOP = "trigger.limit_price", "peers[0].limit_price", "peers[1].stop_price"
STOPS_LIMIT, LONE_STOP = "peers[1].limit_price", "conditionals[0].stop_price"
THROUGH, CROSS = "exit-through-entry", "peers-cross"


def _as_it_is(way: Way) -> Document:
    return {}


@attrs.frozen
class Row:
    """A defect in one of its guises, and how it is flagged: the code at each place, how severely.

    ``wrong`` is what it changes in the sane order, which is ``base`` after ``setup``.
    """

    defect: str
    guise: str
    wrong: Changes
    found: dict[str, str]
    setup: Changes = _as_it_is
    base: Callable[[Way], Document] = both_exits
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.defect}: {self.guise}"

    def sane(self, way: Way) -> Document:
        """The document of the order as it was meant."""
        return changed(self.base(way), self.setup(way))

    def defective(self, way: Way) -> Document:
        """The document of the order with its defect."""
        return changed(self.sane(way), self.wrong(way))

    @property
    def unwritable(self) -> bool:
        """Whether the defect is in the keys of a document, which constructors do not have."""
        return {"field"} == set(self.found.values())


def _put(values: Document) -> Changes:
    """The same values at these paths, for long and short."""
    return lambda way: values


def _at(points: Document, around: Any = 4150) -> Changes:
    """Prices so many points to the profitable side."""
    return lambda way: {path: way.at(each, around) for path, each in points.items()}


def _off(points: Document) -> Changes:
    """Distances from the fill by so many points, to the profitable side."""
    return lambda way: {path: way.off(each) for path, each in points.items()}


def _turned(leg: str) -> Changes:
    """The leg on the side of the entry."""
    return lambda way: {f"{leg}.side": way.enters.value}


def _all(*changes: Changes) -> Changes:
    """These changes together; the last has the last word."""
    return lambda way: {path: value for each in changes for path, value in each(way).items()}


def _advice(*given: Any, **options: Any) -> Row:
    return attrs.evolve(Row(*given, **options), severity=Severity.ADVICE)


_MARKET = _put({"trigger.order_type": "MARKET", ENTRY: ABSENT})
_OFFSETS = _all(_MARKET, _off({TARGET: 50, STOP: -25}))
_STOP_LIMIT = _all(_put({"peers[1].order_type": "STOP_LIMIT"}), _at({STOPS_LIMIT: -26}))
_OFFSET_STOP_LIMIT = _all(_OFFSETS, _STOP_LIMIT, _off({STOPS_LIMIT: -26}))
_STOP_LIMIT_ENTRY = _all(
    _put({"trigger.order_type": "STOP_LIMIT"}), _at({"trigger.stop_price": 0, ENTRY: 1})
)
_TRAILING = _put({"peers[1].order_type": "TRAILING_STOP", "peers[1].trail": "25"})
_TRAILING_LIMIT = _all(_TRAILING, _STOP_LIMIT, _put({"peers[1].order_type": "TRAILING_STOP_LIMIT"}))
_TENTHS = _put(
    {f"{leg}.instrument.tick_size": "0.1" for leg in ("trigger", "peers[0]", "peers[1]")}
)


def _inverted() -> Iterator[Row]:
    name = "Inverted take-profit and stop"
    exchanged = _at({TARGET: -50, STOP: 75})
    all_three = {TARGET: THROUGH, STOP: THROUGH, "peers": CROSS}
    yield Row(name, "limit entry", exchanged, all_three)
    yield Row(name, "market entry", exchanged, {"peers": CROSS}, _MARKET)
    yield Row(name, "distances", _off({TARGET: -50, STOP: 75}), all_three, _OFFSETS)
    yield Row(name, "no entry", exchanged, {"peers": CROSS}, base=pair)
    yield Row(name, "the stop", _at({STOP: 25}), {STOP: THROUGH})
    yield Row(name, "the target", _at({TARGET: -10}), {TARGET: THROUGH})
    yield Row(name, "the stop at the entry", _at({STOP: 0}), {STOP: THROUGH})
    yield Row(name, "a trailing stop", _at({STOP: 1}), {STOP: THROUGH}, _TRAILING)
    yield Row(name, "a stop-limit", _at({STOP: 25, STOPS_LIMIT: 24}), {STOP: THROUGH}, _STOP_LIMIT)
    yield _advice(name, "alone", _at({LONE_STOP: 25}), {LONE_STOP: THROUGH}, base=stop_alone)


def _same_side() -> Iterator[Row]:
    name = "Exit on the entry's side"
    for guise, leg, base in [
        ("the target", "peers[0]", both_exits),
        ("the stop", "peers[1]", both_exits),
        ("a lone stop", "conditionals[0]", stop_alone),
    ]:
        yield _advice(name, guise, _turned(leg), {f"{leg}.side": "same-side-exit"}, _MARKET, base)


def _larger() -> Iterator[Row]:
    name, exceeds = "Exit larger than its entry", {"trigger.quantity": "exit-exceeds-entry"}
    first, second = "peers[0].quantity", "peers[1].quantity"
    yield _advice(name, "both exits", _put({first: 2, second: 2}), exceeds)
    unequal = exceeds | {second: "unequal-peers"}
    yield _advice(name, "the stop", _put({second: 2}), unequal)
    lone = _put({"conditionals[0].quantity": 2})
    yield _advice(name, "a lone stop", lone, exceeds, base=stop_alone)
    rung = _put({f"conditionals[0].{each}": 2 for each in (first, second)})
    yield _advice(name, "a scale-out taken together", rung, exceeds, base=scale_out)


def _foreign() -> Iterator[Row]:
    name, mixed = "Exit on another symbol", "mixed-instruments"
    for guise, legs, key, value, base in [
        ("the target", ["peers[0]"], "symbol", "MESU7", both_exits),
        ("the stop", ["peers[1]"], "symbol", "ESM7", both_exits),
        ("both exits", ["peers[0]", "peers[1]"], "symbol", "MESU7", both_exits),
        ("a lone stop in lower case", ["conditionals[0]"], "symbol", "mesm7", stop_alone),
        ("the symbol of another type", ["peers[1]"], "type", "EQUITY", both_exits),
    ]:
        found = {f"{leg}.instrument": mixed for leg in legs}
        wrong = _put({f"{leg}.instrument.{key}": value for leg in legs})
        yield _advice(name, guise, wrong, found, base=base)


def _without_a_price() -> Iterator[Row]:
    name = "Stop without a stop price"
    yield Row(name, "an exit", _put({STOP: ABSENT}), {STOP: "field"})
    instead = _put({STOP: ABSENT, STOPS_LIMIT: "4125"})
    yield Row(name, "a limit price in its place", instead, {STOP: "field", STOPS_LIMIT: "field"})
    yield Row(name, "a stop-limit", _put({STOP: ABSENT}), {STOP: "field"}, _STOP_LIMIT)
    lone = _put({LONE_STOP: ABSENT})
    yield Row(name, "a lone stop", lone, {LONE_STOP: "field"}, base=stop_alone)
    name = "Limit without a price"
    yield Row(name, "an exit", _put({TARGET: ABSENT}), {TARGET: "field"})
    yield Row(name, "the entry", _put({ENTRY: ABSENT}), {ENTRY: "field"})
    yield Row(
        name, "a stop-limit", _put({STOPS_LIMIT: ABSENT}), {STOPS_LIMIT: "field"}, _STOP_LIMIT
    )


def _no_number() -> Iterator[Row]:
    nans = [math.nan, "NaN", "nan", Decimal("NaN"), Decimal("sNaN"), math.inf, "-Infinity"]
    for value in nans:
        for path, code in [(ENTRY, "price"), (STOP, "price"), ("peers[0].quantity", "quantity")]:
            yield Row("NaN", f"{value!r} as {path}", _put({path: value}), {path: code})


def _not_positive() -> Iterator[Row]:
    name = "Quantity not above zero"
    for value in (0, "0", -0.0, -1, "-1", Decimal("-0.5")):
        for path in ("trigger.quantity", "peers[1].quantity"):
            yield Row(name, f"{value!r} as {path}", _put({path: value}), {path: "quantity"})


def _off_tick() -> Iterator[Row]:
    name, off, trail = "Price off the tick", "off-tick", "peers[1].trail"
    yield Row(name, "the entry", _at({ENTRY: "0.1"}), {ENTRY: off})
    yield Row(name, "the target", _at({TARGET: "50.01"}), {TARGET: off})
    yield Row(name, "the stop", _at({STOP: "-25.125"}), {STOP: off})
    yield Row(name, "a distance", _off({STOP: "-25.1"}), {STOP: off}, _OFFSETS)
    yield Row(name, "a trail", _put({trail: "25.1"}), {trail: off}, _TRAILING)
    yield Row(name, "a stop-limit", _at({STOPS_LIMIT: "-26.1"}), {STOPS_LIMIT: off}, _STOP_LIMIT)


def _misspelt() -> Iterator[Row]:
    name = "Misspelt field"
    for leg, right, wrong, value in [
        ("peers[1]", "stop_price", "stopprice", "4125"),
        ("peers[1]", "stop_price", "stopPrice", "4125"),
        ("peers[0]", "limit_price", "price", "4200"),
        ("trigger", "quantity", "qty", "1"),
    ]:
        places = {f"{leg}.{right}": ABSENT, f"{leg}.{wrong}": value}
        yield Row(name, f"{right} as {wrong}", _put(places), dict.fromkeys(places, "field"))
    for right, wrong, value in [
        ("peers[1].time_in_force", "peers[1].time_inforce", "GTC"),
        ("peers[0].time_in_force", "peers[0].tif", "GTC"),
        ("trigger.instrument.tick_size", "trigger.instrument.ticksize", "0.25"),
    ]:
        changes = _put({right: ABSENT, wrong: value})
        yield Row(name, f"{right} as {wrong}", changes, {wrong: "field"})
    yield Row(name, "a label", _put({"trigger.lable": "x"}), {"trigger.lable": "field"})
    peers = {"peers": ABSENT, "peeers": []}
    yield Row(name, "the exits", _put(peers), dict.fromkeys(peers, "field"))


def _immediate() -> Iterator[Row]:
    for life in ("IOC", "FOK"):
        for legs, base in [
            (["peers[0]"], both_exits),
            (["peers[1]"], both_exits),
            (["peers[0]", "peers[1]"], pair),
            (["conditionals[1].peers[1]"], scale_out),
        ]:
            places = [f"{leg}.time_in_force" for leg in legs]
            yield Row(
                "IOC on a resting exit",
                f"{life} on {' and '.join(legs)}",
                _put(dict.fromkeys(places, life)),
                dict.fromkeys(places, "immediate-peer"),
                base=base,
            )
        place = "conditionals[0].time_in_force"
        found = {place: "exit-expires-first"}
        yield _advice(
            "IOC on a resting exit",
            f"{life} on a lone stop",
            _put({place: life}),
            found,
            base=stop_alone,
        )


def _inverted_stop_limit() -> Iterator[Row]:
    name, code = "Inverted stop-limit", "stop-limit-inverted"
    found = {STOPS_LIMIT: code}
    yield _advice(name, "an exit", _at({STOPS_LIMIT: -24}), found, _STOP_LIMIT)
    yield _advice(name, "a trailing one", _at({STOPS_LIMIT: -24}), found, _TRAILING_LIMIT)
    yield _advice(name, "distances", _off({STOPS_LIMIT: -24}), found, _OFFSET_STOP_LIMIT)
    yield _advice(name, "the entry", _at({ENTRY: -1}), {ENTRY: code}, _STOP_LIMIT_ENTRY)


def _noise() -> Iterator[Row]:
    name, text, quantity = "Float noise", "0.30000000000000004", "trigger.quantity"
    entry = _all(_TENTHS, _at({TARGET: "0.1", STOP: "-0.1"}, "0.3"), _put({ENTRY: 0.3}))
    for value in (0.1 + 0.2, text, Decimal(text), 0.7 - 0.4):
        yield Row(name, f"{value!r} as entry", _put({ENTRY: value}), {ENTRY: "price"}, entry)
    target = _all(_TENTHS, _at({ENTRY: "-0.1", STOP: "-0.2"}, "3.3"), _put({TARGET: 3.3}))
    yield Row(name, "1.1 + 2.2", _put({TARGET: 1.1 + 2.2}), {TARGET: "price"}, target)
    yield Row(name, "a quantity", _put({quantity: 0.1 + 0.2}), {quantity: "quantity"})


def _negative() -> Iterator[Row]:
    name, code = "Negative price", "negative-price"
    points = {ENTRY: 0, TARGET: 50, STOP: -25}
    yield _advice(name, "all", _at(points, -90), dict.fromkeys(points, code), _at(points, 90))
    lone = _put({LONE_STOP: "-4125"})
    yield _advice(name, "a lone stop", lone, {LONE_STOP: code}, _MARKET, stop_alone)


ROWS: Final = [
    *_inverted(), *_same_side(), *_larger(), *_foreign(), *_without_a_price(), *_no_number(),
    *_not_positive(), *_off_tick(), *_misspelt(), *_immediate(), *_inverted_stop_limit(),
    *_noise(), *_negative(),
]  # fmt: skip

#: The fourteen, in the order of the page.
DEFECTS: Final = list(dict.fromkeys(row.defect for row in ROWS))
