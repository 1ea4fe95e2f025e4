"""Finding adapters: by entry point, the in-tree ones through the same door as anyone's."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

from otoco._contract import Adapter, Placement
from otoco._formats import Flag, Integer, Unreadable, Uuid
from otoco._json import is_object
from otoco._numbers import Numeral
from otoco._problems import AdapterError, Refusal, Refused, as_key, nearest, option_refusal, shown

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP_NAME: Final = "otoco.adapters"

_SURFACE: Final = (
    "name",
    "options",
    "client_ids",
    "equivalences",
    "capabilities",
    "rules",
    "render",
    "parse",
)


def adapter_names() -> tuple[str, ...]:
    """The names of the installed adapters, sorted.

    Raises:
        AdapterError: where two distributions claim one name.

    """
    return tuple(sorted(_entry_points()))


def adapter(name: str) -> type[Adapter]:
    """The installed adapter of that name; construct it with the options of your account.

    Raises:
        AdapterError: for an unknown name (the known ones and the nearest are listed), a name that
            two distributions claim, or an adapter that fails to import.

    """
    found = _entry_points().get(name)
    if found is None:
        known = adapter_names()
        close = nearest(name, known)
        hint = f" Did you mean {close}?" if close else ""
        raise AdapterError(
            f"there is no adapter {shown(name)}.{hint} Installed are: {', '.join(known) or 'none'}."
        )
    return _load(found)


def configured(kind: type[Adapter], options: Mapping[str, Any]) -> tuple[Adapter, Placement]:
    """The adapter with its options, and what the options say about the placement.

    Values are JSON values as in an envelope, or text as from a command line where they are
    :class:`CommandText`.

    Raises:
        Refused: naming every option that is unknown or whose value is not taken.

    """
    if not is_object(options):
        why = f"options are an object of names and values, not {shown(options)}."
        raise Refused(kind.name, [option_refusal("", why)])
    formats = {option.name: option.format for option in kind.options}
    formats["intent"] = Uuid()
    refusals: list[Refusal] = []
    values: dict[str, Any] = {}
    for name, value in options.items():
        if name == "client_order_ids" or value is None:
            continue
        form = formats.get(name)
        name_shown = as_key(name)
        if form is None:
            known = (*formats, "client_order_ids")
            close = nearest(name, known)
            fix = f"Did you mean {close}?" if close else f"Known are {', '.join(known)}."
            refusals.append(
                option_refusal(name_shown, f"{kind.name} has no option {shown(name)}.", fix)
            )
            continue
        try:
            values[name] = form.read(_from_command(value, form))
        except Unreadable as error:
            refusals.append(option_refusal(name_shown, f"{name}: {error}."))
    ids: Any = options.get("client_order_ids")
    ids = {} if ids is None else ids
    if not is_object(ids):
        why = f"client_order_ids is an object of leg paths and ids, not {shown(ids)}."
        refusals.append(option_refusal("client_order_ids", why))
    if refusals:
        raise Refused(kind.name, refusals)
    placement = Placement(values.pop("intent", None), ids)
    return kind(**values), placement


class CommandText(str):
    """An option's value as typed on a command line, where everything is text."""

    __slots__ = ()


def _from_command(value: Any, form: object) -> Any:
    if type(value) is not CommandText:
        return value
    if isinstance(form, Integer):
        return Numeral(value)
    if isinstance(form, Flag):
        return {"true": True, "false": False}.get(value, str(value))
    return str(value)


@cache
def _entry_points() -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points  # noqa: PLC0415  a third of the import time

    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=GROUP_NAME):
        other = found.setdefault(point.name, point)
        if other.value != point.value or _distribution(other) != _distribution(point):
            raise AdapterError(
                f"the adapter name {shown(point.name)} is claimed by two distributions,"
                f" {_distribution(other)} and {_distribution(point)}: uninstall one of them."
            )
    return found


@cache
def _load(point: EntryPoint) -> type[Adapter]:
    try:
        kind = point.load()
    except Exception as error:  # a stranger's module may raise anything while it is imported
        raise AdapterError(
            f"the adapter {point.name} of the distribution {_distribution(point)} does not import:"
            f" {type(error).__name__}: {error}"
        ) from error
    missing = [attribute for attribute in _SURFACE if not hasattr(kind, attribute)]
    if missing:
        raise AdapterError(
            f"the adapter {point.name} of the distribution {_distribution(point)} is none:"
            f" it has no {', '.join(missing)}."
        )
    return cast("type[Adapter]", kind)


def _distribution(point: EntryPoint) -> str:
    return point.dist.name if point.dist else "that names none"
