"""Taking the next state of each trace for an instruction, and joining the two.

An instruction is *met* when that has been done for it.

AquaVM 0.62: ``crates/air-lib/trace-handler/src/handler.rs``, and ``merger/`` beside it.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from airspec.semantics.configuration import Config
from airspec.semantics.merge.fold_lore import start_fold
from airspec.semantics.merge.join import Joined, JoinResult, join_fold, join_par
from airspec.semantics.merge.memory import Memory, ParWindow
from airspec.semantics.merge.par_windows import par_window, possible_left
from airspec.semantics.merge.sliders import take
from airspec.semantics.notation import need, rules
from airspec.spec.faults import Conflict, Malformed, Source, Trap, Unexpected
from airspec.spec.states import State


class Met(Struct, frozen=True, gc=False, eq=False):
    """The result of taking the next state of each trace and of joining the two.

    `state` is the joined state (None if neither trace has one), `source` says from which trace it is, and `at` is the
    configuration afterwards.
    """

    at: Config
    state: State | None
    source: Source


@rules("Merge", form="{c} ⊢ {table} met ⇓", reads="in {c}, the next states of both traces, joined by {table}, are")
def meet(c: Config, table: Callable[[State | None, State | None], JoinResult]) -> Met | Conflict | Unexpected:
    """Take the next state of each trace for a call, an append or a canon, and join the two by `table`."""
    taken = take(c.memory, table)
    joined = need(taken.joined)
    match joined:
        case Joined(state, source, _):
            "meet-state: at least one trace has the instruction"
            return Met(replace(c, memory=taken.memory), state, source)
        case _:
            "meet-nothing: neither trace has the instruction"
            return Met(replace(c, memory=taken.memory), None, Source.NEITHER)


class Windows(Struct, frozen=True, gc=False, eq=False):
    """The branches of a ``par`` in each trace; `memory` is the merge after the states of the ``par`` were taken."""

    memory: Memory
    prev: ParWindow
    current: ParWindow


@rules("Merge", form="{c} ⊢ par met ⇓", reads="in {c}, the branches of a par have the windows")
def meet_par(c: Config) -> Windows | Conflict | Unexpected | Malformed:
    """Take the next state of each trace for a ``par``, and return the windows of its branches.

    The ends of the left branches are checked first, in both traces.
    """
    taken = take(c.memory, join_par)
    sizes = need(taken.joined)
    need(possible_left(taken.memory.prev, sizes.prev))
    need(possible_left(taken.memory.current, sizes.current))
    prev = need(par_window(taken.memory.prev, sizes.prev))
    current = need(par_window(taken.memory.current, sizes.current))
    return Windows(taken.memory, prev, current)


@rules(
    "Merge",
    form="{memory} ⊢ fold met ⇓",
    reads="in the merge {memory}, a fold that either trace may have begins, which leaves",
)
def meet_fold(memory: Memory) -> Memory | Conflict | Unexpected | Malformed | Trap:
    """Take the next state of each trace for a fold over a stream, and begin the fold."""
    taken = take(memory, join_fold)
    lore = need(taken.joined)
    return start_fold(taken.memory, lore.prev, lore.current)
