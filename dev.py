#!/usr/bin/env python3
"""What a developer runs: python3 dev.py COMMAND [ARGUMENT …].

It needs Python 3.11 or newer with pip, and makes and keeps its own environment in .venv.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
EVERY_CORE = ("--numprocesses=auto", "--dist=worksteal")
#: What takes long and reaches no branch that other tests do not: it is run without coverage.
UNTRACED = ("tests/otoco_*/test_laws.py", "tests/test_campaign.py")
REQUIREMENTS = {name: ROOT / "requirements" / f"{name}.txt" for name in ("run", "dev")}


def executable(venv: Path, name: str) -> Path:
    """A program of a virtual environment, which is used through it and never activated."""
    return venv / "Scripts" / f"{name}.exe" if os.name == "nt" else venv / "bin" / name


def python(*arguments: str | Path, venv: Path = VENV, cwd: Path = ROOT) -> None:
    """Run an environment's interpreter; a failure ends dev.py with the same exit code."""
    subprocess.run([executable(venv, "python"), *arguments], cwd=cwd, check=True)


def each_of(checks: dict[str, Sequence[Sequence[str | Path]]]) -> None:
    """Run the steps of each check; a failure ends its check and, after the last one, dev.py."""
    failed = []
    for name, steps in checks.items():
        print(f"$ {name}", flush=True)
        try:
            for step in steps:
                python(*step)
        except subprocess.CalledProcessError:
            failed.append(name)
    if failed:
        sys.exit(f"dev.py: failed: {', '.join(failed)}")


def set_up(command: list[str | Path], sentence: str) -> None:
    """Run a step of the set-up in silence; a failure ends dev.py with a sentence and the output."""
    step = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    if step.returncode:
        sys.exit(f"dev.py: {sentence}\n\n{step.stdout}{step.stderr}".rstrip())


def create(venv: Path) -> None:
    """Create a virtual environment, in place of the one that was there."""
    if find_spec("ensurepip") is None:
        sys.exit(
            "dev.py: this Python cannot create virtual environments: install its venv package "
            "(on Debian and Ubuntu, apt install python3-venv) and run the same command again."
        )
    set_up(
        [sys.executable, "-m", "venv", "--clear", venv],
        f"the virtual environment {venv.name} could not be created; venv's own words follow.",
    )


def install(venv: Path, *what: str | Path) -> None:
    """Have an environment's own pip install something."""
    set_up(
        [executable(venv, "python"), "-m", "pip", "install", "--quiet", *what],
        f"pip could not install {what[-1]}; its own words follow.",
    )


def install_pinned(venv: Path, which: str) -> None:
    """Install the pinned requirements for running or for developing, each file by its hash."""
    install(venv, "--require-hashes", "--requirement", REQUIREMENTS[which])


