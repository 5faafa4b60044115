"""``fold`` over streams and stream maps.

The walk goes generation by generation; a generation is folded over like an array.  Values that the body appends,
directly or through other folds, are walked in a later round of the same fold.

AquaVM 0.62: ``air/src/execution_step/instructions/fold_stream.rs``, ``fold_stream_map.rs`` and ``fold_stream/``
beside it.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace
from rpds import List

from airspec.semantics.configuration import Config, FoldExit, Return, StreamFold
from airspec.semantics.environment import Cursor, Iteration, StreamState, StreamValue, ValueItems
from airspec.semantics.merge.fold_lore import end_fold, end_generation, start_iteration
from airspec.semantics.merge.meeting import meet_fold
from airspec.semantics.merge.memory import Memory
from airspec.semantics.notation import definition, given, need, premises, some, step
from airspec.semantics.persistent import first
from airspec.semantics.rules.fold import iterator_free
from airspec.semantics.scopes import enter_fold
from airspec.semantics.streams import (
    cursor_of,
    drop_open_generation,
    find,
    generations_after,
    open_generation,
    update,
)
from airspec.spec.faults import Catchable, Malformed, Trap
from airspec.spec.syntax import FoldMap, FoldStream

AnyFold = FoldStream | FoldMap
Generation = tuple[StreamValue, ...]


# --- a fold begins ----------------------------------------------------------------------------------


@step
def fold_stream_absent(c: Config, fold: AnyFold) -> Config:
    """Nothing was written to the stream yet: the fold waits, and no state records that."""
    given(find(c.streams, fold.stream.name, fold.span.start) is None)
    return c.wait()


@step
def fold_stream_empty(c: Config, fold: AnyFold) -> Config:
    """The stream is there and has no values: the fold ends, and is not complete, as values may come."""
    stream = some(find(c.streams, fold.stream.name, fold.span.start))
    memory = need(meet_fold(c.memory))
    batch = generations_after(stream, Cursor())
    given(len(batch) == 0)
    return c.with_memory(end_fold(memory, memory.fold_count - 1)).wait()


@step
def fold_stream_begin(c: Config, fold: AnyFold) -> Config:
    """The first batch is all generations that are there; what the body appends goes to a generation of its own."""
    stream = some(find(c.streams, fold.stream.name, fold.span.start))
    memory = need(meet_fold(c.memory))
    batch = generations_after(stream, Cursor())
    given(len(batch) != 0)
    opened = replace(stream, new=open_generation(stream.new))
    streams = update(c.streams, fold.stream.name, fold.span.start, opened)
    frame = StreamFold(fold, memory.fold_count - 1, batch, cursor_of(stream), False)
    begun = need(begin_generation(memory, frame))
    need(iterator_free(c, fold.iterator))
    entered = c.with_memory(begun).with_streams(streams).with_scope(enter_fold(c.scope))
    walking = entered.iterate(fold.iterator, walk(frame)).push(frame).push(FoldExit(fold.iterator, c.scope))
    return walking.evaluate(fold.body)


# --- a generation was walked ------------------------------------------------------------------------


class Walked(Struct, frozen=True, gc=False, eq=False):
    """A fold that has walked a generation: the merge, the generations left, and whether any walked one was complete."""

    memory: Memory
    batch: List[Generation]
    complete: bool


@premises
def walked_on(c: Config, ended: Return | Catchable, frame: StreamFold) -> Walked:
    """A generation was walked to its end, or an error ended the walk.

    The error is dropped, and with it the rest of the generation.
    """
    memory = end_generation(c.memory, frame.number)
    batch = frame.batch.drop_first()
    complete = frame.complete or is_complete(c, ended)
    return Walked(memory, batch, complete)


@step
def fold_stream_next(c: Config, ended: Return | Catchable, frame: StreamFold) -> Config:
    """The next generation of the batch follows."""
    it = walked_on(c, ended, frame)
    given(len(it.batch) != 0)
    walked = replace(frame, batch=it.batch, complete=it.complete)
    begun = need(begin_generation(it.memory, walked), within=frame.fold)
    need(iterator_free(c, frame.fold.iterator))
    entered = c.with_memory(begun).with_scope(enter_fold(c.scope)).iterate(frame.fold.iterator, walk(walked))
    return entered.push(walked).push(FoldExit(frame.fold.iterator, c.scope)).evaluate(frame.fold.body)


@step
def fold_stream_more(c: Config, ended: Return | Catchable, frame: StreamFold) -> Config:
    """The batch is walked, and the stream has new values, perhaps from the body: they are the next batch.

    A generation can be missed, as the cursor counts empty ones (`generations_after`).
    """
    it = walked_on(c, ended, frame)
    given(len(it.batch) == 0)
    stream = some(find(c.streams, frame.fold.stream.name, frame.fold.span.start))
    batch = generations_after(stream, frame.cursor)
    given(len(batch) != 0)
    kept = replace(stream, new=drop_open_generation(stream.new))
    streams = update(c.streams, frame.fold.stream.name, frame.fold.span.start, opened_again(kept))
    walked = replace(frame, batch=batch, cursor=cursor_of(kept), complete=it.complete)
    begun = need(begin_generation(it.memory, walked), within=frame.fold)
    need(iterator_free(c, frame.fold.iterator))
    entered = c.with_memory(begun).with_streams(streams).with_scope(enter_fold(c.scope))
    walking = entered.iterate(frame.fold.iterator, walk(walked)).push(walked)
    return walking.push(FoldExit(frame.fold.iterator, c.scope)).evaluate(frame.fold.body)


@step
def fold_stream_end(c: Config, ended: Return | Catchable, frame: StreamFold) -> Config:
    """The batch is walked, and the stream has no new values: the fold ends, complete if one of its generations was."""
    it = walked_on(c, ended, frame)
    given(len(it.batch) == 0)
    stream = some(find(c.streams, frame.fold.stream.name, frame.fold.span.start))
    batch = generations_after(stream, frame.cursor)
    given(len(batch) == 0)
    kept = replace(stream, new=drop_open_generation(stream.new))
    streams = update(c.streams, frame.fold.stream.name, frame.fold.span.start, opened_again(kept))
    return c.with_memory(end_fold(it.memory, frame.number)).with_streams(streams).completed(it.complete).done()


@step
def fold_stream_lost(c: Config, ended: Return | Catchable, frame: StreamFold) -> Config:
    """The batch is walked, and the stream is gone, displaced by another of its name: AquaVM panics."""
    it = walked_on(c, ended, frame)
    given(len(it.batch) == 0)
    given(find(c.streams, frame.fold.stream.name, frame.fold.span.start) is None)
    return c.halt(Trap("stream-lost-in-fold"))


# --- judgements -------------------------------------------------------------------------------------


@definition
def is_complete(c: Config, ended: Return | Catchable) -> bool:
    """Return whether a generation that was walked is complete, by the flag, which an error leaves as it was."""
    return c.complete


@definition
def begin_generation(memory: Memory, frame: StreamFold) -> Memory | Malformed | Trap:
    """Return the merge at the first value of the first generation in the batch of a fold."""
    return start_iteration(memory, frame.number, first(frame.batch)[0].position)


@definition
def walk(frame: StreamFold) -> Iteration:
    """Return the iteration over the first generation in the batch of a fold, at its first value."""
    return Iteration(items_of(first(frame.batch)), 0, frame.fold.body, frame.fold.last, frame.number)


@definition
def items_of(generation: Generation) -> ValueItems:
    """Return the values of a generation as the items of an iteration, with the positions of their states."""
    return ValueItems(tuple(entry.value for entry in generation), tuple(entry.position for entry in generation))


@definition
def opened_again(stream: StreamState) -> StreamState:
    """Return the stream with a new, empty generation of this run, for what the body appends."""
    return replace(stream, new=open_generation(stream.new))
