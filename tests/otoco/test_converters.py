"""Orders inside other classes, through cattrs."""

from __future__ import annotations

import attrs
import pytest

from otoco import OCO, OTOCO, Instrument, InvalidOrder, Leg, Limit, Order, bracket, buy, to_dict
from otoco.converters import make_converter

AAPL = Instrument("AAPL", "EQUITY")
ENTRY = buy(10, AAPL, Limit("150"))
BRACKET = bracket(ENTRY, take_profit="160", stop_loss="145")


@attrs.frozen
class Ticket:
    """A class of somebody's who keeps orders."""

    author: str
    order: Order
    entry: Leg | OTOCO


def test_an_order_in_a_class_is_its_document() -> None:
    """A class that holds orders unstructures into their documents, and structures back."""
    ticket = Ticket("ann", BRACKET, ENTRY)
    converter = make_converter()
    written = converter.unstructure(ticket)
    assert {"author": "ann", "order": to_dict(BRACKET), "entry": to_dict(ENTRY)} == written
    assert ticket == converter.structure(written, Ticket)


def test_the_document_must_be_the_kind_that_is_wanted() -> None:
    """A field of one kind of order refuses another."""
    with pytest.raises(InvalidOrder, match="OCO is wanted here, and the document says OTOCO"):
        make_converter().structure(to_dict(BRACKET), OCO)


def test_other_types_are_left_to_the_converter() -> None:
    """Only orders are structured anew: a plain integer stays what cattrs makes of it."""
    assert make_converter().structure("7", int) == 7


def test_a_document_that_is_wrong_says_everything() -> None:
    """Structuring is as strict as reading a document: every problem, each with its path."""
    document = to_dict(BRACKET)
    document["peers"][0]["limt_price"] = document["peers"][0].pop("limit_price")
    with pytest.raises(InvalidOrder) as caught:
        make_converter().structure(document, OTOCO)
    assert ["peers[0].limt_price", "peers[0].limit_price"] == [
        problem.where for problem in caught.value.problems
    ]
