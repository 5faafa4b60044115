"""The error registers ``%last_error%`` and ``:error:`` (section 8.2 of the reference)."""

from __future__ import annotations

from msgspec.structs import replace

from semantics.aquavm.messages import code_of, message_of
from semantics.configuration import RETURN, Config, Halt, Throw
from semantics.environment import ErrorRecord, Registers
from semantics.notation import definition, rules
from spec import json_text
from spec.faults import Catchable, Trap, Uncatchable, ValuesDiffer, ValuesEqual, VariableNotFound
from spec.printer import describe
from spec.syntax import Call, Canon, CanonMap, CanonMapScalar, Instruction
from spec.values import Json, Provenance, Tetraplet


@rules("Error")
def raise_(c: Config, error: Catchable, instruction: Instruction, tetraplet: Tetraplet | None = None) -> Config:
    """An instruction fails: both registers take the error, if they may, and it goes up.

    The reference repeats this at every enclosing instruction, where the flags make it have no effect.
    """
    return replace(c, control=Throw(error), registers=record(c, error, instruction, tetraplet))


@definition
def record(c: Config, error: Catchable, instruction: Instruction, tetraplet: Tetraplet | None) -> Registers:
    """Both registers after a failure; ``:error:`` is closed by it in any case."""
    r = record_last(c, error, instruction, tetraplet)
    return replace(record_error(r, error, instruction, tetraplet, c.me), error_settable=False)


@rules("Error")
def record_last(c: Config, error: Catchable, instruction: Instruction, tetraplet: Tetraplet | None) -> Registers:
    """``%last_error%`` after a failure."""
    r = c.registers
    if not r.last_settable:
        "last-kept: the register was set since the last handler"
        return r
    elif isinstance(error.fault, ValuesDiffer | ValuesEqual):
        "last-unaffected: a comparison that fails is no error of its own"
        return r
    else:
        "last-set: the error with its instruction and peer"
        peer = c.me if tetraplet is None else tetraplet.peer_pk
        return replace(r, last=ErrorRecord(error_object(error, instruction, peer), tetraplet), last_settable=False)


@rules("Error")
def record_error(
    r: Registers, error: Catchable, instruction: Instruction, tetraplet: Tetraplet | None, me: str
) -> Registers:
    """``:error:`` after a failure."""
    if not r.error_settable:
        "error-kept: the register was set since the last handler"
        return r
    else:
        "error-set: the error with its instruction; only calls and canons name their peer"
        peer = failing_peer(instruction, tetraplet, me)
        return replace(r, error=ErrorRecord(error_object(error, instruction, peer), tetraplet), original=None)


@definition
def failing_peer(instruction: Instruction, tetraplet: Tetraplet | None, me: str) -> str | None:
    """The peer that ``:error:`` names: for a call whose triplet was resolved its peer, else the executing one."""
    match instruction:
        case Call() | Canon() | CanonMap() | CanonMapScalar():
            return me if tetraplet is None else tetraplet.peer_pk
        case _:
            return None


@definition
def error_object(error: Catchable, instruction: Instruction, peer: str | None) -> Json:
    """An error as the object that the registers show."""
    return error_fields(code_of(error), message_of(error), describe(instruction), peer)


@definition
def error_fields(code: int, message: str, instruction: str, peer: str | None) -> Json:
    """An error object; `peer` is left out when it is None."""
    fields = {
        "error_code": json_text.number(code),
        "message": json_text.string(message),
        "instruction": json_text.string(instruction),
    }
    return json_text.object_of(fields if peer is None else {**fields, "peer_id": json_text.string(peer)})


@definition
def set_last(r: Registers, error: Json, tetraplet: Tetraplet | None, provenance: Provenance) -> Registers:
    """``%last_error%`` after ``fail``: the error object, in any case."""
    return replace(r, last=ErrorRecord(error, tetraplet, provenance), last_settable=False)


@definition
def enter_handler(r: Registers, caught: Catchable) -> Registers:
    """The registers at the start of a handler: both may be set again."""
    return replace(r, last_settable=True, original=caught, error_settable=True)


@rules("Error")
def leave_handler(r: Registers, succeeded: bool) -> Registers:
    """The registers at the end of a handler."""
    cleared = replace(r, error=ErrorRecord(), original=None) if r.error_settable else r
    if succeeded:
        "handled: after a handler that succeeds `:error:` may be set again"
        return replace(cleared, error_settable=True)
    else:
        "handler-failed: the failure of the handler itself stands"
        return cleared


@rules("Error")
def stop(c: Config, reason: Catchable | Uncatchable | Trap, instruction: Instruction) -> Config:
    """An instruction cannot go on."""
    match reason:
        case Catchable():
            "stop-catchable: the error goes up to the next handler"
            return raise_(c, reason, instruction)
        case _:
            "stop-uncatchable: the run ends"
            return replace(c, control=Halt(reason))


@rules("Error")
def wait_or_stop(c: Config, reason: Catchable | Uncatchable | Trap, instruction: Instruction) -> Config:
    """An instruction lacks something: it waits for a variable that is not there yet, and fails for any other reason."""
    match reason:
        case Catchable(VariableNotFound()):
            "wait: the variable may come with later data, so the instruction is merely incomplete"
            return replace(c, complete=False, control=RETURN)
        case _:
            "wait-in-vain: no other error goes away"
            return stop(c, reason, instruction)
