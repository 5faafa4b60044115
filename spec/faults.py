"""Faults: why an instruction, a premise or an input cannot have its way.

*Catchable* errors go up to the next ``xor``; *uncatchable* ones end the run, and everything that it did is discarded;
a *trap* is a place where AquaVM panics.  A *conflict*, an *unexpected* state and *malformed* data are what the merge of
two traces finds; each ends the run with a trace error that names the instruction.
"""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from spec.states import State


class Source(Enum):
    """Which of the two sides a joined state comes from."""

    PREVIOUS = "previous"
    CURRENT = "current"
    BOTH = "both"
    NEITHER = "neither"


class Catchable(Struct, frozen=True, gc=False):
    """An error that ``xor`` catches."""

    code: int
    message: str


class Uncatchable(Struct, frozen=True, gc=False):
    """An error that ends the run; everything that the run did is discarded."""

    code: int
    message: str


class Trap(Struct, frozen=True, gc=False):
    """A place where AquaVM panics; `name` says which."""

    name: str


class Conflict(Struct, frozen=True, gc=False):
    """The two sides cannot both be true; `left` and `right` are what they recorded."""

    reason: str
    left: State
    right: State


class Unexpected(Struct, frozen=True, gc=False):
    """A side recorded a state of another kind of instruction than `expected`."""

    expected: str
    side: Source
    state: State


class Malformed(Struct, frozen=True, gc=False):
    """The data cannot be what any script has recorded; `reason` says why."""

    reason: str


Failure = Catchable | Uncatchable | Trap | Conflict | Unexpected | Malformed
"""What a judgement yields in place of a value."""

FAILURES = frozenset((Catchable, Uncatchable, Trap, Conflict, Unexpected, Malformed))
