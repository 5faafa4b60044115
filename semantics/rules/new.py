"""``new``: fresh variables.

AquaVM 0.62: ``air/src/execution_step/instructions/new.rs``.
"""

from __future__ import annotations

from msgspec.structs import replace

from airspec.semantics.configuration import Config, NewScope, NewStream, Return
from airspec.semantics.environment import Cell, Scope
from airspec.semantics.notation import definition, given, need, step
from airspec.semantics.streams import close_scope, open_scope
from airspec.spec.faults import Catchable
from airspec.spec.syntax import New, Stream, StreamMap


@step
def new_stream(c: Config, new: New) -> Config:
    """The body is evaluated with a fresh, empty stream or map, which the name stands for inside this instruction."""
    given(isinstance(new.variable, Stream | StreamMap))
    streams = open_scope(c.streams, new.variable.name, new.span)
    return c.with_streams(streams).push(NewStream(new)).evaluate(new.body)


@step
def new_scalar(c: Config, new: New) -> Config:
    """The body is evaluated with the name unset, which hides what it meant outside; no state records that."""
    given(not isinstance(new.variable, Stream | StreamMap))
    frame = NewScope(new.variable.name, c.scope.cells.get(new.variable.name))
    return c.with_scope(unset(c.scope, new.variable.name)).push(frame).evaluate(new.body)


@step
def new_scalar_done(c: Config, returned: Return, frame: NewScope) -> Config:
    """The body was evaluated: the name means again what it meant outside."""
    return c.with_scope(restored(c.scope, frame)).done()


@step
def new_scalar_failed(c: Config, error: Catchable, frame: NewScope) -> Config:
    """The body failed: the name means again what it meant outside, and the error goes up."""
    return c.with_scope(restored(c.scope, frame)).throw(error)


@step
def new_stream_done(c: Config, returned: Return, frame: NewStream) -> Config:
    """The body was evaluated: the generations of the stream are numbered, and it is gone."""
    closed = need(close_scope(c, frame.new.variable.name))
    return c.with_streams(closed.streams).with_memory(closed.memory).done()


@step
def new_stream_failed(c: Config, error: Catchable, frame: NewStream) -> Config:
    """The body failed: the generations of the stream are numbered, it is gone, and the error goes up."""
    closed = need(close_scope(c, frame.new.variable.name))
    return c.with_streams(closed.streams).with_memory(closed.memory).throw(error)


@definition
def unset(scope: Scope, name: str) -> Scope:
    """Return the scope in which a name is declared at the current depth, and has no value."""
    return replace(scope, cells=scope.cells.insert(name, Cell(scope.depth, None)))


@definition
def restored(scope: Scope, frame: NewScope) -> Scope:
    """Return the scope in which a name means again what it meant outside of its ``new``."""
    cells = scope.cells
    return replace(
        scope, cells=cells.discard(frame.name) if frame.hidden is None else cells.insert(frame.name, frame.hidden)
    )
