"""A particle's data: the trace, and the stores that the content ids of its states refer to.

AquaVM 0.62: ``crates/air-lib/interpreter-data/src/interpreter_data.rs`` and ``cid_info.rs`` beside it.
"""

from __future__ import annotations

from typing import Any

import base58
from msgspec import Struct
from rpds import HashTrieMap

from airspec.spec.states import (
    Ap,
    CanonExecuted,
    CanonSent,
    Executed,
    Failed,
    Fold,
    Par,
    Result,
    ScalarResult,
    Sent,
    State,
    StreamResult,
    Trace,
    UnusedResult,
)
from airspec.spec.values import Cid, FromCanon, FromLiteral, FromService, Json, Provenance, Tetraplet


class ServiceResult(Struct, frozen=True, gc=False):
    """The record of a service's result in the stores, as three content ids.

    They are those of the value, of the array of the call's arguments, and of the call's tetraplet.
    """

    value_cid: Cid
    argument_hash: Cid
    tetraplet_cid: Cid


class CanonElement(Struct, frozen=True, gc=False):
    """One element of a canonical stream or map: the content ids of its value and tetraplet, and its provenance."""

    value: Cid
    tetraplet: Cid
    provenance: Provenance


class CanonResult(Struct, frozen=True, gc=False):
    """A canonical stream or map: the content id of its tetraplet, and those of its elements in order."""

    tetraplet: Cid
    values: tuple[Cid, ...]


class CidInfo(Struct, frozen=True, gc=False, eq=False):
    """The five stores of a particle's data, each a map from content ids to the records that they name."""

    value_store: HashTrieMap[Cid, Json] = HashTrieMap()
    tetraplet_store: HashTrieMap[Cid, Tetraplet] = HashTrieMap()
    canon_element_store: HashTrieMap[Cid, CanonElement] = HashTrieMap()
    canon_result_store: HashTrieMap[Cid, CanonResult] = HashTrieMap()
    service_result_store: HashTrieMap[Cid, ServiceResult] = HashTrieMap()


class Data(Struct, frozen=True, gc=False, eq=False):
    """The data of a particle that a peer keeps and sends on.

    `signatures` maps the public key of each peer to its signature over that peer's content ids, each as its bytes
    behind the tag of its algorithm; `last_call_request_id` counts the requests that this peer made for the particle.
    """

    trace: Trace = ()
    last_call_request_id: int = 0
    cid_info: CidInfo = CidInfo()
    signatures: HashTrieMap[bytes, bytes] = HashTrieMap()


EMPTY = Data()


def base_58(data: bytes) -> str:
    """Return the base-58 text of some bytes, as keys, signatures and peer ids are written."""
    return base58.b58encode(data).decode()


def state_to_json(state: State) -> dict[str, Any]:
    """Return a state as a JSON object, with AquaVM's names of its fields."""
    match state:
        case Sent(peer_id, None):
            return {"call": {"sent_by": {"PeerId": peer_id}}}
        case Sent(peer_id, call_id):
            return {"call": {"sent_by": {"PeerIdWithCallId": {"peer_id": peer_id, "call_id": call_id}}}}
        case Executed(result):
            return {"call": {"executed": result_to_json(result)}}
        case Failed(cid):
            return {"call": {"failed": cid}}
        case Par(left, right):
            return {"par": [left, right]}
        case Ap(generations):
            return {"ap": {"gens": list(generations)}}
        case CanonSent(peer_id):
            return {"canon": {"sent_by": peer_id}}
        case CanonExecuted(cid):
            return {"canon": {"executed": cid}}
        case Fold(lore):
            return {
                "fold": {
                    "lore": [
                        {"pos": entry.value, "desc": [{"pos": s.begin, "len": s.length} for s in entry.subtraces]}
                        for entry in lore
                    ]
                }
            }


def result_to_json(result: Result) -> dict[str, Any]:
    """Return the result of a call as a JSON object, with AquaVM's names of its fields."""
    match result:
        case ScalarResult(cid):
            return {"scalar": cid}
        case StreamResult(cid, generation):
            return {"stream": {"cid": cid, "generation": generation}}
        case UnusedResult(cid):
            return {"unused": cid}


def provenance_to_json(provenance: Provenance) -> dict[str, str]:
    """Return a provenance as a JSON object, as it stands in a canon element."""
    match provenance:
        case FromLiteral():
            return {"type": "literal"}
        case FromService(cid):
            return {"type": "service_result", "cid": cid}
        case FromCanon(cid):
            return {"type": "canon", "cid": cid}


def data_to_json(data: Data) -> dict[str, Any]:
    """Return a particle's data as a JSON object, with the field names that AquaVM's own inspection shows."""
    info = data.cid_info
    return {
        "trace": [state_to_json(state) for state in data.trace],
        "lcid": data.last_call_request_id,
        "cid_info": {
            "value_store": dict(info.value_store.items()),
            "tetraplet_store": {
                cid: {
                    "peer_pk": t.peer_pk,
                    "service_id": t.service_id,
                    "function_name": t.function_name,
                    "lens": t.lens,
                }
                for cid, t in info.tetraplet_store.items()
            },
            "canon_element_store": {
                cid: {"value": e.value, "tetraplet": e.tetraplet, "provenance": provenance_to_json(e.provenance)}
                for cid, e in info.canon_element_store.items()
            },
            "canon_result_store": {
                cid: {"tetraplet": r.tetraplet, "values": list(r.values)} for cid, r in info.canon_result_store.items()
            },
            "service_result_store": {
                cid: {"value_cid": s.value_cid, "argument_hash": s.argument_hash, "tetraplet_cid": s.tetraplet_cid}
                for cid, s in info.service_result_store.items()
            },
        },
        "signatures": {base_58(key): base_58(signature) for key, signature in data.signatures.items()},
    }
