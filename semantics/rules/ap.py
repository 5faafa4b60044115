"""``ap``: binding and appending values (section 7.12 of the reference)."""

from __future__ import annotations

from msgspec.structs import replace

from semantics.configuration import RETURN, Config, Halt
from semantics.editions import Edition
from semantics.environment import CanonValue, StreamValue
from semantics.merge.join import Joined, JoinResult, join_ap
from semantics.merge.sliders import push, take
from semantics.notation import definition, rules
from semantics.registers import stop, wait_or_stop
from semantics.resolve.lens import is_map_key
from semantics.resolve.values import resolve
from semantics.rules.control import fail_in_trace
from semantics.scopes import bind, lookup_canon, stored
from semantics.streams import NEW_GENERATION, append
from spec import codes, json_text
from spec.faults import (
    Catchable,
    Conflict,
    Malformed,
    NotOneGeneration,
    Source,
    Trap,
    Uncatchable,
    Unexpected,
    VariableNotFound,
)
from spec.states import Ap as ApState
from spec.syntax import Ap, ApMap, CanonStream, Scalar
from spec.syntax import Value as Operand
from spec.values import FromCanon, Json, Tetraplet, Value


@rules("Step")
def ap(c: Config, instr: Ap) -> Config:
    """A value is bound to a scalar, or appended to a stream."""
    value = resolve_one(c, instr.value)
    match value, instr.target:
        case ((Catchable() | Trap()), _):
            "ap-missing: the operand has no value"
            return wait_or_stop(c, value, instr)
        case _, Scalar(name):
            "ap-scalar: the scalar is bound; nothing is recorded, as every peer can do the same"
            return ap_scalar(c, name, value)
        case _, _:
            "ap-stream: the value is appended, and that is recorded"
            return ap_stream(c, instr, value)


@rules("Resolve")
def resolve_one(c: Config, operand: Operand) -> Value | Catchable | Trap:
    """An operand as one value with one tetraplet, as it is stored."""
    match operand:
        case CanonStream(name):
            "one-canon: a canonical stream has the tetraplet of its peer"
            return canon_as_value(c, lookup_canon(c, name))
        case _:
            found = resolve(c, operand)
            match found:
                case Catchable() | Trap():
                    "one-missing: the operand has no value"
                    return found
                case _:
                    "one-value: what remains of the tetraplet depends on where the value is from"
                    return stored(found.json, found.tetraplets[0], found.provenance)


@rules("Resolve")
def canon_as_value(c: Config, found: CanonValue | Catchable) -> Value | Catchable:
    """A canonical stream as one value."""
    match found:
        case Catchable():
            "one-canon-missing: the canonical stream has no contents"
            return found
        case _:
            "one-canon-found: the array of its elements"
            return Value(
                json_text.array(tuple(element.json for element in found.elements)),
                Tetraplet(found.tetraplet.peer_pk, "", "", found.tetraplet.lens),
                FromCanon(found.cid),
            )


@rules("Step")
def ap_scalar(c: Config, name: str, value: Value) -> Config:
    """A scalar is bound."""
    scope = bind(c.scope, name, value)
    match scope:
        case Uncatchable():
            "ap-bind-twice: the scalar cannot be bound"
            return replace(c, control=Halt(scope))
        case _:
            "ap-bind: the scalar has the value"
            return replace(c, scope=scope, control=RETURN)


@rules("Step")
def ap_stream(c: Config, instr: Ap, value: Value) -> Config:
    """A value is appended to a stream; what the data recorded only says to which generation."""
    taken = take(c.memory, join_ap)
    problem = ap_problem(taken.joined)
    if problem is not None:
        "ap-stream-conflict: the data do not fit the script"
        return fail_in_trace(c, instr, problem)
    else:
        "ap-stream-append: the value itself is never compared with what others appended"
        return ap_append(replace(c, memory=taken.memory), instr, instr.target.name, value, taken.joined)


@definition
def ap_problem(joined: JoinResult) -> Conflict | Unexpected | Malformed | None:
    """Why the recorded appends cannot be true."""
    match joined:
        case Conflict() | Unexpected():
            return joined
        case Joined(ApState(generations) as state, _, _) if len(generations) != 1:
            return Malformed(NotOneGeneration(state))
        case _:
            return None


@rules("Step")
def ap_append(c: Config, instr: Ap | ApMap, name: str, value: Value, joined: JoinResult) -> Config:
    """The stream takes the value, and the trace records it."""
    entry = StreamValue(value, len(c.memory.result))
    generation = generation_of(joined)
    streams = append(c.streams, name, instr.span.start, entry, source_of(joined), generation, c.edition)
    match streams:
        case Uncatchable() | Trap():
            "ap-append-failed: the stream takes no more values"
            return replace(c, control=Halt(streams))
        case _:
            "ap-append: the generation is numbered when the scope of the stream ends"
            return replace(c, streams=streams, memory=push(c.memory, ApState((NEW_GENERATION,))), control=RETURN)


@definition
def source_of(joined: JoinResult) -> Source | None:
    """The data that a recorded append comes from, if it was recorded."""
    return joined.source if isinstance(joined, Joined) else None


@definition
def generation_of(joined: JoinResult) -> int:
    """The generation that a recorded append had."""
    match joined:
        case Joined(ApState((generation,)), _, _):
            return generation
        case _:
            return NEW_GENERATION


@rules("Step")
def ap_map(c: Config, instr: ApMap) -> Config:
    """A key-value pair is appended to a stream map; the recorded states are taken before the key is looked at."""
    value = resolve_one(c, instr.value)
    unusable = key_problem(c, instr) if c.edition == Edition.REPAIRED else None
    match value:
        case Catchable() | Trap():
            "ap-map-missing: the value is not there"
            return wait_or_stop(c, value, instr)
        case _ if unusable is not None:
            "ap-map-key-first: repaired: a pair that fails leaves no state, so it takes none from what follows"
            return stop(c, unusable, instr)
        case _:
            taken = take(c.memory, join_ap)
            problem = ap_problem(taken.joined)
            if problem is not None:
                "ap-map-conflict: the data do not fit the script"
                return fail_in_trace(c, instr, problem)
            else:
                "ap-map-key: the key is resolved"
                return ap_pair(replace(c, memory=taken.memory), instr, value, taken.joined)


@definition
def key_problem(c: Config, instr: ApMap) -> Catchable | Trap | None:
    """Why a pair fails for want of a key; one that may still become known is waited for."""
    key = resolve(c, instr.key)
    match key:
        case Catchable(VariableNotFound()):
            return None
        case Catchable() | Trap():
            return key
        case _ if not is_map_key(key.json):
            return codes.unsupported_map_key(instr.target.name)
        case _:
            return None


@rules("Step")
def ap_pair(c: Config, instr: ApMap, value: Value, joined: JoinResult) -> Config:
    """A key-value pair is appended, if its key is one."""
    key = resolve(c, instr.key)
    match key:
        case Catchable() | Trap():
            "ap-map-key-missing: the key has no value"
            return wait_or_stop(c, key, instr)
        case _ if not is_map_key(key.json):
            "ap-map-key-type: keys are strings and integers"
            return wait_or_stop(c, codes.unsupported_map_key(instr.target.name), instr)
        case _:
            "ap-map: the pair is an element of the map"
            pair = stored(pair_object(key.json, value.json), value.tetraplet, value.provenance)
            return ap_append(c, instr, instr.target.name, pair, joined)


@definition
def pair_object(key: Json, value: Json) -> Json:
    """An element of a stream map."""
    return json_text.object_of({"key": key, "value": value})
