"""Lenses: the selection of a part of a value.

AquaVM 0.62: ``air/src/execution_step/lambda_applier/applier.rs``, and ``utils.rs`` beside it.
"""

from __future__ import annotations

from msgspec import Struct

from airspec.semantics.configuration import Config
from airspec.semantics.environment import CanonMapValue, CanonValue
from airspec.semantics.notation import definition, need, rules
from airspec.semantics.scopes import lookup, with_lens
from airspec.spec import json_text
from airspec.spec.faults import (
    Catchable,
    FieldOfNonObject,
    FieldOfStream,
    IndexOfNonArray,
    IndexOutOfRange,
    KeyBeyondRange,
    KeyIsIterator,
    KeyNotAccessor,
    KeyNotIndex,
    KeyNotOfMap,
    LengthOfNonArray,
    NoSuchField,
    TooFewElements,
    Trap,
)
from airspec.spec.lenses import accessors_text, lens_text
from airspec.spec.syntax import Accessor, ByScalar, Field, Index, Length, Lens
from airspec.spec.values import FromCanon, Json, Provenance, Tetraplet, Value


class Resolved(Struct, frozen=True, gc=False):
    """The value of an operand: one tetraplet, or one for each element of a canonical collection."""

    json: Json
    tetraplets: tuple[Tetraplet, ...]
    provenance: Provenance


Resolution = Resolved | Catchable | Trap


@rules("Lens", form="{c} ⊢ {json}.{lens} ⇓", reads="in {c}, the lens {lens} selects of the value {json}")
def select(c: Config, json: Json, lens: Lens) -> Json | Catchable | Trap:
    """Return what a lens selects of a JSON value, or the error if it selects nothing."""
    match lens:
        case Length():
            length = json_text.length(json)
            if length is None:
                "length-of-non-array: only arrays have a length"
                return Catchable(LengthOfNonArray(json))
            else:
                "length: the length of an array is the number of its elements"
                return json_text.number(length)
        case _:
            "path: accessors apply from left to right"
            return select_path(c, json, lens.accessors)


@rules("Lens", form="{c} ⊢ {json}{accessors} ⇓", reads="in {c}, the accessors {accessors} select of the value {json}")
def select_path(c: Config, json: Json, accessors: tuple[Accessor, ...]) -> Json | Catchable | Trap:
    """Return what a sequence of accessors selects of a JSON value, applied from left to right."""
    if accessors == ():
        "path-end: nothing is left to select"
        return json
    else:
        "path-step: the rest of the path applies to what the first accessor selected"
        selected = need(select_one(c, json, accessors[0]))
        return select_path(c, selected, accessors[1:])


@rules("Lens", form="{c} ⊢ {json}.{accessor} ⇓", reads="in {c}, the accessor {accessor} selects of the value {json}")
def select_one(c: Config, json: Json, accessor: Accessor) -> Json | Catchable | Trap:
    """Return what one accessor selects of a JSON value."""
    match accessor:
        case Index(position):
            "index: the accessor selects an element of an array"
            return select_index(json, position)
        case Field(name):
            "field: the accessor selects a member of an object"
            return select_field(json, name)
        case ByScalar(scalar):
            "by-scalar: the value of the scalar says which element or member is selected"
            key = need(lookup(c, scalar))
            return select_by_value(json, key.json)


@rules("Lens", form="{json}.({key}) ⇓", reads="the value {key} selects of the value {json}")
def select_by_value(json: Json, key: Json) -> Json | Catchable:
    """Return what the value `key` selects of another: a string selects a member of that name, a number an element."""
    name = json_text.as_string(key)
    position = json_text.as_u32(key)
    if name is not None:
        "by-string: a string names a member"
        return select_field(json, name)
    elif position is not None:
        "by-number: a number selects the element at this position"
        return select_index(json, position)
    elif json_text.kind(key) == "number":
        "by-number-out-of-range: the number is not an unsigned 32-bit integer, which an index must be"
        return Catchable(KeyBeyondRange(key))
    else:
        "by-other: only strings and numbers select"
        return Catchable(KeyNotAccessor(key))


@rules("Lens", form="{json}.[{position}] ⇓", reads="the element at {position} of the value {json} is")
def select_index(json: Json, position: int) -> Json | Catchable:
    """Return the element of an array at a position from 0, or the error if there is none."""
    if json_text.kind(json) != "array":
        "index-of-non-array: only arrays have elements"
        return Catchable(IndexOfNonArray(json, position))
    else:
        element = json_text.element(json, position)
        if element is None:
            "index-out-of-range: the array has no element at this position"
            return Catchable(IndexOutOfRange(json, position))
        else:
            "index-found: the array has an element at this position"
            return element


