"""The codes of AIR's errors, one for each fault.

*Catchable* errors (10000 and up) can be handled by ``xor``; *uncatchable* ones (20000 and up) end the run and
leave the peer's data as they were; codes below 10000 reject the input before anything runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, get_args

from msgspec import Struct

from spec import faults
from spec.values import Json

OK = 0
AIR_NOT_PARSED = 1
DATA_NOT_DECODED = 2
ENVELOPE_NOT_DECODED = 3
DATA_OF_OTHER_VERSION = 4
CALL_RESULTS_NOT_DECODED = 5
VERSION_TOO_OLD = 6
MALFORMED_KEY = 7
CID_STORE_CORRUPT = 8
BAD_SIGNATURE = 9
SIZE_LIMIT_EXCEEDED = 10
LOCAL_SERVICE_ERROR = 10000
MATCH_VALUES_NOT_EQUAL = 10001
MISMATCH_VALUES_EQUAL = 10002
VARIABLE_NOT_FOUND = 10003
UNPROCESSED_CALL_RESULT = 30000

NO_ERROR = Json('{"error_code":0,"message":""}')
SERVICE_ERROR_NOT_JSON = 2**31 - 1

CATCHABLE = range(10000, 20000)
"""The codes of errors that ``xor`` catches."""


def is_abandoned(ret_code: int) -> bool:
    """Whether an invocation with this return code came to nothing, so that the peer keeps its data.

    That is so when the input was refused, after an uncatchable error, and after a panic, whose code is -1.
    """
    return ret_code not in CATCHABLE and ret_code not in (OK, UNPROCESSED_CALL_RESULT)


CODES: Final[Mapping[type[Struct], int]] = {
    faults.KeyMalformed: BAD_SIGNATURE,
    faults.KeyMissing: BAD_SIGNATURE,
    faults.NotSigned: BAD_SIGNATURE,
    faults.Retracted: BAD_SIGNATURE,
    faults.ServiceFailed: LOCAL_SERVICE_ERROR,
    faults.ValuesDiffer: MATCH_VALUES_NOT_EQUAL,
    faults.ValuesEqual: MISMATCH_VALUES_EQUAL,
    faults.VariableNotFound: VARIABLE_NOT_FOUND,
    faults.NotIterable: 10005,
    faults.RaisedByScript: 10006,
    **dict.fromkeys(get_args(faults.LensFault), 10007),
    **dict.fromkeys(get_args(faults.ErrorObjectFault), 10008),
    faults.NotSetAfterNew: 10009,
    faults.LengthOfNonArray: 10010,
    faults.NameNotString: 10011,
    faults.UnsupportedMapKey: 10012,
    faults.DataDoNotFit: 20000,
    faults.FoldNotRunning: 20003,
    faults.IteratorShadowed: 20004,
    faults.IteratorTaken: 20005,
    faults.ResultDoesNotFit: 20006,
    faults.ShadowingNotAllowed: 20007,
    faults.CidNotFound: 20010,
    faults.NotAFailure: 20012,
    faults.StreamTooLong: 20013,
    faults.PairWithoutKey: 20014,
    faults.PairWithoutValue: 20014,
    faults.CanonMapWithoutValue: 20016,
    faults.WrongArguments: 20017,
    faults.WrongTetraplet: 20017,
}
"""The code of each fault, except of those that are `Worded`, which bring their own."""


def code_of(failure: faults.Catchable | faults.Uncatchable) -> int:
    """Return the code of an error."""
    fault = failure.fault
    return fault.code if isinstance(fault, faults.Worded) else CODES[type(fault)]


def refused(code: int, message: str) -> faults.Uncatchable:
    """Return the error of an input that is refused with these words."""
    return faults.Uncatchable(faults.Worded(code, message))


# --- the errors that rules of Step make ---------------------------------------------------------------


def local_service_error(ret_code: int, message: str) -> faults.Catchable:
    """A service answered with a non-zero code, or with a text that is not JSON."""
    return faults.Catchable(faults.ServiceFailed(ret_code, message))


def match_values_not_equal() -> faults.Catchable:
    """The operands of ``match`` differ."""
    return faults.Catchable(faults.ValuesDiffer())


def mismatch_values_equal() -> faults.Catchable:
    """The operands of ``mismatch`` are equal."""
    return faults.Catchable(faults.ValuesEqual())


def variable_not_found(name: str) -> faults.Catchable:
    """A variable has no value yet; most instructions wait for it instead of failing."""
    return faults.Catchable(faults.VariableNotFound(name))


def fold_iterates_over_non_array(expression: str, value: Json) -> faults.Catchable:
    """The iterable of a fold is not an array; `expression` is the variable's name, or the lens alone."""
    return faults.Catchable(faults.NotIterable(expression, value))


def user_error(error: Json) -> faults.Catchable:
    """The script raised an error object with ``fail``."""
    return faults.Catchable(faults.RaisedByScript(error))


def invalid_error_object(message: str) -> faults.Catchable:
    """The operand of ``fail`` is not an error object."""
    return faults.Catchable(faults.Worded(10008, message))


def unsupported_map_key(stream_map: str) -> faults.Catchable:
    """The key of a map entry is neither a string nor an integer."""
    return faults.Catchable(faults.UnsupportedMapKey(stream_map))


def trace_error(instruction: str, message: str) -> faults.Uncatchable:
    """The data do not fit the script: prev or current data of another script, or conflicting states."""
    text = f"on instruction '{instruction}' trace handler encountered an error: {message}"
    return faults.Uncatchable(faults.Worded(20000, text))


def fold_state_not_found(iterator: str) -> faults.Uncatchable:
    """``next`` outside the run of its fold."""
    return faults.Uncatchable(faults.FoldNotRunning(iterator))


def iterable_shadowing(name: str) -> faults.Uncatchable:
    """A call binds its result to the iterator of a fold."""
    return faults.Uncatchable(faults.IteratorShadowed(name))


def multiple_iterable_values(name: str) -> faults.Uncatchable:
    """A fold starts while another fold with the same iterator is running."""
    return faults.Uncatchable(faults.IteratorTaken(name))


def result_does_not_fit(result: str) -> faults.Uncatchable:
    """The data hold a result of another kind than the call's output."""
    return faults.Uncatchable(
        faults.Worded(20006, f"call result value {result} doesn't match with corresponding instruction")
    )


def shadowing_not_allowed(name: str) -> faults.Uncatchable:
    """A variable is assigned twice outside a fold."""
    return faults.Uncatchable(faults.ShadowingNotAllowed(name))


def malformed_failure(message: str) -> faults.Uncatchable:
    """The stored value of a failed call is not a failure record."""
    return faults.Uncatchable(faults.Worded(20012, f"failed to deserialize to CallServiceFailed: {message}"))


def canon_map_without_value() -> faults.Uncatchable:
    """A canonical map that should become a scalar has no element."""
    return faults.Uncatchable(faults.CanonMapWithoutValue())


def parameters_mismatch(parameter: str, expected: str, stored: str) -> faults.Uncatchable:
    """The data record another call or canon than the script asks for."""
    return faults.Uncatchable(
        faults.Worded(20017, f"{parameter} doesn't match expected parameters: expected {expected}, got {stored} ")
    )
