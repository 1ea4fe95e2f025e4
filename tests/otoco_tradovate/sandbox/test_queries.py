"""What can be looked up at the desk, and by which id."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.otoco_tradovate.sandbox.asking import BRACKET, ENTRY, OSO, PLACE, START, STRATEGY, Asking

ACCOUNT = {"id": 12345, "name": "DEMO12345", "userId": 71, "active": True}

#: Each entity type with the field that names its master.
MASTERS = {
    "order": "accountId",
    "orderStrategy": "accountId",
    "orderVersion": "orderId",
    "fill": "orderId",
    "command": "orderId",
    "commandReport": "commandId",
    "executionReport": "commandId",
    "orderStrategyLink": "orderStrategyId",
    "account": "userId",
}


@pytest.fixture
def busy(asking: Asking) -> Asking:
    """One who has a filled bracket and a strategy."""
    asking.post(OSO, BRACKET)
    asking.desk.price("MESM7", Decimal(4150))
    asking.post(START, STRATEGY)
    return asking


@pytest.mark.parametrize("entity", sorted(MASTERS))
def test_every_query_is_about_the_same_entities(entity: str, busy: Asking) -> None:
    """By id, by ids, all of them, by a master's id, and by several masters' ids."""
    everything = busy.get(f"/{entity}/list")
    assert everything
    first = everything[0]
    assert first == busy.get(f"/{entity}/item?id={first['id']}")
    ids = ",".join(str(each["id"]) for each in everything)
    assert everything == busy.get(f"/{entity}/items?ids={ids}")
    masters = list(dict.fromkeys(each[MASTERS[entity]] for each in everything))
    found = [busy.get(f"/{entity}/deps?masterid={each}") for each in masters]
    assert sorted(map(str, everything)) == sorted(str(each) for part in found for each in part)
    text = ",".join(map(str, masters))
    assert everything == busy.get(f"/{entity}/ldeps?masterids={text}")


def test_an_account_has_its_number_and_its_name(asking: Asking) -> None:
    """accountId is the entity's id, and accountSpec its name."""
    assert [ACCOUNT] == asking.get("/account/list")
    options = asking.desk.options
    assert (ACCOUNT["id"], ACCOUNT["name"]) == (options["account_id"], options["account_spec"])


def test_a_contract_is_found_by_its_name(asking: Asking) -> None:
    """The same one that orders of it have."""
    found = asking.get("/contract/find?name=MESM7")
    asking.post(PLACE, ENTRY)
    assert found["id"] == asking.get("/order/list")[0]["contractId"]
    assert found == asking.get(f"/contract/item?id={found['id']}")
    assert [found] == asking.get(f"/contract/items?ids={found['id']}")


def test_entities_that_are_not_there_are_passed_over_in_items(busy: Asking) -> None:
    """So that fewer come than were asked for."""
    assert [1] == [each["id"] for each in busy.get("/order/items?ids=1,9999")]
    assert [] == busy.get("/account/items?ids=1")


@pytest.mark.parametrize(
    "target",
    [
        "/order/item?id=9999",
        "/order/item?id=5",
        "/order/deps?masterid=1",
        "/commandReport/deps?masterid=1",
        "/executionReport/ldeps?masterids=5,1",
        "/account/item?id=1",
        "/account/deps?masterid=1",
        "/order/placeOSO",
        "/Order/list",
        "/orderversion/list",
        "/contract/list",
        "/order",
        "/",
    ],
)
def test_what_is_not_there_is_not_found(target: str, busy: Asking) -> None:
    """A report's master is a command: an order's id fails. Entity names are spelt as documented."""
    assert 404 == busy.send("GET", target).status


@pytest.mark.parametrize(
    "query",
    ["", "?id=", "?ids=1", "?id=1&id=2", "?id=x", "?id=-1", "?id=%D9%A1", "?id=" + "9" * 20],
)
def test_an_id_is_one_whole_number(query: str, busy: Asking) -> None:
    """Anything else is badly formed."""
    assert 400 == busy.send("GET", f"/order/item{query}").status


@pytest.mark.parametrize("query", ["", "?ids=", "?ids=1,", "?ids=1;2"])
def test_ids_are_whole_numbers_with_commas(query: str, busy: Asking) -> None:
    """Anything else is badly formed."""
    assert 400 == busy.send("GET", f"/order/items{query}").status
