"""What AquaVM writes of a fault: its code, and its message word for word.

AquaVM 0.62: ``air/src/execution_step/errors/``; ``air/src/preparation_step/errors.rs``;
``air/src/farewell_step/errors.rs``.
"""

from __future__ import annotations

from airspec.semantics.aquavm.rust_states import (
    lore_in_resolved_fold,
    record_text,
    result_text,
    state_in_words,
    state_text,
    tetraplet_text,
)
from airspec.semantics.aquavm.rust_text import quoted, quoted_list
from airspec.semantics.aquavm.serde_text import described
from airspec.semantics.aquavm.versions import DATA_VERSION, MINIMUM, version_of
from airspec.semantics.editions import FAITHFUL, Edition
from airspec.semantics.notation import opaque
from airspec.semantics.particle import CallResult
from airspec.spec import codes, json_text
from airspec.spec.data import base_58
from airspec.spec.faults import (
    CanonMapWithoutValue,
    Catchable,
    CatchableFault,
    CidCodec,
    CidDangling,
    CidFault,
    CidHash,
    CidMalformed,
    CidMismatch,
    CidNotFound,
    CidProblem,
    CodeBeyondRange,
    Conflict,
    Contradiction,
    DataDoNotFit,
    DataFault,
    DataMalformed,
    DataTooLarge,
    EnvelopeMalformed,
    ErrorCodeNotInteger,
    ErrorCodeZero,
    ErrorMessageNotString,
    ErrorNotObject,
    ErrorObjectFault,
    ErrorWithoutField,
    FieldOfNonObject,
    FieldOfStream,
    FoldBeyondTrace,
    FoldBeyondWindow,
    FoldNotRunning,
    IndexOfNonArray,
    IndexOutOfRange,
    InputFault,
    IteratorShadowed,
    IteratorTaken,
    KeyBeyondRange,
    KeyIsIterator,
    KeyMalformed,
    KeyMissing,
    KeyNotAccessor,
    KeyNotIndex,
    KeyNotOfMap,
    KeyProblem,
    LengthOfNonArray,
    LensFault,
    LoreNoValue,
    LoreNowhere,
    LoreRepeated,
    LoreRuns,
    LoreTooLong,
    Malformed,
    MissingField,
    NameNotString,
    NoSuchField,
    NotAFailure,
    NotATree,
    NotIterable,
    NotOneGeneration,
    NotSetAfterNew,
    NotSigned,
    PairWithoutKey,
    PairWithoutValue,
    ParBeyondTrace,
    ParBeyondWindow,
    ParTooLong,
    RaisedByScript,
    RecordFault,
    ResultDoesNotFit,
    ResultsMalformed,
    ResultTooLarge,
    Retracted,
    ScriptMalformed,
    ScriptTooLarge,
    SecretKeyMalformed,
    ServiceFailed,
    ShadowingNotAllowed,
    SignatureProblem,
    Store,
    StreamTooLong,
    TooFewElements,
    Uncatchable,
    UncatchableFault,
    Unexpected,
    UnsupportedMapKey,
    ValuesDiffer,
    ValuesEqual,
    VariableNotFound,
    VersionsMalformed,
    VersionTooOld,
    WindowBeyondTrace,
    WrongArguments,
    WrongLength,
    WrongTetraplet,
    WrongType,
)
from airspec.spec.states import Executed


@opaque("AquaVM's words")
def code_of(failure: Catchable | Uncatchable) -> int:
    """Return AquaVM's code of an error."""
    return codes.code_of(failure)


@opaque("AquaVM's words")
def message_of(failure: Catchable | Uncatchable, edition: Edition = FAITHFUL) -> str:
    """Return AquaVM's message about an error.

    Messages about data that cannot be read name the version of AquaVM that the edition follows.
    """
    match failure:
        case Catchable(fault):
            return catchable_text(fault)
        case Uncatchable(fault):
            return uncatchable_text(fault, version_of(edition))


