"""Adapters for other accounts: the same one with other options."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from otoco._contract import Adapter
from otoco._formats import Flag, Integer, Text, Uuid
from otoco._problems import Refused
from otoco._registry import configured
from otoco.testing.laws import as_options
from otoco.testing.strategies._values import takes, texts


@st.composite
def accounts(draw: st.DrawFn, adapter: Adapter) -> Adapter:
    """The adapter, with some of its options drawn from what their formats take.

    Options with a format of their own, and words, stay as they are: they may decide what is taken.
    """
    options = as_options(adapter)
    for option in adapter.options:
        values = _values(option.format)
        if values is not None and draw(st.booleans()):
            options[option.name] = draw(values)
    try:
        return configured(type(adapter), options)[0]
    except Refused:  # options that do not go together
        return adapter


def _values(form: Any) -> st.SearchStrategy[Any] | None:
    """What an envelope may give for an option of a format."""
    match form:
        case Integer(low=low, high=high):
            return st.integers(low, high)
        case Flag():
            return st.booleans()
        case Uuid():
            return st.uuids().map(str)
        case Text():
            return texts(form, 64).filter(lambda text: takes(form, text))
        case _:
            return None
