#!/usr/bin/env python3
"""What the client costs beside a bare ``httpx`` request: ``python3 dev.py bench --placing``.

Both send the same bytes to the same server on loopback, which is a process of its own and gives the
same answer to all. What is compared is the CPU time of this process.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import httpx
from benchmarks import clock

from otoco import Instrument, Limit, bracket, buy, translate
from otoco.placing import Client, Journal, MemoryJournal, Placed, SqliteJournal
from otoco_tradovate import Tradovate
from otoco_tradovate.auth import AccessToken, TradovateAuth

BATCH: Final = 50
ROUNDS: Final = 60
TOKEN: Final = "benchmark-token"
ANSWER: Final = b'{"orderId":1,"oso1Id":2,"oso2Id":3}'
_HEAD: Final = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
REPLY: Final = _HEAD % len(ANSWER) + ANSWER


def serve() -> None:
    """Answer every request on every connection, one connection after the other."""
    import threading  # noqa: PLC0415  for the server alone

    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)

    def answer(connection: socket.socket) -> None:
        rest = b""
        while data := connection.recv(65536):
            rest += data
            while (end := rest.find(b"\r\n\r\n")) >= 0:
                length = int(rest[:end].lower().split(b"content-length:")[1].split(b"\r\n")[0])
                if len(rest) < end + 4 + length:
                    break
                rest = rest[end + 4 + length :]
                connection.sendall(REPLY)

    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=answer, args=(connection,), daemon=True).start()


@contextmanager
def server() -> Iterator[str]:
    """The base URL of a server in a process of its own, while it is needed."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--serve"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()


def main() -> None:
    """Measure, and print a row for each journal."""
    mes = Instrument("MESM7", "FUTURE", tick_size="0.25")
    entry = buy(1, mes, Limit("4150.00"), time_in_force="GTC")
    order = bracket(entry, take_profit="4200", stop_loss="4125")
    adapter = Tradovate(account_id=12345, account_spec="DEMO12345")
    (request,) = translate(order, adapter).requests
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
    token = AccessToken(TOKEN, datetime.now(UTC) + timedelta(days=1))
    with server() as url, tempfile.TemporaryDirectory() as folder:
        bare = httpx.Client(base_url=url, trust_env=False)

        def post(_: Any) -> None:
            bare.post(request.path, content=request.content, headers=headers)

        def placing(client: Client) -> Callable[[Any], None]:
            def place(_: Any) -> None:
                assert isinstance(client.place(order), Placed)

            return place

        journals: dict[str, Journal] = {
            "memory": MemoryJournal(),
            "SQLite": SqliteJournal(Path(folder, "journal.sqlite3")),
        }
        clients = {
            name: Client(adapter, url, TradovateAuth(token), journal=journal)
            for name, journal in journals.items()
        }
        jobs = {"httpx": post} | {name: placing(each) for name, each in clients.items()}
        inputs = [None] * BATCH
        clock.take_turns(jobs, inputs, 2, BATCH)  # connections and caches
        costs = clock.take_turns(jobs, inputs, ROUNDS, BATCH)
    print(f"{'ratio of CPU time':44} {'median':6}   {'quartiles':15} times")
    for name in clients:
        found = clock.ratio(costs, name, "httpx")
        times = f"{median(costs[name]):6.1f} / {median(costs['httpx']):5.1f} µs"
        spread = f"{found.low:.2f} to {found.high:.2f}"
        what = f"place, journal in {name} / bare httpx post"
        print(f"{what:44} {found.median:6.2f}   {spread:15} {times}")


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["--serve"] else main()
