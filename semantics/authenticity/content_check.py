"""Content ids as they come in: what they consist of, and the check that one is the id of a text.

Incoming ids need not be written the way AquaVM writes them: any multibase, SHA2-256, and bytes behind the digest
are accepted.

AquaVM 0.62: ``crates/air-lib/interpreter-cid/src/verify.rs``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Final

import base58
from blake3 import blake3
from msgspec import Struct

from airspec.semantics.authenticity.cids import cid_of
from airspec.semantics.notation import opaque
from airspec.spec.faults import CidCodec, CidFault, CidHash, CidMalformed, CidMismatch, CidProblem, Store
from airspec.spec.values import Cid

JSON_CODEC: Final = 0x0200
DAG_PB_CODEC: Final = 0x70
SHA2_256: Final = 0x12
BLAKE3_256: Final = 0x1E
MAX_DIGEST: Final = 64
"""The number of bytes of the longest digest that can be represented at all."""


class ContentId(Struct, frozen=True):
    """The parts of a content id: the numbers of its codec and of its hash function, and the digest."""

    codec: int
    hash_code: int
    digest: bytes


@opaque("a hash function")
def check_cid(cid: Cid, text: str, store: Store) -> CidFault | None:
    """Return the fault of a content id under which a store holds a text; None if it is the id of that text.

    `store` only names the store in the fault.
    """
    if cid_of(text) == cid:
        return None
    parts = parse_cid(cid)
    if isinstance(parts, CidProblem):
        return CidMalformed(parts)
    if parts.codec != JSON_CODEC:
        return CidCodec(parts.codec)
    if parts.hash_code not in (SHA2_256, BLAKE3_256):
        return CidHash(parts.hash_code)
    return None if digest_of(parts.hash_code, text) == parts.digest else CidMismatch(store, cid)


def digest_of(hash_code: int, text: str) -> bytes:
    """Return the digest of a text: SHA2-256 if `hash_code` is its number, else BLAKE3."""
    data = text.encode()
    return hashlib.sha256(data).digest() if hash_code == SHA2_256 else blake3(data).digest()


def parse_cid(cid: str) -> ContentId | CidProblem:
    """Return the parts of a content id in any form that AquaVM accepts, or the reason why it is not one."""
    text = cid.partition("/ipfs/")[2] if "/ipfs/" in cid else cid
    if len(text.encode()) < 2:
        return CidProblem.TOO_SHORT
    data = from_base58(text) if text.startswith("Qm") and len(text) == 46 else multibase_bytes(text)
    return CidProblem.NO_MULTIHASH if data is None else parse_binary(data)


def parse_binary(data: bytes) -> ContentId | CidProblem:
    """Return the parts of a content id that is given as bytes, or the reason why they are not one."""
    if data[:2] == b"\x12\x20":
        return ContentId(DAG_PB_CODEC, SHA2_256, data[2:34]) if len(data) >= 34 else CidProblem.NO_MULTIHASH
    version, rest = variable_length(data)
    codec, rest = variable_length(rest)
    if version is None or codec is None:
        return CidProblem.NO_NUMBER if rest else CidProblem.NO_MORE
    if version != 1:
        return CidProblem.EXPLICIT_VERSION_0 if version == 0 else CidProblem.UNKNOWN_VERSION
    code, rest = variable_length(rest)
    length, rest = variable_length(rest)
    if code is None or length is None or length > MAX_DIGEST or len(rest) < length:
        return CidProblem.NO_MULTIHASH
    return ContentId(codec, code, rest[:length])


def variable_length(data: bytes) -> tuple[int | None, bytes]:
    """Return the unsigned variable-length integer at the beginning of some bytes, and the bytes after it.

    The number is None when it is not in shortest form or too long, together with all the bytes, and when the bytes end
    too early, together with no bytes.
    """
    number = 0
    for i, byte in enumerate(data[:9]):
        number |= (byte & 0x7F) << (7 * i)
        if byte < 0x80:
            is_shortest = byte != 0 or i == 0
            return (number, data[i + 1 :]) if is_shortest else (None, data)
    return None, data if len(data) >= 9 else b""


# --- multibase ------------------------------------------------------------------------------------------


def multibase_bytes(text: str) -> bytes | None:
    """Return the bytes of a text whose first character names its base; None if the rest is not of that base.

    Rare bases (2, 8, 10, and variants of 32, 58 and 64) are not supported; their texts give None as well.
    """
    base, digits = text[0], text[1:]
    match base:
        case "b" | "B":
            return base32_bytes(digits.upper())
        case "f" | "F":
            return bytes.fromhex(digits) if re.fullmatch("(?:[0-9a-fA-F]{2})*", digits) else None
        case "z":
            return from_base58(digits)
        case "k" | "K":
            return base36_bytes(digits.lower())
        case "m" | "u":
            return base64_bytes(digits, "+/" if base == "m" else "-_")
        case _:
            return None


def from_base58(digits: str) -> bytes | None:
    """Return the bytes of a base-58 text; None if it is malformed."""
    try:
        return base58.b58decode(digits)
    except ValueError:
        return None


def base36_bytes(digits: str) -> bytes | None:
    """Return the bytes of a base-36 number, with a digit 0 for each leading zero byte; None if it is malformed."""
    if not re.fullmatch("[0-9a-z]*", digits):
        return None
    significant = digits.lstrip("0")
    number = int(significant or "0", 36)
    return bytes(len(digits) - len(significant)) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def base32_bytes(digits: str) -> bytes | None:
    """Return the bytes of an unpadded base-32 text, whose unused bits must be zero; None if it is malformed."""
    try:
        data = base64.b32decode(digits + "=" * (-len(digits) % 8))
    except (binascii.Error, ValueError):
        return None
    return data if base64.b32encode(data).decode().rstrip("=") == digits else None


def base64_bytes(digits: str, others: str) -> bytes | None:
    """Return the bytes of an unpadded base-64 text whose last two digits are `others`; None if it is malformed."""
    try:
        data = base64.b64decode(digits + "=" * (-len(digits) % 4), altchars=others.encode(), validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data, others.encode()).decode().rstrip("=") == digits else None
