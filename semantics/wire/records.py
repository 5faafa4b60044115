"""Data read from an archive; `semantics.wire.layout` says what stands where."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from rpds import HashTrieMap

from semantics.wire import layout
from semantics.wire.archive import MalformedArchiveError, Reader
from spec.data import CanonElement, CanonResult, CidInfo, Data, ServiceResult
from spec.states import (
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
from spec.values import Cid, FromCanon, FromLiteral, FromService, Json, Provenance, Tetraplet

T = TypeVar("T")


def read_data(archive: bytes) -> Data:
    """The data in an archive.  Raises MalformedArchiveError."""
    return Reader(archive).root(layout.DATA_SIZE, data)


def data(r: Reader, at: int) -> Data:
    """The root record."""
    trace = r.vector(at, layout.STATE_SIZE, state)
    call_id = r.u32(at + 8)
    stores = cid_info(r, at + 12)
    return Data(
        trace, call_id, stores, HashTrieMap(r.vector(at + 12 + layout.STORES_SIZE, layout.SIGNATURE_SIZE, signature))
    )


def signature(r: Reader, at: int) -> tuple[bytes, bytes]:
    """A public key with a signature."""
    return r.bytes_box(at), r.bytes_box(at + 8)


# --- stores ---------------------------------------------------------------------------------------------


def cid_info(r: Reader, at: int) -> CidInfo:
    """The five stores."""
    return CidInfo(
        store(r, at, "value", layout.VALUE_SIZE, value),
        store(r, at + 8, "tetraplet", layout.TETRAPLET_SIZE, tetraplet),
        store(r, at + 16, "canon element", layout.CANON_ELEMENT_SIZE, canon_element),
        store(r, at + 24, "canon result", layout.CANON_RESULT_SIZE, canon_result),
        store(r, at + 32, "service result", layout.SERVICE_RESULT_SIZE, service_result),
    )


def store(r: Reader, at: int, kind: str, size: int, read: Callable[[Reader, int], T]) -> HashTrieMap[Cid, T]:
    """A store: a vector of content ids with shared records; of entries with one id the last stands."""

    def entry(r: Reader, at: int) -> tuple[Cid, T]:
        return cid(r, at), r.shared(at + layout.CID_SIZE, kind, size, read)

    return HashTrieMap(r.vector(at, layout.ENTRY_SIZE, entry))


def cid(r: Reader, at: int) -> Cid:
    """A content id; whether it is one is checked later."""
    return Cid(r.shared_text(at))


def value(r: Reader, at: int) -> Json:
    """The text of a value; whether it is canonical, or JSON at all, is not checked here."""
    return Json(r.text_box(at))


def tetraplet(r: Reader, at: int) -> Tetraplet:
    """A tetraplet."""
    return Tetraplet(r.string(at), r.string(at + 8), r.string(at + 16), r.string(at + 24))


def service_result(r: Reader, at: int) -> ServiceResult:
    """A service result."""
    return ServiceResult(cid(r, at), cid(r, at + 8), cid(r, at + 16))


def canon_result(r: Reader, at: int) -> CanonResult:
    """A canonical stream."""
    return CanonResult(cid(r, at), r.vector(at + 8, layout.CID_SIZE, cid))


def canon_element(r: Reader, at: int) -> CanonElement:
    """An element of a canonical stream."""
    return CanonElement(cid(r, at), cid(r, at + 8), provenance(r, at + 16))


def provenance(r: Reader, at: int) -> Provenance:
    """Where an element comes from."""
    match r.byte(at):
        case layout.LITERAL:
            return FromLiteral()
        case layout.SERVICE_RESULT:
            return FromService(cid(r, at + 4))
        case layout.CANON_RESULT:
            return FromCanon(cid(r, at + 4))
        case number:
            raise unknown("provenance", number)


# --- states ---------------------------------------------------------------------------------------------


def state(r: Reader, at: int) -> State:
    """One state of the trace."""
    inner = at + 4
    match r.byte(at):
        case layout.PAR:
            return Par(r.u32(inner), r.u32(inner + 4))
        case layout.CALL:
            return call(r, inner)
        case layout.FOLD:
            return Fold(r.vector(inner, layout.LORE_SIZE, lore))
        case layout.AP:
            return Ap(r.vector(inner, layout.WORD, Reader.u32))
        case layout.CANON:
            return canon(r, inner)
        case number:
            raise unknown("state", number)


def call(r: Reader, at: int) -> CallState:
    """The state of a call."""
    match r.byte(at):
        case layout.CALL_SENT:
            return sender(r, at + 4)
        case layout.CALL_EXECUTED:
            return Executed(result(r, at + 4))
        case layout.CALL_FAILED:
            return Failed(cid(r, at + 4))
        case number:
            raise unknown("call", number)


def sender(r: Reader, at: int) -> Sent:
    """Who asked for a call."""
    match r.byte(at):
        case layout.SENDER_PEER:
            return Sent(shared_string(r, at + 4))
        case layout.SENDER_PEER_WITH_CALL_ID:
            return Sent(shared_string(r, at + 4), r.u32(at + 8))
        case number:
            raise unknown("sender", number)


def result(r: Reader, at: int) -> Result:
    """The result of a call."""
    match r.byte(at):
        case layout.SCALAR:
            return ScalarResult(cid(r, at + 4))
        case layout.STREAM:
            return StreamResult(cid(r, at + 4), r.u32(at + 12))
        case layout.UNUSED:
            return UnusedResult(cid(r, at + 4))
        case number:
            raise unknown("result", number)


def canon(r: Reader, at: int) -> CanonState:
    """The state of a canon."""
    match r.byte(at):
        case layout.CANON_SENT:
            return CanonSent(shared_string(r, at + 4))
        case layout.CANON_EXECUTED:
            return CanonExecuted(cid(r, at + 4))
        case number:
            raise unknown("canon", number)


def lore(r: Reader, at: int) -> Lore:
    """What a fold did for one value."""
    return Lore(r.u32(at), r.vector(at + 4, layout.SUBTRACE_SIZE, subtrace))


def subtrace(r: Reader, at: int) -> Subtrace:
    """A run of states."""
    return Subtrace(r.u32(at), r.u32(at + 4))


def shared_string(r: Reader, at: int) -> str:
    """A string that several records may point to."""
    return r.shared(at, "string", layout.TEXT_SIZE, Reader.string)


def unknown(kind: str, number: int) -> MalformedArchiveError:
    """The complaint about an enumeration without this case."""
    return MalformedArchiveError(f"a {kind} cannot be of case {number}")
