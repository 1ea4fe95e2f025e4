"""The client that places orders over HTTP, and the calling thread waits for each."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self, TypeVar, assert_never, cast
from uuid import UUID

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
    Look,
    LookElsewhere,
    Settle,
    Wait,
)
from otoco.placing._handing import chained, default_transport
from otoco.placing._journal import Entry, Journal
from otoco.placing._outcomes import Attempt, Outcome
from otoco.placing._reading import read_bounded
from otoco.placing._secrets import veiled
from otoco.placing._sending import Sender
from otoco.placing._setup import Setup, answer, failure
from otoco.placing._steps import Procedure

_T = TypeVar("_T")


class Client:
    """Places orders through one adapter, in one environment, with one pool of connections.

    ``environment`` is ``demo`` or ``live``, as far as the broker has them, or a base URL such as a
    sandbox's; there is no default. ``auth`` is the broker's, from the module ``auth`` of the
    adapter's package. Without a ``journal``, what was sent is remembered by this process alone (see
    :attr:`cannot_promise`). ``deadline`` bounds each call as a whole, in seconds. A ``transport``
    of another kind than the one that is built in need not keep to the deadline.

    Any number of threads may use one client. It is a context manager; the journal stays open.

    Raises:
        otoco.AdapterError: for an adapter that orders cannot be placed through, and an environment
            that its broker does not have.
        TypeError: for an authentication, a journal or a deadline that is none.

    """

    def __init__(
        self,
        adapter: PlacingAdapter,
        environment: str,
        auth: httpx.Auth,
        *,
        journal: Journal | None = None,
        deadline: float = 10.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._setup = Setup.of(adapter, environment, auth, journal, deadline)
        self._auth = auth
        self._sender = Sender(
            auth, default_transport() if transport is None else chained(transport)
        )

    def __repr__(self) -> str:
        return f"Client({self._setup})"

    @property
    def cannot_promise(self) -> tuple[str, ...]:
        """What nobody should rely on, in sentences."""
        return self._setup.cannot_promise

    def place(
        self,
        order: Order,
        *,
        intent: UUID | str | None = None,
        client_order_ids: Mapping[str, str] | None = None,
        deadline: float | None = None,
    ) -> Outcome:
        """Send an order, once, and say what came of it.

        The ``intent`` is the caller's name for this wish to trade: it is sent at most once, by any
        client that shares the journal. One is drawn if none is given. Ids of the caller's in the
        request are made of it, but for those given as ``client_order_ids`` (as for
        :func:`otoco.translate`).

        Raises:
            IntentUsed: for an intent that was placed before; an order may be at the broker.
            JournalError: for a refused order whose intent cannot be looked up.
            ValueError: for a deadline that is NaN.
            otoco.AdapterError: for an adapter that says the order in more than one request.
            otoco.InvalidOrder: for a fragment, as :func:`otoco.check`.
            otoco.Refused: for an intent that is no UUID.

        """
        return self._run(self._setup.place(order, intent, client_order_ids), deadline)

    def find(
        self, what: Attempt | UUID | str, *, patience: float = 0.0, deadline: float | None = None
    ) -> Finding:
        """Ask the broker what it has of a placement, by its outcome or its intent.

        What that proves goes into the journal.

        It looks again for ``patience`` seconds as long as nothing is proven. That nothing is found
        proves nothing.

        Raises:
            IntentNotKnown: for an intent that the journal does not hold for this broker.
            JournalError: where the journal cannot be read, or what is proven not be written down.
            ValueError: for a deadline or a patience that is NaN.

        """
        return self._run(self._setup.find(what, patience), deadline, patience)

    def cancel(self, what: Attempt | UUID | str, *, deadline: float | None = None) -> Cancellation:
        """Cancel all orders of a placement that are open, by its outcome or intent.

        Where the broker cancels no groups, they are cancelled one by one, the entry first, and
        listed before and after.

        Raises:
            IntentNotKnown: for an intent that the journal does not hold for this broker.
            JournalError: where the journal cannot be read, or what is proven not be written down.
            ValueError: for a deadline that is NaN.

        """
        return self._run(self._setup.cancel(what), deadline)

    def recover(self) -> tuple[Entry, ...]:
        """The intents of this broker and environment of which nobody knows the outcome.

        The oldest comes first. Those that another process is placing at this moment are among
        them. Nothing is sent: ask :meth:`find` about each.

        Raises:
            JournalError: where the journal cannot be read.
        """
        return self._setup.recover()

    def close(self) -> None:
        """Close the connections."""
        self._sender.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _run(self, steps: Procedure[_T], deadline: float | None, patience: float = 0.0) -> _T:
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
                    result = self._perform(effect)
                except OtocoError as error:
                    failed = error

    def _perform(self, effect: Effect) -> Any:
        match effect:
            case Exchange():
                return self._exchange(effect)
            case Wait(seconds):
                if seconds >= current_deadline() - time.monotonic():
                    return False
                time.sleep(seconds)
                return True
            case Look() | LookElsewhere() | Claim() | Settle():
                return self._setup.journalled(effect)
            case _:
                assert_never(effect)

    def _exchange(self, exchange: Exchange) -> Answer | Failure:
        flight = Flight(current_deadline())
        try:
            response = self._sender.send(self._setup.request(exchange, flight))
            return veiled(answer(response, read_bounded(response)), self._auth)
        except BaseException as error:  # noqa: BLE001  each becomes an outcome, or is raised after
            return failure(error, flight)
