"""The laws of the network, as checks on single invocations, on peers and on quiescent states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, Literal

from msgspec import Struct

from airspec.checker.model.services.annotations import number_of
from airspec.checker.model.world import World
from airspec.semantics.merge.observations import differing, equivalent
from airspec.semantics.network.environment import Effect, Invocation
from airspec.semantics.network.state import NO_DATA, DataId, NetworkState, Owed, PeerState
from airspec.spec import codes
from airspec.spec.states import CanonExecuted, Sent, Trace

LawName = Literal[
    "agreement",
    "canon-stability",
    "scalar-agreement",
    "at-most-once",
    "no-uncatchable-error",
    "duplicate-is-no-op",
    "silent-replay",
]

LAWS: Final[Mapping[LawName, str]] = MappingProxyType(
    {
        "agreement": "All schedules end with the same knowledge among the peers, up to ≈.",
        "canon-stability": "A canonical stream that a peer knows is never lost or changed by later data.",
        "scalar-agreement": "What any two peers know at the end can be merged: no call has two results.",
        "at-most-once": "Each call is executed at most once.",
        "no-uncatchable-error": "Honest peers never reach an uncatchable error.",
        "duplicate-is-no-op": "Delivering the same data twice changes nothing and asks for nothing.",
        "silent-replay": "Running again on the data that a peer kept changes nothing and asks for nothing.",
    }
)


FORMULAS: Final[Mapping[LawName, str]] = MappingProxyType(
    {
        "agreement": "s, s' at rest ⇒ ⨆ kept(s) ≈ ⨆ kept(s')",
        "canon-stability": "canons(kept) ⊆ canons(new)",
        "scalar-agreement": "s at rest ⇒ ⨆ kept(s) is defined",
        "at-most-once": "owed(id) ⇒ ∃! i. kept[i] = sent(me, id)",
        "no-uncatchable-error": "invoke(prev, current) ends with no uncatchable error",
        "duplicate-is-no-op": "invoke(invoke(prev, d), d) ≈ invoke(prev, d), with no requests and no next peers",
        "silent-replay": "invoke(new, ∅) ≈ new, with no requests and no next peers",
    }
)


class Breach(Struct, frozen=True):
    """A broken law: a sentence that says how, and the two data to compare where there are two."""

    law: LawName
    sentence: str
    left: DataId | None = None
    right: DataId | None = None


def check_invocation(world: World, invocation: Invocation, effect: Effect) -> Iterator[Breach]:
    """Yield the laws that one invocation and its effect can break."""
    if effect.is_uncatchable():
        yield _abandoned(invocation, effect)
        return
    lost = _canons(world, invocation.kept) - _canons(world, effect.data)
    if lost:
        yield Breach(
            "canon-stability",
            f"peer {invocation.peer} knew a canonical stream that its new data do not hold",
            invocation.kept,
            effect.data,
        )
    if invocation.current != NO_DATA:
        again = Invocation(invocation.peer, effect.data, invocation.current)
        yield from _check_silence(world, "duplicate-is-no-op", "the same data reach it a second time", again)
    yield from _check_silence(
        world, "silent-replay", "it runs again on the data that it kept", Invocation(invocation.peer, effect.data)
    )


def check_peer(world: World, peer: PeerState) -> Iterator[Breach]:
    """Yield the law that a peer's outstanding calls can break: each belongs to one state of the data that it kept."""
    asked = Counter(
        state.call_id for state in world.data(peer.kept).trace if isinstance(state, Sent) and state.peer_id == peer.peer
    )
    for owed in peer.owed:
        if asked[owed.call_id] != 1:
            yield Breach(
                "at-most-once",
                f"peer {peer.peer} executes {named(world, owed)} as call {owed.call_id}, "
                "for which no state of its data waits any more, so it is executed for nothing or a second time",
            )


class Common(Struct, frozen=True):
    """The data of all peers merged, and the breach when they cannot be merged."""

    data: DataId
    breach: Breach | None = None


def common_knowledge(world: World, state: NetworkState) -> Common:
    """Merge what all peers keep, on a peer that has no part in the script.

    Peers may end with different parts of the knowledge, as data only flow to where calls are owed; the whole of it is
    what schedules have to agree on.
    """
    name = _observer(world, state)
    merged = NO_DATA
    for peer in state.peers:
        effect = world.effect(Invocation(name, merged, peer.kept))
        if effect.is_uncatchable():
            sentence = f"what peer {peer.peer} knows contradicts what others know: {_told(effect)}"
            return Common(merged, Breach("scalar-agreement", sentence, merged, peer.kept))
        merged = effect.data
    return Common(merged)


def compare_ends(world: World, left: DataId, right: DataId) -> Breach:
    """Return the breach of agreement between two ends, with the reason in the script where it is known."""
    ours, theirs = world.data(left), world.data(right)
    in_ours, in_theirs = differing(ours, theirs)
    raced = any(isinstance(ours.trace[position], CanonExecuted) for position in in_ours) and any(
        isinstance(theirs.trace[position], CanonExecuted) for position in in_theirs
    )
    reason = (
        "a canon took different values, or took them in another order: values race into it"
        if raced
        else "no canon differs, so the order of deliveries and answers alone makes the difference"
    )
    return Breach("agreement", f"two schedules end with different knowledge ({reason})", left, right)


def _check_silence(world: World, law: LawName, why: str, invocation: Invocation) -> Iterator[Breach]:
    effect = world.effect(invocation)
    before, after = invocation.kept, effect.data
    if effect.is_uncatchable():
        yield Breach(law, f"peer {invocation.peer} fails when {why}: {_told(effect)}", before, after)
    elif not effect.is_silent():
        peers = ", ".join(effect.receivers)
        calls = ", ".join(named(world, owed) for owed in effect.requests)
        what = " and ".join(part for part in (peers and f"sends to {peers}", calls and f"calls {calls}") if part)
        yield Breach(law, f"peer {invocation.peer} {what} when {why}", before, after)
    elif before != after and not equivalent(world.data(before), world.data(after)):
        yield Breach(law, f"peer {invocation.peer} knows something else after {why}", before, after)


def _abandoned(invocation: Invocation, effect: Effect) -> Breach:
    if effect.ret_code == codes.UNPROCESSED_CALL_RESULT:
        return Breach("at-most-once", f"peer {invocation.peer} has no use for the result of a call: {_told(effect)}")
    return Breach(
        "no-uncatchable-error",
        f"peer {invocation.peer} abandons the run: {_told(effect)}",
        invocation.kept,
        invocation.current,
    )


def named(world: World, owed: Owed) -> str:
    """Return a call as the author of the script knows it, without the number that an annotation gave its service."""
    request = world.request(owed.request)
    return f'("{number_of(request.service_id)[0]}" "{request.function_name}")'


def _told(effect: Effect) -> str:
    return effect.error_message if effect.trap else f"error {effect.ret_code}, {effect.error_message}"


def _canons(world: World, data: DataId) -> Counter[str]:
    trace: Trace = world.data(data).trace
    return Counter(state.cid for state in trace if isinstance(state, CanonExecuted))


def _observer(world: World, state: NetworkState) -> str:
    """A peer name that occurs neither in the script nor in the network."""
    name = "observer"
    while name in world.script.text or any(peer.peer == name for peer in state.peers):
        name += "'"
    return name
