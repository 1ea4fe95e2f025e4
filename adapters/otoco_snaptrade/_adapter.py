"""The SnapTrade adapter: a list of legs with roles, in one of two contracts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final, TypeGuard
from uuid import UUID

import attrs

from otoco import Leg, Order, Role, Shape
from otoco.adapters import (
    GROUP,
    Answer,
    AnyOrder,
    Budget,
    Cancellation,
    Capabilities,
    ClientIds,
    Equivalence,
    Finding,
    NullIsAbsent,
    Option,
    Plan,
    Reading,
    Refusal,
    Request,
    Sent,
    Steps,
    Traffic,
    Unreadable,
    Uuid,
    Verdict,
    Words,
    assemble,
    check_options,
)
from otoco_snaptrade._answers import verdict
from otoco_snaptrade._brokerages import Brokerage, option_oco_refusals
from otoco_snaptrade._cancel import cancel
from otoco_snaptrade._find import find
from otoco_snaptrade._tables import (
    CAPABILITIES,
    CONTRACT_2026_04,
    CONTRACT_2026_10,
    LEGS,
    SOURCE,
)

_UUID: Final = Uuid()
_PATH: Final = "/accounts/{account_id}/trading/complex"
_LIMITS: Final = "SnapTrade guide: Rate limiting"
_ROLES: Final = Words({role: role.value for role in Role})
_SHAPES: Final = Words({shape: shape.value for shape in (Shape.OCO, Shape.OTO, Shape.OTOCO)})
#: How many legs of each role a shape has.
_COUNTS: Final = {
    Shape.OCO: {Role.PEER: 2},
    Shape.OTO: {Role.TRIGGER: 1, Role.CONDITIONAL: 1},
    Shape.OTOCO: {Role.TRIGGER: 1, Role.PEER: 2},
}
_KEYS: Final = {Role.TRIGGER: "trigger", Role.CONDITIONAL: "conditionals", Role.PEER: "peers"}


def _to_uuid(value: UUID | str | None) -> Any:
    if value is None or isinstance(value, UUID):
        return value
    try:
        return _UUID.read(value)
    except Unreadable:
        return value  # check_options refuses it by name


def _to_contract(value: str | None) -> str:
    return CONTRACT_2026_04 if value is None else value


@attrs.frozen
class SnapTrade:
    """SnapTrade, for one account; without one it can only check.

    ``contract`` is ``"2026-04"`` (the API page: decimal units) or ``"2026-10"`` (the newer SDK:
    whole units, actions that open or close options); ``brokerage`` adds the rules that the vendor
    states for it.

    Raises:
        otoco.Refused: naming each option whose value SnapTrade does not take.

    """

    name: ClassVar[str] = "snaptrade"
    options: ClassVar[tuple[Option, ...]] = (
        Option("account_id", _UUID, "the UUID of the account in SnapTrade", required=True),
        Option(
            "contract",
            Words({contract: contract for contract in (CONTRACT_2026_04, CONTRACT_2026_10)}),
            "which published contract to write: 2026-04 (the default) or 2026-10",
        ),
        Option("brokerage", Brokerage(), "the brokerage behind the account, for its own rules"),
    )
    client_ids: ClassVar[ClientIds] = ClientIds("order", _UUID)
    equivalences: ClassVar[tuple[Equivalence, ...]] = (
        AnyOrder("orders", f"{SOURCE}: the order inside the list is not specified"),
        NullIsAbsent("orders[].price", f"{SOURCE}: price is nullable"),
        NullIsAbsent("orders[].stop", f"{SOURCE}: stop is nullable"),
        NullIsAbsent("client_order_id", f"{SOURCE}: client_order_id is nullable"),
    )
    #: SnapTrade has one host; an account for practice is one that it connects to there.
    environments: ClassVar[Mapping[str, str]] = {"live": "https://api.snaptrade.com"}
    #: Personal keys are being given a limit of ten a minute and account, and nothing tells which.
    budgets: ClassVar[tuple[Budget, ...]] = (
        Budget(250, 60.0, f"{_LIMITS} (by client id)"),
        Budget(1, 1.0, f"{_LIMITS} (trades, by account)", frozenset((Traffic.PLACE,))),
    )
    finding_out: ClassVar[str] = (
        "Look at the orders of the account at the brokerage itself: SnapTrade lists the legs of a"
        " group only after the brokerage's next sync, and never its client order id."
    )

    account_id: UUID | None = attrs.field(converter=_to_uuid, default=None)
    contract: str = attrs.field(converter=_to_contract, default=None)
    brokerage: str | None = None

    def __attrs_post_init__(self) -> None:
        check_options(self)
        if self.brokerage is not None:
            object.__setattr__(self, "brokerage", Brokerage().read(self.brokerage))

    @property
    def capabilities(self) -> Capabilities:
        """What SnapTrade takes under the contract."""
        return CAPABILITIES[self.contract]

    def rules(self, order: Order) -> Iterator[Refusal]:
        """What an OCO of option legs must be."""
        return option_oco_refusals(order, self.brokerage, self.contract == CONTRACT_2026_10)

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        """One request: the legs with their roles, the trigger first."""
        leg_form = LEGS[self.contract]
        body: dict[str, Any] = {
            "type": order.shape.value,
            "orders": [
                {"order_role": _ROLES.write(role), **leg_form.write(leg)}
                for _, role, leg in order.legs
            ],
        }
        if GROUP in ids:
            body["client_order_id"] = ids[GROUP]
        path = _PATH.format(account_id=self.account_id)
        return Plan((Request("POST", path, body, {"brokerage_group_order_id": GROUP}),))

    def read(self, sent: Request, answer: Answer) -> Verdict:
        """What the answer to a placement says; a group may be accepted without any id."""
        return verdict(sent, answer)

    def find(self, sent: Sent) -> Steps[Finding]:
        """Look once among the orders that are listed, by the group's id or else by the legs."""
        return find(sent)

    def cancel(self, sent: Sent) -> Steps[Cancellation]:
        """Cancel leg by leg, the trigger first, and list them again after each."""
        return cancel(sent)

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        """The order of a request; account, contract and group id go into ``reading``."""
        reading.account(request.path, _PATH, cls.options[0])
        known = ("type", "orders", "client_order_id")
        body = reading.object(request.body, "", known, nullable=("client_order_id",))
        reading.client_order_id(body, "", "client_order_id", cls.client_ids)
        shape = reading.value(body, "", "type", _SHAPES)
        contract = _contract(body.get("orders"))
        if contract != CONTRACT_2026_04:
            reading.options["contract"] = contract
        legs = _read_legs(body.get("orders"), contract, reading)
        if shape is None or reading.refusals:
            return None
        counts = {role: len(found) for role, found in legs.items() if found}
        if counts != _COUNTS[shape]:
            wanted = " and ".join(f"{count} {role}" for role, count in _COUNTS[shape].items())
            reading.refuse("orders", "count", f"an {shape} has {wanted}.")
            return None
        return assemble(shape, [leg for role in _COUNTS[shape] for leg in legs[role]])


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _contract(orders: object) -> str:
    """The first published contract whose words the legs are written in."""
    for order in orders if _is_list(orders) else ():
        match order:
            case {"action": str(action)} if action not in ("BUY", "SELL"):
                return CONTRACT_2026_10
            case _:
                pass
    return CONTRACT_2026_04


def _read_legs(orders: object, contract: str, reading: Reading) -> dict[Role, list[Leg]]:
    legs: dict[Role, list[Leg]] = {role: [] for role in Role}
    if not _is_list(orders):
        reading.refuse("orders", "value", "a list of legs belongs here.")
        return legs
    form = LEGS[contract]
    seen = dict.fromkeys(Role, 0)
    for index, order in enumerate(orders):
        at = f"orders[{index}]"
        members = reading.object(order, at, ("order_role", *form.outer_keys), form.nullable)
        role: Role | None = reading.value(members, at, "order_role", _ROLES)
        path = "" if role is None else _KEYS[role]
        if role is not None and role is not Role.TRIGGER:
            path += f"[{seen[role]}]"
        leg = reading.leg(form, members, at, path)
        if role is not None:
            seen[role] += 1
            if leg is not None:
                legs[role].append(leg)
    return legs
