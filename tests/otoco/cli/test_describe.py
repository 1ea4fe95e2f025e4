"""What an adapter takes, in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import pytest
from tests.otoco.sparse import Sparse

from otoco import (
    InstrumentType,
    Limit,
    OrderType,
    PositionEffect,
    RefusalKind,
    Semantics,
    Shape,
    Side,
    TimeInForce,
)
from otoco._describe import describe
from otoco.adapters import (
    Arming,
    Capabilities,
    Flag,
    Form,
    Format,
    Instant,
    Integer,
    LegForm,
    Number,
    PartialFill,
    Reason,
    Row,
    Text,
    Uuid,
    Words,
)
from otoco_snaptrade import SnapTrade
from otoco_tradovate import Tradovate

LEG = LegForm(
    actions={InstrumentType.EQUITY: Words({(Side.BUY, None): "b", (Side.SELL, None): "s"})},
    action_key="side",
    order_types={Limit: Row("limit", {"limit_price": "price"})},
    order_type_key="type",
    price=Number(),
    times_in_force=Words({TimeInForce.DAY: "day"}),
    time_in_force_key="tif",
    symbol=("symbol", Text(8, 1)),
    quantity=("qty", Number(whole=True, low=Decimal(1), high=Decimal(1000))),
)


@attrs.frozen
class Described(Tradovate):
    """An adapter with other capabilities."""

    forms: dict[Shape, Form] = attrs.field(factory=dict[Shape, Form])
    semantics: Semantics = attrs.field(factory=Semantics)
    reasons: dict[object, Reason] = attrs.field(factory=dict[object, Reason])

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities("A Broker", self.forms, self.semantics, "its page", self.reasons)


def test_shapes() -> None:
    """A shape is taken, not yet taken, or not offered; what its legs share is said."""
    reasons: dict[object, Reason] = {
        Shape.LADDER: Reason("Not now.", RefusalKind.NOT_IMPLEMENTED),
        Shape.NESTED: Reason("Never."),
    }
    forms = {
        Shape.SINGLE: Form("place", LEG),
        Shape.OCO: Form("pair", LEG, LEG, shared=("instrument", "quantity")),
    }
    assert {
        "SINGLE": "yes: place",
        "OCO": "yes: pair, one instrument and one quantity for all legs",
        "OTO": "no",
        "OTOCO": "no",
        "LADDER": "not yet",
        "NESTED": "no",
    } == describe(Described(forms=forms, reasons=reasons))["shapes"]


def test_what_some_place_takes() -> None:
    """What one place of a request takes is listed, in the order of the trade's own words."""
    other = attrs.evolve(
        LEG,
        actions={InstrumentType.FOREX: Words({(Side.BUY, None): "b"})},
        times_in_force=Words({TimeInForce.FOK: "fok", TimeInForce.DAY: "day"}),
    )
    found = describe(Described(forms={Shape.OCO: Form("pair", LEG, other)}))
    assert ["EQUITY", "FOREX"] == found["instrument_types"]
    assert ["LIMIT"] == found["order_types"]
    assert ["DAY", "FOK"] == found["times_in_force"]


def test_position_effects() -> None:
    """Position effects are stated for those instruments whose words say them."""
    words = Words({(Side.BUY, None): "b", (Side.BUY, PositionEffect.OPEN): "bto"})
    kinds = ("kind", Words({InstrumentType.EQUITY: "e", InstrumentType.OPTION: "o"}))
    actions = {**LEG.actions, InstrumentType.OPTION: words}
    options = attrs.evolve(LEG, actions=actions, instrument_type=kinds)
    plain, effects = (
        describe(Described(forms={Shape.SINGLE: Form("place", leg)}))["position_effects"]
        for leg in (LEG, options)
    )
    assert ("cannot be stated", "stated for OPTION") == (plain, effects)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (Text(64), "text of at most 64 characters"),
        (Instant(), "a moment"),
        (Number(), "JSON number that a double keeps"),
        (Number(whole=True, low=Decimal(1)), "whole JSON number from 1"),
        (Number(high=Decimal(5)), "JSON number that a double keeps to 5"),
        (
            Number(tiniest=Decimal("0.0001")),
            "JSON number that a double keeps no nearer to zero than 0.0001",
        ),
        (Number(text=True), "decimal text"),
        (Number(text=True, whole=True, low=Decimal(1)), "whole number as text from 1"),
        (Flag(), "flag"),
        (Integer(1, 2), "integer"),
        (Uuid(), "uuid"),
    ],
)
def test_formats(form: Format, expected: str) -> None:
    """A field that has a place is told with its form, and one that has none is told so."""
    leg = attrs.evolve(LEG, fields={"label": ("text", form)})
    fields = describe(Described(forms={Shape.SINGLE: Form("place", leg)}))["leg_fields"]
    assert (expected, "no") == (fields["label"], fields["activate_at"])
    assert "position_effect" not in fields


