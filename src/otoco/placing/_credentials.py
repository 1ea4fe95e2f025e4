"""A broker's authentication, with secrets from environment variables or the keyring."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final, TypeAlias, cast

import httpx

from otoco._problems import AdapterError, OtocoError, shown

_GROUP: Final = "otoco.auth"

#: The text of a secret by its name, such as ``access_token``, or ``None`` if there is none.
Lookup: TypeAlias = Callable[[str], str | None]


def auth_from_environment(name: str, lookup: Lookup | None = None) -> httpx.Auth:
    """The authentication of the broker ``name``, such as ``tradovate``.

    A secret is read from the environment variable ``OTOCO_TRADOVATE_ACCESS_TOKEN`` (the broker's
    name and the secret's, in capitals), or else from the keyring, if the package ``keyring`` is
    installed: its service is ``otoco.tradovate`` and its user name ``access_token``. A ``lookup``
    takes the place of both.

    Raises:
        otoco.AdapterError: for a broker without authentication, and a keyring that cannot be read.
        otoco.OtocoError: naming what is missing, or cannot be sent.

    """
    make = authentication_of(name)
    if lookup is not None:
        return make(lookup)
    missing: list[str] = []

    def look(key: str) -> str | None:
        found = environment_secret(name, key)
        if found is None and (own := variable(name, key)) not in missing:
            missing.append(own)
        return found

    try:
        return make(look)
    except AdapterError:
        raise
    except OtocoError as error:
        looked = f" Neither set nor in the keyring: {', '.join(missing)}." if missing else ""
        raise OtocoError(f"{name}: {error}{looked}") from None


@cache
def authentication_of(name: str) -> Callable[[Lookup], httpx.Auth]:
    """What makes the authentication of a broker out of its secrets.

    Raises:
        otoco.AdapterError: for a broker without one, and for one that two distributions claim.

    """
    points = entry_points(group=_GROUP)
    found = {point.value: point for point in points if point.name == name}
    if not found:
        known = ", ".join(sorted({point.name for point in points}))
        raise AdapterError(
            f"orders cannot be placed through {shown(name)} yet; through these they can: {known}."
        )
    if len(found) > 1:
        raise AdapterError(
            f"the authentication of {name} is claimed twice, by {' and by '.join(sorted(found))}:"
            " uninstall one of them."
        )
    (point,) = found.values()
    return _loaded(point)


def environment_secret(name: str, key: str) -> str | None:
    """A secret of a broker, from its environment variable or else the keyring.

    Raises:
        otoco.AdapterError: where there is a keyring and it cannot be read.

    """
    return os.environ.get(variable(name, key)) or _from_keyring(name, key)


def variable(name: str, key: str) -> str:
    """The environment variable of a broker's secret."""
    return f"OTOCO_{name}_{key}".upper().replace("-", "_")


def _loaded(point: EntryPoint) -> Callable[[Lookup], httpx.Auth]:
    try:
        return cast("Callable[[Lookup], httpx.Auth]", point.load())
    except Exception as error:  # a stranger's module may raise anything while it is imported
        raise AdapterError(
            f"the authentication {point.value} does not import: {type(error).__name__}: {error}"
        ) from error


def _from_keyring(name: str, key: str) -> str | None:
    try:
        keyring: Any = import_module("keyring")
    except ModuleNotFoundError:  # the extra is not installed
        return None
    try:
        return cast("str | None", keyring.get_password(f"otoco.{name}", key))
    except keyring.errors.NoKeyringError:  # the extra is, and the machine has no keyring
        return None
    except keyring.errors.KeyringError as error:
        why = type(error).__name__
        raise AdapterError(f"the keyring cannot be read: {why} {error}".rstrip()) from None
