"""The Tradovate adapter: the tables, put around an account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

import attrs

from otoco import Leg, Order, Shape
from otoco.adapters import (
    GROUP,
    Answer,
    Budget,
    Cancellation,
    Capabilities,
    ClientIds,
    DefaultValue,
    EmbeddedJson,
    Equivalence,
    Finding,
    Flag,
    Integer,
    LegForm,
    NoPeerOrder,
    Option,
    Plan,
    Reading,
    Refusal,
    Request,
    Sent,
    Steps,
    Text,
    Verdict,
    assemble,
    check_options,
    leg_paths,
)
from otoco_tradovate import _strategy
from otoco_tradovate._answers import verdict
from otoco_tradovate._cancel import cancel
from otoco_tradovate._find import find
from otoco_tradovate._tables import CAPABILITIES, CHILD, PARENT, PLACES, SOURCE, STRATEGY

_ACCOUNT_ID: Final = Option(
    "account_id",
    Integer(1, 2**63 - 1),
    "the id of the account entity, an integer; not the digits in its name",
    required=True,
)
_ACCOUNT_SPEC: Final = Option(
    "account_spec", Text(64, 1), "the name of the account, such as DEMO12345", required=True
)
_IS_AUTOMATED: Final = Option(
    "is_automated", Flag(), "true (the default) unless a human clicked this very order"
)
_CUSTOM_TAG: Final = Option("custom_tag50", Text(50, 1), "a tag of at most 50 characters")

#: The wire key of each option.
_ACCOUNT_KEYS: Final = {
    "accountSpec": _ACCOUNT_SPEC,
    "accountId": _ACCOUNT_ID,
    "isAutomated": _IS_AUTOMATED,
    "customTag50": _CUSTOM_TAG,
}
_LIMITS: Final = "Tradovate Partner API: Rate Limits"
_ID_KEY: Final = "clOrdId"
_PARENT_KEYS: Final = (*PARENT.keys, *_ACCOUNT_KEYS, _ID_KEY)
_CHILD_KEYS: Final = (*CHILD.keys, _ID_KEY)
#: The path of a bare body, by the children that it has.
_PATH_OF: Final = {tuple(key for key, _ in place.children): place.path for place in PLACES.values()}
_CHILDREN: Final = tuple(dict.fromkeys(key for keys in _PATH_OF for key in keys))


def _to_automated(value: bool | None) -> bool:
    return True if value is None else value


@attrs.frozen
class Tradovate:
    """Tradovate, for one account; without one it can only check.

    Raises:
        otoco.Refused: naming each option whose value Tradovate does not take.

    """

    name: ClassVar[str] = "tradovate"
    options: ClassVar[tuple[Option, ...]] = (_ACCOUNT_ID, _ACCOUNT_SPEC, _IS_AUTOMATED, _CUSTOM_TAG)
    client_ids: ClassVar[ClientIds] = ClientIds("leg", Text(64, 1))
    equivalences: ClassVar[tuple[Equivalence, ...]] = (
        DefaultValue("isAutomated", False, f"{SOURCE}: isAutomated is false unless set"),
        DefaultValue("params.entryVersion.orderId", 0, f"{SOURCE}: 0 in a sample of the FAQ"),
        EmbeddedJson("params", f"{SOURCE}: params is the text of a JSON object"),
        NoPeerOrder(f"{SOURCE}: a bracket keeps its exits by what they are", STRATEGY),
    )

    environments: ClassVar[Mapping[str, str]] = {
        "demo": "https://demo.tradovateapi.com/v1",
        "live": "https://live.tradovateapi.com/v1",
    }
    # Those of authentication, reports and dry runs are lower, and none of these calls is one. All
    # of a user's accounts and programs share them.
    budgets: ClassVar[tuple[Budget, ...]] = (
        Budget(1000, 1.0, _LIMITS),
        Budget(5000, 60.0, _LIMITS),
        Budget(5000, 3600.0, _LIMITS),
    )
    finding_out: ClassVar[str] = (
        "Look for the instrument, side and prices among the orders of this account in Tradovate's"
        " own platform, working and completed, before you place it again: a list by the API that"
        " has none of its ids proves nothing."
    )

    account_id: int | None = None
    account_spec: str | None = None
    is_automated: bool = attrs.field(converter=_to_automated, default=None)
    custom_tag50: str | None = None

    def __attrs_post_init__(self) -> None:
        check_options(self)

    @property
    def capabilities(self) -> Capabilities:
        """What Tradovate takes."""
        return CAPABILITIES

    def rules(self, order: Order) -> Iterable[Refusal]:
        """On which side the exits of a strategy lie, and how many it has room for."""
        return _strategy.refusals(order)

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        """One request; the parent body is the trigger, the lone leg or the first peer."""
        account: dict[str, Any] = {"accountSpec": self.account_spec, "accountId": self.account_id}
        marks: dict[str, Any] = {"isAutomated": self.is_automated}
        if self.custom_tag50 is not None:
            marks["customTag50"] = self.custom_tag50
        if _strategy.is_said_by_strategy(order):
            return Plan((_strategy.render(order, account | marks, ids.get(GROUP)),))
        place = PLACES[order.shape]
        head, *rest = order.legs
        parent = _with_id(PARENT.write(head.leg), ids.get(head.path or GROUP))
        body = {**account, **parent, **marks}
        reply_ids = {"orderId": head.path}
        for (key, reply_id), (path, _, leg) in zip(place.children, rest, strict=True):
            body[key] = _with_id(CHILD.write(leg), ids.get(path))
            reply_ids[reply_id] = path
        return Plan((Request("POST", place.path, body, reply_ids),))

    def read(self, sent: Request, answer: Answer) -> Verdict:
        """What an answer to a placement says."""
        return verdict(sent, answer)

    def find(self, sent: Sent) -> Steps[Finding]:
        """Look once among the account's commands and orders, or its strategies."""
        return find(sent)

    def cancel(self, sent: Sent) -> Steps[Cancellation]:
        """Cancel what is open, the entry first, and list it again."""
        return cancel(sent)

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        """The order of a request; the account and its ids go into ``reading``."""
        if _strategy.is_strategy(request):
            body = reading.object(request.body, "", (*_strategy.KEYS, *_ACCOUNT_KEYS))
            _read_account(body, reading)
            return _strategy.parse(body, reading)
        shape = _shape(request, reading)
        if shape is None:
            return None
        keys = [key for key, _ in PLACES[shape].children]
        paths = leg_paths(shape, 1 + len(keys))
        body = reading.object(request.body, "", (*_PARENT_KEYS, *keys))
        _read_account(body, reading)
        legs = [_read_leg(PARENT, body, "", paths[0], reading)]
        inherited = CAPABILITIES.forms[shape][0].inherited(legs[0])
        for key, path in zip(keys, paths[1:], strict=True):
            child = reading.object(body.get(key), key, _CHILD_KEYS)
            legs.append(_read_leg(CHILD, child, key, path, reading, **inherited))
        return assemble(shape, legs)


