"""Where to send: a broker's environment by its word, or a base URL."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final, cast
from urllib.parse import urlsplit

import httpx

from otoco._problems import AdapterError, shown
from otoco._venue import PlacingAdapter

#: The extension of an :class:`httpx.Request` that holds the base URL of its client.
BASE_URL: Final = "otoco.base_url"

_NEEDED: Final = ("environments", "budgets", "finding_out", "read", "find", "cancel")


def base_url(adapter: PlacingAdapter, environment: str) -> str:
    """The base URL of an environment (``demo``, ``live``) or the URL itself, without a last slash.

    Raises:
        otoco.AdapterError: for an adapter that orders cannot be placed through, an environment that
            its broker does not have, and a URL that is none or would carry secrets in the open.

    """
    if not all(hasattr(adapter, name) for name in _NEEDED):
        raise AdapterError(
            f"orders cannot be placed through the adapter {adapter.name} yet: it translates them."
        )
    if not isinstance(cast("object", environment), str):
        kind = type(environment).__name__
        raise AdapterError(f"an environment is a word such as demo, or a URL, and not a {kind}.")
    if "://" in environment:
        return _checked(environment)
    url = adapter.environments.get(environment)
    if url is None:
        known = " and ".join(adapter.environments)
        raise AdapterError(
            f"{adapter.name} has no environment {shown(environment)}: it has {known}; or give a"
            " base URL, such as a sandbox's."
        )
    return url


def base_url_of(request: httpx.Request) -> str | None:
    """The base URL of the client whose request it is; ``None`` for one that no client has made.

    For an authentication that has paths of its own at the broker.
    """
    url = request.extensions.get(BASE_URL)
    return url if isinstance(url, str) else None


def _checked(url: str) -> str:
    if any(mark in url for mark in "@?#"):  # what is there may be secret, and is not shown
        raise AdapterError("a base URL has no query, no fragment and no user name.")
    scheme, host = _scheme_and_host(url)
    if scheme not in ("http", "https") or not host:
        raise AdapterError(f"{shown(url)} is no base URL: it begins with https:// and a host.")
    if scheme == "http" and not _is_loopback(host):
        raise AdapterError(
            f"{shown(url)} would carry secrets in the open: plain http goes to this machine alone."
        )
    return url.rstrip("/")


def _scheme_and_host(url: str) -> tuple[str, str | None]:
    """Both of a URL, and no host where it or its port cannot be one."""
    try:
        parts = urlsplit(url)
        return parts.scheme, None if parts.port == 0 else parts.hostname
    except ValueError:
        return "", None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
