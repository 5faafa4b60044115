"""Faults in the merge: sliders, the windows of pars, the lore of folds, generations."""

from __future__ import annotations

from typing import Final

from airspec.checker.mutation.changes import DropKeyword, Exchange, Replace, ReplaceConclusion
from airspec.checker.mutation.mutant import Mutant

TWO_PEERS: Final = '(par (call "B" ("s" "f") []) (call "C" ("s" "g") []))'

GATHERED: Final = (
    '(par (par (call "B" ("s" "f") [] $s) (call "C" ("s" "g") [] $s)) '
    '(fold $s i (par (call "A" ("s" "echo") [i]) (next i))))'
)


MUTANTS: Final = (
    Mutant(
        name="prev-and-current-exchanged",
        sentence="The data that arrive are treated as those that were kept, and the other way round.",
        rule="airspec.semantics.merge.sliders.take",
        change=Exchange("peek(memory.prev)", "peek(memory.current)"),
        script='(call "B" ("s" "f") [])',
    ),
    Mutant(
        name="window-not-closed",
        sentence="A slider goes on beyond the states of its branch.",
        rule="airspec.semantics.merge.sliders.at_end",
        change=Replace("s.seen >= s.length", "False"),
        script='(par (seq (call "B" ("s" "f") []) (call "C" ("s" "g") [])) (call "C" ("s" "h") []))',
    ),
    Mutant(
        name="taken-states-not-counted",
        sentence="A slider forgets how many states of its window were taken.",
        rule="airspec.semantics.merge.sliders.advance",
        change=Replace("s.seen + 1", "s.seen"),
        script='(seq (par (null) (null)) (call "A" ("s" "f") []))',
    ),
    Mutant(
        name="position-of-the-next-state",
        sentence="A state of the result stands for the state behind the one that was taken from the data that arrive.",
        rule="Merge/locate-current",
        change=Replace("memory.current.position - 1", "memory.current.position"),
        script='(seq (ap 2 $s) (fold $s i (call "B" ("s" "f") [])))',
    ),
    Mutant(
        name="left-window-one-short",
        sentence="The left branch of a par does not see its last state in the data that arrive.",
        rule="airspec.semantics.merge.par_windows.enter_left",
        change=Replace("current.sizes.left", "max(current.sizes.left - 1, 0)"),
        script='(par (call "B" ("s" "f") []) (null))',
    ),
    Mutant(
        name="right-branch-begins-with-the-left",
        sentence="The right branch of a par begins at the states of the left one.",
        rule="airspec.semantics.merge.par_windows.enter_right",
        change=Replace("prev.begin + prev.sizes.left", "prev.begin"),
        script=TWO_PEERS,
    ),
    Mutant(
        name="branches-not-skipped",
        sentence="What follows a par begins at its right branch.",
        rule="airspec.semantics.merge.par_windows.behind",
        change=Replace("window.sizes.right", "0"),
        script='(seq (par (null) (call "C" ("s" "g") [])) (call "A" ("s" "h") []))',
    ),
    Mutant(
        name="rest-forgotten",
        sentence="Nothing that follows a par is found in old data.",
        rule="airspec.semantics.merge.par_windows.behind",
        change=Replace("window.rest", "0"),
        script='(seq (par (null) (null)) (call "A" ("s" "h") []))',
    ),
    Mutant(
        name="par-sizes-exchanged",
        sentence="A par records the size of its left branch as that of the right one.",
        rule="airspec.semantics.rules.par.closed",
        change=Replace(
            "states.Par(frame.left_size, states_since(c, frame) - frame.left_size)",
            "states.Par(states_since(c, frame) - frame.left_size, frame.left_size)",
        ),
        script='(par (call "B" ("s" "f") []) (null))',
    ),
    Mutant(
        name="par-counts-itself",
        sentence="A par counts its own state to its left branch.",
        rule=("Step/par-right", "Step/par-right-after-failure"),
        change=Replace("states_since(c, frame)", "states_since(c, frame) + 1"),
        script="(par (null) (null))",
    ),
    Mutant(
        name="lore-by-order",
        sentence="The iterations of a fold are matched by their order, not by the values that they are for.",
        rule="Lore/start-iteration",
        change=Replace("item_at(memory.current_positions.old, value)", "min(fold.current, default=None)"),
        script='(par (call "A" ("s" "f") [] $s) (par (call "B" ("s" "g") [] $s) (fold $s i (call "C" ("s" "f") []))))',
    ),
    Mutant(
        name="lore-by-position-in-the-result",
        sentence="The iterations of kept data are looked up by positions of the result.",
        rule="Lore/start-iteration",
        change=Replace("memory.prev_positions.old", "memory.prev_positions.new"),
        script='(par (seq (call "B" ("s" "f") []) (call "B" ("s" "g") [])) '
        '(seq (ap 1 $s) (fold $s i (call "C" ("s" "h") []))))',
    ),
    Mutant(
        name="unknown-iteration-reads-on",
        sentence="An iteration that a side does not know reads whatever its slider shows.",
        rule="Lore/window-unknown",
        change=ReplaceConclusion("s"),
        script=GATHERED,
        data_of=GATHERED,
    ),
    Mutant(
        name="states-after-next-not-found",
        sentence="The states after a `next` are not found again in old data.",
        rule="airspec.semantics.merge.fold_lore.open_after",
        change=Replace("entry.prev.after", "None"),
        script='(seq (ap 1 $s) (fold $s i (next i) (call "C" ("s" "g") [])))',
    ),
    Mutant(
        name="lore-counts-no-states-after-next",
        sentence="The lore of an iteration leaves out the states after its `next`.",
        rule="airspec.semantics.merge.fold_lore.written",
        change=Replace("entry.after_end - entry.after_start", "0"),
        script='(seq (ap 1 $s) (fold $s i (next i) (call "C" ("s" "g") [])))',
    ),
    Mutant(
        name="generation-not-nested",
        sentence="The window of an iteration does not contain the later iterations of its generation.",
        rule="airspec.semantics.merge.fold_lore.generation_windows",
        change=Replace("before_length + after_lengths[-1]", "b.length"),
        script="(seq (ap 1 $s) (seq (ap 2 $s) (fold $s i (par (null) (next i)))))",
    ),
    Mutant(
        name="fold-not-left",
        sentence="After a fold the slider on the kept data stays inside of it.",
        rule="airspec.semantics.merge.fold_lore.end_fold",
        change=DropKeyword("prev"),
        script='(seq (ap 1 $s) (seq (fold $s i (null) (null)) (call "C" ("s" "f") [])))',
    ),
    Mutant(
        name="fold-exit-off-by-one",
        sentence="What follows a fold in the data that arrive begins one state too late.",
        rule="Lore/exit-window",
        change=ReplaceConclusion("Window(s.position + lore.count + 1, remaining(s) - lore.count - 1)"),
        script='(seq (ap 1 $s) (seq (fold $s i (null) (null)) (call "C" ("s" "f") [])))',
    ),
    Mutant(
        name="contradicted-pairs-kept",
        sentence="When positions are paired anew, the pair that this contradicts is kept.",
        rule="airspec.semantics.merge.sliders.pair",
        change=Replace("item_at(positions.new, old)", "None"),
        equivalent="Two states of the result can stand for one old state only where two windows of the old trace share "
        "a state. The windows of data that a run wrote are disjoint (the law well-formed-trace), and each state of a "
        "window is taken once, as a slider only goes forward in it.",
    ),
    Mutant(
        name="generations-from-one",
        sentence="Generations are numbered from 1.",
        rule="airspec.semantics.streams.compactify",
        change=Replace("enumerate(generations(stream))", "enumerate(generations(stream), 1)"),
        script="(ap 1 $s)",
    ),
    Mutant(
        name="generations-not-numbered",
        sentence="The values of a stream keep the mark of new ones.",
        rule="airspec.semantics.streams.with_generation",
        change=Replace("Ap((generation,))", "Ap((NEW_GENERATION,))"),
        script="(ap 1 $s)",
    ),
    Mutant(
        name="current-before-previous",
        sentence="In a stream, the values of the data that arrive come before those that were kept.",
        rule="airspec.semantics.streams.generations",
        change=Exchange("filled(stream.previous)", "filled(stream.current)"),
        script='(par (call "A" ("s" "f") [] $s) (call "B" ("s" "g") [] $s))',
    ),
    Mutant(
        name="arriving-values-are-new",
        sentence="Values that only the data that arrive know count as values of this run.",
        rule="Stream/add-current",
        change=ReplaceConclusion("replace(stream, new=put_last(stream.new, value), size=stream.size + 1)"),
        script='(seq (call "B" ("s" "f") [] $s) (call "B" ("s" "g") [] $s))',
    ),
    Mutant(
        name="one-value-a-generation",
        sentence="A generation holds only its latest value.",
        rule="airspec.semantics.streams.put",
        change=Replace("(*values, value)", "(value,)"),
        script="(seq (ap 1 $s) (ap 2 $s))",
    ),
)
