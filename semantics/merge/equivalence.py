"""Equivalence ``≈`` and information order ``⊑`` of single states, in the notation.

Two states are `alike` if an observer sees the same of them; a state is `below` another if that one says as much or
more: a request is below its result.  `semantics.merge.tree` lifts both to trees, and `semantics.merge.observations`
to whole data.
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
    Sent,
    State,
    StreamResult,
)


@definition
def observed(state: State | None) -> State | None:
    """Return what an observer sees of a state: the state without senders, call ids, generations, sizes and lore."""
    match state:
        case Sent():
            return Sent("")
        case Executed(StreamResult(cid, _)):
            return Executed(StreamResult(cid, 0))
        case CanonSent():
            return CanonSent("")
        case Ap():
            return Ap((0,))
        case Par():
            return Par(0, 0)
        case Fold():
            return Fold(())
        case _:
            return state


@definition
def alike(left: State | None, right: State | None) -> bool:
    """Return whether an observer sees the same in two states, ``≈``; None stands for no state."""
    return observed(left) == observed(right)


@definition
def below(left: State | None, right: State | None) -> bool:
    """Return whether the right state says at least what the left one says, ``⊑``; None stands for no state."""
    match left, right:
        case None, _:
            return True
        case Sent(), Executed() | Failed():
            return True
        case CanonSent(), CanonExecuted():
            return True
        case _, _:
            return alike(left, right)
