"""A broker as law 6 sees it: its engine, how that is read, and what its pages leave open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import product
from typing import Any, Final, Protocol, TypeAlias

import attrs

from otoco._capabilities import Arming, PartialFill, Unknown
from otoco._contract import Adapter, Request
from otoco._tree import Order
from otoco.simulation import BothTouched, Event, LegState, PartialEntry, PeerEnds, Policy, Status


class Engine(Protocol):
    """What an interpreter of a broker does; its ids are the broker's own, of any type.

    A call that cannot apply raises ``ValueError`` and changes nothing.
    """

    def place(self, path: str, body: object, /) -> Mapping[str, Any]:
        """The broker's reply to a request, also to one that it refuses."""
        ...

    def price(self, symbol: str, price: Decimal, /) -> None:
        """A trade."""
        ...

    def fill(self, order_id: Any, quantity: Decimal, price: Decimal, /) -> None:
        """A fill of a live order, whole or partial."""
        ...

    def reject(self, order_id: Any, /) -> None:
        """A rejection of what is not over."""
        ...

    def cancel(self, order_id: Any, /) -> None:
        """A cancellation of what is not over."""
        ...

    def end_session(self) -> None:
        """The end of the trading day."""
        ...

    def clock(self, moment: datetime, /) -> None:
        """The time now, which does not go backward."""
        ...


@attrs.frozen
class Fate:
    """What has become of a leg: its status, what of it has filled, and what may fill now.

    A leg that is live is ``WORKING``, also one that has filled in part.
    """

    status: Status
    filled: Decimal = Decimal(0)
    live: Decimal = Decimal(0)

    @classmethod
    def of(cls, state: LegState) -> Fate:
        """The fate of a leg that is simulated."""
        status = Status.WORKING if state.status.is_live else state.status
        return cls(status, state.filled, state.remaining)

    def __str__(self) -> str:
        live = f" {self.live:f}" if self.status is Status.WORKING else ""
        filled = f", {self.filled:f} filled" if self.filled else ""
        return f"{self.status}{live}{filled}"


#: The fate of each leg by its path. Of a refused request there is none.
Fates: TypeAlias = Mapping[str, Fate]
#: An answer to each open question, by its name.
Answers: TypeAlias = Mapping[str, str]
#: What a policy can say.
Choice: TypeAlias = Arming | PartialFill | BothTouched | PeerEnds | PartialEntry

_FIELD_OF: Final[dict[type, str]] = {
    type(field.default): field.name for field in attrs.fields(Policy)
}


@attrs.frozen
class Step:
    """The order as it is meant and as it is done, after the placing or after one event.

    ``applied`` is whether the broker could apply the event, ``ignored`` whether it meant nothing.
    """

    event: Event | None
    ignored: bool
    applied: bool
    meant: Fates
    done: Fates


def any_order(_: Order) -> bool:
    """What a question is about unless it says more."""
    return True


@attrs.frozen
class Question:
    """What a broker's pages leave open: all possible answers, the default first.

    Where a :class:`~otoco.simulation.Policy` knows the question too, ``policy`` has its value for
    each answer that has one. Where the question decides fates and no policy knows it, ``neutral``
    is the answer that the neutral meaning gives. With neither it decides no fate, but whether a
    request is taken, say, or which field shows it. ``about`` is which orders the answer matters to,
    by default all.

    Raises:
        ValueError: for what is none of the answers, both of the two, or values of several fields.

    """

    answers: Sequence[str] = attrs.field(converter=tuple[str, ...])
    policy: Mapping[str, Choice] = attrs.field(factory=dict[str, Choice])
    neutral: str | None = None
    about: Callable[[Order], bool] = any_order

    def __attrs_post_init__(self) -> None:
        for answer in (*self.policy, *([] if self.neutral is None else [self.neutral])):
            if answer not in self.answers:
                raise ValueError(f"{answer!r} is none of the answers, {', '.join(self.answers)}.")
        if self.policy and self.neutral is not None:
            raise ValueError(f"the answer {self.neutral!r} is for where no policy has one.")
        if len({type(value) for value in self.policy.values()}) > 1:
            raise ValueError("a question is about one field of a policy.")

    @property
    def decides_fates(self) -> bool:
        """Whether what becomes of an order can depend on it."""
        return bool(self.policy) or self.neutral is not None

    @property
    def field(self) -> str | None:
        """The field of a policy that it is about."""
        return next((_FIELD_OF[type(value)] for value in self.policy.values()), None)

    @property
    def compared(self) -> Sequence[str]:
        """The answers under which an order can be compared with what it means."""
        return tuple(self.policy) or (self.neutral or self.answers[0],)


@attrs.frozen
class LeftOpen:
    """What is not compared, and why, in words: from a step on for which it ``holds``.

    It is asked with the order, the answers, the step before (of the placing, itself) and the step.
    """

    why: str
    holds: Callable[[Order, Answers, Step, Step], bool]


@attrs.frozen
class Broker:
    """How to run a broker's engine, and to read from it.

    ``engine`` makes one that behaves as answers say, or as by default where they say nothing.
    ``ids`` gives the broker's id of each leg path after a request and its reply, and nothing where
    the reply is a refusal. ``fates`` reads off what has become of every id. ``questions`` are those
    that the broker's pages leave open. ``policy`` is what they do say and the neutral meaning does
    not; what the adapter's ``Semantics`` say need not be said again.

    Raises:
        ValueError: for a question whose answer the adapter's ``Semantics`` call known.

    """

    adapter: Adapter
    engine: Callable[[Answers], Any]
    ids: Callable[[Any, Request, Mapping[str, Any]], Mapping[str, Any]]
    fates: Callable[[Any], Mapping[Any, Fate]]
    questions: Mapping[str, Question]
    policy: Policy = attrs.field(factory=Policy)
    left_open: Sequence[LeftOpen] = ()

    def __attrs_post_init__(self) -> None:
        for name, question in self.questions.items():
            if question.field in self._documented:
                known = self._documented[question.field]
                raise ValueError(f"{name} is no open question: {self.adapter.name} {known}.")

    def combinations(self) -> Iterator[tuple[Answers, Policy]]:
        """Every combination of answers that can be compared, with the policy that says the same."""
        documented = attrs.evolve(self.policy, **self._documented)
        choices = [question.compared for question in self.questions.values()]
        for answers in product(*choices):
            chosen = dict(zip(self.questions, answers, strict=True))
            asked: dict[str, Any] = {
                question.field: question.policy[chosen[name]]
                for name, question in self.questions.items()
                if question.field
            }
            yield chosen, attrs.evolve(documented, **asked)

    @property
    def _documented(self) -> dict[str, Any]:
        """What the adapter says is known of the fields of a policy."""
        semantics = self.adapter.capabilities.semantics
        said = {name: getattr(semantics, name, Unknown.UNKNOWN) for name in _FIELD_OF.values()}
        return {name: value for name, value in said.items() if value is not Unknown.UNKNOWN}
