"""The laws as functions: what they give, and how they say that they are broken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import attrs
import pytest

from otoco import (
    OTOCO,
    Instrument,
    Limit,
    Order,
    Parsed,
    Plan,
    Refusal,
    Refused,
    Stop,
    buy,
    parse,
    sell,
    translate,
)
from otoco.adapters import EmbeddedJson, Reading, Request, TextOrNumber
from otoco.testing import laws
from otoco.testing.laws import LawBroken
from otoco_snaptrade import SnapTrade
from otoco_tradovate import Tradovate

MES = Instrument("MESM7", "FUTURE", "0.25")
ENTRY = buy(1, MES, Limit(4150), label="mine")
BRACKET = OTOCO(ENTRY, [sell(1, MES, Limit(4200)), sell(1, MES, Stop(4100))])
TRADOVATE = Tradovate(account_id=12345, account_spec="DEMO12345")
INTENT = UUID("0b0e7c1e-6a3c-4d5c-9c55-2f4b7d0a9e11")


@attrs.frozen
class Inventive(Tradovate):
    """It reads every order as another one, and renders what it likes."""

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        super().parse(request, reading)
        return ENTRY

    def render(self, order: Order, ids: Any) -> Plan:
        return super().render(ENTRY, ids)


@attrs.frozen
class Silent(Tradovate):
    """It refuses without a reason, in both directions."""

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        return None

    def render(self, order: Order, ids: Any) -> Plan:
        raise Refused(self.name, ())


@attrs.frozen
class Terse(Tradovate):
    """Its refusals have no code and no reason."""

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        reading.refuse("price", "", "it is odd.")
        return None

    def rules(self, order: Order) -> Iterator[Refusal]:
        yield Refusal("", "", "It is odd.")


@attrs.frozen
class NoWords(Tradovate):
    """Its refusals have a code and no reason."""

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        reading.refuse("price", "price", "")
        return None


@attrs.frozen
class HasASecret(Tradovate):
    """What makes it another one is not among its `options`."""

    secret: str = ""


@attrs.frozen
class Swaps(SnapTrade):
    """It reads the exits of a bracket the other way round."""

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        match super().parse(request, reading):
            case OTOCO(trigger=trigger, peers=peers):
                return OTOCO(trigger, peers[::-1])
            case order:
                return order


@attrs.frozen(eq=False)
class HasNoHash(Tradovate):
    """Equal ones have different hashes."""

    def __hash__(self) -> int:
        return id(self)


def test_a_good_adapter_keeps_them() -> None:
    """The laws return what they looked at."""
    laws.is_a_value(TRADOVATE)
    assert () == laws.total(BRACKET, TRADOVATE) == laws.agreement(BRACKET, TRADOVATE)
    request = laws.nothing_lost(BRACKET, TRADOVATE, intent=INTENT)
    assert "/order/placeoso" == request.path
    assert request == laws.same_bytes(BRACKET, TRADOVATE, INTENT)
    read = laws.nothing_invented(json.dumps(request.to_dict()), Tradovate)
    assert isinstance(read, Parsed)
    laws.named(read, ["price"])
    ids = {"trigger": "a", "peers[0]": "b"}
    assert "a" == laws.nothing_lost(BRACKET, TRADOVATE, client_order_ids=ids).body["clOrdId"]


def test_members_come_back_in_any_order_where_the_broker_keeps_none() -> None:
    """SnapTrade's list of orders says which leg is which, and nothing of which comes first."""
    swapping = Swaps("2bcd7cc3-e922-4976-bce1-9858296801c3", "2026-10")
    aapl = Instrument("AAPL", "EQUITY")
    exits = [sell(1, aapl, Limit(200)), sell(1, aapl, Stop(100))]
    order = OTOCO(buy(1, aapl, Limit(150)), exits)
    (request,) = translate(order, swapping).requests
    assert order != parse(request, Swaps).order
    assert request == laws.nothing_lost(order, swapping)


def broken(sentence: str) -> Any:
    """The law is broken, and that is how it is said."""
    return pytest.raises(LawBroken, match=sentence)


