"""Wire keys that lead into objects and lists of one item: ``legs[0].instrument.symbol``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

#: What follows a key under which the list of one item stands.
ITEM: Final = "[0]"


def outer_keys(keys: Iterable[str]) -> tuple[str, ...]:
    """The keys of the outermost object, each once."""
    steps = (key.partition(".") for key in keys)
    return tuple(
        dict.fromkeys(outer.removesuffix(ITEM) if dot else outer for outer, dot, _ in steps)
    )


def inner_keys(keys: Iterable[str]) -> dict[str, list[str]]:
    """What the keys lead to inside other objects, by the key (with its ``[0]``) of each."""
    inner: dict[str, list[str]] = {}
    for key in keys:
        outer, dot, rest = key.partition(".")
        if dot:
            inner.setdefault(outer, []).append(rest)
    return inner


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """The objects and lists that flat keys lead into."""
    written: dict[str, Any] = {}
    for key, value in flat.items():
        here = written
        outer, last = _steps(key)
        for step, is_item in outer:
            here = here.setdefault(step, [{}])[0] if is_item else here.setdefault(step, {})
        here[last] = value
    return written


@lru_cache(maxsize=1024)
def _steps(key: str) -> tuple[tuple[tuple[str, bool], ...], str]:
    """The keys on the way, with whether a list of one item stands there, and the last key."""
    *outer, last = key.split(".")
    return tuple((step.removesuffix(ITEM), step.endswith(ITEM)) for step in outer), last
