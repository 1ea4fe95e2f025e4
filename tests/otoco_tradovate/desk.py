"""An engine that is asked as Tradovate is: the GETs of its entities, and what cancels.

A flaw of the answers (what is lost, what comes in place of an answer) is a field of the desk.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from otoco import Order, translate
from otoco.adapters import Answer, Call, NoAnswer, Pause, Request, Sent, Traffic, read_answer
from otoco_tradovate import Tradovate
from otoco_tradovate.engine import Behaviour, TradovateEngine
from otoco_tradovate.testing import broker

T = TypeVar("T")
Row = dict[str, Any]
ACCOUNT = Tradovate(12345, "DEMO12345")
INTENT = UUID("12345678-1234-4234-8234-123456789abc")
AT = datetime(2026, 11, 20, tzinfo=UTC)
#: The key by which the entities of a type depend on their master.
MASTERS = {
    "order": "accountId",
    "orderStrategy": "accountId",
    "orderStrategyLink": "orderStrategyId",
}


class Desk:
    """An account at Tradovate; ``calls`` are those that were made."""

    def __init__(self, **answers: Any) -> None:
        self.engine = TradovateEngine(Behaviour(**answers))
        self.calls: list[Call | Pause] = []
        self.hide: Callable[[str, Row], bool] = lambda entity, row: False
        self.change: Callable[[str, Row], Row] = lambda entity, row: row
        self.instead: dict[str, list[Answer | NoAnswer | None]] = {}
        self.is_deaf = False
        self.ids: dict[str, str] = {}

    def place(self, order: Order, **ids: str) -> Sent:
        """Place an order, whose answer is lost to all but ``ids``: with the intent's, or with ids.

        ``self.ids`` are the broker's ids by leg path.
        """
        intent = None if ids else INTENT
        (request,) = translate(order, ACCOUNT, intent=intent, client_order_ids=ids).requests
        reply = self.engine.place(request.path, json.loads(request.content))
        assert {"orderId", "orderStrategy"} & reply.keys(), reply
        found = broker().ids(self.engine, request, reply)
        self.ids = {path or "order": str(each) for path, each in found.items()}
        return sent_as(request)

    def run(self, steps: Generator[Call | Pause, Any, T]) -> T:
        """Take steps to their end."""
        reply: Any = None
        error: NoAnswer | None = None
        while True:
            try:
                step = steps.send(reply) if error is None else steps.throw(error)
            except StopIteration as stop:
                result: T = stop.value
                return result
            self.calls.append(step)
            reply = error = None
            if isinstance(step, Call):
                reply = self.answer(step)
                if isinstance(reply, NoAnswer):
                    reply, error = None, reply

    @property
    def paths(self) -> list[str]:
        """The calls so far, without their queries; a pause by its seconds."""
        told = [each.path if isinstance(each, Call) else str(each.seconds) for each in self.calls]
        return [path.partition("?")[0] for path in told]

    def answer(self, call: Call) -> Answer | NoAnswer:
        """What comes of a call, once for each flaw that was put in its place."""
        split = urlsplit(call.path)
        if (queued := self.instead.get(split.path)) and (flaw := queued.pop(0)) is not None:
            return flaw
        _, entity, verb = split.path.split("/")
        query = {key: value.split(",") for key, (value,) in parse_qs(split.query).items()}
        if call.traffic is Traffic.READ:
            return said(self.listed(entity, verb, query))
        assert call.body is not None
        return self.cancelled(verb, call.body)

    def listed(self, entity: str, verb: str, query: Mapping[str, list[str]]) -> list[Row]:
        """The entities that a GET lists."""
        rows = [each for each in self.engine.entities(entity) if not self.hide(entity, each)]
        master = MASTERS.get(entity, "orderId")
        match verb:
            case "list":
                picked = rows
            case "items":
                picked = [row for row in reversed(rows) if str(row["id"]) in query["ids"]]
            case "deps":
                picked = [row for row in rows if str(row[master]) in query["masterid"]]
            case "ldeps":
                picked = [row for row in rows if str(row[master]) in query["masterids"]]
            case _:
                raise AssertionError(verb)
        return [self.change(entity, row) for row in picked]

    def cancelled(self, verb: str, body: Mapping[str, Any]) -> Answer:
        """What comes of asking for an end; a deaf desk takes it and does nothing."""
        if verb == "interruptorderstrategy":
            return said({"orderStrategy": {"id": body["orderStrategyId"]}})
        assert (verb, body["isAutomated"]) == ("cancelorder", True)
        if self.is_deaf:
            return said({"commandId": 1})
        try:
            self.engine.cancel(body["orderId"])
        except ValueError:
            return said({"failureReason": "TooLate"})
        return said({"commandId": 1})


def said(body: Any, status: int = 200) -> Answer:
    """An answer with that body as JSON."""
    return Answer(status, {}, json.dumps(body).encode())


def sent_as(request: Request, ids: Mapping[str, str] | None = None) -> Sent:
    """A request as a journal keeps it: its numbers are text."""
    body = read_answer(request.content)
    assert isinstance(body, Mapping)
    return Sent(INTENT, Request("POST", request.path, body, request.reply_ids), AT, ids or {})
