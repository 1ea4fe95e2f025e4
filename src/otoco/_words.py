"""The words of the trade: the closed sets of values that an order is written in."""

from __future__ import annotations

from enum import StrEnum


class Side(StrEnum):
    """Whether a leg buys or sells."""

    BUY = "BUY"
    SELL = "SELL"

    @property
    def opposite(self) -> Side:
        """The side that undoes this one."""
        return Side.SELL if self is Side.BUY else Side.BUY


class TimeInForce(StrEnum):
    """How long a leg stays alive.

    ``UNSTATED`` says that the broker decides; it is no leg's default, and only :func:`ladder` gives
    it unasked. ``GTD`` is the only one that goes with an expiry time, and always does.
    """

    DAY = "DAY"
    GTC = "GTC"
    GTD = "GTD"
    IOC = "IOC"
    FOK = "FOK"
    UNSTATED = "UNSTATED"

    @property
    def is_immediate(self) -> bool:
        """Whether it ends at once, filled or not, so that a leg cannot rest with it."""
        return self in (TimeInForce.IOC, TimeInForce.FOK)


class InstrumentType(StrEnum):
    """What kind of thing a symbol names. It is never guessed from the symbol."""

    EQUITY = "EQUITY"
    OPTION = "OPTION"
    FUTURE = "FUTURE"
    CRYPTOCURRENCY = "CRYPTOCURRENCY"
    CRYPTOCURRENCY_PAIR = "CRYPTOCURRENCY_PAIR"
    FOREX = "FOREX"


class PositionEffect(StrEnum):
    """Whether a fill is meant to open or to close a position. A leg may leave it unstated."""

    OPEN = "OPEN"
    CLOSE = "CLOSE"


class OptionRight(StrEnum):
    """The right an option gives: to buy (CALL) or to sell (PUT)."""

    CALL = "CALL"
    PUT = "PUT"


class Role(StrEnum):
    """What a leg is in its order, by its position in the tree."""

    TRIGGER = "TRIGGER"
    CONDITIONAL = "CONDITIONAL"
    PEER = "PEER"


class Shape(StrEnum):
    """The overall form of an order.

    ``LADDER`` is an OTO whose conditionals are exits, or pairs of exits, that share out the
    trigger's quantity. ``NESTED`` is every other order with a group where a leg could stand.
    """

    SINGLE = "SINGLE"
    OCO = "OCO"
    OTO = "OTO"
    OTOCO = "OTOCO"
    LADDER = "LADDER"
    NESTED = "NESTED"
