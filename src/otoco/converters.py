"""Orders inside your own attrs classes and dataclasses, through ``cattrs``.

A configured converter differs from a plain one in this only:

* :class:`Leg`, :class:`OCO`, :class:`OTO`, :class:`OTOCO` and unions of them (``Order``) structure
  from the document form, strictly: unknown, missing and misspelt keys, values of another type and
  orders that are not coherent raise :class:`InvalidOrder` with every problem and its path;
* they unstructure into the document form; decimals become text, and no float is made on the way.
"""

from __future__ import annotations

from types import UnionType
from typing import Any, Final, Union, get_args, get_origin

from cattrs import Converter

from otoco._document import from_dict, to_dict
from otoco._leg import Leg
from otoco._problems import InvalidOrder, Problem
from otoco._tree import OCO, OTO, OTOCO

__all__ = ["configure_converter", "make_converter"]

_NODES: Final = (Leg, OCO, OTO, OTOCO)


def make_converter() -> Converter:
    """A converter that knows orders."""
    converter = Converter()
    configure_converter(converter)
    return converter


def configure_converter(converter: Converter) -> None:
    """Teach a converter the document form of orders."""
    converter.register_structure_hook_func(_is_order, _structure)
    for kind in _NODES:
        converter.register_unstructure_hook(kind, to_dict)


def _classes(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


def _is_order(kind: Any) -> bool:
    return all(each in _NODES for each in _classes(kind))


def _structure(document: Any, kind: Any) -> Any:
    order = from_dict(document)
    if isinstance(order, _classes(kind)):
        return order
    wanted = " or ".join(each.__name__ for each in _classes(kind))
    why = f"{wanted} is wanted here, and the document says {type(order).__name__}."
    raise InvalidOrder([Problem("", "value", why)])
