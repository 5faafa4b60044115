"""Sliders: how a run walks the two old traces, and writes the new one.

AquaVM 0.62: ``crates/air-lib/trace-handler/src/data_keeper/trace_slider.rs``, and ``keeper.rs`` beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace
from pyrsistent import PVector

from airspec.semantics.merge.join import Joined
from airspec.semantics.merge.memory import Memory, Positions, Slider, Window
from airspec.semantics.notation import definition, rules
from airspec.semantics.persistent import item_at, with_item
from airspec.spec.faults import Malformed, Source, Trap, WindowBeyondTrace
from airspec.spec.json_number import U32_MAX
from airspec.spec.states import State, Trace

J = TypeVar("J")
"""The result of a table of the join."""


@definition
def slider(trace: Trace) -> Slider:
    """A slider over a whole trace."""
    return Slider(trace, 0, len(trace))


@definition
def at_end(s: Slider) -> bool:
    """Whether nothing can be taken: the window is used up, or the trace is."""
    return s.seen >= s.length or s.position >= len(s.trace)


@definition
def peek(s: Slider) -> State | None:
    """The state that `advance` takes, or None."""
    return None if at_end(s) else s.trace[s.position]


@definition
def advance(s: Slider) -> Slider:
    """The slider after one state was taken, if there was one."""
    return s if at_end(s) else Slider(s.trace, s.position + 1, s.length, s.seen + 1)


@definition
def remaining(s: Slider) -> int:
    """How many states of the window have not been taken."""
    return s.length - s.seen


@rules("Merge", form="{s} ⊢ at {window} ⇓", reads="the slider {s}, put on the window {window}, is")
def place(s: Slider, window: Window) -> Slider | Malformed | Trap:
    """Put a slider on a window.  An empty window may stand anywhere."""
    if window.length != 0 and window.position + window.length > U32_MAX:
        "place-overflow: the end of the window is no number of 32 bits, and AquaVM panics"
        return Trap("window-overflow")
    elif window.length != 0 and window.position + window.length > len(s.trace):
        "place-outside: the window reaches beyond the trace"
        return Malformed(WindowBeyondTrace(len(s.trace), window.position, window.length))
    else:
        "place: the window starts unseen"
        return Slider(s.trace, window.position, window.length)


@rules("Merge", form="{s} ⊢ next {length} ⇓", reads="the slider {s}, limited to the next {length} states, is")
def narrow(s: Slider, length: int) -> Slider | Trap:
    """Limit a slider to the following states, of which there are at least so many if there is one."""
    if s.position > len(s.trace):
        "narrow-beyond: the slider was put on an empty window behind the trace, where AquaVM panics"
        return Trap("slider-beyond-trace")
    else:
        "narrow: only so many states follow"
        return limited(s, length)


@definition
def limited(s: Slider, length: int) -> Slider:
    """A slider that sees so many of the following states."""
    return Slider(s.trace, s.position, length)


class Taken(Struct, Generic[J], frozen=True, gc=False, eq=False):
    """One state was taken from each trace: their join, or why they contradict each other."""

    memory: Memory
    joined: J


@definition
def take(memory: Memory, join: Callable[[State | None, State | None], J]) -> Taken[J]:
    """Take one state from each trace, and join them with the table of the instruction."""
    joined = join(peek(memory.prev), peek(memory.current))
    moved = replace(memory, prev=advance(memory.prev), current=advance(memory.current))
    return Taken(locate(moved, joined), joined)


@rules(
    "Merge",
    form="{memory} ⊢ {joined} located ⇓",
    reads="in the merge {memory}, the positions of {joined} are remembered, which leaves",
)
def locate(memory: Memory, joined: object) -> Memory:
    """Remember which old states the next state of the result stands for."""
    position = len(memory.result)
    match joined:
        case Joined(_, _, Source.PREVIOUS):
            "locate-previous: it stands for the state just taken from prev"
            return replace(memory, prev_positions=pair(memory.prev_positions, position, memory.prev.position - 1))
        case Joined(_, _, Source.CURRENT):
            "locate-current: it stands for the state just taken from current"
            return replace(
                memory, current_positions=pair(memory.current_positions, position, memory.current.position - 1)
            )
        case Joined(_, _, Source.BOTH):
            "locate-both: it stands for the states just taken from both"
            return replace(
                memory,
                prev_positions=pair(memory.prev_positions, position, memory.prev.position - 1),
                current_positions=pair(memory.current_positions, position, memory.current.position - 1),
            )
        case _:
            "locate-none: it stands for no old state"
            return memory


@definition
def pair(positions: Positions, new: int, old: int) -> Positions:
    """A one-to-one map with a pair added; pairs that it contradicts are dropped."""
    displaced_old = item_at(positions.old, new)
    displaced_new = item_at(positions.new, old)
    return Positions(
        with_item(without(positions.old, displaced_new), new, old),
        with_item(without(positions.new, displaced_old), old, new),
    )


@definition
def without(vector: PVector[int | None], position: int | None) -> PVector[int | None]:
    """A sparse vector with nothing at a position, if one is given."""
    return vector if position is None else with_item(vector, position, None)


@definition
def push(memory: Memory, state: State) -> Memory:
    """The result with one more state."""
    return replace(memory, result=memory.result.append(state))
