"""``canon``: fixing the contents of a stream or map (section 7.13 of the reference)."""

from __future__ import annotations

from msgspec.structs import replace

from semantics.configuration import RETURN, Config, Halt
from semantics.editions import Edition
from semantics.environment import Binding, CanonValue
from semantics.maps import canon_map, first_values
from semantics.merge.join import Joined, join_canon
from semantics.merge.sliders import push, take
from semantics.notation import definition, rules
from semantics.registers import stop, wait_or_stop
from semantics.resolve.values import resolve_string
from semantics.rules.call_result import wrong_tetraplet
from semantics.rules.control import fail_in_trace
from semantics.scopes import bind, stored
from semantics.stores import find_canon_elements, find_canon_tetraplet, track_canon, vouch
from semantics.streams import contents, find
from spec import codes
from spec.faults import Catchable, Conflict, Kind, Trap, Uncatchable, Unexpected, VariableNotFound
from spec.states import CanonExecuted, CanonSent
from spec.syntax import Canon, CanonMap, CanonMapScalar
from spec.values import Cid, FromCanon, FromLiteral, Tetraplet, Value

AnyCanon = Canon | CanonMap | CanonMapScalar


@rules("Step")
def canon(c: Config, instr: AnyCanon) -> Config:
    """What both sides have recorded of the canon decides how it goes on."""
    problem = peer_problem(c, instr) if c.edition == Edition.REPAIRED else None
    taken = take(c.memory, join_canon)
    at = replace(c, memory=taken.memory)
    match taken.joined:
        case _ if problem is not None:
            "canon-peer-first: repaired: a canon that fails leaves no state, so it takes none from what follows"
            return stop(c, problem, instr)
        case Conflict() | Unexpected():
            "canon-conflict: the data cannot be true, or belong to another script"
            return fail_in_trace(c, instr, taken.joined)
        case Joined(CanonExecuted(cid), _, _):
            "canon-executed: the contents are fixed; the local stream is not looked at again"
            return canon_executed(at, instr, cid)
        case Joined(CanonSent() as sent, _, _):
            "canon-owed: somebody asked for the canon"
            return canon_owed(at, instr, sent)
        case _:
            "canon-first: nobody has met this canon"
            return canon_first(at, instr)


@definition
def peer_problem(c: Config, instr: AnyCanon) -> Catchable | Trap | None:
    """Why a canon fails for want of a peer; one that may still become known is waited for."""
    peer = resolve_string(c, instr.peer)
    match peer:
        case Catchable(VariableNotFound()):
            return None
        case Catchable() | Trap():
            return peer
        case _:
            return None


@rules("Step")
def canon_first(c: Config, instr: AnyCanon) -> Config:
    """A canon that nobody has met."""
    peer = resolve_string(c, instr.peer)
    match peer:
        case Catchable() | Trap():
            "canon-peer-missing: the peer is not known"
            return wait_or_stop(c, peer, instr)
        case _ if peer == c.me:
            "canon-here: this peer fixes the contents"
            return canon_perform(c, instr)
        case _:
            "canon-send: the particle must go to the peer that fixes the contents"
            host = replace(c.host, next_peers=c.host.next_peers.push_front(peer))
            return canon_wait(replace(c, host=host), CanonSent(c.me))


@rules("Step")
def canon_owed(c: Config, instr: AnyCanon, sent: CanonSent) -> Config:
    """A canon that was asked for."""
    peer = resolve_string(c, instr.peer)
    match peer:
        case Catchable() | Trap():
            "canon-owed-peer-missing: the peer was known to somebody; here that is an error, and nothing waits"
            return stop(c, peer, instr)
        case _ if peer == c.me:
            "canon-arrived: this peer was asked to fix the contents"
            return canon_perform(c, instr)
        case _:
            "canon-elsewhere: another peer was asked; it is not asked again"
            return canon_wait(c, sent)


@definition
def canon_wait(c: Config, sent: CanonSent) -> Config:
    """The request stays in the trace, and what follows waits."""
    return replace(c, memory=push(c.memory, sent), complete=False, control=RETURN)


