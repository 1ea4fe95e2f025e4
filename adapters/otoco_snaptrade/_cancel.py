"""Cancelling a placement: SnapTrade cancels orders one by one, and lists them in between.

No call cancels a group, and what cancelling one leg does to the others is not documented. So after
each the orders are listed again, and only one that is still open is cancelled too.
"""

from __future__ import annotations

from typing import Final

import attrs

from otoco.adapters import (
    Answer,
    Call,
    Cancellation,
    NoAnswer,
    Sent,
    Sighting,
    Steps,
    Traffic,
    Unclear,
    read_answer,
)
from otoco_snaptrade._asking import account_path, said
from otoco_snaptrade._find import Looked, look, look_well
from otoco_snaptrade._legs import sent_legs

_KEY: Final = "brokerage_order_id"


def cancel(sent: Sent) -> Steps[Cancellation]:
    """Cancel each leg that is open, the trigger first; each at most once."""
    told: dict[str, str] = {}
    orders: tuple[Sighting, ...] = ()
    try:
        looked = yield from look_well(sent)
        orders = looked.finding.orders
        while (next_ := _next(looked, told)) is not None:
            path, order_id = next_
            told[path] = f"{path} ({order_id}) was not known to be cancelled."
            told[path] = yield from _cancel_one(sent, path, order_id)
            ids = {**sent.ids, **looked.finding.ids}
            looked = yield from look(attrs.evolve(sent, ids=ids))
            orders = looked.finding.orders
    except NoAnswer as error:
        return Cancellation(False, _sentences(error.why, told), orders)
    return _report(sent, looked, told)


def _next(looked: Looked, told: dict[str, str]) -> tuple[str, str] | None:
    """The first leg that is open and was not cancelled yet; the trigger is the first of all.

    What is another placement's is let be.
    """
    for order in looked.finding.orders:
        if order.id in looked.strangers:
            continue
        if order.path is not None and order.path not in told and order.life.is_open:
            return order.path, order.id
    return None


def _cancel_one(sent: Sent, path: str, order_id: str) -> Steps[str]:
    """Ask to cancel one order; what came of it in a sentence, or empty text after a yes."""
    call = Call(
        f"{account_path(sent.request.path)}/trading/cancel", {_KEY: order_id}, Traffic.CANCEL
    )
    answer: Answer = yield call
    body = read_answer(answer.body)
    if answer.status != 200:
        return f"{path}: {said(call, answer)}"
    if isinstance(body, Unclear):
        return f"{path}: {body.why}"
    if body.get(_KEY) != order_id:
        return f"{path}: the answer is not about the order {order_id}."
    return ""


def _report(sent: Sent, looked: Looked, told: dict[str, str]) -> Cancellation:
    finding = looked.finding
    listed = {order.path for order in finding.orders}
    still_open = [order for order in finding.orders if order.life.is_open]
    missing = [leg.path for leg in sent_legs(sent.request) if leg.path not in listed]
    if not (missing or still_open or looked.strangers):
        return Cancellation(True, _sentences("none of its orders is open.", told), finding.orders)
    why = " ".join(
        [
            finding.why,
            *(f"{order.path or order.id} is still {order.status}." for order in still_open),
            *(f"{each} is not its own, and was let be." for each in sorted(looked.strangers)),
            *(f"what became of {path} is not known." for path in missing),
        ]
    )
    return Cancellation(False, _sentences(why, told), finding.orders)


def _sentences(why: str, told: dict[str, str]) -> str:
    return " ".join((why, *filter(None, told.values())))
