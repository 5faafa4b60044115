"""The join of single states: the two states that both traces have of one instruction become one.

Each table takes the state of the previous data (`prev`) and that of the current data (`current`); `None` means that
this trace has no state there.  Joining is partial: two states that cannot both be true are an error.  Where they
differ only in who asked, in which request, or in the number of a generation, that of the previous data stays.

AquaVM 0.62: ``crates/air-lib/trace-handler/src/merger/``: ``call_merger.rs``, ``ap_merger.rs``, ``canon_merger.rs``,
``par_merger.rs``, ``fold_merger.rs``.
"""

from __future__ import annotations

from msgspec import Struct

from airspec.semantics.notation import definition, need, rules
from airspec.spec.faults import Conflict, Contradiction, Source, Unexpected
from airspec.spec.states import (
    Ap,
    CanonExecuted,
    CanonSent,
    Executed,
    Failed,
    Fold,
    Par,
    Result,
    ScalarResult,
    Sent,
    State,
    StreamResult,
    UnusedResult,
)


class NotMet(Struct, frozen=True, gc=False):
    """The outcome of a join where neither trace has a state."""


class Joined(Struct, frozen=True, gc=False):
    """The joined state, the trace that it is taken from, and the traces in which it has a position.

    No position is remembered for a canon: nothing is looked up by the position of a canon.
    """

    state: State
    source: Source
    seen: Source


JoinResult = NotMet | Joined | Conflict | Unexpected


@rules(
    "Join",
    form="{own} ⊢ {prev}, {current} of {expected} ⇓",
    reads="the states {prev} and {current} are of the instruction {expected}, if {own}:",
)
def of_kind(expected: str, own: bool, prev: State | None, current: State | None) -> bool | Conflict | Unexpected:
    """Return True if every state given here is of the kind of instruction `expected`; else the error.

    `own` says whether that is so; a state that is None always fits.
    """
    if prev is not None and current is not None and not own:
        "incompatible: both traces have a state here, and at least one is of another kind of instruction"
        return Conflict(Contradiction.KINDS, prev, current)
    elif prev is not None and not own:
        "unexpected-previous: only the previous data have a state here, and it is of another kind of instruction"
        return Unexpected(expected, Source.PREVIOUS, prev)
    elif current is not None and not own:
        "unexpected-current: only the current data have a state here, and it is of another kind of instruction"
        return Unexpected(expected, Source.CURRENT, current)
    else:
        "own-kind: every state that a trace has here is of the kind of the instruction"
        return True


@rules("Join", form="{prev} ⊔ call {current} =", reads="the states {prev} and {current} of a call join to")
def join_call(prev: State | None, current: State | None) -> JoinResult:
    """Return the join of the states of one call in previous and in current data; None stands for no state."""
    need(of_kind("call", is_call(prev) and is_call(current), prev, current))
    match prev, current:
        case Sent() | Executed() | Failed(), None:
            "call-previous: only the previous data have the call"
            return Joined(prev, Source.PREVIOUS, Source.PREVIOUS)
        case None, Sent() | Executed() | Failed():
            "call-current: only the current data have the call"
            return Joined(current, Source.CURRENT, Source.CURRENT)
        case Sent(), Sent():
            "sent-sent: neither trace has the result; whoever asked, the request in the previous data stays"
            return Joined(prev, Source.PREVIOUS, Source.PREVIOUS)
        case Sent(), Executed() | Failed():
            "sent-done: a result replaces a request"
            return Joined(current, Source.CURRENT, Source.CURRENT)
        case Executed() | Failed(), Sent():
            "done-sent: a request does not replace a result"
            return Joined(prev, Source.PREVIOUS, Source.PREVIOUS)
        case Executed(), Executed() if same_result(prev.result, current.result):
            "executed-executed: both have the same result; only the number of its generation may differ"
            return Joined(prev, Source.PREVIOUS, Source.BOTH)
        case Executed(), Executed():
            "executed-conflict: one call cannot have two results, nor one that is bound in two ways"
            return Conflict(Contradiction.RESULTS, prev, current)
        case Failed(), Failed() if prev.cid == current.cid:
            "failed-failed: both have the same failure"
            return Joined(prev, Source.PREVIOUS, Source.PREVIOUS)
        case Failed(), Failed():
            "failed-conflict: one call cannot fail in two ways"
            return Conflict(Contradiction.OUTCOMES, prev, current)
        case Executed(), Failed():
            "executed-failed: one call cannot both succeed and fail"
            return Conflict(Contradiction.OUTCOMES, prev, current)
        case Failed(), Executed():
            "failed-executed: one call cannot both fail and succeed"
            return Conflict(Contradiction.OUTCOMES, prev, current)
        case _, _:
            "call-not-met: neither trace has the call"
            return NotMet()


@definition
def is_call(state: State | None) -> bool:
    """Return whether a state is that of a call, or None."""
    match state:
        case Sent() | Executed() | Failed() | None:
            return True
        case _:
            return False


@definition
def same_result(prev: Result, current: Result) -> bool:
    """Return whether two results are the same value, bound in the same way; generations may differ."""
    match prev, current:
        case ScalarResult(), ScalarResult():
            return prev.cid == current.cid
        case StreamResult(), StreamResult():
            return prev.cid == current.cid
        case UnusedResult(), UnusedResult():
            return prev.cid == current.cid
        case _, _:
            return False


