"""Reading from SnapTrade: a read is asked once more when the broker says when, and never guessed.

Facts: SnapTrade's guide on rate limits, and its API reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

import attrs

from otoco.adapters import (
    Answer,
    Call,
    NoAnswer,
    Pause,
    Steps,
    Unclear,
    is_array,
    is_object,
    read_answer,
    read_list,
)
from otoco_snaptrade._answers import code_of, retry_after, words_of
from otoco_snaptrade._records import Record

#: The connections of a user to brokerages.
_CONNECTIONS: Final = Call("/authorizations")
_COMPLEX: Final = "/trading/complex"
#: For how long orders are listed as recent, an hour less than documented.
_RECENT: Final = timedelta(hours=23)
_MOST_DAYS: Final = 90


def account_path(placing_path: str) -> str:
    """The path of the account at which an order was placed."""
    return placing_path.removesuffix(_COMPLEX)


@attrs.frozen
class Listing:
    """Records of an account's orders, each once; ``is_old``: what some show may be a day old."""

    records: tuple[Record, ...]
    is_old: bool


def list_orders(account: str, since: datetime) -> Steps[Listing]:
    """The records of about a hundred orders of the last 24 hours, those that work among them.

    Where a time lies before those, by the clock of the broker's answer, the daily records since
    then too, 90 days back at most.

    Raises:
        NoAnswer: where they cannot be read.

    """
    call = Call(f"{account}/recentOrders?only_executed=false")
    answer: Answer = yield from _ask(call)
    body = read_answer(answer.body)
    if isinstance(body, Unclear):
        raise NoAnswer(f"{_name(call)}: {body.why}")
    recent = _records(call, body.get("orders"))
    now = _date(answer)
    if now is None or now - since < _RECENT:
        return Listing(recent, False)
    days = min((now - since).days + 1, _MOST_DAYS)
    call = Call(f"{account}/orders?state=all&days={days}")
    answer = yield from _ask(call)
    found = read_list(answer.body)
    if isinstance(found, Unclear):
        raise NoAnswer(f"{_name(call)}: {found.why}")
    known = {record.id for record in recent}
    daily = tuple(record for record in _records(call, found) if record.id not in known)
    return Listing(recent + daily, bool(daily))


def stale_connections() -> Steps[int]:
    """How many of the user's connections are disabled, or do not say that they are not.

    A disabled connection keeps answering with what was true when it was disabled. Which connection
    an account hangs on is not documented.

    Raises:
        NoAnswer: where the connections cannot be read.

    """
    answer: Answer = yield from _ask(_CONNECTIONS)
    found = read_list(answer.body)
    if isinstance(found, Unclear):
        raise NoAnswer(f"{_name(_CONNECTIONS)}: {found.why}")
    return sum(_is_stale(each) for each in found)


def said(call: Call, answer: Answer) -> str:
    """What the broker answered, in a sentence, with its own name of the exchange."""
    body = read_answer(answer.body)
    known: Mapping[str, Any] = {} if isinstance(body, Unclear) else body
    code, words = code_of(known), words_of(known)
    status = f"{answer.status}/{code}" if code else f"{answer.status}"
    told = f"{_name(call)} was answered with {status}" + (f", {words!a}" if words else "")
    name = answer.headers.get("x-request-id", "")
    return f"{told} (X-Request-ID {name!a})." if name else f"{told}."


def _ask(call: Call) -> Steps[Answer]:
    answer: Answer = yield call
    wait = _wait(answer)
    if wait is not None:
        yield Pause(wait)
        answer = yield call
    if answer.status != 200:
        raise NoAnswer(said(call, answer), _wait(answer))
    return answer


def _wait(answer: Answer) -> float | None:
    return retry_after(answer.headers) if answer.status == 429 else None


def _date(answer: Answer) -> datetime | None:
    """What time it is at the broker, if its answer says so."""
    try:
        moment = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return None
    return None if moment.utcoffset() is None else moment


def _records(call: Call, orders: object) -> tuple[Record, ...]:
    if not is_array(orders):
        raise NoAnswer(f"{_name(call)}: the answer has no list of orders.")
    records = tuple(record for order in orders if (record := Record.read(order)) is not None)
    if len(records) < len(orders):
        raise NoAnswer(f"{_name(call)}: an order in the answer has no id or no status.")
    return records


def _is_stale(connection: object) -> bool:
    return not is_object(connection) or connection.get("disabled") is not False


def _name(call: Call) -> str:
    return f"{'GET' if call.body is None else 'POST'} {call.path}"
