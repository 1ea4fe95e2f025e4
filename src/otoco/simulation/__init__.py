"""Running an order: the reference interpreter, its events, its policies and its outcome."""

from __future__ import annotations

from otoco.simulation._events import Cancel, Clock, Event, Fill, Reject, SessionEnd, Trade
from otoco.simulation._outcome import Change, Exposure, Ignored, LegState, Run
from otoco.simulation._policy import (
    BothTouched,
    PartialEntry,
    PeerEnds,
    Policy,
    Protection,
    Status,
)
from otoco.simulation._simulation import Simulation, simulate

__all__ = [
    "BothTouched",
    "Cancel",
    "Change",
    "Clock",
    "Event",
    "Exposure",
    "Fill",
    "Ignored",
    "LegState",
    "PartialEntry",
    "PeerEnds",
    "Policy",
    "Protection",
    "Reject",
    "Run",
    "SessionEnd",
    "Simulation",
    "Status",
    "Trade",
    "simulate",
]
