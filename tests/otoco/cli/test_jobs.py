"""What each command does with one document: options, the paths of what is wrong, and requests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from otoco import AdapterError
from otoco._cli._jobs import Contained

if TYPE_CHECKING:
    from tests.otoco.cli.conftest import Run

Document = dict[str, Any]
UUID = "917c8734-8470-4a3e-a18f-57c3f2ee6631"
INTENT = "6f1e34c8-5d7b-4f0a-9a51-0c5e2c3a7f10"
ACCOUNT = ("account_id=12345", "account_spec=DEMO12345")


def places(findings: list[Document]) -> list[tuple[str, str]]:
    """Where each finding is, and its code."""
    return [(each["where"], each["code"]) for each in findings]


def translated(otoco: Run, document: Document, *options: str) -> Any:
    """The answer of ``otoco translate --to tradovate``, with these options."""
    return otoco("translate", "-", "--to", "tradovate", "--json", *options, stdin=[document]).json


def body(otoco: Run, document: Document, *options: str) -> Any:
    """The body for Tradovate, where it takes the order."""
    (request,) = translated(otoco, document, *options)["requests"]
    return request["body"]


def refused_options(otoco: Run, document: Document, *options: str) -> list[Document]:
    """What is refused about the options."""
    refusals: list[Document] = translated(otoco, document, "-o", *options)["refused"]
    assert {"option"} == {each["code"] for each in refusals}
    return refusals


def test_options_of_the_command_line(otoco: Run, entry: Document) -> None:
    """Text on a command line becomes what the option is: an integer, text, true or false."""
    found = body(otoco, entry, "-o", *ACCOUNT, "is_automated=false", "custom_tag50=7")
    expected = {"accountId": 12345, "accountSpec": "DEMO12345", "isAutomated": False}
    assert expected | {"customTag50": "7"} == {
        key: found[key] for key in (*expected, "customTag50")
    }


def test_options_of_an_envelope(otoco: Run, entry: Document) -> None:
    """An order may come with its options."""
    options = {"account_id": 7, "account_spec": "D", "is_automated": False, "custom_tag50": None}
    found = body(otoco, {"order": entry, "options": options})
    assert (7, "D", False) == (found["accountId"], found["accountSpec"], found["isAutomated"])
    assert "customTag50" not in found


def test_the_command_line_wins_over_the_envelope(otoco: Run, entry: Document) -> None:
    """An option that is given in both places is the command line's."""
    envelope = {"order": entry, "options": {"account_id": 7, "account_spec": "D"}}
    found = body(otoco, envelope, "-o", "account_id=8")
    assert (8, "D") == (found["accountId"], found["accountSpec"])


def test_the_adapter_s_own_option_wins(otoco: Run, entry: Document) -> None:
    """What is given to one adapter by name wins over what is given to all."""
    found = body(otoco, entry, "-o", *ACCOUNT, "tradovate.account_id=9", "snaptrade.contract=x")
    assert 9 == found["accountId"]


def test_several_adapters_take_their_own_options(otoco: Run, bracket: Document) -> None:
    """An option that only another adapter knows is no concern of this one."""
    words = ("contract=2026-10", "is_automated=false", f"snaptrade.account_id={UUID}")
    names = ("--to", "tradovate", "snaptrade")
    done = otoco("check", "-", *names, "--json", "-o", *words, stdin=[bracket])
    adapters = done.json["adapters"]
    assert [] == adapters["tradovate"]
    assert {"instrument"} == {each["code"] for each in adapters["snaptrade"]}


def test_an_option_that_no_adapter_knows_is_refused_by_all(otoco: Run, bracket: Document) -> None:
    """A misspelt option is not lost between several adapters."""
    names = ("--to", "tradovate", "snaptrade")
    done = otoco("check", "-", *names, "--json", "-o", "contrct=2026-10", stdin=[bracket])
    for refusals in done.json["adapters"].values():
        assert ("options.contrct", "option") == places(refusals)[0]
    assert "Did you mean contract?" == done.json["adapters"]["snaptrade"][0]["fix"]


def test_an_unknown_option_is_named_with_the_nearest(otoco: Run, entry: Document) -> None:
    """A slip in an option's name is refused, with the name that was meant, beside all else."""
    refusals = refused_options(otoco, entry, "acount_id=1")
    assert [("options.acount_id", "option")] == places(refusals)
    assert "Did you mean account_id?" == refusals[0]["fix"]


