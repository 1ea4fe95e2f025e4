"""Every sentence that the tables of the tests draw from the library, in files that one can read.

A sentence is the product: it tells a trader what is wrong, with the numbers, and what to do. The
files under ``sentences/`` hold what is said about each case of a table. After a change of wording
``.venv/bin/python -m tests.test_sentences`` writes them, to be read before they are committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest
from tests.otoco import test_capabilities as capabilities
from tests.otoco import test_formats as formats
from tests.otoco import test_ladder as ladders
from tests.otoco import test_rules as rules
from tests.otoco import test_translate as translations
from tests.otoco_alpaca import test_refusals as alpaca
from tests.otoco_schwab import test_refusals as schwab
from tests.otoco_snaptrade import test_refusals as snaptrade
from tests.otoco_tastytrade import test_refusals as tastytrade
from tests.otoco_tradier import test_refusals as tradier
from tests.otoco_tradovate import test_refusals as tradovate

from otoco import InvalidOrder, Problem, Refusal, Refused, check, configured, parse, translate
from otoco._json import loads
from otoco.adapters import Unreadable
from otoco_alpaca import Alpaca
from otoco_schwab import Schwab
from otoco_snaptrade import SnapTrade
from otoco_tastytrade import Tastytrade
from otoco_tradier import Tradier
from otoco_tradovate import Tradovate

FOLDER: Final = Path(__file__).parent / "sentences"

#: What a case is called, and what the library says about it.
Case: TypeAlias = tuple[str, Iterable[str]]


def said(findings: Iterable[Problem | Refusal]) -> Iterator[str]:
    """Each finding as it is printed; of a refusal, whose limit it is and by which page."""
    for each in findings:
        yield str(each)
        if isinstance(each, Refusal):
            yield f"  {each.kind or 'caller'}" + (f", {each.source}" if each.source else "")


def told(call: Callable[..., object], *args: Any, **kwargs: Any) -> list[str]:
    """What a call is refused for; nothing where it succeeds."""
    try:
        call(*args, **kwargs)
    except Refused as error:
        return list(said(error.refusals))
    except InvalidOrder as error:
        return list(said(error.problems))
    except Unreadable as error:
        return [str(error)]
    return []


def of_tradovate() -> Iterator[Case]:
    """Orders, options, ids and requests at Tradovate."""
    for name, (order, _) in tradovate.ORDERS.items():
        yield name, said(check(order, Tradovate()))
    for name, (options, _) in tradovate.OPTIONS.items():
        yield name, told(configured, Tradovate, options)
    bracket = tradovate.ORDERS["what it takes"][0]
    for name, (ids, _) in tradovate.IDS.items():
        found = told(translate, bracket, Tradovate(1, "x"), client_order_ids=ids)
        yield f"ids: {name}", found
    yield "no account", told(translate, bracket, Tradovate())
    for name, (request, _) in tradovate.REQUESTS.items():
        yield name, told(parse, request, Tradovate)


def of_snaptrade() -> Iterator[Case]:
    """Orders, options, ids and requests at SnapTrade."""
    for name, (order, options, _) in snaptrade.ORDERS.items():
        yield name, said(check(order, SnapTrade(**options)))
    for name, (options, _) in snaptrade.OPTIONS.items():
        yield name, told(configured, SnapTrade, options)
    bracket, account = snaptrade.ORDERS["what it takes"][0], SnapTrade(snaptrade.ACCOUNT)
    for name, (intent, ids, _) in snaptrade.IDS.items():
        found = told(translate, bracket, account, intent=intent, client_order_ids=ids)
        yield f"ids: {name}", found
    yield "no account", told(translate, bracket, SnapTrade())
    for name, (request, _) in snaptrade.REQUESTS.items():
        yield name, told(parse, request, SnapTrade)


def of_alpaca() -> Iterator[Case]:
    """Orders, ids and requests at Alpaca."""
    for name, (order, _) in alpaca.ORDERS.items():
        yield name, said(check(order, Alpaca()))
    bracket = alpaca.ORDERS["what it takes"][0]
    for name, (intent, ids, _) in alpaca.IDS.items():
        found = told(translate, bracket, Alpaca(), intent=intent, client_order_ids=ids)
        yield f"ids: {name}", found
    for name, (request, _) in alpaca.REQUESTS.items():
        yield f"request: {name}", told(parse, request, Alpaca)


def of_schwab() -> Iterator[Case]:
    """Orders, options, ids and requests at Schwab."""
    for name, (order, _) in schwab.ORDERS.items():
        yield name, said(check(order, Schwab()))
    for name, (options, _) in schwab.OPTIONS.items():
        yield name, told(configured, Schwab, options)
    bracket = schwab.ORDERS["what it takes"][0]
    for name, ids in schwab.IDS.items():
        found = told(translate, bracket, Schwab(schwab.ACCOUNT), client_order_ids=ids)
        yield f"ids: {name}", found
    yield "no account", told(translate, bracket, Schwab())
    for name, (request, _) in schwab.REQUESTS.items():
        yield name, told(parse, request, Schwab)


def of_tastytrade() -> Iterator[Case]:
    """Orders, options, ids and requests at tastytrade."""
    for name, (order, _) in tastytrade.ORDERS.items():
        yield name, said(check(order, Tastytrade()))
    for name, (options, _) in tastytrade.OPTIONS.items():
        yield name, told(configured, Tastytrade, options)
    bracket, account = tastytrade.ORDERS["what it takes"][0], Tastytrade("5WT1")
    for name, (intent, ids, _) in tastytrade.IDS.items():
        found = told(translate, bracket, account, intent=intent, client_order_ids=ids)
        yield f"ids: {name}", found
    yield "no account", told(translate, bracket, Tastytrade())
    for name, (request, _) in tastytrade.REQUESTS.items():
        yield name, told(parse, request, Tastytrade)


def of_tradier() -> Iterator[Case]:
    """Orders, options, ids and requests at Tradier."""
    for name, (order, _) in tradier.ORDERS.items():
        yield name, said(check(order, Tradier()))
    for name, (options, _) in tradier.OPTIONS.items():
        yield name, told(configured, Tradier, options)
    bracket, account = tradier.ORDERS["what it takes"][0], Tradier(tradier.ACCOUNT)
    for name, (intent, ids, _) in tradier.IDS.items():
        found = told(translate, bracket, account, intent=intent, client_order_ids=ids)
        yield f"ids: {name}", found
    yield "no account", told(translate, bracket, Tradier())
    for name, (request, _) in tradier.REQUESTS.items():
        yield f"request: {name}", told(parse, request, Tradier)


def of_the_core() -> Iterator[Case]:
    """What the rules say about groups and ladders, tables about a paper broker, and `parse`."""
    for build, sentence in rules.SENTENCES:
        yield sentence, told(build)
    for order, sentence in rules.ADVICE:
        yield sentence, said(order.advice)
    for name, (ladder, _) in ladders.REFUSED.items():
        yield name, told(ladder)
    for name, (order, _) in capabilities.ORDERS.items():
        yield name, said(capabilities.TABLES.refusals(order))
    yield "a fragment", told(check, translations.FRAGMENT, Tradovate())
    for name, (document, _) in translations.DOCUMENTS.items():
        yield name, told(parse, document, Tradovate)


def of_formats() -> Iterator[Case]:
    """Why a format does not write a value, and why it does not read one."""
    refused: dict[str, tuple[Any, Any, str]] = formats.REFUSED
    for name, (form, value, _) in refused.items():
        yield name, [form.refusal(value)]
    unreadable: dict[str, tuple[Any, str]] = formats.UNREADABLE
    for name, (form, text) in unreadable.items():
        yield name, told(form.read, loads(text))


TOPICS: Final[dict[str, Callable[[], Iterator[Case]]]] = {
    "alpaca": of_alpaca,
    "tradier": of_tradier,
    "tradovate": of_tradovate,
    "snaptrade": of_snaptrade,
    "schwab": of_schwab,
    "tastytrade": of_tastytrade,
    "core": of_the_core,
    "formats": of_formats,
}


def page(topic: str) -> str:
    """Everything that is said on a topic."""
    cases = [(name, list(lines)) for name, lines in TOPICS[topic]()]
    return "\n\n".join("\n".join([f"## {name}", *lines]) for name, lines in cases if lines) + "\n"


@pytest.mark.parametrize("topic", TOPICS)
def test_the_sentences_are_those_in_the_file(topic: str) -> None:
    """Nobody changes what a trader reads without seeing it."""
    assert (FOLDER / f"{topic}.txt").read_text(encoding="utf-8") == page(topic)


def write() -> None:
    """Write what is said today."""
    for topic in TOPICS:
        (FOLDER / f"{topic}.txt").write_text(page(topic), encoding="utf-8")


if __name__ == "__main__":
    write()
