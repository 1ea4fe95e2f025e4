"""Acme, a broker of stocks, for otoco: one entry, alone or with a bracket of two exits."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

import attrs

from otoco import (
    InstrumentType,
    Limit,
    Market,
    Offset,
    Order,
    Shape,
    Side,
    Stop,
    TimeInForce,
)
from otoco.adapters import (
    GROUP,
    Arming,
    Capabilities,
    ClientIds,
    Count,
    Equivalence,
    Form,
    LegForm,
    Number,
    Option,
    Plan,
    Reading,
    Reason,
    Refusal,
    RefusalKind,
    Request,
    Row,
    Semantics,
    Text,
    Words,
    assemble,
    check_options,
)

SOURCE = "Acme API reference: Orders"

EXIT = LegForm(  # an exit says neither symbol nor quantity: they are the entry's
    actions={InstrumentType.EQUITY: Words({(Side.BUY, None): "buy", (Side.SELL, None): "sell"})},
    action_key="side",
    order_types={
        Limit: Row("limit", {"limit_price": "limit"}),
        Stop: Row("stop", {"stop_price": "stop"}),
    },
    order_type_key="type",
    price=Number(low=Decimal("0.01")),
    times_in_force=Words({TimeInForce.DAY: "day", TimeInForce.GTC: "gtc"}),
    time_in_force_key="tif",
)
ENTRY = attrs.evolve(
    EXIT,
    order_types={Market: Row("market"), **EXIT.order_types},
    symbol=("symbol", Text(8, 1, r"[A-Z.]+", "a ticker")),
    quantity=("qty", Number(whole=True, low=Decimal(1))),
    fields={"label": ("note", Text(40, 1))},
)
BRACKET = Form("bracket", ENTRY, EXIT, shared=("instrument", "quantity"))
CAPABILITIES = Capabilities(
    broker="Acme",
    forms={Shape.SINGLE: Form("order", ENTRY), Shape.OTOCO: BRACKET},
    semantics=Semantics(arming=Arming.FULL_FILL),
    source=SOURCE,
    reasons={
        Shape.OCO: Reason("A pair needs an entry at Acme."),
        Shape.OTO: Reason(
            "Acme knows single exits, and this adapter does not write them yet.",
            RefusalKind.NOT_IMPLEMENTED,
        ),
        Offset: Reason("Its exits are at prices."),
        "shared-quantity": Reason("An exit has no quantity of its own."),
    },
)


ACCOUNT = Option(
    "account", Text(20, 1, r"[A-Z0-9]+", "an account number"), "the account", required=True
)


@attrs.frozen
class Acme:
    """Acme, for one account; without one it can only check."""

    name: ClassVar[str] = "acme"
    options: ClassVar[tuple[Option, ...]] = (ACCOUNT,)
    client_ids: ClassVar[ClientIds] = ClientIds("order", Text(48, 1))
    equivalences: ClassVar[tuple[Equivalence, ...]] = ()

    account: str | None = None

    def __attrs_post_init__(self) -> None:
        check_options(self)

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    def rules(self, order: Order) -> tuple[Refusal, ...]:
        return ()

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        head, *exits = order.legs
        body: dict[str, Any] = {"account": self.account, **ENTRY.write(head.leg)}
        if exits:
            body["exits"] = [EXIT.write(leg) for _, _, leg in exits]
        if GROUP in ids:
            body["ref"] = ids[GROUP]
        return Plan((Request("POST", "/v2/orders", body, {"id": head.path}),))

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        reading.path(request.path, "/v2/orders")
        body = reading.object(request.body, "", ("account", "exits", "ref", *ENTRY.keys))
        if account := reading.value(body, "", "account", ACCOUNT.format):
            reading.options["account"] = account
        reading.client_order_id(body, "", "ref", cls.client_ids)
        if "exits" not in body:
            return reading.leg(ENTRY, body, "", "")
        exits = reading.items(body, "", "exits", Count(2, 2))
        entry = reading.leg(ENTRY, body, "", "trigger")
        legs = [entry]
        for n, item in enumerate(exits):
            members = reading.object(item, f"exits[{n}]", EXIT.keys)
            inherited = BRACKET.inherited(entry)
            legs.append(reading.leg(EXIT, members, f"exits[{n}]", f"peers[{n}]", **inherited))
        return assemble(Shape.OTOCO, legs) if exits else None
