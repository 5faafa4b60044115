"""``fail``: an error is raised.

AquaVM 0.62: ``air/src/execution_step/instructions/fail.rs``.
"""

from __future__ import annotations

from msgspec.structs import replace

from airspec.semantics.configuration import Config
from airspec.semantics.environment import Registers
from airspec.semantics.notation import definition, given, need, rules, some, step
from airspec.semantics.registers import error_fields, set_last
from airspec.semantics.resolve.values import literal_tetraplet, resolve
from airspec.spec import json_text
from airspec.spec.faults import (
    Catchable,
    ErrorCodeNotInteger,
    ErrorCodeZero,
    ErrorMessageNotString,
    ErrorNotObject,
    ErrorWithoutField,
    RaisedByScript,
    Trap,
)
from airspec.spec.printer import describe
from airspec.spec.syntax import Error, Fail, FailLiteral, LastError
from airspec.spec.values import FromLiteral, Json


@step
def fail_literal(c: Config, fail: FailLiteral) -> Config:
    """``(fail 1 "message")`` raises an error object that names the peer which started the particle."""
    error = error_fields(fail.code, fail.message, describe(fail), c.particle.init_peer_id)
    registers = set_last(c.registers, error, literal_tetraplet(c), FromLiteral())
    return c.completed(False).with_registers(registers).fail(user_error(error), fail)


@step
def fail_last_error(c: Config, fail: Fail) -> Config:
    """``(fail %last_error%)`` raises the last error again, as an error of the script."""
    given(fail.argument, LastError)
    last = c.registers.last
    need(error_object(last.object))
    registers = set_last(c.registers, last.object, last.tetraplet, last.provenance)
    return c.completed(False).with_registers(registers).fail(user_error(last.object), fail)


@step
def fail_value(c: Config, fail: Fail) -> Config:
    """The operand is raised, if it is an error object; ``fail`` never waits for a variable of its operand."""
    given(not isinstance(fail.argument, ErrorRegister))
    found = need(resolve(c, fail.argument))
    need(error_object(found.json))
    registers = set_last(c.registers, found.json, found.tetraplets[0], found.provenance)
    return c.completed(False).with_registers(registers).fail(user_error(found.json), fail)


@step
def fail_caught(c: Config, fail: Fail) -> Config:
    """``:error:`` still holds the error that was caught last: that error is raised again, with its own code."""
    given(fail.argument, Error)
    need(error_object(c.registers.error.object))
    original = some(c.registers.original)
    return c.completed(False).with_registers(raised_again(c.registers)).throw(original)


@step
def fail_caught_object(c: Config, fail: Fail) -> Config:
    """``:error:`` was set by an error that no handler caught: its object becomes an error of the script."""
    given(fail.argument, Error)
    need(error_object(c.registers.error.object))
    given(c.registers.original is None)
    error = user_error(c.registers.error.object)
    return c.completed(False).with_registers(raised_again(c.registers)).throw(error)


ErrorRegister = LastError | Error


@definition
def user_error(error: Json) -> Catchable:
    """Return the error of the script that an error object stands for."""
    return Catchable(RaisedByScript(error))


@definition
def raised_again(r: Registers) -> Registers:
    """Return the registers after the error in ``:error:`` was raised again, which sets ``%last_error%`` to it too."""
    return replace(set_last(r, r.error.object, r.error.tetraplet, r.error.provenance), error_settable=False)


@rules("Error", form="{error} error object ⇓", reads="the value {error} is an error object:")
def error_object(error: Json) -> Catchable | Trap | None:
    """Return the fault for which a value is not an error object; None if it is one.

    An error object has an integer `error_code` that is not zero, and a string `message`.
    """
    if json_text.kind(error) != "object":
        "object-other: the value is not an object"
        return Catchable(ErrorNotObject(error))
    else:
        return_code = json_text.member(error, "error_code")
        message = json_text.member(error, "message")
        if return_code is None:
            "object-no-code: the object has no code"
            return Catchable(ErrorWithoutField(error, "error_code"))
        elif not json_text.is_integer(return_code):
            "object-code-type: the code is not an integer"
            return Catchable(ErrorCodeNotInteger(error))
        elif json_text.as_i64(return_code) is None:
            "object-code-too-large: the code does not fit a signed 64-bit integer, and AquaVM panics"
            return Trap("error-code-overflow")
        elif json_text.as_i64(return_code) == 0:
            "object-code-zero: the code is 0, which stands for no error"
            return Catchable(ErrorCodeZero())
        elif message is None:
            "object-no-message: the object has no message"
            return Catchable(ErrorWithoutField(error, "message"))
        elif json_text.kind(message) != "string":
            "object-message-type: the message is not a string"
            return Catchable(ErrorMessageNotString(error))
        else:
            "object-ok: the value is an error object"
            return None
