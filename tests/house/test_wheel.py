"""What a user gets: the wheel, and the sdist it can be built from."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = [ROOT / "src" / "otoco", *sorted((ROOT / "adapters").glob("otoco_*"))]
INFO = "otoco-0.1.0.dist-info"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist, built by the pinned build backend."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> zipfile.ZipFile:
    """The wheel, opened."""
    return zipfile.ZipFile(built / "otoco-0.1.0-py3-none-any.whl")


@pytest.fixture(scope="module")
def metadata(wheel: zipfile.ZipFile) -> Distribution:
    """The wheel's metadata as an installer reads it."""
    return PathDistribution(zipfile.Path(wheel, f"{INFO}/"))


def test_the_wheel_holds_every_package_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    """The wheel is the files of the core and of each adapter, and its own metadata."""
    sources = {
        str(file.relative_to(package.parent))
        for package in PACKAGES
        for file in package.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    about = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}
    assert sources | {f"{INFO}/{name}" for name in about} == set(wheel.namelist())


def test_every_package_says_that_it_is_typed(wheel: zipfile.ZipFile) -> None:
    """Type checkers read the annotations of the core and of each adapter."""
    typed = {name for name in wheel.namelist() if Path(name).name == "py.typed"}
    assert {f"{package.name}/py.typed" for package in PACKAGES} == typed


def test_entry_points(metadata: Distribution) -> None:
    """Each adapter and each desk is found by its name, and so are the command and the fixture."""
    found = {(point.group, point.name): point.value for point in metadata.entry_points}
    expected = {
        ("console_scripts", "otoco"): "otoco._cli:main",
        ("otoco.adapters", "alpaca"): "otoco_alpaca:Alpaca",
        ("otoco.adapters", "schwab"): "otoco_schwab:Schwab",
        ("otoco.adapters", "snaptrade"): "otoco_snaptrade:SnapTrade",
        ("otoco.adapters", "tastytrade"): "otoco_tastytrade:Tastytrade",
        ("otoco.adapters", "tradier"): "otoco_tradier:Tradier",
        ("otoco.adapters", "tradovate"): "otoco_tradovate:Tradovate",
        ("otoco.auth", "snaptrade"): "otoco_snaptrade.auth:from_secrets",
        ("otoco.auth", "tradovate"): "otoco_tradovate.auth:from_secrets",
        ("otoco.sandboxes", "snaptrade"): "otoco_snaptrade.sandbox:SnapTradeDesk",
        ("otoco.sandboxes", "tradovate"): "otoco_tradovate.sandbox:TradovateDesk",
        ("pytest11", "otoco"): "otoco.sandbox._fixture",
    }
    assert expected == found


def test_every_adapter_package_is_registered(metadata: Distribution) -> None:
    """No adapter is in the wheel without being found."""
    registered = {point.module for point in metadata.entry_points.select(group="otoco.adapters")}
    assert {package.name for package in PACKAGES[1:]} == registered


def test_a_plain_install_needs_three_distributions(metadata: Distribution) -> None:
    """Only attrs, cattrs and httpx are required; all else is asked for by an extra."""
    plain = {
        re.split("[<>]", need)[0] for need in metadata.requires or () if "extra ==" not in need
    }
    assert {"attrs", "cattrs", "httpx"} == plain


def test_licence(wheel: zipfile.ZipFile, metadata: Distribution) -> None:
    """The wheel names its licence and carries the text."""
    assert "MIT" == metadata.metadata["License-Expression"]
    assert (ROOT / "LICENSE").read_bytes() == wheel.read(f"{INFO}/licenses/LICENSE")


def test_the_sdist_holds_what_a_packager_needs(built: Path) -> None:
    """The sdist is the whole project: sources, tests, documentation and tools."""
    with tarfile.open(built / "otoco-0.1.0.tar.gz") as sdist:
        top = {name.split("/")[1] for name in sdist.getnames()}
    folders = {"adapters", "benchmarks", "docs", "examples", "requirements", "src", "tests"}
    pages = {"CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md"}
    assert folders | pages | {".gitignore", "PKG-INFO", "dev.py", "pyproject.toml"} == top