def fingerprint() -> str:
    """What the environment depends on; where it changed, the environment is made anew."""
    files = [ROOT / "pyproject.toml", *REQUIREMENTS.values()]
    parts = [sys.version.encode(), os.fsencode(ROOT), *(file.read_bytes() for file in files)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def is_text(file: Path, text: str) -> bool:
    """Whether a file exists and holds just this text."""
    return file.exists() and file.read_text(encoding="ascii") == text


def environment(which: str) -> None:
    """Bring .venv up to date, with what running needs or with what developing needs."""
    current = fingerprint()
    stamps = {name: VENV / f"{name}.stamp" for name in REQUIREMENTS}
    usable = executable(VENV, "python").exists()
    ready = {name for name, stamp in stamps.items() if usable and is_text(stamp, current)}
    if which in ready:
        return
    if stamps["dev"].exists():  # whoever develops here goes on doing so
        which = "dev"
    print(f"dev.py: setting up {VENV.name} (once)", file=sys.stderr, flush=True)
    if not ready:
        create(VENV)
    install_pinned(VENV, which)
    install(VENV, "--no-deps", "--no-index", "--no-build-isolation", "--editable", ROOT)
    for name in {which, "run"}:  # the development pins contain the others
        stamps[name].write_text(current, encoding="ascii")


def demo(arguments: list[str]) -> None:
    """Show one strategy as orders and as six brokers' requests, and place it in a sandbox."""
    environment("run")
    python("examples/demo.py", *arguments)
    python("examples/place.py")


def test(arguments: list[str]) -> None:
    """Run the tests, most of them with coverage; with arguments, pytest with those."""
    environment("dev")
    if arguments:
        return python("-m", "pytest", *arguments)
    python("-m", "coverage", "erase")
    left_out = [f"--ignore-glob={files}" for files in UNTRACED]
    traced = ("-m", "coverage", "run", "-m", "pytest", *EVERY_CORE, *left_out)
    untraced = sorted(file for files in UNTRACED for file in ROOT.glob(files))
    each_of(
        {
            "tests and coverage": (
                traced,
                ("-m", "coverage", "combine", "--quiet"),
                ("-m", "coverage", "report"),
            ),
            "laws and campaign": (("-m", "pytest", *EVERY_CORE, *untraced),),
        }
    )
    return None


def lint(_arguments: list[str]) -> None:
    """Run ruff, mypy and pyright; a failure does not keep the next one from running."""
    environment("dev")
    tools = ("ruff check", "ruff format --check", "mypy", "pyright")
    each_of({tool: (("-m", *tool.split()),) for tool in tools})


def lock(arguments: list[str]) -> None:
    """Pin the requirements again where pyproject.toml asks for it; --upgrade pins the newest."""
    environment("dev")
    wanted = {
        "run": ["--group", "build", "--extra", "sandbox"],
        "dev": [
            *("--group", "dev", "--extra", "sandbox", "--extra", "testing"),
            *("--constraints", "requirements/run.txt"),
        ],
    }
    for name, options in wanted.items():
        python(
            *("-m", "uv", "pip", "compile", "pyproject.toml", *options, *arguments),
            *("--output-file", f"requirements/{name}.txt", "--quiet", "--no-config"),
            *("--universal", "--python-version", "3.11", "--generate-hashes"),
            *("--custom-compile-command", "python3 dev.py lock"),
        )


def bench(arguments: list[str]) -> None:
    """Measure against code written by hand and pydantic; --placing against bare httpx."""
    environment("dev")
    if arguments == ["--placing"]:
        return python("benchmarks/placing.py")
    return python("benchmarks/bench.py", *arguments)


def campaign(arguments: list[str]) -> None:
    """Place a million orders in a sandbox, with all that can go wrong, and kill who places them."""
    environment("dev")
    python("tests/campaign/run.py", *arguments)


def mutate(arguments: list[str]) -> None:
    """Change the code in thousands of small ways, and see that a test fails for each."""
    environment("dev")
    python("tests/mutation/run.py", *arguments)


def docs(_arguments: list[str]) -> None:
    """Write what each adapter takes into README.md and docs/adapters.md."""
    environment("run")
    python("docs/generate.py")


def package(_arguments: list[str]) -> None:
    """Build wheel and sdist, and test the wheel with the source tree out of reach."""
    environment("dev")
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder).resolve()
        python("-m", "hatchling", "build", "-t", "sdist", "-t", "wheel", "-d", scratch)
        (wheel,), (sdist,) = scratch.glob("*.whl"), scratch.glob("*.tar.gz")
        offline = ("--no-deps", "--no-index")
        again = scratch / "again"
        python("-m", "pip", "wheel", "-q", *offline, "--no-build-isolation", "-w", again, sdist)
        if wheel.read_bytes() != (again / wheel.name).read_bytes():
            sys.exit("dev.py: the sdist builds another wheel than the source tree.")

        shutil.unpack_archive(sdist, scratch)
        tree = scratch / sdist.name.removesuffix(".tar.gz")
        for sources in ("src", "adapters"):
            shutil.rmtree(tree / sources)
        venv = scratch / "venv"
        create(venv)
        install_pinned(venv, "run")
        install(venv, *offline, wheel)
        subprocess.run([executable(venv, "otoco"), "adapters"], cwd=tree, check=True)
        for example in ("demo.py", "place.py"):
            python("-I", tree / "examples" / example, venv=venv, cwd=tree)
        install_pinned(venv, "dev")
        # These held for the same code in `test`; tests/thirdparty puts the laws to the wheel.
        done = ("--ignore=tests/house", "--ignore=tests/otoco/testing", "--ignore-glob=*_laws.py")
        campaign = "--ignore=tests/test_campaign.py"
        python("-m", "pytest", *done, campaign, *EVERY_CORE, venv=venv, cwd=tree)
        print(f"dev.py: {wheel.name} passes the tests by itself, and {sdist.name} builds it.")


COMMANDS: dict[str, Callable[[list[str]], None]] = {
    command.__name__: command
    for command in (demo, test, lint, lock, bench, campaign, mutate, docs, package)
}


def main() -> int:
    """Run the command that was named, or list the commands."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever runs an older one is told so
        sys.exit("dev.py: this needs Python 3.11 or newer.")
    name, *arguments = sys.argv[1:] or ["--help"]
    if name not in COMMANDS:
        print(__doc__)
        for command in COMMANDS.values():
            print(f"  {command.__name__:8} {command.__doc__}")
        return 0 if name in ("-h", "--help") else 2
    try:
        COMMANDS[name](arguments)
    except subprocess.CalledProcessError as failure:
        return failure.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
