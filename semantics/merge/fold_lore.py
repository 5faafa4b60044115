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
    """The windows of a recorded fold, by the position of the value, and the number of states that it holds in all."""

    windows: HashTrieMap[int, LoreWindows]
    count: int


@rules("Lore", form="{trace} ⊢ {fold} opens ⇓", reads="in the trace {trace}, the fold {fold} opens the windows")
def resolve_lore(fold: Fold, trace: Trace) -> ResolvedLore | Malformed | Trap:
    """Return the windows that a fold's lore, recorded in a trace, gives to the states of each iteration."""
    values = tuple(entry.value for entry in fold.lore)
    totals = tuple(accumulate(run_lengths(entry) for entry in fold.lore))
    need(all_of(tuple(possible_entry(fold, i, total, trace) for i, total in enumerate(totals))))
    if len(set(values)) != len(values):
        "lore-repeated: two entries of the fold are for one value"
        return Malformed(LoreRepeated(fold, repeated(values)))
    else:
        "lore: the entries for values of one generation open nested windows"
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
    """Return the number of states in the runs of a fold's entry, added up."""
    return sum(run.length for run in entry.subtraces)


@definition
def by_generation(fold: Fold, trace: Trace) -> tuple[tuple[Lore, ...], ...]:
    """Return a fold's entries in order, in groups of consecutive ones whose values are of one generation."""
    numbered = tuple((generation_of(trace[entry.value]), entry) for entry in fold.lore)
    return tuple(tuple(entry for _, entry in group) for _, group in groupby(numbered, itemgetter(0)))


@definition
def repeated(values: tuple[int, ...]) -> int:
    """Return the first value in a sequence that also stands earlier in it. There must be one."""
    return next(value for i, value in enumerate(values) if value in values[:i])


@rules(
    "Lore",
    form="{trace}, {total} ⊢ {fold}[{index}] possible ⇓",
    reads="in the trace {trace}, with {total} states so far, entry {index} of the fold {fold} can be, and is",
)
def possible_entry(fold: Fold, index: int, total: int, trace: Trace) -> Lore | Malformed | Trap:
    """Return the fold's entry at an index, if it is well formed.

    `total` is the number of states in the runs of this entry and of those before it.
    """
    entry = fold.lore[index]
    if len(entry.subtraces) != 2:
        "entry-runs: the entry does not have one run of states before `next` and one after"
        return Malformed(LoreRuns(len(entry.subtraces)))
    elif entry.value >= len(trace):
        "entry-nowhere: the position of the value is beyond the trace"
        return Malformed(LoreNowhere(entry.value, len(trace)))
    elif trace[entry.value] == Ap(()):
        "entry-no-generation: the state is an append without a generation, and AquaVM panics"
        return Trap("append-without-generation")
    elif is_unwritable(trace[entry.value]):
        "entry-unwritable: the state is a fold whose own entries lack runs, and AquaVM panics as it writes its message"
        return Trap("malformed-fold-in-message")
    elif generation_of(trace[entry.value]) is None:
        "entry-no-value: the state at the position of the value puts nothing into a stream"
        return Malformed(LoreNoValue(trace[entry.value]))
    elif total > U32_MAX:
        "entry-overflow: the runs up to this entry are longer than any trace can be"
        return Malformed(LoreTooLong(fold, index))
    else:
        "entry: the entry is well formed"
        return entry


@definition
def is_unwritable(state: State) -> bool:
    """Return whether a state is a fold that AquaVM cannot write in a message, as an entry lacks one of its two runs."""
    match state:
        case Fold(lore):
            return any(len(entry.subtraces) < 2 for entry in lore)
        case _:
            return False


@definition
def generation_of(state: State) -> int | None:
    """Return the generation into which a state puts a value; None if it puts no value into a stream."""
    match state:
        case Executed(StreamResult(_, generation)):
            return generation
        case Ap((generation, *_)):
            return generation
        case _:
            return None


