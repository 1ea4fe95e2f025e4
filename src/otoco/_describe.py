"""What an adapter takes, in words: read off its declaration, so that it cannot say otherwise."""

from __future__ import annotations

from typing import Any

from otoco._capabilities import Capabilities, LegForm
from otoco._contract import Adapter
from otoco._formats import Instant, Number, Text
from otoco._leg import OPTIONAL_FIELDS
from otoco._numbers import plain
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
            name: _field(name, places) for name in OPTIONAL_FIELDS if name != "position_effect"
        },
        "quantity": _either(_cell_words(place.quantity[1]) for place in places if place.quantity),
        "price": _either(_cell_words(place.price) for place in places),
        "semantics": {
            "a trigger arms": str(capabilities.semantics.arming),
            "a peer's partial fill": str(capabilities.semantics.peer_partial_fill),
            "client ids enforced": str(capabilities.semantics.ids_enforced).lower(),
        },
        "client_order_ids": f"one per {adapter.client_ids.per}",
        "options": {
            option.name: option.meaning + (" (required to translate)" if option.required else "")
            for option in adapter.options
        },
        "source": capabilities.source,
    }


def _shape(capabilities: Capabilities, shape: Shape) -> str:
    form = capabilities.forms.get(shape)
    if form is None:
        reason = capabilities.reasons.get(shape)
        not_yet = reason is not None and reason.kind is RefusalKind.NOT_IMPLEMENTED
        return "not yet" if not_yet else "no"
    shared = f", one {' and one '.join(form.shared)} for all legs" if form.shared else ""
    return f"yes: {form.request}{shared}"


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


def _field(name: str, places: tuple[LegForm, ...]) -> str:
    taking = [place for place in places if name in place.fields]
    if not taking:
        return "no"
    where = "" if len(taking) == len(places) else ", on the first leg only"
    return f"{_cell_words(taking[0].fields[name][1])}{where}"


def _cell_words(cell: object) -> str:
    match cell:
        case Number(whole=whole, low=low, high=high, tiniest=tiniest):
            words = ["whole JSON number" if whole else "JSON number that a double keeps"]
            words += [f"from {plain(low)}"] if low is not None else []
            words += [f"to {plain(high)}"] if high is not None else []
            words += [f"no nearer to zero than {plain(tiniest)}"] if tiniest is not None else []
            return " ".join(words)
        case Text(longest=longest):
            return f"text of at most {longest} characters"
        case Instant():
            return "a moment"
        case _:
            return type(cell).__name__.lower()


def _either(words: Any) -> str:
    return " or ".join(dict.fromkeys(words))
