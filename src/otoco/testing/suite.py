"""The laws as a class of tests, for anyone's adapter."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Final, TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otoco._contract import Adapter, client_ids_for
from otoco._document import to_dict
from otoco._registry import configured
from otoco._translate import Parsed, check, parse, translate
from otoco._tree import Order
from otoco.testing import laws
from otoco.testing.cases import Placing, legible, shown
from otoco.testing.elsewhere import same_bytes_elsewhere
from otoco.testing.fate import Broker, same_fate
from otoco.testing.laws import LawBroken, demand
from otoco.testing.stories import Story, stories
from otoco.testing.strategies import accounts, client_order_ids, every_near_miss, orders
from otoco.testing.wire import (
    as_text,
    body_key,
    body_of,
    disturbed,
    equivalents,
    hostile_values,
    one_place_wrong,
    places,
    put,
    respelled,
    with_body,
)

T = TypeVar("T")

#: The tests that need something from the subclass.
_NEEDS: Final = {
    "test_law_4_nothing_invented_in_requests_of_others": "broker_made",
    "test_law_6_same_fate": "broker",
}
#: How many examples each law is put to the test on, where the environment says so.
EXAMPLES: Final = "OTOCO_EXAMPLES"


class AdapterLaws:
    """The seven laws for one adapter, as tests that pytest collects from a subclass::

        from otoco.testing import AdapterLaws
        from otoco_acme import Acme


        class TestAcme(AdapterLaws):
            adapter = Acme(account="A123")

    What is tested follows from what the adapter declares and the subclass gives. Every law is put
    to the test on ``examples`` generated examples, or on as many as ``OTOCO_EXAMPLES`` in the
    environment says, up to millions. A law that is broken is told by its name, with the shortest
    order document or request that breaks it.
    """

    #: The adapter under test, with the options of an account, which need not exist.
    adapter: ClassVar[Adapter]
    #: Requests as other programs write them to this broker, drawn from the broker's own schema:
    #: JSON objects ``{"path": …, "body": …}``, or bodies alone.
    broker_made: ClassVar[st.SearchStrategy[Any] | None] = None
    #: The broker's engine, where there is one.
    broker: ClassVar[Broker | None] = None
    #: On how many examples each law is put to the test.
    examples: ClassVar[int] = 100

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _check_given(cls)
        for name, needed in _NEEDS.items():  # what is None, pytest does not collect
            is_given = getattr(cls, needed) is not None
            setattr(cls, name, getattr(AdapterLaws, name) if is_given else None)

    def test_it_is_a_value(self) -> None:
        """An adapter is a frozen value that its options say all about."""
        self._judge("The contract", self.adapter, laws.is_a_value)

    def test_law_1_total(self) -> None:
        """``check`` answers for every valid order, and each refusal has a place and a reason."""
        nobody = laws.without_account(self.adapter)

        def law(order: Order) -> None:
            refusals = laws.total(order, self.adapter)
            demand(laws.total(order, nobody) == refusals, "without an account check says otherwise")

        for drawn in self._orders_of_any_kind():
            self._hold("Law 1, total,", drawn, law)

    def test_law_2_agreement(self) -> None:
        """``check`` is empty exactly when ``translate`` succeeds, and else both say the same."""

        def law(order: Order) -> None:
            laws.agreement(order, self.adapter)

        for drawn in self._orders_of_any_kind():
            self._hold("Law 2, agreement,", drawn, law)

    def test_law_2_near_misses(self) -> None:
        """An order that is taken, with one change that the tables have no row for, is refused."""

        def law(order: Order) -> None:
            misses = every_near_miss(order, self.adapter)
            for miss in () if check(order, self.adapter) else misses:
                refusals = laws.agreement(miss.order, self.adapter)
                demand(
                    any((each.where, each.code) == (miss.where, miss.code) for each in refusals),
                    f"[{miss.code}] at {miss.where!r} is to be refused of\n{legible(miss.order)}\n"
                    f"and check says {laws.listed(refusals)}; it takes",
                )

        self._hold("Law 2, agreement,", orders(within=self.adapter), law)

    def test_law_2_what_is_declared_is_taken(self) -> None:
        """Orders that the tables can say are taken: each shape, order type, life and field."""
        adapter = self.adapter
        seen: set[str] = set()
        refused = Counter[str]()

        def law(order: Order) -> None:
            refusals = check(order, adapter)
            refused.update(str(each) for each in refusals)
            seen.update(() if refusals else laws.words_of(order))

        def missing() -> list[str]:
            return [word for word in laws.declared(adapter.capabilities) if word not in seen]

        def put_to_it(least: int) -> None:
            for shape in adapter.capabilities.forms:
                drawn = orders(within=adapter, shapes=[shape])
                self._hold("Law 2, agreement,", drawn, law, least=least)

        put_to_it(100)
        if seen and missing():  # what is rare is looked for at length
            put_to_it(400)
        often = "\n".join(why for why, _ in refused.most_common(3))
        demand(
            not missing(),
            f"Law 2, agreement, is not kept by {adapter.name}: declared, and never taken, is"
            f" {', '.join(missing())}\n{often}",
        )

    def test_law_3_nothing_lost(self) -> None:
        """A request reads back as its order, with the options and the ids that it carries."""
        taken: list[Order] = []

        def law(case: tuple[Placing, Adapter]) -> None:
            placing, adapter = case
            if placing.is_taken_by(adapter):
                laws.nothing_lost(
                    placing.order,
                    adapter,
                    intent=placing.intent,
                    client_order_ids=placing.client_order_ids,
                )
                taken.append(placing.order)

        cases = st.tuples(_placings(self.adapter), accounts(self.adapter))
        self._hold("Law 3, nothing lost,", cases, law)
        demand(taken, f"{self.adapter.name} took none of the orders that its tables can say")

    def test_law_4_nothing_invented(self) -> None:
        """Requests as other programs spell them come back equal, or are refused by name."""
        self._nothing_invented(self._requests())

    def test_law_4_nothing_invented_in_requests_of_others(self) -> None:
        """Requests of the broker's own schema come back equal, or are refused by name."""
        assert self.broker_made is not None
        self._nothing_invented(self.broker_made)

    def test_law_4_equivalences(self) -> None:
        """What the adapter declares to be the same to the broker, it reads as the same."""

        kind = type(self.adapter)

        def law(request: dict[str, Any]) -> None:
            for body in equivalents(body_of(request), kind.equivalences):
                document = json.dumps(with_body(request, body))
                outcome = laws.nothing_invented(document, kind)
                demand(isinstance(outcome, Parsed), f"{document} is not read: {outcome}")

        self._hold("Law 4, nothing invented,", self._requests(), law)

    def test_law_5_same_bytes(self) -> None:
        """Equal orders have equal bytes, in any process, time zone, locale and year."""
        adapter = self.adapter
        sent: dict[str, str] = {}

        def law(placing: Placing) -> None:
            if placing.is_taken_by(adapter):
                intent = placing.intent
                request = laws.same_bytes(placing.order, adapter, intent)
                given = json.dumps([to_dict(placing.order), intent and str(intent)])
                sent[given] = f"{request.path} {request.content.decode()}"

        self._hold("Law 5, same bytes,", _placings(adapter), law)
        shortest_first = {given: sent[given] for given in sorted(sent, key=len)}
        self._judge(
            "Law 5, same bytes,",
            "",
            lambda _: same_bytes_elsewhere(adapter, shortest_first),
        )

    def test_law_6_same_fate(self) -> None:
        """Under the same events, legs fare at the broker's engine as they are meant to."""
        broker = self.broker
        assert broker is not None
        same = broker.adapter.capabilities == self.adapter.capabilities
        demand(same, "the broker's engine is given another adapter than the one under test")
        seen = Counter[str]()

        def law(story: Story) -> None:
            seen.update(same_fate(*story, broker))

        self._hold("Law 6, same fate,", stories(broker), law)
        demand(seen["FILLED"], f"no leg of {self.adapter.name} was ever filled")

    def test_law_7_only_our_errors_of_requests(self) -> None:
        """Whatever is read as a request is read, or ends in one of the library's own errors."""
        kind = type(self.adapter)

        def law(request: Any) -> None:
            laws.only_our_errors(lambda: parse(request, kind))
            laws.only_our_errors(lambda: parse({"path": request, "body": request}, kind))
            laws.only_our_errors(lambda: parse({"path": request, "form": request}, kind))

        self._hold("Law 7, only our errors,", hostile_values(), law)

    def test_law_7_only_our_errors_inside_requests(self) -> None:
        """A hostile value at any place of a true request ends in one of our own errors."""
        kind = type(self.adapter)

        def hostile(request: dict[str, Any]) -> st.SearchStrategy[Any]:
            key = body_key(request)
            where = st.sampled_from(places(request[key])).map(lambda place: (key, *place))
            return st.builds(put, st.just(request), where, hostile_values())

        def law(request: Any) -> None:
            laws.only_our_errors(lambda: parse(request, kind))

        self._hold("Law 7, only our errors,", self._requests().flatmap(hostile), law)

    def test_law_7_only_our_errors_of_options(self) -> None:
        """Hostile options and ids end in the library's own errors, by every way in."""
        kind: Any = type(self.adapter)
        names = [option.name for option in kind.options]
        known = st.sampled_from([*names, "intent", "client_order_ids"])

        def law(options: dict[str, Any]) -> None:
            laws.only_our_errors(lambda: configured(kind, options))
            own = {name: value for name, value in options.items() if name in names}
            laws.only_our_errors(lambda: laws.within_its_options(kind, own))

        hostile = st.dictionaries(known | st.text(), hostile_values(), max_size=4)
        self._hold("Law 7, only our errors,", hostile, law)

    def _orders_of_any_kind(self) -> tuple[st.SearchStrategy[Order], ...]:
        """All that there are, most of which no adapter takes, and those that this one does."""
        return orders(), orders(within=self.adapter)

    def _requests(self) -> st.SearchStrategy[dict[str, Any]]:
        """What the adapter itself sends, as JSON objects with path and body."""
        return _placings(self.adapter).map(self._request).filter(bool)

    def _request(self, placing: Placing) -> dict[str, Any]:
        try:
            plan = translate(
                placing.order,
                self.adapter,
                intent=placing.intent,
                client_order_ids=placing.client_order_ids,
            )
            return {
                key: value for key, value in plan.requests[0].to_dict().items() if key != "method"
            }
        except Exception:  # noqa: BLE001  whatever it is, laws 2 and 3 tell it
            return {}

    def _nothing_invented(self, requests: st.SearchStrategy[Any]) -> None:
        kind = type(self.adapter)
        strange = [key for form in self.adapter.capabilities.leg_forms() for key in form.keys]
        read: set[str] = set()

        def law(case: tuple[Any, Any, Any, str]) -> None:
            request, spelt, wrong, place = case
            document = as_text(spelt)
            if isinstance(laws.nothing_invented(document, kind), Parsed):
                read.add(document)
            for other, where in (*_wrong_somewhere(request), (wrong, place)):
                document = as_text(other)
                try:
                    laws.named(laws.nothing_invented(document, kind), [where])
                except LawBroken as error:
                    raise LawBroken(f"{error}\nin {document}, which is made from") from error

        def cases(request: Any) -> st.SearchStrategy[tuple[Any, Any, Any, str]]:
            body = body_of(request)
            spelt = respelled(body).map(lambda other: with_body(request, other))
            wrong = disturbed(body, strange)
            return st.tuples(st.just(request), spelt, wrong).map(
                lambda drawn: (*drawn[:2], with_body(request, drawn[2][0]), drawn[2][1])
            )

        self._hold("Law 4, nothing invented,", requests.flatmap(cases), law)
        demand(read, f"{self.adapter.name} reads none of the requests")

    def _hold(
        self, law: str, cases: st.SearchStrategy[T], demanded: Callable[[T], None], least: int = 1
    ) -> None:
        """Put a law to the test on generated cases, ``least`` of them or more."""

        @settings(
            max_examples=max(least, int(os.environ.get(EXAMPLES, self.examples))),
            deadline=None,
            report_multiple_bugs=False,
            suppress_health_check=[HealthCheck.too_slow],
        )
        @given(cases)
        def held(case: T) -> None:
            self._judge(law, case, demanded)

        held()

    def _judge(self, law: str, case: T, demanded: Callable[[T], None]) -> None:
        """Put a law to the test on one case; what breaks it is told by name, with the case."""
        broken = f"{law} is not kept by {self.adapter.name}"
        try:
            demanded(case)
        except LawBroken as error:
            raise LawBroken(f"{broken}: {error}\n{shown(case)}") from error
        except Exception as error:  # whatever else an adapter raises breaks the law as well
            what = f"{type(error).__name__}: {error}"
            raise LawBroken(f"{broken}: {what}\n{shown(case)}") from error