@definition
def canon_perform(c: Config, instr: AnyCanon) -> Config:
    """Fix the contents: what the stream holds now, be it nothing."""
    tetraplet = Tetraplet(c.me, "", "", "")
    found = find(c.streams, instr.stream.name, instr.span.start)
    elements = canon_elements(c, instr, () if found is None else contents(found))
    tracked = track_canon(c.stores, elements, tetraplet)
    return canon_bind(
        replace(c, stores=tracked.stores, host=vouch(c, c.me, tracked.cid)), instr, elements, tetraplet, tracked.cid
    )


@rules("Canon")
def canon_elements(c: Config, instr: AnyCanon, values: tuple[Value, ...]) -> tuple[Value, ...]:
    """The elements of a canonical stream."""
    match instr:
        case CanonMapScalar():
            "elements-object: a map that becomes a scalar is one object, with the first value under each key"
            return (stored(first_values(values), Tetraplet(c.me, "", "", ""), FromLiteral()),)
        case _:
            "elements: the values of the stream in their order"
            return values


@rules("Step")
def canon_executed(c: Config, instr: AnyCanon, cid: Cid) -> Config:
    """A canon that was performed is verified and bound."""
    peer = resolve_string(c, instr.peer)
    tetraplet = find_canon_tetraplet(c.stores, cid)
    match peer, tetraplet:
        case ((Catchable() | Trap()), _):
            "canon-executed-peer-missing: the peer was known to somebody; here that is an error, and nothing waits"
            return stop(c, peer, instr)
        case _, Uncatchable():
            "canon-executed-lost: the stores lack the canon"
            return replace(c, control=Halt(tetraplet))
        case _, _ if tetraplet != Tetraplet(peer, "", "", ""):
            "canon-executed-elsewhere: the contents were fixed by another peer"
            return replace(c, control=Halt(wrong_tetraplet(Kind.CANON, Tetraplet(peer, "", "", ""), tetraplet)))
        case _, _:
            "canon-executed-verified: the contents were fixed by the peer that the script names"
            return canon_known(c, instr, tetraplet, cid)


@rules("Step")
def canon_known(c: Config, instr: AnyCanon, tetraplet: Tetraplet, cid: Cid) -> Config:
    """The elements of a verified canon are looked up."""
    elements = find_canon_elements(c.stores, cid)
    if isinstance(elements, Uncatchable | Trap):
        "canon-element-lost: the stores lack an element"
        return replace(c, control=Halt(elements))
    else:
        "canon-known: all elements are there"
        return canon_bind(replace(c, host=vouch(c, tetraplet.peer_pk, cid)), instr, elements, tetraplet, cid)


@rules("Step")
def canon_bind(c: Config, instr: AnyCanon, elements: tuple[Value, ...], tetraplet: Tetraplet, cid: Cid) -> Config:
    """Canonical contents are bound, and recorded in the trace."""
    contents_ = canon_contents(instr, elements, tetraplet, cid)
    scope = contents_ if isinstance(contents_, Uncatchable) else bind(c.scope, instr.target.name, contents_)
    match scope:
        case Uncatchable():
            "canon-bind-failed: the name is taken, or the elements are no key-value pairs"
            return replace(c, control=Halt(scope))
        case _:
            "canon-bind: from here on the contents are the same for everyone"
            return replace(c, scope=scope, memory=push(c.memory, CanonExecuted(cid)), control=RETURN)


@rules("Canon")
def canon_contents(
    instr: AnyCanon, elements: tuple[Value, ...], tetraplet: Tetraplet, cid: Cid
) -> Binding | Uncatchable:
    """What a canon binds."""
    match instr:
        case Canon():
            "contents-stream: the elements"
            return CanonValue(elements, tetraplet, cid)
        case CanonMap():
            "contents-map: the elements, by key"
            return canon_map(elements, tetraplet, cid)
        case _ if elements == ():
            "contents-none: a map that became a scalar has one element"
            return codes.canon_map_without_value()
        case _:
            "contents-scalar: the object"
            return Value(elements[0].json, Tetraplet(tetraplet.peer_pk, "", "", tetraplet.lens), FromCanon(cid))
