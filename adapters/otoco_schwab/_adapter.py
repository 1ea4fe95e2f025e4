"""The Schwab adapter: an order as a tree of nodes, the tables at its leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final, NamedTuple

import attrs

from otoco import OCO, OTO, OTOCO, Leg, Order
from otoco.adapters import (
    MOST_LEVELS,
    NO_IDS,
    Capabilities,
    ClientIds,
    Count,
    Equivalence,
    Node,
    Option,
    Plan,
    Reading,
    Refusal,
    Request,
    Text,
    TextOrNumber,
    Words,
    check_options,
    join,
)
from otoco_schwab._tables import CAPABILITIES, LEG, SOURCE

_NORMAL: Final = "NORMAL"
_SESSIONS: Final = Words({word: word for word in (_NORMAL, "AM", "PM", "SEAMLESS")})
_ACCOUNT_HASH: Final = Option(
    "account_hash",
    Text(128, 1, "[A-Za-z0-9]+", "letters and digits"),
    "the encrypted hash of the account number, and not the number itself",
    required=True,
)
_SESSION: Final = Option(
    "session",
    _SESSIONS,
    "when the orders work: NORMAL (the default), AM, PM or SEAMLESS, which is all three",
)
_PATH: Final = "/accounts/{account_hash}/orders"

_STRATEGY: Final = "orderStrategyType"
_CHILDREN: Final = "childOrderStrategies"
_LEAF: Final = (_STRATEGY, "session", *LEG.outer_keys)
#: The keys of each kind of node.
_KEYS: Final = {
    "SINGLE": _LEAF,
    "TRIGGER": (*_LEAF, _CHILDREN),
    "OCO": (_STRATEGY, _CHILDREN),
}
#: Those of a node that says of itself no kind, which is refused by that alone.
_EVERY_KEY: Final = _KEYS["TRIGGER"]
_STRATEGIES: Final = Words({strategy: strategy for strategy in _KEYS})


def _to_session(value: str | None) -> str:
    return _NORMAL if value is None else value


@attrs.frozen
class Schwab:
    """Charles Schwab, for one account; without one it can only check.

    ``session`` is when the orders work, all of them: ``"NORMAL"`` (the default: regular hours),
    ``"AM"``, ``"PM"`` or ``"SEAMLESS"`` (all three).

    Raises:
        otoco.Refused: naming each option whose value Schwab does not take.

    """

    name: ClassVar[str] = "schwab"
    options: ClassVar[tuple[Option, ...]] = (
        _ACCOUNT_HASH,
        _SESSION,
    )
    client_ids: ClassVar[ClientIds] = NO_IDS
    equivalences: ClassVar[tuple[Equivalence, ...]] = (
        TextOrNumber("**.price", f"{SOURCE}: a number in the schema, text in the samples"),
        TextOrNumber("**.stopPrice", f"{SOURCE}: a number in the schema, text in the samples"),
    )

    account_hash: str | None = None
    session: str = attrs.field(converter=_to_session, default=None)

    def __attrs_post_init__(self) -> None:
        check_options(self)

    @property
    def capabilities(self) -> Capabilities:
        """What Schwab takes."""
        return CAPABILITIES

    def rules(self, order: Order) -> tuple[Refusal, ...]:  # noqa: ARG002  no order needs any
        """None: the tables say it all."""
        return ()

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:  # noqa: ARG002  it takes none
        """One request: the tree. The id of the reply is in its header ``Location``."""
        path = _PATH.format(account_hash=self.account_hash)
        return Plan((Request("POST", path, self._node(order)),))

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        """The order of a request; account and session go into ``reading``."""
        reading.account(request.path, _PATH, _ACCOUNT_HASH)
        order = _read_node(request.body, _Place("", "", 1), reading)
        if reading.options.get("session") == _NORMAL:
            del reading.options["session"]
        return order

    def _node(self, order: Node) -> dict[str, Any]:
        match order:
            case OCO(peers=peers):
                return self._pair(peers)
            case OTOCO(trigger=trigger, peers=peers):
                return {**self._leaf(trigger, "TRIGGER"), _CHILDREN: [self._pair(peers)]}
            case OTO(trigger=trigger, conditionals=conditionals):
                children = [self._node(each) for each in conditionals]
                return {**self._leaf(trigger, "TRIGGER"), _CHILDREN: children}
            case leg:
                return self._leaf(leg, "SINGLE")

    def _pair(self, peers: tuple[Node, ...]) -> dict[str, Any]:
        return {_STRATEGY: "OCO", _CHILDREN: [self._node(each) for each in peers]}

    def _leaf(self, leg: Node, strategy: str) -> dict[str, Any]:
        assert isinstance(leg, Leg), "what is no group is a leg"
        return {_STRATEGY: strategy, "session": self.session, **LEG.write(leg)}


class _Place(NamedTuple):
    """Where a node stands: in the body, in the order, and how deep: the whole order is 1 deep."""

    at: str
    path: str
    level: int

    def child(self, index: int, key: str) -> _Place:
        """The place of a child that the order has in its list ``key``."""
        path = join(self.path, f"{key}[{index}]")
        return _Place(join(self.at, f"{_CHILDREN}[{index}]"), path, self.level + 1)


def _strategy(value: object) -> str:
    """What a node says that it is, before it is read."""
    match value:
        case {"orderStrategyType": str(strategy)}:
            return strategy
        case _:
            return ""


def _read_node(value: Any, place: _Place, reading: Reading) -> Order | None:
    """The leg or the group that a node of the tree says."""
    members = reading.object(value, place.at, _KEYS.get(_strategy(value), _EVERY_KEY))
    strategy = reading.value(members, place.at, _STRATEGY, _STRATEGIES)
    if strategy == "SINGLE":
        return _read_leg(members, place.at, place.path, reading)
    if place.level > MOST_LEVELS:
        why = f"the groups nest more than {MOST_LEVELS} levels deep, which an order cannot."
        reading.refuse(place.at, "nesting", why)
    elif strategy == "OCO":
        return _read_pair(members, place, reading)
    elif strategy == "TRIGGER":
        return _read_trigger(members, place, reading)
    return None


def _read_pair(members: Mapping[str, Any], place: _Place, reading: Reading) -> Order | None:
    peers: list[Order | None] = []
    for index, item in enumerate(reading.items(members, place.at, _CHILDREN, Count(2, 2))):
        child = place.child(index, "peers")
        if _strategy(item) == "OCO":
            why = "an OCO among the peers of an OCO is one with it, and would come back as one."
            reading.refuse(child.at, "nesting", why)
        else:
            peers.append(_read_node(item, child, reading))
    found = [peer for peer in peers if peer is not None]
    if len(found) < 2:
        return None
    return reading.group(place.at, place.path, {"peers": _CHILDREN}, lambda: OCO(found))


def _read_trigger(members: Mapping[str, Any], place: _Place, reading: Reading) -> Order | None:
    trigger = _read_leg(members, place.at, join(place.path, "trigger"), reading)
    items = reading.items(members, place.at, _CHILDREN, Count(1, None))
    places = [place.child(index, "conditionals") for index in range(len(items))]
    if len(items) == 1 and _strategy(items[0]) == "OCO":  # trigger and pair are one OTOCO
        places = [place._replace(at=places[0].at)]
    children = [_read_node(item, each, reading) for item, each in zip(items, places, strict=True)]
    found = [child for child in children if child is not None]
    if trigger is None or not found or len(found) < len(items):
        return None
    keys = {"conditionals": _CHILDREN, "peers": f"{_CHILDREN}[0].{_CHILDREN}"}
    return reading.group(place.at, place.path, keys, lambda: OTO(trigger, found))


def _read_leg(members: Mapping[str, Any], at: str, path: str, reading: Reading) -> Leg | None:
    """The leg of a node, whose session has to be that of the nodes before it."""
    session = reading.value(members, at, "session", _SESSIONS)
    if session is not None:
        reading.same_option(_SESSION, session, join(at, "session"))
    return reading.leg(LEG, members, at, path)
