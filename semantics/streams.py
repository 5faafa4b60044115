"""Streams and stream maps: generations, the scopes of names, compactification.

Streams and maps share one table: their names differ by tag.

AquaVM 0.62: ``air/src/execution_step/value_types/stream/``;
``air/src/execution_step/execution_context/streams_variables.rs``.
"""

from __future__ import annotations

from typing import cast

from msgspec import Struct
from msgspec.structs import replace
from rpds import HashTrieMap, List

from airspec.semantics.configuration import Config
from airspec.semantics.environment import Cursor, Descriptor, Matrix, Streams, StreamState, StreamValue
from airspec.semantics.merge.memory import Memory
from airspec.semantics.notation import definition, rules
from airspec.semantics.persistent import set_states
from airspec.spec.faults import Source, StreamTooLong, Trap, Uncatchable
from airspec.spec.states import Ap, Executed, State, StreamResult
from airspec.spec.syntax import Span
from airspec.spec.values import Value

NEW_GENERATION = 0xCAFEBABE
"""The number of the generation of a new value until the run ends, when all generations are numbered."""

SIZE_LIMIT = 1024
"""The number of values that a stream or map must stay below."""

MEMORY_LIMIT = 2**27
"""Generations that AquaVM cannot hold in 32-bit memory, for each of which it keeps an empty list."""


# --- matrices ---------------------------------------------------------------------------------------


@definition
def put(matrix: Matrix, generation: int, value: StreamValue) -> Matrix:
    """Return the matrix with a value appended to a generation, numbered from 0; missing ones before it are empty."""
    values = matrix.generations.get(generation)
    return Matrix(
        max(matrix.count, generation + 1),
        matrix.generations.insert(generation, (value,) if values is None else (*values, value)),
    )


@definition
def put_last(matrix: Matrix, value: StreamValue) -> Matrix:
    """Return the matrix with a value appended to its last generation, which is created if there is none."""
    return put(matrix, max(matrix.count, 1) - 1, value)


@definition
def filled(matrix: Matrix) -> tuple[tuple[StreamValue, ...], ...]:
    """Return the values of each generation of a matrix that is not empty, in ascending order of their numbers."""
    return tuple(matrix.generations[generation] for generation in sorted(matrix.generations))


@definition
def open_generation(matrix: Matrix) -> Matrix:
    """Return the matrix with an empty generation added behind its last one."""
    return Matrix(matrix.count + 1, matrix.generations)


@definition
def drop_open_generation(matrix: Matrix) -> Matrix:
    """Return the matrix without its last generation, if that is empty."""
    is_open = matrix.count > 0 and matrix.count - 1 not in matrix.generations
    return Matrix(matrix.count - 1, matrix.generations) if is_open else matrix


@definition
def generations(stream: StreamState) -> tuple[tuple[StreamValue, ...], ...]:
    """Return the generations of a stream that are not empty: those of previous data, current data, and this run."""
    return filled(stream.previous) + filled(stream.current) + filled(stream.new)


@definition
def contents(stream: StreamState) -> tuple[Value, ...]:
    """Return the values of a stream in the order in which a canon or a fold sees them."""
    return tuple(entry.value for generation in generations(stream) for entry in generation)


@definition
def cursor_of(stream: StreamState) -> Cursor:
    """Return the cursor of a fold that has walked all generations of a stream; empty generations are counted too."""
    return Cursor(stream.previous.count, stream.current.count, stream.new.count)


@definition
def generations_after(stream: StreamState, cursor: Cursor) -> List[tuple[StreamValue, ...]]:
    """Return the generations of a stream that a fold with this cursor has yet to walk.

    The cursor counts empty generations but skips only filled ones, as in AquaVM: a fold can miss generations.
    """
    return List(
        filled(stream.previous)[cursor.previous :]
        + filled(stream.current)[cursor.current :]
        + filled(stream.new)[cursor.new :]
    )


# --- names ------------------------------------------------------------------------------------------


@definition
def contains(span: Span | None, position: int) -> bool:
    """Return whether an offset in the text of the script lies strictly inside a span; it always lies inside None."""
    return span is None or span.start < position < span.end


@definition
def innermost(descriptors: tuple[Descriptor, ...], position: int) -> int | None:
    """Return the index of the innermost of nested descriptors whose span contains `position`; None if no span does.

    `position` is an offset in the text of the script.
    """
    return max((i for i, d in enumerate(descriptors) if contains(d.span, position)), default=None)


@rules(
    "Stream",
    form="{streams} ⊢ {name} at {position} ↦",
    reads="among the streams {streams}, the name {name} at {position} means",
)
def find(streams: Streams, name: str, position: int) -> StreamState | None:
    """Return the stream that a name stands for at an offset in the text of the script; None if there is none yet."""
    descriptors = streams.get(name, ())
    i = innermost(descriptors, position)
    if i is None:
        "find-absent: nothing was written yet, and no `new` encloses the position"
        return None
    else:
        "find-innermost: the name means the stream of the innermost `new` around the position, or else the global one"
        return descriptors[i].stream


