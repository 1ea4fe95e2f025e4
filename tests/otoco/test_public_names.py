"""The public names: exactly those, sorted, and each with its docstring."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Iterator
from functools import cached_property
from types import FunctionType, ModuleType

import pytest

import otoco
import otoco.adapters
import otoco.converters
import otoco.placing
import otoco.sandbox
import otoco.simulation
import otoco.testing

MODULES = (
    otoco,
    otoco.adapters,
    otoco.placing,
    otoco.sandbox,
    otoco.converters,
    otoco.simulation,
    otoco.testing,
)
#: What a module imports when it is first asked for it.
LATE = {otoco: ["simulate"]}
modules = pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)


def public(module: ModuleType) -> list[str]:
    """The names of a module that begin with no underscore, submodules aside."""
    return sorted(
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not inspect.ismodule(value) and name != "annotations"
    )


def undocumented(module: ModuleType) -> Iterator[str]:
    """The public classes and functions that have no docstring."""
    for name in module.__all__:
        value = getattr(module, name)
        if (inspect.isclass(value) or inspect.isfunction(value)) and not value.__doc__:
            yield name


def undocumented_members(kind: type) -> Iterator[str]:
    """The public methods and properties of a class that neither it nor a base documents."""
    for key, member in vars(kind).items():
        is_code = isinstance(member, property | cached_property | classmethod | FunctionType)
        documented = any(vars(base).get(key).__doc__ for base in kind.mro() if key in vars(base))
        if is_code and not key.startswith("_") and not documented:
            yield f"{kind.__name__}.{key}"


@pytest.mark.parametrize("module", MODULES[:4], ids=lambda module: module.__name__)
def test_all_names_what_is_public(module: ModuleType) -> None:
    """`__all__` is exactly the public names of the module."""
    assert sorted(public(module) + LATE.get(module, [])) == sorted(module.__all__)


def test_simulate_is_imported_when_it_is_asked_for() -> None:
    """`import otoco` does not pay for the interpreter, and `from otoco import simulate` has it."""
    code = (
        "import sys, otoco; print('otoco.simulation' in sys.modules); "
        "from otoco import *; print(simulate is otoco.simulation.simulate)"
    )
    run = [sys.executable, "-c", code]
    result = subprocess.run(run, check=True, capture_output=True, text=True)
    assert "False\nTrue\n" == result.stdout
    assert otoco.simulation.simulate is otoco.simulate
    assert {*otoco.__all__} <= {*dir(otoco)}


def test_no_other_name_is_made_up() -> None:
    """A name that the module does not have is an error that says so."""
    name = "simulation_of_all"
    with pytest.raises(AttributeError, match="module 'otoco' has no attribute 'simulation_of_all'"):
        getattr(otoco, name)


@modules
def test_all_is_in_plain_order(module: ModuleType) -> None:
    """`__all__` is in the order of `sorted`: capitals first, and no name twice."""
    assert sorted(set(module.__all__)) == module.__all__


@modules
def test_everything_public_is_documented(module: ModuleType) -> None:
    """Every public class and function has a docstring, and the module too."""
    assert module.__doc__
    assert [] == list(undocumented(module))


@pytest.mark.parametrize("name", otoco.__all__)
def test_every_member_of_a_public_class_is_documented(name: str) -> None:
    """Every public method and property of a public class has a docstring, or inherits it."""
    value = getattr(otoco, name)
    assert [] == list(undocumented_members(value if inspect.isclass(value) else object))


def test_what_has_no_docstring_is_seen() -> None:
    """A bare class, and a bare method, would be found."""
    kind = type("Bare", (), {"method": lambda self: self})
    bare = ModuleType("bare")
    bare.__dict__.update({"Bare": kind, "__all__": ["Bare"]})
    assert ["Bare"] == list(undocumented(bare))
    assert ["Bare.method"] == list(undocumented_members(kind))


def test_public_classes_are_the_librarys_own() -> None:
    """No public name is a class of another library."""
    classes = [value for value in vars(otoco).values() if inspect.isclass(value)]
    assert [] == [kind for kind in classes if kind.__module__.split(".")[0] != "otoco"]
