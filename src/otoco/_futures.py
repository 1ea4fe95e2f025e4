"""Futures symbols: root, month code and year, such as ``MESM7`` for June 2027."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, NamedTuple

from otoco._problems import InvalidOrder, Problem, shown

#: The month codes of the futures exchanges, January to December.
MONTH_CODES: Final = "FGHJKMNQUVXZ"

_SYMBOL: Final = re.compile(rf"([A-Z0-9]{{1,6}}?)([{MONTH_CODES}])([0-9]{{1,2}})", re.ASCII)
_ROOT: Final = re.compile(r"[A-Z0-9]{1,6}", re.ASCII)
_CENTURY: Final = 2000
_YEARS: Final = range(_CENTURY, _CENTURY + 100)
_DIGITS: Final = range(1, 3)
_MONTHS: Final = range(1, len(MONTH_CODES) + 1)


class FutureSymbol(NamedTuple):
    """What a futures symbol says: the product's root, and year and month of the contract."""

    root: str
    year: int
    month: int


def future_symbol(root: str, year: int, month: int, *, year_digits: int = 1) -> str:
    """The symbol of a contract, with the last one or two digits of its year.

    Raises:
        InvalidOrder: for a root, year, month or number of digits that no symbol can say.

    """
    digits = "the year has 1 or 2 digits"
    problems = [
        Problem(where, "value", f"{shown(value)} does not fit: {rule}.")
        for where, value, good, rule in (
            ("root", root, _matches(_ROOT, root), "a root is one to six capitals and digits"),
            ("year", year, _among(_YEARS, year), "the year lies in 2000 to 2099"),
            ("month", month, _among(_MONTHS, month), "the month lies in 1 to 12"),
            ("year_digits", year_digits, _among(_DIGITS, year_digits), digits),
        )
        if not good
    ]
    if problems:
        raise InvalidOrder(problems)
    return f"{root}{MONTH_CODES[month - 1]}{year % 10**year_digits:0{year_digits}}"


def read_future_symbol(symbol: str, *, on: date) -> FutureSymbol:
    """What a futures symbol says on a given day.

    A year of one digit is the first one in which the contract's month is not over on that day; a
    year of two digits lies in 2000 to 2099.

    Raises:
        InvalidOrder: for text that is no futures symbol.

    """
    match = _SYMBOL.fullmatch(symbol) if _matches(_SYMBOL, symbol) else None
    if match is None:
        why = f"{shown(symbol)} is not a root, a month code of {MONTH_CODES} and a year."
        raise InvalidOrder([Problem("symbol", "value", why, 'Write it as "MESM7".')])
    root, code, digits = match.groups()
    month = MONTH_CODES.index(code) + 1
    if len(digits) > 1:
        return FutureSymbol(root, _CENTURY + int(digits), month)
    first = on.year if month >= on.month else on.year + 1
    return FutureSymbol(root, first + (int(digits) - first) % 10, month)


def _among(numbers: range, value: object) -> bool:
    return type(value) is int and value in numbers


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
