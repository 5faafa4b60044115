"""Stream maps: key-value pairs, and canonical maps made of them.

AquaVM 0.62: ``air/src/execution_step/value_types/stream_map.rs``;
``air/src/execution_step/execution_context/stream_maps_variables/stream_map_key.rs``.
"""

from __future__ import annotations

from typing import cast

from msgspec import Struct
from rpds import HashTrieMap

from airspec.semantics.environment import CanonMapValue
from airspec.semantics.judgements import all_of
from airspec.semantics.notation import definition, need, rules
from airspec.semantics.resolve.lens import is_map_key
from airspec.semantics.resolve.values import key_text
from airspec.semantics.scopes import stored
from airspec.spec import json_text
from airspec.spec.faults import PairWithoutKey, PairWithoutValue, Uncatchable
from airspec.spec.values import Cid, Json, Tetraplet, Value


class Pair(Struct, frozen=True, gc=False):
    """An element of a stream map: a key, and its value, which has the tetraplet of the whole element."""

    key: Json
    value: Value


@rules("Canon", form="{element} pair ⇓", reads="the element {element} is the pair")
def pair_of(element: Value) -> Pair | Uncatchable:
    """Return the key and value of an element of a map, or the fault if it lacks a value or a key of the right type."""
    key = json_text.member(element.json, "key")
    value = json_text.member(element.json, "value")
    if key is None or not is_map_key(key):
        "pair-key: the element has no key, or one that is neither a string nor an integer"
        return Uncatchable(PairWithoutKey())
    elif value is None:
        "pair-value: the element has no value"
        return Uncatchable(PairWithoutValue())
    else:
        "pair: the element is a pair of a key and a value"
        return Pair(key, stored(value, element.tetraplet, element.provenance))


@rules(
    "Canon",
    form="{cid}, {tetraplet} ⊢ {elements} by key ⇓",
    reads="of the canon {cid} with the tetraplet {tetraplet}, the elements {elements} are the map",
)
def canon_map(elements: tuple[Value, ...], tetraplet: Tetraplet, cid: Cid) -> CanonMapValue | Uncatchable:
    """Return the canonical map of some elements; the values under each key keep the order of the elements.

    `tetraplet` and `cid` are those of the canon.
    """
    pairs = need(all_of(tuple(pair_of(element) for element in elements)))
    return CanonMapValue(elements, HashTrieMap(by_key(pairs)), tetraplet, cid)


@definition
def by_key(pairs: tuple[Pair, ...]) -> dict[Json, tuple[Value, ...]]:
    """Return the values under each key, in the order of the pairs."""
    keys = dict.fromkeys(pair.key for pair in pairs)
    return {key: tuple(pair.value for pair in pairs if pair.key == key) for key in keys}


@definition
def pair_key(pair: Value) -> Json:
    """Return the key of an element of a stream or canonical map, as JSON text; the element must have one."""
    return cast(Json, json_text.member(pair.json, "key"))


@definition
def pair_json(pair: Value) -> Json:
    """Return the value of an element of a stream or canonical map, as JSON text; the element must have one."""
    return cast(Json, json_text.member(pair.json, "value"))


@definition
def first_values(pairs: tuple[Value, ...]) -> Json:
    """Return a map as one object: the first value under each key, with integer keys as decimal strings."""
    return json_text.object_of({key_text(pair_key(pair)): pair_json(pair) for pair in reversed(pairs)})
