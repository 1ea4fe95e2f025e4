"""A bracket placed over HTTP, its exits, and an answer that is lost: in a sandbox on this machine.

Run it with ``python3 dev.py demo``, which shows it after the requests.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from otoco import Instrument, Limit, Order, bracket, buy
from otoco.placing import (
    Client,
    Journal,
    NotSent,
    Outcome,
    Placed,
    Rejected,
    SqliteJournal,
    Unknown,
    auth_from_environment,
)
from otoco.sandbox import Fault, Sandbox
from otoco_snaptrade import SnapTrade
from otoco_tradovate import Tradovate

MICRO_SP500 = Instrument("MESM7", "FUTURE", tick_size="0.25")
SP500_ETF = Instrument("SPY", "EQUITY", tick_size="0.01")


def pullback(instrument: Instrument, price: str, target: str, stop: str) -> Order:
    """Enter at a limit; when that fills, take profit there or stop out there."""
    entry = buy(1, instrument, Limit(price), time_in_force="GTC")
    return bracket(entry, take_profit=target, stop_loss=stop)


def told(outcome: Outcome) -> str:
    """An outcome in a line."""
    match outcome:
        case Placed(ids=ids):
            return "Placed, with the ids " + ", ".join(f"{ids[path]} ({path})" for path in ids)
        case Rejected(reason=reason, text=text):
            return f"Rejected: {reason} {text}"
        case NotSent(why=why):
            return f"Not sent: {why}"
        case Unknown(why=why):
            return f"Unknown: {why}"


def show(client: Client, intent: UUID, when: str) -> None:
    """Print what the broker has of a placement."""
    finding = client.find(intent)
    legs = ", ".join(f"{order.path} {order.life.value}" for order in finding.orders)
    print(f"  {when:26} {finding.standing.value}: {legs}")


def at(sandbox: Sandbox, kind: type[Any], journal: Journal) -> Client:
    """A client for a broker of the sandbox."""
    name = kind.name
    options: Mapping[str, Any] = sandbox.options(name)
    auth = auth_from_environment(name, sandbox.secrets(name).get)
    return Client(kind(**options), sandbox.url(name), auth, journal=journal)


def main() -> None:
    """Place at two brokers, move the market, and lose an answer."""
    with TemporaryDirectory() as folder, Sandbox("tradovate", "snaptrade") as sandbox:
        journal = SqliteJournal(Path(folder, "journal.sqlite3"))
        brokers = (
            (Tradovate, MICRO_SP500, ("4150", "4200", "4125")),
            (SnapTrade, SP500_ETF, ("415", "420", "412.50")),
        )
        for kind, instrument, (price, target, stop) in brokers:
            with at(sandbox, kind, journal) as client:
                order = pullback(instrument, price, target, stop)
                print(f"\nPlacing at {kind.name}, {sandbox.url(kind.name)}\n{order}")
                outcome = client.place(order, intent=uuid4())
                print(told(outcome))
                show(client, outcome.intent, "at the broker:")
                for at_price in (price, target):
                    sandbox.price(instrument.symbol, at_price)
                    show(client, outcome.intent, f"a trade at {at_price}:")
        with at(sandbox, Tradovate, journal) as client:
            print("\nNow the connection breaks after the broker has taken the order.")
            sandbox.fault(Fault("drop-after"), "tradovate")
            outcome = client.place(pullback(MICRO_SP500, "4100", "4150", "4075"))
            print(told(outcome))
            print("It is not sent again. The broker is asked:")
            show(client, outcome.intent, "at the broker:")
            client.cancel(outcome.intent)
            show(client, outcome.intent, "cancelled:")
        groups = len(sandbox.ledger("tradovate"))
        print(f"\nTwo orders were placed at tradovate, and it has {groups}: none is there twice.")
        journal.close()


if __name__ == "__main__":
    main()
