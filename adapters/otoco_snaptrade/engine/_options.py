"""Which actions go with options, and what an option OCO must be (text of SDK 13.0.49)."""

from __future__ import annotations

from attrs import frozen

from ._body import CLOSING, SIDES, Group, Leg, Refused


@frozen
class OptionOCO:
    """What a brokerage takes as the two peers of an option OCO."""

    actions: tuple[str, ...] = CLOSING
    order_types: tuple[tuple[str, str], ...] | None = None
    times_in_force: tuple[str, ...] | None = None


BROKERAGES = {
    None: OptionOCO(),
    "tastytrade": OptionOCO(
        order_types=(("Limit", "Stop"), ("Limit", "StopLimit")),
        times_in_force=("Day", "GTC"),
    ),
    "Webull US": OptionOCO(
        actions=("SELL_TO_CLOSE",),
        order_types=(("Limit", "Stop"),),
        times_in_force=("Day",),
    ),
}
"""The rules by brokerage; None is any brokerage. They are part of contract '2026-10' alone."""


def check_pairing(group: Group) -> None:
    """Refuse what the schema text gives to the other kind of instrument."""
    for leg in group.legs:
        if (leg.action in SIDES) == (leg.instrument_type == "OPTION"):
            raise Refused(f"{leg.action} is no action for {leg.instrument_type}")


def check_option_oco(group: Group, brokerage: str | None) -> None:
    """Refuse an option OCO that the brokerage does not take; other groups have no such rules."""
    if group.type != "OCO" or all(leg.instrument_type != "OPTION" for leg in group.legs):
        return
    rule = BROKERAGES[brokerage]
    first, second = group.legs
    if _terms(first) != _terms(second) or first.action not in rule.actions:
        actions = " or ".join(rule.actions)
        raise Refused(f"an option OCO has one symbol, one quantity, and {actions} on both legs")
    kinds = (min(first.order_type, second.order_type), max(first.order_type, second.order_type))
    if rule.order_types is not None and kinds not in rule.order_types:
        raise Refused(f"{brokerage} does not take {' with '.join(kinds)} as an option OCO")
    for leg in group.legs:
        if rule.times_in_force is not None and leg.time_in_force not in rule.times_in_force:
            raise Refused(f"{brokerage} does not take {leg.time_in_force} in an option OCO")


def _terms(leg: Leg) -> tuple[object, ...]:
    return leg.symbol, leg.instrument_type, leg.action, leg.units
