"""Asking Tradovate about orders that exist. What is no answer is never taken for an empty one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs

from otoco.adapters import (
    Answer,
    Call,
    NoAnswer,
    Numeral,
    Pause,
    Steps,
    Ticket,
    Unclear,
    entity_id,
    is_object,
    read_answer,
    read_list,
)
from otoco_tradovate._answers import LOCKED_OUT, penalty, words

#: A JSON object of an answer.
Row: TypeAlias = Mapping[str, Any]

_LOCKED_OUT: Final = (
    "Tradovate locks this user out for about an hour, which each further request begins anew:"
    " send nothing until then."
)
_HOUR: Final = 3600.0  # seconds
_LONGEST_SHOWN: Final = 80


class LockedOut(NoAnswer):
    """The broker takes no request for about an hour; each one begins it anew."""


def thing(call: Call) -> Steps[Row]:
    """The object that answers a call.

    Raises:
        NoAnswer: for every other answer.

    """
    answer = yield from _answered(call)
    body = read_answer(answer.body)
    if isinstance(body, Unclear):
        raise NoAnswer(f"{call.path}: {body.why}")
    return body


def rows(path: str) -> Steps[Sequence[Row]]:
    """The objects of a list.

    Raises:
        NoAnswer: for every answer that is no list of objects with an id.

    """
    answer = yield from _answered(Call(path))
    body = read_list(answer.body)
    if isinstance(body, Unclear):
        said = read_answer(answer.body)
        text = "" if isinstance(said, Unclear) else words(said)
        raise NoAnswer(f"{path}: {f'Tradovate says {shown(text)}.' if text else body.why}")
    return [_row(path, each) for each in body]


def _row(path: str, value: Any) -> Row:
    if not is_object(value):
        raise NoAnswer(f"{path}: the list has {shown(value)}, which is no object.")
    if id_in(value, "id") is None:
        raise NoAnswer(f"{path}: the list has an object without an id.")
    return value


def of_orders(entity: str, orders: Iterable[str]) -> Steps[Sequence[Row]]:
    """The entities of a kind that belong to orders."""
    listed = yield from rows(f"/{entity}/ldeps?masterids={','.join(orders)}")
    return listed


def id_in(row: Row, key: str) -> str | None:
    """An id, if there is one.

    Raises:
        NoAnswer: for what is neither an id nor none.

    """
    read = entity_id(row.get(key))
    if isinstance(read, Unclear):
        raise NoAnswer(f"an answer cannot be read: as {key} {read.why}")
    return read


def shown(value: object) -> str:
    """A value as it may stand in a sentence: printable and of bounded length."""
    text = str(value) if isinstance(value, Numeral) else ascii(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _answered(call: Call) -> Steps[Answer]:
    """The answer to a call; a request to wait is obeyed once."""
    answer: Answer = yield call
    ticket = _ticket(call, answer)
    if ticket is None:
        return answer
    if ticket.needs_captcha:
        raise NoAnswer(
            f"{call.path}: Tradovate asks for a captcha, which only a person can solve; without"
            " one it answers again in about an hour.",
            _HOUR,
        )
    yield Pause(ticket.seconds)
    # So the vendor asks for a body to be sent again. That a call which has none takes the ticket
    # in one, and so as a POST, is unverified; its server is said not to look at the method.
    answer = yield attrs.evolve(call, body={**(call.body or {}), "p-ticket": ticket.text})
    if _ticket(call, answer) is not None:
        why = f"{call.path}: Tradovate asks to wait again after {ticket.seconds:g} s."
        raise NoAnswer(why, ticket.seconds)
    return answer


def _ticket(call: Call, answer: Answer) -> Ticket | None:
    """The broker's request to wait, if the answer is one.

    Raises:
        NoAnswer: for a status that has no answer.

    """
    if answer.status in LOCKED_OUT:
        why = f"{call.path}: status {answer.status}. {_LOCKED_OUT}"
        raise LockedOut(why, LOCKED_OUT[answer.status])
    if answer.status != 200:
        raise NoAnswer(f"{call.path}: the status {answer.status} is no answer.")
    body = read_answer(answer.body)
    if isinstance(body, Unclear) or "p-ticket" not in body:
        return None
    ticket = penalty(body)
    if isinstance(ticket, Unclear):
        raise NoAnswer(f"{call.path}: {ticket.why}")
    return ticket
