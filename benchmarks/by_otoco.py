"""The job, done with otoco."""

from __future__ import annotations

from typing import Final

from benchmarks.pool import ACCOUNT_ID, ACCOUNT_SPEC, Bracket

from otoco import OTOCO, Instrument, Leg, Limit, Order, Stop, bracket, translate
from otoco_tradovate import Tradovate

_TRADOVATE: Final = Tradovate(account_id=ACCOUNT_ID, account_spec=ACCOUNT_SPEC)


def body(given: Bracket) -> bytes:
    """The body of the request for a bracket that is written leg by leg."""
    instrument = Instrument(given.symbol, "FUTURE", given.tick_size)
    quantity, life = given.quantity, given.exit_time_in_force
    exit_side = "SELL" if given.side == "BUY" else "BUY"
    return _content(
        OTOCO(
            Leg(given.side, quantity, instrument, Limit(given.entry), given.time_in_force),
            [
                Leg(exit_side, quantity, instrument, Limit(given.target), life),
                Leg(exit_side, quantity, instrument, Stop(given.stop), life),
            ],
        )
    )


def body_by_bracket(given: Bracket) -> bytes:
    """The body of the request for a bracket in the short spelling, which also judges the intent."""
    instrument = Instrument(given.symbol, "FUTURE", given.tick_size)
    entry = Leg(given.side, given.quantity, instrument, Limit(given.entry), given.time_in_force)
    return _content(
        bracket(
            entry,
            take_profit=given.target,
            stop_loss=given.stop,
            time_in_force=given.exit_time_in_force,
        )
    )


def _content(order: Order) -> bytes:
    return translate(order, _TRADOVATE).requests[0].content
