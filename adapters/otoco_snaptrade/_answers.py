"""What SnapTrade's answer to a placement says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from otoco.adapters import (
    GROUP,
    Accepted,
    Answer,
    Declined,
    Request,
    Unclear,
    Verdict,
    read_answer,
)

#: Statuses that mean that nothing was placed. A 5xx can hide an order, and any other is documented
#: nowhere.
_DECLINED: Final = frozenset((400, 401, 402, 403, 404, 422, 429))
_GROUP_ID: Final = "brokerage_group_order_id"
#: Under which keys the documented errors have a code and a sentence.
_CODES: Final = ("code", "default_code")
_WORDS: Final = ("detail", "default_detail", "error")
#: Where a 429 says how long to wait, in seconds, the surest first.
_WAITS: Final = ("retry-after", "x-ratelimit-account-reset", "x-ratelimit-reset")


def verdict(sent: Request, answer: Answer) -> Verdict:
    """What the answer says of the group that was sent; a group may be accepted without an id."""
    body = read_answer(answer.body)
    known: Mapping[str, Any] = {} if isinstance(body, Unclear) else body
    group_id = known.get(_GROUP_ID)
    ids = {GROUP: group_id} if type(group_id) is str and group_id else {}
    if answer.status in _DECLINED and not ids:
        return _declined(answer, known)
    if answer.status != 200:
        why = f"the status {answer.status} says neither that it was placed nor that not."
        return Unclear(why, ids)
    if isinstance(body, Unclear):
        return body
    if errors := [key for key in (*_CODES, *_WORDS) if key in body]:
        return Unclear(f"{errors[0]} stands in an answer that is no error.", ids)
    kind, wanted = body.get("type"), sent.body["type"]
    if kind not in (None, wanted):
        return Unclear(f"the answer is about an {kind}, and the request about an {wanted}.", ids)
    if ids or (group_id is None and kind == wanted):
        return Accepted(ids)
    return Unclear("the answer has neither the id of a group nor its type.")


def code_of(body: Mapping[str, Any]) -> str:
    """The code of an error as text, or empty text; the vendor writes numbers and text."""
    return next((str(body[key]) for key in _CODES if key in body), "")


def words_of(body: Mapping[str, Any]) -> str:
    """The sentences of an error, verbatim."""
    return " ".join(str(body[key]) for key in _WORDS if key in body)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """How many seconds a 429 asks to wait, where it says so in seconds."""
    for name in _WAITS:
        text = headers.get(name, "")
        if text.isascii() and text.isdigit() and len(text) < 7:
            return float(text)
    return None


def _declined(answer: Answer, body: Mapping[str, Any]) -> Declined:
    code = code_of(body)
    wait = retry_after(answer.headers) if answer.status == 429 else None
    reason = f"{answer.status}/{code}" if code else str(answer.status)
    return Declined(reason, words_of(body), wait)
