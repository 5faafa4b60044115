"""Faults in sequences, handlers, comparisons, lenses and errors."""

from __future__ import annotations

from typing import Final

from airspec.checker.mutation.changes import (
    DropKeyword,
    DropRule,
    DropUpdate,
    Replace,
    ReplaceConclusion,
    ReplaceUpdate,
)
from airspec.checker.mutation.mutant import Mutant

OBJECT: Final = '(call "A" ("s" "obj") [] x)'
CANON: Final = '(seq (ap 1 $s) (seq (ap 2 $s) (canon "A" $s #cc)))'


MUTANTS: Final = (
    Mutant(
        name="seq-does-not-wait",
        sentence="The right side of a seq follows though the left one waits.",
        rule="Step/seq-wait",
        change=ReplaceConclusion("c.evaluate(frame.right)"),
        script='(seq (call "A" ("s" "f") []) (call "A" ("s" "g") []))',
    ),
    Mutant(
        name="par-waits-for-both",
        sentence="A par is complete only when both branches are.",
        rule="Step/par-done",
        change=Replace("frame.left_complete or c.complete", "frame.left_complete and c.complete"),
        script='(seq (par (null) (never)) (call "A" ("s" "g") []))',
    ),
    Mutant(
        name="failed-branch-is-complete",
        sentence="A par whose left branch failed is complete.",
        rule="Step/par-right-after-failure",
        change=Replace("False", "True"),
        script='(seq (par (fail 1 "m") (never)) (call "A" ("s" "f") []))',
    ),
    Mutant(
        name="par-fails-with-its-right-branch",
        sentence="A par fails when its right branch does.",
        rule="Step/par-right-failed",
        change=ReplaceUpdate("done", "throw(error)"),
        script='(par (null) (fail 1 "m"))',
    ),
    Mutant(
        name="par-never-fails",
        sentence="A par succeeds though both branches failed.",
        rule="Step/par-both-failed",
        change=ReplaceUpdate("throw", "done()"),
        script='(par (fail 1 "m") (fail 2 "n"))',
    ),
    Mutant(
        name="left-state-of-completion-inherited",
        sentence="The right branch of a par starts with the completeness of the left one.",
        rule=("Step/par-right", "Step/par-right-after-failure"),
        change=DropUpdate("completed"),
        script='(seq (par (never) (null)) (call "A" ("s" "f") []))',
    ),
    Mutant(
        name="handler-always-runs",
        sentence="The handler of a xor runs though nothing failed.",
        rule="Step/xor-left-done",
        change=ReplaceUpdate("done", "evaluate(frame.xor.right)"),
        script='(xor (null) (call "A" ("s" "f") []))',
    ),
    Mutant(
        name="handler-failure-swallowed",
        sentence="A xor succeeds though its handler failed.",
        rule="Step/xor-right-failed",
        change=ReplaceUpdate("throw", "done()"),
        script='(xor (fail 1 "m") (fail 2 "n"))',
    ),
    Mutant(
        name="handler-starts-incomplete",
        sentence="A handler starts with the completeness of what failed.",
        rule="Step/xor-right",
        change=DropUpdate("completed"),
        script='(seq (xor (fail 1 "m") (null)) (call "A" ("s" "f") []))',
    ),
    Mutant(
        name="error-register-not-cleared",
        sentence="After a handler, `:error:` still holds what it caught.",
        rule="airspec.semantics.registers.leave_handler",
        change=Replace("replace(r, error=ErrorRecord(), original=None)", "r"),
        script='(seq (xor (fail 1 "m") (null)) (call "A" ("s" "f") [:error:]))',
    ),
    Mutant(
        name="last-error-set-once",
        sentence="A handler does not allow the last error to be set again.",
        rule="airspec.semantics.registers.enter_handler",
        change=DropKeyword("last_settable"),
        script='(seq (xor (call "A" ("s" "err") []) (null)) '
        '(xor (call "B" ("s" "err") []) (call "A" ("s" "f") [%last_error%])))',
    ),
    Mutant(
        name="error-register-closed-for-good",
        sentence="After a handler that succeeds, `:error:` takes no other error.",
        rule="Error/handled",
        change=ReplaceConclusion("cleared"),
        script='(seq (xor (fail 1 "m") (par (fail 2 "n") (null))) (xor (fail 3 "o") (call "A" ("s" "f") [:error:])))',
    ),
    Mutant(
        name="comparison-is-an-error",
        sentence="A comparison that fails becomes the last error.",
        rule="Error/last-unaffected",
        change=DropRule(),
        script='(xor (match 1 2 (null)) (call "A" ("s" "f") [%last_error%]))',
    ),
    Mutant(
        name="error-of-the-executing-peer",
        sentence="An error names the peer that met it, not the one whose service failed.",
        rule="Error/last-set",
        change=Replace("me if tetraplet is None else tetraplet.peer_pk", "me"),
        script='(xor (call "B" ("s" "err") []) (call "A" ("s" "f") [%last_error%]))',
    ),
    Mutant(
        name="original-error-lost",
        sentence="Raising `:error:` again raises another error than the one that was caught.",
        rule="Step/fail-caught",
        change=ReplaceUpdate("throw", "throw(user_error(c.registers.error.object))"),
        script="(xor (match 1 2 (null)) (fail :error:))",
    ),
    Mutant(
        name="fail-is-no-last-error",
        sentence="What `fail` raises does not become the last error.",
        rule=("Step/fail-literal", "Step/fail-last-error", "Step/fail-value"),
        change=DropUpdate("with_registers"),
        script='(xor (fail 1 "m") (call "A" ("s" "f") [%last_error%]))',
    ),
    Mutant(
        name="waits-for-what-never-comes",
        sentence="An instruction waits whatever the reason for which its operand has no value.",
        rule="airspec.semantics.rules.failing.is_absent",
        change=Replace("False", "isinstance(failure, Catchable)"),
        script='(seq (call "A" ("s" "f") [] x) (match x.$.zz 1 (null)))',
    ),
    Mutant(
        name="match-always",
        sentence="Values are compared as if all were equal.",
        rule="Step/match-different",
        change=ReplaceConclusion("c.evaluate(match_.body)"),
        script="(match 1 2 (null))",
    ),
    Mutant(
        name="match-by-origin",
        sentence="Values are equal only if they come from the same place.",
        rule=("Step/match-equal", "Step/match-different"),
        change=Replace("json_text.equal(left.json, right.json)", "left == right"),
        script='(seq (call "A" ("s" "echo") [1] x) (match x 1 (null)))',
    ),
    Mutant(
        name="mismatch-exchanged",
        sentence="A mismatch holds for equal values.",
        rule=("Step/mismatch-different", "Step/mismatch-equal"),
        change=Replace("json_text.equal(left.json, right.json)", "not json_text.equal(left.json, right.json)"),
        script="(mismatch 1 2 (null))",
    ),
    Mutant(
        name="index-from-one",
        sentence="A lens selects the element before the one that it names.",
        rule="Lens/index-found",
        change=Replace("json_text.element(json, position)", "json_text.element(json, max(position - 1, 0))"),
        script='(seq (call "A" ("s" "arr") [] x) (call "A" ("s" "f") [x.$.[1]]))',
    ),
    Mutant(
        name="first-accessor-only",
        sentence="A lens stops after its first accessor.",
        rule="Lens/path-step",
        change=ReplaceConclusion("selected"),
        script=f'(seq {OBJECT} (call "A" ("s" "f") [x.$.a.[0]]))',
    ),
    Mutant(
        name="missing-member-is-null",
        sentence="A member that an object lacks is an empty array.",
        rule="Lens/field-missing",
        change=ReplaceConclusion("json_text.array(())"),
        script=f'(seq {OBJECT} (call "A" ("s" "f") [x.$.zz]))',
    ),
    Mutant(
        name="length-off-by-one",
        sentence="The length of an array is the number of its last element.",
        rule="Lens/length",
        change=ReplaceConclusion("json_text.number(length - 1)"),
        script='(seq (call "A" ("s" "arr") [] x) (call "A" ("s" "f") [x.length]))',
    ),
    Mutant(
        name="lens-not-in-tetraplet",
        sentence="A part of a value names its call without the lens.",
        rule="Lens/scalar-lens",
        change=Replace("with_lens(value.tetraplet, lens_text(lens))", "value.tetraplet"),
        script=f'(seq {OBJECT} (call "A" ("s" "f") [x.$.a]))',
    ),
    Mutant(
        name="canon-element-from-the-end",
        sentence="A lens on a canonical stream counts from its end.",
        rule="Lens/canon-lens",
        change=Replace("element_at(canon.elements, position)", "element_at(canon.elements[::-1], position)"),
        script=f'(seq {CANON} (call "A" ("s" "f") [#cc.$.[0]]))',
    ),
    Mutant(
        name="canon-part-names-the-canon",
        sentence="An element of a canonical stream names the peer that fixed the stream.",
        rule="Lens/canon-lens",
        change=Replace("element.tetraplet", "canon.tetraplet"),
        script='(seq (call "B" ("s" "f") [] $s) (seq (canon "A" $s #cc) (call "A" ("s" "g") [#cc.$.[0]])))',
    ),
    Mutant(
        name="key-of-a-map-ignored",
        sentence="A lens on a canonical map selects the values under any key.",
        rule="Lens/map-lens",
        change=Replace("canon.by_key.get(key)", "next(iter(canon.by_key.values()), None)"),
        script='(seq (ap ("k" 1) %m) (seq (canon "A" %m #%mm) (call "A" ("s" "f") [#%mm.$.zz])))',
    ),
    Mutant(
        name="stored-literal-keeps-its-lens",
        sentence="A stored literal keeps the lens with which it was selected.",
        rule="Scope/store-literal",
        change=Replace('Tetraplet(tetraplet.peer_pk, "", "", "")', "tetraplet"),
        script='(seq (ap %last_error% x) (seq (ap x.$.message y) (call "A" ("s" "f") [y])))',
    ),
)
