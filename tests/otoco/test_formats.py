"""Each format says why not, writes, and reads back what it wrote."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal, localcontext
from typing import Any
from uuid import UUID

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from otoco import AdapterError, Side, adapter, adapter_names
from otoco._json import loads
from otoco._numbers import exact
from otoco.adapters import (
    ABSENT,
    Flag,
    Instant,
    Integer,
    Number,
    Occ,
    Prefixed,
    Text,
    Unreadable,
    Uuid,
    Words,
)
from otoco.testing import hostile_values, instants

ID = UUID("0b0e7c1e-6a3c-4d5c-9c55-2f4b7d0a9e11")
SIDES = Words({Side.BUY: "Buy", Side.SELL: "Sell"})
COUNT = Number(whole=True, low=Decimal(1), high=Decimal(100))
FINE = Number(tiniest=Decimal("0.0001"))

CENTS = Number(text=True, decimals=2)
OPTION = "SPY   270115C00415000"
SLASHED = Prefixed("/", Text(6, 1, "[A-Z0-9]+", "a code"))


def amounts() -> st.SearchStrategy[Decimal]:
    """Every number that the model has, as the model has it."""
    most = Decimal(10**12) - 1
    return st.decimals(-most, most, allow_nan=False, places=10).map(exact)


WRITTEN = {
    "a whole number": (Number(), Decimal("4150"), "4150"),
    "a number with decimals": (Number(), Decimal("4150.25"), "4150.25"),
    "a negative number": (Number(), Decimal("-0.5"), "-0.5"),
    "fifteen digits": (Number(), Decimal("123456789012.345"), "123456789012.345"),
    "seventeen digits that a double keeps": (Number(), Decimal("0.0078125"), "0.0078125"),
    "many digits that a double keeps": (
        Number(),
        Decimal("1048576.0009765625"),
        "1048576.0009765625",
    ),
    "zero": (FINE, Decimal(0), "0"),
    "the smallest that is not zero": (FINE, Decimal("0.0001"), "0.0001"),
    "a count": (COUNT, Decimal(100), "100"),
    "text": (Text(3), "é/§", '"\\u00e9/\\u00a7"'),
    "no text": (Text(3), "", '""'),
    "a moment": (Instant(), datetime(2026, 1, 2, 21, tzinfo=UTC), '"2026-01-02T21:00:00Z"'),
    "a word": (SIDES, Side.SELL, '"Sell"'),
    "an integer": (Integer(1, 2**63 - 1), 2**63 - 1, "9223372036854775807"),
    "a flag": (Flag(), False, "false"),
    "an id": (Uuid(), ID, f'"{ID}"'),
    "a number as text": (Number(text=True), Decimal("4150.25"), '"4150.25"'),
    "cents as text": (CENTS, Decimal("4150.5"), '"4150.50"'),
    "whole cents as text": (CENTS, Decimal(4150), '"4150.00"'),
    "more than cents as text": (CENTS, Decimal("0.125"), '"0.125"'),
    "text that no double keeps": (
        Number(text=True),
        Decimal("123456789012.1234567891"),
        '"123456789012.1234567891"',
    ),
    "a padded option": (Occ(), OPTION, f'"{OPTION}"'),
    "a compact option": (Occ(padded=False), OPTION, '"SPY270115C00415000"'),
    "a marked symbol": (SLASHED, "MESM7", '"/MESM7"'),
}


@pytest.mark.parametrize(("form", "value", "text"), WRITTEN.values(), ids=WRITTEN)
def test_what_can_be_written_reads_back(form: Any, value: Any, text: str) -> None:
    """A value that is not refused has one text, and that text means the value."""
    assert form.refusal(value) is None
    assert text == json.dumps(form.write(value))
    assert value == form.read(loads(text))


REFUSED = {
    "a fraction of a count": (COUNT, Decimal("1.5"), "1.5 is not a whole number"),
    "too few": (COUNT, Decimal(0), "0 is less than 1"),
    "too many": (COUNT, Decimal(101), "101 is more than 100"),
    "too close to zero": (FINE, Decimal("-0.00009"), "-0.00009 is closer to zero than 0.0001"),
    "more digits than a double keeps": (
        Number(),
        Decimal("123456789012.1234567891"),
        "123456789012.1234567891 would become 123456789012.12346 in the broker's JSON number",
    ),
    "text too long": (Text(3), "abcd", "it has 4 characters, and 0 to 3 are taken"),
    "text too short": (Text(3, 1), "", "it has 0 characters, and 1 to 3 are taken"),
    "text of another form": (Text(3, 0, "[A-Z]*", "capital letters"), "a", "'a' is not capital"),
    "a control character": (Text(3), "a\n", "U+000A at position 1"),
    "half a character": (Text(3), "\ud800", "U+D800"),
    "no text at all": (Text(3), 5, "5 is not text"),
    "another word": (SIDES, None, "it is not one of BUY, SELL"),
    "what can be no word": (SIDES, [], "it is not one of BUY, SELL"),
    "a boolean for an integer": (Integer(0, 9), True, "True is not an integer"),
    "an integer out of bounds": (Integer(0, 9), 10, "10 is not between 0 and 9"),
    "a number for a flag": (Flag(), 1, "1 is neither true nor false"),
    "text for an id": (Uuid(), str(ID), "is not a UUID"),
    "a share for an option": (Occ(), "SPY", "'SPY' is not an OCC option symbol"),
    "a marked symbol of another form": (SLASHED, "mes", "'mes' is not a code"),
    "a fraction as text": (Number(text=True, whole=True), Decimal("1.5"), "is not a whole number"),
}


@pytest.mark.parametrize(("form", "value", "why"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_written_is_refused_with_the_reason(form: Any, value: Any, why: str) -> None:
    """The reason names the value and the bound."""
    assert why in form.refusal(value)


EITHER = Number(either=True)

UNREADABLE = {
    "a number as text": (Number(), '"4150"'),
    "a boolean for a number": (Number(), "true"),
    "null for a number": (Number(), "null"),
    "a number that is none": (Number(), "NaN"),
    "a number out of bounds": (Number(), "1e400"),
    "a number of too many digits": (Number(), "0.12345678901"),
    "a fraction of a count": (COUNT, "1.5"),
    "a number for text": (Text(3), "5"),
    "a moment without a zone": (Instant(), '"2026-01-02T21:00:00"'),
    "a moment that never was": (Instant(), '"2026-02-30T21:00:00Z"'),
    "seconds for a moment": (Instant(), "1700000000"),
    "a word in another case": (SIDES, '"BUY"'),
    "a list for a word": (SIDES, "[]"),
    "text for an integer": (Integer(0, 9), '"5"'),
    "a fraction for an integer": (Integer(0, 9), "5.0"),
    "an integer out of bounds": (Integer(0, 9), "10"),
    "text for a flag": (Flag(), '"true"'),
    "an id without hyphens": (Uuid(), f'"{ID.hex}"'),
    "a number for an id": (Uuid(), "5"),
    "a number for text of one": (CENTS, "4150.5"),
    "an exponent in text": (CENTS, '"4e3"'),
    "a sign in text": (CENTS, '"+4"'),
    "a space in text": (CENTS, '" 4"'),
    "no digits in text": (CENTS, '""'),
    "words for either": (EITHER, '"four"'),
    "a share for an option": (Occ(), '"SPY"'),
    "a number for an option": (Occ(), "5"),
    "a compact option": (Occ(), '"SPY270115C00415000"'),
    "a padded option": (Occ(padded=False), f'"{OPTION}"'),
    "a symbol without its mark": (SLASHED, '"MESM7"'),
    "a number for a marked symbol": (SLASHED, "5"),
    "a mark without a symbol": (SLASHED, '"/"'),
}


@pytest.mark.parametrize(("form", "text"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_a_format_does_not_take_is_unreadable(form: Any, text: str) -> None:
    """Nothing that merely looks like the value is read as the value."""
    with pytest.raises(Unreadable) as caught:
        form.read(loads(text))
    assert str(caught.value)


def test_a_number_is_the_same_however_it_is_spelt() -> None:
    """JSON has many spellings of one number, and they all mean that number."""
    spellings = ("4200", "4200.0", "4200.00", "4.2e3", "42E2", "42e+02")
    assert {Decimal(4200)} == {Number().read(loads(text)) for text in spellings}


def test_what_is_no_key_is_none_of_the_words() -> None:
    """A word that is said by leaving the key out is not among those that can stand there."""
    words = Words({Side.BUY: ABSENT, Side.SELL: "Sell"})
    assert ABSENT is words.write(Side.BUY)
    with pytest.raises(Unreadable, match=r"^'Buy' is not one of Sell$"):
        words.read("Buy")


def test_a_table_with_a_word_twice_cannot_be_declared() -> None:
    """A word that stood for two values could not be read back."""
    with pytest.raises(AdapterError, match="two values share a word in Trade of BUY, Trade of"):
        Words({Side.BUY: "Trade", Side.SELL: "Trade"})


FORMATS = [
    *(Number(), COUNT, FINE, Text(5), Instant(), SIDES, Integer(0, 9), Flag(), Uuid()),
    *(CENTS, EITHER, attrs.evolve(CENTS, either=True), Occ(), Occ(padded=False), SLASHED),
]


@given(st.sampled_from(FORMATS), hostile_values())
def test_whatever_is_read_is_read_or_unreadable(form: Any, wire: Any) -> None:
    """Reading ends in a value that can be written, or in one kind of error."""
    try:
        value = form.read(wire)
    except Unreadable:
        return
    assert form.refusal(value) is None
    assert value == form.read(form.write(value))


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=10, min_value=-(10**11), max_value=10**11
    )
)
def test_a_number_that_is_written_survives_a_double(value: Decimal) -> None:
    """What is written means to a reader with doubles exactly the decimal, or is refused."""
    if Number().refusal(value) is None:
        assert value == Decimal(repr(json.loads(json.dumps(Number().write(value)))))
    else:
        assert value != Decimal(repr(float(value)))


def test_text_is_padded_whatever_the_thread_has_set() -> None:
    """A number as text has its decimals in a context of three digits too."""
    with localcontext() as context:
        context.prec = 3
        form = Number(text=True, decimals=2)
        written = [form.write(Decimal(text)) for text in ("150", "1234.5", "0.12345", "-3.1")]
    assert ["150.00", "1234.50", "0.12345", "-3.10"] == written


@given(amounts(), st.integers(0, 10), st.booleans())
def test_a_number_as_text_is_any_number(value: Decimal, decimals: int, either: bool) -> None:
    """Nothing is lost in text, and it has as many decimals as are wanted, or more."""
    form = Number(text=True, decimals=decimals, either=either)
    assert form.refusal(value) is None
    text = form.write(value)
    assert isinstance(text, str)
    assert len(text.partition(".")[2]) >= decimals
    assert "E" not in text
    assert value == form.read(text) == Decimal(text)


@given(amounts())
def test_a_number_may_be_read_either_way(value: Decimal) -> None:
    """Where text and numbers are taken, both mean the number."""
    forms = (EITHER, Number(text=True, either=True))
    for form in (each for each in forms if each.refusal(value) is None):
        read = {form.read(format(value, "f")), form.read(loads(format(value, "f")))}
        assert {value} == read


@given(instants())
def test_a_moment_survives_its_text(moment: datetime) -> None:
    """Text to the microsecond and the offset lose nothing of a moment."""
    written = Instant().write(moment.astimezone(UTC))
    assert moment == Instant().read(written)


def test_an_id_that_is_one_already_is_read_as_it_is() -> None:
    """An option may be given as the value itself, and need not be spelt out."""
    assert ID is Uuid().read(ID)


@pytest.mark.parametrize("name", adapter_names())
def test_the_formats_of_options_write_what_they_read(name: str) -> None:
    """An option's value that is read can be put into an envelope again."""
    samples = (5, "x", True, str(ID), "2026-10", "Tradier")
    for option in adapter(name).options:
        for sample in samples:
            try:
                value = option.format.read(sample)
            except Unreadable:
                continue
            assert value == option.format.read(option.format.write(value))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1.50", "1.5 is not a whole number"),
        ("200.0", "200 is more than 100"),
        ("1000", "1000 is more than 100"),
        ("-10.0", "-10 is less than 1"),
    ],
)
def test_equal_numbers_are_refused_in_the_same_words(text: str, why: str) -> None:
    """A number that nobody has normalised is shown without the zeros at its end."""
    assert why == COUNT.refusal(Decimal(text))
