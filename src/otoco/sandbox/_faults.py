"""What can go wrong between a broker and its caller, as a script that the sandbox follows."""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal, TypeAlias, get_args

import attrs

#: What a request is for.
Purpose: TypeAlias = Literal["place", "read", "cancel", "auth"]

#: Which requests a fault meets.
Target: TypeAlias = Literal["place", "read", "cancel", "auth", "any"]


class FaultKind(Enum):
    """The ways in which an exchange fails; :attr:`accepts` tells which of them hide a yes."""

    #: The broker refuses in its usual way, and has nothing.
    REJECT = "reject"
    #: The broker refuses inside of HTTP 200, and has nothing.
    ERROR_IN_200 = "error-in-200"
    #: The broker asks to wait, and has nothing.
    PENALTY = "penalty"
    #: The connection is closed before the request is processed.
    DROP_BEFORE = "drop-before"
    #: The connection is closed in place of a reply (FIN).
    DROP_AFTER = "drop-after"
    #: The connection is reset in place of a reply (RST).
    RESET_AFTER = "reset-after"
    #: Half of the reply's body comes, and then the connection is closed.
    HALF_REPLY = "half-reply"
    #: The reply begins only after some seconds.
    SLOW_HEAD = "slow-head"
    #: The reply's body comes piece by piece and takes some seconds.
    SLOW_BODY = "slow-body"
    #: The reply says yes, and then the broker rejects the last child (or the only order).
    LATE_REJECTION = "late-rejection"
    #: The reply stands twice on the wire.
    DUPLICATE_REPLY = "duplicate-reply"
    #: HTTP 429 with no body; nothing is processed.
    TOO_MANY_REQUESTS = "too-many-requests"
    #: HTTP 500, after the request was processed.
    SERVER_ERROR = "server-error"
    #: HTTP 503, and nothing is processed.
    UNAVAILABLE = "unavailable"
    #: HTTP 502 with a page in HTML, after the request was processed.
    BAD_GATEWAY = "bad-gateway"
    #: HTTP 307 to the same place; whoever follows it sends the request a second time.
    REDIRECT = "redirect"
    #: The reply with blanks behind it, more than 1 MiB in all.
    HUGE_REPLY = "huge-reply"
    #: JSON that nests a hundred levels deep, in place of the reply.
    DEEP_JSON = "deep-json"
    #: A reply of a few KiB that decompresses to 16 MiB.
    GZIP_BOMB = "gzip-bomb"
    #: HTTP 200 without a body, in place of the reply.
    EMPTY_200 = "empty-200"
    #: A content-length that is half of what comes.
    WRONG_LENGTH = "wrong-length"

    @property
    def accepts(self) -> bool:
        """Whether the broker processes the request before it goes wrong."""
        return self not in _NOT_PROCESSED


_NOT_PROCESSED: Final = frozenset(
    (
        FaultKind.REJECT,
        FaultKind.ERROR_IN_200,
        FaultKind.PENALTY,
        FaultKind.DROP_BEFORE,
        FaultKind.TOO_MANY_REQUESTS,
        FaultKind.UNAVAILABLE,
        FaultKind.REDIRECT,
    )
)


_SLOW: Final = frozenset((FaultKind.SLOW_HEAD, FaultKind.SLOW_BODY))


@attrs.frozen
class Fault:
    """A fault that meets the next ``times`` requests of a purpose.

    ``seconds`` is how long a slow reply takes.

    Raises:
        ValueError: for a purpose that is none, less than one time, and seconds below zero or
            without an end.

    """

    kind: FaultKind = attrs.field(converter=FaultKind)
    on: Target = "place"
    times: int = 1
    seconds: float = 0.0

    def __attrs_post_init__(self) -> None:
        if self.on not in get_args(Target):
            raise ValueError(f"a fault is on {', '.join(get_args(Target))}, and not on {self.on!r}")
        if self.times < 1:
            raise ValueError(f"a fault happens once or more, and not {self.times} times")
        if self.kind in _SLOW and not self.seconds:
            raise ValueError(f"{self.kind.value} takes some seconds: say how many")
        if not 0 <= self.seconds < float("inf"):
            raise ValueError(f"a reply takes 0 seconds or more, and not {self.seconds}")


class Script:
    """The faults that are still to come, each purpose in the order in which they were added."""

    def __init__(self) -> None:
        self._coming: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let a fault happen, after those that were added before it."""
        self._coming.append(fault)

    def take(self, purpose: Purpose) -> Fault | None:
        """The fault that meets a request of this purpose now, if any; it is used up by one."""
        for index, fault in enumerate(self._coming):
            if fault.on in (purpose, "any"):
                if fault.times > 1:
                    self._coming[index] = attrs.evolve(fault, times=fault.times - 1)
                else:
                    del self._coming[index]
                return fault
        return None

    def clear(self) -> None:
        """Let none of them happen."""
        self._coming.clear()
