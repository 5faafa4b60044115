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
    """Return the data in an archive.  Raise MalformedArchiveError."""
    return Reader(archive).root(layout.DATA.size, data)


def data(r: Reader, at: int) -> Data:
    """Return the root record."""
    trace = r.vector(at, layout.STATE_SIZE, state)
    (call_id,) = layout.NUMBER.unpack(r.data, at + 8)
    stores = cid_info(r, at + 12)
    return Data(trace, call_id, stores, HashTrieMap(r.vector(at + 52, layout.SIGNATURE.size, signature)))


def signature(r: Reader, at: int) -> tuple[bytes, bytes]:
    """Return a public key with a signature."""
    return r.bytes_box(at), r.bytes_box(at + 8)


# --- stores ---------------------------------------------------------------------------------------------


def cid_info(r: Reader, at: int) -> CidInfo:
    """Return the five stores."""
    return CidInfo(
        store(r, at, "value", layout.SIZED.size, value),
        store(r, at + 8, "tetraplet", layout.TETRAPLET_SIZE, tetraplet),
        store(r, at + 16, "canon element", layout.CANON_ELEMENT.size, canon_element),
        store(r, at + 24, "canon result", layout.CANON_RESULT.size, canon_result),
        store(r, at + 32, "service result", layout.SERVICE_RESULT.size, service_result),
    )


def store(r: Reader, at: int, kind: str, size: int, read: Callable[[Reader, int], T]) -> HashTrieMap[Cid, T]:
    """Return a store: a vector of content ids with shared records; of entries with one id the last stands."""

    def entry(r: Reader, at: int) -> tuple[Cid, T]:
        to_cid, length, to_record = layout.ENTRY.unpack(r.data, at)
        return r.shared_text(at + to_cid, length), r.shared(at + 8 + to_record, kind, size, read)

    return HashTrieMap(r.vector(at, layout.ENTRY.size, entry))


def cid(r: Reader, at: int) -> Cid:
    """Return a content id; whether it is one is checked later."""
    distance, length = layout.SIZED.unpack(r.data, at)
    return r.shared_text(at + distance, length)


def value(r: Reader, at: int) -> Json:
    """Return the text of a value; whether it is canonical, or JSON at all, is not checked here."""
    return Json(r.text_box(at))


def tetraplet(r: Reader, at: int) -> Tetraplet:
    """Return a tetraplet."""
    return Tetraplet(r.string(at), r.string(at + 8), r.string(at + 16), r.string(at + 24))


def service_result(r: Reader, at: int) -> ServiceResult:
    """Read the service result at an offset of the data."""
    value, value_length, hash, hash_length, tetraplet, tetraplet_length = layout.SERVICE_RESULT.unpack(r.data, at)
    return ServiceResult(
        r.shared_text(at + value, value_length),
        r.shared_text(at + 8 + hash, hash_length),
        r.shared_text(at + 16 + tetraplet, tetraplet_length),
    )


def canon_result(r: Reader, at: int) -> CanonResult:
    """Return a canonical stream."""
    return CanonResult(cid(r, at), r.vector(at + 8, layout.SIZED.size, cid))


def canon_element(r: Reader, at: int) -> CanonElement:
    """Return an element of a canonical stream."""
    value, value_length, tetraplet, tetraplet_length, case, origin, origin_length = layout.CANON_ELEMENT.unpack(
        r.data, at
    )
    return CanonElement(
        r.shared_text(at + value, value_length),
        r.shared_text(at + 8 + tetraplet, tetraplet_length),
        provenance(r, case, at + 20 + origin, origin_length),
    )


def provenance(r: Reader, case: int, place: int, length: int) -> Provenance:
    """Return where an element comes from."""
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
    """Return one state of the trace."""
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
    """Return the state of a call."""
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
    """Return the peer that asked for a call, and the number of its request, if any."""
    _, _, case, distance, call_id, _ = layout.CALL_STATE.unpack(r.data, at)
    match case:
        case layout.SENDER_PEER:
            return Sent(shared_string(r, at + 12 + distance))
        case layout.SENDER_PEER_WITH_CALL_ID:
            return Sent(shared_string(r, at + 12 + distance), call_id)
        case _:
            raise unknown("sender", case)


def result(r: Reader, at: int) -> Result:
    """Return the result of a call."""
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
    """Return the state of a canon."""
    match r.data[at + 4]:
        case layout.CANON_SENT:
            _, _, distance = layout.CANON_SENT_STATE.unpack(r.data, at)
            return CanonSent(shared_string(r, at + 8 + distance))
        case layout.CANON_EXECUTED:
            return CanonExecuted(cid(r, at + 8))
        case number:
            raise unknown("canon", number)


def lore(r: Reader, at: int) -> Lore:
    """Return what a fold did for one value."""
    value, _, _ = layout.LORE.unpack(r.data, at)
    numbers = r.numbers(at + 4, layout.SUBTRACE.size)
    return Lore(value, tuple(map(Subtrace, numbers[::2], numbers[1::2])))


def shared_string(r: Reader, place: int) -> str:
    """Return a string that several records may point to."""
    return r.shared(place, "string", layout.TEXT_SIZE, Reader.string)


def unknown(kind: str, number: int) -> MalformedArchiveError:
    """Return the complaint about an enumeration without this case."""
    return MalformedArchiveError(f"a {kind} cannot be of case {number}")