@opaque("AquaVM's words")
def unprocessed(unused: tuple[tuple[int, CallResult], ...]) -> str:
    """Return AquaVM's message about call results, given with their call ids, that no call took.

    AquaVM may list them in another order.
    """
    told = ", ".join(
        f'"{call_id}": CallServiceResult {{ ret_code: {result.ret_code}, result: {quoted(result.result)} }}'
        for call_id, result in unused
    )
    return (
        f"after finishing execution of supplied AIR, there are some unprocessed call results: `{{{told}}}`, "
        "probably a wrong call_id used"
    )


@opaque("AquaVM's words")
def not_json(ret_code: int, text: str) -> str:
    """Return the message that is recorded for a call whose service returned a text that is not JSON.

    `ret_code` is the return code of the service.
    """
    return (
        f"call_service result 'ret_code: {ret_code}, result: '{text}'' can't be serialized "
        f"or deserialized with an error: {json_text.problem(text)}"
    )


def catchable_text(fault: CatchableFault) -> str:
    """Return AquaVM's message about a fault that a script can catch."""
    match fault:
        case ServiceFailed(ret_code, message):
            return f"Local service error, ret_code is {ret_code}, error message is '{message}'"
        case ValuesDiffer():
            return "compared values do not match"
        case ValuesEqual():
            return "compared values do not mismatch"
        case VariableNotFound(name):
            return f"variable with name '{name}' wasn't defined during script execution"
        case NotIterable(expression, value):
            return f"expression '{expression}' returned non-array value '{value}' for fold iterable"
        case RaisedByScript(error):
            return f"fail with '{error}' is used without corresponding xor"
        case NotSetAfterNew(name):
            return f"variable with name '{name}' was cleared by new and then wasn't set"
        case LengthOfNonArray(value):
            return f"the length functor could applied only to an array-like value, but it's applied to '{value}'"
        case NameNotString(name, value):
            return f"call cannot resolve non-String triplet variable part `{name}` with value '{value}'"
        case UnsupportedMapKey(stream_map):
            return f"unsupported type for {stream_map} map's key"
        case ErrorNotObject() | ErrorWithoutField() | ErrorCodeNotInteger() | ErrorCodeZero() | ErrorMessageNotString():
            return error_object_text(fault)
        case _:
            return lens_text(fault)


def lens_text(fault: LensFault) -> str:
    """Return the message about a lens that does not fit the value that it is applied to."""
    match fault:
        case KeyBeyondRange(key):
            return f"index accessor `{key} can't be converted to u32`"
        case KeyNotAccessor(key):
            return f"scalar accessor `{key}` should has number or string type"
        case IndexOfNonArray(value, index):
            return f"value '{value}' is not an array-type to match array accessor with idx = '{index}'"
        case IndexOutOfRange(value, index):
            return f"value '{value}' does not contain element for idx = '{index}'"
        case FieldOfNonObject(value, name):
            return f"value '{value}' is not an map-type to match field accessor with field_name = '{name}'"
        case NoSuchField(value, name):
            return f"value '{value}' does not contain element with field name = '{name}'"
        case TooFewElements(count, index):
            return f"lambda is applied to a stream that have only '{count}' elements, but '{index}' requested"
        case FieldOfStream(name):
            return f"field accessor (with field name = '{name}') can't be applied to a stream"
        case KeyNotIndex(key):
            return f"stream accessor `{key}` should has number (u32) type"
        case KeyIsIterator():
            return "canon stream map accessor must not be iterable"
        case KeyNotOfMap(key):
            return f"canon stream map accessor `{key}` should be either string or number"


def error_object_text(fault: ErrorObjectFault) -> str:
    """Return the message about an operand of ``fail`` that is not an error object."""
    match fault:
        case ErrorNotObject(value):
            return f"scalar should have an object type to be converted into error object, but '{value}' doesn't have"
        case ErrorWithoutField(value, name):
            return f"scalar '{value}' must have field with name '{name}'"
        case ErrorCodeNotInteger(value):
            return f"error_code of scalar '{value}' must have integer type"
        case ErrorCodeZero():
            return "error code must be non-zero, but it is zero"
        case ErrorMessageNotString(value):
            return f"message of scalar '{value}' must have string type"


