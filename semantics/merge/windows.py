"""Windows of ``par``: which states of the old traces belong to which branch (section 6.3 of the reference).

After each branch the sliders are put behind its states, whatever it took.  Where the reference ignores that a
slider cannot be put there, the slider stays where it is.
"""

from __future__ import annotations

from msgspec.structs import replace

from semantics.merge.memory import Memory, ParWindow, Slider, Window
from semantics.merge.sliders import limited, narrow, place, remaining
from semantics.notation import definition, need, rules
from spec.faults import Trap
from spec.json_number import U32_MAX
from spec.rust_states import record_text
from spec.states import Par


@rules("Merge")
def left_beyond(s: Slider, sizes: Par) -> str | None:
    """Why the left branch cannot be as long as one side recorded; the reference looks at it first, on both sides."""
    if s.position + sizes.left > U32_MAX:
        "par-left-overflow: the left branch ends beyond any trace"
        return position_overflow(s, sizes)
    else:
        "par-left-possible: its end is a position"
        return None


@rules("Merge")
def par_window(s: Slider, sizes: Par) -> ParWindow | str:
    """The window of a par on one side, as it is met; the text says why the recorded sizes cannot be true."""
    if sizes.left + sizes.right > U32_MAX:
        "par-overflow: the branches are longer than any trace"
        return (
            "overflow is occurred while calculating the entire len occupied by executed states corresponded to "
            f"current par: '{record_text(sizes)}'"
        )
    elif s.position + sizes.left + sizes.right > U32_MAX:
        "par-right-overflow: the right branch ends beyond any trace"
        return position_overflow(s, sizes)
    elif sizes.left + sizes.right > remaining(s):
        "par-underflow: the branches are longer than what is left"
        return (
            "underflow is occurred while calculating the new position of a current slider for resolved par "
            f"{record_text(sizes)} and current subtrace len {remaining(s)}'"
        )
    else:
        "par-window: the branches follow here, and then the rest"
        return ParWindow(s.position, sizes, remaining(s) - sizes.left - sizes.right)


@definition
def position_overflow(s: Slider, sizes: Par) -> str:
    """The message for branches that end beyond any trace; it says "previous" of either side."""
    return (
        "overflow is occurred while calculating the new position of a previous slider for resolved par "
        f"{record_text(sizes)} and current position {s.position}'"
    )


@rules("Merge")
def enter_left(memory: Memory, prev: ParWindow, current: ParWindow) -> Memory | Trap:
    """Show each slider the states of the left branch: it sees its own states only."""
    prev_slider = need(narrow(memory.prev, prev.sizes.left))
    current_slider = need(narrow(memory.current, current.sizes.left))
    return replace(memory, prev=prev_slider, current=current_slider)


@definition
def enter_right(memory: Memory, prev: ParWindow, current: ParWindow) -> Memory:
    """Put each slider behind the left branch, and show it the states of the right one."""
    prev_slider = placed(memory.prev, Window(prev.begin + prev.sizes.left, prev.sizes.left))
    current_slider = placed(memory.current, Window(current.begin + current.sizes.left, current.sizes.left))
    return replace(
        memory,
        prev=limited(prev_slider, prev.sizes.right),
        current=limited(current_slider, current.sizes.right),
    )


@definition
def leave_par(memory: Memory, prev: ParWindow, current: ParWindow) -> Memory:
    """Put each slider behind both branches."""
    return replace(
        memory,
        prev=placed(memory.prev, behind(prev)),
        current=placed(memory.current, behind(current)),
    )


@definition
def behind(window: ParWindow) -> Window:
    """What follows a par."""
    return Window(window.begin + window.sizes.left + window.sizes.right, window.rest)


@rules("Merge")
def placed(s: Slider, window: Window) -> Slider:
    """Put a slider on a window if that is possible."""
    moved = place(s, window)
    match moved:
        case str() | Trap():
            "placed-not: a window beyond the trace is ignored"
            return s
        case _:
            "placed: the slider starts there"
            return moved
