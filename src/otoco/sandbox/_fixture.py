"""The pytest fixture ``otoco_sandbox``: a fresh sandbox of all installed brokers for each test.

pytest finds it by entry point, so that a test needs to import nothing::

    def test_my_strategy(otoco_sandbox):
        with Client(my_adapter(), otoco_sandbox.url("tradovate"), …) as client:
            client.place(my_order())
        otoco_sandbox.price("MESM7", "4150")
        assert otoco_sandbox.ledger("tradovate")

It listens on a loopback port and needs the extra ``sandbox``. Nothing of it is imported before a
test asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from otoco.sandbox._sandbox import Sandbox


@pytest.fixture
def otoco_sandbox() -> Iterator[Sandbox]:
    """Brokers on loopback with nothing real in them, as ``otoco.sandbox.Sandbox``."""
    from otoco.sandbox._sandbox import Sandbox  # noqa: PLC0415  most tests do not ask for it

    with Sandbox() as sandbox:
        yield sandbox
