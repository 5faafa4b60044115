"""Meeting: what both sides have recorded of the instruction that is reached."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from semantics.configuration import Config
from semantics.merge.join import Joined, NotMet, join_fold, join_par
from semantics.merge.lore import start_fold
from semantics.merge.memory import Memory, ParWindow
from semantics.merge.sliders import take
from semantics.merge.windows import left_beyond, par_window
from semantics.notation import definition, rules
from spec.faults import Conflict, Malformed, Source, Trap, Unexpected
from spec.states import Par, State

Table = Callable[[State | None, State | None], NotMet | Joined | Conflict | Unexpected]
"""A table of the join."""


class Met(Struct, frozen=True, gc=False, eq=False):
    """What both sides recorded of an instruction: the joined `state` (None: nothing), and the side that it is from.

    `at` is the configuration behind the states that were taken.
    """

    at: Config
    state: State | None
    source: Source


@rules("Merge")
def meet(c: Config, table: Table) -> Met | Conflict | Unexpected:
    """Take one state from each side; what they amount to by the table of the instruction, or why they cannot."""
    taken = take(c.memory, table)
    match taken.joined:
        case Joined(state, source, _):
            "meet: at least one side has recorded the instruction"
            return Met(replace(c, memory=taken.memory), state, source)
        case NotMet():
            "meet-nothing: nobody has recorded it yet"
            return Met(replace(c, memory=taken.memory), None, Source.NEITHER)
        case _:
            "meet-conflict: the two sides cannot both be true, or belong to another script"
            return taken.joined


class Windows(Struct, frozen=True, gc=False, eq=False):
    """Where the branches of a ``par`` stand on each side; `memory` is behind the states of the ``par`` itself."""

    memory: Memory
    prev: ParWindow
    current: ParWindow


@rules("Merge")
def meet_par(c: Config) -> Windows | Conflict | Unexpected | Malformed:
    """Take the state of a ``par`` from each side; where its branches stand there."""
    taken = take(c.memory, join_par)
    match taken.joined:
        case Conflict() | Unexpected():
            "meet-par-conflict: the data record another instruction here"
            return taken.joined
        case _:
            "meet-par: each side says how many states belong to each branch"
            return windows_of(taken.memory, taken.joined.prev, taken.joined.current)


@definition
def windows_of(memory: Memory, prev: Par, current: Par) -> Windows | Malformed:
    """The windows of both sides, or the first impossible size."""
    problem = left_beyond(memory.prev, prev) or left_beyond(memory.current, current)
    ours = par_window(memory.prev, prev)
    theirs = par_window(memory.current, current)
    if problem is not None:
        return Malformed(problem)
    elif isinstance(ours, str):
        return Malformed(ours)
    elif isinstance(theirs, str):
        return Malformed(theirs)
    else:
        return Windows(memory, ours, theirs)


@rules("Merge")
def meet_fold(c: Config) -> Memory | Conflict | Unexpected | Malformed | Trap:
    """Take the state of a fold over a stream from each side, and begin the fold with the lore of both."""
    taken = take(c.memory, join_fold)
    match taken.joined:
        case Conflict() | Unexpected():
            "meet-fold-conflict: the data record another instruction here"
            return taken.joined
        case _:
            "meet-fold: each side brings its own iterations"
            return possible(start_fold(taken.memory, taken.joined.prev, taken.joined.current))


@definition
def possible(memory: Memory | str | Trap) -> Memory | Malformed | Trap:
    """A memory, or why the data cannot be true."""
    return Malformed(memory) if isinstance(memory, str) else memory
