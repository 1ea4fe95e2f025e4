"""Adapters with a bug on purpose: the law that names it tells it, with the order that shows it."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Final

import attrs
import pytest
from hypothesis import Phase, settings
from tests.otoco import sparse
from tests.otoco.sparse import BRACKET, EXIT, Sparse

from otoco import OTO, Order, Plan, Refusal, Refused, Request, Shape, StopLimit, TimeInForce
from otoco.adapters import (
    BodyKind,
    Capabilities,
    ClientIds,
    Equivalence,
    Form,
    NullIsAbsent,
    Reading,
    Sides,
    Text,
)
from otoco.testing import AdapterLaws
from otoco.testing.laws import LawBroken
from otoco_tradovate import Tradovate, testing

Body = dict[str, Any]
#: Enough that the rare order which shows a bug is among those of any form.
EXAMPLES: Final = 400
BRACKETS: Final = ("bracket1", "bracket2", "other")


def changed(plan: Plan, change: Callable[[Body], Any]) -> Plan:
    """A plan whose body was changed in place, and whose numbers are floats where they were."""
    (request,) = plan.requests
    body: Body = json.loads(request.content)
    change(body)
    return Plan((attrs.evolve(request, body=body),))


@attrs.frozen
class DropsTheStop(Tradovate):
    """The second exit of a bracket never leaves."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        return changed(super().render(order, ids), lambda body: body.pop("bracket2", None))


@attrs.frozen
class SwapsThePrices(Tradovate):
    """A stop-limit's stop goes where its limit belongs, and the other way round."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        def swap(body: Body) -> None:
            if body["orderType"] == "StopLimit":
                body["price"], body["stopPrice"] = body["stopPrice"], body["price"]

        return changed(super().render(order, ids), swap)


@attrs.frozen
class LosesATimeInForce(Tradovate):
    """The last exit is good for the day, whatever was said."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        def lose(body: Body) -> None:
            if "bracket2" in body and body["bracket2"]["timeInForce"] == "GTC":
                body["bracket2"]["timeInForce"] = "Day"

        return changed(super().render(order, ids), lose)


@attrs.frozen
class SendsFloatNoise(Tradovate):
    """Prices are calculated with on the way to the broker."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        def calculate(body: Body) -> None:
            if "price" in body:
                body["price"] = body["price"] * 1.1 - body["price"] * 0.1

        return changed(super().render(order, ids), calculate)


@attrs.frozen
class RoundsToTheCent(Tradovate):
    """Finer prices are rounded, without a word."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        def cut(body: Body) -> None:
            if "stopPrice" in body:
                body["stopPrice"] = round(body["stopPrice"], 2)

        return changed(super().render(order, ids), cut)


@attrs.frozen
class AcceptsUnequalQuantities(Tradovate):
    """It declares that a bracket has a quantity of its own, and does not send it."""

    @property
    def capabilities(self) -> Capabilities:
        tables = super().capabilities

        def unequal(form: Form) -> Form:
            if form.rest is None or "quantity" not in form.shared:
                return form
            rest = attrs.evolve(form.rest, quantity=form.head.quantity)
            return attrs.evolve(form, rest=rest, shared=("instrument",))

        forms = {shape: tuple(map(unequal, several)) for shape, several in tables.forms.items()}
        return attrs.evolve(tables, forms=forms)


@attrs.frozen
class SwapsTheIdsOfThePeers(Tradovate):
    """The exits get one another's client order id."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        names = {"peers[0]": "peers[1]", "peers[1]": "peers[0]"}
        swapped = {names.get(path, path): text for path, text in ids.items()}
        return super().render(order, swapped)


@attrs.frozen
class CutsTheIntent(Tradovate):
    """Ids are cut to what an older field could hold."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        return super().render(order, {path: text[:8] for path, text in ids.items()})


@attrs.frozen
class LosesAnOption(Tradovate):
    """Every order is called automated."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        def automate(body: Body) -> None:
            body["accountId"] = min(body["accountId"], 2**31 - 1)

        return changed(super().render(order, ids), automate)


@attrs.frozen
class KeepsOneAccount(Tradovate):
    """Whatever account it speaks for, the order goes to the first that it was tried with."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        return changed(super().render(order, ids), lambda body: body.update(accountId=2**40))


