"""Faults in folds, scopes and ``new``."""

from __future__ import annotations

from typing import Final

from airspec.checker.mutation.changes import AddRule, DropUpdate, Replace, ReplaceConclusion, ReplaceUpdate
from airspec.checker.mutation.mutant import Mutant

LIST: Final = '(call "A" ("s" "arr") [] list)'
EACH: Final = f'(seq {LIST} (fold list i (seq (call "A" ("s" "f") [i]) (next i))))'
BACK: Final = f'(seq {LIST} (fold list i (seq (next i) (call "A" ("s" "f") [i]))))'
OWN: Final = f'(seq {LIST} (fold list i (seq (ap i x) (seq (next i) (call "A" ("s" "f") [x])))))'

FOLD_FAILS: Final = """
@step
def fold_stream_failed(c: Config, error: Catchable, frame: StreamFold) -> Config:
    given(frame.number >= 0)
    return c.with_memory(end_fold(c.memory, frame.number)).throw(error)
"""


MUTANTS: Final = (
    Mutant(
        name="fold-stops-early",
        sentence="A fold leaves out its last item.",
        rule="airspec.semantics.rules.fold.is_followed",
        change=Replace("iteration.index + 1", "iteration.index + 2"),
        script=f'(seq {LIST} (fold list i (seq (call "A" ("s" "f") []) (next i))))',
    ),
    Mutant(
        name="fold-stands-still",
        sentence="Each iteration of a fold is about the same item again.",
        rule="Scope/item-of-array",
        change=Replace("iteration.items.elements[iteration.index]", "iteration.items.elements[0]"),
        script=EACH,
    ),
    Mutant(
        name="iterator-does-not-step-back",
        sentence="After a `next`, the iterator stands for the item of the iteration that has just ended.",
        rule="Step/next-back",
        change=Replace("max(iteration.index - 1, 0)", "iteration.index"),
        script=BACK,
    ),
    Mutant(
        name="empty-fold-runs-last",
        sentence="A fold over nothing runs its last instruction.",
        rule="Step/fold-empty",
        change=ReplaceUpdate("done", "evaluate(Null() if fold.last is None else fold.last)"),
        imports="from spec.syntax import Null",
        script='(fold [] i (null) (call "A" ("s" "f") []))',
    ),
    Mutant(
        name="last-instruction-skipped",
        sentence="The last instruction of a fold does not run.",
        rule="Step/next-last",
        change=ReplaceUpdate("evaluate", "done()"),
        script=f'(seq {LIST} (fold list i (next i) (call "A" ("s" "f") [])))',
    ),
    Mutant(
        name="scope-leaked",
        sentence="What the body of a fold binds is seen after the fold.",
        rule=("Step/fold-done", "Step/fold-failed"),
        change=DropUpdate("with_scope"),
        script=f'(seq {LIST} (seq (fold list i (ap i x)) (call "A" ("s" "f") [x])))',
    ),
    Mutant(
        name="iterator-left-behind",
        sentence="The iterator of a fold still runs after it.",
        rule=("Step/fold-done", "Step/fold-failed"),
        change=DropUpdate("stop_iterating"),
        script=f'(seq {LIST} (seq (fold list i (null)) (call "A" ("s" "f") [i])))',
    ),
    Mutant(
        name="scope-of-the-later-iteration",
        sentence="After a `next`, variables are those of the iteration that has just ended.",
        rule="Step/next-back",
        change=DropUpdate("with_scope"),
        script=OWN,
    ),
    Mutant(
        name="iteration-sees-the-one-before",
        sentence="The variables of an iteration are visible in the next one.",
        rule="airspec.semantics.scopes.enter_next",
        change=Replace("scope.visible.discard(scope.depth)", "scope.visible"),
        script=f'(seq {LIST} (fold list i (seq (xor (match i 1 (ap i x)) (call "A" ("s" "f") [x])) (next i))))',
    ),
    Mutant(
        name="failed-iteration-leaks",
        sentence="When a fold fails in a later iteration, the variables of that iteration stay.",
        rule="Step/next-back-failed",
        change=DropUpdate("with_scope"),
        script=f'(seq {LIST} (fold list i (seq (ap i x) (seq (xor (next i) (call "A" ("s" "f") [x])) (fail 1 "m")))))',
    ),
    Mutant(
        name="name-bound-again",
        sentence="A name that has a value takes another one.",
        rule="Scope/bind-twice",
        change=ReplaceConclusion("bound(scope, name, value)"),
        script="(seq (ap 1 x) (ap 2 x))",
    ),
    Mutant(
        name="no-shadowing-in-folds",
        sentence="A name with a value is not bound anew inside a fold.",
        rule="Scope/bind",
        change=Replace("scope.depth != 0", "False"),
        script=f"(seq {LIST} (fold list i (seq (ap i x) (next i))))",
    ),
    Mutant(
        name="new-does-not-hide",
        sentence="A `new` name still has the value that it has outside.",
        rule="Step/new-scalar",
        change=DropUpdate("with_scope"),
        script='(new x (call "A" ("s" "f") [x]))',
    ),
    Mutant(
        name="new-not-restored",
        sentence="After a `new`, the name keeps its inner value.",
        rule="airspec.semantics.rules.new.restored",
        change=Replace("cells.insert(frame.name, frame.hidden)", "cells"),
        script='(seq (ap 1 x) (seq (new x (null)) (call "A" ("s" "f") [x])))',
    ),
    Mutant(
        name="new-leaks",
        sentence="After a `new`, a name that meant nothing outside keeps its inner value.",
        rule="airspec.semantics.rules.new.restored",
        change=Replace("cells.discard(frame.name)", "cells"),
        script='(seq (new x (null)) (call "A" ("s" "f") [x]))',
    ),
    Mutant(
        name="new-not-restored-by-failures",
        sentence="When its body fails, a `new` leaves the inner value behind.",
        rule="Step/new-scalar-failed",
        change=DropUpdate("with_scope"),
        script='(seq (xor (new x (fail 1 "m")) (null)) (call "A" ("s" "f") [x]))',
    ),
    Mutant(
        name="outermost-stream",
        sentence="A stream's name means the outermost stream of that name.",
        rule="airspec.semantics.streams.innermost",
        change=Replace("max", "min"),
        script='(seq (ap 1 $s) (new $s (canon "A" $s #cc)))',
    ),
    Mutant(
        name="new-stream-stays",
        sentence="The stream of a `new` is still there after it.",
        rule="Stream/close",
        change=Replace("c.streams.insert(name, descriptors[:-1])", "c.streams"),
        script=f'(seq {LIST} (fold list i (new $s (seq (ap i $s) (seq (next i) (canon "A" $s #cc))))))',
    ),
    Mutant(
        name="failed-new-stream-stays",
        sentence="When its body fails, the stream of a `new` stays.",
        rule="Step/new-stream-failed",
        change=ReplaceConclusion("c.throw(error)"),
        script=f"(seq {LIST} (fold list i (new $s (seq (ap i $s) "
        '(seq (xor (next i) (null)) (seq (canon "A" $s #cc) (fail 1 "m")))))))',
    ),
    Mutant(
        name="own-values-not-met",
        sentence="A fold over a stream does not meet what its body appends.",
        rule=("Step/fold-stream-more", "Step/fold-stream-end"),
        change=Replace("generations_after(stream, frame.cursor)", "it.batch"),
        script="(seq (ap 0 $s) (fold $s i (ap 1 $s)))",
    ),
    Mutant(
        name="walk-starts-over",
        sentence="A fold over a stream meets all values again in each round.",
        rule=("Step/fold-stream-more", "Step/fold-stream-end"),
        change=Replace("frame.cursor", "Cursor()"),
        script="(seq (ap 1 $s) (fold $s i (null)))",
    ),
    Mutant(
        name="stream-fold-fails",
        sentence="A failure inside a fold over a stream goes up.",
        rule="Step/fold-stream-next",
        change=AddRule(FOLD_FAILS),
        script='(seq (ap 1 $s) (fold $s i (fail 1 "m")))',
    ),
    Mutant(
        name="absent-stream-is-complete",
        sentence="A fold over a stream that nothing was written to does not wait for values.",
        rule="Step/fold-stream-absent",
        change=ReplaceUpdate("wait", "done()"),
        script='(par (call "B" ("s" "f") [] $s) (seq (fold $s i (null)) (call "A" ("s" "g") [])))',
    ),
)
