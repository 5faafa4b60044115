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
    """Yield a breach for each call that an invocation requests a second time after its peer has lost data in a restart.

    The data that the peer has lost show that the same call was requested before.
    """
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
    """Return whether a call's state, as its own peer recorded it, shows that the call was passed to its service."""
    return isinstance(state, Executed | Failed) or (isinstance(state, Sent) and state.call_id is not None)


def with_cause(breach: Breach, runs: Iterable[tuple[Move, ...]]) -> Breach:
    """Return a breach whose sentence also names the restarts in its runs after which a peer has lost or old data."""
    causes = dict.fromkeys(told for run in runs for move in run if (told := _told(move)))
    if not causes:
        return breach
    return replace(breach, sentence=f"{breach.sentence}, as {' and '.join(causes)}")


def unreached(states: Iterable[NetworkState]) -> tuple[Link, ...]:
    """Return the links on which data were lost in any of the states, sorted."""
    return tuple(sorted({link for state in states for link in state.unreached}))


def _told(move: Move) -> str:
    match move:
        case Forget(peer):
            return f"{peer} restarted without the data that it kept"
        case Revert(peer):
            return f"{peer} restarted with old data"
        case _:
            return ""