@attrs.frozen
class CutsTheLabel(Tradovate):
    """A label loses what is beyond its 63rd character."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        def cut(body: Body) -> None:
            if "text" in body:
                body["text"] = body["text"][:63]

        return changed(super().render(order, ids), cut)


@attrs.frozen
class TakesAnyVersion(Tradovate):
    """It reads a request to another version of the page as one to this."""

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        path = "/".join(("", "order", request.path.rpartition("/")[2])) if request.path else ""
        return super().parse(attrs.evolve(request, path=path), reading)


@attrs.frozen
class TidiesTheLabel(Tradovate):
    """Labels are shown in lower case at the broker."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        def tidy(body: Body) -> None:
            if "text" in body:
                body["text"] = body["text"].lower()

        return changed(super().render(order, ids), tidy)


@attrs.frozen
class ForgetsTheLabel(Tradovate):
    """It drops the label on the way to the broker, and calls that success."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        return changed(super().render(order, ids), lambda body: body.pop("text", None))


@attrs.frozen
class OrdersTwice(Tradovate):
    """To be quite sure it sends everything a second time."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        return Plan(2 * super().render(order, ids).requests)


@attrs.frozen
class TellsNoLegsApart(Tradovate):
    """Both ids of the exits in the reply are said to be the first one's."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        (request,) = super().render(order, ids).requests
        told = {
            key: path.replace("peers[1]", "peers[0]") for key, path in request.reply_ids.items()
        }
        return Plan((attrs.evolve(request, reply_ids=told),))


@attrs.frozen
class GarblesAShape(Tradovate):
    """An OTO is sent as a pair, in which one order cancels the other."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        (request,) = super().render(order, ids).requests
        if order.shape is not Shape.OTO:
            return Plan((request,))
        body = {"other" if key == "bracket1" else key: each for key, each in request.body.items()}
        return Plan((attrs.evolve(request, path="/order/placeoco", body=body),))


@attrs.frozen
class ClaimsAShape(Tradovate):
    """It declares an OTO of two exits, which it has no words for."""

    @property
    def capabilities(self) -> Capabilities:
        tables = super().capabilities
        form, *_ = tables.forms[Shape.OTO]
        forms = {**tables.forms, Shape.OTO: (attrs.evolve(form, conditionals=2),)}
        return attrs.evolve(tables, forms=forms)


@attrs.frozen
class RefusesLate(Tradovate):
    """What its check takes it refuses when it is to be translated."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        if any(isinstance(leg.order_type, StopLimit) for _, _, leg in order.legs):
            raise Refused(self.name, [Refusal("order_type", "order-type", "No stop-limits.")])
        return super().render(order, ids)


@attrs.frozen
class RefusesWithoutAReason(Tradovate):
    """It refuses, and does not say why."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        raise Refused(self.name, ())


@attrs.frozen
class RefusesEverything(Tradovate):
    """An adapter that refuses everything sends nothing wrong."""

    def rules(self, order: Order) -> Iterator[Refusal]:
        yield Refusal("", "closed", "Not today.")


@attrs.frozen
class Speechless(Tradovate):
    """It refuses by its rules, without a word."""

    def rules(self, order: Order) -> Iterator[Refusal]:
        yield Refusal("", "closed", "")


@attrs.frozen
class RefusesElsewhere(Tradovate):
    """It refuses a leg that is not there."""

    def rules(self, order: Order) -> Iterator[Refusal]:
        yield Refusal("exits[0].price", "price", "It is too far away.")


@attrs.frozen
class NeedsAnAccountToCheck(Tradovate):
    """Its check looks at the account, so that nobody can check without one."""

    def rules(self, order: Order) -> Iterator[Refusal]:
        assert self.account_spec is not None
        if not self.account_spec.startswith("DEMO"):
            yield Refusal("", "account", "Only for demo accounts.")


