"""Instruments: symbol and type are the instrument; option symbols and option parts are one."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.otoco.conftest import findings, outcome

from otoco import Instrument, InstrumentType, InvalidOrder, OptionParts, OptionRight

PADDED = "AAPL  251114C00240000"
PARTS = ("AAPL", "2025-11-14", 240, "CALL")

roots = st.text("ABCXYZ0123456789", min_size=1, max_size=6)
expiries = st.dates(date(2000, 1, 1), date(2099, 12, 31))
strikes = st.integers(1, 99_999_999).map(lambda mills: Decimal(mills) / 1000)
rights = st.sampled_from(list(OptionRight))


@given(roots, expiries, strikes, rights)
def test_an_option_is_one_value_in_three_spellings(
    root: str, expiry: date, strike: Decimal, right: OptionRight
) -> None:
    """Parts, padded and unpadded symbol give equal instruments, with the padded symbol kept."""
    parts = OptionParts(root, expiry, strike, right)
    options = [
        Instrument.option(root, expiry, strike, right),
        Instrument.option(root, expiry.isoformat(), str(strike), right.value),
        Instrument(parts.symbol, InstrumentType.OPTION),
        Instrument(parts.compact, "OPTION"),
    ]
    assert ({options[0]}, [parts] * 4) == (set(options), [each.option_parts for each in options])
    assert [parts.symbol] * 4 == [str(each) for each in options]


def test_the_symbol_of_the_options_clearing_corporation() -> None:
    """Root padded to 6, yymmdd, C or P, strike times 1000 in 8 digits: 21 characters."""
    parts = Instrument.option(*PARTS).option_parts
    assert parts is not None
    assert OptionParts("AAPL", date(2025, 11, 14), Decimal(240), OptionRight.CALL) == parts
    assert (PADDED, PADDED.replace(" ", "")) == (parts.symbol, parts.compact)


@pytest.mark.parametrize(
    "symbol",
    [
        "AAPL", "AAPL 251114C00240000", "AAPL   251114C00240000", "aapl  251114C00240000",
        "AAPL  251114c00240000", "AAPL  251114X00240000", "AAPL  251314C00240000",
        "AAPL  250229C00240000", "AAPL  251114C00000000", "AAPL  251114C0024000",
        "AAPL  251114C002400000", "AAPLXYZ251114C00240000", "      251114C00240000",
        "251114C00240000", "AA-L  251114C00240000", "AAPL\t251114C00240000",
        "AAPL  \uff12\uff1551114C00240000", "AAPL  251114C00240000 ", " AAPL  251114C00240000",
        "AAPL  251114C00240000\n", "", "AAPL\u00a0\u00a0251114C00240000",
    ],
)  # fmt: skip
def test_what_is_no_option_symbol_is_refused(symbol: str) -> None:
    """An option's symbol is an OCC symbol that names a day and a price, or it is refused."""
    assert [("symbol", "value")] == findings(Instrument, symbol, "OPTION")