def test_one_adapter_does_not_take_another_s_option(otoco: Run, entry: Document) -> None:
    """For a single adapter, every option is meant for it."""
    refusals = refused_options(otoco, entry, *ACCOUNT, "contract=2026-10")
    assert [("options.contract", "option")] == places(refusals)


@pytest.mark.parametrize(
    "word",
    [
        "account_id=",
        "account_id=1.0",
        "account_id=1e3",
        "account_id=0",
        "account_id=-1",
        "account_id=٣",
        "account_id=9" + "9" * 5000,
        "account_spec=",
        "account_spec=" + "x" * 65,
        "account_spec=a\nb",
        "is_automated=yes",
        "is_automated=True",
        "is_automated=1",
        "intent=6f1e34c8",
        "intent={6f1e34c8-5d7b-4f0a-9a51-0c5e2c3a7f10}",
    ],
)
def test_values_that_an_option_does_not_take(otoco: Run, entry: Document, word: str) -> None:
    """A value outside an option's form is refused by its name."""
    name, _, _ = word.partition("=")
    others = [each for each in ACCOUNT if not each.startswith(name)]
    refusals = refused_options(otoco, entry, word, *others)
    assert [f"options.{name}"] == [each["where"] for each in refusals]


@pytest.mark.parametrize(
    "options",
    [
        {"account_id": "12345"},
        {"account_id": True},
        {"account_id": [1]},
        {"account_spec": 7},
        {"is_automated": "true"},
        {"is_automated": 1},
        {"intent": 1},
        {"client_order_ids": ["a"]},
        {"client_order_ids": "a"},
    ],
)
def test_an_envelope_s_options_have_their_json_types(
    otoco: Run, entry: Document, options: Document
) -> None:
    """Text is no number and a number no truth value, where JSON can tell them apart."""
    good = {"account_id": 1, "account_spec": "D"}
    answer = translated(otoco, {"order": entry, "options": good | options})
    assert [f"options.{next(iter(options))}"] == [each["where"] for each in answer["refused"]]


def test_missing_options_stand_beside_all_other_refusals(otoco: Run, bracket: Document) -> None:
    """What is missing for sending is told together with what cannot be said."""
    unsaid = bracket | {"trigger": bracket["trigger"] | {"position_effect": "OPEN"}}
    effect = ("trigger.position_effect", "position-effect")
    answer = translated(otoco, unsaid, "-o", "nonsense=1")
    assert [("options.nonsense", "option"), effect] == places(answer["refused"])
    answer = translated(otoco, unsaid)
    missing = [(f"options.{name}", "option") for name in ("account_id", "account_spec")]
    assert [effect, *missing] == places(answer["refused"])


def test_an_intent_gives_each_leg_its_own_id(otoco: Run, bracket: Document) -> None:
    """The ids of the legs come from the intent, are distinct, and come out the same again."""
    words = ("-o", *ACCOUNT, f"intent={INTENT}")
    found = body(otoco, bracket, *words)
    ids = [each["clOrdId"] for each in (found, found["bracket1"], found["bracket2"])]
    assert [f"{INTENT}-{number}" for number in (1, 2, 3)] == ids
    assert found == body(otoco, bracket, *words)


@pytest.mark.parametrize(
    "words",
    [
        ("client_order_ids.trigger=a", "client_order_ids.peers[1]=b"),
        ('client_order_ids={"trigger": "a", "peers[1]": "b"}',),
        ("tradovate.client_order_ids.trigger=a", "tradovate.client_order_ids.peers[1]=b"),
    ],
)
def test_ids_of_the_caller_s(otoco: Run, bracket: Document, words: tuple[str, ...]) -> None:
    """Ids may be given leg by leg or all at once; a leg without one has none."""
    found = body(otoco, bracket, "-o", *ACCOUNT, *words)
    ids = [each.get("clOrdId") for each in (found, found["bracket1"], found["bracket2"])]
    assert ["a", None, "b"] == ids


def test_the_command_line_s_ids_win(otoco: Run, bracket: Document) -> None:
    """Like any option, the ids given on the command line win."""
    options = {"account_id": 1, "account_spec": "D", "client_order_ids": {"trigger": "a"}}
    envelope = {"order": bracket, "options": options}
    assert "a" == body(otoco, envelope)["clOrdId"]
    assert "b" == body(otoco, envelope, "-o", "client_order_ids.trigger=b")["clOrdId"]


def test_the_id_of_a_lone_leg_is_that_of_the_order(otoco: Run, entry: Document) -> None:
    """A lone leg has no path, and its id goes by ``order``."""
    found = body(otoco, entry, "-o", *ACCOUNT, "client_order_ids.order=a")
    assert "a" == found["clOrdId"]


