"""Check, translate and parse, on adapters that do as they are told and on one that does not."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import attrs
import pytest
from tests.otoco.sparse import Sparse

from otoco import (
    OCO,
    OTOCO,
    AdapterError,
    Instrument,
    InvalidOrder,
    Limit,
    Offset,
    Order,
    Plan,
    Refused,
    Request,
    Stop,
    adapter_names,
    buy,
    check,
    check_all,
    fit,
    parse,
    portability,
    sell,
    translate,
)
from otoco._translate import check_configured, usable
from otoco.adapters import Reading
from otoco_tradovate import Tradovate

MES = Instrument("MESM7", "FUTURE")
ENTRY = buy(1, MES, Limit(4150))
BRACKET = OTOCO(ENTRY, [sell(1, MES, Limit(4200)), sell(1, MES, Stop(4100))])
FRAGMENT = OCO([sell(1, MES, Limit(Offset(50))), sell(1, MES, Stop(Offset(-50)))])
ACCOUNT = {"account_id": 12345, "account_spec": "DEMO12345"}
TRADOVATE = Tradovate(12345, "DEMO12345")
REQUEST = translate(BRACKET, TRADOVATE).requests[0]


def refused(call: Any) -> list[tuple[str, str]]:
    """Where and what was refused."""
    with pytest.raises(Refused) as caught:
        call()
    return [(each.where, each.code) for each in caught.value.refusals]


SPARSE = Sparse("A1")
FORM = translate(buy(1, Instrument("XYZ", "EQUITY"), Limit(10)), SPARSE).requests[0]
FORM_TEXT = FORM.content.decode()


@pytest.mark.parametrize(
    "request_",
    [
        FORM,
        FORM.to_dict(),
        {"path": FORM.path, "form": FORM.body},
        {"form": FORM.body},
        FORM.body,
        json.dumps(FORM.body),
        Plan((FORM,)).to_dict(),
        {"form": FORM.body, "body": None},
        FORM.content,
        FORM_TEXT,
        {"path": FORM.path, "form": FORM_TEXT},
    ],
    ids=str,
)
def test_a_form_is_read_as_it_is_printed(request_: Any) -> None:
    """With its path or alone, as a value, as JSON, or as the text that is sent."""
    assert buy(1, Instrument("XYZ", "EQUITY"), Limit(10)) == parse(request_, Sparse).order


MISMATCHES: dict[str, tuple[Any, Any, list[tuple[str, str]]]] = {
    "JSON for a form": ({"body": {}}, Sparse, [("body", "field")]),
    "a form for JSON": ({"form": {}}, Tradovate, [("form", "field")]),
    "both": ({"form": FORM.body, "body": {}}, Sparse, [("body", "field")]),
    "a request of JSON for a form": (REQUEST, Sparse, [("body", "field")]),
    "a request of a form for JSON": (FORM, Tradovate, [("form", "field")]),
    "text that is no form": ({"form": "qty"}, Sparse, [("form", "value")]),
    "a form that is a list": ({"form": []}, Sparse, [("form", "value")]),
    "bytes that are no form": (b"a=\xff", Sparse, [("form", "value")]),
    "a form with a field twice": (f"{FORM_TEXT}&qty=2", Sparse, [("qty", "field")]),
    "a path alone": ({"path": "/x"}, Sparse, [("form", "value")]),
    "a number in a form": ({**FORM.body, "qty": 1}, Sparse, [("qty", "value")]),
    "the page of another": (
        {"path": "/v2/A1/orders", "form": FORM.body},
        Sparse,
        [("path", "value")],
    ),
    "an account that is none": (
        {"path": "/v1/a-1/orders", "form": FORM.body},
        Sparse,
        [("path", "value")],
    ),
}


@pytest.mark.parametrize(("request_", "kind", "expected"), MISMATCHES.values(), ids=MISMATCHES)
def test_a_body_of_the_other_kind_is_refused(
    request_: Any, kind: Any, expected: list[tuple[str, str]]
) -> None:
    """A broker takes forms or JSON, and which of them is said with what belongs there."""
    assert expected == refused(lambda: parse(request_, kind))


def test_a_fragment_is_no_order() -> None:
    """Offsets without a trigger above them are a problem of the order, whatever the adapter."""
    for call in (check, translate):
        with pytest.raises(InvalidOrder) as caught:
            call(FRAGMENT, TRADOVATE)
        assert ["price", "price"] == [each.code for each in caught.value.problems]


def test_one_order_against_every_adapter() -> None:
    """Each installed adapter answers with its own refusals, and options are by adapter."""
    answers = check_all(BRACKET, {"tradovate": {**ACCOUNT, "client_order_ids": {"peers[2]": "x"}}})
    assert set(adapter_names()) == answers.keys()
    codes = {name: {each.code for each in refusals} for name, refusals in answers.items()}
    assert ({"option"}, {"instrument"}) == (codes["tradovate"], codes["snaptrade"])
    assert () == check_all(BRACKET)["tradovate"]


def test_refusals_of_options_come_first() -> None:
    """With options that are wrong, what else is wrong about the order is told all the same."""
    order = buy("0.5", MES, Limit(4150))
    found = check_configured(order, Tradovate, {"account_id": "x"})
    assert ["options.account_id", "quantity"] == [each.where for each in found]
    assert () == check_configured(BRACKET, Tradovate, ACCOUNT)


def test_reply_ids_belong_to_legs() -> None:
    """Each id in the broker's reply is the id of one leg."""
    assert {"orderId": "trigger", "oso1Id": "peers[0]", "oso2Id": "peers[1]"} == REQUEST.reply_ids


