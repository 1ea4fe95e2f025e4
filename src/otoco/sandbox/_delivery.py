"""How a reply gets to the caller, or does not: one table for sockets and for memory."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import Enum
from typing import Final

import attrs

from otoco.sandbox._desk import Desk, Incoming, Reply
from otoco.sandbox._faults import Fault, FaultKind

_MEBIBYTE: Final = 1 << 20
_BLANKS: Final = b" " * _MEBIBYTE
_BOMB: Final = 16  # mebibytes
_DEPTH: Final = 100
_PIECES: Final = 10
_JSON: Final = {"content-type": "application/json"}
_HTML: Final = {"content-type": "text/html"}


class Manner(Enum):
    """What happens to a reply on its way."""

    WHOLE = "whole"
    LATE = "late"
    IN_PIECES = "in pieces"
    TWICE = "twice"
    HALF = "half"
    SHORT_LENGTH = "with a length that is too short"
    CLOSED = "never, and the connection is closed"
    RESET = "never, and the connection is reset"


@attrs.frozen
class Delivery:
    """A reply and what happens to it; ``seconds`` is how long it takes."""

    reply: Reply
    manner: Manner = Manner.WHOLE
    seconds: float = 0.0

    @property
    def arrives(self) -> bool:
        """Whether anything of the reply does."""
        return self.manner not in (Manner.CLOSED, Manner.RESET)

    @property
    def declared(self) -> int:
        """The content-length that it says."""
        length = len(self._body)
        return length // 2 if self.manner is Manner.SHORT_LENGTH else length

    @property
    def pieces(self) -> tuple[bytes, ...]:
        """The body as far as it is sent, in the pieces in which it is."""
        body = self._body
        if self.manner is Manner.HALF:
            return (body[: len(body) // 2],)
        if self.manner is Manner.IN_PIECES:
            size = -(-len(body) // _PIECES)
            return tuple(body[start : start + size] for start in range(0, len(body), size))
        return (body,)

    @property
    def pause(self) -> float:
        """The seconds before the head, where it is late, or else before each piece."""
        return self.seconds / (len(self.pieces) if self.manner is Manner.IN_PIECES else 1)

    @property
    def _body(self) -> bytes:
        """The body, which is never empty where half of it is to be told from all of it."""
        return self.reply.body or (b"" if self.manner is Manner.WHOLE else b"{}")


_MANNERS: Final[Mapping[FaultKind, Manner]] = {
    FaultKind.DROP_BEFORE: Manner.CLOSED,
    FaultKind.DROP_AFTER: Manner.CLOSED,
    FaultKind.RESET_AFTER: Manner.RESET,
    FaultKind.HALF_REPLY: Manner.HALF,
    FaultKind.SLOW_HEAD: Manner.LATE,
    FaultKind.SLOW_BODY: Manner.IN_PIECES,
    FaultKind.DUPLICATE_REPLY: Manner.TWICE,
    FaultKind.WRONG_LENGTH: Manner.SHORT_LENGTH,
}


def _huge(reply: Reply) -> Reply:
    return attrs.evolve(reply, body=reply.body + _BLANKS)


def _bomb(reply: Reply) -> Reply:
    squeezed = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    parts = [squeezed.compress(each) for each in (reply.body, *[_BLANKS] * _BOMB)]
    body = b"".join((*parts, squeezed.flush()))
    return Reply(reply.status, {**reply.headers, "content-encoding": "gzip"}, body)


_NOTHING: Final = Reply(503)
_ERROR: Final = Reply(500, _JSON, b'{"message":"an internal timeout was hit"}')
_GATEWAY: Final = Reply(502, _HTML, b"<html><body><h1>502 Bad Gateway</h1></body></html>")
_DEEP: Final = Reply(200, _JSON, b'{"a":' * _DEPTH + b"1" + b"}" * _DEPTH)

#: What comes in place of a reply.
_REPLACED: Final[Mapping[FaultKind, Callable[[Reply], Reply]]] = {
    FaultKind.SERVER_ERROR: lambda _: _ERROR,
    FaultKind.BAD_GATEWAY: lambda _: _GATEWAY,
    FaultKind.HUGE_REPLY: _huge,
    FaultKind.DEEP_JSON: lambda _: _DEEP,
    FaultKind.GZIP_BOMB: _bomb,
    FaultKind.EMPTY_200: lambda _: Reply(200, _JSON),
}


def deliver(desk: Desk, incoming: Incoming, fault: Fault | None) -> Delivery:
    """Have a request answered by a desk, with what goes wrong on the way."""
    if fault is None:
        return Delivery(desk.answer(incoming))
    reply = _processed(desk, incoming, fault.kind) if fault.kind.accepts else None
    if reply is None:
        reply = _refused(desk, incoming, fault.kind)
    manner = _MANNERS.get(fault.kind, Manner.WHOLE)
    return Delivery(reply, manner, fault.seconds)


def _processed(desk: Desk, incoming: Incoming, kind: FaultKind) -> Reply:
    before = desk.latest()
    reply = desk.answer(incoming)
    if kind is FaultKind.LATE_REJECTION and (made := desk.latest()) and made != before:
        with suppress(ValueError):  # it is filled already
            desk.reject(made.orders[-1].id)
    replaced = _REPLACED.get(kind)
    return replaced(reply) if replaced else reply


def _refused(desk: Desk, incoming: Incoming, kind: FaultKind) -> Reply:
    match kind:
        case FaultKind.REJECT | FaultKind.ERROR_IN_200 | FaultKind.PENALTY:
            return desk.refusal(kind, incoming)
        case FaultKind.REDIRECT:
            return Reply(307, {"location": incoming.raw_target.decode("latin-1")})
        case FaultKind.TOO_MANY_REQUESTS:
            return Reply(429)
        case _:
            return _NOTHING