@rules("Lens", form="{json}.{name} ⇓", reads="the member {name} of the value {json} is")
def select_field(json: Json, name: str) -> Json | Catchable:
    """Return the member of an object with this name, or the error if there is none."""
    if json_text.kind(json) != "object":
        "field-of-non-object: only objects have members"
        return Catchable(FieldOfNonObject(json, name))
    else:
        member = json_text.member(json, name)
        if member is None:
            "field-missing: the object has no such member"
            return Catchable(NoSuchField(json, name))
        else:
            "field-found: the object has a member of this name"
            return member


@rules(
    "Lens",
    form="{c} ⊢ scalar {value}.{lens} ⇓",
    reads="in {c}, the lens {lens} selects of the scalar's value {value}",
)
def select_from_value(c: Config, value: Value, lens: Lens) -> Resolution:
    """Return what a lens selects of a scalar's value; the lens is added to the tetraplet, except for ``.length``."""
    selected = need(select(c, value.json, lens))
    match lens:
        case Length():
            "scalar-length: the tetraplet of a length names no peer, service or function"
            return Resolved(selected, (Tetraplet("", "", "", ".length"),), value.provenance)
        case _:
            "scalar-lens: the lens is added to the tetraplet"
            return Resolved(selected, (with_lens(value.tetraplet, lens_text(lens)),), value.provenance)


@rules(
    "Lens",
    form="{c} ⊢ canon {canon}.{lens} ⇓",
    reads="in {c}, the lens {lens} selects of the canonical stream {canon}",
)
def select_from_canon(c: Config, canon: CanonValue, lens: Lens) -> Resolution:
    """Return what a lens selects of a canonical stream: the first accessor selects an element."""
    match lens:
        case Length():
            "canon-length: the peer that counts stands in the tetraplet, and the functor in its service"
            return Resolved(
                json_text.number(len(canon.elements)), (Tetraplet(c.me, ".length", "", ""),), FromCanon(canon.cid)
            )
        case _:
            "canon-lens: the element keeps its own tetraplet, without the lens"
            position = need(element_position(c, lens.accessors[0]))
            element = need(element_at(canon.elements, position))
            selected = need(select_path(c, element.json, lens.accessors[1:]))
            return Resolved(selected, (element.tetraplet,), element.provenance)


@rules("Lens", form="{values}[{position}] ⇓", reads="the element at {position} of {values} is")
def element_at(values: tuple[Value, ...], position: int) -> Value | Catchable:
    """Return the element at a position from 0, or the error if there are too few.

    The values are the elements of a canonical stream, or those under a key of a canonical map.
    """
    if position < len(values):
        "element: the elements are counted from 0"
        return values[position]
    else:
        "element-missing: there is no element at this position"
        return Catchable(TooFewElements(len(values), position))


@rules("Lens", form="{c} ⊢ {accessor} index ⇓", reads="in {c}, the accessor {accessor} means the element at")
def element_position(c: Config, accessor: Accessor) -> int | Catchable | Trap:
    """Return the position, from 0, of the element of a canonical stream that an accessor selects."""
    match accessor:
        case Index(position):
            "element-index: an index selects the element at its position"
            return position
        case Field(name):
            "element-field: a canonical stream has no members"
            return Catchable(FieldOfStream(name))
        case ByScalar(scalar):
            "element-scalar: the value of the scalar says which element is selected"
            key = need(lookup(c, scalar))
            return position_of(key.json)


@rules("Lens", form="{json} index ⇓", reads="the value {json} means the element at")
def position_of(json: Json) -> int | Catchable:
    """Return the position, from 0, of the element of a canonical stream that a value selects; it must be a number."""
    position = json_text.as_u32(json)
    if position is not None:
        "position: an unsigned 32-bit integer selects the element at this position"
        return position
    elif json_text.kind(json) == "number":
        "position-out-of-range: a number that is not an unsigned 32-bit integer selects nothing"
        return Catchable(KeyBeyondRange(json))
    else:
        "position-other: only numbers select elements"
        return Catchable(KeyNotIndex(json))


