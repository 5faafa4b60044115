"""Data read from an archive; `semantics.wire.layout` says what stands where."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from rpds import HashTrieMap

from airspec.semantics.wire import layout
from airspec.semantics.wire.archive import MalformedArchiveError, Reader
from airspec.spec.data import CanonElement, CanonResult, CidInfo, Data, ServiceResult
from airspec.spec.states import (
    Ap,
    CallState,
    CanonExecuted,
    CanonSent,
    CanonState,
    Executed,
    Failed,
    Fold,
    Lore,
    Par,
    Result,
    ScalarResult,
    Sent,
    State,
    StreamResult,
    Subtrace,
    UnusedResult,
)
from airspec.spec.values import Cid, FromCanon, FromLiteral, FromService, Json, Provenance, Tetraplet

T = TypeVar("T")


def read_data(archive: bytes) -> Data:
    """Return the data that an archive holds; content ids, signatures and JSON texts are not checked.

    Raise MalformedArchiveError if the bytes are not a well-formed archive of data.
    """
    return Reader(archive).root(layout.DATA.size, data)


def data(r: Reader, at: int) -> Data:
    """Read the root record, a particle's whole data, at byte offset `at` of the archive."""
    trace = r.vector(at, layout.STATE_SIZE, state)
    (call_id,) = layout.NUMBER.unpack(r.data, at + 8)
    stores = cid_info(r, at + 12)
    return Data(trace, call_id, stores, HashTrieMap(r.vector(at + 52, layout.SIGNATURE.size, signature)))


def signature(r: Reader, at: int) -> tuple[bytes, bytes]:
    """Read an entry of the signatures at byte offset `at`, and return its public key and its signature."""
    return r.bytes_box(at), r.bytes_box(at + 8)


# --- stores ---------------------------------------------------------------------------------------------


def cid_info(r: Reader, at: int) -> CidInfo:
    """Read the five stores, whose pointers follow one another from byte offset `at`."""
    return CidInfo(
        store(r, at, "value", layout.SIZED.size, value),
        store(r, at + 8, "tetraplet", layout.TETRAPLET_SIZE, tetraplet),
        store(r, at + 16, "canon element", layout.CANON_ELEMENT.size, canon_element),
        store(r, at + 24, "canon result", layout.CANON_RESULT.size, canon_result),
        store(r, at + 32, "service result", layout.SERVICE_RESULT.size, service_result),
    )


def store(r: Reader, at: int, kind: str, size: int, read: Callable[[Reader, int], T]) -> HashTrieMap[Cid, T]:
    """Read a store, whose pointer is at byte offset `at`; if several entries have one content id, the last one counts.

    `kind` names the records in error messages, `size` is the size of one in bytes, and `read` reads the one at an
    offset.
    """

    def entry(r: Reader, at: int) -> tuple[Cid, T]:
        to_cid, length, to_record = layout.ENTRY.unpack(r.data, at)
        return r.shared_text(at + to_cid, length), r.shared(at + 8 + to_record, kind, size, read)

    return HashTrieMap(r.vector(at, layout.ENTRY.size, entry))


def cid(r: Reader, at: int) -> Cid:
    """Read a content id, whose pointer is at byte offset `at`; that its text is a valid id is not checked here."""
    distance, length = layout.SIZED.unpack(r.data, at)
    return r.shared_text(at + distance, length)


def value(r: Reader, at: int) -> Json:
    """Read the text of a value, whose pointer is at byte offset `at`; that it is canonical JSON is not checked here."""
    return Json(r.text_box(at))


def tetraplet(r: Reader, at: int) -> Tetraplet:
    """Read the tetraplet at byte offset `at`, which consists of four strings."""
    return Tetraplet(r.string(at), r.string(at + 8), r.string(at + 16), r.string(at + 24))


def service_result(r: Reader, at: int) -> ServiceResult:
    """Read the service result at byte offset `at`."""
    value, value_length, hash, hash_length, tetraplet, tetraplet_length = layout.SERVICE_RESULT.unpack(r.data, at)
    return ServiceResult(
        r.shared_text(at + value, value_length),
        r.shared_text(at + 8 + hash, hash_length),
        r.shared_text(at + 16 + tetraplet, tetraplet_length),
    )


def canon_result(r: Reader, at: int) -> CanonResult:
    """Read the canon result (the content ids of a canonical stream or map) at byte offset `at`."""
    return CanonResult(cid(r, at), r.vector(at + 8, layout.SIZED.size, cid))