def test_a_field_of_some_legs() -> None:
    """A field that only the first leg has a place for is told so."""
    head = attrs.evolve(LEG, fields={"label": ("text", Text(9))})
    fields = describe(Described(forms={Shape.OCO: Form("pair", head, LEG)}))["leg_fields"]
    assert "text of at most 9 characters, on the first leg only" == fields["label"]


def test_quantity_and_price() -> None:
    """Where places differ in what they take, each is told, and the same only once."""
    other = attrs.evolve(LEG, quantity=("qty", Number()), price=Number(low=Decimal(0)))
    without = attrs.evolve(LEG, quantity=None)
    forms = {
        Shape.SINGLE: Form("place", LEG),
        Shape.OCO: Form("pair", LEG, other),
        Shape.OTO: Form("oto", LEG, without, shared=("quantity",)),
    }
    found = describe(Described(forms=forms))
    assert (
        "whole JSON number from 1 to 1000; or JSON number that a double keeps" == found["quantity"]
    )
    price = "JSON number that a double keeps; or JSON number that a double keeps from 0"
    assert price == found["price"]


def test_semantics() -> None:
    """What the broker documents about the life of a group is told, and what it does not too."""
    known = Semantics(Arming.FULL_FILL, PartialFill.REDUCES, ids_enforced=True)
    found = [describe(Described(semantics=each))["semantics"] for each in (Semantics(), known)]
    keys = (
        "a trigger arms",
        "a peer's partial fill",
        "a stop's partial fill",
        "client ids enforced",
    )
    assert dict.fromkeys(keys, "unknown") == found[0]
    words = ("on the complete fill", "reduces the others", "reduces the others", "true")
    assert dict(zip(keys, words, strict=True)) == found[1]


def test_options_and_ids() -> None:
    """Options are told with what they mean, and which of them translating needs."""
    tradovate, snaptrade = describe(Tradovate()), describe(SnapTrade())
    assert ("one per leg, one per order by startOrderStrategy", "one per order") == (
        tradovate["client_order_ids"],
        snaptrade["client_order_ids"],
    )
    assert tradovate["options"]["account_spec"].endswith("(required to translate)")
    assert "a tag of at most 50 characters" == tradovate["options"]["custom_tag50"]


def test_name_and_source() -> None:
    """An adapter is told by its name, its broker's, and the page that its tables are from."""
    found = describe(Described())
    assert ("tradovate", "A Broker", "its page") == (
        found["name"],
        found["broker"],
        found["source"],
    )


def test_a_contract_is_described_as_it_is() -> None:
    """An adapter that speaks several contracts is described for the one it is given."""
    old, new = (describe(SnapTrade(contract=each)) for each in ("2026-04", "2026-10"))
    assert ("cannot be stated", "stated for OPTION") == (
        old["position_effects"],
        new["position_effects"],
    )


def test_the_order_types_are_the_document_s() -> None:
    """Order types are told by their names in a document."""
    assert set(describe(Tradovate())["order_types"]) <= {
        kind.NAME for kind in OrderType.__subclasses__()
    }


def test_what_a_request_implies() -> None:
    """Several forms, what they share and imply, distances, forms and their ids are told."""
    found = describe(Sparse())
    bracket = (
        "yes: bracket, one instrument and one quantity and one time_in_force for all legs,"
        " the opposite side for all legs after the first, exits at distances from the fill"
    )
    apart = ", one LIMIT among the peers at most, one STOP among the peers at most"
    assert {
        "SINGLE": "yes: order",
        "OCO": "no",
        "OTO": bracket,
        "OTOCO": bracket + apart,
        "LADDER": "no",
        "NESTED": "no",
    } == found["shapes"]
    assert ("form", "decimal text") == (found["body"], found["distance"])
    assert "one per order, none by bracket" == found["client_order_ids"]
    assert ("JSON", "no") == (describe(SnapTrade())["body"], describe(SnapTrade())["distance"])


def test_several_forms_of_a_shape() -> None:
    """Each kind of request is told, with how many conditionals it has where that is not one."""
    forms: dict[Shape, Any] = {
        Shape.OTO: (Form("one", LEG), Form("many", LEG, conditionals=(2, None))),
        Shape.OCO: Form("pair", LEG, conditionals=3),
    }
    shapes = describe(Described(forms=forms))["shapes"]
    assert "yes: one; or many, 2 or more conditionals" == shapes["OTO"]
    assert "yes: pair" == shapes["OCO"]
