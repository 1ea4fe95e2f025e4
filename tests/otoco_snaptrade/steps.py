"""Steps of the adapter, driven by scripted answers or at the desk; and records to answer with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Final, TypeVar
from uuid import UUID

import attrs
import httpx

from otoco import Instrument, Limit, Order, bracket, buy, translate
from otoco.adapters import Answer, Call, NoAnswer, Numeral, Pause, Request, Sent, Steps
from otoco.placing import Finishing
from otoco.sandbox import Incoming
from otoco_snaptrade import SnapTrade
from otoco_snaptrade.auth import SnapTradeAuth, from_secrets
from otoco_snaptrade.sandbox import SnapTradeDesk

_T = TypeVar("_T")

ACCOUNT: Final = "917c8734-8470-4a3e-a18f-57c3f2ee6631"
RECENT: Final = f"/accounts/{ACCOUNT}/recentOrders?only_executed=false"
CANCEL: Final = f"/accounts/{ACCOUNT}/trading/cancel"
INTENT: Final = UUID("0b0e7c1e-6a3c-4d5c-9c55-2f4b7d0a9e11")
AT: Final = datetime(2026, 11, 20, 15, 0, 0, 400_000, tzinfo=UTC)
ORDER: Final = bracket(
    buy(10, Instrument("AAPL", "EQUITY"), Limit("150.50")), take_profit=160, stop_loss=140
)

#: What a call is answered with: an answer, no answer, or a value as JSON with status 200.
Scripted = Answer | NoAnswer | Any


def sent(order: Order = ORDER, adapter: SnapTrade | None = None, /, **ids: str) -> Sent:
    """An order as it was sent, its numbers text, with the broker's ids that are known."""
    (request,) = translate(order, adapter or SnapTrade(ACCOUNT), intent=INTENT).requests
    body = json.loads(request.content, parse_float=Numeral, parse_int=Numeral)
    return Sent(INTENT, Request("POST", request.path, body, request.reply_ids), AT, ids)


def records(placed: Sent, *changes: Mapping[str, Any], **shared: Any) -> list[dict[str, Any]]:
    """A record of each leg as it would be listed at once, changed as told leg by leg."""
    found: list[dict[str, Any]] = []
    for number, leg in enumerate(placed.request.body["orders"], 1):
        is_option = leg["instrument"]["type"] == "OPTION"
        symbol = leg["instrument"]["symbol"]
        plain = {"symbol": f"{symbol}.TO", "raw_symbol": symbol}
        waits = leg["order_role"] != "TRIGGER" and placed.request.body["type"] != "OCO"
        record = {
            "brokerage_order_id": f"o-{number}",
            "brokerage_group_order_id": "g-1",
            "order_role": leg["order_role"],
            "status": "CONTINGENT_ORDER" if waits else "ACCEPTED",
            "universal_symbol": None if is_option else plain,
            "option_symbol": {"ticker": symbol} if is_option else None,
            "action": leg["action"].replace("_TO_", "_"),
            "total_quantity": f"{leg['units']}.0",
            "filled_quantity": "0",
            "limit_price": leg.get("price"),
            "stop_price": leg.get("stop"),
            "order_type": leg["order_type"],
            "time_in_force": leg["time_in_force"],
            "time_placed": "2026-11-20T15:00:01.5Z",
        }
        mine = changes[number - 1] if number <= len(changes) else {}
        found.append({**record, **shared, **mine})
    return found


def json_answer(value: Any, status: int = 200, **headers: str) -> Answer:
    """An answer with a body as JSON, or with bytes."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Answer(status, {name.replace("_", "-"): text for name, text in headers.items()}, body)


@attrs.define
class Script:
    """Answers in their order, and what was asked: GET path, POST path id, and pauses."""

    answers: Iterator[Scripted]
    asked: list[str] = attrs.Factory(list)

    def send(self, call: Call) -> Answer:
        """The next answer."""
        body = "" if call.body is None else f" {call.body['brokerage_order_id']}"
        self.asked.append(f"{'GET' if call.body is None else 'POST'} {call.path}{body}")
        answer = next(self.answers)
        if isinstance(answer, NoAnswer):
            raise answer
        return answer if isinstance(answer, Answer) else json_answer(answer)


def drive(steps: Steps[_T], send: Callable[[Call], Answer], asked: list[str] | None = None) -> _T:
    """What steps end in, each call sent and each pause written down."""
    try:
        effect = next(steps)
        while True:
            if isinstance(effect, Pause):
                (asked if asked is not None else []).append(f"wait {effect.seconds}")
                effect = steps.send(None)
                continue
            try:
                answer = send(effect)
            except NoAnswer as error:
                effect = steps.throw(error)
            else:
                effect = steps.send(answer)
    except StopIteration as stop:
        result: _T = stop.value
        return result


def play(steps: Steps[_T], *answers: Scripted) -> tuple[_T, list[str]]:
    """What steps end in after scripted answers, of which each is used, and what they asked."""
    script = Script(iter(answers))
    result = drive(steps, script.send, script.asked)
    assert [] == list(script.answers)
    return result, script.asked


class AtDesk:
    """A desk with an HTTP client in front of it, that signs as the adapter's users do."""

    def __init__(self, desk: SnapTradeDesk) -> None:
        self.desk = desk
        auth = from_secrets(desk.secrets.get)
        assert isinstance(auth, SnapTradeAuth)
        auth._clock = desk._clock  # one time for both
        transport = Finishing(httpx.MockTransport(self._handle))
        self.http = httpx.Client(auth=auth, transport=transport, base_url="http://localhost")

    def __call__(self, call: Call) -> Answer:
        """The desk's answer to a call."""
        if call.body is None:
            return self.request("GET", call.path)
        return self.request("POST", call.path, json.dumps(call.body).encode())

    def place(self, order: Order, adapter: SnapTrade) -> Answer:
        """The desk's answer to a placement."""
        (request,) = translate(order, adapter, intent=INTENT).requests
        return self.request("POST", request.path, request.content)

    def request(self, method: str, path: str, body: bytes | None = None) -> Answer:
        """The desk's answer to a request, signed on its way."""
        headers = {} if body is None else {"content-type": "application/json"}
        response = self.http.request(method, path, content=body, headers=headers)
        return Answer(response.status_code, dict(response.headers), response.content)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        target = request.url.raw_path
        path, _, query = target.decode("ascii").partition("?")
        headers = dict(request.headers)
        incoming = Incoming(request.method, path, query, target, headers, request.content)
        reply = self.desk.answer(incoming)
        date = {"date": format_datetime(self.desk._tick(), usegmt=True)}  # as servers add it
        return httpx.Response(reply.status, headers={**date, **reply.headers}, content=reply.body)
