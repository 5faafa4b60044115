"""``ap``: a value is bound to a scalar, or appended to a stream or map.

AquaVM 0.62: ``air/src/execution_step/instructions/ap.rs``, ``ap_map.rs`` and ``ap/`` beside it.
"""

from __future__ import annotations

from msgspec import Struct

from airspec.semantics.configuration import Config
from airspec.semantics.environment import StreamValue
from airspec.semantics.merge.join import join_ap
from airspec.semantics.merge.meeting import meet
from airspec.semantics.notation import definition, given, need, premises, rules, step, wait_for
from airspec.semantics.resolve.lens import is_map_key
from airspec.semantics.resolve.values import resolve
from airspec.semantics.scopes import bind, lookup_canon, stored
from airspec.semantics.streams import NEW_GENERATION, append
from airspec.spec import json_text
from airspec.spec.faults import (
    Catchable,
    Conflict,
    Malformed,
    NotOneGeneration,
    Source,
    Trap,
    Unexpected,
    UnsupportedMapKey,
)
from airspec.spec.states import Ap as ApState
from airspec.spec.syntax import Ap, ApMap, CanonStream, Scalar, Stream
from airspec.spec.syntax import Value as Operand
from airspec.spec.values import FromCanon, Json, Tetraplet, Value


@step
def ap_scalar(c: Config, ap: Ap) -> Config:
    """The scalar is bound, and nothing is recorded."""
    value = wait_for(resolve_one(c, ap.value))
    scalar = given(ap.target, Scalar)
    scope = need(bind(c.scope, scalar.name, value))
    return c.with_scope(scope).done()


@step
def ap_stream(c: Config, ap: Ap) -> Config:
    """The value is appended, and that is recorded; if a trace has the state of this append, its generation is kept.

    The value itself is never compared with what others appended.
    """
    value = wait_for(resolve_one(c, ap.value))
    stream = given(ap.target, Stream)
    met = need(meet_ap(c))
    entry = StreamValue(value, len(c.memory.result))
    streams = need(append(c.streams, stream.name, ap.span.start, entry, met.source, met.generation))
    return met.at.with_streams(streams).record(ApState((NEW_GENERATION,))).done()


class ReachedPair(Struct, frozen=True, gc=False, eq=False):
    """A key-value pair that is appended to a map: its value, and what the traces have of it.

    `source` is the trace that brought the state, with the `generation`; `at` is the configuration after it was taken.
    """

    value: Value
    at: Config
    source: Source
    generation: int


@premises
def reach_pair(c: Config, ap: ApMap) -> ReachedPair:
    """The value of the pair must be there; the recorded states are taken before the key is resolved."""
    value = wait_for(resolve_one(c, ap.value))
    met = need(meet_ap(c))
    return ReachedPair(value, met.at, met.source, met.generation)


@step
def ap_map(c: Config, ap: ApMap) -> Config:
    """The key-value pair is appended to the map, and that is recorded."""
    it = reach_pair(c, ap)
    key = wait_for(resolve_key(it.at, ap))
    pair = stored(pair_object(key, it.value.json), it.value.tetraplet, it.value.provenance)
    entry = StreamValue(pair, len(c.memory.result))
    streams = need(append(c.streams, ap.target.name, ap.span.start, entry, it.source, it.generation))
    return it.at.with_streams(streams).record(ApState((NEW_GENERATION,))).done()


# --- judgements -------------------------------------------------------------------------------------


class MetAp(Struct, frozen=True, gc=False, eq=False):
    """The states that the traces have of an append: the trace that has it (or both), and the generation there."""

    at: Config
    source: Source
    generation: int


@rules("Merge", form="{c} ⊢ append met ⇓", reads="in {c}, what the traces have of an append is")
def meet_ap(c: Config) -> MetAp | Conflict | Unexpected | Malformed:
    """Take the next state of each trace for an append, and return what they have of it, joined."""
    met = need(meet(c, join_ap))
    match met.state:
        case ApState((generation,)):
            "meet-ap: at least one trace has the append"
            return MetAp(met.at, met.source, generation)
        case ApState():
            "meet-ap-malformed: the state of an append does not have exactly one generation"
            return Malformed(NotOneGeneration(met.state))
        case _:
            "meet-ap-nothing: neither trace has the append"
            return MetAp(met.at, Source.NEITHER, NEW_GENERATION)


@rules("Resolve", form="{c} ⊢ one {operand} ⇓", reads="in {c}, the operand {operand} as one value is")
def resolve_one(c: Config, operand: Operand) -> Value | Catchable | Trap:
    """Return an operand as one value with one tetraplet, in the form in which it is stored."""
    match operand:
        case CanonStream(name):
            "one-canon: a canonical stream has the tetraplet of its peer"
            canon = need(lookup_canon(c, name))
            return Value(
                json_text.array(tuple(element.json for element in canon.elements)),
                Tetraplet(canon.tetraplet.peer_pk, "", "", canon.tetraplet.lens),
                FromCanon(canon.cid),
            )
        case _:
            "one-value: what remains of the tetraplet depends on where the value is from"
            found = need(resolve(c, operand))
            return stored(found.json, found.tetraplets[0], found.provenance)


@rules("Resolve", form="{c} ⊢ key of {ap} ⇓", reads="in {c}, the key of the pair that {ap} appends is")
def resolve_key(c: Config, ap: ApMap) -> Json | Catchable | Trap:
    """Return the key of the pair that an ``ap`` appends to a map, or the error if it is no string or integer."""
    key = need(resolve(c, ap.key))
    if is_map_key(key.json):
        "pair-key-usable: the key is a string or an integer"
        return key.json
    else:
        "pair-key-type: the key is neither a string nor an integer"
        return Catchable(UnsupportedMapKey(ap.target.name))


@definition
def pair_object(key: Json, value: Json) -> Json:
    """Return the JSON text of an element of a stream map: an object with the members ``key`` and ``value``."""
    return json_text.object_of({"key": key, "value": value})
