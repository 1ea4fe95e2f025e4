"""What the commands that place orders need from the machine: services, secrets, files, a yes."""

from __future__ import annotations

import os
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import attrs
import httpx

from otoco import _json
from otoco._cli._options import UsageError
from otoco._cli._sandbox import PORT
from otoco.placing import auth_from_environment
from otoco.placing._credentials import authentication_of

_SANDBOX: Final = f"http://127.0.0.1:{PORT}"
#: A sandbox speaks plain HTTP on this machine: the world's certificates need not be loaded.
_TRUSTS_NO_ONE: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
_OF_ACCOUNT: Final = {"url", "options", "secrets"}


@attrs.frozen
class Service:
    """A broker's service: an environment or a base URL, and what a sandbox knows of the account."""

    name: str
    environment: str
    where: str
    options: Mapping[str, Any] = attrs.field(factory=dict[str, Any])
    secrets: Mapping[str, str] | None = attrs.field(default=None, repr=False)

    def auth(self) -> httpx.Auth:
        """The authentication: with the sandbox's own secrets, or with those of the machine."""
        return auth_from_environment(self.name, None if self.secrets is None else self.secrets.get)


def service(name: str, environment: str, sandbox: str | None) -> Service:
    """The service that a command line names.

    Raises:
        otoco.AdapterError: for a broker that orders cannot be placed with.
        UsageError: where no sandbox answers, or it has no such broker.

    """
    authentication_of(name)
    if environment == "sandbox":
        return _in_sandbox(name, sandbox or os.environ.get("OTOCO_SANDBOX") or _SANDBOX)
    if sandbox is not None:
        raise UsageError("--sandbox goes with --env sandbox.")
    return Service(name, environment, f"{name} ({environment})")


def service_again(name: str, environment: str) -> Service:
    """The service that a placement went to, by what the journal says: a sandbox has a URL."""
    parts = urlsplit(environment)
    if parts.scheme != "http":
        return Service(name, environment, f"{name} ({environment})")
    there = _in_sandbox(name, f"http://{parts.netloc}")
    return attrs.evolve(there, environment=environment)


def _in_sandbox(name: str, address: str) -> Service:
    address = address.rstrip("/")
    known = _brokers(address)
    if name not in known:
        raise UsageError(f"the sandbox at {address} has no {name}: it has {', '.join(known)}.")
    account = known[name]
    where = f"{name} (the sandbox at {address})"
    return Service(name, account["url"], where, account["options"], account["secrets"])


def _brokers(address: str) -> Mapping[str, Any]:
    """The test accounts that a sandbox tells of, by broker."""
    try:
        with httpx.Client(verify=_TRUSTS_NO_ONE, trust_env=False, timeout=5.0) as http:
            reply = http.get(f"{address}/control/brokers")
        brokers = _json.load_object(reply.raise_for_status().content)
        if all(_json.is_object(each) and each.keys() >= _OF_ACCOUNT for each in brokers.values()):
            return brokers
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        pass
    raise UsageError(
        f"no sandbox answers at {address}: start one with otoco sandbox, or name its address with"
        " --sandbox."
    )


def journal_to_write(given: str | None) -> Path:
    """The journal's file; the folder of the user's own is made.

    Raises:
        UsageError: where that cannot be.

    """
    file, is_own = _journal_file(given)
    if is_own:
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"{file.parent} cannot be made for the journal: {error.strerror}. Name a file with"
                " --journal."
            ) from None
    return file


def journal_to_read(given: str | None) -> Path:
    """The journal's file, which must be there.

    Raises:
        UsageError: where it is not.

    """
    file, _ = _journal_file(given)
    if not file.is_file():
        raise UsageError(f"there is no journal at {file}: nothing was placed with it yet.")
    return file


def _journal_file(given: str | None) -> tuple[Path, bool]:
    """The file that is given, or the user's own; and whether it is that."""
    chosen = given or os.environ.get("OTOCO_JOURNAL")
    if chosen:
        return Path(chosen), False
    state = Path(os.environ.get("XDG_STATE_HOME", ""))
    try:
        folder = state if state.is_absolute() else Path.home() / ".local" / "state"
    except RuntimeError:
        raise UsageError("there is no home for the journal: name a file with --journal.") from None
    return folder / "otoco" / "journal.sqlite3", True


def is_confirmed(name: str) -> bool:
    """Whether a person says that real money is meant.

    Raises:
        UsageError: where there is no one to ask.

    """
    if not sys.stdin or not sys.stdin.isatty():
        raise UsageError("placing live asks first, and there is no one to ask: give --yes-live.")
    sys.stderr.write(f"This places an order at {name} with real money. Type live to place it: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip() == "live"
