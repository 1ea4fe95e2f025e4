"""What Tradier's adapter says beside the form, and what it reads as the same."""

from __future__ import annotations

import pytest

from otoco import (
    OCO,
    OTO,
    OTOCO,
    Instrument,
    Leg,
    Limit,
    Order,
    OrderType,
    Stop,
    buy,
    parse,
    translate,
)
from otoco.adapters import Semantics
from otoco_tradier import Tradier

AAPL = Instrument("AAPL", "EQUITY")
ACCOUNT = Tradier("VA000001")


def leg(side: str, order_type: OrderType, effect: str, time_in_force: str = "GTC") -> Leg:
    """Ten shares."""
    return Leg(side, 10, AAPL, order_type, time_in_force, position_effect=effect)


ENTRY = leg("BUY", Limit(150), "OPEN")
EXITS = [leg("SELL", Limit(160), "CLOSE"), leg("SELL", Stop(145), "CLOSE")]


@pytest.mark.parametrize(
    ("order", "holder"),
    [(ENTRY, ""), (OCO(EXITS), "order"), (OTO(ENTRY, EXITS[:1]), "order")],
)
def test_the_id_of_the_reply_is_of_the_order_as_a_whole(order: Order, holder: str) -> None:
    """Tradier answers with one id, of the lone order or of the group; legs have none."""
    (request,) = translate(order, ACCOUNT).requests
    assert {"order.id": holder} == request.reply_ids


def test_it_is_sent_as_a_form() -> None:
    """Brackets are encoded as HTTP libraries do it, and the content type says that it is a form."""
    (request,) = translate(OTOCO(ENTRY, EXITS), ACCOUNT, client_order_ids={"order": "c-1"}).requests
    assert "application/x-www-form-urlencoded" == request.content_type
    assert request.content.startswith(
        b"class=otoco&duration=gtc&side%5B0%5D=buy&symbol%5B0%5D=AAPL"
    )
    assert request.content.endswith(b"&stop%5B2%5D=145.00&tag=c-1")


def test_its_pages_say_nothing_of_the_life_of_a_group() -> None:
    """Neither when exits are armed, nor what a partial fill does, nor of tags used twice."""
    assert Semantics() == Tradier().capabilities.semantics


def test_numbers_in_other_decimals_are_the_same() -> None:
    """A price of 150 is one of 150.0, and ten shares are 10.0."""
    (request,) = translate(OCO(EXITS), ACCOUNT).requests
    form = {**request.body, "price[0]": "160", "stop[1]": "145.0", "quantity[1]": "10.0"}
    assert OCO(EXITS) == parse(form, Tradier).order


def test_a_duration_stands_once_where_all_legs_have_it() -> None:
    """Where they differ each leg has its own, and the plain key is left out."""
    entry = leg("BUY", Limit(150), "OPEN", "DAY")
    forms = [translate(OTOCO(each, EXITS), ACCOUNT).requests[0].body for each in (ENTRY, entry)]
    durations = [{key: value for key, value in form.items() if "duration" in key} for form in forms]
    own = {"duration[0]": "day", "duration[1]": "gtc", "duration[2]": "gtc"}
    assert [{"duration": "gtc"}, own] == durations


@pytest.mark.parametrize(
    ("root", "underlying"),
    [("SPXW", "SPX"), ("AAPL1", "AAPL"), ("SPY", "SPY"), ("VIXW", "VIX"), ("1", "1")],
)
def test_an_option_is_sent_with_what_it_is_on(root: str, underlying: str) -> None:
    """The root of weekly index options and of adjusted ones is not the underlying's ticker."""
    put = Instrument.option(root, "2027-06-18", strike="100", right="PUT")
    order = buy(2, put, Limit("1.05"), position_effect="OPEN")
    (request,) = translate(order, Tradier(account_id="VA000001")).requests
    assert (underlying, f"{root}270618P00100000") == (
        request.body["symbol"],
        request.body["option_symbol"],
    )
    assert order == parse(request, Tradier).order