def test_a_request_is_read_in_every_form_it_is_printed_in() -> None:
    """As a request, its machine form, the plan it stands in, its text or bytes, or its body."""
    plan = Plan((REQUEST,)).to_dict()
    document = REQUEST.to_dict()
    text = json.dumps(document)
    for form in (REQUEST, document, text, text.encode(), plan, json.dumps(plan), REQUEST.body):
        assert BRACKET == parse(form, Tradovate).order


DOCUMENTS: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "another method": ({"method": "DELETE", "body": REQUEST.body}, [("method", "value")]),
    "no text for a path": ({"path": 5, "body": REQUEST.body}, [("path", "value")]),
    "no object for a body": ({"path": "/order/placeorder", "body": []}, [("body", "value")]),
    "null for a body": ({"path": "/order/placeorder", "body": None}, [("body", "value")]),
    "a key too many": ({"query": {}, "body": REQUEST.body}, [("query", "field")]),
    "all of it": (
        {"method": "GET", "path": [], "body": 1, "headers": {}},
        [("headers", "field"), ("method", "value"), ("path", "value"), ("body", "value")],
    ),
}


@pytest.mark.parametrize(("document", "expected"), DOCUMENTS.values(), ids=DOCUMENTS)
def test_what_is_no_request_is_refused_by_name(
    document: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """Around the body there are a path and a method, and nothing else."""
    assert expected == refused(lambda: parse(document, Tradovate))


@pytest.mark.parametrize("text", ["", "[]", "5", "null", '"x"', "{", '{"body": {}}{}'])
def test_what_is_no_json_object_is_a_json_problem(text: str) -> None:
    """A request is a JSON object."""
    for form in (text, text.encode()):
        with pytest.raises(InvalidOrder) as caught:
            parse(form, Tradovate)
        assert ["json"] == [each.code for each in caught.value.problems]
    with pytest.raises(InvalidOrder):
        parse([], Tradovate)  # type: ignore[arg-type]  # no mapping at all


def test_null_around_a_body_is_absent() -> None:
    """A path or method of null is none."""
    document = {"method": None, "path": None, "body": REQUEST.body}
    assert BRACKET == parse(document, Tradovate).order


IDS: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "none": ({}, {}),
    "of the caller": (
        {"": "a", "bracket2": "b"},
        {"client_order_ids": {"trigger": "a", "peers[1]": "b"}},
    ),
    "as derived from an intent": (
        {
            "": "0b0e7c1e-6a3c-4d5c-9c55-2f4b7d0a9e11-1",
            "bracket1": "0b0e7c1e-6a3c-4d5c-9c55-2f4b7d0a9e11-2",
            "bracket2": "0b0e7c1e-6a3c-4d5c-9c55-2f4b7d0a9e11-3",
        },
        {"intent": "0b0e7c1e-6a3c-4d5c-9c55-2f4b7d0a9e11"},
    ),
    "almost so": (
        {"": "0b0e7c1e-6a3c-4d5c-9c55-2f4b7d0a9e11-1"},
        {"client_order_ids": {"trigger": "0b0e7c1e-6a3c-4d5c-9c55-2f4b7d0a9e11-1"}},
    ),
    "so but for capitals": (
        {"": "0B0E7C1E-6A3C-4D5C-9C55-2F4B7D0A9E11-1"},
        {"client_order_ids": {"trigger": "0B0E7C1E-6A3C-4D5C-9C55-2F4B7D0A9E11-1"}},
    ),
}


