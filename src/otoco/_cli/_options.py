"""The words of ``-o``: options for all adapters, or for one of them by its name."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any, Final, TypeAlias

from otoco._problems import OtocoError
from otoco._registry import CommandText, adapter_names

_IDS: Final = "client_order_ids"

#: Options by adapter name; those under ``None`` are meant for every adapter that knows them.
Options: TypeAlias = dict[str | None, dict[str, Any]]


class UsageError(OtocoError):
    """A command line that says nothing that can be done."""


def add_options(parser: ArgumentParser, help_: str) -> None:
    """Add ``-o``, which takes several words, to a parser."""
    parser.add_argument(
        "-o",
        dest="options",
        metavar="KEY=VALUE",
        nargs="+",
        action="extend",
        default=[],
        help=help_,
    )


def options_of(words: list[str]) -> Options:
    """The options that words say.

    Raises:
        UsageError: for a word that says nothing, says it twice, or is for nobody.

    """
    options: Options = {}
    known = adapter_names() if words else ()
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key:
            raise UsageError(f"-o takes KEY=VALUE, and not {word!a}.")
        name: str | None = None
        head, dot, rest = key.partition(".")
        if dot and head != _IDS:
            if head not in known:
                raise UsageError(
                    f"-o {word!a} names no installed adapter; they are {', '.join(known)}."
                )
            name, key = head, rest
        _set_option(options.setdefault(name, {}), key, value, word)
    return options


def _set_option(values: dict[str, Any], key: str, value: str, word: str) -> None:
    head, dot, path = key.partition(".")
    if head == _IDS:
        ids = values.setdefault(_IDS, {})
        found = {path: value} if dot else _json_ids(value, word)
        repeated = ids.keys() & found.keys()
        ids |= found
    else:
        repeated = {key} & values.keys()
        values[key] = CommandText(value)
    if repeated:
        raise UsageError(f"-o gives {min(repeated)} twice.")


def _json_ids(value: str, word: str) -> dict[str, Any]:
    from otoco import _json  # noqa: PLC0415  only this option is JSON
    from otoco._problems import InvalidOrder  # noqa: PLC0415  only this option is JSON

    try:
        ids = _json.load_object(value)
        for path in _json.repeated_keys(ids):
            raise UsageError(f"-o gives {path} twice.")
        return ids
    except InvalidOrder:
        raise UsageError(
            f"-o {word!a}: client_order_ids is a JSON object of leg paths and ids;"
            " or write client_order_ids.PATH=ID."
        ) from None
