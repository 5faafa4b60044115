"""The moves of the network: which are possible in a state, and where each leads."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from semantics.network.state import (
    Answer,
    Deliver,
    Drop,
    Duplicate,
    Flight,
    Move,
    NetworkState,
    Owed,
    PeerState,
    Restart,
    Start,
)
from semantics.network.world import Effect, Invocation, World


class Faults(Struct, frozen=True):
    """How many faults of each kind may happen in one run."""

    duplicates: int = 0
    drops: int = 0
    restarts: int = 0


NO_FAULTS = Faults()


class Moved(Struct, frozen=True):
    """The state after a move, and the invocation that the move made with its effect (none when it made none)."""

    state: NetworkState
    invocation: Invocation | None = None
    effect: Effect | None = None


class ImpossibleMoveError(ValueError):
    """A move that the state does not allow."""


def possible_moves(world: World, state: NetworkState, faults: Faults = NO_FAULTS) -> tuple[Move, ...]:
    """The moves of a state, in a fixed order; flights with the same receiver and data count once."""
    if not state.peers:
        return (Start(),)
    flights = tuple(dict.fromkeys(state.flights))
    moves: list[Move] = [Deliver(flight) for flight in flights]
    moves += [Answer(peer.peer, owed.call_id) for peer in state.peers for owed in peer.owed]
    duplicates, drops, restarts = state.faults
    if duplicates < faults.duplicates:
        moves += [Duplicate(flight) for flight in flights]
    if drops < faults.drops:
        moves += [Drop(flight) for flight in flights]
    if restarts < faults.restarts:
        moves += [Restart(peer.peer) for peer in state.peers if peer.owed]
    return tuple(moves)


def make_move(world: World, state: NetworkState, move: Move) -> Moved:
    """Make one move.

    Raises `ImpossibleMoveError` when the state does not allow it, and `UnknownServiceError` when a call has no answer.
    """
    match move:
        case Start():
            if state.peers:
                raise ImpossibleMoveError("the particle was started already")
            return _invoked(world, state, Invocation(world.particle.init_peer_id, state.peer("").kept))
        case Deliver(flight):
            return _delivered(world, _landed(state, flight), flight)
        case Duplicate(flight):
            _landed(state, flight)
            return _delivered(world, _fault(state, 0), flight)
        case Drop(flight):
            return Moved(_fault(_landed(state, flight), 1))
        case Restart(name):
            return Moved(_fault(_with_peer(state, replace(state.peer(name), owed=())), 2))
        case Answer(name, call_id):
            return _answered(world, state, name, call_id)


def _delivered(world: World, state: NetworkState, flight: Flight) -> Moved:
    kept = state.peer(flight.receiver).kept
    return _invoked(world, state, Invocation(flight.receiver, kept, flight.data))


def _answered(world: World, state: NetworkState, name: str, call_id: int) -> Moved:
    peer = state.peer(name)
    found = next((owed for owed in peer.owed if owed.call_id == call_id), None)
    if found is None:
        raise ImpossibleMoveError(f"peer {name} has no outstanding call {call_id}")
    request = world.request(found.request)
    counter = world.services.counter(name, request)
    counters = dict(state.counters)
    count = 0 if counter is None else counters.get(counter, 0)
    result = world.services.answer(name, request, count)
    if counter is not None:
        counters[counter] = count + 1
    rest = tuple(owed for owed in peer.owed if owed is not found)
    state = replace(_with_peer(state, replace(peer, owed=rest)), counters=tuple(sorted(counters.items())))
    return _invoked(world, state, Invocation(name, peer.kept, call_id=call_id, result=result))


def _invoked(world: World, state: NetworkState, invocation: Invocation) -> Moved:
    """Run the script on a peer: it keeps the new data whatever the return code, sends them, and hands on its calls."""
    effect = world.effect(invocation)
    peer = state.peer(invocation.peer)
    owed = _sorted((*peer.owed, *effect.requests)) if effect.requests else peer.owed
    after = _with_peer(state, PeerState(peer.peer, effect.data, owed))
    flights = state.flights + tuple(Flight(receiver, effect.data) for receiver in effect.receivers)
    return Moved(replace(after, flights=tuple(sorted(flights))), invocation, effect)


def _sorted(owed: Iterable[Owed]) -> tuple[Owed, ...]:
    return tuple(sorted(owed))


def _landed(state: NetworkState, flight: Flight) -> NetworkState:
    if flight not in state.flights:
        raise ImpossibleMoveError(f"no such data are in flight to {flight.receiver}")
    at = state.flights.index(flight)
    return replace(state, flights=state.flights[:at] + state.flights[at + 1 :])


def _with_peer(state: NetworkState, peer: PeerState) -> NetworkState:
    others = [other for other in state.peers if other.peer != peer.peer]
    return replace(state, peers=tuple(sorted([*others, peer])))


def _fault(state: NetworkState, kind: int) -> NetworkState:
    counts = list(state.faults)
    counts[kind] += 1
    return replace(state, faults=(counts[0], counts[1], counts[2]))
