"""What a broker takes, as data. The keys of a table are the capability: what has no row is refused.

A broker's request is described leg by leg: :class:`LegForm` says what a leg takes in one place of
the request, and the same rows check it, write it and read it. :class:`Form` puts leg forms together
for one shape of order; :class:`Capabilities` holds the forms of each shape that the adapter takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Final

import attrs

from otoco._contract import BodyKind
from otoco._form import Form
from otoco._leg import Leg
from otoco._leg_form import LegForm
from otoco._node import Node
from otoco._problems import Refusal, RefusalKind
from otoco._words import Shape


class Unknown(Enum):
    """What a broker documents nowhere. It is shown, and never guessed."""

    UNKNOWN = "unknown"

    def __str__(self) -> str:
        return self.value


UNKNOWN: Final = Unknown.UNKNOWN


class Arming(Enum):
    """When a trigger brings what it holds to life."""

    FULL_FILL = "on the complete fill"
    ANY_FILL = "on any fill"

    def __str__(self) -> str:
        return self.value


class PartialFill(Enum):
    """What a partial fill of one peer does to the others."""

    CANCELS = "cancels the others"
    REDUCES = "reduces the others"

    def __str__(self) -> str:
        return self.value


@attrs.frozen
class Semantics:
    """What the broker documents about the life of a group; ``UNKNOWN`` where it says nothing.

    ``peer_partial_fill`` is what a partial fill of a target does to its peers, and of a stop too
    unless ``stop_partial_fill`` says otherwise.
    """

    arming: Arming | Unknown = UNKNOWN
    peer_partial_fill: PartialFill | Unknown = UNKNOWN
    ids_enforced: bool | Unknown = UNKNOWN
    stop_partial_fill: PartialFill | Unknown = attrs.field(
        default=attrs.Factory(lambda self: self.peer_partial_fill, takes_self=True)
    )


@attrs.frozen
class Remark:
    """What a broker is documented to do with some legs that their own words do not say.

    ``why`` is a sentence without its full stop, and ``holds`` tells for a leg whether it is one.
    """

    why: str
    holds: Callable[[Leg], bool]


@attrs.frozen
class Reason:
    """Why something has no row, where there is more to say than that it has none."""

    why: str
    kind: RefusalKind = RefusalKind.NOT_OFFERED


def _to_forms(forms: Mapping[Shape, Form | tuple[Form, ...]]) -> Mapping[Shape, tuple[Form, ...]]:
    return {
        shape: forms if isinstance(forms, tuple) else (forms,) for shape, forms in forms.items()
    }


@attrs.frozen
class Capabilities:
    """What an adapter takes: forms for each shape, the broker's semantics, and the source.

    A shape may have several forms, which are kinds of requests: an order goes by the first that
    takes it. ``body`` says how the bodies of all requests are written, and ``remarks`` what else
    an order means at this broker.
    """

    broker: str
    forms: Mapping[Shape, tuple[Form, ...]] = attrs.field(converter=_to_forms)
    semantics: Semantics
    source: str
    reasons: Mapping[object, Reason] = attrs.field(factory=dict[object, Reason])
    body: BodyKind = BodyKind.JSON
    remarks: tuple[Remark, ...] = ()

    def refusal(
        self, where: str, code: str, why: str, about: object = None, fix: str | None = None
    ) -> Refusal:
        """A refusal with the broker's source, and what is known about the reason for it."""
        reason = self.reasons.get(about)
        if reason is not None:
            return Refusal(where, code, f"{why} {reason.why}", fix, reason.kind, self.source)
        return Refusal(where, code, why, fix, source=self.source)

    def leg_forms(self) -> tuple[LegForm, ...]:
        """Every distinct place of a leg in any form."""
        found: list[LegForm] = []
        for form in (form for forms in self.forms.values() for form in forms):
            found += [place for place in (form.head, form.rest) if place and place not in found]
        return tuple(found)

    def form_for(self, order: Node) -> Form | None:
        """The form that takes the order or comes nearest to it; ``None`` for a shape without one.

        Nearest is the one that knows the instruments and the kinds of prices of most legs, and
        among those the one with the fewest refusals.
        """
        forms = self.forms.get(order.shape, ())
        return forms[0] if len(forms) == 1 else self._nearest(forms, order)[0]

    def _nearest(self, forms: tuple[Form, ...], order: Node) -> tuple[Form | None, list[Refusal]]:
        """The nearest form, and its refusals."""
        tried: list[tuple[Form, list[Refusal]]] = []
        for form in forms:
            refusals = list(form.refusals(order, self))
            if not refusals:
                return form, refusals
            tried.append((form, refusals))
        if not tried:
            return None, []
        return min(tried, key=lambda each: (each[0].mismatches(order), len(each[1])))

    def refusals(self, order: Node) -> Iterator[Refusal]:
        """Every reason why the tables cannot say the order."""
        form, refusals = self._nearest(self.forms.get(order.shape, ()), order)
        if form is not None:
            yield from refusals
            return
        yield self.refusal(
            "type" if order.children else "",
            "shape",
            f"{self.broker} takes no {order.shape} order in this adapter.",
            order.shape,
            fix=f"It takes {', '.join(self.forms)}.",
        )
        for path, _, leg in order.legs:  # what no place of this broker takes is a reason as well
            tried = [
                {refusal.where: refusal for refusal in place.refusals(leg, path, self)}
                for place in self.leg_forms()
            ]
            for where, refusal in tried[0].items():
                if all(where in refusals for refusals in tried):
                    yield refusal
