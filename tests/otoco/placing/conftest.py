"""One way to drive a client, whether its caller waits, or an event loop of asyncio or Trio does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import anyio
import attrs
import httpx
import pytest
from tests.otoco.placing.broker import URL, Broker

from otoco.placing import AsyncClient, Client, Journal, MemoryJournal

#: What a broker answers to a request; it may raise instead.
Handler: TypeAlias = Callable[[httpx.Request], httpx.Response]


class NoAuth(httpx.Auth):
    """An authentication that adds nothing."""


@attrs.frozen
class Driver:
    """Calls one method of a fresh client, of the kind that it is for."""

    kind: str

    def __call__(
        self,
        method: str,
        *arguments: Any,
        answer: Handler,
        journal: Journal | None = None,
        auth: httpx.Auth | None = None,
        **options: Any,
    ) -> Any:
        """What the method returns, or raises."""
        given: dict[str, Any] = {
            "journal": MemoryJournal() if journal is None else journal,
            "transport": httpx.MockTransport(answer),
        }
        auth = NoAuth() if auth is None else auth
        if self.kind == "sync":
            with Client(Broker(1, "DEMO1"), URL, auth, **given) as client:
                return getattr(client, method)(*arguments, **options)

        async def call() -> Any:
            async with AsyncClient(Broker(1, "DEMO1"), URL, auth, **given) as client:
                return await getattr(client, method)(*arguments, **options)

        return anyio.run(call, backend=self.kind)


@pytest.fixture(params=["sync", "asyncio", "trio"])
def call(request: pytest.FixtureRequest) -> Driver:
    """Each kind of client in turn."""
    return Driver(request.param)
