"""The data that come to be on a network: all of them, with the moves that bring each about."""

from __future__ import annotations

from collections import deque

from msgspec import Struct

from airspec.checker.model.moves import make_move, possible_moves
from airspec.checker.model.world import World
from airspec.semantics.network.state import INITIAL, NO_DATA, DataId, Move, NetworkState


class Reached(Struct, frozen=True):
    """Data with the shortest moves after which they are first made; `moves` is empty for the empty data."""

    number: DataId
    moves: tuple[Move, ...]


class Reach(Struct, frozen=True):
    """The data of a network, the empty data first; `complete` unless the bound on states was met."""

    data: tuple[Reached, ...]
    states: int
    complete: bool


def reach(world: World, states: int) -> Reach:
    """Make all moves, in all orders, in at most so many states of the network."""
    ways: dict[NetworkState, tuple[Move, ...]] = {INITIAL: ()}
    pending = deque([INITIAL])
    found: dict[DataId, Reached] = {NO_DATA: Reached(NO_DATA, ())}
    complete = True
    while pending:
        state = pending.popleft()
        for move in possible_moves(world, state):
            moved = make_move(world, state, move)
            way = (*ways[state], move)
            if moved.effect is not None and moved.effect.data not in found:
                found[moved.effect.data] = Reached(moved.effect.data, way)
            if moved.state in ways:
                continue
            if len(ways) >= states:
                complete = False
                continue
            ways[moved.state] = way
            pending.append(moved.state)
    return Reach(tuple(found.values()), len(ways), complete)