@pytest.mark.parametrize(("ids", "expected"), IDS.values(), ids=IDS)
def test_ids_in_a_body_are_options(ids: dict[str, str], expected: dict[str, Any]) -> None:
    """Ids read back as the intent that they were derived from, or as the caller's."""
    body = json.loads(json.dumps(REQUEST.body))
    for at, text in ids.items():
        (body[at] if at else body)["clOrdId"] = text
    parsed = parse(body, Tradovate)
    assert {**ACCOUNT, "is_automated": True, **expected} == parsed.options


@attrs.frozen
class Forgetful(Tradovate):
    """An adapter with bugs: it swaps the peers, or reads an order that it would refuse."""

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        order = super().parse(request, reading)
        assert isinstance(order, OTOCO)
        if request.body["orderQty"] == 2:
            return attrs.evolve(order, trigger=attrs.evolve(order.trigger, position_effect="OPEN"))
        return attrs.evolve(order, peers=order.peers[::-1])


def test_what_would_not_come_back_is_refused() -> None:
    """Even an adapter with a bug never reads a request into an order that says another thing."""
    assert [("bracket1.orderType", "changed")] == refused(lambda: parse(REQUEST.body, Forgetful))


def test_what_an_adapter_reads_and_would_refuse_is_refused_at_its_place() -> None:
    """Refusals of the order that was read are told at their places in the body."""
    assert [("action", "position-effect")] == refused(
        lambda: parse({**REQUEST.body, "orderQty": 2}, Forgetful)
    )


def test_a_path_that_would_not_come_back_is_refused() -> None:
    """The path is part of what a request says."""

    class Misled(Tradovate):
        @classmethod
        def parse(cls, request: Request, reading: Reading) -> Order | None:
            return super().parse(Request("POST", "", request.body), reading)

    elsewhere = {"path": "/order/elsewhere", "body": REQUEST.body}
    assert [("path", "changed")] == refused(lambda: parse(elsewhere, Misled))
    assert BRACKET == parse(REQUEST.body, Misled).order


@pytest.mark.parametrize("adapter", ["tradovate", Tradovate])
def test_an_adapter_is_a_value(adapter: Any) -> None:
    """A name or a class in place of an adapter is told how to become one."""
    with pytest.raises(AdapterError, match=r"pass a value such as Tradovate\(account_id=…\)"):
        check(ENTRY, adapter)


def test_refusals_of_options_and_of_ids_are_told_together() -> None:
    """An option that is wrong keeps no id from being judged, nor the other options from use."""
    options = {"account_id": "x", "account_spec": "DEMO", "client_order_ids": {"peers[2]": "a"}}
    assert ["options.account_id", "options.client_order_ids.peers[2]"] == [
        each.where for each in check_configured(BRACKET, Tradovate, options)
    ]
    kept, _, _ = usable(Tradovate, options)
    assert Tradovate(account_spec="DEMO") == kept
    assert Tradovate() == usable(Tradovate, 5)[0]  # type: ignore[arg-type]  # a hostile caller


def test_what_would_not_come_back_is_told_in_words() -> None:
    """The sentence has the broker, the place, and that it is the adapter which cannot do it yet."""
    with pytest.raises(Refused) as caught:
        parse(REQUEST.body, Forgetful)
    assert (
        "tradovate refuses bracket1.orderType: what stands here would not come back the same from"
        " the order. [changed]"
    ) == str(caught.value)
    assert ["not-implemented"] == [each.kind for each in caught.value.refusals]
    with pytest.raises(Refused, match=r"^tradovate refuses action: "):
        parse({**REQUEST.body, "orderQty": 2}, Forgetful)


def test_an_adapter_reads_a_request_that_is_posted() -> None:
    """Whatever form a request was given in, the adapter sees its method, its path and its body."""
    seen: list[Request] = []

    class Watched(Tradovate):
        @classmethod
        def parse(cls, request: Request, reading: Reading) -> Order | None:
            seen.append(request)
            return super().parse(request, reading)

    for form in (REQUEST.body, REQUEST.to_dict(), {"body": REQUEST.body}, REQUEST):
        parse(form, Watched)
    assert [("POST", path) for path in ("", REQUEST.path, "", REQUEST.path)] == [
        (each.method, each.path) for each in seen
    ]
    assert [REQUEST.body] * 4 == [each.body for each in seen]


