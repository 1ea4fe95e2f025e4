"""Penalty tickets: wait, and send the same body again with the ticket (partner docs)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from attrs import frozen

from otoco_tradovate.sandbox._replies import Fields

TICKET: Final = "p-ticket"


@frozen
class _Issued:
    path: str
    body: Mapping[str, Any]
    ready: datetime


class Tickets:
    """The tickets that were issued and not redeemed."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._issued: dict[str, _Issued] = {}
        self._count = 0

    def issue(self, path: str, body: Mapping[str, Any], now: datetime) -> Fields:
        """A ticket for a request that is not handled; no program can redeem one of a login."""
        self._count += 1
        ticket = f"sandbox-ticket-{self._count}"
        needs_captcha = path.startswith("/auth/")
        if not needs_captcha:
            rest = {name: value for name, value in body.items() if name != TICKET}
            ready = now + timedelta(seconds=self._seconds)
            self._issued[ticket] = _Issued(path, rest, ready)
        return {TICKET: ticket, "p-time": self._seconds, "p-captcha": needs_captcha}

    def redeem(self, path: str, body: Mapping[str, Any], now: datetime) -> Mapping[str, Any] | None:
        """The body to be handled; None where its ticket is none, is early, or is another body's."""
        if TICKET not in body:
            return body
        rest = {name: value for name, value in body.items() if name != TICKET}
        issued = self._issued.get(str(body[TICKET]))
        if issued is None or now < issued.ready or (path, rest) != (issued.path, issued.body):
            return None
        del self._issued[str(body[TICKET])]
        return rest
