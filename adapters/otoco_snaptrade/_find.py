"""Looking for a placement among SnapTrade's records; what is not listed proves nothing.

SnapTrade has no record of a client order id, so that a group is known by its own id, where the
answer to the placement had it, and by its legs.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import attrs

from otoco.adapters import GROUP, Finding, Life, Sent, Sighting, Standing, Steps
from otoco_snaptrade._asking import account_path, list_orders, stale_connections
from otoco_snaptrade._legs import SentLeg, assign, sent_legs
from otoco_snaptrade._records import REPLACED, Record

_LISTED: Final = (
    "SnapTrade lists about 100 orders of the last 24 hours, and legs appear with the brokerage's"
    " next sync, so that this proves nothing."
)
_OLD: Final = "Orders that are older than a day are shown as SnapTrade knew them up to a day ago."


@attrs.frozen
class Looked:
    """What was found; ``strangers`` are the ids of orders in place of a leg that are another's."""

    finding: Finding
    strangers: frozenset[str] = frozenset()

    def with_words(self, why: str) -> Looked:
        """The same with another sentence."""
        finding = attrs.evolve(self.finding, why=f"{self.finding.why} {why}")
        return attrs.evolve(self, finding=finding)


def find(sent: Sent) -> Steps[Finding]:
    """Look at the user's connections and then once for a placement.

    Raises:
        NoAnswer: where SnapTrade's records cannot be read.

    """
    looked = yield from look_well(sent)
    finding = looked.finding
    if finding.standing is not Standing.NOT_FOUND:
        return finding
    return attrs.evolve(finding, orders=())  # what stands under its ids is another's


def look_well(sent: Sent) -> Steps[Looked]:
    """Look at the user's connections and then once for a placement.

    Raises:
        NoAnswer: where SnapTrade's records cannot be read.

    """
    stale = yield from stale_connections()
    looked = yield from look(sent)
    if not stale:
        return looked
    why = (
        f"{stale} of the user's connections are disabled or do not say that they are"
        " not: SnapTrade shows of such what was true when it was disabled."
    )
    return looked.with_words(why)


def look(sent: Sent) -> Steps[Looked]:
    """Look once for a placement, whatever its connection is worth.

    Raises:
        NoAnswer: where SnapTrade's records cannot be read.

    """
    listing = yield from list_orders(account_path(sent.request.path), sent.at)
    looked = _found(listing.records, sent)
    return looked.with_words(_OLD) if listing.is_old else looked


def _found(records: Sequence[Record], sent: Sent) -> Looked:
    legs = sent_legs(sent.request)
    group = sent.ids.get(GROUP)
    if group is None and not all(leg.path in sent.ids for leg in legs):
        return Looked(attrs.evolve(_among(legs, records, sent), by_looks=True))
    known = {sent.ids[leg.path] for leg in legs if leg.path in sent.ids}
    ours = [each for each in records if each.id in known or (group and each.group == group)]
    if not ours:
        return Looked(Finding(Standing.NOT_FOUND, f"none of its orders is listed. {_LISTED}"))
    return _finding(legs, ours, sent)


def _among(legs: Sequence[SentLeg], records: Collection[Record], sent: Sent) -> Finding:
    """Look without an id: groups that are nothing but legs as sent, and such orders by themselves.

    A group with another order in it is another group.
    """

    def are_legs(candidate: Collection[Record]) -> bool:
        found, left = assign(legs, candidate, {})
        return not left and all(
            leg.may_be(found[leg.path], sent.at) for leg in legs if leg.path in found
        )

    groups: dict[str, list[Record]] = {}
    alone: list[Record] = []
    for record in records:
        if record.group is not None:
            groups.setdefault(record.group, []).append(record)
        elif any(leg.may_be(record, sent.at) for leg in legs):
            alone.append(record)
    candidates = [group for group in groups.values() if are_legs(group)]
    candidates += [alone] if alone else []
    seen = [record for candidate in candidates for record in candidate]
    if not seen:
        return Finding(Standing.NOT_FOUND, f"no order as it was sent is listed. {_LISTED}")
    if len(candidates) > 1 or not are_legs(seen):
        why = f"{len(seen)} orders are listed that could be its {len(legs)}, in more than one way."
        return Finding(Standing.AMBIGUOUS, why, _unplaced(seen))
    if not all(record.placed and record.placed >= sent.at for record in seen):
        why = (
            "orders as they were sent are listed, and their times do not tell that they came later."
        )
        return Finding(Standing.AMBIGUOUS, why, _unplaced(seen))
    return _finding(legs, seen, sent).finding


