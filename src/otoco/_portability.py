"""One order against many brokers: who takes it, who does not and why, and what differs there.

What differs is read off an adapter's declarations: what its requests share between legs, and what
the broker documents about the life of a group, or documents nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import attrs

from otoco._capabilities import UNKNOWN, Arming, Capabilities, PartialFill, Unknown
from otoco._contract import Adapter, client_ids_for
from otoco._form import Form
from otoco._leg import Leg
from otoco._node import Node
from otoco._order_types import OrderType, Rest
from otoco._problems import Refusal
from otoco._translate import check_configured, usable, with_options
from otoco._tree import Order
from otoco._words import Role, TimeInForce


@attrs.frozen
class Difference:
    """What an order means at one broker that it need not mean at another.

    ``is_documented`` is false where the broker says nothing, so that nobody knows before it
    happens; ``source`` is the page that says it, or that does not.
    """

    code: str
    why: str
    is_documented: bool
    source: str

    def __str__(self) -> str:
        return f"{self.why} [{self.code}]"

    def to_dict(self) -> dict[str, Any]:
        """The machine form."""
        return {
            "code": self.code,
            "why": self.why,
            "documented": self.is_documented,
            "source": self.source,
        }


@attrs.frozen
class AtBroker:
    """How an order stands at one broker.

    ``request`` names the kind of request that says it or comes nearest to it; it is ``None`` where
    the adapter has none for orders of this shape, and then nothing is said of differences.
    """

    broker: str
    request: str | None
    refusals: tuple[Refusal, ...]
    differences: tuple[Difference, ...]

    @property
    def is_taken(self) -> bool:
        """Whether the order can be said there."""
        return not self.refusals

    def to_dict(self) -> dict[str, Any]:
        """The machine form."""
        return {
            "broker": self.broker,
            "taken": self.is_taken,
            "request": self.request,
            "refusals": [each.to_dict() for each in self.refusals],
            "differences": [each.to_dict() for each in self.differences],
        }


@attrs.frozen
class Portability:
    """How one order stands at several adapters, by name; as text it is a report for reading."""

    standings: Mapping[str, AtBroker]

    def __str__(self) -> str:
        return "\n".join(line for each in self.standings.items() for line in _lines(*each))

    def to_dict(self) -> dict[str, Any]:
        """The machine form, by adapter name."""
        return {name: each.to_dict() for name, each in self.standings.items()}

    def to_markdown(self) -> str:
        """A table in Markdown with a row for each broker."""
        rows = [_HEAD, ("---",) * len(_HEAD), *map(_cells, self.standings.values())]
        return "\n".join(
            f"|{'|'.join(f' {cell} ' if cell else ' ' for cell in row)}|" for row in rows
        )


def _lines(name: str, standing: AtBroker) -> Iterator[str]:
    if standing.is_taken:
        yield f"{name}: yes, by {standing.request}"
    else:
        yield f"{name}: no"
    for refusal in standing.refusals:
        yield f"  {refusal.where or 'order'}: {refusal.why} [{refusal.code}]"
        if refusal.fix:
            yield f"    {refusal.fix}"
    if standing.differences:
        yield "  what it means there:" if standing.is_taken else "  what it would mean there:"
        yield from (f"    {difference}" for difference in standing.differences)


_HEAD: Final = ("broker", "takes it", "why not", "what it means there")


def _cells(standing: AtBroker) -> tuple[str, ...]:
    why_not = [
        f"`{each.where or 'order'}`: {each.why} {each.fix or ''}".rstrip()
        for each in standing.refusals
    ]
    cells = (
        standing.broker,
        f"yes, by {standing.request}" if standing.is_taken else "no",
        "<br>".join(why_not),
        "<br>".join(each.why for each in standing.differences),
    )
    return tuple(cell.replace("|", "\\|") for cell in cells)


def portability(
    order: Order, options: Mapping[str, Mapping[str, Any]] | None = None
) -> Portability:
    """How an order stands at every installed adapter; ``options`` by adapter name, if any.

    Raises:
        InvalidOrder: for a fragment, as :func:`check`.
        AdapterError: for an adapter that does not import, and for options of one that is not there.

    """
    return Portability(
        {name: standing(order, kind, given) for name, kind, given in with_options(options)}
    )


def standing(order: Order, kind: type[Adapter], options: Mapping[str, Any]) -> AtBroker:
    """How an order stands at one adapter, with options as in an envelope."""
    adapter, _, _ = usable(kind, options)
    refusals = check_configured(order, kind, options)
    tables = adapter.capabilities
    form = tables.form_for(order)
    differences = () if form is None else tuple(_differences(order, form, adapter))
    request = None if form is None else form.request
    return AtBroker(tables.broker, request, refusals, differences)


def _differences(order: Order, form: Form, adapter: Adapter) -> Iterator[Difference]:
    tables = adapter.capabilities
    roles = {role for _, role, _ in order.legs}
    if Role.TRIGGER in roles:
        yield _arming(tables)
    if Role.PEER in roles:
        yield from _partial_fills(order, tables)
    if "time_in_force" in form.shared and len(order.legs) > 1:
        yield Difference(
            "one-time-in-force",
            f"{form.request} has one time in force for all its legs: none of them can be given"
            " another later.",
            True,
            tables.source,
        )
    unstated = _legs(order, lambda leg: leg.time_in_force is TimeInForce.UNSTATED)
    if unstated:
        what = f"how long a leg lives that states no time in force: {unstated}"
        yield _unknown("time-in-force", what, tables)
    for remark in tables.remarks:
        if legs := _legs(order, remark.holds):
            yield Difference("remark", f"{remark.why}: {legs}.", True, tables.source)
    yield from _ids(order, adapter)


def _legs(order: Order, holds: Callable[[Leg], bool]) -> str:
    """The paths of the legs of which something holds."""
    return ", ".join(path or "the order" for path, _, leg in order.legs if holds(leg))


def _arming(tables: Capabilities) -> Difference:
    arming = tables.semantics.arming
    match arming:
        case Arming.FULL_FILL:
            why = (
                "what waits for a trigger goes live on its complete fill only: until then, what"
                " has filled of it is held without an exit."
            )
        case Arming.ANY_FILL:
            why = "what waits for a trigger goes live on any fill of it, before it is complete."
        case _:
            return _unknown(
                "arming",
                "whether what waits for a trigger goes live on any fill of it, or on its complete"
                " fill",
                tables,
            )
    return Difference("arming", why, True, tables.source)


_EFFECTS: Final = {
    PartialFill.CANCELS: "cancels its peers: what is left of it stays alone",
    PartialFill.REDUCES: "reduces its peers to what is left, rather than cancelling them",
}


def _partial_fills(order: Node, tables: Capabilities) -> Iterator[Difference]:
    """What a part of a target, and a part of a stop, does to the peers."""
    semantics = tables.semantics
    if semantics.peer_partial_fill == semantics.stop_partial_fill:
        yield _partial_fill("a peer", semantics.peer_partial_fill, tables)
        return
    are_stops = [_is_stop(leg.order_type) for _, role, leg in order.legs if role is Role.PEER]
    if not all(are_stops):
        yield _partial_fill("a target", semantics.peer_partial_fill, tables)
    if any(are_stops):
        yield _partial_fill("a stop", semantics.stop_partial_fill, tables)


def _is_stop(kind: OrderType) -> bool:
    return kind.RESTS is not None and kind.RESTS.how is Rest.FOR_WORSE


def _partial_fill(what: str, effect: PartialFill | Unknown, tables: Capabilities) -> Difference:
    if isinstance(effect, Unknown):
        return _unknown("partial-fill", f"what a partial fill of {what} does to its peers", tables)
    why = f"a partial fill of {what} {_EFFECTS[effect]}."
    return Difference("partial-fill", why, True, tables.source)


def _ids(order: Order, adapter: Adapter) -> Iterator[Difference]:
    """Whether a placement can be told from its repetition."""
    tables = adapter.capabilities
    enforced = tables.semantics.ids_enforced
    if client_ids_for(adapter, order).per == "none":
        why = "a request carries no id of yours: whether it arrived is told by its content alone."
        yield Difference("client-ids", why, True, tables.source)
    elif enforced is UNKNOWN:
        yield _unknown("client-ids", "whether an id that stands twice is refused", tables)
    elif not enforced:
        why = "an id that stands twice is not refused: what is sent again is placed again."
        yield Difference("client-ids", why, True, tables.source)


def _unknown(code: str, what: str, tables: Capabilities) -> Difference:
    return Difference(code, f"{tables.broker} documents nowhere {what}.", False, tables.source)
