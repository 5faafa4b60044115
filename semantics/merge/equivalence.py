"""Equivalence and order of single states, in the notation, so that proofs can speak of them.

`alike` is ``≈`` on states: it agrees with what `spec.equivalence` keeps of a state.  `below` is the information
order ``⊑``: a request is below its result, and equivalent states are below one another.
"""

from __future__ import annotations

from airspec.semantics.notation import definition
from airspec.spec.states import (
    Ap,
    CanonExecuted,
    CanonSent,
    Executed,
    Failed,
    Fold,
    Par,
    ScalarResult,
    Sent,
    State,
    StreamResult,
    UnusedResult,
)


@definition
def alike(left: State | None, right: State | None) -> bool:
    """Whether an observer sees the same in two states: senders, call ids, generations and sizes are not compared."""
    match left, right:
        case None, None:
            return True
        case Sent(), Sent():
            return True
        case Executed(ScalarResult(ours)), Executed(ScalarResult(theirs)):
            return ours == theirs
        case Executed(StreamResult(ours, _)), Executed(StreamResult(theirs, _)):
            return ours == theirs
        case Executed(UnusedResult(ours)), Executed(UnusedResult(theirs)):
            return ours == theirs
        case Failed(), Failed():
            return left.cid == right.cid
        case CanonSent(), CanonSent():
            return True
        case CanonExecuted(), CanonExecuted():
            return left.cid == right.cid
        case Ap(), Ap():
            return True
        case Par(), Par():
            return True
        case Fold(), Fold():
            return True
        case _, _:
            return False


@definition
def below(left: State | None, right: State | None) -> bool:
    """Whether the right state has everything that the left one has."""
    match left, right:
        case None, _:
            return True
        case Sent(), Executed() | Failed():
            return True
        case CanonSent(), CanonExecuted():
            return True
        case _, _:
            return alike(left, right)
