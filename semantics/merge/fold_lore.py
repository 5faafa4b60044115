"""Folds over streams: lore, the windows that it opens, and how it is written.

The states of one iteration stand in two runs: those before its ``next``, and those after, which follow the
states of all later iterations.  Iterations are matched between traces by the value that they are for.

AquaVM 0.62: ``crates/air-lib/trace-handler/src/state_automata/fold_fsm.rs``,
``crates/air-lib/trace-handler/src/merger/fold_merger/fold_lore_resolver.rs``.
"""

from __future__ import annotations

from itertools import accumulate, groupby
from operator import itemgetter

from msgspec import Struct
from msgspec.structs import replace
from pyrsistent import pvector
from rpds import HashTrieMap

from airspec.semantics.judgements import all_of
from airspec.semantics.merge.memory import FoldRecord, LoreEntry, LoreWindows, Memory, Slider, Window
from airspec.semantics.merge.par_windows import placed
from airspec.semantics.merge.sliders import narrow, place, push, remaining
from airspec.semantics.notation import definition, need, rules
from airspec.semantics.persistent import item_at
from airspec.spec.faults import (
    FoldBeyondTrace,
    FoldBeyondWindow,
    LoreNoValue,
    LoreNowhere,
    LoreRepeated,
    LoreRuns,
    LoreTooLong,
    Malformed,
    Source,
    Trap,
)
from airspec.spec.json_number import U32_MAX
from airspec.spec.states import Ap, Executed, Fold, Lore, Par, State, StreamResult, Subtrace, Trace

# --- reading ----------------------------------------------------------------------------------------


class ResolvedLore(Struct, frozen=True, gc=False, eq=False):
    """The windows of a recorded fold by the position of the value, and how many states it holds in all."""

    windows: HashTrieMap[int, LoreWindows]
    count: int


@rules("Lore", form="{trace} ⊢ {fold} opens ⇓", reads="in the trace {trace}, the fold {fold} opens the windows")
def resolve_lore(fold: Fold, trace: Trace) -> ResolvedLore | Malformed | Trap:
    """Find the windows of a recorded fold."""
    values = tuple(entry.value for entry in fold.lore)
    totals = tuple(accumulate(run_lengths(entry) for entry in fold.lore))
    need(all_of(tuple(possible_entry(fold, i, total, trace) for i, total in enumerate(totals))))
    if len(set(values)) != len(values):
        "lore-repeated: two entries for one value"
        return Malformed(LoreRepeated(fold, repeated(values)))
    else:
        "lore: entries of one generation open nested windows"
        return ResolvedLore(
            HashTrieMap(
                {
                    entry.value: windows
                    for group in by_generation(fold, trace)
                    for entry, windows in zip(group, generation_windows(group), strict=True)
                }
            ),
            sum(run_lengths(entry) for entry in fold.lore),
        )


@definition
def run_lengths(entry: Lore) -> int:
    """How many states an entry tells of."""
    return sum(run.length for run in entry.subtraces)


@definition
def by_generation(fold: Fold, trace: Trace) -> tuple[tuple[Lore, ...], ...]:
    """The entries of a fold, grouped where consecutive ones are for values of one generation."""
    numbered = tuple((generation_of(trace[entry.value]), entry) for entry in fold.lore)
    return tuple(tuple(entry for _, entry in group) for _, group in groupby(numbered, itemgetter(0)))


@definition
def repeated(values: tuple[int, ...]) -> int:
    """The first value that stands in a sequence for a second time."""
    return next(value for i, value in enumerate(values) if value in values[:i])


