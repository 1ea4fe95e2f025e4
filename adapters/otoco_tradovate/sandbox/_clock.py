"""A clock that nobody sets back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import monotonic


class Clock:
    """The time in UTC, which passes; it can be put forward."""

    def __init__(self) -> None:
        self._start = datetime.now(UTC)
        self._at = monotonic()

    def now(self) -> datetime:
        """The moment."""
        return self._start + timedelta(seconds=monotonic() - self._at)

    def put_forward(self, moment: datetime) -> None:
        """Let it be a moment; raises ValueError where it has no zone, or has passed already."""
        if moment.tzinfo is None:
            raise ValueError(f"{moment.isoformat()} has no time zone")
        if moment < (now := self.now()):
            raise ValueError(f"{moment.isoformat()} is before {now.isoformat()}, which it is")
        self._start, self._at = moment.astimezone(UTC), monotonic()