@attrs.frozen
class RaisesAKeyError(Tradovate):
    """A rule of its own looks up what is not in its table."""

    def rules(self, order: Order) -> Iterator[Refusal]:
        days = {TimeInForce.DAY: 1, TimeInForce.GTC: 90, TimeInForce.IOC: 0, TimeInForce.FOK: 0}
        assert all(days[leg.time_in_force] >= 0 for _, _, leg in order.legs)
        return iter(())


@attrs.frozen
class ReadsCarelessly(Tradovate):
    """Whatever stands in a request it takes for what belongs there."""

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        if request.body["orderType"].lower() == "mit" and request.body["price"] < 0:
            reading.refuse("price", "price", "it is negative.")
        return super().parse(request, reading)


@attrs.frozen
class InventsADefault(Tradovate):
    """A missing time in force is read as the day."""

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        body = {"timeInForce": "Day", **request.body}
        return super().parse(attrs.evolve(request, body=body), reading)


@attrs.frozen
class OverlooksWhatItDoesNotKnow(Tradovate):
    """Keys that it has no place for are left out."""

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        body = {key: each for key, each in request.body.items() if key != "unheardOf"}
        return super().parse(attrs.evolve(request, body=body), reading)


@attrs.frozen
class TakesAnyPath(Tradovate):
    """It reads a request to any other page of the broker as an order."""

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        return super().parse(attrs.evolve(request, path=""), reading)


@attrs.frozen
class ReadsByPosition(Tradovate):
    """The symbol is the key after the action."""

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        if list(request.body).index("symbol") < list(request.body).index("action"):
            body = {**request.body, "symbol": "MESM7"}
            return super().parse(attrs.evolve(request, body=body), reading)
        return super().parse(request, reading)


@attrs.frozen
class DeclaresWhatItDoesNotRead(Tradovate):
    """It says that the broker takes null for no text, and refuses that."""

    equivalences: ClassVar[tuple[Equivalence, ...]] = (
        *Tradovate.equivalences,
        NullIsAbsent("text", "a page of the broker's"),
    )


@attrs.frozen
class ReadsTheClock(Tradovate):
    """The order's tag is the day on which it is sent."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        today = date.today().isoformat()  # noqa: DTZ011  the bug that is to be found
        return changed(super().render(order, ids), lambda body: body.update(customTag50=today))


@attrs.frozen
class DependsOnTheHashOrder(Tradovate):
    """Keys come in the order of a set."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        (request,) = super().render(order, ids).requests
        body = {key: request.body[key] for key in set(request.body)}
        return Plan((attrs.evolve(request, body=body),))


@attrs.frozen
class DependsOnTheZone(Tradovate):
    """It tags orders with the time zone of the machine."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        zone = os.environ.get("TZ", "local")
        return changed(super().render(order, ids), lambda body: body.update(customTag50=zone))


@attrs.frozen
class Counts(Tradovate):
    """It numbers what it has rendered, so that the same order is never the same again."""

    number: ClassVar[Iterator[int]] = itertools.count()

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        tag = f"{next(self.number)}"
        return changed(super().render(order, ids), lambda body: body.update(customTag50=tag))


@attrs.frozen
class SendsTheTick(Tradovate):
    """Reference data that takes no part in equality shows in the request."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        tick = order.legs[0].leg.instrument.tick_size
        return changed(
            super().render(order, ids), lambda body: body.update(customTag50=f"tick {tick}")
        )


@attrs.define(unsafe_hash=True)
class CanBeChanged:
    """An adapter, but no value: its account can be changed under an order."""

    name: ClassVar[str] = "tradovate"
    options: ClassVar[Any] = Tradovate.options
    client_ids: ClassVar[ClientIds] = ClientIds("leg", Text(64, 1))
    equivalences: ClassVar[tuple[Equivalence, ...]] = ()
    account_id: int | None = None
    account_spec: str | None = None
    is_automated: bool | None = None
    custom_tag50: str | None = None

    @property
    def capabilities(self) -> Capabilities:
        return Tradovate().capabilities


@attrs.frozen
class KeepsAnOptionToItself(Tradovate):
    """An option of its own that `options` does not name."""

    is_live: bool = False

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "is_live", self.account_id == 12345 and not self.is_live)


