"""``new``: fresh variables (sections 4.1, 4.3 and 7.11 of the reference)."""

from __future__ import annotations

from msgspec.structs import replace

from semantics.configuration import Config, Eval, Halt, NewScope, NewStream
from semantics.environment import Cell, Scope
from semantics.notation import definition, rules
from semantics.streams import close_scope, open_scope
from spec.faults import Catchable, Trap
from spec.syntax import New, Stream, StreamMap


@rules("Step")
def new(c: Config, instr: New) -> Config:
    """A fresh variable of that name is there for the body; no state records it."""
    match instr.variable:
        case Stream(name) | StreamMap(name):
            "new-stream: a fresh, empty stream, in reach of the instruction's own text"
            return replace(
                c,
                streams=open_scope(c.streams, name, instr.span),
                stack=c.stack.push_front(NewStream(instr)),
                control=Eval(instr.body),
            )
        case _:
            "new-scalar: the name is unset, and hides what it meant outside"
            name = instr.variable.name
            return replace(
                c,
                scope=replace(c.scope, cells=c.scope.cells.insert(name, Cell(c.scope.depth, None))),
                stack=c.stack.push_front(NewScope(name, c.scope.cells.get(name))),
                control=Eval(instr.body),
            )


@rules("Step")
def new_scope_return(c: Config, frame: NewScope) -> Config:
    """The body of a ``new`` was evaluated: the name means again what it meant outside."""
    return replace(c, stack=c.stack.drop_first(), scope=restored(c.scope, frame))


@rules("Step")
def new_scope_throw(c: Config, frame: NewScope, error: Catchable) -> Config:
    """The body of a ``new`` failed: the name means again what it meant outside."""
    return replace(c, stack=c.stack.drop_first(), scope=restored(c.scope, frame))


@definition
def restored(scope: Scope, frame: NewScope) -> Scope:
    """The scope with the meaning that a name had outside of its ``new``."""
    cells = scope.cells
    return replace(
        scope, cells=cells.discard(frame.name) if frame.hidden is None else cells.insert(frame.name, frame.hidden)
    )


@rules("Step")
def new_stream_return(c: Config, frame: NewStream) -> Config:
    """The body of a ``new`` of a stream was evaluated."""
    closed = close_scope(c, frame.new.variable.name)
    match closed:
        case Trap():
            "new-stream-corrupt: the stream is gone already"
            return replace(c, control=Halt(closed))
        case _:
            "new-stream-end: its generations are numbered, and it is gone"
            return replace(closed, stack=c.stack.drop_first())


@rules("Step")
def new_stream_throw(c: Config, frame: NewStream, error: Catchable) -> Config:
    """The body of a ``new`` of a stream failed."""
    closed = close_scope(c, frame.new.variable.name)
    match closed:
        case Trap():
            "new-stream-throw-trap: the stream is gone already, which matters more than the error"
            return replace(c, control=Halt(closed))
        case _:
            "new-stream-throw: its generations are numbered, it is gone, and the error goes up"
            return replace(closed, stack=c.stack.drop_first())
