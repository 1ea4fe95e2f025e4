"""An order at a broker's engine: placed there, and told what happens."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal

from otoco._translate import translate
from otoco._tree import Order
from otoco.simulation import Cancel, Clock, Event, Fill, Reject, SessionEnd, Trade
from otoco.testing._broker import Answers, Broker, Engine, Fate


class Placed:
    """An order that was translated and placed with an engine.

    Raises:
        otoco.Refused: where the adapter does not take the order.

    """

    def __init__(self, order: Order, broker: Broker, answers: Answers) -> None:
        (request,) = translate(order, broker.adapter).requests
        self.engine: Engine = broker.engine(answers)
        body = json.loads(request.content, parse_float=Decimal)
        self.reply = self.engine.place(request.path, body)
        self.ids = broker.ids(self.engine, request, self.reply)
        self._broker = broker
        self._symbols = {path: leg.instrument.symbol for path, _, leg in order.legs}
        self._moments = sorted(
            moment
            for _, _, leg in order.legs
            for moment in (leg.activate_at, leg.expire_at)
            if moment is not None
        )

    def fates(self) -> dict[str, Fate]:
        """What has become of each leg so far."""
        fates = self._broker.fates(self.engine)
        return {path: fates[order_id] for path, order_id in self.ids.items()}

    def apply(self, event: Event) -> bool:
        """Let one thing happen at the broker; whether it could.

        Raises:
            ValueError: for a fill without a price, which an engine cannot do.
            TypeError: for what is no event.

        """
        if isinstance(event, Fill) and event.price is None:
            raise ValueError(f"{event} has no price, and an engine needs one.")
        try:
            self._apply(event)
        except ValueError:
            return False
        return True

    def _apply(self, event: Event) -> None:
        engine = self.engine
        match event:
            case Trade(price=price, instrument=instrument):
                first = next(iter(self._symbols.values()))
                engine.price(first if instrument is None else instrument.symbol, price)
            case Fill(path=path, quantity=quantity, price=Decimal() as price):
                most = self.fates()[self._known(path)].live if quantity is None else quantity
                engine.fill(self.ids[path], most, price)
            case Reject(path=path):
                engine.reject(self.ids[self._known(path)])
            case Cancel(path=path):
                self._cancel(path)
            case SessionEnd():
                engine.end_session()
            case Clock(now=now):
                self._advance(now)
            case _:
                raise TypeError(f"{event!r} is not an event.")

    def _known(self, path: str) -> str:
        if path not in self.ids:
            raise ValueError(f"there is no leg at {path!r}.")
        return path

    def _cancel(self, path: str) -> None:
        """Cancel one by one, a trigger last, as a client does who wants none of them to live."""
        chosen = [each for each in self.ids if path in ("", each) or each.startswith(f"{path}.")]
        if all(self._is_over(each) for each in chosen):
            raise ValueError(f"there is nothing left to cancel at {path!r}.")
        for each in reversed(chosen):
            if not self._is_over(each):
                self.engine.cancel(self.ids[each])

    def _is_over(self, path: str) -> bool:
        return self.fates()[path].status.is_over

    def _advance(self, now: datetime) -> None:
        """Stop at every moment that a leg waits for, so that they come in the order of time."""
        for moment in [each for each in self._moments if each <= now]:
            self.engine.clock(moment)
        self._moments = [each for each in self._moments if each > now]
        self.engine.clock(now)
