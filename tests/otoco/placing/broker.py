"""A small broker for the tests of the clients."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import ClassVar, Final

import attrs

from otoco import Instrument, Limit, Order, bracket, buy
from otoco.adapters import (
    Accepted,
    Answer,
    Budget,
    Call,
    Cancellation,
    Declined,
    Finding,
    Request,
    Sent,
    Standing,
    Steps,
    Unclear,
    Verdict,
)
from otoco_tradovate import Tradovate

URL: Final = "http://127.0.0.1:1/api"
MES: Final = Instrument("MESM7", "FUTURE", tick_size="0.25")
ORDER: Final[Order] = bracket(buy(1, MES, Limit("4150")), take_profit="4200", stop_loss="4125")
IDS: Final = {"trigger": "1", "peers[0]": "2", "peers[1]": "3"}


@attrs.frozen
class Broker(Tradovate):
    """Tradovate's words, with a contract for placing that a test can bend."""

    environments: ClassVar[Mapping[str, str]] = {"demo": "https://demo.example", "live": URL}
    budgets: ClassVar[tuple[Budget, ...]] = ()
    finding_out: ClassVar[str] = "Look at the broker's own screen."

    def read(self, sent: Request, answer: Answer) -> Verdict:
        """200 is a yes, 400 a no, 429 a no for a minute, and all else neither."""
        match answer.status:
            case 200:
                return Accepted(IDS)
            case 400:
                return Declined("Bad", "as it was", None)
            case 429:
                return Declined("429", "", 60.0)
            case 418:
                raise ZeroDivisionError("a bug of the adapter")
            case _:
                return Unclear("no table names it.", {"trigger": "1"})

    def find(self, sent: Sent) -> Steps[Finding]:
        """One list, whose text is the standing."""
        answer: Answer = yield Call("/list")
        return Finding(Standing(json.loads(answer.body)), "so it says.", ids=IDS, by_looks=True)

    def cancel(self, sent: Sent) -> Steps[Cancellation]:
        """One request, which cancels all."""
        yield Call("/cancel", {"id": sent.ids.get("trigger")})
        return Cancellation(True, "all is over.")
