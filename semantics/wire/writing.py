"""Data written as an archive, with the layout that `semantics.wire.records` reads."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import TypeVar

from rpds import HashTrieMap

from airspec.semantics.wire import layout
from airspec.semantics.wire.archive import Fields, Writer
from airspec.semantics.wire.layout import Record
from airspec.spec.data import CanonElement, CanonResult, CidInfo, Data, ServiceResult
from airspec.spec.states import (
    Ap,
    CanonExecuted,
    CanonSent,
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
    UnusedResult,
)
from airspec.spec.values import Cid, FromCanon, FromLiteral, FromService, Json, Tetraplet

T = TypeVar("T")


def write_data(data: Data) -> bytes:
    """Return the archive of a particle's data; the entries of stores are sorted by their content ids.

    Raise OverflowError when a position, size, generation or call id does not fit 32 bits.
    """
    try:
        return archive(data)
    except struct.error:
        raise OverflowError("a number in the data does not fit 32 bits") from None


def archive(data: Data) -> bytes:
    """Return the archive of a particle's data. Raise struct.error when a number does not fit 32 bits."""
    w = Writer()
    trace = w.vector([state(w, s) for s in data.trace])
    stores = cid_info(w, data.cid_info)
    signatures = vector(
        w,
        layout.SIGNATURE,
        [w.bytes_box(key) + w.bytes_box(signed) for key, signed in sorted(data.signatures.items())],
    )
    w.record(layout.DATA, [*trace, data.last_call_request_id, *stores, *signatures])
    return w.finish()


def vector(w: Writer, kind: Record, records: Sequence[Fields]) -> Fields:
    """Write records of one kind one after another, and return the place of the first and their number."""
    return w.vector([(kind, [*fields]) for fields in records])


# --- stores ---------------------------------------------------------------------------------------------


def cid_info(w: Writer, info: CidInfo) -> Fields:
    """Write the five stores, and return for each the place of its first entry and the number of its entries."""
    return (
        *store(w, info.value_store, value),
        *store(w, info.tetraplet_store, tetraplet),
        *store(w, info.canon_element_store, canon_element),
        *store(w, info.canon_result_store, canon_result),
        *store(w, info.service_result_store, service_result),
    )


def store(w: Writer, entries: HashTrieMap[Cid, T], write: Callable[[Writer, T], int]) -> Fields:
    """Write a store, and return the place of its first entry and the number of its entries.

    `write` writes the record that a content id refers to, and returns its place.
    """
    written = [(layout.ENTRY, [*w.shared_text(cid), write(w, record)]) for cid, record in sorted(entries.items())]
    return w.vector(written)


def value(w: Writer, json: Json) -> int:
    """Write the text of a value, then a record that points to it, and return the place of that record."""
    return w.record(layout.SIZED, [*w.text_box(json)])


def tetraplet(w: Writer, t: Tetraplet) -> int:
    """Write a tetraplet, and return its place."""
    return w.strings((t.peer_pk, t.service_id, t.function_name, t.lens))


def service_result(w: Writer, r: ServiceResult) -> int:
    """Write a service result, and return its place."""
    fields = [*w.shared_text(r.value_cid), *w.shared_text(r.argument_hash), *w.shared_text(r.tetraplet_cid)]
    return w.record(layout.SERVICE_RESULT, fields)


def canon_result(w: Writer, r: CanonResult) -> int:
    """Write the canon result of a canonical stream or map, and return its place."""
    tetraplet = w.shared_text(r.tetraplet)
    return w.record(
        layout.CANON_RESULT, [*tetraplet, *vector(w, layout.SIZED, [w.shared_text(cid) for cid in r.values])]
    )


def canon_element(w: Writer, e: CanonElement) -> int:
    """Write an element of a canonical stream or map, with its provenance, and return its place."""
    fields = [*w.shared_text(e.value), *w.shared_text(e.tetraplet)]
    match e.provenance:
        case FromLiteral():
            return w.record(layout.LITERAL_ELEMENT, [*fields, layout.FROM_LITERAL])
        case FromService(cid):
            return w.record(layout.CANON_ELEMENT, [*fields, layout.FROM_SERVICE, *w.shared_text(cid)])
        case FromCanon(cid):
            return w.record(layout.CANON_ELEMENT, [*fields, layout.FROM_CANON, *w.shared_text(cid)])


# --- states ---------------------------------------------------------------------------------------------


def state(w: Writer, s: State) -> tuple[Record, list[int]]:
    """Write what a state of the trace points to, and return the layout and the fields of its own, unwritten record."""
    match s:
        case Executed(outcome):
            return layout.CALL_STATE, [layout.CALL, layout.CALL_EXECUTED, *result(w, outcome)]
        case Sent(peer_id, call_id):
            peer = w.shared_string(peer_id)
            if call_id is None:
                return layout.CALL_STATE, [layout.CALL, layout.CALL_SENT, layout.SENDER_PEER, peer, 0, 0]
            sender = [layout.SENDER_PEER_WITH_CALL_ID, peer, call_id, 0]
            return layout.CALL_STATE, [layout.CALL, layout.CALL_SENT, *sender]
        case Par(left, right):
            return layout.PAR_STATE, [layout.PAR, left, right]
        case Ap(generations):
            return layout.VECTOR_STATE, [layout.AP, w.numbers(generations), len(generations)]
        case Failed(cid):
            return layout.CID_STATE, [layout.CALL, layout.CALL_FAILED, *w.shared_text(cid)]
        case CanonSent(peer_id):
            return layout.CANON_SENT_STATE, [layout.CANON, layout.CANON_SENT, w.shared_string(peer_id)]
        case CanonExecuted(cid):
            return layout.CID_STATE, [layout.CANON, layout.CANON_EXECUTED, *w.shared_text(cid)]
        case Fold(lores):
            return layout.VECTOR_STATE, [layout.FOLD, *vector(w, layout.LORE, [lore(w, entry) for entry in lores])]


def result(w: Writer, r: Result) -> Fields:
    """Write what the result of a call points to, and return the result's fields in the record of the call's state."""
    match r:
        case ScalarResult(cid):
            return (layout.SCALAR, *w.shared_text(cid), 0)
        case StreamResult(cid, generation):
            return (layout.STREAM, *w.shared_text(cid), generation)
        case UnusedResult(cid):
            return (layout.UNUSED, *w.shared_text(cid), 0)


def lore(w: Writer, entry: Lore) -> Fields:
    """Write the runs of a fold's entry for one value, and return the fields of the entry, which is not yet written."""
    numbers = [number for s in entry.subtraces for number in (s.begin, s.length)]
    return entry.value, w.numbers(numbers), len(entry.subtraces)
