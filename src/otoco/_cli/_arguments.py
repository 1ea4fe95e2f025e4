"""The words of the command line, taken apart."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, Final, NoReturn, TypeAlias

import attrs

from otoco._problems import OtocoError
from otoco._registry import CommandText, adapter_names

_IDS: Final = "client_order_ids"

#: Options by adapter name; those under ``None`` are meant for every adapter that knows them.
Options: TypeAlias = dict[str | None, dict[str, Any]]


class UsageError(OtocoError):
    """A command line that says nothing that can be done."""


@attrs.frozen
class Arguments:
    """What a command line asks for."""

    command: str
    file: str = "-"
    names: tuple[str, ...] = ()
    options: Options = attrs.field(factory=dict[str | None, dict[str, Any]])
    strict: bool = False
    json: bool = False
    lines: bool = False
    report: bool = False
    markdown: bool = False


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}\n{self.format_usage().rstrip()}")


def parse_arguments(argv: Sequence[str]) -> Arguments:
    """The arguments of a command line.

    Raises:
        UsageError: where it is not one of the documented forms.

    """
    found = _parser().parse_args(argv)
    if found.command == "adapters":
        return Arguments("adapters", json=found.json)
    file, names, options = _give_back_file(found.file, found.names, found.options)
    if file is None:
        if not found.lines:
            raise UsageError("name the file to read, or - for standard input.")
        file = "-"
    if found.markdown and (found.json or found.lines or not found.report):
        raise UsageError("--markdown goes with --report, and with neither --json nor --lines.")
    if len(names) != 1 and found.command != "check":
        flag = "--from" if found.command == "parse" else "--to"
        raise UsageError(f"{found.command} takes one adapter: {flag} NAME.")
    return Arguments(
        found.command,
        file,
        tuple(dict.fromkeys(names)),
        _options(options),
        found.strict,
        found.json,
        found.lines,
        found.report,
        found.markdown,
    )


def _parser() -> argparse.ArgumentParser:
    from importlib.metadata import version  # noqa: PLC0415  for --version alone

    parser = _Parser(
        prog="otoco",
        description="Contingent orders, stated once: said exactly to each broker, or refused.",
        epilog="Exit codes: 0 done, 1 something was invalid or refused, 2 wrong usage.",
    )
    parser.add_argument("--version", action="version", version=f"otoco {version('otoco')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    check = commands.add_parser("check", help="is an order valid, and who takes it?")
    _add_common(check, "ORDER.json")
    check.add_argument(
        "--to",
        dest="names",
        metavar="NAME",
        nargs="+",
        action="extend",
        default=[],
        help="the adapters to ask, instead of all that are installed",
    )
    check.add_argument(
        "--strict", action="store_true", help="report what is legal but often a mistake as invalid"
    )

    check.add_argument(
        "--report",
        action="store_true",
        help="for each adapter also what the order means there: what is shared, and undocumented",
    )
    check.add_argument(
        "--markdown", action="store_true", help="print the report as a table in Markdown"
    )

    translate = commands.add_parser("translate", help="an order as a broker's own request")
    _add_common(translate, "ORDER.json")
    translate.add_argument(
        "--to", dest="names", metavar="NAME", action="append", default=[], help="the adapter"
    )
    translate.set_defaults(strict=False, report=False, markdown=False)

    parse = commands.add_parser("parse", help="a broker's own request as an order")
    _add_common(parse, "REQUEST.json", takes_options=False)
    parse.add_argument(
        "--from", dest="names", metavar="NAME", action="append", default=[], help="the adapter"
    )
    parse.set_defaults(strict=False, options=[], report=False, markdown=False)

    adapters = commands.add_parser("adapters", help="what is installed, and what it takes")
    adapters.add_argument("--json", action="store_true", help="machine output")
    return parser


def _add_common(parser: argparse.ArgumentParser, file: str, *, takes_options: bool = True) -> None:
    parser.add_argument("file", metavar=file, nargs="?", help="a file, or - for standard input")
    parser.add_argument("--json", action="store_true", help="machine output")
    parser.add_argument(
        "--lines", action="store_true", help="one JSON document a line, one answer a line"
    )
    if takes_options:
        parser.add_argument(
            "-o",
            dest="options",
            metavar="KEY=VALUE",
            nargs="+",
            action="extend",
            default=[],
            help="an adapter option; NAME.KEY=VALUE for one adapter of several",
        )


def _give_back_file(
    file: str | None, names: list[str], options: list[str]
) -> tuple[str | None, list[str], list[str]]:
    """The file name, where it stands behind the last name or option and was taken for one."""
    if file is None and options and "=" not in options[-1]:
        return options[-1], names, options[:-1]
    if file is None and len(names) > 1 and names[-1] not in adapter_names():
        return names[-1], names[:-1], options
    return file, names, options


def _options(words: list[str]) -> Options:
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
