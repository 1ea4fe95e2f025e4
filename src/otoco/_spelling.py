"""One order, several spellings: where a path of the order stands in the document that was read.

An OTO whose only conditional is an OCO is an OTOCO, and an OCO among an OCO's peers is one flat
OCO; so a leg may stand deeper in a document than in the order that it means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias, cast

from otoco import _json
from otoco._problems import join

Document: TypeAlias = Mapping[str, Any]


def respell(where: str, document: Document) -> str:
    """The path ``where`` of an order as it stands in the document that the order was read from."""
    for path, spelling, child in _spelled_children(document):
        if where == path or where.startswith(f"{path}."):
            return join(spelling, respell(where[len(path) + 1 :], child))
    if where == "peers" and document.get("type") == "OTO":
        return "conditionals[0].peers"
    return where


def _spelled_children(document: Document) -> Iterator[tuple[str, str, Document]]:
    """Each child of a group: its path in the order, its path in the document, and its document."""
    oco = only_oco(document)
    if oco is not None:
        yield from _spelled_peers(listed(oco, "peers"), "conditionals[0].")
    elif word_of_type(document) == "OTO":
        for index, child in enumerate(listed(document, "conditionals")):
            yield f"conditionals[{index}]", f"conditionals[{index}]", child
    elif word_of_type(document) is not None:
        yield from _spelled_peers(listed(document, "peers"), "")
    if isinstance(document.get("trigger"), Mapping):
        yield "trigger", "trigger", document["trigger"]


def _spelled_peers(peers: Sequence[Any], prefix: str) -> Iterator[tuple[str, str, Document]]:
    for count, (spelling, peer) in enumerate(_flattened(peers, prefix)):
        yield f"peers[{count}]", spelling, peer


def _flattened(peers: Sequence[Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for index, peer in enumerate(peers):
        if word_of_type(peer) == "OCO":
            yield from _flattened(listed(peer, "peers"), f"{prefix}peers[{index}].")
        else:
            yield f"{prefix}peers[{index}]", peer


def word_of_type(document: object) -> str | None:
    """The word under ``type`` of what is to be a group."""
    word = document.get("type") if _json.is_object(document) else None
    return word if type(word) is str else None


def only_oco(document: Document) -> Document | None:
    """The OCO that is the only conditional of an OTO."""
    if word_of_type(document) == "OTO":
        conditionals = listed(document, "conditionals")
        if len(conditionals) == 1 and word_of_type(conditionals[0]) == "OCO":
            return cast("Document", conditionals[0])
    return None


def listed(document: Document, key: str) -> Sequence[Any]:
    value = document.get(key)
    return value if _json.is_array(value) else ()
