"""The words of the commands that place orders and follow them up."""

from __future__ import annotations

import argparse
from typing import Any, Final

import attrs

from otoco._cli._options import Options, add_options, options_of

#: The commands that this module is about.
PLACING: Final = ("place", "find", "cancel", "journal")
_ENVIRONMENTS: Final = ("sandbox", "demo", "live")
_LONGEST: Final = 86_400.0  # seconds: a deadline of more than a day is a slip


@attrs.frozen
class PlacingArguments:
    """What a command line asks for that has to do with a broker's service.

    ``what`` is the order's file, or the intent. ``sandbox`` is a sandbox's address.
    """

    command: str
    what: str = ""
    name: str = ""
    environment: str = ""
    options: Options = attrs.field(factory=dict[str | None, dict[str, Any]])
    sandbox: str | None = None
    journal: str | None = None
    deadline: float = 10.0
    patience: float = 0.0
    is_confirmed: bool = False
    only_open: bool = False
    json: bool = False


def placing_arguments(found: argparse.Namespace) -> PlacingArguments:
    """The arguments that the words of :func:`add_placing` say.

    Raises:
        UsageError: for an option that cannot be.

    """
    given = vars(found)
    return PlacingArguments(options=options_of(given.pop("options", [])), **given)


def add_placing(commands: Any) -> None:
    """Add the commands' words to the subparsers, whose type has no public name."""
    place = commands.add_parser("place", help="place an order at a broker or in a sandbox")
    _add_place(place)
    find = commands.add_parser("find", help="what does the broker have of a placement?")
    find.add_argument(
        "--patience",
        metavar="SECONDS",
        type=_seconds,
        default=0.0,
        help="look again for so long as nothing is proven",
    )
    cancel = commands.add_parser("cancel", help="cancel all that is open of a placement")
    for parser in (find, cancel):
        parser.add_argument("what", metavar="INTENT", help="the placement's intent, a UUID")
    for parser in (place, find, cancel):
        parser.add_argument(
            "--deadline", metavar="SECONDS", type=_seconds, default=10.0, help="10 unless given"
        )
    journal = commands.add_parser("journal", help="what was placed, and what became of it")
    journal.add_argument(
        "--open", dest="only_open", action="store_true", help="only what nobody knows the end of"
    )
    for parser in (place, find, cancel, journal):
        parser.add_argument(
            "--journal", metavar="FILE", help="the journal's file, in place of your own"
        )
        parser.add_argument("--json", action="store_true", help="machine output")


def _add_place(place: argparse.ArgumentParser) -> None:
    place.add_argument("what", metavar="ORDER.json", help="a file, or - for standard input")
    place.add_argument("--to", dest="name", metavar="NAME", required=True, help="the adapter")
    place.add_argument(
        "--env",
        dest="environment",
        choices=_ENVIRONMENTS,
        required=True,
        help="where: a sandbox on this machine, the broker's demo, or with real money",
    )
    add_options(place, "an adapter option, such as the account; intent=UUID names the placement")
    place.add_argument("--sandbox", metavar="URL", help="the sandbox's address, as it prints it")
    place.add_argument(
        "--yes-live", dest="is_confirmed", action="store_true", help="do not ask before live"
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if 0 <= seconds <= _LONGEST:
        return seconds
    raise argparse.ArgumentTypeError(f"{text!a} is no time from 0 to {_LONGEST:g} seconds.")
