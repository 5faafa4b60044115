"""Moves of the network: which are possible in a state, and to which state each leads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from airspec.checker.model.world import World
from airspec.semantics.network.environment import Environment
from airspec.semantics.network.state import (
    NO_DATA,
    NO_FAULTS,
    Alter,
    Answer,
    Batch,
    Copy,
    Deliver,
    DeliverWith,
    Drop,
    Duplicate,
    Expire,
    Fail,
    Faults,
    Forget,
    Inject,
    Label,
    Move,
    NetworkState,
    PeerState,
    Restart,
    Revert,
    Silence,
    Spoil,
    Start,
)
from airspec.semantics.network.transition import Impossible, Moved, transition


class ImpossibleMoveError(ValueError):
    """A move that the state does not allow."""


def possible_moves(world: World, state: NetworkState, faults: Faults = NO_FAULTS) -> tuple[Move, ...]:
    """Return the moves that are possible in a state, in a fixed order.

    Flights with the same receiver and data give one move.  `faults` bounds, for each kind of fault, how many may happen
    in one run, those on the way to the state included.
    """
    if not state.peers:
        return (Start(),)
    moves: list[Move] = [Deliver(flight) for flight in dict.fromkeys(state.flights)]
    moves += [Answer(peer.peer, owed.call_id) for peer in state.peers for owed in peer.owed]
    if faults != NO_FAULTS:
        moves += possible_faults(state, faults)
    return tuple(moves)


def possible_faults(state: NetworkState, most: Faults) -> Iterator[Move]:
    """Yield the moves that are faults, or choices of a host, and that are still possible in a state.

    `most` bounds how many of each kind may happen in one run; those that happened on the way to the state count.
    Faults that make no difference to what can follow are left out.
    """
    flights = tuple(dict.fromkeys(state.flights))
    calls = tuple((peer.peer, owed.call_id) for peer in state.peers for owed in peer.owed)
    so_far = state.faults
    if so_far.duplicates < most.duplicates:
        yield from map(Duplicate, flights)
    if so_far.drops < most.drops:
        yield from map(Drop, flights)
    if so_far.restarts < most.restarts:
        yield from (Restart(peer.peer) for peer in state.peers if peer.owed)
    if so_far.failures < most.failures:
        yield from (Fail(peer, call_id) for peer, call_id in calls)
    if so_far.silences < most.silences:
        yield from (Silence(peer, call_id) for peer, call_id in calls)
    if so_far.expiries < most.expiries:
        yield from map(Expire, sorted({flight.receiver for flight in flights} | {peer for peer, _ in calls}))
    if so_far.batches < most.batches:
        yield from _batches(state)
    if state.is_quiescent():
        return  # what a peer keeps makes no difference any more
    running = tuple(peer for peer in state.peers if peer.kept != NO_DATA and peer.peer not in state.expired)
    if so_far.forgets < most.forgets:
        yield from (Forget(peer.peer) for peer in running)
    if so_far.stale < most.stale:
        yield from _with_copies(running, most.stale - so_far.stale)


def _with_copies(peers: Sequence[PeerState], left: int) -> Iterator[Move]:
    """The copies that are made, no more than may be used, and the restarts that bring one back."""
    copied = [peer for peer in peers if peer.copy != NO_DATA]
    if len(copied) < left:
        yield from (Copy(peer.peer) for peer in peers if peer.copy == NO_DATA)
    yield from (Revert(peer.peer) for peer in copied if peer.copy != peer.kept)


def _batches(state: NetworkState) -> Iterator[Move]:
    """All sets of two or more calls of a peer, and all sets of calls with data that are on their way to it."""
    for peer in state.peers:
        call_ids = tuple(dict.fromkeys(owed.call_id for owed in peer.owed))
        sets = [chosen for size in range(1, len(call_ids) + 1) for chosen in combinations(call_ids, size)]
        yield from (Batch(peer.peer, chosen) for chosen in sets if len(chosen) > 1)
        flights = dict.fromkeys(flight for flight in state.flights if flight.receiver == peer.peer)
        yield from (DeliverWith(flight, chosen) for flight in flights for chosen in sets)


def make_move(world: Environment, state: NetworkState, label: Label) -> Moved:
    """Return the result of a move: the next state, and the invocation with its effect if a peer runs.

    Raises `ImpossibleMoveError` when the state does not allow the move, and `UnknownServiceError` when a call has no
    answer.
    """
    moved = transition(world, state, label)
    if isinstance(moved, Impossible):
        raise ImpossibleMoveError(told(moved))
    return moved


def told(impossible: Impossible) -> str:
    """Return a sentence that says why a move is impossible."""
    match impossible.label:
        case Start():
            return "the particle was started already"
        case Answer(peer, call_id) | Fail(peer, call_id) | Silence(peer, call_id):
            return f"peer {peer} has no outstanding call {call_id}"
        case Batch(peer, call_ids):
            return f"peer {peer} has no outstanding calls {', '.join(map(str, call_ids))}, or fewer than two are named"
        case DeliverWith(flight, call_ids):
            calls = ", ".join(map(str, call_ids))
            return f"no such data are in flight to {flight.receiver}, or it has no outstanding calls {calls}"
        case Restart(peer) | Spoil(peer):
            return f"peer {peer} has not taken part yet"
        case Forget(peer) | Copy(peer):
            return f"peer {peer} keeps no data"
        case Revert(peer):
            return f"no copy was made of the data of peer {peer}"
        case Expire(peer):
            return f"nothing is on its way to peer {peer}, and its services owe no answer"
        case Deliver(flight) | Duplicate(flight) | Drop(flight) | Alter(flight) | Inject(flight):
            return f"no such data are in flight to {flight.receiver}"
