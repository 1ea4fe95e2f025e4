"""The same adapter for other accounts, and what an adapter's tables leave to be said."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given

from otoco import Refusal, Refused
from otoco.adapters import Adapter
from otoco.testing import Limits, orders
from otoco.testing.strategies import accounts
from otoco_snaptrade import SnapTrade
from otoco_tradovate import Tradovate

TRADOVATE = Tradovate(12345, "DEMO12345", custom_tag50="x")


@attrs.frozen
class OneAccountOnly(Tradovate):
    """It speaks for one account, and for no other."""

    def __attrs_post_init__(self) -> None:
        if self.account_id != 12345:
            raise Refused(self.name, [Refusal("options.account_id", "option", "Another one.")])


def test_other_accounts_are_drawn() -> None:
    """Each option is drawn from what its format takes, and stays as it was at times."""
    seen: set[Adapter] = set()

    @given(accounts(TRADOVATE))
    def collect(adapter: Adapter) -> None:
        seen.add(adapter)

    collect()
    for name in ("account_id", "account_spec", "is_automated", "custom_tag50"):
        assert 1 < len({getattr(each, name) for each in seen})


def test_a_uuid_is_drawn_and_a_word_stays() -> None:
    """A word may decide what the adapter takes, and so no other one is drawn."""
    given_id = "2bcd7cc3-e922-4976-bce1-9858296801c3"
    seen: set[Adapter] = set()

    @given(accounts(SnapTrade(given_id, "2026-10")))
    def collect(adapter: Adapter) -> None:
        seen.add(adapter)

    collect()
    assert 1 < len({getattr(each, "account_id", None) for each in seen})
    assert {"2026-10"} == {getattr(each, "contract", None) for each in seen}


@given(accounts(OneAccountOnly(12345, "DEMO12345")))
def test_options_that_do_not_go_together(adapter: Adapter) -> None:
    """Where the constructor refuses what was drawn, the adapter is the one that was given."""
    assert 12345 == getattr(adapter, "account_id", None)


def test_an_adapters_tables_are_its_limits() -> None:
    """Limits of one's own beside them would be forgotten, and so are refused."""
    with pytest.raises(ValueError, match="give within or limits"):
        orders(within=TRADOVATE, limits=Limits())
