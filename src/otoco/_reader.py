"""Reading the document form: judging its keys, and finding every problem's path in it.

Constructors judge values; this module judges keys. A group whose legs can be read is judged by the
rules even where a leg beside them cannot, so that one reading tells everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import attrs

from otoco import _json
from otoco._instrument import REFERENCE_DATA, Instrument
from otoco._leg import LEG_FIELDS, Leg
from otoco._numbers import integer
from otoco._order_types import ORDER_TYPES, Offset, OrderType
from otoco._problems import Flaw, InvalidOrder, Problem, as_key, attempt, flaw, join, nearest, shown
from otoco._rules import unanchored
from otoco._spelling import Document, only_oco, respell, word_of_type
from otoco._tree import MOST_LEGS, OCO, OTO, OTOCO, Order
from otoco._values import read_instant
from otoco._words import InstrumentType, TimeInForce

VERSION: Final = 1

GROUPS: Final[dict[str, tuple[Callable[..., Order], tuple[str, ...]]]] = {
    "OCO": (OCO, ("peers",)),
    "OTO": (OTO, ("trigger", "conditionals")),
    "OTOCO": (OTOCO, ("trigger", "peers")),
}

_PRICE_KEYS: Final = tuple(
    dict.fromkeys(key for kind in ORDER_TYPES.values() for key in kind.PRICES.values())
)
_LEG_KEYS: Final = frozenset((*LEG_FIELDS, *_PRICE_KEYS))
_REQUIRED: Final = ("side", "quantity", "instrument")
_OPTION_PARTS: Final = ("underlying", "expiry", "strike", "right")
_SYMBOL_KEYS: Final = frozenset(("symbol", "type", *REFERENCE_DATA))
_PARTS_KEYS: Final = frozenset((*_OPTION_PARTS, *_SYMBOL_KEYS))  # a symbol of null is none
#: Every key of the form: under one that does not belong where it stands, null is absent.
_FORM_KEYS: Final = _LEG_KEYS | _PARTS_KEYS | {"otoco", "trigger", "peers", "conditionals"}
# A spelling may nest deeper than the order that it means, since an OCO in an OCO is one; but a
# document that goes on for ever must end somewhere.
_DEEPEST_SPELLING: Final = 32
_MOST_UNKNOWN: Final = 20
_MOST_NODES: Final = 4 * MOST_LEGS


class Reader:
    """Reads one document, collecting problems at their paths in it."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.nodes = 0

    def order(self, document: Any) -> Order | Flaw:
        if not _json.is_object(document):
            self._add(
                "order", "value", f"an order is a JSON object, and this is {shown(document)}."
            )
            return Flaw()
        version = document.get("otoco")
        if version is not None and integer(version) != VERSION:
            why = f"this library reads version {VERSION} of the form, not {shown(version)}."
            self._add("otoco", "value", why)
        order = self.node(document, "", 0)
        if not isinstance(order, Flaw):
            self.problems += [
                attrs.evolve(problem, where=respell(problem.where, document))
                for problem in unanchored(order)
            ]
        return order

    def node(self, document: Any, at: str, depth: int) -> Order | Flaw:
        self.nodes += 1
        if depth > _DEEPEST_SPELLING or self.nodes > _MOST_NODES:
            if self.nodes <= _MOST_NODES + 1:
                what = f"{_DEEPEST_SPELLING} levels deep and {_MOST_NODES} legs and groups"
                self._add(at, "nesting", f"the document goes on beyond {what}.")
            self.nodes = _MOST_NODES + 1
            return Flaw()
        if not _json.is_object(document):
            self._add(at, "value", f"a leg or a group is an object, not {shown(document)}.")
            return Flaw()
        if document.get("type") is None:
            return self._leg(document, at)
        return self._group(document, at, depth)

    def check_repeated(self, value: Any, at: str) -> None:
        """Report each key that stands twice in what was read from a text, however deep inside."""
        inside: list[tuple[str, Any]] = [(at, value)]
        while inside:
            at, value = inside.pop()
            if _json.is_object(value):
                for key in _json.repeated_keys(value):
                    self._add(join(at, as_key(key)), "field", f"the key {shown(key)} stands twice.")
                inside += [(join(at, as_key(key)), member) for key, member in value.items()]
            elif _json.is_array(value):
                inside += [(f"{at}[{index}]", member) for index, member in enumerate(value)]

    def check_keys(self, document: Document, known: Iterable[str], at: str) -> None:
        """Report each key that is unknown or written twice."""
        for key in _json.repeated_keys(document):
            self._add(join(at, as_key(key)), "field", f"the key {shown(key)} stands twice.")
        unknown = [
            key
            for key, value in document.items()
            if key not in known and not (value is None and key in _FORM_KEYS)
        ]
        if len(unknown) > _MOST_UNKNOWN:
            more = len(unknown) - _MOST_UNKNOWN
            self._add(at, "field", f"there are {more} more keys that have no place here.")
        for key in unknown[:_MOST_UNKNOWN]:
            close = nearest(key, known)
            self._add(
                join(at, as_key(key)),
                "field",
                f"there is no key {shown(key)} here.",
                f"Did you mean {close}?" if close else f"Known are {', '.join(sorted(known))}.",
            )

    def _group(self, document: Document, at: str, depth: int) -> Order | Flaw:
        word = document["type"]
        if type(word) is not str or word not in GROUPS:
            close = nearest(word, GROUPS)
            fix = f"Did you mean {close}?" if close else "A lone leg has no type."
            why = f"{shown(word)} is not one of {', '.join(GROUPS)}."
            self._add(join(at, "type"), "value", why, fix)
            return Flaw()
        kind, keys = GROUPS[word]
        self.check_keys(document, ("type", *keys) if at else ("otoco", "type", *keys), at)
        children = [self._children(document.get(key), key, at, depth) for key in keys[:-1]]
        last, inside = document, at
        oco = only_oco(document)
        if oco is not None:  # which is an OTOCO
            kind, keys, last, inside = OTOCO, ("peers",), oco, join(at, "conditionals[0]")
            self.check_keys(oco, ("type", "peers"), inside)
        children.append(self._children(last.get(keys[-1]), keys[-1], inside, depth))
        if _hides_peers(children[-1], last.get(keys[-1])):
            return Flaw()
        try:
            return kind(*children)
        except InvalidOrder as error:
            self.problems += [
                attrs.evolve(problem, where=join(at, respell(problem.where, document)))
                for problem in error.problems
            ]
            return Flaw()

    def _children(self, value: Any, key: str, at: str, depth: int) -> Any:
        """What stands under a key of a group: the trigger's leg, or a list of nodes."""
        if value is None:
            return flaw("field", f"{key} is missing.")
        if key == "trigger":
            return self.node(value, join(at, key), depth + 1)
        if not _json.is_array(value):
            return flaw("value", f"{key} is a list of legs and groups, not {shown(value)}.")
        return [
            self.node(child, join(at, f"{key}[{index}]"), depth + 1)
            for index, child in enumerate(value)
        ]

    def _leg(self, document: Document, at: str) -> Leg | Flaw:
        if not document.keys() <= _LEG_KEYS or _json.repeated_keys(document):
            self.check_keys(
                document, (*_LEG_KEYS, "type") if at else (*_LEG_KEYS, "type", "otoco"), at
            )
        get = document.get
        values: dict[str, Any] = {name: get(name) for name in _REQUIRED}
        for name, value in values.items():
            if value is None:
                values[name] = flaw("field", f"{name} is missing.")
        if get("instrument") is not None:
            values["instrument"] = self._instrument(values["instrument"], join(at, "instrument"))
        expire_at, activate_at = get("expire_at"), get("activate_at")
        try:
            return Leg(
                values["side"],
                values["quantity"],
                values["instrument"],
                _read_order_type(document),
                TimeInForce.DAY if get("time_in_force") is None else document["time_in_force"],
                None if expire_at is None else read_instant(expire_at, "expiry"),
                get("position_effect"),
                get("display_quantity"),
                None if activate_at is None else read_instant(activate_at, "value"),
                get("label"),
            )
        except InvalidOrder as error:
            self.problems += [problem.under(at) for problem in error.problems]
            return Flaw()

    def _instrument(self, document: Any, at: str) -> Any:
        if not _json.is_object(document):
            return flaw("value", f"an instrument is an object, not {shown(document)}.")
        by_parts = document.get("symbol") is None and any(key in document for key in _OPTION_PARTS)
        known = _PARTS_KEYS if by_parts else _SYMBOL_KEYS
        if not document.keys() <= known or _json.repeated_keys(document):
            self.check_keys(document, known, at)
        missing = [
            Problem(key, "field", f"{key} is missing.")
            for key in ((*_OPTION_PARTS, "type") if by_parts else ("symbol", "type"))
            if document.get(key) is None
        ]
        if missing:
            return Flaw(*missing)
        reference = {name: document.get(name) for name in REFERENCE_DATA}
        if not by_parts:
            return attempt(Instrument, document["symbol"], document["type"], **reference)
        if word_of_type(document) != InstrumentType.OPTION:
            why = f"only an OPTION has {', '.join(_OPTION_PARTS)}."
            return flaw("value", why, where="type")
        parts = [document[key] for key in _OPTION_PARTS]
        return attempt(Instrument.option, *parts, **reference)

    def _add(self, where: str, code: str, why: str, fix: str | None = None) -> None:
        self.problems.append(Problem(where, code, why, fix))


