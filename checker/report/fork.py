"""The fork of two runs: how long they can be told as one, and where they part."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from airspec.checker.explore.counterexample import Moves
from airspec.checker.model.moves import ImpossibleMoveError, make_move
from airspec.checker.model.services.behaviours import ServiceError
from airspec.checker.model.world import World
from airspec.semantics.network.services import UnknownServiceError
from airspec.semantics.network.state import INITIAL, Move, NetworkState


class Fork(Struct, frozen=True):
    """Two runs that begin with the same moves; `common` is their number."""

    runs: tuple[Moves, Moves]
    common: int


def fork_of(world: World, left: Moves, right: Moves) -> Fork:
    """Return two runs with their moves reordered so that both begin with the same moves for longer.

    A move is made earlier only where the state that is reached afterwards stays the same, so each run ends as before.
    """
    state, common = INITIAL, 0
    while common < min(len(left), len(right)):
        found = next(_shared(world, state, left[common:], right[common:]), None)
        if found is None:
            break
        left, right = left[:common] + found[0], right[:common] + found[1]
        state = make_move(world, state, left[common]).state
        common += 1
    return Fork((left, right), common)


def _shared(world: World, state: NetworkState, left: Moves, right: Moves) -> Iterator[tuple[Moves, Moves]]:
    """Yield the two rests of runs that leave a state, beginning with a move that both have, for each such move."""
    for move in dict.fromkeys(left):
        if move in right:
            ours, theirs = _earlier(world, state, left, move), _earlier(world, state, right, move)
            if ours is not None and theirs is not None:
                yield ours, theirs


def _earlier(world: World, state: NetworkState, moves: Moves, move: Move) -> Moves | None:
    """Return moves with one of them made first; None if that is impossible, or leads to another state."""
    index = moves.index(move)
    changed = (move, *moves[:index])
    if index and _reached(world, state, changed) != _reached(world, state, moves[: index + 1]):
        return None
    return changed + moves[index + 1 :]


def _reached(world: World, state: NetworkState, moves: Moves) -> NetworkState | None:
    """Return the state that moves lead to; None if one of them is impossible."""
    try:
        for move in moves:
            state = make_move(world, state, move).state
    except (ImpossibleMoveError, UnknownServiceError, ServiceError):
        return None
    return state
