"""Tradovate's REST API in the sandbox: paths, headers, tokens and tickets around its engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

from attrs import frozen

from otoco.sandbox import FaultKind, Incoming, Listed, ListedOrder, Purpose, RefusingFault, Reply
from otoco_tradovate.engine import (
    PATHS,
    STRATEGY,
    Behaviour,
    Refusal,
    TradovateEngine,
    cancellation,
    interruption,
)
from otoco_tradovate.sandbox._clock import Clock
from otoco_tradovate.sandbox._queries import Queries
from otoco_tradovate.sandbox._replies import DENIED, Fields, Refused, as_json, read_body
from otoco_tradovate.sandbox._tickets import Tickets
from otoco_tradovate.sandbox._tokens import CREDENTIALS, Tokens

LOGIN: Final = "/auth/accesstokenrequest"
RENEWAL: Final = "/auth/renewaccesstoken"
CANCEL: Final = "/order/cancelorder"
INTERRUPT: Final = "/orderStrategy/interruptorderstrategy"

_CHILDREN: Final = ("bracket1", "bracket2", "other")
_REJECTED: Final = ("MaxPosLimitReached", "the sandbox was told to reject this")
_ERROR: Final = "the sandbox was told to fail here"


@frozen
class Conduct:
    """What a desk does where the pages say it differently, or not at all.

    ``finished_cancel`` is how it refuses to cancel an order that has ended: with HTTP 401, as
    callers have reported it, or with the reason TooLate, which is listed. ``interrupted`` is what
    becomes of the open orders of a strategy that is interrupted.
    """

    finished_cancel: Literal["denied", "too late"] = "denied"
    interrupted: Literal["cancel", "keep"] = "cancel"
    token_lifetime: timedelta = timedelta(minutes=80)
    ticket_seconds: int = 1


@frozen
class _Placement:
    """The ids of a request that was accepted: the caller's, the strategy's and the orders'."""

    given: tuple[str, ...]
    strategy: int | None
    orders: tuple[int, ...]


