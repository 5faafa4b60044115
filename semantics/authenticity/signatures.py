"""Signatures: what a peer signs of a particle's data, and how.

A peer signs the multiset of the content ids of its results and canons, with the particle's id as salt: Ed25519 over the
Borsh encoding of the sorted ids and the salt.

AquaVM 0.62: ``air/src/signing_step.rs``; ``crates/air-lib/interpreter-signatures/src/``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from rpds import HashTrieMap

from airspec.semantics.authenticity.keys import ED25519_TAG, SECP256K1_TAG, KeyPair, signing_key
from airspec.semantics.notation import opaque
from airspec.spec.faults import SignatureProblem, Trap
from airspec.spec.values import Cid

SIGNATURE_LENGTH: Final = 64


def borsh_text(text: str) -> bytes:
    """Return the Borsh encoding of a string: the number of its UTF-8 bytes as 4 little-endian bytes, then the bytes."""
    data = text.encode()
    return len(data).to_bytes(4, "little") + data


def message(cids: Iterable[Cid], salt: str) -> bytes:
    """Return the bytes that a peer signs: the sorted content ids as a Borsh vector of strings, and the salt."""
    ordered = sorted(cids)
    return len(ordered).to_bytes(4, "little") + b"".join([borsh_text(cid) for cid in ordered]) + borsh_text(salt)


@opaque("a signature")
def sign(cids: Iterable[Cid], salt: str, key: KeyPair) -> bytes:
    """Return the signature by a key over content ids and a salt, behind the tag of its algorithm, as data have it."""
    return _sign(key.secret, message(cids, salt))


@lru_cache(maxsize=1024)
def _sign(secret: bytes, signed: bytes) -> bytes:
    # Ed25519 is deterministic, so that a signature can be remembered.
    return ED25519_TAG + signing_key(secret).sign(signed)


@opaque("a signature")
def add_signature(
    signatures: HashTrieMap[bytes, bytes], cids: Iterable[Cid], salt: str, key: KeyPair
) -> HashTrieMap[bytes, bytes]:
    """Return the signatures of data with that by `key`, the executing peer's, which replaces its earlier one.

    It is over these content ids and the salt.
    """
    return signatures.insert(key.tagged_public, sign(cids, salt, key))


# --- verifying ------------------------------------------------------------------------------------------

ORDER: Final = 2**252 + 27742317777372353535851937790883648493
"""The order of the group: the second half of a signature is a smaller number."""


@opaque("a signature")
def signature_problem(key: bytes, signature: bytes, cids: Iterable[Cid], salt: str) -> SignatureProblem | Trap | None:
    """Return what is wrong with a signature in data over these content ids and this salt; None if it is valid.

    `key` is a well-formed public key; both it and the signature begin with their tags. An empty signature gives a trap,
    as AquaVM panics on it.
    """
    return _problem(key, signature, message(cids, salt))


@lru_cache(maxsize=1024)
def _problem(key: bytes, signature: bytes, signed: bytes) -> SignatureProblem | Trap | None:
    if not signature:
        return Trap("empty-signature")
    if signature[:1] not in (ED25519_TAG, SECP256K1_TAG):
        return SignatureProblem.UNKNOWN_TYPE
    return ed25519_problem(key[1:], signature[1:], signed)


def ed25519_problem(public: bytes, signature: bytes, signed: bytes) -> SignatureProblem | None:
    """Return what is wrong with a signature by a public key over `signed`, both untagged; None if it is valid."""
    if len(signature) != SIGNATURE_LENGTH:
        return SignatureProblem.WRONG_LENGTH
    if int.from_bytes(signature[SIGNATURE_LENGTH // 2 :], "little") >= ORDER:
        return SignatureProblem.TOO_GREAT
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return SignatureProblem.WRONG
    return None