@rules("Join", form="{prev} ⊔ ap {current} =", reads="the states {prev} and {current} of an append join to")
def join_ap(prev: State | None, current: State | None) -> JoinResult:
    """Return the join of the states of one append in both data, whose generations may differ; None is no state."""
    need(of_kind("ap", is_ap(prev) and is_ap(current), prev, current))
    match prev, current:
        case Ap(), None:
            "ap-previous: only the previous data have the append"
            return Joined(prev, Source.PREVIOUS, Source.PREVIOUS)
        case None, Ap():
            "ap-current: only the current data have the append"
            return Joined(current, Source.CURRENT, Source.CURRENT)
        case Ap(), Ap():
            "ap-ap: both have it; the generation in the previous data stays, as each peer numbers generations itself"
            return Joined(prev, Source.PREVIOUS, Source.BOTH)
        case _, _:
            "ap-not-met: neither trace has the append"
            return NotMet()


@definition
def is_ap(state: State | None) -> bool:
    """Return whether a state is that of an append, or None."""
    match state:
        case Ap() | None:
            return True
        case _:
            return False


@rules("Join", form="{prev} ⊔ canon {current} =", reads="the states {prev} and {current} of a canon join to")
def join_canon(prev: State | None, current: State | None) -> JoinResult:
    """Return the join of the states of one canon in previous and in current data; None stands for no state."""
    need(of_kind("canon", is_canon(prev) and is_canon(current), prev, current))
    match prev, current:
        case CanonSent() | CanonExecuted(), None:
            "canon-previous: only the previous data have the canon"
            return Joined(prev, Source.PREVIOUS, Source.NEITHER)
        case None, CanonSent() | CanonExecuted():
            "canon-current: only the current data have the canon"
            return Joined(current, Source.CURRENT, Source.NEITHER)
        case CanonSent(), CanonSent():
            "canon-sent-sent: neither trace has the contents; whoever asked, the request in the previous data stays"
            return Joined(prev, Source.PREVIOUS, Source.NEITHER)
        case CanonSent(), CanonExecuted():
            "canon-sent-executed: contents replace a request"
            return Joined(current, Source.CURRENT, Source.NEITHER)
        case CanonExecuted(), CanonSent():
            "canon-executed-sent: a request does not replace contents"
            return Joined(prev, Source.PREVIOUS, Source.NEITHER)
        case CanonExecuted(), CanonExecuted() if prev.cid == current.cid:
            "canon-executed-executed: both have the same contents"
            return Joined(prev, Source.PREVIOUS, Source.NEITHER)
        case CanonExecuted(), CanonExecuted():
            "canon-conflict: one canon cannot have two contents"
            return Conflict(Contradiction.CANONS, prev, current)
        case _, _:
            "canon-not-met: neither trace has the canon"
            return NotMet()


@definition
def is_canon(state: State | None) -> bool:
    """Return whether a state is that of a canon, or None."""
    match state:
        case CanonSent() | CanonExecuted() | None:
            return True
        case _:
            return False


class ParWindows(Struct, frozen=True, gc=False):
    """The sizes of a par's branches in each trace; in a trace without the par they are (0, 0)."""

    prev: Par
    current: Par


@rules("Join", form="{prev} ⊔ par {current} =", reads="the states {prev} and {current} of a par have the sizes")
def join_par(prev: State | None, current: State | None) -> ParWindows | Conflict | Unexpected:
    """Return the sizes of a par's branches in each trace, (0, 0) where it has no state; they are not joined."""
    need(of_kind("par", is_par(prev) and is_par(current), prev, current))
    return ParWindows(sizes_of(prev), sizes_of(current))


@definition
def is_par(state: State | None) -> bool:
    """Return whether a state is that of a par, or None."""
    match state:
        case Par() | None:
            return True
        case _:
            return False


@definition
def sizes_of(state: State | None) -> Par:
    """Return the sizes of the branches of a par from its state; both are 0 if there is none."""
    match state:
        case Par():
            return state
        case _:
            return Par(0, 0)


class FoldWindows(Struct, frozen=True, gc=False):
    """The lore of a fold in each trace; in a trace without the fold it is empty."""

    prev: Fold
    current: Fold


@rules("Join", form="{prev} ⊔ fold {current} =", reads="the states {prev} and {current} of a fold have the lore")
def join_fold(prev: State | None, current: State | None) -> FoldWindows | Conflict | Unexpected:
    """Return the lore of a fold in each trace, empty where it has no state.

    Iterations are matched later, by value and not by order.
    """
    need(of_kind("fold", is_fold(prev) and is_fold(current), prev, current))
    return FoldWindows(lore_of(prev), lore_of(current))


@definition
def is_fold(state: State | None) -> bool:
    """Return whether a state is that of a fold, or None."""
    match state:
        case Fold() | None:
            return True
        case _:
            return False


@definition
def lore_of(state: State | None) -> Fold:
    """Return the state of a fold; one without iterations if there is none."""
    match state:
        case Fold():
            return state
        case _:
            return Fold(())