STORED = {
    Store.VALUE: "value",
    Store.TETRAPLET: "tetraplet",
    Store.CANON_ELEMENT: "canon aggregate",
    Store.CANON_RESULT: "canon result aggregate",
    Store.SERVICE_RESULT: "service result aggregate",
}
"""What AquaVM calls the contents of the stores."""


def uncatchable_text(fault: UncatchableFault, version: str) -> str:
    """Return AquaVM's message about a fault that ends a run or refuses its input.

    `version` is that of the interpreter.
    """
    match fault:
        case DataDoNotFit(instruction, problem):
            return f"on instruction '{instruction}' trace handler encountered an error: {trace_text(problem)}"
        case FoldNotRunning(iterator):
            return f"fold state not found for this iterable '{iterator}'"
        case IteratorShadowed(name):
            return f"variable with name '{name}' can't be shadowed, shadowing isn't supported for iterables"
        case IteratorTaken(name):
            return f"multiple iterable values found for iterable name '{name}'"
        case ResultDoesNotFit(result):
            return f"call result value {result_text(result)} doesn't match with corresponding instruction"
        case ShadowingNotAllowed(name):
            return f"trying to shadow variable '{name}', but shadowing is allowed only inside fold blocks"
        case CidNotFound(store, cid):
            return f"{STORED[store]} for CID {quoted(cid)} not found"
        case NotAFailure(problem):
            return f"failed to deserialize to CallServiceFailed: {record_fault_text(problem)}"
        case StreamTooLong():
            return "stream size goes over the allowed limit of 1024"
        case PairWithoutKey():
            return "unsupported kvpair object or map key type"
        case PairWithoutValue():
            return 'there must be a "value" field in kvpair object'
        case CanonMapWithoutValue():
            return "can not find JValue to produce scalar from"
        case WrongArguments(expected, stored):
            return f"call argument_hash doesn't match expected parameters: expected {expected}, got {stored} "
        case WrongTetraplet(kind, expected, stored):
            return (
                f"{kind.value} tetraplet doesn't match expected parameters: "
                f"expected {tetraplet_text(expected)}, got {tetraplet_text(stored)} "
            )
        case _:
            return input_text(fault, version)


def record_fault_text(fault: RecordFault) -> str:
    """Return serde's message about a stored value that is not the record of a failed call."""
    match fault:
        case WrongType(value, expected):
            return f"invalid type: {described(value)}, expected {expected}"
        case WrongLength(count) if count < 2:
            return f"invalid length {count}, expected struct CallServiceFailed with 2 elements"
        case WrongLength(count):
            return f"invalid length {count}, expected fewer elements in array"
        case MissingField(name):
            return f"missing field `{name}`"
        case CodeBeyondRange(code):
            return f"invalid value: integer `{code}`, expected i32"


def trace_text(problem: Conflict | Unexpected | Malformed) -> str:
    """Return the part of AquaVM's message that says what is wrong with the data, and names the states concerned."""
    match problem:
        case Conflict(Contradiction.RESULTS, Executed(ours), Executed(theirs)):
            return f"values in call results are not equal: {result_text(ours)} != {result_text(theirs)}"
        case Conflict(Contradiction.OUTCOMES, left, right):
            return f"previous and current call results are incompatible: '{record_text(left)}' '{record_text(right)}'"
        case Conflict(Contradiction.CANONS, left, right):
            return f"canon results {record_text(left)} {record_text(right)} points to incompatible execution states"
        case Conflict(_, left, right):
            return f"previous and current data have incompatible states: '{state_text(left)}' '{state_text(right)}'"
        case Unexpected(expected, side, state):
            return f"state from {side.value} `{state_text(state)}` is incompatible with expected {expected}"
        case Malformed(fault):
            return data_text(fault)


