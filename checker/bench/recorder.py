"""Recordings: every invocation of a network, with its input bytes, so that any interpreter can repeat it."""

from __future__ import annotations

import random

from msgspec import Struct

from airspec.checker.bench.workloads import Play
from airspec.checker.conform.lockstep.numbered_environment import Made, NumberedEnvironment
from airspec.checker.model.moves import make_move
from airspec.semantics.authenticity.keys import KeyPair
from airspec.semantics.interpret import Invocation, RawOutcome, interpret
from airspec.semantics.network.environment import Effect
from airspec.semantics.network.environment import Invocation as Run
from airspec.semantics.network.state import INITIAL, Answer, Deliver, Flight, Move, Owed, Start
from airspec.semantics.particle import Particle
from airspec.semantics.wire.envelope import decode
from airspec.spec.faults import Uncatchable


class Recorded(Struct, frozen=True, eq=False):
    """One invocation of a play, the peer that ran it, and the number of states in the trace that it returned."""

    peer: KeyPair
    given: Invocation[bytes]
    states: int


def record(play: Play, seed: int, limit: int) -> tuple[Recorded, ...]:
    """Run a play on the specification in random order, and return its invocations, at most `limit` of them."""
    return Network(play, seed).run(limit)


class Network(NumberedEnvironment[bytes]):
    """The network of a play on the specification, which records each invocation; `coming` are the possible moves."""

    def __init__(self, play: Play, seed: int) -> None:
        super().__init__(b"")
        self.play = play
        self.random = random.Random(seed)
        self.particle = Particle(play.peers[0].peer_id, f"particle {seed}", 1700000000000, 60000)
        self.peers = {peer.peer_id: peer for peer in play.peers}
        self.state = INITIAL
        self.coming: list[Move] = [Start()]
        self.recorded: list[Recorded] = []

    def run(self, limit: int) -> tuple[Recorded, ...]:
        """Make random moves until none is left or `limit` invocations are recorded, and return these."""
        while self.coming and len(self.recorded) < limit:
            moved = make_move(self, self.state, self.coming.pop(self.random.randrange(len(self.coming))))
            assert moved.invocation is not None and moved.effect is not None
            peer, effect = moved.invocation.peer, moved.effect
            self.state = moved.state
            self.coming += [Deliver(Flight(receiver, effect.data)) for receiver in effect.receivers]
            self.coming += [Answer(peer, owed.call_id) for owed in effect.requests]
        return tuple(self.recorded)

    @property
    def initial_peer(self) -> str:
        """Return the id of the peer that starts the particle."""
        return self.particle.init_peer_id

    def effect(self, run: Run) -> Effect:
        """Run an invocation on the specification, record it, and return its effect."""
        peer = self.peers[run.peer]
        kept, current = self.data[run.kept], self.data[run.current]
        given = Invocation(self.play.script, kept, current, self.particle, run.peer, peer.secret, dict(run.results))
        outcome = interpret(given)
        self.recorded.append(Recorded(peer, given, length(outcome)))
        receivers = tuple(sorted(outcome.next_peers & self.peers.keys()))
        requests = tuple(
            Owed(call_id, self.ask(self.play.answer(Made(given, call_id, request), len(self.answers))))
            for call_id, request in sorted(outcome.call_requests.items())
        )
        data = self.add(outcome.data)
        return Effect(data, outcome.ret_code, outcome.error_message, receivers, requests, outcome.trap)


def length(outcome: RawOutcome) -> int:
    """Return the number of states in the trace of an outcome's data; 0 if these cannot be decoded."""
    decoded = decode(outcome.data)
    return 0 if isinstance(decoded, Uncatchable) else len(decoded[1].trace)
