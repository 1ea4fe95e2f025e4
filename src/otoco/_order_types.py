"""Order types: each carries exactly the prices it needs, so none can be left out.

A price is a ``Decimal``, or an :class:`Offset` from the fill of the trigger above the leg. A trail
is a distance in price points. Each class says in three tables what the rest of the library needs:
``PRICES`` names its prices and their keys in a document, ``RESTS`` which price decides whether it
would execute at once, and how, ``FILLS_AT`` the prices at which it is expected to fill.
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar, NamedTuple, TypeAlias

import attrs

from otoco._numbers import Number, plain
from otoco._problems import Flaw, InvalidOrder, is_flaw, problems_in
from otoco._rebuilt import Rebuilt
from otoco._values import to_number, to_positive


def _to_points(value: Number) -> Any:
    return to_number(value, "price")


@attrs.frozen
class Offset(Rebuilt):
    """A signed distance in price points, added to the price at which the trigger above fills."""

    points: Decimal = attrs.field(converter=_to_points)

    def __attrs_post_init__(self) -> None:
        if is_flaw(self.points):
            raise InvalidOrder(problems_in({"offset": self.points}))

    def __str__(self) -> str:
        return f"the fill {'-' if self.points < 0 else '+'} {plain(self.points.copy_abs())}"


Price: TypeAlias = Decimal | Offset
PriceLike: TypeAlias = Price | Number


def points(price: Price) -> Decimal:
    """The number in a price: itself, or the distance."""
    return price.points if isinstance(price, Offset) else price


def price_text(price: Price) -> str:
    """A price as it may stand in a sentence."""
    return str(price) if isinstance(price, Offset) else plain(points(price))


class Rest(Enum):
    """How a resting leg waits: for a price at least as good, or for one that goes through."""

    FOR_BETTER = "better"
    FOR_WORSE = "worse"


class Resting(NamedTuple):
    """Which price of an order type it rests at, and how."""

    price: str
    how: Rest


def _to_price(value: PriceLike) -> Any:
    return value if type(value) is Offset else to_number(value, "price")


def _to_optional_price(value: PriceLike | None) -> Any:
    return None if value is None else _to_price(value)


def _to_trail(value: Number) -> Any:
    return to_positive(value, "price", "the trail")


class OrderType(Rebuilt):
    """The base of the order types; see the module for what the tables mean."""

    __slots__ = ()

    NAME: ClassVar[str]
    PRICES: ClassVar[dict[str, str]] = {}
    OPTIONAL: ClassVar[frozenset[str]] = frozenset()
    RESTS: ClassVar[Resting | None] = None
    FILLS_AT: ClassVar[tuple[str, ...]] = ()

    def __attrs_post_init__(self) -> None:
        for attribute in self.PRICES:
            if type(getattr(self, attribute)) is Flaw:
                raise InvalidOrder(
                    problems_in({key: getattr(self, name) for name, key in self.PRICES.items()})
                )

    def prices(self) -> list[tuple[str, Price]]:
        """Every price that is there, with its key in a document."""
        return [
            (key, price)
            for attribute, key in self.PRICES.items()
            if (price := getattr(self, attribute)) is not None
        ]


@attrs.frozen
class Market(OrderType):
    """Execute at once, at the best price there is."""

    NAME = "MARKET"


@attrs.frozen
class Limit(OrderType):
    """Execute at ``price`` or better."""

    NAME = "LIMIT"
    PRICES = {"price": "limit_price"}
    RESTS = Resting("price", Rest.FOR_BETTER)
    FILLS_AT = ("price",)

    price: Price = attrs.field(converter=_to_price)


@attrs.frozen
class Stop(OrderType):
    """Become a market order once the market trades at ``price`` or through it."""

    NAME = "STOP"
    PRICES = {"price": "stop_price"}
    RESTS = Resting("price", Rest.FOR_WORSE)
    FILLS_AT = ("price",)

    price: Price = attrs.field(converter=_to_price)


@attrs.frozen
class StopLimit(OrderType):
    """Become a limit order at ``limit`` once the market trades at ``stop`` or through it."""

    NAME = "STOP_LIMIT"
    PRICES = {"stop": "stop_price", "limit": "limit_price"}
    RESTS = Resting("stop", Rest.FOR_WORSE)
    FILLS_AT = ("stop", "limit")

    stop: Price = attrs.field(converter=_to_price)
    limit: Price = attrs.field(converter=_to_price)


@attrs.frozen
class MarketIfTouched(OrderType):
    """Become a market order once the market trades at ``touch`` or better."""

    NAME = "MARKET_IF_TOUCHED"
    PRICES = {"touch": "touch_price"}
    RESTS = Resting("touch", Rest.FOR_BETTER)
    FILLS_AT = ("touch",)

    touch: Price = attrs.field(converter=_to_price)


@attrs.frozen
class LimitIfTouched(OrderType):
    """Become a limit order at ``limit`` once the market trades at ``touch`` or better."""

    NAME = "LIMIT_IF_TOUCHED"
    PRICES = {"touch": "touch_price", "limit": "limit_price"}
    RESTS = Resting("touch", Rest.FOR_BETTER)
    FILLS_AT = ("touch", "limit")

    touch: Price = attrs.field(converter=_to_price)
    limit: Price = attrs.field(converter=_to_price)


@attrs.frozen
class TrailingStop(OrderType):
    """A stop that follows the market ``trail`` points behind it; ``stop`` is where it starts."""

    NAME = "TRAILING_STOP"
    PRICES = {"trail": "trail", "stop": "stop_price"}
    OPTIONAL = frozenset({"stop"})
    RESTS = Resting("stop", Rest.FOR_WORSE)

    trail: Decimal = attrs.field(converter=_to_trail)
    stop: Price | None = attrs.field(converter=_to_optional_price, default=None)


@attrs.frozen
class TrailingStopLimit(OrderType):
    """A trailing stop that becomes a limit order at ``limit``."""

    NAME = "TRAILING_STOP_LIMIT"
    PRICES = {"trail": "trail", "stop": "stop_price", "limit": "limit_price"}
    OPTIONAL = frozenset({"stop"})
    RESTS = Resting("stop", Rest.FOR_WORSE)

    trail: Decimal = attrs.field(converter=_to_trail)
    stop: Price | None = attrs.field(converter=_to_optional_price)
    limit: Price = attrs.field(converter=_to_price)


ORDER_TYPES: dict[str, type[OrderType]] = {
    kind.NAME: kind
    for kind in (
        Market,
        Limit,
        Stop,
        StopLimit,
        MarketIfTouched,
        LimitIfTouched,
        TrailingStop,
        TrailingStopLimit,
    )
}
