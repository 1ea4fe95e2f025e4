"""What an adapter takes, in words: read off its declaration, so that it cannot say otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from otoco._capabilities import Capabilities
from otoco._contract import Adapter, BodyKind, ClientIds
from otoco._form import Form, Sides
from otoco._formats import Instant, Number, Text
from otoco._leg import OPTIONAL_FIELDS
from otoco._leg_form import LegForm
from otoco._numbers import SMALLEST, plain
from otoco._order_types import ORDER_TYPES
from otoco._problems import RefusalKind
from otoco._words import InstrumentType, PositionEffect, Shape, TimeInForce


def describe(adapter: Adapter) -> dict[str, Any]:
    """The facts about an adapter: text, lists of text, and texts by name."""
    capabilities = adapter.capabilities
    places = capabilities.leg_forms()
    return {
        "name": adapter.name,
        "broker": capabilities.broker,
        "shapes": {shape: _shape(capabilities, shape) for shape in Shape},
        "instrument_types": [
            kind for kind in InstrumentType if any(kind in place.actions for place in places)
        ],
        "order_types": [
            name
            for name, kind in ORDER_TYPES.items()
            if any(kind in place.order_types for place in places)
        ],
        "times_in_force": [
            word
            for word in TimeInForce
            if any(word in place.times_in_force.table for place in places)
        ],
        "position_effects": _effects(places),
        "leg_fields": {
            name: _field(name, capabilities)
            for name in OPTIONAL_FIELDS
            if name != "position_effect"
        },
        "quantity": _either(_cell_words(place.quantity[1]) for place in places if place.quantity),
        "price": _either(_cell_words(place.price) for place in places if place.price),
        "distance": _either(_cell_words(place.offset) for place in places if place.offset) or "no",
        "body": _BODIES[capabilities.body],
        "semantics": {
            "a trigger arms": str(capabilities.semantics.arming),
            "a peer's partial fill": str(capabilities.semantics.peer_partial_fill),
            "a stop's partial fill": str(capabilities.semantics.stop_partial_fill),
            "client ids enforced": str(capabilities.semantics.ids_enforced).lower(),
        },
        "client_order_ids": _ids(adapter),
        "placing": _placing(adapter),
        "options": {
            option.name: option.meaning + (" (required to translate)" if option.required else "")
            for option in adapter.options
        },
        "source": capabilities.source,
    }


_BODIES: Final = {BodyKind.JSON: "JSON", BodyKind.FORM: "form"}


def _placing(adapter: Adapter) -> str:
    """Whether orders can be placed through it, and in which environments."""
    environments: Iterable[str] | None = getattr(adapter, "environments", None)
    return "not yet" if environments is None else f"yes: {', '.join(environments)}"


def _shape(capabilities: Capabilities, shape: Shape) -> str:
    forms = capabilities.forms.get(shape)
    if forms is None:
        reason = capabilities.reasons.get(shape)
        not_yet = reason is not None and reason.kind is RefusalKind.NOT_IMPLEMENTED
        return "not yet" if not_yet else "no"
    return "yes: " + "; or ".join(_form(form, shape) for form in forms)


def _form(form: Form, shape: Shape) -> str:
    """A kind of request, and what it ties its legs to."""
    words = [form.request]
    if shape in _CONDITIONALS and form.conditionals.most != 1:
        words += [f"{form.conditionals} conditionals"]
    if form.shared:
        words += [f"one {' and one '.join(form.shared)} for all legs"]
    if form.sides is not Sides.STATED:
        words += [str(form.sides)]
    if form.rest is not None and form.rest.price is None:
        words += ["exits at distances from the fill"]
    words += [
        f"one {' or '.join(kind.NAME for kind in kinds)} among the peers at most"
        for kinds in (form.apart if shape not in _NO_PEERS else ())
    ]
    return ", ".join(words)


_CONDITIONALS: Final = (Shape.OTO, Shape.LADDER, Shape.NESTED)
_NO_PEERS: Final = (Shape.SINGLE, Shape.OTO)


def _ids(adapter: Adapter) -> str:
    """Where requests carry ids, with the kinds of requests that do so otherwise."""
    forms = [form for forms in adapter.capabilities.forms.values() for form in forms]
    words = [_per(adapter.client_ids)]
    words += [f"{_per(form.client_ids)} by {form.request}" for form in forms if form.client_ids]
    return ", ".join(dict.fromkeys(words))


def _per(client_ids: ClientIds) -> str:
    return "none" if client_ids.per == "none" else f"one per {client_ids.per}"


def _effects(places: tuple[LegForm, ...]) -> str:
    stated = [
        kind
        for kind in InstrumentType
        if any(
            effect in PositionEffect
            for place in places
            if kind in place.actions
            for _, effect in place.actions[kind].table
            if effect is not None
        )
    ]
    return f"stated for {', '.join(stated)}" if stated else "cannot be stated"


def _field(name: str, capabilities: Capabilities) -> str:
    places = capabilities.leg_forms()
    taking = [place for place in places if name in place.fields]
    if not taking:
        return "no"
    rests = [form.rest for forms in capabilities.forms.values() for form in forms if form.rest]
    words = _cell_words(taking[0].fields[name][1])
    if len(taking) < len(places):
        is_anywhere = any(name in place.fields for place in rests)
        words += ", in some requests" if is_anywhere else ", on the first leg only"
    return words


def _cell_words(cell: object) -> str:
    match cell:
        case Number(text=text, whole=whole, low=low, high=high, tiniest=tiniest) as number:
            words = [_NUMBERS[text, whole]]
            words += [f"with at least {number.decimals} decimals"] if number.decimals else []
            words += [_from(low)] if low is not None else []
            words += [f"to {plain(high)}"] if high is not None else []
            words += [f"no nearer to zero than {plain(tiniest)}"] if tiniest is not None else []
            return " ".join(words)
        case Text(longest=longest):
            return f"text of at most {longest} characters"
        case Instant():
            return "a moment"
        case _:  # an adapter's own format may say what it takes
            return getattr(cell, "words", type(cell).__name__.lower())


def _from(low: Decimal) -> str:
    return "above 0" if low == SMALLEST else f"from {plain(low)}"


_NUMBERS: Final = {
    (False, False): "JSON number that a double keeps",
    (False, True): "whole JSON number",
    (True, False): "decimal text",
    (True, True): "whole number as text",
}


def _either(words: Iterable[str]) -> str:
    return "; or ".join(dict.fromkeys(words))