def exchanged(value: Any, words: Mapping[str, str]) -> Any:
    """A JSON value in which words have taken one another's place, as keys and as values."""
    if isinstance(value, dict):
        return {words.get(key, key): exchanged(each, words) for key, each in value.items()}
    return words.get(value, value) if isinstance(value, str) else value


@attrs.frozen
class Exchanges(Tradovate):
    """It reads back what it wrote, and both mean something else to the broker."""

    words: ClassVar[Mapping[str, str]] = {}

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        (request,) = super().render(order, ids).requests
        return Plan((attrs.evolve(request, body=exchanged(request.body, self.words)),))

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        body = exchanged(request.body, cls.words)
        return super().parse(attrs.evolve(request, body=body), reading)


@attrs.frozen
class ExchangesBuyAndSell(Exchanges):
    """It buys what is to be sold."""

    words: ClassVar[Mapping[str, str]] = {"Buy": "Sell", "Sell": "Buy"}


@attrs.frozen
class ExchangesLimitsAndStops(Exchanges):
    """A target is sent as a stop, and a stop as a target, each at its price."""

    words: ClassVar[Mapping[str, str]] = {
        "Limit": "Stop",
        "Stop": "Limit",
        "price": "stopPrice",
        "stopPrice": "price",
    }


@attrs.frozen
class ExchangesTheLives(Exchanges):
    """What is for the day stays, and what is to stay is for the day."""

    words: ClassVar[Mapping[str, str]] = {"Day": "GTC", "GTC": "Day"}


@attrs.frozen
class ExchangesThePeers(Tradovate):
    """The id in the reply that belongs to one exit is said to be the other's."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        (request,) = super().render(order, ids).requests
        names = {"peers[0]": "peers[1]", "peers[1]": "peers[0]"}
        told = {key: names.get(path, path) for key, path in request.reply_ids.items()}
        return Plan((attrs.evolve(request, reply_ids=told),))


def declared(**changes: Any) -> Capabilities:
    """The tables of the sparse broker with another bracket."""
    bracket = (attrs.evolve(BRACKET, **changes),)
    forms = {**sparse.CAPABILITIES.forms, Shape.OTO: bracket, Shape.OTOCO: bracket}
    return attrs.evolve(sparse.CAPABILITIES, forms=forms)


@attrs.frozen
class ImpliesASideAndTakesBoth(Sparse):
    """It declares that an exit states its side, and leaves that to the broker."""

    @property
    def capabilities(self) -> Capabilities:
        return declared(rest=attrs.evolve(EXIT, action_key="exit_side"), sides=Sides.STATED)


@attrs.frozen
class ImpliesTheOtherSide(Sparse):
    """It declares exits on the side of the entry, and the broker has them on the opposite one."""

    @property
    def capabilities(self) -> Capabilities:
        return declared(sides=Sides.SAME)


@attrs.frozen
class FlattensTwoTargets(Sparse):
    """Of two targets the second takes the place of the first."""

    @property
    def capabilities(self) -> Capabilities:
        return declared(apart=())


@attrs.frozen
class SharesNoLife(Sparse):
    """It declares that an exit states how long it lives, and leaves that to the entry."""

    @property
    def capabilities(self) -> Capabilities:
        exit_ = attrs.evolve(EXIT, time_in_force_key="exit_duration")
        return declared(rest=exit_, shared=("instrument", "quantity"))


@attrs.frozen
class WritesAnEchoWrong(Sparse):
    """What says once more that the price is bound says so of no price."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        plan = super().render(order, ids)
        return reformed(plan, lambda form: {**form, **({"bound": "no"} if "bound" in form else {})})


@attrs.frozen
class ForgetsAnEcho(Sparse):
    """What says once more that the price is bound is left out, and not missed."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        return reformed(super().render(order, ids), lambda form: without(form, "bound"))


@attrs.frozen
class ReadsNumbersInAForm(Sparse):
    """It writes and reads a quantity as a number, and what a form carries is text."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        return reformed(super().render(order, ids), lambda form: {**form, "qty": int(form["qty"])})

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        qty = request.body.get("qty")
        if type(qty) is str:
            reading.refuse("qty", "value", "a number belongs here.")
            return None
        return super().parse(attrs.evolve(request, body={**request.body, "qty": str(qty)}), reading)