def _read_order_type(document: Document) -> Any:
    word = document.get("order_type")
    kind = ORDER_TYPES.get(word) if type(word) is str else None
    if kind is None:
        if word is None:
            return flaw("field", "order_type is missing.", where="order_type")
        close = nearest(word, ORDER_TYPES)
        why = f"{shown(word)} is not one of {', '.join(ORDER_TYPES)}."
        fix = f"Did you mean {close}?" if close else None
        return flaw("value", why, fix, where="order_type")
    problems = [
        Problem(key, "field", f"a {kind.NAME} order has no {key}.", "Leave it out.")
        for key in _PRICE_KEYS
        if document.get(key) is not None and key not in kind.PRICES.values()
    ]
    prices = [_read_price(document.get(key), key, kind, name) for name, key in kind.PRICES.items()]
    built = attempt(kind, *prices)
    return Flaw(*problems, *getattr(built, "problems", ())) if problems else built


def _read_price(value: Any, key: str, kind: type[OrderType], name: str) -> Any:
    if value is None:
        return (
            None
            if name in kind.OPTIONAL
            else flaw("field", f"{key} is missing: a {kind.NAME} order needs it.")
        )
    if not _json.is_object(value) or key == "trail":
        return value
    if set(value) != {"offset"} or _json.repeated_keys(value):
        return flaw("field", 'an offset is written {"offset": "-12.50"}, with no other key.')
    return attempt(Offset, value["offset"])


def _hides_peers(children: list[Any] | Order | Flaw, documents: Any) -> bool:
    """Whether an OCO that could not be read stands where its peers would have been counted."""
    return isinstance(children, list) and any(
        isinstance(child, Flaw) and word_of_type(document) == "OCO"
        for child, document in zip(children, documents, strict=True)
    )