@definition
def generation_windows(group: tuple[Lore, ...]) -> tuple[LoreWindows, ...]:
    """Return the windows of each of the entries for values of one generation.

    An iteration contains all later ones, between its two runs.
    """
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
    """Begin a fold over a stream, given its state in each trace.

    A place for its state in the new trace is reserved, before the states of its iterations.
    """
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
    reads="on the side {side}, where the slider {s} stands before its iterations, the fold {lore} is followed by",
)
def exit_window(s: Slider, lore: ResolvedLore, side: Source) -> Window | Malformed:
    """Return the window on the states that follow a fold in the trace of one side.

    The slider `s` stands right behind the fold's own state.
    """
    if s.position + lore.count > U32_MAX:
        "exit-overflow: the fold ends beyond the greatest position of any trace"
        return Malformed(FoldBeyondTrace(side, entries_of(lore), lore.count, s.position))
    elif lore.count > remaining(s):
        "exit-underflow: the fold has more states than are left in the window"
        return Malformed(FoldBeyondWindow(side, entries_of(lore), lore.count, s.position))
    else:
        "exit-window: the states of the window that are left behind the fold follow it"
        return Window(s.position + lore.count, remaining(s) - lore.count)


@definition
def entries_of(lore: ResolvedLore) -> tuple[Lore, ...]:
    """Return the windows of a fold as lore entries, in the order of the positions of their values."""
    return tuple(entry_of(value, lore.windows[value]) for value in sorted(lore.windows))


@definition
def entry_of(value: int, windows: LoreWindows) -> Lore:
    """Return the windows of the iteration for the value at position `value` as a lore entry."""
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
    """Begin the iteration for a value, which is given by the position of its state in the new trace.

    Each slider is placed on the states that its trace has for this value before the iteration's ``next``; the entry of
    each trace is used once.
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
    form="{memory} ⊢ {prev}, {current} opened ⇓",
    reads="in the merge {memory}, the sliders are placed on the windows {prev} and {current}, which leaves",
)
def open_windows(memory: Memory, prev: Window | None, current: Window | None) -> Memory | Malformed | Trap:
    """Place each slider on an iteration's window in its own trace, which is None if that trace lacks the iteration."""
    prev_slider = need(open_window(memory.prev, prev))
    current_slider = need(open_window(memory.current, current))
    return replace(memory, prev=prev_slider, current=current_slider)


@rules("Lore", form="{s} ⊢ {window} opened ⇓", reads="the slider {s}, placed on the window {window}, is")
def open_window(s: Slider, window: Window | None) -> Slider | Malformed | Trap:
    """Return a slider placed on the window of an iteration in its trace.

    If the trace has no such iteration, the window is None, and the slider is limited to no states.
    """
    if window is None:
        "window-unknown: the trace has nothing for the value, so the slider is limited to no states"
        return narrow(s, 0)
    else:
        "window-known: the slider is placed on the states that the trace has for the value"
        return place(s, window)


@definition
def set_fold(memory: Memory, number: int, fold: FoldRecord) -> Memory:
    """Return the memory with another record of the running fold with this number."""
    return replace(memory, folds=memory.folds.insert(number, fold))


@definition
def current_entry(fold: FoldRecord) -> LoreEntry:
    """Return the lore of the innermost iteration that is still open."""
    return fold.queue[fold.back - 1]


@definition
def set_entry(fold: FoldRecord, entry: LoreEntry) -> FoldRecord:
    """Return the fold's record with another lore entry for its innermost open iteration."""
    return replace(fold, queue=fold.queue.set(fold.back - 1, entry))


@definition
def end_before(entry: LoreEntry, position: int) -> LoreEntry:
    """Return the lore of an iteration with the end of its states before ``next`` set to a position."""
    return replace(entry, before_end=position, phase=min(entry.phase + 1, 3))


@definition
def begin_after(entry: LoreEntry, position: int) -> LoreEntry:
    """Return the lore of an iteration with the beginning of its states after ``next`` set to a position."""
    return replace(entry, after_start=position, phase=min(entry.phase + 1, 3))


