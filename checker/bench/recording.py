"""Recordings: every invocation of a network, with the bytes that went in, so that any interpreter can repeat it."""

from __future__ import annotations

import random
from collections.abc import Mapping

from msgspec import Struct

from checker.bench.plays import Play
from semantics.authenticity.keys import KeyPair
from semantics.interpret import Invocation, RawOutcome, interpret
from semantics.particle import CallResult, Particle
from semantics.wire.envelope import decode
from spec.faults import Uncatchable


class Recorded(Struct, frozen=True, eq=False):
    """One invocation of a play, and how many states the data have that it made."""

    peer: KeyPair
    given: Invocation[bytes]
    states: int


def record(play: Play, seed: int, limit: int) -> tuple[Recorded, ...]:
    """Play a network on the specification in random order, at most so many invocations."""
    return Network(play, seed).run(limit)


class Network:
    """Peers with the data they keep, the particles in flight and the answers on their way."""

    def __init__(self, play: Play, seed: int) -> None:
        self.play = play
        self.random = random.Random(seed)
        self.particle = Particle(play.peers[0].peer_id, f"particle {seed}", 1700000000000, 60000)
        self.peers = {peer.peer_id: peer for peer in play.peers}
        self.kept = dict.fromkeys(self.peers, b"")
        self.coming: list[tuple[str, bytes, Mapping[int, CallResult]]] = [(self.particle.init_peer_id, b"", {})]
        self.answered = 0
        self.recorded: list[Recorded] = []

    def run(self, limit: int) -> tuple[Recorded, ...]:
        """The invocations until nothing is left to do, or until the limit."""
        while self.coming and len(self.recorded) < limit:
            chosen = self.random.randrange(len(self.coming))
            self.invoke(*self.coming.pop(chosen))
        return tuple(self.recorded)

    def invoke(self, peer_id: str, current: bytes, results: Mapping[int, CallResult]) -> None:
        """Run the script on a peer, and send on what it says."""
        peer = self.peers[peer_id]
        given = Invocation(
            self.play.script, self.kept[peer_id], current, self.particle, peer_id, peer.secret, dict(results)
        )
        outcome = interpret(given)
        self.recorded.append(Recorded(peer, given, length(outcome)))
        self.kept[peer_id] = outcome.data
        for receiver in sorted(outcome.next_peers & self.peers.keys()):
            self.coming.append((receiver, outcome.data, {}))
        for call_id, request in sorted(outcome.call_requests.items()):
            self.coming.append((peer_id, b"", {call_id: self.play.answer(peer_id, request, self.answered)}))
            self.answered += 1


def length(outcome: RawOutcome) -> int:
    """How many states the trace of an outcome has."""
    decoded = decode(outcome.data)
    return 0 if isinstance(decoded, Uncatchable) else len(decoded[1].trace)
