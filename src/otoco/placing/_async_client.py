"""The client that places orders over HTTP, for programs that wait for many things at once."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self, TypeVar, assert_never, cast
from uuid import UUID

import anyio
import anyio.to_thread
import httpx

from otoco._answers import Answer
from otoco._problems import OtocoError
from otoco._tree import Order
from otoco._venue import Cancellation, Finding, PlacingAdapter
from otoco.placing._deadline import Flight, current_deadline, until
from otoco.placing._effects import (
    Claim,
    Effect,
    Exchange,
    Failure,
    Journalled,
    Look,
    LookElsewhere,
    Settle,
    Wait,
)
from otoco.placing._handing import async_chained, default_async_transport
from otoco.placing._journal import Entry, Journal
from otoco.placing._outcomes import Attempt, Outcome
from otoco.placing._reading import aread_bounded
from otoco.placing._secrets import veiled
from otoco.placing._sending import AsyncSender
from otoco.placing._setup import Setup, answer, failure
from otoco.placing._steps import Procedure

_T = TypeVar("_T")


class AsyncClient:
    """As :class:`Client`, for asyncio and Trio.

    A task that is cancelled while it places writes down what is known first: that nothing left, or
    that the outcome is unknown. A durable journal is written in a thread.

    Raises:
        otoco.AdapterError: as :class:`Client`.

    """

    def __init__(
        self,
        adapter: PlacingAdapter,
        environment: str,
        auth: httpx.Auth,
        *,
        journal: Journal | None = None,
        deadline: float = 10.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._setup = Setup.of(adapter, environment, auth, journal, deadline)
        self._auth = auth
        self._sender = AsyncSender(
            auth, default_async_transport() if transport is None else async_chained(transport)
        )

    def __repr__(self) -> str:
        return f"AsyncClient({self._setup})"

    @property
    def cannot_promise(self) -> tuple[str, ...]:
        """What nobody should rely on, in sentences."""
        return self._setup.cannot_promise

    async def place(
        self,
        order: Order,
        *,
        intent: UUID | str | None = None,
        client_order_ids: Mapping[str, str] | None = None,
        deadline: float | None = None,
    ) -> Outcome:
        """As :meth:`Client.place`."""
        return await self._run(self._setup.place(order, intent, client_order_ids), deadline)

    async def find(
        self, what: Attempt | UUID | str, *, patience: float = 0.0, deadline: float | None = None
    ) -> Finding:
        """As :meth:`Client.find`."""
        return await self._run(self._setup.find(what, patience), deadline, patience)

    async def cancel(
        self, what: Attempt | UUID | str, *, deadline: float | None = None
    ) -> Cancellation:
        """As :meth:`Client.cancel`."""
        return await self._run(self._setup.cancel(what), deadline)

    async def recover(self) -> tuple[Entry, ...]:
        """As :meth:`Client.recover`."""
        return await anyio.to_thread.run_sync(self._setup.recover)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._sender.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def _run(self, steps: Procedure[_T], deadline: float | None, patience: float = 0.0) -> _T:
        result: Any = None
        failed: OtocoError | None = None
        with until(self._setup.ends(deadline, patience)):
            while True:
                try:
                    effect = steps.send(result) if failed is None else steps.throw(failed)
                except StopIteration as stop:
                    return cast("_T", stop.value)
                result = failed = None
                try:
                    result = await self._perform(effect)
                except OtocoError as error:
                    failed = error

    async def _perform(self, effect: Effect) -> Any:
        match effect:
            case Exchange():
                return await self._exchange(effect)
            case Wait(seconds):
                if seconds >= current_deadline() - time.monotonic():
                    return False
                await anyio.sleep(seconds)
                return True
            case Look() | LookElsewhere() | Claim() | Settle():
                return await self._journalled(effect)
            case _:
                assert_never(effect)

    async def _journalled(self, effect: Journalled) -> Entry | None:
        """Use the journal, whoever cancels the task meanwhile."""
        if not self._setup.journal.durable:
            return self._setup.journalled(effect)
        entry: Entry | None = None
        with anyio.CancelScope(shield=True):
            entry = await anyio.to_thread.run_sync(self._setup.journalled, effect)
        return entry  # noqa: RET504  to type checkers a scope may swallow what is raised in it

    async def _exchange(self, exchange: Exchange) -> Answer | Failure:
        flight = Flight(current_deadline())
        try:
            with anyio.fail_after(flight.seconds_left):
                response = await self._sender.send(self._setup.request(exchange, flight))
                return veiled(answer(response, await aread_bounded(response)), self._auth)
        except BaseException as error:  # noqa: BLE001  each becomes an outcome, or is raised after
            return failure(error, flight)
