"""``seq``, ``par``, ``xor``, ``null`` and ``never`` (sections 7.2 to 7.4 and 7.6 of the reference)."""

from __future__ import annotations

from msgspec.structs import replace

from semantics.configuration import RETURN, Config, Eval, Halt, ParLeft, ParRight, SeqRight, XorLeft, XorRight
from semantics.merge.meeting import meet_par
from semantics.merge.memory import Memory, ParWindow
from semantics.merge.sliders import push
from semantics.merge.windows import enter_left, enter_right, leave_par
from semantics.notation import definition, rules
from semantics.registers import enter_handler, leave_handler
from spec import states as state
from spec.faults import Catchable, Conflict, DataDoNotFit, Malformed, Trap, Uncatchable, Unexpected
from spec.printer import describe
from spec.syntax import Instruction, Never, Next, Null, Par, Seq, Xor


@rules("Step")
def null(c: Config, instr: Null) -> Config:
    """Nothing happens."""
    return replace(c, control=RETURN)


@rules("Step")
def never(c: Config, instr: Never) -> Config:
    """Nothing happens, and what follows waits for ever."""
    return replace(c, control=RETURN, complete=False)


# --- seq --------------------------------------------------------------------------------------------


@rules("Step")
def seq(c: Config, instr: Seq) -> Config:
    """Sequential composition begins with the left side."""
    return replace(c, complete=True, stack=c.stack.push_front(SeqRight(instr.right)), control=Eval(instr.left))


@rules("Step")
def seq_return(c: Config, frame: SeqRight) -> Config:
    """The left side of a ``seq`` was evaluated."""
    if c.complete:
        "seq-right: the left side has all it waits for, so the right side follows"
        return replace(c, stack=c.stack.drop_first(), control=Eval(frame.right))
    else:
        "seq-wait: the left side waits for something, so the right side is not looked at"
        return replace(c, stack=c.stack.drop_first(), control=RETURN)


@rules("Step")
def seq_throw(c: Config, frame: SeqRight, error: Catchable) -> Config:
    """An error of the left side is the error of the ``seq``."""
    return replace(c, stack=c.stack.drop_first())


# --- par --------------------------------------------------------------------------------------------


@rules("Step")
def par(c: Config, instr: Par) -> Config:
    """Parallel composition: each side has recorded how many states belong to each branch."""
    met = meet_par(c)
    match met:
        case Conflict() | Unexpected() | Malformed():
            "par-conflict: the data record another instruction here, or impossible sizes"
            return fail_in_trace(c, instr, met)
        case _:
            "par-begin: the sizes of the branches are known for each side"
            return par_left(c, instr, met.memory, met.prev, met.current)


@rules("Step")
def par_left(c: Config, instr: Par, memory: Memory, prev: ParWindow, current: ParWindow) -> Config:
    """The left branch of a ``par`` begins; the par's own state comes before those of its branches."""
    opened = enter_left(push(memory, state.Par(0, 0)), prev, current)
    match opened:
        case Trap():
            "par-left-impossible: a slider stands behind its data, where the reference panics"
            return replace(c, control=Halt(opened))
        case _:
            "par-left: the left branch sees its own states"
            return replace(
                c,
                memory=opened,
                complete=starts_complete(instr.left),
                stack=c.stack.push_front(ParLeft(instr, len(memory.result), prev, current)),
                control=Eval(instr.left),
            )


@definition
def starts_complete(branch: Instruction) -> bool:
    """A branch starts as complete, unless it is literally ``next``: the end of a fold must not complete a ``par``."""
    return not isinstance(branch, Next)


@definition
def fail_in_trace(c: Config, instr: Instruction, problem: Conflict | Unexpected | Malformed | Trap) -> Config:
    """The data do not fit the script: the run ends with an error that says why, or the reference panics."""
    reason = problem if isinstance(problem, Trap) else Uncatchable(DataDoNotFit(describe(instr), problem))
    return replace(c, control=Halt(reason))


@rules("Step")
def par_left_return(c: Config, frame: ParLeft) -> Config:
    """The left branch ended without an error; the right one begins."""
    return par_right(c, frame, None, c.complete)


@rules("Step")
def par_left_throw(c: Config, frame: ParLeft, error: Catchable) -> Config:
    """The left branch failed: it is not complete, and the right one begins."""
    return par_right(c, frame, error, False)


@definition
def par_right(c: Config, frame: ParLeft, error: Catchable | None, complete: bool) -> Config:
    """The right branch begins, whatever the left one did."""
    return replace(
        c,
        memory=enter_right(c.memory, frame.prev, frame.current),
        complete=starts_complete(frame.par.right),
        stack=c.stack.drop_first().push_front(
            ParRight(
                frame.position,
                len(c.memory.result) - frame.position - 1,
                error,
                complete,
                frame.prev,
                frame.current,
            )
        ),
        control=Eval(frame.par.right),
    )


@rules("Step")
def par_right_return(c: Config, frame: ParRight) -> Config:
    """The right branch ended without an error, so the ``par`` succeeds."""
    return replace(
        par_end(c, frame),
        complete=frame.left_complete or c.complete,
        registers=replace(c.registers, last_settable=True),
        control=RETURN,
    )


@rules("Step")
def par_right_throw(c: Config, frame: ParRight, error: Catchable) -> Config:
    """The right branch failed."""
    if frame.left_error is None:
        "par-right-failed: the left branch succeeded, and so does the `par`"
        return replace(
            par_end(c, frame),
            complete=frame.left_complete,
            registers=replace(c.registers, last_settable=True),
            control=RETURN,
        )
    else:
        "par-both-failed: the error of the right branch is the error of the `par`"
        return replace(par_end(c, frame), complete=frame.left_complete)


@definition
def par_end(c: Config, frame: ParRight) -> Config:
    """The state of a ``par`` is written, and the sliders continue behind its branches."""
    right_size = len(c.memory.result) - frame.position - 1 - frame.left_size
    memory = replace(c.memory, result=c.memory.result.set(frame.position, state.Par(frame.left_size, right_size)))
    return replace(c, stack=c.stack.drop_first(), memory=leave_par(memory, frame.prev, frame.current))


# --- xor --------------------------------------------------------------------------------------------


@rules("Step")
def xor(c: Config, instr: Xor) -> Config:
    """Exclusive choice begins with the left side."""
    return replace(c, complete=True, stack=c.stack.push_front(XorLeft(instr)), control=Eval(instr.left))


@rules("Step")
def xor_left_return(c: Config, frame: XorLeft) -> Config:
    """The left side ended without an error, complete or not: the right side is not looked at."""
    return replace(c, stack=c.stack.drop_first())


@rules("Step")
def xor_left_throw(c: Config, frame: XorLeft, error: Catchable) -> Config:
    """The left side failed: its error is caught, and the right side follows.

    What the left side recorded before it failed stays, and so do its variables.
    """
    return replace(
        c,
        complete=True,
        registers=enter_handler(c.registers, error),
        stack=c.stack.drop_first().push_front(XorRight()),
        control=Eval(frame.xor.right),
    )


@rules("Step")
def xor_right_return(c: Config, frame: XorRight) -> Config:
    """The handler succeeded, and so does the ``xor``."""
    return replace(c, stack=c.stack.drop_first(), registers=leave_handler(c.registers, True))


@rules("Step")
def xor_right_throw(c: Config, frame: XorRight, error: Catchable) -> Config:
    """The handler failed: its error is the error of the ``xor``."""
    return replace(c, stack=c.stack.drop_first(), registers=leave_handler(c.registers, False))
