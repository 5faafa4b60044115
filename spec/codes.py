"""The catalogue of AIR's errors: codes and messages (section 8.3 of the reference).

*Catchable* errors (10000 and up) can be handled by ``xor``; *uncatchable* ones (20000 and up) end the run and
leave the peer's data as they were; codes below 10000 reject the input before anything runs.  Each function
makes one error; its docstring says when.
"""

from __future__ import annotations

from spec.faults import Catchable, Uncatchable
from spec.rust_text import quoted
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


# --- catchable ----------------------------------------------------------------------------------------


def local_service_error(ret_code: int, message: str) -> Catchable:
    """A service answered with a non-zero code, or with a text that is not JSON."""
    return Catchable(LOCAL_SERVICE_ERROR, f"Local service error, ret_code is {ret_code}, error message is '{message}'")


def match_values_not_equal() -> Catchable:
    """The operands of ``match`` differ."""
    return Catchable(MATCH_VALUES_NOT_EQUAL, "compared values do not match")


def mismatch_values_equal() -> Catchable:
    """The operands of ``mismatch`` are equal."""
    return Catchable(MISMATCH_VALUES_EQUAL, "compared values do not mismatch")


def variable_not_found(name: str) -> Catchable:
    """A variable has no value yet; most instructions wait for it instead of failing."""
    return Catchable(VARIABLE_NOT_FOUND, f"variable with name '{name}' wasn't defined during script execution")


def fold_iterates_over_non_array(expression: str, value: Json) -> Catchable:
    """The iterable of a fold is not an array; `expression` is the variable's name, or the lens alone."""
    return Catchable(10005, f"expression '{expression}' returned non-array value '{value}' for fold iterable")


def user_error(error: Json) -> Catchable:
    """The script raised an error object with ``fail``."""
    return Catchable(10006, f"fail with '{error}' is used without corresponding xor")


def lens_error(message: str) -> Catchable:
    """A lens does not fit the value that it is applied to."""
    return Catchable(10007, message)


def invalid_error_object(message: str) -> Catchable:
    """The operand of ``fail`` is not an error object."""
    return Catchable(10008, message)


def variable_not_initialized_after_new(name: str) -> Catchable:
    """A variable was declared by ``new`` and has not been set; this is not waited for."""
    return Catchable(10009, f"variable with name '{name}' was cleared by new and then wasn't set")


def length_of_non_array(value: Json) -> Catchable:
    """``.length`` of something that is not an array."""
    return Catchable(
        10010, f"the length functor could applied only to an array-like value, but it's applied to '{value}'"
    )


def non_string_in_triplet(name: str, value: Json) -> Catchable:
    """A peer, service or function is given by a value that is not a string."""
    return Catchable(10011, f"call cannot resolve non-String triplet variable part `{name}` with value '{value}'")


def unsupported_map_key(stream_map: str) -> Catchable:
    """The key of a map entry is neither a string nor an integer."""
    return Catchable(10012, f"unsupported type for {stream_map} map's key")


# --- uncatchable --------------------------------------------------------------------------------------


def trace_error(instruction: str, message: str) -> Uncatchable:
    """The data do not fit the script: prev or current data of another script, or conflicting states."""
    return Uncatchable(20000, f"on instruction '{instruction}' trace handler encountered an error: {message}")


def compactification_error(message: str) -> Uncatchable:
    """A generation cannot be written into the trace; no script and data are known for which that happens."""
    return Uncatchable(20001, message)


def fold_state_not_found(iterator: str) -> Uncatchable:
    """``next`` outside the run of its fold."""
    return Uncatchable(20003, f"fold state not found for this iterable '{iterator}'")


def iterable_shadowing(name: str) -> Uncatchable:
    """A call binds its result to the iterator of a fold."""
    return Uncatchable(20004, f"variable with name '{name}' can't be shadowed, shadowing isn't supported for iterables")


def multiple_iterable_values(name: str) -> Uncatchable:
    """A fold starts while another fold with the same iterator is running."""
    return Uncatchable(20005, f"multiple iterable values found for iterable name '{name}'")


def result_does_not_fit(result: str) -> Uncatchable:
    """The data hold a result of another kind than the call's output."""
    return Uncatchable(20006, f"call result value {result} doesn't match with corresponding instruction")


def shadowing_not_allowed(name: str) -> Uncatchable:
    """A variable is assigned twice outside a fold."""
    return Uncatchable(20007, f"trying to shadow variable '{name}', but shadowing is allowed only inside fold blocks")


def cid_not_found(kind: str, cid: str) -> Uncatchable:
    """A content id refers to nothing in the stores."""
    return Uncatchable(20010, f"{kind} for CID {quoted(cid)} not found")


def malformed_failure(message: str) -> Uncatchable:
    """The stored value of a failed call is not a failure record."""
    return Uncatchable(20012, f"failed to deserialize to CallServiceFailed: {message}")


def stream_size_limit() -> Uncatchable:
    """A stream reached 1024 values."""
    return Uncatchable(20013, "stream size goes over the allowed limit of 1024")


def stream_map_entry(message: str) -> Uncatchable:
    """An element of a canonical map is not a key-value pair."""
    return Uncatchable(20014, message)


def canon_map_without_value() -> Uncatchable:
    """A canonical map that should become a scalar has no element."""
    return Uncatchable(20016, "can not find JValue to produce scalar from")


def parameters_mismatch(parameter: str, expected: str, stored: str) -> Uncatchable:
    """The data record another call or canon than the script asks for."""
    return Uncatchable(20017, f"{parameter} doesn't match expected parameters: expected {expected}, got {stored} ")
