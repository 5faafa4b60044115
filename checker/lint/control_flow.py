"""Rules about the order of instructions: what never runs, and folds that stop early."""

from __future__ import annotations

from collections.abc import Iterator

from airspec.checker.lint.finding import Finding
from airspec.checker.lint.outcomes import Outcomes, comparison
from airspec.spec.errors import place_of
from airspec.spec.parser import Script
from airspec.spec.printer import head
from airspec.spec.syntax import (
    Canon,
    EmptyArray,
    Error,
    Fail,
    FoldMap,
    FoldScalar,
    FoldStream,
    Instruction,
    LastError,
    Match,
    Mismatch,
    New,
    Null,
    Par,
    Seq,
    Xor,
    instructions,
)


def flow_findings(script: Script) -> Iterator[Finding]:
    """Yield the findings about instructions and branches that never run, and about folds that stop early."""
    outcomes = Outcomes(script.instruction, failures_complete=False)
    used = set(outcomes.folds.values())
    blamed: set[Instruction] = set()
    for node in instructions(script.instruction):
        match node:
            case Seq(left=left, right=right) if not outcomes.completes(left):
                cause = _cause(outcomes, left)
                if cause not in blamed and not isinstance(cause, Match | Mismatch) and is_missed(right):
                    blamed.add(cause)
                    yield _unreachable(script, right, cause)
            case Xor(left=left, right=right) if not outcomes.fails(left) and is_missed(right):
                message = "the left instruction of this `xor` cannot fail, so its right one never runs"
                yield Finding("needless-handler", node.span.start, message, "leave out the `xor`, or use `par`")
            case Match() | Mismatch() if comparison(node) is False:
                message = f"`({head(node)} …)` compares two constants, and its branch is never taken"
                yield Finding("never-taken", node.span.start, message, "compare with a variable")
            case FoldScalar(iterable=EmptyArray()):
                pass  # it does nothing, and no element is missed
            case FoldScalar() | FoldStream() | FoldMap() if node not in used:
                message = f"this fold has no `(next {node.iterator})`, so it stops at the first element"
                yield Finding("fold-without-next", node.span.start, message, "write `next` where the others follow")
            case _:
                pass


def is_missed(node: Instruction) -> bool:
    """Return whether it is worth reporting that an instruction never runs.

    It is not if all it does is pass a peer, do nothing, or raise an error again: the Aqua compiler adds such
    instructions everywhere.
    """
    return not all(isinstance(inner, Null | New | Seq | Canon) or _raises_again(inner) for inner in instructions(node))


def _raises_again(node: Instruction) -> bool:
    return isinstance(node, Fail) and isinstance(node.argument, Error | LastError)


def _unreachable(script: Script, node: Instruction, cause: Instruction) -> Finding:
    place = place_of(script.text, cause.span.start)
    shown = f"`{head(cause)}` at {place.line}:{place.column}"
    if isinstance(cause, FoldStream | FoldMap):
        message = f"this waits for the fold {shown}, which does not complete, as more values may come"
        remedy = "give the fold a last instruction, such as `(null)`, or put it beside this with `par`"
        return Finding("fold-without-last", node.span.start, message, remedy)
    message = f"this is never reached, as {shown} does not complete"
    return Finding("unreachable", node.span.start, message, "remove it, or put it beside that with `par`")


def _cause(outcomes: Outcomes, node: Instruction) -> Instruction:
    """Return the innermost instruction because of which one does not complete."""
    while True:
        match node:
            case Seq(left=left, right=right):
                node = right if outcomes.completes(left) else left
            case Par(left=left) | Xor(left=left):
                node = left
            case New(body=body):
                node = body
            case Match(body=body) | Mismatch(body=body) if comparison(node) is not False:
                node = body
            case _:
                return node
