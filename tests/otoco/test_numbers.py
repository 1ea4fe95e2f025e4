"""Numbers: what is taken for one, how it is kept, and that no decimal context changes it."""

from __future__ import annotations

from decimal import (
    ROUND_DOWN,
    ROUND_HALF_EVEN,
    ROUND_UP,
    Context,
    Decimal,
    DefaultContext,
    localcontext,
)
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.otoco.conftest import XYZ, decimal_context, findings, numbers, orders, outcome

from otoco import (
    Instrument,
    InvalidOrder,
    Limit,
    Offset,
    OptionRight,
    Order,
    Rounding,
    adapter,
    bracket,
    buy,
    fit,
    from_json,
    sell,
    to_json,
)
from otoco._json import loads
from otoco._numbers import Numeral, add, mean, round_to, subtract

HOSTILE = {
    "two digits": Context(prec=2),
    "another rounding": Context(prec=2, rounding=ROUND_UP),
    "all traps": Context(prec=2, traps=list(DefaultContext.traps)),
    "no traps": Context(prec=1, traps=[]),
    "tiny exponents": Context(prec=3, Emin=0, Emax=1, clamp=1, capitals=0),
}
hostile = pytest.mark.parametrize("context", HOSTILE.values(), ids=HOSTILE)

# Python's own text of the same numbers, to compare with.
decimal_texts = st.tuples(
    st.sampled_from(["", "-", "+"]), st.integers(0, 10**12 - 1), st.integers(0, 10**10 - 1)
).map(lambda parts: f"{parts[0]}{parts[1]}.{parts[2]:010}")


def price(value: Any) -> Any:
    """The number as it is kept in a price."""
    return Limit(value).price


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("4150.00", "4150"),
        ("1E+3", "1000"),
        ("1e3", "1000"),
        ("25E-2", "0.25"),
        (Decimal("1E+3"), "1000"),
        (Decimal("4150.00"), "4150"),
        ("-0", "0"),
        (Decimal("-0.000"), "0"),
        (-0.0, "0"),
        (0, "0"),
        ("+7", "7"),
        ("007.50", "7.5"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (4.35, "4.35"),
        (-12, "-12"),
        (999_999_999_999, "999999999999"),
        ("-999999999999.9999999999", "-999999999999.9999999999"),
        ("0.0000000001", "0.0000000001"),
        ("1.00000000000000000", "1"),
    ],
)
def test_a_number_is_kept_normalised(value: Any, kept: str) -> None:
    """Every spelling of a number is kept as the same digits, without exponent or final zeros."""
    assert kept == format(price(value), "f")


@given(decimal_texts)
def test_text_is_read_exactly(text: str) -> None:
    """The number that is kept is the one that the text spells, digit for digit."""
    assert Fraction(text) == Fraction(price(text))


@given(numbers)
def test_text_and_decimal_are_one_number(number: Decimal) -> None:
    """A decimal and its text are kept as one and the same value, print the same and hash equal."""
    kept = {price(number), price(str(number)), price(f"{number:f}")}
    assert [format(price(number), "f")] == [format(each, "f") for each in kept]


@given(st.integers(-(10**12) + 1, 10**12 - 1))
def test_an_integer_is_itself(number: int) -> None:
    """An integer within bounds is kept exactly."""
    assert number == int(price(number))


@given(st.floats(-1e11, 1e11).filter(lambda number: "e-" not in repr(number)))
def test_a_float_stands_for_its_shortest_text(number: float) -> None:
    """A float is its shortest text where that is within ten decimals, and refused elsewhere."""
    text = repr(number)
    if len(text.partition(".")[2]) <= 10:
        assert Decimal(text) == price(number)
    else:
        assert [("limit_price", "price")] == findings(Limit, number)


