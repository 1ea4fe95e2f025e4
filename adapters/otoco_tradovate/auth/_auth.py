"""An access token on each request: renewed in time, and below every log."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, Final, TypeAlias, TypeVar

import anyio
import attrs
import httpx

from otoco.adapters import Ticket
from otoco.placing import Secret
from otoco_tradovate.auth._tokens import (
    AccessToken,
    AuthenticationError,
    Credentials,
    Failure,
    Login,
    Reply,
    token_in,
)
from otoco_tradovate.auth._wire import adrained, carry_bearer, drained, request_for, room_of

_T = TypeVar("_T")
#: "Within a few minutes of expiration" is when Tradovate wants a token to be renewed.
_EARLY: Final = timedelta(minutes=5)
#: At most ten requests a minute for tokens (Tradovate Partner API: Rate Limits).
_REST: Final = 6.0  # seconds
_REST_AFTER_FAILURE: Final = 60.0  # seconds
_HOUR: Final = 3600.0  # seconds
_POLL: Final = 0.01  # seconds
_RENEW: Final = "/auth/renewaccesstoken"
_LOGIN: Final = "/auth/accesstokenrequest"
_EXPIRED: Final = Failure("the access token has expired, and there is no source of another.")

Source: TypeAlias = Callable[[], AccessToken] | Login
_Flow: TypeAlias = Generator[httpx.Request | float, Any, AccessToken]
_Part: TypeAlias = Generator[httpx.Request | float, Any, AccessToken | Failure]


class TradovateAuth(httpx.Auth):
    """Puts an access token on each request, at the moment when it is sent.

    Five minutes before it expires the token is renewed, and where there is none that holds a new
    one is obtained from ``source``: a function or a :class:`Login`. A function is called while a
    request waits, on the event loop if the client is asynchronous. Where a renewal fails and there
    is no source, that is raised, and for a minute the token is used as long as it holds; for six
    seconds where the renewal was not answered.

    A request that was answered with 401 is not sent again: the token is renewed before the next.
    ``clock`` tells the time with its zone; ``sleep`` and ``async_sleep`` wait when the broker asks
    for it, if the client's deadline leaves room.

    Raises:
        ValueError: with neither a token nor a source.

    """

    def __init__(
        self,
        token: AccessToken | None = None,
        *,
        source: Source | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
        async_sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        if token is None and source is None:
            raise ValueError("give an access token, a source of tokens, or both.")
        self._token, self._source = token, source
        self._clock, self._sleep, self._async_sleep = clock, sleep, async_sleep
        self._is_doubtful = False
        self._rests_until: datetime | None = None
        self._failure: Failure | None = None
        self._lock = Lock()  # one for threads and tasks alike, held while a token is obtained

    def __repr__(self) -> str:
        return f"TradovateAuth({self._token!r}, …)"

    def secrets(self) -> tuple[Secret, ...]:
        """What no one may be shown; whoever asks is the client, to hide it in answers."""
        return () if self._token is None else (self._token.text,)

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        """Obtain a token if need be, and have the transport put it on the request."""
        token = self._usable()
        if token is None:
            if not self._lock.acquire(timeout=room_of(request)):
                raise _busy()
            steps = self._obtaining(request)
            try:
                step = _next(steps, None)
                while not isinstance(step, AccessToken):
                    if isinstance(step, httpx.Request):
                        step = _next(steps, drained((yield step)))
                    else:
                        self._sleep(step)
                        step = _next(steps, None)
            finally:
                steps.close()
                self._lock.release()
            token = step
        carry_bearer(request, token.text)
        response = yield request
        self._doubt(token, response)

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """As :meth:`sync_auth_flow`."""
        token = self._usable()
        if token is None:
            ends = time.monotonic() + room_of(request)
            while not self._lock.acquire(blocking=False):
                if time.monotonic() > ends:
                    raise _busy()
                await anyio.sleep(_POLL)
            steps = self._obtaining(request)
            try:
                step = _next(steps, None)
                while not isinstance(step, AccessToken):
                    if isinstance(step, httpx.Request):
                        step = _next(steps, await adrained((yield step)))
                    else:
                        await self._async_sleep(step)
                        step = _next(steps, None)
            finally:
                steps.close()
                self._lock.release()
            token = step
        carry_bearer(request, token.text)
        response = yield request
        self._doubt(token, response)

    def _usable(self) -> AccessToken | None:
        """The token, if it holds and it is not the time to renew it."""
        token, now = self._token, self._clock()
        if token is None or now >= token.expires:
            return None
        is_due = self._is_doubtful or now >= token.expires - _EARLY
        return None if is_due and not self._is_resting(now) else token

    def _is_resting(self, now: datetime) -> bool:
        return self._rests_until is not None and now < self._rests_until

    def _doubt(self, token: AccessToken, response: httpx.Response) -> None:
        """A 401 may mean that a token is spent, or that an order cannot be cancelled any more."""
        if response.status_code == 401 and token is self._token:
            self._is_doubtful = True

    def _obtaining(self, request: httpx.Request) -> _Flow:
        """Yield requests to send and seconds to wait, until there is a token."""
        if (token := self._usable()) is not None:
            return token  # another request has obtained it meanwhile
        if self._is_resting(self._clock()):
            raise self._error()
        try:
            got = yield from self._attempt(request)
        except BaseException:  # it was not answered, or who asked for it has stopped waiting
            if self._token is not None and self._clock() < self._token.expires:
                self._rest(_REST)
            raise
        if isinstance(got, AccessToken):
            self._token, self._is_doubtful, self._failure = got, False, None
            self._rest(_REST)
            return got
        self._failure = got
        self._rest(got.retry_after or _REST_AFTER_FAILURE)
        raise self._error()

    def _rest(self, seconds: float) -> None:
        self._rests_until = self._clock() + timedelta(seconds=seconds)

    def _error(self) -> AuthenticationError:
        failure = self._failure or _EXPIRED
        return AuthenticationError(failure.why, failure.retry_after)

    def _attempt(self, request: httpx.Request) -> _Part:
        """The token renewed, or a new one; none where the broker asks to wait."""
        token, got = self._token, _EXPIRED
        if token is not None and self._clock() < token.expires:
            renewed = yield from self._renewed(request, token)
            if isinstance(renewed, AccessToken) or renewed.retry_after is not None:
                return renewed
            got = renewed
        if self._source is None:
            return got
        new = yield from self._from_source(request, self._source)
        return new

    def _renewed(self, request: httpx.Request, token: AccessToken) -> _Part:
        """The token renewed, while it holds."""
        reply: Reply = yield request_for(request, _RENEW, token.text)
        got = token_in(reply, (token.text.reveal(),))
        if isinstance(got, Ticket):
            if got.needs_captcha or got.seconds > room_of(request):
                return _penalised("the renewal of the access token", got)
            yield float(got.seconds)
            body = json.dumps({"p-ticket": got.text}).encode("ascii")
            reply = yield request_for(request, _RENEW, token.text, body)
            got = token_in(reply, (token.text.reveal(),))
        if isinstance(got, Ticket):
            return _penalised("the renewal of the access token", got)
        return _named("Tradovate did not renew the access token", got)

    def _from_source(self, request: httpx.Request, source: Source) -> _Part:
        """A new token."""
        if isinstance(source, Login):
            given = _called(source.credentials, Credentials)
            if isinstance(given, Failure):
                return given
            reply: Reply = yield request_for(request, _LOGIN, body=given.body())
            got = token_in(reply, given.secrets)
            if isinstance(got, Ticket):
                if got.needs_captcha or got.seconds > room_of(request):
                    return _penalised("the login", got)
                yield float(got.seconds)
                reply = yield request_for(request, _LOGIN, body=given.body(got.text))
                got = token_in(reply, given.secrets)
            if isinstance(got, Ticket):
                return _penalised("the login", got)
            return _named("Tradovate did not take the login", got)
        token = _called(source, AccessToken)
        if isinstance(token, AccessToken) and token.expires <= self._clock():
            return Failure(f"the source gave an access token that expired at {token.expires}.")
        return token


def _next(steps: _Flow, reply: Reply | None) -> httpx.Request | float | AccessToken:
    try:
        return steps.send(reply)
    except StopIteration as stop:
        token: AccessToken = stop.value
        return token


def _called(function: Callable[[], _T], kind: type[_T]) -> _T | Failure:
    """What a function of the caller's returns; of what it raises only the name, for its secrets."""
    try:
        given: Any = function()
    except Exception as error:  # noqa: BLE001  a stranger's function may raise anything
        return Failure(f"the source of tokens has raised {type(error).__name__}.")
    if isinstance(given, kind):
        return given
    return Failure(f"the source of tokens gave a {type(given).__name__} and no {kind.__name__}.")


def _named(what: str, got: AccessToken | Failure) -> AccessToken | Failure:
    return attrs.evolve(got, why=f"{what}: {got.why}") if isinstance(got, Failure) else got


def _penalised(what: str, ticket: Ticket) -> Failure:
    """A ticket that is not redeemed, and when there is a chance again."""
    if ticket.needs_captcha:
        why = f"for {what} Tradovate asks for a captcha, which only a person can solve"
        return Failure(f"{why}; without one, wait about an hour.", _HOUR)
    why = f"for {what} Tradovate asks to wait {ticket.seconds:g} s, which was not possible here."
    return Failure(why, ticket.seconds)


def _busy() -> AuthenticationError:
    return AuthenticationError("another request is obtaining an access token, and took too long.")
