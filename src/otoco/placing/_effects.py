"""What a sequence of steps asks of the client that drives it, and what the client hands back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import attrs

from otoco._venue import Traffic
from otoco.placing._journal import Entry, State


@attrs.frozen
class Look:
    """Look an intent up in the journal; answered by its entry or ``None``."""

    intent: UUID


@attrs.frozen
class LookElsewhere:
    """Look in the journal for whose orders with these ids may be but this placement's.

    They are another's that has one of the ids. They may be another's that says the same, where
    neither has ids and the other is in one of the states. Answered by its entry or ``None``.
    """

    entry: Entry
    ids: frozenset[str]
    states: frozenset[State]


@attrs.frozen
class Claim:
    """Claim an intent in the journal; answered by ``None``, or by the entry that was there."""

    entry: Entry


@attrs.frozen
class Settle:
    """Write down what became of an intent; answered by the entry as it stands then."""

    intent: UUID
    state: State
    at: datetime
    ids: Mapping[str, str]
    why: str


@attrs.frozen
class Exchange:
    """Send a request and read its answer; answered by an ``Answer`` or a :class:`Failure`."""

    method: str
    path: str
    content: bytes | None
    content_type: str
    traffic: Traffic


@attrs.frozen
class Wait:
    """Wait so many seconds; answered by whether the deadline leaves time for that."""

    seconds: float


Journalled: TypeAlias = Look | LookElsewhere | Claim | Settle
Effect: TypeAlias = Journalled | Exchange | Wait


@attrs.frozen
class Failure:
    """An exchange without an answer.

    ``left`` says that a byte of the request may have left. ``stop`` is what the caller is to see
    raised once everything is written down: an interrupt, or a task that was cancelled.
    """

    why: str
    left: bool
    stop: BaseException | None = None
