"""Exact numbers. Every price, quantity and distance is a ``Decimal`` that no float has touched."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation
from functools import lru_cache
from typing import TypeAlias

from otoco._problems import shown

#: What a constructor takes for a number. A float stands for its shortest text.
Number: TypeAlias = Decimal | int | str | float

INTEGER_DIGITS = 12
DECIMALS = 10

# The library's own context: wide enough to be exact, and deaf to what the caller's thread has set.
_EXACT = Context(prec=80, rounding=ROUND_HALF_EVEN, traps=[Inexact, InvalidOperation])
_NUMERAL = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)
_HUGE_EXPONENT = re.compile(r"[eE][+-]?0*[1-9][0-9]{3,}", re.ASCII)
_INTEGRAL = re.compile(r"-?(?:0|[1-9][0-9]{0,18})", re.ASCII)
_LONGEST = 64
_ROUGH = Context(prec=80, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation])
_ONE = Decimal(1)
SMALLEST = Decimal(1).scaleb(-DECIMALS)
_LIMITS = f"at most {INTEGER_DIGITS} integer digits and {DECIMALS} decimals"


class Numeral(str):
    """A number as it stood in a JSON text, kept as text so that nothing is lost on the way."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)

    def value(self) -> int | Decimal:
        """The number itself: an integer where it is spelt as one."""
        number = integer(self)
        return exact(self) if number is None else number


class InexactNumber(ValueError):
    """A value that is no exact number within bounds; it says why, and ``fix`` what to write."""

    def __init__(self, why: str, fix: str) -> None:
        self.fix = fix
        super().__init__(why)


def exact(value: Number) -> Decimal:
    """The number that ``value`` spells, normalised: ``4150.00`` is ``4150``, ``1E+3`` is ``1000``.

    Raises:
        InexactNumber: for NaN, infinities, booleans, digits other than 0 to 9, underscores, spaces
            and anything beyond 12 integer digits and 10 decimals.

    """
    kind = type(value)
    if kind is str or kind is Numeral:
        return _from_text(value)
    if kind is Decimal:
        return _from_decimal(value)  # type: ignore[arg-type]  # the line above tells its type
    if kind is int:
        if abs(value) >= 10**INTEGER_DIGITS:  # type: ignore[arg-type]  # nor that it is an int
            raise InexactNumber(
                f"an integer of more than {INTEGER_DIGITS} digits is out of bounds",
                f"Give {_LIMITS}.",
            )
        return Decimal(value)
    if kind is float:
        return _from_text(repr(value))
    raise InexactNumber(
        f"{shown(value)} is a {kind.__name__} and not a number",
        'Write a Decimal, an int or text such as "4150.25".',
    )


def plain(value: Decimal) -> str:
    """The number as text without an exponent: ``1000``, ``0.0001``."""
    return format(value, "f")


def integer(value: object) -> int | None:
    """The integer that ``value`` is: an ``int``, or one spelt out in JSON; else ``None``.

    Text is no integer, and neither is ``1.9`` nor ``True``.
    """
    if type(value) is int:
        return value
    if type(value) is Numeral and _INTEGRAL.fullmatch(value):
        return int(value)
    return None


def is_multiple(value: Decimal, step: Decimal) -> bool:
    """Whether ``value`` is a whole number of steps."""
    return not _EXACT.remainder(value, step)


def add(left: Decimal, right: Decimal) -> Decimal:
    """The exact sum, whatever precision the caller's thread has set."""
    return _EXACT.add(left, right)


def shift(value: Decimal, places: int) -> Decimal:
    """The number with its decimal point moved, to the right if ``places`` is above zero."""
    return _tidy(value.scaleb(places, context=_EXACT))


def subtract(left: Decimal, right: Decimal) -> Decimal:
    """The exact difference."""
    return _EXACT.subtract(left, right)


def mean(fills: Iterable[tuple[Decimal, Decimal | None]]) -> Decimal | None:
    """The average price of fills (quantity, price), to ten decimals; ``None`` if one is unknown."""
    total = paid = Decimal(0)
    for quantity, price in fills:
        if price is None:
            return None
        total, paid = add(total, quantity), add(paid, _EXACT.multiply(quantity, price))
    return round_to(_ROUGH.divide(paid, total), SMALLEST, ROUND_HALF_EVEN)


def round_to(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    """The multiple of ``step`` that ``rounding`` (a mode of :mod:`decimal`) picks for ``value``."""
    steps = _ROUGH.divide(value, step).to_integral_value(rounding, _ROUGH)
    return _tidy(_EXACT.multiply(steps, step))


@lru_cache(maxsize=8192)
def _from_text(text: str) -> Decimal:
    if len(text) > _LONGEST:
        raise InexactNumber(
            f"a number of {len(text)} characters is out of bounds", f"Give {_LIMITS}."
        )
    if not _NUMERAL.fullmatch(text):
        raise InexactNumber(f"{shown(text)} is not a number", _right_spelling(text))
    if _HUGE_EXPONENT.search(text):
        raise InexactNumber(f"{shown(text)} is out of bounds", f"Give {_LIMITS}.")
    return _from_decimal(Decimal(text))


@lru_cache(maxsize=8192)
def _normal(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int), "infinities and NaN were refused before"
    if value.adjusted() >= INTEGER_DIGITS or exponent < -_LONGEST:
        raise InexactNumber(f"{shown(str(value))} is out of bounds", f"Give {_LIMITS}.")
    value = _tidy(value)
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int), "as above"
    if exponent < -DECIMALS:
        near = plain(round_to(value, SMALLEST, ROUND_HALF_EVEN))
        raise InexactNumber(f"{value} has {-exponent} decimals", f'Write "{near}": {_LIMITS}.')
    return value


def _tidy(value: Decimal) -> Decimal:
    """The same number without trailing zeros, exponent or a sign on zero."""
    if not value:
        return Decimal(0)
    value = value.normalize(_EXACT)
    return (
        value.quantize(_ONE, context=_EXACT)
        if value.adjusted() >= len(value.as_tuple().digits)
        else value
    )


def _from_decimal(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise InexactNumber(
            f"{shown(str(value))} is not a number one can trade at", "Give a finite number."
        )
    return _normal(value)


def _right_spelling(text: str) -> str:
    """How the text would be written right, where a plain number shines through."""
    candidate = text.strip().replace("_", "").replace(",", "").lstrip("$+")
    candidate = f"0{candidate}" if candidate.startswith(".") else candidate.removesuffix(".")
    if _NUMERAL.fullmatch(candidate):
        return f'Write "{candidate}".'
    return 'Write plain digits, such as "4150.25".'
