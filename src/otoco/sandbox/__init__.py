"""Brokers on loopback: their APIs as documented, an account with nothing real in it, and faults.

It needs the extra ``sandbox`` to listen (``pip install "otoco[sandbox]"``), and nothing more to be
called in memory.
"""

from __future__ import annotations

from otoco._problems import SandboxError
from otoco.sandbox._desk import Desk, Incoming, Listed, ListedOrder, RefusingFault, Reply
from otoco.sandbox._faults import Fault, FaultKind, Purpose
from otoco.sandbox._sandbox import Sandbox
from otoco.sandbox._switchboard import Exchanged

__all__ = [
    "Desk",
    "Exchanged",
    "Fault",
    "FaultKind",
    "Incoming",
    "Listed",
    "ListedOrder",
    "Purpose",
    "RefusingFault",
    "Reply",
    "Sandbox",
    "SandboxError",
]
