"""The states that a trace is made of.

AquaVM 0.62: ``crates/air-lib/interpreter-data/src/executed_state.rs``.

A *trace* is a tuple of states in execution order.  `par` and `fold` states hold the sizes and places of the
subtraces that follow or precede them; only calls, canons, pars, aps into streams and folds over streams
leave a state at all.
"""

from __future__ import annotations

from msgspec import Struct

from airspec.spec.values import Cid


class ScalarResult(Struct, frozen=True, gc=False):
    """The result of a call that is bound to a scalar; `cid` names a service result."""

    cid: Cid


class StreamResult(Struct, frozen=True, gc=False):
    """The result of a call that is appended to a stream, in a generation of that stream."""

    cid: Cid
    generation: int


class UnusedResult(Struct, frozen=True, gc=False):
    """The result of a call without output; `cid` names the value itself, which is not stored."""

    cid: Cid


Result = ScalarResult | StreamResult | UnusedResult


class Sent(Struct, frozen=True, gc=False):
    """A call without a result yet: `peer_id` sent the particle on to the peer of the call, or asked its own services.

    `call_id` is the number of the request to its own services; None if the particle was sent on.
    """

    peer_id: str
    call_id: int | None = None


class Executed(Struct, frozen=True, gc=False):
    """A call that returned a result."""

    result: Result


class Failed(Struct, frozen=True, gc=False):
    """A call whose service returned an error; `cid` names a service result with the error object."""

    cid: Cid


class Par(Struct, frozen=True, gc=False):
    """A par: the numbers of following states that belong to its left and its right branch."""

    left: int
    right: int


class Ap(Struct, frozen=True, gc=False):
    """A value appended to a stream or map, in these generations (exactly one, unless the state is malformed)."""

    generations: tuple[int, ...]


class CanonSent(Struct, frozen=True, gc=False):
    """A canon that another peer has to perform; `peer_id` asked for it."""

    peer_id: str


class CanonExecuted(Struct, frozen=True, gc=False):
    """A canon that was performed; `cid` names the canon result."""

    cid: Cid


class Subtrace(Struct, frozen=True, gc=False):
    """A run of states in a trace: the position of the first state, and the number of states."""

    begin: int
    length: int


class Lore(Struct, frozen=True, gc=False):
    """The states of a fold for one value of its stream.

    `value` is the position of the state that put the value into the stream; `subtraces` are the states before the
    iteration's `next` and those after it (exactly two runs, unless the state is malformed).
    """

    value: int
    subtraces: tuple[Subtrace, ...]


class Fold(Struct, frozen=True, gc=False):
    """A fold over a stream or map, with the states of each of its iterations."""

    lore: tuple[Lore, ...]


CallState = Sent | Executed | Failed
CanonState = CanonSent | CanonExecuted
State = CallState | CanonState | Par | Ap | Fold
Trace = tuple[State, ...]


def extent(state: State) -> int:
    """Return the number of states that belong to the branches of a par or to the iterations of a fold; else 0."""
    match state:
        case Par(left, right):
            return left + right
        case Fold(lore):
            return sum(subtrace.length for entry in lore for subtrace in entry.subtraces)
        case _:
            return 0
