"""Values: JSON texts with where they came from.

A JSON value is kept as its *canonical text* (see `spec.json_text`): compact, object keys sorted by their
bytes, numbers in the shortest form that reads back.  Two values are equal exactly when their texts are
(`spec.json_text.equal` knows the one exception, the two float zeros), a text is immutable, hashes fast,
and is what content ids are computed over.
"""

from __future__ import annotations

from typing import NewType

from msgspec import Struct

Json = NewType("Json", str)
"""Canonical JSON text."""

Cid = NewType("Cid", str)
"""A content id: CIDv1 in base 32, of a JSON text."""


class Tetraplet(Struct, frozen=True, gc=False):
    """The origin of a value: the peer, its service and function, and the lens that selected a part of the result."""

    peer_pk: str
    service_id: str
    function_name: str
    lens: str


class FromLiteral(Struct, frozen=True, gc=False, tag_field="type", tag="literal"):
    """The provenance of a value that stands in the script, or in the particle's parameters."""


class FromService(Struct, frozen=True, gc=False, tag_field="type", tag="service_result"):
    """The provenance of a value that a service returned; `cid` names the service result."""

    cid: Cid


class FromCanon(Struct, frozen=True, gc=False, tag_field="type", tag="canon"):
    """The provenance of a value that comes from a canonical stream or map; `cid` names the canon result."""

    cid: Cid


Provenance = FromLiteral | FromService | FromCanon


class Value(Struct, frozen=True, gc=False):
    """A JSON value with its tetraplet and its provenance."""

    json: Json
    tetraplet: Tetraplet
    provenance: Provenance
