"""The resolution of operands of instructions to values with tetraplets.

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
    """Return the value that an operand stands for, with its tetraplets, or why it has none."""
    match value:
        case Scalar(name):
            "scalar: the operand is a scalar, or an iterator, which stands for the current item of its fold"
            scalar = need(lookup(c, name))
            return Resolved(scalar.json, (scalar.tetraplet,), scalar.provenance)
        case ScalarWithLens(name, lens):
            "scalar-with-lens: the operand is a part of a scalar"
            whole = need(lookup(c, name))
            return select_from_value(c, whole, lens)
        case Literal(text):
            "literal: the operand is a string of the script"
            return resolve_constant(c, json_text.string(text))
        case CanonStream(name):
            "canon: a canonical stream is the array of its elements"
            canon = need(lookup_canon(c, name))
            return canon_as_array(canon)
        case CanonStreamWithLens(name, lens):
            "canon-with-lens: the operand is an element of a canonical stream, or a part of it"
            stream = need(lookup_canon(c, name))
            return select_from_canon(c, stream, lens)
        case CanonStreamMap(name):
            "canon-map: a canonical map is an object with the values under each key"
            canon_map = need(lookup_canon_map(c, name))
            return canon_map_as_object(canon_map)
        case CanonStreamMapWithLens(name, lens):
            "canon-map-with-lens: the operand is the values under a key, or a part of them"
            stream_map = need(lookup_canon_map(c, name))
            return select_from_canon_map(c, stream_map, lens)
        case Integer(number) | Float(number):
            "number: the operand is a number of the script"
            return resolve_constant(c, json_text.number(number))
        case Boolean(truth):
            "boolean: the operand is a truth value of the script"
            return resolve_constant(c, json_text.boolean(truth))
        case EmptyArray():
            "empty-array: the operand is an array without elements"
            return resolve_constant(c, json_text.array(()))
        case InitPeerId():
            "init-peer-id: the operand is the id of the peer that started the particle"
            return resolve_constant(c, json_text.string(c.particle.init_peer_id))
        case Timestamp():
            "timestamp: the operand is the time at which the particle was created"
            return resolve_constant(c, json_text.number(c.particle.timestamp))
        case Ttl():
            "ttl: the operand is the time for which the particle lives"
            return resolve_constant(c, json_text.number(c.particle.ttl))
        case LastError(lens):
            "last-error: the operand is the last failure, or a part of it"
            return resolve_error(c, c.registers.last, lens)
        case Error(lens):
            "error: the operand is the failure that the enclosing `xor` caught, or a part of it"
            return resolve_error(c, c.registers.error, lens)


@definition
def literal_tetraplet(c: Config) -> Tetraplet:
    """Return the tetraplet of values that the script contains: it names only the peer that started the particle."""
    return Tetraplet(c.particle.init_peer_id, "", "", "")


@definition
def resolve_constant(c: Config, json: Json) -> Resolved:
    """Return a value that the script contains, or a parameter of the particle, as an operand with its tetraplet."""
    return Resolved(json, (literal_tetraplet(c),), FromLiteral())


@definition
def canon_as_array(canon: CanonValue) -> Resolved:
    """Return a canonical stream as an operand: the array of its elements, with one tetraplet for each element."""
    return Resolved(
        json_text.array(tuple(element.json for element in canon.elements)),
        tuple(element.tetraplet for element in canon.elements),
        FromCanon(canon.cid),
    )


@definition
def canon_map_as_object(canon: CanonMapValue) -> Resolved:
    """Return a canonical map as an operand: an object with an array for each key, and one tetraplet for each pair."""
    return Resolved(map_object(canon), tuple(pair.tetraplet for pair in canon.pairs), FromCanon(canon.cid))


@definition
def map_object(canon: CanonMapValue) -> Json:
    """Return a canonical map as an object with an array of values for each key; integer keys become decimal strings.

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
    """Return the sort key of a map's entry, by which integer keys come before strings.

    So of two keys that are written alike, the string key stays.
    """
    return (json_text.kind(entry[0]) == "string", entry[0])


@definition
def key_text(key: Json) -> str:
    """Return the text of a map's key as a member name: a string key itself, and an integer key in decimal digits."""
    name = json_text.as_string(key)
    return key if name is None else name


@rules(
    "Resolve",
    form="{c} ⊢ {register}.{lens} ⇓",
    reads="in {c}, the error register {register} with the lens {lens} stands for",
)
def resolve_error(c: Config, register: ErrorRecord, lens: Lens | None) -> Resolution:
    """Return the contents of an error register as an operand, or the part that a lens selects of its error object.

    The lens never shows in the tetraplet.
    """
    selected = need(register.object if lens is None else select(c, register.object, lens))
    if register.tetraplet is None:
        "error-without-tetraplet: an error that no call raised has the tetraplet of a literal"
        return Resolved(selected, (literal_tetraplet(c),), register.provenance)
    else:
        "error-with-tetraplet: an error that a call raised has the call's tetraplet"
        return Resolved(selected, (register.tetraplet,), register.provenance)


@rules("Resolve", form="{c} ⊢ name {value} ⇓", reads="in {c}, the name {value} stands for")
def resolve_string(c: Config, value: PeerId | Name) -> str | Catchable | Trap:
    """Return the string that an operand for a peer, service or function stands for, or the fault if it is no string."""
    match value:
        case Literal(text):
            "name-literal: the name is a string of the script"
            return text
        case InitPeerId():
            "name-init-peer: the name is the id of the peer that started the particle"
            return c.particle.init_peer_id
        case _:
            "name-variable: the name is the string that a variable holds"
            found = need(resolve(c, value))
            return string_of(value.name, found.json)


@rules("Resolve", form="{name} ↦ {json} string ⇓", reads="the variable {name} with the value {json} is the string")
def string_of(name: str, json: Json) -> str | Catchable:
    """Return the value of a variable, if it is a string; otherwise the error, which mentions the variable's `name`."""
    text = json_text.as_string(json)
    if text is None:
        "name-not-a-string: the value is not a string, which a name must be"
        return Catchable(NameNotString(name, json))
    else:
        "name-string: the value is a string, and any string can be a name"
        return text
