"""Adapters are found by entry point, and every mistake there is loud and names who made it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

import otoco_snaptrade
from otoco import AdapterError, Refused, adapter, adapter_names, configured
from otoco import _registry as registry
from otoco._registry import CommandText

Install = Callable[[str, str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs a distribution with an entry point of ours, for one test."""

    def forget() -> None:
        registry._entry_points.cache_clear()
        registry._load.cache_clear()

    def install_(distribution: str, entry_point: str) -> None:
        info = tmp_path / f"{distribution.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Name: {distribution}\nVersion: 1.0\n", encoding="utf-8")
        text = f"[otoco.adapters]\n{entry_point}\n"
        (info / "entry_points.txt").write_text(text, encoding="utf-8")
        forget()

    monkeypatch.syspath_prepend(tmp_path)
    yield install_
    forget()


def test_an_adapter_is_found_by_its_name() -> None:
    """The in-tree adapters come through the same door as anyone's."""
    assert otoco_snaptrade.SnapTrade is adapter("snaptrade")
    assert "snaptrade" in adapter_names()


def test_a_stranger_is_found_by_name(install: Install) -> None:
    """An adapter of another distribution is one like any other."""
    install("otoco-theirs", "theirs = otoco_snaptrade:SnapTrade")
    assert otoco_snaptrade.SnapTrade is adapter("theirs")
    assert tuple(sorted(adapter_names())) == adapter_names()
    assert "theirs" in adapter_names()


@pytest.mark.parametrize(
    ("name", "hint"), [("trade-ovate", "Did you mean tradovate?"), ("ibkr", "Installed are: ")]
)
def test_an_unknown_name_lists_the_known_and_the_nearest(name: str, hint: str) -> None:
    """A slip is answered with what was meant."""
    with pytest.raises(AdapterError, match=name) as caught:
        adapter(name)
    assert hint in str(caught.value)
    assert all(known in str(caught.value) for known in adapter_names())


def test_two_distributions_with_one_name(install: Install) -> None:
    """Which of two adapters of one name would be used is never left to chance."""
    install("otoco-one", "twice = otoco_snaptrade:SnapTrade")
    install("otoco-two", "twice = otoco_snaptrade:SnapTrade")
    with pytest.raises(AdapterError, match=r"otoco-(one|two) and otoco-(two|one)"):
        adapter_names()


def test_an_adapter_that_does_not_import(install: Install) -> None:
    """A broken adapter names its distribution and what went wrong, and stops no other."""
    install("otoco-broken", "broken = otoco_that_is_not_there:Adapter")
    with pytest.raises(AdapterError, match=r"otoco-broken.*ModuleNotFoundError"):
        adapter("broken")
    assert otoco_snaptrade.SnapTrade is adapter("snaptrade")


def test_an_adapter_that_is_none(install: Install) -> None:
    """What lacks a part of the contract is refused before it is used, and the part is named."""
    install("otoco-odd", "odd = pathlib:Path")
    with pytest.raises(AdapterError, match="otoco-odd is none: it has no options"):
        adapter("odd")


def test_an_entry_point_without_a_distribution() -> None:
    """Even where no distribution owns the entry point, the error says so."""
    point = EntryPoint("odd", "pathlib:Path", registry.GROUP_NAME)
    with pytest.raises(AdapterError, match="that names none"):
        registry._load(point)


COMMAND_LINE = {
    "an integer": ("tradovate", "account_id", "12345", 12345),
    "text of digits": ("tradovate", "account_spec", "12345", "12345"),
    "true": ("tradovate", "is_automated", "true", True),
    "false": ("tradovate", "is_automated", "false", False),
    "no boolean": ("tradovate", "is_automated", "yes", None),
    "no integer": ("tradovate", "account_id", "12e3", None),
    "a contract": ("snaptrade", "contract", "2026-10", "2026-10"),
}


@pytest.mark.parametrize(
    ("name", "option", "text", "value"), COMMAND_LINE.values(), ids=COMMAND_LINE
)
def test_an_option_typed_on_a_command_line(
    name: str, option: str, text: str, value: object
) -> None:
    """There, everything is text, and each option reads its own kind of value from it."""
    if value is not None:
        given, _ = configured(adapter(name), {option: CommandText(text)})
        assert value == getattr(given, option)
        return
    with pytest.raises(Refused) as caught:
        configured(adapter(name), {option: CommandText(text)})
    assert [f"options.{option}"] == [each.where for each in caught.value.refusals]


def test_every_option_that_is_wrong_is_named_at_once() -> None:
    """Unknown options come with the nearest, or with those that are known."""
    options = {"acount_id": 1, "zzz": 1, "intent": "x", "client_order_ids": [], "account_id": "1"}
    with pytest.raises(Refused) as caught:
        configured(adapter("tradovate"), options)
    assert [
        ("options.acount_id", "Did you mean account_id?"),
        (
            "options.zzz",
            (
                "Known are account_id, account_spec, is_automated, custom_tag50, intent,"
                " client_order_ids."
            ),
        ),
        ("options.intent", None),
        ("options.account_id", None),
        ("options.client_order_ids", None),
    ] == [(each.where, each.fix) for each in caught.value.refusals]
    assert {"option"} == {each.code for each in caught.value.refusals}


def test_an_option_that_is_null_is_not_given() -> None:
    """As everywhere in a document, null is absent."""
    given, placement = configured(adapter("tradovate"), {"intent": None, "client_order_ids": None})
    assert adapter("tradovate")() == given
    assert (None, {}) == (placement.intent, placement.client_order_ids)
