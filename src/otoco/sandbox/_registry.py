"""Finding desks: by entry point, the in-tree ones through the same door as anyone's."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Final, cast

from otoco._problems import SandboxError, nearest, shown
from otoco.sandbox._desk import Desk

GROUP_NAME: Final = "otoco.sandboxes"


def desk_names() -> tuple[str, ...]:
    """The brokers that have a desk, sorted."""
    return tuple(sorted({point.name for point in _points()}))


@cache
def _points() -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=GROUP_NAME))


def new_desk(name: str) -> Desk:
    """A desk with no orders.

    Raises:
        SandboxError: for a broker without a desk (the known ones and the nearest are listed), one
            that two distributions bring, and a desk that cannot be imported or made.

    """
    found = [point for point in _points() if point.name == name]
    if not found:
        known = desk_names()
        close = nearest(name, known)
        hint = f" Did you mean {close}?" if close else ""
        raise SandboxError(
            f"there is no sandbox of {shown(name)}.{hint} There are: {', '.join(known) or 'none'}."
        )
    if len(found) > 1:
        brought = ", ".join(point.value for point in found)
        raise SandboxError(f"the sandbox {shown(name)} is brought twice: {brought}.")
    return _made(found[0])


def _made(point: EntryPoint) -> Desk:
    try:
        factory: Callable[[], object] = point.load()
        return cast("Desk", factory())
    except Exception as error:  # a stranger's module may raise anything while it is imported
        raise SandboxError(
            f"the sandbox {point.name} ({point.value}) cannot be set up:"
            f" {type(error).__name__}: {error}"
        ) from error
