"""Write what each adapter takes into the README and docs/adapters.md: python3 dev.py docs.

Everything is read off the adapters' own declarations; nothing here is written by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final

from otoco import Adapter, adapter, configured
from otoco._describe import describe

ROOT: Final = Path(__file__).resolve().parents[1]
BEGIN: Final = "<!-- adapters:begin -->"
END: Final = "<!-- adapters:end -->"
_BETWEEN: Final = re.compile(rf"(?<={BEGIN}\n).*?(?={END})", re.DOTALL)
_UNTRIED: Final = "not yet"

Facts = Mapping[str, Any]


def described() -> dict[str, list[Facts]]:
    """The facts about each of our adapters: one set, or one for each contract that it can speak."""
    points = entry_points(group="otoco.adapters")
    names = sorted(each.name for each in points if each.dist and each.dist.name == "otoco")
    return {name: [_facts(adapter(name), contract) for contract in _spoken(name)] for name in names}


def _spoken(name: str) -> list[str | None]:
    options = {option.name: option.format for option in adapter(name).options}
    return list(getattr(options.get("contract"), "table", [None]))


def _facts(kind: type[Adapter], contract: str | None) -> Facts:
    configured_adapter, _ = configured(kind, {"contract": contract})
    return {"contract": contract, **describe(configured_adapter)}


def compact() -> str:
    """The table of the README: a column for each adapter."""
    columns = {name: facts[0] for name, facts in described().items()}
    every = list(columns.values())
    first = every[0]
    rows = {
        "shapes": [_taken(each["shapes"]) for each in every],
        "order types": [_list(each["order_types"]) for each in every],
        "times in force": [_list(each["times_in_force"]) for each in every],
        "instrument types": [_list(each["instrument_types"]) for each in every],
        "position effect": [_contracts(name, "position_effects") for name in columns],
        "optional leg fields": [_optional(each["leg_fields"]) for each in every],
        "quantity": [_contracts(name, "quantity") for name in columns],
        "price": [_contracts(name, "price") for name in columns],
        "distance from the fill": [each["distance"] for each in every],
        "body": [each["body"] for each in every],
        **{key: [each["semantics"][key] for each in every] for key in first["semantics"]},
        "client order ids": [each["client_order_ids"] for each in every],
        "orders are placed": [each["placing"] for each in every],
        "tried against the live service": [_UNTRIED for _ in every],
    }
    return _table(["", *(each["broker"] for each in every)], [[k, *row] for k, row in rows.items()])


def detailed() -> str:
    """The sections of docs/adapters.md: everything about every adapter."""
    return "\n".join(_section(name, facts) for name, facts in described().items())


def _section(name: str, contracts: list[Facts]) -> str:
    facts = contracts[0]
    parts = [
        f"## {facts['broker']}\n",
        f"The adapter `{name}`; what it takes is from *{facts['source']}*.",
        "It was tried against the live service: not yet.\n",
        _table(["shape", "how it is said"], [[*each] for each in facts["shapes"].items()]),
    ]
    for each in contracts:
        if each["contract"]:
            parts.append(f"### Contract {each['contract']}\n")
        parts.append(_table(["", "what it takes"], _takes(each)))
    parts.append(
        _table(["option", "meaning"], [[f"`{k}`", v] for k, v in facts["options"].items()])
    )
    return "\n".join(parts)


def _takes(facts: Facts) -> list[list[str]]:
    return [
        ["instrument types", _list(facts["instrument_types"])],
        ["order types", _list(facts["order_types"])],
        ["times in force", _list(facts["times_in_force"])],
        ["position effect", facts["position_effects"]],
        *([f"`{name}`", words] for name, words in facts["leg_fields"].items()),
        ["quantity", facts["quantity"]],
        ["price", facts["price"]],
        ["distance from the fill", facts["distance"]],
        ["body", facts["body"]],
        ["orders are placed", facts["placing"]],
        *([key, value] for key, value in facts["semantics"].items()),
        ["client order ids", facts["client_order_ids"]],
    ]


def _contracts(name: str, key: str) -> str:
    """What an adapter takes under its contracts, told apart where they differ."""
    facts = described()[name]
    if len({each[key] for each in facts}) == 1:
        return str(facts[0][key])
    return "; ".join(f"{each[key]} (contract {each['contract']})" for each in facts)


def _taken(shapes: Mapping[str, str]) -> str:
    yes = [shape for shape, words in shapes.items() if words.startswith("yes")]
    not_yet = [shape for shape, words in shapes.items() if words == "not yet"]
    return _list(yes) + (f"; not yet {_list(not_yet)}" if not_yet else "")


def _optional(fields: Mapping[str, str]) -> str:
    words = [
        f"`{name}`" + "".join(form.partition(",")[1:])
        for name, form in fields.items()
        if form != "no"
    ]
    return "; ".join(words) or "none"


def _list(words: Iterable[str]) -> str:
    return ", ".join(words)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines).replace("|  |", "| |")


def generated(page: str, table: str) -> str:
    """A page with the table between its markers."""
    if not _BETWEEN.search(page):
        raise SystemExit(f"docs/generate.py: a page has no {BEGIN} and {END}.")
    return _BETWEEN.sub(lambda _: f"\n{table}\n", page)


def pages() -> dict[Path, str]:
    """The pages as they should be."""
    tables = {ROOT / "README.md": compact(), ROOT / "docs" / "adapters.md": detailed()}
    return {page: generated(page.read_text(encoding="utf-8"), t) for page, t in tables.items()}


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