@pytest.mark.parametrize(
    "value",
    [
        "NaN", "nan", "-NaN", "sNaN", "NaN123", "inf", "Infinity", "-Infinity",
        Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity"), Decimal("NaN" + "7" * 5000),
        float("nan"), float("inf"), float("-inf"),
        "1e400", "1E-400", "1e99999999999", Decimal("1e400"), Decimal("1E-400"), 1e300, 5e-324,
        10**12, -(10**12), 10**5000, Decimal(10**5000), "1" * 5000, "0." + "0" * 5000 + "1",
        "1000000000000", "0.00000000001", Decimal("0.00000000001"), "999999999999.99999999999",
        "\u0663", "\uff11\uff12", "\u096a", "\u00b2", "\u00bd",
        "1_000", "1__0", "_1", "1,000", "1.000,5", " 1", "1 ", "1\n",
        "", " ", ".", "-", "+", "--1", "+-1", "1.", ".5", "1..2", "1.2.3", "e5", "1e", "1e+",
        "0x10", "1/2", "$5", "1 000", "\u22121", "\x001", "1\x00", "\ud800", "abc",
        True, False, None, [], {}, (), b"1", bytearray(b"1"), 1j, object(), Fraction(1, 2), Limit,
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_is_no_number_is_refused(value: Any) -> None:
    """NaN, infinities, booleans, foreign digits, separators, what is out of bounds: all refused."""
    with pytest.raises(InvalidOrder) as caught:
        Limit(value)
    (problem,) = caught.value.problems
    assert ("limit_price", "price") == (problem.where, problem.code)
    assert problem.fix
    assert len(str(problem)) < 400, "a sentence, however long the number"


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("1_000", '"1000"'),
        ("1,000.50", '"1000.50"'),
        (".5", '"0.5"'),
        ("5.", '"5"'),
        (" 5 ", '"5"'),
        ("$4150.25", '"4150.25"'),
        ("twelve", '"4150.25"'),
        (True, '"4150.25"'),
    ],
)
def test_the_message_shows_the_right_spelling(value: Any, right: str) -> None:
    """What is nearly a number is shown as it would be written right."""
    with pytest.raises(InvalidOrder) as caught:
        Limit(value)
    assert right in str(caught.value.problems[0].fix)


@given(st.text(max_size=20) | st.text("0123456789.eE+-_ ", max_size=12))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    """Whatever the text, it is read as Python's own exact number, or refused."""
    kept = outcome(price, text)
    if not isinstance(kept, Decimal):
        assert [("limit_price", "price")] == kept
    else:
        assert Fraction(text) == Fraction(kept)


def signs() -> list[str]:
    """Everything with arithmetic in it: numbers, options, ticks, geometry, documents and fits."""
    tenth = Instrument("MES", "FUTURE", "0.1", "0.01")
    order = bracket(
        buy("12.34", tenth, Limit("4150.1"), display_quantity="1.11"),
        take_profit="4150.2",
        stop_loss=Limit(Offset("0.3")),
    )
    fitted = fit(
        buy(1, XYZ, Limit("4150.123456")),
        adapter("snaptrade")(),
        instruments=Instrument("XYZ2", "EQUITY", "0.003"),
        rounding=Rounding.UP,
    )
    off = findings(buy, "1.005", tenth, Limit("4150.15"))
    option = Instrument.option("AAPL", "2025-11-14", "12345.678", OptionRight.PUT)
    parts = Instrument("SPXW  251114P01234567", "OPTION").option_parts
    text = to_json(order)
    return [
        text, to_json(from_json(text)), to_json(fitted.order), str(fitted.changes), str(off),
        option.symbol, str(parts), str(order.advice),
        *(f"{price(value):f}" for value in ("12345.54321", Decimal("9876.54321"), 0.12345, 98765)),
    ]  # fmt: skip


@hostile
def test_the_threads_decimal_context_changes_nothing(context: Context) -> None:
    """Precision, rounding, exponents and traps of the calling thread change no number."""
    with decimal_context(context.copy()):
        found = signs()
    assert signs() == found