def _with_id(body: dict[str, Any], client_order_id: str | None) -> dict[str, Any]:
    return body if client_order_id is None else {_ID_KEY: client_order_id, **body}


def _shape(request: Request, reading: Reading) -> Shape | None:
    """The shape that the children in the body say, if the path takes it."""
    present = tuple(key for key in _CHILDREN if key in request.body)
    path = request.path or _PATH_OF.get(present, "/order/placeoso")
    shapes = {shape: place for shape, place in PLACES.items() if place.path == path}
    if not shapes:
        known = dict.fromkeys((*(place.path for place in PLACES.values()), _strategy.PATH))
        reading.refuse("path", "value", f"the path is none of {', '.join(known)}.")
        return None
    keys = {shape: tuple(key for key, _ in place.children) for shape, place in shapes.items()}
    for shape, taken in keys.items():
        if present == taken:
            return shape
    taken = max(keys.values(), key=len)
    if "bracket2" in present and "bracket2" in taken:
        reading.refuse("bracket2", "field", "bracket2 stands beside bracket1 only.")
    elif taken and taken[0] not in present:
        reading.refuse(taken[0], "field", f"{taken[0]} is missing, which {path} needs.")
    for key in present:
        if key not in taken:
            reading.refuse(key, "field", f"{path} has no place for {key}.")
    return None


def _read_account(body: Mapping[str, Any], reading: Reading) -> None:
    for key, option in _ACCOUNT_KEYS.items():
        read = reading.value if option.required else reading.optional
        value = read(body, "", key, option.format)
        if value is not None:
            reading.options[option.name] = value
    reading.options.setdefault("is_automated", False)


def _read_leg(
    form: LegForm, body: Mapping[str, Any], at: str, path: str, reading: Reading, **inherited: Any
) -> Leg | None:
    reading.client_order_id(body, at, _ID_KEY, Tradovate.client_ids, path)
    return reading.leg(form, body, at, path, **inherited)
