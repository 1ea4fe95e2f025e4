"""What Tradovate's answer to a placement says. HTTP 200 is never a yes by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from otoco.adapters import (
    Accepted,
    Answer,
    Declined,
    Request,
    Ticket,
    Unclear,
    Verdict,
    entity_id,
    is_array,
    is_object,
    read_answer,
)
from otoco_tradovate import _strategy

#: Statuses that mean that nothing was placed; every other one but 200 says neither.
_DECLINED: Final = {
    400: "the request is badly formed",
    401: "the token is missing, expired or not allowed to do this",
    403: "this is not permitted",
    404: "the path or an entity is not found",
    422: "the request cannot be processed",
    423: "about to be locked out for an hour: stop sending",
    429: "locked out for about an hour; each request begins it anew",
}
LOCKED_OUT: Final = {423: 3600.0, 429: 3600.0}  # seconds

#: The reasons of the vendor's enums; the set grows without notice.
_LISTED: Final = (
    "AccountClosed AdvancedTrailingStopUnsupported AnotherCommandPending BackMonthProhibited"
    " ExecutionProviderNotConfigured ExecutionProviderUnavailable InvalidContract InvalidPrice"
    " KeyInformationDocumentRequired LiquidationOnly LiquidationOnlyBeforeExpiration"
    " MaxOrderQtyIsNotSpecified MaxOrderQtyLimitReached MaxPosLimitMisconfigured"
    " MaxPosLimitReached MaxTotalPosLimitReached MultipleAccountPlanRequired NoQuote"
    " NotEnoughLiquidity OtherExecutionRelated ParentRejected RiskCheckTimeout"
    " SSFNFAComplianceRequired SSFNFAComplianceRequiredJointOnly"
    " SSFRiskDisclosureAcknowledgmentRequired SessionClosed TooLate TradingLocked"
    " TrailingStopNonOrderQtyModify Unauthorized UnknownReason Unsupported"
)
_REASONS: Final = frozenset(_LISTED.split())
_HOUR: Final = 3600.0  # seconds; how long a captcha, which no program can solve, keeps one out
_LONGEST_PLAIN: Final = 200
_SUCCESS: Final = "Success"
#: The keys of ids in an answer to an order; a strategy has its own.
_ID_KEYS: Final = ("orderId", "oso1Id", "oso2Id", "ocoId")
_ALIVE: Final = ("ActiveStrategy", "ExecutionFinished")


def verdict(sent: Request, answer: Answer) -> Verdict:
    """What the answer says of the orders that were sent."""
    is_strategy = sent.path == _strategy.PATH
    if answer.status in _DECLINED and not (is_strategy and answer.status == 404):
        return _declined(sent, answer, is_strategy)
    if answer.status != 200:
        return Unclear(f"the status {answer.status} says neither that it was placed nor that not.")
    body = read_answer(answer.body)
    if isinstance(body, Unclear):
        return body
    found = _ids(body, is_strategy)
    if isinstance(found, Unclear):
        return found
    ids = _by_leg(sent, found)
    if not ids:
        return _without_ids(body)
    if found.keys() != sent.reply_ids.keys() or len({*ids.values()}) < len(ids):
        came, wanted = ", ".join(found), ", ".join(sent.reply_ids)
        return Unclear(f"the ids that came are {came}, and those of the request {wanted}.", ids)
    if why := _contradiction(body, is_strategy):
        return Unclear(f"ids came together with {why}.", ids)
    return Accepted(ids)


def _declined(sent: Request, answer: Answer, is_strategy: bool) -> Verdict:
    """A refusal by its status, in the broker's words where it has any."""
    status, read = str(answer.status), read_answer(answer.body)
    body: Mapping[str, Any] = {} if isinstance(read, Unclear) else read
    if found := _ids(body, is_strategy):
        known = {} if isinstance(found, Unclear) else _by_leg(sent, found)
        return Unclear(f"ids came together with the status {status}.", known)
    reason = body.get("failureReason")
    text = words(body) or _plain(answer.body) or _DECLINED[answer.status]
    said = f"{status}/{reason}" if type(reason) is str and reason else status
    return Declined(said, text, LOCKED_OUT.get(answer.status))