@attrs.frozen
class ReadsTheRungsBackwards(Tradovate):
    """The brackets of a strategy come back as rungs in the opposite order."""

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        order = super().parse(request, reading)
        if isinstance(order, OTO) and len(order.conditionals) > 1:
            return attrs.evolve(order, conditionals=order.conditionals[::-1])
        return order


@attrs.frozen
class SendsADistanceAsAPrice(Sparse):
    """A distance from the fill is added to the price of the entry."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        def add(form: Body) -> Body:
            if "target" not in form or "price" not in form:
                return form
            return {**form, "target": str(Decimal(form["price"]) + Decimal(form["target"]))}

        return reformed(super().render(order, ids), add)


@attrs.frozen
class LosesAFormField(Sparse):
    """The note does not fit in its form."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        return reformed(super().render(order, ids), lambda form: without(form, "note"))


@attrs.frozen
class SendsNumbersInAForm(Sparse):
    """A form has text, and this one a number as if it were JSON."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        return reformed(super().render(order, ids), lambda form: {**form, "qty": int(form["qty"])})


@attrs.frozen
class SendsJson(Sparse):
    """It writes what the broker takes as a form in JSON."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        (request,) = super().render(order, ids).requests
        return Plan((attrs.evolve(request, kind=BodyKind.JSON),))


@attrs.frozen
class WritesTheImpliedLife(Sparse):
    """What lives for the day is sent to live until it is cancelled: no key is no answer."""

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        return reformed(super().render(order, ids), lambda form: {"duration": "gtc", **form})


@attrs.frozen
class CarriesNoIdOfABracket(Sparse):
    """It declares an id for every request, and a bracket has no place for it."""

    @property
    def capabilities(self) -> Capabilities:
        return declared(client_ids=None)

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        return super().render(order, {} if order.children else ids)


@attrs.frozen
class DropsWhatIsSuperfluous(Sparse):
    """Of a market order it reads no price, and none that stands there either."""

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        body = request.body
        if body.get("type") == "market":
            body = without(without(body, "price"), "bound")
        return super().parse(attrs.evolve(request, body=body), reading)


def without(form: Mapping[str, Any], name: str) -> Body:
    """A body without one of its keys."""
    return {key: value for key, value in form.items() if key != name}


def reformed(plan: Plan, change: Callable[[Body], Body]) -> Plan:
    """A plan with another form in its request."""
    (request,) = plan.requests
    return Plan((attrs.evolve(request, body=change(dict(request.body))),))


