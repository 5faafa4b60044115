"""Keys: Ed25519 pairs, and the peer ids and texts made from them."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

from airspec.semantics.notation import opaque
from airspec.spec.data import base_58
from airspec.spec.faults import KeyProblem, Trap

KEY_LENGTH: Final = 32
"""The number of bytes of a secret key, and of a public key."""

PEER_ID_HEADER: Final = bytes.fromhex("002408011220")
"""The prefix of an identity multihash of 36 bytes: the protobuf form of an Ed25519 public key in libp2p."""

ED25519_TAG: Final = b"\x00"
"""The byte before keys and signatures in data that says that they belong to Ed25519."""


SECP256K1_TAG: Final = b"\x02"
"""The tag of keys of another curve.  It is accepted of signatures, which are by the key's algorithm anyway."""

ED25519, SECP256K1 = ED25519_TAG[0], SECP256K1_TAG[0]
"""The numbers of the formats of secret keys."""


class KeyPair(Struct, frozen=True):
    """The Ed25519 key pair of a peer, given by the 32 bytes of its secret key."""

    secret: bytes

    @property
    def public(self) -> bytes:
        """Return the 32 bytes of the public key."""
        return public_key(self.secret)

    @property
    def peer_id(self) -> str:
        """Return the peer id of the public key."""
        return peer_id_of(self.public)

    @property
    def tagged_public(self) -> bytes:
        """Return the public key behind the tag of its algorithm, as it stands in the signatures of data."""
        return ED25519_TAG + self.public


@lru_cache(maxsize=256)
def signing_key(secret: bytes) -> Ed25519PrivateKey:
    """Return the signing key with these 32 secret bytes. Raise ValueError if there are not exactly 32."""
    return Ed25519PrivateKey.from_private_bytes(secret)


@lru_cache(maxsize=256)
def public_key(secret: bytes) -> bytes:
    """Return the 32 bytes of the public key that belongs to these 32 secret bytes."""
    return signing_key(secret).public_key().public_bytes_raw()


@lru_cache(maxsize=1024)
def peer_id_of(public: bytes) -> str:
    """Return the peer id of a public key of 32 bytes."""
    return base_58(PEER_ID_HEADER + public)


# --- what is wrong with keys ----------------------------------------------------------------------------

FIELD: Final = 2**255 - 19
CURVE: Final = -121665 * pow(121666, -1, FIELD) % FIELD


@lru_cache(maxsize=1024)
def key_problem(key: bytes) -> KeyProblem | Trap | None:
    """Return what is wrong with a public key in data, which begins with a tag; None if it is accepted.

    An empty key gives a trap, as AquaVM panics on it. AquaVM reads secp256k1 keys, only to refuse them.
    """
    if not key:
        return Trap("empty-public-key")
    if key[:1] == SECP256K1_TAG:
        return KeyProblem.NOT_ALLOWED if is_secp256k1_point(key[1:]) else KeyProblem.NOT_SECP256K1
    if key[:1] != ED25519_TAG:
        return KeyProblem.UNKNOWN_TYPE
    if len(key) != 1 + KEY_LENGTH:
        return KeyProblem.WRONG_LENGTH
    return None if is_point(key[1:]) else KeyProblem.NO_POINT


@opaque("bytes of keys")
def secret_problem(secret: bytes, key_format: int) -> KeyProblem | None:
    """Return what is wrong with a peer's secret key in the format with this number; None if it is accepted."""
    if key_format == SECP256K1:
        number = int.from_bytes(secret, "big")
        return (
            KeyProblem.NOT_ALLOWED
            if len(secret) == KEY_LENGTH and 0 < number < SECP256K1_ORDER
            else KeyProblem.NOT_SECP256K1
        )
    if key_format != ED25519:
        return KeyProblem.UNKNOWN_TYPE
    return None if len(secret) == KEY_LENGTH else KeyProblem.WRONG_LENGTH


def is_point(data: bytes) -> bool:
    """Return whether 32 bytes encode a point of the curve of Ed25519, -x^2 + y^2 = 1 + d x^2 y^2.

    They hold y and the sign of x.
    """
    y_squared = pow(int.from_bytes(data, "little") % 2**255, 2, FIELD)
    above, below = (y_squared - 1) % FIELD, (CURVE * y_squared + 1) % FIELD
    # x^2 = above / below has a root when their product is a square.
    return is_square(above * below % FIELD, FIELD)


SECP256K1_FIELD: Final = 2**256 - 2**32 - 977
SECP256K1_ORDER: Final = 2**256 - 432420386565659656852420866394968145599


def is_secp256k1_point(data: bytes) -> bool:
    """Return whether bytes are a compressed point of secp256k1, y^2 = x^3 + 7.

    They hold the parity of y in their first byte, then x.
    """
    x = int.from_bytes(data[1:], "big")
    well_formed = len(data) == 1 + KEY_LENGTH and data[0] in (2, 3) and x < SECP256K1_FIELD
    return well_formed and is_square((x**3 + 7) % SECP256K1_FIELD, SECP256K1_FIELD)


def is_square(number: int, prime: int) -> bool:
    """Return whether a number below an odd prime is a square modulo that prime (its Jacobi symbol is not -1).

    The symbol is found by the steps that find a common divisor, which takes a third of the time of a power.
    """
    modulus, is_negative = prime, 0
    while number:
        twos = (number & -number).bit_length() - 1
        number >>= twos
        # Two is no square modulo 3 and 5 (modulo 8), and by reciprocity the sign turns where both are 3 modulo 4.
        is_negative ^= twos & (modulus >> 1 ^ modulus >> 2) ^ (number & modulus) >> 1
        number, modulus = modulus % number, number
    return not is_negative & 1