def _plain(body: bytes) -> str:
    """A body that is a short text by itself, such as *Access is denied*."""
    text = body.decode("ascii", "replace").strip()
    is_text = text.isprintable() and len(text) <= _LONGEST_PLAIN and text[:1] not in ("{", "[", "<")
    return text if is_text else ""


def _strategy_ids(body: Mapping[str, Any]) -> dict[str, Any]:
    strategy = body.get("orderStrategy")
    return {"orderStrategy.id": strategy.get("id") if is_object(strategy) else None}


def _ids(body: Mapping[str, Any], is_strategy: bool) -> dict[str, str] | Unclear:
    """The ids that are there; what is neither an id nor none makes the answer unclear."""
    values = _strategy_ids(body) if is_strategy else {key: body.get(key) for key in _ID_KEYS}
    found: dict[str, str] = {}
    for key, value in values.items():
        read = entity_id(value)
        if isinstance(read, Unclear):
            return Unclear(f"{key}: {read.why}", found)
        if read is not None:
            found[key] = read
    return found


def _by_leg(sent: Request, found: Mapping[str, str]) -> dict[str, str]:
    return {sent.reply_ids.get(key, key): text for key, text in found.items()}


def _without_ids(body: Mapping[str, Any]) -> Verdict:
    """A refusal, if it says so in one of the vendor's ways."""
    if "p-ticket" in body:
        ticket = penalty(body)
        if isinstance(ticket, Unclear):
            return ticket
        wait = max(ticket.seconds, _HOUR) if ticket.needs_captcha else ticket.seconds
        return Declined("p-ticket", words(body), wait, ticket)
    reason, text = body.get("failureReason"), words(body)
    if type(reason) is str and reason in _REASONS:
        return Declined(reason, text)
    if reason is None and text:
        return Declined("", text)
    said = f" and the words {text!r}" if text else ""
    return Unclear(f"no id came, and the reason {reason!r}{said} is no refusal that is known.")


def penalty(body: Mapping[str, Any]) -> Ticket | Unclear:
    """A penalty ticket; only one that says so needs a captcha."""
    ticket, seconds = body.get("p-ticket"), body.get("p-time")
    try:
        wait = float(str(seconds))
    except ValueError:
        return Unclear(f"a penalty ticket came whose time is {seconds!r}.")
    if type(ticket) is not str or not 0 <= wait < float("inf"):
        return Unclear(f"a penalty ticket came that cannot be read, with the time {seconds!r}.")
    return Ticket(ticket, wait, needs_captcha=body.get("p-captcha") not in (None, False))


def words(body: Mapping[str, Any]) -> str:
    """What an answer says in words, verbatim."""
    found = [body.get(key) for key in ("failureText", "errorText")]
    found += _violations(body.get("violations"))
    return " ".join(str(each) for each in found if each not in (None, ""))


def _violations(value: Any) -> list[object]:
    """What each violation says; one without a description says what it is."""
    if value is None or value == []:
        return []
    listed: list[Any] = list(value) if is_array(value) else [value]
    members = [each if is_object(each) else {"description": each} for each in listed]
    return [each.get("description") or json.dumps(each, default=str) for each in members]


def failure(body: Mapping[str, Any]) -> str | None:
    """How an answer says that something failed, if it does."""
    reason = body.get("failureReason")
    if reason not in (None, _SUCCESS):
        return f"the failure {reason}"
    if text := words(body):
        return f"the words {text!r}"
    if body.get("ok") is False:
        return "the word that it is not ok"
    return "a penalty ticket" if "p-ticket" in body else None


def _contradiction(body: Mapping[str, Any], is_strategy: bool) -> str | None:
    """What does not go with ids: a failure of any kind, or a strategy that is not alive."""
    why = failure(body)
    if why is None and is_strategy:
        status = body["orderStrategy"].get("status")
        return None if status in _ALIVE else f"the status {status}"
    return why