def _finding(legs: Sequence[SentLeg], ours: Sequence[Record], sent: Sent) -> Looked:
    current = [record for record in ours if record.status != REPLACED]
    found, others = assign(legs, current, sent.ids)
    others += [record for record in ours if record.status == REPLACED]
    seen = tuple(
        _sighting(found[leg.path], leg.path, leg.differs(found[leg.path]))
        for leg in legs
        if leg.path in found
    )
    strange = {leg.path for leg in legs if leg.path in found and leg.estranges(found[leg.path])}
    own = {path: record for path, record in found.items() if path not in strange}
    standing, why = _judge(legs, found, seen)
    if _is_anothers(legs, found, strange, sent):
        standing, why = _not_own(own, [each for each in seen if each.path in strange])
        seen = tuple(attrs.evolve(e, path=None) if e.path in strange else e for e in seen)
    ids = {path: record.id for path, record in own.items()}
    groups = {record.group or "" for record in own.values()}
    if len(groups) == 1 and "" not in groups:
        ids[GROUP] = groups.pop()
    if others:
        why += f" {len(others)} other orders are listed with them: {_listed(others)}."
    finding = Finding(standing, why, seen + _unplaced(others), ids)
    return Looked(finding, frozenset(found[path].id for path in strange))


def _is_anothers(
    legs: Sequence[SentLeg], found: dict[str, Record], strange: Collection[str], sent: Sent
) -> bool:
    """Whether the ids that are known are another placement's.

    Where the group's alone is known, an exit in it that is another leaves the entry unprotected.
    """
    by_id = any(sent.ids.get(path) == found[path].id for path in strange)
    others = [leg for leg in legs if leg.path in strange and leg.is_elsewhere(found[leg.path])]
    return by_id or (bool(others) and len(strange) == len(found))


def _not_own(own: Collection[str], strange: Sequence[Sighting]) -> tuple[Standing, str]:
    """Orders stand under its ids that are another placement's."""
    told = " ".join(f"{each.path} ({each.id}): {' '.join(each.differs)}" for each in strange)
    if not own:
        return Standing.NOT_FOUND, f"none of the orders under its ids is its own. {told}"
    why = f"not every order under its ids is its own, as {', '.join(own)} is. {told}"
    return Standing.AMBIGUOUS, why


def _judge(
    legs: Sequence[SentLeg], found: dict[str, Record], seen: Sequence[Sighting]
) -> tuple[Standing, str]:
    """What the records of its legs prove."""
    if not found:
        return Standing.AMBIGUOUS, "its group is listed, and none of its orders is as it was sent."
    faults = [f"{leg.path} is not listed." for leg in legs if leg.path not in found]
    faults += [f"{each.path}: {words}" for each in seen for words in each.differs]
    refused = [f"{each.path} is {each.status}." for each in seen if each.life is Life.REJECTED]
    details = " ".join((*faults, *refused))
    if refused and not faults and _is_void(found):
        return Standing.REJECTED, f"none of its orders has filled or can. {details}"
    unprotected = _unprotected(legs, found, seen)
    if unprotected is not None:
        rest = [each for each in (*faults, *refused) if not unprotected.endswith(f" and {each}")]
        return Standing.UNPROTECTED, " ".join((unprotected, *rest))
    if details:
        return Standing.INCOMPLETE, f"{len(found)} of its {len(legs)} orders are listed. {details}"
    return Standing.PLACED, f"all of its {len(legs)} orders are listed as they were sent."


def _is_void(found: dict[str, Record]) -> bool:
    """Whether nothing of it has filled or can."""
    return not any(each.life.is_open or each.may_have_filled for each in found.values())


def _unprotected(
    legs: Sequence[SentLeg], found: dict[str, Record], seen: Sequence[Sighting]
) -> str | None:
    """What is wrong with the exits of an entry that has filled or can."""
    entry = found.get("trigger")
    if entry is None or not (entry.life.is_open or entry.may_have_filled):
        return None
    exits = [leg.path for leg in legs if not leg.is_trigger]
    changed = {each.path for each in seen if each.differs}
    closing = any(found[path].may_have_filled for path in exits if path in found)
    for path in exits:
        if path not in found or path in changed:
            return f"the entry is {entry.status}, and {path} is missing or is another."
        if not found[path].life.is_open and not closing:
            return f"the entry is {entry.status}, and {path} is {found[path].status}."
    return None


def _sighting(record: Record, path: str | None, differs: tuple[str, ...] = ()) -> Sighting:
    filled = record.filled if isinstance(record.filled, str) else None
    return Sighting(record.id, path, record.status, record.life, filled, differs)


def _unplaced(records: Collection[Record]) -> tuple[Sighting, ...]:
    return tuple(_sighting(record, None) for record in records)


def _listed(records: Collection[Record]) -> str:
    return ", ".join(f"{record.id} {record.status}" for record in records)