@hostile
@given(orders(), numbers)
def test_documents_and_numbers_are_deaf_to_the_context(
    context: Context, order: Order, number: Decimal
) -> None:
    """Reading and writing any order under a hostile context gives what it gives elsewhere."""
    text, kept = to_json(order), price(number)
    with decimal_context(context.copy()):
        assert text == to_json(from_json(text))
        assert kept == price(str(number))


@hostile
@given(st.integers(1, 99_999_999), st.sampled_from("CP"))
def test_option_symbols_are_deaf_to_the_context(context: Context, mills: int, right: str) -> None:
    """A strike survives the way into a symbol and back, whatever the calling thread has set."""
    symbol = f"XYZ   270115{right}{mills:08}"
    with decimal_context(context.copy()):
        parts = Instrument(symbol, "OPTION").option_parts
        assert parts is not None
        found = Instrument.option("XYZ", "2027-01-15", str(parts.strike), parts.right).symbol
    assert symbol == found
    assert Fraction(mills, 1000) == Fraction(parts.strike)


def test_an_option_seen_under_a_hostile_context_is_not_remembered_wrong() -> None:
    """What one thread's context did to an option is not served to the next thread from a cache."""
    symbol = "QQQ   270115C00123456"
    with localcontext(Context(prec=2)):
        Instrument(symbol, "OPTION")
    parts = Instrument(symbol, "OPTION").option_parts
    assert Decimal("123.456") == (parts and parts.strike)


@pytest.mark.parametrize("edge", ["999999999999.5", "-999999999999.5"])
def test_a_price_off_the_tick_at_the_bounds_is_off_tick(edge: str) -> None:
    """The neighbours on the tick may lie out of bounds; the problem is the tick all the same."""
    whole = Instrument("MES", "FUTURE", 1)
    assert [("limit_price", "off-tick")] == findings(sell, 1, whole, Limit(edge))


@given(numbers, numbers.filter(bool).map(abs))
def test_off_tick_is_what_the_tick_does_not_divide(number: Decimal, tick: Decimal) -> None:
    """A price is taken where it is a whole number of ticks, as rational arithmetic has it."""
    instrument = Instrument("MES", "FUTURE", tick)
    whole = (Fraction(number) / Fraction(tick)).denominator == 1
    if whole:
        assert number == buy(1, instrument, Limit(number)).prices()[0][1]
    else:
        assert [("limit_price", "off-tick")] == findings(buy, 1, instrument, Limit(number))


@pytest.mark.parametrize(
    ("value", "fix"),
    [
        (5j, 'Write a Decimal, an int or text such as "4150.25".'),
        (Decimal("Infinity"), "Give a finite number."),
        ("$5", 'Write "5".'),
        ("+$1,000", 'Write "1000".'),
        ("5$", 'Write plain digits, such as "4150.25".'),
        ("X5", 'Write plain digits, such as "4150.25".'),
        ("1" * 65, "Give at most 12 integer digits and 10 decimals."),
        ("NaN", 'Write plain digits, such as "4150.25".'),
        (
            "1.23456789015",
            'Write "1.2345678902": at most 12 integer digits and 10 decimals.',
        ),
    ],
)
def test_what_to_write_is_said_in_full(value: Any, fix: str) -> None:
    """A currency sign or a plus goes where it leads a number; all else is told what is taken."""
    with pytest.raises(InvalidOrder) as caught:
        Limit(value)
    assert fix == caught.value.problems[0].fix


@hostile
def test_a_sum_and_a_difference_are_exact(context: Context) -> None:
    """They have every digit, whatever the calling thread has set."""
    with decimal_context(context.copy()):
        total = add(Decimal("999999999999.5"), Decimal("0.0000000001"))
        rest = subtract(Decimal("999999999999.5"), Decimal("0.0000000001"))
    assert ("999999999999.5000000001", "999999999999.4999999999") == (f"{total:f}", f"{rest:f}")