def data_text(fault: DataFault) -> str:
    """Return AquaVM's message about data that no script can have recorded."""
    match fault:
        case WindowBeyondTrace(size, position, length):
            return f"executed trace has {size} elements, but tried to set {length} subtrace_len and {position} position"
        case ParTooLong(sizes):
            return (
                "overflow is occurred while calculating the entire len occupied by executed states corresponded to "
                f"current par: '{record_text(sizes)}'"
            )
        case ParBeyondTrace(sizes, position):
            # AquaVM says "previous" of either side.
            return (
                "overflow is occurred while calculating the new position of a previous slider for resolved par "
                f"{record_text(sizes)} and current position {position}'"
            )
        case ParBeyondWindow(sizes, remaining):
            return (
                "underflow is occurred while calculating the new position of a current slider for resolved par "
                f"{record_text(sizes)} and current subtrace len {remaining}'"
            )
        case LoreRuns(count):
            return f"fold contains {count} sublore descriptors, but 2 is expected"
        case LoreNowhere(position, size):
            return f"requested an element at position '{position}', but executed trace contains only '{size}' elements"
        case LoreNoValue(state):
            return f"expected a state of CallResult(Value::Stream) or Ap types but '{state_in_words(state)}' obtained"
        case LoreTooLong(fold, index):
            return f"the first {index} subtrace descriptors lens of fold {record_text(fold)} overflows"
        case LoreRepeated(fold, value):
            return f"{record_text(fold)} contains several subtraces with the same value_pos {value}"
        case FoldBeyondTrace(side, lore, count, position):
            return (
                f"overflow is occurred while calculating the new position of a {side.value} slider for resolved fold "
                f"{lore_in_resolved_fold(lore, count)} and current position {position}'"
            )
        case FoldBeyondWindow(side, lore, count, position):
            # What AquaVM calls a length is the position.
            return (
                f"underflow is occurred while calculating the new position of a {side.value} slider for resolved fold "
                f"{lore_in_resolved_fold(lore, count)} and current subtrace len {position}'"
            )
        case NotOneGeneration(state):
            return f"{record_text(state)} ap result contains inappropriate generation count in destination"
        case NotATree(reason):
            return reason


def input_text(fault: InputFault, version: str) -> str:
    """Return AquaVM's message about input that it refuses; `version` is that of the interpreter.

    The complaints of readers inside of messages are this project's own; AquaVM's debugging output is not imitated.
    """
    note = f"AquaVM version is {version} and it expects {DATA_VERSION} version."
    match fault:
        case ScriptMalformed(complaint):
            return f"air can't be parsed:\n{complaint}"
        case DataMalformed(complaint):
            return f"an error occurred while data deserialization: {complaint}.\n{note}"
        case EnvelopeMalformed(complaint):
            return f"an error occurred while envelope deserialization: {complaint}.\n{note}"
        case VersionsMalformed(complaint, data, interpreter):
            return (
                f"an error occurred while data deserialization: {complaint}.\n"
                f"AquaVM's version is {version} and it expects data of {DATA_VERSION} version.\n"
                f"Supplied data version is {data}, it's produced by AquaVM of {interpreter} version."
            )
        case ResultsMalformed(complaint):
            return f"error occurred while deserialize call results: {complaint}."
        case VersionTooOld(version):
            return (
                f"supplied data was produced by `{version}` version of interpreter, "
                f"but minimum `{MINIMUM}` version is required"
            )
        case ScriptTooLarge(size, limit):
            return f"air size: {size} bytes is bigger than the limit allowed: {limit} bytes"
        case DataTooLarge(size, limit):
            return f"Current_data particle size: {size} bytes is bigger than the limit allowed: {limit} bytes"
        case ResultTooLarge(limit):
            return f"Call result size is bigger than the limit allowed: {limit} bytes"
        case SecretKeyMalformed(problem):
            return f"malformed keypair format: {KEY_PROBLEMS[problem]}"
        case _:
            return authenticity_text(fault)


