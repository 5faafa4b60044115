"""Which rules an invocation fires."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from semantics.network.world import Invocation, World
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


def fired_rules(world: World, invocation: Invocation) -> Counter[str]:
    """How often each rule fires in an invocation, in the order of their first firing."""
    with recording() as log:
        world.outcome(invocation)
        return Counter(log)
