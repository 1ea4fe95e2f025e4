"""The words of the command line, taken apart."""

from __future__ import annotations

import pytest

from otoco._cli._arguments import Arguments, parse_arguments
from otoco._cli._options import UsageError
from otoco._cli._placing_words import PlacingArguments


def arguments(*words: str) -> Arguments:
    """What a command line asks for that speaks to no broker."""
    found = parse_arguments(words)
    assert isinstance(found, Arguments)
    return found


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("check a.json", Arguments("check", "a.json")),
        ("check -", Arguments("check", "-")),
        ("check --lines", Arguments("check", "-", lines=True)),
        ("check --lines a.json", Arguments("check", "a.json", lines=True)),
        ("check a.json --strict --json", Arguments("check", "a.json", strict=True, json=True)),
        ("check a.json --to tradovate", Arguments("check", "a.json", ("tradovate",))),
        ("check --to tradovate a.json", Arguments("check", "a.json", ("tradovate",))),
        (
            "check --to tradovate snaptrade a.json",
            Arguments("check", "a.json", ("tradovate", "snaptrade")),
        ),
        (
            "check a.json --to tradovate --to snaptrade",
            Arguments("check", "a.json", ("tradovate", "snaptrade")),
        ),
        ("check a.json --to tradovate tradovate", Arguments("check", "a.json", ("tradovate",))),
        ("translate a.json --to tradovate", Arguments("translate", "a.json", ("tradovate",))),
        ("parse a.json --from tradovate", Arguments("parse", "a.json", ("tradovate",))),
        ("parse --lines --from tradovate", Arguments("parse", "-", ("tradovate",), lines=True)),
        ("adapters", Arguments("adapters")),
        ("adapters --json", Arguments("adapters", json=True)),
        ("sandbox", Arguments("sandbox", port=8700)),
        (
            "sandbox --port 8080 --broker tradovate --json",
            Arguments("sandbox", names=("tradovate",), json=True, port=8080),
        ),
    ],
)
def test_documented_forms(words: str, expected: Arguments) -> None:
    """Each documented form is taken, and the file may stand before or behind the names."""
    assert expected == parse_arguments(words.split())


def test_the_file_may_stand_behind_the_options() -> None:
    """What has no equals sign behind -o is the file."""
    found = arguments("check", "--to", "tradovate", "-o", "account_id=1", "order.json")
    assert ("order.json", ("tradovate",)) == (found.file, found.names)
    assert {None: {"account_id": "1"}} == found.options


