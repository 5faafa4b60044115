"""Faults: the reasons why an instruction, a premise or an input fails, as data.

*Catchable* errors go up to the next ``xor``; *uncatchable* ones end the run, and everything that it did is discarded;
a *trap* is a place where AquaVM panics.  A *conflict*, an *unexpected* state and *malformed* data are what the merge of
two traces finds; each ends the run with a trace error that names the instruction.

Each of them holds a fault: a record of what is wrong, in the words of the language, whose docstring is a sentence that
says what is wrong.  The codes of faults are in `spec.codes`; the messages that AquaVM writes are in `semantics.aquavm`.
"""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from airspec.spec.states import Ap, Fold, Lore, Par, Result, State
from airspec.spec.values import Cid, Json, Tetraplet


class Source(Enum):
    """The data from which a state of the joined trace comes."""

    PREVIOUS = "previous"
    CURRENT = "current"
    BOTH = "both"
    NEITHER = "neither"


# --- what a script can catch --------------------------------------------------------------------------


class ServiceFailed(Struct, frozen=True, gc=False):
    """A service answered with a non-zero code, or with a text that is not JSON."""

    ret_code: int
    message: str


class ValuesDiffer(Struct, frozen=True, gc=False):
    """The operands of ``match`` differ."""


class ValuesEqual(Struct, frozen=True, gc=False):
    """The operands of ``mismatch`` are equal."""


class VariableNotFound(Struct, frozen=True, gc=False):
    """A variable has no value yet; most instructions wait for it instead of failing."""

    name: str


class NotIterable(Struct, frozen=True, gc=False):
    """The iterable of a fold is not an array; `expression` is the variable's name, or the lens alone."""

    expression: str
    value: Json


class RaisedByScript(Struct, frozen=True, gc=False):
    """The script raised an error object with ``fail``."""

    error: Json


class NotSetAfterNew(Struct, frozen=True, gc=False):
    """A variable was declared by ``new`` and has not been set; this is not waited for."""

    name: str


class LengthOfNonArray(Struct, frozen=True, gc=False):
    """``.length`` is applied to a value that is not an array."""

    value: Json


class NameNotString(Struct, frozen=True, gc=False):
    """A peer, service or function is given by a value that is not a string."""

    name: str
    value: Json


class UnsupportedMapKey(Struct, frozen=True, gc=False):
    """The key of a map entry is neither a string nor an integer."""

    stream_map: str


# Lenses that do not fit what they are applied to.


class KeyBeyondRange(Struct, frozen=True, gc=False):
    """The number of a scalar inside a lens is not an unsigned 32-bit integer."""

    key: Json


class KeyNotAccessor(Struct, frozen=True, gc=False):
    """The value of a scalar inside a lens is neither a string nor a number."""

    key: Json


class IndexOfNonArray(Struct, frozen=True, gc=False):
    """An index is applied to a value that is not an array."""

    value: Json
    index: int


class IndexOutOfRange(Struct, frozen=True, gc=False):
    """An index is not below the length of the array that it is applied to."""

    value: Json
    index: int


class FieldOfNonObject(Struct, frozen=True, gc=False):
    """The name of a member is applied to a value that is not an object."""

    value: Json
    name: str


class NoSuchField(Struct, frozen=True, gc=False):
    """An object has no member of this name."""

    value: Json
    name: str


class TooFewElements(Struct, frozen=True, gc=False):
    """An index is not below `count`, the number of elements of a canonical stream or under a key of a canonical map."""

    count: int
    index: int


class FieldOfStream(Struct, frozen=True, gc=False):
    """The name of a member is applied to a canonical stream, which has elements only."""

    name: str


class KeyNotIndex(Struct, frozen=True, gc=False):
    """The value of a scalar that should select an element of a canonical stream is not a number."""

    key: Json


class KeyIsIterator(Struct, frozen=True, gc=False):
    """The key of a canonical map is given by the iterator of a fold."""


class KeyNotOfMap(Struct, frozen=True, gc=False):
    """The value of a scalar that should select from a canonical map is neither a string nor an integer."""

    key: Json


LensFault = (
    KeyBeyondRange
    | KeyNotAccessor
    | IndexOfNonArray
    | IndexOutOfRange
    | FieldOfNonObject
    | NoSuchField
    | TooFewElements
    | FieldOfStream
    | KeyNotIndex
    | KeyIsIterator
    | KeyNotOfMap
)

# Operands of ``fail`` that are no error objects.