def canon_element(r: Reader, at: int) -> CanonElement:
    """Read the element of a canonical stream or map at byte offset `at`. Raise MalformedArchiveError."""
    value, value_length, tetraplet, tetraplet_length, case, origin, origin_length = layout.CANON_ELEMENT.unpack(
        r.data, at
    )
    return CanonElement(
        r.shared_text(at + value, value_length),
        r.shared_text(at + 8 + tetraplet, tetraplet_length),
        provenance(r, case, at + 20 + origin, origin_length),
    )


def provenance(r: Reader, case: int, place: int, length: int) -> Provenance:
    """Return the provenance with this case number; `place` and `length` locate the content id, if the case has one.

    Raise MalformedArchiveError if there is no such case.
    """
    match case:
        case layout.FROM_LITERAL:
            return FromLiteral()
        case layout.FROM_SERVICE:
            return FromService(r.shared_text(place, length))
        case layout.FROM_CANON:
            return FromCanon(r.shared_text(place, length))
        case _:
            raise unknown("provenance", case)


# --- states ---------------------------------------------------------------------------------------------


def state(r: Reader, at: int) -> State:
    """Read the state of the trace at byte offset `at`. Raise MalformedArchiveError if its kind is unknown."""
    match r.data[at]:
        case layout.PAR:
            _, left, right = layout.PAR_STATE.unpack(r.data, at)
            return Par(left, right)
        case layout.CALL:
            return call(r, at)
        case layout.FOLD:
            return Fold(r.vector(at + 4, layout.LORE.size, lore))
        case layout.AP:
            return Ap(r.numbers(at + 4, layout.NUMBER.size))
        case layout.CANON:
            return canon(r, at)
        case number:
            raise unknown("state", number)


def call(r: Reader, at: int) -> CallState:
    """Read the state of a call at byte offset `at`. Raise MalformedArchiveError if its case is unknown."""
    match r.data[at + 4]:
        case layout.CALL_SENT:
            return sender(r, at)
        case layout.CALL_EXECUTED:
            return Executed(result(r, at))
        case layout.CALL_FAILED:
            return Failed(cid(r, at + 8))
        case number:
            raise unknown("call", number)


def sender(r: Reader, at: int) -> Sent:
    """Read the state of a call that was sent, at byte offset `at`: the sender, and its call id if there is one.

    Raise MalformedArchiveError if the case of the sender is unknown.
    """
    _, _, case, distance, call_id, _ = layout.CALL_STATE.unpack(r.data, at)
    match case:
        case layout.SENDER_PEER:
            return Sent(shared_string(r, at + 12 + distance))
        case layout.SENDER_PEER_WITH_CALL_ID:
            return Sent(shared_string(r, at + 12 + distance), call_id)
        case _:
            raise unknown("sender", case)


def result(r: Reader, at: int) -> Result:
    """Read the result in the state of an executed call at byte offset `at`. Raise MalformedArchiveError."""
    _, _, case, distance, length, generation = layout.CALL_STATE.unpack(r.data, at)
    match case:
        case layout.SCALAR:
            return ScalarResult(r.shared_text(at + 12 + distance, length))
        case layout.STREAM:
            return StreamResult(r.shared_text(at + 12 + distance, length), generation)
        case layout.UNUSED:
            return UnusedResult(r.shared_text(at + 12 + distance, length))
        case _:
            raise unknown("result", case)


def canon(r: Reader, at: int) -> CanonState:
    """Read the state of a canon at byte offset `at`. Raise MalformedArchiveError if its case is unknown."""
    match r.data[at + 4]:
        case layout.CANON_SENT:
            _, _, distance = layout.CANON_SENT_STATE.unpack(r.data, at)
            return CanonSent(shared_string(r, at + 8 + distance))
        case layout.CANON_EXECUTED:
            return CanonExecuted(cid(r, at + 8))
        case number:
            raise unknown("canon", number)


def lore(r: Reader, at: int) -> Lore:
    """Read a fold's entry for one value, with its runs of states, at byte offset `at`."""
    value, _, _ = layout.LORE.unpack(r.data, at)
    numbers = r.numbers(at + 4, layout.SUBTRACE.size)
    return Lore(value, tuple(map(Subtrace, numbers[::2], numbers[1::2])))


def shared_string(r: Reader, place: int) -> str:
    """Read the string at byte offset `place`, to which several records may point."""
    return r.shared(place, "string", layout.TEXT_SIZE, Reader.string)


def unknown(kind: str, number: int) -> MalformedArchiveError:
    """Return the error for an enumeration, named by `kind`, that has no case with this number."""
    return MalformedArchiveError(f"a {kind} cannot be of case {number}")
