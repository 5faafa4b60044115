"""Signatures: what a peer signs of a particle's data, and how (section 5.3 of the reference).

A peer signs the multiset of the content ids that it vouches for, with the particle's id as salt: Ed25519 over the Borsh
encoding of the sorted ids and the salt.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import base58
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from semantics.authenticity.keys import ED25519_TAG, KEY_LENGTH, KeyPair, signing_key
from semantics.notation import opaque
from spec.values import Cid

SIGNATURE_LENGTH: Final = 64


def borsh_text(text: str) -> bytes:
    """A string in Borsh: its length in bytes as 32 bits, little end first, and its bytes."""
    data = text.encode()
    return len(data).to_bytes(4, "little") + data


def message(cids: Iterable[Cid], salt: str) -> bytes:
    """What is signed: the sorted content ids as a Borsh vector of strings, and the salt."""
    ordered = sorted(cids)
    return len(ordered).to_bytes(4, "little") + b"".join([borsh_text(cid) for cid in ordered]) + borsh_text(salt)


@opaque("a signature")
def sign(cids: Iterable[Cid], salt: str, key: KeyPair) -> str:
    """The signature of a peer over its content ids, as it stands in data."""
    return _sign(key.secret, message(cids, salt))


@lru_cache(maxsize=1024)
def _sign(secret: bytes, signed: bytes) -> str:
    # Ed25519 is deterministic, so that a signature can be remembered.
    return base58.b58encode(ED25519_TAG + signing_key(secret).sign(signed)).decode()


@opaque("a signature")
def verify(public: bytes, signature: bytes, cids: Iterable[Cid], salt: str) -> bool:
    """Whether a signature of 64 bytes is by the key with these 32 public bytes, over these ids."""
    return _verify(public, signature, message(cids, salt))


@lru_cache(maxsize=1024)
def _verify(public: bytes, signature: bytes, signed: bytes) -> bool:
    if len(public) != KEY_LENGTH or len(signature) != SIGNATURE_LENGTH:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True