@pytest.mark.parametrize(
    ("words", "where"),
    [
        (["client_order_ids.peers[2]=a"], "options.client_order_ids.peers[2]"),
        (["client_order_ids.=a"], "options.client_order_ids."),
        (["client_order_ids.trigger="], "options.client_order_ids.trigger"),
        (["client_order_ids.trigger=" + "x" * 65], "options.client_order_ids.trigger"),
        (["client_order_ids.trigger=a\rb"], "options.client_order_ids.trigger"),
        (
            ["client_order_ids.trigger=a", "client_order_ids.peers[0]=a"],
            "options.client_order_ids",
        ),
    ],
)
def test_ids_that_are_refused(otoco: Run, bracket: Document, words: list[str], where: str) -> None:
    """An id for no leg, one that the broker does not take, and one given twice are refused."""
    assert [(where, "option")] == places(refused_options(otoco, bracket, *ACCOUNT, *words))


def test_ids_that_an_envelope_gives_twice(otoco: Run, bracket: Document) -> None:
    """A leg with two ids in one document is a mistake, and neither of them is sent."""
    order = json.dumps(bracket)
    ids = '{"trigger": "a", "trigger": "b"}'
    options = f'{{"account_id": 1, "account_spec": "D", "client_order_ids": {ids}}}'
    text = f'{{"order": {order}, "options": {options}}}'.encode()
    done = otoco("translate", "-", "--to", "tradovate", "--json", stdin=text)
    assert 1 == done.code
    assert [("options.client_order_ids.trigger", "field")] == places(done.json["invalid"])


def group(kind: str, **members: Any) -> Document:
    """A group in document form."""
    return {"type": kind, **members}


def test_where_is_the_spelling_that_was_read(
    otoco: Run, entry: Document, target: Document, stop: Document
) -> None:
    """An OTO of one OCO is an OTOCO, and its paths are those of the document even so."""

    def oto(trigger: Document, *peers: Document) -> Document:
        return group("OTO", trigger=trigger, conditionals=[group("OCO", peers=list(peers))])

    invalid = oto(entry, target, stop | {"stop_price": "4175"})
    doubtful = oto(entry | {"time_in_force": "GTC"}, target, stop)
    unsaid = oto(entry, target, stop | {"position_effect": "CLOSE"})
    done = otoco("check", "-", "--lines", "--to", "tradovate", stdin=[invalid, doubtful, unsaid])
    first, second, third = done.answers
    assert [("conditionals[0].peers[1].stop_price", "exit-through-entry")] == places(
        first["invalid"]
    )
    assert [
        ("conditionals[0].peers[0].time_in_force", "exit-expires-first"),
        ("conditionals[0].peers[1].time_in_force", "exit-expires-first"),
    ] == places(second["advice"])
    assert [("conditionals[0].peers[1].position_effect", "position-effect")] == places(
        third["adapters"]["tradovate"]
    )


def test_where_in_an_oco_within_an_oco(otoco: Run, target: Document, stop: Document) -> None:
    """An OCO among an OCO's peers is flat, and its paths are those of the document even so."""

    def nested(*inner: Document) -> Document:
        return group("OCO", peers=[group("OCO", peers=list(inner)), target])

    far = target | {"limit_price": "4300"}
    lines = [
        nested(stop, far | {"quantity": "0"}),
        nested(stop, far | {"quantity": "2"}),
        nested(stop, far | {"position_effect": "CLOSE"}),
    ]
    first, second, third = otoco("check", "-", "--lines", "--to", "tradovate", stdin=lines).answers
    assert [("peers[0].peers[1].quantity", "quantity")] == places(first["invalid"])
    assert [("peers[0].peers[1].quantity", "unequal-peers")] == places(second["advice"])
    found = places(third["adapters"]["tradovate"])
    assert ("peers[0].peers[1].position_effect", "position-effect") in found


def test_ids_go_by_the_spelling_that_was_read(
    otoco: Run, entry: Document, target: Document, stop: Document
) -> None:
    """A leg's id may be given under its path in the document."""
    conditional = group("OCO", peers=[target, stop])
    document = group("OTO", trigger=entry, conditionals=[conditional])
    ids = "client_order_ids.conditionals[0].peers[1]=a"
    assert "a" == body(otoco, document, "-o", *ACCOUNT, ids)["bracket2"]["clOrdId"]


