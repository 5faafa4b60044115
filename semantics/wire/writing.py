"""Data written as an archive, with the layout that `semantics.wire.records` reads."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from rpds import HashTrieMap

from semantics.authenticity.keys import tagged_bytes
from semantics.wire import layout
from semantics.wire.archive import Words, Writer
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
    UnusedResult,
)
from spec.values import Cid, FromCanon, FromLiteral, FromService, Json, Provenance, Tetraplet

T = TypeVar("T")


def write_data(data: Data) -> bytes:
    """The archive of a particle's data; stores are written in the order of their content ids.

    Raises OverflowError when a position, size, generation or call id does not fit 32 bits.
    """
    w = Writer()
    trace = w.vector([padded(state(w, s), layout.STATE_SIZE) for s in data.trace])
    stores = cid_info(w, data.cid_info)
    signatures = w.vector(
        [
            w.bytes_box(tagged_bytes(key)) + w.bytes_box(tagged_bytes(signed))
            for key, signed in sorted(data.signatures.items())
        ]
    )
    return w.finish([*trace, data.last_call_request_id, *stores, *signatures])


def padded(words: Words, size: int) -> Words:
    """A case of an enumeration, filled up to the size of the greatest one."""
    return words + [0] * (size // layout.WORD - len(words))


def case(number: int) -> int:
    """The word that starts with the number of a case."""
    return number << 24


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
        return w.shared_text(cid) + w.shared(key, lambda: write(w, record))

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


# --- states ---------------------------------------------------------------------------------------------


def state(w: Writer, s: State) -> Words:
    """One state of the trace."""
    match s:
        case Par(left, right):
            return [case(layout.PAR), left, right]
        case Fold(lores):
            return [case(layout.FOLD), *w.vector([lore(w, entry) for entry in lores])]
        case Ap(generations):
            return [case(layout.AP), *w.vector([[generation] for generation in generations])]
        case CanonSent() | CanonExecuted():
            return [case(layout.CANON), *canon(w, s)]
        case Sent() | Executed() | Failed():
            return [case(layout.CALL), *call(w, s)]


def call(w: Writer, s: CallState) -> Words:
    """The state of a call."""
    match s:
        case Sent():
            return [case(layout.CALL_SENT), *sender(w, s)]
        case Executed(outcome):
            return [case(layout.CALL_EXECUTED), *result(w, outcome)]
        case Failed(cid):
            return [case(layout.CALL_FAILED), *w.shared_text(cid)]


def sender(w: Writer, s: Sent) -> Words:
    """Who asked for a call."""
    peer = shared_string(w, s.peer_id)
    if s.call_id is None:
        return [case(layout.SENDER_PEER), *peer]
    return [case(layout.SENDER_PEER_WITH_CALL_ID), *peer, s.call_id]


def result(w: Writer, r: Result) -> Words:
    """The result of a call."""
    match r:
        case ScalarResult(cid):
            return [case(layout.SCALAR), *w.shared_text(cid)]
        case StreamResult(cid, generation):
            return [case(layout.STREAM), *w.shared_text(cid), generation]
        case UnusedResult(cid):
            return [case(layout.UNUSED), *w.shared_text(cid)]


def canon(w: Writer, s: CanonState) -> Words:
    """The state of a canon."""
    match s:
        case CanonSent(peer_id):
            return [case(layout.CANON_SENT), *shared_string(w, peer_id)]
        case CanonExecuted(cid):
            return [case(layout.CANON_EXECUTED), *w.shared_text(cid)]


def lore(w: Writer, entry: Lore) -> Words:
    """What a fold did for one value."""
    return [entry.value, *w.vector([[s.begin, s.length] for s in entry.subtraces])]


def shared_string(w: Writer, text: str) -> Words:
    """The word that points to a shared string."""
    return w.shared(("string", text), lambda: w.string(text))