def test_a_file_named_as_an_adapter_is_named_before_the_names() -> None:
    """Behind --to, an adapter's name is the adapter; before it, it is a file."""
    found = arguments("check", "snaptrade", "--to", "tradovate")
    assert ("snaptrade", ("tradovate",)) == (found.file, found.names)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["a=1", "b=2"], {None: {"a": "1", "b": "2"}}),
        (["a=1=2"], {None: {"a": "1=2"}}),
        (["a="], {None: {"a": ""}}),
        (["tradovate.a=1", "a=2"], {"tradovate": {"a": "1"}, None: {"a": "2"}}),
        (["client_order_ids.peers[0]=x"], {None: {"client_order_ids": {"peers[0]": "x"}}}),
        (
            ["client_order_ids.conditionals[0].peers[1]=x", "client_order_ids.trigger=y"],
            {None: {"client_order_ids": {"conditionals[0].peers[1]": "x", "trigger": "y"}}},
        ),
        (
            ['client_order_ids={"trigger": "x"}', "client_order_ids.peers[0]=y"],
            {None: {"client_order_ids": {"trigger": "x", "peers[0]": "y"}}},
        ),
        (
            ["tradovate.client_order_ids.trigger=x"],
            {"tradovate": {"client_order_ids": {"trigger": "x"}}},
        ),
    ],
)
def test_options(words: list[str], expected: dict[str | None, object]) -> None:
    """An option is for every adapter or for a named one; ids are given one by one or as JSON."""
    assert expected == parse_arguments(["check", "a.json", "-o", *words]).options


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["sell"], "invalid choice: 'sell'"),
        (["check"], "name the file to read, or - for standard input."),
        (["check", "--to", "tradovate"], "name the file to read"),
        (["check", "a.json", "b.json"], "unrecognized arguments: b.json"),
        (["check", "a.json", "--to"], "expected at least one argument"),
        (["check", "a.json", "--from", "tradovate"], "unrecognized arguments"),
        (["translate", "a.json"], "translate takes one adapter: --to NAME."),
        (["translate", "a.json", "--to", "a", "--to", "b"], "translate takes one adapter"),
        (["translate", "a.json", "--to", "tradovate", "--strict"], "unrecognized arguments"),
        (["parse", "a.json"], "parse takes one adapter: --from NAME."),
        (["parse", "a.json", "--from", "tradovate", "-o", "a=1"], "unrecognized arguments"),
        (["adapters", "a.json"], "unrecognized arguments: a.json"),
        (["adapters", "--lines"], "unrecognized arguments: --lines"),
        (["place", "a.json", "--to", "tradovate"], "are required: --env"),
        (["place", "a.json", "--env", "demo"], "are required: --to"),
        (["place", "--to", "tradovate", "--env", "demo"], "are required: ORDER.json"),
        (["find", "1", "--sandbox", "http://127.0.0.1"], "unrecognized arguments: --sandbox"),
        (["cancel"], "are required: INTENT"),
    ],
)
def test_other_forms_are_refused(words: list[str], message: str) -> None:
    """What is no documented form is refused in words."""
    with pytest.raises(UsageError) as caught:
        parse_arguments(words)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["account_id", "a=1"], "-o takes KEY=VALUE, and not 'account_id'."),
        (["=1"], "-o takes KEY=VALUE, and not '=1'."),
        (["a=1", "a=2"], "-o gives a twice."),
        (["client_order_ids.trigger=a", "client_order_ids.trigger=b"], "-o gives trigger twice."),
        (['client_order_ids={"a": "1", "a": "2"}'], "-o gives a twice."),
        (["client_order_ids=x"], "client_order_ids is a JSON object of leg paths and ids"),
        (["client_order_ids=[]"], "client_order_ids is a JSON object of leg paths and ids"),
        (
            ["etrade.account_hash=1"],
            "-o 'etrade.account_hash=1' names no installed adapter; they are ",
        ),
    ],
)
def test_options_that_are_refused(words: list[str], message: str) -> None:
    """An option that says nothing, says it twice, or is for nobody is wrong usage."""
    with pytest.raises(UsageError) as caught:
        parse_arguments(["check", "a.json", "-o", *words])
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "place a.json --to tradovate --env sandbox",
            PlacingArguments("place", "a.json", "tradovate", "sandbox"),
        ),
        (
            "place - --env live --to x -o a=1 b=2 --yes-live --journal j --deadline 2.5 --json",
            PlacingArguments(
                "place",
                "-",
                "x",
                "live",
                {None: {"a": "1", "b": "2"}},
                journal="j",
                deadline=2.5,
                is_confirmed=True,
                json=True,
            ),
        ),
        (
            "find 1 --patience 30 --deadline 86400",
            PlacingArguments("find", "1", patience=30.0, deadline=86400.0),
        ),
        ("cancel 1 --json", PlacingArguments("cancel", "1", json=True)),
        ("journal --open", PlacingArguments("journal", only_open=True)),
    ],
)
def test_forms_that_speak_to_a_broker(words: str, expected: PlacingArguments) -> None:
    """What is not said has its documented default; where to place has none."""
    assert expected == parse_arguments(words.split())


@pytest.mark.parametrize("seconds", ["x", "-1", "86401", "nan", "inf"])
def test_times_that_are_none(seconds: str) -> None:
    """A time is a number of seconds, of a day at most."""
    with pytest.raises(UsageError, match=f"'{seconds}' is no time from 0 to 86400 seconds"):
        parse_arguments(["cancel", "1", f"--deadline={seconds}"])


@pytest.mark.parametrize(
    "words", [["--help"], ["check", "--help"], ["place", "--help"], ["--version"]]
)
def test_help_ends_the_command_in_peace(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Help and version go to standard output, with exit code 0."""
    with pytest.raises(SystemExit) as ended:
        parse_arguments(words)
    assert 0 == ended.value.code
    assert "otoco" in capsys.readouterr().out
