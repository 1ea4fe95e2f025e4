"""The bodies of cancelOrder and interruptOrderStrategy, and how Tradovate refuses them."""

from __future__ import annotations

from collections.abc import Mapping

from ._fields import Fields, Parser, Refusal, boolean, moment, parsed, text, whole

CANCEL: dict[str, Parser] = {
    "orderId": whole(64),
    "clOrdId": text(64),
    "activationTime": moment,
    "customTag50": text(50),
    "isAutomated": boolean,
}
"""CancelOrder (OpenAPI 2024)."""

INTERRUPT: dict[str, Parser] = {"orderStrategyId": whole(64)}
"""InterruptOrderStrategy (OpenAPI 2024), which has no isAutomated."""


def cancellation(body: object) -> Fields:
    """The fields of a cancelOrder; raises Refusal."""
    return _read(body, CANCEL, "orderId")


def interruption(body: object) -> Fields:
    """The fields of an interruptOrderStrategy; raises Refusal."""
    return _read(body, INTERRUPT, "orderStrategyId")


def _read(body: object, parsers: Mapping[str, Parser], required: str) -> Fields:
    violations: list[Fields] = []
    fields = parsed("", body, parsers, frozenset({required}), violations)
    if violations:
        raise Refusal({"violations": violations})
    return fields
