"""The words of the command line, taken apart."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn

import attrs

from otoco._cli._options import Options, UsageError, add_options, options_of
from otoco._cli._placing_words import (
    PLACING,
    PlacingArguments,
    add_placing,
    placing_arguments,
)
from otoco._cli._sandbox import add_sandbox
from otoco._registry import adapter_names


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
    port: int = 0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}\n{self.format_usage().rstrip()}")


def parse_arguments(argv: Sequence[str]) -> Arguments | PlacingArguments:
    """The arguments of a command line.

    Raises:
        UsageError: where it is not one of the documented forms.

    """
    found = _parser().parse_args(argv)
    if found.command == "adapters":
        return Arguments("adapters", json=found.json)
    if found.command in PLACING:
        return placing_arguments(found)
    if found.command == "sandbox":
        return Arguments("sandbox", names=tuple(found.names), json=found.json, port=found.port)
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
        options_of(options),
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
        epilog="Exit codes: 0 done, 1 something was invalid or refused, 2 wrong usage, 3 nobody"
        " knows (place, find and cancel).",
    )
    parser.add_argument("--version", action="version", version=f"otoco {version('otoco')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_check(commands.add_parser("check", help="is an order valid, and who takes it?"))
    translate = commands.add_parser("translate", help="an order as a broker's own request")
    _add_common(translate, "ORDER.json")
    _add_one_name(translate, "--to")
    parse = commands.add_parser("parse", help="a broker's own request as an order")
    _add_common(parse, "REQUEST.json", takes_options=False)
    _add_one_name(parse, "--from")
    parse.set_defaults(options=[])
    adapters = commands.add_parser("adapters", help="what is installed, and what it takes")
    adapters.add_argument("--json", action="store_true", help="machine output")
    add_placing(commands)
    add_sandbox(commands)
    return parser


def _add_check(check: argparse.ArgumentParser) -> None:
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


def _add_one_name(parser: argparse.ArgumentParser, flag: str) -> None:
    parser.add_argument(
        flag, dest="names", metavar="NAME", action="append", default=[], help="the adapter"
    )
    parser.set_defaults(strict=False, report=False, markdown=False)


def _add_common(parser: argparse.ArgumentParser, file: str, *, takes_options: bool = True) -> None:
    parser.add_argument("file", metavar=file, nargs="?", help="a file, or - for standard input")
    parser.add_argument("--json", action="store_true", help="machine output")
    parser.add_argument(
        "--lines", action="store_true", help="one JSON document a line, one answer a line"
    )
    if takes_options:
        add_options(parser, "an adapter option; NAME.KEY=VALUE for one adapter of several")


def _give_back_file(
    file: str | None, names: list[str], options: list[str]
) -> tuple[str | None, list[str], list[str]]:
    """The file name, where it stands behind the last name or option and was taken for one."""
    if file is None and options and "=" not in options[-1]:
        return options[-1], names, options[:-1]
    if file is None and len(names) > 1 and names[-1] not in adapter_names():
        return names[-1], names[:-1], options
    return file, names, options
