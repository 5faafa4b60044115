"""The join of single states: what two recordings of the same instruction amount to (section 6.2 of the reference).

Each table takes the state that the peer kept (`prev`) and the one that arrived (`current`); `None` means that
this side has nothing recorded there.  Joining is partial: two states that cannot both be true are an error,
never a silent choice.
"""

from __future__ import annotations

from typing import cast

from msgspec import Struct

from semantics.notation import definition, rules
from spec.faults import Conflict, Source, Unexpected
from spec.states import (
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

NOT_EQUAL = "values in call results are not equal"
CALLS_DIFFER = "previous and current call results are incompatible"
STATES_DIFFER = "previous and current data have incompatible states"
CANONS_DIFFER = "points to incompatible execution states"


@rules("Join")
def join_call(prev: State | None, current: State | None) -> JoinResult:
    """What two recordings of a call amount to."""
    match prev, current:
        case None, None:
            "call-not-met: nobody has recorded this call yet"
            return NotMet()
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
            "executed-conflict: one call cannot have two results"
            return Conflict(NOT_EQUAL, prev, current)
        case Failed(), Failed() if prev.cid == current.cid:
            "failed-failed: both know the same failure"
            return Joined(prev, Source.PREVIOUS, Source.PREVIOUS)
        case Failed(), Failed():
            "failed-conflict: one call cannot fail in two ways"
            return Conflict(CALLS_DIFFER, prev, current)
        case Executed(), Failed():
            "executed-failed: one call cannot both succeed and fail"
            return Conflict(CALLS_DIFFER, prev, current)
        case Failed(), Executed():
            "failed-executed: one call cannot both fail and succeed"
            return Conflict(CALLS_DIFFER, prev, current)
        case Par() | Ap() | CanonSent() | CanonExecuted() | Fold(), None:
            "call-unexpected-previous: the kept data recorded another kind of instruction here"
            return Unexpected("call", Source.PREVIOUS, prev)
        case None, Par() | Ap() | CanonSent() | CanonExecuted() | Fold():
            "call-unexpected-current: the arriving data recorded another kind of instruction here"
            return Unexpected("call", Source.CURRENT, current)
        case _, _:
            "call-incompatible: at least one of the two is not a call"
            return Conflict(STATES_DIFFER, cast(State, prev), cast(State, current))


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


@rules("Join")
def join_ap(prev: State | None, current: State | None) -> JoinResult:
    """What two recordings of an append to a stream amount to; generations are numbered locally."""
    match prev, current:
        case None, None:
            "ap-not-met: nobody has recorded this append yet"
            return NotMet()
        case Ap(), None:
            "ap-previous: only the kept data know this append"
            return Joined(prev, Source.PREVIOUS, Source.PREVIOUS)
        case None, Ap():
            "ap-current: only the arriving data know this append"
            return Joined(current, Source.CURRENT, Source.CURRENT)
        case Ap(), Ap():
            "ap-ap: both know it; the kept generation stands, as numbering is local"
            return Joined(prev, Source.PREVIOUS, Source.BOTH)
        case _, None:
            "ap-unexpected-previous: the kept data recorded another kind of instruction here"
            return Unexpected("ap", Source.PREVIOUS, cast(State, prev))
        case None, _:
            "ap-unexpected-current: the arriving data recorded another kind of instruction here"
            return Unexpected("ap", Source.CURRENT, current)
        case _, _:
            "ap-incompatible: at least one of the two is not an append"
            return Conflict(STATES_DIFFER, prev, current)


@rules("Join")
def join_canon(prev: State | None, current: State | None) -> JoinResult:
    """What two recordings of a canon amount to."""
    match prev, current:
        case None, None:
            "canon-not-met: nobody has recorded this canon yet"
            return NotMet()
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
            return Conflict(CANONS_DIFFER, prev, current)
        case _, None:
            "canon-unexpected-previous: the kept data recorded another kind of instruction here"
            return Unexpected("canon", Source.PREVIOUS, cast(State, prev))
        case None, _:
            "canon-unexpected-current: the arriving data recorded another kind of instruction here"
            return Unexpected("canon", Source.CURRENT, current)
        case _, _:
            "canon-incompatible: at least one of the two is not a canon"
            return Conflict(STATES_DIFFER, prev, current)


class ParWindows(Struct, frozen=True, gc=False):
    """The sizes of a par's branches on each side; a side that has not met the par counts as (0, 0)."""

    prev: Par
    current: Par


@rules("Join")
def join_par(prev: State | None, current: State | None) -> ParWindows | Conflict | Unexpected:
    """Where the states of a par's branches stand on each side."""
    match prev, current:
        case None, None:
            "par-not-met: nobody has recorded this par yet"
            return ParWindows(Par(0, 0), Par(0, 0))
        case Par(), None:
            "par-previous: only the kept data know this par"
            return ParWindows(prev, Par(0, 0))
        case None, Par():
            "par-current: only the arriving data know this par"
            return ParWindows(Par(0, 0), current)
        case Par(), Par():
            "par-par: each side brings its own branches"
            return ParWindows(prev, current)
        case _, None:
            "par-unexpected-previous: the kept data recorded another kind of instruction here"
            return Unexpected("par", Source.PREVIOUS, cast(State, prev))
        case None, _:
            "par-unexpected-current: the arriving data recorded another kind of instruction here"
            return Unexpected("par", Source.CURRENT, current)
        case _, _:
            "par-incompatible: at least one of the two is not a par"
            return Conflict(STATES_DIFFER, prev, current)


class FoldWindows(Struct, frozen=True, gc=False):
    """The lore of a fold on each side; a side that has not met the fold counts as empty."""

    prev: Fold
    current: Fold


@rules("Join")
def join_fold(prev: State | None, current: State | None) -> FoldWindows | Conflict | Unexpected:
    """What each side has recorded of a fold over a stream."""
    match prev, current:
        case None, None:
            "fold-not-met: nobody has recorded this fold yet"
            return FoldWindows(Fold(()), Fold(()))
        case Fold(), None:
            "fold-previous: only the kept data know this fold"
            return FoldWindows(prev, Fold(()))
        case None, Fold():
            "fold-current: only the arriving data know this fold"
            return FoldWindows(Fold(()), current)
        case Fold(), Fold():
            "fold-fold: each side brings its own iterations, matched by value and not by order"
            return FoldWindows(prev, current)
        case _, None:
            "fold-unexpected-previous: the kept data recorded another kind of instruction here"
            return Unexpected("fold", Source.PREVIOUS, cast(State, prev))
        case None, _:
            "fold-unexpected-current: the arriving data recorded another kind of instruction here"
            return Unexpected("fold", Source.CURRENT, current)
        case _, _:
            "fold-incompatible: at least one of the two is not a fold"
            return Conflict(STATES_DIFFER, prev, current)
