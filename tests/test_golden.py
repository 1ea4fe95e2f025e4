"""Golden bodies: the files under ``wire/``, each an order and the one request that says it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from otoco import adapter, adapter_names, configured, parse, read, to_dict, translate

WIRE = Path(__file__).parent / "wire"
FILES = {f"{file.parent.name}/{file.stem}": file for file in sorted(WIRE.glob("*/*.json"))}
each_file = pytest.mark.parametrize("file", FILES.values(), ids=FILES)


def golden(file: Path) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Order document, options and request of a file."""
    document = json.loads(file.read_text(encoding="utf-8"))
    assert {"about", "order", "options", "request"} == document.keys()
    return document["order"], document["options"], document["request"]


def same_text(value: Any) -> str:
    """JSON text in which only the order of the keys is free: ``4200`` and ``4200.0`` differ."""
    return json.dumps(value, sort_keys=True, indent=1)


def test_every_adapter_has_golden_bodies() -> None:
    """What an adapter writes and reads can be looked up in files."""
    assert set(adapter_names()) == {file.parent.name for file in FILES.values()}


@each_file
def test_an_order_becomes_its_request(file: Path) -> None:
    """The request is the one in the file, to the last digit."""
    order, options, request = golden(file)
    subject, placement = configured(adapter(file.parent.name), options)
    envelope = read({"order": order, "options": options})
    plan = translate(
        envelope.order,
        subject,
        intent=placement.intent,
        client_order_ids=placement.client_order_ids,
    )
    assert same_text({"requests": [request]}) == same_text(plan.to_dict())


@each_file
def test_a_request_becomes_its_order(file: Path) -> None:
    """Read back, a request is the order document and the options in the file."""
    order, options, request = golden(file)
    parsed = parse(json.dumps(request), adapter(file.parent.name))
    assert same_text(order) == same_text(to_dict(parsed.order))
    assert options == parsed.options
