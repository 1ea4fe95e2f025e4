"""Futures symbols: month codes, and the years that their last digits stand for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.otoco.conftest import findings, outcome

from otoco import FutureSymbol, future_symbol, read_future_symbol

roots = st.from_regex(r"[A-Z0-9]{1,6}", fullmatch=True).filter(str.isascii)


@pytest.mark.parametrize(
    ("root", "year", "month", "digits", "symbol"),
    [
        ("MES", 2027, 6, 1, "MESM7"),
        ("MES", 2027, 6, 2, "MESM27"),
        ("ES", 2030, 12, 1, "ESZ0"),
        ("6E", 2005, 3, 2, "6EH05"),
        ("M2K", 2026, 1, 1, "M2KF6"),
    ],
)
def test_a_contract_is_spelt_with_its_month_code(
    root: str, year: int, month: int, digits: int, symbol: str
) -> None:
    """The symbol is the root, the month's code letter, and the last digits of the year."""
    assert symbol == future_symbol(root, year, month, year_digits=digits)


def test_the_month_codes_of_a_year() -> None:
    """January to December are F G H J K M N Q U V X Z."""
    codes = [future_symbol("ES", 2027, month)[2] for month in range(1, 13)]
    assert "FGHJKMNQUVXZ" == "".join(codes)


@given(roots, st.integers(2000, 2099), st.integers(1, 12), st.dates(date(2000, 1, 1)))
def test_two_digits_read_back_on_any_day(root: str, year: int, month: int, day: date) -> None:
    """A symbol with two digits of its year says the same contract whatever the day."""
    symbol = future_symbol(root, year, month, year_digits=2)
    assert FutureSymbol(root, year, month) == read_future_symbol(symbol, on=day)


@given(roots, st.dates(date(2000, 1, 1), date(2089, 12, 31)), st.integers(0, 119))
def test_one_digit_is_the_next_such_contract(root: str, day: date, ahead: int) -> None:
    """One digit names the contract of the next ten years, the current month's included."""
    years, month = divmod(day.month - 1 + ahead, 12)
    symbol = future_symbol(root, day.year + years, month + 1)
    assert FutureSymbol(root, day.year + years, month + 1) == read_future_symbol(symbol, on=day)


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2027, 6, 30), 2027), (date(2027, 7, 1), 2037), (date(2017, 12, 31), 2027)],
)
def test_a_contract_is_past_when_its_month_is_over(day: date, year: int) -> None:
    """On the last day of its month a contract is this year's, on the next day in ten years."""
    assert FutureSymbol("MES", year, 6) == read_future_symbol("MESM7", on=day)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("", 2027, 6, 1), ["root"]),
        (("mes", 2027, 6, 1), ["root"]),
        (("ABCDEFG", 2027, 6, 1), ["root"]),
        (("M\uff12K", 2027, 6, 1), ["root"]),
        ((None, 2027, 6, 1), ["root"]),
        (("MES", 1999, 6, 1), ["year"]),
        (("MES", 2100, 6, 1), ["year"]),
        (("MES", 27, 6, 1), ["year"]),
        (("MES", "2027", 6, 1), ["year"]),
        (("MES", 2027.5, 6, 1), ["year"]),
        (("MES", 2027, 0, 1), ["month"]),
        (("MES", 2027, 13, 1), ["month"]),
        (("MES", 2027, None, 1), ["month"]),
        (("MES", 2027, True, 1), ["month"]),
        (("MES", 2027, 6, 0), ["year_digits"]),
        (("MES", 2027, 6, 4), ["year_digits"]),
        (("", 1, 0, 3), ["root", "year", "month", "year_digits"]),
    ],
)
def test_what_no_symbol_says_is_refused(arguments: tuple[Any, ...], expected: list[str]) -> None:
    """Every part that no symbol can say is a value problem under its own name."""
    *rest, digits = arguments
    found = findings(lambda: future_symbol(*rest, year_digits=digits))
    assert [(name, "value") for name in expected] == found


@pytest.mark.parametrize(
    "symbol",
    ["", "MES", "MESM", "M7", "MESA7", "MESM127", "mesM7", "MESm7", "MESM7 ", "/MESM7",
     "MESM\u0667", "ABCDEFGM7", "MESM7\n", None, 7],
)  # fmt: skip
def test_what_is_no_futures_symbol_is_refused(symbol: Any) -> None:
    """Text without root, month code and one or two digits of a year is a value problem."""
    assert [("symbol", "value")] == findings(read_future_symbol, symbol, on=date(2027, 1, 1))


@given(st.text(max_size=10) | st.from_regex(r"[A-Z0-9]{1,7}[FGHJKMNQUVXZ][0-9]{1,3}"))
def test_any_text_is_a_symbol_or_refused(text: str) -> None:
    """A symbol that is read is spelt again as it was."""
    found = outcome(lambda symbol: read_future_symbol(symbol, on=date(2030, 5, 17)), text)
    if isinstance(found, FutureSymbol):
        digits = 2 if text[-2].isdigit() else 1
        assert text == future_symbol(*found, year_digits=digits)
    else:
        assert [("symbol", "value")] == found
