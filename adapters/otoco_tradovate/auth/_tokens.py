"""Tradovate's access tokens: held, and read from what its authentication answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

import attrs

from otoco import OtocoError
from otoco.adapters import Instant, Ticket, Unclear, Unreadable, read_answer
from otoco.placing import Secret
from otoco_tradovate._answers import LOCKED_OUT, penalty, words

_LONGEST_TOKEN: Final = 8192  # characters
_LONGEST: Final = {"sec": 8192}  # characters; of every other field
_LONGEST_FIELD: Final = 64
#: The wire key of each field of the credentials.
_KEYS: Final = {
    "name": "name",
    "password": "password",
    "app_id": "appId",
    "app_version": "appVersion",
    "device_id": "deviceId",
    "cid": "cid",
    "sec": "sec",
}


class AuthenticationError(OtocoError):
    """There is no access token to send a request with; the request was not sent.

    ``retry_after`` is in how many seconds another attempt has a chance, where that is known.
    """

    def __init__(self, why: str, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(why)


def _to_secret(value: Any) -> Any:
    return value if isinstance(value, Secret) else Secret(value, "the access token")


@attrs.frozen(eq=False)
class AccessToken:
    """An access token, and until when it holds.

    ``expires`` is Tradovate's own ``expirationTime``: no page says how long a token lives.

    Raises:
        ValueError: for a text that is no token, and for a time without a zone.

    """

    text: Secret = attrs.field(converter=_to_secret, repr=False)
    expires: datetime

    def __attrs_post_init__(self) -> None:
        if len(self.text.reveal()) > _LONGEST_TOKEN:
            raise ValueError(f"the access token is longer than {_LONGEST_TOKEN} characters.")
        if self.expires.tzinfo is None:
            raise ValueError(f"the access token expires at {self.expires}, which has no zone.")
        object.__setattr__(self, "expires", self.expires.astimezone(UTC))


@attrs.frozen(eq=False, kw_only=True)
class Credentials:
    """What a login is made with; whatever was not configured is left out.

    Raises:
        ValueError: for a value that Tradovate's schema does not take; it is not shown.

    """

    name: str = attrs.field(repr=False)
    password: str = attrs.field(repr=False)
    app_id: str | None = attrs.field(default=None, repr=False)
    app_version: str | None = attrs.field(default=None, repr=False)
    device_id: str | None = attrs.field(default=None, repr=False)
    cid: str | int | None = attrs.field(default=None, repr=False)
    sec: str | None = attrs.field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        for name in _KEYS:
            value: Any = getattr(self, name)
            longest = _LONGEST.get(name, _LONGEST_FIELD)
            if value is None and name not in ("name", "password"):
                continue
            if name == "cid" and type(value) is int:
                continue
            if type(value) is not str or not 0 < len(value) <= longest or not value.isprintable():
                raise ValueError(
                    f"{name} is text of 1 to {longest} printable characters, and this is none."
                )

    def body(self, ticket: str | None = None) -> bytes:
        """The body of the request, as Tradovate's page Access Token Request has it.

        A penalty ticket is added to what was sent before.
        """
        given = {key: getattr(self, name) for name, key in _KEYS.items()} | {"p-ticket": ticket}
        said = {key: value for key, value in given.items() if value is not None}
        return json.dumps(said, separators=(",", ":")).encode("ascii")

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no sentence may hold."""
        return tuple(text for text in (self.password, self.sec) if text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("credentials are not pickled, copied or sent to another process.")

    def __getstate__(self) -> Any:
        return self.__reduce__()


@attrs.frozen
class Login:
    """Obtains a token with credentials, which are asked for each time and never kept.

    A new token counts as a new connection, of which Tradovate ends the oldest ones; so a token that
    still holds is renewed instead.
    """

    credentials: Callable[[], Credentials] = attrs.field(repr=False)


@attrs.frozen
class Reply:
    """What was answered to a request for a token; the body holds it, and is not kept.

    ``flaw`` is why the body cannot be relied on.
    """

    status: int
    body: bytes = attrs.field(repr=False)
    flaw: str | None = None


@attrs.frozen
class Failure:
    """Why there is no token; nothing else is tried for so many seconds."""

    why: str
    retry_after: float | None = None


def token_in(reply: Reply, secrets: Iterable[str]) -> AccessToken | Ticket | Failure:
    """What an answer of Tradovate's authentication says; its words verbatim, if no secret is there.

    Source: Tradovate's pages Access Token Request and Renew Access Token, and its FAQ: a failure
    comes with the status 200 too.
    """
    status = reply.status
    if status in LOCKED_OUT:
        why = f"status {status}: Tradovate locks this user out for about an hour"
        return Failure(f"{why}, which each further request begins anew.", LOCKED_OUT[status])
    if status != 200:
        return Failure(f"the answer has the status {status}.")
    if reply.flaw is not None:
        return Failure(reply.flaw)
    said = read_answer(reply.body)
    if isinstance(said, Unclear):
        return Failure(said.why)
    if "p-ticket" in said:
        ticket = penalty(said)
        return Failure(ticket.why) if isinstance(ticket, Unclear) else ticket
    if text := words(said):
        is_safe = not any(secret in text for secret in secrets)
        return Failure(text if is_safe else "its words hold a secret, and are not shown.")
    expires: datetime
    try:
        expires = Instant().read(said.get("expirationTime"))
        return AccessToken(said.get("accessToken"), expires)
    except (Unreadable, ValueError):
        return Failure("the answer has no accessToken with an expirationTime that can be read.")
