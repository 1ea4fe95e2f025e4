"""Pickling through the constructor, so that what comes out of a pickle has been validated."""

from __future__ import annotations

from typing import Any

import attrs


class Rebuilt:
    """The base of values whose copies and pickles are constructed anew from their fields."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        fields = attrs.fields(type(self))  # type: ignore[arg-type]  # each subclass is an attrs class
        return type(self), tuple(getattr(self, field.name) for field in fields)
