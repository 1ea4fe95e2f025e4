"""What the orders that were seen prove of a placement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from otoco.adapters import Finding, Life, Standing
from otoco_tradovate._parts import VERSION, Part
from otoco_tradovate._seen import Seen
from otoco_tradovate._view import View

_DEAD: Final = (Life.CANCELLED, Life.REJECTED, Life.EXPIRED)
_NOTHING: Final = (
    "the broker lists nothing with its ids, which proves nothing: its lists are limited in size and"
    " may lag behind."
)
_NO_ID: Final = "the request carries no id and no answer gave one: there is nothing to look for."


def judge(view: View) -> Finding:
    """The standing of a placement, with a sentence that says why."""
    standing, why = _judged(view)
    orders = () if standing is Standing.NOT_FOUND else view.sightings()
    return Finding(standing, why, orders, view.ids)


def is_live(seen: Seen) -> bool:
    """Whether an order can fill or has."""
    return seen.life.is_open or seen.done > 0


def named(orders: Sequence[Seen]) -> str:
    """Orders as they stand in a sentence."""
    return ", ".join(f"order {seen.id} ({seen.status})" for seen in orders)


def _judged(view: View) -> tuple[Standing, str]:
    orders = view.orders
    if view.is_ambiguous:
        there = [*(f"order {each}" for each in view.unlisted), *filter(None, [named(orders)])]
        return Standing.AMBIGUOUS, f"there is more than it asked for: {', '.join(there)}."
    if view.another:
        return Standing.NOT_FOUND, f"its id is another's: {view.another}"
    if view.strangers:
        return _strange(view)
    if view.has_failed and not any(is_live(seen) for seen in orders):
        why = f"strategy {view.strategy} has failed, and no order of it is open or has filled."
        return Standing.REJECTED, why
    if not orders and view.strategy is not None:
        return Standing.INCOMPLETE, f"strategy {view.strategy} lists no order."
    if not orders and view.unlisted:
        return Standing.INCOMPLETE, f"order {', '.join(view.unlisted)} is named and not listed."
    if not orders:
        return Standing.NOT_FOUND, _NOTHING if view.is_named else _NO_ID
    standing, why = _exits(view) if view.parts[-1].is_exit else _peers(view)
    unread = [seen for seen in orders if seen.version is None]
    if standing is Standing.PLACED and unread:
        return Standing.INCOMPLETE, f"the type and prices of {named(unread)} are not listed."
    return standing, why


def _strange(view: View) -> tuple[Standing, str]:
    """Orders stand under its ids that nothing ties to it."""
    told = " ".join(f"{named([each.seen])}: {each.why}" for each in view.strangers)
    if not any(each.is_sure for each in view.strangers):
        return Standing.INCOMPLETE, f"not every order is known to be its own. {told}"
    if not view.orders:
        return Standing.NOT_FOUND, f"none of the orders under its ids is its own. {told}"
    why = f"not every order under its ids is its own, as {named(view.orders)} is. {told}"
    return Standing.AMBIGUOUS, why


def _peers(view: View) -> tuple[Standing, str]:
    """A lone order, or two that cancel each other."""
    orders = view.orders
    if view.missing:
        return Standing.INCOMPLETE, f"{named(orders)} is there, and {_not_listed(view)}."
    if _is_refused(orders):
        return Standing.REJECTED, f"the broker rejected it: {named(orders)}."
    for part, seen in view.pairs:
        if odd := _departure(view, part, seen, part.quantity, is_partial=False):
            return Standing.UNPROTECTED if len(orders) > 1 else Standing.INCOMPLETE, odd
    dead = [seen for seen in orders if seen.life in _DEAD]
    alone = [seen for seen in orders if seen.life.is_open]
    if dead and alone:
        return Standing.UNPROTECTED, f"{named(dead)} has ended, and {named(alone)} is left alone."
    return Standing.PLACED, f"the broker lists every order of it: {named(orders)}."


def _exits(view: View) -> tuple[Standing, str]:
    """An entry, and the exits that wait for it."""
    (part, entry), exits = view.pairs[0], view.pairs[1:]
    if part.is_exit:
        return Standing.INCOMPLETE, f"{named(view.orders)} is there, and {_not_listed(view)}."
    others = [seen for _, seen in exits]
    if _is_refused([entry]):
        if not any(is_live(seen) for seen in others):
            return Standing.REJECTED, f"the broker rejected its entry: {named([entry])}."
        why = f"its entry was rejected, and {named(others)} is there all the same."
        return Standing.INCOMPLETE, why
    if view.missing:
        is_harmless = entry.life in _DEAD and not entry.done
        standing = Standing.INCOMPLETE if is_harmless else Standing.UNPROTECTED
        return standing, f"{named([entry])} is there, and {_not_listed(view)}."
    if odd := _departure(view, part, entry, part.quantity, is_partial=False):
        return Standing.UNPROTECTED, odd
    for each, seen in exits:
        if weak := _weakness(view, entry, each, seen):
            return Standing.UNPROTECTED, weak
    return Standing.PLACED, f"the broker lists every order of it: {named(view.orders)}."


def _weakness(view: View, entry: Seen, part: Part, seen: Seen) -> str | None:
    """Why an exit does not protect what its entry has filled, or may fill yet.

    When a part of an entry has filled, its exits may be for as much. Which of several brackets
    those are is documented nowhere, so what the others are for is taken off first.
    """
    whole = view.parts[0].quantity
    due = max(0, min(part.quantity, entry.done - (whole - part.quantity)))
    if seen.life.is_open:
        return _departure(view, part, seen, due, is_partial=0 < entry.done < whole)
    if seen.done + _gone(view, part, seen) >= (part.quantity if entry.life.is_open else due):
        return None
    return f"exit {named([seen])} has ended, and {named([entry])} is left without it."


def _departure(view: View, part: Part, seen: Seen, due: int, *, is_partial: bool) -> str | None:
    """What an order has in another way than was sent, if fills do not account for it."""
    now, gone = seen.quantity, _gone(view, part, seen)
    for key, why in view.differences(part, seen):
        is_less = key == "orderQty" and now is not None and now < part.quantity
        is_accounted_for = is_less and (gone > 0 or is_partial) and (now or 0) + gone >= due
        if key != VERSION and not is_accounted_for:
            return f"order {seen.id} is not as it was sent: {why}"
    return None


def _gone(view: View, part: Part, seen: Seen) -> int:
    """What has filled of the order that cancels this one."""
    partner = view.partner(part, seen)
    return 0 if partner is None else partner.done


def _is_refused(orders: Sequence[Seen]) -> bool:
    """Whether one was rejected, and none is open or has filled."""
    is_any = any(seen.life is Life.REJECTED for seen in orders)
    return is_any and not any(is_live(seen) for seen in orders)


def _not_listed(view: View) -> str:
    return f"{', '.join(part.path for part in view.missing)} is not listed"
