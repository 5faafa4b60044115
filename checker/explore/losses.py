"""What restarts without the latest data, and peers that cannot reach each other, do to a script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from airspec.checker.explore.breach import Breach
from airspec.checker.explore.laws import named
from airspec.checker.model.world import World
from airspec.semantics.merge.observations import Observation, Site, observations
from airspec.semantics.network.environment import Effect
from airspec.semantics.network.state import Forget, Link, Move, NetworkState, PeerState, Revert
from airspec.spec.states import Executed, Failed, Sent, State


def executed_again(world: World, peer: PeerState, effect: Effect) -> Iterator[Breach]:
    """Yield the calls that a run asks for although data that its peer has lost tell that they were asked for before."""
    now = world.data(effect.data)
    asked = {
        state.call_id: site
        for site, seen in observations(now.trace).items()
        if isinstance(state := now.trace[seen.position], Sent) and state.peer_id == peer.peer
    }
    for lost in peer.lost:
        before = world.data(lost).trace
        known: Mapping[Site, Observation] = observations(before)
        for owed in effect.requests:
            then = known.get(asked.get(owed.call_id, Site("")))
            if then is not None and was_asked(before[then.position]):
                yield Breach("at-most-once", f"peer {peer.peer} executes {named(world, owed)} a second time")


def was_asked(state: State) -> bool:
    """Return whether a state of a call's own peer tells that its service was asked."""
    return isinstance(state, Executed | Failed) or (isinstance(state, Sent) and state.call_id is not None)


def with_cause(breach: Breach, runs: Iterable[tuple[Move, ...]]) -> Breach:
    """Return a breach with the restarts that led to it, after which peers do not know what they did."""
    causes = dict.fromkeys(told for run in runs for move in run if (told := _told(move)))
    if not causes:
        return breach
    return replace(breach, sentence=f"{breach.sentence}, as {' and '.join(causes)}")


def unreached(states: Iterable[NetworkState]) -> tuple[Link, ...]:
    """Return the links on which data were lost in some of the states, in order."""
    return tuple(sorted({link for state in states for link in state.unreached}))


def _told(move: Move) -> str:
    match move:
        case Forget(peer):
            return f"{peer} restarted without the data that it kept"
        case Revert(peer):
            return f"{peer} restarted with old data"
        case _:
            return ""