@rules(
    "Lore",
    form="{trace}, {total} ⊢ {fold}[{index}] possible ⇓",
    reads="in the trace {trace}, with {total} states so far, entry {index} of the fold {fold} can be, and is",
)
def possible_entry(fold: Fold, index: int, total: int, trace: Trace) -> Lore | Malformed | Trap:
    """One entry of a recorded fold, if it can be; `total` is how many states it and those before it tell of."""
    entry = fold.lore[index]
    if len(entry.subtraces) != 2:
        "entry-runs: an entry has one run before and one after"
        return Malformed(LoreRuns(len(entry.subtraces)))
    elif entry.value >= len(trace):
        "entry-nowhere: the value's position is beyond the trace"
        return Malformed(LoreNowhere(entry.value, len(trace)))
    elif trace[entry.value] == Ap(()):
        "entry-no-generation: an append without a generation, which AquaVM relies on"
        return Trap("append-without-generation")
    elif is_unwritable(trace[entry.value]):
        "entry-unwritable: a fold whose own entries lack runs; AquaVM panics as it writes the complaint"
        return Trap("malformed-fold-in-message")
    elif generation_of(trace[entry.value]) is None:
        "entry-no-value: the state at the value's position puts nothing into a stream"
        return Malformed(LoreNoValue(trace[entry.value]))
    elif total > U32_MAX:
        "entry-overflow: the runs up to here are longer than any trace"
        return Malformed(LoreTooLong(fold, index))
    else:
        "entry: well formed"
        return entry


@definition
def is_unwritable(state: State) -> bool:
    """Whether a state is a fold that AquaVM cannot write in a message: it looks at both runs of each entry."""
    match state:
        case Fold(lore):
            return any(len(entry.subtraces) < 2 for entry in lore)
        case _:
            return False


@definition
def generation_of(state: State) -> int | None:
    """The generation into which a state puts a value."""
    match state:
        case Executed(StreamResult(_, generation)):
            return generation
        case Ap((generation, *_)):
            return generation
        case _:
            return None


@definition
def generation_windows(group: tuple[Lore, ...]) -> tuple[LoreWindows, ...]:
    """The windows of one generation: an iteration contains all later ones, which stand between its two runs."""
    before = tuple(entry.subtraces[0] for entry in group)
    after = tuple(entry.subtraces[1] for entry in group)
    after_lengths = tuple(accumulate(run.length for run in after))
    before_lengths = tuple(accumulate(run.length for run in reversed(before)))[::-1]
    return tuple(
        LoreWindows(Window(b.begin, before_length + after_lengths[-1]), Window(a.begin, after_length))
        for b, a, before_length, after_length in zip(before, after, before_lengths, after_lengths, strict=True)
    )


# --- a running fold ---------------------------------------------------------------------------------


@rules(
    "Lore",
    form="{memory} ⊢ fold {prev}, {current} starts ⇓",
    reads="in the merge {memory}, the fold with the lore {prev} and {current} starts, and leaves",
)
def start_fold(memory: Memory, prev: Fold, current: Fold) -> Memory | Malformed | Trap:
    """Begin a fold over a stream: a place for its state is kept, before the states of its iterations."""
    prev_lore = need(resolve_lore(prev, memory.prev.trace))
    current_lore = need(resolve_lore(current, memory.current.trace))
    prev_exit = need(exit_window(memory.prev, prev_lore, Source.PREVIOUS))
    current_exit = need(exit_window(memory.current, current_lore, Source.CURRENT))
    record = FoldRecord(len(memory.result), prev_lore.windows, current_lore.windows, prev_exit, current_exit)
    return replace(
        push(memory, Par(0, 0)),
        folds=memory.folds.insert(memory.fold_count, record),
        fold_count=memory.fold_count + 1,
    )


@rules(
    "Lore",
    form="{side} ⊢ {s} behind {lore} ⇓",
    reads="on the side {side}, behind the fold {lore} that the slider {s} stands before follows",
)
def exit_window(s: Slider, lore: ResolvedLore, side: Source) -> Window | Malformed:
    """The states that follow a fold in one trace."""
    if s.position + lore.count > U32_MAX:
        "exit-overflow: the fold ends beyond any trace"
        return Malformed(FoldBeyondTrace(side, entries_of(lore), lore.count, s.position))
    elif lore.count > remaining(s):
        "exit-underflow: the fold has more states than are left"
        return Malformed(FoldBeyondWindow(side, entries_of(lore), lore.count, s.position))
    else:
        "exit-window: the rest of the window"
        return Window(s.position + lore.count, remaining(s) - lore.count)


