"""Data written as an archive, with the layout that `semantics.wire.records` reads."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final, TypeVar

from rpds import HashTrieMap

from semantics.wire import layout
from semantics.wire.archive import Words, Writer
from spec.data import CanonElement, CanonResult, CidInfo, Data, ServiceResult
from spec.states import (
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
from spec.values import Cid, FromCanon, FromLiteral, FromService, Json, Provenance, Tetraplet

T = TypeVar("T")


def write_data(data: Data) -> bytes:
    """The archive of a particle's data; stores are written in the order of their content ids.

    Raises OverflowError when a position, size, generation or call id does not fit 32 bits.
    """
    w = Writer()
    trace = w.vector([state(w, s) for s in data.trace])
    stores = cid_info(w, data.cid_info)
    signatures = w.vector([w.bytes_box(key) + w.bytes_box(signed) for key, signed in sorted(data.signatures.items())])
    return w.finish([*trace, data.last_call_request_id, *stores, *signatures])


def case(number: int) -> int:
    """The word that starts with the number of a case."""
    return number << 24


# The words that open each state: the case, and for calls and canons the case within it.
PAR: Final = case(layout.PAR)
FOLD: Final = case(layout.FOLD)
AP: Final = case(layout.AP)
CANON_SENT: Final = [case(layout.CANON), case(layout.CANON_SENT)]
CANON_EXECUTED: Final = [case(layout.CANON), case(layout.CANON_EXECUTED)]
SENT: Final = [case(layout.CALL), case(layout.CALL_SENT), case(layout.SENDER_PEER)]
SENT_WITH_CALL_ID: Final = [case(layout.CALL), case(layout.CALL_SENT), case(layout.SENDER_PEER_WITH_CALL_ID)]
SCALAR: Final = [case(layout.CALL), case(layout.CALL_EXECUTED), case(layout.SCALAR)]
STREAM: Final = [case(layout.CALL), case(layout.CALL_EXECUTED), case(layout.STREAM)]
UNUSED: Final = [case(layout.CALL), case(layout.CALL_EXECUTED), case(layout.UNUSED)]
FAILED: Final = [case(layout.CALL), case(layout.CALL_FAILED)]


# --- stores ---------------------------------------------------------------------------------------------


def cid_info(w: Writer, info: CidInfo) -> Words:
    """The five stores."""
    return [
        *store(w, "value", info.value_store, value),
        *store(w, "tetraplet", info.tetraplet_store, tetraplet),
        *store(w, "canon element", info.canon_element_store, canon_element),
        *store(w, "canon result", info.canon_result_store, canon_result),
        *store(w, "service result", info.service_result_store, service_result),
    ]


def store(w: Writer, kind: str, entries: HashTrieMap[Cid, T], write: Callable[[Writer, T], Words]) -> Words:
    """A store: content ids with layout."""

    def entry(cid: Cid, record: T) -> Words:
        key: Hashable = (kind, cid)
        return [*w.shared_text(cid), w.shared(key, lambda: write(w, record))]

    return w.vector([entry(cid, record) for cid, record in sorted(entries.items(), key=lambda pair: pair[0])])


def value(w: Writer, json: Json) -> Words:
    """The text of a value."""
    return w.text_box(json)


def tetraplet(w: Writer, t: Tetraplet) -> Words:
    """A tetraplet."""
    return w.string(t.peer_pk) + w.string(t.service_id) + w.string(t.function_name) + w.string(t.lens)


def service_result(w: Writer, r: ServiceResult) -> Words:
    """A service result."""
    return w.shared_text(r.value_cid) + w.shared_text(r.argument_hash) + w.shared_text(r.tetraplet_cid)


def canon_result(w: Writer, r: CanonResult) -> Words:
    """A canonical stream."""
    return w.shared_text(r.tetraplet) + w.vector([w.shared_text(cid) for cid in r.values])


def canon_element(w: Writer, e: CanonElement) -> Words:
    """An element of a canonical stream."""
    return w.shared_text(e.value) + w.shared_text(e.tetraplet) + provenance(w, e.provenance)


def provenance(w: Writer, p: Provenance) -> Words:
    """Where an element comes from."""
    match p:
        case FromLiteral():
            return [case(layout.LITERAL), 0, 0]
        case FromService(cid):
            return [case(layout.SERVICE_RESULT), *w.shared_text(cid)]
        case FromCanon(cid):
            return [case(layout.CANON_RESULT), *w.shared_text(cid)]


# --- states: each case is filled up to the size of the greatest one --------------------------------------


def state(w: Writer, s: State) -> Words:
    """One state of the trace."""
    match s:
        case Executed(outcome):
            return result(w, outcome)
        case Sent(peer_id, call_id):
            peer = shared_string(w, peer_id)
            return [*SENT, peer, 0, 0] if call_id is None else [*SENT_WITH_CALL_ID, peer, call_id, 0]
        case Par(left, right):
            return [PAR, left, right, 0, 0, 0]
        case Ap(generations):
            return [AP, *w.vector([[generation] for generation in generations]), 0, 0, 0]
        case Failed(cid):
            return [*FAILED, *w.shared_text(cid), 0, 0]
        case CanonSent(peer_id):
            return [*CANON_SENT, shared_string(w, peer_id), 0, 0, 0]
        case CanonExecuted(cid):
            return [*CANON_EXECUTED, *w.shared_text(cid), 0, 0]
        case Fold(lores):
            return [FOLD, *w.vector([lore(w, entry) for entry in lores]), 0, 0, 0]


def result(w: Writer, r: Result) -> Words:
    """The state of a call that returned."""
    match r:
        case ScalarResult(cid):
            return [*SCALAR, *w.shared_text(cid), 0]
        case StreamResult(cid, generation):
            return [*STREAM, *w.shared_text(cid), generation]
        case UnusedResult(cid):
            return [*UNUSED, *w.shared_text(cid), 0]


def lore(w: Writer, entry: Lore) -> Words:
    """What a fold did for one value."""
    return [entry.value, *w.vector([[s.begin, s.length] for s in entry.subtraces])]


def shared_string(w: Writer, text: str) -> int:
    """The word that points to a shared string."""
    return w.shared(("string", text), lambda: w.string(text))