def _check_given(suite: type[AdapterLaws]) -> None:
    """Raise ``TypeError`` where what is to be tested is no adapter with an account."""
    adapter: Any = getattr(suite, "adapter", None)
    if isinstance(adapter, type):
        raise TypeError(
            f"{suite.__name__}.adapter is the class {adapter.__name__}: give a value of it, with"
            " the options of an account, which need not exist."
        )
    needed = [each.name for each in getattr(adapter, "options", ()) if each.required]
    missing = [name for name in needed if getattr(adapter, name, None) is None]
    if missing:
        raise TypeError(f"{suite.__name__}.adapter is given no {', no '.join(missing)}.")


@st.composite
def _placings(draw: st.DrawFn, adapter: Adapter) -> Placing:
    """Orders that the tables can say, placed without ids, with an intent, or with ids."""
    order = draw(orders(within=adapter))
    intent = draw(st.none() | st.uuids())
    with_ids = intent is None or client_ids_for(adapter, order).per == "leg"
    return Placing(order, intent, draw(client_order_ids(adapter, order)) if with_ids else {})


def _wrong_somewhere(request: Any) -> Iterator[tuple[Any, str]]:
    """A request with one thing wrong, at every place in turn."""
    for body, place in one_place_wrong(body_of(request)):
        yield with_body(request, body), place
    steps: list[str] = request["path"].split("/") if "path" in request else []
    for index in range(1, len(steps)):
        path = "/".join((*steps[:index], "elsewhere", *steps[index + 1 :]))
        yield {**request, "path": path}, "path"
