"""Stories of placing: an order, what goes wrong on its way, and what must be true afterwards.

A story is drawn from one text, so that whoever is told the text can play it again.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Final
from uuid import UUID

import attrs

from otoco import OCO, OTO, OTOCO, Instrument, Limit, Market, Order, Stop, buy, sell
from otoco.sandbox import Fault, FaultKind

_FUTURE: Final = Instrument("MESM7", "FUTURE", tick_size="0.25")
_SHARE: Final = Instrument("AAPL", "EQUITY", tick_size="0.01")
_ON_READS: Final = (FaultKind.DROP_AFTER, FaultKind.HALF_REPLY, FaultKind.UNAVAILABLE)
_ON_AUTH: Final = (*_ON_READS, FaultKind.SERVER_ERROR, FaultKind.REJECT, FaultKind.EMPTY_200)
_QUICK: Final = tuple(
    kind
    for kind in FaultKind
    if kind not in (FaultKind.SLOW_HEAD, FaultKind.SLOW_BODY, FaultKind.GZIP_BOMB)
)


@attrs.frozen
class Pace:
    """How long slow replies take, and how long a client waits; in seconds."""

    slowest: float
    least_deadline: float
    deadline: float


@attrs.frozen
class Story:
    """One order on its way to a broker, and what befalls it."""

    text: str
    broker: str
    order: Order
    intent: UUID
    fault: Fault | None
    on_read: Fault | None
    deadline: float
    on_auth: Fault | None
    is_told_twice: bool
    is_cancelled: bool
    is_checked: bool
    uses_async: bool


def drawn(text: str, pace: Pace) -> Story:
    """The story of a text."""
    random = Random(text)
    broker = random.choice(("tradovate", "snaptrade"))
    fault = _fault(random, pace)
    is_slow = fault is not None and fault.seconds > 0
    is_hasty = is_slow and random.random() < 0.5
    return Story(
        text=text,
        broker=broker,
        order=_order(random, broker),
        intent=UUID(int=random.getrandbits(128), version=4),
        fault=fault,
        on_read=Fault(random.choice(_ON_READS), on="read") if random.random() < 0.2 else None,
        deadline=pace.least_deadline if is_hasty else pace.deadline,
        on_auth=Fault(random.choice(_ON_AUTH), on="auth") if random.random() < 0.02 else None,
        is_cancelled=random.random() < 0.05,
        is_told_twice=random.random() < 0.1,
        is_checked=random.random() < 0.15,
        uses_async=random.random() < 0.1,
    )


def _fault(random: Random, pace: Pace) -> Fault | None:
    if random.random() < 0.2:
        return None
    if random.random() < 0.06:
        slow = random.choice((FaultKind.SLOW_HEAD, FaultKind.SLOW_BODY))
        return Fault(slow, seconds=random.uniform(0.1, 1) * pace.slowest)
    if random.random() < 0.005:
        return Fault(FaultKind.GZIP_BOMB)
    return Fault(random.choice(_QUICK))


def _order(random: Random, broker: str) -> Order:
    """An order that the broker takes, of one of the shapes that it takes."""
    instrument = _FUTURE if broker == "tradovate" else _SHARE
    make, close = (buy, sell) if random.random() < 0.5 else (sell, buy)
    way = 1 if make is buy else -1
    quantity, price = random.randrange(1, 5), Decimal(random.randrange(400, 4000))
    tif = random.choice(("DAY", "GTC"))
    kind = Market() if random.random() < 0.3 else Limit(price)
    entry = make(quantity, instrument, kind, time_in_force=tif)
    target = close(quantity, instrument, Limit(price + 20 * way), time_in_force="GTC")
    stop = close(quantity, instrument, Stop(price - 10 * way), time_in_force="GTC")
    shapes: list[Order] = [OTOCO(entry, (target, stop)), OTO(entry, (stop,)), OCO((target, stop))]
    if broker == "tradovate":
        shapes.append(entry)
    return random.choice(shapes)
