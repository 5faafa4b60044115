"""Games: networks in which every peer runs two interpreters, whose outcomes are compared after each move."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, TypeVar

from msgspec import Struct

from airspec.checker.conform.adapters.interpreters import Answer as Answered
from airspec.checker.conform.adapters.interpreters import Interpreter
from airspec.checker.conform.generation import attack_schedules
from airspec.checker.conform.generation.scripts import Choices
from airspec.checker.conform.generation.services import answer
from airspec.checker.conform.lockstep.numbered_environment import Made, NumberedEnvironment
from airspec.checker.model.moves import make_move
from airspec.semantics.authenticity.keys import KeyPair
from airspec.semantics.interpret import Invocation
from airspec.semantics.network.environment import Effect
from airspec.semantics.network.environment import Invocation as Run
from airspec.semantics.network.state import (
    INITIAL,
    NO_DATA,
    Answer,
    Batch,
    DataId,
    Deliver,
    DeliverWith,
    Duplicate,
    Flight,
    Inject,
    Label,
    Owed,
    RequestId,
    Spoil,
    Start,
)
from airspec.semantics.particle import CallResult, Particle
from airspec.spec import codes

T = TypeVar("T")

PEERS = tuple(KeyPair(bytes([number]) * 32) for number in range(1, 5))
"""The peers of generated networks."""

CODES_ONLY = frozenset({1, 2, 3, 4, 5})
"""Codes whose messages are not compared: AquaVM prints the text of another parser in them."""

HASHED = re.compile("ResolvedFold|unprocessed call results")
"""Messages that list entries which AquaVM keeps in a hash map, in the order of that map."""

CONTENT_ID = re.compile('CID "[^"]*"')
"""The form of a content id in messages."""

OTHER = " with the other script"
"""The end of the name of a move in which a peer runs the other script."""

ARRIVALS = ("deliver", "deliver", "deliver", "deliver", "deliver", "duplicate")


def usual_particle(init: KeyPair) -> Particle:
    """Return a particle with parameters that are usual for hosts."""
    return Particle(init.peer_id, "particle", 1700000000000, 60000)


class Forced:
    """Choices for a move that is replayed; they only decide whether the peer runs the other script."""

    def __init__(self, other: bool) -> None:
        self.other = other

    def pick(self, options: Sequence[T]) -> T:
        """Return the last option if the peer runs the other script, otherwise the first."""
        return options[-1 if self.other else 0]


class Difference(Struct, frozen=True):
    """One field in which two interpreters differ, with both values; `moves` end with the one that shows it."""

    field: str
    left: Any
    right: Any
    moves: tuple[str, ...]


class Played(Struct, frozen=True):
    """The result of a game: its moves, the first difference if there was one, and the length of the longest trace.

    `cut` says that more moves were possible.
    """

    moves: tuple[str, ...]
    difference: Difference | None
    trace_length: int
    cut: bool = False


class DifferError(Exception):
    """An error for an invocation in which two interpreters differ; `found` has the field and both values."""

    def __init__(self, field: str, left: Any, right: Any) -> None:
        super().__init__(field)
        self.found = (field, left, right)


class Game(NumberedEnvironment[tuple[Any, Any]]):
    """A network in which every peer runs both interpreters; `choices` determine each move.

    With an `other_script`, a peer sometimes runs that script on the particle's data, as a dishonest peer could, so that
    the data contradict each other.  A `hostile` network has an adversary, who changes data in flight (``tamper``,
    ``forge``) and kept data (``spoil``, ``rot``), or sends a peer's own data back with a change (``echo``); both
    interpreters must then keep data as bytes.

    The moves are transitions of the network (`semantics.network`), and the game is its environment: each invocation is
    made on both sides, and one number stands for the data of both.
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
        super().__init__((left.empty, right.empty))
        self.scripts = (script, script if other_script is None else other_script)
        self.confused = other_script is not None
        self.hostile = hostile
        self.sides = (left, right)
        self.choices = choices
        self.script = script
        self.state = INITIAL
        self.peers: list[KeyPair] = []
        self.number: dict[str, int] = {}
        self.flights: list[Flight] = []
        self.owed: list[dict[int, RequestId]] = []
        for peer in peers:
            self.join(peer)
        self.particle = usual_particle(self.peers[0]) if particle is None else particle
        self.counts: Counter[int] = Counter()
        self.refused = False
        self.moves: list[str] = []
        self.longest = 0

    def join(self, peer: KeyPair) -> None:
        """Add a peer without data to the network."""
        self.number[peer.peer_id] = len(self.peers)
        self.peers.append(peer)
        self.owed.append({})

    def place(self, peer: str) -> int | None:
        """Return the position in `peers` of the peer with this id; None if the network has no such peer."""
        return self.number.get(peer)

    def respond(self, made: Made) -> CallResult:
        """Return the answer of a service to a request, and count the request for its peer."""
        peer = self.number[made.peer]
        self.counts[peer] += 1
        return answer(made.request, self.counts[peer] - 1)

    def play(self, limit: int) -> Played:
        """Start the particle and move until the interpreters differ, no move is left, or `limit` moves were made."""
        difference = self.move("start", 0, 0)
        patience = attack_schedules.PATIENCE if self.hostile else 0
        while difference is None and len(self.moves) < limit:
            arrive = self.choices.pick(ARRIVALS + attack_schedules.ATTACKS if self.hostile else ARRIVALS)
            number = self.choices.pick(range(attack_schedules.SEEDS)) if arrive in attack_schedules.ATTACKS else 0
            targets = self.informed() if arrive in attack_schedules.AT_HOME else range(len(self.flights))
            options: list[tuple[str, int, int]] = [(arrive, i, number) for i in targets]
            if arrive not in attack_schedules.ATTACKS:
                options += [("answer", peer, call) for peer, owed in enumerate(self.owed) for call in owed]
                options += [("batch", peer, 0) for peer, owed in enumerate(self.owed) if len(owed) > 1]
                options += [("deliver-with", i, 0) for i in range(len(self.flights)) if self.owed_by(i)]
            if options:
                difference = self.move(*self.choices.pick(options))
            elif patience == 0:
                break
            else:
                patience -= 1
        cut = difference is None and bool(self.flights or any(self.owed))
        return Played(tuple(self.moves), difference, self.longest, cut)

    def owed_by(self, flight: int) -> bool:
        """Return whether the receiver of the data at this position in `flights` owes answers to calls."""
        return bool(self.owed[self.number[self.flights[flight].receiver]])

    def all_owed(self, peer: int) -> tuple[int, ...]:
        """Return the ids of all calls that the peer at this position still has to answer, and mark them as answered."""
        calls = tuple(sorted(self.owed[peer]))
        self.owed[peer].clear()
        return calls

    def informed(self) -> list[int]:
        """Return the positions of the peers that keep data that are not empty."""
        return [peer for peer in range(len(self.peers)) if self.kept(peer)[1]]

    def kept(self, peer: int) -> tuple[Any, Any]:
        """Return the data that the peer at this position keeps, in the forms of the left and the right interpreter."""
        return self.data[self.state.peer(self.peers[peer].peer_id).kept]

    def replay(self, moves: Sequence[str]) -> Played:
        """Make moves by the names that an earlier game recorded, and return the result.

        Stops at the first difference.  Raises ValueError for a move that is not possible here.
        """
        difference = None
        for move in moves:
            self.choices = Forced(move.endswith(OTHER))
            kind, _, place = move.removesuffix(OTHER).partition(" ")
            index, _, call = place.partition(".")
            try:
                difference = self.move(kind, int(index or 0), int(call or 0))
            except (IndexError, KeyError, ValueError):
                raise ValueError(f"the move '{move}' is not possible here") from None
            if difference is not None:
                break
        return Played(tuple(self.moves), difference, self.longest)

    def move(self, kind: str, index: int, call: int) -> Difference | None:
        """Make one move, and return the difference that it shows, or None.

        `kind` is ``start``, a way of delivering data or answering calls, or an attack.  `index` is the position of the
        data in flight, or that of the peer for answers and for attacks on kept data; `call` is the id of the call, or
        the seed of the attack.
        """
        match kind:
            case "start":
                return self.invoke(kind, Start())
            case "answer":
                del self.owed[index][call]
                return self.invoke(f"answer {index}.{call}", Answer(self.peers[index].peer_id, call))
            case "batch":
                return self.invoke(f"batch {index}", Batch(self.peers[index].peer_id, self.all_owed(index)))
            case "deliver-with":
                peer = self.number[self.flights[index].receiver]
                return self.invoke(f"{kind} {index}", DeliverWith(self.flights.pop(index), self.all_owed(peer)))
            case "deliver":
                return self.invoke(f"deliver {index}", Deliver(self.flights.pop(index)))
            case "duplicate":
                return self.invoke(f"duplicate {index}", Duplicate(self.flights[index]))
            case "echo":
                name = self.peers[index].peer_id
                return self.attack(f"echo {index}.{call}", name, self.forged(self.kept(index)[1], kind, call))
            case _ if kind in attack_schedules.AT_HOME:
                return self.spoil(f"{kind} {index}.{call}", index, self.forged(self.kept(index)[1], kind, call))
            case _:
                flight = self.flights[index]
                forged = self.forged(self.data[flight.data][1], kind, call)
                return self.attack(f"{kind} {index}.{call}", flight.receiver, forged)

    def forged(self, data: Any, kind: str, seed: int) -> DataId:
        """Return the number of the data after an attack of a kind with a seed; `data` are both sides' bytes."""
        bad = attack_schedules.attacked(data, kind, seed, PEERS, self.particle.particle_id)
        return self.add((bad, bad))

    def attack(self, move: str, receiver: str, data: DataId) -> Difference | None:
        """Deliver data from an adversary to a peer under the name `move`; return the difference, or None."""
        flight = Flight(receiver, data)
        self.state = make_move(self, self.state, Inject(flight)).state
        return self.invoke(move, Deliver(flight))

    def spoil(self, move: str, peer: int, data: DataId) -> Difference | None:
        """Replace the data that a peer keeps, and run it without new data; return the difference, or None.

        If the interpreters refuse the replaced data, the earlier ones are restored.
        """
        name = self.peers[peer].peer_id
        before = self.state.peer(name).kept
        self.state = make_move(self, self.state, Spoil(name, data)).state
        difference = self.attack(move, name, NO_DATA)
        if self.refused:
            self.state = make_move(self, self.state, Spoil(name, before)).state
        return difference

    def invoke(self, move: str, label: Label) -> Difference | None:
        """Make a move that invokes both interpreters, and record it as `move`; return the first difference, or None."""
        confused = self.confused and self.choices.pick((False, False, False, True))
        self.moves.append(move + OTHER if confused else move)
        self.script = self.scripts[confused]
        try:
            moved = make_move(self, self.state, label)
        except DifferError as error:
            return Difference(*error.found, tuple(self.moves))
        assert moved.invocation is not None and moved.effect is not None
        self.state = moved.state
        self.flights += [Flight(receiver, moved.effect.data) for receiver in moved.effect.receivers]
        self.owed[self.number[moved.invocation.peer]] |= {o.call_id: o.request for o in moved.effect.requests}
        return None

    # --- what the transitions of the network ask for --------------------------------------------------------

    @property
    def initial_peer(self) -> str:
        """Return the id of the peer that starts the particle."""
        return self.peers[0].peer_id

    def effect(self, run: Run) -> Effect:
        """Return the effect of an invocation, which both interpreters run; raises `DifferError` if they differ."""
        key = self.peers[self.number[run.peer]]
        results = dict(run.results)
        given, other = (
            Invocation(self.script, kept, arriving, self.particle, key.peer_id, key.secret, results)
            for kept, arriving in zip(self.data[run.kept], self.data[run.current], strict=True)
        )
        left, right = self.sides[0].invoke(given), self.sides[1].invoke(other)
        found = self.compare(left, right)
        if found is not None:
            raise DifferError(*found)
        self.refused = codes.is_abandoned(left.ret_code)
        receivers = tuple(name for name in sorted(left.next_peers) if self.place(name) is not None)
        requests = tuple(
            Owed(call, self.ask(self.respond(Made(given, call, request))))
            for call, request in sorted(left.call_requests.items())
        )
        data = self.add((left.data, right.data))
        return Effect(data, left.ret_code, left.error_message, receivers, requests, left.trap)

    # --- what is compared -----------------------------------------------------------------------------------

    def compare(self, left: Answered, right: Answered) -> tuple[str, Any, Any] | None:
        """Return the name of the first field in which two outcomes differ and both values, or None if they agree."""
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

    def compare_data(self, left: Answered, right: Answered) -> tuple[str, Any, Any] | None:
        """Return the name of the first field in which the data of two outcomes differ and both values, or None."""
        one, other = self.sides[0].inspect(left.data), self.sides[1].inspect(right.data)
        self.longest = max(self.longest, len(one["trace"]))
        for field in ("trace", "lcid", "signatures"):
            if one[field] != other[field]:
                return field, one[field], other[field]
        for store, entries in one["cid_info"].items():
            if entries != other["cid_info"][store]:
                return store, entries, other["cid_info"][store]
        return None


def _told(answer: Answered) -> str:
    """Return the message of an answer, without what depends on the order of AquaVM's hash maps.

    Of several wrong entries of a store, and of several peers with a wrong signature, AquaVM names any.  Of messages
    that list entries, the characters are compared in sorted order.
    """
    message = answer.error_message
    if answer.ret_code == codes.CID_STORE_CORRUPT:
        return CONTENT_ID.sub("", message)
    if answer.ret_code == codes.BAD_SIGNATURE:
        return message.partition('"')[0]
    return "".join(sorted(message)) if HASHED.search(message) else message