@definition
def update(streams: Streams, name: str, position: int, stream: StreamState) -> Streams:
    """Return the streams with `stream` in place of the one that the name stands for at `position`, which must exist.

    `position` is an offset in the text of the script.
    """
    descriptors = streams[name]
    i = cast(int, innermost(descriptors, position))
    return streams.insert(name, (*descriptors[:i], Descriptor(descriptors[i].span, stream), *descriptors[i + 1 :]))


@rules(
    "Stream",
    form="{streams} ⊢ {name} at {position} ∷ {value} from {source}, {generation} ⇓",
    reads="among the streams {streams}, the stream {name} at "
    "{position} takes {value}, known from {source} with the generation {generation}, which leaves",
)
def append(
    streams: Streams,
    name: str,
    position: int,
    value: StreamValue,
    source: Source,
    generation: int,
) -> Streams | Uncatchable | Trap:
    """Return the streams with a value appended to the one that the name stands for at `position`, or why it cannot be.

    `position` is an offset in the text of the script. `source` says which data have the value already, in the given
    `generation`; it is NEITHER for a new value of this run, for which `generation` is not used.
    """
    found = find(streams, name, position)
    stream = add(StreamState() if found is None else found, value, source, generation)
    if stream.previous.count > MEMORY_LIMIT or stream.current.count > MEMORY_LIMIT:
        "append-too-far: the generation has a number for which AquaVM runs out of memory"
        return Trap("generation-out-of-memory")
    elif stream.size >= SIZE_LIMIT:
        "append-too-many: the stream would have more than 1023 values"
        return Uncatchable(StreamTooLong())
    elif found is None:
        "append-first: the global stream comes into being, and displaces any other stream of that name"
        return streams.insert(name, (Descriptor(None, stream),))
    else:
        "append-more: the value joins its generation"
        return update(streams, name, position, stream)


@rules(
    "Stream",
    form="{stream} ∷ {value} from {source}, {generation} ⇓",
    reads="the stream {stream} takes {value}, known from {source} with the generation {generation}, and is",
)
def add(stream: StreamState, value: StreamValue, source: Source, generation: int) -> StreamState:
    """Return the stream with a value added to the matrix of the data that `source` names.

    `generation` is the number of the value's generation in these data; it is not used for a new value.
    """
    match source:
        case Source.NEITHER:
            "add-new: a value of this run joins the last generation of this run"
            return replace(stream, new=put_last(stream.new, value), size=stream.size + 1)
        case Source.CURRENT:
            "add-current: a value that only current data have joins its generation there"
            return replace(stream, current=put(stream.current, generation, value), size=stream.size + 1)
        case _:
            "add-previous: a value that the previous data have joins its generation there"
            return replace(stream, previous=put(stream.previous, generation, value), size=stream.size + 1)


@definition
def open_scope(streams: Streams, name: str, span: Span) -> Streams:
    """Return the streams with a fresh, empty one, for which the name stands within `span`, a ``new`` instruction."""
    return streams.insert(name, (*streams.get(name, ()), Descriptor(span, StreamState())))


class Closed(Struct, frozen=True, gc=False, eq=False):
    """The streams without one of them, and the merge with the generations of that one numbered."""

    streams: Streams
    memory: Memory


@rules("Stream", form="{c} ⊢ {name} closed ⇓", reads="in {c}, the stream {name} is left, which leaves")
def close_scope(c: Config, name: str) -> Closed | Trap:
    """Return the streams without the innermost one of this name, and the merge with its generations numbered.

    Return a `Trap` if the stream was displaced by a global one, where AquaVM panics.
    """
    descriptors = c.streams.get(name, ())
    if descriptors == ():
        "close-lost: the stream of this scope was displaced by a global one and is gone already"
        return Trap("stream-scope-lost")
    else:
        "close: the innermost stream of that name is removed"
        rest = c.streams.remove(name) if len(descriptors) == 1 else c.streams.insert(name, descriptors[:-1])
        return Closed(rest, compactify(c.memory, (descriptors[-1].stream,)))


# --- compactification -------------------------------------------------------------------------------


@definition
def compactify(memory: Memory, streams: tuple[StreamState, ...]) -> Memory:
    """Return the merge with the generations of these streams numbered in the new trace, from 0 and without gaps.

    Old numbers may shift; peers never need to agree on them. Every value has a state in the trace, as both come into
    being in one step; AquaVM has an error for values without.
    """
    numbered = tuple(
        (entry.position, number)
        for stream in streams
        for number, generation in enumerate(generations(stream))
        for entry in generation
    )
    return memory if numbered == () else replace(memory, result=set_states(memory.result, renumbered(memory, numbered)))


@definition
def renumbered(memory: Memory, numbered: tuple[tuple[int, int], ...]) -> tuple[tuple[int, State], ...]:
    """Return each position of the new trace in `numbered` with its state, in the generation paired with it there."""
    return tuple((position, with_generation(memory.result[position], number)) for position, number in numbered)


@definition
def with_generation(state: State, generation: int) -> State:
    """Return the state with another generation; it must put a value into a stream, as ``ap`` and stream results do."""
    match state:
        case Executed(StreamResult(cid, _)):
            return Executed(StreamResult(cid, generation))
        case _:
            return Ap((generation,))


EMPTY_STREAMS: Streams = HashTrieMap()
