"""Check, translate and parse: the three things that one does with an order and an adapter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final, cast
from urllib.parse import parse_qsl
from uuid import UUID

import attrs

from otoco import _json
from otoco._contract import Adapter, BodyKind, Placement, Plan, Request, client_ids_for
from otoco._equivalence import difference, same_path
from otoco._node import Node
from otoco._parsing import Reading
from otoco._problems import (
    AdapterError,
    InvalidOrder,
    Problem,
    Refusal,
    RefusalKind,
    Refused,
    as_key,
    option_refusal,
    shown,
)
from otoco._registry import adapter as find_adapter
from otoco._registry import adapter_names, configured
from otoco._rules import unanchored
from otoco._tree import Order

_BODY_KEYS: Final = tuple(kind.key for kind in BodyKind)
_REQUEST_KEYS: Final = ("method", "path", *_BODY_KEYS)


def check_adapter(adapter: object) -> None:
    """Raise :class:`AdapterError` for a name or a class in place of an adapter."""
    if isinstance(adapter, str | type):
        raise AdapterError(
            f"{shown(adapter)} is not an adapter that speaks for an account: pass a value such as"
            ' Tradovate(account_id=…), or by name adapter("tradovate")(account_id=…).'
        )


def check(order: Order, adapter: Adapter) -> tuple[Refusal, ...]:
    """Every reason why the adapter cannot say the order; none means that it can. Needs no account.

    Raises:
        InvalidOrder: for a fragment, that is, an order with offsets and no trigger above them.

    """
    check_adapter(adapter)
    if not isinstance(cast("object", order), Node):
        raise InvalidOrder([Problem("", "value", f"{shown(order)} is not an order.")])
    problems = unanchored(order)
    if problems:
        raise InvalidOrder(problems)
    capabilities = adapter.capabilities
    refusals = tuple(capabilities.refusals(order))
    if order.shape in capabilities.forms:
        refusals += tuple(adapter.rules(order))
    return refusals


def check_all(
    order: Order, options: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, tuple[Refusal, ...]]:
    """The refusals of every installed adapter, by name; ``options`` by adapter name, if any.

    Raises:
        InvalidOrder: for a fragment, as :func:`check`.
        AdapterError: for an adapter that does not import, and for options of one that is not there.

    """
    return {
        name: check_configured(order, kind, given) for name, kind, given in with_options(options)
    }


def with_options(
    options: Mapping[str, Mapping[str, Any]] | None,
) -> list[tuple[str, type[Adapter], Mapping[str, Any]]]:
    """Every installed adapter with its name and the options that are given for it.

    Raises:
        AdapterError: for an adapter that does not import, and for options of one that is not there.

    """
    given = options or {}
    for name in given:
        find_adapter(name)
    return [(name, find_adapter(name), given.get(name, {})) for name in adapter_names()]


def check_configured(
    order: Order, kind: type[Adapter], options: Mapping[str, Any]
) -> tuple[Refusal, ...]:
    """As :func:`check`, with options as in an envelope; what is refused of them comes first."""
    adapter, placement, refusals = usable(kind, options)
    try:
        placement.ids(adapter, order)
    except Refused as error:
        refusals += error.refusals
    return (*refusals, *check(order, adapter))


def usable(
    kind: type[Adapter], options: Mapping[str, Any]
) -> tuple[Adapter, Placement, tuple[Refusal, ...]]:
    """The adapter with those of the options that it takes, and the refusals of the others."""
    try:
        return (*configured(kind, options), ())
    except Refused as error:
        bad = {refusal.where for refusal in error.refusals}
        given: Mapping[str, Any] = options if _json.is_object(options) else dict[str, Any]()
        good = {name: given[name] for name in given if f"options.{as_key(name)}" not in bad}
        return (*configured(kind, good), error.refusals)


def translate(
    order: Order,
    adapter: Adapter,
    *,
    intent: UUID | str | None = None,
    client_order_ids: Mapping[str, str] | None = None,
) -> Plan:
    """The requests that say exactly the order to the adapter's broker.

    Ids of the caller's are sent only if ``intent`` or ``client_order_ids`` (leg path, or ``order``
    for a group's one id, to the id) is given.

    Raises:
        Refused: with every reason why the order cannot be said, or the account is not complete.
        InvalidOrder: for a fragment, as :func:`check`.

    """
    refusals = check(order, adapter)
    refusals += tuple(
        option_refusal(
            option.name,
            f"{option.name} is not given: {option.meaning}.",
            f"Give {option.name}.",
        )
        for option in adapter.options
        if option.required and getattr(adapter, option.name) is None
    )
    ids: dict[str, str] = {}
    if intent is not None or client_order_ids is not None:
        try:
            ids = Placement(intent, {} if client_order_ids is None else client_order_ids).ids(
                adapter, order
            )
        except Refused as error:
            refusals += error.refusals
    if refusals:
        raise Refused(adapter.name, refusals)
    return adapter.render(order, ids)


@attrs.frozen
class Parsed:
    """What a broker's request says: the order, and the options that the request carries."""

    order: Order
    options: Mapping[str, Any]