class TradovateDesk:
    """Tradovate with the test account that its engine has by default.

    What the pages leave open is decided by a ``Behaviour`` of the engine and by a :class:`Conduct`.
    """

    base: Final = "/v1"

    def __init__(self, behaviour: Behaviour | None = None, conduct: Conduct | None = None) -> None:
        self.engine = TradovateEngine(behaviour)
        self._conduct = conduct or Conduct()
        self._clock = Clock()
        self._tokens = Tokens(self._conduct.token_lifetime)
        self._tickets = Tickets(self._conduct.ticket_seconds)
        self._placements: list[_Placement] = []
        self._queries = Queries(self.engine).paths
        self._posts: Mapping[str, Callable[[str, Mapping[str, Any]], object]] = {
            **dict.fromkeys(PATHS, self._place),
            CANCEL: self._cancel,
            INTERRUPT: self._interrupt,
            LOGIN: lambda _, body: self._tokens.request(body, self._clock.now()),
        }

    @property
    def options(self) -> Mapping[str, Any]:
        """The adapter's options for the test account."""
        account = self.engine.account
        return {"account_id": account.id, "account_spec": account.name}

    @property
    def secrets(self) -> Mapping[str, str]:
        """Name and password of the one user."""
        return CREDENTIALS

    def purpose(self, incoming: Incoming) -> Purpose:
        """What a path is for."""
        if incoming.path in PATHS:
            return "place"
        if incoming.path in (CANCEL, INTERRUPT):
            return "cancel"
        return "auth" if incoming.path in (LOGIN, RENEWAL) else "read"

    def answer(self, incoming: Incoming) -> Reply:
        """Answer a request; the one user's token must be with it, but for a login."""
        now = self._clock.now()
        self.engine.clock(now)
        try:
            return as_json(self._answered(incoming, now))
        except Refused as refused:
            return refused.reply
        except Refusal as refusal:
            return as_json(refusal.reply)

    def refusal(self, kind: RefusingFault, incoming: Incoming) -> Reply:
        """Refuse a request: a failureReason, an errorText alone, or a penalty ticket."""
        if kind is FaultKind.PENALTY:
            return as_json(self._ticket(incoming))
        if kind is FaultKind.ERROR_IN_200 or incoming.path in (LOGIN, RENEWAL):
            return as_json({"errorText": _ERROR})
        match self.purpose(incoming):
            case "read":
                return Refused(401, DENIED).reply
            case "cancel":
                return as_json({"failureReason": "TooLate", "failureText": _REJECTED[1]})
            case _:
                key = "errorText" if incoming.path == STRATEGY else "failureText"
                return as_json({"failureReason": _REJECTED[0], key: _REJECTED[1]})

    def price(self, symbol: str, price: Decimal) -> None:
        """A trade of a contract at a price."""
        self.engine.clock(self._clock.now())
        self.engine.price(symbol, price)

    def end_session(self) -> None:
        """End the trading day."""
        self.engine.clock(self._clock.now())
        self.engine.end_session()

    def clock(self, moment: datetime) -> None:
        """Let it be a moment; raises ValueError where that has passed already."""
        self._clock.put_forward(moment)
        self.engine.clock(self._clock.now())

    def reject(self, order_id: str) -> None:
        """Reject an order; raises ValueError where nothing more can happen to it."""
        self.engine.clock(self._clock.now())
        self.engine.reject(int(order_id))

    def ledger(self) -> tuple[Listed, ...]:
        """Every placement that was accepted."""
        return tuple(self._listed(each) for each in self._placements)

    def latest(self) -> Listed | None:
        """The newest placement."""
        return self._listed(self._placements[-1]) if self._placements else None

    def _answered(self, incoming: Incoming, now: datetime) -> object:
        path, method = incoming.path, incoming.method
        query, post = self._queries.get(path), self._posts.get(path)
        if query is None and post is None and path != RENEWAL:
            raise Refused(404, f"there is no {path}")
        if method not in (("GET", "POST") if path == RENEWAL else ("POST",) if post else ("GET",)):
            raise Refused(405, f"{method} is not for {path}")
        if path != LOGIN:
            self._tokens.check(incoming.headers.get("authorization", ""), now)
        if query is not None:
            return query(incoming.query)
        if post is None:
            return self._tokens.renew(now)
        body = self._tickets.redeem(path, read_body(incoming), now)
        return self._ticket(incoming) if body is None else post(path, body)

    def _ticket(self, incoming: Incoming) -> Fields:
        try:
            body = read_body(incoming)
        except Refused:  # it has none, or none that can be read: the ticket is for nothing else
            body = {}
        return self._tickets.issue(incoming.path, body, self._clock.now())

    def _place(self, path: str, body: Mapping[str, Any]) -> object:
        reply = self.engine.place(path, body)
        if "orderStrategy" in reply:
            strategy: int = reply["orderStrategy"]["id"]
            orders = self.engine.strategy(strategy)
            self._placements.append(_Placement(_given(body), strategy, tuple(orders)))
        elif "orderId" in reply:
            self._placements.append(_Placement(_given(body), None, tuple(reply.values())))
        return reply

    def _cancel(self, _: str, body: Mapping[str, Any]) -> object:
        """Cancel an order; one that has ended cannot be."""
        fields = cancellation(body)
        order: int = fields["orderId"]
        if self.engine.entity("order", order) is None:
            raise Refused(404, f"there is no order {order}")
        try:
            return {"commandId": self.engine.cancel(order, fields)}
        except ValueError as error:
            if self._conduct.finished_cancel == "denied":
                raise Refused(401, DENIED) from None
            return {"failureReason": "TooLate", "failureText": str(error)}

    def _interrupt(self, _: str, body: Mapping[str, Any]) -> object:
        """Interrupt a strategy; one that has ended cannot be."""
        strategy: int = interruption(body)["orderStrategyId"]
        try:
            orders = self.engine.interrupt(strategy)
        except ValueError:
            return {"errorText": "no active order strategy"}
        for order in orders if self._conduct.interrupted == "cancel" else ():
            with suppress(ValueError):  # it went with one that was cancelled before it
                self.engine.cancel(order)
        return {"orderStrategy": self.engine.entity("orderStrategy", strategy)}

    def _listed(self, placement: _Placement) -> Listed:
        group = None if placement.strategy is None else str(placement.strategy)
        orders = tuple(self._listed_order(each) for each in placement.orders)
        return Listed(placement.given, group, orders)

    def _listed_order(self, order: int) -> ListedOrder:
        come = self.engine.progress(order)
        return ListedOrder(
            str(order),
            come.symbol,
            come.action,
            Decimal(come.quantity),
            come.status,
            Decimal(come.filled),
            come.is_held,
        )


def _given(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The caller's ids in a body: one an order, or that of a strategy."""
    parts = [body, *(body[name] for name in _CHILDREN if name in body)]
    ids = [body.get("uuid"), *(part.get("clOrdId") for part in parts)]
    return tuple(each for each in ids if each is not None)