@given(
    st.text(max_size=22)
    | st.from_regex(r"[A-Z0-9]{1,7} {0,6}[0-9]{6}[CPX][0-9]{7,9}", fullmatch=True)
)
def test_an_option_symbol_is_read_whole_or_refused(symbol: str) -> None:
    """A symbol that is taken says again, from its parts, what it said."""
    option = outcome(Instrument, symbol, "OPTION")
    if isinstance(option, Instrument):
        assert option.option_parts is not None
        assert symbol in {option.option_parts.symbol, option.option_parts.compact}
        assert option == Instrument.option(*option.option_parts)
    else:
        assert [("symbol", "value")] == option


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"underlying": "aapl"}, "underlying"),
        ({"underlying": ""}, "underlying"),
        ({"underlying": "AAPLXYZ"}, "underlying"),
        ({"underlying": "A L"}, "underlying"),
        ({"underlying": None}, "underlying"),
        ({"underlying": 7}, "underlying"),
        ({"expiry": "2025-11-31"}, "expiry"),
        ({"expiry": "2025-02-29"}, "expiry"),
        ({"expiry": "20251114"}, "expiry"),
        ({"expiry": "251114"}, "expiry"),
        ({"expiry": "1999-12-31"}, "expiry"),
        ({"expiry": "2100-01-01"}, "expiry"),
        ({"expiry": date(2100, 1, 1)}, "expiry"),
        ({"expiry": datetime(2025, 11, 14)}, "expiry"),  # noqa: DTZ001  a moment is no day
        ({"expiry": 20251114}, "expiry"),
        ({"strike": 0}, "strike"),
        ({"strike": -1}, "strike"),
        ({"strike": "240.0001"}, "strike"),
        ({"strike": 100_000}, "strike"),
        ({"strike": "NaN"}, "strike"),
        ({"strike": True}, "strike"),
        ({"right": "C"}, "right"),
        ({"right": "call"}, "right"),
        ({"right": None}, "right"),
        ({"tick_size": 0}, "tick_size"),
        ({"lot_size": "-1"}, "lot_size"),
        ({"multiplier": "x"}, "multiplier"),
    ],
)
def test_option_parts_that_no_symbol_says_are_refused(changes: dict[str, Any], where: str) -> None:
    """Each part that an OCC symbol cannot say is a value problem under its own name."""
    given_parts = dict(zip(("underlying", "expiry", "strike", "right"), PARTS, strict=True))
    assert [(where, "value")] == findings(Instrument.option, **given_parts | changes)


def test_every_bad_part_is_named() -> None:
    """All the problems of an option's parts and of its reference data are raised together."""
    found = findings(Instrument.option, "a", "b", "c", "d", tick_size=0, lot_size="e")
    names = ["underlying", "expiry", "strike", "right", "tick_size", "lot_size"]
    assert [(name, "value") for name in names] == found


@pytest.mark.parametrize(
    ("given_fields", "expected"),
    [
        (("", "EQUITY"), ["symbol"]),
        ((" ", "EQUITY"), ["symbol"]),
        (("XYZ ", "EQUITY"), ["symbol"]),
        (("\u2003XYZ", "EQUITY"), ["symbol"]),
        (("XYZ", "STOCK"), ["type"]),
        (("XYZ", None), ["type"]),
        (("XYZ", "EQUITY", 0, -1, "NaN"), ["tick_size", "lot_size", "multiplier"]),
        (("", "option", True, [], {}), ["symbol", "type", "tick_size", "lot_size", "multiplier"]),
    ],
)
def test_every_bad_field_of_an_instrument_is_named(
    given_fields: tuple[Any, ...], expected: list[str]
) -> None:
    """All the problems of an instrument are raised together, each under its field."""
    assert [(name, "value") for name in expected] == findings(Instrument, *given_fields)


def test_an_empty_symbol_and_a_padded_one_are_told_apart() -> None:
    """The sentence says whether the symbol is empty, or has spaces around it."""
    with pytest.raises(InvalidOrder, match="is empty"):
        Instrument("", "EQUITY")
    with pytest.raises(InvalidOrder, match="padded with spaces"):
        Instrument(" XYZ", "EQUITY")


def test_reference_data_is_not_identity() -> None:
    """Tick, lot and multiplier take part in neither equality nor hash; symbol and type do."""
    known = Instrument("MESM7", "FUTURE", "0.25", 1, 5)
    same = {known, Instrument("MESM7", "FUTURE"), Instrument("MESM7", "FUTURE", "0.5")}
    others = {Instrument("MESU7", "FUTURE"), Instrument("MESM7", "EQUITY")}
    assert (1, 3) == (len(same), len(same | others))
    assert [Decimal("0.25"), 1, 5] == [known.tick_size, known.lot_size, known.multiplier]


@pytest.mark.parametrize("kind", [kind for kind in InstrumentType if kind != "OPTION"])
def test_only_an_option_has_option_parts(kind: InstrumentType) -> None:
    """Nothing but an option has parts, even where its symbol looks like an option's."""
    assert Instrument(PADDED, kind).option_parts is None


@pytest.mark.parametrize("other", ["XYZ", None, ("XYZ", "EQUITY"), object()])
def test_an_instrument_is_equal_to_no_other_thing(other: object) -> None:
    """An instrument is neither its symbol nor its fields."""
    instrument = Instrument("XYZ", "EQUITY")
    assert instrument != other
    assert 2 == len({instrument, other})
