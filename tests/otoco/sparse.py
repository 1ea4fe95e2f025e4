"""An adapter for tests whose broker says little: forms, implied exits, distances from the fill."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, Final

import attrs

from otoco import InstrumentType, Leg, Limit, Market, Order, Shape, Side, Stop, TimeInForce
from otoco.adapters import (
    ABSENT,
    GROUP,
    NO_IDS,
    BodyKind,
    Capabilities,
    ClientIds,
    Echo,
    Equivalence,
    Form,
    LegForm,
    NoPeerOrder,
    Number,
    Option,
    Plan,
    Reading,
    Refusal,
    Request,
    Row,
    Semantics,
    Sides,
    Text,
    TextOrNumber,
    Words,
    assemble,
    check_options,
    leg_paths,
)

SIDES: Final = Words({(Side.BUY, None): "buy", (Side.SELL, None): "sell"})
ENTRY: Final = LegForm(
    actions={InstrumentType.EQUITY: SIDES},
    action_key="side",
    order_types={Market: Row("market"), Limit: Row("limit", {"limit_price": "price"})},
    order_type_key="type",
    price=Number(text=True, decimals=2, low=Decimal("0.01")),
    times_in_force=Words({TimeInForce.DAY: ABSENT, TimeInForce.GTC: "gtc"}),
    time_in_force_key="duration",
    quantity=("qty", Number(text=True, whole=True, low=Decimal(1))),
    symbol=("symbol", Text(8, 1, r"[A-Z.]+", "a ticker")),
    fields={"label": ("note", Text(40, 1))},
    echoes=(Echo("bound", lambda leg: "yes" if isinstance(leg.order_type, Limit) else None),),
)
EXIT: Final = LegForm(
    actions=ENTRY.actions,
    order_types={
        Limit: Row(prices={"limit_price": "target"}),
        Stop: Row(prices={"stop_price": "stop"}),
    },
    times_in_force=ENTRY.times_in_force,
    offset=Number(text=True),
)
BRACKET: Final = Form(
    "bracket",
    ENTRY,
    EXIT,
    shared=("instrument", "quantity", "time_in_force"),
    sides=Sides.OPPOSITE,
    apart=((Limit,), (Stop,)),
    client_ids=NO_IDS,
)
CAPABILITIES: Final = Capabilities(
    broker="Sparse",
    forms={
        Shape.SINGLE: Form("order", ENTRY),
        Shape.OTO: BRACKET,
        Shape.OTOCO: BRACKET,
    },
    semantics=Semantics(),
    source="a page",
    body=BodyKind.FORM,
)
ACCOUNT: Final = Option("account", Text(20, 1, r"[A-Z0-9]+", "a number"), "it", required=True)
SHAPES: Final = (Shape.SINGLE, Shape.OTO, Shape.OTOCO)


@attrs.frozen
class Sparse:
    """Sparse, for one account."""

    name: ClassVar[str] = "sparse"
    options: ClassVar[tuple[Option, ...]] = (ACCOUNT,)
    client_ids: ClassVar[ClientIds] = ClientIds("order", Text(48, 1))
    equivalences: ClassVar[tuple[Equivalence, ...]] = (
        NoPeerOrder("a page"),
        *(TextOrNumber(f"**.{key}", "a page") for key in ("qty", "price", "target", "stop")),
    )

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
        body = ENTRY.write(head.leg)
        for _, _, leg in exits:
            body |= EXIT.write(leg)
        if GROUP in ids:
            body["ref"] = ids[GROUP]
        return Plan((Request("POST", f"/v1/{self.account}/orders", body, kind=BodyKind.FORM),))

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        reading.account(request.path, "/v1/{account}/orders", ACCOUNT)
        keys = EXIT.outer_keys
        body = reading.object(request.body, "", (*ENTRY.outer_keys, *keys, "ref"))
        exits = [key for key in keys if key in body]
        head = {key: value for key, value in body.items() if key not in keys}
        shape = SHAPES[len(exits)]
        if shape is Shape.SINGLE:
            reading.client_order_id(head, "", "ref", cls.client_ids)
        elif "ref" in head:
            reading.refuse("ref", "field", "a bracket has no ref.")
        paths = leg_paths(shape, 1 + len(exits))
        entry = reading.leg(ENTRY, head, "", paths[0])
        legs: list[Leg | None] = [entry]
        for path, key in zip(paths[1:], exits, strict=True):
            said = BRACKET.inherited(entry)
            legs.append(reading.leg(EXIT, {key: body[key]}, "", path, **said))
        return assemble(shape, legs)
