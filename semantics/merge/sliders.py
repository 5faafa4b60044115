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
    """Return a slider at the beginning of a trace, whose window is the whole trace."""
    return Slider(trace, 0, len(trace))


@definition
def at_end(s: Slider) -> bool:
    """Return whether no state can be taken, because the window or the trace is used up."""
    return s.seen >= s.length or s.position >= len(s.trace)


@definition
def peek(s: Slider) -> State | None:
    """Return the next state of a slider, without taking it; None if there is none."""
    return None if at_end(s) else s.trace[s.position]


@definition
def advance(s: Slider) -> Slider:
    """Return the slider moved past its next state, or unchanged if there is none."""
    return s if at_end(s) else Slider(s.trace, s.position + 1, s.length, s.seen + 1)


@definition
def remaining(s: Slider) -> int:
    """Return the number of states of the window that have not been taken."""
    return s.length - s.seen


@rules("Merge", form="{s} ⊢ at {window} ⇓", reads="the slider {s}, placed on the window {window}, is")
def place(s: Slider, window: Window) -> Slider | Malformed | Trap:
    """Return the slider placed at the beginning of a window, which must be within the trace unless it is empty."""
    if window.length != 0 and window.position + window.length > U32_MAX:
        "place-overflow: the end of the window is no number of 32 bits, and AquaVM panics"
        return Trap("window-overflow")
    elif window.length != 0 and window.position + window.length > len(s.trace):
        "place-outside: the window reaches beyond the trace"
        return Malformed(WindowBeyondTrace(len(s.trace), window.position, window.length))
    else:
        "place: the slider stands at the beginning of the window, of which nothing has been taken"
        return Slider(s.trace, window.position, window.length)


@rules("Merge", form="{s} ⊢ next {length} ⇓", reads="the slider {s}, limited to the next {length} states, is")
def narrow(s: Slider, length: int) -> Slider | Trap:
    """Return the slider limited to its next `length` states; whether so many are left is not checked."""
    if s.position > len(s.trace):
        "narrow-beyond: the slider was placed on an empty window behind the trace, where AquaVM panics"
        return Trap("slider-beyond-trace")
    else:
        "narrow: the slider is limited to the next states"
        return limited(s, length)


@definition
def limited(s: Slider, length: int) -> Slider:
    """Return a slider at the same position whose window is the next `length` states."""
    return Slider(s.trace, s.position, length)


class Taken(Struct, Generic[J], frozen=True, gc=False, eq=False):
    """The merge after one state of each trace was taken, and the join of the two, which may be an error."""

    memory: Memory
    joined: J


@definition
def take(memory: Memory, join: Callable[[State | None, State | None], J]) -> Taken[J]:
    """Take the next state of each trace, or None where there is none, and join the two by the instruction's table."""
    joined = join(peek(memory.prev), peek(memory.current))
    moved = replace(memory, prev=advance(memory.prev), current=advance(memory.current))
    return Taken(locate(moved, joined), joined)


@rules(
    "Merge",
    form="{memory} ⊢ {joined} located ⇓",
    reads="in the merge {memory}, the positions of {joined} are remembered, which leaves",
)
def locate(memory: Memory, joined: object) -> Memory:
    """Record which old states the next state of the new trace stands for.

    These are the states just taken from the traces that `joined` names.
    """
    position = len(memory.result)
    match joined:
        case Joined(_, _, Source.PREVIOUS):
            "locate-previous: the new state stands for the state just taken from the previous data"
            return replace(memory, prev_positions=pair(memory.prev_positions, position, memory.prev.position - 1))
        case Joined(_, _, Source.CURRENT):
            "locate-current: the new state stands for the state just taken from the current data"
            return replace(
                memory, current_positions=pair(memory.current_positions, position, memory.current.position - 1)
            )
        case Joined(_, _, Source.BOTH):
            "locate-both: the new state stands for the states just taken from both"
            return replace(
                memory,
                prev_positions=pair(memory.prev_positions, position, memory.prev.position - 1),
                current_positions=pair(memory.current_positions, position, memory.current.position - 1),
            )
        case _:
            "locate-none: the new state stands for no old state"
            return memory


@definition
def pair(positions: Positions, new: int, old: int) -> Positions:
    """Return the one-to-one map with a new and an old position paired; earlier pairs of either are dropped."""
    displaced_old = item_at(positions.old, new)
    displaced_new = item_at(positions.new, old)
    return Positions(
        with_item(without(positions.old, displaced_new), new, old),
        with_item(without(positions.new, displaced_old), old, new),
    )


@definition
def without(vector: PVector[int | None], position: int | None) -> PVector[int | None]:
    """Return the vector with None at a position; if the position is None, the vector unchanged."""
    return vector if position is None else with_item(vector, position, None)


@definition
def push(memory: Memory, state: State) -> Memory:
    """Return the memory with one more state at the end of the new trace."""
    return replace(memory, result=memory.result.append(state))
