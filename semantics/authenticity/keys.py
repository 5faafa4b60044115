"""Keys: Ed25519 pairs, and the peer ids and texts made from them (section 5.3 of the reference)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import base58
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

KEY_LENGTH: Final = 32
"""Bytes of a secret and of a public key."""

PEER_ID_HEADER: Final = bytes.fromhex("002408011220")
"""Identity multihash of 36 bytes: the protobuf form of an Ed25519 public key in libp2p."""

ED25519_TAG: Final = b"\x00"
"""Stands before the bytes of keys and signatures in data, to say which algorithm they belong to."""


class KeyPair(Struct, frozen=True):
    """The key of a peer, given by the 32 bytes of its secret."""

    secret: bytes

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return signing_key(self.secret).public_key().public_bytes_raw()

    @property
    def peer_id(self) -> str:
        """The peer id that belongs to the key."""
        return peer_id_of(self.public)

    @property
    def public_text(self) -> str:
        """The public key as it stands in the signatures of data."""
        return base58.b58encode(ED25519_TAG + self.public).decode()


@lru_cache(maxsize=256)
def signing_key(secret: bytes) -> Ed25519PrivateKey:
    """The key with these 32 secret bytes.  Raises ValueError when there are more or fewer."""
    return Ed25519PrivateKey.from_private_bytes(secret)


@lru_cache(maxsize=1024)
def peer_id_of(public: bytes) -> str:
    """The peer id of a public key of 32 bytes."""
    return base58.b58encode(PEER_ID_HEADER + public).decode()
