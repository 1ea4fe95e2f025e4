"""``otoco sandbox``: brokers on loopback until Ctrl-C, and what to set to place orders there."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING, Any, Final

from otoco import _json

if TYPE_CHECKING:
    from otoco._cli._arguments import Arguments
    from otoco.sandbox import Sandbox

#: Where the commands that place orders look for a sandbox.
PORT: Final = 8700
_HIGHEST_PORT: Final = 65535


def add_sandbox(commands: Any) -> None:
    """Add the command's words to the subparsers, whose type has no public name."""
    sandbox = commands.add_parser("sandbox", help="brokers on loopback, to place orders at")
    sandbox.add_argument(
        "--port",
        type=_port,
        default=PORT,
        metavar="N",
        help=f"{PORT} unless given; 0 is a free one",
    )
    sandbox.add_argument(
        "--broker",
        dest="names",
        metavar="NAME",
        nargs="+",
        action="extend",
        default=[],
        help="the brokers, instead of all that are installed",
    )
    sandbox.add_argument("--json", action="store_true", help="machine output")


def _port(text: str) -> int:
    if text.isascii() and text.isdecimal() and int(text) <= _HIGHEST_PORT:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!a} is no port from 0 to {_HIGHEST_PORT}.")


def run(arguments: Arguments, show: Callable[[str], None]) -> None:
    """Show where the brokers are, and keep them there until the command is interrupted.

    Raises:
        SandboxError: for an unknown broker, a port that is taken, and a missing extra.

    """
    from otoco.sandbox import Sandbox  # noqa: PLC0415  no other command needs it

    with Sandbox(*dict.fromkeys(arguments.names), port=arguments.port) as sandbox:
        show(_json.dumps(_machine(sandbox)) if arguments.json else _human(sandbox))
        try:
            Event().wait()
        except KeyboardInterrupt:  # which is how it ends
            return


def _machine(sandbox: Sandbox) -> dict[str, Any]:
    return {"control": f"{sandbox.address}/control", "brokers": sandbox.accounts()}


def _human(sandbox: Sandbox) -> str:
    from otoco.placing._credentials import variable  # noqa: PLC0415  for people alone

    lines = ["Nothing here is real: no order leaves this machine. Ctrl-C ends it.", ""]
    for broker, account in sandbox.accounts().items():
        options = " ".join(f"{key}={value}" for key, value in account["options"].items())
        lines += [broker, f"  {account['url']}", f"  -o {options}"]
        secrets = account["secrets"].items()
        lines += [f"  export {variable(broker, name)}={text}" for name, text in secrets]
        lines.append("")
    return "\n".join([*lines, f"control: {sandbox.address}/control"])
