"""Answers for people: what is wrong, where, and what to write instead; the tree of an order."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from otoco import _json
from otoco._cli._jobs import Answer
from otoco._describe import describe
from otoco._json import is_array, is_object
from otoco._node import Node
from otoco._portability import Portability
from otoco._problems import with_article
from otoco._registry import adapter, adapter_names


def answer(found: Answer) -> tuple[str, bool]:
    """The text of an answer, and whether it is an error."""
    machine = found.machine
    if "invalid" in machine:
        return "\n".join(["The order is invalid.", *_findings(machine["invalid"])]), True
    if "refused" in machine:
        return "\n".join(["Refused; nothing was built.", *_findings(machine["refused"])]), True
    if found.report is not None and found.markdown:
        return "\n".join(_as_page(found.report, machine)), False
    if found.order is not None and machine.keys() & {"adapters", "report"}:
        return "\n".join([*_valid(found.order, machine), "", *_brokers(found)]), False
    return json.dumps(machine, indent=2), False


def adapters(*, as_json: bool) -> str:
    """What is installed, and what each adapter takes."""
    found = {name: describe(adapter(name)()) for name in adapter_names()}
    if as_json:
        return _json.dumps(found)
    return "\n\n".join("\n".join(_adapter(name, facts)) for name, facts in found.items())


def _valid(order: Node, machine: Mapping[str, Any]) -> Iterator[str]:
    yield f"Valid: {with_article(order.shape)}."
    yield str(order)
    if machine["advice"]:
        yield ""
        yield "Legal, but look again:"
        yield from _findings(machine["advice"])


def _brokers(found: Answer) -> Iterator[str]:
    """Who takes the order, and who does not and why; in a report with what it means there."""
    if found.report is not None:
        yield str(found.report)
        return
    for name, refusals in found.machine["adapters"].items():
        yield f"{name}: no" if refusals else f"{name}: yes"
        yield from _findings(refusals)


def _as_page(report: Portability, machine: Mapping[str, Any]) -> Iterator[str]:
    """A report in Markdown: the table, and what is legal and often a mistake."""
    yield report.to_markdown()
    if machine["advice"]:
        yield ""
        yield "Legal, but look again:"
        yield ""
    for each in machine["advice"]:
        yield f"- `{each['where'] or 'order'}`: {each['why']} {each.get('fix', '')}".rstrip()


def _findings(findings: list[dict[str, str]]) -> Iterator[str]:
    for each in findings:
        yield f"  {each['where'] or 'order'}: {each['why']} [{each['code']}]"
        if "fix" in each:
            yield f"    {each['fix']}"


def _adapter(name: str, facts: Mapping[str, Any]) -> Iterator[str]:
    yield f"{name} ({facts['broker']})"
    for key, value in facts.items():
        if key in ("name", "broker"):
            continue
        words = key.replace("_", " ")
        if is_object(value):
            yield f"  {words}:"
            yield from (f"    {inner}: {text}" for inner, text in value.items())
        else:
            yield f"  {words}: {', '.join(map(str, value)) if is_array(value) else value}"
