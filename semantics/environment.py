"""The environment of a run: the meaning of names, the contents of streams, and the error registers."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct
from rpds import HashTrieMap, HashTrieSet

from airspec.spec import codes
from airspec.spec.faults import Catchable
from airspec.spec.syntax import Instruction, Span
from airspec.spec.values import Cid, FromLiteral, Json, Provenance, Tetraplet, Value

# --- variables ----------------------------------------------------------------------------------------


class CanonValue(Struct, frozen=True, gc=False):
    """A canonical stream: its elements, the tetraplet of its peer, and the id of its canon result."""

    elements: tuple[Value, ...]
    tetraplet: Tetraplet
    cid: Cid


class CanonMapValue(Struct, frozen=True, gc=False):
    """A canonical map: its elements in order, and the values under each key; `cid` is the id of its canon result.

    Keys are typed: a string key and an integer key never coincide (`semantics.maps`).
    """

    pairs: tuple[Value, ...]
    by_key: HashTrieMap[Json, tuple[Value, ...]]
    tetraplet: Tetraplet
    cid: Cid


Binding = Value | CanonValue | CanonMapValue


class Cell(Struct, frozen=True, gc=False, eq=False):
    """The innermost binding of a name: its value (None: unset by ``new``), and the depth of folds where it was made."""

    depth: int
    value: Binding | None


class Scope(Struct, frozen=True, gc=False, eq=False):
    """The variables that can be read.

    `depth` counts the nested fold iterations; a cell is visible when its depth is in `visible`: the global
    depth 0 and the iteration that each running fold is in.
    """

    cells: HashTrieMap[str, Cell] = HashTrieMap()
    depth: int = 0
    visible: HashTrieSet[int] = HashTrieSet([0])


class ArrayItems(Struct, frozen=True, gc=False, eq=False):
    """The elements of an array that a fold walks; each inherits the array's tetraplet, with its index added."""

    elements: tuple[Json, ...]
    tetraplet: Tetraplet
    provenance: Provenance


class ValueItems(Struct, frozen=True, gc=False, eq=False):
    """Values that a fold walks, with their own tetraplets: the elements of a canonical collection or of one generation.

    `positions` are those of the states in the new trace that put the values into a stream; empty for a canon.
    """

    values: tuple[Value, ...]
    positions: tuple[int, ...] = ()


class Iteration(Struct, frozen=True, gc=False, eq=False):
    """A running fold: its items, the index of the current one from 0, its body, and its last instruction, if any.

    `fold` numbers the folds over streams, which are recorded in the trace (None for other folds); `ended` is set when a
    ``next`` has reached the end of the generation.
    """

    items: ArrayItems | ValueItems
    index: int
    body: Instruction
    last: Instruction | None
    fold: int | None = None
    ended: bool = False


# --- streams ------------------------------------------------------------------------------------------


class StreamValue(Struct, frozen=True, gc=False):
    """An element of a stream, with the position in the new trace of the state that put it there."""

    value: Value
    position: int


class Matrix(Struct, frozen=True, gc=False, eq=False):
    """Values by generation: there are `count`, numbered from 0, of which the map has those that are not empty."""

    count: int = 0
    generations: HashTrieMap[int, tuple[StreamValue, ...]] = HashTrieMap()


class StreamState(Struct, frozen=True, gc=False, eq=False):
    """A stream: the values of previous data, those that only current data have, and those that this run appends.

    `size` is the number of all values.
    """

    previous: Matrix = Matrix()
    current: Matrix = Matrix()
    new: Matrix = Matrix()
    size: int = 0


class Descriptor(Struct, frozen=True, gc=False, eq=False):
    """A stream, and the part of the script in which its name stands for it (None: everywhere)."""

    span: Span | None
    stream: StreamState


Streams: TypeAlias = "HashTrieMap[str, tuple[Descriptor, ...]]"


class Cursor(Struct, frozen=True, gc=False):
    """How many generations of each matrix of a stream a fold has walked."""

    previous: int = 0
    current: int = 0
    new: int = 0


# --- error registers ----------------------------------------------------------------------------------


class ErrorRecord(Struct, frozen=True, gc=False):
    """The contents of an error register: an error object, and the tetraplet (None: none) and provenance that it has."""

    object: Json = codes.NO_ERROR
    tetraplet: Tetraplet | None = None
    provenance: Provenance = FromLiteral()


class Registers(Struct, frozen=True, gc=False, eq=False):
    """``%last_error%`` and ``:error:``, each with a flag that says whether it may be set.

    `original` is the error that the last handler caught, for ``(fail :error:)``; it is None once ``:error:`` has been
    set or cleared since.
    """

    last: ErrorRecord = ErrorRecord()
    last_settable: bool = True
    error: ErrorRecord = ErrorRecord()
    error_settable: bool = True
    original: Catchable | None = None
