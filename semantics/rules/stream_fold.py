"""``fold`` over streams and stream maps (section 7.10 of the reference).

Values that the body appends, directly or through other folds, are met in a later round of the same fold.
"""

from __future__ import annotations

from msgspec.structs import replace

from semantics.configuration import RETURN, Config, Halt, StreamFold
from semantics.editions import Edition
from semantics.environment import Cursor, Iteration, StreamState, ValueItems
from semantics.merge.join import join_fold
from semantics.merge.lore import end_fold, end_generation, start_fold, start_iteration
from semantics.merge.sliders import take
from semantics.notation import definition, rules
from semantics.persistent import first
from semantics.rules.control import fail_in_trace
from semantics.rules.fold import enter
from semantics.streams import (
    cursor_of,
    drop_open_generation,
    find,
    generations_after,
    open_generation,
    update,
)
from spec.faults import Catchable, Conflict, Malformed, Trap, Unexpected
from spec.syntax import FoldMap, FoldStream

AnyFold = FoldStream | FoldMap


@rules("Step")
def fold_stream(c: Config, instr: AnyFold) -> Config:
    """A fold over a stream begins."""
    stream = find(c.streams, instr.stream.name, instr.span.start)
    if stream is None:
        "fold-stream-absent: nothing was written yet, and the fold waits without a trace"
        return replace(c, complete=False, control=RETURN)
    else:
        taken = take(c.memory, join_fold)
        match taken.joined:
            case Conflict() | Unexpected():
                "fold-stream-conflict: the data record another instruction here"
                return fail_in_trace(c, instr, taken.joined)
            case _:
                memory = start_fold(taken.memory, taken.joined.prev, taken.joined.current)
                match memory:
                    case Malformed() | Trap():
                        "fold-stream-impossible: the data record an impossible fold"
                        return fail_in_trace(c, instr, memory)
                    case _:
                        "fold-stream-begin: each side's lore is at hand"
                        return first_round(replace(c, memory=memory), instr, stream)


@definition
def first_round(c: Config, instr: AnyFold, stream: StreamState) -> Config:
    """The first round walks all generations; what the body appends goes to a generation of its own."""
    batch = generations_after(stream, Cursor())
    opened = stream if not batch else replace(stream, new=open_generation(stream.new))
    frame = StreamFold(instr, c.memory.fold_count - 1, batch, cursor_of(stream, c.edition), False)
    return next_generation(
        replace(
            c,
            streams=update(c.streams, instr.stream.name, instr.span.start, opened),
            stack=c.stack.push_front(frame),
        ),
        frame,
    )


@rules("Step")
def next_generation(c: Config, frame: StreamFold) -> Config:
    """The walk over a stream goes on with the generation at the head of the batch."""
    if not frame.batch:
        "fold-stream-end: no generation is left; the fold is complete if one of them was"
        return replace(
            c,
            stack=c.stack.drop_first(),
            memory=end_fold(c.memory, frame.number),
            complete=frame.complete,
            control=RETURN,
        )
    else:
        generation = first(frame.batch)
        memory = start_iteration(c.memory, frame.number, generation[0].position)
        match memory:
            case Malformed() | Trap():
                "fold-stream-value-impossible: the data record impossible states"
                return fail_in_trace(c, frame.fold, memory)
            case _:
                "fold-stream-generation: the values of one generation are folded over like an array"
                items = ValueItems(
                    tuple(entry.value for entry in generation), tuple(entry.position for entry in generation)
                )
                return enter(
                    replace(c, memory=memory),
                    frame.fold.iterator,
                    Iteration(items, 0, frame.fold.body, frame.fold.last, frame.number),
                )


@rules("Step")
def stream_fold_return(c: Config, frame: StreamFold) -> Config:
    """A generation was walked without an error."""
    return generation_done(c, frame)


@rules("Step")
def stream_fold_throw(c: Config, frame: StreamFold, error: Catchable) -> Config:
    """A generation failed: the error is dropped, the rest of the generation is not met, and the walk goes on."""
    if c.edition == Edition.REPAIRED:
        "stream-fold-failed: repaired: what failed is not complete, whichever peer saw it fail and when"
        return generation_done(replace(c, complete=False), frame)
    else:
        "stream-fold-throw: the failure says nothing of completeness, which stays what it happens to be"
        return generation_done(c, frame)


@rules("Step")
def generation_done(c: Config, frame: StreamFold) -> Config:
    """One generation was walked, up to its end or to a failure."""
    ended = replace(c, memory=end_generation(c.memory, frame.number))
    walked = replace(frame, batch=frame.batch.drop_first(), complete=frame.complete or c.complete)
    if not walked.batch:
        "fold-stream-round: the batch is walked; what has come since is the next one"
        return next_round(ended, walked)
    else:
        "fold-stream-next: the next generation of the batch follows"
        return next_generation(on_top(ended, walked), walked)


@definition
def on_top(c: Config, frame: StreamFold) -> Config:
    """The configuration with the frame of its innermost fold replaced."""
    return replace(c, stack=c.stack.drop_first().push_front(frame))


@rules("Step")
def next_round(c: Config, frame: StreamFold) -> Config:
    """A batch was walked: the values that have come since make the next one."""
    name = frame.fold.stream.name
    stream = find(c.streams, name, frame.fold.span.start)
    if stream is None:
        "fold-stream-lost: the stream was displaced while it was walked"
        return replace(c, control=Halt(Trap("stream-lost-in-fold")))
    else:
        "fold-stream-more: the body's own values are among them"
        batch = generations_after(stream, frame.cursor)
        kept = replace(stream, new=drop_open_generation(stream.new))
        cursor = cursor_of(kept, c.edition)
        opened = replace(kept, new=open_generation(kept.new))
        walked = replace(frame, batch=batch, cursor=cursor)
        streams = update(c.streams, name, frame.fold.span.start, opened)
        return next_generation(on_top(replace(c, streams=streams), walked), walked)