def parse(
    request: Request | Mapping[str, Any] | str | bytes, adapter: type[Adapter] | Adapter
) -> Parsed:
    """The order and the options that a broker's request says, by an adapter or its class.

    Takes a :class:`Request`, or JSON (text or a dictionary) that is ``{"path": …, "body": …}``
    (``"form"`` in place of ``"body"`` where the broker takes forms: its fields, or the encoded
    text), the body alone, or a plan of one request as ``otoco translate`` prints it. Only what
    translates back into the same request is returned.

    Raises:
        Refused: naming everything that an order cannot hold, or that would come back changed.
        InvalidOrder: where the request says an order that is not coherent; paths are the body's.

    """
    kind = adapter if isinstance(adapter, type) else type(adapter)
    reading = Reading()
    request = _as_request(request, kind().capabilities.body, reading)
    try:
        order = None if reading.refusals else kind.parse(request, reading)
    except InvalidOrder as error:
        raise InvalidOrder(
            attrs.evolve(problem, where=reading.locate(problem.where)) for problem in error.problems
        ) from None
    if reading.refusals or order is None:
        raise Refused(kind.name, reading.refusals)
    options = dict(reading.options)
    if reading.ids:
        options |= _ids_as_options(order, kind, reading.ids)
    _check_comes_back(request, order, kind, options, reading)
    return Parsed(order, options)


def _as_request(request: Any, kind: BodyKind, reading: Reading) -> Request:
    if isinstance(request, Request):
        return _read_request({"path": request.path, request.kind.key: request.body}, kind, reading)
    if isinstance(request, str | bytes):
        if kind is BodyKind.FORM and not request[:1].isspace() and request[:1] not in ("{", b"{"):
            return Request("POST", "", _fields(request, reading), kind=kind)
        request = _json.load_object(request)
    elif not _json.is_object(request):
        raise _json.no_object(request)
    plan = request.get("requests")
    if len(request) == 1 and _json.is_array(plan) and len(plan) == 1:  # what translate prints
        request = plan[0]
        if not _json.is_object(request):
            raise _json.no_object(request)
    if any(key in request for key in _BODY_KEYS) or request.keys() <= set(_REQUEST_KEYS):
        return _read_request(request, kind, reading)
    return Request("POST", "", request, kind=kind)


def _read_request(request: Mapping[str, Any], kind: BodyKind, reading: Reading) -> Request:
    members = reading.object(request, "", _REQUEST_KEYS, nullable=_REQUEST_KEYS)
    if members.get("method", "POST") != "POST":
        reading.refuse("method", "value", "an order is placed by POST.")
    path = members.get("path", "")
    if type(path) is not str:
        reading.refuse("path", "value", "a path is text.")
    for key in _BODY_KEYS:
        if key in members and key != kind.key:
            why = f"this broker takes its requests as {kind.value}."
            reading.refuse(key, "field", why, f"Give it as {kind.key}.")
    body: Any = members.get(kind.key)
    if kind is BodyKind.FORM and isinstance(body, str):
        body = _fields(body, reading)
    if not _json.is_object(body):
        if any(key in members for key in _BODY_KEYS if key != kind.key):
            return Request("POST", "", {}, kind=kind)
        what = "a form" if kind is BodyKind.FORM else "a JSON object"
        reading.refuse(kind.key, "value", f"{what} belongs here.")
        body = {}
    return Request("POST", path, body, kind=kind)


def _fields(text: str | bytes, reading: Reading) -> dict[str, str]:
    """The fields of an encoded form; one that stands twice is refused."""
    try:
        plain = text.decode("ascii") if isinstance(text, bytes) else text
        pairs = parse_qsl(
            plain, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=100
        )
    except ValueError:
        reading.refuse("form", "value", f"{shown(text)} is no encoded form.")
        return {}
    for key, count in Counter(key for key, _ in pairs).items():
        if count > 1:
            reading.refuse(as_key(key), "field", f"the key {shown(key)} stands twice.")
    return dict(pairs)


def _ids_as_options(order: Order, kind: type[Adapter], ids: Mapping[str, str]) -> dict[str, Any]:
    """The intent that the ids were derived from, or the ids themselves."""
    for intent in _intents(ids):
        if client_ids_for(kind, order).derive(intent, order) == ids:
            return {"intent": str(intent)}
    return {"client_order_ids": dict(ids)}


def _intents(ids: Mapping[str, str]) -> list[UUID]:
    try:
        return [
            UUID(text[:36]) for text in list(ids.values())[:1] if text[:36] == text[:36].lower()
        ]
    except ValueError:
        return []


def _check_comes_back(
    request: Request,
    order: Order,
    kind: type[Adapter],
    options: Mapping[str, Any],
    reading: Reading,
) -> None:
    """Refuse what would not translate back into the request that it was read from."""
    adapter, placement = configured(kind, options)
    refusals = check(order, adapter)
    if refusals:
        raise Refused(
            kind.name, [attrs.evolve(each, where=reading.locate(each.where)) for each in refusals]
        )
    (again,) = adapter.render(order, placement.ids(adapter, order)).requests
    where = difference(again.body, request.body, kind.equivalences)
    if where is None and request.path and not same_path(again.path, request.path):
        where = "path"
    if where is not None:
        why = "what stands here would not come back the same from the order."
        refusal = Refusal(where, "changed", why, kind=RefusalKind.NOT_IMPLEMENTED)
        raise Refused(kind.name, [refusal])
