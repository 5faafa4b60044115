"""Which rules a move of the network fires, and the invocation that it makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from semantics.network.moves import make_move
from semantics.network.story import Event
from semantics.network.world import World
from semantics.notation.engine import firing
from semantics.notation.reading import NotationError


@contextmanager
def recording() -> Iterator[list[str]]:
    """A list that rules write their names into, as `semantics.notation.firing`.

    It stays empty while some rule of the machine is outside the notation; `airspec lint-rules` tells which.
    """
    recorder = firing()
    try:
        log = recorder.__enter__()
    except NotationError:
        yield []
        return
    try:
        yield log
    finally:
        recorder.__exit__(None, None, None)


def fired_rules(world: World, event: Event) -> Counter[str]:
    """How often each rule fires in a move and in the invocation that it makes, in the order of their first firing."""
    with recording() as log:
        make_move(world, event.state, event.move)  # the world remembers the invocation
        if event.invocation is not None:
            world.outcome(event.invocation)
        return Counter(log)
