"""The desk: SnapTrade's paths over its engine, with one user, one connection and one account."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, TypeAlias

from otoco.sandbox import FaultKind, Incoming, Listed, Purpose, RefusingFault, Reply
from otoco_snaptrade.engine import Behaviour, SnapTradeEngine
from otoco_snaptrade.sandbox import _gate, _pages, _reading
from otoco_snaptrade.sandbox._errors import Refusal

Record: TypeAlias = Mapping[str, Any]

_COMPLEX: Final = "trading/complex"
_CANCEL: Final = "trading/cancel"
_RECENT: Final = timedelta(hours=24)
_MOST_RECENT: Final = 100
#: The states by which the orders of an account are listed, the default first.
_STATES: Final = ("all", "open", "executed")


class SnapTradeDesk:
    """SnapTrade with one account in it; mutable, for one thread.

    The legs of a group are listed ``sync_delay`` seconds after it was placed. ``clock`` gives the
    time in Unix seconds: timestamps of requests are measured by it, and the desk's time starts as
    its and passes with it. ``behaviour`` and ``contract`` are the engine's.

    Raises:
        ValueError: as the engine does.

    """

    def __init__(
        self,
        *,
        behaviour: Behaviour | None = None,
        contract: str = "2026-04",
        sync_delay: float = 0.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._engine = SnapTradeEngine(behaviour, _pages.ACCOUNT, contract=contract)
        self._contract = contract
        self._delay = timedelta(seconds=sync_delay)
        self._clock = clock
        self._ahead = timedelta()
        self._last = datetime.min.replace(tzinfo=UTC)
        self._stale: list[dict[str, Any]] | None = None
        self._served = 0

    @property
    def base(self) -> str:
        """The API's paths have no prefix."""
        return ""

    @property
    def options(self) -> Mapping[str, Any]:
        """The adapter's options for the test account."""
        return {"account_id": _pages.ACCOUNT, "contract": self._contract}

    @property
    def secrets(self) -> Mapping[str, str]:
        """The test credentials; they are the same at every desk."""
        return _gate.SECRETS

    def purpose(self, incoming: Incoming) -> Purpose:
        """What a request is for."""
        if incoming.method == "POST" and incoming.path.endswith(f"/{_COMPLEX}"):
            return "place"
        is_cancel = incoming.method == "POST" and incoming.path.endswith(f"/{_CANCEL}")
        return "cancel" if is_cancel else "read"

    def answer(self, incoming: Incoming) -> Reply:
        """Answer a request as SnapTrade does; a request that it does not know is a 404."""
        try:
            parameters = _reading.read_query(incoming.query)
            content = _reading.read_body(incoming)
            _gate.check(incoming, parameters, content, self._clock())
            said = {k: v for k, v in parameters.items() if k not in _gate.PARAMETERS}
            status, body = self._serve(incoming, said, content)
        except Refusal as refusal:
            status, body = refusal.status, refusal.body
        return self._reply(status, body)

    def refusal(self, kind: RefusingFault, incoming: Incoming) -> Reply:
        """Refuse whatever a request asks for; where others have a penalty, this is throttled."""
        del incoming  # it is refused in the same words whatever it is
        if kind is FaultKind.PENALTY:
            throttled = Refusal(
                429, "0000", "Request was throttled. Expected available in 1 second."
            )
            return self._reply(429, throttled.body, {"retry-after": "1"})
        refused = Refusal(400, "1076", "Trade could not be placed")
        return self._reply(400 if kind is FaultKind.REJECT else 200, refused.body)

    def price(self, symbol: str, price: Decimal) -> None:
        """A trade of a symbol at a price."""
        self._tick()
        self._engine.price(symbol, price)

    def end_session(self) -> None:
        """End the trading day: the Day orders that are live expire."""
        self._tick()
        self._engine.end_session()

    def clock(self, moment: datetime) -> None:
        """Let it be a moment at the desk; the timestamps of requests stay those of the clock."""
        if moment.utcoffset() is None or moment < self._tick():
            raise ValueError(f"{moment} is no time to come.")
        self._ahead += moment - self._last
        self._tick()

    def reject(self, order_id: str) -> None:
        """Let the brokerage reject an order that was accepted."""
        self._tick()
        self._engine.reject(order_id)

    def disable(self) -> None:
        """Disable the connection: reads answer with what is listed now, and all else is refused."""
        self._stale = self._records()

    def ledger(self) -> tuple[Listed, ...]:
        """Every group, the oldest first."""
        return tuple(self._listed(group) for group in self._engine.groups)

    def latest(self) -> Listed | None:
        """The newest group."""
        group = self._engine.newest
        return None if group is None else self._listed(group)

    def _listed(self, group: str) -> Listed:
        engine = self._engine
        return _pages.listed(group, engine.client_order_id(group), engine.records(group))

    def _serve(
        self, incoming: Incoming, parameters: Mapping[str, str], content: Any
    ) -> tuple[int, Any]:
        routes: dict[tuple[str, str], tuple[tuple[str, ...], Callable[[], Any]]] = {
            ("GET", "/authorizations"): ((), self._connections),
            ("GET", "/accounts"): ((), lambda: [_pages.account()]),
            ("GET", _pages.path("recentOrders")): (
                ("only_executed",),
                lambda: {"orders": self._recent(parameters)},
            ),
            ("GET", _pages.path("orders")): (
                ("state", "days"),
                lambda: self._orders(parameters),
            ),
            ("POST", _pages.path(_COMPLEX)): ((), lambda: self._place(incoming.path, content)),
            ("POST", _pages.path(_CANCEL)): ((), lambda: self._cancel(content)),
        }
        if (incoming.method, incoming.path) not in routes:
            if any(incoming.path == path for _, path in routes):
                raise Refusal(405, "1076", f'Method "{incoming.method}" not allowed.')
            raise Refusal(404, "1011", f"Resource not found: {incoming.path}")
        known, handler = routes[incoming.method, incoming.path]
        if unknown := [key for key in parameters if key not in known]:
            raise Refusal(400, "1076", f"Unable to verify data sent: unknown {unknown[0]}")
        if incoming.method == "GET" and content is not None:
            raise Refusal(400, "1076", "Unable to verify data sent: a GET has no body")
        return 200, handler()

    def _place(self, path: str, content: Any) -> Mapping[str, Any]:
        self._check_connection()
        self._tick()
        reply = self._engine.place(path, content)
        if "status_code" in reply:
            raise Refusal(400, str(reply["code"]), str(reply["detail"]))
        return reply

    def _cancel(self, content: Any) -> Mapping[str, Any]:
        order_id = _reading.read_cancel(content)
        self._check_connection()
        self._tick()
        if not any(record["brokerage_order_id"] == order_id for record in self._records()):
            raise Refusal(404, "1011", "Resource not found: the order")
        try:
            self._engine.cancel(order_id)
        except ValueError as error:
            raise Refusal(400, "1076", f"Order could not be cancelled: {error}") from None
        return {"brokerage_order_id": order_id, "raw_response": {}}

    def _recent(self, parameters: Mapping[str, str]) -> list[Record]:
        only_executed = _reading.word(parameters, "only_executed", ("true", "false")) == "true"
        records = _pages.in_state(self._shown(), "executed" if only_executed else "all")
        return _pages.since(records, self._tick() - _RECENT)[-_MOST_RECENT:]

    def _orders(self, parameters: Mapping[str, str]) -> list[Record]:
        records = _pages.in_state(self._shown(), _reading.word(parameters, "state", _STATES))
        return _pages.since(records, self._tick() - timedelta(days=_reading.days(parameters)))

    def _connections(self) -> list[Mapping[str, Any]]:
        return [_pages.connection(disabled=self._stale is not None)]

    def _check_connection(self) -> None:
        if self._stale is not None:
            raise Refusal(402, "3003", "Unable to sync with brokerage account: it is disabled.")

    def _shown(self) -> list[dict[str, Any]]:
        return self._records() if self._stale is None else self._stale

    def _records(self) -> list[dict[str, Any]]:
        self._engine.sync(self._tick() - self._delay)
        return self._engine.orders()

    def _tick(self) -> datetime:
        """The time now, which never goes back."""
        now = datetime.fromtimestamp(self._clock(), UTC) + self._ahead
        self._last = max(self._last, now)
        self._engine.clock(self._last)
        return self._last

    def _reply(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> Reply:
        self._served += 1
        common = {"content-type": "application/json", "x-request-id": f"sandbox-{self._served}"}
        return Reply(status, {**common, **(headers or {})}, json.dumps(body).encode("ascii"))
