"""Faults in the merge: sliders, the windows of pars, the lore of folds, generations."""

from __future__ import annotations

from typing import Final

from checker.mutants.mutant import Mutant

SLIDERS: Final = "semantics/merge/sliders.py"
WINDOWS: Final = "semantics/merge/windows.py"
LORE: Final = "semantics/merge/lore.py"
CONTROL: Final = "semantics/rules/control.py"
STREAMS: Final = "semantics/streams.py"

TWO_PEERS: Final = '(par (call "B" ("s" "f") []) (call "C" ("s" "g") []))'

GATHERED: Final = (
    '(par (par (call "B" ("s" "f") [] $s) (call "C" ("s" "g") [] $s)) '
    '(fold $s i (par (call "A" ("s" "echo") [i]) (next i))))'
)

MUTANTS: Final = (
    Mutant(
        name="prev-and-current-exchanged",
        sentence="The data that arrive are treated as those that were kept, and the other way round.",
        file=SLIDERS,
        function="take",
        old="join(peek(memory.prev), peek(memory.current))",
        new="join(peek(memory.current), peek(memory.prev))",
        script='(call "B" ("s" "f") [])',
    ),
    Mutant(
        name="window-not-closed",
        sentence="A slider goes on beyond the states of its branch.",
        file=SLIDERS,
        function="at_end",
        old="s.seen >= s.length or s.position >= len(s.trace)",
        new="s.position >= len(s.trace)",
        script='(par (seq (call "B" ("s" "f") []) (call "C" ("s" "g") [])) (call "C" ("s" "h") []))',
    ),
    Mutant(
        name="taken-states-not-counted",
        sentence="A slider forgets how many states of its window were taken.",
        file=SLIDERS,
        function="advance",
        old="s.seen + 1",
        new="s.seen",
        script='(seq (par (null) (null)) (call "A" ("s" "f") []))',
    ),
    Mutant(
        name="position-of-the-next-state",
        sentence="A state of the result stands for the state behind the one that was taken from the data that arrive.",
        file=SLIDERS,
        function="locate",
        case="locate-current",
        old="memory.current_positions, position, memory.current.position - 1)\n            )\n        case",
        new="memory.current_positions, position, memory.current.position)\n            )\n        case",
        script='(seq (ap 2 $s) (fold $s i (call "B" ("s" "f") [])))',
    ),
    Mutant(
        name="left-window-one-short",
        sentence="The left branch of a par does not see its last state in the data that arrive.",
        file=WINDOWS,
        function="enter_left",
        old="narrow(memory.current, current.sizes.left)",
        new="narrow(memory.current, max(current.sizes.left - 1, 0))",
        script='(par (call "B" ("s" "f") []) (null))',
    ),
    Mutant(
        name="right-branch-begins-with-the-left",
        sentence="The right branch of a par begins at the states of the left one.",
        file=WINDOWS,
        function="enter_right",
        old="prev.begin + prev.sizes.left",
        new="prev.begin",
        script=TWO_PEERS,
    ),
    Mutant(
        name="branches-not-skipped",
        sentence="What follows a par begins at its right branch.",
        file=WINDOWS,
        function="behind",
        old="window.begin + window.sizes.left + window.sizes.right",
        new="window.begin + window.sizes.left",
        script='(seq (par (null) (call "C" ("s" "g") [])) (call "A" ("s" "h") []))',
    ),
    Mutant(
        name="rest-forgotten",
        sentence="Nothing that follows a par is found in old data.",
        file=WINDOWS,
        function="behind",
        old=", window.rest)",
        new=", 0)",
        script='(seq (par (null) (null)) (call "A" ("s" "h") []))',
    ),
    Mutant(
        name="par-sizes-exchanged",
        sentence="A par records the size of its left branch as that of the right one.",
        file=CONTROL,
        function="par_end",
        old="state.Par(frame.left_size, right_size)",
        new="state.Par(right_size, frame.left_size)",
        script='(par (call "B" ("s" "f") []) (null))',
    ),
    Mutant(
        name="par-counts-itself",
        sentence="A par counts its own state to its left branch.",
        file=CONTROL,
        function="par_right",
        old="len(c.memory.result) - frame.position - 1",
        new="len(c.memory.result) - frame.position",
        script="(par (null) (null))",
    ),
    Mutant(
        name="lore-by-order",
        sentence="The iterations of a fold are matched by their order, not by the values that they are for.",
        file=LORE,
        function="start_iteration",
        old="current_position = item_at(memory.current_positions.old, value)",
        new="current_position = min(fold.current, default=None)",
        script='(par (call "A" ("s" "f") [] $s) (par (call "B" ("s" "g") [] $s) (fold $s i (call "C" ("s" "f") []))))',
    ),
    Mutant(
        name="lore-by-position-in-the-result",
        sentence="The iterations of kept data are looked up by positions of the result.",
        file=LORE,
        function="start_iteration",
        old="prev_position = item_at(memory.prev_positions.old, value)",
        new="prev_position = item_at(memory.prev_positions.new, value)",
        script='(par (seq (call "B" ("s" "f") []) (call "B" ("s" "g") [])) '
        '(seq (ap 1 $s) (fold $s i (call "C" ("s" "h") []))))',
    ),
    Mutant(
        name="unknown-iteration-reads-on",
        sentence="An iteration that a side does not know reads whatever its slider shows.",
        file=LORE,
        function="open_window",
        case="window-unknown",
        old="return narrow(s, 0)",
        new="return s",
        script=GATHERED,
        data_of=GATHERED,
    ),
    Mutant(
        name="states-after-next-not-found",
        sentence="The states after a `next` are not found again in old data.",
        file=LORE,
        function="open_after",
        old="None if entry.prev is None else entry.prev.after",
        new="None",
        script='(seq (ap 1 $s) (fold $s i (next i) (call "C" ("s" "g") [])))',
    ),
    Mutant(
        name="lore-counts-no-states-after-next",
        sentence="The lore of an iteration leaves out the states after its `next`.",
        file=LORE,
        function="written",
        old="entry.after_end - entry.after_start",
        new="0",
        script='(seq (ap 1 $s) (fold $s i (next i) (call "C" ("s" "g") [])))',
    ),
    Mutant(
        name="generation-not-nested",
        sentence="The window of an iteration does not contain the later iterations of its generation.",
        file=LORE,
        function="generation_windows",
        old="before_length + after_lengths[-1]",
        new="b.length",
        script="(seq (ap 1 $s) (seq (ap 2 $s) (fold $s i (par (null) (next i)))))",
    ),
    Mutant(
        name="fold-not-left",
        sentence="After a fold the slider on the kept data stays inside of it.",
        file=LORE,
        function="end_fold",
        old="prev=placed(memory.prev, fold.prev_exit)",
        new="prev=memory.prev",
        script='(seq (ap 1 $s) (seq (fold $s i (null) (null)) (call "C" ("s" "f") [])))',
    ),
    Mutant(
        name="fold-exit-off-by-one",
        sentence="What follows a fold in the data that arrive begins one state too late.",
        file=LORE,
        function="exit_window",
        old="Window(s.position + lore.count, remaining(s) - lore.count)",
        new="Window(s.position + lore.count + 1, remaining(s) - lore.count - 1)",
        script='(seq (ap 1 $s) (seq (fold $s i (null) (null)) (call "C" ("s" "f") [])))',
    ),
    Mutant(
        name="contradicted-pairs-kept",
        sentence="When positions are paired anew, the pair that this contradicts is kept.",
        file=SLIDERS,
        function="pair",
        old="displaced_new = item_at(positions.new, old)",
        new="displaced_new = None",
        equivalent="Two states of the result can stand for one old state only where two windows of the old trace share "
        "a state. The windows of data that a run wrote are disjoint (the law well-formed-trace), and each state of a "
        "window is taken once, as a slider only goes forward in it.",
    ),
    Mutant(
        name="generations-from-one",
        sentence="Generations are numbered from 1.",
        file=STREAMS,
        function="compactify",
        old="enumerate(generations(stream))",
        new="enumerate(generations(stream), 1)",
        script="(ap 1 $s)",
    ),
    Mutant(
        name="generations-not-numbered",
        sentence="The values of a stream keep the mark of new ones.",
        file=STREAMS,
        function="with_generation",
        old="return Ap((generation,))",
        new="return Ap((NEW_GENERATION,))",
        script="(ap 1 $s)",
    ),
    Mutant(
        name="current-before-previous",
        sentence="In a stream, the values of the data that arrive come before those that were kept.",
        file=STREAMS,
        function="generations",
        old="filled(stream.previous) + filled(stream.current)",
        new="filled(stream.current) + filled(stream.previous)",
        script='(par (call "A" ("s" "f") [] $s) (call "B" ("s" "g") [] $s))',
    ),
    Mutant(
        name="arriving-values-are-new",
        sentence="Values that only the data that arrive know count as values of this run.",
        file=STREAMS,
        function="add",
        case="add-current",
        old="current=put(stream.current, generation, value)",
        new="new=put_last(stream.new, value)",
        script='(seq (call "B" ("s" "f") [] $s) (call "B" ("s" "g") [] $s))',
    ),
    Mutant(
        name="one-value-a-generation",
        sentence="A generation holds only its latest value.",
        file=STREAMS,
        function="put",
        old="(value,) if values is None else (*values, value)",
        new="(value,)",
        script="(seq (ap 1 $s) (ap 2 $s))",
    ),
)
