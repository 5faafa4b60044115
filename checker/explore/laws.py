"""The laws of the network, as checks on single invocations, on peers and on quiescent states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from airspec.checker.explore.agreement import disagreement
from airspec.checker.explore.breach import Breach, LawName, told_error
from airspec.checker.explore.ends import progress_breach
from airspec.checker.explore.knowledge import common_knowledge
from airspec.checker.model.world import World
from airspec.semantics.merge.observations import equivalent
from airspec.semantics.network.environment import Effect, Invocation
from airspec.semantics.network.state import NO_DATA, DataId, Owed, PeerState
from airspec.spec import codes
from airspec.spec.states import CanonExecuted, Executed, Failed, Sent, State, StreamResult

NOTES: Final[frozenset[LawName]] = frozenset({"agreement"})
"""Laws that are told and not counted: where all schedules make the same calls, nobody outside sees the difference."""

SCRIPT_ERRORS: Final = frozenset({20003, 20004, 20005, 20007, 20008, 20013})
"""Uncatchable errors of a script itself: names that are taken or lost, and streams that are too long."""

SCRIPT_TRAPS: Final = frozenset({"iterator-shadowed", "stream-scope-lost", "stream-lost-in-fold"})
"""Panics of AquaVM that stand for such errors."""


def check_invocation(world: World, invocation: Invocation, effect: Effect) -> Iterator[Breach]:
    """Yield the breaches that an invocation with its effect shows, also when it is repeated on its own new data."""
    if effect.is_uncatchable():
        yield check_end_of_run(invocation, effect)
        return
    yield from check_loss(world, invocation, effect)
    if invocation.current != NO_DATA:
        again = Invocation(invocation.peer, effect.data, invocation.current)
        yield from check_silence(world, "duplicate-is-no-op", "the same data reach it a second time", again)
    yield from check_silence(
        world, "silent-replay", "it runs again on the data that it kept", Invocation(invocation.peer, effect.data)
    )


def check_peer(world: World, peer: PeerState) -> Iterator[Breach]:
    """Yield a breach for each outstanding call of a peer that is stale or doubled in the data that the peer keeps.

    Exactly one state of these data has to say that the call is under way.
    """
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


def check_loss(world: World, invocation: Invocation, effect: Effect) -> Iterator[Breach]:
    """Yield the breaches of an invocation whose new data lack results, failures or canonical streams of its input."""
    kept, current, new = (known(world, data) for data in (invocation.kept, invocation.current, effect.data))
    if _canons(kept) - _canons(new):
        sentence = f"peer {invocation.peer} knew a canonical stream that its new data do not hold"
        yield Breach("canon-stability", sentence, invocation.kept, effect.data, invocation)
    for side, data, verb in ((kept, invocation.kept, "knew"), (current, invocation.current, "was told")):
        lost = side - new
        if lost:
            what = " and ".join(sorted({_KINDS[type(state)] for state in lost}))
            sentence = f"peer {invocation.peer} {verb} {what} that its new data lack"
            yield Breach("nothing-lost", sentence, data, effect.data, invocation)
            return


def known(world: World, data: DataId) -> Counter[State]:
    """Return how often some data hold each result, failure and canonical stream, without generations of streams."""
    return Counter(_content(state) for state in world.data(data).trace if type(state) in _KINDS)


def _content(state: State) -> State:
    """A state without the generation of a stream, which every peer numbers for itself."""
    match state:
        case Executed(StreamResult(cid)):
            return Executed(StreamResult(cid, 0))
        case _:
            return state


_KINDS: Final[Mapping[type, str]] = {Executed: "a result", Failed: "a failure", CanonExecuted: "a canonical stream"}


def _canons(states: Counter[State]) -> Counter[State]:
    return Counter({state: count for state, count in states.items() if isinstance(state, CanonExecuted)})


def check_silence(world: World, law: LawName, why: str, invocation: Invocation) -> Iterator[Breach]:
    """Yield the breach of a law by an invocation that should send nothing, call nothing and change nothing.

    `law` requires this, and `why` says in the sentence of the breach what makes the peer run, such as "it runs again".
    """
    effect = world.effect(invocation)
    before, after = invocation.kept, effect.data
    if effect.is_uncatchable():
        yield Breach(law, f"peer {invocation.peer} fails when {why}: {told_error(effect)}", before, after, invocation)
    elif not effect.is_silent():
        peers = ", ".join(effect.receivers)
        calls = ", ".join(named(world, owed) for owed in effect.requests)
        what = " and ".join(part for part in (peers and f"sends to {peers}", calls and f"calls {calls}") if part)
        yield Breach(law, f"peer {invocation.peer} {what} when {why}", before, after, invocation)
    elif before != after and not equivalent(world.data(before), world.data(after)):
        yield Breach(law, f"peer {invocation.peer} knows something else after {why}", before, after, invocation)


def check_end_of_run(invocation: Invocation, effect: Effect) -> Breach:
    """Return the breach for an invocation that ended with an uncatchable error, or that did not use a call's result."""
    if effect.ret_code == codes.UNPROCESSED_CALL_RESULT:
        return Breach(
            "at-most-once", f"peer {invocation.peer} has no use for the result of a call: {told_error(effect)}"
        )
    wrong = effect.ret_code in SCRIPT_ERRORS or effect.trap in SCRIPT_TRAPS
    return Breach(
        "no-script-error" if wrong else "no-uncatchable-error",
        f"peer {invocation.peer} abandons the run: {told_error(effect)}",
        invocation.kept,
        invocation.current,
        invocation,
    )


def named(world: World, owed: Owed) -> str:
    """Return the service and the function of an outstanding call, as a script writes them: ``("s" "f")``."""
    request = world.request(owed.request)
    return f'("{request.service_id}" "{request.function_name}")'


class NetworkLaw(Struct, frozen=True):
    """A law of the network: its name, a sentence that states it, and the function that returns or yields breaches."""

    name: LawName
    sentence: str
    check: Callable[..., object]


LAWS: Final[Mapping[LawName, NetworkLaw]] = MappingProxyType(
    {
        law.name: law
        for law in (
            NetworkLaw(
                "network-progress",
                "Every particle finishes, or fails and the peer that started it is told of the error.",
                progress_breach,
            ),
            NetworkLaw("same-calls", "All schedules make the same calls with equal arguments.", disagreement),
            NetworkLaw(
                "agreement", "All schedules end with the same knowledge among the peers, up to ≈.", disagreement
            ),
            NetworkLaw(
                "canon-stability",
                "A canonical stream that a peer knows is never lost or changed by later data.",
                check_loss,
            ),
            NetworkLaw(
                "nothing-lost",
                "Every result, failure and canonical stream that a peer kept, or that arrived, is in its new data.",
                check_loss,
            ),
            NetworkLaw(
                "scalar-agreement",
                "What any two peers know at the end can be merged: no call has two results.",
                common_knowledge,
            ),
            NetworkLaw("at-most-once", "Each call is executed at most once.", check_peer),
            NetworkLaw(
                "no-script-error",
                "The script is not wrong in itself: it binds no name twice, and fills no stream beyond its limit.",
                check_end_of_run,
            ),
            NetworkLaw("no-uncatchable-error", "Honest peers never reach an uncatchable error.", check_end_of_run),
            NetworkLaw(
                "duplicate-is-no-op",
                "Delivering the same data twice changes nothing and asks for nothing.",
                check_silence,
            ),
            NetworkLaw(
                "silent-replay",
                "Running again on the data that a peer kept changes nothing and asks for nothing.",
                check_silence,
            ),
        )
    }
)
"""The laws of the network, by name."""