class ErrorNotObject(Struct, frozen=True, gc=False):
    """The operand of ``fail`` is not an object."""

    value: Json


class ErrorWithoutField(Struct, frozen=True, gc=False):
    """The operand of ``fail`` lacks its `error_code` or its `message`; `name` says which."""

    value: Json
    name: str


class ErrorCodeNotInteger(Struct, frozen=True, gc=False):
    """The `error_code` of the operand of ``fail`` is not an integer."""

    value: Json


class ErrorCodeZero(Struct, frozen=True, gc=False):
    """The `error_code` of the operand of ``fail`` is 0, which stands for no error."""


class ErrorMessageNotString(Struct, frozen=True, gc=False):
    """The `message` of the operand of ``fail`` is not a string."""

    value: Json


ErrorObjectFault = ErrorNotObject | ErrorWithoutField | ErrorCodeNotInteger | ErrorCodeZero | ErrorMessageNotString


# --- what ends a run ----------------------------------------------------------------------------------


class FoldNotRunning(Struct, frozen=True, gc=False):
    """A ``next`` is reached while no fold with its iterator is running."""

    iterator: str


class IteratorShadowed(Struct, frozen=True, gc=False):
    """A call binds its result to the iterator of a fold."""

    name: str


class IteratorTaken(Struct, frozen=True, gc=False):
    """A fold starts while another fold with the same iterator is running."""

    name: str


class ResultDoesNotFit(Struct, frozen=True, gc=False):
    """The data hold a result that was bound in another way than the output of the call says."""

    result: Result


class ShadowingNotAllowed(Struct, frozen=True, gc=False):
    """A variable is assigned twice outside a fold."""

    name: str


class Store(Enum):
    """The kind of the records in a store."""

    VALUE = "value"
    TETRAPLET = "tetraplet"
    CANON_ELEMENT = "canon element"
    CANON_RESULT = "canon result"
    SERVICE_RESULT = "service result"


class CidNotFound(Struct, frozen=True, gc=False):
    """A content id refers to nothing in the stores."""

    store: Store
    cid: Cid


class StreamTooLong(Struct, frozen=True, gc=False):
    """A stream or map would reach 1024 values, which AquaVM does not allow."""


class PairWithoutKey(Struct, frozen=True, gc=False):
    """An element of a canonical map has no key, or one that is neither a string nor an integer."""


class PairWithoutValue(Struct, frozen=True, gc=False):
    """An element of a canonical map has no value."""


class CanonMapWithoutValue(Struct, frozen=True, gc=False):
    """A canonical map that should become a scalar has no element."""


class WrongArguments(Struct, frozen=True, gc=False):
    """The data hold a result for other arguments than those of the call."""

    expected: Cid
    stored: Cid


class Kind(Enum):
    """The kind of the instruction whose tetraplet the data hold."""

    CALL = "call"
    CANON = "canon"


class WrongTetraplet(Struct, frozen=True, gc=False):
    """The data hold the result of another call or canon than the one in the script."""

    kind: Kind
    expected: Tetraplet
    stored: Tetraplet


# The record of a failed call that is none.


class WrongType(Struct, frozen=True, gc=False):
    """A value is of another type than `expected`."""

    value: Json
    expected: str


class WrongLength(Struct, frozen=True, gc=False):
    """An array does not have as many elements as the record has fields."""

    count: int


class MissingField(Struct, frozen=True, gc=False):
    """An object lacks a field of the record."""

    name: str


class CodeBeyondRange(Struct, frozen=True, gc=False):
    """A return code is not a 32-bit integer."""

    code: int


RecordFault = WrongType | WrongLength | MissingField | CodeBeyondRange


class NotAFailure(Struct, frozen=True, gc=False):
    """The stored value of a failed call is not a failure record."""

    fault: RecordFault


# --- input that is refused ----------------------------------------------------------------------------


class ScriptMalformed(Struct, frozen=True, gc=False):
    """A text is not a valid script."""

    complaint: str


class DataMalformed(Struct, frozen=True, gc=False):
    """The archive in the envelope of data cannot be read."""

    complaint: str


class EnvelopeMalformed(Struct, frozen=True, gc=False):
    """The envelope of data cannot be read."""

    complaint: str


class VersionsMalformed(Struct, frozen=True, gc=False):
    """Of an envelope, only the versions can be read: of the data, and of the interpreter that wrote them."""

    complaint: str
    data: str
    interpreter: str


