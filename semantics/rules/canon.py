"""``canon``: one peer fixes the contents of a stream or map, for everyone.

AquaVM 0.62: ``air/src/execution_step/instructions/canon.rs``, ``canon_map.rs``, ``canon_stream_map_scalar.rs`` and
``canon_utils/`` beside it.
"""

from __future__ import annotations

from msgspec import Struct

from airspec.semantics.configuration import Config
from airspec.semantics.environment import CanonValue, Scope
from airspec.semantics.maps import canon_map, first_values
from airspec.semantics.merge.join import join_canon
from airspec.semantics.merge.meeting import Met, meet
from airspec.semantics.notation import definition, given, need, premises, rules, step, wait_for
from airspec.semantics.resolve.values import resolve_string
from airspec.semantics.scopes import bind, stored
from airspec.semantics.stores import find_canon_elements, find_canon_tetraplet, track_canon
from airspec.semantics.streams import contents, find
from airspec.spec.data import CidInfo
from airspec.spec.faults import CanonMapWithoutValue, Kind, Uncatchable, WrongTetraplet
from airspec.spec.states import CanonExecuted, CanonSent
from airspec.spec.syntax import Canon, CanonMap, CanonMapScalar
from airspec.spec.values import Cid, FromCanon, FromLiteral, Tetraplet, Value

AnyCanon = Canon | CanonMap | CanonMapScalar


@premises
def reach_canon(c: Config, canon: AnyCanon) -> Met:
    """The states of the canon are taken first; its peer is resolved afterwards."""
    return need(meet(c, join_canon))


# --- neither trace has the canon ---------------------------------------------------------------------


@step
def canon_forward(c: Config, canon: AnyCanon) -> Config:
    """Neither trace has the canon, which another peer performs: the particle goes there, and a request is recorded."""
    met = reach_canon(c, canon)
    given(met.state is None)
    peer = wait_for(resolve_string(met.at, canon.peer))
    given(peer != c.me)
    return met.at.send_to(peer).record(CanonSent(c.me)).wait()


@step
def canon_perform(c: Config, canon: AnyCanon) -> Config:
    """Neither trace has the canon, which this peer performs: it fixes what the stream holds now, if anything."""
    met = reach_canon(c, canon)
    given(met.state is None)
    peer = wait_for(resolve_string(met.at, canon.peer))
    given(peer == c.me)
    fixed = need(fix(met.at, canon))
    known = met.at.with_stores(fixed.stores).sign_if_own(c.me, fixed.cid).with_scope(fixed.scope)
    return known.record(CanonExecuted(fixed.cid)).done()


# --- a trace has a request --------------------------------------------------------------------------


@step
def canon_elsewhere(c: Config, canon: AnyCanon) -> Config:
    """A trace has a request, and another peer performs the canon: the particle is not sent again.

    A peer without a value is here an error, and not waited for, as in AquaVM.
    """
    met = reach_canon(c, canon)
    sent = given(met.state, CanonSent)
    peer = need(resolve_string(met.at, canon.peer))
    given(peer != c.me)
    return met.at.record(sent).wait()


@step
def canon_accept(c: Config, canon: AnyCanon) -> Config:
    """A trace has a request, and this peer performs the canon: it fixes what the stream holds now, if anything."""
    met = reach_canon(c, canon)
    given(met.state, CanonSent)
    peer = need(resolve_string(met.at, canon.peer))
    given(peer == c.me)
    fixed = need(fix(met.at, canon))
    known = met.at.with_stores(fixed.stores).sign_if_own(c.me, fixed.cid).with_scope(fixed.scope)
    return known.record(CanonExecuted(fixed.cid)).done()


# --- the contents are fixed -------------------------------------------------------------------------


@step
def canon_known(c: Config, canon: AnyCanon) -> Config:
    """A trace has the contents, which the peer in the script must have fixed; the stream of this peer is not read."""
    met = reach_canon(c, canon)
    executed = given(met.state, CanonExecuted)
    peer = need(resolve_string(met.at, canon.peer))
    tetraplet = need(canonised_by(c, executed.cid, peer))
    elements = need(find_canon_elements(c.stores, executed.cid))
    scope = need(scope_with(met.at, canon, elements, tetraplet, executed.cid))
    return met.at.sign_if_own(peer, executed.cid).with_scope(scope).record(executed).done()


