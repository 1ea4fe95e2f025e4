"""Authentication out of secrets that are kept elsewhere, such as a keyring."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs

from otoco.adapters import Instant, Unreadable
from otoco_tradovate.auth._auth import TradovateAuth
from otoco_tradovate.auth._tokens import AccessToken, AuthenticationError, Credentials, Login


def from_secrets(get: Callable[[str], str | None]) -> TradovateAuth:
    """The authentication that a few secrets make.

    ``get`` gives a secret by its name, or ``None``: ``access_token`` with its
    ``access_token_expires`` (RFC 3339, with zone), or ``name`` and ``password`` with ``app_id``,
    ``app_version``, ``device_id``, ``cid`` and ``sec`` as far as they are configured; or both.
    Those of a login are asked for at each login.

    Raises:
        AuthenticationError: naming what is missing or cannot be sent; no secret is shown.

    """
    made = _made(get)  # no secret is among the variables here, which a traceback may show
    if isinstance(made, str):
        raise AuthenticationError(made)
    return made


def _made(get: Callable[[str], str | None]) -> TradovateAuth | str:
    """The authentication, or why there is none."""
    token, expires = get("access_token"), get("access_token_expires")
    missing = [name for name in ("name", "password") if get(name) is None]
    if (token is None) is not (expires is None):
        absent = "access_token" if token is None else "access_token_expires"
        return f"{absent} is missing: Tradovate's answer has both."
    if missing and token is None:
        return f"{' and '.join(missing)} is missing for a login, and there is no access_token."
    if len(missing) == 1:
        return f"{missing[0]} is missing for a login."
    login = None if missing else Login(lambda: _credentials(get))
    if token is None or expires is None:
        return TradovateAuth(source=login)
    try:
        moment: datetime = Instant().read(expires)
        return TradovateAuth(AccessToken(token, moment), source=login)
    except Unreadable:  # its words show the text, which may be a token in the wrong place
        return "access_token_expires is no moment such as 2026-11-21T15:00:00Z."
    except ValueError as error:
        return str(error)


def _credentials(get: Callable[[str], str | None]) -> Credentials:
    given: dict[str, Any] = {each.name: get(each.name) for each in attrs.fields(Credentials)}
    return Credentials(**given)
