"""Which orders under the ids of a placement are not its own.

An id is only a number: an account that is begun anew gives the same ones again. What ties an order
to a placement is the clOrdId on the Command that made it, where one was sent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from otoco_tradovate._asking import shown
from otoco_tradovate._parts import Part
from otoco_tradovate._seen import Seen
from otoco_tradovate._view import Stranger

_LOOSE: Final = "no clOrdId was sent for it, and one that came with it is not known to be ours."


def strangers_among(
    listed: Sequence[Seen], parts: Sequence[Part], found: Mapping[str, Collection[str]]
) -> tuple[Stranger, ...]:
    """The orders that nothing ties to a placement; ``found`` has the ids of its parts by path.

    Where there is one, what no clOrdId ties is believed no more.
    """
    expected = {seen.id: _expected(seen, parts, found) for seen in listed}
    loose = [seen for seen in listed if not expected[seen.id]]
    odd = [seen for seen in listed if expected[seen.id] and not expected[seen.id] & seen.client_ids]
    if not odd:
        return ()
    others = [_stranger(seen, expected[seen.id]) for seen in odd]
    others += [Stranger(seen, _LOOSE, is_sure=False) for seen in loose]
    return tuple(sorted(others, key=lambda each: int(each.seen.id)))


def _expected(
    seen: Seen, parts: Iterable[Part], found: Mapping[str, Collection[str]]
) -> frozenset[str]:
    """The clOrdIds of which an order must have one; none if it may be a part without one."""
    is_named = any(seen.id in ids for ids in found.values())
    mine = [p for p in parts if (seen.id in found[p.path] if is_named else not found[p.path])]
    ids = {part.client_id for part in mine}
    return frozenset(str(each) for each in ids) if None not in ids else frozenset()


def _stranger(seen: Seen, expected: Collection[str]) -> Stranger:
    was = f"{_either(expected)} was sent."
    if not seen.client_ids:
        return Stranger(seen, f"its clOrdId is not listed, and {was}", is_sure=False)
    return Stranger(seen, f"its clOrdId is {_either(seen.client_ids)}, and {was}")


def _either(ids: Iterable[str]) -> str:
    return " or ".join(shown(each) if each else "none" for each in sorted(ids))
