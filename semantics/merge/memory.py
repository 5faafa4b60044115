"""The memory of the merge: where a run stands in both old traces, and the new trace so far.

AquaVM 0.62: ``crates/air-lib/trace-handler/src/data_keeper/keeper.rs``.
"""

from __future__ import annotations

from msgspec import Struct
from pyrsistent import PVector, pvector
from rpds import HashTrieMap

from airspec.spec.states import Lore, Par, State, Trace


class Slider(Struct, frozen=True, gc=False, eq=False):
    """A window into a trace: `seen` of its `length` states have been taken, the next one stands at `position`."""

    trace: Trace
    position: int
    length: int
    seen: int = 0


class Positions(Struct, frozen=True, gc=False, eq=False):
    """A one-to-one map between positions in the new trace and positions in an old one.

    `old` gives the old position for each new one, and `new` the new for each old one; None where there is none.
    """

    old: PVector[int | None] = pvector()
    new: PVector[int | None] = pvector()


class Window(Struct, frozen=True, gc=False):
    """A part of a trace on which a slider is to be placed: the position of its first state, and its length."""

    position: int
    length: int


class LoreWindows(Struct, frozen=True, gc=False):
    """The windows of one fold iteration in an old trace: on its states before ``next``, and on those after."""

    before: Window
    after: Window


class LoreEntry(Struct, frozen=True, gc=False, eq=False):
    """The lore of one iteration while it is being recorded, with its windows in both old traces, None where it is not.

    `value` is the position of its value in the new trace. `phase` counts what has happened: 0 when the states before
    ``next`` have begun, 1 when they have ended, 2 when those after it have begun, 3 when these have ended.
    """

    value: int
    prev: LoreWindows | None
    current: LoreWindows | None
    before_start: int
    before_end: int = 0
    after_start: int = 0
    after_end: int = 0
    phase: int = 0


class FoldRecord(Struct, frozen=True, gc=False, eq=False):
    """A running fold over a stream, as the merge sees it.

    `position` is where its state will stand; `prev` and `current` have the windows of the iterations in each old trace,
    by the position of the value there, and the exits are the windows on what follows the fold. `queue` holds the
    iterations of the current generation and `back` how many of them are still open; `going_back` is set once the last
    one is past its ``next``; `lore` is complete for the generations before.
    """

    position: int
    prev: HashTrieMap[int, LoreWindows]
    current: HashTrieMap[int, LoreWindows]
    prev_exit: Window
    current_exit: Window
    queue: PVector[LoreEntry] = pvector()
    back: int = 0
    going_back: bool = False
    lore: tuple[Lore, ...] = ()


class Memory(Struct, frozen=True, gc=False, eq=False):
    """The memory of a merge: a slider on each old trace, the new trace so far, and the folds that are running.

    The positions say which old states each state of the new trace stands for.
    """

    prev: Slider
    current: Slider
    result: PVector[State] = pvector()
    prev_positions: Positions = Positions()
    current_positions: Positions = Positions()
    folds: HashTrieMap[int, FoldRecord] = HashTrieMap()
    fold_count: int = 0


class ParWindow(Struct, frozen=True, gc=False, eq=False):
    """The branches of a ``par`` in one trace.

    `begin` is the position of their first state, `sizes` has their numbers of states, and `rest` is the number of
    states in the window behind them.
    """

    begin: int
    sizes: Par
    rest: int