class ResultsMalformed(Struct, frozen=True, gc=False):
    """Call results cannot be read."""

    complaint: str


class VersionTooOld(Struct, frozen=True, gc=False):
    """Data were written by an interpreter that is too old."""

    version: str


class ScriptTooLarge(Struct, frozen=True, gc=False):
    """A script has more bytes than a hard limit allows."""

    size: int
    limit: int


class DataTooLarge(Struct, frozen=True, gc=False):
    """Current data have more bytes than a hard limit allows."""

    size: int
    limit: int


class ResultTooLarge(Struct, frozen=True, gc=False):
    """A call result has more bytes than a hard limit allows."""

    limit: int


class KeyProblem(Enum):
    """The reason why bytes are not an accepted key."""

    NOT_SECP256K1 = "it is no point or number of secp256k1"
    NOT_ALLOWED = "keys of secp256k1 are not accepted"
    UNKNOWN_TYPE = "its type is unknown"
    WRONG_LENGTH = "it is too short or too long"
    NO_POINT = "it is no point of the curve"


class SecretKeyMalformed(Struct, frozen=True, gc=False):
    """The peer's own secret key is malformed, or of a type that is not accepted."""

    problem: KeyProblem


class CidProblem(Enum):
    """The reason why a text is not a content id."""

    TOO_SHORT = "it is too short"
    NO_MULTIHASH = "it has no hash"
    NO_NUMBER = "a number in it is malformed"
    NO_MORE = "it ends within a number"
    UNKNOWN_VERSION = "its version is unknown"
    EXPLICIT_VERSION_0 = "version 0 is written as a later one"


class CidMalformed(Struct, frozen=True, gc=False):
    """A key of a store is not a content id."""

    problem: CidProblem


class CidCodec(Struct, frozen=True, gc=False):
    """A content id does not name JSON."""

    codec: int


class CidHash(Struct, frozen=True, gc=False):
    """A content id is made with an unknown hash function."""

    code: int


class CidMismatch(Struct, frozen=True, gc=False):
    """A content id is not the hash of what it names."""

    store: Store
    cid: Cid


class CidDangling(Struct, frozen=True, gc=False):
    """An entry of a store refers to something that another store lacks."""

    source: Store
    target: Store
    cid: Cid


class KeyMalformed(Struct, frozen=True, gc=False):
    """A public key in the data is malformed."""

    key: bytes
    problem: KeyProblem


class KeyMissing(Struct, frozen=True, gc=False):
    """A peer has content ids in the trace, and the data have no public key with its id."""

    peer_id: str


class SignatureProblem(Enum):
    """The reason why bytes are not a signature of some content ids by a key."""

    UNKNOWN_TYPE = "its type is unknown"
    WRONG_LENGTH = "it is too short or too long"
    TOO_GREAT = "its second half is no number below the order of the group"
    WRONG = "it is not of these content ids by this key"


class NotSigned(Struct, frozen=True, gc=False):
    """A signature is not over the content ids of its peer."""

    peer_id: str
    key: bytes
    signature: bytes
    problem: SignatureProblem
    cids: tuple[Cid, ...]


class Retracted(Struct, frozen=True, gc=False):
    """Of the content ids that a peer signed in previous and in current data, neither collection contains the other."""

    peer_id: str
    larger: tuple[Cid, ...]
    smaller: tuple[Cid, ...]


CidFault = CidMalformed | CidCodec | CidHash | CidMismatch | CidDangling
SizeFault = ScriptTooLarge | DataTooLarge | ResultTooLarge
InputFault = (
    ScriptMalformed
    | DataMalformed
    | EnvelopeMalformed
    | VersionsMalformed
    | ResultsMalformed
    | VersionTooOld
    | SizeFault
    | SecretKeyMalformed
    | CidFault
    | KeyMalformed
    | KeyMissing
    | NotSigned
    | Retracted
)


# --- what the merge of two traces finds ---------------------------------------------------------------


class Contradiction(Enum):
    """The way in which two states contradict each other."""

    RESULTS = "one call has two results"
    OUTCOMES = "one call has two outcomes"
    CANONS = "one canon has two contents"
    KINDS = "at least one state is of another kind of instruction"


class Conflict(Struct, frozen=True, gc=False):
    """Two states, `left` and `right`, of the traces at one place, which contradict each other."""

    reason: Contradiction
    left: State
    right: State


class Unexpected(Struct, frozen=True, gc=False):
    """A state of another kind of instruction than `expected`, in the trace of one side."""

    expected: str
    side: Source
    state: State


