"""The laws that every adapter obeys, each as a function that raises :class:`LawBroken`.

They take a generated order or a broker's request, and :class:`otoco.testing.AdapterLaws` puts all
of them to an adapter. What they compare with is written here once more, and does not use the
comparison of the library that they test.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from otoco._capabilities import Capabilities
from otoco._contract import (
    GROUP,
    Adapter,
    AnyOrder,
    BodyKind,
    DefaultValue,
    EmbeddedJson,
    Equivalence,
    NoPeerOrder,
    NullIsAbsent,
    Placement,
    Request,
    TextOrNumber,
)
from otoco._document import from_dict, to_dict
from otoco._json import is_array, is_object
from otoco._leg import OPTIONAL_FIELDS
from otoco._problems import InvalidOrder, OtocoError, Problem, Refusal, Refused
from otoco._registry import configured
from otoco._translate import Parsed, check, parse, translate
from otoco._tree import Order

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt].*")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
#: What takes part in validation alone, and so may not show in a request.
_REFERENCE: Final = ("tick_size", "lot_size", "multiplier")


class LawBroken(AssertionError):
    """An adapter breaks a law; the message says how."""


def demand(holds: object, sentence: str) -> None:
    """Raise :class:`LawBroken` with the sentence unless something holds."""
    if not holds:
        raise LawBroken(sentence)


def is_a_value(adapter: Adapter) -> None:
    """The contract: an adapter is a frozen value, and its options say all that there is to it."""
    options = as_options(adapter)
    again, _ = configured(type(adapter), options)
    demand(again == adapter, f"made anew from its options {options} it is another one")
    demand(hash(again) == hash(adapter), "it is equal to another one, and their hashes differ")
    for option in adapter.options:
        try:
            setattr(adapter, option.name, None)
        except AttributeError:
            continue
        raise LawBroken(f"its {option.name} can be set: let it be a frozen class")
    check_only = type(adapter)()
    demand(check_only.capabilities.forms, "without options it takes no shape at all")


def without_account(adapter: Adapter) -> Adapter:
    """The adapter without the options that only placing needs."""
    needed = {option.name for option in adapter.options if option.required}
    options = {name: value for name, value in as_options(adapter).items() if name not in needed}
    return configured(type(adapter), options)[0]


def total(order: Order, adapter: Adapter) -> tuple[Refusal, ...]:
    """Law 1: ``check`` answers for every valid order; each refusal names a place and a reason."""
    refusals = check(order, adapter)
    places = ("type", "trigger", "peers", "conditionals") if order.children else None
    for refusal in refusals:
        demand(refusal.code, f"the refusal of {refusal.where!r} has no code")
        demand(refusal.why, f"the refusal {refusal.code!r} of {refusal.where!r} gives no reason")
        demand(
            places is None or not refusal.where or refusal.where.startswith(places),
            f"the order has no {refusal.where!r} that could be refused",
        )
    return refusals


def agreement(order: Order, adapter: Adapter) -> tuple[Refusal, ...]:
    """Law 2: ``check`` is empty exactly when ``translate`` succeeds, else both say the same."""
    refusals = check(order, adapter)
    try:
        translate(order, adapter)
        said: tuple[Refusal, ...] = ()
    except Refused as error:
        said = error.refusals or (Refusal("", "", "a refusal without a reason"),)
    demand(refusals == said, f"check says {listed(refusals)}, and translate {listed(said)}")
    return refusals


def declared(tables: Capabilities) -> tuple[str, ...]:
    """What the tables have rows for: shapes, instrument types, order types, lives and fields."""
    words: list[str] = [str(shape) for shape in tables.forms]
    for form in tables.leg_forms():
        words += [kind.NAME for kind in form.order_types]
        words += [*form.actions, *form.times_in_force.table, *form.fields]
    return tuple(dict.fromkeys(words))


def words_of(order: Order) -> set[str]:
    """What of :func:`declared` an order says."""
    words = {str(order.shape)}
    for _, _, leg in order.legs:
        words |= {leg.order_type.NAME, leg.instrument.type, leg.time_in_force}
        words |= {name for name in OPTIONAL_FIELDS if getattr(leg, name) is not None}
    return words


def nothing_lost(
    order: Order,
    adapter: Adapter,
    *,
    intent: UUID | None = None,
    client_order_ids: Mapping[str, str] | None = None,
) -> Request:
    """Law 3: the request reads back as the order, with the options and ids that it carries."""
    ids = client_order_ids or {}
    (request,) = translate(order, adapter, intent=intent, client_order_ids=ids).requests
    parsed = _read_back(request, type(adapter))
    demand(
        _same(parsed.order, order, type(adapter)),
        f"its request {_sent(request)}\nreads back as {json.dumps(to_dict(parsed.order))}",
    )
    as_text = _read_back(_as_sent(request), type(adapter))
    demand(as_text == parsed, "its request reads otherwise as text than as a value")
    again, placement = configured(type(adapter), parsed.options)
    missing = {each.name for each in adapter.options if each.required} - parsed.options.keys()
    demand(not missing, f"the request does not carry {', '.join(sorted(missing))}")
    for name in (each.name for each in adapter.options if each.name in parsed.options):
        ours, theirs = getattr(adapter, name), getattr(again, name)
        demand(ours == theirs, f"the option {name} is {ours!r}, and reads back as {theirs!r}")
    sent = Placement(intent, ids).ids(adapter, order)
    back = placement.ids(again, order)
    demand(sent == back, f"the ids {sent} read back as {back}; sent is {_sent(request)}")
    if intent is not None and sent and not ids:
        demand(placement.intent == intent, f"the intent {intent} reads back as {placement.intent}")
    _is_told_apart(request, order)
    return request


def _same(ours: Order, theirs: Order, kind: type[Adapter]) -> bool:
    """Whether two orders are one to the broker, which may keep no order of peers."""
    form = kind().capabilities.form_for(ours)
    request = form.request if form else None
    for each in kind.equivalences:
        if isinstance(each, AnyOrder):
            keys: tuple[str, ...] = ("peers", "conditionals")
        elif isinstance(each, NoPeerOrder) and each.request in (None, request):
            keys = ("peers",)
        else:
            continue
        return _in_any_order(to_dict(ours), keys) == _in_any_order(to_dict(theirs), keys)
    return ours == theirs


def _in_any_order(document: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """The document without reference data, the members of each group under such a key sorted."""
    known: dict[str, Any] = _without_reference(document)
    for key in ("peers", "conditionals"):
        members = [_in_any_order(each, keys) for each in known.get(key, ())]
        if members:
            known[key] = sorted(members, key=json.dumps) if key in keys else members
    return known


def _as_sent(request: Request) -> str:
    """The request as a text whose body is what was sent."""
    sent = request.content.decode("ascii")
    if request.kind is BodyKind.FORM:
        return json.dumps({"path": request.path, "form": sent})
    return f'{{"path": {json.dumps(request.path)}, "body": {sent}}}'


def _read_back(request: Request | str, kind: type[Adapter]) -> Parsed:
    try:
        return parse(request, kind)
    except (Refused, InvalidOrder) as error:
        raise LawBroken(f"its own request is not read back: {error}") from error


def _is_told_apart(request: Request, order: Order) -> None:
    """Every id of a reply belongs to one leg, or to the group."""
    legs = [path for path, _, _ in order.legs]
    named = list(request.reply_ids.values())
    demand(
        {*named} <= {*legs, GROUP} and len({*named}) == len(named),
        f"the reply's ids belong to {', '.join(named)}, and the legs are"
        f" {', '.join(legs) if order.children else 'one, at the path that is empty'}",
    )


def nothing_invented(document: str, kind: type[Adapter]) -> Parsed | tuple[Refusal | Problem, ...]:
    """Law 4: a broker-made request comes back equal, or is refused with named problems.

    ``document`` is JSON text, ``{"path": …, "body": …}`` or a body alone. Gives what was read, or
    the refusals and problems.
    """
    try:
        parsed = parse(document, kind)
    except Refused as error:
        return _named(error.refusals)
    except InvalidOrder as error:
        return _named(error.problems)
    again, placement = configured(kind, parsed.options)
    (request,) = again.render(parsed.order, placement.ids(again, parsed.order)).requests
    given = json.loads(document, parse_float=Decimal, parse_int=Decimal)
    printed = json.dumps(request.to_dict()[request.kind.key])
    ours = json.loads(printed, parse_float=Decimal, parse_int=Decimal)
    theirs = given.get(request.kind.key, given)
    come, gone = meaning(ours, kind.equivalences), meaning(theirs, kind.equivalences)
    demand(come == gone, f"it comes back as {request.content.decode()}")
    if given.get("path"):
        demand(
            _parts(given["path"]) == _parts(request.path), f"the path comes back as {request.path}"
        )
    return parsed


def named(outcome: Parsed | tuple[Refusal | Problem, ...], places: Iterable[str]) -> None:
    """Law 4: a reading of :func:`nothing_invented` that refuses names what is wrong, by a place.

    The core's guard that compares with what comes back names nothing: where it alone refuses, the
    adapter has read what it cannot hold.
    """
    if isinstance(outcome, Parsed):
        return
    said = listed(outcome)
    demand(
        all(each.code != "changed" for each in outcome),
        f"it is read, and would not come back the same: {said}",
    )
    among = list(places)
    demand(
        any(refused_by_name(outcome, place) for place in among),
        f"what is wrong is {' or '.join(among)}, and told is {said}",
    )


def refused_by_name(outcome: Parsed | tuple[Refusal | Problem, ...], place: str) -> bool:
    """Whether a reading of :func:`nothing_invented` accepted, or names what is wrong at ``place``.

    What legs are to one another is told where it shows, which need not be that place; the guard
    that compares with the request that comes back names nothing.
    """
    if isinstance(outcome, Parsed):
        return True
    if any(each.code == "changed" for each in outcome):
        return False
    key = place.rpartition(".")[2]
    return any(
        isinstance(each, Problem)
        or each.where.startswith(place)
        or place.startswith(each.where)
        or key in each.why
        for each in outcome
    )


def same_bytes(order: Order, adapter: Adapter, intent: UUID | None = None) -> Request:
    """Law 5, in one process: equal orders give equal bytes, however they came to be and how often.

    Tick size, lot size and multiplier take no part in equality, and so may not show.
    """
    (request,) = translate(order, adapter, intent=intent).requests
    document = to_dict(order)
    for twin in (order, from_dict(document), from_dict(_without_reference(document))):
        (again,) = translate(twin, adapter, intent=intent).requests
        demand(twin == order, "it comes back changed from its document")
        demand(
            (again.path, again.content) == (request.path, request.content),
            f"it is {_sent(request)} once, and {_sent(again)} another time",
        )
    return request


def only_our_errors(call: Callable[[], Any]) -> None:
    """Law 7: whatever the input, what is raised is one of the library's own, and can be printed."""
    text = ""
    try:
        call()
    except OtocoError as error:
        text = str(error)
        demand(text, "the error says nothing")
    demand(text.isprintable() or not re.search(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]", text), text)


def within_its_options(kind: Callable[..., Adapter], options: Mapping[str, Any]) -> None:
    """Law 7: what a constructor takes, its options' formats take too; all else it has refused.

    Raises:
        otoco.Refused: where the constructor refuses.

    """
    adapter = kind(**options)
    for option in adapter.options:
        value = getattr(adapter, option.name)
        why = None if value is None else option.format.refusal(value)
        demand(why is None, f"it takes {option.name}={value!r}, and {why}")


def meaning(value: Any, equivalences: tuple[Equivalence, ...] = (), at: str = "") -> Any:
    """A JSON value in one form for everything that means the same to the broker.

    Numbers are compared exactly, times as instants, ids as values.
    """
    if any(isinstance(each, EmbeddedJson) and each.key == at for each in equivalences):
        value = _embedded(value)
    if is_object(value):
        inner = {
            key: meaning(member, equivalences, f"{at}.{key}".lstrip("."))
            for key, member in value.items()
        }
        return {
            key: member
            for key, member in inner.items()
            if not _is_nothing(f"{at}.{key}".lstrip("."), member, equivalences)
        }
    if is_array(value):
        items = [meaning(each, equivalences, f"{at}[]") for each in value]
        unordered = any(isinstance(each, AnyOrder) and each.key == at for each in equivalences)
        return sorted(items, key=lambda item: repr(_sorted(item))) if unordered else items
    return _as_number(value) if _means_number(at, equivalences) else _scalar(value)


def _embedded(text: Any) -> Any:
    try:
        return json.loads(text, parse_float=Decimal, parse_int=Decimal)
    except (TypeError, ValueError):
        return text


def _means_number(at: str, equivalences: tuple[Equivalence, ...]) -> bool:
    """Whether text under a key is a number to the broker; a form's key may have an index."""
    place = re.sub(r"\[\d+\]", "[]", at)
    places = (place, f"**.{place.rpartition('.')[2]}")
    return any(isinstance(each, TextOrNumber) and each.key in places for each in equivalences)


def _as_number(value: Any) -> Any:
    try:
        return _scalar(Decimal(value) if isinstance(value, str) else value)
    except ArithmeticError:
        return value


def _is_nothing(at: str, member: Any, equivalences: tuple[Equivalence, ...]) -> bool:
    for each in equivalences:
        match each:
            case DefaultValue(key=key, value=value) if key == at and value == member:
                return type(value) is type(member)
            case NullIsAbsent(key=key) if key == at and member is None:
                return True
            case _:
                pass
    return False


def _sorted(item: Any) -> Any:
    if is_object(item):
        return sorted((key, _sorted(member)) for key, member in item.items())
    return item


def _scalar(value: Any) -> Any:
    if isinstance(value, Decimal):
        return value.normalize() + 0
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return datetime.fromisoformat(value.upper())
    if isinstance(value, str) and _UUID.fullmatch(value):
        return value.lower()
    return value


def _parts(path: str) -> list[Any]:
    return [_scalar(part) for part in path.split("/")]


def _named(
    problems: tuple[Refusal, ...] | tuple[Problem, ...],
) -> tuple[Refusal | Problem, ...]:
    demand(problems, "it is refused without a reason")
    for each in problems:
        demand(each.code, f"the refusal of {each.where!r} has no code")
        demand(each.why, f"the refusal {each.code!r} of {each.where!r} gives no reason")
    return problems


def listed(problems: Iterable[Refusal | Problem]) -> str:
    """The refusals in one line, or a yes."""
    return "; ".join(f"[{each.code}] at {each.where!r}: {each.why}" for each in problems) or "yes"


def _sent(request: Request) -> str:
    return f"{request.path} {request.content.decode()}"


def as_options(adapter: Adapter) -> dict[str, Any]:
    """The options of an adapter as an envelope has them: those that are given, as JSON."""
    return {
        option.name: option.format.write(value)
        for option in adapter.options
        if (value := getattr(adapter, option.name)) is not None
    }


def _without_reference(value: Any) -> Any:
    if is_object(value):
        return {
            key: _without_reference(member)
            for key, member in value.items()
            if key not in _REFERENCE
        }
    return [_without_reference(each) for each in value] if is_array(value) else value
