"""Tradovate's authentication for ``otoco.placing``: an access token, renewed in time.

Of the adapter this package alone knows how requests are sent; ``import otoco_tradovate`` does not
import it.
"""

from __future__ import annotations

from otoco_tradovate.auth._auth import TradovateAuth
from otoco_tradovate.auth._secrets import from_secrets
from otoco_tradovate.auth._tokens import AccessToken, AuthenticationError, Credentials, Login

__all__ = [
    "AccessToken",
    "AuthenticationError",
    "Credentials",
    "Login",
    "TradovateAuth",
    "from_secrets",
]
