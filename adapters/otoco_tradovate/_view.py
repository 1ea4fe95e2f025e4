"""What one look at Tradovate's records showed of a placement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

import attrs

from otoco.adapters import GROUP, Sighting
from otoco_tradovate._asking import Row
from otoco_tradovate._parts import Part
from otoco_tradovate._seen import Seen

#: What names another order of the same group. What ``ocoId`` of an Order names is not known.
_NAMING = ("parentId", "linkedId")


@attrs.frozen
class Stranger:
    """An order under an id of the placement that nothing ties to it, with a sentence that says why.

    ``is_sure`` is whether it is known to be another's; else it is only not known whose it is.
    """

    seen: Seen
    why: str
    is_sure: bool = True


@attrs.frozen
class View:
    """The orders of a request that are there.

    ``sure`` and ``assumed`` are by leg path: of the latter it is only sure that they belong to the
    request, as of exits that are alike. ``more`` are orders that it did not ask for, and
    ``unlisted`` the ids of orders that records name and do not show; ``is_ambiguous`` says that one
    cannot tell which are its own. ``strategy`` is a strategy's id, ``has_failed`` whether that says
    so; ``is_named`` is whether there was an id to look for. ``strangers`` are orders under its ids
    that nothing ties to it; ``another`` says why the strategy under its id is another's.
    """

    parts: tuple[Part, ...]
    sure: dict[str, Seen] = attrs.field(factory=dict[str, Seen])
    assumed: dict[str, Seen] = attrs.field(factory=dict[str, Seen])
    more: tuple[Seen, ...] = ()
    unlisted: tuple[str, ...] = ()
    is_ambiguous: bool = False
    strategy: str | None = None
    has_failed: bool = False
    is_named: bool = True
    strangers: tuple[Stranger, ...] = ()
    another: str | None = None

    @property
    def pairs(self) -> list[tuple[Part, Seen]]:
        """The orders that are there, in the order of the request."""
        there = self.assumed | self.sure
        return [(part, there[part.path]) for part in self.parts if part.path in there]

    @property
    def orders(self) -> list[Seen]:
        """All that was seen, the entry first."""
        return [*(seen for _, seen in self.pairs), *self.more]

    @property
    def missing(self) -> list[Part]:
        """What was not seen."""
        there = {part.path for part, _ in self.pairs}
        return [part for part in self.parts if part.path not in there]

    @property
    def ids(self) -> dict[str, str]:
        """The broker's ids, by leg path, as far as they are sure."""
        whole = {} if self.strategy is None else {GROUP: self.strategy}
        return whole | {path: seen.id for path, seen in self.sure.items()}

    def sightings(self) -> tuple[Sighting, ...]:
        """All that was seen, in neutral words."""
        told = [
            seen.sighting(
                part if part.path in self.sure else None,
                [why for _, why in self.differences(part, seen)],
            )
            for part, seen in self.pairs
        ]
        told += [seen.sighting(None) for seen in self.more]
        return (*told, *(each.seen.sighting(None, [each.why]) for each in self.strangers))

    def differences(self, part: Part, seen: Seen) -> list[tuple[str, str]]:
        """What is not as it was sent; and orders that one names and that are none of these."""
        found = list(part.differences(seen.order, seen.version))
        known = {each.id for each in self.orders}
        for key in () if self.missing else _NAMING:
            other = seen.links.get(key)
            if other is not None and other not in known:
                found.append((key, f"its {key} is {other}, which is none of these orders."))
        return found

    def partner(self, part: Part, seen: Seen) -> Seen | None:
        """The order that a fill of this one cancels: that which they name, or of its bracket."""
        others = [(its, each) for its, each in self.pairs if its.is_exit is part.is_exit]
        others = [(its, each) for its, each in others if each is not seen]
        for _, each in others:
            if each.id in seen.links.values() or seen.id in each.links.values():
                return each
        return next((each for its, each in others if its.bracket == part.bracket), None)

    def refreshed(self, rows: Iterable[Row]) -> View:
        """The same after the Order entities were listed again; what is not listed stays."""
        now = {str(row["id"]): row for row in rows}

        def again(seen: Seen) -> Seen:
            return attrs.evolve(seen, order=now.get(seen.id, seen.order))

        sure = {path: again(seen) for path, seen in self.sure.items()}
        assumed = {path: again(seen) for path, seen in self.assumed.items()}
        return attrs.evolve(self, sure=sure, assumed=assumed)

    def with_rest(self, rest: Sequence[Seen], free: Collection[str]) -> View:
        """The same with orders that belong to it, each for one of the ``free`` paths.

        It is sure where one path alone and one order alone fit, and where both are left over.
        """
        sure, left = dict(self.sure), list(rest)
        open_parts = [part for part in self.missing if part.path in free]
        fits = {part.path: [each for each in left if not _odds(part, each)] for part in open_parts}
        claims = Counter(seen.id for candidates in fits.values() for seen in candidates)
        for path, candidates in fits.items():
            if len(candidates) == 1 and claims[candidates[0].id] == 1:
                sure[path] = candidates[0]
                left.remove(candidates[0])
        open_parts = [part for part in open_parts if part.path not in sure]
        if len(open_parts) == len(left) == 1:
            sure[open_parts.pop().path] = left.pop()
        assumed: dict[str, Seen] = {}
        for part in open_parts[: len(left)]:
            nearest = min(left, key=lambda each: _odds(part, each))
            assumed[part.path] = nearest
            left.remove(nearest)
        return attrs.evolve(
            self, sure=sure, assumed=assumed, more=tuple(left), is_ambiguous=bool(left)
        )


def _odds(part: Part, seen: Seen) -> int:
    """In how many ways an order is not what a part asked for."""
    return len(list(part.differences(seen.order, seen.version)))
