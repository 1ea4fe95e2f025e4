"""What pytest does otherwise under mutmut, which runs it once in a process for each mutant.

Generated tests draw few examples, the same ones each time, and shrink none. And what already runs
when the library is imported, as the making of a table does, is imported anew where it is mutated,
and concerns the tests of the tables.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from mutmut.state import state

_TESTS: Final = ("tests.conftest", "tests.otoco", "tests.test_")
_OF_TABLES: Final = (
    "tests/otoco_",
    "tests/test_golden.py",
    "tests/test_sentences.py",
    "tests/otoco/test_capabilities.py",
    "tests/otoco/test_formats.py",
)
PACKAGES: Final = (
    "otoco",
    "otoco_alpaca",
    "otoco_schwab",
    "otoco_snaptrade",
    "otoco_tastytrade",
    "otoco_tradier",
    "otoco_tradovate",
)

#: The mutated functions that run when the library is imported; filled by mutmut's first run.
_at_import: set[str] = set()

#: The tests that mutmut asks for, by their names without what differs from run to run, and where
#: each one stands among them.
_wanted: dict[str, int] = {}
_ADDRESS: Final = re.compile(r"0x[0-9a-f]+")

settings.register_profile(
    "mutants",
    max_examples=int(os.environ.get("OTOCO_EXAMPLES", "10")),
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """See what an import of the library runs; where that is mutated, import everything anew."""
    mutant = os.environ.get("MUTANT_UNDER_TEST", "")
    if mutant == "stats":
        import_library()
        _at_import.update(state()._stats)
    elif mutant.partition("__mutmut_")[0] in _at_import:
        for name in list(sys.modules):
            if name.partition(".")[0] in PACKAGES or name.startswith(_TESTS):
                del sys.modules[name]
        try:
            import_library()
        except Exception:  # noqa: BLE001  a library that does not import is noticed, whatever it raises
            os._exit(1)


def import_library() -> None:
    """Import the core and the adapters."""
    for name in PACKAGES:
        importlib.import_module(name)


def pytest_configure(config: pytest.Config) -> None:
    """Collect each function once, and not each of its thousand cases by name."""
    _wanted.clear()
    _wanted.update({_stable(name): n for n, name in enumerate(config.args) if "::" in name})
    config.args = list(dict.fromkeys(name.partition("[")[0] for name in config.args))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what mutmut asks for, in its order: what is done soonest goes first."""
    if _wanted:
        places = {item: _wanted.get(_stable(item.nodeid)) for item in items}
        found = [(place, item) for item, place in places.items() if place is not None]
        items[:] = [item for _, item in sorted(found, key=lambda each: each[0])]


def _stable(nodeid: str) -> str:
    return _ADDRESS.sub("", nodeid)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """What runs at import makes the tables, and is seen by the tests of the tables."""
    if item.nodeid.startswith(_OF_TABLES):
        state()._stats.update(_at_import)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tests that cannot even be collected have failed."""
    if session.testsfailed:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