class WindowBeyondTrace(Struct, frozen=True, gc=False):
    """A window reaches beyond its trace, which has `size` states."""

    size: int
    position: int
    length: int


class ParTooLong(Struct, frozen=True, gc=False):
    """The branches of a ``par`` are together longer than any trace can be."""

    sizes: Par


class ParBeyondTrace(Struct, frozen=True, gc=False):
    """The branches of the ``par`` at this position end beyond the greatest position that a trace can have."""

    sizes: Par
    position: int


class ParBeyondWindow(Struct, frozen=True, gc=False):
    """The branches of a ``par`` are longer than what remains of the window."""

    sizes: Par
    remaining: int


class LoreRuns(Struct, frozen=True, gc=False):
    """An entry of a fold does not have exactly two runs of states, one before ``next`` and one after."""

    count: int


class LoreNowhere(Struct, frozen=True, gc=False):
    """An entry of a fold is for a position beyond the trace, which has `size` states."""

    position: int
    size: int


class LoreNoValue(Struct, frozen=True, gc=False):
    """An entry of a fold is for a state that puts nothing into a stream."""

    state: State


class LoreTooLong(Struct, frozen=True, gc=False):
    """The runs of a fold, up to the entry at `index`, are together longer than any trace can be."""

    fold: Fold
    index: int


class LoreRepeated(Struct, frozen=True, gc=False):
    """A fold has two entries for the value at one position."""

    fold: Fold
    value: int


class FoldBeyondTrace(Struct, frozen=True, gc=False):
    """A fold ends beyond the greatest position of any trace; `lore` has its windows, and `count` states in all."""

    side: Source
    lore: tuple[Lore, ...]
    count: int
    position: int


class FoldBeyondWindow(Struct, frozen=True, gc=False):
    """A fold has more states than are left of the window; `lore` has its windows, and `count` states in all."""

    side: Source
    lore: tuple[Lore, ...]
    count: int
    position: int


class NotOneGeneration(Struct, frozen=True, gc=False):
    """An append is recorded in no generation, or in several."""

    state: Ap


class NotATree(Struct, frozen=True, gc=False):
    """A trace cannot be read as a tree: its sizes or positions do not fit together, as `reason` says."""

    reason: str


DataFault = (
    WindowBeyondTrace
    | ParTooLong
    | ParBeyondTrace
    | ParBeyondWindow
    | LoreRuns
    | LoreNowhere
    | LoreNoValue
    | LoreTooLong
    | LoreRepeated
    | FoldBeyondTrace
    | FoldBeyondWindow
    | NotOneGeneration
    | NotATree
)


class Malformed(Struct, frozen=True, gc=False):
    """Data that no script can have recorded."""

    fault: DataFault


class DataDoNotFit(Struct, frozen=True, gc=False):
    """The data do not fit the script: they are of another script, contradict each other, or are malformed."""

    instruction: str
    problem: Conflict | Unexpected | Malformed


# --- failures -----------------------------------------------------------------------------------------

CatchableFault = (
    ServiceFailed
    | ValuesDiffer
    | ValuesEqual
    | VariableNotFound
    | NotIterable
    | RaisedByScript
    | NotSetAfterNew
    | LengthOfNonArray
    | NameNotString
    | UnsupportedMapKey
    | LensFault
    | ErrorObjectFault
)

UncatchableFault = (
    DataDoNotFit
    | FoldNotRunning
    | IteratorShadowed
    | IteratorTaken
    | ResultDoesNotFit
    | ShadowingNotAllowed
    | CidNotFound
    | StreamTooLong
    | PairWithoutKey
    | PairWithoutValue
    | CanonMapWithoutValue
    | WrongArguments
    | WrongTetraplet
    | NotAFailure
    | InputFault
)


class Catchable(Struct, frozen=True, gc=False):
    """An error that ``xor`` catches."""

    fault: CatchableFault


class Uncatchable(Struct, frozen=True, gc=False):
    """An error that ends the run; everything that the run did is discarded."""

    fault: UncatchableFault


class Trap(Struct, frozen=True, gc=False):
    """A place where AquaVM panics; `name` identifies it."""

    name: str


Failure = Catchable | Uncatchable | Trap | Conflict | Unexpected | Malformed
"""A judgement that has no value returns one of these."""

FAILURES = frozenset((Catchable, Uncatchable, Trap, Conflict, Unexpected, Malformed))
