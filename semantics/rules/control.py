"""``null``, ``never``, ``seq`` and ``xor``, and how a run ends.

AquaVM 0.62: ``air/src/execution_step/instructions/seq.rs``, ``xor.rs``, ``null.rs`` and ``never.rs`` beside it.
"""

from __future__ import annotations

from airspec.semantics.configuration import Config, Return, SeqRight, XorLeft, XorRight
from airspec.semantics.notation import given, step
from airspec.semantics.registers import enter_handler, leave_handler
from airspec.spec.faults import Catchable
from airspec.spec.syntax import Never, Null, Seq, Xor

# --- null and never ---------------------------------------------------------------------------------


@step
def null(c: Config, instruction: Null) -> Config:
    """Nothing happens, and the instruction is complete as soon as it is evaluated."""
    return c.done()


@step
def never(c: Config, instruction: Never) -> Config:
    """Nothing happens, and the instruction is not complete, so that what follows it waits."""
    return c.wait()


# --- seq --------------------------------------------------------------------------------------------


@step
def seq_left(c: Config, seq: Seq) -> Config:
    """The left instruction is evaluated first."""
    return c.completed(True).push(SeqRight(seq.right)).evaluate(seq.left)


@step
def seq_right(c: Config, returned: Return, frame: SeqRight) -> Config:
    """The left instruction is complete, so the right one follows."""
    given(c.complete)
    return c.evaluate(frame.right)


@step
def seq_wait(c: Config, returned: Return, frame: SeqRight) -> Config:
    """The left instruction is not complete, so the right one is not evaluated; nor is the ``seq`` complete."""
    given(not c.complete)
    return c.done()


@step
def seq_failed(c: Config, error: Catchable, frame: SeqRight) -> Config:
    """The left instruction failed: its error is the error of the ``seq``."""
    return c.throw(error)


# --- xor --------------------------------------------------------------------------------------------


@step
def xor_left(c: Config, xor: Xor) -> Config:
    """The left instruction is evaluated first."""
    return c.completed(True).push(XorLeft(xor)).evaluate(xor.left)


@step
def xor_left_done(c: Config, returned: Return, frame: XorLeft) -> Config:
    """The left instruction ended without an error, complete or not: the right one is not evaluated."""
    return c.done()


@step
def xor_right(c: Config, error: Catchable, frame: XorLeft) -> Config:
    """The left instruction failed: its error is caught, and the right one, the handler, follows.

    The states that the left one recorded before it failed stay, and so do its variables.
    """
    caught = enter_handler(c.registers, error)
    return c.completed(True).with_registers(caught).push(XorRight()).evaluate(frame.xor.right)


@step
def xor_right_done(c: Config, returned: Return, frame: XorRight) -> Config:
    """The handler succeeded, and so does the ``xor``."""
    return c.with_registers(leave_handler(c.registers, True)).done()


@step
def xor_right_failed(c: Config, error: Catchable, frame: XorRight) -> Config:
    """The handler failed: its error is the error of the ``xor``."""
    return c.with_registers(leave_handler(c.registers, False)).throw(error)


# --- the end of a run -------------------------------------------------------------------------------


@step
def end(c: Config, returned: Return, frame: None) -> Config:
    """Nothing is left to do, and the run has ended."""
    return c.halt(None)


@step
def end_failed(c: Config, error: Catchable, frame: None) -> Config:
    """No ``xor`` caught the error, and the run has ended with it."""
    return c.halt(error)