def test_what_breaks_them_is_said() -> None:
    """Each law says how it is broken, with what it expected and what it found."""
    account: dict[str, Any] = {"account_id": 1, "account_spec": "D"}
    with broken("made anew from its options"):
        laws.is_a_value(HasASecret(**account, secret="x"))
    with broken("and their hashes differ"):
        laws.is_a_value(HasNoHash(**account))
    with broken("has no code"):
        laws.total(BRACKET, Terse(**account))
    with broken(r"check says yes, and translate \[\] at '': a refusal without a reason"):
        laws.agreement(BRACKET, Silent(**account))
    with broken(r"its request /order/placeorder (.|\n)*reads back as"):
        laws.nothing_lost(buy(2, MES, Limit(4150)), Inventive(**account))
    with pytest.raises(ZeroDivisionError):
        laws.only_our_errors(lambda: 1 / 0)


LIMIT = {"action": "Buy", "orderType": "Limit", "price": 4150, "timeInForce": "Day"}
BODY = {**LIMIT, "symbol": "MESM7", "orderQty": 1, "accountId": 12345, "accountSpec": "DEMO12345"}
EXIT = {**LIMIT, "action": "Sell", "price": 4100}


def outcome(kind: type[Tradovate] = Tradovate, **changes: Any) -> Any:
    """What becomes of a body with changes."""
    return laws.nothing_invented(json.dumps({**BODY, **changes}), kind)


def test_what_a_reading_names() -> None:
    """A request is read, or refused by a name; the core's guard against changes names nothing."""
    assert laws.refused_by_name(outcome(), "price")
    crossed = outcome(bracket1=EXIT, bracket2={**EXIT, "price": 4300})
    assert ["bracket1.price"] == [each.where for each in crossed]
    assert laws.refused_by_name(crossed, "price")
    refused = outcome(price="x")
    laws.named(refused, ["price"])
    assert not laws.refused_by_name(refused, "symbol")
    with broken("what is wrong is symbol or maxShow, and told is"):
        laws.named(refused, ["symbol", "maxShow"])
    changed = outcome(Inventive, orderQty=5)
    assert not laws.refused_by_name(changed, "orderQty")
    with broken("it is read, and would not come back the same"):
        laws.named(changed, ["orderQty"])


def test_a_request_is_refused_with_words() -> None:
    """A refusal without a reason, without a code or without a sentence breaks law 4."""
    with broken("it is refused without a reason"):
        outcome(Silent)
    with broken("has no code"):
        outcome(Terse)
    with broken("gives no reason"):
        outcome(NoWords)


def test_an_error_is_printable() -> None:
    """An error that says nothing, or that a terminal would not survive, breaks law 7."""

    def refuse(why: str) -> None:
        raise Refused("acme", [Refusal("", "x", why)] if why else [])

    with broken("the error says nothing"):
        laws.only_our_errors(lambda: refuse(""))
    with broken("acme refuses"):
        laws.only_our_errors(lambda: refuse("\x1b[2J"))
    with broken("acme refuses"):
        laws.only_our_errors(lambda: refuse("\ud800"))
    laws.only_our_errors(lambda: refuse("two\nlines é"))


def test_numbers_in_text_mean_numbers_where_that_is_declared() -> None:
    """At the place that is named, or at any with `**`; an index in a form's key is no name."""
    declared = (
        TextOrNumber("size", "a page"),
        TextOrNumber("**.strike", "a page"),
        TextOrNumber("at[]", "a page"),
    )
    body = {"size": "1.0", "a": [{"strike": "2.50", "size": "1.0"}], "at[3]": "x", "b": "1.0"}
    said = laws.meaning(body, declared)
    assert said == laws.meaning({**body, "size": "1"}, declared)
    assert said != laws.meaning({**body, "b": "1"}, declared)
    deep = {**body, "a": [{"strike": "2.5", "size": "1.0"}]}
    assert said == laws.meaning(deep, declared)
    assert said != laws.meaning({**body, "a": [{"strike": "2.5", "size": "1"}]}, declared)
    assert laws.meaning({"at[3]": "1.0"}, declared) == laws.meaning({"at[3]": "1"}, declared)


def test_json_in_text_means_what_it_says_where_that_is_declared() -> None:
    """Spaces and spellings inside are no difference; what is no JSON is itself."""
    declared = (EmbeddedJson("params", "a page"),)
    same = [laws.meaning({"params": text}, declared) for text in ('{"a":1}', '{ "a": 1.0 }')]
    assert same[0] == same[1]
    assert {"params": "x"} == laws.meaning({"params": "x"}, declared)