# --- judgements -------------------------------------------------------------------------------------


@rules(
    "Store",
    form="{c} ⊢ {cid} fixed by {peer} ⇓",
    reads="in {c}, the canon {cid} was fixed by the peer {peer}, with the tetraplet",
)
def canonised_by(c: Config, cid: Cid, peer: str) -> Tetraplet | Uncatchable:
    """Return the tetraplet of the canon with the id `cid`, which the given peer must have fixed."""
    tetraplet = need(find_canon_tetraplet(c.stores, cid))
    if tetraplet != Tetraplet(peer, "", "", ""):
        "canon-of-other-peer: another peer fixed the contents"
        return Uncatchable(WrongTetraplet(Kind.CANON, Tetraplet(peer, "", "", ""), tetraplet))
    else:
        "canon-of-peer: the peer that the script names fixed the contents"
        return tetraplet


class Fixed(Struct, frozen=True, gc=False, eq=False):
    """Contents that this peer fixes: the stores that hold them, their content id, and the scope with their name."""

    stores: CidInfo
    cid: Cid
    scope: Scope


@rules("Canon", form="{c} ⊢ {canon} fixed ⇓", reads="in {c}, the canon {canon} fixes")
def fix(c: Config, canon: AnyCanon) -> Fixed | Uncatchable:
    """Return the contents that a canon fixes, those that its stream has now, and where they are stored and bound."""
    tetraplet = Tetraplet(c.me, "", "", "")
    elements = canon_elements(c, canon, held(c, canon))
    tracked = track_canon(c.stores, elements, tetraplet)
    scope = need(scope_with(c, canon, elements, tetraplet, tracked.cid))
    return Fixed(tracked.stores, tracked.cid, scope)


@definition
def held(c: Config, canon: AnyCanon) -> tuple[Value, ...]:
    """Return the values that the stream or map of a canon holds now, in order; none if nothing was written to it."""
    found = find(c.streams, canon.stream.name, canon.span.start)
    return () if found is None else contents(found)


@rules(
    "Canon",
    form="{c}, {canon} ⊢ {values} ⇓",
    reads="in {c}, the elements that the canon {canon} makes of {values} are",
)
def canon_elements(c: Config, canon: AnyCanon, values: tuple[Value, ...]) -> tuple[Value, ...]:
    """Return the elements that a canon makes of the values of a stream or map."""
    match canon:
        case CanonMapScalar():
            "elements-object: a map that becomes a scalar is one object, with the first value under each key"
            return (stored(first_values(values), Tetraplet(c.me, "", "", ""), FromLiteral()),)
        case _:
            "elements: the elements are the values of the stream in their order"
            return values


@rules(
    "Canon",
    form="{c}, {canon} ⊢ {elements}, {tetraplet}, {cid} ⇓",
    reads="in {c}, the target of the canon {canon} is bound to the elements "
    "{elements} with the tetraplet {tetraplet} and the id {cid}, which leaves the scope",
)
def scope_with(
    c: Config, canon: AnyCanon, elements: tuple[Value, ...], tetraplet: Tetraplet, cid: Cid
) -> Scope | Uncatchable:
    """Return the scope in which the target of a canon is bound to the contents, or the fault if it cannot be.

    `tetraplet` and `cid` are those of the canon.
    """
    match canon:
        case Canon():
            "contents-stream: the target is a canonical stream of the elements"
            return bind(c.scope, canon.target.name, CanonValue(elements, tetraplet, cid))
        case CanonMap():
            "contents-map: the target is a canonical map of the elements, by key"
            contents_by_key = need(canon_map(elements, tetraplet, cid))
            return bind(c.scope, canon.target.name, contents_by_key)
        case _ if elements == ():
            "contents-none: the target is a scalar and there is no element, so the data are wrong"
            return Uncatchable(CanonMapWithoutValue())
        case _:
            "contents-scalar: the target is a scalar, whose value is the one element"
            origin = Tetraplet(tetraplet.peer_pk, "", "", tetraplet.lens)
            return bind(c.scope, canon.target.name, Value(elements[0].json, origin, FromCanon(cid)))
