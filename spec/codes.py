"""The codes of AIR's errors, one for each fault.

*Catchable* errors (10000 and up) can be handled by ``xor``; *uncatchable* ones (20000 and up) end the run and
leave the peer's data as they were; codes below 10000 reject the input before anything runs.

AquaVM 0.62: ``air/src/utils/error_codes.rs``, and ``to_error_code.rs`` beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, get_args

from msgspec import Struct

from airspec.spec import faults
from airspec.spec.values import Json

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
    """Return whether an invocation with this return code is discarded, so that the peer keeps its data.

    That is so when the input was refused, after an uncatchable error, and after a panic, whose code is -1.
    """
    return ret_code not in CATCHABLE and ret_code not in (OK, UNPROCESSED_CALL_RESULT)


CODES: Final[Mapping[type[Struct], int]] = {
    faults.ScriptMalformed: AIR_NOT_PARSED,
    faults.DataMalformed: DATA_NOT_DECODED,
    faults.EnvelopeMalformed: ENVELOPE_NOT_DECODED,
    faults.VersionsMalformed: DATA_OF_OTHER_VERSION,
    faults.ResultsMalformed: CALL_RESULTS_NOT_DECODED,
    faults.VersionTooOld: VERSION_TOO_OLD,
    faults.SecretKeyMalformed: MALFORMED_KEY,
    **dict.fromkeys(get_args(faults.CidFault), CID_STORE_CORRUPT),
    **dict.fromkeys(get_args(faults.SizeFault), SIZE_LIMIT_EXCEEDED),
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
"""The code of each fault."""


def code_of(failure: faults.Catchable | faults.Uncatchable) -> int:
    """Return the number with which AquaVM reports an error."""
    return CODES[type(failure.fault)]
