"""Why something has no row, where one form of a request has another reason than the others."""

from __future__ import annotations

import attrs

from otoco import Instrument, InstrumentType, Leg, Market, Shape, Side, TimeInForce
from otoco.adapters import (
    Capabilities,
    Form,
    LegForm,
    Number,
    Reason,
    RefusalKind,
    Row,
    Semantics,
    Text,
    Words,
)

LEG = LegForm(
    actions={InstrumentType.EQUITY: Words({(Side.BUY, None): "buy"})},
    action_key="side",
    order_types={Market: Row("market")},
    order_type_key="type",
    times_in_force=Words({TimeInForce.DAY: "day"}),
    time_in_force_key="tif",
    symbol={InstrumentType.EQUITY: ("symbol", Text(8, 1))},
    quantity=("qty", Number()),
)
FORM = Form("order", LEG)
TABLES = Capabilities(
    "Paper",
    {Shape.SINGLE: FORM},
    Semantics(),
    "a page",
    {TimeInForce.GTC: Reason("Paper sleeps."), InstrumentType.OPTION: Reason("Not at Paper.")},
)


def test_a_form_has_reasons_of_its_own() -> None:
    """Where a form has a reason it is told, with its kind, and else the adapter's."""
    not_yet = Reason("An order rests for a day.", RefusalKind.NOT_IMPLEMENTED)
    own = attrs.evolve(FORM, reasons={TimeInForce.GTC: not_yet})
    leg = Leg("BUY", 1, Instrument("AAPL  251114C00240000", "OPTION"), Market(), "GTC")
    said = [
        [(each.why, each.kind) for each in attrs.evolve(TABLES, forms=forms).refusals(leg)]
        for forms in ({Shape.SINGLE: FORM}, {Shape.SINGLE: own})
    ]
    instrument = ("Paper takes no OPTION here. Not at Paper.", RefusalKind.NOT_OFFERED)
    assert [
        [instrument, ("Paper takes no GTC here. Paper sleeps.", RefusalKind.NOT_OFFERED)],
        [instrument, ("Paper takes no GTC here. An order rests for a day.", not_yet.kind)],
    ] == said