@rules(
    "Lens",
    form="{c} ⊢ canon map {canon}.{lens} ⇓",
    reads="in {c}, the lens {lens} selects of the canonical map {canon}",
)
def select_from_canon_map(c: Config, canon: CanonMapValue, lens: Lens) -> Resolution:
    """Return what a lens selects of a canonical map: the first accessor is a key, the next selects a value of it."""
    match lens:
        case Length():
            "map-length: pairs are counted, duplicates of a key included"
            return Resolved(
                json_text.number(len(canon.pairs)), (Tetraplet(c.me, "", "", "length"),), FromCanon(canon.cid)
            )
        case _:
            "map-lens: the first accessor is a key, and the rest applies to the values under it"
            key = need(map_key(c, lens.accessors[0]))
            return select_from_values(c, canon, canon.by_key.get(key), lens, lens.accessors[1:])


@rules("Lens", form="{c} ⊢ {accessor} key ⇓", reads="in {c}, the accessor {accessor} means the key")
def map_key(c: Config, accessor: Accessor) -> Json | Catchable | Trap:
    """Return the key of a canonical map that an accessor selects."""
    match accessor:
        case Index(position):
            "key-index: an index is an integer key"
            return json_text.number(position)
        case Field(name):
            "key-field: a name is a string key"
            return json_text.string(name)
        case ByScalar(scalar):
            key = need(lookup(c, scalar))
            if scalar in c.iterations:
                "key-iterator: an iterator cannot be a key"
                return Catchable(KeyIsIterator())
            elif is_map_key(key.json):
                "key-scalar: the value of the scalar is the key"
                return key.json
            else:
                "key-scalar-other: the value of the scalar is neither a string nor an integer, which a key must be"
                return Catchable(KeyNotOfMap(key.json))


@definition
def is_map_key(json: Json) -> bool:
    """Return whether a value can be the key of a stream map: a string or a 64-bit integer, signed or unsigned."""
    return json_text.kind(json) == "string" or json_text.is_integer(json)


@rules(
    "Lens",
    form="{c}, {canon}, {lens} ⊢ {values}{rest} ⇓",
    reads="in {c}, the accessors {rest} behind the key of the lens "
    "{lens} select of the values {values} of the canonical map {canon}",
)
def select_from_values(
    c: Config, canon: CanonMapValue, values: tuple[Value, ...] | None, lens: Lens, rest: tuple[Accessor, ...]
) -> Resolution:
    """Return what the accessors after the key select of the values under that key, in a canonical map.

    `values` is None if the map does not have the key; `lens` is the whole lens, and `rest` its accessors after the key.
    """
    if values is None:
        "key-absent: an absent key has no values, whatever else the lens asks for"
        return Resolved(json_text.array(()), (key_tetraplet(canon, lens),), FromCanon(canon.cid))
    elif rest == ():
        "key-values: without more accessors, all values under the key are selected, in the order of the map"
        return Resolved(
            json_text.array(tuple(value.json for value in values)), (key_tetraplet(canon, lens),), FromCanon(canon.cid)
        )
    else:
        "key-value: the next accessor selects one of the values under the key"
        position = need(element_position(c, rest[0]))
        value = need(element_at(values, position))
        return select_from_map_value(c, canon, value, rest[1:])


@rules(
    "Lens",
    form="{c}, {canon} ⊢ {value}{accessors} ⇓",
    reads="in {c}, the accessors {accessors} select of the value {value} of the canonical map {canon}",
)
def select_from_map_value(c: Config, canon: CanonMapValue, value: Value, accessors: tuple[Accessor, ...]) -> Resolution:
    """Return what the accessors after key and index select of one value of a canonical map."""
    selected = need(select_path(c, value.json, accessors))
    if accessors == ():
        "map-value: without more accessors, the value keeps its own tetraplet"
        return Resolved(selected, (value.tetraplet,), FromCanon(canon.cid))
    else:
        "map-value-part: the accessors are added to the value's tetraplet, without the sign of a path"
        return Resolved(selected, (with_lens(value.tetraplet, "." + accessors_text(accessors)),), FromCanon(canon.cid))


@definition
def key_tetraplet(canon: CanonMapValue, lens: Lens) -> Tetraplet:
    """Return the tetraplet of all values under a key of a canonical map: that of the map, but with the lens `lens`."""
    return Tetraplet(
        canon.tetraplet.peer_pk, canon.tetraplet.service_id, canon.tetraplet.function_name, lens_text(lens)
    )
