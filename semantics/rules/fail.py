"""``fail`` (section 7.14 of the reference)."""

from __future__ import annotations

from msgspec.structs import replace

from semantics.configuration import Config, Throw
from semantics.environment import ErrorRecord
from semantics.notation import definition, rules
from semantics.registers import error_fields, record, set_last, stop
from semantics.resolve.values import literal_tetraplet, resolve
from spec import codes, json_text
from spec.faults import (
    Catchable,
    ErrorCodeNotInteger,
    ErrorCodeZero,
    ErrorMessageNotString,
    ErrorNotObject,
    ErrorWithoutField,
    Trap,
)
from spec.printer import describe
from spec.syntax import Error, Fail, FailLiteral, Instruction, LastError
from spec.values import FromLiteral, Json, Provenance, Tetraplet


@rules("Step")
def fail_literal(c: Config, instr: FailLiteral) -> Config:
    """``(fail 1 "message")`` raises an error object that names the peer which started the particle."""
    error = error_fields(instr.code, instr.message, describe(instr), c.particle.init_peer_id)
    return raise_object(c, instr, error, literal_tetraplet(c), FromLiteral())


@rules("Step")
def fail(c: Config, instr: Fail) -> Config:
    """``fail`` with an error object."""
    match instr.argument:
        case LastError():
            "fail-last-error: the last error is raised again, as an error of the script"
            return fail_register(c, instr, c.registers.last)
        case Error():
            "fail-error: the caught error is raised again"
            return fail_caught(c, instr)
        case _:
            found = resolve(c, instr.argument)
            match found:
                case Catchable() | Trap():
                    "fail-missing: the operand has no value; `fail` does not wait for it"
                    return stop(c, found, instr)
                case _:
                    "fail-value: the operand is raised, if it is an error object"
                    return fail_register(c, instr, ErrorRecord(found.json, found.tetraplets[0], found.provenance))


@rules("Step")
def fail_register(c: Config, instr: Instruction, error: ErrorRecord) -> Config:
    """Raise an error object, if it is one."""
    problem = error_object_problem(error.object)
    match problem:
        case Catchable() | Trap():
            "fail-no-error-object: what is raised needs an error code and a message"
            return stop(c, problem, instr)
        case _:
            "fail-error-object: the object becomes the last error"
            return raise_object(c, instr, error.object, error.tetraplet, error.provenance)


@rules("Step")
def fail_caught(c: Config, instr: Fail) -> Config:
    """``(fail :error:)`` raises what the enclosing ``xor`` caught."""
    r = c.registers
    problem = error_object_problem(r.error.object)
    match problem:
        case Catchable() | Trap():
            "fail-error-none: nothing was caught"
            return stop(c, problem, instr)
        case _ if r.original is None:
            "fail-error-as-object: outside a handler only the object is known, and becomes an error of the script"
            return raise_again(c, codes.user_error(r.error.object))
        case _:
            "fail-error-original: inside a handler the original error is raised, with its own code"
            return raise_again(c, r.original)


@definition
def raise_again(c: Config, error: Catchable) -> Config:
    """Raise what ``:error:`` holds: it becomes the last error too, and ``:error:`` keeps it."""
    r = c.registers
    last = set_last(r, r.error.object, r.error.tetraplet, r.error.provenance)
    return replace(c, complete=False, control=Throw(error), registers=replace(last, error_settable=False))


@definition
def raise_object(
    c: Config, instr: Instruction, error: Json, tetraplet: Tetraplet | None, provenance: Provenance
) -> Config:
    """Raise an error object: it becomes the last error in any case."""
    user_error = codes.user_error(error)
    marked = replace(c, complete=False, registers=set_last(c.registers, error, tetraplet, provenance))
    return replace(marked, control=Throw(user_error), registers=record(marked, user_error, instr, None))


@rules("Error")
def error_object_problem(error: Json) -> Catchable | Trap | None:
    """Why a value is no error object: it needs an integer `error_code` that is not zero, and a string `message`."""
    if json_text.kind(error) != "object":
        "object-other: it is no object"
        return Catchable(ErrorNotObject(error))
    else:
        return_code = json_text.member(error, "error_code")
        message = json_text.member(error, "message")
        if return_code is None:
            "object-no-code: it has no code"
            return Catchable(ErrorWithoutField(error, "error_code"))
        elif not json_text.is_integer(return_code):
            "object-code-type: its code is no integer"
            return Catchable(ErrorCodeNotInteger(error))
        elif json_text.as_i64(return_code) is None:
            "object-code-too-large: its code does not fit into a signed 64-bit integer"
            return Trap("error-code-overflow")
        elif json_text.as_i64(return_code) == 0:
            "object-code-zero: its code says that there is no error"
            return Catchable(ErrorCodeZero())
        elif message is None:
            "object-no-message: it has no message"
            return Catchable(ErrorWithoutField(error, "message"))
        elif json_text.kind(message) != "string":
            "object-message-type: its message is no string"
            return Catchable(ErrorMessageNotString(error))
        else:
            "object-ok: it is an error object"
            return None
