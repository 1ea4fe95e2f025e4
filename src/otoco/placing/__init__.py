"""Placing orders over HTTP: clients, outcomes, journals, and what an authentication needs.

This is the only part of the core that imports an HTTP client, and nothing else of the core imports
it.
"""

from __future__ import annotations

from otoco._venue import Cancellation, Finding, Life, PlacingAdapter, Sighting, Standing
from otoco.placing._async_client import AsyncClient
from otoco.placing._client import Client
from otoco.placing._credentials import auth_from_environment
from otoco.placing._deadline import seconds_left
from otoco.placing._environments import base_url_of
from otoco.placing._errors import IntentNotKnown, IntentUsed
from otoco.placing._finishing import AsyncFinishing, Finishing, finish_with
from otoco.placing._journal import Entry, Journal, JournalError, State
from otoco.placing._memory import MemoryJournal
from otoco.placing._outcomes import Attempt, NotSent, Outcome, Placed, Rejected, Unknown
from otoco.placing._secrets import Secret
from otoco.placing._sqlite import SqliteJournal

__all__ = [
    "AsyncClient",
    "AsyncFinishing",
    "Attempt",
    "Cancellation",
    "Client",
    "Entry",
    "Finding",
    "Finishing",
    "IntentNotKnown",
    "IntentUsed",
    "Journal",
    "JournalError",
    "Life",
    "MemoryJournal",
    "NotSent",
    "Outcome",
    "Placed",
    "PlacingAdapter",
    "Rejected",
    "Secret",
    "Sighting",
    "SqliteJournal",
    "Standing",
    "State",
    "Unknown",
    "auth_from_environment",
    "base_url_of",
    "finish_with",
    "seconds_left",
]
