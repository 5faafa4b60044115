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
    """Nothing happens."""
    return c.done()


@step
def never(c: Config, instruction: Never) -> Config:
    """Nothing happens, and what follows waits for ever."""
    return c.wait()


# --- seq --------------------------------------------------------------------------------------------


@step
def seq_left(c: Config, seq: Seq) -> Config:
    """Sequential composition begins with the left side."""
    return c.completed(True).push(SeqRight(seq.right)).evaluate(seq.left)


@step
def seq_right(c: Config, returned: Return, frame: SeqRight) -> Config:
    """The left side is complete, so the right side follows."""
    given(c.complete)
    return c.evaluate(frame.right)


@step
def seq_wait(c: Config, returned: Return, frame: SeqRight) -> Config:
    """The left side is not complete, so the right side is not evaluated, and the ``seq`` is not complete either."""
    given(not c.complete)
    return c.done()


@step
def seq_failed(c: Config, error: Catchable, frame: SeqRight) -> Config:
    """An error of the left side is the error of the ``seq``."""
    return c.throw(error)


# --- xor --------------------------------------------------------------------------------------------


@step
def xor_left(c: Config, xor: Xor) -> Config:
    """Exclusive choice begins with the left side."""
    return c.completed(True).push(XorLeft(xor)).evaluate(xor.left)


@step
def xor_left_done(c: Config, returned: Return, frame: XorLeft) -> Config:
    """The left side ended without an error, complete or not: the right side is not evaluated."""
    return c.done()


@step
def xor_right(c: Config, error: Catchable, frame: XorLeft) -> Config:
    """The left side failed: its error is caught, and the right side follows.

    What the left side recorded before it failed stays, and so do its variables.
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
    """Nobody caught the error, and the run has ended with it."""
    return c.halt(error)