@definition
def end_after(entry: LoreEntry, position: int) -> LoreEntry:
    """Return the lore of an iteration with the end of its states after ``next`` set to a position."""
    return replace(entry, after_end=position, phase=min(entry.phase + 1, 3))


@definition
def meet_next(memory: Memory, number: int) -> Memory:
    """Return the memory at a ``next``: the states before it in the innermost open iteration end here.

    There is such an iteration, as `turn_back` never ends the outermost one.
    """
    fold = memory.folds[number]
    return set_fold(memory, number, set_entry(fold, end_before(current_entry(fold), len(memory.result))))


@rules(
    "Lore",
    form="{memory} ⊢ fold {number} turns back ⇓",
    reads="in the merge {memory}, the fold {number} turns back, which leaves",
)
def turn_back(memory: Memory, number: int) -> Memory | Malformed | Trap:
    """Go back by one iteration of a fold whose values are used up.

    First the states after ``next`` of the innermost open iteration begin; later that iteration ends, and those of the
    one before it begin.
    """
    fold = memory.folds[number]
    position = len(memory.result)
    if not fold.going_back:
        "back-start: past the last value, the states after the innermost `next` begin"
        entry = current_entry(fold)
        ended = end_before(entry, position) if entry.phase == 0 else entry
        return open_after(memory, number, replace(set_entry(fold, begin_after(ended, position)), going_back=True))
    elif fold.back <= 1:
        "back-too-far: more iterations would end than have begun, and AquaVM panics"
        return Trap("fold-queue-empty")
    else:
        "back-step: the innermost open iteration ends, and the one before it continues after its `next`"
        closed = set_entry(fold, end_after(current_entry(fold), position))
        outer = replace(closed, back=fold.back - 1)
        return open_after(memory, number, set_entry(outer, begin_after(current_entry(outer), position)))


@definition
def open_after(memory: Memory, number: int, fold: FoldRecord) -> Memory | Malformed | Trap:
    """Place each slider on the states that its trace has after the ``next`` of the innermost open iteration."""
    entry = current_entry(fold)
    return open_windows(
        set_fold(memory, number, fold),
        None if entry.prev is None else entry.prev.after,
        None if entry.current is None else entry.current.after,
    )


@definition
def end_generation(memory: Memory, number: int) -> Memory:
    """Return the memory after a generation of a fold: its iterations are closed, and their lore is kept."""
    fold = memory.folds[number]
    lore = tuple(written(closed(entry, len(memory.result))) for entry in fold.queue)
    return set_fold(memory, number, replace(fold, queue=pvector(), back=0, going_back=False, lore=fold.lore + lore))


@rules("Lore", form="{position} ⊢ {entry} closed ⇓", reads="at the position {position}, the entry {entry} is closed as")
def closed(entry: LoreEntry, position: int) -> LoreEntry:
    """Return the lore of an iteration at the end of its generation: each run that is still open ends at `position`."""
    match entry.phase:
        case 0:
            "close-before: no `next` was reached, so all states are before it"
            return replace(entry, before_end=position, after_start=position, after_end=position)
        case 1:
            "close-between: a `next` was reached, and nothing stands after it"
            return replace(entry, after_start=position, after_end=position)
        case 2:
            "close-after: the states after the `next` end here"
            return replace(entry, after_end=position)
        case _:
            "close-closed: the iteration has ended already"
            return entry


@definition
def written(entry: LoreEntry) -> Lore:
    """Return the lore of an iteration in the form that it has in a trace."""
    return Lore(
        entry.value,
        (
            Subtrace(entry.before_start, entry.before_end - entry.before_start),
            Subtrace(entry.after_start, entry.after_end - entry.after_start),
        ),
    )


@definition
def end_fold(memory: Memory, number: int) -> Memory:
    """Return the memory after a fold: its state is in the new trace, and the sliders stand behind it in the old."""
    fold = memory.folds[number]
    return replace(
        memory,
        result=memory.result.set(fold.position, Fold(fold.lore)),
        prev=placed(memory.prev, fold.prev_exit),
        current=placed(memory.current, fold.current_exit),
        folds=memory.folds.remove(number),
    )
