"""What comes of placing an order: four outcomes, and no fifth."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import attrs

from otoco._answers import Ticket
from otoco._problems import Refusal


@attrs.frozen(kw_only=True)
class Attempt:
    """What every outcome tells of the attempt.

    ``digest`` is the SHA-256 of the body in hexadecimal, where there was one. The times are UTC:
    when the attempt began and when its outcome was known. ``request_id`` is the broker's own name
    for the exchange, where it gave one, for a question to its support. ``journal_error`` tells why
    the outcome could not be written down; the journal then still calls the intent open.
    """

    intent: UUID
    digest: str | None
    began: datetime
    ended: datetime
    request_id: str | None = None
    journal_error: str | None = None


@attrs.frozen(kw_only=True)
class Placed(Attempt):
    """The broker said yes: it has every order of the request.

    ``ids`` are the broker's, by leg path, and ``order`` for the group as a whole. ``missing`` are
    the places for which it gave none.
    """

    ids: Mapping[str, str]
    missing: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Rejected(Attempt):
    """The broker said no: it has none of the orders.

    ``reason`` is its word for it, verbatim: the sets of such words are open. ``text`` is its
    sentence, if any. ``retry_after`` is how many seconds it asks to wait before anything is sent
    again. A ``ticket`` is its request to wait and prove oneself, and is never redeemed here.
    """

    reason: str
    text: str = ""
    retry_after: float | None = None
    ticket: Ticket | None = None


@attrs.frozen(kw_only=True)
class NotSent(Attempt):
    """It certainly never left: the broker knows nothing of it. ``why`` is a sentence.

    ``refusals`` are the reasons of the adapter, where it was refused before sending;
    ``retry_after`` is in how many seconds a rate limit leaves room again.
    """

    why: str
    refusals: tuple[Refusal, ...] = ()
    retry_after: float | None = None


@attrs.frozen(kw_only=True)
class Unknown(Attempt):
    """Nobody here knows: the order may be live, or not, or in part.

    ``ids`` are those that came with an answer that is neither yes nor no. ``finding_out`` tells
    how to find out at this broker; ``Client.find`` asks the broker, and only what it shows ends
    the doubt. There is no way to send it again.
    """

    why: str
    finding_out: str
    ids: Mapping[str, str] = attrs.field(factory=dict[str, str])


Outcome: TypeAlias = Placed | Rejected | NotSent | Unknown
