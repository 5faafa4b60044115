"""Signatures as symbols: what honest peers would sign, and which data they would therefore refuse, without keys.

In exploration peers have names and no keys.  A signature over content ids is modelled by these content ids themselves.
It cannot be forged, and is refused for two reasons only: the content ids that data hold of a peer are not those that it
signed, or neither they nor those known of it before contain the other, so that the peer took something back.
Signatures over nothing are left out, as they decide nothing.

`semantics.authenticity.verification` decides which content ids a state makes its peer sign, and what is taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias

import msgspec
from rpds import HashTrieMap

from airspec.semantics.aquavm.messages import code_of, message_of
from airspec.semantics.authenticity.verification import PeerSignature, not_retracted, signed_by
from airspec.semantics.particle import Outcome
from airspec.spec import codes
from airspec.spec.data import Data
from airspec.spec.faults import Uncatchable
from airspec.spec.values import Cid

Signed: TypeAlias = Mapping[str, tuple[Cid, ...]]
"""The content ids that each peer signed, sorted."""


def refusal(kept: Data, current: Data) -> Outcome | None:
    """Return the outcome of a peer that refuses current data because of their signatures; None if it accepts them.

    `kept` are the data of the peer, which the outcome holds unchanged.
    """
    if not current.trace:
        return None
    theirs, claimed, ours = signed(current), content(current), signed(kept)
    if theirs != claimed:
        peer = next(peer for peer in sorted({*theirs, *claimed}) if theirs.get(peer) != claimed.get(peer))
        message = f"peer {peer} has not signed what the data hold of it, or signed more than that"
        return Outcome(codes.BAD_SIGNATURE, message, kept)
    unequal = {peer: cids for peer, cids in theirs.items() if ours.get(peer, cids) != cids}
    if not unequal:  # what is equal was not retracted
        return None
    verdict = not_retracted(_vouched(ours), _vouched(unequal))
    if isinstance(verdict, Uncatchable):
        return Outcome(code_of(verdict), message_of(verdict), kept)
    return None


def sign(peer: str, kept: Data, current: Data, new: Data) -> Data:
    """Return `new` data with signatures: those of kept and current data, and a peer's own over its content in `new`.

    Of two signatures of another peer, the one over more content ids is taken.
    """
    known = dict(signed(kept))
    for other, cids in signed(current).items():
        if len(cids) > len(known.get(other, ())):
            known[other] = cids
    known.pop(peer, None)
    own = content(new).get(peer)
    if own:
        known[peer] = own
    encoded = HashTrieMap({name.encode(): msgspec.json.encode(cids) for name, cids in known.items()})
    return msgspec.structs.replace(new, signatures=encoded)


@lru_cache(maxsize=4096)
def content(data: Data) -> Signed:
    """Return, for each peer, the content ids in the trace of some data that it has to have signed, sorted."""
    found: dict[str, list[Cid]] = {}
    for state in data.trace:
        for cid, peer in signed_by(data, state):
            if peer is not None:
                found.setdefault(peer, []).append(cid)
    return {peer: tuple(sorted(cids)) for peer, cids in found.items()}


@lru_cache(maxsize=4096)
def signed(data: Data) -> Signed:
    """Return, for each peer, the content ids that its signature in some data is over."""
    return {name.decode(): msgspec.json.decode(cids, type=tuple[Cid, ...]) for name, cids in data.signatures.items()}


def _vouched(peers: Signed) -> HashTrieMap[str, PeerSignature]:
    return HashTrieMap({peer: PeerSignature(peer.encode(), b"", cids) for peer, cids in peers.items()})