KEY_PROBLEMS = {
    KeyProblem.NOT_SECP256K1: "invalid key data: Failed to decode with secp256k1",
    KeyProblem.NOT_ALLOWED: "signature algorithm Secp256k1 not whitelisted",
    KeyProblem.UNKNOWN_TYPE: "invalid key data: Invalid type prefix",
    KeyProblem.WRONG_LENGTH: ("invalid key data: Failed to decode, invalid length: could not convert slice to array"),
    KeyProblem.NO_POINT: (
        "invalid key data: Failed to decode with ed25519: signature error: Cannot decompress Edwards point"
    ),
}
CID_PROBLEMS = {
    CidProblem.TOO_SHORT: "Input too short",
    CidProblem.NO_MULTIHASH: "Failed to parse multihash",
    CidProblem.NO_NUMBER: "Failed to decode unsigned varint format",
    CidProblem.NO_MORE: "unexpected end of file",
    CidProblem.UNKNOWN_VERSION: "Unrecognized CID version",
    CidProblem.EXPLICIT_VERSION_0: "CIDv0 cannot be specified in CIDv1 format",
}
SIGNATURE_PROBLEMS = {
    SignatureProblem.WRONG_LENGTH: "None",
    SignatureProblem.TOO_GREAT: "Some(Cannot use scalar with high-bit set)",
    SignatureProblem.WRONG: "Some(Verification equation was not satisfied)",
}
RECORDS = {
    Store.VALUE: "air_interpreter_data::raw_value::RawValue",
    Store.TETRAPLET: "marine_call_parameters::SecurityTetraplet",
    Store.CANON_ELEMENT: "air_interpreter_data::executed_state::CanonCidAggregate",
    Store.CANON_RESULT: "air_interpreter_data::executed_state::CanonResultCidAggregate",
    Store.SERVICE_RESULT: "air_interpreter_data::executed_state::ServiceResultCidAggregate",
}
"""The types of AquaVM that the stores hold."""


def authenticity_text(fault: CidFault | KeyMalformed | KeyMissing | NotSigned | Retracted) -> str:
    """Return AquaVM's message about data that are not authentic."""
    match fault:
        case CidMalformed(problem):
            return CID_PROBLEMS[problem]
        case CidCodec(codec):
            return f"unsupported CID codec: {codec}"
        case CidHash(code):
            return f"unsupported multihash code: {code}"
        case CidMismatch(store, cid):
            return f"Value mismatch in the {quoted(RECORDS[store])} store for CID {quoted(cid)}"
        case CidDangling(source, target, cid):
            return (
                f"Reference CID {quoted(cid)} from type {quoted(RECORDS[source])} "
                f"to {quoted(RECORDS[target])} was not found"
            )
        case KeyMalformed(key, problem):
            return f"malformed key: {quoted(base_58(key))}: {KEY_PROBLEMS[problem]}"
        case KeyMissing(peer_id):
            return f"peer_id doens't match any available public key: {quoted(peer_id)}"
        case NotSigned(peer_id, _, _, _, cids):
            return f"signature mismatch for {quoted(peer_id)}: {not_signed(fault)}, values: CIDS: {quoted_list(cids)}"
        case Retracted(peer_id, larger, smaller):
            return (
                f"inconsistent CID multisets on merge for peer {quoted(peer_id)}, "
                f"prev: {quoted_list(larger)}, current: {quoted_list(smaller)}"
            )


def not_signed(fault: NotSigned) -> str:
    """Return the part of AquaVM's message that says what is wrong with a signature."""
    if fault.problem == SignatureProblem.UNKNOWN_TYPE:
        return "InvalidSignature(InvalidTypeByte)"
    texts = ", ".join(quoted(base_58(part[1:])) for part in (fault.signature, fault.key))
    return f"Verification(Ed25519(signature::Error {{ source: {SIGNATURE_PROBLEMS[fault.problem]} }}, {texts}))"
