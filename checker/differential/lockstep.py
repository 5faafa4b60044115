"""Lockstep: a network in which every peer runs two interpreters, which must never come apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, TypeVar

from msgspec import Struct

from checker.differential.interpreters import Answer, Interpreter
from checker.generation import hostility
from checker.generation.scripts import Choices
from checker.generation.services import answer
from semantics.authenticity.keys import KeyPair
from semantics.interpret import Invocation
from semantics.particle import CallRequest, CallResult, Particle
from spec import codes

T = TypeVar("T")

PEERS = tuple(KeyPair(bytes([number]) * 32) for number in range(1, 5))
"""The peers of generated networks."""

CODES_ONLY = frozenset({1, 2, 3, 4, 5})
"""Codes whose messages are not compared: the reference prints the text of another parser in them."""

HASHED = re.compile("ResolvedFold|unprocessed call results")
"""Tells of entries that the reference keeps in a hash map, and writes in its order."""

CONTENT_ID = re.compile('CID "[^"]*"')
"""How a message names a content id."""

OTHER = " with the other script"
"""Ends the name of a move in which a peer runs the other script."""

ARRIVALS = ("deliver", "deliver", "deliver", "deliver", "deliver", "duplicate")


def usual_particle(init: KeyPair) -> Particle:
    """A particle as hosts make them."""
    return Particle(init.peer_id, "particle", 1700000000000, 60000)


class Forced:
    """Choices for a move that is played again: whether the other script is run."""

    def __init__(self, other: bool) -> None:
        self.other = other

    def pick(self, options: Sequence[T]) -> T:
        """The last option for the other script, else the first."""
        return options[-1 if self.other else 0]


class Difference(Struct, frozen=True):
    """One field in which two interpreters differ; `moves` are the moves up to and including the one that shows it."""

    field: str
    left: Any
    right: Any
    moves: tuple[str, ...]


class Played(Struct, frozen=True):
    """How a game went: the moves that were played, and the first difference, if there was one."""

    moves: tuple[str, ...]
    difference: Difference | None
    trace_length: int


class Flight(Struct, frozen=True, eq=False):
    """A particle on its way to a peer, as either side sent it."""

    receiver: int
    left: Any
    right: Any


class Game:
    """One network on two interpreters; the choices say which move comes next.

    With an `other_script` the peers are confused: now and then one runs that script on the particle's data, as a
    dishonest peer could, and the data contradict each other.  In a `hostile` network somebody changes particles in
    flight (``tamper``, ``forge``) and the data that peers kept (``spoil``, ``rot``), or sends a peer's own data back
    with a change (``echo``); both interpreters must then keep data as bytes.
    """

    def __init__(
        self,
        script: str,
        left: Interpreter,
        right: Interpreter,
        choices: Choices,
        peers: Sequence[KeyPair] = PEERS[:3],
        other_script: str | None = None,
        hostile: bool = False,
        particle: Particle | None = None,
    ) -> None:
        self.scripts = (script, script if other_script is None else other_script)
        self.confused = other_script is not None
        self.hostile = hostile
        self.sides = (left, right)
        self.choices = choices
        self.peers: list[KeyPair] = []
        self.number: dict[str, int] = {}
        self.kept: list[list[Any]] = [[] for _ in self.sides]
        self.owed: list[dict[int, CallResult]] = []
        for peer in peers:
            self.join(peer)
        self.particle = usual_particle(self.peers[0]) if particle is None else particle
        self.counts: Counter[int] = Counter()
        self.flights: list[Flight] = []
        self.refused = False
        self.moves: list[str] = []
        self.longest = 0

    def join(self, peer: KeyPair) -> None:
        """A peer that knows nothing joins the network."""
        self.number[peer.peer_id] = len(self.peers)
        self.peers.append(peer)
        self.owed.append({})
        for side, kept in zip(self.sides, self.kept, strict=True):
            kept.append(side.empty)

    def place(self, peer: str) -> int | None:
        """The number of the peer with an id; None if nobody in the network has it."""
        return self.number.get(peer)

    def respond(self, peer: int, request: CallRequest) -> CallResult:
        """What the services of a peer answer to its next request."""
        self.counts[peer] += 1
        return answer(request, self.counts[peer] - 1)

    def play(self, limit: int) -> Played:
        """Play at most `limit` moves, or until nothing is left to do, or until the sides differ."""
        difference = self.invoke("start", 0, [side.empty for side in self.sides], {})
        patience = hostility.PATIENCE if self.hostile else 0
        while difference is None and len(self.moves) < limit:
            arrive = self.choices.pick(ARRIVALS + hostility.ATTACKS if self.hostile else ARRIVALS)
            number = self.choices.pick(range(hostility.SEEDS)) if arrive in hostility.ATTACKS else 0
            targets = self.informed() if arrive in hostility.AT_HOME else range(len(self.flights))
            options: list[tuple[str, int, int]] = [(arrive, i, number) for i in targets]
            if arrive not in hostility.ATTACKS:
                options += [("answer", peer, call) for peer, owed in enumerate(self.owed) for call in owed]
            if options:
                difference = self.move(*self.choices.pick(options))
            elif patience == 0:
                break
            else:
                patience -= 1
        return Played(tuple(self.moves), difference, self.longest)

    def informed(self) -> list[int]:
        """The peers that have kept something."""
        return [peer for peer, kept in enumerate(self.kept[1]) if kept]

    def replay(self, moves: Sequence[str]) -> Played:
        """Play the moves of an earlier game again.  Raises ValueError for a move that is not possible."""
        difference = None
        for move in moves:
            self.choices = Forced(move.endswith(OTHER))
            kind, _, place = move.removesuffix(OTHER).partition(" ")
            index, _, call = place.partition(".")
            try:
                difference = (
                    self.invoke("start", 0, [side.empty for side in self.sides], {})
                    if kind == "start"
                    else self.move(kind, int(index), int(call or 0))
                )
            except (IndexError, KeyError, ValueError):
                raise ValueError(f"the move '{move}' is not possible here") from None
            if difference is not None:
                break
        return Played(tuple(self.moves), difference, self.longest)

    def move(self, kind: str, index: int, call: int) -> Difference | None:
        """Deliver a particle, deliver it and leave a duplicate behind, answer a call, or be hostile."""
        empty = [side.empty for side in self.sides]
        if kind == "answer":
            result = self.owed[index].pop(call)
            return self.invoke(f"answer {index}.{call}", index, empty, {call: result})
        if kind in hostility.AT_HOME:
            return self.attack(kind, index, call)
        flight = self.flights[index]
        if kind in hostility.IN_FLIGHT:
            arriving = hostility.attacked(flight.right, kind, call, PEERS, self.particle.particle_id)
            return self.invoke(f"{kind} {index}.{call}", flight.receiver, [arriving, arriving], {})
        if kind == "deliver":
            self.flights.pop(index)
        return self.invoke(f"{kind} {index}", flight.receiver, [flight.left, flight.right], {})

    def attack(self, kind: str, peer: int, seed: int) -> Difference | None:
        """Change what a peer has kept, or send it back changed.  A peer restores what it had if that is refused."""
        before = [kept[peer] for kept in self.kept]
        bad = hostility.attacked(before[1], kind, seed, PEERS, self.particle.particle_id)
        move = f"{kind} {peer}.{seed}"
        if kind == "echo":
            return self.invoke(move, peer, [bad, bad], {})
        for kept in self.kept:
            kept[peer] = bad
        difference = self.invoke(move, peer, [side.empty for side in self.sides], {})
        if self.refused:
            for kept, data in zip(self.kept, before, strict=True):
                kept[peer] = data
        return difference

    def invoke(self, move: str, peer: int, current: list[Any], results: dict[int, CallResult]) -> Difference | None:
        """Invoke both interpreters, compare what they answer, and go on from there."""
        confused = self.confused and self.choices.pick((False, False, False, True))
        self.moves.append(move + OTHER if confused else move)
        key = self.peers[peer]
        script = self.scripts[confused]
        answers = [
            side.invoke(Invocation(script, kept[peer], arriving, self.particle, key.peer_id, key.secret, results))
            for side, kept, arriving in zip(self.sides, self.kept, current, strict=True)
        ]
        found = self.compare(*answers)
        if found is not None:
            return Difference(*found, tuple(self.moves))
        for i, one in enumerate(answers):
            self.kept[i][peer] = one.data
        left, right = answers
        self.refused = codes.is_abandoned(left.ret_code)
        for name in sorted(left.next_peers):
            receiver = self.place(name)
            if receiver is not None:
                self.flights.append(Flight(receiver, left.data, right.data))
        for call, request in sorted(left.call_requests.items()):
            self.owed[peer][call] = self.respond(peer, request)
        return None

    def compare(self, left: Answer, right: Answer) -> tuple[str, Any, Any] | None:
        """The first field in which two answers differ."""
        if bool(left.trap) or bool(right.trap):
            return (
                None if left.trap and right.trap else ("trap", left.trap or left.ret_code, right.trap or right.ret_code)
            )
        if left.ret_code != right.ret_code:
            return "ret_code", (left.ret_code, left.error_message), (right.ret_code, right.error_message)
        if left.ret_code not in CODES_ONLY and _told(left) != _told(right):
            return "error_message", left.error_message, right.error_message
        if left.next_peers != right.next_peers:
            return "next_peers", sorted(left.next_peers), sorted(right.next_peers)
        if dict(left.call_requests) != dict(right.call_requests):
            return "call_requests", dict(left.call_requests), dict(right.call_requests)
        return self.compare_data(left, right)

    def compare_data(self, left: Answer, right: Answer) -> tuple[str, Any, Any] | None:
        """The first field in which the data of two answers differ."""
        one, other = self.sides[0].inspect(left.data), self.sides[1].inspect(right.data)
        self.longest = max(self.longest, len(one["trace"]))
        for field in ("trace", "lcid", "signatures"):
            if one[field] != other[field]:
                return field, one[field], other[field]
        for store, entries in one["cid_info"].items():
            if entries != other["cid_info"][store]:
                return store, entries, other["cid_info"][store]
        return None


def _told(answer: Answer) -> str:
    """The message of an answer, without what depends on the order of the reference's hash maps.

    Of several wrong entries of a store, and of several peers with a wrong signature, the reference names any; of
    messages that list entries, the characters are compared without their order.
    """
    message = answer.error_message
    if answer.ret_code == codes.CID_STORE_CORRUPT:
        return CONTENT_ID.sub("", message)
    if answer.ret_code == codes.BAD_SIGNATURE:
        return message.partition('"')[0]
    return "".join(sorted(message)) if HASHED.search(message) else message
