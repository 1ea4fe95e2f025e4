"""A client of Tradovate's desk: it logs in, asks and reads, without a transport in between."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from otoco.sandbox import Incoming, Reply
from otoco_tradovate.sandbox import TradovateDesk

Row = dict[str, Any]

COMMON: Final[Row] = {
    "accountId": 12345,
    "accountSpec": "DEMO12345",
    "symbol": "MESM7",
    "isAutomated": True,
}
TARGET: Final[Row] = {"action": "Sell", "orderType": "Limit", "price": 4200, "timeInForce": "GTC"}
STOP: Final[Row] = {"action": "Sell", "orderType": "Stop", "stopPrice": 4125, "timeInForce": "GTC"}
ENTRY: Final[Row] = COMMON | {
    "action": "Buy",
    "orderQty": 1,
    "orderType": "Limit",
    "price": 4150,
    "timeInForce": "GTC",
}
BRACKET: Final[Row] = ENTRY | {
    "clOrdId": "i",
    "bracket1": TARGET | {"clOrdId": "i-1"},
    "bracket2": STOP | {"clOrdId": "i-2"},
}
PAIR: Final[Row] = COMMON | TARGET | {"orderQty": 1, "clOrdId": "i", "other": STOP}
PARAMS: Final[Row] = {
    "entryVersion": {"orderQty": 1, "orderType": "Limit", "price": 4150},
    "brackets": [{"qty": 1, "profitTarget": 50, "stopLoss": -25}],
}
STRATEGY: Final[Row] = COMMON | {
    "action": "Buy",
    "orderStrategyTypeId": 2,
    "uuid": "mine",
    "params": json.dumps(PARAMS),
}
PLACE, OSO, OCO = "/order/placeorder", "/order/placeoso", "/order/placeoco"
START = "/orderStrategy/startorderstrategy"
CANCEL = "/order/cancelorder"
INTERRUPT = "/orderStrategy/interruptorderstrategy"
LOGIN, RENEW = "/auth/accesstokenrequest", "/auth/renewaccesstoken"


class Asking:
    """Sends requests to a desk, with a token once it has logged in."""

    def __init__(self, desk: TradovateDesk) -> None:
        self.desk = desk
        self.headers: dict[str, str] = {"content-type": "application/json"}

    def log_in(self) -> Asking:
        """Ask for a token and use it from now on."""
        self.use(self.post(LOGIN, dict(self.desk.secrets))["accessToken"])
        return self

    def use(self, token: str) -> None:
        """Send this token."""
        self.headers["authorization"] = f"Bearer {token}"

    def incoming(self, method: str, target: str, body: bytes = b"") -> Incoming:
        """A request as the desk gets it."""
        path, _, query = target.partition("?")
        return Incoming(method, path, query, target.encode(), self.headers, body)

    def send(self, method: str, target: str, body: bytes = b"") -> Reply:
        """The reply to a request."""
        return self.desk.answer(self.incoming(method, target, body))

    def get(self, target: str) -> Any:
        """The value at HTTP 200."""
        return self._read(self.send("GET", target))

    def post(self, path: str, body: Mapping[str, object]) -> Any:
        """The object at HTTP 200."""
        return self._read(self.send("POST", path, json.dumps(body).encode()))

    def _read(self, reply: Reply) -> Any:
        assert (200, "application/json; charset=utf-8") == (
            reply.status,
            reply.headers["content-type"],
        )
        return json.loads(reply.body)
