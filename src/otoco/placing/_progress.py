"""How far an attempt to place an order has come, and the outcome that ends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, TypeAlias
from uuid import UUID

from otoco._answers import Accepted, Answer, Declined, Verdict
from otoco._contract import GROUP, Request
from otoco._problems import Refusal
from otoco._tree import Order
from otoco.placing._outcomes import NotSent, Outcome, Placed, Rejected, Unknown

Now: TypeAlias = Callable[[], datetime]

#: The headers by which brokers name an exchange, for a question to their support.
_REQUEST_IDS: Final = ("x-request-id", "request-id", "cf-ray")


def utc_now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


class Progress:
    """What is known of an attempt so far; a method that returns an outcome ends it."""

    def __init__(self, intent: UUID, now: Now) -> None:
        self.intent = intent
        self.began = now()
        self.content = b""
        self.digest: str | None = None
        self._now = now
        self._places: tuple[str, ...] = ()
        self._request_id: str | None = None

    def sends(self, request: Request, order: Order) -> None:
        """Note the request that is to leave, and the places that the broker may give ids for."""
        self.content = request.content
        self.digest = sha256(self.content).hexdigest()
        self._places = tuple(path or GROUP for path, _, _ in order.legs)

    def answered(self, answer: Answer) -> None:
        """Note how the broker calls the exchange."""
        names = (answer.headers.get(name) for name in _REQUEST_IDS)
        self._request_id = next((name for name in names if name), None)

    def judged(self, verdict: Verdict, finding_out: str) -> Outcome:
        """The outcome of an answer."""
        match verdict:
            case Accepted(ids):
                return self._placed(_by_place(ids))
            case Declined(reason, text, retry_after, ticket):
                return Rejected(
                    **self._end(), reason=reason, text=text, retry_after=retry_after, ticket=ticket
                )
            case _:
                return self.unknown(verdict.why, finding_out, verdict.ids)

    def _placed(self, ids: Mapping[str, str]) -> Placed:
        expected = self._places if ids else (GROUP, *self._places)
        missing = tuple(dict.fromkeys(place for place in expected if place not in ids))
        return Placed(**self._end(), ids=ids, missing=missing)

    def not_sent(
        self, why: str, *, refusals: tuple[Refusal, ...] = (), retry_after: float | None = None
    ) -> NotSent:
        """It never left."""
        return NotSent(**self._end(), why=why, refusals=refusals, retry_after=retry_after)

    def unknown(self, why: str, finding_out: str, ids: Mapping[str, str] | None = None) -> Unknown:
        """It may be live."""
        return Unknown(**self._end(), why=why, finding_out=finding_out, ids=_by_place(ids or {}))

    def _end(self) -> dict[str, Any]:
        return {
            "intent": self.intent,
            "digest": self.digest,
            "began": self.began,
            "ended": self._now(),
            "request_id": self._request_id,
        }


def _by_place(ids: Mapping[str, str]) -> dict[str, str]:
    """Ids by leg path, or ``order`` where the order is a lone leg."""
    return {path or GROUP: text for path, text in ids.items()}
