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
    """A canonical map: its key-value pairs in order, and the values under each key.

    Keys are typed: a string key and an integer key never coincide (`semantics.maps`).
    """

    pairs: tuple[Value, ...]
    by_key: HashTrieMap[Json, tuple[Value, ...]]
    tetraplet: Tetraplet
    cid: Cid


Binding = Value | CanonValue | CanonMapValue


class Cell(Struct, frozen=True, gc=False, eq=False):
    """The innermost binding of a name: the depth of folds at which it was made, and its value, unset after ``new``."""

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
    """The elements of one array value; each inherits the array's tetraplet, with its index added."""

    elements: tuple[Json, ...]
    tetraplet: Tetraplet
    provenance: Provenance


class ValueItems(Struct, frozen=True, gc=False, eq=False):
    """Values that keep their own tetraplets: elements of a canonical stream or map, or of a generation of a stream."""

    values: tuple[Value, ...]
    positions: tuple[int, ...] = ()


class Iteration(Struct, frozen=True, gc=False, eq=False):
    """A running fold: its items, the index of the current one, and its instructions.

    `fold` numbers the folds over streams, which are recorded in the trace (None for other folds);
    `ended` is set when a ``next`` has reached the end of the generation.
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
    """Values by generation: `count` generations, of which those that are not empty are in the map."""

    count: int = 0
    generations: HashTrieMap[int, tuple[StreamValue, ...]] = HashTrieMap()


class StreamState(Struct, frozen=True, gc=False, eq=False):
    """A stream: the values of previous data, those that only current data have, and those that this run appends."""

    previous: Matrix = Matrix()
    current: Matrix = Matrix()
    new: Matrix = Matrix()
    size: int = 0


class Descriptor(Struct, frozen=True, gc=False, eq=False):
    """A stream with the part of the script in which its name means it (None: everywhere)."""

    span: Span | None
    stream: StreamState


Streams: TypeAlias = "HashTrieMap[str, tuple[Descriptor, ...]]"


class Cursor(Struct, frozen=True, gc=False):
    """The number of generations of each matrix that a fold has walked."""

    previous: int = 0
    current: int = 0
    new: int = 0


# --- error registers ----------------------------------------------------------------------------------


class ErrorRecord(Struct, frozen=True, gc=False):
    """The contents of an error register."""

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
