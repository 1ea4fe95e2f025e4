"""Access tokens of the sandbox's one user (OpenAPI 2024, authentication pages)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from otoco_tradovate.sandbox._replies import DENIED, Fields, Refused

USER: Final = 71
#: The credentials of the one user; they open nothing but this sandbox.
CREDENTIALS: Final = {"name": "sandbox-user", "password": "sandbox-password"}

_OPTIONAL: Final = ("appId", "appVersion", "deviceId", "cid", "sec", "hibpCheck")
_WRONG: Final = "Incorrect username or password. Please try again."


class Tokens:
    """The tokens that were given out, each with the moment at which it expires."""

    def __init__(self, lifetime: timedelta) -> None:
        self._lifetime = lifetime
        self._expires: dict[str, datetime] = {}

    def request(self, body: Mapping[str, Any], now: datetime) -> Fields:
        """Answer accesstokenrequest: a failure has HTTP 200 too."""
        if unknown := body.keys() - {*CREDENTIALS, *_OPTIONAL}:
            return {"errorText": f"{min(unknown)} is no field of this request"}
        if {name: body.get(name) for name in CREDENTIALS} != CREDENTIALS:
            return {"errorText": _WRONG}
        return self._new(now)

    def renew(self, now: datetime) -> Fields:
        """Answer renewaccesstoken; the token that was used stays good until it expires."""
        return self._new(now)

    def check(self, authorization: str, now: datetime) -> None:
        """Raise Refused unless a header bears a token that has not expired."""
        scheme, _, token = authorization.partition(" ")
        expires = self._expires.get(token)
        if scheme.lower() != "bearer" or expires is None:
            raise Refused(401, DENIED)
        if now >= expires:
            raise Refused(401, "Expired Access Token")

    def _new(self, now: datetime) -> Fields:
        token = f"sandbox-token-{len(self._expires) + 1}"
        expires = self._expires[token] = now + self._lifetime
        return {
            "accessToken": token,
            "mdAccessToken": f"md-{token}",
            "expirationTime": expires.isoformat().replace("+00:00", "Z"),
            "userStatus": "Active",
            "userId": USER,
            "name": CREDENTIALS["name"],
            "hasLive": False,
        }
