"""The join of single states: what two recordings of the same instruction amount to.

Each table takes the state that the peer kept (`prev`) and the one that arrived (`current`); `None` means that
this side has nothing recorded there.  Joining is partial: two states that cannot both be true are an error,
never a silent choice.

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
    """Neither side has a state."""


class Joined(Struct, frozen=True, gc=False):
    """The state that both amount to, the side that it is taken from, and the sides whose position it stands for.

    A canon stands for no position: nothing is looked up by the position of a canon.
    """

    state: State
    source: Source
    seen: Source


JoinResult = NotMet | Joined | Conflict | Unexpected


@rules(
    "Join",
    form="{own} ⊢ {prev}, {current} of {expected} ⇓",
    reads="{prev} and {current} are recorded by a {expected}, if {own}:",
)
def of_kind(expected: str, own: bool, prev: State | None, current: State | None) -> bool | Conflict | Unexpected:
    """Both sides recorded the kind of instruction that the script has here; `own` says whether they did."""
    if prev is not None and current is not None and not own:
        "incompatible: at least one of the two sides recorded another kind of instruction here"
        return Conflict(Contradiction.KINDS, prev, current)
    elif prev is not None and not own:
        "unexpected-previous: the kept data recorded another kind of instruction here"
        return Unexpected(expected, Source.PREVIOUS, prev)
    elif current is not None and not own:
        "unexpected-current: the arriving data recorded another kind of instruction here"
        return Unexpected(expected, Source.CURRENT, current)
    else:
        "own-kind: whatever either side recorded here is of this kind"
        return True


@rules("Join", form="{prev} ⊔ call {current} =", reads="the recordings {prev} and {current} of a call join to")
def join_call(prev: State | None, current: State | None) -> JoinResult:
    """What two recordings of a call amount to."""
    need(of_kind("call", is_call(prev) and is_call(current), prev, current))
    match prev, current:
        case Sent() | Executed() | Failed(), None:
            "call-previous: only the kept data know this call"
            return Joined(prev, Source.PREVIOUS, Source.PREVIOUS)
        case None, Sent() | Executed() | Failed():
            "call-current: only the arriving data know this call"
            return Joined(current, Source.CURRENT, Source.CURRENT)
        case Sent(), Sent():
            "sent-sent: nobody has the result; who asked first is a local matter, so senders are not compared"
            return Joined(prev, Source.PREVIOUS, Source.PREVIOUS)
        case Sent(), Executed() | Failed():
            "sent-done: a result beats a request"
            return Joined(current, Source.CURRENT, Source.CURRENT)
        case Executed() | Failed(), Sent():
            "done-sent: a request never takes a result away"
            return Joined(prev, Source.PREVIOUS, Source.PREVIOUS)
        case Executed(), Executed() if same_result(prev.result, current.result):
            "executed-executed: both know the same result; only the numbering of generations may differ"
            return Joined(prev, Source.PREVIOUS, Source.BOTH)
        case Executed(), Executed():
            "executed-conflict: one call cannot have two results, nor one that is bound in two ways"
            return Conflict(Contradiction.RESULTS, prev, current)
        case Failed(), Failed() if prev.cid == current.cid:
            "failed-failed: both know the same failure"
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
    """Whether a side, if it recorded anything, recorded a call."""
    match state:
        case Sent() | Executed() | Failed() | None:
            return True
        case _:
            return False


@definition
def same_result(prev: Result, current: Result) -> bool:
    """Whether two results are the same value bound in the same way; generations are numbered locally."""
    match prev, current:
        case ScalarResult(), ScalarResult():
            return prev.cid == current.cid
        case StreamResult(), StreamResult():
            return prev.cid == current.cid
        case UnusedResult(), UnusedResult():
            return prev.cid == current.cid
        case _, _:
            return False


@rules("Join", form="{prev} ⊔ ap {current} =", reads="the recordings {prev} and {current} of an append join to")
def join_ap(prev: State | None, current: State | None) -> JoinResult:
    """What two recordings of an append to a stream amount to; generations are numbered locally."""
    need(of_kind("ap", is_ap(prev) and is_ap(current), prev, current))
    match prev, current:
        case Ap(), None:
            "ap-previous: only the kept data know this append"
            return Joined(prev, Source.PREVIOUS, Source.PREVIOUS)
        case None, Ap():
            "ap-current: only the arriving data know this append"
            return Joined(current, Source.CURRENT, Source.CURRENT)
        case Ap(), Ap():
            "ap-ap: both know it; the kept generation stands, as numbering is local"
            return Joined(prev, Source.PREVIOUS, Source.BOTH)
        case _, _:
            "ap-not-met: neither trace has the append"
            return NotMet()


@definition
def is_ap(state: State | None) -> bool:
    """Whether a side, if it recorded anything, recorded an append."""
    match state:
        case Ap() | None:
            return True
        case _:
            return False


@rules("Join", form="{prev} ⊔ canon {current} =", reads="the recordings {prev} and {current} of a canon join to")
def join_canon(prev: State | None, current: State | None) -> JoinResult:
    """What two recordings of a canon amount to."""
    need(of_kind("canon", is_canon(prev) and is_canon(current), prev, current))
    match prev, current:
        case CanonSent() | CanonExecuted(), None:
            "canon-previous: only the kept data know this canon"
            return Joined(prev, Source.PREVIOUS, Source.NEITHER)
        case None, CanonSent() | CanonExecuted():
            "canon-current: only the arriving data know this canon"
            return Joined(current, Source.CURRENT, Source.NEITHER)
        case CanonSent(), CanonSent():
            "canon-sent-sent: nobody has performed it; who asked first is a local matter"
            return Joined(prev, Source.PREVIOUS, Source.NEITHER)
        case CanonSent(), CanonExecuted():
            "canon-sent-executed: contents beat a request"
            return Joined(current, Source.CURRENT, Source.NEITHER)
        case CanonExecuted(), CanonSent():
            "canon-executed-sent: a request never takes contents away"
            return Joined(prev, Source.PREVIOUS, Source.NEITHER)
        case CanonExecuted(), CanonExecuted() if prev.cid == current.cid:
            "canon-executed-executed: both know the same contents"
            return Joined(prev, Source.PREVIOUS, Source.NEITHER)
        case CanonExecuted(), CanonExecuted():
            "canon-conflict: a canon is assigned once"
            return Conflict(Contradiction.CANONS, prev, current)
        case _, _:
            "canon-not-met: neither trace has the canon"
            return NotMet()


@definition
def is_canon(state: State | None) -> bool:
    """Whether a side, if it recorded anything, recorded a canon."""
    match state:
        case CanonSent() | CanonExecuted() | None:
            return True
        case _:
            return False


class ParWindows(Struct, frozen=True, gc=False):
    """The sizes of a par's branches on each side; a side that has not met the par counts as (0, 0)."""

    prev: Par
    current: Par