def test_one_leg_s_id_is_not_given_in_two_spellings(
    otoco: Run, entry: Document, target: Document, stop: Document
) -> None:
    """Of two ids for one leg none is preferred."""
    conditional = group("OCO", peers=[target, stop])
    document = group("OTO", trigger=entry, conditionals=[conditional])
    paths = ("conditionals[0].peers[1]", "peers[1]")
    words = [f"client_order_ids.{path}={path[0]}" for path in paths]
    refusals = refused_options(otoco, document, *ACCOUNT, *words)
    assert [f"options.client_order_ids.{paths[0]}"] == [each["where"] for each in refusals]


def test_where_in_an_option_given_by_its_parts(otoco: Run, entry: Document) -> None:
    """What is wrong with an option's parts is told at the part."""
    parts = {"type": "OPTION", "underlying": "SPY", "expiry": "2027-06-31", "strike": "415.0001"}
    document = entry | {"instrument": parts | {"right": "CAL"}}
    found = otoco("check", "-", "--json", stdin=[document]).json["invalid"]
    assert [
        ("instrument.expiry", "value"),
        ("instrument.strike", "value"),
        ("instrument.right", "value"),
    ] == places(found)


def test_where_of_options_stays_as_it_is(otoco: Run, entry: Document, target: Document) -> None:
    """Paths of options are not paths in the order."""
    document = group("OCO", peers=[group("OCO", peers=[entry, target]), target])
    answer = translated(otoco, document, "-o", "peers=1")
    assert ("options.peers", "option") == places(answer["refused"])[0]


@pytest.mark.parametrize("path", ["/order/placeorder", None])
def test_parse_takes_a_request_or_its_body(
    otoco: Run, entry: Document, request_body: Document, path: str | None
) -> None:
    """A request may be given as its body alone where that says enough."""
    request = (
        request_body if path is None else {"method": "POST", "path": path} | {"body": request_body}
    )
    found = otoco("parse", "-", "--from", "tradovate", "--json", stdin=[request]).json
    assert {"otoco": 1, **entry} == found["order"]


def test_what_parse_prints_can_be_translated(otoco: Run, request_body: Document) -> None:
    """The envelope that comes out goes back in, options and all."""
    parsed = otoco("parse", "-", "--from", "tradovate", "--json", stdin=[request_body]).json
    assert request_body == body(otoco, parsed)


def test_what_translate_prints_can_be_parsed(otoco: Run, bracket: Document) -> None:
    """What comes out goes back in, unchanged."""
    words = ("-o", *ACCOUNT, f"intent={INTENT}")
    printed = translated(otoco, bracket, *words)
    parsed = otoco("parse", "-", "--from", "tradovate", "--json", stdin=[printed]).json
    options = {"account_id": 12345, "account_spec": "DEMO12345", "is_automated": True}
    assert {"order": bracket, "options": options | {"intent": INTENT}} == parsed


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"price": "4150"}, "price"),
        ({"orderType": "QTS"}, "orderType"),
        ({"orderQty": 0}, "orderQty"),
        ({"isAutomated": None}, "isAutomated"),
        ({"venue": "X"}, "venue"),
        ({"bracket1": {"action": "Sell"}}, "bracket1.orderType"),
    ],
)
def test_where_in_a_broker_s_body(
    otoco: Run, request_body: Document, change: Document, where: str
) -> None:
    """What cannot be held is told by its place in the broker's own body."""
    request = request_body | change
    found = otoco("parse", "-", "--from", "tradovate", "--json", stdin=[request]).json
    assert where in [each["where"] for each in found["refused"]]


def test_an_incoherent_request_is_invalid_at_its_place(otoco: Run, request_body: Document) -> None:
    """A broker's request can say an order that would execute at once; it is told in its words."""
    child = {"action": "Sell", "orderType": "Limit", "price": 4100, "timeInForce": "Day"}
    stop = {"action": "Sell", "orderType": "Stop", "stopPrice": 4125, "timeInForce": "Day"}
    request = request_body | {"bracket1": child, "bracket2": stop}
    found = otoco("parse", "-", "--from", "tradovate", "--json", stdin=[request])
    assert 1 == found.code
    assert [("bracket1.price", "exit-through-entry"), ("", "peers-cross")] == places(
        found.json["invalid"]
    )


class Broken:
    """A job that fails for want of an adapter."""

    def answer(self, text: bytes) -> Any:
        raise AdapterError("the adapter is gone")


def test_an_adapter_that_is_gone_is_no_answer() -> None:
    """That an adapter cannot be used is about the command, and not about a document."""
    with pytest.raises(AdapterError):
        Contained(Broken()).answer(b"{}")