@pytest.mark.parametrize(
    ("fills", "average"),
    [
        ([("2", "100")], "100"),
        ([("1", "10"), ("3", "14")], "13"),
        ([("1", "1"), ("2", "2")], "1.6666666667"),
        ([("1", "-4150.25"), ("1", "-4150.75")], "-4150.5"),
        ([("1", "0.0000000001"), ("1", "0.0000000002")], "0.0000000002"),
        ([("1", "0"), ("1", "0.0000000001")], "0"),
        ([("1", "10"), ("1", None)], None),
    ],
)
def test_the_average_price_of_fills(
    fills: list[tuple[str, str | None]], average: str | None
) -> None:
    """Weighted by quantity, to ten decimals, a half to the even digit; unknown where one is."""
    found = mean(
        (Decimal(quantity), None if paid is None else Decimal(paid)) for quantity, paid in fills
    )
    assert average == (None if found is None else f"{found:f}")


@pytest.mark.parametrize(
    ("value", "step", "rounding", "rounded"),
    [
        ("4150.3", "0.25", ROUND_UP, "4150.5"),
        ("4150.3", "0.25", ROUND_DOWN, "4150.25"),
        ("-4150.3", "0.25", ROUND_UP, "-4150.5"),
        ("4150.5", "0.25", ROUND_UP, "4150.5"),
        ("1499", "1000", ROUND_HALF_EVEN, "1000"),
        ("0.1", "1", ROUND_DOWN, "0"),
    ],
)
def test_a_number_is_rounded_to_a_step_as_told(
    value: str, step: str, rounding: str, rounded: str
) -> None:
    """The mode is the caller's, and what is a multiple already stays."""
    assert rounded == f"{round_to(Decimal(value), Decimal(step), rounding):f}"


def test_a_number_of_a_document_is_shown_as_it_was_written() -> None:
    """A message about a number of a JSON text repeats its very digits."""
    assert "1.50" == repr(loads("1.50"))


@pytest.mark.parametrize(
    ("text", "expected"), [("5", "5"), ("5e0", "Decimal('5')"), ("5.50", "Decimal('5.5')")]
)
def test_a_number_of_a_document_has_a_value(text: str, expected: str) -> None:
    """What is spelt as an integer is one, and all else is an exact decimal."""
    assert expected == repr(Numeral(text).value())


def test_a_text_of_64_characters_is_the_longest() -> None:
    """Zeros in front are taken as far as that goes."""
    assert Decimal(5) == price("5".zfill(64))


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("5".zfill(65), "a number of 65 characters is out of bounds"),
        ("1e4000", "'1e4000' is out of bounds"),
        ("1e400", "'1E+400' is out of bounds"),
        ("0.12345678901", "0.12345678901 has 11 decimals"),
        (10**12, "an integer of more than 12 digits is out of bounds"),
        (Decimal("-Infinity"), "'-Infinity' is not a number one can trade at"),
        ("1x", "'1x' is not a number"),
        (True, "True is a bool and not a number"),
    ],
)
def test_what_is_no_number_is_told_why(value: Any, why: str) -> None:
    """The sentence repeats what was given, or how long it was."""
    with pytest.raises(InvalidOrder) as caught:
        Limit(value)
    assert why in caught.value.problems[0].why


def test_a_decimal_of_64_decimals_is_the_longest() -> None:
    """Zeros at the end are taken as far as that goes."""
    assert Decimal("7654321.5") == price(Decimal("7654321.5" + "0" * 63))
    assert [("limit_price", "price")] == findings(Limit, Decimal("7654322.5" + "0" * 64))


@pytest.mark.parametrize("text", ["10", "1000", "4150", "4100", "-20", "0.5", "0"])
def test_a_number_is_kept_without_an_exponent(text: str) -> None:
    """Its digits are the ones that are printed, so that a whole number has no decimals at all."""
    for value in (text, f"{Decimal(text):e}", Decimal(f"{Decimal(text):e}"), f"{text}e0"):
        assert Decimal(text).as_tuple() == price(value).as_tuple()
