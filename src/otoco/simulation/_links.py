"""An order taken apart for running: its legs, and who arms whom and who cancels whom."""

from __future__ import annotations

from otoco._instrument import Instrument
from otoco._leg import Leg
from otoco._node import Node
from otoco._problems import join
from otoco._words import Role
from otoco.simulation._leg import RunningLeg, Tape


class Links:
    """The legs of an order by path, linked; the tapes of its instruments; and its front.

    The front of a node is what comes to rest when the node goes live: a leg, a group's trigger, or
    an OCO's peers.
    """

    def __init__(self, order: Node) -> None:
        self.legs: dict[str, RunningLeg] = {}
        self.tapes: dict[Instrument, Tape] = {}
        self.front = self._link(order, "")

    def _link(self, node: Node, path: str) -> list[RunningLeg]:
        if isinstance(node, Leg):
            return [self._leg(node, path)]
        fronts = [(role, self._link(child, join(path, key))) for key, role, child in node.children]
        peers = [leg for role, front in fronts if role is Role.PEER for leg in front]
        for leg in peers:
            leg.first = peers[0]
            leg.rivals = [other for other in peers if other is not leg]
        if fronts[0][0] is not Role.TRIGGER:
            return peers
        trigger = fronts[0][1][0]
        for front in [front for role, front in fronts if role is Role.CONDITIONAL] or [peers]:
            trigger.hold(front)
        return [trigger]

    def _leg(self, leg: Leg, path: str) -> RunningLeg:
        tape = self.tapes.get(leg.instrument)
        if tape is None:
            tape = self.tapes[leg.instrument] = Tape()
        self.legs[path] = RunningLeg(path, leg, len(self.legs), tape)
        return self.legs[path]
