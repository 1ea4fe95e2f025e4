"""One intent, one request: by many threads, many processes, and tasks that are cancelled."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import anyio
import httpx
import pytest
from tests.otoco.placing.broker import ORDER, URL, Broker
from tests.otoco.placing.conftest import NoAuth

from otoco.placing import (
    AsyncClient,
    Client,
    IntentUsed,
    MemoryJournal,
    Placed,
    SqliteJournal,
    State,
)

ROOT = Path(__file__).resolve().parents[3]
THREADS = 64
PROCESSES = 8


@pytest.mark.parametrize("durable", [False, True], ids=["memory", "SQLite"])
def test_many_threads_with_one_intent_send_one_request(durable: bool, tmp_path: Path) -> None:
    """One of them is told that it is placed, and all others that the intent is used."""
    journal = SqliteJournal(tmp_path / "journal") if durable else MemoryJournal()
    intent = uuid4()
    came: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        came.append(request.content)
        return httpx.Response(200)

    start = threading.Barrier(THREADS)
    transport = httpx.MockTransport(answer)

    def place(client: Client) -> str:
        start.wait()
        try:
            return type(client.place(ORDER, intent=intent)).__name__
        except IntentUsed:
            return "IntentUsed"

    with (
        Client(Broker(1, "D"), URL, NoAuth(), journal=journal, transport=transport) as client,
        ThreadPoolExecutor(THREADS) as pool,
    ):
        told = Counter(pool.map(place, [client] * THREADS))
    journal.close()
    assert {"Placed": 1, "IntentUsed": THREADS - 1} == told
    assert 1 == len(came)


class Counting(BaseHTTPRequestHandler):
    """A broker on a socket that says yes, and counts."""

    came: list[bytes]

    def do_POST(self) -> None:
        """Say yes."""
        self.came.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


_PLACE = """
import sys
from uuid import UUID
from otoco.placing import Client, IntentUsed, SqliteJournal
from tests.otoco.placing.broker import ORDER, Broker
from tests.otoco.placing.conftest import NoAuth

url, file, intent = sys.argv[1:]
with SqliteJournal(file) as journal:
    client = Client(Broker(1, "D"), url, NoAuth(), journal=journal)
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        print(type(client.place(ORDER, intent=UUID(intent))).__name__)
    except IntentUsed:
        print("IntentUsed")
"""


def test_many_processes_with_one_intent_send_one_request(tmp_path: Path) -> None:
    """They share the journal's file, which none of them had before."""
    came: list[bytes] = []
    handler = type("Handler", (Counting,), {"came": came})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    url, file = f"http://127.0.0.1:{server.server_port}", str(tmp_path / "journal")
    arguments = [sys.executable, "-c", _PLACE, url, file, str(uuid4())]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(arguments, cwd=ROOT, **pipes) for _ in range(PROCESSES)]
    try:
        ready = [process.stdout.readline() for process in processes if process.stdout]
        told = Counter(process.communicate("go\n", timeout=60)[0].strip() for process in processes)
    finally:
        for process in processes:
            process.kill()
            process.wait()
        server.shutdown()
        serving.join()
        server.server_close()
    assert ["ready\n"] * PROCESSES == ready
    assert {"Placed": 1, "IntentUsed": PROCESSES - 1} == told
    assert 1 == len(came)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("durable", [False, True], ids=["memory", "SQLite"])
def test_a_task_that_is_cancelled_writes_down_that_nobody_knows(
    backend: str, durable: bool, tmp_path: Path
) -> None:
    """The request is with the broker when the caller stops waiting."""
    journal = SqliteJournal(tmp_path / "journal") if durable else MemoryJournal()
    intent = uuid4()

    async def main() -> None:
        left = anyio.Event()

        async def answer(request: httpx.Request) -> httpx.Response:
            left.set()
            await anyio.sleep_forever()
            raise AssertionError

        transport = httpx.MockTransport(answer)
        async with (
            AsyncClient(Broker(1, "D"), URL, NoAuth(), journal=journal, transport=transport) as it,
            anyio.create_task_group() as group,
        ):

            async def place() -> None:
                await it.place(ORDER, intent=intent)

            group.start_soon(place)
            await left.wait()
            group.cancel_scope.cancel()

    anyio.run(main, backend=backend)
    entry = journal.get(intent)
    journal.close()
    assert entry is not None
    assert (State.UNKNOWN, True) == (entry.state, entry.why.startswith("Cancelled"))


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_deadline_holds_over_a_transport_that_has_none(backend: str) -> None:
    """In an event loop even a foreign transport is left when the time is over."""

    async def answer(request: httpx.Request) -> httpx.Response:
        await anyio.sleep_forever()
        raise AssertionError

    async def main() -> str:
        transport = httpx.MockTransport(answer)
        async with AsyncClient(
            Broker(1, "D"), URL, NoAuth(), journal=MemoryJournal(), transport=transport
        ) as client:
            outcome = await client.place(ORDER, deadline=0.1)
        assert not isinstance(outcome, Placed)
        return type(outcome).__name__ + ": " + getattr(outcome, "why", "")

    told = anyio.run(main, backend=backend)
    assert "Unknown: the deadline passed before an answer came." == told
