"""Where a broker's secrets come from, and what is said where they do not."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint, EntryPoints
from types import ModuleType, SimpleNamespace

import httpx
import pytest

from otoco import AdapterError, OtocoError
from otoco.placing import _credentials, auth_from_environment

Get = Callable[[str, str], str | None]


class KeyringError(Exception):
    """As the keyring's."""


class NoKeyringError(KeyringError):
    """As the keyring's."""


class KeyringLocked(KeyringError):
    """As the keyring's."""


class FooAuth(httpx.Auth):
    """What a broker's package makes of its secrets."""

    def __init__(self, token: str) -> None:
        self.token = token


def from_secrets(get: Callable[[str], str | None]) -> FooAuth:
    """Needs a token, and names it twice."""
    token = get("token") or get("token")
    if token is None:
        raise OtocoError("there is no token.")
    if token == "bad":
        raise OtocoError("the token cannot be sent.")
    return FooAuth(token)


def install(monkeypatch: pytest.MonkeyPatch, *points: tuple[str, str]) -> None:
    """Let these be the authentications that are installed."""
    found = EntryPoints(EntryPoint(name, value, "otoco.auth") for name, value in points)
    monkeypatch.setattr(_credentials, "entry_points", lambda group: found)
    _credentials.authentication_of.cache_clear()


@pytest.fixture(autouse=True)
def foo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A broker of two words, on a machine without ``keyring``."""
    install(monkeypatch, ("foo-bar", f"{__name__}:from_secrets"))
    monkeypatch.setitem(sys.modules, "keyring", None)
    yield
    _credentials.authentication_of.cache_clear()


def keyring(monkeypatch: pytest.MonkeyPatch, get: Get) -> None:
    """Let ``keyring`` be installed."""
    module = ModuleType("keyring")
    errors = SimpleNamespace(KeyringError=KeyringError, NoKeyringError=NoKeyringError)
    monkeypatch.setattr(module, "get_password", get, raising=False)
    monkeypatch.setattr(module, "errors", errors, raising=False)
    monkeypatch.setitem(sys.modules, "keyring", module)


def token(lookup: Callable[[str], str | None] | None = None) -> str:
    """The token that the broker's authentication is made with."""
    auth = auth_from_environment("foo-bar", lookup)
    assert isinstance(auth, FooAuth)
    return auth.token


def test_the_environment_comes_before_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable is made of the broker's name and the secret's, in capitals."""
    keyring(monkeypatch, lambda service, user: f"{user} of {service}")
    assert "token of otoco.foo-bar" == token()
    monkeypatch.setenv("OTOCO_FOO_BAR_TOKEN", "t")
    assert "t" == token()
    monkeypatch.setenv("OTOCO_FOO_BAR_TOKEN", "")
    assert "token of otoco.foo-bar" == token()


def test_a_lookup_takes_the_place_of_both(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what is missing in it is told in the broker's own words."""
    monkeypatch.setenv("OTOCO_FOO_BAR_TOKEN", "t")
    assert "mine" == token({"token": "mine"}.get)
    with pytest.raises(OtocoError) as caught:
        token({"other": "mine"}.get)
    assert "there is no token." == str(caught.value)


@pytest.mark.parametrize("has_keyring", [True, False])
def test_what_is_missing_is_told_with_its_variable(
    monkeypatch: pytest.MonkeyPatch, has_keyring: bool
) -> None:
    """Once for each, whether the keyring has nothing or there is none."""
    if has_keyring:
        keyring(monkeypatch, lambda *_: None)
    with pytest.raises(OtocoError) as caught:
        token()
    assert (
        "foo-bar: there is no token. Neither set nor in the keyring: OTOCO_FOO_BAR_TOKEN."
        == str(caught.value)
    )


def test_what_cannot_be_sent_is_told_without_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is missing."""
    monkeypatch.setenv("OTOCO_FOO_BAR_TOKEN", "bad")
    with pytest.raises(OtocoError) as caught:
        token()
    assert "foo-bar: the token cannot be sent." == str(caught.value)


def raising(error: KeyringError) -> Get:
    """A keyring that fails."""

    def get(service: str, user: str) -> str | None:
        raise error

    return get


def test_a_machine_without_a_keyring_has_environment_variables(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The package may be installed on a server where nothing keeps secrets."""
    keyring(monkeypatch, raising(NoKeyringError("No recommended backend was available.")))
    with pytest.raises(OtocoError, match="OTOCO_FOO_BAR_TOKEN"):
        token()


def test_a_keyring_that_is_locked_is_no_empty_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told, in place of what only seems to be missing."""
    keyring(monkeypatch, raising(KeyringLocked("unlock it")))
    with pytest.raises(AdapterError) as caught:
        token()
    assert "the keyring cannot be read: KeyringLocked unlock it" == str(caught.value)


@pytest.mark.parametrize(
    ("points", "why"),
    [
        ((), "orders cannot be placed through 'foo-bar' yet; through these they can: ."),
        ((("baz", "a:b"),), "through these they can: baz."),
        (
            (("foo-bar", "a:b"), ("foo-bar", "c:d")),
            "the authentication of foo-bar is claimed twice, by a:b and by c:d: uninstall one",
        ),
        ((("foo-bar", "no_such_module:b"),), "the authentication no_such_module:b does not import"),
    ],
)
def test_a_broker_without_authentication(
    monkeypatch: pytest.MonkeyPatch, points: tuple[tuple[str, str], ...], why: str
) -> None:
    """Is told, and so is one that has too many, or one that does not import."""
    install(monkeypatch, *points)
    with pytest.raises(AdapterError) as caught:
        token()
    assert why in str(caught.value)


def test_a_distribution_that_is_found_twice_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where its folder stands twice on the path."""
    install(monkeypatch, *2 * (("foo-bar", f"{__name__}:from_secrets"),))
    assert "mine" == token({"token": "mine"}.get)


def test_both_brokers_are_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their secrets are asked for by the names that docs/security.md has."""
    monkeypatch.undo()
    _credentials.authentication_of.cache_clear()
    asked: list[str] = []

    def get(key: str) -> None:
        asked.append(key)

    for name in ("snaptrade", "tradovate"):
        with pytest.raises(OtocoError):
            auth_from_environment(name, get)
    assert {"client_id", "consumer_key", "user_id", "user_secret"} < {*asked}
    assert {"access_token", "access_token_expires", "name", "password"} < {*asked}
