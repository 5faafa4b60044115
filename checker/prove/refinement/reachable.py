"""Reachable data: all data that peers of a network can have, with the moves that lead to each."""

from __future__ import annotations

from msgspec import Struct

from airspec.checker.explore.search import Exploration
from airspec.checker.model.world import World
from airspec.semantics.network.state import NO_DATA, DataId, Move


class Reached(Struct, frozen=True):
    """The number of some data in their world, and a shortest list of moves after which they first exist.

    `moves` is empty for the empty data.
    """

    number: DataId
    moves: tuple[Move, ...]


class Reach(Struct, frozen=True):
    """All data that were found in a network, the empty data first, and the number of its states.

    `complete` is False if the exploration ended at the bound on states.
    """

    data: tuple[Reached, ...]
    states: int
    complete: bool


def reach(world: World, states: int) -> Reach:
    """Return the data that invocations make in a world, explored in all orders of moves, up to `states` states."""
    exploration = Exploration(world, most=states)
    found = {NO_DATA: Reached(NO_DATA, ())}
    for number, _ in enumerate(exploration.states):  # which grow meanwhile
        for move, moved in exploration.leave(number):
            if moved.effect is not None and moved.effect.data not in found:
                data = moved.effect.data
                found[data] = Reached(data, (*exploration.path(number), move))
    return Reach(tuple(found.values()), len(exploration.states), exploration.complete)
