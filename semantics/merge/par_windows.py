"""Windows of ``par``: which states of the old traces belong to which branch.

After each branch the sliders are placed behind its states, whatever it took.  Where AquaVM ignores that a
slider cannot be placed there, the slider stays where it is.

AquaVM 0.62: ``crates/air-lib/trace-handler/src/state_automata/par_fsm.rs``.
"""

from __future__ import annotations

from msgspec.structs import replace

from airspec.semantics.merge.memory import Memory, ParWindow, Slider, Window
from airspec.semantics.merge.sliders import limited, narrow, place, remaining
from airspec.semantics.notation import definition, need, rules
from airspec.spec.faults import Malformed, ParBeyondTrace, ParBeyondWindow, ParTooLong, Trap
from airspec.spec.json_number import U32_MAX
from airspec.spec.states import Par


@rules(
    "Merge",
    form="{s} ⊢ left of {sizes} possible ⇓",
    reads="before the slider {s}, the left branch of {sizes} can be, and the sizes are",
)
def possible_left(s: Slider, sizes: Par) -> Par | Malformed:
    """Return the sizes of a par unchanged, if its left branch ends at a position that a trace can have."""
    if s.position + sizes.left > U32_MAX:
        "par-left-overflow: the left branch ends beyond the greatest position of any trace"
        return Malformed(ParBeyondTrace(sizes, s.position))
    else:
        "par-left-possible: the left branch ends at a position that a trace can have"
        return sizes


@rules(
    "Merge",
    form="{s} ⊢ par {sizes} ⇓",
    reads="before the slider {s}, the par with the sizes {sizes} has the window",
)
def par_window(s: Slider, sizes: Par) -> ParWindow | Malformed:
    """Return where the branches of a par stand in one trace, whose slider stands right behind the par's state."""
    if sizes.left + sizes.right > U32_MAX:
        "par-overflow: the branches are together longer than any trace can be"
        return Malformed(ParTooLong(sizes))
    elif s.position + sizes.left + sizes.right > U32_MAX:
        "par-right-overflow: the right branch ends beyond the greatest position of any trace"
        return Malformed(ParBeyondTrace(sizes, s.position))
    elif sizes.left + sizes.right > remaining(s):
        "par-underflow: the branches are longer than what is left of the window"
        return Malformed(ParBeyondWindow(sizes, remaining(s)))
    else:
        "par-window: the branches follow here, and the rest of the window after them"
        return ParWindow(s.position, sizes, remaining(s) - sizes.left - sizes.right)


@rules(
    "Merge",
    form="{memory} ⊢ left of {prev}, {current} ⇓",
    reads="in the merge {memory}, the left branch of {prev} and {current} is entered, which leaves",
)
def enter_left(memory: Memory, prev: ParWindow, current: ParWindow) -> Memory | Trap:
    """Limit each slider to the states of the left branch in its own trace."""
    prev_slider = need(narrow(memory.prev, prev.sizes.left))
    current_slider = need(narrow(memory.current, current.sizes.left))
    return replace(memory, prev=prev_slider, current=current_slider)


@definition
def enter_right(memory: Memory, prev: ParWindow, current: ParWindow) -> Memory:
    """Return the memory with each slider placed behind the left branch, and limited to the right one."""
    prev_slider = placed(memory.prev, Window(prev.begin + prev.sizes.left, prev.sizes.left))
    current_slider = placed(memory.current, Window(current.begin + current.sizes.left, current.sizes.left))
    return replace(
        memory,
        prev=limited(prev_slider, prev.sizes.right),
        current=limited(current_slider, current.sizes.right),
    )


@definition
def leave_par(memory: Memory, prev: ParWindow, current: ParWindow) -> Memory:
    """Return the memory with each slider placed behind both branches of the par in its trace."""
    return replace(
        memory,
        prev=placed(memory.prev, behind(prev)),
        current=placed(memory.current, behind(current)),
    )


@definition
def behind(window: ParWindow) -> Window:
    """Return the window on the states that follow a par."""
    return Window(window.begin + window.sizes.left + window.sizes.right, window.rest)


@rules(
    "Merge",
    form="{s} ⊢ at {window} or not ⇓",
    reads="the slider {s}, placed on the window {window} if that can be, is",
)
def placed(s: Slider, window: Window) -> Slider:
    """Return the slider placed on a window, or the slider unchanged if it cannot be placed there."""
    moved = place(s, window)
    match moved:
        case Malformed() | Trap():
            "placed-not: the window is beyond the trace, so the slider stays where it is"
            return s
        case _:
            "placed: the slider starts at the beginning of the window"
            return moved