@definition
def entries_of(lore: ResolvedLore) -> tuple[Lore, ...]:
    """The windows of a fold as entries, in the order of their values."""
    return tuple(entry_of(value, lore.windows[value]) for value in sorted(lore.windows))


@definition
def entry_of(value: int, windows: LoreWindows) -> Lore:
    """The windows of one iteration as an entry."""
    return Lore(
        value,
        (
            Subtrace(windows.before.position, windows.before.length),
            Subtrace(windows.after.position, windows.after.length),
        ),
    )


@rules(
    "Lore",
    form="{memory} ⊢ fold {number} enters {value} ⇓",
    reads="in the merge {memory}, the fold {number} enters the iteration for {value}, which leaves",
)
def start_iteration(memory: Memory, number: int, value: int) -> Memory | Malformed | Trap:
    """Begin the iteration for a value, given by the position of its state in the result.

    The sliders show what each side recorded for this value before its ``next``; each record is used once.
    """
    fold = memory.folds[number]
    prev_position = item_at(memory.prev_positions.old, value)
    current_position = item_at(memory.current_positions.old, value)
    prev = None if prev_position is None else fold.prev.get(prev_position)
    current = None if current_position is None else fold.current.get(current_position)
    entry = LoreEntry(value, prev, current, len(memory.result))
    opened = replace(
        fold,
        prev=fold.prev if prev_position is None else fold.prev.discard(prev_position),
        current=fold.current if current_position is None else fold.current.discard(current_position),
        queue=fold.queue.append(entry),
        back=fold.back + 1,
    )
    return open_windows(
        set_fold(memory, number, opened),
        None if prev is None else prev.before,
        None if current is None else current.before,
    )


@rules(
    "Lore",
    form="{memory} ⊢ {prev}, {current} shown ⇓",
    reads="in the merge {memory}, the windows {prev} and {current} are shown, which leaves",
)
def open_windows(memory: Memory, prev: Window | None, current: Window | None) -> Memory | Malformed | Trap:
    """Show each slider the states of an iteration in its own trace."""
    prev_slider = need(open_window(memory.prev, prev))
    current_slider = need(open_window(memory.current, current))
    return replace(memory, prev=prev_slider, current=current_slider)


@rules("Lore", form="{s} ⊢ {window} shown ⇓", reads="the slider {s} shows the window {window}, as")
def open_window(s: Slider, window: Window | None) -> Slider | Malformed | Trap:
    """Show a slider the states of an iteration in its trace."""
    if window is None:
        "window-unknown: the trace has nothing for the value"
        return narrow(s, 0)
    else:
        "window-known: the states that the trace has for the value"
        return place(s, window)


@definition
def set_fold(memory: Memory, number: int, fold: FoldRecord) -> Memory:
    """The merge with one fold's record replaced."""
    return replace(memory, folds=memory.folds.insert(number, fold))


@definition
def current_entry(fold: FoldRecord) -> LoreEntry:
    """The lore of the innermost iteration that is still open."""
    return fold.queue[fold.back - 1]


@definition
def set_entry(fold: FoldRecord, entry: LoreEntry) -> FoldRecord:
    """The fold with the lore of its innermost open iteration replaced."""
    return replace(fold, queue=fold.queue.set(fold.back - 1, entry))


@definition
def end_before(entry: LoreEntry, position: int) -> LoreEntry:
    """The states before ``next`` end here."""
    return replace(entry, before_end=position, phase=min(entry.phase + 1, 3))


@definition
def begin_after(entry: LoreEntry, position: int) -> LoreEntry:
    """The states after ``next`` begin here."""
    return replace(entry, after_start=position, phase=min(entry.phase + 1, 3))