@pytest.mark.parametrize(
    ("value", "kind"),
    [("[5]", "an array"), ([5], "an array"), ({"requests": ["x"]}, "text")],
)
def test_what_is_no_request_is_told_what_it_is(value: Any, kind: str) -> None:
    """The sentence says what stands where an object belongs."""
    with pytest.raises(InvalidOrder) as caught:
        parse(value, Tradovate)
    assert f"a document is a JSON object, and this is {kind}." == caught.value.problems[0].why


@pytest.mark.parametrize("stranger", ["x", None, 5, {}], ids=repr)
def test_what_is_no_order_is_shown(stranger: Any) -> None:
    """It is a problem of the order as a whole."""
    for call in (check, translate):
        with pytest.raises(InvalidOrder) as caught:
            call(stranger, TRADOVATE)
        assert f"order: {stranger!r} is not an order. [value]" == str(caught.value)
        assert [""] == [each.where for each in caught.value.problems]


def test_what_is_no_adapter_is_shown() -> None:
    """The sentence repeats what was given in place of one."""
    stranger: Any = "tradovate"
    with pytest.raises(AdapterError, match=r"^'tradovate' is not an adapter that speaks for"):
        check(ENTRY, stranger)


def test_an_intent_alone_gives_every_leg_an_id() -> None:
    """Without an intent or an id of the caller's no id is sent."""
    intent = UUID(int=7)
    (request,) = translate(BRACKET, TRADOVATE, intent=intent).requests
    children = (request.body["bracket1"], request.body["bracket2"])
    assert [f"{intent}-{n}" for n in (1, 2, 3)] == [
        body["clOrdId"] for body in (request.body, *children)
    ]
    assert "clOrdId" not in translate(BRACKET, TRADOVATE).requests[0].body


def test_all_that_keeps_an_order_from_being_sent_is_told_at_once() -> None:
    """The refusals of the order, of the account and of the ids come together, in this order."""
    order = buy("0.5", MES, Limit(4150))
    with pytest.raises(Refused) as caught:
        translate(order, Tradovate(account_spec="x"), client_order_ids={"peers[0]": "a"})
    assert ["quantity", "options.account_id", "options.client_order_ids.peers[0]"] == [
        each.where for each in caught.value.refusals
    ]
    assert all(line.startswith("tradovate refuses ") for line in str(caught.value).splitlines())


def test_a_request_is_read_by_an_adapter_or_its_class() -> None:
    """Reading needs no account, and does not look at the one that is there."""
    assert BRACKET == parse(REQUEST.body, Tradovate).order
    assert BRACKET == parse(REQUEST.body, Tradovate(99, "another")).order
    with pytest.raises(Refused, match=r"^tradovate refuses method: "):
        parse({"method": "GET", "body": REQUEST.body}, TRADOVATE)


def test_options_of_an_adapter_that_is_not_there_are_refused() -> None:
    """A name that is spelt wrong does not lose its options in silence."""
    order = buy(1, Instrument("XYZ", "EQUITY"), Limit(10))
    for call in (check_all, portability):
        with pytest.raises(AdapterError, match="Did you mean snaptrade"):
            call(order, {"snaptrad": {"contract": "2026-10"}})


def test_an_adapter_is_fitted_to_as_a_value() -> None:
    """A name in place of an adapter is told as check tells it."""
    named: Any = "alpaca"
    with pytest.raises(AdapterError, match="'alpaca' is not an adapter that speaks for an account"):
        fit(buy(1, Instrument("XYZ", "EQUITY"), Limit(10)), named)


def test_an_intent_is_a_uuid_or_its_text() -> None:
    """What parse gives of an intent goes into translate again."""
    order = buy(1, Instrument("MESM7", "FUTURE"), Limit(10))
    intent = UUID("0b0e7c1e-6a3c-4d5c-9c55-2f4b7d0a9e11")
    plan = translate(order, TRADOVATE, intent=intent)
    assert str(intent) == parse(plan.requests[0], Tradovate).options["intent"]
    assert plan == translate(order, TRADOVATE, intent=str(intent))
    assert [("options.intent", "option")] == refused(
        lambda: translate(order, TRADOVATE, intent="0b0e7c1e")
    )
