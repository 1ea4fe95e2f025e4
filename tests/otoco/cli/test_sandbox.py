"""`otoco sandbox`: what it prints, and that it ends when it is interrupted."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

import httpx
import pytest
from tests.otoco.cli.conftest import Run

from otoco._cli import _sandbox

Looking = Callable[[Callable[[], None]], None]

#: The command, deaf to no signal that whoever runs the tests is deaf to.
LISTENING = """
import signal, sys
from otoco._cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(main())
"""


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Looking:
    """Does something while the command waits, and then interrupts it."""

    def look(deed: Callable[[], None]) -> None:
        class Interrupted:
            def wait(self) -> None:
                deed()
                raise KeyboardInterrupt

        monkeypatch.setattr(_sandbox, "Event", Interrupted)

    look(lambda: None)
    return look


def test_it_prints_what_to_set(otoco: Run, meanwhile: Looking) -> None:
    """The base URL, the account's options, and the test credentials as variables."""
    done = otoco("sandbox", "--broker", "tradovate", "--port", "0")
    assert (0, "") == (done.code, done.err)
    lines = done.out.split("\n")
    assert "Nothing here is real: no order leaves this machine. Ctrl-C ends it." == lines[0]
    assert "tradovate" == lines[2]
    assert lines[3].startswith("  http://127.0.0.1:")
    assert lines[3].endswith("/tradovate/v1")
    assert "  -o account_id=12345 account_spec=DEMO12345" == lines[4]
    assert "  export OTOCO_TRADOVATE_NAME=sandbox-user" in lines
    assert "  export OTOCO_TRADOVATE_PASSWORD=sandbox-password" in lines
    assert lines[-2].startswith("control: http://127.0.0.1:")
    assert lines[-2].endswith("/control")


def test_for_machines_it_is_one_document(otoco: Run, meanwhile: Looking) -> None:
    """With the same in it; all installed brokers, if none is named."""
    seen: list[str] = []
    meanwhile(lambda: seen.extend(each.name for each in threading.enumerate()))
    found = otoco("sandbox", "--json", "--port", "0").json
    assert "tradovate" in found["brokers"]
    broker = found["brokers"]["tradovate"]
    assert {"account_id": 12345, "account_spec": "DEMO12345"} == broker["options"]
    assert "sandbox-user" == broker["secrets"]["name"]
    assert found["control"].removesuffix("control") + "tradovate/v1" == broker["url"]
    assert "otoco-sandbox" in seen
    assert "otoco-sandbox" not in [each.name for each in threading.enumerate()]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--broker", "trade-ovate"], "there is no sandbox of 'trade-ovate'. Did you mean"),
        (["--port", "x"], "argument --port: 'x' is no port from 0 to 65535."),
        (["--port", "-1"], "--port"),
        (["--port", "65536"], "argument --port: '65536' is no port"),
        (["a.json"], "unrecognized arguments: a.json"),
    ],
)
def test_wrong_usage(otoco: Run, words: list[str], why: str) -> None:
    """Is a sentence, and exit code 2."""
    done = otoco("sandbox", *words)
    assert (2, "") == (done.code, done.out)
    assert why in done.err


def test_a_port_that_is_taken(otoco: Run, meanwhile: Looking) -> None:
    """Is a sentence too."""
    words = ("sandbox", "--broker", "tradovate", "--json", "--port")
    port = str(httpx.URL(otoco(*words, "0").json["control"]).port)
    errors: list[str] = []
    meanwhile(lambda: errors.append(otoco(*words, port).err))
    assert 0 == otoco(*words, port).code
    assert "Address already in use; port 0 is a free one." in errors[0]


def test_it_runs_until_it_is_interrupted() -> None:
    """In a process of its own: it answers, and Ctrl-C ends it with exit code 0."""
    command = (sys.executable, "-c", LISTENING, "sandbox", "--port", "0", "--json")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            found = json.loads(process.stdout.readline())
            url = found["brokers"]["tradovate"]["url"]
            assert 401 == httpx.get(f"{url}/order/list").status_code
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=20)
            assert (0, b"") == (process.returncode, err)
        finally:
            process.kill()
