"""Requests in SnapTrade's words, and short scripts of what the market does to them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from otoco_snaptrade.engine import Behaviour, SnapTradeEngine

ACCOUNT = "917c8734-8470-4a3e-a18f-57c3f2ee6631"
PATH = f"/accounts/{ACCOUNT}/trading/complex"
CALL = "AAPL  251114C00240000"


def leg(role: str, action: str, order_type: str, **changes: Any) -> dict[str, Any]:
    """A leg for 10 AAPL, good till cancelled, changed as told; `symbol` and `kind` are its own."""
    symbol, kind = changes.pop("symbol", "AAPL"), changes.pop("kind", "EQUITY")
    return {
        "order_role": role,
        "action": action,
        "instrument": {"symbol": symbol, "type": kind},
        "order_type": order_type,
        "units": 10,
        "time_in_force": "GTC",
        **changes,
    }


def body(*orders: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A request, whose type follows from its roles."""
    roles = {order["order_role"] for order in orders}
    shape = "OTO" if "CONDITIONAL" in roles else "OTOCO" if "TRIGGER" in roles else "OCO"
    return {"type": shape, "orders": list(orders), **changes}


ENTRY = leg("TRIGGER", "BUY", "Limit", price=100)
TARGET = leg("PEER", "SELL", "Limit", price=110)
STOP = leg("PEER", "SELL", "Stop", stop=95)
EXIT = leg("CONDITIONAL", "SELL", "Stop", stop=95)


class Desk:
    """An engine with one group in it, whose legs are called 1, 2 and 3 in order of the request."""

    def __init__(self, *orders: dict[str, Any], known: str = "", **answers: Any) -> None:
        self.engine = SnapTradeEngine(Behaviour(**answers), ACCOUNT)
        self.ids: list[str] = []
        self.run(known)
        reply = self.engine.place(PATH, body(*orders))
        group = self.engine.group(str(reply["brokerage_group_order_id"]))
        self.ids = [order_id for order_id, _ in group]

    def run(self, script: str) -> None:
        """Steps divided by `;`: price 95, fill 1 4 100, cancel 2, reject 2, end_session."""
        for step in filter(None, script.split(";")):
            match step.split():
                case ["price", price]:
                    self.engine.price("AAPL", Decimal(price))
                case ["fill", number, quantity, price]:
                    order_id = self.ids[int(number) - 1]
                    self.engine.fill(order_id, Decimal(quantity), Decimal(price))
                case [event, *numbers]:
                    getattr(self.engine, event)(*(self.ids[int(one) - 1] for one in numbers))
                case _:
                    raise ValueError(step)

    def state(self) -> list[str]:
        """Of each leg the status, and what has filled of it + what can fill now."""
        self.engine.sync()
        return [
            f"{record['status']} {record['filled_quantity']}"
            f"+{self.engine.working(str(record['brokerage_order_id']))}"
            for record in self.engine.orders()
        ]


def after(script: str, *orders: dict[str, Any], known: str = "", **answers: Any) -> list[str]:
    """What has become of the legs of a group after a script."""
    desk = Desk(*orders, known=known, **answers)
    desk.run(script)
    return desk.state()
