"""Content ids: CIDv1 in base 32, JSON codec, BLAKE3, as AquaVM computes them.

A content id names a JSON text: a value itself, or a record of the stores written with its fields in a fixed order.

AquaVM 0.62: ``crates/air-lib/interpreter-cid/src/lib.rs``.
"""

from __future__ import annotations

from base64 import b32encode
from functools import lru_cache
from typing import Final

from blake3 import blake3

from airspec.semantics.notation import opaque
from airspec.spec.data import CanonElement, CanonResult, ServiceResult
from airspec.spec.json_text import string
from airspec.spec.values import Cid, FromCanon, FromLiteral, FromService, Json, Provenance, Tetraplet

MEMOISED_LENGTH: Final = 1 << 14
"""The ids of longer texts are computed each time, so that the memory of `cid_of` stays bounded."""

HEADER: Final = bytes.fromhex("0180041e20")
"""Version 1, codec 0x0200 (JSON), multihash 0x1e (BLAKE3) of 0x20 bytes."""


def _base32(data: bytes) -> str:
    return b32encode(data).decode("ascii").rstrip("=").lower()


# The header fills whole base-32 digits, so its text stands before that of any digest.
PREFIX: Final = "b" + _base32(HEADER)


@opaque("a hash function")
def cid_of(text: str | bytes) -> Cid:
    """Return the content id of a JSON text, given as characters or as UTF-8 bytes."""
    if len(text) <= MEMOISED_LENGTH:
        return _cid_memoised(text)
    return _cid(text)


def _cid(text: str | bytes) -> Cid:
    digest = blake3(text.encode() if isinstance(text, str) else text).digest()
    return Cid(PREFIX + _base32(digest))


_cid_memoised = lru_cache(maxsize=4096)(_cid)


@opaque("a hash function")
def value_cid(json: Json) -> Cid:
    """Return the content id of a value."""
    return cid_of(json)


@opaque("a hash function")
@lru_cache(maxsize=4096)
def tetraplet_cid(tetraplet: Tetraplet) -> Cid:
    """Return the content id of a tetraplet."""
    return _cid(tetraplet_text(tetraplet))


@opaque("a hash function")
@lru_cache(maxsize=4096)
def service_result_cid(result: ServiceResult) -> Cid:
    """Return the content id of a service result, a record of the stores."""
    return _cid(service_result_text(result))


@opaque("a hash function")
@lru_cache(maxsize=4096)
def canon_element_cid(element: CanonElement) -> Cid:
    """Return the content id of an element of a canonical stream or map, with its provenance."""
    return _cid(canon_element_text(element))


@opaque("a hash function")
@lru_cache(maxsize=1024)
def canon_result_cid(result: CanonResult) -> Cid:
    """Return the content id of the canon result of a canonical stream or map."""
    return _cid(canon_result_text(result))


@opaque("a hash function")
def argument_hash(arguments: tuple[Json, ...]) -> Cid:
    """Return the content id of the JSON array of a call's arguments; their tetraplets do not matter."""
    return cid_of(f"[{','.join(arguments)}]")


# --- the texts that the ids of records are computed over ------------------------------------------------


def tetraplet_text(t: Tetraplet) -> str:
    """Return the JSON text that the content id of a tetraplet is computed over."""
    return (
        f'{{"peer_pk":{string(t.peer_pk)},"service_id":{string(t.service_id)},'
        f'"function_name":{string(t.function_name)},"lens":{string(t.lens)}}}'
    )


def service_result_text(r: ServiceResult) -> str:
    """Return the JSON text that the content id of a service result is computed over."""
    return (
        f'{{"value_cid":{string(r.value_cid)},"argument_hash":{string(r.argument_hash)},'
        f'"tetraplet_cid":{string(r.tetraplet_cid)}}}'
    )


def canon_element_text(e: CanonElement) -> str:
    """Return the JSON text that the content id of an element of a canonical stream or map is computed over."""
    return (
        f'{{"value":{string(e.value)},"tetraplet":{string(e.tetraplet)},"provenance":{provenance_text(e.provenance)}}}'
    )


def provenance_text(provenance: Provenance) -> str:
    """Return the JSON text of a provenance, as it stands in the text of an element."""
    match provenance:
        case FromLiteral():
            return '{"type":"literal"}'
        case FromService(cid):
            return f'{{"type":"service_result","cid":{string(cid)}}}'
        case FromCanon(cid):
            return f'{{"type":"canon","cid":{string(cid)}}}'


def canon_result_text(r: CanonResult) -> str:
    """Return the JSON text that the content id of a canonical stream or map is computed over."""
    return f'{{"tetraplet":{string(r.tetraplet)},"values":[{",".join([string(cid) for cid in r.values])}]}}'
