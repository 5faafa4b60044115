"""The record of a failed call in the stores, as serde reads it.

AquaVM 0.62: ``air/src/execution_step/instructions/call/prev_result_handler.rs``.
"""

from __future__ import annotations

from msgspec import Struct

from airspec.spec import json_text
from airspec.spec.faults import (
    CodeBeyondRange,
    MissingField,
    NotAFailure,
    RecordFault,
    Uncatchable,
    WrongLength,
    WrongType,
)
from airspec.spec.json_number import I32_MAX, I32_MIN
from airspec.spec.values import Json


class Failure(Struct, frozen=True):
    """The record of a failed call: the return code of its service, and the error message."""

    ret_code: int
    message: str


def read_failure(text: Json) -> Failure | Uncatchable:
    """Return the record of a failed call that a stored value holds, or the error if it holds none.

    The value is an object with the fields `ret_code` and `message`, or an array of the two.
    """
    elements, members = json_text.elements(text), json_text.members(text)
    if elements is not None:
        return _of_array(elements)
    elif members is not None:
        return _of_object(members.get("ret_code"), members.get("message"))
    else:
        return _refused(WrongType(text, "struct CallServiceFailed"))


def _refused(fault: RecordFault) -> Uncatchable:
    return Uncatchable(NotAFailure(fault))


def _of_array(elements: tuple[Json, ...]) -> Failure | Uncatchable:
    """Return the failure in an array, whose first element is the return code and whose second is the message."""
    problems = [check(part) for check, part in zip((_code_problem, _message_problem), elements, strict=False)]
    problem = next((found for found in problems if found is not None), None)
    if problem is not None:
        return _refused(problem)
    elif len(elements) != 2:
        return _refused(WrongLength(len(elements)))
    else:
        return _failure(*elements)


def _of_object(ret_code: Json | None, message: Json | None) -> Failure | Uncatchable:
    """Return the failure in an object with these members."""
    message_problem = None if message is None else _message_problem(message)
    code_problem = None if ret_code is None else _code_problem(ret_code)
    problem = message_problem or code_problem
    if problem is not None:
        return _refused(problem)
    elif ret_code is None:
        return _refused(MissingField("ret_code"))
    elif message is None:
        return _refused(MissingField("message"))
    else:
        return _failure(ret_code, message)


def _failure(ret_code: Json, message: Json) -> Failure:
    return Failure(int(ret_code), json_text.as_string(message) or "")


def _message_problem(message: Json) -> RecordFault | None:
    return None if json_text.kind(message) == "string" else WrongType(message, "a string")


def _code_problem(ret_code: Json) -> RecordFault | None:
    code = json_text.as_integer(ret_code)
    if code is None:
        return WrongType(ret_code, "i32")
    return None if I32_MIN <= code <= I32_MAX else CodeBeyondRange(code)
