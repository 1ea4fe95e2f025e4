"""SnapTrade's authentication: a signature over what is sent, with the secret below every log."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator
from functools import partial
from typing import Final
from urllib.parse import quote

import httpx

from otoco import OtocoError
from otoco.placing import Secret, finish_with
from otoco_snaptrade._signing import signature

#: What every one of the vendor's clients signs alike; others encode such a key first.
_KEY: Final = re.compile(r"[A-Za-z0-9\-_.!~*'();/?:@&=+$,#]+", re.ASCII)


class SnapTradeAuth(httpx.Auth):
    """Signs each request with the consumer key, at the moment when it is sent.

    A commercial key comes with the ``user_id`` and ``user_secret`` of the user whose account it is;
    a personal key has neither. ``clock`` gives the time in Unix seconds.

    Raises:
        ValueError: for one of user and secret without the other, for text that could not be sent,
            and for a consumer key that the vendor's clients would sign with differently.

    """

    requires_request_body = True

    def __init__(
        self,
        client_id: str,
        consumer_key: str,
        *,
        user_id: str | None = None,
        user_secret: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if (user_id is None) is not (user_secret is None):
            raise ValueError(
                "a commercial key goes with a user_id and a user_secret, a personal key with none"
                " of them: one of the two is missing."
            )
        self._client_id = Secret(client_id, "the client_id").reveal()
        self._consumer_key = Secret(consumer_key, "the consumer_key")
        self._user_id = None if user_id is None else Secret(user_id, "the user_id").reveal()
        self._user_secret = None if user_secret is None else Secret(user_secret, "the user_secret")
        self._clock = clock
        if not _KEY.fullmatch(consumer_key):
            raise ValueError("the consumer_key has a character that is in no key: copy it anew.")

    def __repr__(self) -> str:
        return f"SnapTradeAuth(client_id={self._client_id!r}, …)"

    def secrets(self) -> tuple[Secret, ...]:
        """What no one may be shown; whoever asks is the client, to hide it in answers."""
        user = () if self._user_secret is None else (self._user_secret,)
        return (self._consumer_key, *user)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Have the transport sign the request, as long as it goes where it was meant to go."""
        finish_with(request, partial(self._signed, _origin(request)))
        yield request

    def _signed(self, origin: tuple[str, bytes], request: httpx.Request) -> httpx.Request:
        if _origin(request) != origin:
            raise ValueError(
                f"the request was redirected to {request.url.host}, which gets no secret."
            )
        known = {"userId": self._user_id, "userSecret": self._user_secret}
        said = {key: value for key, value in known.items() if value is not None}
        parameters = {
            **{key: v.reveal() if isinstance(v, Secret) else v for key, v in said.items()},
            "clientId": self._client_id,
            "timestamp": str(int(self._clock())),
        }
        query = "&".join(f"{key}={quote(value, safe='')}" for key, value in parameters.items())
        path, _, given = request.url.raw_path.partition(b"?")
        target = path + b"?" + (given + b"&" if given else b"") + query.encode("ascii")
        header = signature(self._consumer_key.reveal(), target, request.content)
        return httpx.Request(
            request.method,
            request.url.copy_with(raw_path=target),
            headers=[*request.headers.raw, (b"Signature", header.encode("ascii"))],
            content=request.content,
            extensions=request.extensions,
        )


def from_secrets(get: Callable[[str], str | None]) -> httpx.Auth:
    """The authentication with the secrets that ``get`` has by name.

    They are ``client_id`` and ``consumer_key``, and with a commercial key ``user_id`` and
    ``user_secret``.

    Raises:
        otoco.OtocoError: naming what is missing, or what cannot be sent.

    """
    made = _made(get)  # no secret is among the variables here, which a traceback may show
    if isinstance(made, str):
        raise OtocoError(made)
    return made


def _made(get: Callable[[str], str | None]) -> SnapTradeAuth | str:
    """The authentication, or why there is none."""
    needed, user = ("client_id", "consumer_key"), ("user_id", "user_secret")
    found = {name: value for name in (*needed, *user) if (value := get(name)) is not None}
    wanted = (*needed, *user) if any(name in found for name in user) else needed
    if missing := [name for name in wanted if name not in found]:
        return f"SnapTrade needs {' and '.join(missing)}, which is not given."
    try:
        return SnapTradeAuth(
            found["client_id"],
            found["consumer_key"],
            user_id=found.get("user_id"),
            user_secret=found.get("user_secret"),
        )
    except ValueError as error:
        return str(error)


def _origin(request: httpx.Request) -> tuple[str, bytes]:
    return request.url.scheme, request.url.netloc