@definition
def end_after(entry: LoreEntry, position: int) -> LoreEntry:
    """The states after ``next`` end here."""
    return replace(entry, after_end=position, phase=min(entry.phase + 1, 3))


@definition
def meet_next(memory: Memory, number: int) -> Memory:
    """A ``next`` ends the states before it; an iteration is open, as `turn_back` never ends the outermost one."""
    fold = memory.folds[number]
    return set_fold(memory, number, set_entry(fold, end_before(current_entry(fold), len(memory.result))))


@rules(
    "Lore",
    form="{memory} ⊢ fold {number} turns back ⇓",
    reads="in the merge {memory}, the fold {number} turns back, which leaves",
)
def turn_back(memory: Memory, number: int) -> Memory | Malformed | Trap:
    """The walk over a generation turns back, or goes one iteration further back."""
    fold = memory.folds[number]
    position = len(memory.result)
    if not fold.going_back:
        "back-start: past the last value, the states after the innermost `next` begin"
        entry = current_entry(fold)
        ended = end_before(entry, position) if entry.phase == 0 else entry
        return open_after(memory, number, replace(set_entry(fold, begin_after(ended, position)), going_back=True))
    elif fold.back <= 1:
        "back-too-far: more iterations end than began"
        return Trap("fold-queue-empty")
    else:
        "back-step: one iteration ends, and the one before it continues after its `next`"
        closed = set_entry(fold, end_after(current_entry(fold), position))
        outer = replace(closed, back=fold.back - 1)
        return open_after(memory, number, set_entry(outer, begin_after(current_entry(outer), position)))


@definition
def open_after(memory: Memory, number: int, fold: FoldRecord) -> Memory | Malformed | Trap:
    """Show the sliders the states of each trace after the ``next`` of the innermost open iteration."""
    entry = current_entry(fold)
    return open_windows(
        set_fold(memory, number, fold),
        None if entry.prev is None else entry.prev.after,
        None if entry.current is None else entry.current.after,
    )


@definition
def end_generation(memory: Memory, number: int) -> Memory:
    """A generation was walked: its iterations are closed where they are, and their lore is kept."""
    fold = memory.folds[number]
    lore = tuple(written(closed(entry, len(memory.result))) for entry in fold.queue)
    return set_fold(memory, number, replace(fold, queue=pvector(), back=0, going_back=False, lore=fold.lore + lore))


@rules("Lore", form="{position} ⊢ {entry} closed ⇓", reads="at the position {position}, the entry {entry} is closed as")
def closed(entry: LoreEntry, position: int) -> LoreEntry:
    """The lore of an iteration at the end of its generation: what is still open ends here."""
    match entry.phase:
        case 0:
            "close-before: no `next` was reached; all states are before it"
            return replace(entry, before_end=position, after_start=position, after_end=position)
        case 1:
            "close-between: nothing stands after the `next`"
            return replace(entry, after_start=position, after_end=position)
        case 2:
            "close-after: the states after the `next` end here"
            return replace(entry, after_end=position)
        case _:
            "close-closed: the iteration ended on its own"
            return entry


@definition
def written(entry: LoreEntry) -> Lore:
    """The lore of an iteration as it stands in the trace."""
    return Lore(
        entry.value,
        (
            Subtrace(entry.before_start, entry.before_end - entry.before_start),
            Subtrace(entry.after_start, entry.after_end - entry.after_start),
        ),
    )


@definition
def end_fold(memory: Memory, number: int) -> Memory:
    """A fold ends: its state is written, and the sliders continue behind it."""
    fold = memory.folds[number]
    return replace(
        memory,
        result=memory.result.set(fold.position, Fold(fold.lore)),
        prev=placed(memory.prev, fold.prev_exit),
        current=placed(memory.current, fold.current_exit),
        folds=memory.folds.remove(number),
    )
