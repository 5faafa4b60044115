"""Resolving the operands of instructions to values with tetraplets.

AquaVM 0.62: ``air/src/execution_step/resolver/resolvable_impl.rs``;
``air/src/execution_step/value_types/jvaluable/``.
"""

from __future__ import annotations

from airspec.semantics.configuration import Config
from airspec.semantics.environment import CanonMapValue, CanonValue, ErrorRecord
from airspec.semantics.notation import definition, need, rules
from airspec.semantics.resolve.lens import (
    Resolution,
    Resolved,
    select,
    select_from_canon,
    select_from_canon_map,
    select_from_value,
)
from airspec.semantics.scopes import lookup, lookup_canon, lookup_canon_map
from airspec.spec import json_text
from airspec.spec.faults import Catchable, NameNotString, Trap
from airspec.spec.syntax import (
    Boolean,
    CanonStream,
    CanonStreamMap,
    CanonStreamMapWithLens,
    CanonStreamWithLens,
    EmptyArray,
    Error,
    Float,
    InitPeerId,
    Integer,
    LastError,
    Lens,
    Literal,
    Name,
    PeerId,
    Scalar,
    ScalarWithLens,
    Timestamp,
    Ttl,
    Value,
)
from airspec.spec.values import FromCanon, FromLiteral, Json, Tetraplet
from airspec.spec.values import Value as Bound


@rules("Resolve", form="{c} ⊢ {value} ⇓", reads="in {c}, the operand {value} stands for")
def resolve(c: Config, value: Value) -> Resolution:
    """The value that an operand stands for."""
    match value:
        case Scalar(name):
            "scalar: a scalar, or the current item of an iterator"
            scalar = need(lookup(c, name))
            return Resolved(scalar.json, (scalar.tetraplet,), scalar.provenance)
        case ScalarWithLens(name, lens):
            "scalar-with-lens: a part of a scalar"
            whole = need(lookup(c, name))
            return select_from_value(c, whole, lens)
        case Literal(text):
            "literal: a string of the script"
            return resolve_constant(c, json_text.string(text))
        case CanonStream(name):
            "canon: a canonical stream is the array of its elements"
            canon = need(lookup_canon(c, name))
            return canon_as_array(canon)
        case CanonStreamWithLens(name, lens):
            "canon-with-lens: an element of a canonical stream, or a part of it"
            stream = need(lookup_canon(c, name))
            return select_from_canon(c, stream, lens)
        case CanonStreamMap(name):
            "canon-map: a canonical map is an object with the values under each key"
            canon_map = need(lookup_canon_map(c, name))
            return canon_map_as_object(canon_map)
        case CanonStreamMapWithLens(name, lens):
            "canon-map-with-lens: the values under a key, or a part of them"
            stream_map = need(lookup_canon_map(c, name))
            return select_from_canon_map(c, stream_map, lens)
        case Integer(number) | Float(number):
            "number: a number of the script"
            return resolve_constant(c, json_text.number(number))
        case Boolean(truth):
            "boolean: a truth value of the script"
            return resolve_constant(c, json_text.boolean(truth))
        case EmptyArray():
            "empty-array: `[]`"
            return resolve_constant(c, json_text.array(()))
        case InitPeerId():
            "init-peer-id: the peer that started the particle"
            return resolve_constant(c, json_text.string(c.particle.init_peer_id))
        case Timestamp():
            "timestamp: when the particle was created"
            return resolve_constant(c, json_text.number(c.particle.timestamp))
        case Ttl():
            "ttl: how long the particle lives"
            return resolve_constant(c, json_text.number(c.particle.ttl))
        case LastError(lens):
            "last-error: the last failure, or a part of it"
            return resolve_error(c, c.registers.last, lens)
        case Error(lens):
            "error: the failure that the enclosing `xor` caught, or a part of it"
            return resolve_error(c, c.registers.error, lens)


@definition
def literal_tetraplet(c: Config) -> Tetraplet:
    """The tetraplet of what stands in the script: the peer that started the particle."""
    return Tetraplet(c.particle.init_peer_id, "", "", "")


@definition
def resolve_constant(c: Config, json: Json) -> Resolved:
    """A value that the script or the particle's parameters give."""
    return Resolved(json, (literal_tetraplet(c),), FromLiteral())


@definition
def canon_as_array(canon: CanonValue) -> Resolved:
    """A canonical stream as an operand: the array of its elements, each with its tetraplet."""
    return Resolved(
        json_text.array(tuple(element.json for element in canon.elements)),
        tuple(element.tetraplet for element in canon.elements),
        FromCanon(canon.cid),
    )


@definition
def canon_map_as_object(canon: CanonMapValue) -> Resolved:
    """A canonical map as an operand: an object from keys to arrays, with one tetraplet for each pair."""
    return Resolved(map_object(canon), tuple(pair.tetraplet for pair in canon.pairs), FromCanon(canon.cid))


@definition
def map_object(canon: CanonMapValue) -> Json:
    """A canonical map as an object; integer keys are written as decimal strings.

    Where an integer key and a string key are written alike, AquaVM keeps either one; here the string key stands.
    """
    return json_text.object_of(
        {
            key_text(key): json_text.array(tuple(value.json for value in values))
            for key, values in sorted(canon.by_key.items(), key=key_order)
        }
    )


@definition
def key_order(entry: tuple[Json, tuple[Bound, ...]]) -> tuple[bool, Json]:
    """Integer keys before string keys, so that of two keys that are written alike the string key stands."""
    return (json_text.kind(entry[0]) == "string", entry[0])


@definition
def key_text(key: Json) -> str:
    """How the key of a map is written as the name of a member."""
    name = json_text.as_string(key)
    return key if name is None else name


@rules(
    "Resolve",
    form="{c} ⊢ {register}.{lens} ⇓",
    reads="in {c}, the error register {register} with the lens {lens} stands for",
)
def resolve_error(c: Config, register: ErrorRecord, lens: Lens | None) -> Resolution:
    """An error register as an operand; the lens never shows in the tetraplet."""
    selected = need(register.object if lens is None else select(c, register.object, lens))
    if register.tetraplet is None:
        "error-without-tetraplet: an error that no call raised has the tetraplet of a literal"
        return Resolved(selected, (literal_tetraplet(c),), register.provenance)
    else:
        "error-with-tetraplet: an error that a call raised has the call's tetraplet"
        return Resolved(selected, (register.tetraplet,), register.provenance)


@rules("Resolve", form="{c} ⊢ name {value} ⇓", reads="in {c}, the name {value} stands for")
def resolve_string(c: Config, value: PeerId | Name) -> str | Catchable | Trap:
    """A peer, service or function name."""
    match value:
        case Literal(text):
            "name-literal: a string of the script"
            return text
        case InitPeerId():
            "name-init-peer: the peer that started the particle"
            return c.particle.init_peer_id
        case _:
            "name-variable: the string that the variable holds"
            found = need(resolve(c, value))
            return string_of(value.name, found.json)


@rules("Resolve", form="{name} ↦ {json} string ⇓", reads="the variable {name} with the value {json} is the string")
def string_of(name: str, json: Json) -> str | Catchable:
    """The value of a variable as a peer, service or function name."""
    text = json_text.as_string(json)
    if text is None:
        "name-not-a-string: names are strings"
        return Catchable(NameNotString(name, json))
    else:
        "name-string: any string will do"
        return text
