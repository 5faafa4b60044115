"""Moves of the network: which are possible in a state, and to which state each leads."""

from __future__ import annotations

from msgspec import Struct

from airspec.checker.model.world import World
from airspec.semantics.network.environment import Environment
from airspec.semantics.network.state import (
    Alter,
    Answer,
    Deliver,
    Drop,
    Duplicate,
    Inject,
    Label,
    Move,
    NetworkState,
    Restart,
    Spoil,
    Start,
)
from airspec.semantics.network.transition import Impossible, Moved, transition


class Faults(Struct, frozen=True):
    """The greatest number of faults of each kind in one run."""

    duplicates: int = 0
    drops: int = 0
    restarts: int = 0


NO_FAULTS = Faults()


class ImpossibleMoveError(ValueError):
    """An error for a move that the state does not allow."""


def possible_moves(world: World, state: NetworkState, faults: Faults = NO_FAULTS) -> tuple[Move, ...]:
    """Return the moves that are possible in a state, in a fixed order; equal messages in flight count once."""
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


def make_move(world: Environment, state: NetworkState, label: Label) -> Moved:
    """Return the result of a move.

    Raises `ImpossibleMoveError` when the state does not allow it, and `UnknownServiceError` when a call has no answer.
    """
    moved = transition(world, state, label)
    if isinstance(moved, Impossible):
        raise ImpossibleMoveError(told(moved))
    return moved


def told(impossible: Impossible) -> str:
    """Return, in words, why a move is impossible."""
    match impossible.label:
        case Start():
            return "the particle was started already"
        case Answer(peer, call_id):
            return f"peer {peer} has no outstanding call {call_id}"
        case Restart(peer) | Spoil(peer):
            return f"peer {peer} has not taken part yet"
        case Deliver(flight) | Duplicate(flight) | Drop(flight) | Alter(flight) | Inject(flight):
            return f"no such data are in flight to {flight.receiver}"
