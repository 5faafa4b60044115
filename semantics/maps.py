"""Stream maps: key-value pairs, and canonical maps made of them (sections 2 and 7.13 of the reference)."""

from __future__ import annotations

from typing import cast

from rpds import HashTrieMap

from semantics.environment import CanonMapValue
from semantics.notation import definition, rules
from semantics.resolve.lens import is_map_key
from semantics.resolve.values import key_text
from semantics.scopes import stored
from spec import codes, json_text
from spec.faults import Uncatchable
from spec.values import Cid, Json, Tetraplet, Value


@rules("Canon")
def pair_problem(pair: Value) -> Uncatchable | None:
    """Why an element of a canonical map is no key-value pair."""
    key = json_text.member(pair.json, "key")
    if key is None or not is_map_key(key):
        "pair-key: there is no key, or one that is neither a string nor an integer"
        return codes.stream_map_entry("unsupported kvpair object or map key type")
    elif json_text.member(pair.json, "value") is None:
        "pair-value: there is no value"
        return codes.stream_map_entry('there must be a "value" field in kvpair object')
    else:
        "pair: a key and a value"
        return None


@rules("Canon")
def canon_map(pairs: tuple[Value, ...], tetraplet: Tetraplet, cid: Cid) -> CanonMapValue | Uncatchable:
    """The contents of a canonical map, from its key-value pairs."""
    problem = next((p for p in map(pair_problem, pairs) if p is not None), None)
    if problem is not None:
        "map-malformed: an element is no key-value pair"
        return problem
    else:
        "map: the values under each key keep the order of the map"
        keys = tuple(pair_key(pair) for pair in pairs)
        values = tuple(pair_value(pair) for pair in pairs)
        return CanonMapValue(
            pairs,
            HashTrieMap(
                {key: tuple(v for k, v in zip(keys, values, strict=True) if k == key) for key in dict.fromkeys(keys)}
            ),
            tetraplet,
            cid,
        )


@definition
def pair_key(pair: Value) -> Json:
    """The key of a pair."""
    return cast(Json, json_text.member(pair.json, "key"))


@definition
def pair_value(pair: Value) -> Value:
    """The value of a pair, with the pair's tetraplet."""
    return stored(pair_json(pair), pair.tetraplet, pair.provenance)


@definition
def pair_json(pair: Value) -> Json:
    """What stands under the key of a pair."""
    return cast(Json, json_text.member(pair.json, "value"))


@definition
def first_values(pairs: tuple[Value, ...]) -> Json:
    """A map as one object: the first value under each key, where integer keys are written as decimal strings."""
    return json_text.object_of({key_text(pair_key(pair)): pair_json(pair) for pair in reversed(pairs)})
