"""The data that come to be on a network: all of them, with the moves that bring each about."""

from __future__ import annotations

from msgspec import Struct

from airspec.checker.explore.search import Exploration
from airspec.checker.model.world import World
from airspec.semantics.network.state import NO_DATA, DataId, Move


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
    """Return the data that all moves make, in all orders, in at most so many states of the network."""
    exploration = Exploration(world, most=states)
    found = {NO_DATA: Reached(NO_DATA, ())}
    for number, _ in enumerate(exploration.states):  # which grow meanwhile
        for move, moved in exploration.leave(number):
            if moved.effect is not None and moved.effect.data not in found:
                data = moved.effect.data
                found[data] = Reached(data, (*exploration.path(number), move))
    return Reach(tuple(found.values()), len(exploration.states), exploration.complete)
