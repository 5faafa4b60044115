"""The error registers ``%last_error%`` and ``:error:``.

AquaVM 0.62: ``air/src/execution_step/execution_context/instruction_error/``.
"""

from __future__ import annotations

from msgspec.structs import replace

from airspec.semantics.aquavm.messages import code_of, message_of
from airspec.semantics.environment import ErrorRecord, Registers
from airspec.semantics.notation import definition, rules
from airspec.spec import json_text
from airspec.spec.faults import Catchable, ValuesDiffer, ValuesEqual
from airspec.spec.printer import describe
from airspec.spec.syntax import Call, Canon, CanonMap, CanonMapScalar, Instruction
from airspec.spec.values import Json, Provenance, Tetraplet


@definition
def recorded(
    r: Registers, error: Catchable, instruction: Instruction, tetraplet: Tetraplet | None, me: str
) -> Registers:
    """Return the registers after an instruction failed on the peer `me`; each takes the error if its flag allows it.

    `tetraplet` is that of the call which failed (None: not known). ``:error:`` is not set again until a handler allows
    it. AquaVM repeats this at every enclosing instruction, where the flags make it have no effect.
    """
    last = record_last(r, error, instruction, tetraplet, me)
    return replace(record_error(last, error, instruction, tetraplet, me), error_settable=False)


@rules(
    "Error",
    form="{r}, {me} ⊢ {error} of {instruction} by {tetraplet} is last =",
    reads="in the registers {r}, the peer {me} notes as last error "
    "the {error} of the instruction {instruction} with the tetraplet {tetraplet}, which leaves",
)
def record_last(
    r: Registers, error: Catchable, instruction: Instruction, tetraplet: Tetraplet | None, me: str
) -> Registers:
    """Return the registers with the error in ``%last_error%``, if that may be set; otherwise they stay as they are."""
    if not r.last_settable:
        "last-kept: the register was set since the last handler, and stays"
        return r
    elif isinstance(error.fault, ValuesDiffer | ValuesEqual):
        "last-unaffected: a comparison that fails does not set the register"
        return r
    else:
        "last-set: the register takes the error, with its instruction and peer"
        peer = me if tetraplet is None else tetraplet.peer_pk
        return replace(r, last=ErrorRecord(error_object(error, instruction, peer), tetraplet), last_settable=False)


@rules(
    "Error",
    form="{r}, {me} ⊢ {error} of {instruction} by {tetraplet} is caught =",
    reads="in the registers {r}, the peer {me} notes as error the "
    "{error} of the instruction {instruction} with the tetraplet {tetraplet}, which leaves",
)
def record_error(
    r: Registers, error: Catchable, instruction: Instruction, tetraplet: Tetraplet | None, me: str
) -> Registers:
    """Return the registers with the error in ``:error:``, if that may be set; otherwise they stay as they are."""
    if not r.error_settable:
        "error-kept: the register was set since the last handler, and stays"
        return r
    else:
        "error-set: the register takes the error with its instruction; only calls and canons name their peer"
        peer = failing_peer(instruction, tetraplet, me)
        return replace(r, error=ErrorRecord(error_object(error, instruction, peer), tetraplet), original=None)


@definition
def failing_peer(instruction: Instruction, tetraplet: Tetraplet | None, me: str) -> str | None:
    """Return the peer that ``:error:`` names, which it does for calls and canons only; None for other instructions.

    It is the peer of the tetraplet, or `me`, the executing one, if there is no tetraplet.
    """
    match instruction:
        case Call() | Canon() | CanonMap() | CanonMapScalar():
            return me if tetraplet is None else tetraplet.peer_pk
        case _:
            return None


@definition
def error_object(error: Catchable, instruction: Instruction, peer: str | None) -> Json:
    """Return the error object that the registers show, as JSON text, without a peer if `peer` is None."""
    return error_fields(code_of(error), message_of(error), describe(instruction), peer)


@definition
def error_fields(code: int, message: str, instruction: str, peer: str | None) -> Json:
    """Return the JSON text of an error object with these fields; `peer_id` is left out if `peer` is None."""
    fields = {
        "error_code": json_text.number(code),
        "message": json_text.string(message),
        "instruction": json_text.string(instruction),
    }
    return json_text.object_of(fields if peer is None else {**fields, "peer_id": json_text.string(peer)})


@definition
def set_last(r: Registers, error: Json, tetraplet: Tetraplet | None, provenance: Provenance) -> Registers:
    """Return the registers with ``%last_error%`` set by ``fail``, whatever its flag says; its flag is then cleared."""
    return replace(r, last=ErrorRecord(error, tetraplet, provenance), last_settable=False)


@definition
def enter_handler(r: Registers, caught: Catchable) -> Registers:
    """Return the registers at the start of a handler, which has `caught` an error; both may be set again."""
    return replace(r, last_settable=True, original=caught, error_settable=True)


@rules(
    "Error",
    form="{r} ⊢ handler left, {succeeded} =",
    reads="in the registers {r}, a handler is left, successful if {succeeded}, which leaves",
)
def leave_handler(r: Registers, succeeded: bool) -> Registers:
    """Return the registers at the end of a handler; ``:error:`` is cleared unless it was set while the handler ran."""
    cleared = replace(r, error=ErrorRecord(), original=None) if r.error_settable else r
    if succeeded:
        "handled: after a handler that succeeds, `:error:` may be set again"
        return replace(cleared, error_settable=True)
    else:
        "handler-failed: after a handler that fails, the failure of the handler stays"
        return cleared
