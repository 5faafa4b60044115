"""The rules that fire in a move of the network and in its invocation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from airspec.checker.model.moves import make_move
from airspec.checker.model.story import Event
from airspec.checker.model.world import World
from airspec.semantics.notation.engine import firing
from airspec.semantics.notation.reading import NotationError

STEP: Final = "Step/"
"""The prefix of the names of transitions."""


@contextmanager
def recording() -> Iterator[list[str]]:
    """Yield a list to which the name of each rule is added whenever it fires within the `with` block.

    The list stays empty if a rule of the machine is outside the notation; `airspec lint-rules` names that rule.
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


def by_relation(fired: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the rules of *Step* among the names of those that fired, one for each step, and all others, each once."""
    steps = tuple(name for name in fired if name.startswith(STEP))
    return steps, tuple(dict.fromkeys(name for name in fired if not name.startswith(STEP)))


def fired_rules(world: World, event: Event) -> Counter[str]:
    """Return how often each rule fires in a move and its invocation, in the order of first firing."""
    with recording() as log:
        make_move(world, event.state, event.move)  # the world remembers the invocation
        if event.invocation is not None:
            world.outcome(event.invocation)
        return Counter(log)
