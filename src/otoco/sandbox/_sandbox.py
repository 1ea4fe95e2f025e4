"""The sandbox as a strategy's test uses it: brokers in this process, on a socket or without."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any

from otoco._numbers import Number, exact
from otoco._problems import SandboxError
from otoco.sandbox._desk import Desk, Listed
from otoco.sandbox._faults import Fault
from otoco.sandbox._registry import desk_names, new_desk
from otoco.sandbox._switchboard import Exchanged, Switchboard

if TYPE_CHECKING:
    from typing import Self

    import httpx

    from otoco.sandbox._server import Server

_ADDRESS = "http://127.0.0.1"


class Sandbox:
    """Brokers with nothing real in them: ``with Sandbox() as sandbox: …``.

    It has the named brokers, all that are installed if none is named, and ``desks`` of the caller's
    besides. Within ``with`` it listens on a loopback port, the given or a free one; without it,
    :meth:`transport` and :meth:`async_transport` get to the same brokers through no socket.

    Raises:
        SandboxError: for a broker without a desk.

    """

    def __init__(
        self, *brokers: str, desks: Mapping[str, Desk] | None = None, port: int = 0
    ) -> None:
        given = dict(desks or {})
        names = brokers or (() if given else desk_names())
        self._switchboard = Switchboard({name: new_desk(name) for name in names} | given)
        self._wanted_port = port
        self._server: Server | None = None

    def __enter__(self) -> Self:
        """Start to listen.

        Raises:
            SandboxError: where the extra ``sandbox`` is not installed, or the port is taken.

        """
        if self._server is not None:
            raise SandboxError("this sandbox is running already.")
        try:
            from otoco.sandbox._server import Server  # noqa: PLC0415  the extra, for sockets alone
        except ModuleNotFoundError as error:
            raise SandboxError(
                f"the sandbox listens with {error.name}, which is missing:"
                ' pip install "otoco[sandbox]".'
            ) from error
        try:
            self._server = Server(self._switchboard, self._wanted_port)
        except OSError as error:
            raise SandboxError(
                f"the sandbox cannot listen on port {self._wanted_port}: {error.strerror};"
                " port 0 is a free one."
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop listening; what the brokers have stays to be looked at."""
        if self._server is not None:
            self._server.close()
            self._server = None

    @property
    def brokers(self) -> tuple[str, ...]:
        """The names of its brokers."""
        return tuple(self._switchboard.desks)

    @property
    def address(self) -> str:
        """The address of all brokers and of ``/control``, without a port if it is not running."""
        return f"{_ADDRESS}:{self._server.port}" if self._server else _ADDRESS

    def url(self, broker: str) -> str:
        """The base URL of a broker's API, to which the adapter's paths are appended."""
        return f"{self.address}/{broker}{self._switchboard.desk(broker).base}"

    def accounts(self) -> Mapping[str, Any]:
        """For each broker its ``url``, ``options`` and ``secrets``, as ``/control/brokers``."""
        return self._switchboard.accounts(self.address)

    def options(self, broker: str) -> Mapping[str, Any]:
        """The adapter options of the test account."""
        return self._switchboard.desk(broker).options

    def secrets(self, broker: str) -> Mapping[str, str]:
        """The test credentials by name; none of them opens anything."""
        return self._switchboard.desk(broker).secrets

    def price(self, symbol: str, price: Number) -> None:
        """A trade of a symbol, in the broker's symbology, at a price in price points.

        Raises:
            ValueError: for a price that is no exact number.

        """
        self._switchboard.price(symbol, exact(price))

    def end_session(self) -> None:
        """End the trading day: day orders that are live expire."""
        self._switchboard.end_session()

    def clock(self, moment: datetime) -> None:
        """Let it be a moment at the brokers, from which on time passes.

        Raises:
            ValueError: for a moment without a time zone, and one that has passed already.

        """
        self._switchboard.clock(moment)

    def reject(self, broker: str, order_id: str) -> None:
        """Have a broker reject an order that it took.

        Raises:
            ValueError: where nothing more can happen to the order.

        """
        self._switchboard.reject(broker, order_id)

    def fault(self, fault: Fault, broker: str | None = None) -> None:
        """Let something go wrong: with requests to one broker, or to each of them."""
        self._switchboard.fault(fault, broker)

    def calm(self) -> None:
        """Let nothing go wrong any more: faults that have not happened yet do not."""
        self._switchboard.calm()

    def ledger(self, broker: str) -> tuple[Listed, ...]:
        """Every placement that exists at a broker, the oldest first."""
        return self._switchboard.ledger(broker)

    def events(self) -> tuple[Exchanged, ...]:
        """The newest exchanges, the oldest of them first."""
        return self._switchboard.remembered()

    def transport(self) -> httpx.BaseTransport:
        """A transport for ``httpx`` that gets to these brokers through no socket."""
        from otoco.sandbox._memory import MemoryTransport  # noqa: PLC0415  for those who use httpx

        return MemoryTransport(self._switchboard)

    def async_transport(self) -> httpx.AsyncBaseTransport:
        """As :meth:`transport`, for an asynchronous client."""
        from otoco.sandbox._memory import AsyncMemoryTransport  # noqa: PLC0415  for users of httpx

        return AsyncMemoryTransport(self._switchboard)
