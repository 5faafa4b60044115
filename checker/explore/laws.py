"""The laws of the network, as checks on single invocations, on peers and on quiescent states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, Literal

from msgspec import Struct

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


class Breach(Struct, frozen=True):
    """A broken law: a sentence that says how, the two data to compare where there are two, and the run on a peer.

    `invocation` is the one that broke the law, where a single one did; it may be one that no move of the network makes.
    """

    law: LawName
    sentence: str
    left: DataId | None = None
    right: DataId | None = None
    invocation: Invocation | None = None


def check_invocation(world: World, invocation: Invocation, effect: Effect) -> Iterator[Breach]:
    """Yield the breaches that one invocation shows, together with a repetition of it."""
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
            invocation,
        )
    if invocation.current != NO_DATA:
        again = Invocation(invocation.peer, effect.data, invocation.current)
        yield from _check_silence(world, "duplicate-is-no-op", "the same data reach it a second time", again)
    yield from _check_silence(
        world, "silent-replay", "it runs again on the data that it kept", Invocation(invocation.peer, effect.data)
    )


def check_peer(world: World, peer: PeerState) -> Iterator[Breach]:
    """Yield a breach for each outstanding call of a peer that does not belong to exactly one state of its kept data."""
    asked = Counter(
        state.call_id for state in world.data(peer.kept).trace if isinstance(state, Sent) and state.peer_id == peer.peer
    )
    for owed in peer.owed:
        if asked[owed.call_id] != 1:
            yield Breach(
                "at-most-once",
                f"peer {peer.peer} executes {_named(world, owed)} as call {owed.call_id}, "
                "for which no state of its data waits any more, so it is executed for nothing or a second time",
            )


class Common(Struct, frozen=True):
    """The data of all peers merged, and the breach when they cannot be merged."""

    data: DataId
    breach: Breach | None = None


def common_knowledge(world: World, state: NetworkState) -> Common:
    """Return the data of all peers merged, by a peer that has no part in the script.

    At the end, each peer may know only a part, as data are only sent to where calls are to be made.  The law of
    agreement compares the whole.
    """
    name = _observer(world, state)
    merged = NO_DATA
    for peer in state.peers:
        merging = Invocation(name, merged, peer.kept)
        effect = world.effect(merging)
        if effect.is_uncatchable():
            sentence = f"what peer {peer.peer} knows contradicts what others know: {_told(effect)}"
            return Common(merged, Breach("scalar-agreement", sentence, merged, peer.kept, merging))
        merged = effect.data
    return Common(merged)


def compare_ends(world: World, left: DataId, right: DataId) -> Breach:
    """Return the breach of agreement between the merged data of two ends, with its reason."""
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
        yield Breach(law, f"peer {invocation.peer} fails when {why}: {_told(effect)}", before, after, invocation)
    elif not effect.is_silent():
        peers = ", ".join(effect.receivers)
        calls = ", ".join(_named(world, owed) for owed in effect.requests)
        what = " and ".join(part for part in (peers and f"sends to {peers}", calls and f"calls {calls}") if part)
        yield Breach(law, f"peer {invocation.peer} {what} when {why}", before, after, invocation)
    elif before != after and not equivalent(world.data(before), world.data(after)):
        yield Breach(law, f"peer {invocation.peer} knows something else after {why}", before, after, invocation)


def _abandoned(invocation: Invocation, effect: Effect) -> Breach:
    if effect.ret_code == codes.UNPROCESSED_CALL_RESULT:
        sentence = f"peer {invocation.peer} has no use for the result of a call: {_told(effect)}"
        return Breach("at-most-once", sentence, invocation=invocation)
    return Breach(
        "no-uncatchable-error",
        f"peer {invocation.peer} abandons the run: {_told(effect)}",
        invocation.kept,
        invocation.current,
        invocation,
    )


def _named(world: World, owed: Owed) -> str:
    """A call as the author of the script knows it."""
    request = world.request(owed.request)
    return f'("{request.service_id}" "{request.function_name}")'


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


class NetworkLaw(Struct, frozen=True):
    """A law of the network: its name, a sentence, and the function that yields or returns its breaches."""

    name: LawName
    sentence: str
    check: Callable[..., object]


LAWS: Final[Mapping[LawName, NetworkLaw]] = MappingProxyType(
    {
        law.name: law
        for law in (
            NetworkLaw(
                "agreement", "All schedules end with the same knowledge among the peers, up to ≈.", compare_ends
            ),
            NetworkLaw(
                "canon-stability",
                "A canonical stream that a peer knows is never lost or changed by later data.",
                check_invocation,
            ),
            NetworkLaw(
                "scalar-agreement",
                "What any two peers know at the end can be merged: no call has two results.",
                common_knowledge,
            ),
            NetworkLaw("at-most-once", "Each call is executed at most once.", check_peer),
            NetworkLaw("no-uncatchable-error", "Honest peers never reach an uncatchable error.", check_invocation),
            NetworkLaw(
                "duplicate-is-no-op",
                "Delivering the same data twice changes nothing and asks for nothing.",
                check_invocation,
            ),
            NetworkLaw(
                "silent-replay",
                "Running again on the data that a peer kept changes nothing and asks for nothing.",
                check_invocation,
            ),
        )
    }
)
"""The laws of the network, by name."""
