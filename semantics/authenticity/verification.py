"""Verification of incoming data before anything is merged.

Current data are checked wholly: each content id against what it names, each reference between the stores, each
signature against the content ids of its peer.  Previous data are a peer's own, so only their shape is checked.

AquaVM 0.62: ``air/src/verification_step.rs``;
``crates/air-lib/interpreter-data/src/interpreter_data/verification.rs``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct
from rpds import HashTrieMap

from airspec.semantics.authenticity.keys import key_problem, peer_id_of
from airspec.semantics.authenticity.signatures import signature_problem
from airspec.semantics.authenticity.store_check import check_stores
from airspec.semantics.notation import need, opaque, rules
from airspec.spec.data import Data
from airspec.spec.faults import KeyMalformed, KeyMissing, NotSigned, Retracted, Trap, Uncatchable
from airspec.spec.states import CanonExecuted, Executed, Failed, ScalarResult, State, StreamResult
from airspec.spec.values import Cid

Signatures: TypeAlias = "HashTrieMap[bytes, bytes]"


class PeerSignature(Struct, frozen=True):
    """A peer's public key and signature in some data, and the content ids, sorted, that the signature must cover."""

    key: bytes
    signature: bytes
    cids: tuple[Cid, ...]


Peers: TypeAlias = "HashTrieMap[str, PeerSignature]"


@rules(
    "Verify",
    form="{salt} ⊢ {prev}, {current} authentic ⇓",
    reads="of the particle {salt}, the data {prev} and {current} are authentic, with the signatures",
)
def verify(prev: Data, current: Data, salt: str) -> Signatures | Uncatchable | Trap:
    """Return the signatures of both data of the particle whose id is `salt`, if the data are authentic.

    First, each content id in current data must be that of what it names, and refer to something; then keys must be well
    formed and there for all peers, in previous data before current data; then current data must be signed; then no peer
    may have retracted a content id that it signed.
    """
    need(check_stores(current.cid_info))
    ours = need(peer_signatures(prev))
    theirs = need(peer_signatures(current))
    need(signed(theirs, salt))
    need(not_retracted(ours, theirs))
    return merge_signatures(ours, theirs)


@opaque("a loop over states")
@lru_cache(maxsize=64)
def peer_signatures(data: Data) -> Peers | Uncatchable | Trap:
    """Return by peer id the key and the signature of each peer in data, with the content ids that it must cover.

    The error is for a malformed key, or for a peer that has content ids in the trace but no key. Where a state refers
    to a record that the stores lack, AquaVM panics; the check of the stores does not notice this.
    """
    for key in data.signatures:
        malformed = key_problem(key)
        if malformed is not None:
            return malformed if isinstance(malformed, Trap) else Uncatchable(KeyMalformed(key, malformed))
    cids: dict[str, list[Cid]] = {peer_id_of(key[1:]): [] for key in data.signatures}
    for state in data.trace:
        for cid, peer_id in signed_by(data, state):
            if peer_id is None:
                return Trap("state-refers-to-nothing")
            if peer_id not in cids:
                return Uncatchable(KeyMissing(peer_id))
            cids[peer_id].append(cid)
    return HashTrieMap(
        {
            peer_id: PeerSignature(key, signature, tuple(sorted(cids[peer_id])))
            for key, signature in data.signatures.items()
            for peer_id in [peer_id_of(key[1:])]
        }
    )


def signed_by(data: Data, state: State) -> Iterator[tuple[Cid, str | None]]:
    """Yield the content id of a state that some peer has to sign, with the id of that peer; nothing for other states.

    The peer is None when the stores lack the records that name it.
    """
    info = data.cid_info
    match state:
        case Executed(ScalarResult(cid) | StreamResult(cid, _)) | Failed(cid):
            service = info.service_result_store.get(cid)
            origin = None if service is None else info.tetraplet_store.get(service.tetraplet_cid)
        case CanonExecuted(cid):
            canon = info.canon_result_store.get(cid)
            origin = None if canon is None else info.tetraplet_store.get(canon.tetraplet)
        case _:
            return
    yield cid, None if origin is None else origin.peer_pk


@opaque("a signature")
def signed(peers: Peers, salt: str) -> Peers | Uncatchable | Trap:
    """Return the peers if all signatures are valid for their content ids; else the error for the first that is not."""
    for peer_id in sorted(peers):
        found = peers[peer_id]
        problem = signature_problem(found.key, found.signature, found.cids, salt)
        if isinstance(problem, Trap):
            return problem
        if problem is not None:
            return Uncatchable(NotSigned(peer_id, found.key, found.signature, problem, found.cids))
    return peers


@opaque("a comparison of multisets")
def not_retracted(ours: Peers, theirs: Peers) -> Peers | Uncatchable:
    """Return the peers of current data, if none has retracted a content id that it signed.

    The error is for the first peer, in the order of their ids, whose content ids in previous and in current data are
    such that neither collection contains the other.
    """
    for peer_id in sorted(peer for peer in theirs if peer in ours):
        smaller, larger = sorted((theirs[peer_id], ours[peer_id]), key=lambda found: len(found.cids))
        if not Counter(smaller.cids) <= Counter(larger.cids):
            return Uncatchable(Retracted(peer_id, larger.cids, smaller.cids))
    return theirs


@opaque("a loop over peers")
def merge_signatures(ours: Peers, theirs: Peers) -> Signatures:
    """Return the signatures of both data; where both have one of a peer, the one over more content ids.

    If they cover equally many, it is that of the previous data.
    """
    known = dict(ours.items())
    for peer_id, found in theirs.items():
        if peer_id not in known or len(found.cids) > len(known[peer_id].cids):
            known[peer_id] = found
    return HashTrieMap({found.key: found.signature for found in known.values()})
