"""The machine: one step picks the one rule that applies, by the control and the innermost frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from semantics.configuration import (
    Config,
    Control,
    Eval,
    FoldExit,
    Frame,
    Halt,
    NewScope,
    NewStream,
    NextBack,
    ParLeft,
    ParRight,
    Return,
    SeqRight,
    StreamFold,
    Throw,
    XorLeft,
    XorRight,
)
from semantics.persistent import first
from semantics.rules.ap import ap, ap_map
from semantics.rules.call import call
from semantics.rules.canon import canon
from semantics.rules.compare import match_, mismatch
from semantics.rules.control import (
    never,
    null,
    par,
    par_left_return,
    par_left_throw,
    par_right_return,
    par_right_throw,
    seq,
    seq_return,
    seq_throw,
    xor,
    xor_left_return,
    xor_left_throw,
    xor_right_return,
    xor_right_throw,
)
from semantics.rules.fail import fail, fail_literal
from semantics.rules.fold import (
    fold_exit_return,
    fold_exit_throw,
    fold_scalar,
    next_,
    next_back_return,
    next_back_throw,
)
from semantics.rules.new import new, new_scope_return, new_scope_throw, new_stream_return, new_stream_throw
from semantics.rules.stream_fold import fold_stream, stream_fold_return, stream_fold_throw
from spec import syntax
from spec.faults import Catchable
from spec.syntax import Instruction

Rule = Callable[[Config, Any], Config]
"""A rule for an instruction that is evaluated, or for a frame that is returned into."""

ThrowRule = Callable[[Config, Any, Catchable], Config]
"""A rule for a frame that an error passes through."""

EVALUATE: Mapping[type[Instruction], Rule] = {
    syntax.Call: call,
    syntax.Ap: ap,
    syntax.ApMap: ap_map,
    syntax.Canon: canon,
    syntax.CanonMap: canon,
    syntax.CanonMapScalar: canon,
    syntax.Seq: seq,
    syntax.Par: par,
    syntax.Xor: xor,
    syntax.Match: match_,
    syntax.Mismatch: mismatch,
    syntax.FoldScalar: fold_scalar,
    syntax.FoldStream: fold_stream,
    syntax.FoldMap: fold_stream,
    syntax.Next: next_,
    syntax.New: new,
    syntax.FailLiteral: fail_literal,
    syntax.Fail: fail,
    syntax.Never: never,
    syntax.Null: null,
}
"""The rule for each instruction that is evaluated."""

RETURN_INTO: Mapping[type[Frame], Rule] = {
    SeqRight: seq_return,
    XorLeft: xor_left_return,
    XorRight: xor_right_return,
    ParLeft: par_left_return,
    ParRight: par_right_return,
    NewScope: new_scope_return,
    NewStream: new_stream_return,
    FoldExit: fold_exit_return,
    NextBack: next_back_return,
    StreamFold: stream_fold_return,
}
"""The rule for each frame that is returned into."""

THROW_INTO: Mapping[type[Frame], ThrowRule] = {
    SeqRight: seq_throw,
    XorLeft: xor_left_throw,
    XorRight: xor_right_throw,
    ParLeft: par_left_throw,
    ParRight: par_right_throw,
    NewScope: new_scope_throw,
    NewStream: new_stream_throw,
    FoldExit: fold_exit_throw,
    NextBack: next_back_throw,
    StreamFold: stream_fold_throw,
}
"""The rule for each frame that an error passes through."""


def step(c: Config) -> Config:
    """One step of the machine.

    The control is an instruction to evaluate, a return, or an error on its way up; a halted configuration
    steps to itself.
    """
    return STEP[type(c.control)](c, c.control)


def evaluate(c: Config, control: Eval) -> Config:
    """The step when an instruction is to be evaluated."""
    return EVALUATE[type(control.instruction)](c, control.instruction)


def return_(c: Config, _: Return) -> Config:
    """The step when the innermost frame is returned into."""
    if not c.stack:
        return replace(c, control=Halt(None))
    frame = first(c.stack)
    return RETURN_INTO[type(frame)](c, frame)


def throw(c: Config, control: Throw) -> Config:
    """The step when an error passes through the innermost frame."""
    if not c.stack:
        return replace(c, control=Halt(control.error))
    frame = first(c.stack)
    return THROW_INTO[type(frame)](c, frame, control.error)


def halted(c: Config, _: Halt) -> Config:
    """A halted configuration stays as it is."""
    return c


STEP: Mapping[type[Control], Rule] = {Eval: evaluate, Return: return_, Throw: throw, Halt: halted}
"""The step for each kind of control."""


def run(c: Config) -> Config:
    """Step until the machine halts."""
    # Types are compared and not asked, as this is done for every step.
    while (kind := type(control := c.control)) is not Halt:
        c = STEP[kind](c, control)
    return c