@rules("Join", form="{prev} ⊔ par {current} =", reads="the recordings {prev} and {current} of a par have the sizes")
def join_par(prev: State | None, current: State | None) -> ParWindows | Conflict | Unexpected:
    """Each side brings the sizes of its own branches of a par."""
    need(of_kind("par", is_par(prev) and is_par(current), prev, current))
    return ParWindows(sizes_of(prev), sizes_of(current))


@definition
def is_par(state: State | None) -> bool:
    """Whether a side, if it recorded anything, recorded a par."""
    match state:
        case Par() | None:
            return True
        case _:
            return False


@definition
def sizes_of(state: State | None) -> Par:
    """The sizes of the branches that a side recorded; nothing is recorded of branches of which it knows nothing."""
    match state:
        case Par():
            return state
        case _:
            return Par(0, 0)


class FoldWindows(Struct, frozen=True, gc=False):
    """The lore of a fold on each side; a side that has not met the fold counts as empty."""

    prev: Fold
    current: Fold


@rules("Join", form="{prev} ⊔ fold {current} =", reads="the recordings {prev} and {current} of a fold have the lore")
def join_fold(prev: State | None, current: State | None) -> FoldWindows | Conflict | Unexpected:
    """Each side brings its own iterations of a fold over a stream, which are matched by value and not by order."""
    need(of_kind("fold", is_fold(prev) and is_fold(current), prev, current))
    return FoldWindows(lore_of(prev), lore_of(current))


@definition
def is_fold(state: State | None) -> bool:
    """Whether a side, if it recorded anything, recorded a fold."""
    match state:
        case Fold() | None:
            return True
        case _:
            return False


@definition
def lore_of(state: State | None) -> Fold:
    """The iterations that a side recorded; none, if it knows nothing of the fold."""
    match state:
        case Fold():
            return state
        case _:
            return Fold(())
