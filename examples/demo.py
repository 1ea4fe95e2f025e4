"""One strategy, written once, at six brokers: the exact requests, and every refusal.

Run it with ``python3 dev.py demo``.
"""

from __future__ import annotations

import json
import sys
from itertools import zip_longest
from textwrap import wrap

from otoco import (
    Adapter,
    Distance,
    Effects,
    Instrument,
    Limit,
    Order,
    Refused,
    Rung,
    Side,
    bracket,
    buy,
    check_all,
    fit,
    ladder,
    portability,
    sell,
    translate,
)
from otoco_alpaca import Alpaca
from otoco_schwab import Schwab
from otoco_snaptrade import SnapTrade
from otoco_tastytrade import Tastytrade
from otoco_tradier import Tradier
from otoco_tradovate import Tradovate

MICRO_SP500 = Instrument("MESM7", "FUTURE", tick_size="0.25", multiplier="5")
SP500_ETF = Instrument("SPY", "EQUITY", tick_size="0.01")

TRADOVATE = Tradovate(account_id=12345, account_spec="DEMO12345")
SNAPTRADE = SnapTrade(account_id="917c8734-8470-4a3e-a18f-57c3f2ee6631")
OTHERS = (
    Alpaca(),
    Schwab(account_hash="2F8C01"),
    Tastytrade(account_number="5WT00001"),
    Tradier(account_id="VA000001"),
)


def pullback(instrument: Instrument, side: Side, price: str, target: str, stop: str) -> Order:
    """The strategy: enter at a limit; when that fills, take profit there or stop out there."""
    enter = buy if side is Side.BUY else sell
    entry = enter(1, instrument, Limit(price), time_in_force="GTC")
    return bracket(entry, take_profit=target, stop_loss=stop)


def main() -> None:
    """Show the strategy at every broker, what a broker cannot take, and what it would mean."""
    title("One strategy, long and short, at Tradovate (left) and at SnapTrade (right)")
    for side, futures, shares in (
        (Side.BUY, ("4150", "4200", "4125"), ("415.00", "420.00", "412.50")),
        (Side.SELL, ("4150", "4100", "4175"), ("415.00", "410.00", "417.50")),
    ):
        at_tradovate = pullback(MICRO_SP500, side, *futures)
        at_snaptrade = pullback(SP500_ETF, side, *shares)
        side_by_side(str(at_tradovate), str(at_snaptrade))
        side_by_side(who_takes(at_tradovate), who_takes(at_snaptrade))
        side_by_side(request(at_tradovate, TRADOVATE), request(at_snaptrade, SNAPTRADE))

    title("The same at four more, of which some are told what opens and what closes")
    long = pullback(SP500_ETF, Side.BUY, "415.00", "420.00", "412.50")
    for other in OTHERS:
        fitted = fit(long, other, effects=Effects.OPEN_THEN_CLOSE)
        print(request(fitted.order, other), "\n")

    title("A scale-out, at distances from the fill, and what it would mean everywhere")
    entry = buy(3, MICRO_SP500, Limit("4150"), time_in_force="GTC")
    scale_out = ladder(entry, [Rung(1, take_profit=10, stop_loss=5), Rung(2, 20, 5)])
    print(scale_out, "\n")
    print(request(scale_out, TRADOVATE), "\n")
    print(portability(scale_out))

    title("Every reason, where a broker cannot take an order; nothing less is ever sent")
    half = bracket(buy("0.5", SP500_ETF, Limit("415.00")), take_profit=Distance(5), stop_loss="412")
    print(half, "\n")
    for account in (TRADOVATE, SNAPTRADE):
        try:
            translate(half, account)
        except Refused as refused:
            print(refused, "\n")

    title("Fitting the futures order to SnapTrade, with another instrument allowed")
    fitted = fit(
        pullback(MICRO_SP500, Side.BUY, "4150", "4200", "4125"),
        SNAPTRADE,
        instruments=Instrument("SPX-TRACKER", "EQUITY"),
    )
    for change in fitted.changes:
        print(change)
    print(f"refusals left: {len(fitted.refusals)}")


def who_takes(order: Order) -> str:
    """Which of the installed adapters take the order as it is, and the first reason of others."""
    return "\n".join(
        f"{name}: {f'no, {refusals[0].where} [{refusals[0].code}]' if refusals else 'yes'}"
        for name, refusals in check_all(order).items()
    )


def request(order: Order, account: Adapter) -> str:
    """The exact request that the order becomes."""
    (sent,) = translate(order, account).requests
    return f"{sent.method} {sent.path}\n{json.dumps(sent.body, indent=1)}"


def title(text: str) -> None:
    """Print a heading."""
    print(f"\n{text}\n{'=' * len(text)}\n")


def side_by_side(left: str, right: str) -> None:
    """Print two texts as columns, long lines of the left one wrapped."""
    ours = [
        piece
        for line in left.splitlines()
        for piece in wrap(line, 58, subsequent_indent="   ") or [""]
    ]
    for one, other in zip_longest(ours, right.splitlines(), fillvalue=""):
        print(f"{one:60}{other}".rstrip())
    print()


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:  # whoever reads this has seen enough
        sys.stdout = None
