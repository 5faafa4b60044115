"""Meeting an instruction: what both sides recorded of it, when one state of each trace is taken.

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
    """An instruction meets what both sides recorded of it: `at` stands behind that in both traces.

    `state` is what the two recordings amount to, from the `source`; None if neither side has recorded anything.
    """

    at: Config
    state: State | None
    source: Source


@rules("Merge", form="{c} ⊢ {table} met ⇓", reads="in {c}, what both sides recorded, joined by {table}, is")
def meet(c: Config, table: Callable[[State | None, State | None], JoinResult]) -> Met | Conflict | Unexpected:
    """What both sides recorded of a call, an append or a canon, by the table of the instruction."""
    taken = take(c.memory, table)
    joined = need(taken.joined)
    match joined:
        case Joined(state, source, _):
            "meet-state: both recordings amount to one state"
            return Met(replace(c, memory=taken.memory), state, source)
        case _:
            "meet-nothing: neither side has recorded anything"
            return Met(replace(c, memory=taken.memory), None, Source.NEITHER)


class Windows(Struct, frozen=True, gc=False, eq=False):
    """Where the branches of a ``par`` stand on each side; `memory` stands behind the states of the ``par`` itself."""

    memory: Memory
    prev: ParWindow
    current: ParWindow


@rules("Merge", form="{c} ⊢ par met ⇓", reads="in {c}, what both sides recorded of a par is")
def meet_par(c: Config) -> Windows | Conflict | Unexpected | Malformed:
    """What both sides recorded of a ``par``; the ends of the left branches are looked at first, on both sides."""
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
    reads="in the merge {memory}, a fold that both sides may have recorded begins, which leaves",
)
def meet_fold(memory: Memory) -> Memory | Conflict | Unexpected | Malformed | Trap:
    """What both sides recorded of a fold over a stream, which begins."""
    taken = take(memory, join_fold)
    lore = need(taken.joined)
    return start_fold(taken.memory, lore.prev, lore.current)
