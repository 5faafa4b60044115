"""``par``: parallel composition.

AquaVM 0.62: ``air/src/execution_step/instructions/par.rs``, and ``par/completeness_updater.rs`` beside it.
"""

from __future__ import annotations

from msgspec.structs import replace

from airspec.semantics.configuration import Config, ParLeft, ParRight, Return
from airspec.semantics.merge.meeting import meet_par
from airspec.semantics.merge.memory import Memory
from airspec.semantics.merge.par_windows import enter_left, enter_right, leave_par
from airspec.semantics.merge.sliders import push
from airspec.semantics.notation import definition, given, need, step
from airspec.spec import states
from airspec.spec.faults import Catchable
from airspec.spec.syntax import Instruction, Next, Par


@step
def par_left(c: Config, par: Par) -> Config:
    """The left branch begins; it has only the states of this branch in either trace.

    The state of the ``par`` is recorded before them, with sizes that are filled in at its end.
    """
    met = need(meet_par(c))
    memory = need(enter_left(push(met.memory, states.Par(0, 0)), met.prev, met.current))
    frame = ParLeft(par, len(c.memory.result), met.prev, met.current)
    return c.with_memory(memory).completed(may_complete(par.left)).push(frame).evaluate(par.left)


@step
def par_right(c: Config, returned: Return, frame: ParLeft) -> Config:
    """The left branch was evaluated, complete or not; the right one begins, with only the states of this branch."""
    memory = enter_right(c.memory, frame.prev, frame.current)
    right = ParRight(frame.position, states_since(c, frame), None, c.complete, frame.prev, frame.current)
    return c.with_memory(memory).completed(may_complete(frame.par.right)).push(right).evaluate(frame.par.right)


@step
def par_right_after_failure(c: Config, error: Catchable, frame: ParLeft) -> Config:
    """The left branch failed and is not complete; the right one begins all the same."""
    memory = enter_right(c.memory, frame.prev, frame.current)
    right = ParRight(frame.position, states_since(c, frame), error, False, frame.prev, frame.current)
    return c.with_memory(memory).completed(may_complete(frame.par.right)).push(right).evaluate(frame.par.right)


@step
def par_done(c: Config, returned: Return, frame: ParRight) -> Config:
    """The right branch succeeded, and so does the ``par``; it is complete if either branch is.

    ``%last_error%`` may be set again.
    """
    registers = replace(c.registers, last_settable=True)
    complete = frame.left_complete or c.complete
    return c.with_memory(closed(c, frame)).completed(complete).with_registers(registers).done()


@step
def par_right_failed(c: Config, error: Catchable, frame: ParRight) -> Config:
    """Only the right branch failed, so the ``par`` succeeds; it is complete if the left branch is.

    ``%last_error%`` may be set again.
    """
    given(frame.left_error is None)
    registers = replace(c.registers, last_settable=True)
    return c.with_memory(closed(c, frame)).completed(frame.left_complete).with_registers(registers).done()


@step
def par_both_failed(c: Config, error: Catchable, frame: ParRight) -> Config:
    """Both branches failed: the error of the right one goes up, that of the left one is dropped.

    The ``par`` is not complete.
    """
    given(frame.left_error is not None)
    return c.with_memory(closed(c, frame)).completed(False).throw(error)


@definition
def may_complete(branch: Instruction) -> bool:
    """Return whether the flag of completeness is set when a branch begins: it is, unless the branch is a ``next``.

    So the end of a fold does not complete a ``par``.
    """
    return not isinstance(branch, Next)


@definition
def states_since(c: Config, frame: ParLeft | ParRight) -> int:
    """Return the number of states in the new trace after that of the ``par``."""
    return len(c.memory.result) - frame.position - 1


@definition
def closed(c: Config, frame: ParRight) -> Memory:
    """Return the merge after a ``par``: the sizes of both branches are recorded, and the sliders stand behind them."""
    sizes = states.Par(frame.left_size, states_since(c, frame) - frame.left_size)
    recorded = replace(c.memory, result=c.memory.result.set(frame.position, sizes))
    return leave_par(recorded, frame.prev, frame.current)