#: Every sabotage with the test of the suite that tells it, and how it begins to.
SABOTAGES: Final[dict[type[Any], tuple[str, str]]] = {
    CanBeChanged: ("test_it_is_a_value", "The contract"),
    Speechless: ("test_law_1_total", "Law 1, total"),
    RefusesElsewhere: ("test_law_1_total", "Law 1, total"),
    NeedsAnAccountToCheck: ("test_law_1_total", "Law 1, total"),
    RaisesAKeyError: ("test_law_1_total", "Law 1, total"),
    RefusesLate: ("test_law_2_agreement", "Law 2, agreement"),
    RefusesWithoutAReason: ("test_law_2_agreement", "Law 2, agreement"),
    ClaimsAShape: ("test_law_2_agreement", "Law 2, agreement"),
    RefusesEverything: ("test_law_2_what_is_declared_is_taken", "Law 2, agreement"),
    DropsTheStop: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    SwapsThePrices: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    LosesATimeInForce: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    SendsFloatNoise: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    RoundsToTheCent: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    AcceptsUnequalQuantities: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    ReadsNumbersInAForm: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    ReadsTheRungsBackwards: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    SwapsTheIdsOfThePeers: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    CutsTheIntent: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    LosesAnOption: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    KeepsOneAccount: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    CutsTheLabel: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    TakesAnyVersion: ("test_law_4_nothing_invented", "Law 4, nothing invented"),
    TidiesTheLabel: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    ForgetsTheLabel: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    OrdersTwice: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    TellsNoLegsApart: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    GarblesAShape: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    InventsADefault: ("test_law_4_nothing_invented", "Law 4, nothing invented"),
    OverlooksWhatItDoesNotKnow: ("test_law_4_nothing_invented", "Law 4, nothing invented"),
    TakesAnyPath: ("test_law_4_nothing_invented", "Law 4, nothing invented"),
    ReadsByPosition: ("test_law_4_nothing_invented", "Law 4, nothing invented"),
    DeclaresWhatItDoesNotRead: ("test_law_4_equivalences", "Law 4, nothing invented"),
    ReadsTheClock: ("test_law_5_same_bytes", "Law 5, same bytes"),
    DependsOnTheHashOrder: ("test_law_5_same_bytes", "Law 5, same bytes"),
    DependsOnTheZone: ("test_law_5_same_bytes", "Law 5, same bytes"),
    Counts: ("test_law_5_same_bytes", "Law 5, same bytes"),
    SendsTheTick: ("test_law_5_same_bytes", "Law 5, same bytes"),
    ExchangesBuyAndSell: ("test_law_6_same_fate", "Law 6, same fate"),
    ExchangesLimitsAndStops: ("test_law_6_same_fate", "Law 6, same fate"),
    ExchangesTheLives: ("test_law_6_same_fate", "Law 6, same fate"),
    ExchangesThePeers: ("test_law_6_same_fate", "Law 6, same fate"),
    ImpliesASideAndTakesBoth: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    ImpliesTheOtherSide: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    FlattensTwoTargets: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    SharesNoLife: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    WritesAnEchoWrong: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    ForgetsAnEcho: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    SendsADistanceAsAPrice: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    LosesAFormField: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    SendsNumbersInAForm: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    SendsJson: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    WritesTheImpliedLife: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    CarriesNoIdOfABracket: ("test_law_3_nothing_lost", "Law 3, nothing lost"),
    DropsWhatIsSuperfluous: ("test_law_4_nothing_invented", "Law 4, nothing invented"),
    ReadsCarelessly: ("test_law_7_only_our_errors_inside_requests", "Law 7, only our errors"),
}


@pytest.fixture(autouse=True)
def _without_shrinking() -> Iterator[None]:
    """That a law is broken is seen much sooner than by what order it is broken at the least."""
    settings.register_profile(
        "sabotage", phases=[Phase.explicit, Phase.generate], parent=settings.get_profile("otoco")
    )
    settings.load_profile("sabotage")
    yield
    settings.load_profile("otoco")


def suite(kind: type[Any]) -> Any:
    """The suite for an adapter of that class; it is no test of its own."""
    if issubclass(kind, Sparse):
        only: Body = {"adapter": kind("A1"), "examples": EXAMPLES}
        return type(f"Suite{kind.__name__}", (AdapterLaws,), only)()
    adapter = kind(account_id=2**40, account_spec="DEMO12345")
    at_engine = kind(account_id=12345, account_spec="DEMO12345")
    broker = attrs.evolve(testing.broker(), adapter=at_engine)
    given: Body = {"adapter": adapter, "broker": broker, "examples": EXAMPLES}
    return type(f"Suite{kind.__name__}", (AdapterLaws,), given)()


@pytest.mark.parametrize("kind", SABOTAGES, ids=lambda kind: kind.__name__)
def test_a_sabotaged_adapter_is_told_by_the_law_that_names_it(kind: type[Any]) -> None:
    """An adapter with a bug breaks the law that is there to find it."""
    test, law = SABOTAGES[kind]
    with pytest.raises(LawBroken, match=f"^{law},? is not kept by {kind.name}"):
        getattr(suite(kind), test)()


def test_a_class_that_can_be_changed_is_told_how() -> None:
    """What is said names the option that can be set."""
    with pytest.raises(LawBroken, match="its account_id can be set: let it be a frozen class"):
        suite(CanBeChanged).test_it_is_a_value()
