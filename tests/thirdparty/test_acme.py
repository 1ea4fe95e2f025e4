"""An adapter from outside: installed by itself, found by its entry point, under the same laws."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from shutil import copytree

import pytest

ROOT = Path(__file__).resolve().parents[2]
ACME = Path(__file__).parent / "otoco_acme"
LEGS = [
    {"side": "BUY", "order_type": "LIMIT", "limit_price": "415"},
    {"side": "SELL", "order_type": "LIMIT", "limit_price": "420"},
    {"side": "SELL", "order_type": "STOP", "stop_price": "412.5"},
]
SHARED = {
    "quantity": "10",
    "instrument": {"symbol": "SPY", "type": "EQUITY"},
    "time_in_force": "DAY",
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the distribution, built from its own pyproject.toml and nothing else."""
    folder = tmp_path_factory.mktemp("acme")
    source = copytree(ACME, folder / "source")
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index")
    subprocess.run(
        [*pip, "--no-build-isolation", "--target", folder / "installed", source], check=True
    )
    return folder


def run(installed: Path, *arguments: str | Path, given: str = "") -> str:
    """What Python prints where Acme is installed."""
    process = subprocess.run(
        [sys.executable, *arguments],
        cwd=installed / "source",
        env={**os.environ, "PYTHONPATH": str(installed / "installed")},
        input=given,
        text=True,
        capture_output=True,
        check=False,
    )
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout


def quoted(page: str) -> Sequence[str]:
    """The Python snippets of a page of the documentation."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_it_keeps_the_laws(installed: Path) -> None:
    """Its whole test file is the suite's class, and all of its tests pass."""
    printed = run(installed, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
    passed = re.search(r"^(\d+) passed", printed, re.MULTILINE)
    assert passed, printed
    assert int(passed[1]) > 10


def test_its_test_file_is_short() -> None:
    """Whoever writes an adapter adds at most ten lines."""
    lines = (ACME / "tests" / "test_laws.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 10


def test_it_is_found_by_its_entry_point(installed: Path) -> None:
    """The command lists it among the installed adapters, and takes it by its name."""
    entry, *exits = ({**leg, **SHARED} for leg in LEGS)
    order = {"otoco": 1, "type": "OTOCO", "trigger": entry, "peers": exits}
    assert "acme" in run(installed, "-m", "otoco", "adapters")
    to_acme = ("-m", "otoco", "translate", "-", "--to", "acme", "-o", "account=A123")
    (request,) = json.loads(run(installed, *to_acme, given=json.dumps(order)))["requests"]
    assert "/v2/orders" == request["path"]
    from_acme = ("-m", "otoco", "parse", "-", "--from", "acme")
    envelope = json.loads(run(installed, *from_acme, given=json.dumps(request)))
    assert {"order": order, "options": {"account": "A123"}} == envelope


def test_the_guide_quotes_it() -> None:
    """What the guide shows is the whole adapter, piece by piece, and its test file."""
    tables, adapter, *_ = quoted("write-an-adapter.md")
    package = (ACME / "src" / "otoco_acme" / "__init__.py").read_text(encoding="utf-8")
    assert package == f"{tables}\n\n{adapter}"
    tests = (ACME / "tests" / "test_laws.py").read_text(encoding="utf-8")
    assert any(tests.endswith(each) for each in quoted("test-your-adapter.md"))
