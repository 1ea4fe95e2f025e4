"""What a broker's answer to a placement says, without I/O: yes with its ids, no, or neither.

An adapter that can be placed with classifies an answer by its broker's documented table, and the
client puts the intent and the times around it. What no table names says nothing: it is
:class:`Unclear`, never a failure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias, TypeVar

import attrs

from otoco import _json
from otoco._numbers import Numeral, integer
from otoco._problems import InvalidOrder, shown

#: How deep the JSON of an answer may nest, and how long it may be in bytes.
DEEPEST_ANSWER: Final = 64
LONGEST_ANSWER: Final = 1 << 20

_MOST_ID: Final = 2**63 - 1
_LONGEST_ID: Final = len(str(-_MOST_ID))


@attrs.frozen
class Answer:
    """An HTTP answer: its status, its headers by lower-case name, and its body as it arrived."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@attrs.frozen
class Accepted:
    """The broker has every order of the request.

    ``ids`` are the broker's, by leg path, and ``otoco.adapters.GROUP`` for the whole; where it
    gives none, they are missing and not guessed.
    """

    ids: Mapping[str, str]


@attrs.frozen
class Ticket:
    """A broker's request to wait: the same body again with this ticket after so many seconds.

    With ``needs_captcha`` no program can redeem it.
    """

    text: str
    seconds: float
    needs_captcha: bool


@attrs.frozen
class Declined:
    """The broker has none of the orders, and said so.

    ``reason`` is its word or status for it, verbatim and open-ended, ``text`` its sentence;
    ``retry_after`` is in seconds, where it says so.
    """

    reason: str
    text: str = ""
    retry_after: float | None = None
    ticket: Ticket | None = None


@attrs.frozen
class Unclear:
    """What says neither yes nor no; ``ids`` are those that came with it, to look for."""

    why: str
    ids: Mapping[str, str] = attrs.field(factory=dict[str, str])


Verdict: TypeAlias = Accepted | Declined | Unclear

_T = TypeVar("_T")


def read_answer(body: bytes) -> Mapping[str, Any] | Unclear:
    """The JSON object of an answer, read strictly, or why it is none.

    Numbers keep their text; ``null`` stays. A key that stands twice, a number that is none, and
    what is too long or nests too deeply make it unclear.
    """
    return _read(body, _json.load_object)


def read_list(body: bytes) -> Sequence[Any] | Unclear:
    """The JSON array of an answer, read as strictly, or why it is none: never an empty one."""
    value = _read(body, _json.loads)
    if isinstance(value, Unclear) or _json.is_array(value):
        return value
    return Unclear("the answer is no list.")


def _read(body: bytes, load: Callable[[bytes], _T]) -> _T | Unclear:
    if len(body) > LONGEST_ANSWER:
        return Unclear(f"the answer is longer than {LONGEST_ANSWER} bytes.")
    try:
        value = load(body)
    except InvalidOrder as error:
        return Unclear(f"the answer cannot be read: {error.problems[0].why}")
    why = _oddity(value, 1)
    return value if why is None else Unclear(f"the answer cannot be read: {why}")


def _oddity(value: Any, depth: int) -> str | None:
    """What keeps a value from being relied on: depth, a key twice, a number such as NaN."""
    if isinstance(value, str):
        is_odd = isinstance(value, Numeral) and value in _NO_NUMBERS
        return f"{value} is no number." if is_odd else None
    if depth > DEEPEST_ANSWER and isinstance(value, dict | list):
        return f"it nests more than {DEEPEST_ANSWER} levels deep."
    if _json.is_object(value):
        if twice := _json.repeated_keys(value):
            return f"the key {shown(twice[0])} stands twice."
        inner = list(value.values())
    elif _json.is_array(value):
        inner = list(value)
    else:
        return None
    return next((why for each in inner if (why := _oddity(each, depth + 1))), None)


_NO_NUMBERS: Final = frozenset(("NaN", "Infinity", "-Infinity"))


def entity_id(value: Any) -> str | Unclear | None:
    """A broker's integer id as text; ``None`` for what brokers write where there is none.

    ``null``, zero and negative integers are none; text, a truth, ``1.5`` and what is no 64-bit
    integer are :class:`Unclear`.
    """
    if value is None:
        return None
    if isinstance(value, Numeral) and len(value) <= _LONGEST_ID:
        number = integer(value)
        if number is not None and number <= _MOST_ID:
            return str(number) if number > 0 else None
    return Unclear(f"{shown(value)} is no id.")
