"""What all peers of a network know together."""

from __future__ import annotations

from msgspec import Struct

from airspec.checker.explore.breach import Breach, told_error
from airspec.checker.model.world import World
from airspec.semantics.network.environment import Invocation
from airspec.semantics.network.state import NO_DATA, DataId, NetworkState


class Common(Struct, frozen=True):
    """The merged data of all peers of a network, and the breach if they cannot be merged.

    `observer` is the name of a peer that has no part in the script, and merges them.  With a breach, `data` are those
    merged before it occurred.
    """

    observer: str
    data: DataId
    breach: Breach | None = None


def common_knowledge(world: World, state: NetworkState) -> Common:
    """Return the merged data of all peers in a state, and the breach of *scalar-agreement* if they cannot be merged.

    A peer that has no part in the script merges them.  At an end, each peer may know only a part, as data are only sent
    to where calls are to be made; the law of agreement compares the whole.
    """
    name = _observer(world, state)
    merged = NO_DATA
    for peer in state.peers:
        merging = Invocation(name, merged, peer.kept)
        effect = world.effect(merging)
        if effect.is_uncatchable():
            sentence = f"what peer {peer.peer} knows contradicts what others know: {told_error(effect)}"
            return Common(name, merged, Breach("scalar-agreement", sentence, merged, peer.kept))
        merged = effect.data
    return Common(name, merged)


def _observer(world: World, state: NetworkState) -> str:
    """A peer name that occurs neither in the script nor in the network."""
    name = "observer"
    while name in world.script.text or any(peer.peer == name for peer in state.peers):
        name += "'"
    return name
